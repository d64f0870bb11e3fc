package dataset_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"innoatlas/geo"
	"innoatlas/geo/dataset"
)

// tables are some of which a reading may keep nothing.
var tables = map[string]string{
	"table.csv": "slug,kind,name,country,lon,lat,sectors,partners,status,Rooms,Opened,version,established\n" +
		"first,lab,First,THA,100.5,13.7,food;energy,Academy (CHN),operating,4,2001-01-05,3,2001\n" +
		"second,lab,,LAO,,,[clear],,,NA,,1,\n" +
		"third,,Third,,,,,,,12,2003-04-05,,NA\n",
	"ids.csv": "id,slug,kind,name,Notes,successor\n7,first,lab,First,\"a, b\",second\n,second,lab,Second,,\n3,third,museum,Third,c,nowhere\n",
	"table.geojson": `{"type": "FeatureCollection", "features": [
		{"type": "Feature", "geometry": {"type": "Point", "coordinates": [100.5, 13.7]},
			"properties": {"slug": "first", "kind": "lab", "name": "First", "rooms": 4, "tags": ["a", "b"]}},
		{"type": "Feature", "geometry": null, "properties": {"slug": "second", "kind": "lab", "name": null, "rooms": null, "status": "[clear]"}}]}`,
	"wrong.csv": "slug,kind,name,lat\nfirst,lab,First,1\nfirst,lab,Second,\nthird,lab,Third,100\n42,lab,Fourth,\n",
}

// TestReadLater: a table that is read later says what one says that is kept, in every form, also where
// it is read again, and what is wrong with it.
func TestReadLater(t *testing.T) {
	for name, text := range tables {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), name)
			write(t, path, text)
			want, wantWarnings, wantErr := dataset.ReadWith(path, dataset.Options{Partial: true})
			got, warnings, err := dataset.ReadWith(path, dataset.Options{Partial: true, Later: 1})
			if diff := cmp.Diff(told(wantErr), told(err)); diff != "" || cmp.Diff(wantWarnings, warnings) != "" {
				t.Fatalf("(-kept +later)\n%s%s", diff, cmp.Diff(wantWarnings, warnings))
			}
			if err != nil {
				return
			}
			if len(got.Facilities) > 0 || got.CountFacilities() != len(want.Facilities) {
				t.Fatalf("%d facilities are kept of %d", len(got.Facilities), got.CountFacilities())
			}
			for range 2 {
				compareLater(t, want, got)
			}
		})
	}
}

func compareLater(t *testing.T, want, got *geo.Dataset) {
	t.Helper()
	later := *got
	later.Later, later.Revision, later.Rows = nil, want.Revision, map[string][]geo.Row{}
	for c, err := range got.Later.Chunks {
		if err != nil {
			t.Fatal(err)
		}
		later.Facilities = append(later.Facilities, c.Facilities...)
		later.Rows[geo.Facilities.ID] = append(later.Rows[geo.Facilities.ID], c.Rows...)
	}
	later.Relate()
	for i := range want.Facilities {
		if !got.Later.Has(want.Facilities[i].Slug) || got.Later.Has(want.Facilities[i].Slug+"x") {
			t.Errorf("%s is not there, or another is", want.Facilities[i].Slug)
		}
	}
	for _, f := range got.Fields[geo.Facilities.ID] {
		if !got.Later.States(f.Name) || got.Later.States(f.Name+"x") {
			t.Errorf("nobody states %s, or another is stated", f.Name)
		}
	}
	if diff := cmp.Diff(want, &later, cmp.AllowUnexported(geo.Own{})); diff != "" {
		t.Errorf("(-kept +later)\n%s", diff)
	}
}

func told(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestReadLaterOfAnother: a table that somebody writes to between the two readings is not taken.
func TestReadLaterOfAnother(t *testing.T) {
	for name, next := range map[string]string{
		"another value": strings.Replace(tables["table.csv"], "100.5", "101.5", 1),
		"a row more":    tables["table.csv"] + "fourth,lab,Fourth,,,,,,,,,,\n",
		"gone":          "",
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "table.csv")
			write(t, path, tables["table.csv"])
			ds, _, err := dataset.ReadWith(path, dataset.Options{Partial: true, Later: 1})
			if err != nil {
				t.Fatal(err)
			}
			write(t, path, next)
			if err := os.Chtimes(path, time.Time{}, time.Now().Add(time.Second)); err != nil {
				t.Fatal(err)
			}
			var last error
			for _, err := range ds.Later.Chunks {
				last = err
			}
			if last == nil || !strings.Contains(last.Error(), "was changed while it was read") {
				t.Errorf("it is taken: %v", last)
			}
		})
	}
}
