package format_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"innoatlas/geo"
	"innoatlas/geo/format"
)

func TestWriteGeoJSON(t *testing.T) {
	for name, s := range selections(t) {
		t.Run(name, func(t *testing.T) {
			var collection struct {
				Type, Name string
				Features   []json.RawMessage
			}
			data := write(t, format.WriteGeoJSON, s)
			if err := json.Unmarshal(data, &collection); err != nil {
				t.Fatal(err)
			}
			if collection.Type != "FeatureCollection" || collection.Name != s.collection.ID || len(collection.Features) != len(s.features) {
				t.Fatalf("%s %s of %d features, want %d", collection.Type, collection.Name, len(collection.Features), len(s.features))
			}
			if lines := bytes.Count(data, []byte("\n")); lines != len(s.features)+2 {
				t.Errorf("%d lines", lines)
			}
			want := s.want(t)
			for i, f := range s.features {
				id, _ := f.Ref()
				if diff := cmp.Diff(want[id], decode(t, collection.Features[i])); diff != "" {
					t.Errorf("record %d -want +got\n%s", id, diff)
				}
			}
		})
	}
}

func TestWriteCSV(t *testing.T) {
	s := builtin(t, geo.Facilities)
	table := format.NewCSV(s.catalog, geo.Facilities)
	want := table.Header()
	for _, f := range s.features {
		want = table.AppendRow(want, f)
	}
	if got := write(t, format.WriteCSV, s); !bytes.Equal(got, want) {
		t.Errorf("%d bytes, want the %d of header and rows", len(got), len(want))
	}
	countries := builtin(t, geo.Countries)
	lines, err := csv.NewReader(bytes.NewReader(write(t, format.WriteCSV, countries)[len("\ufeff"):])).ReadAll()
	if err != nil || len(lines) != 1+len(countries.features) || lines[0][len(lines[0])-1] != "WKT" || !strings.HasPrefix(lines[1][len(lines[0])-1], "MULTIPOLYGON") {
		t.Errorf("%d lines of countries, %v", len(lines), err)
	}
}

func TestTextWritersPassOnErrors(t *testing.T) {
	s := builtin(t, geo.Facilities)
	for name, w := range map[string]writer{"GeoJSON": format.WriteGeoJSON, "CSV": format.WriteCSV} {
		broken := s.file()
		broken.Rows = rows(s.features, errRows)
		if err := w(t.Context(), io.Discard, broken); !errors.Is(err, errRows) {
			t.Errorf("%s: error of a row: %v", name, err)
		}
		if err := w(t.Context(), &fullDisk{2000}, s.file()); !errors.Is(err, errFull) {
			t.Errorf("%s: full disk: %v", name, err)
		}
	}
}

// TestNothingFollowsAnError: a file whose rows cannot be read is not begun, so that who
// asked may be told why.
func TestNothingFollowsAnError(t *testing.T) {
	for name, w := range allWriters {
		broken := builtin(t, geo.Facilities).file()
		broken.Rows = rows(nil, errRows)
		var begun bytes.Buffer
		if err := w(t.Context(), &begun, broken); !errors.Is(err, errRows) || begun.Len() > 0 {
			t.Errorf("%s: %v after %d bytes", name, err, begun.Len())
		}
	}
}
