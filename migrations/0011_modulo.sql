-- 0011: the rest of a division, in the same time for all numbers. That of 0007 takes a
-- round for each bit by which the exponents differ: up to 2,000 of them for each record.
-- With a = m·2^x and b = n·2^y, m and n whole, the rest is (m·2^(x-y) mod n)·2^y, as
-- cql2 computes it. Whole numbers, and those that are not far apart, need less.

-- The bits of a float8 without its sign.
CREATE FUNCTION innoatlas_bits(a float8) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT ('x' || encode(float8send(abs(a)), 'hex'))::bit(64)::bigint
$$;

-- Its whole number m, and the exponent x, of a number that is not 0.
CREATE FUNCTION innoatlas_whole(bits bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT CASE WHEN bits >> 52 = 0 THEN bits ELSE bits & 4503599627370495 | 4503599627370496 END
$$;

CREATE FUNCTION innoatlas_exponent(bits bigint) RETURNS integer
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT (greatest(bits >> 52, 1) - 1075)::integer
$$;

CREATE OR REPLACE FUNCTION innoatlas_modulo(a float8, b float8) RETURNS float8
LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
    n numeric;
    power numeric := 1;
    shift integer;
    rest float8 := abs(a);
    part float8 := abs(b);
BEGIN
    IF b = 0 THEN
        RETURN NULL;
    ELSIF rest < part THEN
        RETURN a;
    ELSIF rest <= 9007199254740992 AND trunc(a) = a AND trunc(b) = b THEN
        RETURN a::bigint % b::bigint;
    ELSIF part > 1e-290 AND rest / 1048576 < part THEN
        WHILE part <= rest - part LOOP
            part := part * 2;
        END LOOP;
        LOOP
            IF rest >= part THEN
                rest := rest - part;
            END IF;
            EXIT WHEN part = abs(b);
            part := part / 2;
        END LOOP;
        RETURN CASE WHEN a < 0 THEN -rest ELSE rest END;
    END IF;
    n := innoatlas_whole(innoatlas_bits(b));
    shift := innoatlas_exponent(innoatlas_bits(a)) - innoatlas_exponent(innoatlas_bits(b));
    FOR i IN REVERSE 11 .. 0 LOOP -- 2^shift mod n
        power := mod(power * power * (1 + (shift >> i & 1)), n);
    END LOOP;
    rest := mod(innoatlas_whole(innoatlas_bits(a)) * power, n)::float8 * 2::float8 ^ innoatlas_exponent(innoatlas_bits(b));
    RETURN CASE WHEN a < 0 THEN -rest ELSE rest END;
END $$;
