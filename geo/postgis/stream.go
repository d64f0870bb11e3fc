package postgis

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/singleflight"

	"innoatlas/geo"
)

// All streams every record that matches, in pieces. Each piece is one short reading
// that asks for the revision as well, so a reader may take as long as it likes: it
// holds no connection, no transaction and no old rows, only the piece that it reads.
// Where the revision is another than that of the first piece, the stream ends with
// an error.
func (s *Store) All(ctx context.Context, q geo.Query) iter.Seq2[geo.Feature, error] {
	return func(yield func(geo.Feature, error) bool) {
		if kept, ok := s.keptCountries(q); ok {
			for _, f := range kept {
				if !yield(f, nil) {
					return
				}
			}
			return
		}
		r := &reading{store: s, query: q, table: tableOf(q.Collection)}
		s.streaming.window.begin()
		defer r.release()
		for !r.ended {
			features, err := r.next(ctx)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, f := range features {
				if !yield(f, nil) {
					return
				}
			}
		}
	}
}

const (
	// streamMemory is what the pieces of all streams should take, in bytes, with those
	// that are kept for others. A piece may take a sixteenth of what is free of it, from
	// leastPiece to mostPiece.
	streamMemory          = 64 << 20
	leastPiece, mostPiece = 64 << 10, 1 << 20

	// recordMemory is what a record takes besides its texts; guessedRecord is a whole
	// one before any is read.
	recordMemory, guessedRecord = 512, 1 << 10

	// orderMemory bounds the ids of all streams that have an order of their own.
	orderMemory = 64 << 20

	// pieceWait is for a connection when a file has begun, so that only a broken
	// transfer could say no.
	pieceWait = 10 * time.Second
)

// errRevisionPassed ends a stream: what is left of its revision is gone.
var errRevisionPassed = fmt.Errorf("%w: an import changed the data while they were read", geo.ErrUnavailable)

// errTooManyOrders refuses a stream.
var errTooManyOrders = fmt.Errorf("%w: too many filtered or sorted downloads are being read", geo.ErrUnavailable)

// streaming is what streams have in common.
type streaming struct {
	pieces, orders atomic.Int64 // bytes that they hold
	shared         singleflight.Group
	window         window
}

// reading is a stream under way.
type reading struct {
	store *Store
	query geo.Query
	table *table

	revision string // of every piece; "" before the first
	ended    bool
	after    *geo.Cursor // the last record read, in the default order of all records
	order    []int64     // in any other order: the ids of the records to come

	piece   int64 // bytes of the piece in hand
	ordered int64 // bytes of order, as it was at first
	record  int64 // bytes of a record, as those of the last piece were
}

// next reads a piece.
func (r *reading) next(ctx context.Context) ([]geo.Feature, error) {
	switch {
	case r.query.Collates():
		return r.nextNamed(ctx)
	case !r.query.Collection.Is(geo.Facilities): // of which there are few
		r.ended = true
		return r.read(ctx, r.all(r.table.fields))
	case r.query.Where() == nil && len(r.query.Sort) == 0:
		return r.nextBehind(ctx)
	}
	return r.nextNamed(ctx)
}

// nextBehind reads the records that follow the last one in the default order.
func (r *reading) nextBehind(ctx context.Context) ([]geo.Feature, error) {
	limit := r.pieceRows()
	features, err := r.read(ctx, r.behind(limit))
	if r.ended = len(features) < limit; !r.ended {
		cursor := geo.Query{}.CursorAfter(features[limit-1])
		r.after = &cursor
	}
	return features, err
}

// nextNamed reads the records of the next ids. The filter is evaluated, and the order
// made, once for the whole stream.
func (r *reading) nextNamed(ctx context.Context) ([]geo.Feature, error) {
	if r.revision == "" {
		if err := r.readOrder(ctx); err != nil {
			return nil, err
		}
	}
	n := min(r.pieceRows(), len(r.order))
	ids := r.order[:n]
	if r.order = r.order[n:]; len(r.order) == 0 {
		r.ended = true
	}
	if n == 0 {
		return nil, nil
	}
	features, err := r.read(ctx, r.named(ids))
	if err == nil && len(features) < n { // rows are gone although the revision is the same
		err = errRevisionPassed
	}
	return features, err
}

// readOrder reads the ids of all that matches.
func (r *reading) readOrder(ctx context.Context) error {
	if r.query.Collates() {
		o, err := r.store.makeOrder(ctx, r.query)
		if err != nil {
			return err
		}
		return r.begin(o.revision, o.answer)
	}
	var ids []int64
	revision, err := r.store.ask(ctx, acquireTimeout, r.all("id"), func(rows pgx.Rows) error {
		ids = nil
		var row fields
		for rows.Next() {
			ids = append(ids, row.row(rows).integer())
		}
		return rows.Err()
	})
	if err != nil {
		return err
	}
	return r.begin(revision, ids)
}

// begin takes up the ids of a revision.
func (r *reading) begin(revision string, ids []int64) error {
	r.revision, r.order, r.ordered = revision, ids, int64(8*len(ids))
	if r.store.streaming.orders.Add(r.ordered) > orderMemory {
		return errTooManyOrders
	}
	return nil
}

// piece is what one reading gave.
type piece struct {
	revision string
	features []geo.Feature
	size     int64 // in bytes
}

