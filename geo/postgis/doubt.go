package postgis

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// doubtAfter is how long an answer may take before the server is asked whether it
// knows of the question at all.
const doubtAfter = 1500 * time.Millisecond

// doubt looks after a question under way on a connection, until stop. Where the server
// says that it has nothing to do there, the question or its answer was lost on the way,
// so nobody waits any longer and it is asked again. Behind a pooler nobody can tell.
func (s *Store) doubt(conn *pgx.Conn) (stop func() bool) {
	line, session := lineOf(conn), conn.PgConn().PID()
	return time.AfterFunc(doubtAfter, func() {
		since := line.waiting.Load()
		if since == 0 || time.Since(time.Unix(0, since)) < doubtAfter/2 || !s.asking.TryLock() {
			return // something comes, or others ask already
		}
		defer s.asking.Unlock()
		if s.isIdle(session) && line.waiting.Load() == since {
			line.giveUp()
		}
	}).Stop
}

// isIdle asks, beside all others, whether a session waits for a question, or is gone.
func (s *Store) isIdle(session uint32) (idle bool) {
	ctx, cancel := context.WithTimeout(s.running, pollTimeout)
	defer cancel()
	conn, err := s.acquire(ctx, s.side)
	if err != nil {
		return false
	}
	defer giveBack(conn)
	batch := &pgx.Batch{}
	batch.Queue(asLogin)
	batch.Queue(`SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE pid = $1 AND state <> 'idle')`, session).QueryRow(func(row pgx.Row) error { return row.Scan(&idle) })
	return conn.SendBatch(ctx, batch).Close() == nil && idle
}
