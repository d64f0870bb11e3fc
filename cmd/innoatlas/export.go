package main

import (
	"context"
	"fmt"
	"os"

	"innoatlas/geo"
	"innoatlas/geo/dataset"
)

// exportCommand writes the facilities of a source to standard output, or the whole data set
// into a folder.
type exportCommand struct {
	source

	Format string `enum:"csv,geojson" default:"csv" help:"Form of the output (${enum}); GeoJSON has the further sources of each record too, and the licence."`
	Folder string `placeholder:"DIR" help:"Write the whole data set into this new folder instead, as --data and import read it: facilities.csv, what belongs to it, and datapackage.json."`
}

// Run writes the records in the order of their ids.
func (c *exportCommand) Run(ctx context.Context) error {
	ds, err := c.dataset(ctx)
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
