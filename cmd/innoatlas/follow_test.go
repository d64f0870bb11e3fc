package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
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
	execute(t, lock, "LOCK TABLE facility_source IN ACCESS EXCLUSIVE MODE")
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

// A server that follows answers to the byte as one that starts now, after each kind of change, and
// reads nothing whole for that.
func TestFollowerIsAsOneThatStarts(t *testing.T) {
	t.Parallel()
	database := filled(t)
	follower, hand := startPlain(t, "--database-url", database), connect(t, database)
	command := func(args ...string) { mustRun(t, append(args, "--database-url", database)...) }
	file := filepath.Join(t.TempDir(), "more.csv")
	err := os.WriteFile(file, []byte("slug,name,kind,country,lat,lon,partners\nmore,More,joint-laboratory,LAO,18,102.6,Xiamen University (CHN)\n"+
		"hiseaton-brunei-cage-culture,,,,4.9,114.9,\n"), 0o600)
	if err != nil {
		t.Fatal(err)
	}
	paths := slices.Concat(answers, []string{"/collections/facilities/items?limit=1000", "/collections/institutions/items?limit=1000", "/collections/partnerships/items?limit=1000",
		"/collections/projects/items?limit=1000", "/collections/institutions/facets", "/collections/partnerships/facets", "/collections/projects/facets",
		"/collections/facilities/items?q=more&lang=th", "/institutions/xiamen-university?f=json"})
	slugs := slugsOf(t, hand)
	for _, step := range []struct {
		what string
		do   func()
	}{
		{"records by hand", func() {
			execute(t, hand, `UPDATE facility SET name = 'By hand', status = 'closed' WHERE id = 1; DELETE FROM facility WHERE id = 2;
				UPDATE facility SET geom = NULL, zorder = 1::bigint << 62 WHERE id = 3`)
			execute(t, hand, `INSERT INTO facility (id, slug, name, kind, zorder) VALUES (5000, 'new-by-hand', 'New', 'joint-laboratory', 1::bigint << 62)`)
			execute(t, hand, `UPDATE institutions SET name = 'An institution by hand' WHERE id = (SELECT min(id) FROM institutions)`)
			execute(t, hand, `UPDATE projects SET summary = 'By hand' WHERE id = (SELECT min(id) FROM projects); DELETE FROM projects WHERE id = (SELECT max(id) FROM projects)`)
		}},
		{"what stands beside records", func() {
			execute(t, hand, `UPDATE kind SET position = -position; UPDATE sector SET labels = labels || '{"en": "Another"}' WHERE id = 'new-energy'`)
			execute(t, hand, `UPDATE country SET names = names || '{"en": "Siam"}' WHERE code = 'THA'; DELETE FROM cooperation WHERE country = 'LAO'`)
			execute(t, hand, `INSERT INTO record_text VALUES ('facilities', 5, 'th', 'name', 'ก', 'person') ON CONFLICT (collection, record, lang, field) DO UPDATE SET text = 'ก'`)
			execute(t, hand, `DELETE FROM facility_source WHERE facility_id = 7; UPDATE dataset SET attribution = 'By hand'; TRUNCATE synonym`)
		}},
		{"commands", func() {
			command("import", file)
			command("rename", slugs[3], "another-name")
			command("delete", slugs[4], "--reason", "a test")
			command("merge", slugs[6], slugs[7])
			command("delete", slugs[8], "--reason", "a test")
			command("restore", slugs[8])
		}},
	} {
		step.do()
		fresh := startPlain(t, "--database-url", database)
		for _, path := range paths {
			_, _, want := fresh.read(t, path)
			want = changing.ReplaceAllString(want, "")
			var got string
			for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
				_, _, got = follower.read(t, path)
				if got = changing.ReplaceAllString(got, ""); got == want {
					break
				}
			}
			if got != want {
				t.Fatalf("after %s the follower answers %s otherwise\n%s", step.what, path, firstDifference(want, got))
			}
		}
		fresh.cmd.Process.Kill()
	}
	if err := follower.stop(t); err != nil {
		t.Error(err)
	}
	if log := follower.logs.String(); !strings.Contains(log, `"msg":"new revision"`) || strings.Contains(log, "read whole") {
		t.Errorf("the log of the follower is\n%s", log)
	}
}

// slugsOf are those of all facilities, in the order of their ids.
func slugsOf(t *testing.T, conn *pgx.Conn) []string {
	t.Helper()
	rows, err := conn.Query(t.Context(), `SELECT slug::text FROM facility ORDER BY id`)
	if err != nil {
		t.Fatal(err)
	}
	slugs, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return slugs
}
