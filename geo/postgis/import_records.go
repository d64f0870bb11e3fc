package postgis

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgtype/zeronull"
	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// institutions takes those of the data set, and knows then how to find all that there are.
func (i *importing) institutions(ctx context.Context) error {
	country, name := geo.Institutions.Field("country"), geo.Institutions.Field("country_name")
	s, err := i.records(ctx, geo.Institutions, func(r *geo.Record) {
		c, _ := geo.CountryByCode(country.Value(r).Text)
		name.Set(r, cql2.TextOf(c.Names.In("en")))
	})
	if err != nil {
		return err
	}
	i.relating, err = i.startRelating(ctx, s)
	return err
}

// projects takes those of the data set, and works out anew what follows of institutions.
func (i *importing) projects(ctx context.Context) error {
	if _, err := i.records(ctx, geo.Projects, i.relating.linker.RelateProject); err != nil {
		return err
	}
	return i.relateProjects(ctx)
}

// records merges the records of a collection that has no struct of its own. Derive sets what
// follows from other records; nil where the data set has none.
func (i *importing) records(ctx context.Context, c *geo.Collection, derive func(*geo.Record)) (*staged, error) {
	if len(i.ds.Records[c.ID]) == 0 {
		return nil, nil
	}
	s := i.stagedRecords(c)
	for _, step := range []func() error{
		func() error { return i.stageRecords(ctx, c, s, derive) },
		func() error { return i.checkMissingOfRecords(ctx, c, s) },
		func() error { return i.assignIDsOfRecords(ctx, s) },
		func() error { return i.stageTexts(ctx, s) },
		func() error { return i.merge(ctx, s) },
		func() error { return i.texts(ctx, s) },
	} {
		if err := step(); err != nil {
			return nil, fmt.Errorf("%s: %w", c, err)
		}
	}
	i.changes += s.touched()
	if i.summary.Records == nil {
		i.summary.Records = map[string]Merged{}
	}
	i.summary.Records[c.ID] = s.merged()
	return s, nil
}

func (i *importing) stagedRecords(c *geo.Collection) *staged {
	s := &staged{collection: c.ID, table: quoted([]string{c.ID})[0], staging: "staging_" + c.ID, count: len(i.ds.Records[c.ID]), written: []string{"slug"},
		record: func(n int) geo.Feature { return &i.ds.Records[c.ID][n] }}
	s.written = append(append(s.written, geo.NamesOf(importedColumns(c))...), "own", "zorder", "search_text", "names_text")
	return s
}

// importedColumns are the fields that an import writes with a record. How many facilities an
// institution has is only known when all of these are there.
func importedColumns(c *geo.Collection) []geo.Field {
	return slices.DeleteFunc(slices.Clone(c.Fields), func(f geo.Field) bool {
		return f.Name == "id" || f.Name == "slug" || c.Is(geo.Institutions) && f.Name == "facilities"
	})
}

func (i *importing) stageRecords(ctx context.Context, c *geo.Collection, s *staged, derive func(*geo.Record)) error {
	create := `CREATE TEMPORARY TABLE ` + s.staging + ` ON COMMIT DROP AS
		SELECT 0::bigint AS row, false AS stated_id, 0::float8 AS longitude, 0::float8 AS latitude, * FROM ` + s.table + ` WITH NO DATA`
	if _, err := i.tx.Exec(ctx, create); err != nil {
		return err
	}
	fields, own := importedColumns(c), c.With(i.own[c.ID]).OwnFields()
	rows := pgx.CopyFromSlice(s.count, func(n int) ([]any, error) {
		r := i.ds.Records[c.ID][n]
		derive(&r)
		return stagedRecord(n, &r, fields, own)
	})
	columns := append([]string{"row", "id", "stated_id", "longitude", "latitude"}, s.written...)
	if _, err := i.tx.CopyFrom(ctx, pgx.Identifier{s.staging}, columns, rows); err != nil {
		return err
	}
	_, err := i.tx.Exec(ctx, `CREATE UNIQUE INDEX ON `+s.staging+` (slug); ANALYZE `+s.staging)
	return err
}

