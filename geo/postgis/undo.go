package postgis

import (
	"cmp"
	"context"
	"encoding/json"
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
	after map[string]map[string]geo.Feature // what the change left, by collections and slugs
	taken []*undone                         // the newest first
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
		u.after, u.taken = map[string]map[string]geo.Feature{}, nil
		i.ds = &geo.Dataset{Records: map[string][]geo.Record{}, Rows: map[string][]geo.Row{}, Versioned: map[string]bool{geo.Facilities.ID: true}}
		i.bases, i.restoring = u.after, true
		if err := choose(ctx, u); err != nil {
			return err
		}
		return u.begin(ctx)
	}
	i.last = u.finish
	i.ds = &geo.Dataset{}
	return s.edit(ctx, what, i)
}

// take takes up the changes of a revision, of all or of one record.
func (u *undoing) take(ctx context.Context, revision int64, collection string, record int64) error {
	rows, err := u.tx.Query(ctx, changesOf, revision, collection, record)
	if err != nil {
		return err
	}
	u.taken, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (*undone, error) {
		var c undone
		return &c, row.Scan(&c.number, &c.op, &c.collection, &c.record, &c.key, &c.part)
	})
	if err == nil && len(u.taken) == 0 {
		err = fmt.Errorf("%w: no revision %d, or nothing that it changed is known", geo.ErrNotFound, revision)
	}
	return err
}

// begin brings back the terms, fields and countries that records name, and takes up the records.
func (u *undoing) begin(ctx context.Context) (err error) {
	if err := u.each(ctx, func(c *undone) bool { return c.isThing() && c.op != "a" }, u.undoRow); err != nil {
		return err
	}
	if u.ds.Fields, err = knownFields(ctx, u.tx); err != nil {
		return err
	}
	return u.each(ctx, (*undone).isRecord, u.undoRecord)
}

// finish takes back what hangs on records, which are there by now, and last what nothing names any more.
func (u *undoing) finish(ctx context.Context) error {
	if err := u.each(ctx, func(c *undone) bool { return c.part != "" }, u.undoRow); err != nil {
		return err
	}
	return u.each(ctx, func(c *undone) bool { return c.isThing() && c.op == "a" }, u.undoRow)
}

// each undoes those that are chosen.
func (u *undoing) each(ctx context.Context, chosen func(*undone) bool, undo func(context.Context, *undone) error) error {
	for _, c := range u.taken {
		if !chosen(c) {
			continue
		}
		if err := undo(ctx, c); err != nil {
			return fmt.Errorf("%s %s: %w", c.collection, c.key, err)
		}
	}
	return nil
}

// isRecord tells records from isThing: what stands by itself in a table of its own.
func (c *undone) isRecord() bool { return c.part == "" && undoneRecords[c.collection].name != "" }

func (c *undone) isThing() bool { return c.part == "" && !c.isRecord() }

func (u *undoing) undoRecord(ctx context.Context, c *undone) error {
	of := geo.FindCollection(geo.Collections, c.collection)
	if c.op == "a" {
		return u.deleteAdded(ctx, of, c)
	}
	return u.putBack(ctx, of, c)
}

// deleteAdded deletes a record that the revision added, where nobody has changed it since.
func (u *undoing) deleteAdded(ctx context.Context, of *geo.Collection, c *undone) error {
	if err := u.checkUnchanged(ctx, c); err != nil {
		return err
	}
	return u.one(ctx, `DELETE FROM `+tableNames[of.ID]+` WHERE id = $1`, c.record)
}

// checkUnchanged is a conflict where others have changed since what the revision added.
func (u *undoing) checkUnchanged(ctx context.Context, c *undone) error {
	var by string
	err := u.tx.QueryRow(ctx, `SELECT r.author FROM change l JOIN revision r ON r.number = l.revision
		WHERE l.collection = $1 AND CASE WHEN $2 > 0 THEN l.record = $2 ELSE l.record IS NULL AND l.key = $4 END
			AND l.number > $3 AND l.op IN ('c', 'd') AND l.revision NOT IN ((SELECT revision FROM change WHERE number = $3), coalesce(innoatlas_own_revision(), 0)) LIMIT 1`,
		c.collection, c.record, c.number, c.key).Scan(&by)
	if err == nil {
		u.conflicts = append(u.conflicts, geo.Conflict{Slug: c.key, Field: "the record", Was: "new", Theirs: "changed by " + by, Yours: ""})
		return u.conflicts
	}
	if !errors.Is(err, pgx.ErrNoRows) {
		return err
	}
	return nil
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
	part bool // whether its rows hang on records
	own  bool // whether it has fields of one's own
}

