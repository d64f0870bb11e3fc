-- 0024: who works with whom. Institutions and projects have a table of the name of their
-- collection with a column for each field; fields of one's own are in own. Which institutions
-- are hosts and partners of a facility is in facility_institution; what follows of that is
-- worked out by imports: facility.institutions and takes_part, institutions.facilities,
-- projects.begins, ends and takes_part, and all of partnerships.

CREATE TABLE institutions (
    id              bigint PRIMARY KEY CHECK (id BETWEEN 1 AND (1::bigint << 53) - 1), -- exact in JSON
    slug            stated NOT NULL UNIQUE CHECK (slug !~ '^[1-9][0-9]*$'),            -- or it would read as an id
    type            stated CHECK (type IN ('university', 'research-institute', 'company', 'government', 'agency-or-association', 'intergovernmental', 'other')),
    name            stated,
    name_zh         stated,
    name_local      stated,
    name_local_lang stated,
    aliases         text[] CHECK (cardinality(aliases) > 0 AND array_ndims(aliases) = 1 AND array_position(aliases, NULL) IS NULL),
    country         stated CHECK (country ~ '^[A-Z]{3}$') REFERENCES country, -- of its seat
    country_name    stated,
    admin1          stated,
    city            stated,
    precision       stated CHECK (precision IN ('site', 'city', 'admin1', 'country')),
    parent          stated, -- the slug of another one, which need not be here
    website         stated,
    identifiers     text[] CHECK (cardinality(identifiers) > 0 AND array_ndims(identifiers) = 1 AND array_position(identifiers, NULL) IS NULL),
    facilities      integer NOT NULL DEFAULT 0, -- of how many it is host or partner
    own             jsonb CHECK (jsonb_typeof(own) = 'object' AND own <> '{}'),
    zorder          bigint NOT NULL DEFAULT 1::bigint << 62 CHECK (zorder BETWEEN 0 AND 1::bigint << 62),
    geom            geometry(Point, 4326), -- NULL: no position known
    search_text     stated,
    names_text      stated, -- the part of search_text that is names, in all languages
    search_terms    tsvector GENERATED ALWAYS AS (innoatlas_terms(search_text)) STORED,

    CONSTRAINT institutions_zorder_of_geom CHECK ((geom IS NULL) = (zorder = 1::bigint << 62)),
    CONSTRAINT institutions_geom_in_range CHECK (geom IS NULL OR NOT ST_IsEmpty(geom) AND ST_IsValid(geom)
        AND ST_X(geom) BETWEEN -180 AND 180 AND ST_Y(geom) BETWEEN -90 AND 90)
);

CREATE INDEX institutions_order        ON institutions (zorder, id);
CREATE INDEX institutions_country      ON institutions (country);
CREATE INDEX institutions_search_terms ON institutions USING gin (search_terms);
CREATE INDEX institutions_geom         ON institutions USING gist (geom);

CREATE TABLE projects (
    id           bigint PRIMARY KEY CHECK (id BETWEEN 1 AND (1::bigint << 53) - 1),
    slug         stated NOT NULL UNIQUE CHECK (slug !~ '^[1-9][0-9]*$'),
    kind         stated CHECK (kind IN ('research-project', 'cooperation-project', 'agreement', 'event')),
    name         stated,
    name_zh      stated,
    start        stated CHECK (start ~ '^\d{4}(-\d{2}(-\d{2})?)?$'),
    "end"        stated CHECK ("end" ~ '^\d{4}(-\d{2}(-\d{2})?)?$'),
    begins       date,
    ends         date,
    sectors      text[] CHECK (cardinality(sectors) > 0 AND array_ndims(sectors) = 1 AND array_position(sectors, NULL) IS NULL),
    institutions text[] CHECK (cardinality(institutions) > 0 AND array_ndims(institutions) = 1 AND array_position(institutions, NULL) IS NULL),
    facilities   text[] CHECK (cardinality(facilities) > 0 AND array_ndims(facilities) = 1 AND array_position(facilities, NULL) IS NULL),
    countries    text[] CHECK (cardinality(countries) > 0 AND array_ndims(countries) = 1 AND array_position(countries, NULL) IS NULL),
    takes_part   text[] CHECK (cardinality(takes_part) > 0 AND array_ndims(takes_part) = 1 AND array_position(takes_part, NULL) IS NULL),
    summary      stated,
    source_title stated,
    source_url   stated,
    source_date  stated CHECK (source_date ~ '^\d{4}(-\d{2}(-\d{2})?)?$'),
    own          jsonb CHECK (jsonb_typeof(own) = 'object' AND own <> '{}'),
    zorder       bigint NOT NULL DEFAULT 1::bigint << 62 CHECK (zorder = 1::bigint << 62),
    geom         geometry(Point, 4326) CHECK (geom IS NULL), -- projects are no places
    search_text  stated,
    names_text   stated,
    search_terms tsvector GENERATED ALWAYS AS (innoatlas_terms(search_text)) STORED
);

