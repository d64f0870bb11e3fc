package postgis

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/jackc/pgx/v5"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// edit changes records in one transaction as an import does, under its lock. First is done as a
// hand would do it; what follows of that, and of the data set, is made anew then.
func (s *Store) edit(ctx context.Context, what string, i *importing) (Summary, error) {
	return s.editBy(ctx, s.work("innoatlas-edit"), what, i)
}

func (s *Store) editBy(ctx context.Context, w work, what string, i *importing) (Summary, error) {
	err := w.run(ctx, func(tx pgx.Tx) error {
		i.tx, i.patience = tx, editPatience
		return i.run(ctx)
	})
	var other *geo.VersionError
	if errors.Is(err, geo.ErrNotFound) || errors.As(err, &other) {
		return Summary{}, fmt.Errorf("%s: %w", what, err)
	}
	if err != nil {
		return Summary{}, wrapFirst(ctx, what, detailed(err))
	}
	if i.revision != "" {
		s.announce(i.revision)
	}
	return i.summary, nil
}

// byHand runs the statements of an edit so that triggers mark what follows of them.
func (i *importing) byHand(ctx context.Context, do func(context.Context) error) error {
	if _, err := i.tx.Exec(ctx, `SET LOCAL innoatlas.searched = ''`); err != nil {
		return err
	}
	if err := do(ctx); err != nil {
		return err
	}
	_, err := i.tx.Exec(ctx, ownSearchTexts)
	return err
}

// editable is the table of a collection whose records may be deleted and renamed.
func editable(c *geo.Collection) (string, error) {
	if c.Is(geo.Facilities) || c.Is(geo.Institutions) || c.Is(geo.Projects) {
		return tableNames[c.ID], nil
	}
	return "", fmt.Errorf("%s are not records that can be deleted, renamed or merged; facilities, institutions and projects are", c)
}

// Delete deletes a record with all that hangs on it. Its address says so from then on, with the
// reason, and its id and slug stay its own. An unknown slug is geo.ErrNotFound.
func (s *Store) Delete(ctx context.Context, by By, c *geo.Collection, slug string) (Summary, error) {
	table, err := editable(c)
	if err != nil {
		return Summary{}, err
	}
	i := &importing{ImportOptions: ImportOptions{By: by}, ds: &geo.Dataset{}}
	i.first = func(ctx context.Context) error {
		return i.one(ctx, `DELETE FROM `+table+` WHERE slug = $1`, slug)
	}
	return s.edit(ctx, "delete "+slug, i)
}

// one runs a statement that must touch one record.
func (i *importing) one(ctx context.Context, sql string, args ...any) error {
	tag, err := i.tx.Exec(ctx, sql, args...)
	if err == nil && tag.RowsAffected() == 0 {
		err = geo.ErrNotFound
	}
	return err
}

// naming are the columns that name records of a collection by their slugs: $1 is the one of
// before and $2 the one to be.
var naming = map[string][]string{
	"facilities": {
		`UPDATE facility SET successor = $2 WHERE successor = $1`,
		`UPDATE projects SET facilities = array_replace(facilities, $1, $2) WHERE $1 = ANY(facilities)`,
	},
	"institutions": {
		`UPDATE institutions SET parent = $2 WHERE parent = $1`,
		`UPDATE projects SET institutions = array_replace(institutions, $1, $2) WHERE $1 = ANY(institutions)`,
	},
}

func (i *importing) nameAnew(ctx context.Context, c *geo.Collection, from, to string) error {
	for _, sql := range naming[c.ID] {
		if _, err := i.tx.Exec(ctx, sql, from, to); err != nil {
			return err
		}
	}
	return nil
}

