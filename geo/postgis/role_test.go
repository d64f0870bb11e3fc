package postgis_test

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/jackc/pgx/v5/pgconn"

	"innoatlas/geo"
	"innoatlas/geo/dataset"
	"innoatlas/geo/postgis"
	"innoatlas/geo/postgis/postgistest"
)

// openAs opens a database in the first of these roles that the login may take.
func openAs(t *testing.T, url string, roles ...string) *postgis.Store {
	t.Helper()
	store, err := postgis.Open(t.Context(), url, postgis.As(roles...))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	return store
}

// A store takes a role that the login may take, and with it no right that the role has not, whatever
// the login may do; through a pooler too. Where it may not, it goes on as the login, and says why.
func TestStoresTakeRoles(t *testing.T) {
	t.Parallel()
	database := postgistest.Migrated(t)
	reader, editor := loginAs(t, database, "innoatlas_reader"), loginAs(t, database, "innoatlas_editor")
	noInherit := strings.Split(strings.TrimPrefix(editor, "postgres://"), "@")[0]
	execute(t, connect(t, database), "ALTER ROLE "+noInherit+" NOINHERIT")
	const read, edit = postgis.ReaderRole, postgis.EditorRole
	for name, c := range map[string]struct {
		url     string
		roles   []string
		role    string
		because string
	}{
		"a superuser reads":                    {database, []string{read, edit}, read, ""},
		"a superuser edits":                    {database, []string{edit}, edit, ""},
		"a superuser reads through a pooler":   {postgistest.Pooled(t, database), []string{read, edit}, read, ""},
		"a superuser edits through a pooler":   {postgistest.Pooled(t, database), []string{edit}, edit, ""},
		"a reader reads":                       {reader, []string{read, edit}, read, ""},
		"a reader would edit":                  {reader, []string{edit}, "", "is no member of innoatlas_editor; GRANT innoatlas_editor TO reader_of_"},
		"an editor without inheritance edits":  {editor, []string{edit}, edit, ""},
		"an editor without inheritance reads":  {editor, []string{read, edit}, edit, "is no member of innoatlas_reader"},
		"an editor reads through a pooler":     {postgistest.Pooled(t, editor), []string{read, edit}, edit, "is no member of innoatlas_reader"},
		"there is no such role":                {database, []string{"innoatlas_nobody"}, "", "innoatlas migrate"},
		"nobody asks for a role":               {database, nil, "", ""},
		"through a pooler nobody asks for one": {postgistest.Pooled(t, database), nil, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			store := openAs(t, c.url, c.roles...)
			if role, because := store.Role(); role != c.role || !strings.Contains(because, c.because) || (because == "") != (c.because == "") {
				t.Errorf("the role is %q, because %q; want %q, because … %s", role, because, c.role, c.because)
			}
			for method, err := range ask(t.Context(), store) {
				if err != nil && !errors.Is(err, geo.ErrNotFound) {
					t.Errorf("%s: %v", method, err)
				}
			}
			if c.role == "" {
				return
			}
			for _, sql := range forbidden {
				var refused *pgconn.PgError
				if err := store.InWork(t.Context(), sql); !errors.As(err, &refused) || refused.Code != "42501" {
					t.Errorf("as %s it may: %s: %v", c.role, sql, err)
				}
			}
			var login string
			if !strings.Contains(name, "pooler") {
				if err := store.ReadPool().QueryRow(t.Context(), `SELECT current_user`).Scan(&login); err != nil || login != c.role {
					t.Errorf("a session that reads is %q, %v", login, err)
				}
				return
			}
			others := connect(t, c.url+"&default_query_exec_mode=exec")
			if err := others.QueryRow(t.Context(), `SELECT current_user`).Scan(&login); err != nil || login == c.role {
				t.Errorf("a session of the pooler is left as %s, %v", login, err)
			}
		})
	}
}

// Whoever may do nothing is told what lets it, and an owner who may not make roles has both statements
// in one line, of a server that has neither.
func TestRolesAreAskedFor(t *testing.T) {
	t.Parallel()
	cluster := postgistest.NewCluster(t, postgistest.Folder(t))
	cluster.Exec(t, "template1", `CREATE ROLE office LOGIN`)
	cluster.Exec(t, "template1", `CREATE ROLE nobody LOGIN`)
	cluster.Exec(t, "template1", `CREATE DATABASE atlas OWNER office`)
	cluster.Exec(t, "atlas", `CREATE EXTENSION postgis`)
	as := func(login string) string { return strings.Replace(cluster.URL("atlas"), "postgres@", login+"@", 1) }
	log, option := newLog()
	if _, _, err := postgis.Migrate(t.Context(), as("office"), option); err != nil {
		t.Fatal(err)
	}
	if want := "CREATE ROLE innoatlas_reader NOLOGIN; CREATE ROLE innoatlas_editor NOLOGIN"; !log.has("have an administrator run this", want) {
		t.Errorf("the log lacks %q", want)
	}
	if role, because := openAs(t, as("office"), postgis.ReaderRole).Role(); role != "" || !strings.Contains(because, "the server has no role innoatlas_reader") {
		t.Errorf("took %q because %q", role, because)
	}
	if _, err := postgis.Open(t.Context(), as("nobody")); err == nil || !strings.Contains(err.Error(), "GRANT innoatlas_reader TO it") {
		t.Errorf("nobody opens: %v", err)
	}
	cluster.Exec(t, "template1", `CREATE ROLE innoatlas_reader NOLOGIN`)
	cluster.Exec(t, "template1", `CREATE ROLE innoatlas_editor NOLOGIN`)
	if _, _, err := postgis.Migrate(t.Context(), as("office")); err != nil { // which gives them their rights
		t.Fatal(err)
	}
	cluster.Exec(t, "template1", `GRANT innoatlas_editor TO nobody`)
	if _, err := openAs(t, as("nobody"), postgis.EditorRole).Import(t.Context(), small()); err != nil {
		t.Error(err)
	}
}

