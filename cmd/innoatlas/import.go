package main

import (
	"context"
	"fmt"

	"innoatlas/geo/dataset"
	"innoatlas/geo/postgis"
)

// importCommand puts a data set into the database.
type importCommand struct {
	waits
	columnOptions
	Path        string `arg:"" name:"path" placeholder:"DIR|FILE" help:"Folder with facilities.csv, or a .csv, .csv.gz or .geojson file; or one table of texts, as innoatlas texts import takes it."`
	DatabaseURL string `name:"database-url" env:"DATABASE_URL" required:"" placeholder:"URL" help:"PostGIS database, prepared by innoatlas migrate."`
}

// Run checks the whole data set first, then writes all of it in one transaction.
func (c *importCommand) Run(ctx context.Context) error {
	if dataset.HasTexts(c.Path) {
		texts := textsImport{source: source{waits: c.waits, DatabaseURL: c.DatabaseURL}, Path: c.Path}
		return texts.Run(ctx)
	}
	ds, warnings, err := dataset.ReadWith(c.Path, c.options())
	for _, w := range warnings {
		fmt.Fprintln(errorOutput, "note: "+w)
	}
	if err != nil {
		return err
	}
	wait := newPatient(c.DatabaseWait, nobody, newLogger())
	store, err := wait.open(ctx, c.DatabaseURL)
	if err != nil {
		return err
	}
	defer store.Close()
	var summary postgis.Summary
	err = wait.until(ctx, func(ctx context.Context) (err error) { // nothing or all: it can be tried again
		summary, err = store.Import(ctx, ds)
		return err
	})
	if err != nil {
		return fmt.Errorf("nothing was imported from %s: %w", c.Path, err)
	}
	for _, note := range summary.Notes {
		fmt.Fprintln(errorOutput, "note: "+note)
	}
	fmt.Printf("%s: %d added, %d changed, %d unchanged.\n", c.Path, summary.Added, summary.Changed, summary.Unchanged)
	return nil
}
