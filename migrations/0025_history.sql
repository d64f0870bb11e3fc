-- 0025: every record has a version, and every change of every table is kept, in the transaction that
-- made it and whoever made it. A change keeps what was before and what came after: of a record that
-- was changed the values that differ, of one that was deleted all of it, and of a new one nothing,
-- since it is there. So what there was at a revision is what there is, with the changes since undone.
--
-- What follows of something else is no change of a record and raises no version, but whoever follows
-- has to look at it again: an institution's new name finds facilities that named it (op 'f').

-- The transactions that changed something, in the order in which they were committed: whoever takes
-- a number holds the row of dataset until the end.
CREATE TABLE revision (
    number  bigint PRIMARY KEY,         -- as dataset.revision was after it
    at      timestamptz NOT NULL,       -- later than that of the one before
    author  stated NOT NULL,            -- who made it, as the program was told; else role
    role    stated NOT NULL DEFAULT session_user,
    source  stated,                     -- the file or the command that it came from
    reason  stated,
    first   bigint NOT NULL,            -- no change of it has a lower number
    backend integer NOT NULL DEFAULT pg_backend_pid(), -- these two tell its transaction from others
    started timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE change (
    number     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    revision   bigint NOT NULL,
    op         "char" NOT NULL CHECK (op IN ('a', 'c', 'd', 'f')), -- added, changed, deleted, follows of another
    collection stated NOT NULL,
    record     bigint,          -- the id of the record, where it has one
    key        stated NOT NULL, -- its slug then, or what else tells it from others
    part       stated,          -- rows that hang on it: sources, texts, links, figures; NULL: the record
    version    integer,         -- of the record, after it
    updated    timestamptz,     -- when the record had been changed before
    line       integer,         -- of the file that it came from
    before     jsonb,           -- of a part: its rows by their keys
    after      jsonb
);
CREATE INDEX change_record ON change (collection, record, number);
CREATE INDEX change_key    ON change (collection, key) WHERE record IS NULL;

-- Records that are deleted, renamed or merged into another, by each slug that they had. An id that
-- stands here is that of no other record.
CREATE TABLE gone (
    collection stated NOT NULL,
    id         bigint NOT NULL,
    slug       stated NOT NULL,
    into_id    bigint,          -- of the record that it was merged into
    revision   bigint NOT NULL,
    reason     stated,
    PRIMARY KEY (collection, slug, id)
);
CREATE INDEX gone_id ON gone (collection, id);

-- The number of the transaction's own revision; NULL where it has changed nothing yet.
CREATE FUNCTION innoatlas_own_revision() RETURNS bigint
LANGUAGE sql STABLE AS $$
    SELECT number FROM (SELECT number, backend, started FROM revision ORDER BY number DESC LIMIT 1) last
    WHERE backend = pg_backend_pid() AND started = now()
$$;

-- The same, which is taken where there is none. An import raises dataset.revision only where it
-- changes something ('later'); all others have done so before ('counted').
CREATE FUNCTION innoatlas_change_revision() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    n    bigint := innoatlas_own_revision();
    name text;
BEGIN
    IF n IS NOT NULL THEN
        RETURN n;
    END IF;
    SELECT revision INTO n FROM dataset FOR UPDATE;
    IF current_setting('innoatlas.revision', true) IS DISTINCT FROM 'counted' OR EXISTS (SELECT FROM revision WHERE number >= n) THEN
        PERFORM set_config('innoatlas.revision', 'counted', true);
        UPDATE dataset SET id = gen_random_uuid(), updated = now(), revision = greatest(revision, (SELECT max(number) FROM revision)) + 1
        RETURNING revision, id || '-' || revision INTO n, name;
        PERFORM pg_notify('innoatlas_revision', name);
    END IF;
    INSERT INTO revision (number, at, author, source, reason, first)
    VALUES (n, greatest(clock_timestamp(), (SELECT max(at) + interval '1 microsecond' FROM revision)),
            coalesce(nullif(current_setting('innoatlas.author', true), ''), session_user),
            nullif(current_setting('innoatlas.source', true), ''), nullif(current_setting('innoatlas.reason', true), ''),
            (SELECT coalesce(max(number), 0) + 1 FROM change));
    RETURN n;
END $$;

CREATE OR REPLACE FUNCTION innoatlas_new_revision() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    name text;
BEGIN
    IF current_setting('innoatlas.revision', true) IN ('counted', 'later') THEN
        RETURN NULL;
    END IF;
    PERFORM set_config('innoatlas.revision', 'counted', true); -- until the transaction ends
    UPDATE dataset SET id = gen_random_uuid(), revision = revision + 1, updated = now() RETURNING id || '-' || revision INTO name;
    PERFORM pg_notify('innoatlas_revision', name);
    RETURN NULL;
END $$;

ALTER TABLE facility
    ADD COLUMN version integer NOT NULL DEFAULT 1,
    ADD COLUMN line    integer; -- of the file of the last import that changed it
ALTER TABLE facility ALTER COLUMN updated SET DEFAULT now();
ALTER TABLE institutions
    ADD COLUMN version integer NOT NULL DEFAULT 1,
    ADD COLUMN updated timestamptz DEFAULT now(),
    ADD COLUMN line    integer;
ALTER TABLE projects
    ADD COLUMN version integer NOT NULL DEFAULT 1,
    ADD COLUMN updated timestamptz DEFAULT now(),
    ADD COLUMN line    integer;
ALTER TABLE country
    ADD COLUMN version integer NOT NULL DEFAULT 1,
    ADD COLUMN updated timestamptz DEFAULT now(),
    ADD COLUMN line    integer;

-- Raises the versions of records of which something that hangs on them was changed, once a revision.
CREATE FUNCTION innoatlas_raise_versions(of text, records bigint[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    tables CONSTANT jsonb := '{"facilities": "facility", "institutions": "institutions", "projects": "projects", "countries": "country"}';
BEGIN
    IF NOT tables ? of THEN
        RETURN; -- texts of a collection that the program does not know
    END IF;
    EXECUTE format('UPDATE %I r SET version = version + 1 WHERE id = ANY ($1) AND updated IS DISTINCT FROM now()
        AND NOT EXISTS (SELECT FROM change c WHERE c.revision = $2 AND c.collection = $3 AND c.record = r.id AND c.version IS NOT NULL)', tables ->> of)
        USING records, innoatlas_own_revision(), of;
    EXECUTE format('UPDATE change c SET version = r.version FROM %I r
        WHERE c.revision = $2 AND c.collection = $3 AND c.record = ANY ($1) AND c.version IS NULL AND r.id = c.record', tables ->> of)
        USING records, innoatlas_own_revision(), of;
END $$;

-- The values of a row r of a table as a JSON object, but for the columns that are left out: shapes
-- as EWKB, to the last bit; fields of one's own by themselves. It is a text of SQL.
CREATE FUNCTION innoatlas_row_json(of regclass, r text, without text[]) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT string_agg(part, ' || ') FROM (
        SELECT 'jsonb_build_object(' || string_agg(format('%L, %s.%I%s', attname, r, attname, CASE WHEN atttypid = 'geometry'::regtype THEN '::text' END), ', ' ORDER BY attnum) || ')'
        FROM pg_attribute
        WHERE attrelid = of AND attnum > 0 AND NOT attisdropped AND attname <> 'own' AND attname <> ALL (without)
        GROUP BY attnum / 40
        UNION ALL
        SELECT format('coalesce((SELECT jsonb_object_agg(''own.'' || k, v) FROM jsonb_each(%s.own) AS o (k, v)), ''{}'')', r)
        FROM pg_attribute WHERE attrelid = of AND attname = 'own' AND NOT attisdropped
    ) AS parts (part)
$$;

-- The columns of a table as a row, but for those that are left out. It is a text of SQL.
CREATE FUNCTION innoatlas_row(of regclass, r text, without text[]) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT 'ROW(' || string_agg(format('%s.%I%s', r, attname, CASE WHEN atttypid = 'geometry'::regtype THEN '::text' END), ', ' ORDER BY attnum) || ')'
    FROM pg_attribute WHERE attrelid = of AND attnum > 0 AND NOT attisdropped AND attname <> ALL (without)
$$;

-- The slug of a record, and the record of a slug, of one that is gone too.
CREATE FUNCTION innoatlas_slug_of(of text, record bigint) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT coalesce(
        CASE of WHEN 'facilities' THEN (SELECT slug FROM facility WHERE id = record)
                WHEN 'institutions' THEN (SELECT slug FROM institutions WHERE id = record)
                WHEN 'projects' THEN (SELECT slug FROM projects WHERE id = record)
                WHEN 'countries' THEN (SELECT code FROM country WHERE id = record) END,
        (SELECT slug FROM gone WHERE collection = of AND id = record ORDER BY revision DESC LIMIT 1),
        record::text)
$$;
CREATE FUNCTION innoatlas_updated_of(of text, record bigint) RETURNS timestamptz
LANGUAGE sql STABLE AS $$
    SELECT CASE of WHEN 'facilities' THEN (SELECT updated FROM facility WHERE id = record)
                   WHEN 'institutions' THEN (SELECT updated FROM institutions WHERE id = record)
                   WHEN 'projects' THEN (SELECT updated FROM projects WHERE id = record)
                   WHEN 'countries' THEN (SELECT updated FROM country WHERE id = record) END
$$;
CREATE FUNCTION innoatlas_facility_of(named text) RETURNS bigint
LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT id FROM facility WHERE slug = named),
        (SELECT id FROM gone WHERE collection = 'facilities' AND slug = named ORDER BY revision DESC LIMIT 1))
$$;

-- The triggers of a table that keep its history with the function history_of_TABLE.
CREATE FUNCTION innoatlas_history_triggers(of regclass) RETURNS void
LANGUAGE plpgsql AS $do$
DECLARE
    name text := (SELECT relname FROM pg_class WHERE oid = of);
    does text := 'FOR EACH STATEMENT EXECUTE FUNCTION ' || quote_ident('history_of_' || name) || '()';
BEGIN
    EXECUTE format('CREATE OR REPLACE TRIGGER %I AFTER INSERT ON %s REFERENCING NEW TABLE AS new_rows %s', name || '_history_insert', of, does);
    EXECUTE format('CREATE OR REPLACE TRIGGER %I AFTER UPDATE ON %s REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows %s', name || '_history_update', of, does);
    EXECUTE format('CREATE OR REPLACE TRIGGER %I AFTER DELETE ON %s REFERENCING OLD TABLE AS old_rows %s', name || '_history_delete', of, does);
    EXECUTE format('CREATE OR REPLACE TRIGGER %I BEFORE TRUNCATE ON %s %s', name || '_history_truncate', of, does);
END $do$;

-- What is made of other columns, and what the database says itself, is no part of the history.
CREATE FUNCTION innoatlas_made() RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT ARRAY['search_text', 'names_text', 'search_terms', 'zorder', 'version', 'updated', 'line']
$$;

-- The database says when a record was changed, and which version it is.
CREATE FUNCTION innoatlas_keep_versions(of regclass, follows text[]) RETURNS void
LANGUAGE plpgsql AS $do$
DECLARE
    name text := (SELECT relname FROM pg_class WHERE oid = of);
BEGIN
    EXECUTE format($f$
CREATE OR REPLACE FUNCTION %I() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $b$
BEGIN
    IF OLD.version <> NEW.version OR %s IS DISTINCT FROM %s THEN
        NEW.version := OLD.version + 1;
        NEW.updated := now();
    ELSE
        NEW.updated := coalesce(OLD.updated, NEW.updated); -- nobody else says when
    END IF;
    RETURN NEW;
END $b$ $f$,
        'version_of_' || name, innoatlas_row(of, 'OLD', innoatlas_made() || follows), innoatlas_row(of, 'NEW', innoatlas_made() || follows));
    EXECUTE format('CREATE OR REPLACE TRIGGER %I BEFORE UPDATE ON %s FOR EACH ROW EXECUTE FUNCTION %I()',
        name || '_version', of, 'version_of_' || name);
END $do$;

-- Keeps the history of a table of records. A step that adds a column to it calls this again, so
-- that the column is known. Record and key are SQL of a row r, and same says of rows o and r that
-- they are one. Of columns that follow of other rows only that they changed is kept.
CREATE FUNCTION innoatlas_keep_history(of regclass, collection text, record text, key text, same text, follows text[] DEFAULT '{}') RETURNS void
LANGUAGE plpgsql AS $do$
DECLARE
    name      text := (SELECT relname FROM pg_class WHERE oid = of);
    versioned boolean := EXISTS (SELECT FROM pg_attribute WHERE attrelid = of AND attname = 'version');
    told      text := CASE WHEN versioned THEN 'r.version, r.line' ELSE 'NULL::integer, NULL::integer' END;
    before    text := CASE WHEN versioned THEN 'o.updated' ELSE 'NULL::timestamptz' END;
    whole     text := innoatlas_row_json(of, 'r', innoatlas_made() || follows);
    deleted   text := format($f$
        INSERT INTO change (revision, op, collection, record, key, version, line, updated, before)
        SELECT (SELECT innoatlas_change_revision()), 'd', %L, %s, %s, %s, %s, %s FROM $f$, collection, record, key, told, replace(before, 'o.', 'r.'), whole);
BEGIN
    EXECUTE format($f$
CREATE OR REPLACE FUNCTION %I() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $b$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO change (revision, op, collection, record, key, version, line)
        SELECT (SELECT innoatlas_change_revision()), 'a', %L, %s, %s, %s FROM new_rows r;
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO change (revision, op, collection, record, key, version, line, updated, before, after)
        SELECT (SELECT innoatlas_change_revision()), CASE WHEN d.before IS NULL THEN 'f' ELSE 'c' END::"char", %L, %s, %s, %s, %s, d.before, d.after
        FROM old_rows o JOIN new_rows r ON %s CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(k, was), jsonb_object_agg(k, now)
            FROM (
                SELECT k, coalesce(a.v, 'null') AS was, coalesce(b.v, 'null') AS now
                FROM jsonb_each(%s) AS a (k, v) FULL JOIN jsonb_each(%s) AS b (k, v) USING (k)
            ) AS sides WHERE was <> now
        ) AS d (before, after)
        WHERE %s IS DISTINCT FROM %s;
    ELSIF TG_OP = 'DELETE' THEN %s old_rows r;
    ELSE %s %s r;
    END IF;
    RETURN NULL;
END $b$ $f$,
        'history_of_' || name, collection, record, key, told,
        collection, record, key, told, before, same,
        innoatlas_row_json(of, 'o', innoatlas_made() || follows), whole, innoatlas_row(of, 'o', innoatlas_made()), innoatlas_row(of, 'r', innoatlas_made()),
        deleted, deleted, of);
    PERFORM innoatlas_history_triggers(of);
    IF versioned THEN
        PERFORM innoatlas_keep_versions(of, follows);
    END IF;
END $do$;

-- Keeps the history of a table whose rows hang on records, as a part of these. Their keys are SQL
-- of a row r; only says which rows count. Rows that come with a new record are no change of it.
CREATE FUNCTION innoatlas_keep_part(of regclass, part text, collection text, record text, key text, counts text DEFAULT 'true') RETURNS void
LANGUAGE plpgsql AS $do$
DECLARE
    name text := (SELECT relname FROM pg_class WHERE oid = of);
    -- The rows of one side by themselves, as of a side that is empty.
    side CONSTANT text := $f$SELECT %s AS collection, %s AS record, %s AS key, %s AS was, %s AS now FROM %s WHERE %s$f$;
    row_json text := innoatlas_row_json(of, 'r', '{}');
    gone     text := format(side, collection, record, key, row_json, 'NULL::jsonb', '%s r', counts);
    keep CONSTANT text := $f$
        WITH differing AS (
            SELECT d.collection, d.record, jsonb_object_agg(d.key, d.was) FILTER (WHERE d.was IS NOT NULL) AS before,
                   jsonb_object_agg(d.key, d.now) FILTER (WHERE d.now IS NOT NULL) AS after
            FROM (%s) d WHERE d.record IS NOT NULL GROUP BY 1, 2
        ), kept AS (
            INSERT INTO change (revision, op, collection, record, key, part, updated, before, after)
            SELECT (SELECT innoatlas_change_revision()), 'c', d.collection, d.record, innoatlas_slug_of(d.collection, d.record), %L,
                innoatlas_updated_of(d.collection, d.record), d.before, d.after
            FROM differing d
            WHERE NOT EXISTS (SELECT FROM change c WHERE c.collection = d.collection AND c.record = d.record
                AND c.revision = innoatlas_own_revision() AND c.op = 'a' AND c.part IS NULL)
            RETURNING change.collection, change.record
        )
        SELECT array_agg(kept.collection), array_agg(kept.record) INTO ofs, records FROM kept;$f$;
BEGIN
    EXECUTE format($f$
CREATE OR REPLACE FUNCTION %I() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $b$
DECLARE
    ofs     text[];
    records bigint[];
    one     text;
BEGIN
    IF TG_OP = 'INSERT' THEN %s
    ELSIF TG_OP = 'UPDATE' THEN %s
    ELSIF TG_OP = 'DELETE' THEN %s
    ELSE %s
    END IF;
    FOR one IN SELECT DISTINCT unnest(ofs) LOOP
        PERFORM innoatlas_raise_versions(one, (SELECT array_agg(r) FROM unnest(ofs, records) AS t (c, r) WHERE c = one));
    END LOOP;
    RETURN NULL;
END $b$ $f$,
        'history_of_' || name,
        format(keep, format(side, collection, record, key, 'NULL::jsonb', row_json, 'new_rows r', counts), part),
        format(keep, format($f$
            SELECT coalesce(n.collection, b.collection) AS collection, coalesce(n.record, b.record) AS record, coalesce(n.key, b.key) AS key, b.was, n.now
            FROM (%s) b FULL JOIN (%s) n ON (b.collection, b.record, b.key) = (n.collection, n.record, n.key) WHERE b.was IS DISTINCT FROM n.now$f$,
            format(gone, 'old_rows'), format(side, collection, record, key, 'NULL::jsonb', row_json, 'new_rows r', counts)), part),
        format(keep, format(gone, 'old_rows'), part),
        format(keep, format(gone, of), part));
    PERFORM innoatlas_history_triggers(of);
END $do$;

-- A record that is gone leaves its slug and its id, and one that is renamed its old slug.
CREATE FUNCTION innoatlas_leave() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.id, OLD.slug) IS NOT DISTINCT FROM (NEW.id, NEW.slug) THEN
        RETURN NEW;
    END IF;
    INSERT INTO gone (collection, id, slug, revision, reason, into_id)
    VALUES (TG_ARGV[0], OLD.id, OLD.slug, innoatlas_change_revision(), nullif(current_setting('innoatlas.reason', true), ''),
            nullif(current_setting('innoatlas.merged', true), '')::bigint)
    ON CONFLICT (collection, slug, id) DO UPDATE SET revision = excluded.revision, reason = excluded.reason, into_id = excluded.into_id;
    IF TG_OP = 'UPDATE' AND OLD.id = NEW.id THEN
        DELETE FROM gone WHERE collection = TG_ARGV[0] AND id = NEW.id AND slug = NEW.slug; -- its own name of before
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;

CREATE FUNCTION innoatlas_leave_all() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    EXECUTE format('INSERT INTO gone (collection, id, slug, revision, reason) SELECT $1, id, slug, innoatlas_change_revision(), NULL FROM %I ON CONFLICT DO NOTHING', TG_TABLE_NAME)
        USING TG_ARGV[0];
    RETURN NULL;
END $$;

-- An id that a record had is that of no other, and a record that comes again is there.
CREATE FUNCTION innoatlas_come() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    taken record;
BEGIN
    SELECT r.id, g.slug INTO taken FROM new_rows r JOIN gone g ON g.collection = TG_ARGV[0] AND g.id = r.id
    WHERE NOT EXISTS (SELECT FROM gone own WHERE own.collection = TG_ARGV[0] AND own.id = r.id AND own.slug = r.slug) LIMIT 1;
    IF FOUND THEN
        RAISE unique_violation USING MESSAGE = format('the id %s of %s was given to %s, and is never given again', taken.id, TG_ARGV[0], taken.slug);
    END IF;
    DELETE FROM gone g USING new_rows r WHERE g.collection = TG_ARGV[0] AND g.id = r.id AND g.slug = r.slug;
    RETURN NULL;
END $$;

-- What 0024 kept for institutions and projects alone: those that are gone.
INSERT INTO gone (collection, id, slug, revision)
SELECT g.collection, g.id, g.slug, (SELECT revision FROM dataset) FROM given_id g
WHERE NOT EXISTS (SELECT FROM institutions r WHERE g.collection = 'institutions' AND r.id = g.id)
  AND NOT EXISTS (SELECT FROM projects r WHERE g.collection = 'projects' AND r.id = g.id);
DROP TRIGGER institutions_ids_insert ON institutions;
DROP TRIGGER institutions_ids_update ON institutions;
DROP TRIGGER projects_ids_insert ON projects;
DROP TRIGGER projects_ids_update ON projects;
DROP FUNCTION innoatlas_give_ids();
DROP TABLE given_id;

DO $do$
DECLARE
    t record;
BEGIN
    FOR t IN VALUES ('facility', 'facilities'), ('institutions', 'institutions'), ('projects', 'projects') LOOP
        EXECUTE format('CREATE TRIGGER %1$I BEFORE DELETE ON %2$I FOR EACH ROW EXECUTE FUNCTION innoatlas_leave(%3$L)', t.column1 || '_leaves', t.column1, t.column2);
        EXECUTE format('CREATE TRIGGER %1$I BEFORE UPDATE ON %2$I FOR EACH ROW EXECUTE FUNCTION innoatlas_leave(%3$L)', t.column1 || '_renamed', t.column1, t.column2);
        EXECUTE format('CREATE TRIGGER %1$I BEFORE TRUNCATE ON %2$I EXECUTE FUNCTION innoatlas_leave_all(%3$L)', t.column1 || '_leave', t.column1, t.column2);
        EXECUTE format('CREATE TRIGGER %1$I AFTER INSERT ON %2$I REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION innoatlas_come(%3$L)',
            t.column1 || '_comes', t.column1, t.column2);
    END LOOP;
END $do$;

SELECT innoatlas_keep_history('facility', 'facilities', 'r.id', 'r.slug', 'o.id = r.id', '{institutions,takes_part}');
SELECT innoatlas_keep_history('institutions', 'institutions', 'r.id', 'r.slug', 'o.id = r.id', '{facilities}');
SELECT innoatlas_keep_history('projects', 'projects', 'r.id', 'r.slug', 'o.id = r.id', '{begins,ends,takes_part,geom}');
SELECT innoatlas_keep_history('country', 'countries', 'r.id', 'r.code', 'o.id = r.id');
SELECT innoatlas_keep_history('kind', 'kinds', 'NULL::bigint', 'r.id', 'o.id = r.id');
SELECT innoatlas_keep_history('sector', 'sectors', 'NULL::bigint', 'r.id', 'o.id = r.id');
SELECT innoatlas_keep_history('own_field', 'fields', 'NULL::bigint', 'r.collection || ''.'' || r.name', '(o.collection, o.name) = (r.collection, r.name)');
SELECT innoatlas_keep_history('synonym', 'synonyms', 'NULL::bigint', 'r.position::text', 'o.position = r.position');
SELECT innoatlas_keep_history('place_name', 'places', 'NULL::bigint', 'concat_ws(''/'', r.country, r.admin1, r.city, r.lang)',
    '(o.country, o.admin1, o.city, o.lang) = (r.country, r.admin1, r.city, r.lang)');
SELECT innoatlas_keep_part('facility_source', 'sources', $$'facilities'$$, 'r.facility_id', 'r.position::text');
SELECT innoatlas_keep_part('record_text', 'texts', 'r.collection', 'r.record', 'r.lang || ''/'' || r.field');
SELECT innoatlas_keep_part('facility_institution', 'links', $$'facilities'$$, 'innoatlas_facility_of(r.facility)', 'r.institution || ''/'' || r.role', 'r.stated');
SELECT innoatlas_keep_part('cooperation', 'figures', $$'countries'$$, '(SELECT c.id FROM country c WHERE c.code = r.country)',
    'concat_ws(''/'', r.indicator, r.year, r.source_url)');

UPDATE facility SET updated = (SELECT updated FROM dataset) WHERE updated IS NULL;
