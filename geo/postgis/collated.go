package postgis

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"slices"
	"sort"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// No collation of a database is that of geo.CollationKey, so names are put in the order of an
// alphabet here: the names of all that matches are read, or the ranks of all names are known
// (alphabets.go), and the order of the ids is kept while the revision is the same. It is that of
// the other stores, whoever changed a name.

const (
	// mostOrdered is how many records are put in such an order by their names: to read more would
	// take longer than an answer may, and much memory. They are put in order by ranks (alphabets.go).
	mostOrdered = 100_000

	// keptOrdered is how many ids are kept in such orders.
	keptOrdered = 4 << 20
)

// errTooManyNames ends the reading of names.
var errTooManyNames = errors.New("more names than are read for one answer")

// placed is a record as far as its place in an order goes.
type placed struct {
	query  *geo.Query
	values []cql2.Value // of the sort keys
	name   string       // in their place, where names alone put in order: geo.CollationBytes, "" of none
	zorder uint64
	id     int64
}

// Value is that of a sort key.
func (p *placed) Value(property string) cql2.Value {
	if p.values == nil && p.name == "" {
		return cql2.Value{}
	}
	if p.values == nil {
		return cql2.TextOf(hex.EncodeToString([]byte(p.name)))
	}
	return p.values[slices.IndexFunc(p.query.Sort, func(k geo.SortKey) bool { return k.Property == property })]
}

// Ref has no slug.
func (p *placed) Ref() (id int64, slug string) { return p.id, "" }

// ZOrder is that of the record.
func (p *placed) ZOrder() uint64 { return p.zorder }

// ordered is what matches a query, in its order.
type ordered struct {
	revision string
	records  []*placed
}

func (o *ordered) ids() []int64 {
	ids := make([]int64, len(o.records))
	for i, r := range o.records {
		ids[i] = r.id
	}
	return ids
}

// readOrdered reads what the places of all that matches depend on.
func (s *Store) readOrdered(ctx context.Context, q geo.Query, stmt *statement) (o ordered, err error) {
	err = s.readQuery(ctx, q, "order", func(ctx context.Context, conn *pgx.Conn) error {
		o = ordered{}
		ranks := map[int64]int{}
		batch := &pgx.Batch{}
		batch.Queue(revisionText).QueryRow(func(row pgx.Row) error { return row.Scan(&o.revision) })
		queueRanks(batch, q, ranks, s.ways.named+1)
		batch.Queue(stmt.sql, stmt.args...).Query(func(rows pgx.Rows) error {
			read := orderReader(&q, stmt.table, ranks)
			for rows.Next() {
				p, err := read(rows)
				if err != nil {
					return err
				}
				if o.records = append(o.records, p); len(o.records) > s.ways.named {
					return errTooManyNames
				}
			}
			return rows.Err()
		})
		return conn.SendBatch(ctx, batch).Close()
	})
	if err != nil {
		return ordered{}, err
	}
	if oneName(q) {
		collate(q, o.records)
		slices.SortFunc(o.records, byNames(q.Sort[0].Descending))
	} else {
		slices.SortFunc(o.records, func(a, b *placed) int { return q.Compare(a, b) })
	}
	return o, nil
}

// collate makes of the names what they are compared by, which takes longer than to read them.
func collate(q geo.Query, records []*placed) {
	lang, _ := geo.CollatedLang(q.Sort[0].Property)
	var all sync.WaitGroup
	for part := range slices.Chunk(records, max(1, len(records)/geo.Processors()+1)) {
		all.Go(func() {
			for _, p := range part {
				if p.name != "" {
					p.name = geo.CollationBytes(lang, p.name)
				}
			}
		})
	}
	all.Wait()
}

// byNames compares as Query.Compare does.
func byNames(descending bool) func(a, b *placed) int {
	return func(a, b *placed) int {
		c := strings.Compare(a.name, b.name)
		switch {
		case c != 0 && (a.name == "" || b.name == ""): // which is last in both directions
			return -c
		case descending:
			c = -c
		}
		return cmp.Or(c, cmp.Compare(a.zorder, b.zorder), cmp.Compare(a.id, b.id))
	}
}

// queueRanks adds to a batch what all that matches is worth to a search, by id.
func queueRanks(batch *pgx.Batch, q geo.Query, ranks map[int64]int, most int) {
	if !q.Ranks() {
		return
	}
	s := &statement{table: tableOf(q.Collection)}
	s.sql = "SELECT id, " + s.sortKey(q, q.Sort[0]) + " FROM " + s.table.name + " WHERE " + s.matching(q, "") + " LIMIT " + s.bind(most, "bigint")
	batch.Queue(s.sql, s.args...).Query(func(rows pgx.Rows) error {
		var id int64
		var rank int
		_, err := pgx.ForEachRow(rows, []any{&id, &rank}, func() error {
			ranks[id] = rank
			return nil
		})
		return err
	})
}

