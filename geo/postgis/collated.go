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
// alphabet here: the names of all that matches are read, and the order of their ids is kept
// while the revision is the same. It is that of the other stores, whoever changed a name.

const (
	// mostOrdered is how many records are put in such an order: more would take longer than an
	// answer may, and much memory.
	mostOrdered = 100_000

	// keptOrdered is how many ids are kept in such orders.
	keptOrdered = 4 << 20
)

// errTooManyNames refuses an order of names.
var errTooManyNames = &geo.InputError{Param: "sortby", Value: "label", Reason: "puts at most 100,000 records in order where a database is asked each time; " +
	"choose fewer, sort by name, or serve with --reads memory"}

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
		queueRanks(batch, q, ranks)
		batch.Queue(stmt.sql, stmt.args...).Query(func(rows pgx.Rows) error {
			read := orderReader(&q, stmt.table, ranks)
			for rows.Next() {
				p, err := read(rows)
				if err != nil {
					return err
				}
				if o.records = append(o.records, p); len(o.records) > mostOrdered {
					return errTooManyNames
				}
			}
			return rows.Err()
		})
		return conn.SendBatch(ctx, batch).Close()
	})
	switch {
	case errors.Is(err, errTooManyNames):
		return ordered{}, errTooManyNames
	case err != nil:
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
func queueRanks(batch *pgx.Batch, q geo.Query, ranks map[int64]int) {
	if !q.Ranks() {
		return
	}
	s := &statement{table: tableOf(q.Collection)}
	s.sql = "SELECT id, " + s.sortKey(q, q.Sort[0]) + " FROM " + s.table.name + " WHERE " + s.where(q.Where()) + " LIMIT " + s.bind(mostOrdered+1, "bigint")
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

func orderStatement(q geo.Query) *statement {
	s := &statement{table: tableOf(q.Collection)}
	if oneName(q) {
		lang, _ := geo.CollatedLang(q.Sort[0].Property)
		s.sql = "SELECT id, zorder, country, name, name_zh, name_local, name_local_lang, text FROM (" +
			"SELECT id, zorder, country, name, name_zh, name_local, name_local_lang FROM facility WHERE " + s.where(q.Where()) + s.atMostOrdered() +
			") named LEFT JOIN record_text ON (collection, record, lang, field) = ('facilities', named.id, " + s.bind(lang, "text") + ", 'name')"
		return s
	}
	fields := s.table.fields
	if namesAlone(q) {
		fields = tileFields
	}
	s.sql = "SELECT " + fields + " FROM " + s.table.name + " WHERE " + s.where(q.Where()) + s.atMostOrdered()
	return s
}

func (s *statement) atMostOrdered() string { return " LIMIT " + s.bind(mostOrdered+1, "bigint") }

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
func collatedKey(q geo.Query, stmt *statement) [32]byte {
	order := &statement{table: stmt.table, sql: (&geo.Cursor{Values: make([]cql2.Value, len(q.Sort))}).Encode(q.Sort)}
	if q.Ranks() {
		order.sql += order.sortKey(q, q.Sort[0])
	}
	return keyOf(stmt, order)
}

// listCollated is a page in an order of names.
func (s *Store) listCollated(ctx context.Context, q geo.Query) (geo.Page, error) {
	stmt := orderStatement(q)
	key := collatedKey(q, stmt)
	if known, ok := s.orders.Find(key); ok {
		if p, ok, err := s.pageOfKnown(ctx, q, known); ok || err != nil {
			return p, err
		}
	}
	for range 2 {
		o, err := s.readOrdered(ctx, q, stmt)
		if err != nil {
			return geo.Page{}, err
		}
		ids := o.ids()
		from := min(q.Offset, len(ids))
		if q.After != nil {
			from = sort.Search(len(o.records), func(i int) bool { return q.IsAfter(o.records[i], q.After) })
		}
		p, revision, err := s.pageOfIDs(ctx, q, ids, from)
		if err != nil {
			return geo.Page{}, err
		}
		if revision == o.revision {
			s.orders.Keep(key, keptAnswer[[]int64]{revision, ids}, int64(len(ids)+1))
			return p, nil
		}
	}
	return geo.Page{}, errRevisionPassed
}

// pageOfKnown is a page of an order that is kept; ok is false where that is no longer of the
// database, or the record before the page is not the one that a cursor speaks of.
func (s *Store) pageOfKnown(ctx context.Context, q geo.Query, known keptAnswer[[]int64]) (p geo.Page, ok bool, err error) {
	from := min(q.Offset, len(known.answer))
	before := 0
	if q.After != nil {
		if from = slices.Index(known.answer, q.After.ID); from < 0 {
			return geo.Page{}, false, nil
		}
		before = 1
	}
	wider := q
	wider.Limit += before
	p, revision, err := s.pageOfIDs(ctx, wider, known.answer, from)
	if err != nil || revision != known.revision {
		return geo.Page{}, false, err
	}
	if before == 1 && len(p.Features) > 0 {
		c := q.CursorAfter(p.Features[0])
		if !slices.EqualFunc(c.Values, q.After.Values, cql2.Value.Equal) || c.ZOrder != q.After.ZOrder {
			return geo.Page{}, false, nil
		}
		p.Features = p.Features[1:]
	}
	return p, true, nil
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
