package postgis_test

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"innoatlas/geo"
	"innoatlas/geo/dataset"
	"innoatlas/geo/postgis"
	"innoatlas/geo/postgis/postgistest"
)

// loginAs is the URL of the same database for a user who has nothing but a role.
func loginAs(t *testing.T, database, role string) string {
	t.Helper()
	admin := connect(t, database)
	name := strings.ReplaceAll(strings.TrimPrefix(role, "innoatlas_")+"_of_"+admin.Config().Database, "innoatlas_test_", "")
	execute(t, admin, "CREATE ROLE "+name+" LOGIN; GRANT "+role+" TO "+name)
	t.Cleanup(func() {
		admin, err := pgx.Connect(context.Background(), database)
		if err != nil {
			t.Fatal(err)
		}
		defer admin.Close(context.Background())
		if _, err := admin.Exec(context.Background(), "DROP ROLE "+name); err != nil {
			t.Error(err)
		}
	})
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.User(name)
	q := u.Query()
	q.Del("user")
	u.RawQuery = q.Encode()
	return u.String()
}

// forbidden is what neither role may do: the history cannot be changed but by changing records.
var forbidden = []string{
	`UPDATE change SET before = NULL`,
	`DELETE FROM change`,
	`INSERT INTO change (revision, op, collection, key) VALUES (1, 'c', 'facilities', 'x')`,
	`TRUNCATE change`,
	`UPDATE revision SET author = 'x'`,
	`DELETE FROM revision`,
	`INSERT INTO revision (number, at, author, first) VALUES (-1, now(), 'x', 1)`,
	`TRUNCATE revision`,
	`DELETE FROM gone`,
	`INSERT INTO gone (collection, id, slug, revision) VALUES ('facilities', 1, 'x', 1)`,
	`UPDATE gone SET reason = 'x'`,
	`UPDATE innoatlas_schema_version SET version = 1`,
	`UPDATE dataset SET revision = 1`,
	`TRUNCATE facility CASCADE`,
	`ALTER TABLE facility DISABLE TRIGGER USER`,
	`ALTER TABLE facility ADD COLUMN x text`,
	`DROP TABLE facility`,
	`CREATE TABLE facility_of_mine ()`,
	`SET session_replication_role = replica`,
	`SELECT innoatlas_change_revision()`,
	`SELECT innoatlas_raise_versions('facilities', '{1}')`,
	`SELECT innoatlas_keep_history('facility', 'facilities', 'r.id', 'r.slug', 'o.id = r.id')`,
	`SELECT nextval('change_number_seq')`,
	`SELECT innoatlas_name()`,
	`SELECT innoatlas_keep_keys('facility', 'facilities', 'r.id', 'r.slug', 'o.id = r.id')`,
	`INSERT INTO revision_name VALUES (1, gen_random_uuid(), 1)`,
	`DELETE FROM revision_name`,
	`DROP FUNCTION innoatlas_own_revision()`,
	`CREATE TEMPORARY TABLE mine AS TABLE facility; CREATE TRIGGER forged AFTER INSERT ON mine REFERENCING NEW TABLE AS new_rows
		FOR EACH STATEMENT EXECUTE FUNCTION history_of_facility()`,
	`CREATE TEMPORARY TABLE mine AS TABLE facility; CREATE TRIGGER forged BEFORE DELETE ON mine FOR EACH ROW EXECUTE FUNCTION innoatlas_leave('facilities')`,
	`DELETE FROM own_field`,
}

func TestRoles(t *testing.T) {
	t.Parallel()
	database := postgistest.Migrated(t)
	ds, err := dataset.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	reader, editor := loginAs(t, database, "innoatlas_reader"), loginAs(t, database, "innoatlas_editor")

	edits := open(t, editor)
	if _, err := edits.Import(t.Context(), ds); err != nil {
		t.Fatalf("an editor imports: %v", err)
	}
	first, second := ds.Facilities[0].Slug, ds.Facilities[1].Slug
	by := postgis.By{Author: "Somsri", Reason: "a test"}
	for what, edit := range map[string]func() (postgis.Summary, error){
		"delete and restore": func() (postgis.Summary, error) {
			if s, err := edits.Delete(t.Context(), by, geo.Facilities, first); err != nil {
				return s, err
			}
			return edits.Restore(t.Context(), by, geo.Facilities, first)
		},
		"rename": func() (postgis.Summary, error) {
			return edits.Rename(t.Context(), by, geo.Facilities, second, "renamed-by-editor")
		},
	} {
		if _, err := edit(); err != nil {
			t.Errorf("an editor cannot %s: %v", what, err)
		}
	}
	if _, err := edits.Purge(t.Context(), by, geo.Facilities, first); err == nil {
		t.Error("an editor purges")
	}
	revisions, err := edits.Revisions(t.Context(), 0, 1)
	if err != nil || len(revisions) != 1 {
		t.Fatalf("Revisions: %v, %v", revisions, err)
	}

	reads := open(t, reader)
	for method, err := range ask(t.Context(), reads) {
		if err != nil && !errors.Is(err, geo.ErrNotFound) {
			t.Errorf("a reader asks %s: %v", method, err)
		}
	}
	if _, err := reads.DatasetAsOf(t.Context(), revisions[0].Number); err != nil {
		t.Errorf("a reader exports what there was: %v", err)
	}
	if _, err := reads.Import(t.Context(), ds); err == nil {
		t.Error("a reader imports")
	}

	for role, login := range map[string]string{"reader": reader, "editor": editor} {
		conn := connect(t, login)
		for _, sql := range forbidden {
			_, err := conn.Exec(t.Context(), sql)
			var refused *pgconn.PgError
			if !errors.As(err, &refused) || refused.Code != "42501" {
				t.Errorf("the %s may: %s: %v", role, sql, err)
			}
		}
	}
}

// A temporary table of the same name takes no change from the history.
func TestHistoryIsNotLedAstray(t *testing.T) {
	t.Parallel()
	database := postgistest.Migrated(t)
	ds, err := dataset.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := open(t, database).Import(t.Context(), ds); err != nil {
		t.Fatal(err)
	}
	conn := connect(t, loginAs(t, database, "innoatlas_editor"))
	execute(t, conn, `CREATE TEMPORARY TABLE change (LIKE public.change INCLUDING ALL); GRANT ALL ON pg_temp.change TO PUBLIC;
		UPDATE facility SET name = 'Changed in secret' WHERE slug = '`+ds.Facilities[0].Slug+`'`)
	var kept int
	if err := connect(t, database).QueryRow(t.Context(), `SELECT count(*) FROM change WHERE after ->> 'name' = 'Changed in secret'`).Scan(&kept); err != nil || kept != 1 {
		t.Errorf("the history has %d changes of it, %v", kept, err)
	}
	execute(t, conn, `DROP TABLE pg_temp.change`)
}
