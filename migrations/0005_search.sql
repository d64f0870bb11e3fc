-- 0005: words are looked for as parts of the folded text (LIKE '%word%'); three-letter
-- groups make that an index lookup. Without pg_trgm, which some hosts do not have,
-- the answers are the same and slower.

DO $$
BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
    CREATE INDEX facility_search_text ON facility USING gin (search_text gin_trgm_ops);
EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported THEN
    RAISE NOTICE 'pg_trgm cannot be created here, so searches read every record: %', SQLERRM;
END $$;
