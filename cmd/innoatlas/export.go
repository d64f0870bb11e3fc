package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strconv"
	"time"

	"innoatlas/geo"
	"innoatlas/geo/dataset"
	"innoatlas/geo/postgis"
)

// exportCommand writes the facilities of a source to standard output, or the whole data set
// into a folder or a file.
type exportCommand struct {
	source

	Format string `enum:"csv,geojson" default:"csv" help:"Form of the output (${enum}); GeoJSON has the further sources of each record too, and the licence."`
	AsOf   string `placeholder:"REV|TIME" help:"What the database held after this revision, or at this time (RFC 3339, or a day: its end in UTC)."`

	To          string `aliases:"folder" placeholder:"DIR|FILE.zip" help:"Write the whole data set into this new folder or file, as --data and import read it: all records, what belongs to them, and datapackage.json."`
	Force       bool   `help:"With --to: take the place of an export of before; anything else is never replaced."`
	WithHistory bool   `help:"With --to, of a database: its history too, which import takes over into an empty database."`
}

// Run writes the records in the order of their ids.
func (c *exportCommand) Run(ctx context.Context) error {
	if err := c.checkFlags(); err != nil {
		return err
	}
	if c.WithHistory {
		return c.writeWithHistory(ctx)
	}
	ds, err := c.chosen(ctx)
	if err != nil {
		return err
	}
	if c.To != "" {
		return c.writeWhole(ds, nil)
	}
	if c.Format == "geojson" {
		return dataset.WriteGeoJSON(os.Stdout, ds)
	}
	if ds.Terms != (geo.Terms{}) {
		fmt.Fprintln(errorOutput, "note: CSV has no place for the licence and whom to name; keep them in terms.csv, or take --to or --format geojson")
	}
	if len(ds.Fields[geo.Facilities.ID]) > 0 {
		fmt.Fprintln(errorOutput, "note: CSV has no place for what fields of your own are (types, titles, facets, which are private), "+
			"and whoever reads it works that out again; take --to, or --format geojson, to keep it")
	}
	return dataset.WriteCSV(os.Stdout, ds)
}

// checkFlags refuses what does not go together.
func (c *exportCommand) checkFlags() error {
	switch {
	case c.To != "" && c.Format != "csv":
		return errors.New("--to writes the whole data set in a form of its own; leave --format out")
	case c.To == "" && c.Force:
		return errors.New("--force is about what is there already at --to DIR or FILE.zip; nothing else is written to a file")
	case c.To == "" && c.WithHistory:
		return errors.New("say where the records and their history go: --to DIR or FILE.zip")
	case c.WithHistory && c.AsOf != "":
		return errors.New("--with-history writes all that is known up to now; leave it or --as-of out")
	}
	return nil
}

func (c *exportCommand) writeWhole(ds *geo.Dataset, more map[string]func(io.Writer) error) error {
	if err := dataset.WriteWhole(c.To, ds, dataset.Whole{Replace: c.Force, More: more}); err != nil {
		return fmt.Errorf("cannot write the data set: %w", err)
	}
	return nil
}

// writeWithHistory writes the records and what became of them as they were at one moment.
func (c *exportCommand) writeWithHistory(ctx context.Context) error {
	if err := c.check(); err != nil {
		return err
	}
	if c.DatabaseURL == "" {
		return errors.New("only a database has a history: give --database-url with --with-history")
	}
	wait := newPatient(c.DatabaseWait, nobody, newLogger())
	store, err := wait.open(ctx, c.DatabaseURL, readers)
	if err != nil {
		return err
	}
	defer store.Close()
	return store.Whole(ctx, func(ds *geo.Dataset, history func(string, io.Writer) error) error {
		more := map[string]func(io.Writer) error{}
		for _, name := range postgis.HistoryFiles() {
			more[path.Join(dataset.HistoryFolder, name)] = func(w io.Writer) error { return history(name, w) }
		}
		return c.writeWhole(ds, more)
	})
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
