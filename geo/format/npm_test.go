package format_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"innoatlas/geo/format"
	"innoatlas/geo/format/formattest"
)

// The reader of npm reads every record that has a position, to the end.
func TestNpmReadsFlatGeobuf(t *testing.T) {
	for name, s := range selections(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var file struct {
				Counted  int
				Features []json.RawMessage
			}
			formattest.Node(t, "../..", &file, "read_flatgeobuf.mjs", save(t, format.WriteFlatGeobuf, s, "file.fgb"))
			got := []feature{}
			for _, data := range file.Features {
				got = append(got, decode(t, data))
			}
			want := s.placed()
			if file.Counted != len(want.features) || len(got) != len(want.features) {
				t.Errorf("%d features, the header counts %d of %d", len(got), file.Counted, len(want.features))
			}
			if diff := cmp.Diff(geometriesOf(want.wantByParts(t)), geometriesOf(byID(got)), aboutEqual); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

func geometriesOf(features map[int64]feature) map[int64]*geometry {
	geometries := map[int64]*geometry{}
	for id, f := range features {
		geometries[id] = f.Geometry
	}
	return geometries
}

// exceljs opens every workbook, and finds each record and what the file says of itself.
func TestExceljsReadsXLSX(t *testing.T) {
	for name, s := range selections(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var book struct {
				Title, ModifiedBy string
				Modified          time.Time
				Sheets            []struct {
					Name  string
					First []any
				}
			}
			formattest.Node(t, "../..", &book, "read_exceljs.mjs", save(t, format.WriteXLSX, s, "file.xlsx"))
			if book.Title != about.Title || book.ModifiedBy != "innoatlas" || !book.Modified.Equal(about.Updated) || len(book.Sheets) != 4 || book.Sheets[0].Name != "Data" {
				t.Fatalf("%+v", book)
			}
			want := []any{format.Columns(s.catalog, s.collection)[0].Name}
			for _, f := range s.features {
				id, _ := f.Ref()
				want = append(want, float64(id))
			}
			if diff := cmp.Diff(want, book.Sheets[0].First); diff != "" {
				t.Errorf("ids -want +got\n%s", diff)
			}
		})
	}
}
