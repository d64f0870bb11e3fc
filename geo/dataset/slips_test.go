package dataset

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// described is a folder with a table, and a package of that content.
func described(t *testing.T, content string) string {
	t.Helper()
	folder := packaged(t, "slug,kind,name,extra\na,k,A,1\n", "")
	if err := os.WriteFile(filepath.Join(folder, packageFile), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return folder
}

// What is nearly a member that is read is an error that says which, at each level: a field
// that was to be private must not be shown for a letter.
func TestSlipsInPackage(t *testing.T) {
	field := func(members string) string {
		return `{"resources":[{"path":"facilities.csv","schema":{"fields":[{"name":"extra",` + members + `}]}}]}`
	}
	const of = "resources[0].schema.fields[0]."
	for content, want := range map[string]string{
		field(`"privat":true`):                                             of + "privat: is not known; it is near to private",
		field(`"Private":true`):                                            of + "Private: is not known; it is near to private",
		field(`"isPrivate":true`):                                          of + "isPrivate: is not known; it is near to private",
		field(`"facett":true`):                                             of + "facett: is not known; it is near to facet",
		field(`"titel":"E"`):                                               of + "titel: is not known; it is near to title",
		field(`"Title":"E"`):                                               of + "Title: is not known; it is near to title",
		field(`"titel_zh":"E"`):                                            of + "titel_zh: is not known; it is near to title_zh",
		field(`"titles_zh":"E"`):                                           of + "titles_zh: is not known; it is near to title_zh",
		field(`"desciption":"E"`):                                          of + "desciption: is not known; it is near to description",
		field(`"constrains":{"enum":["1"]}`):                               of + "constrains: is not known; it is near to constraints",
		field(`"tpye":"integer"`):                                          of + "tpye: is not known; it is near to type",
		field(`"enum":["1"]`):                                              of + "enum: is read of constraints only, as enum",
		field(`"constraints":{"enums":["1"]}`):                             of + "constraints.enums: is not known; it is near to enum",
		field(`"constraints":{"private":true}`):                            of + "constraints.private: is read of a field only, as private",
		`{"resource":[]}`:                                                  "datapackage.json, resource: is not known; it is near to resources",
		`{"ressources":[]}`:                                                "ressources: is not known; it is near to resources",
		`{"fields":[{"name":"extra","private":true}]}`:                     "fields: is read of a schema only, as fields",
		`{"resources":[{"path":"facilities.csv","shema":{}}]}`:             "resources[0].shema: is not known; it is near to schema",
		`{"resources":[{"pth":"facilities.csv","schema":{}}]}`:             "resources[0].pth: is not known; it is near to path",
		`{"resources":[{"path":"facilities.csv","fields":[]}]}`:            "resources[0].fields: is read of a schema only, as fields",
		`{"resources":[{"path":"facilities.csv","private":true}]}`:         "resources[0].private: is read of a field only, as private",
		`{"resources":[{"path":"facilities.csv","schema":{"feilds":[]}}]}`: "resources[0].schema.feilds: is not known; it is near to fields",
		`{"resources":[{"path":"facilities.csv","schema":{"fields":[],"missing_values":["-"]}}]}`: "schema.missing_values: is not known; it is near to missingValues",
		`{"resources":["facilities.csv"]}`: "resources[0]: must be an object",
	} {
		if _, _, err := Read(described(t, content)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", content, err, want)
		}
	}
}

// A path that is nearly that of a table which is read is an error too.
func TestSlipsInPaths(t *testing.T) {
	resource := func(path string) string {
		return `{"path":` + path + `,"schema":{"fields":[{"name":"extra","private":true}]}}`
	}
	for path, meant := range map[string]string{
		`"data/facilities.csv"`: facilitiesFile, `"facility.csv"`: facilitiesFile, `"Facilities.CSV"`: facilitiesFile, `"..\\Facilities.csv"`: facilitiesFile,
		`"facilites.csv"`: facilitiesFile, `"facilities"`: facilitiesFile, `"https://example.org/facilities.csv"`: facilitiesFile, `["a.csv","facilities.csv"]`: facilitiesFile,
		`"country.geojson"`: outlinesFile, `"data/countries.json"`: outlinesFile,
	} {
		want := "is no file that is read, so its schema says nothing; it is near to " + meant
		_, _, err := Read(described(t, `{"resources":[`+resource(path)+`]}`))
		if err == nil || !strings.Contains(err.Error(), "resources[0].path = ") || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", path, err, want)
		}
	}
}

// What is near nothing that is read is somebody else's, as are the members of the standard.
func TestOtherMembersOfPackage(t *testing.T) {
	for _, content := range []string{
		`{"name":"a","id":"b","profile":"data-package","title":"T","sources":[],"licenses":[],"keywords":[],"contributors":[],"image":"i","created":"c","unit":"m","resources":[]}`,
		`{"resources":[{"name":"facilities","path":"facilities.csv","title":"T","sources":[],"format":"csv","mediatype":"text/csv","bytes":1,"hash":"h","dialect":{},"owner":"o",
			"schema":{"primaryKey":"slug","foreignKeys":[],"missingValues":[""],"comment":"c","fields":[
			{"name":"extra","title":"E","title_zh":"额外","titles":{"th":"T"},"description_en":"D",
			"example":"1","rdfType":"r","unit":"beds","bareNumber":true,"constraints":{"required":true,"unique":false,"pattern":".","colour":"red"}}]}}]}`,
		`{"resources":[{"path":"kinds.csv","schema":{"fields":[{"name":"id","privat":true}]}},
			{"path":"countries.csv","schema":{"fields":[]}},{"path":"facility_sources.csv","schema":{}}]}`,
		`{"resources":[{"path":"facilities.csv","schema":{"fields":[{"name":"extra"}]}},{"path":"facilities.xlsx","schema":{"fields":[{"name":"extra"}]}}]}`,
	} {
		if _, _, err := Read(described(t, content)); err != nil {
			t.Errorf("%s: %v", content, err)
		}
	}
}
