-- 0023: a field of one's own may be translated: records state it in other languages too, in
-- record_text. A field that gets another name takes its texts along, and none is stale by that.

ALTER TABLE own_field ADD COLUMN translated boolean NOT NULL DEFAULT false;

CREATE OR REPLACE FUNCTION record_text_follow() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    before jsonb := coalesce(OLD.own, '{}') || jsonb_build_object('name', OLD.name, 'summary', OLD.summary);
    after  jsonb := coalesce(NEW.own, '{}') || jsonb_build_object('name', NEW.name, 'summary', NEW.summary);
BEGIN
    IF OLD.id <> NEW.id THEN
        UPDATE record_text SET record = NEW.id WHERE collection = 'facilities' AND record = OLD.id;
    END IF;
    IF current_setting('innoatlas.fields', true) = 'renamed' THEN -- by a transaction that does nothing else
        RETURN NULL;
    END IF;
    UPDATE record_text t SET stale = true
    WHERE t.collection = 'facilities' AND t.record = NEW.id AND t.origin = 'machine' AND NOT t.stale
      AND before -> t.field IS DISTINCT FROM after -> t.field;
    RETURN NULL;
END $$;
