package postgis_test

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/geo/postgis"
	"innoatlas/geo/postgis/postgistest"
	"innoatlas/geo/storetest"
	"innoatlas/geo/zorder"
)

// What the indexes are for, on 50,000 rows.
func TestPlans(t *testing.T) {
	t.Parallel()
	url := postgistest.Migrated(t)
	if _, err := open(t, url).Import(t.Context(), storetest.Generated(50_000)); err != nil {
		t.Fatal(err)
	}
	conn := connect(t, url)
	facilities := func(limit int, q geo.Query) geo.Query {
		q.Collection, q.Limit = geo.Facilities, limit
		return q
	}
	suva := geo.BBox{178.44, -18.14, 178.45, -18.13}
	triangle := orb.Polygon{{{178.4, -18.2}, {178.5, -18.2}, {178.45, -18.1}, {178.4, -18.2}}}
	inTriangle := func(op cql2.SpatialOp) cql2.Expr {
		return cql2.Spatial{Op: op, Left: cql2.Property("geometry"), Right: cql2.Literal{Value: cql2.GeometryOf(triangle)}}
	}
	cases := []struct {
		name, index string
		geo.Query
	}{
		{"a small box", "facility_order", facilities(1000, geo.Query{Filter: suva.Filter()})},
		{"the first page", "facility_order", facilities(10, geo.Query{})},
		{"a later page", "facility_order", facilities(10, geo.Query{After: &geo.Cursor{ZOrder: 1 << 61, ID: 20_000}})},
		{"a triangle", "facility_geom", facilities(1000, geo.Query{Filter: inTriangle(cql2.SIntersects)})},
		{"an edge", "facility_geom", facilities(1000, geo.Query{Filter: inTriangle(cql2.STouches)})},
		{"a rare word", "facility_search_terms", facilities(1000, geo.Query{Filter: geo.SearchFilter("chulalongkorn")})},
		{"a rare sector", "facility_sectors", facilities(1000, geo.Query{Lists: []geo.List{{Dimension: geo.BySector, Values: []string{"astrology"}}}})},
		{"a rare country", "facility_country", facilities(1000, geo.Query{Lists: []geo.List{{Dimension: geo.ByCountry, Values: []string{"VAT"}}}})},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			sql, args := postgis.PageSQL(c.Query)
			checkPlan(t, conn, c.index, sql, args)
		})
	}
	inFiji := []geo.List{{Dimension: geo.ByCountry, Values: []string{"FJI"}}}
	forms, args, count, countArgs := postgis.PageForms(facilities(10, geo.Query{Filter: geo.SearchFilter("suva laboratory"), Lists: inFiji}))
	for i, index := range []string{1: "facility_search_terms", 2: "facility_order", 3: "facility_country_order"} {
		if index != "" {
			t.Run("a page of words in a country, by "+index, func(t *testing.T) { checkPlan(t, conn, index, forms[i], args[i]) })
		}
	}
	t.Run("the count of words", func(t *testing.T) { checkPlan(t, conn, "facility_search_terms", count, countArgs) })
	t.Run("a tile", func(t *testing.T) {
		clusters, clusterArgs, single, args := postgis.TileSQL(facilities(0, geo.Query{}), zorder.TileAt(orb.Point{178.44, -18.14}, 14))
		checkPlan(t, conn, "facility_order", clusters, clusterArgs)
		checkPlan(t, conn, "facility_order", single, args)
	})
}

// The countries' counts take a pass over the facilities each, however many countries
// there are: the catalog of a million records must come within an answer's time.
func TestCountriesAreCountedTogether(t *testing.T) {
	t.Parallel()
	url := postgistest.Migrated(t)
	if _, err := open(t, url).Import(t.Context(), storetest.Generated(500)); err != nil {
		t.Fatal(err)
	}
	conn := connect(t, url)
	execute(t, conn, `BEGIN; SET LOCAL max_parallel_workers_per_gather = 0; DO $$ BEGIN PERFORM * FROM country_record; END $$`)
	var passes int
	const scans = `SELECT seq_scan + idx_scan FROM pg_stat_xact_user_tables WHERE relid = 'facility'::regclass`
	if err := conn.QueryRow(t.Context(), scans).Scan(&passes); err != nil || passes < 1 || passes > 3 {
		t.Errorf("the view reads the facilities %d times, %v; want at most 3", passes, err)
	}
}

// Which countries match is told without a count of facilities, unless the filter names one.
func TestFilteredCountriesCountNothing(t *testing.T) {
	t.Parallel()
	conn := connect(t, postgistest.Migrated(t))
	for text, counts := range map[string]bool{
		"name LIKE 'L%' AND S_INTERSECTS(geometry, POINT(102 18))": false,
		"facilities > 3": true,
	} {
		filter, err := cql2.ParseText(text)
		if err != nil {
			t.Fatal(err)
		}
		sql, args := postgis.MatchingIDsSQL(geo.Query{Collection: geo.Countries, Filter: filter})
		if plan := explain(t, conn, sql, args); strings.Contains(plan, " facility") != counts {
			t.Errorf("%s: counts = %v\n%s", text, !counts, plan)
		}
	}
}

func checkPlan(t *testing.T, conn *pgx.Conn, index, sql string, args []any) {
	t.Helper()
	if plan := explain(t, conn, sql, args); !strings.Contains(plan, index) || strings.Contains(plan, "Seq Scan on facility ") {
		t.Errorf("does not use %s:\n%s", index, plan)
	}
}

func explain(t *testing.T, conn *pgx.Conn, sql string, args []any) string {
	t.Helper()
	rows, err := conn.Query(t.Context(), "EXPLAIN "+sql, args...)
	if err != nil {
		t.Fatal(err)
	}
	var plan strings.Builder
	var line string
	for rows.Next() {
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		plan.WriteString(line + "\n")
	}
	if rows.Err() != nil {
		t.Fatal(rows.Err())
	}
	return plan.String()
}
