package postgis

import (
	"context"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"innoatlas/geo"
)

// openTimeout is for one attempt to open a database, all hosts of its URL together.
const openTimeout = 10 * time.Second

// look finds out, on a connection of its own, whether a pooler stands before the
// database, whether its schema is this program's, and how many connections there are.
func (a *access) look(ctx context.Context) (room int, err error) {
	ctx, cancel := context.WithTimeout(ctx, openTimeout)
	defer cancel()
	conn, err := a.lookAs(ctx, false)
	if refusesSettings(err) {
		conn, err = a.lookAs(ctx, true)
	}
	if err != nil {
		return 0, err
	}
	defer conn.Close(ctx)
	lineOf(conn).silence.Store(0)
	err = pgx.BeginTxFunc(ctx, conn, pgx.TxOptions{AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) (err error) {
		room, err = a.lookIn(ctx, tx)
		return err
	})
	return room, err
}

// lookIn does so in one transaction, in the role that all others will have.
func (a *access) lookIn(ctx context.Context, tx pgx.Tx) (room int, err error) {
	if err := a.takeRole(ctx, tx); err != nil {
		return 0, err
	}
	if err := checkEncoding(ctx, tx.Conn()); err != nil {
		return 0, err
	}
	if err := checkSchema(ctx, tx.Conn()); err != nil {
		return 0, err
	}
	var kept bool
	if err := tx.QueryRow(ctx, roomText).Scan(&room, &kept); err != nil {
		return 0, err
	}
	a.pooled = a.pooled || !kept
	return room, nil
}

func (a *access) lookAs(ctx context.Context, pooled bool) (*pgx.Conn, error) {
	a.pooled = pooled
	config := named(a.base.ConnConfig, "innoatlas-health", a.lines)
	if !pooled {
		startWith(config, readSettings)
	}
	if err := prefer(ctx, config); err != nil {
		return nil, err
	}
	return pgx.ConnectConfig(ctx, config)
}

// refusesSettings reports a pooler that takes no settings when a connection is made,
// as PgBouncer does unless it is told otherwise.
func refusesSettings(err error) bool {
	return err != nil && strings.Contains(err.Error(), "unsupported startup parameter")
}

// roomText asks how many connections the server has for this user in this database,
// and whether the session kept the limits that it was begun with.
const roomText = `
SELECT least(
	current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int,
	(SELECT nullif(rolconnlimit, -1) FROM pg_roles WHERE rolname = session_user),
	(SELECT nullif(datconnlimit, -1) FROM pg_database WHERE datname = current_database())),
	current_setting('statement_timeout') = '5s' AND current_setting('jit') = 'off' AND current_setting('client_encoding') = 'UTF8'`

// sizes are how many connections each pool may have.
type sizes struct{ reads, costly, streams int }

// sizesFor leaves room for three more servers like this one: a quarter of what there
// is, of which a rolling restart takes two. An operator's own number is for reads.
func sizesFor(room, chosen int) sizes {
	share := room / 4
	streams := min(max(share/4, 1), maxStreams)
	reads := min(max(share-streams-2, 2), 4*geo.Processors()) // two are for health and the feed
	if chosen > 0 {
		reads = chosen
	}
	return sizes{reads: reads, costly: max(reads/2, 1), streams: streams}
}
