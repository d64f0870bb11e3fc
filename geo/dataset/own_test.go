package dataset

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"innoatlas/geo"
)

// comparing compares fields by what they say, and their values by place.
var comparing = cmp.Options{
	cmp.Comparer(func(a, b geo.Field) bool { return reflect.DeepEqual(exported(a), exported(b)) }),
	cmp.Comparer(func(a, b *geo.Own) bool {
		for _, f := range geo.OwnFields(make([]geo.Field, geo.MaxOwn)) {
			if !f.Value(&geo.Record{Own: a}).Equal(f.Value(&geo.Record{Own: b})) {
				return false
			}
		}
		return true
	}),
}

func exported(f geo.Field) geo.Field {
	return geo.Field{Name: f.Name, Title: f.Title, Description: f.Description, Type: f.Type, Facet: f.Facet, Terms: f.Terms, Open: f.Open, Own: f.Own, Private: f.Private}
}

// table is a CSV of facilities with one more column, a row for each value.
func table(heading string, values ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "slug,kind,name,\"%s\"\n", strings.ReplaceAll(heading, `"`, `""`))
	for i, v := range values {
		fmt.Fprintf(&b, "s-%d,k,A,\"%s\"\n", i, strings.ReplaceAll(v, `"`, `""`))
	}
	return b.String()
}

// readTable reads it, and gives its one field of its own.
func readTable(t *testing.T, heading string, values ...string) (*geo.Dataset, geo.Field, Warnings) {
	t.Helper()
	ds, warnings, err := Read(writeFile(t, "a.csv", table(heading, values...)))
	if err != nil {
		t.Fatal(err)
	}
	fields := ds.Fields["facilities"]
	if len(fields) != 1 {
		t.Fatalf("%q: fields %v", heading, fields)
	}
	return ds, fields[0], warnings
}

// The type is that which all values have, in the form in which they are written again.
func TestTypesAreInferred(t *testing.T) {
	for _, test := range []struct {
		want   geo.Type
		values []string
	}{
		{geo.Integer, []string{"1", "", "-20", "0", "999999999999999"}},
		{geo.Number, []string{"1", "2.5", "-0.001"}},
		{geo.Boolean, []string{"true", "false", ""}},
		{geo.Date, []string{"2024-05-31", "1999-01-01"}},
		{geo.Time, []string{"2024-05-31T08:00:00Z", "2024-05-31T08:00:00+07:00"}},
		{geo.URL, []string{"https://example.org/", "http://a.example/x?y=z"}},
		{geo.Text, []string{"007"}}, {geo.Text, []string{"1", "007"}}, {geo.Text, []string{"1,000"}}, {geo.Text, []string{"1e5"}}, {geo.Text, []string{"1.50"}},
		{geo.Text, []string{"-0"}}, {geo.Text, []string{"NaN"}}, {geo.Text, []string{"+Inf"}}, {geo.Text, []string{"Inf"}}, {geo.Text, []string{"0x10"}},
		{geo.Text, []string{"+5"}}, {geo.Text, []string{".5"}}, {geo.Text, []string{"1000000000000000"}}, {geo.Text, []string{"9007199254740993"}},
		{geo.Text, []string{"TRUE"}}, {geo.Text, []string{"yes"}}, {geo.Text, []string{"true", "1"}},
		{geo.Text, []string{"2024-02-30"}}, {geo.Text, []string{"31/05/2024"}}, {geo.Text, []string{"2024-05-31", "2024"}}, {geo.Text, []string{"0001-01-01"}},
		{geo.Text, []string{"2024-05-31T08:00:00.5Z"}}, {geo.Text, []string{"2024-05-31 08:00"}},
		{geo.Text, []string{"https://example.org/", "example.org"}}, {geo.Text, []string{"ftp://example.org/"}}, {geo.Text, []string{"", ""}}, {geo.Text, []string{"a;b"}},
	} {
		ds, field, _ := readTable(t, "extra", test.values...)
		if field.Type != test.want || field.Name != "extra" || !field.Own || field.Private {
			t.Errorf("%q are %+v, want %s", test.values, field, test.want)
		}
		again := export(t, ds, "again.csv")
		if diff := cmp.Diff(ds.Facilities, again.Facilities, comparing); diff != "" {
			t.Errorf("%q: -read +again\n%s", test.values, diff)
		}
		for i, text := range test.values {
			if got := geo.TextOf(field.Value(&ds.Facilities[i])); got != text && field.Type != geo.Time {
				t.Errorf("%q is %q", text, got)
			}
		}
	}
}

