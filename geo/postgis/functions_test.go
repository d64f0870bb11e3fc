package postgis_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/geo/postgis/postgistest"
)

// TestFoldOfEveryCharacter: a server of Unicode 14, as PostgreSQL 15, leaves letters
// as they are that came with Unicode 15. No name in the region is written in them.
func TestFoldOfEveryCharacter(t *testing.T) {
	t.Parallel()
	conn := connect(t, postgistest.Migrated(t))
	var texts []string
	for r := rune(1); r <= unicode.MaxRune; r++ {
		if unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Z, unicode.Cc, unicode.Cf) && !unicode.In(r, younger) {
			texts = append(texts, string(r))
		}
	}
	compareFolds(t, conn, texts)
}

// younger are the letters of Unicode 15 that can be taken apart.
var younger = &unicode.RangeTable{R32: []unicode.Range32{{Lo: 0x1e030, Hi: 0x1e06d, Stride: 1}}} // Cyrillic Extended-D

// TestFoldOfSequences puts marks on letters in any number and order.
func TestFoldOfSequences(t *testing.T) {
	t.Parallel()
	conn := connect(t, postgistest.Migrated(t))
	letters := []rune("aZéÉđĐøØłŁßẞæÆıİſǅﬁⅣＦÅΑάΣσςЁйЖԱႠ中가각ᄀᆨ神กำແລາကျខ្មअकि€½\u200d👩")
	marks := []rune("\u0300\u0301\u0302\u0303\u0308\u030a\u0316\u0323\u0327\u0328\u0334\u0345\u036f\u0370\u0483\u05b0\u0651\u0e38\u0e48\u0e4d\u3099\u309a\u20d0\u1dc4")
	r := rand.New(rand.NewPCG(7, 7))
	texts := make([]string, 20_000)
	for i := range texts {
		var text []rune
		for range 1 + r.IntN(4) {
			text = append(text, letters[r.IntN(len(letters))])
			for range r.IntN(4) {
				text = append(text, marks[r.IntN(len(marks))])
			}
		}
		texts[i] = string(text)
	}
	compareFolds(t, conn, texts)
}

func compareFolds(t *testing.T, conn *pgx.Conn, texts []string) {
	t.Helper()
	const folds = `SELECT x, innoatlas_casei(x), innoatlas_accenti(x), innoatlas_accenti(innoatlas_casei(x)) FROM unnest($1::text[]) AS x`
	rows, err := conn.Query(t.Context(), folds, texts)
	if err != nil {
		t.Fatal(err)
	}
	var x, caseI, accentI, both string
	tag, err := pgx.ForEachRow(rows, []any{&x, &caseI, &accentI, &both}, func() error {
		if want := cql2.FoldCase(x); caseI != want {
			t.Errorf("innoatlas_casei(%+q) = %+q, want %+q", x, caseI, want)
		}
		if want := cql2.FoldAccents(x); accentI != want {
			t.Errorf("innoatlas_accenti(%+q) = %+q, want %+q", x, accentI, want)
		}
		if want := cql2.FoldAccents(cql2.FoldCase(x)); both != want {
			t.Errorf("innoatlas_accenti(innoatlas_casei(%+q)) = %+q, want %+q", x, both, want)
		}
		return nil
	})
	if err != nil || tag.RowsAffected() != int64(len(texts)) {
		t.Errorf("%d texts of %d: %v", tag.RowsAffected(), len(texts), err)
	}
}

// TestArithmetic computes with every pair of awkward numbers.
func TestArithmetic(t *testing.T) {
	t.Parallel()
	conn := connect(t, postgistest.Migrated(t))
	numbers := []float64{
		0, 1, 2, 3, 7, 10, 0.1, 0.5, 1.5, 2015, 1 << 53, 1e10, 1e-10, 1e154, 1e155, 1e-154, 1e-170, 1e300, 1e-300, 1e308, math.MaxFloat64, math.SmallestNonzeroFloat64, 7e-322,
		1e-310, 1 / 3.0,
	}
	for _, n := range numbers[1:] {
		numbers = append(numbers, -n)
	}
	for op, function := range map[cql2.ArithmeticOp]string{
		cql2.Plus: "innoatlas_plus", cql2.Minus: "innoatlas_minus", cql2.Times: "innoatlas_times", cql2.Over: "innoatlas_over",
		cql2.Modulo: "innoatlas_modulo", cql2.Div: "innoatlas_div", cql2.Exponent: "innoatlas_power",
	} {
		t.Run(function, func(t *testing.T) {
			rows, err := conn.Query(t.Context(), `SELECT a, b, `+function+`(a, b) FROM unnest($1::float8[]) AS a, unnest($1::float8[]) AS b`, numbers)
			if err != nil {
				t.Fatal(err)
			}
			var a, b float64
			var result *float64
			if _, err = pgx.ForEachRow(rows, []any{&a, &b, &result}, func() error {
				computed := cql2.Arithmetic{Op: op, Left: cql2.Literal{Value: cql2.NumberOf(a)}, Right: cql2.Literal{Value: cql2.NumberOf(b)}}
				if op == cql2.Exponent && math.Abs(a) < 1e-307 && a != 0 {
					return nil // math.Pow is far off here
				}
				if !isResult(computed, result) {
					t.Errorf("%s(%v, %v) = %v, which is not what Eval computes", function, a, b, show(result))
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// isResult asks Eval. A power may differ in the last digits, as the mathematical
// libraries of two languages do.
func isResult(computed cql2.Arithmetic, result *float64) bool {
	if result == nil {
		return cql2.Eval(cql2.IsNull{X: computed}, nil) == cql2.True
	}
	slack := 0.0
	if computed.Op == cql2.Exponent {
		slack = math.Abs(*result) * 1e-13
	}
	number := func(n float64) cql2.Expr { return cql2.Literal{Value: cql2.NumberOf(n)} }
	return cql2.Eval(cql2.Between{X: computed, Low: number(*result - slack), High: number(*result + slack)}, nil) == cql2.True
}

func show(n *float64) any {
	if n == nil {
		return nil
	}
	return *n
}

// TestLines: a line is in the database what it is in package geo, to the last bit, at the meridian of 180
// degrees too.
func TestLines(t *testing.T) {
	t.Parallel()
	conn := connect(t, postgistest.Migrated(t))
	ends := []orb.Point{{180, 10}, {-180, 20}, {-180, 10}, {180, 90}, {-179.9, 0}, {179.3, -7.1}, {0, 0}, {-0.1, 50}, {100.5, 13.75}, {-80.2, -33.3}}
	for _, from := range ends {
		for _, to := range ends {
			var line []byte
			err := conn.QueryRow(t.Context(), `SELECT ST_AsBinary(innoatlas_line(ST_SetSRID(ST_MakePoint($1, $2), 4326), ST_SetSRID(ST_MakePoint($3, $4), 4326)))`,
				from[0], from[1], to[0], to[1]).Scan(&line)
			if err != nil {
				t.Errorf("from %v to %v: %v", from, to, err)
				continue
			}
			var got orb.Geometry
			if line != nil {
				if got, err = wkb.Unmarshal(line); err != nil {
					t.Fatal(err)
				}
			}
			var want orb.Geometry
			if from != to {
				want = geo.Line(from, to)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("from %v to %v (-geo +database)\n%s", from, to, diff)
			}
		}
	}
}
