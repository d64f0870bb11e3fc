package postgis

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype/zeronull"

	"innoatlas/geo"
)

// Version is that of a record, which goes up with each change of it. An unknown slug is
// geo.ErrNotFound.
func (s *Store) Version(ctx context.Context, c *geo.Collection, slug string) (version int, err error) {
	err = s.read(ctx, "version", func(ctx context.Context, conn *pgx.Conn) error {
		return found(conn.QueryRow(ctx, `SELECT version FROM `+tableNames[c.ID]+` WHERE slug = $1`, slug).Scan(&version))
	})
	return version, err
}

// found makes geo.ErrNotFound of no rows.
func found(err error) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return geo.ErrNotFound
	}
	return err
}

// Gone says what became of a record that is not there under a slug or an id any more.
type Gone struct {
	Now      string // the slug that it has, or that of the record it was merged into; "" it was deleted
	Reason   string
	Revision int64
	At       time.Time
}

// Gone finds out about a record by a name that it had. One that never was is geo.ErrNotFound.
func (s *Store) Gone(ctx context.Context, c *geo.Collection, ref geo.Ref) (gone Gone, err error) {
	table, err := editable(c)
	if err != nil {
		return Gone{}, geo.ErrNotFound
	}
	// A record may have been merged into one that was merged into another.
	sql := `
WITH RECURSIVE way AS (
	SELECT g.id, g.into_id, g.reason, g.revision, 1 AS step FROM gone g
	WHERE g.collection = $1 AND (g.slug = $2 OR g.id = $3) AND (g.slug = $2 OR NOT EXISTS (SELECT FROM ` + table + ` t WHERE t.id = $3))
	UNION ALL
	SELECT g.id, g.into_id, w.reason, w.revision, w.step + 1 FROM way w JOIN gone g ON g.collection = $1 AND g.id = w.into_id
	WHERE w.step < 100 AND NOT EXISTS (SELECT FROM ` + table + ` t WHERE t.id = w.id)
)
SELECT coalesce(t.slug, ''), coalesce(w.reason, ''), w.revision, coalesce(r.at, 'epoch')
FROM way w LEFT JOIN ` + table + ` t ON t.id = w.id OR t.id = w.into_id LEFT JOIN revision r ON r.number = w.revision
ORDER BY t.slug IS NULL, w.revision DESC, w.step LIMIT 1`
	err = s.read(ctx, "gone", func(ctx context.Context, conn *pgx.Conn) error {
		return found(conn.QueryRow(ctx, sql, c.ID, ref.Slug, ref.ID).Scan(&gone.Now, &gone.Reason, &gone.Revision, &gone.At))
	})
	return gone, err
}

const revisionColumns = `r.number, r.at, r.author, r.role, coalesce(r.source, ''), coalesce(r.reason, '')`

// Revisions are the newest before one (0: of all), at most so many, the newest first.
func (s *Store) Revisions(ctx context.Context, before int64, most int) (revisions []geo.Revision, err error) {
	sql := `
SELECT ` + revisionColumns + `, (
	SELECT jsonb_object_agg(collection, ops) FROM (
		SELECT collection, jsonb_object_agg(op, n) AS ops FROM (
			SELECT collection, CASE op WHEN 'a' THEN 'added' WHEN 'd' THEN 'deleted' ELSE 'changed' END AS op, count(DISTINCT key) AS n
			FROM change c WHERE c.revision = r.number AND c.number >= r.first AND c.op <> 'f' AND (c.part IS NULL OR NOT EXISTS (
				SELECT FROM change o WHERE o.revision = c.revision AND o.collection = c.collection AND o.record = c.record AND o.part IS NULL AND o.number >= r.first))
			GROUP BY 1, 2
		) ops GROUP BY collection
	) collections
)
FROM (SELECT * FROM revision WHERE $1 = 0 OR number < $1 ORDER BY number DESC LIMIT $2) r ORDER BY r.number DESC`
	err = s.read(ctx, "revisions", func(ctx context.Context, conn *pgx.Conn) error {
		rows, err := conn.Query(ctx, sql, before, most)
		if err != nil {
			return err
		}
		revisions, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (r geo.Revision, err error) {
			return r, row.Scan(&r.Number, &r.At, &r.Author, &r.Role, &r.Source, &r.Reason, &r.Changes)
		})
		return err
	})
	return revisions, err
}