CREATE INDEX projects_order        ON projects (zorder, id);
CREATE INDEX projects_search_terms ON projects USING gin (search_terms);

-- Links that a table of the data set states stay until another replaces them; the others are
-- made of what the texts of the facility name, and made anew by each import.
CREATE TABLE facility_institution (
    facility    stated NOT NULL REFERENCES facility (slug) ON UPDATE CASCADE ON DELETE CASCADE,
    institution stated NOT NULL REFERENCES institutions (slug) ON UPDATE CASCADE ON DELETE CASCADE,
    role        stated NOT NULL CHECK (role IN ('host', 'partner')),
    position    integer NOT NULL, -- among the links of the facility
    stated      boolean NOT NULL DEFAULT true,
    PRIMARY KEY (facility, institution, role)
);
CREATE INDEX facility_institution_institution ON facility_institution (institution);

ALTER TABLE facility
    ADD COLUMN institutions text[] CHECK (cardinality(institutions) > 0 AND array_ndims(institutions) = 1 AND array_position(institutions, NULL) IS NULL),
    ADD COLUMN takes_part   text[] CHECK (cardinality(takes_part) > 0 AND array_ndims(takes_part) = 1 AND array_position(takes_part, NULL) IS NULL),
    ADD COLUMN names_text   stated;
CREATE INDEX facility_institutions ON facility USING gin (institutions);
CREATE INDEX facility_takes_part   ON facility USING gin (takes_part);

-- A partnership is an institution and a facility with the roles of the one. It is a table, and
-- not a view, so that indexes find it. Seat and place are the points of both.
CREATE TABLE partnerships (
    id                          bigint PRIMARY KEY CHECK (id BETWEEN 1 AND (1::bigint << 53) - 1),
    slug                        stated NOT NULL UNIQUE,
    roles                       text[] NOT NULL,
    institution_id              bigint NOT NULL REFERENCES institutions (id) ON UPDATE CASCADE ON DELETE CASCADE,
    institution                 stated NOT NULL,
    institution_name            stated,
    institution_name_zh         stated,
    institution_name_local      stated,
    institution_name_local_lang stated,
    institution_country         stated,
    type                        stated,
    facility_id                 bigint NOT NULL REFERENCES facility (id) ON UPDATE CASCADE ON DELETE CASCADE,
    facility                    stated NOT NULL,
    facility_name               stated,
    facility_name_zh            stated,
    facility_name_local         stated,
    facility_name_local_lang    stated,
    country                     stated,
    kind                        stated,
    sectors                     text[],
    established                 integer,
    takes_part                  text[],
    seat                        geometry(Point, 4326),
    place                       geometry(Point, 4326),
    zorder                      bigint NOT NULL DEFAULT 1::bigint << 62 CHECK (zorder = 1::bigint << 62),
    geom                        geometry(Geometry, 4326), -- the line between them, see innoatlas_line
    search_text                 stated,
    search_terms                tsvector GENERATED ALWAYS AS (innoatlas_terms(search_text)) STORED
);

CREATE INDEX partnerships_order        ON partnerships (zorder, id);
CREATE INDEX partnerships_institution  ON partnerships (institution);
CREATE INDEX partnerships_institution_id ON partnerships (institution_id);
CREATE INDEX partnerships_facility     ON partnerships (facility);
CREATE INDEX partnerships_facility_id  ON partnerships (facility_id);
CREATE INDEX partnerships_takes_part   ON partnerships USING gin (takes_part);
CREATE INDEX partnerships_search_terms ON partnerships USING gin (search_terms);
CREATE INDEX partnerships_geom         ON partnerships USING gist (geom);

