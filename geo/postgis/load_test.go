package postgis_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/geo/postgis"
	"innoatlas/geo/postgis/postgistest"
	"innoatlas/geo/storetest"
)

// never is a filter of its own form for each n, which keeps no record.
func never(n int) cql2.Expr {
	and := cql2.And{}
	for i := range 8 {
		literal := cql2.Expr(cql2.Compare{Op: cql2.Less, Left: cql2.Property("established"), Right: cql2.Literal{Value: cql2.NumberOf(0)}})
		if n>>i&1 == 1 {
			literal = cql2.Or{literal, cql2.Compare{Op: cql2.Greater, Left: cql2.Property("id"), Right: cql2.Literal{Value: cql2.NumberOf(1e9)}}}
		}
		and = append(and, literal)
	}
	return and
}

// Ever new filters leave no statement behind on the server, and the plain pages that
// come again and again do.
func TestFiltersArePreparedByNobody(t *testing.T) {
	t.Parallel()
	store := fill(t, small())
	for n := range 256 {
		if _, err := store.List(t.Context(), geo.Query{Collection: geo.Facilities, Limit: 1, Filter: never(n)}); err != nil {
			t.Fatal(err)
		}
		if _, err := store.List(t.Context(), geo.Query{Collection: geo.Facilities, Limit: 1 + n}); err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]struct{ least, most int }{"costly": {0, 0}, "plain": {1, postgis.KeptStatements}} {
		pool := store.CostlyPool()
		if name == "plain" {
			pool = store.ReadPool()
		}
		for _, conn := range pool.AcquireAllIdle(t.Context()) {
			var kept int
			if err := conn.QueryRow(t.Context(), `SELECT count(*) FROM pg_prepared_statements WHERE statement NOT LIKE '%pg_prepared_statements%'`).Scan(&kept); err != nil ||
				kept < c.least || kept > c.most {
				t.Errorf("%s: a session keeps %d statements, %v; want %d to %d", name, kept, err, c.least, c.most)
			}
			conn.Release()
		}
	}
}

// Slow questions take their own connections only: pages, records and facets without a
// filter are answered beside any number of them, at once.
func TestSlowFiltersKeepNothingWaiting(t *testing.T) {
	t.Parallel()
	database := postgistest.Migrated(t)
	store := open(t, database)
	ds := storetest.Generated(2000)
	if _, err := store.Import(t.Context(), ds); err != nil {
		t.Fatal(err)
	}
	slow := cql2.And{} // seconds for each: a thousand corners for each record
	for n := range 30 {
		var ring strings.Builder
		for i := range 300 {
			a := 2 * math.Pi * float64(i%299) / 299
			fmt.Fprintf(&ring, ",%.6f %.6f", 100+(50+float64(n))*math.Cos(a), 20*math.Sin(a))
		}
		e, err := cql2.ParseText("NOT S_TOUCHES(geometry, POLYGON((" + ring.String()[1:] + ")))")
		if err != nil {
			t.Fatal(err)
		}
		slow = append(slow, e)
	}
	ctx, stop := context.WithCancel(t.Context())
	var group sync.WaitGroup
	for n := range 24 {
		group.Go(func() {
			for ctx.Err() == nil {
				_, err := store.Clusters(ctx, geo.Query{Collection: geo.Facilities, Filter: append(cql2.And{never(n)}, slow...)}, 3)
				if err != nil && !errors.Is(err, geo.ErrUnavailable) && ctx.Err() == nil {
					t.Errorf("a slow filter: %v", err)
				}
			}
		})
	}
	defer group.Wait()
	defer stop()
	waitFor(t, "slow filters to take all that they may", func() bool {
		pool := store.CostlyPool().Stat()
		return pool.AcquiredConns() == pool.MaxConns()
	})
	for range 20 {
		began := time.Now()
		for method, ask := range map[string]func() error{
			"List": func() error {
				_, err := store.List(t.Context(), geo.Query{Collection: geo.Facilities, Limit: 10})
				return err
			},
			"Get": func() error {
				_, err := store.Get(t.Context(), geo.Facilities, geo.Ref{Slug: ds.Facilities[0].Slug})
				return err
			},
			"Facets": func() error { _, err := store.Facets(t.Context(), geo.Query{Collection: geo.Facilities}); return err },
		} {
			if err := ask(); err != nil {
				t.Errorf("%s beside slow filters: %v after %v", method, err, time.Since(began))
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// What the parameters of a map make is plain; words, orders and filters are not.
func TestWhatIsCostly(t *testing.T) {
	box, err := geo.ParseBBox("170,-60,-100,80")
	if err != nil {
		t.Fatal(err)
	}
	years := geo.Years{From: 2000, To: 2020}
	exact := cql2.Compare{Op: cql2.Equal, Left: cql2.Property("city"), Right: cql2.Literal{Value: cql2.TextOf("Hà Nội")}}
	for name, c := range map[string]struct {
		query geo.Query
		want  bool
	}{
		"everything": {geo.Query{}, false},
		"lists":      {geo.Query{Collection: geo.Facilities, Lists: []geo.List{{Dimension: geo.ByCountry, Values: []string{"THA", ""}}}, Established: &years}, false},
		"a box":      {geo.Query{Filter: cql2.And{box.Filter(), years.DatetimeFilter(), exact}}, false},
		"words":      {geo.Query{Filter: geo.SearchFilter("lab")}, true},
		"an order":   {geo.Query{Sort: []geo.SortKey{{Property: "name"}}}, true},
		"a filter":   {geo.Query{Filter: cql2.Contains{X: cql2.Property("name"), Part: "a"}}, true},
		"many parts": {geo.Query{Filter: cql2.And{never(255), never(255)}}, true},
	} {
		c.query.Collection = geo.Facilities
		if got := postgis.IsCostly(c.query); got != c.want {
			t.Errorf("%s: costly = %v, want %v", name, got, c.want)
		}
	}
}

// A server with few connections keeps some for others: three servers of ours, an
// import, a migration and a person find room on twelve.
func TestPoolsLeaveRoom(t *testing.T) {
	t.Parallel()
	database := postgistest.Migrated(t)
	admin := connect(t, database)
	execute(t, admin, `ALTER DATABASE `+pgx.Identifier{admin.Config().Database}.Sanitize()+` CONNECTION LIMIT 12`)
	role := "small_" + admin.Config().Database
	execute(t, admin, `CREATE ROLE `+role+` LOGIN; GRANT pg_read_all_data TO `+role)
	t.Cleanup(func() { admin.Exec(context.Background(), `DROP OWNED BY `+role+` CASCADE; DROP ROLE `+role) })
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.User(role)
	var stores []*postgis.Store
	for range 2 {
		stores = append(stores, open(t, u.String()))
	}
	var group sync.WaitGroup
	for _, store := range stores {
		for n := range 12 {
			group.Go(func() {
				for range 5 {
					q := geo.Query{Collection: geo.Facilities, Limit: 10}
					if n%2 == 0 {
						q.Filter = never(n)
					}
					if _, err := store.List(t.Context(), q); err != nil {
						t.Errorf("List: %v", err)
					}
					for _, err := range store.All(t.Context(), q) {
						if err != nil && !errors.Is(err, geo.ErrUnavailable) {
							t.Errorf("All: %v", err)
						}
					}
				}
			})
		}
	}
	group.Wait()
	open(t, u.String())
}
