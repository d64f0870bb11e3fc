-- 0030: a database that is filled for the first time. To keep the indexes of a table up to date row by
-- row takes ten times as long as to make them of a million rows that are there. So an import into an
-- empty database makes them anew, within its transaction.

-- What was taken away of tables, and how to bring it back: nobody but their owner writes here.
CREATE TABLE taken_away (
    relation regclass NOT NULL,
    makes    text NOT NULL -- the statement
);

-- Takes from the tables of facilities what is costly to keep up: indexes and references to vocabularies.
-- Readers wait for a table that is filled so until the import ends, and so it is done only where there is
-- nothing to read. Whoever reads the tables now is waited for, but not for long.
CREATE FUNCTION innoatlas_begin_to_fill() RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET lock_timeout = '2s' AS $$
DECLARE
    o record;
BEGIN
    IF EXISTS (SELECT FROM facility) OR EXISTS (SELECT FROM change WHERE collection = 'facilities') THEN
        RETURN false;
    END IF;
    LOCK TABLE facility, facility_sector, change, country, kind, sector IN ACCESS EXCLUSIVE MODE;
    FOR o IN
        SELECT conrelid::regclass AS relation, conname AS name, pg_get_constraintdef(oid) AS makes
        FROM pg_constraint WHERE contype = 'f' AND conrelid IN ('facility'::regclass, 'facility_sector'::regclass)
    LOOP
        INSERT INTO taken_away VALUES (o.relation, format('ALTER TABLE %s ADD CONSTRAINT %I %s', o.relation, o.name, o.makes));
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', o.relation, o.name);
    END LOOP;
    FOR o IN
        SELECT indrelid::regclass AS relation, indexrelid::regclass AS name, pg_get_indexdef(indexrelid) AS makes
        FROM pg_index i WHERE indrelid IN ('facility'::regclass, 'facility_sector'::regclass, 'change'::regclass)
        AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
    LOOP
        INSERT INTO taken_away VALUES (o.relation, o.makes);
        EXECUTE format('DROP INDEX %s', o.name);
    END LOOP;
    RETURN true;
EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
    RETURN false;
END $$;

-- Brings back what was taken away.
CREATE FUNCTION innoatlas_end_to_fill() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET maintenance_work_mem = '256MB' AS $$
DECLARE
    o record;
BEGIN
    FOR o IN DELETE FROM taken_away RETURNING makes LOOP
        EXECUTE o.makes;
    END LOOP;
END $$;

-- No transaction may end before that.
CREATE FUNCTION innoatlas_is_brought_back() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF EXISTS (SELECT FROM taken_away) THEN
        RAISE EXCEPTION 'indexes and references of % were not brought back: innoatlas_end_to_fill() does that', NEW.relation;
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER taken_away_is_brought_back AFTER INSERT ON taken_away
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION innoatlas_is_brought_back();
