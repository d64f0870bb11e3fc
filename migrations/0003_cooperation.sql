-- 0003: what sources say of a country's cooperation. A country without a row was not
-- named, which is not a zero. One source may state an indicator for several years.

CREATE TABLE cooperation (
    country      stated NOT NULL REFERENCES country,
    indicator    stated NOT NULL,
    value        double precision NOT NULL CHECK (value > '-Infinity' AND value < 'Infinity'), -- NaN is above Infinity
    year         integer NOT NULL CHECK (year BETWEEN 0 AND 9999), -- of the report; 0 not stated
    source_title stated,
    source_url   text COLLATE "C" NOT NULL, -- '' not stated: it is a part of the key
    source_date  stated,
    supports     stated,
    position     integer NOT NULL, -- in the order of the data set
    PRIMARY KEY (country, indicator, year, source_url)
);
