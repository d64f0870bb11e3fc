package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"

	"innoatlas/geo"
	"innoatlas/geo/dataset"
	"innoatlas/geo/postgis"
)

// exportCommand writes the facilities of a source to standard output, or the whole data set
// into a folder.
type exportCommand struct {
	source

	Format string `enum:"csv,geojson" default:"csv" help:"Form of the output (${enum}); GeoJSON has the further sources of each record too, and the licence."`
	AsOf   string `placeholder:"REV|TIME" help:"What the database held after this revision, or at this time (RFC 3339, or a day: its end in UTC)."`
	Folder string `placeholder:"DIR" help:"Write the whole data set into this new folder instead, as --data and import read it: facilities.csv, what belongs to it, and datapackage.json."`
}

// Run writes the records in the order of their ids.
func (c *exportCommand) Run(ctx context.Context) error {
	ds, err := c.chosen(ctx)
	if err != nil {
		return err
	}
	if c.Folder != "" {
		if err := dataset.WriteFolder(c.Folder, ds); err != nil {
			return fmt.Errorf("cannot write the data set: %w", err)
		}
		return nil
	}
	if c.Format == "geojson" {
		return dataset.WriteGeoJSON(os.Stdout, ds)
	}
	if ds.Terms != (geo.Terms{}) {
		fmt.Fprintln(errorOutput, "note: CSV has no place for the licence and whom to name; keep them in terms.csv, or take --format geojson")
	}
	if len(ds.Fields[geo.Facilities.ID]) > 0 {
		fmt.Fprintln(errorOutput, "note: CSV has no place for what fields of your own are (types, titles, facets, which are private), "+
			"and whoever reads it works that out again; take --folder, or --format geojson, to keep it")
	}
	return dataset.WriteCSV(os.Stdout, ds)
}

// chosen is the data set as it is, or as it was.
func (c *exportCommand) chosen(ctx context.Context) (*geo.Dataset, error) {
	if c.AsOf == "" {
		return c.dataset(ctx)
	}
	if err := c.check(); err != nil {
		return nil, err
	}
	if c.DatabaseURL == "" {
		return nil, errors.New("only a database knows what there was: give --database-url with --as-of")
	}
	wait := newPatient(c.DatabaseWait, nobody, newLogger())
	store, err := wait.open(ctx, c.DatabaseURL, readers)
	if err != nil {
		return nil, err
	}
	defer store.Close()
	revision, err := revisionOf(ctx, store, c.AsOf)
	if err != nil {
		return nil, fmt.Errorf("nothing is known of %s: %w; innoatlas log lists the revisions", c.AsOf, err)
	}
	return store.DatasetAsOf(ctx, revision)
}

// revisionOf is the number of a revision that is named by it or by a time.
func revisionOf(ctx context.Context, store *postgis.Store, named string) (int64, error) {
	if number, err := strconv.ParseInt(named, 10, 64); err == nil {
		return number, nil
	}
	at, err := time.Parse(time.RFC3339, named)
	if err != nil {
		if at, err = time.Parse(time.DateOnly, named); err != nil {
			return 0, errors.New("it is neither a number nor a time as 2026-05-31T08:00:00Z or a day")
		}
		at = at.AddDate(0, 0, 1).Add(-time.Microsecond)
	}
	return store.RevisionAt(ctx, at)
}
