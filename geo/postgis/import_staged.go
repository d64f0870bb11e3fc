package postgis

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgtype/zeronull"
	"github.com/paulmach/orb"

	"innoatlas/geo"
)

// staged are the records of a collection that an import has brought into a table beside the
// real one, where they have their ids.
type staged struct {
	c              *geo.Collection // with the fields of one's own that the database keeps
	collection     string          // its id
	table, staging string
	written        []string // the columns besides id and geom
	reads          *table
	count          int
	pieces         iter.Seq2[int, error]   // a row behind those that may be asked for next, by turns
	brought        func(n int) geo.Feature // of the data set, as it states it
	says           func(n int) geo.Row     // what the row says besides
	whole          bool                    // whether each row has all that there is to say of its record
	completes      bool                    // whether it is left to us what follows of what a row states
	merges         map[int]geo.Feature     // those that change what is there, as they shall be

	added, changedIDs map[int64]bool // by id
	deleted           int
}

// staging is what an import knows of the records of a collection before it has looked at them.
func (i *importing) staging(c *geo.Collection, table, staging string, count int, brought func(n int) geo.Feature) *staged {
	of := c.With(i.kept[c.ID])
	rows := i.ds.Rows[c.ID]
	return &staged{c: of, collection: c.ID, table: table, staging: staging, reads: tableOf(of), count: count, pieces: piecesOf(count), brought: brought,
		says: saysOf(rows), whole: rows == nil, completes: i.ds.Rows != nil && !i.restoring,
		merges: map[int]geo.Feature{}, added: map[int64]bool{}, changedIDs: map[int64]bool{}}
}

// piecesOf are those of so many rows that are there.
func piecesOf(count int) iter.Seq2[int, error] {
	return func(yield func(int, error) bool) {
		for from := 0; from < count; from += chunk {
			if !yield(min(from+chunk, count), nil) {
				return
			}
		}
	}
}

func saysOf(rows []geo.Row) func(n int) geo.Row {
	if rows == nil {
		return func(int) geo.Row { return geo.Row{} }
	}
	return func(n int) geo.Row { return rows[n] }
}

// read has the rows of a data set that reads them only now. Of those before the piece in hand nothing
// is kept.
func (s *staged) read(later *geo.Later) {
	s.whole = false
	s.pieces = func(yield func(int, error) bool) {
		from := 0
		for p, err := range later.Chunks {
			first := from
			s.brought = func(n int) geo.Feature { return &p.Facilities[n-first] }
			s.says = func(n int) geo.Row { return p.Rows[n-first] }
			if from += len(p.Facilities); !yield(from, err) {
				return
			}
		}
	}
}

// record is that of a row as it shall be.
func (s *staged) record(n int) geo.Feature {
	if r := s.merges[n]; r != nil {
		return r
	}
	return s.brought(n)
}

// besides are the columns of a staging table that the real one does not have: the place of the
// row in the data set, whether its id was stated, whether there is such a record, and whether the
// row changes nothing of it (then it has only its names).
const besides = `0::bigint AS row, false AS stated_id, false AS known, false AS same, 0::float8 AS longitude, 0::float8 AS latitude`

