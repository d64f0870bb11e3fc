package postgis

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// keptCountries are the countries that a query keeps, in its order, if they are in
// memory and the query has no filter but lists. There are few hundred, and their view
// counts every facility: without it, and when that table is locked, they are told from
// what was read with the catalog of the revision.
func (s *Store) keptCountries(q geo.Query) (kept []geo.Feature, ok bool) {
	known := s.current()
	if !q.Collection.Is(geo.Countries) || q.Filter != nil || known == nil || !known.sameOwnFields(q.Collection) {
		return nil, false
	}
	return known.countriesFor(q, q.Where()), true
}

// sameOwnFields reports whether the records in memory have their own fields by the indexes that a
// collection gives them: it may be of another revision.
func (s *snapshot) sameOwnFields(c *geo.Collection) bool {
	own := s.own[c.ID]
	for i, f := range geo.ByIndex(c.OwnFields()) {
		if f.Name != "" && (i >= len(own) || own[i].Name != f.Name || own[i].Type != f.Type) {
			return false
		}
	}
	return true
}

func (s *snapshot) countriesFor(q geo.Query, where cql2.Expr) []geo.Feature {
	kept := []geo.Feature{}
	for _, c := range s.records {
		if where == nil || cql2.Eval(where, c) == cql2.True {
			kept = append(kept, c)
		}
	}
	geo.InOrder(q, kept)
	return kept
}

// filteredCountries are those that match any filter. The database says which, and counts
// facilities for that only where the filter names a count; the records are in memory, if
// they are of the same revision.
func (s *Store) filteredCountries(ctx context.Context, q geo.Query) (kept []geo.Feature, ok bool, err error) {
	known := s.current()
	if !q.Collection.Is(geo.Countries) || known == nil || !known.sameOwnFields(q.Collection) {
		return nil, false, nil
	}
	stmt := matchingIDs(q)
	var ids []int64
	var revision string
	err = s.readQuery(ctx, q, "countries", func(ctx context.Context, conn *pgx.Conn) error {
		batch := &pgx.Batch{}
		batch.Queue(revisionText).QueryRow(func(row pgx.Row) error { return row.Scan(&revision) })
		batch.Queue(stmt.sql, stmt.args...).Query(func(rows pgx.Rows) (err error) {
			ids, err = pgx.CollectRows(rows, pgx.RowTo[int64])
			return err
		})
		return conn.SendBatch(ctx, batch).Close()
	})
	if err != nil || revision != known.Revision {
		return nil, false, err
	}
	kept = slices.DeleteFunc(slices.Clone(known.records), func(c geo.Feature) bool {
		id, _ := c.Ref()
		return !slices.Contains(ids, id)
	})
	geo.InOrder(q, kept)
	return kept, true, nil
}

// matchingIDs is the statement for the ids of what matches.
func matchingIDs(q geo.Query) *statement {
	s := &statement{table: tableOf(q.Collection)}
	s.sql = "SELECT id FROM " + s.table.name + " WHERE " + s.where(q.Where())
	return s
}

// keptCountry finds one, nil where it is not in memory.
func (s *Store) keptCountry(c *geo.Collection, ref geo.Ref) geo.Feature {
	kept, _ := s.keptCountries(geo.Query{Collection: c})
	for _, f := range kept {
		if id, slug := f.Ref(); id == ref.ID && ref.ID != 0 || ref.ID == 0 && slug == ref.Slug {
			return f
		}
	}
	return nil
}

// pageOf is the page that a query asks for, of all that match.
func pageOf(q geo.Query, matching []geo.Feature) geo.Page {
	rest := matching
	if q.After != nil {
		rest = slices.DeleteFunc(slices.Clone(rest), func(f geo.Feature) bool { return !q.IsAfter(f, q.After) })
	} else {
		rest = rest[min(q.Offset, len(rest)):]
	}
	return geo.Page{Features: rest[:min(q.Limit, len(rest))], Matched: len(matching), More: len(rest) > q.Limit, Shared: true}
}

// countryFacets counts the countries in memory. Each dimension of them is a list or
// has one value.
func (s *snapshot) countryFacets(q geo.Query) geo.Facets {
	facets := geo.Facets{Matched: len(s.countriesFor(q, q.Where()))}
	for _, d := range q.Collection.Facets() {
		field := q.Collection.Faceted(d)
		counts := map[string]int{"": 0}
		for _, c := range s.countriesFor(q, q.WhereExcept(d)) {
			value := field.Value(c)
			if field.Type != geo.Texts {
				value.List = []string{geo.TextOf(value)} // empty where it is not stated
			}
			for _, v := range value.List {
				counts[v]++
			}
			if len(value.List) == 0 {
				counts[""]++
			}
		}
		facets.Facets = append(facets.Facets, geo.Facet{Dimension: d, Property: field.Name, Buckets: bucketsOf(field, s.vocabulary(q.Collection, d), counts)})
	}
	return facets
}