-- The number of a record that is given none: the same as in Go (geo.RecordID).
CREATE FUNCTION innoatlas_record_id(slug text) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT ('x' || left(md5(slug), 12))::bit(48)::bigint + 1
$$;

-- The line between two points, the shorter way round the world, to the last bit as in Go
-- (geo.Line): where it meets the meridian of 180 degrees it is cut. NULL where both are one.
CREATE FUNCTION innoatlas_line(a geometry, b geometry) RETURNS geometry
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    west CONSTANT float8 := ST_X(a);
    east CONSTANT float8 := ST_X(b);
    edge float8 := CASE WHEN west < 0 THEN -180 ELSE 180 END;
    lat  float8;
BEGIN
    IF west = east AND ST_Y(a) = ST_Y(b) THEN
        RETURN NULL;
    ELSIF abs(east - west) <= 180 THEN
        RETURN ST_MakeLine(a, b);
    END IF;
    lat := ST_Y(a) + (ST_Y(b) - ST_Y(a)) * ((edge - west) / (east + 2 * edge - west));
    IF west = edge THEN
        RETURN ST_MakeLine(ST_SetSRID(ST_MakePoint(-edge, lat), 4326), b);
    ELSIF east = -edge THEN
        RETURN ST_MakeLine(a, ST_SetSRID(ST_MakePoint(edge, lat), 4326));
    END IF;
    RETURN ST_Collect(
        ST_MakeLine(a, ST_SetSRID(ST_MakePoint(edge, lat), 4326)),
        ST_MakeLine(ST_SetSRID(ST_MakePoint(-edge, lat), 4326), b));
END $$;

-- Ids are never given twice: one that a deleted record had is that of no other. A record that
-- comes again under its slug has its id again.
CREATE TABLE given_id (
    collection stated NOT NULL,
    id         bigint NOT NULL,
    slug       stated NOT NULL, -- of the record that has it, or had it last
    PRIMARY KEY (collection, id)
);
CREATE INDEX given_id_slug ON given_id (collection, slug);

CREATE FUNCTION innoatlas_give_ids() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    taken record;
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT t.id, g.slug INTO taken FROM touched t JOIN given_id g ON g.collection = TG_TABLE_NAME AND g.id = t.id AND g.slug <> t.slug LIMIT 1;
        IF FOUND THEN
            RAISE unique_violation USING MESSAGE = format('the id %s of %s was given to %s, and is never given again', taken.id, TG_TABLE_NAME, taken.slug);
        END IF;
    END IF;
    INSERT INTO given_id (collection, id, slug) SELECT TG_TABLE_NAME, id, slug FROM touched
    ON CONFLICT (collection, id) DO UPDATE SET slug = excluded.slug WHERE given_id.slug <> excluded.slug;
    RETURN NULL;
END $$;

CREATE TRIGGER institutions_ids_insert AFTER INSERT ON institutions
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION innoatlas_give_ids();
CREATE TRIGGER institutions_ids_update AFTER UPDATE ON institutions
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION innoatlas_give_ids();
CREATE TRIGGER projects_ids_insert AFTER INSERT ON projects
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION innoatlas_give_ids();
CREATE TRIGGER projects_ids_update AFTER UPDATE ON projects
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION innoatlas_give_ids();

CREATE TRIGGER institutions_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON institutions
    FOR EACH STATEMENT EXECUTE FUNCTION innoatlas_new_revision();
CREATE TRIGGER projects_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON projects
    FOR EACH STATEMENT EXECUTE FUNCTION innoatlas_new_revision();
CREATE TRIGGER facility_institution_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON facility_institution
    FOR EACH STATEMENT EXECUTE FUNCTION innoatlas_new_revision();
CREATE TRIGGER partnerships_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON partnerships
    FOR EACH STATEMENT EXECUTE FUNCTION innoatlas_new_revision();

-- Texts follow institutions and projects as they follow facilities (0018).
CREATE OR REPLACE FUNCTION record_text_gone() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    of text := coalesce(TG_ARGV[0], 'facilities');
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        DELETE FROM record_text WHERE collection = of;
    ELSE
        DELETE FROM record_text t USING gone WHERE t.collection = of AND t.record = gone.id;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER record_text_delete AFTER DELETE ON institutions
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION record_text_gone('institutions');
CREATE TRIGGER record_text_truncate AFTER TRUNCATE ON institutions
    FOR EACH STATEMENT EXECUTE FUNCTION record_text_gone('institutions');
