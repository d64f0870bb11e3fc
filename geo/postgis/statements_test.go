package postgis_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"innoatlas/geo"
	"innoatlas/geo/postgis"
	"innoatlas/geo/storetest"
	"innoatlas/geo/zorder"
)

// parameters are what a statement may differ in from the text of another query of
// the same form: nothing else in it comes from a query.
var parameters = regexp.MustCompile(`\$\d+`)

// literals are what SQL could hold of a value: a quoted text or a number.
var literals = regexp.MustCompile(`'[^']*'|\b\d[\d.]*\b`)

// ownLiterals are those that the package itself writes, as facilities.go, texts.go,
// clusters.go and the files of where.go have them.
var ownLiterals = map[string]bool{
	"'UTC'":       true,
	"'FF*FF****'": true, "'T*F**F***'": true, "86399.999999": true,
	"'Title'": true, "'URL'": true, "'Date'": true, "'Supports'": true,
	"'facilities'": true, "'institutions'": true, "'projects'": true, "'name'": true, "''": true,
	"4611686018427387904": true, "4326": true, "0": true, "1": true, "2": true,
}

func TestStatementsHoldNoValues(t *testing.T) {
	ds := storetest.Generated(100)
	for seed := range uint64(3000) {
		q := storetest.NewQuery(ds, seed)
		page, _ := postgis.PageSQL(q)
		statements := []string{page}
		for _, d := range q.Collection.Facets() {
			sql, _ := postgis.FacetSQL(q, d)
			statements = append(statements, sql)
		}
		if q.Collection.Is(geo.Facilities) {
			matrix, _ := postgis.MatrixSQL(q, geo.BySector, geo.ByCountry)
			sql, _ := postgis.ClustersSQL(q, 7)
			clusters, _, facilities, _ := postgis.TileSQL(q, zorder.Tile{Z: geo.DetailZoom, X: 3, Y: 5})
			statements = append(statements, matrix, sql, clusters, facilities)
		}
		for _, sql := range statements {
			for _, literal := range literals.FindAllString(parameters.ReplaceAllString(sql, "?"), -1) {
				if !ownLiterals[literal] && !isOwnField(q, literal) && (q.Of == nil || !isOwnField(*q.Of, literal)) {
					t.Fatalf("seed %d: %s stands in the statement\n%s\n%#v", seed, literal, sql, q)
				}
			}
		}
	}
}

func isOwnField(q geo.Query, literal string) bool {
	f := q.Collection.Field(strings.Trim(literal, "'"))
	return f != nil && f.Own
}

// Every parameter is used, and none is used that was not given.
func TestParametersAreNumberedWithoutGaps(t *testing.T) {
	ds := storetest.Fixture()
	for seed := range uint64(1000) {
		sql, args := postgis.PageSQL(storetest.NewQuery(ds, seed))
		used := map[string]bool{}
		for _, p := range parameters.FindAllString(sql, -1) {
			used[p] = true
		}
		for i := range args {
			if !used[fmt.Sprintf("$%d", i+1)] {
				t.Fatalf("seed %d: $%d is not used in\n%s", seed, i+1, sql)
			}
		}
		if len(used) != len(args) {
			t.Fatalf("seed %d: %d parameters in the text, %d given\n%s", seed, len(used), len(args), sql)
		}
	}
}
