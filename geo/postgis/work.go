package postgis

import (
	"context"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
)

// work is what changes a database: a connection of its own, and one transaction that
// may take as long as it needs.
type work struct {
	config *pgx.ConnConfig
	log    *slog.Logger
	mode   string // of the transaction; "" the usual one
	role   string // that it takes; "" none
}

func newWork(url, name string, options []Option) (work, error) {
	config, err := parseURL(url)
	if err != nil {
		return work{}, err
	}
	return workOn(config.ConnConfig, name, optionsOf(options).log), nil
}

// work is one of the store, in the role that this has.
func (s *Store) work(name string) work {
	w := workOn(s.base.ConnConfig, name, s.log)
	w.role = s.role
	return w
}

// ownersWork is one that only the owner of the tables may do, with the rights of the login.
func (s *Store) ownersWork(name string) work { return workOn(s.base.ConnConfig, name, s.log) }

func workOn(base *pgx.ConnConfig, name string, log *slog.Logger) work {
	return work{config: named(base, name, &lines{unsent: workTimeout}), log: log}
}

func (w work) connect(ctx context.Context) (*pgx.Conn, error) {
	config := w.config.Copy()
	if err := prefer(ctx, config); err != nil {
		return nil, err
	}
	conn, err := pgx.ConnectConfig(ctx, config)
	if err == nil {
		lineOf(conn).silence.Store(0)
	}
	return conn, err
}

// run does something in a transaction, and says in the log for whom that waits.
func (w work) run(ctx context.Context, do func(pgx.Tx) error) error {
	conn, err := w.connect(ctx)
	if err != nil {
		return err
	}
	defer hangUp(ctx, conn)
	return pgx.BeginTxFunc(ctx, conn, pgx.TxOptions{BeginQuery: workSettings.as(w.role).begin(w.mode)}, func(tx pgx.Tx) error {
		var session int
		if err := tx.QueryRow(ctx, "SELECT pg_backend_pid()").Scan(&session); err != nil { // not a pooler's number
			return err
		}
		watching, stop := context.WithCancel(ctx)
		defer stop()
		go w.sayWaits(watching, session)
		return do(tx)
	})
}

// hangUp closes a connection, also where the caller has gone.
func hangUp(ctx context.Context, conn *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTimeout)
	defer cancel()
	conn.Close(ctx)
}

// The first word of a wait comes soon, others as it goes on.
const (
	firstWord = time.Second
	nextWord  = 5 * time.Second
)

// sayWaits logs what a session waits for, as long as it does, until ctx ends.
func (w work) sayWaits(ctx context.Context, session int) {
	for pause := firstWord; ; pause = nextWord {
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
		if err := w.sayWait(ctx, session); err != nil && ctx.Err() == nil {
			w.log.Warn("what is waited for could not be asked", "error", oneLine{err}.Error())
		}
	}
}

// waitText names the lock that session $1 waits for, and who stands before it.
const waitText = `
SELECT coalesce((SELECT coalesce('table ' || relation::regclass, locktype || ' lock') FROM pg_locks WHERE pid = $1 AND NOT granted LIMIT 1), 'lock'),
       a.pid, coalesce(a.application_name, ''), coalesce(a.state, ''), coalesce(extract(epoch FROM clock_timestamp() - a.xact_start), 0)::int
FROM unnest(pg_blocking_pids($1)) WITH ORDINALITY AS before(pid, place) JOIN pg_stat_activity a USING (pid)
ORDER BY place`

// sayWait logs each session that stands before this one.
func (w work) sayWait(ctx context.Context, session int) error {
	ctx, cancel := context.WithTimeout(ctx, openTimeout)
	defer cancel()
	conn, err := w.connect(ctx)
	if err != nil {
		return err
	}
	defer hangUp(ctx, conn)
	rows, err := conn.Query(ctx, waitText, session)
	if err != nil {
		return err
	}
	var lock, name, state string
	var pid, seconds int
	_, err = pgx.ForEachRow(rows, []any{&lock, &pid, &name, &state, &seconds}, func() error {
		w.log.Warn("waiting for a lock", "for", lock, "held_by", name, "pid", pid, "state", state, "held_s", seconds)
		return nil
	})
	return err
}
