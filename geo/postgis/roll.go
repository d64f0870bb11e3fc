package postgis

import (
	"context"
	"sort"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/zorder"
)

// roll is every facility of one revision in the order of the data, with the little
// that clusters and pages of all facilities are read off: 36 bytes each. PostgreSQL
// has no ranks, so it would count every row for them, each time. It stands for the
// database only where a statement has seen that the revision is still the same.
type roll struct {
	revision   string
	keys       []uint64
	ids        []int64
	points     []orb.Point // of those that have a position; they come first
	kinds      []uint16    // their numbers in the vocabulary
	vocabulary []string    // the last one is ""
	countries  []uint16    // their numbers in the codes
	codes      []string    // alpha-3, in the order in which they were read
	tooLarge   bool        // to be kept: there is only the revision
}

const (
	// maxRoll is how many facilities a roll has at most, which is 72 MB. With more,
	// the database counts.
	maxRoll = 2_000_000

	// rollPatience is for reading a roll, rollPause after a failure. rollWait is how long
	// an answer waits for one that is being read, where counting would take longer.
	rollPatience, rollPause = time.Minute, 5 * time.Second
	rollWait                = 4 * time.Second
)

// rolls keeps the roll of the newest revision that was asked for.
type rolls struct {
	current atomic.Pointer[roll]

	mu      sync.Mutex
	reading chan struct{} // closed when what is being read is there, or cannot be; nil: nothing is
}

// rollOf is the roll if the query asks for all facilities, and the roll is there. It is
// read beside the requests, which wait for it that long: without it they are answered
// as all others are.
func (s *Store) rollOf(ctx context.Context, q geo.Query, wait time.Duration) *roll {
	if !q.Collection.Is(geo.Facilities) || q.Where() != nil {
		return nil
	}
	known := s.rolls.current.Load()
	if newest := s.revision.Load(); newest != nil && (known == nil || known.revision != *newest) {
		within, cancel := context.WithTimeout(ctx, wait)
		defer cancel()
		select {
		case <-s.readRoll():
		case <-within.Done():
		}
		known = s.rolls.current.Load()
	}
	if known != nil && known.tooLarge {
		return nil
	}
	return known
}

// readRoll reads the roll, unless that is under way. What it gives is closed when the
// reading has ended.
func (s *Store) readRoll() <-chan struct{} {
	s.rolls.mu.Lock()
	defer s.rolls.mu.Unlock()
	if s.rolls.reading != nil {
		return s.rolls.reading
	}
	reading := make(chan struct{})
	s.rolls.reading = reading
	go func() {
		err := guarded(func() error { return s.takeRoll(s.running) })
		close(reading)
		if err != nil {
			select { // a request that comes after the pause tries again
			case <-s.running.Done():
			case <-time.After(rollPause):
			}
		}
		s.rolls.mu.Lock()
		defer s.rolls.mu.Unlock()
		s.rolls.reading = nil
	}()
	return reading
}

// takeRoll reads a roll and keeps it.
func (s *Store) takeRoll(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, rollPatience)
	defer cancel()
	r := &roll{}
	err := s.twice(ctx, func() error { return s.whole(ctx, func(tx pgx.Tx) error { return r.read(ctx, tx) }) })
	if err == nil {
		s.rolls.current.Store(r)
	}
	return err
}

const (
	rollHead = `SELECT (` + revisionText + `), (SELECT count(*) FROM facility), (SELECT array_agg(id::text ORDER BY position, id) FROM kind)`
	rollRows = `SELECT zorder, id, geom::point, kind, country FROM facility ORDER BY zorder, id`
)

