package main

import (
	"context"
	"fmt"

	"innoatlas/geo/postgis"
)

// migrateCommand creates or updates the tables of a database.
type migrateCommand struct {
	waits
	DatabaseURL string `name:"database-url" env:"DATABASE_URL" required:"" placeholder:"URL" help:"PostGIS database (postgres://user:password@host/name)."`
}

// Run migrates, and says from which version to which; then it makes records found by what a hand
// has changed, and says what the database holds that no import would take today.
func (c *migrateCommand) Run(ctx context.Context) error {
	wait := newPatient(c.DatabaseWait, nobody, newLogger())
	from, to, err := wait.migrate(ctx, c.DatabaseURL)
	if err != nil {
		return err
	}
	if from == to {
		fmt.Printf("The database is up to date (version %d).\n", to)
	} else {
		fmt.Printf("The database was brought from version %d to version %d.\n", from, to)
	}
	records, err := wait.refold(ctx, c.DatabaseURL)
	if err == nil && records > 0 {
		fmt.Printf("What %d records, which were changed by hand, are searched by was made anew.\n", records)
	}
	if err != nil {
		return err
	}
	notes, err := postgis.Check(ctx, c.DatabaseURL)
	for _, note := range notes {
		fmt.Fprintln(errorOutput, "note: "+note)
	}
	return err
}
