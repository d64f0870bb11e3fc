package postgis

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"
)

// The roles that migrations make: who may read everything, and who may change records as well, but
// not what the history says of that. Users get them by GRANT innoatlas_editor TO name.
const (
	ReaderRole = "innoatlas_reader"
	EditorRole = "innoatlas_editor"
)

// rightsKnown says whether the user owns the tables, on a server that takes changes, and whether
// both roles have their rights.
const rightsKnown = `
SELECT pg_has_role(c.relowner, 'USAGE') AND NOT pg_is_in_recovery(),
	coalesce((SELECT bool_and(has_table_privilege(r.oid, c.oid, 'SELECT')) AND count(*) = 2 FROM pg_roles r WHERE rolname IN ('innoatlas_reader', 'innoatlas_editor')), false)
		AND has_function_privilege('innoatlas_editor', 'innoatlas_lock()', 'EXECUTE')
FROM pg_class c WHERE c.oid = 'dataset'::regclass`

// giveRights makes the roles where there are none, and gives them their rights on all tables that
// there are now, those of the last step too. Where the user may not make roles, the log has what an
// administrator runs, and the rest is done.
func (w work) giveRights(ctx context.Context, tx pgx.Tx, migrated bool) error {
	var owner, missing bool
	if err := tx.QueryRow(ctx, `SELECT count(*) < 2 FROM pg_roles WHERE rolname IN ($1, $2)`, ReaderRole, EditorRole).Scan(&missing); err != nil {
		return err
	}
	known := false
	if missing {
		err := tx.QueryRow(ctx, `SELECT pg_has_role(relowner, 'USAGE') AND NOT pg_is_in_recovery() FROM pg_class WHERE oid = 'dataset'::regclass`).Scan(&owner)
		if err != nil {
			return err
		}
	} else if err := tx.QueryRow(ctx, rightsKnown).Scan(&owner, &known); err != nil {
		return err
	}
	if !owner || known && !migrated {
		return nil
	}
	var refused []string
	for _, role := range []string{ReaderRole, EditorRole} {
		sql, err := makeRole(ctx, tx, role)
		if err != nil {
			return err
		}
		if sql != "" {
			refused = append(refused, sql)
		}
	}
	if len(refused) > 0 {
		w.log.Warn("the user may not make roles; have an administrator run this, and migrate again", "sql", strings.Join(refused, "; "))
	}
	_, err := tx.Exec(ctx, closeFunctions+openTables)
	return err
}

// makeRole makes a role that nobody logs in as, or gives the statement that the user may not run.
// Roles are of the whole server, so that a migration of another database may make it at the same time.
func makeRole(ctx context.Context, tx pgx.Tx, role string) (refused string, err error) {
	var exists bool
	if err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)`, role).Scan(&exists); err != nil || exists {
		return "", err
	}
	create := "CREATE ROLE " + role + " NOLOGIN"
	err = pgx.BeginFunc(ctx, tx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, create)
		return err
	})
	switch sqlState(err) {
	case "42501":
		return create, nil
	case "42710", "23505": // it is there by now
		return "", nil
	}
	return "", err
}

// closeFunctions leaves the triggers' functions to the tables that they are of: whoever may name one
// for a trigger of a table of his own would write into the history what never was. A function that
// has its owner's rights finds tables before temporary ones of the same name.
const closeFunctions = `
DO $do$
DECLARE
	f record;
BEGIN
	FOR f IN
		SELECT p.oid::regprocedure AS name, p.prosecdef,
			(SELECT substr(c, 13) FROM unnest(p.proconfig) c WHERE c LIKE 'search_path=%') AS path
		FROM pg_proc p
		WHERE p.pronamespace = (SELECT relnamespace FROM pg_class WHERE oid = 'dataset'::regclass) AND pg_has_role(p.proowner, 'USAGE')
			AND p.proname ~ '^(innoatlas_|history_of_|version_of_|record_text_|search_stale_|facility_)'
			AND (p.prosecdef OR p.prorettype = 'trigger'::regtype OR p.proname IN ('innoatlas_keep_history', 'innoatlas_keep_part', 'innoatlas_keep_keys',
				'innoatlas_keep_versions', 'innoatlas_history_triggers'))
			AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
	LOOP
		EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f.name);
		IF f.prosecdef AND f.path !~ '\mpg_temp\M' THEN
			EXECUTE format('ALTER FUNCTION %s SET search_path = %s, pg_temp', f.name, f.path);
		END IF;
	END LOOP;
END $do$;`

// openTables gives what each role needs: a reader everything to read, an editor the tables of records
// and of what hangs on them. A step that adds a table to be written names it here.
const openTables = `
DO $do$
DECLARE
	role name;
	t    record;
	home regnamespace := (SELECT relnamespace FROM pg_class WHERE oid = 'dataset'::regclass);
BEGIN
	FOR role IN SELECT rolname FROM pg_roles WHERE rolname IN ('innoatlas_reader', 'innoatlas_editor') LOOP
		IF NOT has_schema_privilege(role, home::oid, 'USAGE') THEN
			EXECUTE format('GRANT USAGE ON SCHEMA %s TO %I', home, role);
		END IF;
		FOR t IN
			SELECT c.oid::regclass AS name FROM pg_class c
			WHERE c.relnamespace = home AND c.relkind IN ('r', 'v') AND c.relowner = (SELECT relowner FROM pg_class WHERE oid = 'dataset'::regclass)
				AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
		LOOP
			EXECUTE format('GRANT SELECT ON %s TO %I', t.name, role);
		END LOOP;
		IF role = 'innoatlas_editor' THEN
			GRANT INSERT, UPDATE, DELETE ON kind, sector, country, facility, facility_source, facility_sector, cooperation, record_text, place_name, synonym,
				institutions, projects, facility_institution, partnerships, search_stale TO innoatlas_editor;
			GRANT INSERT, UPDATE ON own_field TO innoatlas_editor;
			GRANT UPDATE (licence, licence_url, attribution, own_outlines) ON dataset TO innoatlas_editor;
			GRANT EXECUTE ON FUNCTION innoatlas_lock(), innoatlas_analyze(), innoatlas_raise_revision(),
				innoatlas_begin_to_fill(), innoatlas_end_to_fill() TO innoatlas_editor;
		END IF;
	END LOOP;
END $do$;`
