package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"innoatlas/geo"
	"innoatlas/geo/postgis"
)

type logCommand struct {
	waits
	DatabaseURL string `name:"database-url" env:"DATABASE_URL" required:"" placeholder:"URL" help:"PostGIS database, prepared by innoatlas migrate."`
	Most        int    `name:"limit" default:"20" placeholder:"N" help:"How many revisions, the newest first."`
	Before      int64  `placeholder:"REV" help:"Those before this one."`
}

// Run lists who changed how much, when, from where and why.
func (c *logCommand) Run(ctx context.Context) error {
	return c.on(ctx, func(ctx context.Context, store *postgis.Store) error {
		revisions, err := store.Revisions(ctx, c.Before, c.Most)
		if err != nil {
			return err
		}
		table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "REVISION\tTIME\tBY\tCHANGES\tFROM\tREASON")
		for _, r := range revisions {
			fmt.Fprintf(table, "%d\t%s\t%s\t%s\t%s\t%s\n", r.Number, r.At.Format(time.RFC3339), oneCell(r.Author), changesText(r.Changes), oneCell(r.Source), oneCell(r.Reason))
		}
		return table.Flush()
	})
}

func (c *logCommand) on(ctx context.Context, do func(context.Context, *postgis.Store) error) error {
	of := fieldsOf{waits: c.waits, DatabaseURL: c.DatabaseURL}
	return of.reading(ctx, func(ctx context.Context, store *postgis.Store, _ *geo.Collection) error { return do(ctx, store) })
}

// oneCell is a text without what would end its line or its column.
func oneCell(text string) string { return strings.Join(strings.Fields(text), " ") }

// changesText is how many things a revision changed: "facilities 3 added, 1 deleted; kinds 1 changed".
func changesText(changes map[string]map[geo.ChangeOp]int) string {
	var all []string
	for _, collection := range slices.Sorted(maps.Keys(changes)) {
		var ops []string
		for _, op := range []geo.ChangeOp{geo.Added, geo.Changed, geo.Deleted} {
			if n := changes[collection][op]; n > 0 {
				ops = append(ops, fmt.Sprintf("%d %s", n, op))
			}
		}
		all = append(all, collection+" "+strings.Join(ops, ", "))
	}
	return strings.Join(all, "; ")
}

type historyCommand struct {
	fieldsOf
	Slug string `arg:"" placeholder:"SLUG" help:"Slug of a record, under which it is or was known."`
}

// Run lists all changes of a record, with the values that were and that are since.
func (c *historyCommand) Run(ctx context.Context) error {
	return c.reading(ctx, func(ctx context.Context, store *postgis.Store, of *geo.Collection) error {
		n := 0
		for change, err := range store.Changes(ctx, postgis.ChangesOf{Collection: of.ID, Slug: c.Slug}) {
			if err != nil {
				return err
			}
			n++
			writeChange(os.Stdout, change)
		}
		if n == 0 {
			return fmt.Errorf("there is no history of %s among the %s", c.Slug, of)
		}
		return nil
	})
}

func writeChange(w io.Writer, c geo.Change) {
	r := c.Revision
	fmt.Fprintf(w, "revision %d, %s, by %s", r.Number, r.At.Format(time.RFC3339), oneCell(r.Author))
	if r.Source != "" {
		fmt.Fprintf(w, ", from %s", oneCell(r.Source))
	}
	if c.Line > 0 {
		fmt.Fprintf(w, ", line %d", c.Line)
	}
	if r.Reason != "" {
		fmt.Fprintf(w, ": %s", oneCell(r.Reason))
	}
	what := string(c.Op)
	if c.Part == "history" {
		what = "history purged"
	} else if c.Part != "" {
		what = c.Part + " changed"
	}
	fmt.Fprintf(w, "\n  %s", what)
	if c.Version > 0 {
		fmt.Fprintf(w, ", version %d", c.Version)
	}
	fmt.Fprintln(w)
	names := slices.Concat(slices.Collect(maps.Keys(c.Before)), slices.Collect(maps.Keys(c.After)))
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		if c.Op == geo.Changed {
			writeValue(w, name, c.Before[name], c.After[name])
		}
	}
}

func writeValue(w io.Writer, name string, was, is json.RawMessage) {
	fmt.Fprintf(w, "    %s: %s -> %s\n", name, shown(was), shown(is))
}

// shown is a value for the terminal, and "nothing" where none is stated.
func shown(v json.RawMessage) string {
	if len(v) == 0 || string(v) == "null" {
		return "nothing"
	}
	return oneCell(string(v))
}

type diffCommand struct {
	logCommand
	From int64 `arg:"" placeholder:"REV1" help:"Revision from which on."`
	To   int64 `arg:"" optional:"" placeholder:"REV2" help:"Revision up to which; the newest without it."`
}

// Run lists what is otherwise after one revision than after another.
func (c *diffCommand) Run(ctx context.Context) error {
	return c.on(ctx, func(ctx context.Context, store *postgis.Store) error {
		differences, err := store.Diff(ctx, c.From, c.To)
		if err != nil {
			return err
		}
		for _, d := range differences {
			fmt.Printf("%s/%s %s\n", d.Collection, d.Key, d.Op)
			for _, f := range d.Fields {
				if d.Op == geo.Changed {
					writeValue(os.Stdout, f.Field, f.Was, f.IsNow)
				}
			}
		}
		fmt.Printf("%s.\n", quantity(len(differences), "difference", "differences"))
		return nil
	})
}
