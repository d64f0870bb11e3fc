package dataset

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"innoatlas/geo"
)

// packaged is a folder of a table and what declares its fields.
func packaged(t testing.TB, rows, fields string) string {
	t.Helper()
	folder := t.TempDir()
	for name, content := range map[string]string{
		"facilities.csv": rows,
		packageFile:      `{"resources":[{"path":"./facilities.csv","schema":{"fields":[` + fields + `],"missingValues":["","-"]}}]}`,
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// A package declares what fields are called, what they are, and who sees them.
func TestDeclaredFields(t *testing.T) {
	ds, warnings, err := Read(packaged(t, "slug,kind,name,beds,床位,Note,level,tags,latitud,phone,x y\na,k,A,007,12.50,public,b,x;y,1,-,q\n",
		`{"name":"slug"},{"name":"kind","type":"string"},{"name":"beds","type":"integer","title":{"en":"Beds","zh":"病床"},"description":"Of all wards","facet":true},
		{"name":"area","type":"number","title":"Area","title_zh":"床位"},{"name":"Note","type":"string","private":false,"titles":{"th":"หมายเหตุ"}},
		{"name":"level","constraints":{"enum":["a","b"]},"type":"string","title":"Level"},{"name":"tags","type":"array"},{"name":"latitud","type":"integer"},
		{"name":"phone"},{"name":"never","type":"boolean"}`))
	if err != nil {
		t.Fatal(err)
	}
	want := geo.OwnFields([]geo.Field{
		{Name: "beds", Title: geo.Labels{"en": "Beds", "zh": "病床"}, Description: geo.Labels{"en": "Of all wards"}, Type: geo.Integer, Facet: "beds", Open: true},
		{Name: "area", Title: geo.Labels{"en": "Area", "zh": "床位"}, Type: geo.Number},
		{Name: "note", Title: geo.Labels{"en": "Note", "th": "หมายเหตุ"}, Type: geo.Text},
		{Name: "level", Title: geo.Labels{"en": "Level"}, Type: geo.Text, Facet: "level",
			Terms: []geo.Term{{ID: "a", Labels: geo.Labels{"en": "a"}}, {ID: "b", Labels: geo.Labels{"en": "b"}}}},
		{Name: "tags", Title: geo.Labels{"en": "tags"}, Type: geo.Texts},
		{Name: "latitud", Title: geo.Labels{"en": "latitud"}, Type: geo.Integer},
		{Name: "phone", Title: geo.Labels{"en": "phone"}, Type: geo.Text, Private: true},
		{Name: "never", Title: geo.Labels{"en": "never"}, Type: geo.Boolean},
		{Name: "x_y", Title: geo.Labels{"en": "x y"}, Type: geo.Text},
	})
	if diff := cmp.Diff(want, ds.Fields["facilities"], comparing); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	got := ""
	for _, f := range want {
		got += fmt.Sprintf("%v%s ", geo.TextOf(f.Value(&ds.Facilities[0])), f.Value(&ds.Facilities[0]).List)
	}
	if got != "7[] 12.5[] public[] b[] [x y] 1[] [] [] q[] " {
		t.Errorf("values %s; %q", got, warnings)
	}
}

// What a package has wrong, and what values have that it does not allow, is told with its
// place.
func TestDeclaredFieldsThatCannotBe(t *testing.T) {
	const rows = "slug,kind,name,extra\na,k,A,x\nb,k,B,1\n"
	for name, c := range map[string]struct{ rows, fields, want string }{
		"an integer":        {rows, `{"name":"extra","type":"integer"}`, `facilities.csv, line 2, extra = "x": must be of the type integer`},
		"a half":            {"slug,kind,name,extra\na,k,A,1.5\n", `{"name":"extra","type":"integer"}`, `facilities.csv, line 2, extra = "1.5": must be of the type integer`},
		"no number":         {"slug,kind,name,extra\na,k,A,Inf\n", `{"name":"extra","type":"number"}`, `facilities.csv, line 2, extra = "Inf"`},
		"a truth":           {rows, `{"name":"extra","type":"boolean"}`, `facilities.csv, line 2, extra = "x": must be true or false`},
		"a date":            {rows, `{"name":"extra","type":"date"}`, `facilities.csv, line 2, extra = "x": must be a date`},
		"a time":            {rows, `{"name":"extra","type":"datetime"}`, `facilities.csv, line 2, extra = "x": must be a time`},
		"an address":        {rows, `{"name":"extra","type":"string","format":"uri"}`, `facilities.csv, line 2, extra = "x": must be an address`},
		"one of a list":     {rows, `{"name":"extra","type":"string","constraints":{"enum":["x","y"]}}`, `facilities.csv, line 3, extra = "1": must be one of x, y`},
		"an enum of others": {rows, `{"name":"extra","type":"integer","constraints":{"enum":[1,"x"]}}`, `datapackage.json, resources[0].schema.fields[0].constraints.enum = "x"`},
		"no name":           {rows, `{"type":"integer"}`, `datapackage.json, resources[0].schema.fields[0].name: must not be empty`},
		"a parameter":       {rows, `{"name":"limit","type":"integer"}`, `datapackage.json, resources[0].schema.fields[0].name = "limit": is a name that the program uses itself`},
		"a geometry":        {rows, `{"name":"Geometry"}`, `fields[0].name = "Geometry": is a name that the program uses itself`},
		"twice":             {rows, `{"name":"extra"},{"name":"Extra"}`, `fields[1].name = "Extra": gives the name extra`},
		"a type":            {rows, `{"name":"extra","type":"colour"}`, `fields[0].type = "colour": must be string, integer`},
		"a format":          {rows, `{"name":"extra","type":"date","format":"%d/%m/%Y"}`, `fields[0].format = "%d/%m/%Y": must be default`},
		"a slip": {"slug,kind,name,capacty\na,k,A,1\n", `{"name":"capacity","type":"integer"}`,
			`facilities.csv, line 1, column capacty: is not known; it is near to capacity`},
		"no array":     {rows, `7`, `resources[0].schema: must be an object with an array of fields`},
		"turned round": {rows, `{"name":"extra","title":"a\u202eb"}`, `must not have U+202E`},
	} {
		if _, _, err := Read(packaged(t, c.rows, c.fields)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	for content, want := range map[string]string{
		"": "datapackage.json: is no data package in JSON", "{": "datapackage.json: is no data package in JSON", "[]": "datapackage.json: is no data package in JSON",
		`{"resources":{}}`: "datapackage.json: is no data package in JSON", "{}" + strings.Repeat(" ", maxPackage): "is larger than 1 MiB",
		`{"resources":[{"path":"facilities.csv","schema":"schema.json"}]}`: "resources[0].schema: must be an object with an array of fields",
	} {
		folder := packaged(t, rows, "")
		if err := os.WriteFile(filepath.Join(folder, packageFile), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, _, err := Read(folder); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: %v, want %s", content, err, want)
		}
	}
}

// Countries have fields of their own too.
func TestOwnFieldsOfCountries(t *testing.T) {
	folder := packaged(t, "slug,kind,name\na,k,A\n", "")
	outlines := `{"type":"FeatureCollection","features":[
		{"type":"Feature","properties":{"country":"THA","name":"Thailand","kind_k":1,"population":71801279,"contact":"x"},"geometry":null},
		{"type":"Feature","properties":{"country":"LAO"},"geometry":null}]}`
	if err := os.WriteFile(filepath.Join(folder, "countries.geojson"), []byte(outlines), 0o600); err != nil {
		t.Fatal(err)
	}
	ds, _, err := Read(folder)
	if err != nil {
		t.Fatal(err)
	}
	fields := ds.Fields["countries"]
	if len(fields) != 2 || fields[1].Name != "population" || fields[1].Type != geo.Integer || !fields[0].Private {
		t.Fatalf("%+v", fields)
	}
	if got := fields[1].Value(&ds.Countries[1]).Number; ds.Countries[1].Code != "THA" || got != 71801279 {
		t.Errorf("%v", got)
	}
	read := writtenAndRead(t, ds)
	if diff := cmp.Diff(ds, read, ignoreOrigin, comparing); diff != "" {
		t.Errorf("-written +read\n%s", diff)
	}
}

// writtenAndRead is what is read of a folder that a data set was written into.
func writtenAndRead(t testing.TB, ds *geo.Dataset) *geo.Dataset {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "again")
	if err := WriteFolder(folder, ds); err != nil {
		t.Fatal(err)
	}
	again, _, err := Read(folder)
	if err != nil {
		t.Fatal(err)
	}
	return again
}

// Whatever a package says, it is read, or an error names it.
func FuzzReadPackage(f *testing.F) {
	register, err := os.ReadFile(filepath.Join(register, packageFile))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(register)
	f.Add([]byte(`{"resources":[{"path":["facilities.csv"],"schema":{"fields":[{"name":"extra","type":"array","constraints":{"enum":[[1],null,"a"]},"title":{"en":1}}]}}]}`))
	f.Add([]byte(`{"resources":[{"path":"facilities.csv","schema":{"fields":[{"name":"field_1"},{"name":"床位"},{"name":"extra","private":false,"facet":true}]}}]}`))
	f.Fuzz(func(t *testing.T, content []byte) {
		folder := packaged(t, "slug,kind,name,extra,床位\na,k,A,x,1\n", "")
		if err := os.WriteFile(filepath.Join(folder, packageFile), content, 0o600); err != nil {
			t.Fatal(err)
		}
		ds, _, err := Read(folder)
		if err != nil {
			if !strings.Contains(err.Error(), "datapackage.json") && !strings.Contains(err.Error(), "facilities.csv") {
				t.Errorf("%v names no file", err)
			}
			return
		}
		names := map[string]bool{}
		for _, field := range ds.Fields["facilities"] {
			if !geo.IsFieldName(field.Name) || names[field.Name] || geo.Facilities.IsReserved(field.Name) || field.Type == "" || field.Title.In("en") == "" {
				t.Errorf("field %+v", field)
			}
			names[field.Name] = true
		}
		read := writtenAndRead(t, ds)
		if diff := cmp.Diff(ds, read, ignoreOrigin, comparing); diff != "" {
			t.Errorf("-written +read\n%s", diff)
		}
	})
}