// merge adds the new rows and changes those that differ; equal rows stay untouched.
func (i *importing) merge(ctx context.Context, s *staged) error {
	kept := geo.NamesOf(i.kept[s.collection])
	for _, one := range []struct {
		sql  string
		args []any
		ids  map[int64]bool
	}{{s.updateRows(), []any{kept}, s.changedIDs}, {s.insertRows(), []any{i.empty, s.collection}, s.added}} {
		rows, err := i.tx.Query(ctx, one.sql, one.args...)
		if err != nil {
			return err
		}
		var id int64
		if _, err := pgx.ForEachRow(rows, []any{&id}, func() error {
			one.ids[id] = true
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// change says that something of a record was changed, of one that was there.
func (s *staged) change(id int64) {
	if !s.added[id] {
		s.changedIDs[id] = true
	}
}

func (s *staged) touched() int64 { return int64(len(s.added) + len(s.changedIDs) + s.deleted) }

func (s *staged) merged() Merged {
	return Merged{Added: len(s.added), Changed: len(s.changedIDs), Unchanged: s.count - len(s.added) - len(s.changedIDs), Deleted: s.deleted}
}

// deleteMissing deletes the records that the data set does not have, where that is asked for.
func (i *importing) deleteMissing(ctx context.Context, s *staged) error {
	if !i.DeleteMissing {
		return nil
	}
	missing := ` FROM ` + s.table + ` t WHERE NOT EXISTS (SELECT FROM ` + s.staging + ` s WHERE s.slug = t.slug)`
	var all, gone int
	if err := i.tx.QueryRow(ctx, `SELECT (SELECT count(*) FROM `+s.table+`), (SELECT count(*)`+missing+`)`).Scan(&all, &gone); err != nil || gone == 0 {
		return err
	}
	if 10*gone > all && !i.Many {
		return fmt.Errorf("the file lacks %d of %d %s, and more than one in ten would be deleted: is it whole? --yes deletes them", gone, all, s.collection)
	}
	tag, err := i.tx.Exec(ctx, `DELETE`+missing)
	s.deleted = int(tag.RowsAffected())
	return err
}

// updateRows changes the records that differ. What is in own and belongs to no field ($1) stays, and so
// does a geometry that follows of other records.
func (s *staged) updateRows() string {
	var columns, values []string
	if s.c.Geometry == geo.Point {
		columns, values = []string{"geom"}, []string{stagedPoint}
	}
	for _, c := range quoted(s.written) {
		columns = append(columns, c)
		if c == `"own"` {
			values = append(values, `nullif((coalesce(f.own, '{}') - $1::text[]) || coalesce(s.own, '{}'), '{}')`)
		} else {
			values = append(values, "s."+c)
		}
	}
	var set []string
	for n := range columns {
		set = append(set, columns[n]+" = "+values[n])
	}
	return `
UPDATE ` + s.table + ` f SET ` + strings.Join(set, ", ") + `, line = s.line
FROM ` + s.staging + ` s
WHERE s.id = f.id AND s.known AND NOT s.same AND (f.` + strings.Join(columns, ", f.") + `) IS DISTINCT FROM (` + strings.Join(values, ", ") + `)
RETURNING f.id`
}

const stagedPoint = `ST_SetSRID(ST_MakePoint(s.longitude, s.latitude), 4326)`

// insertRows inserts in the order of the keys, so that near places share pages. A database that is
// empty ($1) takes over what the data set says of versions and times; a record that comes again goes on
// from its last version.
func (s *staged) insertRows() string {
	written := quoted(s.written)
	return `
INSERT INTO ` + s.table + ` (id, geom, ` + strings.Join(written, ", ") + `, line, version, updated)
SELECT s.id, ` + stagedPoint + `, s.` + strings.Join(written, ", s.") + `, s.line,
	CASE WHEN $1 THEN coalesce(s.version, 1) ELSE 1 + coalesce((SELECT max(c.version) FROM change c WHERE c.collection = $2 AND c.record = s.id), 0) END,
	CASE WHEN $1 THEN coalesce(s.updated, now()) ELSE now() END
FROM ` + s.staging + ` s
WHERE NOT s.known
ORDER BY s.zorder, s.id
RETURNING id`
}

// stageAll merges the rows with what is there, and brings the outcome beside it, with the texts of
// the rows.
func (i *importing) stageAll(ctx context.Context, s *staged, besides staging) error {
	if _, err := i.tx.Exec(ctx, s.createStagingText()); err != nil {
		return err
	}
	from := 0
	for to, err := range s.pieces {
		if err != nil {
			return err
		}
		if err := i.stagePiece(ctx, s, from, to, besides); err != nil {
			return err
		}
		from = to
	}
	if len(i.conflicts) > 0 && !i.Force {
		return i.conflicts
	}
	_, err := i.tx.Exec(ctx, `CREATE UNIQUE INDEX ON `+s.staging+` (slug); ANALYZE `+s.staging)
	return err
}

// staging is what only one collection has: columns, of each row their values, what follows of other
// records, and what else is brought beside.
type staging struct {
	columns []string
	values  func(n int) []any
	derive  func(geo.Feature)
	more    func(ctx context.Context, from, to int) error
}

// stagePiece does so with the rows from one to before another.
func (i *importing) stagePiece(ctx context.Context, s *staged, from, to int, besides staging) error {
	columns := append([]string{"row", "id", "slug", "known", "same", "stated_id", "longitude", "latitude", "version", "updated", "line"}, besides.columns...)
	columns = append(columns, s.written[1:]...) // the first is slug
	all, err := i.meet(ctx, s, from, to)
	if err != nil {
		return err
	}
	rows := pgx.CopyFromSlice(len(all), func(k int) ([]any, error) {
		n, m := from+k, all[k]
		row := i.names(s, n, m)
		if besides.values != nil {
			row = append(row, besides.values(n)...)
		}
		if m.same {
			return append(row, make([]any, len(s.written)-1)...), nil
		}
		besides.derive(m.record)
		written, err := s.values(m.record)
		return append(row, written...), err
	})
	if _, err := i.tx.CopyFrom(ctx, pgx.Identifier{s.staging}, columns, rows); err != nil {
		return err
	}
	if besides.more != nil {
		if err := besides.more(ctx, from, to); err != nil {
			return err
		}
	}
	return i.copyTexts(ctx, s, from, to)
}

// names are the first columns of a staged row.
func (i *importing) names(s *staged, n int, m met) []any {
	id, slug := s.brought(n).Ref()
	says := s.says(n)
	var longitude, latitude pgtype.Float8
	if p, ok := m.record.Geometry().(orb.Point); ok {
		longitude, latitude = pgtype.Float8{Float64: p[0], Valid: true}, pgtype.Float8{Float64: p[1], Valid: true}
	}
	stated := id != geo.RecordID(slug)
	if s.collection == geo.Facilities.ID {
		stated = i.ds.OwnIDs
	}
	updated, version := s.brought(n).Value("updated"), cmp.Or(says.Version, int(s.brought(n).Value("version").Number))
	return []any{n, zeronull.Int8(id), slug, m.known, m.same, stated, longitude, latitude, zeronull.Int4(version), columnValue(updated), zeronull.Int4(says.Line)}
}

// values are those of the columns that are written, but for the slug. What is not stated is NULL.
func (s *staged) values(r geo.Feature) ([]any, error) {
	var row []any
	for _, name := range s.written[1:] {
		switch name {
		case "own":
			own, err := ownJSON(s.c.OwnFields(), r)
			if err != nil {
				return nil, err
			}
			row = append(row, own)
		case "zorder":
			row = append(row, int64(r.ZOrder()))
		case "search_text":
			row = append(row, s.searchText(r))
		case "names_text":
			row = append(row, zeronull.Text(namesText(r)))
		default:
			row = append(row, columnValue(s.c.Field(name).Value(r)))
		}
	}
	return row, nil
}

// searchText is what a record is searched by, with the fields of one's own that are shown now.
func (s *staged) searchText(r geo.Feature) zeronull.Text {
	if f, ok := r.(*geo.Facility); ok {
		return zeronull.Text(f.SearchTextBy(s.c.OwnFields()))
	}
	return searchTextOf(r)
}
