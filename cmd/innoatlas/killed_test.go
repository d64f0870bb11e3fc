package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"innoatlas/geo/postgis/postgistest"
)

// written is what changes a database, and the name of its connection. INNOATLAS_KILLS is at how many
// points each is killed, as `make test-writes` has it; without it an import is, at a few.
var written = []struct {
	what, session string
	args          []string
}{
	{"import", "innoatlas-import", []string{"import", "FILE"}},
	{"delete", "innoatlas-edit", []string{"delete", "hiseaton-brunei-cage-culture", "--reason", "a test"}},
	{"merge", "innoatlas-edit", []string{"merge", "hiseaton-brunei-cage-culture", "cattc-nanning"}},
	{"revert", "innoatlas-edit", []string{"revert", "3"}},
}

// TestKilledAnywhere kills what writes, after so many messages to the database: the program, the
// process that serves it, and all of PostgreSQL, with SIGKILL. Nothing is left of it then, and what
// comes next does the whole.
func TestKilledAnywhere(t *testing.T) {
	t.Parallel()
	points, err := strconv.Atoi(os.Getenv("INNOATLAS_KILLS"))
	whole := err == nil
	if !whole {
		points = 3
	}
	k := &killing{cluster: postgistest.NewCluster(t, postgistest.Folder(t))}
	k.cluster.Exec(t, "template1", `CREATE DATABASE base`)
	file := k.fill(t, k.cluster.URL("base"))
	for n, one := range written {
		if n > 0 && !whole {
			break
		}
		args := append([]string{}, one.args...)
		if one.what == "import" {
			args[1] = file
		}
		t.Run(one.what, func(t *testing.T) { k.everywhere(t, one.session, args, points, whole) })
	}
}

// killing is a server that is killed, and the database on it that is written to.
type killing struct {
	cluster *postgistest.Cluster
	steps   *postgistest.Steps
	url     string // through steps
	direct  string
	session string
}

// fill gives a database three revisions, and makes a file that adds, changes and leaves records.
func (k *killing) fill(t *testing.T, database string) (file string) {
	t.Helper()
	mustRun(t, "migrate", "--database-url", database)
	mustRun(t, "import", "../../geo/dataset/builtin", "--database-url", database)
	file = filepath.Join(t.TempDir(), "facilities.csv")
	writeFile(t, file, "slug,status,city\nhiseaton-brunei-cage-culture,closed,Elsewhere\ncattc-nanning,planned,\n")
	mustRun(t, "import", file, "--database-url", database)
	writeFile(t, file, madeRecords(300)+"hiseaton-brunei-cage-culture,,Renamed,,,,\n")
	return file
}

func madeRecords(n int) string {
	var b strings.Builder
	b.WriteString("slug,kind,name,country,lon,lat,summary\n")
	for i := range n {
		fmt.Fprintf(&b, "made-%d,joint-laboratory,Laboratory %[1]d,THA,%d.5,14,%s\n", i, 99+i%5, strings.Repeat("words ", 40))
	}
	return b.String()
}

