package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"innoatlas/geo"
	"innoatlas/geo/postgis"
)

// migrateCommand creates or updates the tables of a database.
type migrateCommand struct {
	DatabaseURL string `name:"database-url" env:"DATABASE_URL" required:"" placeholder:"URL" help:"PostGIS database (postgres://user:password@host/name)."`
}

// Run migrates, and says from which version to which.
func (c *migrateCommand) Run(ctx context.Context) error {
	from, to, err := postgis.Migrate(ctx, c.DatabaseURL, postgis.LogTo(newLogger()))
	switch {
	case errors.Is(err, geo.ErrUnavailable):
		return silent(err)
	case err != nil:
		return err
	}
	if from == to {
		fmt.Printf("The database is up to date (version %d).\n", to)
		return nil
	}
	fmt.Printf("The database was brought from version %d to version %d.\n", from, to)
	return nil
}

// migrate is Run for a server that starts, perhaps before its database.
func migrate(ctx context.Context, url string, wait time.Duration, log *slog.Logger) error {
	deadline := time.Now().Add(wait)
	for {
		from, to, err := postgis.Migrate(ctx, url, postgis.LogTo(log))
		if err == nil {
			log.Info("database migrated", "from", from, "to", to)
			return nil
		}
		switch {
		case !errors.Is(err, geo.ErrUnavailable):
			return err
		case !time.Now().Before(deadline):
			return silent(err)
		}
		log.Info("waiting for the database", "error", err.Error())
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(min(time.Second, wait)):
		}
	}
}
