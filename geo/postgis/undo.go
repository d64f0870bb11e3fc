package postgis

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// undoing is what takes changes back: the records that they were of, as they shall be and as the
// changes left them, and the rows of other tables.
type undoing struct {
	*importing
	after    map[string]map[string]geo.Feature // what the change left, by collections and slugs
	rows     []*undone
	deleting []*undone // records that were added
}

// undone is a change that is taken back.
type undone struct {
	number     int64
	op         string
	collection string
	record     int64
	key, part  string
}

const changesOf = `
SELECT number, op::text, collection, coalesce(record, 0), key, coalesce(part, '') FROM change
WHERE revision = $1 AND op <> 'f' AND ($2 = '' OR collection = $2 AND record = $3)
ORDER BY number DESC`

// Revert takes back what a revision changed, as a revision of its own. What others have changed
// since in the same fields or rows is Conflicts, and nothing is done; what they have changed
// elsewhere stays. An unknown revision is geo.ErrNotFound.
func (s *Store) Revert(ctx context.Context, by By, revision int64) (Summary, error) {
	return s.undo(ctx, by, fmt.Sprintf("revert %d", revision), func(ctx context.Context, u *undoing) error {
		return u.take(ctx, revision, "", 0)
	})
}

// Restore brings back a record that was deleted or merged into another, with all that hung on it,
// under its id. One that there is, and one that never was, is geo.ErrNotFound.
func (s *Store) Restore(ctx context.Context, by By, c *geo.Collection, slug string) (Summary, error) {
	table, err := editable(c)
	if err != nil {
		return Summary{}, err
	}
	return s.undo(ctx, by, "restore "+slug, func(ctx context.Context, u *undoing) error {
		var revision, id int64
		err := u.tx.QueryRow(ctx, `SELECT c.revision, c.record FROM change c WHERE c.collection = $1 AND c.op = 'd' AND c.part IS NULL
			AND c.record IN (SELECT id FROM gone WHERE collection = $1 AND slug = $2) AND NOT EXISTS (SELECT FROM `+table+` t WHERE t.id = c.record)
			ORDER BY c.number DESC LIMIT 1`, c.ID, slug).Scan(&revision, &id)
		if errors.Is(err, pgx.ErrNoRows) {
			return fmt.Errorf("%w: no record of %s that was called %s is gone", geo.ErrNotFound, c, slug)
		}
		if err != nil {
			return err
		}
		return u.take(ctx, revision, c.ID, id)
	})
}

func (s *Store) undo(ctx context.Context, by By, what string, choose func(context.Context, *undoing) error) (Summary, error) {
	i := &importing{ImportOptions: ImportOptions{By: by}}
	u := &undoing{importing: i}
	i.first = func(ctx context.Context) error {
		u.after, u.rows, u.deleting = map[string]map[string]geo.Feature{}, nil, nil
		known, err := knownFields(ctx, i.tx)
		if err != nil {
			return err
		}
		i.ds = &geo.Dataset{Fields: known, Records: map[string][]geo.Record{}, Rows: map[string][]geo.Row{}, Versioned: map[string]bool{geo.Facilities.ID: true}}
		i.bases, i.restoring = u.after, true
		if err := choose(ctx, u); err != nil {
			return err
		}
		return u.undoRows(ctx, false)
	}
	i.last = func(ctx context.Context) error { return u.undoRows(ctx, true) }
	i.ds = &geo.Dataset{}
	return s.edit(ctx, what, i)
}

