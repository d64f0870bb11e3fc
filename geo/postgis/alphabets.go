package postgis

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/singleflight"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/recent"
)

// Of many records the names are not read for each question: the rank of every name in an alphabet
// is worked out once a revision, at first need and beside the requests, and what matches is put in
// order by the ranks. Other sort keys beside the names have ranks likewise: to rank them for each
// question takes a database of a million records seconds.

const (
	// keptNames is how many ranks are kept, of four bytes each.
	keptNames = 24 << 20

	// alphabetPatience is for working out the ranks of one language. alphabetWait is how long an
	// answer waits for them.
	alphabetPatience = 2 * time.Minute
	alphabetWait     = 3 * time.Second
)

// errAlphabet is an answer that comes before the ranks.
var errAlphabet = fmt.Errorf("%w: the order of the names is being worked out", geo.ErrUnavailable)

// roster is every record of a collection in the default order, of one revision.
type roster struct {
	revision string
	keys     []uint64
	ids      []int64
}

// place is the number of a record; -1 where it has none.
func (r *roster) place(key uint64, id int64) int {
	at, found := sort.Find(len(r.ids), func(i int) int { return cmp.Or(cmp.Compare(key, r.keys[i]), cmp.Compare(id, r.ids[i])) })
	if !found {
		return -1
	}
	return at
}

// alphabetical is how all records of a collection stand by their names in a language, or by another
// property.
type alphabetical struct {
	*roster
	ranks []int32 // by places in the roster: 0 to names-1, the same where they are alike, and names where there is none
	names int32
}

// rank is that of a place in either direction; names that are missing are last in both.
func (a *alphabetical) rank(place int32, descending bool) int32 {
	rank := a.ranks[place]
	if descending && rank < a.names {
		rank = a.names - 1 - rank
	}
	return rank
}

// alphabets are those of the newest revision that was asked for.
type alphabets struct {
	kept    recent.Cache[string, *alphabetical] // by collections and properties
	making  singleflight.Group
	one     sync.Mutex         // made at a time, so that many languages take no more memory than one
	rosters map[string]*roster // by collections; under one
}

// alphabet gives the ranks of a property at a revision. They are worked out for all who ask, who
// wait a little, and go on to be when these have left.
func (s *Store) alphabet(ctx context.Context, c *geo.Collection, property, revision string) (*alphabetical, error) {
	key := c.ID + " " + property
	if known, ok := s.alphabets.kept.Find(key); ok && known.revision == revision {
		return known, nil
	}
	making := s.alphabets.making.DoChan(key+" "+revision, func() (made any, err error) {
		err = guarded(func() error {
			made, err = s.makeAlphabet(c, property, revision)
			return err
		})
		return made, err
	})
	within, cancel := context.WithTimeout(ctx, alphabetWait)
	defer cancel()
	select {
	case <-within.Done():
		if ctx.Err() != nil {
			return nil, wrap(ctx, "alphabet", ctx.Err())
		}
		return nil, errAlphabet
	case m := <-making:
		made, _ := m.Val.(*alphabetical)
		return made, m.Err
	}
}

// makeAlphabet works out the ranks, unless that was done meanwhile or the revision has passed.
func (s *Store) makeAlphabet(c *geo.Collection, property, revision string) (*alphabetical, error) {
	s.alphabets.one.Lock()
	defer s.alphabets.one.Unlock()
	if newest := s.revision.Load(); newest != nil && *newest != revision {
		return nil, errAlphabet
	}
	ctx, cancel := context.WithTimeout(s.running, alphabetPatience)
	defer cancel()
	var r *roster
	var all []standing
	err := s.twice(ctx, func() error {
		return s.whole(ctx, func(tx pgx.Tx) (err error) {
			r, all, err = readStandings(ctx, tx, geo.Query{Collection: c, Sort: []geo.SortKey{{Property: property}}})
			return err
		})
	})
	if err != nil {
		return nil, wrap(ctx, "alphabet", err)
	}
	made := rankNames(s.alphabets.share(c.ID, r), all)
	s.alphabets.kept.Keep(c.ID+" "+property, made, int64(len(made.ranks)+1))
	return made, nil
}

// share keeps one roster for all languages, and no language of a revision before.
func (a *alphabets) share(collection string, r *roster) *roster {
	known := a.rosters[collection]
	if known != nil && known.revision == r.revision {
		return known
	}
	if known != nil {
		a.kept.Clear()
		clear(a.rosters)
	}
	if a.rosters == nil {
		a.rosters = map[string]*roster{}
	}
	a.rosters[collection] = r
	return r
}

// standing is a record and what its name, or another value, is compared by; "" where it has none.
type standing struct {
	name string
	key  uint64
	id   int64
}

// namesAtOnce is how many names are made comparable in one go, while others are read.
const namesAtOnce = 1 << 14