CREATE TRIGGER record_text_delete AFTER DELETE ON projects
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION record_text_gone('projects');
CREATE TRIGGER record_text_truncate AFTER TRUNCATE ON projects
    FOR EACH STATEMENT EXECUTE FUNCTION record_text_gone('projects');

CREATE FUNCTION record_text_follow_record() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    before jsonb := coalesce(OLD.own, '{}') || to_jsonb(OLD);
    after  jsonb := coalesce(NEW.own, '{}') || to_jsonb(NEW);
BEGIN
    IF OLD.id <> NEW.id THEN
        UPDATE record_text SET record = NEW.id WHERE collection = TG_TABLE_NAME AND record = OLD.id;
    END IF;
    IF current_setting('innoatlas.fields', true) = 'renamed' THEN -- as in 0023
        RETURN NULL;
    END IF;
    UPDATE record_text t SET stale = true
    WHERE t.collection = TG_TABLE_NAME AND t.record = NEW.id AND t.origin = 'machine' AND NOT t.stale
      AND before -> t.field IS DISTINCT FROM after -> t.field;
    RETURN NULL;
END $$;

CREATE TRIGGER record_text_update AFTER UPDATE ON institutions
    FOR EACH ROW WHEN ((OLD.id, OLD.name, OLD.own) IS DISTINCT FROM (NEW.id, NEW.name, NEW.own))
    EXECUTE FUNCTION record_text_follow_record();
CREATE TRIGGER record_text_update AFTER UPDATE ON projects
    FOR EACH ROW WHEN ((OLD.id, OLD.name, OLD.summary, OLD.own) IS DISTINCT FROM (NEW.id, NEW.name, NEW.summary, NEW.own))
    EXECUTE FUNCTION record_text_follow_record();

-- What a hand changes is marked as in 0021, until innoatlas migrate or an import makes anew what
-- follows of it: search texts, links by names, who takes part, and partnerships. A hand that
-- changes the partners or the host of a facility takes away what a table stated of them.
CREATE TRIGGER institutions_search_new AFTER INSERT ON institutions
    FOR EACH ROW WHEN (current_setting('innoatlas.searched', true) IS DISTINCT FROM 'made') EXECUTE FUNCTION search_stale_record('institutions');
CREATE TRIGGER institutions_search_stale AFTER UPDATE ON institutions
    FOR EACH ROW WHEN (current_setting('innoatlas.searched', true) IS DISTINCT FROM 'made' AND NEW.* IS DISTINCT FROM OLD.*)
    EXECUTE FUNCTION search_stale_record('institutions');
CREATE TRIGGER projects_search_new AFTER INSERT ON projects
    FOR EACH ROW WHEN (current_setting('innoatlas.searched', true) IS DISTINCT FROM 'made') EXECUTE FUNCTION search_stale_record('projects');
CREATE TRIGGER projects_search_stale AFTER UPDATE ON projects
    FOR EACH ROW WHEN (current_setting('innoatlas.searched', true) IS DISTINCT FROM 'made' AND NEW.* IS DISTINCT FROM OLD.*)
    EXECUTE FUNCTION search_stale_record('projects');

CREATE FUNCTION search_stale_links() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF current_setting('innoatlas.searched', true) IS DISTINCT FROM 'made' THEN
        INSERT INTO search_stale VALUES ('links', 0) ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER facility_institution_stale AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON facility_institution
    FOR EACH STATEMENT EXECUTE FUNCTION search_stale_links();

CREATE FUNCTION facility_institution_follow() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    DELETE FROM facility_institution k WHERE k.facility = NEW.slug AND k.stated
        AND (k.role = 'partner' AND NEW.partners IS DISTINCT FROM OLD.partners OR k.role = 'host' AND NEW.host_institution IS DISTINCT FROM OLD.host_institution);
    RETURN NULL;
END $$;

CREATE TRIGGER facility_institution_update AFTER UPDATE OF partners, host_institution ON facility
    FOR EACH ROW WHEN (current_setting('innoatlas.searched', true) IS DISTINCT FROM 'made'
        AND (OLD.partners, OLD.host_institution) IS DISTINCT FROM (NEW.partners, NEW.host_institution))
    EXECUTE FUNCTION facility_institution_follow();
