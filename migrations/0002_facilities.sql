-- 0002: facilities, and what hangs on each. Records are changed by imports: these make
-- zorder and search_text, and the revision by which answers are known to be old. Other
-- programs may read the tables. The constraints are here and not only in the import, so
-- that a mistake of ours, or of a hand, does not get in.
--
-- geometry and not geography: predicates are planar on degrees, as in geo/memory.

CREATE TABLE facility (
    id               bigint PRIMARY KEY CHECK (id BETWEEN 1 AND (1::bigint << 53) - 1), -- exact in JSON
    slug             stated NOT NULL UNIQUE CHECK (slug !~ '^[1-9][0-9]*$'),            -- or it would read as an id
    kind             stated REFERENCES kind,
    name             stated,
    name_zh          stated,
    name_local       stated,
    name_local_lang  stated,
    country          stated CHECK (country ~ '^[A-Z]{3}$') REFERENCES country, -- where it stands; NULL: no source says
    country_name     stated,
    admin1           stated,
    city             stated,
    precision        stated CHECK (precision IN ('site', 'city', 'admin1', 'country')),
    sectors          text[] CHECK (cardinality(sectors) > 0 AND array_ndims(sectors) = 1),
    partners         text[] CHECK (cardinality(partners) > 0 AND array_ndims(partners) = 1 AND array_position(partners, NULL) IS NULL),
    host_institution stated,
    established      integer CHECK (established BETWEEN 1 AND 9999),
    status           stated CHECK (status IN ('operating', 'announced', 'planned', 'closed', 'unknown')),
    summary          stated,
    source_title     stated,
    source_url       stated,
    source_date      stated CHECK (source_date ~ '^\d{4}(-\d{2}(-\d{2})?)?$'),
    updated          timestamptz,
    -- The Z-order key of geom, made in Go (package zorder); 2^62 where there is no
    -- position. It is the order of pages, tiles and clusters.
    zorder           bigint NOT NULL CHECK (zorder BETWEEN 0 AND 1::bigint << 62),
    geom             geometry(Point, 4326), -- NULL: no position known
    search_text      stated, -- what words are looked for in, folded in Go (geo.Fold)

    CONSTRAINT facility_zorder_of_geom CHECK ((geom IS NULL) = (zorder = 1::bigint << 62)),
    -- NaN sorts above every number in PostgreSQL, so that the range refuses it too.
    CONSTRAINT facility_geom_in_range CHECK (geom IS NULL OR NOT ST_IsEmpty(geom) AND ST_IsValid(geom)
        AND ST_X(geom) BETWEEN -180 AND 180 AND ST_Y(geom) BETWEEN -90 AND 90)
);

CREATE INDEX facility_order       ON facility (zorder, id);
CREATE INDEX facility_kind        ON facility (kind);
CREATE INDEX facility_country     ON facility (country, kind); -- the counts of a country need no more
CREATE INDEX facility_status      ON facility (status);    -- counted without reading the records, as
CREATE INDEX facility_precision   ON facility (precision); -- kinds and countries are
CREATE INDEX facility_established ON facility (established);
CREATE INDEX facility_sectors     ON facility USING gin (sectors);
CREATE INDEX facility_geom        ON facility USING gist (geom); -- for GIS tools that read the table

-- An array cannot have a foreign key, so the sectors of each record stand here too.
CREATE TABLE facility_sector (
    facility_id bigint NOT NULL REFERENCES facility ON DELETE CASCADE,
    sector      stated NOT NULL REFERENCES sector,
    PRIMARY KEY (facility_id, sector)
);
CREATE INDEX facility_sector_sector ON facility_sector (sector);

-- Once a statement and not once a row: an import brings tens of thousands.
CREATE FUNCTION facility_sector_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        DELETE FROM facility_sector s USING touched t WHERE s.facility_id = t.id;
    END IF;
    INSERT INTO facility_sector (facility_id, sector)
    SELECT t.id, unnest(t.sectors) FROM touched t;
    RETURN NULL;
END $$;

CREATE TRIGGER facility_sector_insert AFTER INSERT ON facility
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION facility_sector_follow();
CREATE TRIGGER facility_sector_update AFTER UPDATE ON facility
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION facility_sector_follow();

-- Further sources, each for the fact that it supports.
CREATE TABLE facility_source (
    facility_id bigint NOT NULL REFERENCES facility ON DELETE CASCADE,
    position    integer NOT NULL,
    title       stated,
    url         stated,
    date        stated CHECK (date ~ '^\d{4}(-\d{2}(-\d{2})?)?$'),
    supports    stated,
    PRIMARY KEY (facility_id, position)
);
