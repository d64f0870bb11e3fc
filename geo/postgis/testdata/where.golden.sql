-- nothing
TRUE
-- empty and
TRUE
-- empty or
FALSE
-- a bare value
NULL::boolean
-- text equals
(kind = $1::text)
   $1 = x' OR 1=1 --
-- value on the left
($1::bigint < established)
   $1 = 2015
-- a fraction
(established::float8 > $1::float8)
   $1 = 2015.5
-- two properties
(name <> city)
-- number and text
NULL::boolean
-- two values
TRUE
-- a list
NULL::boolean
-- an operator that does not exist
NULL::boolean
-- a property that does not exist
NULL::boolean
-- a column that is no property
NULL::boolean
-- time of change
(updated >= $1::timestamptz)
   $1 = 2024-02-29T00:00:00Z
-- in texts
(country = ANY($1::text[]))
   $1 = [THA LAO]
-- in numbers
(id = ANY($1::bigint[]))
   $1 = [1 7]
-- in fractions
(id::float8 = ANY($1::float8[]))
   $1 = [1 1.5]
-- in nothing
FALSE
-- in mixed types
(NULL::boolean OR (country = $1::text))
   $1 = THA
-- not stated
(established IS NULL)
-- without position
(zorder = 4611686018427387904)
-- nobody states that
TRUE
-- overlaps
(sectors && $1::text[])
   $1 = [new-energy food]
-- overlaps with no list
NULL::boolean
-- contains
(search_text LIKE $1::text)
   $1 = %50\%\_\\%
-- contains in a number
NULL::boolean
-- box across the antimeridian
(((zorder BETWEEN $5::bigint AND $6::bigint OR zorder BETWEEN $7::bigint AND $8::bigint OR zorder BETWEEN $9::bigint AND $10::bigint OR zorder BETWEEN $11::bigint AND $12::bigint) AND ST_X(geom) BETWEEN $1::float8 AND $2::float8 AND ST_Y(geom) BETWEEN $3::float8 AND $4::float8) OR ((zorder BETWEEN $17::bigint AND $18::bigint OR zorder BETWEEN $19::bigint AND $20::bigint OR zorder BETWEEN $21::bigint AND $22::bigint OR zorder BETWEEN $23::bigint AND $24::bigint) AND ST_X(geom) BETWEEN $13::float8 AND $14::float8 AND ST_Y(geom) BETWEEN $15::float8 AND $16::float8))
   $1 = 177
   $2 = 180
   $3 = -19
   $4 = -16
   $5 = 3852534812099215360
   $6 = 3852548006238748671
   $7 = 3852723928099192832
   $8 = 3852829481215459327
   $9 = 3854047740099035136
   $10 = 3854096118610657279
   $11 = 3854188477587390464
   $12 = 3854518331075723263
   $13 = -180
   $14 = -178
   $15 = -19
   $16 = -16
   $17 = 2315589080282300416
   $18 = 2315624264654389247
   $19 = 2315659449026478080
   $20 = 2315677041212522495
   $21 = 2317102008282120192
   $22 = 2317330706700697599
   $23 = 2317348298886742016
   $24 = 2317365891072786431
-- not in a box
NOT (ST_X(geom) BETWEEN $1::float8 AND $2::float8 AND ST_Y(geom) BETWEEN $3::float8 AND $4::float8 OR ST_X(geom) BETWEEN $5::float8 AND $6::float8 AND ST_Y(geom) BETWEEN $7::float8 AND $8::float8)
   $1 = 177
   $2 = 180
   $3 = -19
   $4 = -16
   $5 = -180
   $6 = -180
   $7 = -19
   $8 = -16
-- box on a text
NULL::boolean
-- outline and box
ST_Intersects(geom, ST_GeomFromWKB($1::bytea, 4326))
   $1 = POLYGON((100 10,101 10,101 11,100 11,100 10))
-- country without outline
(geom IS NULL)
-- country by count
(facilities > $1::bigint)
   $1 = 3
-- a facility's property of a country
NULL::boolean
-- between
((established >= $1::bigint) AND (established::float8 <= $2::float8))
   $1 = 1999
   $2 = 2010.5
-- like
(name LIKE $1::text)
   $1 = 50\% _f%
-- like, with a backslash at the end
(name LIKE $1::text)
   $1 = a\\\\
-- without case and accents
(innoatlas_accenti(innoatlas_casei(city)) LIKE $1::text)
   $1 = ha noi%
-- in with a property
((name = name_zh) OR name = ANY($1::text[]))
   $1 = [a b]
-- a boolean
FALSE
-- arithmetic
(innoatlas_over(id::float8, established::float8) > $1::float8)
   $1 = 2
-- not computable
(innoatlas_modulo($1::float8, established::float8) IS NULL)
   $1 = 1
-- an operator of arithmetic that does not exist
(id::float8 = NULL::float8)
-- contains all of a list
(sectors @> $1::text[])
   $1 = [food new-energy]
-- is contained by a list
($1::text[] <@ sectors)
   $1 = [food]
-- the same lists
(sectors @> kinds AND sectors <@ kinds)
-- an empty list
(sectors <@ $1::text[])
   $1 = []
-- a list with a property
(sectors @> CASE WHEN array_position(ARRAY[kind, $1::text]::text[], NULL) IS NULL THEN ARRAY[kind, $1::text]::text[] COLLATE "C" END)
   $1 = food
-- changed on a day
(updated > $1::timestamptz AND updated < $2::timestamptz)
   $1 = 2024-02-29T00:00:00Z
   $2 = 2024-02-29T23:59:59.999999Z
