package main

import (
	"context"
	"errors"
	"fmt"
	"os/user"

	"innoatlas/geo"
	"innoatlas/geo/postgis"
)

// recordsOf is the database and the collection whose records are changed, and who does it and why.
type recordsOf struct {
	fieldsOf
	whoAndWhy
}

// whoAndWhy is who changes something and why, which the history keeps.
type whoAndWhy struct {
	As     string `placeholder:"NAME" help:"Who changes it, for the history; without it the user of this system."`
	Reason string `placeholder:"TEXT" help:"Why, for the history; of a deleted record its address says so too."`
}

// by is what the history keeps of it.
func (c *whoAndWhy) by(source string) postgis.By {
	name := c.As
	if name == "" {
		if known, err := user.Current(); err == nil {
			name = known.Username
		}
	}
	return postgis.By{Author: name, Source: source, Reason: c.Reason}
}

// edit does something with the database, and says what that changed.
func (c *recordsOf) edit(ctx context.Context, done string, do func(context.Context, *postgis.Store, *geo.Collection) (postgis.Summary, error)) error {
	var summary postgis.Summary
	err := c.on(ctx, func(ctx context.Context, store *postgis.Store, of *geo.Collection) (err error) {
		summary, err = do(ctx, store, of)
		return err
	})
	if errors.Is(err, geo.ErrNotFound) {
		return fmt.Errorf("nothing was changed: %w", err)
	}
	if err != nil {
		return err
	}
	for _, note := range summary.Notes {
		fmt.Fprintln(errorOutput, "note: "+note)
	}
	fmt.Println(done)
	return nil
}

type deleteCommand struct {
	recordsOf
	Slug string `arg:"" placeholder:"SLUG" help:"Slug of the record."`
}

// Run deletes a record. Its address answers 410 from then on, with the reason.
func (c *deleteCommand) Run(ctx context.Context) error {
	if c.Reason == "" {
		return errors.New("say why the record is deleted: --reason TEXT; its address says so to whoever looks for it")
	}
	return c.edit(ctx, c.Slug+" is deleted; innoatlas restore "+c.Slug+" brings it back.",
		func(ctx context.Context, store *postgis.Store, of *geo.Collection) (postgis.Summary, error) {
			return store.Delete(ctx, c.by("delete "+c.Slug), of, c.Slug)
		})
}

type renameCommand struct {
	recordsOf
	Old string `arg:"" placeholder:"OLD" help:"Slug of the record."`
	New string `arg:"" placeholder:"NEW" help:"Slug that it gets."`
}

// Run gives a record another slug. The address of before leads to it.
func (c *renameCommand) Run(ctx context.Context) error {
	return c.edit(ctx, c.Old+" is called "+c.New+" now.", func(ctx context.Context, store *postgis.Store, of *geo.Collection) (postgis.Summary, error) {
		return store.Rename(ctx, c.by("rename "+c.Old+" "+c.New), of, c.Old, c.New)
	})
}

type mergeCommand struct {
	recordsOf
	Slug string `arg:"" placeholder:"OLD" help:"Slug of the record that goes."`
	Into string `arg:"" placeholder:"INTO" help:"Slug of the record that stays and gains what it does not state itself."`
}

// Run merges a record into another.
func (c *mergeCommand) Run(ctx context.Context) error {
	return c.edit(ctx, c.Slug+" is merged into "+c.Into+".", func(ctx context.Context, store *postgis.Store, of *geo.Collection) (postgis.Summary, error) {
		return store.Merge(ctx, c.by("merge "+c.Slug+" "+c.Into), of, c.Slug, c.Into)
	})
}

type restoreCommand struct {
	recordsOf
	Slug string `arg:"" placeholder:"SLUG" help:"Slug of a record that was deleted or merged into another."`
}

// Run brings a record back with all that hung on it.
func (c *restoreCommand) Run(ctx context.Context) error {
	return c.edit(ctx, c.Slug+" is there again.", func(ctx context.Context, store *postgis.Store, of *geo.Collection) (postgis.Summary, error) {
		return store.Restore(ctx, c.by("restore "+c.Slug), of, c.Slug)
	})
}

type revertCommand struct {
	waits
	whoAndWhy
	DatabaseURL string `name:"database-url" env:"DATABASE_URL" required:"" placeholder:"URL" help:"PostGIS database, prepared by innoatlas migrate."`
	Revision    int64  `arg:"" placeholder:"REV" help:"Number of the revision, as innoatlas log has it."`
}

// Run takes back what a revision changed, as a change of its own.
func (c *revertCommand) Run(ctx context.Context) error {
	records := recordsOf{fieldsOf: fieldsOf{waits: c.waits, DatabaseURL: c.DatabaseURL}, whoAndWhy: c.whoAndWhy}
	done := fmt.Sprintf("Revision %d is taken back.", c.Revision)
	return records.edit(ctx, done, func(ctx context.Context, store *postgis.Store, _ *geo.Collection) (postgis.Summary, error) {
		return store.Revert(ctx, c.by(fmt.Sprintf("revert %d", c.Revision)), c.Revision)
	})
}

type purgeCommand struct {
	recordsOf
	Slug string `arg:"" placeholder:"SLUG" help:"Slug of a record, which may be deleted."`
	Yes  bool   `help:"Do it: what the history keeps of the record cannot be brought back."`
}

// Run takes away what the history keeps of a record. Who changed it and when stays.
func (c *purgeCommand) Run(ctx context.Context) error {
	if !c.Yes {
		return fmt.Errorf("all values that the history keeps of %s would be lost, and no change of it so far could be taken back; --yes does it", c.Slug)
	}
	var changes int64
	err := c.on(ctx, func(ctx context.Context, store *postgis.Store, of *geo.Collection) (err error) {
		changes, err = store.Purge(ctx, c.by("purge "+c.Slug), of, c.Slug)
		return err
	})
	if err == nil {
		fmt.Printf("What %s of %s kept is taken away; the record itself is as it was.\n", quantity(int(changes), "change", "changes"), c.Slug)
	}
	return err
}
