package postgis

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"strconv"
	"strings"

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

// Gone finds out about a record by a name that it had. One that never was is geo.ErrNotFound.
func (s *Store) Gone(ctx context.Context, c *geo.Collection, ref geo.Ref) (gone geo.Gone, err error) {
	table, err := editable(c)
	if err != nil {
		return geo.Gone{}, geo.ErrNotFound
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
SELECT coalesce(t.slug, ''), coalesce(w.reason, ''), w.revision, r.at
FROM way w LEFT JOIN ` + table + ` t ON t.id = w.id OR t.id = w.into_id LEFT JOIN revision r ON r.number = w.revision
ORDER BY t.slug IS NULL, w.revision DESC, w.step LIMIT 1`
	err = s.read(ctx, "gone", func(ctx context.Context, conn *pgx.Conn) error {
		return found(conn.QueryRow(ctx, sql, c.ID, ref.Slug, ref.ID).Scan(&gone.Now, &gone.Reason, &gone.Revision, (*zeronull.Timestamptz)(&gone.At)))
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
				SELECT FROM change o WHERE o.revision = c.revision AND o.collection = c.collection AND o.record = c.record AND o.part IS NULL AND o.op <> 'f'
					AND o.number >= r.first))
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
type ChangesOf = geo.ChangesOf

// Kept says which revisions are known. One that was pruned, and those before the history began, are not.
func (s *Store) Kept(ctx context.Context) (kept geo.Kept, err error) {
	const sql = `
SELECT coalesce(f.number - 1, d.revision), greatest(d.revision, l.number), f.at
FROM dataset d LEFT JOIN LATERAL (SELECT number, at FROM revision ORDER BY number LIMIT 1) f ON true
LEFT JOIN LATERAL (SELECT number FROM revision ORDER BY number DESC LIMIT 1) l ON true`
	err = s.read(ctx, "kept history", func(ctx context.Context, conn *pgx.Conn) error {
		return conn.QueryRow(ctx, sql).Scan(&kept.After, &kept.Last, (*zeronull.Timestamptz)(&kept.From))
	})
	return kept, err
}

const changeColumns = `c.number, c.op::text, c.collection, coalesce(c.record, 0), c.key, coalesce(c.part, ''), coalesce(c.version, 0), coalesce(c.line, 0), c.before, ` +
	`c.after, ` + revisionColumns

// chosen is a condition of changes c and its value.
type chosen struct {
	is    bool
	sql   string // with $ for the value
	value any
}

// idsOf are the records of a collection that have or had a slug.
const idsOf = `
SELECT id FROM gone WHERE collection = $1 AND slug = $2
UNION SELECT id FROM facility WHERE $1 = 'facilities' AND slug = $2
UNION SELECT id FROM institutions WHERE $1 = 'institutions' AND slug = $2
UNION SELECT id FROM projects WHERE $1 = 'projects' AND slug = $2
UNION SELECT id FROM country WHERE $1 = 'countries' AND code = upper($2)`

// bySlug makes the choice of a slug one of the records that have or had it; a thing that is no record
// has it as its key.
func bySlug(ctx context.Context, conn *pgx.Conn, of ChangesOf) (ChangesOf, error) {
	if of.Slug == "" {
		return of, nil
	}
	rows, err := conn.Query(ctx, idsOf, of.Collection, of.Slug)
	if err != nil {
		return of, err
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if len(ids) > 0 {
		of.IDs, of.Slug = ids, ""
	}
	return of, err
}

// ofCountry finds changes of records that state a country.
const ofCountry = `(c.before ->> 'country' = $
	OR c.collection = 'facilities' AND c.record IN (SELECT id FROM facility WHERE country = $)
	OR c.collection = 'institutions' AND c.record IN (SELECT id FROM institutions WHERE country = $)
	OR c.collection = 'projects' AND c.record IN (SELECT id FROM projects WHERE takes_part @> ARRAY[$])
	OR c.collection = 'countries' AND c.key = $)`

// changesSQL is the statement for the changes chosen.
func changesSQL(of ChangesOf, most int) (sql string, values []any) {
	sql = `SELECT ` + changeColumns + ` FROM change c JOIN revision r ON r.number = c.revision WHERE c.op <> 'f'`
	for _, one := range []chosen{
		// Changes come after each other as their revisions do, so the first number cuts the others off by the index.
		{of.After > 0, `c.revision > $ AND c.number >= coalesce((SELECT first FROM revision WHERE number > $ ORDER BY number LIMIT 1), 0)`, of.After},
		{of.To > 0, `c.revision <= $`, of.To},
		{!of.Since.IsZero(), `c.number >= (SELECT coalesce(min(first), 9223372036854775807) FROM revision WHERE at > $)`, of.Since},
		{of.Collection != "", `c.collection = $`, of.Collection},
		{of.Among != nil, `c.collection = ANY ($)`, of.Among},
		{of.Slug != "", `c.record IS NULL AND c.key = $`, of.Slug},
		{of.ID != 0, `c.record = $`, of.ID},
		{of.IDs != nil, `c.record = ANY ($)`, of.IDs},
		{of.Country != "", ofCountry, of.Country},
		{of.Number > 0, `c.number > $`, of.Number},
		{of.Before > 0, `c.number < $`, of.Before},
	} {
		if one.is {
			values = append(values, one.value)
			sql += "\n\tAND " + strings.ReplaceAll(one.sql, "$", "$"+strconv.Itoa(len(values)))
		}
	}
	values = append(values, most)
	order := " ORDER BY c.number"
	if of.Newest {
		order += " DESC"
	}
	return sql + order + " LIMIT $" + strconv.Itoa(len(values)), values
}

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
		of, err := bySlug(ctx, conn, of)
		if err != nil {
			return err
		}
		sql, values := changesSQL(of, most)
		rows, err := conn.Query(ctx, sql, values...)
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
