-- 0021: which records are searched by texts that they no longer have. Only Go makes search texts,
-- and a hand changes a name, or a text in another language, without it. So the records are marked
-- here, until innoatlas migrate or an import makes their search texts anew. Whoever sets
-- search_text along with what it is made of, as imports do, marks nothing.

CREATE TABLE search_stale (
    collection stated NOT NULL,
    record     bigint NOT NULL, -- its id
    PRIMARY KEY (collection, record)
);

CREATE FUNCTION search_stale_record() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO search_stale VALUES (TG_ARGV[0], NEW.id) ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

CREATE TRIGGER facility_search_new AFTER INSERT ON facility
    FOR EACH ROW WHEN (NEW.search_text IS NULL AND current_setting('innoatlas.searched', true) IS DISTINCT FROM 'made')
    EXECUTE FUNCTION search_stale_record('facilities');
CREATE TRIGGER facility_search_stale AFTER UPDATE ON facility
    FOR EACH ROW WHEN (current_setting('innoatlas.searched', true) IS DISTINCT FROM 'made'
        AND NEW.search_text IS NOT DISTINCT FROM OLD.search_text AND NEW.* IS DISTINCT FROM OLD.*)
    EXECUTE FUNCTION search_stale_record('facilities');
CREATE TRIGGER country_search_new AFTER INSERT ON country
    FOR EACH ROW WHEN (NEW.search_text IS NULL AND current_setting('innoatlas.searched', true) IS DISTINCT FROM 'made')
    EXECUTE FUNCTION search_stale_record('countries');
CREATE TRIGGER country_search_stale AFTER UPDATE ON country
    FOR EACH ROW WHEN (current_setting('innoatlas.searched', true) IS DISTINCT FROM 'made'
        AND NEW.search_text IS NOT DISTINCT FROM OLD.search_text AND NEW.names IS DISTINCT FROM OLD.names)
    EXECUTE FUNCTION search_stale_record('countries');

-- Texts in other languages are searched with the record that they are of.
CREATE FUNCTION search_stale_texts() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF current_setting('innoatlas.searched', true) = 'made' THEN
        RETURN NULL;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO search_stale SELECT DISTINCT collection, record FROM new_texts ON CONFLICT DO NOTHING;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO search_stale SELECT DISTINCT collection, record FROM old_texts ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER record_text_search_insert AFTER INSERT ON record_text
    REFERENCING NEW TABLE AS new_texts FOR EACH STATEMENT EXECUTE FUNCTION search_stale_texts();
CREATE TRIGGER record_text_search_update AFTER UPDATE ON record_text
    REFERENCING OLD TABLE AS old_texts NEW TABLE AS new_texts FOR EACH STATEMENT EXECUTE FUNCTION search_stale_texts();
CREATE TRIGGER record_text_search_delete AFTER DELETE ON record_text
    REFERENCING OLD TABLE AS old_texts FOR EACH STATEMENT EXECUTE FUNCTION search_stale_texts();
