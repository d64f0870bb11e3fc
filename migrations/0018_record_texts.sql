-- 0018: what records say in other languages than English, what places are called in them, and
-- which words a search takes for one another. Imports write the texts, and other programs and
-- hands may: a text in a language that the program does not speak, or of a field that it does
-- not know, is kept and shown to nobody.

CREATE TABLE record_text (
    collection stated NOT NULL,
    record     bigint NOT NULL, -- its id
    lang       stated NOT NULL CHECK (lang ~ '^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$'), -- BCP 47
    field      stated NOT NULL,
    text       stated NOT NULL,
    origin     stated NOT NULL CHECK (origin IN ('source', 'person', 'machine')),
    stale      boolean NOT NULL DEFAULT false, -- the English was changed after a machine had made the text
    PRIMARY KEY (collection, record, lang, field) -- so that the texts of a record come in their order
);

-- Country, admin1 and city are what records state, '' where they state none.
CREATE TABLE place_name (
    country text COLLATE "C" NOT NULL CHECK (country ~ '^([A-Z]{3})?$'), -- ISO 3166-1 alpha-3
    admin1  text COLLATE "C" NOT NULL,
    city    text COLLATE "C" NOT NULL, -- '' is the province itself
    lang    stated NOT NULL CHECK (lang ~ '^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$'),
    name    stated NOT NULL,
    origin  stated NOT NULL, -- as of a text, or the gazetteer that it was taken from
    PRIMARY KEY (country, admin1, city, lang)
);

CREATE TABLE synonym (
    position integer PRIMARY KEY, -- in the order of the data set
    terms    text[] NOT NULL CHECK (cardinality(terms) > 0 AND array_ndims(terms) = 1 AND array_position(terms, NULL) IS NULL)
);

CREATE TRIGGER record_text_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON record_text
    FOR EACH STATEMENT EXECUTE FUNCTION innoatlas_new_revision();
CREATE TRIGGER place_name_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON place_name
    FOR EACH STATEMENT EXECUTE FUNCTION innoatlas_new_revision();
CREATE TRIGGER synonym_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON synonym
    FOR EACH STATEMENT EXECUTE FUNCTION innoatlas_new_revision();

-- The texts of a facility go with it. Whoever may change facilities needs no right to their
-- texts for that.
CREATE FUNCTION record_text_gone() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        DELETE FROM record_text WHERE collection = 'facilities';
    ELSE
        DELETE FROM record_text t USING gone WHERE t.collection = 'facilities' AND t.record = gone.id;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER record_text_delete AFTER DELETE ON facility
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION record_text_gone();
CREATE TRIGGER record_text_truncate AFTER TRUNCATE ON facility
    FOR EACH STATEMENT EXECUTE FUNCTION record_text_gone();

-- Whoever changes the English of a field, in whatever way, makes what a machine has made of it
-- stale. These are the fields that records may state in several languages; those of one's own
-- may all be such. The condition of the trigger keeps it from rows of which nothing of that
-- changes.
CREATE FUNCTION record_text_follow() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    before jsonb := coalesce(OLD.own, '{}') || jsonb_build_object('name', OLD.name, 'summary', OLD.summary);
    after  jsonb := coalesce(NEW.own, '{}') || jsonb_build_object('name', NEW.name, 'summary', NEW.summary);
BEGIN
    IF OLD.id <> NEW.id THEN
        UPDATE record_text SET record = NEW.id WHERE collection = 'facilities' AND record = OLD.id;
    END IF;
    UPDATE record_text t SET stale = true
    WHERE t.collection = 'facilities' AND t.record = NEW.id AND t.origin = 'machine' AND NOT t.stale
      AND before -> t.field IS DISTINCT FROM after -> t.field;
    RETURN NULL;
END $$;

CREATE TRIGGER record_text_update AFTER UPDATE ON facility
    FOR EACH ROW WHEN ((OLD.id, OLD.name, OLD.summary, OLD.own) IS DISTINCT FROM (NEW.id, NEW.name, NEW.summary, NEW.own))
    EXECUTE FUNCTION record_text_follow();
