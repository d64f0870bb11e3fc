-- 0027: what an import does to the tables that only their owner may lock, analyse or count up, for
-- whoever has the rights of an editor. The program gives the rights after the last step (roles.go).

-- Waits for everybody who writes to the tables now, or changes them, and keeps others from it.
CREATE FUNCTION innoatlas_lock() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    LOCK TABLE kind, sector, own_field, country, facility, facility_source, facility_sector, cooperation,
        institutions, projects, facility_institution, partnerships, record_text, place_name, synonym, gone, dataset IN SHARE ROW EXCLUSIVE MODE;
END $$;

-- Tells the planner what the tables hold now.
CREATE FUNCTION innoatlas_analyze() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    ANALYZE kind, sector, own_field, country, facility, facility_source, cooperation, record_text,
        institutions, projects, facility_institution, partnerships;
END $$;

-- Gives what the database holds a new name, where the changes themselves have not.
CREATE FUNCTION innoatlas_raise_revision() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    UPDATE dataset SET id = gen_random_uuid(), revision = revision + 1, updated = now()
    WHERE current_setting('innoatlas.revision', true) IS DISTINCT FROM 'counted';
END $$;
