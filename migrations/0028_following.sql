-- 0028: what a copy needs to follow the changes. Whoever has read a revision knows it by its name;
-- the database knows the names that it has given, so that a copy of another history (a restored
-- backup that went on otherwise) is told from one that is only behind. All that a copy holds and that
-- changes has a change of its own then, though the history of records does not show all (op 'f').

CREATE TABLE revision_name (
    number  bigint NOT NULL,
    name    uuid NOT NULL,
    first   bigint NOT NULL, -- no change of it, or of a later one, has a lower number
    backend integer NOT NULL DEFAULT pg_backend_pid(), -- these two tell its transaction from others
    started timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (number, name)
);

-- Whoever gives a name holds the row of dataset until the end, so names follow each other as the
-- transactions are committed.
CREATE FUNCTION innoatlas_keep_name() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO revision_name (number, name, first) VALUES (NEW.revision, NEW.id, (SELECT coalesce(max(number), 0) + 1 FROM change))
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER dataset_name AFTER INSERT OR UPDATE ON dataset FOR EACH ROW EXECUTE FUNCTION innoatlas_keep_name();

INSERT INTO revision_name (number, name, first) SELECT revision, id, (SELECT coalesce(max(number), 0) + 1 FROM change) FROM dataset;

-- Of what was before a change that the history no longer has, no copy can follow.
CREATE FUNCTION innoatlas_forget_names() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        DELETE FROM revision_name WHERE number < (SELECT max(revision) FROM old_rows);
    ELSE
        DELETE FROM revision_name;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER change_forgotten AFTER DELETE ON change REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION innoatlas_forget_names();
CREATE TRIGGER change_emptied AFTER TRUNCATE ON change FOR EACH STATEMENT EXECUTE FUNCTION innoatlas_forget_names();

-- Whether this transaction has given the name that the database has now.
CREATE FUNCTION innoatlas_is_named() RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM revision_name n JOIN dataset d ON n.number = d.revision AND n.name = d.id
        WHERE n.backend = pg_backend_pid() AND n.started = now())
$$;

-- Gives a name that was never given, and a number above all that were.
CREATE FUNCTION innoatlas_name() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    name text;
BEGIN
    UPDATE dataset SET id = gen_random_uuid(), updated = now(),
        revision = greatest(revision, (SELECT max(number) FROM revision), (SELECT max(number) FROM revision_name)) + 1
    RETURNING id || '-' || revision INTO name;
    PERFORM pg_notify('innoatlas_revision', name);
END $$;

-- An import gives a name only where it changes something ('later'); what others do is a revision
-- whether or not it finds anything to change.
CREATE OR REPLACE FUNCTION innoatlas_new_revision() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF current_setting('innoatlas.revision', true) IS DISTINCT FROM 'later' AND NOT innoatlas_is_named() THEN
        PERFORM innoatlas_name();
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION innoatlas_change_revision() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    n bigint := innoatlas_own_revision();
BEGIN
    IF n IS NOT NULL THEN
        RETURN n;
    END IF;
    PERFORM FROM dataset FOR UPDATE;
    IF NOT innoatlas_is_named() OR EXISTS (SELECT FROM revision WHERE number >= (SELECT revision FROM dataset)) THEN
        PERFORM innoatlas_name();
    END IF;
    INSERT INTO revision (number, at, author, source, reason, first)
    SELECT revision, greatest(clock_timestamp(), (SELECT max(at) + interval '1 microsecond' FROM revision)),
        coalesce(nullif(current_setting('innoatlas.author', true), ''), session_user),
        nullif(current_setting('innoatlas.source', true), ''), nullif(current_setting('innoatlas.reason', true), ''),
        (SELECT coalesce(max(number), 0) + 1 FROM change)
    FROM dataset
    RETURNING number INTO n;
    RETURN n;
END $$;

CREATE OR REPLACE FUNCTION innoatlas_raise_revision() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF NOT innoatlas_is_named() THEN
        PERFORM innoatlas_name();
    END IF;
END $$;

-- A row that gets another key is one that is gone and one that came. (The history of 0025 compares
-- rows of one key.) The arguments are those of innoatlas_keep_history.
CREATE FUNCTION innoatlas_keep_keys(of regclass, collection text, record text, key text, same text, follows text[] DEFAULT '{}') RETURNS void
LANGUAGE plpgsql AS $do$
DECLARE
    name      text := (SELECT relname FROM pg_class WHERE oid = of);
    versioned boolean := EXISTS (SELECT FROM pg_attribute WHERE attrelid = of AND attname = 'version');
    told      text := CASE WHEN versioned THEN 'r.version, r.line' ELSE 'NULL::integer, NULL::integer' END;
BEGIN
    EXECUTE format($f$
CREATE OR REPLACE FUNCTION %I() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $b$
BEGIN
    INSERT INTO change (revision, op, collection, record, key, version, line, updated, before)
    SELECT (SELECT innoatlas_change_revision()), 'd', %L, %s, %s, %s, %s, %s FROM old_rows r WHERE NOT EXISTS (SELECT FROM new_rows o WHERE %s);
    INSERT INTO change (revision, op, collection, record, key, version, line)
    SELECT (SELECT innoatlas_change_revision()), 'a', %L, %s, %s, %s FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE %s);
    RETURN NULL;
END $b$ $f$,
        'history_of_' || name || '_keys',
        collection, record, key, told, CASE WHEN versioned THEN 'r.updated' ELSE 'NULL::timestamptz' END, innoatlas_row_json(of, 'r', innoatlas_made() || follows), same,
        collection, record, key, told, same);
    EXECUTE format('CREATE OR REPLACE TRIGGER %I AFTER UPDATE ON %s REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION %I()',
        name || '_keys_update', of, 'history_of_' || name || '_keys');