// namesAlone reports whether the order is that of the names of facilities, of their countries
// and of a search, for which no more is read than a tile shows.
func namesAlone(q geo.Query) bool {
	other := func(k geo.SortKey) bool {
		_, collates := geo.CollatedLang(k.Property)
		return !collates && !k.IsRank()
	}
	return q.Collection.Is(geo.Facilities) && !slices.ContainsFunc(q.Sort, other)
}

// oneName reports whether the order is that of the names of facilities, or of their countries, and
// no other, for which names in one language are read.
func oneName(q geo.Query) bool { return namesAlone(q) && len(q.Sort) == 1 && q.Collates() }

// orderStatement reads what the order of all that matches depends on; most 0 is no limit.
func orderStatement(q geo.Query, most int) *statement {
	s := &statement{table: tableOf(q.Collection)}
	if oneName(q) {
		lang, _ := geo.CollatedLang(q.Sort[0].Property)
		s.sql = "SELECT id, zorder, country, name, name_zh, name_local, name_local_lang, text FROM (" +
			"SELECT id, zorder, country, name, name_zh, name_local, name_local_lang FROM facility WHERE " + s.matching(q, "") + s.atMost(most) +
			") named LEFT JOIN record_text ON (collection, record, lang, field) = ('facilities', named.id, " + s.bind(lang, "text") + ", 'name')"
		return s
	}
	fields := s.table.fields
	if namesAlone(q) {
		fields = tileFields
	}
	s.sql = "SELECT " + fields + " FROM " + s.table.name + " WHERE " + s.matching(q, "") + s.atMost(most)
	return s
}

func (s *statement) atMost(most int) string {
	if most == 0 {
		return ""
	}
	return " LIMIT " + s.bind(most, "bigint")
}

// orderReader reads where records stand; ranks are what they are worth to a search, by id.
func orderReader(q *geo.Query, t *table, ranks map[int64]int) func(pgx.CollectableRow) (*placed, error) {
	if oneName(*q) {
		var row fields
		return func(r pgx.CollectableRow) (*placed, error) { return readNamed(q, row.row(r)) }
	}
	read := t.reader()
	if namesAlone(*q) {
		onTile := tileReader(q.Collection)
		read = func(row pgx.CollectableRow) (geo.Feature, error) { return onTile(row) }
	}
	return func(row pgx.CollectableRow) (*placed, error) {
		f, err := read(row)
		if err != nil {
			return nil, err
		}
		p := &placed{query: q, zorder: f.ZOrder()}
		p.id, _ = f.Ref()
		for _, k := range q.Sort {
			if k.IsRank() {
				p.values = append(p.values, cql2.NumberOf(float64(ranks[p.id])))
				continue
			}
			p.values = append(p.values, f.Value(k.Property))
		}
		return p, nil
	}
}

// readNamed reads a name, of which collate makes what puts it in order.
func readNamed(q *geo.Query, row *fields) (*placed, error) {
	p := &placed{query: q, id: row.integer(), zorder: uint64(row.integer())}
	f := geo.Facility{Country: row.text(), Name: row.text(), NameZh: row.text(), NameLocal: row.text(), NameLocalLang: row.text()}
	property := q.Sort[0].Property
	if text := row.text(); text != "" {
		lang, _ := geo.CollatedLang(property)
		f.Translations = &geo.Translations{All: []geo.Translation{{Lang: lang, Field: "name", Text: text}}}
	}
	_, p.name, _ = f.Collated(property)
	return p, row.err
}

// collatedKey names an order.
func collatedKey(q geo.Query) [32]byte {
	order := orderStatement(q, 0)
	keys := &statement{table: order.table, sql: (&geo.Cursor{Values: make([]cql2.Value, len(q.Sort))}).Encode(q.Sort)}
	if q.Ranks() {
		keys.sql += keys.sortKey(q, q.Sort[0])
	}
	return keyOf(order, keys)
}

