package postgistest

import (
	"context"
	"fmt"
	"net"
	"net/url"
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
)

// Pooled is the URL of the same database through a PgBouncer of its own: with one
// session for each transaction, and otherwise as it is when nobody has set anything but
// these lines.
func Pooled(t testing.TB, database string, lines ...string) string {
	t.Helper()
	config, err := pgx.ParseConfig(database)
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "innoatlas-pgbouncer") // not t.TempDir, into which no other user may look
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	write(t, filepath.Join(dir, "users"), fmt.Sprintf("%q %q\n", config.User, config.Password))
	write(t, filepath.Join(dir, "ini"), fmt.Sprintf(`[databases]
* = host=%s port=%d
[pgbouncer]
pool_mode = transaction
listen_addr =
unix_socket_dir = %s
auth_type = trust
auth_file = %[3]s/users
%s
`, config.Host, config.Port, dir, strings.Join(lines, "\n")))
	run(t, dir, "pgbouncer", "-q", filepath.Join(dir, "ini"))
	waitForSocket(t, filepath.Join(dir, ".s.PGSQL.6432"))
	through := url.URL{Scheme: "postgres", User: url.UserPassword(config.User, config.Password), Path: "/" + config.Database,
		RawQuery: "sslmode=disable&port=6432&host=" + url.QueryEscape(dir)}
	return through.String()
}

// run starts a server that refuses to run as root, in a folder that it gets, and ends
// it after the test.
func run(t testing.TB, dir string, name string, args ...string) {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	var said strings.Builder
	cmd.Stdout, cmd.Stderr = &said, &said
	if os.Getuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: give(t, dir)}
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("%s: %v; scripts/deps.sh says what the tests need", name, err)
	}
	t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGTERM)
		timer := time.AfterFunc(5*time.Second, func() { cmd.Process.Kill() })
		defer timer.Stop()
		if err := cmd.Wait(); t.Failed() {
			t.Logf("%s: %v\n%s", name, err, said.String())
		}
	})
}

// give hands a folder to the user postgres.
func give(t testing.TB, dir string) *syscall.Credential {
	t.Helper()
	owner, err := user.Lookup("postgres")
	if err != nil {
		t.Fatal(err)
	}
	uid, _ := strconv.Atoi(owner.Uid)
	gid, _ := strconv.Atoi(owner.Gid)
	err = filepath.Walk(dir, func(path string, _ os.FileInfo, err error) error {
		if err != nil {
			return err
		}
		return os.Chown(path, uid, gid)
	})
	if err != nil {
		t.Fatal(err)
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}

func write(t testing.TB, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// waitForSocket waits until somebody listens. It is a file of its own, since others may take
// a port that was free.
func waitForSocket(t testing.TB, path string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for {
		conn, err := new(net.Dialer).DialContext(ctx, "unix", path)
		if err == nil {
			conn.Close()
			return
		}
		if ctx.Err() != nil {
			t.Fatal(err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}