END $do$;

SELECT innoatlas_keep_keys('facility', 'facilities', 'r.id', 'r.slug', 'o.id = r.id', '{institutions,takes_part}');
SELECT innoatlas_keep_keys('institutions', 'institutions', 'r.id', 'r.slug', 'o.id = r.id', '{facilities}');
SELECT innoatlas_keep_keys('projects', 'projects', 'r.id', 'r.slug', 'o.id = r.id', '{begins,ends,takes_part,geom}');
SELECT innoatlas_keep_keys('country', 'countries', 'r.id', 'r.code', 'o.id = r.id');
SELECT innoatlas_keep_keys('kind', 'kinds', 'NULL::bigint', 'r.id', 'o.id = r.id');
SELECT innoatlas_keep_keys('sector', 'sectors', 'NULL::bigint', 'r.id', 'o.id = r.id');
SELECT innoatlas_keep_keys('own_field', 'fields', 'NULL::bigint', 'r.collection || ''.'' || r.name', '(o.collection, o.name) = (r.collection, r.name)');
SELECT innoatlas_keep_keys('synonym', 'synonyms', 'NULL::bigint', 'r.position::text', 'o.position = r.position');
SELECT innoatlas_keep_keys('place_name', 'places', 'NULL::bigint', 'concat_ws(''/'', r.country, r.admin1, r.city, r.lang)',
    '(o.country, o.admin1, o.city, o.lang) = (r.country, r.admin1, r.city, r.lang)');

-- Only the database says which version a record is and when it was changed, also where a hand
-- writes these two alone. What hangs on a record raises its version from a trigger.
CREATE OR REPLACE FUNCTION innoatlas_keep_versions(of regclass, follows text[]) RETURNS void
LANGUAGE plpgsql AS $do$
DECLARE
    name text := (SELECT relname FROM pg_class WHERE oid = of);
BEGIN
    EXECUTE format($f$
CREATE OR REPLACE FUNCTION %I() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $b$
BEGIN
    IF %s IS DISTINCT FROM %s OR OLD.version <> NEW.version AND pg_trigger_depth() > 1 THEN
        NEW.version := OLD.version + 1;
        NEW.updated := now();
    ELSE
        NEW.version := OLD.version;
        NEW.updated := OLD.updated;
    END IF;
    RETURN NEW;
END $b$ $f$,
        'version_of_' || name, innoatlas_row(of, 'OLD', innoatlas_made() || follows), innoatlas_row(of, 'NEW', innoatlas_made() || follows));
    EXECUTE format('CREATE OR REPLACE TRIGGER %I BEFORE UPDATE ON %s FOR EACH ROW EXECUTE FUNCTION %I()',
        name || '_version', of, 'version_of_' || name);
END $do$;
SELECT innoatlas_keep_versions('facility', '{institutions,takes_part}');
SELECT innoatlas_keep_versions('institutions', '{facilities}');
SELECT innoatlas_keep_versions('projects', '{begins,ends,takes_part,geom}');
SELECT innoatlas_keep_versions('country', '{}');

-- Links that only follow of what facilities and institutions are called.
CREATE FUNCTION innoatlas_follow_links() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    slugs text[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        slugs := ARRAY(SELECT DISTINCT facility FROM new_rows WHERE NOT stated);
    ELSIF TG_OP = 'UPDATE' THEN
        slugs := ARRAY(SELECT DISTINCT facility FROM ((TABLE old_rows EXCEPT TABLE new_rows) UNION ALL (TABLE new_rows EXCEPT TABLE old_rows)) differing WHERE NOT stated);
    ELSIF TG_OP = 'DELETE' THEN
        slugs := ARRAY(SELECT DISTINCT facility FROM old_rows WHERE NOT stated);
    ELSE
        slugs := ARRAY(SELECT DISTINCT facility FROM facility_institution WHERE NOT stated);
    END IF;
    INSERT INTO change (revision, op, collection, record, key, part)
    SELECT (SELECT innoatlas_change_revision()), 'f', 'facilities', f.id, f.slug, 'links'
    FROM unnest(slugs) AS linked (slug) JOIN facility f ON f.slug = linked.slug
    WHERE NOT EXISTS (SELECT FROM change c WHERE c.collection = 'facilities' AND c.record = f.id AND c.revision = (SELECT innoatlas_own_revision()));
    RETURN NULL;
END $$;
CREATE TRIGGER facility_institution_links_insert AFTER INSERT ON facility_institution
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION innoatlas_follow_links();
CREATE TRIGGER facility_institution_links_update AFTER UPDATE ON facility_institution
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION innoatlas_follow_links();
CREATE TRIGGER facility_institution_links_delete AFTER DELETE ON facility_institution
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION innoatlas_follow_links();
CREATE TRIGGER facility_institution_links_truncate BEFORE TRUNCATE ON facility_institution
    FOR EACH STATEMENT EXECUTE FUNCTION innoatlas_follow_links();

-- On what terms the data may be used.
CREATE FUNCTION innoatlas_follow_terms() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO change (revision, op, collection, key) VALUES (innoatlas_change_revision(), 'f', 'dataset', 'terms');
    RETURN NULL;
END $$;
CREATE TRIGGER dataset_terms AFTER UPDATE ON dataset
    FOR EACH ROW WHEN ((OLD.licence, OLD.licence_url, OLD.attribution, OLD.own_outlines) IS DISTINCT FROM (NEW.licence, NEW.licence_url, NEW.attribution, NEW.own_outlines))
    EXECUTE FUNCTION innoatlas_follow_terms();
