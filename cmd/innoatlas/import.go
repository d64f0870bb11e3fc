package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"innoatlas/geo"
	"innoatlas/geo/dataset"
	"innoatlas/geo/postgis"
)

// importCommand puts a data set into the database.
type importCommand struct {
	waits
	columnOptions
	whoAndWhy
	Path        string `arg:"" name:"path" placeholder:"DIR|FILE" help:"Folder with facilities.csv, or a .csv, .csv.gz, .geojson or .zip file; or one table of texts, as innoatlas texts import takes it."`
	DatabaseURL string `name:"database-url" env:"DATABASE_URL" required:"" placeholder:"URL" help:"PostGIS database, prepared by innoatlas migrate."`

	EmptyClears   bool `help:"Let each empty cell of a column empty its field in the database; without it an empty cell leaves what is there, and [clear] empties."`
	Force         bool `help:"Take the file's value where somebody else has changed the same field since the file was made; the history keeps theirs."`
	DeleteMissing bool `help:"Delete the records that the file lacks, of each collection that it has: it is whole."`
	Yes           bool `help:"With --delete-missing: also where that is more than one record in ten."`
}

// readOptions are what the flags say of reading files that are merged into what there is.
func (c *importCommand) readOptions() dataset.Options {
	options := c.options()
	options.Partial, options.EmptyClears, options.Later = true, c.EmptyClears, manyBytes
	return options
}

// manyBytes are those of a table of so many facilities that they are not all kept at once.
const manyBytes = 8 << 20

// importOptions are what the flags say of the import itself.
func (c *importCommand) importOptions() postgis.ImportOptions {
	source := "import " + c.Path
	if c.Force {
		source += " --force"
	}
	return postgis.ImportOptions{By: c.by(source), Force: c.Force, DeleteMissing: c.DeleteMissing, Many: c.Yes}
}

// Run checks the whole data set first, then writes all of it in one transaction.
func (c *importCommand) Run(ctx context.Context) error {
	if dataset.HasTexts(c.Path) {
		texts := textsImport{source: source{waits: c.waits, DatabaseURL: c.DatabaseURL}, Path: c.Path}
		return texts.Run(ctx)
	}
	ds, warnings, err := dataset.ReadWith(c.Path, c.readOptions())
	for _, w := range warnings {
		fmt.Fprintln(errorOutput, "note: "+w)
	}
	if err != nil {
		return err
	}
	wait := newPatient(c.DatabaseWait, nobody, newLogger())
	store, err := wait.open(ctx, c.DatabaseURL, editors)
	if err != nil {
		return err
	}
	defer store.Close()
	options := c.importOptions()
	history, err := dataset.OpenHistory(c.Path)
	if err != nil {
		return err
	}
	if history != nil {
		defer history.Close()
		options.History = history
	}
	var summary postgis.Summary
	err = wait.until(ctx, func(ctx context.Context) (err error) { // nothing or all: it can be tried again
		summary, err = store.ImportWith(ctx, ds, options)
		return err
	})
	var conflicts postgis.Conflicts
	if errors.As(err, &conflicts) { // in lines of their own
		return fmt.Errorf("nothing was imported from %s: %w", c.Path, conflicts)
	}
	if err != nil {
		return fmt.Errorf("nothing was imported from %s: %w", c.Path, err)
	}
	for _, note := range summary.Notes {
		fmt.Fprintln(errorOutput, "note: "+note)
	}
	c.tell(c.Path, geo.Merged{Added: summary.Added, Changed: summary.Changed, Unchanged: summary.Unchanged, Deleted: summary.Deleted})
	for _, id := range slices.Sorted(maps.Keys(summary.Records)) {
		c.tell(c.Path+", "+id, summary.Records[id])
	}
	return nil
}

// tell says how many records of a collection were merged.
func (c *importCommand) tell(what string, n geo.Merged) {
	deleted := ""
	if c.DeleteMissing {
		deleted = fmt.Sprintf(", %d deleted", n.Deleted)
	}
	fmt.Printf("%s: %d added, %d changed, %d unchanged%s.\n", what, n.Added, n.Changed, n.Unchanged, deleted)
}
