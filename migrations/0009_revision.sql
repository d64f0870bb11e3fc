-- 0009: every change of what is served is a new revision, whoever makes it. Servers keep
-- answers and counts under the name of a revision, and what an UPDATE by hand changed
-- must not be answered from before. The first statement of a transaction that may change
-- something raises the revision, and holds it until the end; an import does that itself,
-- once it knows that something changed.

CREATE FUNCTION innoatlas_new_revision() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    name text;
BEGIN
    IF current_setting('innoatlas.revision', true) = 'counted' THEN
        RETURN NULL;
    END IF;
    PERFORM set_config('innoatlas.revision', 'counted', true); -- until the transaction ends
    UPDATE dataset SET revision = revision + 1, updated = now() RETURNING id || '-' || revision INTO name;
    PERFORM pg_notify('innoatlas_revision', name);
    RETURN NULL;
END $$;

CREATE TRIGGER kind_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON kind
    FOR EACH STATEMENT EXECUTE FUNCTION innoatlas_new_revision();
CREATE TRIGGER sector_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON sector
    FOR EACH STATEMENT EXECUTE FUNCTION innoatlas_new_revision();
CREATE TRIGGER country_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON country
    FOR EACH STATEMENT EXECUTE FUNCTION innoatlas_new_revision();
CREATE TRIGGER facility_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON facility
    FOR EACH STATEMENT EXECUTE FUNCTION innoatlas_new_revision();
CREATE TRIGGER facility_source_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON facility_source
    FOR EACH STATEMENT EXECUTE FUNCTION innoatlas_new_revision();
CREATE TRIGGER cooperation_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON cooperation
    FOR EACH STATEMENT EXECUTE FUNCTION innoatlas_new_revision();
