package postgis

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"

	"innoatlas/geo"
)

const (
	probePause = time.Second     // between two looks at the health of the database
	feedTrust  = 3 * time.Second // how long the feed may have heard nothing
)

// errUnheard is a database whose health nobody could tell for a while.
var errUnheard = errors.New("the database has not answered for some seconds")

// health is what the last look at the database found.
type health struct {
	start sync.Once
	first chan struct{} // closed after the first look

	last atomic.Pointer[error]
}

// Alive reports whether the change feed hears the database. It never waits.
func (s *Store) Alive() bool {
	return time.Since(time.Unix(0, s.heard.Load())) < feedTrust
}

// Ready is nil where requests can be answered: the tables are there and their
// content can be read. It tells what was found within the last seconds, and waits for
// the first time only. A lock on a table is no reason to send requests elsewhere.
func (s *Store) Ready(ctx context.Context) error {
	h := &s.health
	h.start.Do(func() {
		h.first = make(chan struct{})
		go s.watchHealth()
	})
	select {
	case <-h.first:
	case <-ctx.Done():
		return wrap(ctx, "health", ctx.Err())
	}
	if err := *h.last.Load(); err != nil || s.Alive() {
		return err
	}
	return wrap(ctx, "health", errUnheard)
}

// watchHealth looks again and again, until the store is closed. What only a hand can mend
// is logged once, since no request may come to a server that is not ready.
func (s *Store) watchHealth() {
	first := sync.OnceFunc(func() { close(s.health.first) })
	logged := ""
	for s.running.Err() == nil {
		err := guarded(func() error { return s.probe(s.running) })
		if err == nil {
			logged = ""
		} else if errors.Is(err, geo.ErrMalformed) && logged != err.Error() {
			logged = err.Error()
			s.log.Error("the database cannot be read", "error", logged)
		}
		s.health.last.Store(&err)
		first()
		select {
		case <-s.running.Done():
		case <-time.After(probePause):
		}
	}
}

// probe reads something of everything that requests need: all words and names, since
// one wrong label spoils every answer, and one record. The countries' view counts all
// records, so it is only asked whether it has its columns.
func (s *Store) probe(ctx context.Context) error {
	ask := func(ctx context.Context, conn *pgx.Conn) error {
		batch := &pgx.Batch{}
		var kinds, sectors []geo.Term
		queueTerms(batch, &kinds, &sectors)
		batch.Queue(`SELECT names FROM country`).Query(func(rows pgx.Rows) error {
			_, err := pgx.CollectRows(rows, pgx.RowTo[geo.Labels])
			return err
		})
		batch.Queue(revisionText).QueryRow(func(row pgx.Row) error { return row.Scan(new(string)) })
		queueFields(batch, new(map[string][]geo.Field))
		for _, sql := range []string{
			"SELECT" + facilityFields + " FROM facility ORDER BY zorder, id LIMIT 1",
			"SELECT" + countryFields + " FROM country_record LIMIT 0",
		} {
			batch.Queue(sql).Query(func(rows pgx.Rows) error {
				_, err := pgx.CollectRows(rows, facilityReader(ownReader{}))
				return err
			})
		}
		return conn.SendBatch(ctx, batch).Close()
	}
	err := s.answer(ctx, s.side, sideSettings, "health", ask)
	if sqlState(err) == lockNotAvailable {
		return nil
	}
	return err
}
