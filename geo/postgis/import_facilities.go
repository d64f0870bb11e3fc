package postgis

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgtype/zeronull"

	"innoatlas/geo"
)

// written are the columns of a facility that an import writes, besides id and geom: the
// fields, and what is made of them.
var written = append(geo.NamesOf(facilityColumns), "own", "zorder", "search_text", "names_text")

// staging takes the rows in as they come; row is their place in the data set, and
// sourced says whether they speak of further sources.
const createStaging = `
CREATE TEMPORARY TABLE staging ON COMMIT DROP AS
SELECT 0::bigint AS row, 0::float8 AS longitude, 0::float8 AS latitude, false AS sourced, * FROM facility WITH NO DATA;

CREATE TEMPORARY TABLE staging_source ON COMMIT DROP AS
SELECT 0::bigint AS row, * FROM facility_source WITH NO DATA`

// facilities brings the rows into a table beside the real one, gives them their
// ids there, and then merges the two in one statement.
func (i *importing) facilities(ctx context.Context) error {
	if _, err := i.tx.Exec(ctx, createStaging); err != nil {
		return err
	}
	if err := i.stage(ctx); err != nil {
		return err
	}
	if err := i.checkMissing(ctx); err != nil {
		return err
	}
	if err := i.assignIDs(ctx); err != nil {
		return err
	}
	s := &staged{collection: geo.Facilities.ID, table: "facility", staging: "staging", written: written, count: len(i.ds.Facilities),
		record: func(n int) geo.Feature { return &i.ds.Facilities[n] }}
	if err := i.stageTexts(ctx, s); err != nil {
		return err
	}
	if err := i.merge(ctx, s); err != nil {
		return err
	}
	if err := i.sources(ctx, s); err != nil {
		return err
	}
	if err := i.texts(ctx, s); err != nil {
		return err
	}
	i.changes += s.touched()
	m := s.merged()
	i.summary.Added, i.summary.Changed, i.summary.Unchanged = m.Added, m.Changed, m.Unchanged
	return nil
}

func (i *importing) stage(ctx context.Context) error {
	own := i.own[geo.Facilities.ID]
	rows := pgx.CopyFromSlice(len(i.ds.Facilities), func(n int) ([]any, error) {
		f := i.ds.Facilities[n]
		i.relating.relate(&f)
		return stagedRow(n, &f, own)
	})
	columns := append([]string{"row", "id", "longitude", "latitude", "sourced"}, written...)
	if _, err := i.tx.CopyFrom(ctx, pgx.Identifier{"staging"}, columns, rows); err != nil {
		return err
	}
	_, err := i.tx.Exec(ctx, `CREATE UNIQUE INDEX ON staging (slug); ANALYZE staging`)
	return err
}

// columnOf is where a column of a file is kept, if not under its own name.
var columnOf = map[string]string{"lon": "geom", "lat": "geom", "location_precision": "precision"}

// checkMissing refuses files that lack a column which their records have a value
// for: a mistyped heading would empty it everywhere. Where the value is what is taken for
// one that is not stated, as the precision of a position, nothing is lost.
func (i *importing) checkMissing(ctx context.Context) error {
	for _, name := range i.ds.Missing {
		column := cmp.Or(columnOf[name], name)
		if column != "geom" && !slices.Contains(written, column) {
			continue // id, which a known slug keeps
		}
		if err := i.checkColumn(ctx, name, column, "facility", "staging"); err != nil {
			return err
		}
	}
	return i.checkMissingOwn(ctx, geo.Facilities, "facility f JOIN staging s ON s.slug = f.slug")
}

// checkColumn refuses a column, which the files lack under a name, where a record of the table
// has another value than the staged one.
func (i *importing) checkColumn(ctx context.Context, name, column, table, staging string) error {
	column = pgx.Identifier{column}.Sanitize()
	var n int
	counted := `SELECT count(f.` + column + `) FROM ` + table + ` f JOIN ` + staging + ` s ON s.slug = f.slug WHERE f.` + column + ` IS DISTINCT FROM s.` + column
	if err := i.tx.QueryRow(ctx, counted).Scan(&n); err != nil {
		return err
	}
	if n > 0 {
		return missing(name, n)
	}
	return nil
}

func missing(name string, n int) error {
	return fmt.Errorf("there is no column %s, which is stated in the database for %d of the records; "+
		"correct its heading or add it (innoatlas export writes all columns), so that it is not emptied", name, n)
}

// stagedRow is a facility as a row. What is not stated is NULL.
func stagedRow(n int, f *geo.Facility, fields []geo.Field) ([]any, error) {
	var longitude, latitude pgtype.Float8
	if f.Position != nil {
		longitude = pgtype.Float8{Float64: f.Position[0], Valid: true}
		latitude = pgtype.Float8{Float64: f.Position[1], Valid: true}
	}
	row := []any{n, zeronull.Int8(f.ID), longitude, latitude, f.Sources != nil}
	for i := range facilityColumns {
		row = append(row, valueOf(facilityColumns[i].At(f)))
	}
	own, err := ownJSON(fields, f)
	return append(row, own, int64(f.ZOrder()), zeronull.Text(f.SearchTextBy(fields)), zeronull.Text(namesText(f))), err
}

