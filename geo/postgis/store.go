package postgis

import (
	"context"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/singleflight"

	"innoatlas/geo"
)

const (
	connectTimeout = time.Second     // for one attempt to reach the server
	acquireTimeout = time.Second     // for a free connection of a busy pool
	answerTimeout  = 4 * time.Second // for one answer, also where the network swallows it
	cancelTimeout  = time.Second     // for the server to end a statement that is given up
)

// Store is a geo.Store on a migrated database. It follows the database's
// revisions from Open to Close.
type Store struct {
	reads   *pgxpool.Pool   // read-only sessions, for queries
	streams *pgxpool.Pool   // likewise, for downloads: their readers may be slow, and keep nobody else waiting
	side    *pgxpool.Pool   // for health and the change feed, when queries have taken every other connection
	writes  *pgx.ConnConfig // an import takes a connection of its own

	revision  atomic.Pointer[string]   // the last one that the feed saw; nil while it is cut off
	catalog   atomic.Pointer[snapshot] // of some revision
	loading   singleflight.Group       // of the catalog
	changes   broadcast
	streaming streaming
	stopFeed  context.CancelFunc
	feedEnded chan struct{}
}

var _ geo.Store = (*Store)(nil)

// Open connects to the database that a postgres:// URL or a keyword string names.
// pool_max_conns in it sets the size of the pool, which is otherwise four for each
// core. An unreachable database is geo.ErrUnavailable, one with another schema
// than this program's is ErrNotMigrated or ErrNewerSchema.
func Open(ctx context.Context, url string) (*Store, error) {
	config, err := parseURL(url)
	if err != nil {
		return nil, err
	}
	s := &Store{feedEnded: make(chan struct{})}
	if s.side, err = pgxpool.NewWithConfig(ctx, sideConfig(config)); err != nil {
		return nil, wrap(ctx, "open", err)
	}
	if err := s.checkSchema(ctx); err != nil {
		s.side.Close()
		return nil, wrap(ctx, "open", err)
	}
	if s.reads, err = pgxpool.NewWithConfig(ctx, readConfig(config, url)); err != nil {
		s.side.Close()
		return nil, wrap(ctx, "open", err)
	}
	if s.streams, err = pgxpool.NewWithConfig(ctx, streamConfig(config, url)); err != nil {
		s.side.Close()
		s.reads.Close()
		return nil, wrap(ctx, "open", err)
	}
	s.writes = writeConfig(config)
	feed, stop := context.WithCancel(context.Background())
	s.stopFeed = stop
	go s.follow(feed)
	return s, nil
}

// Close ends the feed and closes every connection, after the queries that still run.
func (s *Store) Close() {
	s.stopFeed()
	<-s.feedEnded
	s.side.Close()
	s.streams.Close()
	s.reads.Close()
}

// Ping asks the database for a sign of life, on a connection that no query takes.
func (s *Store) Ping(ctx context.Context) error { return wrap(ctx, "ping", s.side.Ping(ctx)) }

// session sets what every connection has: limits, so that no statement, lock or
// forgotten transaction holds a connection for long, and UTC.
func session(config *pgx.ConnConfig, name string) {
	config.ConnectTimeout = connectTimeout
	params := config.RuntimeParams
	params["application_name"] = name
	params["TimeZone"] = "UTC"
	params["statement_timeout"] = "5s"
	params["lock_timeout"] = "2s"
	params["idle_in_transaction_session_timeout"] = "10s"
	params["jit"] = "off" // compiling takes far longer than these statements do
}

// cancelStatement ends the statement of a request that is given up, and the
// connection lives on.
func cancelStatement(conn *pgconn.PgConn) ctxwatch.Handler {
	return &pgconn.CancelRequestContextWatcherHandler{Conn: conn, DeadlineDelay: cancelTimeout}
}

// readConfig is for sessions that cannot write, and see one snapshot in each batch.
func readConfig(base *pgxpool.Config, url string) *pgxpool.Config {
	config := base.Copy()
	session(config.ConnConfig, "innoatlas")
	config.ConnConfig.RuntimeParams["default_transaction_read_only"] = "on"
	config.ConnConfig.RuntimeParams["default_transaction_isolation"] = "repeatable read"
	config.ConnConfig.BuildContextWatcherHandler = cancelStatement
	if !strings.Contains(url, "pool_max_conns") {
		config.MaxConns = int32(4 * runtime.GOMAXPROCS(0))
	}
	config.MaxConnLifetime = 30 * time.Minute
	config.MaxConnLifetimeJitter = 5 * time.Minute
	return config
}

// maxStreams is how many pieces of downloads are read at a time. Others wait for one
// to end.
const maxStreams = 4

// streamConfig is for downloads, so that many of them keep no query waiting.
func streamConfig(base *pgxpool.Config, url string) *pgxpool.Config {
	config := readConfig(base, url)
	config.ConnConfig.RuntimeParams["application_name"] = "innoatlas-stream"
	config.MinConns, config.MaxConns = 0, maxStreams
	return config
}

// sideConfig is for one connection that listens and one that answers for health.
func sideConfig(base *pgxpool.Config) *pgxpool.Config {
	config := base.Copy()
	session(config.ConnConfig, "innoatlas-health")
	config.ConnConfig.RuntimeParams["default_transaction_read_only"] = "on"
	config.MinConns, config.MaxConns = 0, 2
	return config
}

// writeConfig is for imports, whose statements may take as long as they need.
func writeConfig(base *pgxpool.Config) *pgx.ConnConfig {
	config := base.ConnConfig.Copy()
	session(config, "innoatlas-import")
	config.RuntimeParams["statement_timeout"] = "0"
	config.RuntimeParams["client_connection_check_interval"] = "1s" // an importer that is gone leaves no lock behind
	config.BuildContextWatcherHandler = cancelStatement
	return config
}

// read runs one answer on a connection of the pool, and again if that was dead, so
// ask must begin from nothing.
func (s *Store) read(ctx context.Context, what string, ask func(context.Context, *pgx.Conn) error) error {
	return wrap(ctx, what, twice(ctx, s.reads, func() error { return s.attempt(ctx, ask) }))
}

// twice tries once more, on a new connection, where the first turns out to be dead
// (the server was restarted, say). The other idle ones are then dead as well.
func twice(ctx context.Context, pool *pgxpool.Pool, try func() error) error {
	err := try()
	if isDead(err) && ctx.Err() == nil {
		pool.Reset()
		err = try()
	}
	return err
}

func (s *Store) attempt(ctx context.Context, ask func(context.Context, *pgx.Conn) error) error {
	conn, err := acquire(ctx, s.reads, acquireTimeout)
	if err != nil {
		return err
	}
	defer conn.Release()
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	return ask(ctx, conn.Conn())
}

func acquire(ctx context.Context, pool *pgxpool.Pool, patience time.Duration) (*pgxpool.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return pool.Acquire(ctx)
}
