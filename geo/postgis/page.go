package postgis

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// The planner looks for a page by reading the records in its order until it has enough, or puts
// all that matches in order. It takes what matches to be spread evenly over the map, and what a
// search finds lies in one town: of a million records it read nine hundred thousand for the first
// ten. So among many records what matches is counted first, which indexes do, and the way to the
// page is chosen by that.

// ways are the figures by which a way is chosen.
type ways struct {
	many   int // facilities from which on what matches is counted first
	few    int // matches that are soonest put in order, in a hundredth of a second
	sorted int // likewise, where the page has an order of its own
	near   int // records in which a page is looked for at first, at least
	named  int // matches whose names are read for an order of names
}

var usualWays = ways{many: 50_000, few: 20_000, sorted: 100_000, near: 1000, named: mostOrdered}

// farther is how many times as many records the next part of the order has as the one in which a
// page was looked for.
const farther = 16

// pageForm makes the text of a page.
type pageForm func(s *statement, q geo.Query) string

// countsFirst reports whether the way to a page depends on how much matches.
func (s *Store) countsFirst(q geo.Query) bool {
	known := s.catalog.Load()
	return q.Collection.Is(geo.Facilities) && q.Where() != nil && known != nil && known.Facilities >= s.ways.many
}

// pageOfCounted is a page of what a filter matches, whose count is known, and the revision.
func (s *Store) pageOfCounted(ctx context.Context, q geo.Query, matched int) (p geo.Page, revision string, err error) {
	switch {
	case !s.countsFirst(q):
		p, revision, err = s.page(ctx, q, (*statement).pageAsPlanned, nil)
	case len(q.Sort) == 0 && onlyCountry(q) != "" && (q.Filter == nil || matched > s.ways.few):
		p, revision, err = s.page(ctx, q, (*statement).pageOfCountry, nil)
	case matched <= s.ways.few, len(q.Sort) > 0 && matched <= s.ways.sorted:
		p, revision, err = s.page(ctx, q, (*statement).pageOfAll, nil)
	case len(q.Sort) > 0:
		p, revision, err = s.page(ctx, q, (*statement).pageAsPlanned, nil)
	default:
		p, revision, err = s.pageNear(ctx, q, matched)
	}
	p.Matched = matched
	return p, revision, err
}

// pageNear looks for a page in ever longer parts of the order, until to put all that matches in
// order is less work than to read on.
func (s *Store) pageNear(ctx context.Context, q geo.Query, matched int) (p geo.Page, revision string, err error) {
	every := float64(s.catalog.Load().Facilities) / float64(max(1, matched)) // records that one is among, were all spread evenly
	page := q.Limit + 1
	if q.After == nil {
		page += q.Offset
	}
	for reach := max(s.ways.near, int(4*every*float64(page))); reach < matched/4; reach *= farther {
		near := func(s *statement, q geo.Query) string { return s.pageWithin(q, reach) }
		if p, revision, err = s.page(ctx, q, near, nil); err != nil || p.More {
			return p, revision, err
		}
	}
	return s.page(ctx, q, (*statement).pageOfAll, nil)
}

// pageAsPlanned is a page to which the planner knows the way.
func (s *statement) pageAsPlanned(q geo.Query) string { return s.page(q, s.matching(q, "")) }

func (s *statement) page(q geo.Query, where string) string {
	sql := "SELECT " + s.table.fields + " FROM " + s.table.name + " WHERE " + where
	if q.After != nil {
		sql += " AND " + s.after(q, q.Sort, q.After)
	}
	return sql + " ORDER BY " + s.order(q) + s.limit(q)
}

// pageOfAll puts all that matches in order. OFFSET keeps the planner from reading in that order.
func (s *statement) pageOfAll(q geo.Query) string {
	name, order, where := s.table.name, s.order(q), s.matching(q, "")
	if q.After != nil {
		where += " AND " + s.after(q, q.Sort, q.After)
	}
	return "SELECT " + s.table.fields + " FROM " + name + " WHERE id = ANY (ARRAY(" +
		"SELECT id FROM (SELECT * FROM " + name + " WHERE " + where + " OFFSET 0) " + name + " ORDER BY " + order + s.limit(q) +
		")) ORDER BY " + order
}

