package postgis

import (
	"context"
	"iter"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"innoatlas/geo"
)

// fetchRows is how many records a stream takes at a time.
const fetchRows = "1000"

// All streams every record that matches, from one snapshot. A cursor and not one
// long result: each fetch has the time limit of a statement, and a reader that
// stops reading holds the connection no longer than the server lets a
// transaction idle. Streams have connections of their own.
func (s *Store) All(ctx context.Context, q geo.Query) iter.Seq2[geo.Feature, error] {
	return func(yield func(geo.Feature, error) bool) {
		stmt := &statement{table: tables[q.Collection]}
		sql := "DECLARE records NO SCROLL CURSOR FOR SELECT " + stmt.table.fields + " FROM " + stmt.table.name +
			" WHERE " + stmt.where(q.Where()) + " ORDER BY " + stmt.order(q.Sort)
		conn, err := s.open(ctx, sql, stmt.args)
		if err != nil {
			yield(nil, wrap(ctx, "stream", err))
			return
		}
		defer conn.close(ctx)
		for more := true; more; {
			var features []geo.Feature
			if features, err = conn.fetch(ctx, stmt.table.scan); err != nil {
				yield(nil, wrap(ctx, "stream", err))
				return
			}
			more = len(features) > 0
			for _, f := range features {
				if !yield(f, nil) {
					return
				}
			}
		}
	}
}

// cursor is an open one, in a transaction of its own.
type cursor struct {
	conn *pgxpool.Conn
	tx   pgx.Tx
}

// open declares the cursor, on a new connection where the first was dead.
func (s *Store) open(ctx context.Context, sql string, args []any) (c *cursor, err error) {
	err = s.twice(ctx, func() error {
		c, err = s.declare(ctx, sql, args)
		return err
	})
	return c, err
}

func (s *Store) declare(ctx context.Context, sql string, args []any) (*cursor, error) {
	conn, err := s.acquire(ctx, s.streams)
	if err != nil {
		return nil, err
	}
	within, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	tx, err := conn.BeginTx(within, s.transaction(streamSettings))
	if err != nil {
		conn.Release()
		return nil, err
	}
	c := &cursor{conn: conn, tx: tx}
	if _, err := tx.Exec(within, sql, args...); err != nil {
		c.close(ctx)
		return nil, err
	}
	return c, nil
}

// fetch takes the next records. It asks the server for their form each time,
// because one statement text stands for cursors of both collections.
func (c *cursor) fetch(ctx context.Context, scan pgx.RowToFunc[geo.Feature]) ([]geo.Feature, error) {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	rows, err := c.tx.Query(ctx, "FETCH "+fetchRows+" FROM records", pgx.QueryExecModeDescribeExec)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scan)
}

// close gives the connection back, also when the request that asked is gone. A
// failed rollback closes the connection, which ends the transaction as well.
func (c *cursor) close(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), acquireTimeout)
	defer cancel()
	_ = c.tx.Rollback(ctx)
	c.conn.Release()
}