// stagedRecord is a record as a row. What is not stated is NULL.
func stagedRecord(n int, r *geo.Record, fields, own []geo.Field) ([]any, error) {
	var longitude, latitude pgtype.Float8
	if p, ok := r.Shape.(orb.Point); ok {
		longitude, latitude = pgtype.Float8{Float64: p[0], Valid: true}, pgtype.Float8{Float64: p[1], Valid: true}
	}
	row := []any{n, zeronull.Int8(r.ID), r.ID != geo.RecordID(r.Slug), longitude, latitude, r.Slug}
	for i := range fields {
		row = append(row, columnValue(fields[i].Value(r)))
	}
	values, err := ownJSON(own, r)
	return append(row, values, int64(r.ZOrder()), searchTextOf(r), zeronull.Text(namesText(r))), err
}

// columnValue is a value as an argument of a statement, NULL where nothing is stated.
func columnValue(v cql2.Value) any {
	switch v.Type {
	case cql2.Number:
		return v.Number
	case cql2.Bool:
		return v.Number != 0
	case cql2.Date, cql2.Timestamp:
		return time.UnixMicro(v.Time).UTC()
	case cql2.List:
		return list(v.List)
	}
	return zeronull.Text(v.Text)
}

// checkMissingOfRecords refuses files that lack a column which their records have a value for,
// as checkMissing does for facilities.
func (i *importing) checkMissingOfRecords(ctx context.Context, c *geo.Collection, s *staged) error {
	for _, name := range i.ds.MissingOf[c.ID] {
		column := cmp.Or(columnOf[name], name)
		if column != "geom" && !slices.Contains(s.written, column) {
			continue
		}
		if err := i.checkColumn(ctx, name, column, s.table, s.staging); err != nil {
			return err
		}
	}
	return i.checkMissingOwn(ctx, c, s.table+" f JOIN "+s.staging+" s ON s.slug = f.slug")
}

// The ids of records that have no struct: $1 is the id of their collection.
func (s *staged) idsOfOthers() string {
	return `
SELECT s.id, s.slug::text, g.slug::text
FROM ` + s.staging + ` s JOIN given_id g ON g.collection = $1 AND g.id = s.id AND g.slug <> s.slug
WHERE s.stated_id
ORDER BY s.row
LIMIT 1`
}

func (s *staged) giveIDs() []string {
	return []string{
		// A slug that is known keeps its id, and one that was known has it again.
		`UPDATE ` + s.staging + ` s SET id = t.id FROM ` + s.table + ` t WHERE $1 <> '' AND t.slug = s.slug AND t.id IS DISTINCT FROM s.id`,
		`UPDATE ` + s.staging + ` s SET id = g.id FROM (SELECT slug, max(id) AS id FROM given_id WHERE collection = $1 GROUP BY slug) g
			WHERE g.slug = s.slug AND NOT s.stated_id AND NOT EXISTS (SELECT FROM ` + s.table + ` t WHERE t.slug = s.slug OR t.id = g.id)`,
		// The hash of a slug may be that of another.
		`UPDATE ` + s.staging + ` s SET id = NULL FROM given_id g WHERE g.collection = $1 AND g.id = s.id AND g.slug <> s.slug
			AND NOT EXISTS (SELECT FROM ` + s.table + ` t WHERE t.slug = s.slug)`,
		`WITH numbered AS (
			SELECT row, row_number() OVER (ORDER BY row) AS n FROM ` + s.staging + ` WHERE id IS NULL
		), highest AS (
			SELECT greatest((SELECT max(id) FROM given_id WHERE collection = $1), (SELECT max(id) FROM ` + s.staging + `), 0) AS id
		)
		UPDATE ` + s.staging + ` s SET id = highest.id + numbered.n FROM numbered, highest WHERE s.row = numbered.row`,
	}
}

// assignIDsOfRecords keeps the id of a slug that is known or was, takes the data set's for a new
// one, and gives a free one where that was another's. Where the data set states one that is or
// was another's, that is a mistake.
func (i *importing) assignIDsOfRecords(ctx context.Context, s *staged) error {
	var id int64
	var slug, other string
	err := i.tx.QueryRow(ctx, s.idsOfOthers(), s.collection).Scan(&id, &slug, &other)
	if err == nil {
		return fmt.Errorf("id %d of %s was given to %s, and is never given again; give %s another id, or leave it empty", id, slug, other, slug)
	}
	if !errors.Is(err, pgx.ErrNoRows) {
		return err
	}
	for _, sql := range s.giveIDs() {
		if _, err := i.tx.Exec(ctx, sql, s.collection); err != nil {
			return err
		}
	}
	return nil
}
