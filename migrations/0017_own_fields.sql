-- 0017: fields of one's own, of each collection: what a data set states besides the fields
-- that the program knows. Their values are in own, a JSON object by the names of fields: a
-- number, a text, true or false, a day as "2024-05-31", a time as "2024-05-31T08:00:00Z", or
-- a list of texts. What is not stated is not in it. A value that a hand wrote in another
-- form than its field has is one that is not stated.

CREATE TABLE own_field (
    collection  stated NOT NULL,
    name        stated NOT NULL CHECK (name ~ '^[a-z][a-z0-9_]*$'),
    position    integer NOT NULL, -- among the fields of the collection
    type        stated NOT NULL CHECK (type IN ('integer', 'number', 'boolean', 'string', 'url', 'date', 'timestamp', 'strings')),
    title       jsonb NOT NULL CHECK (jsonb_typeof(title) = 'object'), -- {"en": "...", "zh": "..."}
    description jsonb CHECK (jsonb_typeof(description) = 'object'),
    enum        jsonb CHECK (jsonb_typeof(enum) = 'array'), -- [{"id": "...", "labels": {"en": "..."}}]; NULL: any value
    facet       boolean NOT NULL DEFAULT false, -- whether lists choose by it and facets count it
    private     boolean NOT NULL DEFAULT false, -- whether it is shown to nobody
    PRIMARY KEY (collection, name)
);

CREATE TRIGGER own_field_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON own_field
    FOR EACH STATEMENT EXECUTE FUNCTION innoatlas_new_revision();

ALTER TABLE facility ADD COLUMN own jsonb CHECK (jsonb_typeof(own) = 'object' AND own <> '{}');
ALTER TABLE country  ADD COLUMN own jsonb CHECK (jsonb_typeof(own) = 'object' AND own <> '{}');

-- The values as what they are; NULL where they are something else. A number beyond those
-- that the program has is none. Those in SQL have no STRICT, so that they are inlined.

CREATE FUNCTION innoatlas_number(v jsonb) RETURNS float8
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN jsonb_typeof(v) = 'number' THEN
        CASE WHEN abs(v::numeric) > 1.7976931348623157e308 THEN NULL WHEN abs(v::numeric) < 2.5e-324 THEN 0 ELSE v::float8 END
    END
$$;

CREATE FUNCTION innoatlas_integer(v jsonb) RETURNS float8
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN jsonb_typeof(v) = 'number' THEN CASE WHEN v::numeric = trunc(v::numeric) THEN innoatlas_number(v) END END
$$;

CREATE FUNCTION innoatlas_boolean(v jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN jsonb_typeof(v) = 'boolean' THEN v::boolean END
$$;

CREATE FUNCTION innoatlas_text(v jsonb) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN jsonb_typeof(v) = 'string' THEN nullif(v #>> '{}', '') END
$$;

CREATE FUNCTION innoatlas_texts(v jsonb) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    IF jsonb_typeof(v) <> 'array' THEN
        RETURN NULL;
    END IF;
    RETURN (
        SELECT CASE WHEN bool_and(coalesce(innoatlas_text(one), '') <> '') THEN array_agg(one #>> '{}' ORDER BY n) END
        FROM jsonb_array_elements(v) WITH ORDINALITY AS elements (one, n)
    );
END $$;

-- The first of a month is a day; if there is no day of that number in it, the days behind
-- the first end in another month.
CREATE FUNCTION innoatlas_day(day text) RETURNS date
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    found date;
BEGIN
    IF day !~ '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$' OR left(day, 4) = '0000' THEN
        RETURN NULL;
    END IF;
    found := make_date(left(day, 4)::integer, substr(day, 6, 2)::integer, 1) + (right(day, 2)::integer - 1);
    RETURN CASE WHEN date_part('month', found) = substr(day, 6, 2)::integer THEN found END;
END $$;

CREATE FUNCTION innoatlas_time(moment text) RETURNS timestamptz
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    IF moment !~ '^.{10}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{0,5}[1-9])?Z$' THEN
        RETURN NULL;
    END IF;
    RETURN (innoatlas_day(left(moment, 10)) + rtrim(substr(moment, 12), 'Z')::time) AT TIME ZONE 'UTC';
END $$;

-- The view has what a country states of these fields too.
CREATE OR REPLACE VIEW country_record AS
SELECT
    c.id,
    lower(c.code) COLLATE "C" AS slug,
    c.code AS country,
    c.alpha2,
    c.names,
    nullif(c.names ->> 'en', '') COLLATE "C" AS name,
    nullif(c.names ->> 'zh', '') COLLATE "C" AS name_zh,
    coalesce(f.facilities, 0) AS facilities,
    k.kinds,
    k.kind_ids,
    k.kind_counts,
    s.sectors,
    s.sector_ids,
    s.sector_counts,
    g.figures,
    1::bigint << 62 AS zorder, -- no place in the order but the id
    c.outline AS geom,
    c.search_text,
    c.own
FROM country c
LEFT JOIN (
    SELECT country, count(*) AS facilities FROM facility GROUP BY country
) f ON f.country = c.code
LEFT JOIN (
    SELECT code,
           array_agg(kind.id::text ORDER BY position, kind.id) FILTER (WHERE n > 0) AS kinds,
           array_agg(kind.id::text ORDER BY position, kind.id) AS kind_ids,
           array_agg(coalesce(n, 0) ORDER BY position, kind.id) AS kind_counts
    FROM country CROSS JOIN kind LEFT JOIN (
        SELECT country, kind, count(*) AS n FROM facility GROUP BY country, kind
    ) counted ON counted.country = code AND counted.kind = kind.id
    GROUP BY code
) k ON k.code = c.code
LEFT JOIN (
    SELECT code,
           array_agg(sector.id::text ORDER BY position, sector.id) FILTER (WHERE n > 0) AS sectors,
           array_agg(sector.id::text ORDER BY position, sector.id) AS sector_ids,
           array_agg(coalesce(n, 0) ORDER BY position, sector.id) AS sector_counts
    FROM country CROSS JOIN sector LEFT JOIN (
        -- Lists are counted whole first: there are far fewer different ones than records.
        SELECT country, unnest(sectors) AS sector, sum(n)::bigint AS n
        FROM (SELECT country, sectors, count(*) AS n FROM facility GROUP BY country, sectors) lists
        GROUP BY 1, 2
    ) counted ON counted.country = code AND counted.sector = sector.id
    GROUP BY code
) s ON s.code = c.code
LEFT JOIN (
    SELECT country, jsonb_agg(to_jsonb(cooperation) ORDER BY position, indicator, year, source_url) AS figures
    FROM cooperation GROUP BY country
) g ON g.country = c.code;
