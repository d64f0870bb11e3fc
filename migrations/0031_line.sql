-- 0031: a line between two points that both stand on the meridian of 180 degrees, one called 180 and the
-- other -180: it runs along that meridian. It divided by 0, which ended the import.
CREATE OR REPLACE FUNCTION innoatlas_line(a geometry, b geometry) RETURNS geometry
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    west CONSTANT float8 := ST_X(a);
    east CONSTANT float8 := ST_X(b);
    edge float8 := CASE WHEN west < 0 THEN -180 ELSE 180 END;
    lat  float8;
BEGIN
    IF ST_Y(a) = ST_Y(b) AND abs(east - west) IN (0, 360) THEN
        RETURN NULL;
    ELSIF abs(east - west) = 360 THEN
        RETURN ST_MakeLine(ST_SetSRID(ST_MakePoint(east, ST_Y(a)), 4326), b);
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
