package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"text/tabwriter"

	"innoatlas/geo"
	"innoatlas/geo/postgis"
)

// fieldsCommand looks after the fields of one's own that a database has.
type fieldsCommand struct {
	List    fieldsList    `cmd:"" help:"List the fields of your own: type, title, facet, private, and how many records state each."`
	Rename  fieldsRename  `cmd:"" help:"Give a field another name. Its values stay."`
	Drop    fieldsDrop    `cmd:"" help:"Take a field away, with all of its values."`
	Public  fieldsPublic  `cmd:"" help:"Show a private field to everybody."`
	Private fieldsPrivate `cmd:"" help:"Keep a field, and show it to nobody."`
}

// fieldsOf is the database and the collection that all of them share.
type fieldsOf struct {
	waits
	DatabaseURL string `name:"database-url" env:"DATABASE_URL" required:"" placeholder:"URL" help:"PostGIS database, prepared by innoatlas migrate."`
	Collection  string `placeholder:"ID" help:"Collection that has the field: facilities (which is meant without it) or countries."`
}

// collection is the one that is named.
func (c *fieldsOf) collection() (*geo.Collection, error) {
	if c.Collection == "" {
		return geo.Facilities, nil
	}
	if found := geo.FindCollection(geo.Collections, c.Collection); found != nil {
		return found, nil
	}
	var ids []string
	for _, known := range geo.Collections {
		ids = append(ids, known.ID)
	}
	return nil, fmt.Errorf("there is no collection %q; there are %s", c.Collection, strings.Join(ids, ", "))
}

// on changes something in the database, and reading only reads it.
func (c *fieldsOf) on(ctx context.Context, do func(context.Context, *postgis.Store, *geo.Collection) error) error {
	return c.as(ctx, editors, do)
}

func (c *fieldsOf) reading(ctx context.Context, do func(context.Context, *postgis.Store, *geo.Collection) error) error {
	return c.as(ctx, readers, do)
}

func (c *fieldsOf) as(ctx context.Context, roles postgis.Option, do func(context.Context, *postgis.Store, *geo.Collection) error) error {
	collection, err := c.collection()
	if err != nil {
		return err
	}
	wait := newPatient(c.DatabaseWait, nobody, newLogger())
	store, err := wait.open(ctx, c.DatabaseURL, roles)
	if err != nil {
		return err
	}
	defer store.Close()
	return wait.until(ctx, func(ctx context.Context) error { return do(ctx, store, collection) })
}

type fieldsList struct{ fieldsOf }

// Run lists the fields of all collections, or of the one that is named.
func (c *fieldsList) Run(ctx context.Context) error {
	var fields []postgis.KeptField
	err := c.reading(ctx, func(ctx context.Context, store *postgis.Store, _ *geo.Collection) (err error) {
		fields, err = store.Fields(ctx)
		return err
	})
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "COLLECTION\tNAME\tTYPE\tFACET\tPRIVATE\tRECORDS\tTEXTS\tTITLE")
	for _, f := range fields {
		if c.Collection == "" || c.Collection == f.Collection {
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%d\t%s\t%s\n", f.Collection, f.Name, f.Type, yesOrNo(f.Facet != ""), yesOrNo(f.Private), f.Stated,
				textsOfField(f), f.Title.In("en"))
		}
	}
	return table.Flush()
}

// textsOfField is how many texts in other languages there are of a field, and of one that is not
// translated that there are none.
func textsOfField(f postgis.KeptField) string {
	if !f.Translated && f.Texts == 0 {
		return "-"
	}
	return strconv.Itoa(f.Texts)
}

func yesOrNo(is bool) string {
	if is {
		return "yes"
	}
	return "no"
}

type fieldsRename struct {
	fieldsOf
	Old string `arg:"" placeholder:"OLD" help:"Name of the field."`
	New string `arg:"" placeholder:"NEW" help:"Name that it gets: a letter a-z, then letters, digits and underscores."`
}

// Run renames the field in the definitions and in all records.
func (c *fieldsRename) Run(ctx context.Context) error {
	return c.on(ctx, func(ctx context.Context, store *postgis.Store, of *geo.Collection) error {
		if err := store.RenameField(ctx, of, c.Old, c.New); err != nil {
			return err
		}
		fmt.Printf("The field %s of %s is called %s now.\n", c.Old, of, c.New)
		return nil
	})
}

type fieldsDrop struct {
	fieldsOf
	Name string `arg:"" placeholder:"NAME" help:"Name of the field."`
	Yes  bool   `help:"Do it: the values are lost."`
}

// Run says what would be lost, and drops the field where that was agreed to.
func (c *fieldsDrop) Run(ctx context.Context) error {
	return c.on(ctx, func(ctx context.Context, store *postgis.Store, of *geo.Collection) error {
		if !c.Yes {
			return c.warn(ctx, store, of)
		}
		values, texts, err := store.DropField(ctx, of, c.Name)
		if err == nil {
			fmt.Printf("The field %s of %s was dropped, with %s.\n", c.Name, of, andTexts(quantity(values, "value", "values"), texts))
		}
		return err
	})
}

func (c *fieldsDrop) warn(ctx context.Context, store *postgis.Store, of *geo.Collection) error {
	fields, err := store.Fields(ctx)
	if err != nil {
		return err
	}
	for _, f := range fields {
		if f.Collection == of.ID && f.Name == c.Name {
			return fmt.Errorf("nothing was dropped: %s of %s would lose %s; add --yes to drop it, after innoatlas export if you may want it back",
				quantity(f.Stated, "record", "records"), of, andTexts(c.Name, f.Texts))
		}
	}
	return fmt.Errorf("there is no field %s of %s in the database; innoatlas fields list names those that there are", c.Name, of)
}

// andTexts adds the texts in other languages that go with something.
func andTexts(what string, n int) string {
	if n == 0 {
		return what
	}
	return what + " and " + quantity(n, "text in another language", "texts in other languages")
}

// quantity is a number with what it counts: "1 record", "2 records".
func quantity(n int, one, several string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, several)
}

type fieldsPublic struct {
	fieldsOf
	Name string `arg:"" placeholder:"NAME" help:"Name of the field."`
}

// Run shows the field.
func (c *fieldsPublic) Run(ctx context.Context) error { return c.show(ctx, c.Name, false) }

type fieldsPrivate struct {
	fieldsOf
	Name string `arg:"" placeholder:"NAME" help:"Name of the field."`
}

// Run hides the field.
func (c *fieldsPrivate) Run(ctx context.Context) error { return c.show(ctx, c.Name, true) }

func (c *fieldsOf) show(ctx context.Context, name string, private bool) error {
	return c.on(ctx, func(ctx context.Context, store *postgis.Store, of *geo.Collection) error {
		if err := store.ShowField(ctx, of, name, private); err != nil {
			return err
		}
		if private {
			fmt.Printf("The field %s of %s is shown to nobody now.\n", name, of)
		} else {
			fmt.Printf("The field %s of %s is shown to everybody now.\n", name, of)
		}
		return nil
	})
}