// readStandings reads all records of a collection in the default order, and the name of each. Half
// of the processors are left to others.
func readStandings(ctx context.Context, tx pgx.Tx, q geo.Query) (*roster, []standing, error) {
	r := &roster{}
	if err := tx.QueryRow(ctx, revisionText).Scan(&r.revision); err != nil {
		return nil, nil, err
	}
	stmt, read := standingsOf(q)
	rows, err := tx.Query(ctx, stmt.sql, stmt.args...)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	var parts [][]standing
	var collating errgroup.Group
	collating.SetLimit(max(1, geo.Processors()/2))
	defer collating.Wait()
	for more := true; more; {
		var part []standing
		if part, err = readPart(rows, read); err != nil {
			return nil, nil, err
		}
		parts, more = append(parts, part), len(part) == namesAtOnce
		collating.Go(func() error {
			collateStandings(q, part)
			return nil
		})
	}
	if err := rows.Err(); err != nil {
		return nil, nil, err
	}
	collating.Wait()
	all := slices.Concat(parts...)
	slices.SortFunc(all, func(a, b standing) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.id, b.id)) })
	r.keys, r.ids = make([]uint64, len(all)), make([]int64, len(all))
	for i, one := range all {
		r.keys[i], r.ids[i] = one.key, one.id
	}
	return r, all, nil
}

// standingsOf is the statement that readStandings reads, and a reader of its rows.
func standingsOf(q geo.Query) (*statement, func(pgx.CollectableRow) (standing, error)) {
	property := q.Sort[0].Property
	if !q.Collates() {
		s, of := &statement{table: tableOf(q.Collection)}, q.Collection.Field(property).Type
		s.sql = "SELECT zorder, id, (" + s.sortKey(q, q.Sort[0]) + ")::" + sqlTypes[of] + " FROM " + s.table.name
		var row fields
		return s, func(r pgx.CollectableRow) (standing, error) {
			f := row.row(r)
			one := standing{key: uint64(f.integer()), id: f.integer()}
			one.name = orderedText(f.value(of))
			return one, f.err
		}
	}
	q.Collection = geo.FindCollection(geo.Collections, q.Collection.ID) // fields of one's own are not read
	s := orderStatement(q, 0)
	read := orderReader(&q, s.table, nil)
	return s, func(r pgx.CollectableRow) (standing, error) {
		p, err := read(r)
		if err != nil {
			return standing{}, err
		}
		if p.values != nil {
			return standing{p.values[0].Text, p.zorder, p.id}, nil
		}
		return standing{p.name, p.zorder, p.id}, nil
	}
}

// sqlTypes are those that values of fields are read as.
var sqlTypes = map[geo.Type]string{
	geo.Integer: "bigint", geo.Number: "float8", geo.Boolean: "boolean", geo.Date: "date", geo.Time: "timestamptz", geo.Text: "text", geo.URL: "text",
}

// orderedText is a text that stands to those of other values as they stand to each other, byte by
// byte; "" of none.
func orderedText(v cql2.Value) string {
	switch v.Type {
	case cql2.Null:
		return ""
	case cql2.Text:
		return "t" + v.Text
	case cql2.Date, cql2.Timestamp:
		return string(binary.BigEndian.AppendUint64(nil, uint64(v.Time)^1<<63))
	}
	bits := math.Float64bits(v.Number + 0) // no -0
	if bits>>63 == 1 {
		return string(binary.BigEndian.AppendUint64(nil, ^bits))
	}
	return string(binary.BigEndian.AppendUint64(nil, bits|1<<63))
}

func readPart(rows pgx.Rows, read func(pgx.CollectableRow) (standing, error)) (part []standing, err error) {
	for len(part) < namesAtOnce && rows.Next() {
		one, err := read(rows)
		if err != nil {
			return nil, err
		}
		part = append(part, one)
	}
	return part, nil
}

// collateStandings makes of names what they are compared by; other readers than that of names
// have done so.
func collateStandings(q geo.Query, part []standing) {
	if !oneName(q) {
		return
	}
	lang, _ := geo.CollatedLang(q.Sort[0].Property)
	for i := range part {
		if part[i].name != "" {
			part[i].name = geo.CollationBytes(lang, part[i].name)
		}
	}
}

// rankNames gives records, which are in the order of their roster, the ranks of their names.
func rankNames(r *roster, all []standing) *alphabetical {
	order := make([]int32, 0, len(all))
	for place := range all {
		if all[place].name != "" {
			order = append(order, int32(place))
		}
	}
	slices.SortFunc(order, func(a, b int32) int { return strings.Compare(all[a].name, all[b].name) })
	a := &alphabetical{roster: r, ranks: make([]int32, len(all))}
	for i, place := range order {
		if i > 0 && all[place].name != all[order[i-1]].name {
			a.names++
		}
		a.ranks[place] = a.names
	}
	if len(order) > 0 {
		a.names++
	}
	for place := range all {
		if all[place].name == "" {
			a.ranks[place] = a.names
		}
	}
	return a
}