-- changed after an instant
(updated > $1::timestamptz)
   $1 = 2024-02-29T00:00:00Z
-- an open interval
CASE WHEN updated IS NOT NULL THEN (updated <= $1::timestamptz AND $2::timestamptz >= $3::timestamptz) END
   $1 = 2024-02-29T00:00:00Z
   $2 = infinity
   $3 = -infinity
-- in a triangle
(geom && ST_GeomFromWKB($1::bytea, 4326) AND CASE WHEN ST_DWithin(geom, ST_GeomFromWKB($2::bytea, 4326), $3::float8) THEN NOT ST_Relate(geom, ST_GeomFromWKB($1::bytea, 4326), 'FF*FF****') ELSE ST_Intersects(geom, ST_GeomFromWKB($1::bytea, 4326)) END)
   $1 = POLYGON((0 0,2 0,0 2,0 0))
   $2 = MULTILINESTRING((0 0,2 0,0 2,0 0))
   $3 = 1e-09
-- not in a triangle
NOT (geom && ST_GeomFromWKB($1::bytea, 4326) AND CASE WHEN ST_DWithin(geom, ST_GeomFromWKB($2::bytea, 4326), $3::float8) THEN ST_Relate(geom, ST_GeomFromWKB($1::bytea, 4326), 'T*F**F***') ELSE ST_Intersects(geom, ST_GeomFromWKB($1::bytea, 4326)) END)
   $1 = POLYGON((0 0,2 0,0 2,0 0))
   $2 = MULTILINESTRING((0 0,2 0,0 2,0 0))
   $3 = 1e-09
-- a triangle contains
(geom && ST_GeomFromWKB($1::bytea, 4326) AND CASE WHEN ST_DWithin(geom, ST_GeomFromWKB($2::bytea, 4326), $3::float8) THEN ST_Relate(geom, ST_GeomFromWKB($1::bytea, 4326), 'T*F**F***') ELSE ST_Intersects(geom, ST_GeomFromWKB($1::bytea, 4326)) END)
   $1 = POLYGON((0 0,2 0,0 2,0 0))
   $2 = MULTILINESTRING((0 0,2 0,0 2,0 0))
   $3 = 1e-09
-- on an edge
(ST_DWithin(geom, ST_GeomFromWKB($2::bytea, 4326), $3::float8) AND ST_Touches(geom, ST_GeomFromWKB($1::bytea, 4326)))
   $1 = POLYGON((0 0,2 0,0 2,0 0))
   $2 = MULTILINESTRING((0 0,2 0,0 2,0 0))
   $3 = 1e-09
-- on a line
(ST_DWithin(geom, ST_GeomFromWKB($1::bytea, 4326), $2::float8) AND NOT ST_Relate(geom, ST_GeomFromWKB($1::bytea, 4326), 'FF*FF****'))
   $1 = LINESTRING(0 0,1 1)
   $2 = 1e-09
-- apart from a collection
NOT ((ST_DWithin(geom, ST_GeomFromWKB($1::bytea, 4326), $2::float8) AND NOT ST_Relate(geom, ST_GeomFromWKB($1::bytea, 4326), 'FF*FF****')) OR (geom && ST_GeomFromWKB($3::bytea, 4326) AND CASE WHEN ST_DWithin(geom, ST_GeomFromWKB($4::bytea, 4326), $5::float8) THEN NOT ST_Relate(geom, ST_GeomFromWKB($3::bytea, 4326), 'FF*FF****') ELSE ST_Intersects(geom, ST_GeomFromWKB($3::bytea, 4326)) END))
   $1 = POINT(1 2)
   $2 = 1e-09
   $3 = POLYGON((0 0,2 0,0 2,0 0))
   $4 = MULTILINESTRING((0 0,2 0,0 2,0 0))
   $5 = 1e-09
-- inside a box
(geom && ST_GeomFromWKB($1::bytea, 4326) AND CASE WHEN ST_DWithin(geom, ST_GeomFromWKB($2::bytea, 4326), $3::float8) THEN ST_Relate(geom, ST_GeomFromWKB($1::bytea, 4326), 'T*F**F***') ELSE ST_Intersects(geom, ST_GeomFromWKB($1::bytea, 4326)) END)
   $1 = MULTIPOLYGON(((177 -19,180 -19,180 -16,177 -16,177 -19)),((-180 -19,-178 -19,-178 -16,-180 -16,-180 -19)))
   $2 = MULTILINESTRING((177 -19,180 -19,180 -16,177 -16,177 -19),(-180 -19,-178 -19,-178 -16,-180 -16,-180 -19))
   $3 = 1e-09
-- apart from a box
NOT (ST_X(geom) BETWEEN $1::float8 AND $2::float8 AND ST_Y(geom) BETWEEN $3::float8 AND $4::float8 OR ST_X(geom) BETWEEN $5::float8 AND $6::float8 AND ST_Y(geom) BETWEEN $7::float8 AND $8::float8)
   $1 = 177
   $2 = 180
   $3 = -19
   $4 = -16
   $5 = -180
   $6 = -178
   $7 = -19
   $8 = -16
-- outlines that a line crosses
ST_Crosses(geom, ST_GeomFromWKB($1::bytea, 4326))
   $1 = LINESTRING(0 0,1 1)
-- itself
NULLIF(geom IS NOT NULL, FALSE)
-- a predicate that does not exist
NULL::boolean
-- nested
(((city IS NULL) OR NOT (admin1 IS NULL)) AND NOT ((name LIKE $1::text) AND (name LIKE $2::text)))
   $1 = %a%
   $2 = %b%
