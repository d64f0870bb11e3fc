-- 0026: projects stand where their facilities do, or where none of these has a position their
-- institutions. Imports put them there, and innoatlas migrate after a hand has moved one of these.

ALTER TABLE projects DROP CONSTRAINT projects_geom_check;
ALTER TABLE projects ALTER COLUMN geom TYPE geometry(MultiPoint, 4326) USING NULL; -- there was none

CREATE INDEX projects_geom ON projects USING gist (geom);

-- The positions of those that are named, each once, from west to east and from south to north, as
-- in Go (geo.Dataset). NULL where nobody has one.
CREATE FUNCTION innoatlas_project_places(of_facilities text[], of_institutions text[]) RETURNS geometry
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(
        (SELECT ST_Collect(ST_SetSRID(ST_MakePoint(x, y), 4326) ORDER BY x, y)
         FROM (SELECT DISTINCT ST_X(geom) AS x, ST_Y(geom) AS y FROM facility WHERE slug = ANY (of_facilities) AND geom IS NOT NULL) places),
        (SELECT ST_Collect(ST_SetSRID(ST_MakePoint(x, y), 4326) ORDER BY x, y)
         FROM (SELECT DISTINCT ST_X(geom) AS x, ST_Y(geom) AS y FROM institutions WHERE slug = ANY (of_institutions) AND geom IS NOT NULL) places))
$$;

-- Nothing that is searched changes by that.
SELECT set_config('innoatlas.searched', 'made', true);
UPDATE projects SET geom = innoatlas_project_places(facilities, institutions) WHERE innoatlas_project_places(facilities, institutions) IS NOT NULL;
SELECT set_config('innoatlas.searched', '', true);

-- What a hand takes away is no longer where a project stands.
CREATE TRIGGER facility_gone_stale AFTER DELETE OR TRUNCATE ON facility
    FOR EACH STATEMENT EXECUTE FUNCTION search_stale_links();
CREATE TRIGGER institutions_gone_stale AFTER DELETE OR TRUNCATE ON institutions
    FOR EACH STATEMENT EXECUTE FUNCTION search_stale_links();
