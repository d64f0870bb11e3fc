package postgis_test

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/geo/postgis"
	"innoatlas/geo/postgis/postgistest"
	"innoatlas/geo/storetest"
)

// How many filters are evaluated for each record, and how many by one statement.
const (
	facilityTruths = 16_000
	countryTruths  = 4_000
	truthsAtOnce   = 50
)

// TestTruths holds SQL to cql2.Eval, record by record: True, False and Unknown.
func TestTruths(t *testing.T) {
	t.Parallel()
	ds := storetest.Fixture()
	url := postgistest.Migrated(t)
	if _, err := open(t, url).Import(t.Context(), ds); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		collection *geo.Collection
		filters    uint64
	}{{geo.Facilities, facilityTruths}, {geo.Countries, countryTruths}} {
		t.Run(c.collection.ID, func(t *testing.T) {
			t.Parallel()
			truths := truths{connect(t, url), ds, storetest.Collection(ds, c.collection), storetest.Records(ds, c.collection)}
			for first := uint64(0); first < c.filters; first += truthsAtOnce {
				truths.compare(t, first)
				if t.Failed() {
					return
				}
			}
		})
	}
}

type truths struct {
	conn       *pgx.Conn
	ds         *geo.Dataset
	collection *geo.Collection
	records    []geo.Feature
}

// compare has two forms of each filter by turns: that which tells False from Unknown,
// and that of a filter which no NOT stands above.
func (c truths) compare(t *testing.T, first uint64) {
	t.Helper()
	filters := make([]cql2.Expr, truthsAtOnce)
	for i := range filters {
		filters[i] = storetest.NewFilter(c.ds, c.collection, first+uint64(i))
	}
	exact := first/truthsAtOnce%4 > 0
	sql, args := postgis.TruthsSQL(c.collection, filters, exact)
	found := c.ask(t, sql, args)
	for i, filter := range filters {
		for _, r := range c.records {
			id, slug := r.Ref()
			want, got := cql2.Eval(filter, r), truthOf(found[id][i])
			if got != want && (exact || got == cql2.True || want == cql2.True) {
				one, args := postgis.TruthsSQL(c.collection, filters[i:i+1], exact)
				t.Errorf("seed %d, %s: %v, want %v\n%#v\n%s\n%v", first+uint64(i), slug, got, want, filter, one, args)
				break
			}
		}
	}
}

// ask gives for each id the answers in the order of the filters.
func (c truths) ask(t *testing.T, sql string, args []any) map[int64][]any {
	t.Helper()
	rows, err := c.conn.Query(t.Context(), sql, args...)
	if err != nil {
		t.Fatal(err)
	}
	found := map[int64][]any{}
	for rows.Next() {
		values, err := rows.Values()
		if err != nil {
			t.Fatal(err)
		}
		found[values[0].(int64)] = values[1:]
	}
	if err := rows.Err(); err != nil {
		t.Fatalf("%v\n%s", err, sql)
	}
	return found
}

func truthOf(value any) cql2.Truth {
	switch value {
	case true:
		return cql2.True
	case false:
		return cql2.False
	}
	return cql2.Unknown
}
