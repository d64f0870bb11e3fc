package main

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// TestFailedReloadIsTriedAgain: a revision that cannot be read when it is announced
// is read later, and meanwhile /readyz says that the copy is behind.
func TestFailedReloadIsTriedAgain(t *testing.T) {
	t.Parallel()
	database := filled(t)
	s := start(t, "--database-url", database)
	locker, announcer := connect(t, database), connect(t, database)

	lock, err := locker.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	execute(t, lock, "LOCK TABLE cooperation IN ACCESS EXCLUSIVE MODE")
	execute(t, announcer, "UPDATE facility SET status = 'announced' WHERE id = 1; UPDATE dataset SET revision = revision + 1")
	eventually(t, "readiness tells that the copy is behind", func() bool {
		var readiness struct {
			Status   string
			Degraded *time.Time `json:"degraded_since"`
		}
		if err := json.Unmarshal(s.get(t, "/readyz"), &readiness); err != nil {
			t.Fatal(err)
		}
		return readiness.Status == "ready" && readiness.Degraded != nil
	})
	if err := lock.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the copy has the new revision", func() bool {
		return strings.Contains(string(s.get(t, "/collections/facilities/items/1")), `"status":"announced"`)
	})
}

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	connection, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { connection.Close(context.Background()) })
	return connection
}

// executor is a connection or a transaction.
type executor interface {
	Exec(context.Context, string, ...any) (pgconn.CommandTag, error)
}

func execute(t *testing.T, on executor, sql string) {
	t.Helper()
	if _, err := on.Exec(t.Context(), sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}
