package postgis

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Option is a choice of whoever opens or migrates a database.
type Option func(*options)

type options struct {
	log   *slog.Logger
	roles []string
}

// LogTo names the log for what is waited for, and what failed beside the requests.
// Without it nothing is logged.
func LogTo(log *slog.Logger) Option { return func(o *options) { o.log = log } }

// As names roles, ReaderRole or EditorRole: a store's sessions take the first that the login may, and
// have its rights and no others. Where it may take none they have its own: see Store.Role.
func As(roles ...string) Option { return func(o *options) { o.roles = roles } }

func optionsOf(choices []Option) options {
	o := options{log: slog.New(slog.DiscardHandler)}
	for _, choose := range choices {
		choose(&o)
	}
	return o
}

// settings are what a session or a transaction has: name and value by turns.
type settings []string

// readSettings are limits, so that no statement, lock or forgotten transaction holds
// a connection for long. Compiling takes far longer than these statements do.
var readSettings = settings{
	"statement_timeout", "5s", "lock_timeout", "2s", "idle_in_transaction_session_timeout", "10s", "jit", "off",
	"client_encoding", "UTF8",
}

// workSettings are for what may take as long as it needs. One whose client is gone
// leaves no lock behind.
var workSettings = settings{
	"statement_timeout", "0", "lock_timeout", "0", "idle_in_transaction_session_timeout", "60s", "jit", "off",
	"client_connection_check_interval", "1s", "client_encoding", "UTF8",
}

// with changes one value.
func (s settings) with(name, value string) settings {
	changed := append(settings{}, s...)
	for i := 0; i < len(changed); i += 2 {
		if changed[i] == name {
			changed[i+1] = value
		}
	}
	return changed
}

// as adds the role that a session or a transaction takes; "" adds nothing.
func (s settings) as(role string) settings {
	if role == "" {
		return s
	}
	return append(slices.Clip(s), "role", role)
}

// begin is a statement that opens a transaction with these settings.
func (s settings) begin(mode string) string {
	var b strings.Builder
	b.WriteString("BEGIN " + mode)
	for i := 0; i < len(s); i += 2 {
		b.WriteString("; SET LOCAL " + s[i] + " = '" + s[i+1] + "'")
	}
	return b.String()
}

// oneSnapshot is the mode of everything that reads.
const oneSnapshot = "ISOLATION LEVEL REPEATABLE READ READ ONLY"

// named has what every session may have, also behind a pooler: a name, UTC and UTF-8.
// Statements with a name of their own are kept by the server, for each connection, so
// only what is asked for again and again has them: see repeated.
func named(base *pgx.ConnConfig, name string, ls *lines) *pgx.ConnConfig {
	config := base.Copy()
	config.ConnectTimeout = connectTimeout
	config.DialFunc = ls.dial
	config.RuntimeParams["application_name"] = name
	config.RuntimeParams["TimeZone"] = "UTC"
	config.RuntimeParams["client_encoding"] = "UTF8" // whatever the database's default is: GBK, say
	config.DefaultQueryExecMode = pgx.QueryExecModeCacheDescribe
	config.DescriptionCacheCapacity = keptStatements
	config.BuildContextWatcherHandler = cancelStatement
	return config
}

// keptStatements is of how many statements a connection remembers the form, in the
// order of their use. Filters make ever new ones, and the driver would keep 512, each
// of which takes half a megabyte of the server.
const keptStatements = 64

// cancelStatement ends the statement of a request that is given up, and the
// connection lives on.
func cancelStatement(conn *pgconn.PgConn) ctxwatch.Handler {
	return &pgconn.CancelRequestContextWatcherHandler{Conn: conn, DeadlineDelay: cancelTimeout}
}

// access is how a store reaches its database.
type access struct {
	base   *pgxpool.Config // as the URL has it
	lines  *lines
	pooled bool // a pooler gives each transaction another session

	wanted  []string // roles that sessions should take, the best first
	role    string   // the one that they take; "" the login's own
	because string   // why that is not the first
}

// session is a pool whose sessions only read. A server takes the settings when a
// connection is made. A pooler refuses them, or leaves them out, so that each
// transaction must bring them: see Store.transaction.
func (a *access) session(name string, set settings, most int) *pgxpool.Config {
	config := a.base.Copy()
	config.ConnConfig = named(a.base.ConnConfig, name, a.lines)
	config.BeforeConnect = prefer
	config.AfterConnect = a.settle
	config.ShouldPing = func(context.Context, pgxpool.ShouldPingParams) bool { return false } // acquire does
	config.MinConns, config.MinIdleConns, config.MaxConns = 0, 0, int32(most)
	config.MaxConnLifetime = 30 * time.Minute
	config.MaxConnLifetimeJitter = 5 * time.Minute
	if !a.pooled {
		startWith(config.ConnConfig, set.as(a.role))
	}
	return config
}

// startWith gives a connection its settings from the beginning.
func startWith(config *pgx.ConnConfig, set settings) {
	for i := 0; i < len(set); i += 2 {
		config.RuntimeParams[set[i]] = set[i+1]
	}
	config.RuntimeParams["default_transaction_isolation"] = "repeatable read"
}

// settle finishes a new connection. That it cannot write is said only now: a URL with
// target_session_attrs=read-write asks the session itself whether it could.
func (a *access) settle(ctx context.Context, conn *pgx.Conn) error {
	if !a.pooled {
		if _, err := conn.Exec(ctx, "SET default_transaction_read_only = on"); err != nil {
			return err
		}
	}
	lineOf(conn).silence.Store(0)
	return nil
}

// unhurried is for sessions that wait for notifications: the end of such a wait is no
// reason to tell the server to stop what it does.
func (a *access) unhurried(config *pgxpool.Config) *pgxpool.Config {
	config.ConnConfig.BuildContextWatcherHandler = a.base.ConnConfig.BuildContextWatcherHandler
	return config
}

// repeated lets the statements of a pool have names, so that the server parses and
// plans them once. That needs a session which stays the same.
func (a *access) repeated(config *pgxpool.Config) *pgxpool.Config {
	if !a.pooled {
		config.ConnConfig.DefaultQueryExecMode = pgx.QueryExecModeCacheStatement
		config.ConnConfig.StatementCacheCapacity = keptStatements
	}
	return config
}
