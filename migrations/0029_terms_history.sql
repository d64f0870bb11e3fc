-- 0029: on what terms the data may be used, and whether its outlines are its own, is in the history
-- like all else that people say.
CREATE OR REPLACE FUNCTION innoatlas_follow_terms() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO change (revision, op, collection, key, before, after)
    SELECT innoatlas_change_revision(), 'c', 'dataset', 'terms', jsonb_object_agg(k, was.v), jsonb_object_agg(k, now.v)
    FROM jsonb_each(jsonb_build_object('licence', OLD.licence, 'licence_url', OLD.licence_url, 'attribution', OLD.attribution, 'own_outlines', OLD.own_outlines)) AS was (k, v)
    JOIN jsonb_each(jsonb_build_object('licence', NEW.licence, 'licence_url', NEW.licence_url, 'attribution', NEW.attribution, 'own_outlines', NEW.own_outlines)) AS now (k, v) USING (k)
    WHERE was.v <> now.v;
    RETURN NULL;
END $$;
