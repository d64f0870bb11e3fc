// Package postgistest gives tests databases of their own. A package that uses it
// hands its TestMain over:
//
//	func TestMain(m *testing.M) { postgistest.Main(m) }
package postgistest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"innoatlas/geo/postgis"
)

// variable names the server that tests may make databases on.
const variable = "INNOATLAS_TEST_DATABASE_URL"

// Main runs the tests of a package on the server that INNOATLAS_TEST_DATABASE_URL
// names. Without it the tests are run once more below scripts/postgis.sh, which
// starts a throw-away server, or says what is missing for that; then they fail.
func Main(m *testing.M) {
	if os.Getenv(variable) != "" {
		code := m.Run()
		dropTemplates()
		os.Exit(code)
	}
	code, err := runBelowScript()
	if err != nil {
		fmt.Fprintf(os.Stderr, "these tests need PostgreSQL with PostGIS; run them as `scripts/postgis.sh run go test ./...`, or name a server in %s: %v\n", variable, err)
		code = 1
	}
	os.Exit(code)
}

// noDatabase is the exit code of scripts/postgis.sh where it cannot start a server.
const noDatabase = 69

// runBelowScript runs this program again, and gives its exit code.
func runBelowScript() (code int, err error) {
	script, err := findScript()
	if err != nil {
		return 0, err
	}
	cmd := exec.Command(script, append([]string{"run"}, os.Args...)...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err = cmd.Run()
	var ended *exec.ExitError
	if errors.As(err, &ended) && ended.Exited() && ended.ExitCode() != noDatabase {
		return ended.ExitCode(), nil
	}
	return 0, err
}

// findScript looks for scripts/postgis.sh in the module's folder, above the test's.
func findScript() (string, error) {
	dir, err := os.Getwd()
	for ; err == nil && dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		script := filepath.Join(dir, "scripts", "postgis.sh")
		if _, err := os.Stat(script); err == nil {
			return script, nil
		}
	}
	return "", errors.Join(err, errors.New("no scripts/postgis.sh here"))
}

// Migrated is the URL of a new, migrated, empty database, which is dropped at the
// end of the test.
func Migrated(t testing.TB) string {
	t.Helper()
	return Copied(t, "migrated", func(database string) error {
		_, _, err := postgis.Migrate(context.Background(), database)
		return err
	})
}

// Copied is the URL of a copy, dropped likewise, of a database that is made once for all
// tests of a package: fill is called where it is asked for first, by the name of what it
// fills in, with a database without tables.
func Copied(t testing.TB, of string, fill func(database string) error) string {
	t.Helper()
	kept, _ := templates.LoadOrStore(of, &template{})
	original := kept.(*template)
	original.once.Do(func() {
		original.err = errors.New("the test that was to fill " + of + " has failed")
		original.err = original.make(fill)
	})
	if original.err != nil {
		t.Fatal(original.err)
	}
	return create(t, "TEMPLATE "+original.name)
}

// Bare is the URL of a new database without tables, dropped likewise.
func Bare(t testing.TB) string {
	t.Helper()
	return create(t, "")
}

// BareIn is Bare in another encoding than UTF8.
func BareIn(t testing.TB, encoding string) string {
	t.Helper()
	return create(t, "TEMPLATE template0 LOCALE_PROVIDER libc LOCALE 'C' ENCODING '"+encoding+"'")
}

func create(t testing.TB, options string) string {
	t.Helper()
	name := newName()
	if err := admin("CREATE DATABASE " + name + " " + options); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := admin("DROP DATABASE " + name + " WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	return urlOf(name)
}

// template is a database that others are copied from.
type template struct {
	once sync.Once
	name string
	err  error
}

var templates sync.Map // by what is in them

func (o *template) make(fill func(database string) error) error {
	o.name = newName()
	if err := admin("CREATE DATABASE " + o.name); err != nil {
		return err
	}
	return fill(urlOf(o.name))
}

func dropTemplates() {
	for _, kept := range templates.Range {
		if err := admin("DROP DATABASE IF EXISTS " + kept.(*template).name + " WITH (FORCE)"); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}
}

func newName() string { return "innoatlas_test_" + strings.ToLower(rand.Text()) }

func urlOf(database string) string {
	u, err := url.Parse(os.Getenv(variable))
	if err != nil {
		panic(fmt.Sprintf("%s is not a postgres:// URL: %v", variable, err))
	}
	u.Path = "/" + database
	return u.String()
}

// one keeps copies of the template apart: PostgreSQL makes one at a time.
var one sync.Mutex

func admin(sql string) error {
	one.Lock()
	defer one.Unlock()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, os.Getenv(variable))
	if err != nil {
		return fmt.Errorf("%s: %w", variable, err)
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, sql)
	return err
}
