package postgis

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// Facets counts each dimension under the filter without the dimension's own choice,
// all in one round trip and from one snapshot. Facets that were counted before are
// given again as long as the revision is the same.
func (s *Store) Facets(ctx context.Context, q geo.Query) (geo.Facets, error) {
	known, err := s.snapshot(ctx)
	if err != nil {
		return geo.Facets{}, err
	}
	if q.Collection.Is(geo.Countries) && q.Filter == nil && known.sameOwnFields(q.Collection) {
		return known.countryFacets(q), nil
	}
	statements := []*statement{countOf(q)}
	for _, d := range q.Collection.Facets() {
		statements = append(statements, facetOf(q, d), chosenOf(q, d))
	}
	key := keyOf(statements...)
	if before, ok := s.facets.Find(key); ok && before.revision == known.Revision {
		if still, err := s.isStill(ctx, "facets", before.revision); still || err != nil {
			return before.answer, err
		}
	}
	facets, revision, err := s.countFacets(ctx, q, known, statements)
	if err == nil && revision == known.Revision { // else the vocabulary may be of another
		s.facets.Keep(key, keptAnswer[geo.Facets]{revision, facets}, 1)
	}
	return facets, err
}

// countFacets asks the statements of all that matches and of each facet.
func (s *Store) countFacets(ctx context.Context, q geo.Query, known *snapshot, statements []*statement) (facets geo.Facets, revision string, err error) {
	dimensions := q.Collection.Facets()
	facets.Facets = make([]geo.Facet, len(dimensions))
	err = s.readQuery(ctx, q, "facets", func(ctx context.Context, conn *pgx.Conn) error {
		batch := &pgx.Batch{}
		queueIndexes(batch, q)
		batch.Queue(revisionText).QueryRow(func(row pgx.Row) error { return row.Scan(&revision) })
		batch.Queue(statements[0].sql, statements[0].args...).QueryRow(func(row pgx.Row) error { return row.Scan(&facets.Matched) })
		vocabulary := map[geo.Dimension][]string{}
		keep := func(d geo.Dimension, counts map[string]int) {
			field := q.Collection.Faceted(d)
			counts[""] += 0
			facets.Facets[slices.Index(dimensions, d)] = geo.Facet{Dimension: d, Property: field.Name,
				Buckets: field.TrimBuckets(bucketsOf(field, vocabulary[d], counts), q.Chosen(d))}
		}
		for i, d := range dimensions {
			vocabulary[d] = known.vocabulary(q.Collection, d)
			queueChosen(batch, q, d, vocabulary)
			if counted := statements[1+2*i]; q.Collection.Distinct == "" {
				batch.Queue(counted.sql, counted.args...).Query(func(rows pgx.Rows) error {
					counts, err := readCounts(rows, q.Collection.Faceted(d))
					keep(d, counts)
					return err
				})
			}
		}
		if q.Collection.Distinct != "" {
			queueTallies(batch, q, dimensions, keep)
		}
		return conn.SendBatch(ctx, batch).Close()
	})
	if err != nil {
		return geo.Facets{}, "", err
	}
	return facets, revision, nil
}

// facetOf is the statement of one facet.
func facetOf(q geo.Query, d geo.Dimension) *statement {
	if q.Collection.Distinct != "" {
		return tallyOf(q, d)
	}
	s := &statement{table: tableOf(q.Collection)}
	s.sql = s.facet(q, d)
	return s
}

// facet counts by one dimension. A record without any value has the value NULL.
// Lists are counted whole first: there are far fewer different ones than records.
func (s *statement) facet(q geo.Query, d geo.Dimension) string {
	column := s.dimension(q.Collection, d)
	where := s.matching(q, d)
	switch isList := q.Collection.Faceted(d).Type == geo.Texts; {
	case isList:
		return "SELECT value, sum(n)::bigint FROM (SELECT " + column + " AS list, count(*) AS n FROM " + s.table.name +
			" WHERE " + where + " GROUP BY 1) lists LEFT JOIN LATERAL unnest(list) AS value ON TRUE GROUP BY value"
	}
	return "SELECT " + column + ", count(*) FROM " + s.table.name + " WHERE " + where + " GROUP BY 1"
}

// chosenOf is the statement for the chosen values of a facet with a Top that any record has: they
// are shown though nothing that matches has them. It is nil where there are none such.
func chosenOf(q geo.Query, d geo.Dimension) *statement {
	chosen, field := q.Chosen(d), q.Collection.Faceted(d)
	if field.Top == 0 || len(chosen) == 0 {
		return nil
	}
	s := &statement{table: tableOf(q.Collection)}
	column := s.dimension(q.Collection, d)
	is := column + " = value"
	if field.Type == geo.Texts {
		is = column + " @> ARRAY[value]"
	}
	s.sql = "SELECT value FROM unnest(" + s.bind(chosen, "text[]") + ") AS value WHERE EXISTS (SELECT FROM " + s.table.name + " WHERE " + is + ")"
	return s
}

// dimension is the column that a dimension looks at.
func (s *statement) dimension(c *geo.Collection, d geo.Dimension) string {
	column, _ := s.table.column(c.Faceted(d).Name)
	return column.sql
}

// readCounts reads values with counts.
func readCounts(rows pgx.Rows, f *geo.Field) (map[string]int, error) {
	counts := map[string]int{}
	var value any
	var count int
	_, err := pgx.ForEachRow(rows, []any{&value, &count}, func() error {
		counts[textOf(f, value)] = count
		return nil
	})
	return counts, err
}

// textOf is one value of a field, as the driver gives it, as the text that facets have:
// empty for NULL.
func textOf(f *geo.Field, value any) string {
	switch v := value.(type) {
	case string:
		return v
	case bool:
		return geo.TextOf(cql2.BoolOf(v))
	case float64:
		return geo.TextOf(cql2.NumberOf(v))
	case int32:
		return geo.TextOf(cql2.NumberOf(float64(v)))
	case int64:
		return geo.TextOf(cql2.NumberOf(float64(v)))
	case time.Time:
		if f.Type == geo.Date {
			return geo.TextOf(cql2.DateOf(v))
		}
		return geo.TextOf(cql2.TimestampOf(v))
	}
	return ""
}

// bucketsOf are the buckets of what is counted, and with zero of the rest of the
// vocabulary, in the order of the facet.
func bucketsOf(f *geo.Field, vocabulary []string, counts map[string]int) []geo.Bucket {
	for _, value := range vocabulary {
		counts[value] += 0
	}
	buckets := make([]geo.Bucket, 0, len(counts))
	for value, count := range counts {
		buckets = append(buckets, geo.Bucket{Value: value, Count: count})
	}
	slices.SortFunc(buckets, f.CompareBuckets)
	return buckets
}
