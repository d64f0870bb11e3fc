package postgis

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"innoatlas/geo"
)

// undoneRecords are the tables of records, by what changes call these.
var undoneRecords = map[string]undoneTable{
	"facilities":   {"facility", []string{"id"}, false, true},
	"institutions": {"institutions", []string{"id"}, false, true},
	"projects":     {"projects", []string{"id"}, false, true},
}

// undoOnCopies takes back, in temporary tables, all that was changed after a revision. It is a text
// of SQL that the database runs, change by change.
func undoOnCopies(revision int64) string {
	after := strconv.FormatInt(revision, 10)
	var b strings.Builder
	b.WriteString(`
DO $do$
DECLARE
	c   record;
	mine jsonb;
BEGIN
	FOR c IN SELECT * FROM change WHERE revision > ` + after + ` AND op <> 'f' ORDER BY number DESC LOOP
		mine := (SELECT jsonb_object_agg(substr(k, 5), v) FROM jsonb_each(c.before) AS e (k, v) WHERE k LIKE 'own.%');
		CASE coalesce(c.part, c.collection)`)
	for _, tables := range []map[string]undoneTable{undoneRecords, undoneTables} {
		for name, t := range tables {
			b.WriteString("\n\t\tWHEN '" + name + "' THEN" + t.undoOnCopy())
		}
	}
	b.WriteString("\n\t\tELSE NULL;\n\t\tEND CASE;\n\tEND LOOP;")
	for collection, t := range undoneRecords {
		b.WriteString(`
	UPDATE ` + t.name + ` t SET updated = first.updated, version = coalesce(
		(SELECT max(k.version) FROM change k WHERE k.collection = '` + collection + `' AND k.record = t.id AND k.revision <= ` + after + `), 1)
	FROM (SELECT DISTINCT ON (k.record) k.record, k.updated FROM change k WHERE k.collection = '` + collection + `' AND k.revision > ` + after + ` AND k.op IN ('c', 'd')
		ORDER BY k.record, k.revision, k.updated) first
	WHERE first.record = t.id;`)
	}
	b.WriteString("\nEND $do$")
	return b.String()
}

func (t undoneTable) undoOnCopy() string {
	if t.part {
		return `
			DELETE FROM ` + t.name + ` t USING jsonb_each(c.after) AS e CROSS JOIN LATERAL jsonb_populate_record(NULL::` + t.name + `, e.value) AS w WHERE ` + same(t.keys) + `;
			INSERT INTO ` + t.name + ` SELECT w.* FROM jsonb_each(c.before) AS e CROSS JOIN LATERAL jsonb_populate_record(NULL::` + t.name + `, e.value) AS w;`
	}
	found := "t.id = c.record"
	for collection, key := range thingKey {
		if undoneTables[collection].name == t.name {
			found = key + " = c.key"
		}
	}
	return `
			IF c.op = 'd' THEN
				INSERT INTO ` + t.name + ` SELECT (jsonb_populate_record(NULL::` + t.name + `, c.before || jsonb_build_object('own', mine))).*;
			ELSIF c.op = 'a' THEN
				DELETE FROM ` + t.name + ` t WHERE ` + found + `;
			ELSE
				WITH old AS (DELETE FROM ` + t.name + ` t WHERE ` + found + ` RETURNING *)
				INSERT INTO ` + t.name + ` SELECT (jsonb_populate_record(ROW(old.*)::` + t.name + `, c.before || CASE WHEN mine IS NULL THEN '{}' ELSE
					jsonb_build_object('own', nullif(jsonb_strip_nulls(coalesce(to_jsonb(old) -> 'own', '{}') || mine), '{}')) END)).* FROM old;
			END IF;`
}

