package postgis

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"text/template"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"innoatlas/geo/search"
)

// TestTermsMigration writes the letters of which runs are into SQL.
func TestTermsMigration(t *testing.T) {
	var b bytes.Buffer
	if err := termsMigration.Execute(&b, runLetters()); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("..", "..", "migrations", "0019_search_terms.sql")
	if *update {
		if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), b.String()); d != "" {
		t.Errorf("%s differs; run go test ./geo/postgis -run TestTermsMigration -update and read the diff:\n%s", path, d)
	}
}

// runLetters are all that a run begins with, as a bracket expression.
func runLetters() string {
	var b strings.Builder
	first := rune(-1)
	for r := rune(0); r <= unicode.MaxRune+1; r++ {
		is := r <= unicode.MaxRune && search.IsRun(string(r))
		if is && first < 0 {
			first = r
		}
		if !is && first >= 0 {
			b.WriteString(escaped(first))
			if r-1 > first {
				b.WriteString("-" + escaped(r-1))
			}
			first = -1
		}
	}
	return b.String()
}

var termsMigration = template.Must(template.New("").Parse(`-- 0019: the terms by which search texts are found: words, and of scripts without blanks between
-- words each two letters in a row and the last one. They are what search.EachTerm gives, of which
-- words are cut at 200 letters, and of a text beyond 150,000 letters the rest is left out (a
-- tsvector has at most a megabyte). This file is made from the tables of package search:
-- go test ./geo/postgis -run TestTermsMigration -update.
-- An index of words finds rare and frequent ones at once, and such as are two letters of Chinese;
-- the one of three-letter groups that was there did not, and was larger.

CREATE FUNCTION innoatlas_terms(s text) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    run CONSTANT text COLLATE "C" := '^[{{.}}]';
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
`))
