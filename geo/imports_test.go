package geo_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// goList runs go list in the folder of the module.
func goList(t *testing.T, args ...string) []string {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", append([]string{"list"}, args...)...)
	list.Dir = ".."
	out, err := list.Output()
	if err != nil {
		t.Fatalf("%v: %v", list, err)
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}

// What stands below the API knows no HTTP, no database and no web framework. The
// geometry library has Scan methods for database/sql, so that one is looked for
// in our own imports only. Package format writes files through libraries that know
// more than files.
func TestGeoKnowsNeitherHTTPNorSQL(t *testing.T) {
	packages := []string{"./geo", "./geo/cql2", "./geo/search", "./geo/zorder", "./geo/crs", "./geo/tile", "./geo/memory"}
	foreign := []string{"net/http", "github.com/jackc/", "github.com/labstack/", "innoatlas/api", "innoatlas/pages", "innoatlas/layout", "innoatlas/web",
		"innoatlas/migrations", "innoatlas/geo/postgis"}
	deps := goList(t, append([]string{"-deps"}, packages...)...)
	for _, path := range deps {
		if slices.ContainsFunc(foreign, func(f string) bool { return strings.HasPrefix(path, f) }) {
			t.Errorf("a package below the API needs %s", path)
		}
	}
	if !slices.Contains(deps, "innoatlas/geo") {
		t.Error("go list does not list package geo, so this test sees nothing")
	}
	for _, path := range goList(t, append([]string{"-f", `{{join .Imports "\n"}}`}, packages...)...) {
		if strings.HasPrefix(path, "database/sql") {
			t.Errorf("a package below the API imports %s", path)
		}
	}
}

// Arrows point down only: cmd to api, pages and stores; those to geo and to web; geo to
// cql2, search and zorder; all of them to texts, which knows nothing of ours.
func TestArrowsPointDown(t *testing.T) {
	mayImport := map[string][]string{
		"innoatlas/texts":         {},
		"innoatlas/geo/cql2":      {},
		"innoatlas/geo/zorder":    {},
		"innoatlas/geo/search":    {"innoatlas/geo/cql2"},
		"innoatlas/geo":           {"innoatlas/geo/cql2", "innoatlas/geo/search", "innoatlas/geo/zorder", "innoatlas/texts"},
		"innoatlas/geo/crs":       {"innoatlas/geo", "innoatlas/geo/cql2"},
		"innoatlas/geo/format":    {"innoatlas/geo", "innoatlas/geo/cql2", "innoatlas/geo/crs", "innoatlas/geo/zorder", "innoatlas/texts"},
		"innoatlas/geo/tile":      {"innoatlas/geo", "innoatlas/geo/cql2", "innoatlas/geo/zorder"},
		"innoatlas/geo/dataset":   {"innoatlas/geo", "innoatlas/geo/cql2", "innoatlas/geo/format", "innoatlas/texts"},
		"innoatlas/geo/memory":    {"innoatlas/geo", "innoatlas/geo/cql2", "innoatlas/geo/search", "innoatlas/geo/zorder", "innoatlas/recent", "innoatlas/singleflight"},
		"innoatlas/geo/postgis":   {"innoatlas/geo", "innoatlas/geo/cql2", "innoatlas/geo/search", "innoatlas/geo/zorder", "innoatlas/migrations", "innoatlas/recent"},
		"innoatlas/recent":        {},
		"innoatlas/singleflight":  {},
		"innoatlas/web":           {"innoatlas/texts"},
		"innoatlas/layout":        {"innoatlas/web"},
		"innoatlas/pages/drawing": {"innoatlas/geo", "innoatlas/recent", "innoatlas/web"},
		"innoatlas/pages":         {"innoatlas/api", "innoatlas/geo", "innoatlas/geo/cql2", "innoatlas/layout", "innoatlas/pages/drawing", "innoatlas/texts", "innoatlas/web"},
		"innoatlas/migrations":    {},
		"innoatlas/api": {"innoatlas/geo", "innoatlas/geo/cql2", "innoatlas/geo/crs", "innoatlas/geo/format", "innoatlas/geo/search", "innoatlas/geo/tile", "innoatlas/geo/zorder",
			"innoatlas/layout", "innoatlas/singleflight", "innoatlas/texts", "innoatlas/web"},
	}
	seen := 0
	for _, line := range goList(t, "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./...") {
		path, imports, _ := strings.Cut(line, " ")
		allowed, fixed := mayImport[path]
		if fixed {
			seen++
		}
		for own := range strings.FieldsSeq(imports) {
			switch {
			case !strings.HasPrefix(own, "innoatlas/"):
			case strings.HasPrefix(own, "innoatlas/cmd"):
				t.Errorf("%s imports %s, which nobody may", path, own)
			case fixed && !slices.Contains(allowed, own):
				t.Errorf("%s imports %s, and may import only %q", path, own, allowed)
			}
		}
	}
	if seen != len(mayImport) {
		t.Errorf("%d of %d packages are there; is one renamed?", seen, len(mayImport))
	}
}