// everywhere runs a command once as it is, and then kills it at points that lie over all of it.
func (k *killing) everywhere(t *testing.T, session string, args []string, points int, whole bool) {
	k.session = session
	k.anew(t)
	k.steps.After(0, nil)
	mustRun(t, append(args, "--as", "a test", "--database-url", k.url)...)
	messages, want := k.steps.Count(), contentOf(t, k.direct)
	if messages < 20 {
		t.Fatalf("there are %d messages", messages)
	}
	k.anew(t)
	before := everythingOf(t, k.direct)
	for n := range points {
		at := 1 + n*(messages-4)/max(points-1, 1) // the last two commit, and say goodbye
		for kind, kill := range map[string]func(*exec.Cmd){
			"program": func(cmd *exec.Cmd) { cmd.Process.Kill() },
			"session": func(*exec.Cmd) { k.cluster.KillSessions(t, session) },
			"server":  func(*exec.Cmd) { k.cluster.Kill(t) },
		} {
			if kind == "server" && n%4 != 1 || !whole && (kind == "session") != (n == 1) && kind != "server" {
				continue
			}
			said := k.kill(t, args, at, kill, kind == "server")
			if now := everythingOf(t, k.direct); now != before {
				t.Fatalf("the %s killed after message %d of %d leaves something:\n%s", kind, at, messages, firstDifference(before, now))
			}
			if kind != "program" && !strings.Contains(said, "database") {
				t.Errorf("the %s killed after message %d of %d: the program says %q", kind, at, messages, said)
			}
		}
	}
	// With time to wait, the program does it again itself.
	k.steps.After(messages/2, func() { k.cluster.KillSessions(t, session) })
	mustRun(t, append(args, "--as", "a test", "--database-url", k.url)...)
	if got := contentOf(t, k.direct); got != want {
		t.Errorf("killed half way, it did in the end:\n%s", firstDifference(want, got))
	}
	t.Logf("%d messages, killed at %d points: nothing was left", messages, points)
}

// anew makes the database that is written to.
func (k *killing) anew(t *testing.T) {
	t.Helper()
	k.cluster.Exec(t, "template1", `DROP DATABASE IF EXISTS written WITH (FORCE)`)
	k.cluster.Exec(t, "template1", `CREATE DATABASE written TEMPLATE base`)
	k.direct = k.cluster.URL("written")
	k.steps, k.url = postgistest.NewSteps(t, k.direct, k.session)
}

// kill runs the command, kills something after a message, and gives what the command said.
func (k *killing) kill(t *testing.T, args []string, at int, kill func(*exec.Cmd), restarts bool) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := plainProgram(t, ctx, append(args, "--as", "a test", "--database-wait", "0s", "--database-url", k.url)...)
	var said bytes.Buffer
	cmd.Stderr = &said
	reached := make(chan bool, 1)
	k.steps.After(at, func() {
		kill(cmd)
		reached <- true
	})
	if err := cmd.Run(); err == nil {
		t.Fatalf("killed after message %d, it ended well", at)
	}
	select {
	case <-reached:
	case <-time.After(10 * time.Second):
		t.Fatalf("it ended before message %d: %s", at, said.String())
	}
	if restarts {
		k.cluster.Start(t)
	}
	k.cluster.Await(t)
	return said.String()
}

// rest is what is left of a session that is gone: the session, its locks, its tables.
const rest = `SELECT (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'innoatlas%')
	+ (SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE locktype = 'advisory' AND datname = current_database())
	+ (SELECT count(*) FROM pg_class WHERE relpersistence = 't')`

// everythingOf is all that a database holds, once nobody works on it.
func everythingOf(t *testing.T, database string) string {
	t.Helper()
	return rowsOf(t, database, `SELECT t::text AS row`, `relkind = 'r'`)
}

// contentOf is what a command makes of a database, without when and under what name that was.
func contentOf(t *testing.T, database string) string {
	t.Helper()
	return rowsOf(t, database, `SELECT to_jsonb(t) - ''{updated,at,started,backend,first,number,line}''::text[] AS row`, `relname NOT IN ('dataset', 'revision_name')`)
}

func rowsOf(t *testing.T, database, row, tables string) (text string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	for since := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		var left int
		if err := conn.QueryRow(t.Context(), rest).Scan(&left); err != nil {
			t.Fatal(err)
		}
		if left == 0 {
			break
		}
		if time.Since(since) > 20*time.Second {
			t.Fatalf("%d sessions, locks and temporary tables are left", left)
		}
	}
	err = conn.QueryRow(t.Context(), `
		SELECT string_agg(relname || ' ' || query_to_xml('`+row+` FROM ' || quote_ident(relname) || ' t ORDER BY 1', false, true, '')::text, E'\n' ORDER BY relname)
		FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'spatial_ref_sys' AND `+tables).Scan(&text)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
