package main

import (
	"context"
	"fmt"
)

// migrateCommand creates or updates the tables of a database.
type migrateCommand struct {
	waits
	DatabaseURL string `name:"database-url" env:"DATABASE_URL" required:"" placeholder:"URL" help:"PostGIS database (postgres://user:password@host/name)."`
}

// Run migrates, and says from which version to which.
func (c *migrateCommand) Run(ctx context.Context) error {
	from, to, err := newPatient(c.DatabaseWait, nobody, newLogger()).migrate(ctx, c.DatabaseURL)
	if err != nil {
		return err
	}
	if from == to {
		fmt.Printf("The database is up to date (version %d).\n", to)
		return nil
	}
	fmt.Printf("The database was brought from version %d to version %d.\n", from, to)
	return nil
}
