package postgis_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"strings"
	"sync"
	"testing"

	"innoatlas/geo"
	"innoatlas/geo/postgis"
	"innoatlas/geo/postgis/postgistest"
	"innoatlas/migrations"
)

// steps is how many migrations there are.
func steps(t *testing.T) int32 {
	t.Helper()
	files, err := fs.Glob(migrations.Files, "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	return int32(len(files))
}

// Each step makes a thing that exists already when it runs a second time, so it
// would fail; and one of the eight did all of them.
func TestEightMigrateAtOnce(t *testing.T) {
	t.Parallel()
	url := postgistest.Bare(t)
	var group sync.WaitGroup
	var mu sync.Mutex
	began := map[int32]int{}
	for range 8 {
		group.Go(func() {
			from, to, err := postgis.Migrate(t.Context(), url)
			if err != nil || to != steps(t) {
				t.Errorf("Migrate = %d, %d, %v", from, to, err)
			}
			mu.Lock()
			began[from]++
			mu.Unlock()
		})
	}
	group.Wait()
	if began[0] != 1 || began[steps(t)] != 7 {
		t.Errorf("versions found: %v, want one 0 and seven %d", began, steps(t))
	}
	open(t, url)
}

// The owner of a database needs no more rights than that, once a superuser has
// made the one extension that PostgreSQL does not trust others with.
func TestOwnerMigrates(t *testing.T) {
	t.Parallel()
	bare := postgistest.Bare(t)
	admin := connect(t, bare)
	owner := "owner_of_" + admin.Config().Database
	execute(t, admin, `CREATE ROLE `+owner+` LOGIN`)
	t.Cleanup(func() {
		if _, err := admin.Exec(context.Background(), `DROP OWNED BY `+owner+` CASCADE; DROP ROLE `+owner); err != nil {
			t.Error(err)
		}
	})
	execute(t, admin, `ALTER SCHEMA public OWNER TO `+owner+`; GRANT CREATE ON DATABASE `+admin.Config().Database+` TO `+owner)
	u, err := url.Parse(bare)
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.User(owner)

	_, _, err = postgis.Migrate(t.Context(), u.String())
	if err == nil || !strings.Contains(err.Error(), "CREATE EXTENSION postgis") {
		t.Fatalf("Migrate without PostGIS = %v, want an error that says what to run", err)
	}
	execute(t, admin, `CREATE EXTENSION postgis`)
	if _, _, err := postgis.Migrate(t.Context(), u.String()); err != nil {
		t.Fatal(err)
	}
	if _, err := open(t, u.String()).Import(t.Context(), small()); err != nil {
		t.Error(err)
	}
}

func TestEveryMigrationSaysWhy(t *testing.T) {
	files, _ := fs.Glob(migrations.Files, "*.sql")
	for n, name := range files {
		if number, _, _ := strings.Cut(name, "_"); number != fmt.Sprintf("%04d", n+1) {
			t.Errorf("%s is step %d", name, n+1)
		}
		text, err := fs.ReadFile(migrations.Files, name)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(string(text), "-- "+name[:4]+": ") {
			t.Errorf("%s does not begin with a comment that says why", name)
		}
	}
}

func TestOpenChecksTheSchema(t *testing.T) {
	t.Parallel()
	bare, old, newer := postgistest.Bare(t), postgistest.Migrated(t), postgistest.Migrated(t)
	execute(t, connect(t, old), `UPDATE innoatlas_schema_version SET version = version - 1`)
	execute(t, connect(t, newer), `UPDATE innoatlas_schema_version SET version = version + 1`)
	cases := []struct {
		name, url string
		want      error
	}{
		{"not migrated", bare, postgis.ErrNotMigrated},
		{"a step behind", old, postgis.ErrNotMigrated},
		{"a step ahead", newer, postgis.ErrNewerSchema},
		{"no such server", "postgres://127.0.0.1:1/nothing", geo.ErrUnavailable},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := postgis.Open(t.Context(), c.url)
			if !errors.Is(err, c.want) {
				t.Fatalf("Open = %v, want %v", err, c.want)
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("the error has more than one line: %v", err)
			}
		})
	}
	if _, _, err := postgis.Migrate(t.Context(), newer); !errors.Is(err, postgis.ErrNewerSchema) {
		t.Errorf("Migrate of a newer database = %v, want %v", err, postgis.ErrNewerSchema)
	}
	if _, err := postgis.Open(t.Context(), "postgres://%"); err == nil {
		t.Error("Open took a URL that is none")
	}
}

// A database of the release before is searched as one of this: its search texts had another
// form.
func TestMigrateRefolds(t *testing.T) {
	t.Parallel()
	url := postgistest.Bare(t)
	conn := connect(t, url)
	names, err := fs.Glob(migrations.Files, "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names[:17] {
		step, err := migrations.Files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		execute(t, conn, string(step))
	}
	execute(t, conn, `
		CREATE TABLE innoatlas_schema_version (version integer NOT NULL);
		INSERT INTO innoatlas_schema_version VALUES (17);
		INSERT INTO kind (id, position, labels) VALUES ('lab', 0, '{"en": "Lab"}');
		INSERT INTO facility (id, slug, kind, name, name_zh, city, zorder, search_text)
		VALUES (7, 'a-lab', 'lab', 'China–Thailand Lab', '中国—泰国实验室', 'Bangkok', 1::bigint << 62, E'china-thailand lab\n中国-泰国实验室\nbangkok')`)
	if from, to, err := postgis.Migrate(t.Context(), url); err != nil || from != 17 || to != steps(t) {
		t.Fatalf("Migrate = %d, %d, %v", from, to, err)
	}
	store := open(t, url)
	for _, q := range []string{"bangkok", "thailand china", "中国泰国", "lab"} {
		page, err := store.List(t.Context(), geo.Query{Collection: geo.Facilities, Filter: geo.SearchFilter(q), Limit: 1})
		if err != nil || page.Matched != 1 {
			t.Errorf("q=%s finds %d, %v, want the one facility", q, page.Matched, err)
		}
	}
}