// undoneTables are by what changes call them.
var undoneTables = map[string]undoneTable{
	"sources":   {"facility_source", []string{"facility_id", "position"}, true, false},
	"texts":     {"record_text", []string{"collection", "record", "lang", "field"}, true, false},
	"links":     {"facility_institution", []string{"facility", "institution", "role"}, true, false},
	"figures":   {"cooperation", []string{"country", "indicator", "year", "source_url"}, true, false},
	"dataset":   {"dataset", []string{"id"}, false, false}, // its terms of use
	"countries": {"country", []string{"id"}, false, true},
	"kinds":     {"kind", []string{"id"}, false, false},
	"sectors":   {"sector", []string{"id"}, false, false},
	"fields":    {"own_field", []string{"collection", "name"}, false, false},
	"synonyms":  {"synonym", []string{"position"}, false, false},
	"places":    {"place_name", []string{"country", "admin1", "city", "lang"}, false, false},
}

// undoRow takes back a change of rows that are no records. What the history keeps for others is none.
func (u *undoing) undoRow(ctx context.Context, c *undone) error {
	t, ok := undoneTables[cmp.Or(c.part, c.collection)]
	switch {
	case !ok:
		return nil
	case !t.part:
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
	LEFT JOIN `+t.name+` t ON `+same+` WHERE c.number = $1 AND (to_jsonb(t) - 'position' IS DISTINCT FROM to_jsonb(w) - 'position')
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
	tag, err := u.tx.Exec(ctx, `DELETE FROM `+t.name+` t USING change c CROSS JOIN LATERAL jsonb_each(c.after) AS e
		CROSS JOIN LATERAL jsonb_populate_record(NULL::`+t.name+`, e.value) AS w WHERE c.number = $1 AND `+same, c.number)
	if err != nil {
		return err
	}
	u.changes += tag.RowsAffected()
	if c.part == "links" {
		return u.putLinksBack(ctx, c)
	}
	tag, err = u.tx.Exec(ctx, `INSERT INTO `+t.name+` SELECT w.* FROM change c CROSS JOIN LATERAL jsonb_each(c.before) AS e
		CROSS JOIN LATERAL jsonb_populate_record(NULL::`+t.name+`, e.value) AS w WHERE c.number = $1`, c.number)
	u.changes += tag.RowsAffected()
	return err
}

// putLinksBack gives each link the place among those of its facility that it had: the others have
// been counted anew meanwhile.
func (u *undoing) putLinksBack(ctx context.Context, c *undone) error {
	rows, err := u.tx.Query(ctx, `SELECT e.value FROM change c CROSS JOIN LATERAL jsonb_each(c.before) AS e
		WHERE c.number = $1 ORDER BY (e.value -> 'position')::integer`, c.number)
	if err != nil {
		return err
	}
	links, err := pgx.CollectRows(rows, pgx.RowTo[json.RawMessage])
	if err != nil {
		return err
	}
	for _, link := range links {
		for _, sql := range []string{
			`UPDATE facility_institution k SET position = k.position + 1 FROM jsonb_populate_record(NULL::facility_institution, $1) AS w
				WHERE k.facility = w.facility AND k.position >= w.position`,
			`INSERT INTO facility_institution SELECT * FROM jsonb_populate_record(NULL::facility_institution, $1)`,
		} {
			tag, err := u.tx.Exec(ctx, sql, link)
			if err != nil {
				return err
			}
			u.changes += tag.RowsAffected()
		}
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
		return u.restoreThing(ctx, t, c)
	case "a":
		return u.deleteThing(ctx, t, c)
	}
	rows, err := u.tx.Query(ctx, `SELECT quote_ident(k) FROM change c CROSS JOIN LATERAL jsonb_object_keys(c.before) AS k WHERE c.number = $1 AND k NOT LIKE 'own.%'`, c.number)
	if err != nil {
		return err
	}
	columns, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	var set, same []string
	for _, column := range columns {
		set = append(set, column+" = w."+column)
		same = append(same, "t."+column+" IS NOT DISTINCT FROM a."+column)
	}
	if t.own {
		set = append(set, "own = "+ownOf("t.own", "w"))
		same = append(same, `NOT EXISTS (SELECT FROM jsonb_each(c.after) AS o (k, v) WHERE k LIKE 'own.%' AND coalesce(t.own -> substr(k, 5), 'null') <> v)`)
	}
	if len(set) == 0 {
		return nil
	}
	tag, err := u.tx.Exec(ctx, `UPDATE `+t.name+` t SET `+strings.Join(set, ", ")+`
		FROM change c CROSS JOIN LATERAL jsonb_populate_record(NULL::`+t.name+`, `+withOwn("c.before")+`) AS w
		CROSS JOIN LATERAL jsonb_populate_record(NULL::`+t.name+`, c.after) AS a
		WHERE c.number = $1 AND `+thingKey[c.collection]+` = $2 AND `+strings.Join(same, " AND "), c.number, c.key)
	if err == nil && tag.RowsAffected() == 0 {
		return Conflicts{{Slug: c.key, Field: strings.Join(columns, ", "), Was: "as the revision left it", Theirs: "something else", Yours: "that of before"}}
	}
	return err
}

// withOwn makes of values as a change has them those of a row: fields of one's own are in one.
func withOwn(values string) string {
	return `(` + values + ` || jsonb_build_object('own', (SELECT jsonb_object_agg(substr(k, 5), v) FROM jsonb_each(` + values + `) AS o (k, v) WHERE k LIKE 'own.%')))`
}

// ownOf is what fields of one's own become with those of a row, of which null is that none was stated.
func ownOf(now, row string) string {
	return `nullif(jsonb_strip_nulls(coalesce(` + now + `, '{}') || coalesce(` + row + `.own, '{}')), '{}')`
}

// restoreThing brings back what was deleted, where nobody has done so since.
func (u *undoing) restoreThing(ctx context.Context, t undoneTable, c *undone) error {
	var there bool
	if err := u.tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM `+t.name+` t WHERE `+thingKey[c.collection]+` = $1)`, c.key).Scan(&there); err != nil {
		return err
	}
	if there {
		return Conflicts{{Slug: c.key, Field: "all of it", Was: "deleted", Theirs: "there again", Yours: "that of before"}}
	}
	values := withOwn("c.before") + ` || jsonb_build_object('version', c.version + 1, 'updated', now())`
	_, err := u.tx.Exec(ctx, `INSERT INTO `+t.name+` SELECT w.* FROM change c
		CROSS JOIN LATERAL jsonb_populate_record(NULL::`+t.name+`, `+values+`) AS w WHERE c.number = $1`, c.number)
	if err == nil && c.collection == "sectors" { // a TRUNCATE has taken these away too
		_, err = u.tx.Exec(ctx, `INSERT INTO facility_sector SELECT id, $1::text FROM facility WHERE $1::text = ANY (sectors) ON CONFLICT DO NOTHING`, c.key)
	}
	return err
}

// deleteThing deletes what was added, where nobody has changed it since.
func (u *undoing) deleteThing(ctx context.Context, t undoneTable, c *undone) error {
	if err := u.checkUnchanged(ctx, c); err != nil {
		return err
	}
	if c.collection == "countries" { // those that came with it are in no change of their own
		if _, err := u.tx.Exec(ctx, `DELETE FROM cooperation WHERE country = $1`, c.key); err != nil {
			return err
		}
	}
	return u.one(ctx, `DELETE FROM `+t.name+` t WHERE `+thingKey[c.collection]+` = $1`, c.key)
}

// thingKey is what changes call a row t, by what they say it is one of (migration 0025).
var thingKey = map[string]string{
	"countries": "t.code", "kinds": "t.id", "sectors": "t.id", "fields": "t.collection || '.' || t.name", "synonyms": "t.position::text",
	"dataset": "'terms'",
	"places":  "concat_ws('/', t.country, t.admin1, t.city, t.lang)",
}
