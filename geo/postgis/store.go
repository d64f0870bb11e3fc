package postgis

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/singleflight"

	"innoatlas/geo"
	"innoatlas/recent"
)

const (
	acquireTimeout = time.Second     // for a free connection of a busy pool
	patientAcquire = 3 * time.Second // where one is being made meanwhile, on a slow network
	answerTimeout  = 4 * time.Second // for one answer, also where the network swallows it
	cancelTimeout  = time.Second     // for the server to end a statement that is given up
	closeTimeout   = 2 * time.Second // for connections to be closed in good order
)

// Store is a geo.Store on a migrated database. It follows the database's
// revisions from Open to Close.
type Store struct {
	access
	reads   *pgxpool.Pool // read-only sessions, for queries
	costly  *pgxpool.Pool // likewise, for those that no index answers: they keep no other query waiting
	streams *pgxpool.Pool // likewise, for the pieces of downloads
	side    *pgxpool.Pool // for health and the change feed, when queries have taken every other connection
	log     *slog.Logger

	revision  atomic.Pointer[string]   // the last one that the feed saw; nil while it is cut off
	catalog   atomic.Pointer[snapshot] // of some revision
	loading   singleflight.Group       // of the catalog
	changes   broadcast
	heard     atomic.Int64 // when the feed last had an answer, in Unix nanoseconds
	health    health
	streaming streaming
	rolls     rolls
	asking    sync.Mutex // one question at a time about others
	ways      ways
	counts    kept[int]
	orders    kept[[]int64] // of names, by ids
	alphabets alphabets
	facets    kept[geo.Facets]
	matrices  kept[geo.Matrix]        // by cells
	words     atomic.Pointer[wordsOf] // of the names
	running   context.Context         // until Close
	stop      context.CancelFunc
	feedEnded chan struct{}
}

var _ geo.Store = (*Store)(nil)

// Open connects to the database that a postgres:// URL or a keyword string names.
// pool_max_conns in it sets the size of the pool, which is otherwise four for each
// core, and fewer where the server has few. It tries every host of the URL, and
// takes ten seconds at most. An unreachable database, and one with a locked table,
// is geo.ErrUnavailable, one with another schema than this program's is
// ErrNotMigrated or ErrNewerSchema.
func Open(ctx context.Context, url string, options ...Option) (*Store, error) {
	config, err := parseURL(url)
	if err != nil {
		return nil, err
	}
	chosen := optionsOf(options)
	s := &Store{
		access:    access{base: config, lines: &lines{unsent: unsentTimeout}, wanted: chosen.roles},
		log:       chosen.log,
		streaming: streaming{window: window{pieces: recent.Cache[string, piece]{Limit: windowMemory}}},
		ways:      usualWays,
		counts:    kept[int]{Limit: keptCounts},
		orders:    kept[[]int64]{Limit: keptOrdered},
		alphabets: alphabets{kept: recent.Cache[string, *alphabetical]{Limit: keptNames}},
		facets:    kept[geo.Facets]{Limit: keptFacets},
		matrices:  kept[geo.Matrix]{Limit: keptCells},
		feedEnded: make(chan struct{}),
	}
	room, err := s.look(ctx)
	if sqlState(err) == "42501" {
		err = fmt.Errorf("the login may not read the tables; GRANT %s TO it as a superuser, or name another one in the URL of the database: %w", ReaderRole, err)
	}
	if err != nil {
		return nil, wrapFirst(ctx, "open", err)
	}
	most := 0
	if strings.Contains(url, "pool_max_conns") {
		most = int(config.MaxConns)
	}
	if err := s.makePools(ctx, sizesFor(room, most)); err != nil {
		s.closePools()
		return nil, wrapFirst(ctx, "open", err)
	}
	s.heard.Store(time.Now().UnixNano())
	s.running, s.stop = context.WithCancel(context.Background())
	go s.follow(s.running)
	return s, nil
}

// maxStreams is how many pieces of downloads are read at a time. Others wait for one
// to end.
const maxStreams = 4

// makePools makes the pools, which connect when they are first used.
func (s *Store) makePools(ctx context.Context, n sizes) (err error) {
	for _, p := range []struct {
		pool   **pgxpool.Pool
		config *pgxpool.Config
	}{
		{&s.reads, s.repeated(s.session("innoatlas", readSettings, n.reads))},
		{&s.costly, s.session("innoatlas", readSettings, n.costly)},
		{&s.streams, s.session("innoatlas-stream", readSettings, n.streams)},
		{&s.side, s.unhurried(s.session("innoatlas-health", sideSettings, 3))}, // one listens, two answer for health
	} {
		if *p.pool, err = pgxpool.NewWithConfig(ctx, p.config); err != nil {
			return err
		}
	}
	return nil
}

var sideSettings = readSettings.with("lock_timeout", "500ms")

