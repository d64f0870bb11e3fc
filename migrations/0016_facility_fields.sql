-- 0016: what an office knows of a facility besides the first columns: where its own pages
-- are, what registers call it, how large it is, what it was called, and how it ended. All
-- of it is NULL in the records that there are, which say what they said.

ALTER TABLE facility
    ADD COLUMN website      stated,
    ADD COLUMN address      stated,
    ADD COLUMN identifiers  text[] CHECK (cardinality(identifiers) > 0 AND array_ndims(identifiers) = 1 AND array_position(identifiers, NULL) IS NULL),
    ADD COLUMN area_ha      double precision CHECK (area_ha > 0 AND area_ha < 'Infinity'), -- NaN is above Infinity
    ADD COLUMN former_names text[] CHECK (cardinality(former_names) > 0 AND array_ndims(former_names) = 1 AND array_position(former_names, NULL) IS NULL),
    ADD COLUMN closed       integer CHECK (closed BETWEEN 1 AND 9999),
    ADD COLUMN successor    stated, -- the slug of another record, which need not be here
    ADD COLUMN checked      date CHECK (checked BETWEEN '0001-01-01' AND '9999-12-31');
