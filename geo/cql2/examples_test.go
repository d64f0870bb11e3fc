package cql2_test

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"innoatlas/geo/cql2"
)

// TestSpecification reads the examples of OGC 21-065r2, which lie beside the project
// where they may: each text parses, prints and reads back to an equal tree, and so
// does its JSON, which is the same tree.
func TestSpecification(t *testing.T) {
	folder := "../../../shared/ogc-cql2"
	texts, _ := filepath.Glob(folder + "/text/*.txt")
	if len(texts) == 0 {
		t.Skip("the examples of the specification are not here; they may not be distributed")
	}
	jsons, _ := filepath.Glob(folder + "/json/*.json")
	if len(texts) != 120 || len(jsons) != 109 {
		t.Errorf("%d texts and %d JSON examples, there should be 120 and 109", len(texts), len(jsons))
	}
	for _, name := range texts {
		base := strings.TrimSuffix(filepath.Base(name), ".txt")
		t.Run(base, func(t *testing.T) {
			text := read(t, name)
			e, err := cql2.ParseText(text)
			if err != nil {
				t.Fatalf("%s: %v", text, err)
			}
			roundTrip(t, e)
			fromJSON, err := cql2.ParseJSON([]byte(read(t, filepath.Join(folder, "json", strings.TrimSuffix(base, "-alt01")+".json"))))
			if err != nil {
				t.Fatalf("as JSON: %v", err)
			}
			roundTrip(t, fromJSON)
			if diff := cmp.Diff(e, fromJSON); diff != "" {
				t.Errorf("text and JSON differ (-text +JSON)\n%s\n%s", text, diff)
			}
		})
	}
}

func read(t testing.TB, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// roundTrip prints a tree in both encodings and reads it back. cmp.Diff would take
// time exponential in the depth of lists within lists.
func roundTrip(t interface {
	Helper()
	Errorf(string, ...any)
}, e cql2.Expr) {
	t.Helper()
	text := cql2.FormatText(e)
	if again, err := cql2.ParseText(text); err != nil || !reflect.DeepEqual(e, again) {
		t.Errorf("%.500s, as it was printed: %v\nwas %.500s\nis  %.500s", text, err, fmt.Sprintf("%#v", e), fmt.Sprintf("%#v", again))
	}
	data := cql2.FormatJSON(e)
	if again, err := cql2.ParseJSON(data); err != nil || !reflect.DeepEqual(e, again) {
		t.Errorf("%.500s, as it was printed: %v\nwas %.500s\nis  %.500s", data, err, fmt.Sprintf("%#v", e), fmt.Sprintf("%#v", again))
	}
}

// TestILike is how GDAL asks for a text in any case.
func TestILike(t *testing.T) {
	for text, same := range map[string]string{
		"name ILIKE '%rice%'":     "CASEI(name) LIKE CASEI('%rice%')",
		"name NOT ILIKE '%rice%'": "NOT CASEI(name) LIKE CASEI('%rice%')",
	} {
		got, err := cql2.ParseText(text)
		if err != nil {
			t.Fatal(err)
		}
		want, err := cql2.ParseText(same)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
	}
}