// listCollated is a page in an order of names.
func (s *Store) listCollated(ctx context.Context, q geo.Query) (geo.Page, error) {
	key := collatedKey(q)
	o, known := s.orders.Find(key)
	for range 3 { // what is kept may be of a revision before, and an import may come
		if !known {
			var err error
			if o, err = s.makeOrder(ctx, q); err != nil {
				return geo.Page{}, err
			}
			s.orders.Keep(key, o, int64(len(o.answer)+1))
		}
		p, revision, err := s.pageOfOrder(ctx, q, o)
		if err != nil || revision == o.revision {
			return p, err
		}
		known = false
	}
	return geo.Page{}, errRevisionPassed
}

// makeOrder puts all that matches in the order of a query: few by their names, many by the ranks of
// these.
func (s *Store) makeOrder(ctx context.Context, q geo.Query) (keptAnswer[[]int64], error) {
	many, err := s.matchesMany(ctx, q)
	if err != nil {
		return keptAnswer[[]int64]{}, err
	}
	if !many {
		o, err := s.readOrdered(ctx, q, orderStatement(q, s.ways.named+1))
		if !errors.Is(err, errTooManyNames) {
			return keptAnswer[[]int64]{o.revision, o.ids()}, err
		}
	}
	return s.orderByRanks(ctx, q)
}

// matchesMany reports whether more matches than names are read of.
func (s *Store) matchesMany(ctx context.Context, q geo.Query) (bool, error) {
	known, err := s.snapshot(ctx)
	switch {
	case err != nil:
		return false, err
	case known.held(q.Collection) <= s.ways.named:
		return false, nil
	case q.Where() == nil:
		return true, nil
	}
	count := countOf(q)
	counted, ok := s.counts.Find(keyOf(count))
	if !ok || counted.revision != known.Revision {
		if counted, err = s.count(ctx, q, count); err != nil {
			return false, err
		}
		s.counts.Keep(keyOf(count), counted, 1)
	}
	return counted.answer > s.ways.named, nil
}

// pageOfOrder is a page of an order, and the revision that its records are of.
func (s *Store) pageOfOrder(ctx context.Context, q geo.Query, o keptAnswer[[]int64]) (p geo.Page, revision string, err error) {
	if q.After == nil {
		return s.pageOfIDs(ctx, q, o.answer, min(q.Offset, len(o.answer)))
	}
	if before := slices.Index(o.answer, q.After.ID); before >= 0 {
		wider := q
		wider.Limit++
		p, revision, err = s.pageOfIDs(ctx, wider, o.answer, before)
		if err != nil || revision != o.revision || len(p.Features) == 0 {
			return geo.Page{}, revision, err
		}
		c := q.CursorAfter(p.Features[0])
		if slices.EqualFunc(c.Values, q.After.Values, cql2.Value.Equal) && c.ZOrder == q.After.ZOrder {
			p.Features = p.Features[1:]
			return p, revision, nil
		}
	}
	from, revision, err := s.findAfter(ctx, q, o)
	if err != nil || revision != o.revision {
		return geo.Page{}, revision, err
	}
	return s.pageOfIDs(ctx, q, o.answer, from)
}

// findAfter looks for where a page begins whose cursor speaks of a record that is not there, or that
// has another place now: it reads records of an order, ever nearer.
func (s *Store) findAfter(ctx context.Context, q geo.Query, o keptAnswer[[]int64]) (from int, revision string, err error) {
	one, revision := q, o.revision
	one.Limit = 1
	from = sort.Search(len(o.answer), func(i int) bool {
		if err != nil || revision != o.revision {
			return true
		}
		var p geo.Page
		if p, revision, err = s.pageOfIDs(ctx, one, o.answer, i); err != nil || len(p.Features) == 0 {
			return true
		}
		return q.IsAfter(p.Features[0], q.After)
	})
	return from, revision, err
}

// pageOfIDs reads the records of a run of ids, and the revision.
func (s *Store) pageOfIDs(ctx context.Context, q geo.Query, ids []int64, from int) (p geo.Page, revision string, err error) {
	end := min(from+q.Limit, len(ids))
	named := (&reading{table: tableOf(q.Collection)}).named(ids[from:end])
	err = s.read(ctx, "list", func(ctx context.Context, conn *pgx.Conn) error {
		batch := &pgx.Batch{}
		batch.Queue(revisionText).QueryRow(func(row pgx.Row) error { return row.Scan(&revision) })
		batch.Queue(named.sql, named.args...).Query(func(rows pgx.Rows) (err error) {
			p.Features, err = pgx.AppendRows(make([]geo.Feature, 0, end-from), rows, named.table.reader())
			return err
		})
		return conn.SendBatch(ctx, batch).Close()
	})
	p.Matched, p.More = len(ids), end < len(ids)
	return p, revision, err
}