// take takes up the changes of a revision, of all or of one record.
func (u *undoing) take(ctx context.Context, revision int64, collection string, record int64) error {
	rows, err := u.tx.Query(ctx, changesOf, revision, collection, record)
	if err != nil {
		return err
	}
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (*undone, error) {
		var c undone
		return &c, row.Scan(&c.number, &c.op, &c.collection, &c.record, &c.key, &c.part)
	})
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return fmt.Errorf("%w: no revision %d, or nothing that it changed is known", geo.ErrNotFound, revision)
	}
	for _, c := range all {
		if err := u.takeOne(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

func (u *undoing) takeOne(ctx context.Context, c *undone) error {
	of := geo.FindCollection(geo.Collections, c.collection)
	switch {
	case c.part != "", of == nil, of.Is(geo.Countries):
		u.rows = append(u.rows, c)
		return nil
	case c.op == "a":
		return u.deleteAdded(ctx, of, c)
	}
	return u.putBack(ctx, of, c)
}

// deleteAdded deletes a record that the revision added, where nobody has changed it since.
func (u *undoing) deleteAdded(ctx context.Context, of *geo.Collection, c *undone) error {
	var by string
	err := u.tx.QueryRow(ctx, `SELECT r.author FROM change l JOIN revision r ON r.number = l.revision
		WHERE l.collection = $1 AND l.record = $2 AND l.number > $3 AND l.op IN ('c', 'd') AND l.revision <> (SELECT revision FROM change WHERE number = $3) LIMIT 1`,
		c.collection, c.record, c.number).Scan(&by)
	if err == nil {
		u.conflicts = append(u.conflicts, geo.Conflict{Slug: c.key, Field: "the record", Was: "new", Theirs: "changed by " + by, Yours: ""})
		return u.conflicts
	}
	if !errors.Is(err, pgx.ErrNoRows) {
		return err
	}
	return u.one(ctx, `DELETE FROM `+tableNames[of.ID]+` WHERE id = $1`, c.record)
}

// putBack makes a record that was changed or deleted a row of the data set: as it was before, with
// what the change left as the base of that.
func (u *undoing) putBack(ctx context.Context, of *geo.Collection, c *undone) error {
	before, err := u.populated(ctx, of, c, "before")
	if err != nil {
		return err
	}
	if before == nil {
		return fmt.Errorf("what change %d of %s took away is not known any more: it was purged, or the record is gone (innoatlas restore)", c.number, c.key)
	}
	id, slug := before.Ref()
	row := geo.Row{}
	for n := range of.With(u.ds.Fields[of.ID]).Fields {
		f := &of.With(u.ds.Fields[of.ID]).Fields[n]
		if f.IsMerged() && f.Value(before).Type == cql2.Null {
			row.Clear = append(row.Clear, f.Name)
		}
	}
	if before.Geometry() == nil {
		row.Clear = append(row.Clear, "position")
	}
	if c.op == "c" {
		after, err := u.populated(ctx, of, c, "after")
		if err != nil {
			return err
		}
		var now string
		if err := u.tx.QueryRow(ctx, `SELECT slug FROM `+tableNames[of.ID]+` WHERE id = $1`, id).Scan(&now); err != nil {
			return err
		}
		if u.after[of.ID] == nil {
			u.after[of.ID] = map[string]geo.Feature{}
		}
		u.after[of.ID][slug] = after
		if now != slug {
			if err := u.renameBack(ctx, of, now, slug); err != nil {
				return err
			}
		}
	}
	switch r := before.(type) {
	case *geo.Facility:
		r.Translations, r.Sources, u.ds.OwnIDs = nil, nil, true
		u.ds.Facilities = append(u.ds.Facilities, *r)
	case *geo.Record:
		r.Translations = nil
		u.ds.Records[of.ID] = append(u.ds.Records[of.ID], *r)
	}
	u.ds.Rows[of.ID] = append(u.ds.Rows[of.ID], row)
	return nil
}

func (u *undoing) renameBack(ctx context.Context, of *geo.Collection, from, to string) error {
	if err := u.one(ctx, `UPDATE `+tableNames[of.ID]+` SET slug = $2 WHERE slug = $1`, from, to); err != nil {
		return err
	}
	return u.nameAnew(ctx, of, from, to)
}

// populated is the record that a change is of, with the values of one of its sides; nil where there
// is none.
func (u *undoing) populated(ctx context.Context, of *geo.Collection, c *undone, side string) (geo.Feature, error) {
	t := tableOf(of.With(u.ds.Fields[of.ID]))
	name := tableNames[of.ID]
	sql := `
WITH side AS (SELECT ` + side + ` AS values FROM change WHERE number = $1 AND ` + side + ` IS NOT NULL), own AS (
	SELECT jsonb_object_agg(substr(e.key, 5), e.value) AS values FROM side CROSS JOIN LATERAL jsonb_each(side.values) AS e WHERE e.key LIKE 'own.%'
)
SELECT ` + t.fields + ` FROM (
	SELECT (jsonb_populate_record(t, side.values || jsonb_build_object('own', nullif(jsonb_strip_nulls(coalesce(t.own, '{}') || coalesce(own.values, '{}')), '{}')))).*
	FROM side CROSS JOIN own LEFT JOIN ` + name + ` t ON t.id = $2
) AS ` + name
	rows, err := u.tx.Query(ctx, sql, c.number, c.record)
	if err != nil {
		return nil, err
	}
	r, err := pgx.CollectExactlyOneRow(rows, t.reader())
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	return r, err
}

// undoneTable says how rows of a table that has no records are found: by these columns.
type undoneTable struct {
	name string
	keys []string
	part bool
}

// undoneTables are by what changes call them.
var undoneTables = map[string]undoneTable{
	"sources":   {"facility_source", []string{"facility_id", "position"}, true},
	"texts":     {"record_text", []string{"collection", "record", "lang", "field"}, true},
	"links":     {"facility_institution", []string{"facility", "institution", "role"}, true},
	"figures":   {"cooperation", []string{"country", "indicator", "year", "source_url"}, true},
	"countries": {"country", []string{"id"}, false},
	"kinds":     {"kind", []string{"id"}, false},
	"sectors":   {"sector", []string{"id"}, false},
	"fields":    {"own_field", []string{"collection", "name"}, false},
	"synonyms":  {"synonym", []string{"position"}, false},
	"places":    {"place_name", []string{"country", "admin1", "city", "lang"}, false},
}

// undoRows takes back what is no record of the data set: first what stands by itself, and last what
// hangs on records, which are there then.
func (u *undoing) undoRows(ctx context.Context, parts bool) error {
	for _, c := range u.rows {
		t, ok := undoneTables[c.part]
		if !ok {
			t, ok = undoneTables[c.collection]
		}
		if !ok || t.part != parts {
			continue
		}
		if err := u.undoRow(ctx, t, c); err != nil {
			return fmt.Errorf("%s of %s: %w", t.name, c.key, err)
		}
	}
	return nil
}

func (u *undoing) undoRow(ctx context.Context, t undoneTable, c *undone) error {
	if !t.part {
		return u.undoThing(ctx, t, c)
	}
	same := same(t.keys)
	if c.part == "links" { // those that only follow of texts give way to those that were stated
		_, err := u.tx.Exec(ctx, `DELETE FROM facility_institution t USING change c CROSS JOIN LATERAL jsonb_each(c.before) AS e
			WHERE c.number = $1 AND NOT t.stated AND t.facility = e.value ->> 'facility'`, c.number)
		if err != nil {
			return err
		}
	}
	var differs bool
	// What the change left must be what there is: the same rows, and none in place of those it took away.
	err := u.tx.QueryRow(ctx, `
SELECT EXISTS (
	SELECT FROM change c CROSS JOIN LATERAL jsonb_each(c.after) AS e CROSS JOIN LATERAL jsonb_populate_record(NULL::`+t.name+`, e.value) AS w
	LEFT JOIN `+t.name+` t ON `+same+` WHERE c.number = $1 AND (to_jsonb(t) IS DISTINCT FROM to_jsonb(w))
) OR EXISTS (
	SELECT FROM change c CROSS JOIN LATERAL jsonb_each(c.before) AS e CROSS JOIN LATERAL jsonb_populate_record(NULL::`+t.name+`, e.value) AS w
	JOIN `+t.name+` t ON `+same+` WHERE c.number = $1 AND NOT coalesce(c.after, '{}') ? e.key
)`, c.number).Scan(&differs)
	if err != nil {
		return err
	}
	if differs {
		return Conflicts{{Slug: c.key, Field: c.part, Was: "as the revision left them", Theirs: "others", Yours: "those of before"}}
	}
	for _, sql := range []string{
		`DELETE FROM ` + t.name + ` t USING change c CROSS JOIN LATERAL jsonb_each(c.after) AS e CROSS JOIN LATERAL jsonb_populate_record(NULL::` + t.name + `, e.value) AS w
			WHERE c.number = $1 AND ` + same,
		`INSERT INTO ` + t.name + ` SELECT w.* FROM change c CROSS JOIN LATERAL jsonb_each(c.before) AS e
			CROSS JOIN LATERAL jsonb_populate_record(NULL::` + t.name + `, e.value) AS w WHERE c.number = $1`,
	} {
		tag, err := u.tx.Exec(ctx, sql, c.number)
		if err != nil {
			return err
		}
		u.changes += tag.RowsAffected()
	}
	return nil
}

func same(keys []string) string {
	var all []string
	for _, key := range keys {
		all = append(all, `t."`+key+`" = w."`+key+`"`)
	}
	return strings.Join(all, " AND ")
}

// undoThing takes back the change of a term, a country or another row that stands by itself.
func (u *undoing) undoThing(ctx context.Context, t undoneTable, c *undone) error {
	switch c.op {
	case "d":
		_, err := u.tx.Exec(ctx, `INSERT INTO `+t.name+` SELECT w.* FROM change c 
			CROSS JOIN LATERAL jsonb_populate_record(NULL::`+t.name+`, c.before) AS w WHERE c.number = $1`, c.number)
		return err
	case "a":
		return u.one(ctx, `DELETE FROM `+t.name+` t WHERE `+thingKey[c.collection]+` = $1`, c.key)
	}
	var set []string
	rows, err := u.tx.Query(ctx, `SELECT quote_ident(k) FROM change c CROSS JOIN LATERAL jsonb_object_keys(c.before) AS k WHERE c.number = $1 AND k NOT LIKE 'own.%'`, c.number)
	if err != nil {
		return err
	}
	columns, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	var same []string
	for _, column := range columns {
		set = append(set, column+" = w."+column)
		same = append(same, "t."+column+" IS NOT DISTINCT FROM a."+column)
	}
	if len(set) == 0 {
		return nil
	}
	tag, err := u.tx.Exec(ctx, `UPDATE `+t.name+` t SET `+strings.Join(set, ", ")+`
		FROM change c CROSS JOIN LATERAL jsonb_populate_record(NULL::`+t.name+`, c.before) AS w CROSS JOIN LATERAL jsonb_populate_record(NULL::`+t.name+`, c.after) AS a
		WHERE c.number = $1 AND `+thingKey[c.collection]+` = $2 AND `+strings.Join(same, " AND "), c.number, c.key)
	if err == nil && tag.RowsAffected() == 0 {
		return Conflicts{{Slug: c.key, Field: strings.Join(columns, ", "), Was: "as the revision left it", Theirs: "something else", Yours: "that of before"}}
	}
	return err
}

// thingKey is what changes call a row t, by what they say it is one of (migration 0025).
var thingKey = map[string]string{
	"countries": "t.code", "kinds": "t.id", "sectors": "t.id", "fields": "t.collection || '.' || t.name", "synonyms": "t.position::text",
	"places": "concat_ws('/', t.country, t.admin1, t.city, t.lang)",
}
