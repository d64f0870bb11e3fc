-- 0014: the terms on which the data may be used belong to it, and are in every file that is
-- made of it. They are changed by imports; a change by hand is a new revision too.

ALTER TABLE dataset
    ADD COLUMN licence      stated,
    ADD COLUMN licence_url  stated,
    ADD COLUMN attribution  stated, -- whom to name
    ADD COLUMN own_outlines boolean NOT NULL DEFAULT false; -- an import brought outlines of its own

CREATE TRIGGER dataset_revision AFTER UPDATE OF licence, licence_url, attribution, own_outlines ON dataset
    FOR EACH STATEMENT EXECUTE FUNCTION innoatlas_new_revision();