// pageWithin looks for a page in so many records of the default order.
func (s *statement) pageWithin(q geo.Query, records int) string {
	from, where := s.table.name, s.matching(q, "")
	if q.After != nil {
		from += " WHERE " + s.after(q, nil, q.After)
	}
	return "SELECT " + s.table.fields + " FROM (SELECT * FROM " + from + " ORDER BY zorder, id LIMIT " + s.bind(records, "bigint") + ") " + s.table.name +
		" WHERE " + where + " ORDER BY zorder, id" + s.limit(q)
}

// pageOfCountry reads on in the index of one country's records in their order. Written as a range,
// the country is a part of that order, which no other index has.
func (s *statement) pageOfCountry(q geo.Query) string {
	country, where := s.bind(onlyCountry(q), "text"), s.matching(q, geo.ByCountry)
	sql := "SELECT " + s.table.fields + " FROM " + s.table.name + " WHERE country >= " + country + " AND country <= " + country + " AND " + where
	if q.After != nil {
		sql += " AND " + s.after(q, nil, q.After)
	}
	return sql + " ORDER BY country, zorder, id" + s.limit(q)
}

// onlyCountry is the one country that a list chooses; empty where that is none or several.
func onlyCountry(q geo.Query) (code string) {
	for _, l := range q.Lists {
		if l.Dimension == geo.ByCountry && len(l.Values) == 1 && code == "" {
			code = l.Values[0]
		} else if l.Dimension == geo.ByCountry {
			return ""
		}
	}
	return code
}

// limit ends a page, one record behind it.
func (s *statement) limit(q geo.Query) string {
	sql := " LIMIT " + s.bind(q.Limit+1, "bigint")
	if q.After == nil && q.Offset > 0 {
		sql += " OFFSET " + s.bind(q.Offset, "bigint")
	}
	return sql
}

// byIndexes is how searches are planned until the answer is there.
const byIndexes = `SELECT set_config('enable_seqscan', 'off', true), set_config('max_parallel_workers_per_gather', '0', true)`

// queueIndexes tells the planner to find by indexes what they find: reading the whole table looks
// cheap to it, since it takes the comparison of a record's terms for that of a number. One process
// does it with two thirds of the work of three.
func queueIndexes(batch *pgx.Batch, q geo.Query) {
	s := &statement{table: tableOf(q.Collection)}
	if q.Filter != nil && s.table.terms && s.searches(q.Filter) {
		batch.Queue(byIndexes)
	}
}

// searches reports whether the terms of a search, and what stands beside them, find all that a
// filter keeps.
func (s *statement) searches(e cql2.Expr) bool {
	switch e := e.(type) {
	case cql2.Contains:
		terms, _ := s.termsOf(e)
		return len(terms) > 0
	case cql2.And:
		return slices.ContainsFunc(e, s.searches)
	case cql2.Or:
		return !slices.ContainsFunc(e, func(part cql2.Expr) bool { return !s.searches(part) && !s.chooses(part) })
	}
	return false
}

// chooses reports whether a filter names values of a property that has an index.
func (s *statement) chooses(e cql2.Expr) bool {
	switch e := e.(type) {
	case cql2.In:
		return s.indexed(e.X)
	case cql2.Compare:
		return e.Op == cql2.Equal && s.indexed(e.Left) && isLiteral(e.Right)
	case cql2.ArrayPredicate:
		return s.indexed(e.Left)
	case cql2.And:
		return slices.ContainsFunc(e, s.chooses)
	case cql2.Or:
		return !slices.ContainsFunc(e, func(part cql2.Expr) bool { return !s.chooses(part) })
	}
	return false
}

// indexed are the properties that searches name values of.
func (s *statement) indexed(e cql2.Expr) bool {
	return e == cql2.Expr(cql2.Property("country")) || e == cql2.Expr(cql2.Property("kind")) || e == cql2.Expr(cql2.Property("sectors"))
}
