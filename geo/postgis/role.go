package postgis

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// Role is what the sessions of the store take, "" where they have the rights of the login, and why that
// is not the first that was asked for.
func (s *Store) Role() (role, because string) { return s.role, s.because }

// mayTake says whether the login may take role $1; no row where the server has none.
const mayTake = `
SELECT session_user::text, pg_has_role(session_user, oid, CASE WHEN current_setting('server_version_num')::int < 160000 THEN 'MEMBER' ELSE 'SET' END)
FROM pg_roles WHERE rolname = $1`

// suffices says whether the role of the session finds the tables and may do with them what it is
// for: $1 is whether it changes them. A schema that only the login finds is not found by the role.
const suffices = `
SELECT coalesce(has_table_privilege(to_regclass('facility'), 'SELECT') AND (NOT $1
	OR has_table_privilege(to_regclass('facility'), 'INSERT') AND has_function_privilege(to_regprocedure('innoatlas_lock()'), 'EXECUTE')
	AND has_database_privilege(current_database(), 'TEMPORARY')), false)`

// owner names who owns the tables, and says whether the session has its rights.
const owner = `SELECT relowner::regrole::text, pg_has_role(relowner, 'USAGE'), current_user::text FROM pg_class WHERE oid = 'change'::regclass`

// checkOwner refuses what only the owner of the tables may do.
func checkOwner(ctx context.Context, tx pgx.Tx) error {
	var name, login string
	var is bool
	if err := tx.QueryRow(ctx, owner).Scan(&name, &is, &login); err != nil {
		return err
	}
	if !is {
		return fmt.Errorf("only the owner of the tables may do this, which is %s, and the login %s has not its rights; "+
			"name it, or a member of it, in the URL of the database", name, login)
	}
	return nil
}

// asLogin gives a transaction the rights of the login again, which alone is shown what its other
// sessions do.
const asLogin = `SELECT set_config('role', 'none', true)`

// takeRole takes the best role of those wanted for this transaction, or says why that may not be.
func (a *access) takeRole(ctx context.Context, tx pgx.Tx) error {
	a.role, a.because = "", ""
	for _, role := range a.wanted {
		because, err := tryRole(ctx, tx, role)
		if err != nil {
			return err
		}
		if because == "" {
			a.role = role
			return nil
		}
		if a.because == "" {
			a.because = because
		}
	}
	return nil
}

// tryRole takes a role for this transaction, or says why that may not be.
func tryRole(ctx context.Context, tx pgx.Tx, role string) (because string, err error) {
	var login string
	var may, enough bool
	err = tx.QueryRow(ctx, mayTake, role).Scan(&login, &may)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return "the server has no role " + role + "; innoatlas migrate, as the owner of the tables, makes it or says how", nil
	case err != nil:
		return "", err
	case !may:
		return fmt.Sprintf("the login %s is no member of %s; GRANT %[2]s TO %[1]s makes it one", login, role), nil
	}
	if _, err := tx.Exec(ctx, "SET LOCAL ROLE "+role); err != nil {
		return "", err
	}
	if err := tx.QueryRow(ctx, suffices, role == EditorRole).Scan(&enough); err != nil || enough {
		return "", err
	}
	_, err = tx.Exec(ctx, "SET LOCAL ROLE NONE")
	return role + " lacks rights in this database; innoatlas migrate, as the owner of the tables, gives them", err
}