func (r *roll) read(ctx context.Context, tx pgx.Tx) error {
	*r = roll{}
	var size int
	if err := tx.QueryRow(ctx, rollHead).Scan(&r.revision, &size, &r.vocabulary); err != nil {
		return err
	}
	if r.tooLarge = size > maxRoll; r.tooLarge {
		return nil
	}
	numbers := map[string]uint16{"": uint16(len(r.vocabulary))}
	for i, id := range r.vocabulary {
		numbers[id] = uint16(i)
	}
	r.vocabulary = append(r.vocabulary, "")
	r.keys, r.ids = make([]uint64, 0, size), make([]int64, 0, size)
	r.points, r.kinds, r.countries = make([]orb.Point, 0, size), make([]uint16, 0, size), make([]uint16, 0, size)
	rows, err := tx.Query(ctx, rollRows)
	if err != nil {
		return err
	}
	defer rows.Close()
	var row fields
	codes := map[string]uint16{}
	for rows.Next() {
		if err := r.add(row.row(rows), numbers, codes); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (r *roll) add(row *fields, numbers, codes map[string]uint16) error {
	r.keys = append(r.keys, uint64(row.integer()))
	r.ids = append(r.ids, row.integer())
	if p, ok := row.point(); ok {
		r.points = append(r.points, p)
		r.kinds = append(r.kinds, numbers[row.text()])
		country := row.text()
		number, known := codes[country]
		if !known {
			number = uint16(len(r.codes))
			codes[country], r.codes = number, append(r.codes, country)
		}
		r.countries = append(r.countries, number)
	}
	return row.err
}

// namedInRoll are the facilities of these ids in their order, or none where the roll is
// no longer of the database. Its text is always the same, so it is planned once.
var namedInRoll = `SELECT ` + facilityFields + ` FROM facility WHERE id = ANY($1::bigint[]) AND (` + revisionText + `) = $2 ORDER BY zorder, id`

// named reads the facilities of a run of the roll; still says whether that is of the
// database.
func (s *Store) named(ctx context.Context, what string, q geo.Query, r *roll, ids []int64) (found []geo.Feature, still bool, err error) {
	if len(ids) == 0 {
		still, err = s.isStill(ctx, what, r.revision)
		return []geo.Feature{}, still, err
	}
	err = s.read(ctx, what, func(ctx context.Context, conn *pgx.Conn) error {
		rows, err := conn.Query(ctx, namedInRoll, ids, r.revision)
		if err != nil {
			return err
		}
		found, err = pgx.AppendRows(make([]geo.Feature, 0, len(ids)), rows, tableOf(q.Collection).reader())
		return err
	})
	return found, len(found) == len(ids), err
}

// listByRoll is a page of all facilities.
func (s *Store) listByRoll(ctx context.Context, q geo.Query) (p geo.Page, ok bool, err error) {
	r := s.rollOf(ctx, q, 0)
	if r == nil || len(q.Sort) > 0 {
		return geo.Page{}, false, nil
	}
	from := min(q.Offset, len(r.ids))
	if q.After != nil {
		from = r.behind(q.After)
	}
	end := min(from+q.Limit, len(r.ids))
	found, ok, err := s.named(ctx, "list", q, r, r.ids[from:end])
	return geo.Page{Features: found, Matched: len(r.ids), More: end < len(r.ids)}, ok, err
}

// behind is the number of the first facility after a cursor.
func (r *roll) behind(c *geo.Cursor) int {
	return sort.Search(len(r.ids), func(i int) bool {
		return r.keys[i] > c.ZOrder || r.keys[i] == c.ZOrder && r.ids[i] > c.ID
	})
}

// clustersByRoll groups the run of all facilities with keys in a range.
func (s *Store) clustersByRoll(ctx context.Context, q geo.Query, r *roll, keys zorder.Range, zoom, most int) (clusters []geo.Cluster, ok bool, err error) {
	from, to := r.numbers(keys)
	clusters, alone := r.clusters(from, to, zoom, most)
	if len(clusters) > most {
		alone = nil // nobody will see them
	}
	found, ok, err := s.named(ctx, "clusters", q, r, alone)
	next := 0
	for i := range clusters {
		if ok && next < len(found) && clusters[i].Count == 1 {
			clusters[i].Feature, _ = found[next].(*geo.Facility)
			next++
		}
	}
	return clusters, ok, err
}

// numbers is the run of the facilities whose keys are in a range.
func (r *roll) numbers(keys zorder.Range) (from, to int) {
	return r.first(keys.First), r.first(keys.Last + 1)
}

// count is how many facilities have keys in a range.
func (r *roll) count(keys zorder.Range) int {
	from, to := r.numbers(keys)
	return to - from
}

// first is the number of the first facility with that key or one behind it.
func (r *roll) first(key uint64) int {
	return sort.Search(len(r.keys), func(i int) bool { return r.keys[i] >= key })
}

// clusters groups a run of facilities by the cells of a zoom. Those that stand alone
// have no Feature yet; alone are their ids, in order. A view of more than most cells
// is cut off behind one more.
func (r *roll) clusters(from, to, zoom, most int) (clusters []geo.Cluster, alone []int64) {
	counted := make([]int, len(r.vocabulary))
	shift := zorder.CellShift(zoom)
	for from < to && len(clusters) <= most {
		cell := r.keys[from] >> shift
		end := min(to, r.endOf(from, (cell+1)<<shift))
		clusters = append(clusters, r.cluster(cell, from, end, counted))
		if end-from == 1 {
			alone = append(alone, r.ids[from])
		}
		from = end
	}
	return clusters, alone
}

// endOf finds the first key from there on that is not below: near by at first, since
// most cells hold few.
func (r *roll) endOf(from int, key uint64) int {
	step := 1
	for from+step < len(r.keys) && r.keys[from+step] < key {
		from, step = from+step, 2*step
	}
	n := min(step, len(r.keys)-from)
	return from + sort.Search(n, func(i int) bool { return r.keys[from+i] >= key })
}

// cluster is that of one cell.
func (r *roll) cluster(cell uint64, from, end int, counted []int) geo.Cluster {
	first, last, middle := r.keys[from], r.keys[end-1], from+(end-from-1)/2
	return geo.Cluster{
		Cell: cell, Count: end - from, Position: r.points[middle], Country: r.codes[r.countries[middle]], Kinds: r.countKinds(from, end, counted),
		Bounds: zorder.Bounds(first, last), Stack: first == last,
	}
}

// countKinds counts a run by kind, in the order of the vocabulary. counted is all zero,
// before and after.
func (r *roll) countKinds(from, end int, counted []int) []geo.Bucket {
	for _, kind := range r.kinds[from:end] {
		counted[kind]++
	}
	var buckets []geo.Bucket
	for i, n := range counted {
		if n > 0 && r.vocabulary[i] != "" {
			buckets = append(buckets, geo.Bucket{Value: r.vocabulary[i], Count: n})
		}
		counted[i] = 0
	}
	return buckets
}
