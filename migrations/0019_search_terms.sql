-- 0019: the terms by which search texts are found: words, and of scripts without blanks between
-- words each two letters in a row and the last one. They are what search.EachTerm gives, of which
-- words are cut at 200 letters, and of a text beyond 150,000 letters the rest is left out (a
-- tsvector has at most a megabyte). This file is made from the tables of package search:
-- go test ./geo/postgis -run TestTermsMigration -update.
-- An index of words finds rare and frequent ones at once, and such as are two letters of Chinese;
-- the one of three-letter groups that was there did not, and was larger.

CREATE FUNCTION innoatlas_terms(s text) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    run CONSTANT text COLLATE "C" := '^[\u0e01-\u0e3a\u0e40-\u0e4e\u0e50-\u0e59\u0e81-\u0e82\u0e84\u0e86-\u0e8a\u0e8c-\u0ea3\u0ea5\u0ea7-\u0ebd\u0ec0-\u0ec4\u0ec6\u0ec8-\u0ece\u0ed0-\u0ed9\u0edc-\u0edf\u1000-\u1049\u1050-\u109f\u1780-\u17d3\u17d7\u17dc-\u17dd\u17e0-\u17e9\u17f0-\u17f9\u19e0-\u19ff\u2e80-\u2e99\u2e9b-\u2ef3\u2f00-\u2fd5\u3005\u3007\u3021-\u3029\u3038-\u303b\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fd-\u30ff\u31f0-\u31ff\u32d0-\u32fe\u3300-\u3357\u3400-\u4dbf\u4e00-\u9fff\ua9e0-\ua9fe\uaa60-\uaa7f\uf900-\ufa6d\ufa70-\ufad9\uff66-\uff6f\uff71-\uff9d\U00016fe2-\U00016fe3\U00016ff0-\U00016ff1\U0001aff0-\U0001aff3\U0001aff5-\U0001affb\U0001affd-\U0001affe\U0001b000-\U0001b122\U0001b132\U0001b150-\U0001b152\U0001b155\U0001b164-\U0001b167\U0001f200\U00020000-\U0002a6df\U0002a700-\U0002b739\U0002b740-\U0002b81d\U0002b820-\U0002cea1\U0002ceb0-\U0002ebe0\U0002f800-\U0002fa1d\U00030000-\U0003134a\U00031350-\U000323af]';
    words text[] COLLATE "C" := string_to_array(translate(left(s, 150000), E'\n', ' '), ' ');
BEGIN
    IF octet_length(s) > length(s) THEN
        words := ARRAY(
            SELECT word FROM unnest(words) word WHERE word COLLATE "C" !~ run
            UNION ALL
            SELECT substr(word, i, 2) FROM unnest(words) word, generate_series(1, length(word)) i WHERE word COLLATE "C" ~ run);
    END IF;
    IF length(s) > 200 THEN
        words := ARRAY(SELECT left(word, 200) FROM unnest(words) word);
    END IF;
    RETURN array_to_tsvector(array_remove(words, ''));
END $$;

ALTER TABLE facility ADD COLUMN search_terms tsvector GENERATED ALWAYS AS (innoatlas_terms(search_text)) STORED;
CREATE INDEX facility_search_terms ON facility USING gin (search_terms);
-- Rare words have to be known for rare, or their pages are looked for in the order of the map.
ALTER TABLE facility ALTER search_terms SET STATISTICS 1000;
DROP INDEX IF EXISTS facility_search_text;