// Rename gives a record another slug, there and wherever it is named; the old one leads to it from
// then on. A slug that another record has or had is refused.
func (s *Store) Rename(ctx context.Context, by By, c *geo.Collection, from, to string) (Summary, error) {
	table, err := editable(c)
	if err != nil {
		return Summary{}, err
	}
	i := &importing{ImportOptions: ImportOptions{By: by}, ds: &geo.Dataset{}}
	i.first = func(ctx context.Context) error {
		var taken string
		err := i.tx.QueryRow(ctx, `SELECT slug FROM `+table+` WHERE slug = $2
			UNION ALL SELECT g.slug FROM gone g WHERE g.collection = $3 AND g.slug = $2 AND g.id NOT IN (SELECT id FROM `+table+` WHERE slug = $1)`,
			from, to, c.ID).Scan(&taken)
		if err == nil {
			return fmt.Errorf("another record of %s has or had the slug %s, whose address would lead elsewhere; take another one", c, to)
		}
		if !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		if err := i.one(ctx, `UPDATE `+table+` SET slug = $2 WHERE slug = $1`, from, to); err != nil {
			return err
		}
		return i.nameAnew(ctx, c, from, to)
	}
	return s.edit(ctx, "rename "+from, i)
}

// Merge puts a record into another, which keeps what it states and gains what it does not: values,
// texts, links, sources, identifiers, and the name of the other among its former names or aliases.
// What both state and differs is told. The address of the one leads to the other from then on.
func (s *Store) Merge(ctx context.Context, by By, c *geo.Collection, slug, into string) (Summary, error) {
	table, err := editable(c)
	if err != nil {
		return Summary{}, err
	}
	if slug == into {
		return Summary{}, fmt.Errorf("%s cannot be merged into itself", slug)
	}
	i := &importing{ImportOptions: ImportOptions{By: by}, ds: &geo.Dataset{}}
	i.first = func(ctx context.Context) error {
		old, err := i.readOne(ctx, c, slug)
		if err != nil {
			return err
		}
		other, err := i.readOne(ctx, c, into)
		if err != nil {
			return err
		}
		id, _ := other.Ref()
		for _, sql := range movedLinks[c.ID] {
			if _, err := i.tx.Exec(ctx, sql, slug, into); err != nil {
				return err
			}
		}
		if err := i.nameAnew(ctx, c, slug, into); err != nil {
			return err
		}
		if _, err := i.tx.Exec(ctx, `SELECT set_config('innoatlas.merged', $1::bigint::text, true)`, id); err != nil {
			return err
		}
		if err := i.one(ctx, `DELETE FROM `+table+` WHERE slug = $1`, slug); err != nil {
			return err
		}
		if _, err := i.tx.Exec(ctx, `SET LOCAL innoatlas.merged = ''`); err != nil {
			return err
		}
		i.gain(c, other, old)
		return nil
	}
	return s.edit(ctx, "merge "+slug, i)
}

// movedLinks give the links of one record to another, where that has none such.
var movedLinks = map[string][]string{
	"facilities": {`UPDATE facility_institution k SET facility = $2 WHERE facility = $1 AND stated
		AND NOT EXISTS (SELECT FROM facility_institution o WHERE o.facility = $2 AND (o.institution, o.role) = (k.institution, k.role))`},
	"institutions": {`UPDATE facility_institution k SET institution = $2 WHERE institution = $1 AND stated
		AND NOT EXISTS (SELECT FROM facility_institution o WHERE o.institution = $2 AND (o.facility, o.role) = (k.facility, k.role))`},
}

// readOne reads a record with all that it states.
func (i *importing) readOne(ctx context.Context, c *geo.Collection, slug string) (geo.Feature, error) {
	known, err := knownFields(ctx, i.tx)
	if err != nil {
		return nil, err
	}
	t := tableOf(c.With(known[c.ID]))
	rows, err := i.tx.Query(ctx, `SELECT `+t.fields+` FROM `+t.name+` WHERE slug = $1`, slug)
	if err != nil {
		return nil, err
	}
	i.ds.Fields = known
	r, err := pgx.CollectExactlyOneRow(rows, t.reader())
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, fmt.Errorf("%w: %s", geo.ErrNotFound, slug)
	}
	return r, err
}

// gathered are the lists that a merge joins.
var gathered = []string{"identifiers", "former_names", "aliases"}

// gain makes the data set a row of what a record gains of another.
func (i *importing) gain(c *geo.Collection, into, old geo.Feature) {
	of := c.With(i.ds.Fields[c.ID])
	_, slug := into.Ref()
	_, gone := old.Ref()
	row := c.NewFeature(slug)
	for n := range of.Fields {
		f := &of.Fields[n]
		has, other := f.Value(into), f.Value(old)
		switch {
		case !f.IsMerged() || other.Type == cql2.Null:
		case has.Type == cql2.Null, f.Name == "status" && has.Text == "unknown":
			f.Set(row, other)
		case slices.Contains(gathered, f.Name):
			f.Set(row, cql2.ListOf(joined(has.List, other.List)))
		case !has.Equal(other):
			i.note("%s: %s says %s, and %s says %s, which is not taken", f.Name, slug, geo.ShownValue(has), gone, geo.ShownValue(other))
		}
	}
	i.gainName(of, row, into, old)
	i.gainRest(c, row, into, old)
}