// valueOf is what stands where geo.Field.At points, NULL where that is nothing.
func valueOf(pointer any) any {
	switch p := pointer.(type) {
	case *string:
		return zeronull.Text(*p)
	case *[]string:
		return list(*p)
	case *int:
		return zeronull.Int8(*p)
	case *float64:
		return zeronull.Float8(*p)
	case *geo.Day:
		return pgtype.Date{Time: p.Time(), Valid: *p != 0}
	case *time.Time:
		return zeronull.Timestamptz(p.Truncate(time.Microsecond))
	}
	return nil
}

// list is NULL where nothing is in it.
func list(values []string) []string {
	if len(values) == 0 {
		return nil
	}
	return values
}

const (
	idsOfOthers = `
SELECT s.id, s.slug::text, f.slug::text
FROM staging s JOIN facility f ON f.id = s.id AND f.slug <> s.slug
ORDER BY s.row
LIMIT 1`

	keepIDs = `UPDATE staging s SET id = f.id FROM facility f WHERE f.slug = s.slug AND f.id IS DISTINCT FROM s.id`

	// A new slug whose row number is taken has no id yet.
	dropTakenIDs = `UPDATE staging s SET id = NULL FROM facility f WHERE f.id = s.id AND f.slug <> s.slug`

	nextIDs = `
WITH numbered AS (
	SELECT row, row_number() OVER (ORDER BY row) AS n FROM staging WHERE id IS NULL
), highest AS (
	SELECT greatest((SELECT max(id) FROM facility), (SELECT max(id) FROM staging), 0) AS id
)
UPDATE staging s SET id = highest.id + numbered.n FROM numbered, highest WHERE s.row = numbered.row`
)

// assignIDs keeps the id of a slug that is known, takes the data set's for a new
// one, and gives the next free number where there is none. An id that the data set
// states and that belongs to another slug is a mistake; a row number is not.
func (i *importing) assignIDs(ctx context.Context) error {
	if i.ds.OwnIDs {
		var id int64
		var slug, other string
		err := i.tx.QueryRow(ctx, idsOfOthers).Scan(&id, &slug, &other)
		if err == nil {
			return fmt.Errorf("id %d of %s belongs to %s; give %s another id, or leave it empty", id, slug, other, slug)
		}
		if err != pgx.ErrNoRows {
			return err
		}
	}
	for _, sql := range []string{keepIDs, dropTakenIDs, nextIDs} {
		if _, err := i.tx.Exec(ctx, sql); err != nil {
			return err
		}
	}
	return nil
}

const (
	nameSources = `UPDATE staging_source s SET facility_id = staging.id FROM staging WHERE staging.row = s.row`

	// The facilities whose lists differ in either direction.
	otherSources = `
WITH old AS (
	SELECT s.* FROM facility_source s JOIN staging ON staging.id = s.facility_id AND staging.sourced
), new AS (
	SELECT facility_id, position, title, url, date, supports FROM staging_source
)
SELECT DISTINCT facility_id FROM (
	(TABLE old EXCEPT TABLE new) UNION ALL (TABLE new EXCEPT TABLE old)
) differing`

	dropSources = `DELETE FROM facility_source WHERE facility_id = ANY($1)`

	addSources = `
INSERT INTO facility_source (facility_id, position, title, url, date, supports)
SELECT facility_id, position, title, url, date, supports FROM staging_source WHERE facility_id = ANY($1)`
)

// sources replaces the further sources of the facilities where they differ. Those of a
// facility of which the data set names none stay.
func (i *importing) sources(ctx context.Context, facilities *staged) error {
	if err := i.stageSources(ctx); err != nil {
		return err
	}
	if _, err := i.tx.Exec(ctx, nameSources); err != nil {
		return err
	}
	rows, err := i.tx.Query(ctx, otherSources)
	if err != nil {
		return err
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return err
	}
	for _, sql := range []string{dropSources, addSources} {
		if _, err := i.tx.Exec(ctx, sql, ids); err != nil {
			return err
		}
	}
	for _, id := range ids {
		facilities.change(id)
	}
	return nil
}

func (i *importing) stageSources(ctx context.Context) error {
	var rows [][]any
	for n := range i.ds.Facilities {
		for position, s := range i.ds.Facilities[n].Sources {
			rows = append(rows, []any{n, position, zeronull.Text(s.Title), zeronull.Text(s.URL), zeronull.Text(s.Date), zeronull.Text(s.Supports)})
		}
	}
	columns := []string{"row", "position", "title", "url", "date", "supports"}
	_, err := i.tx.CopyFrom(ctx, pgx.Identifier{"staging_source"}, columns, pgx.CopyFromRows(rows))
	return err
}