// read reads the records that a statement gives, and checks that they are of the
// revision of the others.
func (r *reading) read(ctx context.Context, stmt *statement) ([]geo.Feature, error) {
	p, err := r.fetch(ctx, stmt)
	switch {
	case err != nil:
		return nil, err
	case r.revision != "" && r.revision != p.revision:
		return nil, errRevisionPassed
	}
	r.revision = p.revision
	r.hold(p.size)
	if len(p.features) > 0 {
		r.record = p.size / int64(len(p.features))
	}
	return p.features, nil
}

// fetch shares pieces of all records: downloads of everything that run at the same
// time read each piece together, and find those that another has read a moment ago. The
// first is always asked for, so nobody gets what is older than the question; it is shared
// under the newest revision that was seen, the others under that of the first.
func (r *reading) fetch(ctx context.Context, stmt *statement) (p piece, err error) {
	of, follows := r.revision, r.revision != ""
	if newest := r.store.revision.Load(); !follows && newest != nil {
		of = *newest
	}
	key, shared := fmt.Sprintln(of, geo.NamesOf(stmt.table.own), stmt.sql, stmt.args), &r.store.streaming
	if p, ok := shared.window.pieces.Find(key); ok && follows {
		return p, nil
	}
	resume := geo.Pause(ctx)
	if of == "" || r.query.Where() != nil || len(r.query.Sort) > 0 {
		p, err = r.store.fetch(ctx, r.patience(), stmt)
		return p, cmp.Or(err, resume())
	}
	wait := r.patience()
	reading := shared.shared.DoChan(key, func() (any, error) {
		p, err := r.store.fetch(context.WithoutCancel(ctx), wait, stmt)
		if err == nil && p.revision == of {
			shared.window.keep(key, p)
		}
		return p, err
	})
	select {
	case <-ctx.Done():
		return piece{}, wrap(ctx, "stream", ctx.Err())
	case got := <-reading:
		p, _ := got.Val.(piece)
		return p, cmp.Or(got.Err, resume())
	}
}

// patience is for a connection.
func (r *reading) patience() time.Duration {
	if r.revision != "" {
		return pieceWait
	}
	return acquireTimeout
}

func (s *Store) fetch(ctx context.Context, wait time.Duration, stmt *statement) (p piece, err error) {
	p.revision, err = s.ask(ctx, wait, stmt, func(rows pgx.Rows) error {
		p.features, p.size = nil, 0
		read := stmt.table.reader()
		for rows.Next() {
			f, err := read(rows)
			if err != nil {
				return err
			}
			p.features = append(p.features, f)
			p.size += recordMemory
			for _, v := range rows.RawValues() {
				p.size += int64(len(v))
			}
		}
		return rows.Err()
	})
	return p, err
}

// ask asks a statement and the revision, which are of one snapshot. It asks again
// where the connection was dead, so take must begin from nothing; and as long as it may
// wait, where all are busy.
func (s *Store) ask(ctx context.Context, wait time.Duration, stmt *statement, take func(pgx.Rows) error) (revision string, err error) {
	until := time.Now().Add(wait)
	for {
		err = s.answer(ctx, s.streams, readSettings, "stream", func(ctx context.Context, conn *pgx.Conn) error {
			batch := &pgx.Batch{}
			batch.Queue(revisionText).QueryRow(func(row pgx.Row) error { return row.Scan(&revision) })
			batch.Queue(stmt.sql, stmt.args...).Query(take)
			return conn.SendBatch(ctx, batch).Close()
		})
		if !errors.Is(err, errBusy) || time.Now().After(until) {
			return revision, err
		}
	}
}

// all is the statement for everything that matches.
func (r *reading) all(fields string) *statement {
	s := &statement{table: r.table}
	s.sql = "SELECT " + fields + " FROM " + r.table.name + " WHERE " + s.matching(r.query, "") + " ORDER BY " + s.order(r.query)
	return s
}

// behind is the statement for the next records of the default order.
func (r *reading) behind(limit int) *statement {
	s := &statement{table: r.table}
	s.sql = s.page(geo.Query{After: r.after, Limit: limit - 1}, sqlTrue)
	return s
}

// named is the statement for the records of these ids, in their order.
func (r *reading) named(ids []int64) *statement {
	s := &statement{table: r.table}
	s.sql = "SELECT " + r.table.fields + " FROM unnest(" + s.bind(ids, "bigint[]") + ") WITH ORDINALITY AS named (wanted, nth) " +
		"JOIN " + r.table.name + " ON id = wanted ORDER BY nth"
	return s
}

// pieceRows is how many records the next piece may have.
func (r *reading) pieceRows() int {
	r.hold(0)
	share := (streamMemory - windowMemory - r.store.streaming.pieces.Load()) / 16
	if r.record == 0 {
		r.record = guessedRecord
	}
	return int(max(1, max(leastPiece, min(mostPiece, share))/r.record))
}

// hold counts the piece in hand.
func (r *reading) hold(size int64) {
	r.store.streaming.pieces.Add(size - r.piece)
	r.piece = size
}

// release gives back what the stream held.
func (r *reading) release() {
	r.hold(0)
	r.store.streaming.window.end()
	r.store.streaming.orders.Add(-r.ordered)
}
