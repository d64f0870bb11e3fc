package postgis

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype/zeronull"

	"innoatlas/geo"
)

// Facets counts each dimension under the filter without the dimension's own choice,
// all in one round trip and from one snapshot. Facets that were counted before are
// given again as long as the revision is the same.
func (s *Store) Facets(ctx context.Context, q geo.Query) (geo.Facets, error) {
	known, err := s.snapshot(ctx)
	if err != nil {
		return geo.Facets{}, err
	}
	if q.Collection == geo.Countries && q.Filter == nil {
		return known.countryFacets(q), nil
	}
	statements := []*statement{countOf(q)}
	for _, d := range q.Collection.Facets() {
		statements = append(statements, facetOf(q, d))
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
		batch.Queue(revisionText).QueryRow(func(row pgx.Row) error { return row.Scan(&revision) })
		batch.Queue(statements[0].sql, statements[0].args...).QueryRow(func(row pgx.Row) error { return row.Scan(&facets.Matched) })
		for i, d := range dimensions {
			property, _ := q.Collection.Property(d)
			batch.Queue(statements[i+1].sql, statements[i+1].args...).Query(func(rows pgx.Rows) error {
				buckets, err := readBuckets(rows, d, known.vocabulary(q.Collection, d))
				facets.Facets[i] = geo.Facet{Dimension: d, Property: property, Buckets: buckets}
				return err
			})
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
	s := &statement{table: tables[q.Collection]}
	s.sql = s.facet(q, d)
	return s
}

// facet counts by one dimension. A record without any value has the value NULL.
// Lists are counted whole first: there are far fewer different ones than records.
func (s *statement) facet(q geo.Query, d geo.Dimension) string {
	property, isList := q.Collection.Property(d)
	column := s.table.columns[property].sql
	where := s.where(q.WhereExcept(d))
	if isList {
		return "SELECT value, sum(n)::bigint FROM (SELECT " + column + " AS list, count(*) AS n FROM " + s.table.name +
			" WHERE " + where + " GROUP BY list) lists LEFT JOIN LATERAL unnest(list) AS value ON TRUE GROUP BY value"
	}
	return "SELECT " + column + "::text, count(*) FROM " + s.table.name + " WHERE " + where + " GROUP BY " + column
}

// readBuckets reads values with counts, and adds what the vocabulary has besides
// them, and "not stated", with zero.
func readBuckets(rows pgx.Rows, d geo.Dimension, vocabulary []string) ([]geo.Bucket, error) {
	counts := map[string]int{"": 0}
	var value zeronull.Text
	var count int
	_, err := pgx.ForEachRow(rows, []any{&value, &count}, func() error {
		counts[string(value)] = count
		return nil
	})
	return bucketsOf(d, vocabulary, counts), err
}

// bucketsOf are the buckets of what is counted, and with zero of the rest of the
// vocabulary, in the order of the facet.
func bucketsOf(d geo.Dimension, vocabulary []string, counts map[string]int) []geo.Bucket {
	for _, value := range vocabulary {
		counts[value] += 0
	}
	buckets := make([]geo.Bucket, 0, len(counts))
	for value, count := range counts {
		buckets = append(buckets, geo.Bucket{Value: value, Count: count})
	}
	slices.SortFunc(buckets, d.CompareBuckets)
	return buckets
}
