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
((to_char(updated AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') COLLATE "C") >= $1::text)
   $1 = 2024-01-01T00:00:00Z
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
(FALSE)
-- in mixed types
(country = ANY($1::text[]) OR NULL::boolean)
   $1 = [THA]
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
NOT (ST_X(geom) BETWEEN $1::float8 AND $2::float8 AND ST_Y(geom) BETWEEN $3::float8 AND $4::float8)
   $1 = 177
   $2 = 180
   $3 = -19
   $4 = -16
-- no box
NULLIF(geom IS NULL, TRUE)
-- box on a text
NULL::boolean
-- outline and box
(ST_Intersects(geom, ST_GeomFromWKB($1::bytea, 4326)))
   $1 = [1 3 0 0 0 1 0 0 0 5 0 0 0 0 0 0 0 0 0 89 64 0 0 0 0 0 0 36 64 0 0 0 0 0 0 89 64 0 0 0 0 0 0 38 64 0 0 0 0 0 64 89 64 0 0 0 0 0 0 38 64 0 0 0 0 0 64 89 64 0 0 0 0 0 0 36 64 0 0 0 0 0 0 89 64 0 0 0 0 0 0 36 64]
-- country without outline
(geom IS NULL)
-- country by count
(facilities > $1::bigint)
   $1 = 3
-- a facility's property of a country
NULL::boolean
-- nested
(((city IS NULL) OR NOT (admin1 IS NULL)) AND NOT ((name LIKE $1::text) AND (name LIKE $2::text)))
   $1 = %a%
   $2 = %b%
