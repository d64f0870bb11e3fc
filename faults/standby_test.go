package faults

import (
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"innoatlas/geo/postgis/postgistest"
)

// cluster is a primary and a standby that follows it.
type cluster struct {
	dir, bin         string
	primary, standby string // their URLs
}

func newCluster(t *testing.T) *cluster {
	t.Helper()
	dir, err := os.MkdirTemp("", "innoatlas-standby") // not t.TempDir, into which no other user may look
	if err != nil {
		t.Fatal(err)
	}
	c := &cluster{dir: dir, bin: binaries(t)}
	if owner := asOwner(t); owner != nil {
		if err := os.Chown(dir, int(owner.Uid), int(owner.Gid)); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		for _, name := range []string{"standby", "primary"} {
			c.command(t, "pg_ctl", "-D", filepath.Join(dir, name), "-m", "immediate", "stop").Run()
		}
		os.RemoveAll(dir)
	})
	c.do(t, "initdb", "-D", filepath.Join(dir, "primary"), "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C")
	c.begin(t, "primary", 5432)
	c.do(t, "pg_basebackup", "-h", dir, "-p", "5432", "-U", "postgres", "-D", filepath.Join(dir, "standby"), "-R", "-X", "stream", "-c", "fast")
	c.begin(t, "standby", 5433)
	c.primary = fmt.Sprintf("postgres://postgres@/postgres?host=%s&port=5432", dir)
	c.standby = fmt.Sprintf("postgres://postgres@/postgres?host=%s&port=5433", dir)
	return c
}

// binaries is where the programs of the tests' server are.
func binaries(t *testing.T) (dir string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), os.Getenv("INNOATLAS_TEST_DATABASE_URL"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if err := conn.QueryRow(t.Context(), `SELECT setting FROM pg_config WHERE name = 'BINDIR'`).Scan(&dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

// asOwner is whom a server runs as, which must not be root.
func asOwner(t *testing.T) *syscall.Credential {
	t.Helper()
	if os.Getuid() != 0 {
		return nil
	}
	owner, err := user.Lookup("postgres")
	if err != nil {
		t.Fatal(err)
	}
	uid, _ := strconv.Atoi(owner.Uid)
	gid, _ := strconv.Atoi(owner.Gid)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}

func (c *cluster) command(t *testing.T, name string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(filepath.Join(c.bin, name), args...)
	cmd.Dir = c.dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: asOwner(t)}
	return cmd
}

func (c *cluster) do(t *testing.T, name string, args ...string) {
	t.Helper()
	said, err := os.Create(filepath.Join(c.dir, "said")) // a file, since a server that was started would hold a pipe open
	if err != nil {
		t.Fatal(err)
	}
	defer said.Close()
	cmd := c.command(t, name, args...)
	cmd.Stdout, cmd.Stderr = said, said
	if err := cmd.Run(); err != nil {
		text, _ := os.ReadFile(said.Name())
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, text)
	}
}

func (c *cluster) begin(t *testing.T, name string, port int) {
	t.Helper()
	options := fmt.Sprintf("-c listen_addresses= -c unix_socket_directories=%s -c port=%d -c fsync=off -c max_standby_streaming_delay=0", c.dir, port)
	c.do(t, "pg_ctl", "-D", filepath.Join(c.dir, name), "-l", filepath.Join(c.dir, name+".log"), "-o", options, "-w", "start")
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
			c.do(t, "pg_ctl", "-D", filepath.Join(c.dir, "standby"), "-w", "promote")
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
	c.do(t, "pg_ctl", "-D", filepath.Join(c.dir, "standby"), "-w", "promote")
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
