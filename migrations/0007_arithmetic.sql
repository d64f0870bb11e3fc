-- 0007: arithmetic in filters. The operators of SQL end a statement with an error
-- where a number is divided by zero or grows too large; here the result is then NULL,
-- as in cql2.Eval, and a number too small to be kept is 0. Not PARALLEL SAFE: a block
-- that catches an error is a transaction within the transaction.

CREATE FUNCTION innoatlas_plus(a float8, b float8) RETURNS float8
LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    RETURN a + b;
EXCEPTION WHEN numeric_value_out_of_range THEN
    RETURN NULL;
END $$;

CREATE FUNCTION innoatlas_minus(a float8, b float8) RETURNS float8
LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    RETURN a - b;
EXCEPTION WHEN numeric_value_out_of_range THEN
    RETURN NULL;
END $$;

CREATE FUNCTION innoatlas_times(a float8, b float8) RETURNS float8
LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    RETURN a * b;
EXCEPTION WHEN numeric_value_out_of_range THEN
    RETURN CASE WHEN abs(a) <= 1 OR abs(b) <= 1 THEN 0 END;
END $$;

CREATE FUNCTION innoatlas_over(a float8, b float8) RETURNS float8
LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    RETURN a / b;
EXCEPTION
    WHEN division_by_zero THEN RETURN NULL;
    WHEN numeric_value_out_of_range THEN RETURN CASE WHEN abs(b) > 1 THEN 0 END;
END $$;

-- The quotient without its fraction.
CREATE FUNCTION innoatlas_div(a float8, b float8) RETURNS float8
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT trunc(innoatlas_over(a, b)) $$;

-- The rest of that, with the sign of a. SQL has it for numeric only, which is not
-- what float8 holds. So b is doubled up to a, and taken off where it fits on the
-- way back: each difference is exact.
CREATE FUNCTION innoatlas_modulo(a float8, b float8) RETURNS float8
LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
    rest float8 := abs(a);
    part float8 := abs(b);
BEGIN
    IF b = 0 THEN
        RETURN NULL;
    END IF;
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
END $$;

-- Whole exponents up to 64 are products, made in the order of cql2.Eval, so that the
-- last digit is the same.
CREATE FUNCTION innoatlas_power(a float8, b float8) RETURNS float8
LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
    product float8 := 1;
BEGIN
    IF b <> trunc(b) OR abs(b) > 64 THEN
        RETURN a ^ b;
    END IF;
    FOR i IN 1 .. abs(b)::integer LOOP
        product := innoatlas_times(product, a);
    END LOOP;
    IF b >= 0 THEN
        RETURN product;
    ELSIF product IS NULL THEN -- too large, so its inverse is too small
        RETURN 0;
    END IF;
    RETURN innoatlas_over(1, product);
EXCEPTION
    WHEN invalid_argument_for_power_function THEN RETURN NULL; -- of 0 or a negative number
    WHEN numeric_value_out_of_range THEN RETURN CASE WHEN (abs(a) > 1) <> (b > 0) THEN 0 END;
END $$;