// A role that has not the rights in this database is not taken, and migrate gives them.
func TestRolesWithoutRightsAreNotTaken(t *testing.T) {
	t.Parallel()
	database := postgistest.Migrated(t)
	execute(t, connect(t, database), `REVOKE ALL ON ALL TABLES IN SCHEMA public FROM innoatlas_reader, innoatlas_editor`)
	for _, role := range []string{postgis.ReaderRole, postgis.EditorRole} {
		store := openAs(t, database, role)
		if taken, because := store.Role(); taken != "" || !strings.Contains(because, role+" lacks rights in this database; innoatlas migrate") {
			t.Errorf("%s: took %q because %q", role, taken, because)
		}
		if _, err := store.Catalog(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if _, _, err := postgis.Migrate(t.Context(), database); err != nil {
		t.Fatal(err)
	}
	if taken, because := openAs(t, database, postgis.EditorRole).Role(); taken != postgis.EditorRole {
		t.Errorf("after migrate: took %q because %q", taken, because)
	}
}

// In a role a store still knows what its other sessions do, which is shown to the login alone.
func TestRolesSeeOtherSessions(t *testing.T) {
	t.Parallel()
	database := postgistest.Migrated(t)
	holder := connect(t, database)
	execute(t, holder, `BEGIN`) // not idle
	if store := openAs(t, database, postgis.ReaderRole); store.IsIdle(holder.PgConn().PID()) {
		t.Error("a session that works is taken for idle")
	}
}

// An editor's store imports and edits. What only the owner may do, it does with the rights of the login.
func TestEditorsRole(t *testing.T) {
	t.Parallel()
	for name, through := range map[string]func(testing.TB, string, ...string) string{
		"directly": func(_ testing.TB, url string, _ ...string) string { return url }, "through a pooler": postgistest.Pooled,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			database := postgistest.Migrated(t)
			ds, err := dataset.Builtin()
			if err != nil {
				t.Fatal(err)
			}
			owners, editors := openAs(t, through(t, database), postgis.EditorRole), openAs(t, through(t, loginAs(t, database, postgis.EditorRole)), postgis.EditorRole)
			if _, err := owners.Import(t.Context(), ds); err != nil {
				t.Fatal(err)
			}
			by, slug := postgis.By{Author: "Somsri", Reason: "a test"}, ds.Facilities[0].Slug
			if _, err := editors.Delete(t.Context(), by, geo.Facilities, slug); err != nil {
				t.Error(err)
			}
			if _, err := editors.Restore(t.Context(), by, geo.Facilities, slug); err != nil {
				t.Error(err)
			}
			const says = "only the owner of the tables may do this, which is "
			if _, err := editors.Purge(t.Context(), by, geo.Facilities, slug); err == nil || !strings.Contains(err.Error(), says) {
				t.Errorf("an editor purges: %v", err)
			}
			if n, err := owners.Purge(t.Context(), by, geo.Facilities, slug); err != nil || n == 0 {
				t.Errorf("the owner purges %d changes, %v", n, err)
			}
			reads := openAs(t, through(t, loginAs(t, database, postgis.ReaderRole)), postgis.ReaderRole)
			if _, err := reads.Delete(t.Context(), by, geo.Facilities, slug); err == nil || !strings.Contains(err.Error(), "GRANT innoatlas_editor TO it") {
				t.Errorf("a reader deletes: %v", err)
			}
		})
	}
}

// Only the owner of the tables takes over a history, whatever else an editor may import.
func TestEditorsTakeOverNoHistory(t *testing.T) {
	t.Parallel()
	store := openAs(t, loginAs(t, postgistest.Migrated(t), postgis.EditorRole), postgis.EditorRole)
	ds, err := dataset.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	history := fstest.MapFS{}
	for _, name := range postgis.HistoryFiles() {
		history[name] = &fstest.MapFile{}
	}
	if _, err := store.ImportWith(t.Context(), ds, postgis.ImportOptions{History: history}); err == nil || !strings.Contains(err.Error(), "take the folder history out") {
		t.Errorf("as an editor: %v", err)
	}
	if _, err := store.Import(t.Context(), ds); err != nil {
		t.Error(err)
	}
}
