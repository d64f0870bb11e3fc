package postgis

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"innoatlas/geo"
)

// KeptField is a field of one's own in a database.
type KeptField struct {
	geo.Field
	Collection string // its id
	Stated     int    // how many records state it
	Texts      int    // in other languages
}

// Fields lists the fields of one's own of a database, private ones included, by their
// collections and places.
func (s *Store) Fields(ctx context.Context) (kept []KeptField, err error) {
	err = s.read(ctx, "fields", func(ctx context.Context, conn *pgx.Conn) error {
		kept = nil
		rows, err := conn.Query(ctx, ownFields)
		if err != nil {
			return err
		}
		all, err := collectFields(rows)
		if err != nil {
			return err
		}
		batch := &pgx.Batch{}
		for _, c := range geo.Collections {
			for _, f := range all[c.ID] {
				kept = append(kept, KeptField{Field: f, Collection: c.ID})
			}
		}
		for i := range kept {
			c := geo.FindCollection(geo.Collections, kept[i].Collection)
			batch.Queue(`SELECT count(*) FROM `+tableOf(c).keeps+` WHERE own ? $1`, kept[i].Name).QueryRow(func(row pgx.Row) error { return row.Scan(&kept[i].Stated) })
			batch.Queue(countFieldTexts, kept[i].Collection, kept[i].Name).QueryRow(func(row pgx.Row) error { return row.Scan(&kept[i].Texts) })
		}
		return conn.SendBatch(ctx, batch).Close()
	})
	return kept, err
}

const (
	countFieldTexts = `SELECT count(*) FROM record_text WHERE (collection, field) = ($1, $2)`
	dropFieldTexts  = `DELETE FROM record_text WHERE (collection, field) = ($1, $2)`
	moveFieldTexts  = `UPDATE record_text SET field = $3 WHERE (collection, field) = ($1, $2)`

	// ownRename tells the trigger of migration 0023 that no value changes.
	ownRename = `SET LOCAL innoatlas.fields = 'renamed'`
)

// RenameField gives a field another name. One that is no name, that exists or that means
// something else is an error.
func (s *Store) RenameField(ctx context.Context, c *geo.Collection, from, to string) error {
	return s.changeField(ctx, c, from, func(i *importing, known []geo.Field) error {
		switch {
		case namedField(known, to) != nil:
			return fmt.Errorf("there is a field %s of %s already", to, c)
		case !geo.IsFieldName(to):
			return fmt.Errorf("%q is no name of a field: it is a letter a-z, and then letters, digits and underscores, at most %d of them", to, geo.MaxFieldName)
		case c.IsReserved(to):
			return fmt.Errorf("%s means something else in %s or in requests; take another name", to, c)
		case namedField(known, from).Translated && geo.IsTakenInTexts(to, known):
			return fmt.Errorf("%s means something else in files of texts; take another name", to)
		}
		if err := i.execEach(ctx, moveFieldTexts, [][]any{{c.ID, from, to}}); err != nil {
			return err
		}
		if _, err := i.tx.Exec(ctx, ownRename); err != nil {
			return err
		}
		return i.changeOwn(ctx, c, from,
			`UPDATE own_field SET name = $3 WHERE (collection, name) = ($1, $2)`,
			`UPDATE `+tableOf(c).keeps+` SET own = own - $1::text || jsonb_build_object($2::text, own -> $1::text) WHERE own ? $1`, to)
	})
}

// DropField takes a field away with all of its values, and its texts in other languages, and says
// how many these were.
func (s *Store) DropField(ctx context.Context, c *geo.Collection, name string) (values, texts int, err error) {
	err = s.changeFieldBy(ctx, s.ownersWork("innoatlas-fields"), c, name, func(i *importing, known []geo.Field) error {
		if err := checkOwner(ctx, i.tx); err != nil {
			return err
		}
		if err := i.execEach(ctx, dropFieldTexts, [][]any{{c.ID, name}}); err != nil {
			return err
		}
		texts = int(i.changes)
		err := i.changeOwn(ctx, c, name,
			`DELETE FROM own_field WHERE (collection, name) = ($1, $2)`,
			`UPDATE `+tableOf(c).keeps+` SET own = nullif(own - $1::text, '{}') WHERE own ? $1`)
		values = int(i.changes) - texts - 1
		i.searched = namedField(known, name).Translated
		return err
	})
	return values, texts, err
}

// ShowField makes a field private, or one that everybody may see.
func (s *Store) ShowField(ctx context.Context, c *geo.Collection, name string, private bool) error {
	return s.changeField(ctx, c, name, func(i *importing, known []geo.Field) error {
		i.searched = namedField(known, name).Translated
		return i.execEach(ctx, `UPDATE own_field SET private = $3 WHERE (collection, name) = ($1, $2) AND private <> $3`, [][]any{{c.ID, name, private}})
	})
}

// changeOwn changes the definition of a field, of which $1 and $2 are the collection and the
// name, and then the values, of which $1 is the name.
func (i *importing) changeOwn(ctx context.Context, c *geo.Collection, name, definition, values string, more ...any) error {
	if err := i.execEach(ctx, definition, [][]any{append([]any{c.ID, name}, more...)}); err != nil {
		return err
	}
	return i.execEach(ctx, values, [][]any{append([]any{name}, more...)})
}

// changeField changes a field that must be there, as an import does: alone, and with a new
// revision.
func (s *Store) changeField(ctx context.Context, c *geo.Collection, name string, change func(i *importing, known []geo.Field) error) error {
	return s.changeFieldBy(ctx, s.work("innoatlas-fields"), c, name, change)
}

func (s *Store) changeFieldBy(ctx context.Context, w work, c *geo.Collection, name string, change func(i *importing, known []geo.Field) error) error {
	var i importing
	err := w.run(ctx, func(tx pgx.Tx) error {
		i = importing{tx: tx}
		if err := i.lock(ctx); err != nil {
			return err
		}
		known, err := knownFields(ctx, tx)
		if err != nil {
			return err
		}
		if !slices.Contains(geo.NamesOf(known[c.ID]), name) {
			return fmt.Errorf("there is no field %s of %s in the database; `innoatlas fields list` names those that there are", name, c)
		}
		if err := change(&i, known[c.ID]); err != nil {
			return err
		}
		if err := i.searchTexts(ctx); err != nil {
			return err
		}
		return i.announce(ctx)
	})
	if err == nil && i.revision != "" {
		s.announce(i.revision)
	}
	return wrapFirst(ctx, "fields", detailed(err))
}
