package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"innoatlas/geo"
	"innoatlas/geo/dataset"
)

// textsCommand looks after what records say in other languages than English.
type textsCommand struct {
	Missing  textsMissing  `cmd:"" help:"Write what a translator is to do in a language, as CSV: fill it in, and give it to innoatlas texts import."`
	Import   textsImport   `cmd:"" help:"Add the texts of one file, as texts/th.csv of a data set, or names of places, to a database, or to a data set that is written anew."`
	Export   textsExport   `cmd:"" help:"Write what records say in a language to standard output, as texts/th.csv of a data set has it."`
	Coverage textsCoverage `cmd:"" help:"Count names, summaries, translated fields of your own, towns and provinces by language."`
}

// textsOf is a source and a language of it.
type textsOf struct {
	source
	Lang string `required:"" placeholder:"CODE" help:"Language (BCP 47), as th or zh."`
	texted
	Places bool `help:"Names of towns and provinces instead of texts of records."`
}

// texted is the collection whose texts are meant.
type texted struct {
	Collection string `enum:"facilities,institutions,projects" default:"facilities" placeholder:"ID" help:"Collection whose texts are meant: ${enum}."`
}

func (t texted) of() *geo.Collection { return geo.FindCollection(geo.Collections, t.Collection) }

// open gives the data set, and the language as its texts call it.
func (c *textsOf) open(ctx context.Context) (ds *geo.Dataset, lang string, err error) {
	if lang, err = dataset.Language(c.Lang); err != nil {
		return nil, "", fmt.Errorf("--lang: %w", err)
	}
	ds, err = c.dataset(ctx)
	return ds, lang, err
}

type textsMissing struct{ textsOf }

// Run writes what is missing, or a machine's and older than the English.
func (c *textsMissing) Run(ctx context.Context) error {
	ds, lang, err := c.open(ctx)
	switch {
	case err != nil:
		return err
	case c.Places:
		return dataset.WriteMissingPlaces(os.Stdout, ds, lang)
	}
	return dataset.WriteMissing(os.Stdout, ds, c.of(), lang)
}

type textsExport struct{ textsOf }

// Run writes all that there is in the language.
func (c *textsExport) Run(ctx context.Context) error {
	ds, lang, err := c.open(ctx)
	switch {
	case err != nil:
		return err
	case c.Places:
		return dataset.WritePlaces(os.Stdout, ds, lang)
	}
	return dataset.WriteTexts(os.Stdout, ds, c.of(), lang)
}

type textsCoverage struct{ source }

// Run counts for each language of the pages.
func (c *textsCoverage) Run(ctx context.Context) error {
	ds, err := c.dataset(ctx)
	if err != nil {
		return err
	}
	coverage := geo.NewCoverage(geo.NewPlaces(ds.PlaceNames), ds.Fields[geo.Facilities.ID])
	for i := range ds.Facilities {
		coverage.Add(&ds.Facilities[i])
	}
	counted := []string{quantity(coverage.Facilities, "record", "records"), quantity(coverage.Summaries, "summary", "summaries"),
		quantity(coverage.Towns, "town", "towns"), quantity(coverage.Provinces, "province", "provinces")}
	for _, name := range slices.Sorted(maps.Keys(coverage.Own)) {
		counted = append(counted, fmt.Sprintf("%d of %s", coverage.Own[name], name))
	}
	fmt.Printf("%s. Source, person and machine say who put a text into the language; what is left is in English.\n\n", strings.Join(counted, ", "))
	return printCoverage(coverage)
}

func printCoverage(coverage *geo.Coverage) error {
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	names := slices.Sorted(maps.Keys(coverage.Own))
	fmt.Fprint(table, "LANG\tNAMES\tsource\tperson\tmachine\tSUMMARIES\tsource\tperson\tmachine\t")
	for _, name := range names {
		fmt.Fprint(table, strings.ToUpper(name)+"\tsource\tperson\tmachine\t")
	}
	fmt.Fprintln(table, "TOWNS\tmachine\tPROVINCES\tmachine\tSTALE\t")
	for _, l := range coverage.Languages {
		fmt.Fprint(table, l.Lang+"\t", counts(l.Names), counts(l.Summaries))
		for _, name := range names {
			fmt.Fprint(table, counts(l.Own[name]))
		}
		fmt.Fprintf(table, "%d\t%d\t%d\t%d\t%d\t\n", l.Towns.All(), l.Towns.Machine, l.Provinces.All(), l.Provinces.Machine, l.Outdated)
	}
	return table.Flush()
}

// counts are cells of the table: all, and by who has put them into the language.
func counts(t geo.Told) string {
	return fmt.Sprintf("%d\t%d\t%d\t%d\t", t.All(), t.Source, t.Person, t.Machine)
}

// textsImport adds the texts of one file.
type textsImport struct {
	source
	Path       string `arg:"" name:"file" placeholder:"FILE" help:"Table of texts (slug, lang, name, summary, origin) or of places (country, admin1, city, lang, name, origin), .csv or .csv.gz."`
	Collection string `placeholder:"ID" help:"Collection whose texts they are: facilities, institutions or projects; without it the name of the file says so, as institutions.th.csv."`
	Folder     string `placeholder:"DIR" help:"Without a database: write the data set with these texts into this new folder."`
}

// Run checks the file against the records, and then takes all of it.
func (c *textsImport) Run(ctx context.Context) error {
	if err := c.check(); err != nil {
		return err
	}
	switch {
	case c.DatabaseURL == "" && c.Folder == "":
		return errors.New("say where the texts go: --database-url, or --folder for a new folder with the data set and these texts")
	case c.DatabaseURL != "" && c.Folder != "":
		return errors.New("--database-url and --folder are two places; leave one out")
	}
	if c.Folder == "" {
		return c.importTexts(ctx)
	}
	return c.addTo(ctx, func(_ context.Context, ds, brought *geo.Dataset) (dataset.Added, error) {
		n := dataset.AddTexts(ds, brought)
		return n, dataset.WriteFolder(c.Folder, ds)
	})
}

// addTo reads the file for the records of the source, and gives it to take.
func (c *textsImport) addTo(ctx context.Context, take func(ctx context.Context, ds, brought *geo.Dataset) (dataset.Added, error)) error {
	ds, err := c.dataset(ctx)
	if err != nil {
		return err
	}
	of := geo.FindCollection(geo.Collections, c.Collection)
	if of == nil && c.Collection != "" {
		return fmt.Errorf("there are no texts of %q; there are those of facilities, institutions and projects", c.Collection)
	}
	brought, warnings, err := dataset.ReadTexts(c.Path, ds, of)
	for _, w := range warnings {
		fmt.Fprintln(errorOutput, "note: "+w)
	}
	if err != nil {
		return err
	}
	n, err := take(ctx, ds, brought)
	if err != nil {
		return fmt.Errorf("nothing was imported from %s: %w", c.Path, err)
	}
	if n.Kept > 0 {
		fmt.Fprintf(errorOutput, "note: %s of a machine not taken, since a person or a source says something else there\n", quantity(n.Kept, "text", "texts"))
	}
	fmt.Printf("%s: %s added, %d changed, %d unchanged.\n", c.Path, quantity(n.New, "text", "texts"), n.Changed, n.Unchanged)
	return nil
}
