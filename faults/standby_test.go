package faults

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"innoatlas/geo/postgis/postgistest"
)

// cluster is a primary and a standby that follows it.
type cluster struct {
	*postgistest.Programs
	dir              string
	primary, standby string // their URLs
}

func newCluster(t *testing.T) *cluster {
	t.Helper()
	dir := postgistest.Folder(t)
	c := &cluster{Programs: postgistest.NewPrograms(t, dir), dir: dir}
	t.Cleanup(func() {
		for _, name := range []string{"standby", "primary"} {
			c.Command("pg_ctl", "-D", filepath.Join(dir, name), "-m", "immediate", "stop").Run()
		}
	})
	c.Do(t, "initdb", "-D", filepath.Join(dir, "primary"), "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C")
	c.begin(t, "primary", 5432)
	c.Do(t, "pg_basebackup", "-h", dir, "-p", "5432", "-U", "postgres", "-D", filepath.Join(dir, "standby"), "-R", "-X", "stream", "-c", "fast")
	c.begin(t, "standby", 5433)
	c.primary = fmt.Sprintf("postgres://postgres@/postgres?host=%s&port=5432", dir)
	c.standby = fmt.Sprintf("postgres://postgres@/postgres?host=%s&port=5433", dir)
	return c
}

func (c *cluster) begin(t *testing.T, name string, port int) {
	t.Helper()
	options := fmt.Sprintf("-c listen_addresses= -c unix_socket_directories=%s -c port=%d -c fsync=off -c max_standby_streaming_delay=0", c.dir, port)
	c.Do(t, "pg_ctl", "-D", filepath.Join(c.dir, name), "-l", filepath.Join(c.dir, name+".log"), "-o", options, "-w", "start")
}

// A primary vanishes without a word, and its standby becomes the primary.
func TestPromotion(t *testing.T) {
	for name, want := range map[string]string{"any host": "", "a host that writes": "&target_session_attrs=read-write"} {
		t.Run(name, func(t *testing.T) {
			c := newCluster(t)
			fill(t, c.primary)
			await(t, "the standby has everything", patience, func() bool { return records(t, c.standby) == records(t, c.primary) })
			first, one := postgistest.NewProxy(t, c.primary)
			_, two := postgistest.NewProxy(t, c.standby)
			s := local(t, "--database-url", twoHosts(one, two)+want, "--reads", "database")
			l := s.load(16)
			time.Sleep(2 * time.Second)
			first.LoseAll()
			time.Sleep(4 * time.Second)
			c.Do(t, "pg_ctl", "-D", filepath.Join(c.dir, "standby"), "-w", "promote")
			promoted := time.Now()
			time.Sleep(20 * time.Second)
			good, bad, last := l.end(promoted)
			t.Logf("%d answers were right, %d were not, the slowest took %v", good, bad, l.slowest)
			atMost(t, "the last wrong answer after the promotion", last, 3*time.Second)
			name := rename(t, c.standby)
			atMost(t, "a change of the new primary shows", await(t, "the change shows", patience, func() bool { return s.shows(name) }), 5*time.Second)
		})
	}
}

// A copy follows a standby, which cannot LISTEN, by what was changed, and goes on when that is the primary.
func TestStandbyIsFollowed(t *testing.T) {
	c := newCluster(t)
	fill(t, c.primary)
	await(t, "the standby has everything", patience, func() bool { return records(t, c.standby) == records(t, c.primary) })
	s := local(t, "--database-url", c.standby)
	for range 5 {
		name := rename(t, c.primary)
		atMost(t, "a change shows", await(t, "the change shows", patience, func() bool { return s.shows(name) }), 2*time.Second)
	}
	c.Do(t, "pg_ctl", "-D", filepath.Join(c.dir, "standby"), "-w", "promote")
	name := rename(t, c.standby)
	await(t, "a change of the new primary shows", patience, func() bool { return s.shows(name) })
	s.cmd.Process.Kill()
	<-s.ended
	if log := s.logs.String(); strings.Contains(log, "read whole") || strings.Count(log, `"msg":"new revision"`) < 6 {
		t.Errorf("the log is\n%s", log)
	}
}

func records(t *testing.T, database string) (n int) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if err := conn.QueryRow(t.Context(), `SELECT count(*) FROM facility`).Scan(&n); err != nil {
		return -1
	}
	return n
}
