-- 0013: a revision has a name that was never given before. Numbers come again: a backup
-- that is restored goes on from its own, so another import would give the number of a
-- content that is gone, and whoever keeps answers by that name would not ask again.

CREATE OR REPLACE FUNCTION innoatlas_new_revision() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    name text;
BEGIN
    IF current_setting('innoatlas.revision', true) = 'counted' THEN
        RETURN NULL;
    END IF;
    PERFORM set_config('innoatlas.revision', 'counted', true); -- until the transaction ends
    UPDATE dataset SET id = gen_random_uuid(), revision = revision + 1, updated = now() RETURNING id || '-' || revision INTO name;
    PERFORM pg_notify('innoatlas_revision', name);
    RETURN NULL;
END $$;

UPDATE dataset SET id = gen_random_uuid(); -- this one may be such a restored backup
