package postgis

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"innoatlas/migrations"
)

// schemaVersion is a table of one row, the number of the last step done.
const schemaVersion = "innoatlas_schema_version"

// migrationLock keeps two migrations apart. The number is arbitrary and fixed.
const migrationLock = int64(0x696e6e6f61746c31)

// maxLockWait is how long a step waits for a table before it gives way.
const maxLockWait = "5s"

// Migrate brings a database to this program's schema, and says which version it
// had and has. All steps that it lacks are one transaction: no program ever finds a
// half of them. Any number of programs may migrate one database at once: the first
// does the work and the others wait for it. A database of a later release is
// ErrNewerSchema.
//
// Whoever reads a table keeps a step waiting, and a step that waits keeps all later
// readers waiting. So it gives way after a while, which is geo.ErrUnavailable. The
// log says for whom it waits.
func Migrate(ctx context.Context, url string, options ...Option) (from, to int32, err error) {
	w, err := newWork(url, "innoatlas-migrate", options)
	if err != nil {
		return 0, 0, err
	}
	err = w.run(ctx, func(tx pgx.Tx) (err error) {
		if from, to, err = migrateIn(ctx, tx); err != nil || from > to {
			return err
		}
		return w.giveRights(ctx, tx, from < to)
	})
	return from, to, wrapFirst(ctx, "migrate", explain(err))
}

// migrateIn does the steps that are missing. The lock ends with the transaction, so
// that no pooler keeps it on a connection.
func migrateIn(ctx context.Context, tx pgx.Tx) (from, to int32, err error) {
	steps, err := migrationSteps()
	if err != nil {
		return 0, 0, err
	}
	to = int32(len(steps))
	if err := checkEncoding(ctx, tx.Conn()); err != nil {
		return 0, 0, err
	}
	for _, sql := range []string{
		"SELECT pg_advisory_xact_lock(" + strconv.FormatInt(migrationLock, 10) + ")", // another migration is waited for
		"SET LOCAL lock_timeout = '" + maxLockWait + "'",
	} {
		if _, err := tx.Exec(ctx, sql); err != nil {
			return 0, 0, err
		}
	}
	if from, err = versionIn(ctx, tx); err != nil || from == to {
		return from, to, err
	}
	if from > to {
		return from, from, ErrNewerSchema
	}
	for n, step := range steps[from:] {
		if _, err := tx.Exec(ctx, step); err != nil {
			return from, from, fmt.Errorf("step %d: %w", int(from)+n+1, err)
		}
	}
	if from > 0 && from < searchForm {
		if err := refold(ctx, tx); err != nil {
			return from, from, fmt.Errorf("search texts: %w", err)
		}
	}
	if from > 0 && from < relations {
		if err := relateAll(ctx, tx); err != nil {
			return from, from, fmt.Errorf("who takes part: %w", err)
		}
	}
	_, err = tx.Exec(ctx, "UPDATE "+schemaVersion+" SET version = $1", to)
	return from, to, err
}

// migrationSteps are the texts of the steps, in order. A number that is missing or comes
// twice is an error: the version of a database is the number of its steps.
func migrationSteps() ([]string, error) {
	names, err := fs.Glob(migrations.Files, "*.sql") // sorted
	if err != nil {
		return nil, err
	}
	steps := make([]string, len(names))
	for n, name := range names {
		if number := fmt.Sprintf("%04d_", n+1); !strings.HasPrefix(name, number) {
			return nil, fmt.Errorf("migrations: step %s has another number than its place, which is %04d", name, n+1)
		}
		text, err := migrations.Files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		steps[n] = string(text)
	}
	return steps, nil
}

// versionIn reads the version, in a new database from a new table. It is asked first,
// because whoever may only read needs no right to make tables.
func versionIn(ctx context.Context, tx pgx.Tx) (version int32, err error) {
	var exists bool
	if err := tx.QueryRow(ctx, "SELECT to_regclass('"+schemaVersion+"') IS NOT NULL").Scan(&exists); err != nil {
		return 0, err
	}
	if !exists {
		create := "CREATE TABLE " + schemaVersion + " (version integer NOT NULL); INSERT INTO " + schemaVersion + " VALUES (0)"
		_, err := tx.Exec(ctx, create)
		return 0, err
	}
	err = tx.QueryRow(ctx, "SELECT version FROM "+schemaVersion).Scan(&version)
	return version, err
}

// explain says what to do where the first step cannot have PostGIS.
func explain(err error) error {
	switch sqlState(err) {
	case "0A000", "58P01": // no such extension on the server
		return fmt.Errorf("the server has no PostGIS; install it there and migrate again: %w", err)
	case "42501":
		return fmt.Errorf("the database user may not do this; migrate as the owner of the database, after a superuser has run CREATE EXTENSION postgis: %w", err)
	}
	return err
}

// checkEncoding refuses a database that is kept in another encoding: it has no place for
// most names, and folds, sorts and cuts texts in another way.
func checkEncoding(ctx context.Context, conn *pgx.Conn) error {
	var encoding, name string
	if err := conn.QueryRow(ctx, `SELECT current_setting('server_encoding'), current_database()`).Scan(&encoding, &name); err != nil {
		return err
	}
	if encoding != "UTF8" {
		return fmt.Errorf("%w (%s is in %s)", ErrNotUTF8, name, encoding)
	}
	return nil
}

// checkSchema compares the database's version with this program's.
func checkSchema(ctx context.Context, conn *pgx.Conn) error {
	steps, err := migrationSteps()
	if err != nil {
		return err
	}
	var version int
	err = conn.QueryRow(ctx, "SELECT version FROM "+schemaVersion).Scan(&version)
	switch {
	case sqlState(err) == "42P01" || errors.Is(err, pgx.ErrNoRows): // no such table, or nothing in it
		return ErrNotMigrated
	case err != nil:
		return err
	case version < len(steps):
		return fmt.Errorf("%w (schema version %d of %d)", ErrNotMigrated, version, len(steps))
	case version > len(steps):
		return fmt.Errorf("%w (schema version %d, this program knows %d)", ErrNewerSchema, version, len(steps))
	}
	return nil
}