// A note says what a column has become, and which value has widened its type.
func TestNotesOfOwnFields(t *testing.T) {
	for want, values := range map[string][]string{
		`a.csv: column "beds" is kept as a field of your own, integer`:                                        {"1", "2"},
		`a.csv: column "beds" is kept as a field of your own, number (not integer, because of line 3: "2.5")`: {"1", "2.5"},
		`a.csv: column "beds" is kept as a field of your own, string (not integer, because of line 4: "n/a")`: {"1", "2", "n/a"},
		`a.csv: column "beds" is kept as a field of your own, string (not integer, because of line 2: "n/a")`: {"n/a", "1", "2"},
		`a.csv: column "beds" is kept as a field of your own, number (not integer, because of line 2: "2.5")`: {"2.5", "1", "2"},
		`a.csv: column "beds" is kept as a field of your own, string`:                                         {"n/a", "-", "2"},
		`a.csv: column "beds" is kept as a field of your own, string (no record states it)`:                   {"", ""},
	} {
		if _, _, notes := readTable(t, "beds", values...); !slices.Contains(notes, want) {
			t.Errorf("%q, want %q", notes, want)
		}
	}
	if _, _, notes := readTable(t, "Emergency phone", "12", "+66 2 123 4567"); strings.Contains(strings.Join(notes, "\n"), "4567") {
		t.Errorf("a note tells what is private: %q", notes)
	}
}

// Of a file whose rows were not read no note says what its columns are.
func TestNoNotesOfWhatWasNotRead(t *testing.T) {
	_, notes, err := Read(writeFile(t, "a.csv", "kind,name,beds\nk,A,1\n"))
	if err == nil || strings.Contains(strings.Join(notes, "\n"), "beds") {
		t.Errorf("%v, told %q", err, notes)
	}
}

// Names are made of headings; what gives none has the heading as its title, and exports
// carry it.
func TestNamesOfHeadings(t *testing.T) {
	for heading, want := range map[string]string{
		"beds": "beds", "Beds": "beds", "Número de camas": "numero_de_camas", " Total  Beds ": "total_beds", "Diện tích (m²)": "dien_tich_m2", "PM2.5": "pm2_5",
		"Beds (床位)": "beds", "床位": "field_1", "จำนวนเตียง": "field_1", "面积(m2)": "field_1", "2024": "field_1", "2024 total": "field_1", "###": "field_1", "_n_": "n",
		"_x_":      "field_1",
		"geometry": "field_1", "geom": "field_1", "fid": "field_1", "limit": "field_1", "BBOX": "field_1", "lang": "field_1", "q": "field_1", "takes part": "field_1",
		"properties": "field_1", "datetime": "field_1", "name_th": "field_1", "summary_zh": "field_1", "field_7": "field_1",
		strings.Repeat("long ", 30): strings.Repeat("long_", 12) + "lon",
	} {
		ds, field, _ := readTable(t, heading, "x", "y")
		if field.Name != want || !geo.IsFieldName(field.Name) {
			t.Errorf("%q gives %q, want %q", heading, field.Name, want)
		}
		if trimmed := strings.TrimSpace(heading); field.Title.In("en") != trimmed {
			t.Errorf("%q has the title %q", heading, field.Title.In("en"))
		}
		again := export(t, ds, "again.csv")
		if len(again.Fields["facilities"]) == 0 {
			t.Errorf("%q is lost", heading)
			continue
		}
		if got := again.Fields["facilities"][0]; got.Name != want || want == "field_1" && got.Title.In("en") != heading {
			t.Errorf("%q is %+v after an export", heading, got)
		}
	}
}

