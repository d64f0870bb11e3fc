package postgistest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Cluster is a server of a test's own, which it may kill.
type Cluster struct{ *Programs }

// NewCluster starts one in a folder, which it fills; settings are lines of its configuration.
func NewCluster(t testing.TB, dir string, settings ...string) *Cluster {
	t.Helper()
	c := &Cluster{NewPrograms(t, dir)}
	c.Do(t, "initdb", "-D", c.data(), "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C", "--wal-segsize=1")
	conf := append([]string{"listen_addresses = ''", "unix_socket_directories = '" + dir + "'", "fsync = off", "min_wal_size = 2MB", "max_wal_size = 32MB",
		"shared_buffers = 64MB"}, settings...)
	file, err := os.OpenFile(filepath.Join(c.data(), "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := file.WriteString(strings.Join(conf, "\n") + "\n"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Command("pg_ctl", "-D", c.data(), "-m", "immediate", "stop").Run() })
	c.Start(t)
	return c
}

func (c *Cluster) data() string { return filepath.Join(c.dir, "data") }

// URL is that of a database on it.
func (c *Cluster) URL(database string) string {
	return "postgres://postgres@/" + database + "?host=" + c.dir
}

// Start starts the server, and waits until it answers.
func (c *Cluster) Start(t testing.TB) {
	t.Helper()
	c.Do(t, "pg_ctl", "-D", c.data(), "-l", filepath.Join(c.dir, "log"), "-w", "start")
}

// Kill ends all processes of the server with SIGKILL.
func (c *Cluster) Kill(t testing.TB) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(c.data(), "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	postmaster, err := strconv.Atoi(first)
	if err != nil || postmaster < 2 {
		t.Fatalf("postmaster.pid has %q", first)
	}
	pids := append([]int{postmaster}, c.sessions(t, "")...)
	for _, pid := range pids {
		syscall.Kill(pid, syscall.SIGKILL)
	}
	for _, pid := range pids {
		for syscall.Kill(pid, 0) == nil && !isZombie(pid) {
			time.Sleep(5 * time.Millisecond)
		}
	}
	for _, name := range []string{"data/postmaster.pid", ".s.PGSQL.5432", ".s.PGSQL.5432.lock"} { // which name what may wait to be asked about
		os.Remove(filepath.Join(c.dir, name))
	}
}

// isZombie tells a process that has ended, and that nobody has asked about.
func isZombie(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err != nil || strings.Contains(string(stat), ") Z ")
}

// KillSessions ends the processes that serve a program of this name with SIGKILL, upon which the
// server ends all others, and begins anew.
func (c *Cluster) KillSessions(t testing.TB, name string) {
	t.Helper()
	other, err := pgx.Connect(context.Background(), c.URL("template1"))
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close(context.Background())
	killed := c.sessions(t, name)
	for _, pid := range killed {
		syscall.Kill(pid, syscall.SIGKILL)
	}
	for len(killed) > 0 && other.Ping(context.Background()) == nil { // until the server has noticed
		time.Sleep(5 * time.Millisecond)
	}
}

// sessions are the processes of the server, or those that serve a program of this name.
func (c *Cluster) sessions(t testing.TB, name string) []int {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), c.URL("template1"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	rows, err := conn.Query(context.Background(), `SELECT pid FROM pg_stat_activity WHERE $1 IN ('', application_name)`, name)
	if err != nil {
		t.Fatal(err)
	}
	pids, err := pgx.CollectRows(rows, pgx.RowTo[int])
	if err != nil {
		t.Fatal(err)
	}
	return pids
}

// Answers reports whether the server does.
func (c *Cluster) Answers(t testing.TB) bool {
	conn, err := pgx.Connect(t.Context(), c.URL("template1"))
	if err == nil {
		conn.Close(t.Context())
	}
	return err == nil
}

// Await waits until the server answers again.
func (c *Cluster) Await(t testing.TB) {
	t.Helper()
	for since := time.Now(); !c.Answers(t); time.Sleep(20 * time.Millisecond) {
		if time.Since(since) > time.Minute {
			t.Fatal("the server does not answer")
		}
	}
}

// Exec runs SQL on a database of it.
func (c *Cluster) Exec(t testing.TB, database, sql string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), c.URL(database))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}