// gainName keeps the name of the other record where it is another one.
func (i *importing) gainName(of *geo.Collection, row, into, old geo.Feature) {
	name := old.Value("name")
	if name.Type == cql2.Null || name.Equal(into.Value("name")) {
		return
	}
	for _, field := range []string{"former_names", "aliases"} {
		if f := of.Field(field); f != nil {
			list := row.Value(field).List
			if list == nil {
				list = into.Value(field).List
			}
			f.Set(row, cql2.ListOf(joined(list, []string{name.Text})))
		}
	}
}

// gainRest takes place, texts and sources, and makes the row the data set.
func (i *importing) gainRest(c *geo.Collection, row, into, old geo.Feature) {
	texts := &geo.Translations{}
	if t := old.Translated(); t != nil {
		for _, one := range t.All {
			if known := into.Translated(); known == nil || known.In(one.Lang, one.Field) == nil {
				texts.All = append(texts.All, one)
			}
		}
	}
	if len(texts.All) == 0 {
		texts = nil
	}
	switch row := row.(type) {
	case *geo.Facility:
		other, has := old.(*geo.Facility), into.(*geo.Facility)
		row.Position, row.Translations = other.Position, texts
		if has.Position != nil {
			row.Position = nil
		}
		row.Sources = slices.Clone(has.Sources)
		for _, source := range append([]geo.Source{other.Source}, other.Sources...) {
			if source != (geo.Source{}) && source != has.Source && !slices.Contains(row.Sources, source) {
				row.Sources = append(row.Sources, source)
			}
		}
		i.ds.Facilities = []geo.Facility{*row}
	case *geo.Record:
		if row.Translations = texts; into.Geometry() == nil {
			row.Shape = old.Geometry()
		}
		i.ds.Records = map[string][]geo.Record{c.ID: {*row}}
	}
	i.ds.Rows = map[string][]geo.Row{c.ID: {{}}}
	i.ds.Versioned = map[string]bool{c.ID: true}
}

// joined are both lists, each value once.
func joined(a, b []string) []string {
	all := slices.Clone(a)
	for _, v := range b {
		if !slices.Contains(all, v) {
			all = append(all, v)
		}
	}
	return all
}

var _ geo.Editor = (*Store)(nil)

// Apply makes edits of records, all or none: see geo.Editor.
func (s *Store) Apply(ctx context.Context, by By, edits iter.Seq[geo.Edit]) (Summary, error) {
	i := &importing{ImportOptions: ImportOptions{By: by}, ds: &geo.Dataset{}}
	i.first = func(ctx context.Context) error {
		known, err := knownFields(ctx, i.tx)
		if err != nil {
			return err
		}
		if i.ds, err = geo.EditsOf(edits, known); err != nil {
			return err
		}
		for e := range edits {
			if err := i.applyDelete(ctx, e); err != nil {
				return err
			}
		}
		return nil
	}
	return s.edit(ctx, "edit", i)
}

// applyDelete deletes the record of an edit that says so.
func (i *importing) applyDelete(ctx context.Context, e geo.Edit) error {
	if !e.Delete {
		return nil
	}
	table, err := editable(&geo.Collection{ID: e.Collection})
	if err != nil {
		return err
	}
	var version int
	if err := found(i.tx.QueryRow(ctx, `SELECT version FROM `+table+` WHERE slug = $1`, e.Slug).Scan(&version)); err != nil {
		return fmt.Errorf("%w: %s", err, e.Slug)
	}
	if e.IfVersion > 0 && e.IfVersion != version {
		return &geo.VersionError{Slug: e.Slug, Has: version, Want: e.IfVersion}
	}
	i.summary.Deleted++
	return i.one(ctx, `DELETE FROM `+table+` WHERE slug = $1`, e.Slug)
}