// DatasetAsOf is what the database held after a revision. It is made of copies of the tables that
// only this transaction sees, so that nobody waits. An unknown revision is geo.ErrNotFound.
func (s *Store) DatasetAsOf(ctx context.Context, revision int64) (ds *geo.Dataset, err error) {
	w := s.work("innoatlas-as-of")
	w.mode = "ISOLATION LEVEL REPEATABLE READ"
	err = w.run(ctx, func(tx pgx.Tx) (err error) {
		if ds, err = asOf(ctx, tx, revision); err != nil {
			return err
		}
		return errNothingKept
	})
	if err == errNothingKept {
		err = nil
	}
	return ds, wrapFirst(ctx, "as of "+strconv.FormatInt(revision, 10), err)
}

// errNothingKept ends a transaction that only looked.
var errNothingKept = fmt.Errorf("nothing is to be kept")

func asOf(ctx context.Context, tx pgx.Tx, revision int64) (*geo.Dataset, error) {
	var known bool
	if err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM revision WHERE number = $1)`, revision).Scan(&known); err != nil {
		return nil, err
	}
	if !known {
		return nil, fmt.Errorf("%w: no revision %d", geo.ErrNotFound, revision)
	}
	for _, tables := range []map[string]undoneTable{undoneRecords, undoneTables} {
		for _, t := range tables {
			if _, err := tx.Exec(ctx, "CREATE TEMPORARY TABLE "+t.name+" ON COMMIT DROP AS TABLE "+t.name); err != nil {
				return nil, err
			}
		}
	}
	if _, err := tx.Exec(ctx, undoOnCopies(revision)); err != nil {
		return nil, err
	}
	ds, err := readDataset(ctx, tx)
	if err != nil {
		return nil, err
	}
	ds.Revision = fmt.Sprintf("%s-as-of-%d", ds.Revision, revision)
	ds.Relate()
	return ds, nil
}

// RevisionAt is the last revision that there was at a time; geo.ErrNotFound before the first.
func (s *Store) RevisionAt(ctx context.Context, at time.Time) (number int64, err error) {
	err = s.read(ctx, "revision at a time", func(ctx context.Context, conn *pgx.Conn) error {
		return found(conn.QueryRow(ctx, `SELECT number FROM revision WHERE at <= $1 ORDER BY number DESC LIMIT 1`, at).Scan(&number))
	})
	return number, err
}

// Purge takes away what the history keeps of a record, of all of its changes so far, for what must
// not be kept. Who changed it and when stays, and that it was purged, by whom and why. Only the owner
// of the tables may do so. The record itself stays as it is.
func (s *Store) Purge(ctx context.Context, by By, c *geo.Collection, slug string) (changes int64, err error) {
	if by.Reason == "" {
		return 0, fmt.Errorf("say why, which is kept: --reason")
	}
	i := &importing{ImportOptions: ImportOptions{By: by}, ds: &geo.Dataset{}}
	i.first = func(ctx context.Context) error {
		if err := checkOwner(ctx, i.tx); err != nil {
			return err
		}
		var id int64
		const named = `SELECT record FROM (
			SELECT record, number FROM change WHERE collection = $1 AND key = $2 AND record IS NOT NULL
			UNION ALL SELECT id, 0 FROM gone WHERE collection = $1 AND slug = $2) AS records ORDER BY number DESC LIMIT 1`
		if err := found(i.tx.QueryRow(ctx, named, c.ID, slug).Scan(&id)); err != nil {
			return err
		}
		tag, err := i.tx.Exec(ctx, `UPDATE change SET before = NULL, after = NULL WHERE collection = $1 AND record = $2 AND (before IS NOT NULL OR after IS NOT NULL)`, c.ID, id)
		if err != nil {
			return err
		}
		changes = tag.RowsAffected()
		_, err = i.tx.Exec(ctx, `INSERT INTO change (revision, op, collection, record, key, part) VALUES (innoatlas_change_revision(), 'c', $1, $2, $3, 'history')`, c.ID, id, slug)
		return err
	}
	_, err = s.editBy(ctx, s.ownersWork("innoatlas-edit"), "purge "+slug, i)
	return changes, err
}