// A heading near to one that is known is a slip, and never another field.
func TestHeadingsThatAreNear(t *testing.T) {
	for heading, meant := range map[string]string{
		"latitud": "latitude", "sectros": "sectors", "Adress": "address", "sector": "sectors", "Partner": "partners", "sumary": "summary", "web_site": "website",
		"hostinstitution": "host_institution", "establised": "established", "Estabilshed": "established", "statuss": "status", "source_urls": "source_url",
		"citi": "city", "longitute": "longitude", "identifier": "identifiers", "former_name": "former_names", "Location Precison": "location_precision",
	} {
		_, _, err := Read(writeFile(t, "a.csv", table(heading, "x")))
		if err == nil || !strings.Contains(err.Error(), "a.csv, line 1, column "+heading+": is not known; it is near to "+meant) {
			t.Errorf("%s: %v, want the suggestion %s", heading, err, meant)
		}
		_, _, err = Read(writeFile(t, "a.geojson", `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"slug":"a","kind":"k","name":"A","`+heading+`":1}}]}`))
		if err == nil || !strings.Contains(err.Error(), "features[0], "+heading+": is not known; it is near to "+meant) {
			t.Errorf("GeoJSON, %s: %v, want the suggestion %s", heading, err, meant)
		}
	}
	for _, heading := range []string{
		"beds", "type", "wind", "land", "owner", "admin2", "address2", "source_name", "city_code", "state", "level", "created", "description",
		"class", "region",
	} {
		if _, field, _ := readTable(t, heading, "x"); field.Name != heading {
			t.Errorf("%s is %s", heading, field.Name)
		}
	}
}

// What may be about a person is kept and shown to nobody.
func TestPersonalColumnsArePrivate(t *testing.T) {
	headings := strings.Split("Remark|remarks|Note|NOTES|internal use|Contact|contact_person|ContactName|Phone|phone no.|Tel|Tel.|Mobile|E-mail|"+
		"email address|e_mail|Fax|WeChat|Line ID|"+
		"备注|電話|联系电话|电子邮箱|邮箱|联系人|手机号码|微信号|传真|หมายเหตุ|โทรศัพท์|เบอร์โทรศัพท์|อีเมล|ผู้ติดต่อ|Ghi chú|Điện thoại|Số ĐT|Liên hệ|Catatan|No. HP|Telepon|Nombor "+
		"telefon|Kontak|ໝາຍເຫດ|ໂທລະສັບ|សម្គាល់|ទូរស័ព្ទ|မှတ်ချက်|ဖုန်း|Teléfono|Correo electrónico", "|")
	for _, heading := range headings {
		if _, field, notes := readTable(t, heading, "x"); !field.Private || !strings.Contains(strings.Join(notes, "\n"), "it is private") {
			t.Errorf("%s is not private", heading)
		}
	}
	for _, value := range []string{
		"a.b@example.org", "write to x@mail.example.com.", "李明 <li@例子.cn>", "name [at] example.org", "+66 2 123 4567", "+6621234567", "Tel: +86 771 123 4567", "0066 2 123 4567",
		"02-123-4567", "081 234 5678", "(02) 1234 5678", "0812345678", "13800138000", "联系13800138000", "771-123-4567", "Tel. 021 1234567",
	} {
		if _, field, _ := readTable(t, "extra", "x", value, ""); !field.Private {
			t.Errorf("%q is not private", value)
		}
	}
	for _, value := range []string{
		"12345678", "2024-05-31", "2024-05-31T08:00:00+10:00", "1,000,000", "13.75630000", "100.12345678", "0.001234567", "978-7-04-012345-6", "https://example.org/0012345678",
		"https://www.google.com/maps/@13.7,100.5", "@handle", "2015-2019", "007", "A-0001", "1234-5678", "5 at (b)", "0000 0001 2150 0905", "10110",
	} {
		if _, field, notes := readTable(t, "extra", value); field.Private {
			t.Errorf("%q is private: %q", value, notes)
		}
	}
	for _, heading := range []string{"hotel", "noted for", "beds", "notebooks", "telescope", "linear", "mobility", "automobile", "owner"} {
		if _, field, _ := readTable(t, heading, "x"); field.Private {
			t.Errorf("%s is private", heading)
		}
	}
}