// Close ends the feed and closes every connection. Queries that still run have a
// moment to end; what is silent then is given up.
func (s *Store) Close() {
	s.stop()
	closed := make(chan struct{})
	go func() {
		<-s.feedEnded
		s.closePools()
		close(closed)
	}()
	for range 2 {
		select {
		case <-closed:
			return
		case <-time.After(closeTimeout):
			s.lines.drop(all)
		}
	}
}

func (s *Store) closePools() {
	for _, pool := range []*pgxpool.Pool{s.side, s.streams, s.costly, s.reads} {
		if pool != nil {
			pool.Close()
		}
	}
}

// Ping asks the database for a sign of life, on a connection that no query takes.
func (s *Store) Ping(ctx context.Context) error {
	return s.answer(ctx, s.side, sideSettings, "ping", func(ctx context.Context, conn *pgx.Conn) error { return conn.Ping(ctx) })
}

// read runs one answer on a connection of the pool, and again if that was dead, so
// ask must begin from nothing.
func (s *Store) read(ctx context.Context, what string, ask question) error {
	return s.answer(ctx, s.reads, readSettings, what, ask)
}

// readQuery is read for a query of which the index may not answer everything.
func (s *Store) readQuery(ctx context.Context, q geo.Query, what string, ask question) error {
	if isCostly(q) {
		return s.answer(ctx, s.costly, readSettings, what, ask)
	}
	return s.read(ctx, what, ask)
}

// question asks something on a connection, and may be called again.
type question = func(context.Context, *pgx.Conn) error

// answer runs a question on a connection of a pool with these settings. One limit is
// for all of it, the wait for the connection and a second try included.
func (s *Store) answer(ctx context.Context, pool *pgxpool.Pool, set settings, what string, ask question) error {
	within, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	return wrap(ctx, what, s.twice(within, func() error { return s.attempt(within, pool, set, ask) }))
}

// twice tries once more where the first failed for no fault of the question. Where its
// connection turns out to be dead (the server was restarted, say), the other idle ones
// are dead as well. One that kept silent is not waited for again.
func (s *Store) twice(ctx context.Context, try func() error) error {
	err := try()
	if err == nil || ctx.Err() != nil {
		return err
	}
	if isDead(err) || isLost(err) {
		s.reset()
	}
	if isDead(err) || isPassing(err) {
		err = try()
	}
	return err
}

// reset closes the connections that are idle now, and the others when they are given
// back.
func (s *Store) reset() {
	for _, pool := range []*pgxpool.Pool{s.reads, s.costly, s.streams, s.side} {
		pool.Reset()
	}
}

func (s *Store) attempt(ctx context.Context, pool *pgxpool.Pool, set settings, ask question) error {
	conn, err := s.acquire(ctx, pool)
	if err != nil {
		return err
	}
	defer giveBack(conn)
	if !s.pooled { // the session has its settings
		defer s.doubt(conn.Conn())()
		return ask(ctx, conn.Conn())
	}
	return pgx.BeginTxFunc(ctx, conn, s.transaction(set), func(pgx.Tx) error { return ask(ctx, conn.Conn()) })
}

// transaction is one that sees one snapshot, under these settings.
func (s *Store) transaction(set settings) pgx.TxOptions {
	if s.pooled {
		return pgx.TxOptions{BeginQuery: set.as(s.role).begin(oneSnapshot)}
	}
	return pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
}

// acquire takes a connection of a pool. One that lay idle may be lost without a word:
// where it gives no sign of life, it and all others are left for new ones.
func (s *Store) acquire(ctx context.Context, pool *pgxpool.Pool) (*pgxpool.Conn, error) {
	conn, err := take(ctx, pool)
	if err != nil {
		return nil, err
	}
	line := lineOf(conn.Conn())
	if line.idle() < idleTrust {
		return conn, nil
	}
	if line.within(pingSilence, func() error { return conn.Ping(ctx) }) == nil {
		return conn, nil
	}
	giveBack(conn)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	s.reset()
	return take(ctx, pool)
}

// take waits for a free connection, or one that is being made.
func take(ctx context.Context, pool *pgxpool.Pool) (*pgxpool.Conn, error) {
	deadline := time.Now().Add(patientAcquire)
	for {
		within, cancel := context.WithTimeout(ctx, acquireTimeout)
		conn, err := pool.Acquire(within)
		cancel()
		if err == nil || !errors.Is(err, context.DeadlineExceeded) || ctx.Err() != nil {
			return conn, err
		}
		if pool.Stat().ConstructingConns() == 0 || time.Now().After(deadline) {
			return nil, errBusy
		}
	}
}

// giveBack returns a connection to its pool. A pool would keep the place of a broken
// one until the server has said goodbye to it, which one that is silent takes a quarter
// of a minute for, so it only gets those that are whole.
func giveBack(conn *pgxpool.Conn) {
	if conn.Conn().IsClosed() || conn.Conn().PgConn().IsBusy() {
		lineOf(conn.Hijack()).Close()
		return
	}
	conn.Release()
}

// errBusy is a pool without a free connection.
var errBusy = fmt.Errorf("no connection of the pool is free: %w", context.DeadlineExceeded)
