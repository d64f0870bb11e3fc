package postgistest

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Programs are those of the tests' server, which run in a folder for whoever makes servers of its own.
type Programs struct {
	dir, bin string
	owner    *syscall.Credential // which must not be root; nil: whoever runs the test
}

// NewPrograms gives the folder to whom a server runs as.
func NewPrograms(t testing.TB, dir string) *Programs {
	t.Helper()
	p := &Programs{dir: dir, bin: binaries(t)}
	if os.Getuid() == 0 {
		p.owner = give(t, dir)
	}
	return p
}

// Folder is a new one for a cluster, below which it may look.
func Folder(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "innoatlas-cluster") // not t.TempDir, into which no other user may look
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// binaries is where the programs of the tests' server are.
func binaries(t testing.TB) (dir string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), os.Getenv(variable))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if err := conn.QueryRow(t.Context(), `SELECT setting FROM pg_config WHERE name = 'BINDIR'`).Scan(&dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

// Command is one of them that was not started yet.
func (p *Programs) Command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(p.bin, name), args...)
	cmd.Dir = p.dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: p.owner}
	return cmd
}

// Do runs one of them.
func (p *Programs) Do(t testing.TB, name string, args ...string) {
	t.Helper()
	said, err := os.Create(filepath.Join(p.dir, "said")) // a file, since a server that was started would hold a pipe open
	if err != nil {
		t.Fatal(err)
	}
	defer said.Close()
	cmd := p.Command(name, args...)
	cmd.Stdout, cmd.Stderr = said, said
	if err := cmd.Run(); err != nil {
		text, _ := os.ReadFile(said.Name())
		log, _ := os.ReadFile(filepath.Join(p.dir, "log"))
		t.Fatalf("%s %s: %v\n%s\n%s", name, strings.Join(args, " "), err, text, log[max(0, len(log)-2000):])
	}
}