// A column of few values over many records is a facet, but for what nobody chooses by.
func TestFacetsAreFound(t *testing.T) {
	values := func(n, different int, text string) (all []string) {
		for i := range n {
			all = append(all, fmt.Sprintf(text, i%different))
		}
		return all
	}
	for name, c := range map[string]struct {
		heading string
		values  []string
		want    bool
	}{
		"few texts": {"owner", values(50, 20, "o%d"), true}, "integers": {"level", values(60, 3, "%d"), true}, "truths": {"open", append(values(50, 1, "true"), "false"), true},
		"too many": {"owner", values(50, 21, "o%d"), false}, "too few records": {"owner", values(49, 3, "o%d"), false}, "one value": {"owner", values(60, 1, "o%d"), false},
		"private": {"remark", values(60, 3, "o%d"), false}, "addresses": {"page", values(60, 3, "https://example.org/%d"), false},
		"dates": {"day", values(60, 3, "2024-01-0%d"), false},
		"gaps":  {"owner", append(values(49, 3, "o%d"), "", "", ""), false},
	} {
		if name == "dates" {
			c.values = values(60, 3, "2024-01-1%d")
		}
		if _, field, _ := readTable(t, c.heading, c.values...); field.Facet != "" != c.want || c.want && (string(field.Facet) != field.Name || !field.Open || field.Terms != nil) {
			t.Errorf("%s: %+v, want a facet: %v", name, field, c.want)
		}
	}
}

func TestReadWithOptions(t *testing.T) {
	file := writeFile(t, "a.csv", "slug,kind,name,Owner type,remark,day,extra\na,k,A,public,x,2024-01-01,1\n")
	for name, c := range map[string]struct {
		options Options
		want    string
	}{
		"only known":        {Options{OnlyKnownColumns: true}, `a.csv: has columns that are not known: "Owner type", "remark", "day", "extra"`},
		"a facet":           {Options{Facets: []string{"Owner type", "extra"}}, ""},
		"by its name":       {Options{Facets: []string{"owner_type"}}, ""},
		"no column":         {Options{Facets: []string{"colour"}}, "column colour: is no column of its own that could be a facet; there are Owner type, remark, day, extra"},
		"a standard column": {Options{Facets: []string{"city"}}, "column city: is no column of its own"},
		"a private one":     {Options{Facets: []string{"remark"}}, "column remark: cannot be a facet, because it is private: its heading says remark"},
		"a date":            {Options{Facets: []string{"day"}}, "column day: cannot be a facet, because it is of the type timestamp"},
	} {
		ds, _, err := ReadWith(file, c.options)
		if name == "a date" {
			c.want = "column day: cannot be a facet, because it is of the type date"
		}
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
		if c.want == "" && ds.Fields["facilities"][0].Facet != "owner_type" {
			t.Errorf("%s: %+v", name, ds.Fields)
		}
	}
}

// What cannot be a field is an error with its place.
func TestOwnFieldsThatCannotBe(t *testing.T) {
	many := "slug,kind,name"
	for i := range 101 {
		many += fmt.Sprintf(",c%d", i)
	}
	for name, c := range map[string]struct{ content, want string }{
		"twice":         {"slug,kind,name,Beds,beds\na,k,A,1,2\n", "a.csv, line 1, column beds: gives the name beds, as Beds does"},
		"twice, folded": {"slug,kind,name,número,Numero\na,k,A,1,2\n", "a.csv, line 1, column Numero: gives the name numero, as número does"},
		"the 101st":     {many + "\na,k,A" + strings.Repeat(",1", 101) + "\n", "a.csv, line 1, column c100: is one more than the 100 columns of its own"},
		"a control":     {"slug,kind,name,extra\na,k,A,x\ab\n", "a.csv, line 2, extra"},
		"turned round":  {"slug,kind,name,extra\na,k,A,x\u202ey\n", `a.csv, line 2, extra = "x\u202ey": must not have U+202E`},
		"too long":      {"slug,kind,name,extra\na,k,A," + strings.Repeat("x", 32_768) + "\n", "must have at most 32767 characters, not 32768"},
		"no UTF-8":      {"slug,kind,name,extra\na,k,A,\xff\n", "a.csv, line 2, extra"},
	} {
		if _, _, err := Read(writeFile(t, "a.csv", c.content)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %.300v, want %s", name, err, c.want)
		}
	}
}

