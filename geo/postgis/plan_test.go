package postgis_test

import (
	"strings"
	"testing"

	"innoatlas/geo"
	"innoatlas/geo/postgis"
	"innoatlas/geo/postgis/postgistest"
	"innoatlas/geo/storetest"
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
	cases := []struct {
		name, index string
		geo.Query
	}{
		{"a small box", "facility_order", facilities(1000, geo.Query{Filter: suva.Filter()})},
		{"the first page", "facility_order", facilities(10, geo.Query{})},
		{"a later page", "facility_order", facilities(10, geo.Query{After: &geo.Cursor{ZOrder: 1 << 61, ID: 20_000}})},
		{"a rare word", "facility_search_text", facilities(1000, geo.Query{Filter: geo.SearchFilter("chulalongkorn")})},
		{"a rare sector", "facility_sectors", facilities(1000, geo.Query{Lists: []geo.List{{Dimension: geo.BySector, Values: []string{"astrology"}}}})},
		{"a rare country", "facility_country", facilities(1000, geo.Query{Lists: []geo.List{{Dimension: geo.ByCountry, Values: []string{"VAT"}}}})},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			sql, args := postgis.PageSQL(c.Query)
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
			if !strings.Contains(plan.String(), c.index) || strings.Contains(plan.String(), "Seq Scan on facility ") {
				t.Errorf("does not use %s:\n%s", c.index, plan.String())
			}
		})
	}
}
