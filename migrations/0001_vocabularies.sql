-- 0001: the words that records may use. Kinds, sectors and countries are data, so
-- they are tables with foreign keys to them and not CHECK constraints.

CREATE EXTENSION IF NOT EXISTS postgis;

-- A text that somebody stated: never empty, NULL stands for "not stated". It sorts
-- by bytes, as Go does, so that both stores give one order.
CREATE DOMAIN stated AS text COLLATE "C" CHECK (value <> '');

CREATE TABLE kind (
    id       stated PRIMARY KEY CHECK (id ~ '^[a-z0-9-]+$'),
    labels   jsonb NOT NULL CHECK (jsonb_typeof(labels) = 'object'), -- {"en": "...", "zh": "..."}
    plurals  jsonb CHECK (jsonb_typeof(plurals) = 'object'),
    position integer NOT NULL -- in the vocabulary's own order
);

CREATE TABLE sector (
    id       stated PRIMARY KEY CHECK (id ~ '^[a-z0-9-]+$'),
    labels   jsonb NOT NULL CHECK (jsonb_typeof(labels) = 'object'),
    plurals  jsonb CHECK (jsonb_typeof(plurals) = 'object'),
    position integer NOT NULL
);

-- search_text is folded in Go (geo.Fold), the one place that knows how.
CREATE TABLE country (
    id          bigint NOT NULL UNIQUE CHECK (id BETWEEN 0 AND 999), -- ISO 3166-1 numeric
    code        stated PRIMARY KEY CHECK (code ~ '^[A-Z]{3}$'),      -- ISO 3166-1 alpha-3
    alpha2      stated NOT NULL UNIQUE CHECK (alpha2 ~ '^[A-Z]{2}$'),
    names       jsonb NOT NULL CHECK (jsonb_typeof(names) = 'object'),
    search_text stated,
    outline     geometry(MultiPolygon, 4326) CHECK (ST_IsValid(outline) AND NOT ST_IsEmpty(outline)) -- NULL: none known
);