// ChangesOf chooses changes.
type ChangesOf struct {
	After      int64  // revisions after this one
	To         int64  // and to this one; 0: all
	Collection string // "" all
	Slug       string // of a record, under whatever slug it had; "" all
	ID         int64  // of a record; 0 all
	Number     int64  // those after the change of this number
}

const chosenChanges = `
SELECT c.number, c.op::text, c.collection, coalesce(c.record, 0), c.key, coalesce(c.part, ''), coalesce(c.version, 0), coalesce(c.line, 0),
	c.before, c.after, ` + revisionColumns + `
FROM change c JOIN revision r ON r.number = c.revision
WHERE c.op <> 'f' AND c.number > $6 AND c.revision > $1 AND ($2 = 0 OR c.revision <= $2) AND ($3 = '' OR c.collection = $3) AND ($5 = 0 OR c.record = $5)
  AND ($4 = '' OR c.key = $4 OR c.record IN (
	SELECT record FROM change o WHERE o.collection = $3 AND o.key = $4 AND o.record IS NOT NULL
	UNION SELECT id FROM gone WHERE collection = $3 AND slug = $4
	UNION SELECT id FROM facility WHERE $3 = 'facilities' AND slug = $4
	UNION SELECT id FROM institutions WHERE $3 = 'institutions' AND slug = $4
	UNION SELECT id FROM projects WHERE $3 = 'projects' AND slug = $4))
ORDER BY c.number LIMIT $7`

// changesAtOnce is how many changes are read at a time.
const changesAtOnce = 1000

// Changes are those chosen, in the order in which they were made, read piece by piece.
func (s *Store) Changes(ctx context.Context, of ChangesOf) iter.Seq2[geo.Change, error] {
	return func(yield func(geo.Change, error) bool) {
		for {
			changes, err := s.SomeChanges(ctx, of, changesAtOnce)
			if err != nil {
				yield(geo.Change{}, err)
				return
			}
			for _, c := range changes {
				if of.Number = c.Number; !yield(c, nil) {
					return
				}
			}
			if len(changes) < changesAtOnce {
				return
			}
		}
	}
}

// SomeChanges are at most so many of those chosen.
func (s *Store) SomeChanges(ctx context.Context, of ChangesOf, most int) (changes []geo.Change, err error) {
	err = s.read(ctx, "changes", func(ctx context.Context, conn *pgx.Conn) error {
		rows, err := conn.Query(ctx, chosenChanges, of.After, of.To, of.Collection, of.Slug, of.ID, of.Number, most)
		if err != nil {
			return err
		}
		changes, err = pgx.CollectRows(rows, scanChange)
		return err
	})
	return changes, err
}

// ops are what happened to a thing, by the letters that the table has.
var ops = map[string]geo.ChangeOp{"a": geo.Added, "c": geo.Changed, "d": geo.Deleted}

func scanChange(row pgx.CollectableRow) (c geo.Change, err error) {
	var op string
	var before, after []byte
	r := &c.Revision
	err = row.Scan(&c.Number, &op, &c.Collection, &c.ID, &c.Key, (*zeronull.Text)(&c.Part), &c.Version, &c.Line, &before, &after,
		&r.Number, &r.At, &r.Author, &r.Role, &r.Source, &r.Reason)
	if err != nil {
		return c, err
	}
	c.Op = ops[op]
	for _, side := range []struct {
		text []byte
		into *map[string]json.RawMessage
	}{{before, &c.Before}, {after, &c.After}} {
		if side.text != nil {
			if err := json.Unmarshal(side.text, side.into); err != nil {
				return c, err
			}
		}
	}
	return c, nil
}
