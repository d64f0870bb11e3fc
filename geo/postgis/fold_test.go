package postgis

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"text/template"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
)

// TestFoldMigration writes the letters of unicode.ToLower into SQL: PostgreSQL's own
// lower() depends on the server's locale.
func TestFoldMigration(t *testing.T) {
	var b bytes.Buffer
	if err := foldMigration.Execute(&b, capitals()); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("..", "..", "migrations", "0008_fold.sql")
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
		t.Errorf("%s differs; run go test ./geo/postgis -run TestFoldMigration -update and read the diff:\n%s", path, d)
	}
}

// alphabet is every capital beyond ASCII, with its small letter.
type alphabet struct{ capitals, letters []rune }

func capitals() alphabet {
	var a alphabet
	for r := rune(unicode.MaxASCII + 1); r <= unicode.MaxRune; r++ {
		lower := unicode.ToLower(r)
		if lower != r && norm.NFKD.String(string(r)) == string(r) { // others are taken apart before
			a.capitals, a.letters = append(a.capitals, r), append(a.letters, lower)
		}
	}
	return a
}

// Class is the capitals as a bracket expression, neighbours as a range.
func (a alphabet) Class() string {
	var b strings.Builder
	for i := 0; i < len(a.capitals); i++ {
		first := i
		for i+1 < len(a.capitals) && a.capitals[i+1] == a.capitals[i]+1 {
			i++
		}
		b.WriteRune(a.capitals[first])
		if i > first+1 {
			b.WriteRune('-')
		}
		if i > first {
			b.WriteRune(a.capitals[i])
		}
	}
	return quote([]rune("[" + b.String() + "]"))
}

// Marks is all nonspacing marks as a bracket expression, by their numbers: a mark by
// itself cannot be read.
func (alphabet) Marks() string {
	var b strings.Builder
	write := func(first, last, stride rune) {
		if stride == 1 {
			b.WriteString(escaped(first) + "-" + escaped(last))
			return
		}
		for mark := first; mark <= last; mark += stride {
			b.WriteString(escaped(mark))
		}
	}
	for _, r := range unicode.Mn.R16 {
		write(rune(r.Lo), rune(r.Hi), rune(r.Stride))
	}
	for _, r := range unicode.Mn.R32 {
		write(rune(r.Lo), rune(r.Hi), rune(r.Stride))
	}
	return "'[" + b.String() + "]+'"
}

// escaped is a letter of a bracket expression, by its number.
func escaped(r rune) string {
	if r > 0xffff {
		return fmt.Sprintf(`\U%08x`, r)
	}
	return fmt.Sprintf(`\u%04x`, r)
}

func (a alphabet) Capitals() string { return quote(a.capitals) }
func (a alphabet) Letters() string  { return quote(a.letters) }

// quote writes an SQL literal on lines of 64 characters.
func quote(text []rune) string {
	var lines []string
	for line := range slices.Chunk(text, 64) {
		lines = append(lines, "'"+string(line)+"'")
	}
	return strings.Join(lines, "\n        ")
}

var foldMigration = template.Must(template.New("").Parse(`-- 0008: texts without their case or their accents, as filters compare them (CASEI and
-- ACCENTI of CQL2). The meaning is that of cql2.FoldCase and cql2.FoldAccents, and this
-- file is made from the same tables: go test ./geo/postgis -run TestFoldMigration -update.
-- lower() under the collation "C" changes A to Z and nothing else. A text has few other
-- capitals, so each is looked up once; translate() of the whole text takes ten times as long.

CREATE FUNCTION innoatlas_casei(s text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    capitals CONSTANT text := {{.Capitals}};
    letters CONSTANT text := {{.Letters}};
    any_capital CONSTANT text COLLATE "C" := {{.Class}};
    capital text;
    t text COLLATE "C";
BEGIN
    IF octet_length(s) = length(s) THEN -- ASCII
        RETURN lower(s COLLATE "C");
    END IF;
    t := lower(normalize(s, NFKD) COLLATE "C");
    LOOP
        capital := substring(t, any_capital);
        EXIT WHEN capital IS NULL;
        t := replace(t, capital, translate(capital, capitals, letters));
    END LOOP;
    RETURN replace(replace(t, 'ß', 'ss'), 'ς', 'σ');
END $$;

CREATE FUNCTION innoatlas_accenti(s text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    marks CONSTANT text COLLATE "C" := {{.Marks}};
    t text COLLATE "C";
BEGIN
    IF octet_length(s) = length(s) THEN
        RETURN s;
    END IF;
    t := normalize(s, NFKD);
    IF t ~ marks OR t ~ '[đøłßæĐØŁẞÆ]' THEN
        t := translate(regexp_replace(t, marks, '', 'g'), 'đøłĐØŁ', 'dolDOL');
        t := replace(replace(replace(replace(t, 'ß', 'ss'), 'ẞ', 'SS'), 'æ', 'ae'), 'Æ', 'AE');
    END IF;
    RETURN t;
END $$;
`))
