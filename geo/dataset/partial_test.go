package dataset

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// What a row of a file that is merged says of its record, and what it empties.
func TestPartialRows(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, file string
		options    Options
		check      func(geo.Facility) bool
		clear      []string
		version    int
		err        string
	}{
		{name: "two columns", file: "slug,status\na,closed\n", check: func(f geo.Facility) bool { return f.Status == "closed" && f.Kind == "" && f.Precision == "" }},
		{name: "nothing is filled in", file: "slug,lon,lat\na,1,2\n", check: func(f geo.Facility) bool { return f.Position != nil && f.Precision == "" && f.Status == "" }},
		{name: "a version", file: "slug,name,version\na,A,7\n", version: 7},
		{name: "a bad version", file: "slug,version\na,seven\n", err: "must be a whole number"},
		{name: "cleared", file: "slug,city,established,Sectors\na, [Clear] ,[clear],[CLEAR]\n", clear: []string{"city", "established", "sectors"}},
		{name: "a cleared country", file: "slug,country\na,[clear]\n", clear: []string{"country", "country_name"}},
		{name: "a cleared place", file: "slug,lon,lat\na,[clear],[clear]\n", clear: []string{"position", "precision"}},
		{name: "half a place cleared", file: "slug,lon,lat\na,[clear],2\n", err: "must be"},
		{name: "half a place", file: "slug,lon,lat\na,1,\n", err: "must be there, because lon is"},
		{name: "a precision alone", file: "slug,location_precision\na,site\n", check: func(f geo.Facility) bool { return f.Precision == "site" }},
		{name: "a name is never empty", file: "slug,name\na,[clear]\n", err: "must not be cleared"},
		{name: "an own field", file: "slug,beds\na,[clear]\nb,5\n", clear: []string{"beds"}},
		{name: "sources", file: "slug,sources\na,[clear]\n", check: func(f geo.Facility) bool { return f.Sources != nil && len(f.Sources) == 0 }},
		{name: "no word of sources", file: "slug,sources\na,\n", check: func(f geo.Facility) bool { return f.Sources == nil }},
		{name: "nothing in words", file: "slug,city,admin1,established,website\na,NA,n/a,NULL,-\n",
			check: func(f geo.Facility) bool { return f.City == "" && f.Admin1 == "" && f.Established == 0 }},
		{name: "nothing never clears", file: "slug,city,admin1\na,NA,\n", options: Options{EmptyClears: true}, clear: []string{"admin1"}},
		{name: "a province is no nothing", file: "slug,admin1,city,name_local_lang\na,Nan,Na,na\n",
			check: func(f geo.Facility) bool { return f.Admin1 == "Nan" && f.City == "Na" && f.NameLocalLang == "na" }},
		{name: "Namibia", file: "slug,country\na,NA\n", check: func(f geo.Facility) bool { return f.Country == "NAM" }},
		{name: "empty clears", file: "slug,kind,name,city,lon,lat\na,,,,,\n", options: Options{EmptyClears: true}, clear: []string{"city", "position", "precision"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "facilities.csv")
			if err := os.WriteFile(path, []byte(c.file), 0o600); err != nil {
				t.Fatal(err)
			}
			options := c.options
			options.Partial = true
			ds, _, err := ReadWith(path, options)
			if err != nil || c.err != "" {
				if c.err == "" || err == nil || !strings.Contains(err.Error(), c.err) {
					t.Fatalf("%v, want %q", err, c.err)
				}
				return
			}
			says := ds.Rows[geo.Facilities.ID][0]
			slices.Sort(says.Clear)
			if !slices.Equal(says.Clear, c.clear) || says.Version != c.version || says.Line != 2 || ds.Versioned[geo.Facilities.ID] != (c.version > 0) {
				t.Errorf("the row says %+v, want it to clear %v", says, c.clear)
			}
			if c.check != nil && !c.check(ds.Facilities[0]) {
				t.Errorf("it states %+v", ds.Facilities[0])
			}
		})
	}
}

// GeoJSON: null and absent leave what is there.
func TestPartialGeoJSON(t *testing.T) {
	t.Parallel()
	const file = `{"type":"FeatureCollection","features":[{"type":"Feature","geometry":null,"properties":
		{"slug":"a","city":null,"admin1":"[clear]","position":"[clear]","beds":"[clear]","rooms":null,"halls":"N/A"}}]}`
	path := filepath.Join(t.TempDir(), "facilities.geojson")
	if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	ds, _, err := ReadWith(path, Options{Partial: true, EmptyClears: true})
	if err != nil {
		t.Fatal(err)
	}
	if halls := ds.Facilities[0].Value("halls"); halls.Type != cql2.Null {
		t.Errorf("it has halls %v", halls)
	}
	says := ds.Rows[geo.Facilities.ID][0]
	slices.Sort(says.Clear)
	if want := []string{"admin1", "beds", "position", "precision"}; !slices.Equal(says.Clear, want) {
		t.Errorf("it clears %v, want %v", says.Clear, want)
	}
}

// A table beside the records says nothing with NA, and takes nothing away: what stood there would be
// shown to everybody otherwise.
func TestPartialTablesBeside(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ file, content, err string }{
		"a text that says nothing":  {"texts/th.csv", "slug,name,summary,origin\na,N/A,ก,person\n", ""},
		"a text of a mark":          {"texts/th.csv", "slug,name,origin\na, [Clear] ,person\n", "name = \"[Clear]\": empties a field"},
		"a label that says nothing": {"kinds.csv", "id,label_en,label_th\nlab,Lab,NA\n", ""},
		"a label of a mark":         {"kinds.csv", "id,label_en,label_th\nlab,Lab,[clear]\n", "label_th = \"[clear]\": empties a field"},
		"a source of a mark":        {"facility_sources.csv", "slug,source_title,source_url\na,[clear],\n", "source_title = \"[clear]\": empties a field"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			if err := os.Mkdir(filepath.Join(folder, "texts"), 0o700); err != nil {
				t.Fatal(err)
			}
			for file, content := range map[string]string{"facilities.csv": "slug,kind,name,summary\na,lab,A,S\n", c.file: c.content} {
				if err := os.WriteFile(filepath.Join(folder, file), []byte(content), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			ds, _, err := ReadWith(folder, Options{Partial: true})
			if err != nil || c.err != "" {
				if c.err == "" || err == nil || !strings.Contains(err.Error(), c.err) {
					t.Fatalf("%v, want %q", err, c.err)
				}
				return
			}
			if text := ds.Facilities[0].Translations.In("th", "name"); text != nil {
				t.Errorf("it is called %q", text.Text)
			}
			if label := ds.Kinds[0].Labels["th"]; label != "" {
				t.Errorf("its kind is called %q", label)
			}
		})
	}
}