// orderByRanks is all that matches in an order that names have a part in.
func (s *Store) orderByRanks(ctx context.Context, q geo.Query) (o keptAnswer[[]int64], err error) {
	if o.revision, err = s.newestRevision(ctx); err != nil {
		return o, err
	}
	known := make([]*alphabetical, len(q.Sort))
	var r *roster
	for i, k := range q.Sort {
		if k.IsRank() {
			continue
		}
		if known[i], err = s.alphabet(ctx, q.Collection, k.Property, o.revision); err != nil {
			return o, err
		}
		r = known[i].roster
	}
	if r.revision != o.revision {
		return o, errRevisionPassed
	}
	m, err := s.readMatching(ctx, q, r)
	if err != nil {
		return o, err
	}
	for i := len(q.Sort) - 1; i >= 0; i-- { // the first key last: each keeps the order before it among equals
		if known[i] == nil {
			m.sort(func(n int32) int32 { return m.ranks[n] })
		} else {
			m.sort(func(n int32) int32 { return known[i].rank(m.places[n], q.Sort[i].Descending) })
		}
	}
	o.answer = m.ids(r)
	return o, nil
}

// newestRevision is the one that the feed saw last, or that the database has.
func (s *Store) newestRevision(ctx context.Context) (string, error) {
	if newest := s.revision.Load(); newest != nil {
		return *newest, nil
	}
	return s.Revision(ctx)
}

// matching is what matches a query.
type matching struct {
	places []int32 // in a roster, in any order
	ranks  []int32 // of each of them in a search, if that has a part in the order
	order  []int32 // numbers of places
}

// readMatching reads where that stands which matches, and what it is worth to a search.
func (s *Store) readMatching(ctx context.Context, q geo.Query, r *roster) (m matching, err error) {
	if q.Where() == nil && !q.Ranks() {
		m.places = make([]int32, len(r.ids))
		for i := range m.places {
			m.places[i] = int32(i)
		}
		m.order = m.places
		return m, nil
	}
	stmt := matchingStatement(q)
	var revision string
	err = s.readQuery(ctx, q, "order", func(ctx context.Context, conn *pgx.Conn) error {
		batch := &pgx.Batch{}
		queueIndexes(batch, q)
		batch.Queue(revisionText).QueryRow(func(row pgx.Row) error { return row.Scan(&revision) })
		batch.Queue(stmt.sql, stmt.args...).Query(func(rows pgx.Rows) (err error) {
			m, err = readPlaces(rows, r, q.Ranks())
			return err
		})
		return conn.SendBatch(ctx, batch).Close()
	})
	if err == nil && revision != r.revision {
		err = errRevisionPassed
	}
	m.inRoster()
	return m, err
}

func matchingStatement(q geo.Query) *statement {
	s := &statement{table: tableOf(q.Collection)}
	columns := "zorder, id"
	if q.Ranks() {
		columns += ", (" + s.sortKey(q, q.Sort[0]) + ")::bigint"
	}
	s.sql = "SELECT " + columns + " FROM " + s.table.name + " WHERE " + s.matching(q, "")
	return s
}

// readPlaces reads what matchingStatement asks for. A record that the roster lacks is of another
// revision, which is seen by that.
func readPlaces(rows pgx.Rows, r *roster, ranked bool) (m matching, err error) {
	var row fields
	for rows.Next() {
		f := row.row(rows)
		place, rank := r.place(uint64(f.integer()), f.integer()), int64(0)
		if ranked {
			rank = f.integer()
		}
		switch {
		case f.err != nil:
			return m, f.err
		case place < 0:
			continue
		}
		m.places = append(m.places, int32(place))
		if ranked {
			m.ranks = append(m.ranks, int32(rank))
		}
	}
	return m, rows.Err()
}

// inRoster begins with the order of the roster.
func (m *matching) inRoster() {
	m.order = make([]int32, len(m.places))
	for i := range m.order {
		m.order[i] = int32(i)
	}
	m.sort(func(n int32) int32 { return m.places[n] })
}

// sort puts what matches in the order of ranks, and what is equal in the order before.
func (m *matching) sort(rank func(n int32) int32) {
	packed := make([]uint64, len(m.order))
	for i, n := range m.order {
		packed[i] = uint64(rank(n))<<32 | uint64(i)
	}
	slices.Sort(packed)
	sorted := make([]int32, len(packed))
	for i, p := range packed {
		sorted[i] = m.order[uint32(p)]
	}
	m.order = sorted
}

func (m *matching) ids(r *roster) []int64 {
	ids := make([]int64, len(m.order))
	for i, n := range m.order {
		ids[i] = r.ids[m.places[n]]
	}
	return ids
}
