package postgis_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"innoatlas/geo"
	"innoatlas/geo/postgis"
	"innoatlas/geo/postgis/postgistest"
)

// logged is a log that may be read while it is written.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logged) has(parts ...string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, part := range parts {
		if !strings.Contains(l.text.String(), part) {
			return false
		}
	}
	return true
}

func newLog() (*logged, postgis.Option) {
	l := &logged{}
	return l, postgis.LogTo(slog.New(slog.NewTextHandler(l, nil)))
}

// Whoever waits for a lock says for whom, be it another migration, a reader of a table
// that a step changes, or one that keeps an import from its tables, and goes on when it
// is free. Through a pooler as well.
func TestWhoWaitsSaysForWhom(t *testing.T) {
	t.Parallel()
	for name, through := range map[string]func(testing.TB, string, ...string) string{
		"directly":         func(_ testing.TB, url string, _ ...string) string { return url },
		"through a pooler": postgistest.Pooled,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			database := postgistest.Bare(t)
			url := through(t, database)
			holder := connect(t, database+"&application_name=somebody")
			pid := fmt.Sprintf("pid=%d", holder.PgConn().PID())
			ended := make(chan error, 1)

			execute(t, holder, fmt.Sprintf(`SELECT pg_advisory_lock(%d)`, postgis.MigrationLock))
			log, option := newLog()
			go func() {
				_, _, err := postgis.Migrate(t.Context(), url, option)
				ended <- err
			}()
			waitFor(t, "the migration says for whom it waits", func() bool { return log.has("advisory lock", "held_by=somebody", pid) })
			execute(t, holder, `SELECT pg_advisory_unlock_all()`)
			if err := <-ended; err != nil {
				t.Fatal(err)
			}

			log, option = newLog()
			store, err := postgis.Open(t.Context(), url, option)
			if err != nil {
				t.Fatal(err)
			}
			defer store.Close()
			execute(t, holder, `BEGIN; LOCK facility`)
			go func() {
				_, err := store.Import(t.Context(), small())
				ended <- err
			}()
			waitFor(t, "the import says for whom it waits", func() bool { return log.has("table facility", "held_by=somebody", pid) })
			execute(t, holder, `COMMIT`)
			if err := <-ended; err != nil {
				t.Error(err)
			}
		})
	}
}

// An import that another keeps out names it.
func TestRefusedImportNamesTheOther(t *testing.T) {
	t.Parallel()
	database := postgistest.Migrated(t)
	holder, store := connect(t, database+"&application_name=somebody"), open(t, database)
	execute(t, holder, `SELECT pg_advisory_lock($1)`, postgis.ImportLock)
	_, err := store.Import(t.Context(), small())
	if want := fmt.Sprintf("process %d, somebody", holder.PgConn().PID()); !errors.Is(err, postgis.ErrImportRunning) || !strings.Contains(err.Error(), want) {
		t.Errorf("Import = %v, want %v of %s", err, postgis.ErrImportRunning, want)
	}
}

// A step that waits for a table would keep all later readers of it waiting, so it gives
// way; whoever called tries again.
func TestMigrationGivesWay(t *testing.T) {
	t.Parallel()
	database := postgistest.Migrated(t)
	holder := connect(t, database)
	execute(t, holder, `UPDATE innoatlas_schema_version SET version = 5`)
	execute(t, holder, `BEGIN; LOCK innoatlas_schema_version IN ACCESS EXCLUSIVE MODE`)
	if _, _, err := postgis.Migrate(t.Context(), database); !errors.Is(err, geo.ErrUnavailable) {
		t.Errorf("Migrate = %v, want %v", err, geo.ErrUnavailable)
	}
	if _, err := postgis.Open(t.Context(), database); !errors.Is(err, geo.ErrUnavailable) {
		t.Errorf("Open = %v, want %v", err, geo.ErrUnavailable)
	}
}