// GeoJSON says itself what is a number, a truth, a list.
func TestOwnPropertiesOfGeoJSON(t *testing.T) {
	feature := func(slug, more string) string {
		return `{"type":"Feature","geometry":null,"properties":{"slug":"` + slug + `","kind":"k","name":"A"` + more + `}}`
	}
	ds, _, err := Read(writeFile(t, "a.geojson", `{"type":"FeatureCollection","features":[`+
		feature("a", `,"beds":12.0,"area":1.50,"code":"12","open":true,"tags":["x","y; "],"more":{"a":[1, 2]},"none":null,"mixed":1`)+","+
		feature("b", `,"beds":1e2,"area":3,"code":"13","open":false,"tags":["z"],"mixed":"x"`)+`]}`))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"beds": "integer 100", "area": "number 3", "code": "string 13", "open": "boolean false", "mixed": "string x", "more": "string ", "tags": "string z"}
	got := map[string]string{}
	for _, f := range ds.Fields["facilities"] {
		got[f.Name] = string(f.Type) + " " + geo.TextOf(f.Value(&ds.Facilities[1]))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// register is a data set of 20 columns of its own, with what declares them.
const register = "testdata/good/register"

// import, export and import give the same bytes and the same definitions.
func TestRegisterGoesRound(t *testing.T) {
	ds, warnings, err := Read(register)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(ds.Fields["facilities"]); n != 20 {
		t.Fatalf("%d fields: %v", n, warnings)
	}
	folders := []string{filepath.Join(t.TempDir(), "first"), filepath.Join(t.TempDir(), "second")}
	for _, folder := range folders {
		if err := WriteFolder(folder, ds); err != nil {
			t.Fatal(err)
		}
		again, _, err := Read(folder)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(ds, again, ignoreOrigin, comparing); diff != "" || again.Revision != ds.Revision {
			t.Errorf("revisions %s and %s; -read +again\n%s", ds.Revision, again.Revision, diff)
		}
		ds = again
	}
	entries, err := os.ReadDir(folders[0])
	if err != nil || len(entries) < 2 {
		t.Fatal(entries, err)
	}
	for _, e := range entries {
		first, _ := os.ReadFile(filepath.Join(folders[0], e.Name()))
		second, _ := os.ReadFile(filepath.Join(folders[1], e.Name()))
		if string(first) != string(second) || len(first) == 0 {
			t.Errorf("%s is another file the second time", e.Name())
		}
	}
	if diff := cmp.Diff(ds, export(t, ds, "a.geojson"), ignoreOrigin, comparing); diff != "" {
		t.Errorf("GeoJSON: -read +again\n%s", diff)
	}
	if err := WriteFolder(folders[0], ds); err == nil || !strings.Contains(err.Error(), "is not empty") {
		t.Errorf("%v: a folder is written over", err)
	}
}

// A revision follows the definitions and what is private.
func TestRevisionOfOwnFields(t *testing.T) {
	revisionOf := func(content string) string {
		ds, _, err := Read(writeFile(t, "a.csv", content))
		if err != nil {
			t.Fatal(err)
		}
		return ds.Revision
	}
	seen := map[string]string{}
	for _, content := range []string{
		table("remark", "x"), table("remark", "y"), table("notes", "x"), table("beds", "1"), table("beds", "1.5"), table("Beds", "1"),
		table("beds", ""),
	} {
		r := revisionOf(content)
		if before, twice := seen[r]; twice {
			t.Errorf("%q has the revision of %q", content, before)
		}
		seen[r] = content
	}
}
