package postgis

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// List gives one page and the count of all that match, of one revision. The count is that
// of the last page with this filter, as long as the revision is the same.
func (s *Store) List(ctx context.Context, q geo.Query) (geo.Page, error) {
	if p, ok, err := s.listByRoll(ctx, q); ok || err != nil {
		return p, err
	}
	if kept, ok := s.keptCountries(q); ok {
		return pageOf(q, kept), nil
	}
	if kept, ok, err := s.filteredCountries(ctx, q); ok || err != nil {
		return pageOf(q, kept), err
	}
	if q.Collates() {
		return s.listCollated(ctx, q)
	}
	count := countOf(q)
	key := keyOf(count)
	counted, known := s.counts.Find(key)
	if !known && s.countsFirst(q) {
		var err error
		if counted, err = s.count(ctx, q, count); err != nil {
			return geo.Page{}, err
		}
		s.counts.Keep(key, counted, 1)
		known = true
	}
	if known {
		p, revision, err := s.pageOfCounted(ctx, q, counted.answer)
		if err != nil || revision == counted.revision {
			return p, err
		}
	}
	p, revision, err := s.page(ctx, q, (*statement).pageAsPlanned, count)
	if err == nil {
		s.counts.Keep(key, keptAnswer[int]{revision, p.Matched}, 1)
	}
	return p, err
}

// countOf is the statement that counts what matches.
func countOf(q geo.Query) *statement {
	s := &statement{table: tableOf(q.Collection)}
	s.sql = "SELECT count(*) FROM " + s.table.name + " WHERE " + s.matching(q, "")
	return s
}

// count asks how much matches, and the revision.
func (s *Store) count(ctx context.Context, q geo.Query, count *statement) (counted keptAnswer[int], err error) {
	err = s.readQuery(ctx, q, "count", func(ctx context.Context, conn *pgx.Conn) error {
		batch := &pgx.Batch{}
		queueIndexes(batch, q)
		batch.Queue(revisionText).QueryRow(func(row pgx.Row) error { return row.Scan(&counted.revision) })
		batch.Queue(count.sql, count.args...).QueryRow(func(row pgx.Row) error { return row.Scan(&counted.answer) })
		return conn.SendBatch(ctx, batch).Close()
	})
	return counted, err
}

// page reads a page of some form and the revision, and the count unless that is nil. It asks
// for one record more than the page holds, which is how it knows whether another page follows.
func (s *Store) page(ctx context.Context, q geo.Query, form pageForm, count *statement) (p geo.Page, revision string, err error) {
	stmt := &statement{table: tableOf(q.Collection)}
	sql := form(stmt, q)
	err = s.readQuery(ctx, q, "list", func(ctx context.Context, conn *pgx.Conn) error {
		batch := &pgx.Batch{}
		queueIndexes(batch, q)
		batch.Queue(revisionText).QueryRow(func(row pgx.Row) error { return row.Scan(&revision) })
		batch.Queue(sql, stmt.args...).Query(func(rows pgx.Rows) (err error) {
			p.Features, err = pgx.AppendRows(make([]geo.Feature, 0, min(q.Limit, geo.DefaultLimit)+1), rows, stmt.table.reader())
			return err
		})
		if count != nil {
			batch.Queue(count.sql, count.args...).QueryRow(func(row pgx.Row) error { return row.Scan(&p.Matched) })
		}
		return conn.SendBatch(ctx, batch).Close()
	})
	if err != nil {
		return geo.Page{}, "", err
	}
	if p.More = len(p.Features) > q.Limit; p.More {
		p.Features = p.Features[:q.Limit]
	}
	return p, revision, nil
}

// order is the ORDER BY of Query.Compare. The columns sort texts by bytes already.
func (s *statement) order(q geo.Query) string {
	var b strings.Builder
	for _, k := range q.Sort {
		b.WriteString(s.sortKey(q, k))
		if k.Descending {
			b.WriteString(" DESC")
		}
		b.WriteString(" NULLS LAST, ")
	}
	b.WriteString("zorder, id")
	return b.String()
}

// sortKey is what a key sorts by. The rank of a record in a search is a number, so it is no
// NULL and the texts of the record are read once for all tiers.
func (s *statement) sortKey(q geo.Query, k geo.SortKey) string {
	if !k.IsRank() {
		column, _ := s.table.column(k.Property)
		return column.sql
	}
	var b strings.Builder
	b.WriteString("CASE")
	for i, tier := range q.Tiers {
		b.WriteString(" WHEN " + s.where(tier) + " THEN " + strconv.Itoa(i))
	}
	b.WriteString(" ELSE " + strconv.Itoa(len(q.Tiers)) + " END")
	return b.String()
}

// after keeps the records that Query.IsAfter the cursor: those that are greater in
// one key, and equal in all before it.
func (s *statement) after(q geo.Query, keys []geo.SortKey, c *geo.Cursor) string {
	if len(keys) == 0 {
		return "(zorder, id) > (" + s.bind(int64(c.ZOrder), "bigint") + ", " + s.bind(c.ID, "bigint") + ")"
	}
	key := s.sortKey(q, keys[0])
	rest := &geo.Cursor{Values: c.Values[1:], ZOrder: c.ZOrder, ID: c.ID}
	value := c.Values[0]
	if value.Type == cql2.Null { // which is last, so only equals can follow
		return "(" + key + " IS NULL AND " + s.after(q, keys[1:], rest) + ")"
	}
	greater := " > "
	if keys[0].Descending {
		greater = " < "
	}
	parameter := s.value(value)
	return "(" + key + greater + parameter + " OR " + key + " IS NULL OR " +
		key + " = " + parameter + " AND " + s.after(q, keys[1:], rest) + ")"
}

// value binds a sort value.
func (s *statement) value(v cql2.Value) string {
	switch v.Type {
	case cql2.Number:
		if !isInteger(v.Number) {
			return s.bind(v.Number, "float8")
		}
		return s.bind(int64(v.Number), "bigint")
	case cql2.Bool:
		return s.bind(v.Number != 0, "boolean")
	case cql2.Date:
		return s.bind(time.UnixMicro(v.Time).UTC(), "date")
	case cql2.Timestamp:
		return s.bind(time.UnixMicro(v.Time), "timestamptz")
	}
	return s.bind(v.Text, "text")
}
