package postgis_test

import (
	"strings"
	"testing"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/geo/postgis"
	"innoatlas/geo/postgis/postgistest"
)

// Bounds of the statement for a filter within the limits of cql2.
const (
	mostSQL        = 128 << 10
	mostParameters = 4 * cql2.MaxNodes // PostgreSQL takes 65,535
)

// whereSeeds are filters with something of each kind.
var whereSeeds = []string{
	"name = 'x'' OR 1=1; --' OR city LIKE '%_\\' AND NOT (summary IS NULL)",
	"CASEI(name) IN (CASEI('É'), ACCENTI('Đ'), city) OR ACCENTI(CASEI(name)) LIKE ACCENTI('%$1%')",
	"established BETWEEN 1e308 % 7e-322 AND id * -3.5 ^ established OR id div 0 = 1e-320 OR id IN (1, 2.5, -9007199254740993)",
	"T_DURING(updated, INTERVAL('2020-01-01', '..')) OR T_MEETS(INTERVAL('..', updated), updated) OR updated < TIMESTAMP('0000-01-01T00:00:00.000001Z')",
	"A_CONTAINS(sectors, ('food', 5, TRUE, name)) OR A_OVERLAPS((), sectors) OR A_EQUALS((name, city), sectors)",
	"S_INTERSECTS(geometry, BBOX(170,-5,-170,5)) AND NOT S_DISJOINT(BBOX(0,0,1,1), geometry)",
	"S_WITHIN(geometry, POLYGON((0 0,5 0,5 5,0 0))) OR S_TOUCHES(geometry, BBOX(180,0,-170,0)) OR S_CROSSES(geometry, MULTILINESTRING((0 0, 4 1),(1 1,2 2)))",
	"S_INTERSECTS(GEOMETRYCOLLECTION(POINT(1e300 -1e300), LINESTRING(0 0, 1 1)), geometry) OR S_EQUALS(geometry, MULTIPOINT(1 2, 3 4))",
	`{"op":"and","args":[{"op":"not","args":[{"op":"=","args":[{"property":"name"},"'; DROP TABLE facility; --"]}]},{"op":"isNull","args":[{"property":"geometry"}]}]}`,
	strings.Repeat("(name < 'a' OR ", 60) + "city = 'b'" + strings.Repeat(")", 60),
}

// FuzzWhereSQL makes SQL of any filter: nothing of the filter stands in its text, it is
// bounded, and PostgreSQL reads and plans it.
func FuzzWhereSQL(f *testing.F) {
	for _, s := range whereSeeds {
		f.Add(s, false)
		f.Add(s, true)
	}
	conn := connect(f, postgistest.Migrated(f))
	f.Fuzz(func(t *testing.T, filter string, countries bool) {
		c := geo.Facilities
		if countries {
			c = geo.Countries
		}
		e, err := cql2.ParseText(filter)
		if strings.HasPrefix(filter, "{") {
			e, err = cql2.ParseJSON([]byte(filter))
		}
		if err == nil {
			e, err = cql2.Bind(e, c.FilterType)
		}
		if err != nil {
			return
		}
		sql, args := postgis.PageSQL(geo.Query{Collection: c, Filter: e, Limit: 10})
		if len(sql) > mostSQL || len(args) > mostParameters {
			t.Errorf("a statement of %d bytes and %d parameters", len(sql), len(args))
		}
		for _, literal := range literals.FindAllString(parameters.ReplaceAllString(sql, "?"), -1) {
			if !ownLiterals[literal] {
				t.Errorf("%s stands in the statement\n%s", literal, sql)
			}
		}
		if _, err := conn.Exec(t.Context(), "EXPLAIN "+sql, args...); err != nil {
			t.Errorf("%v\n%s", err, sql)
		}
	})
}
