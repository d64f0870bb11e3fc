package postgis

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/tern/v2/migrate"

	"innoatlas/migrations"
)

// schemaVersion is tern's table: one row, the number of the last step done.
const schemaVersion = "innoatlas_schema_version"

// migrationLock keeps two migrations apart. The number is arbitrary and fixed.
const migrationLock = int64(0x696e6e6f61746c31)

// Migrate brings a database to this program's schema, and says which version it
// had and has. Each step is one transaction. Any number of programs may migrate
// one database at once: the first does the work and the others wait for it. A
// database of a later release is ErrNewerSchema.
func Migrate(ctx context.Context, url string) (from, to int32, err error) {
	pool, err := parseURL(url)
	if err != nil {
		return 0, 0, err
	}
	config := pool.ConnConfig
	config.ConnectTimeout = connectTimeout
	config.RuntimeParams["application_name"] = "innoatlas-migrate"
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return 0, 0, wrap(ctx, "migrate", err)
	}
	defer conn.Close(context.WithoutCancel(ctx)) // which gives the lock back
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", migrationLock); err != nil {
		return 0, 0, wrap(ctx, "migrate", err)
	}
	from, to, err = migrateOn(ctx, conn)
	return from, to, wrap(ctx, "migrate", err)
}

func migrateOn(ctx context.Context, conn *pgx.Conn) (from, to int32, err error) {
	m, err := migrate.NewMigrator(ctx, conn, schemaVersion)
	if err != nil {
		return 0, 0, err
	}
	if err := m.LoadMigrations(migrations.Files); err != nil {
		return 0, 0, err
	}
	if from, err = m.GetCurrentVersion(ctx); err != nil {
		return 0, 0, err
	}
	if from > int32(len(m.Migrations)) {
		return from, from, ErrNewerSchema
	}
	if err := m.Migrate(ctx); err != nil {
		return from, from, explain(err)
	}
	return from, int32(len(m.Migrations)), nil
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

// checkSchema compares the database's version with this program's.
func (s *Store) checkSchema(ctx context.Context) error {
	steps, err := migrate.FindMigrations(migrations.Files)
	if err != nil {
		return err
	}
	var version int
	err = s.side.QueryRow(ctx, "SELECT version FROM "+schemaVersion).Scan(&version)
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
