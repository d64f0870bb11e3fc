package postgis

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype/zeronull"

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
		func() error { return i.stageRecords(ctx, s, derive) },
		func() error { return i.assignIDs(ctx, s) },
		func() error { return i.stageTexts(ctx, s) },
		func() error { return i.deleteMissing(ctx, s) },
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
	s := i.staging(c, quoted([]string{c.ID})[0], "staging_"+c.ID, len(i.ds.Records[c.ID]), func(n int) geo.Feature { return &i.ds.Records[c.ID][n] })
	s.written = append(append([]string{"slug"}, geo.NamesOf(importedColumns(c))...), "own", "zorder", "search_text", "names_text")
	return s
}

// importedColumns are the fields that an import writes with a record. How many facilities an
// institution has is only known when all of these are there.
func importedColumns(c *geo.Collection) []geo.Field {
	return slices.DeleteFunc(slices.Clone(c.Fields), func(f geo.Field) bool {
		return slices.Contains(notImported, f.Name) || c.Is(geo.Institutions) && f.Name == "facilities"
	})
}

// notImported are written beside the others, or by the database.
var notImported = []string{"id", "slug", "version", "updated"}

func (i *importing) stageRecords(ctx context.Context, s *staged, derive func(*geo.Record)) error {
	create := `CREATE TEMPORARY TABLE ` + s.staging + ` ON COMMIT DROP AS SELECT ` + besides + `, * FROM ` + s.table + ` WITH NO DATA`
	if _, err := i.tx.Exec(ctx, create); err != nil {
		return err
	}
	return i.stageAll(ctx, s, staging{derive: func(r geo.Feature) { derive(r.(*geo.Record)) }})
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

// itsOwn says that a staged record has the id that it had before it was gone.
const itsOwn = `EXISTS (SELECT FROM gone o WHERE o.collection = $1 AND o.id = s.id AND o.slug = s.slug)`

// idOfOther finds an id that a data set states ($1: its collection) and that is or was another's.
func (s *staged) idOfOther() string {
	return `
SELECT s.id, s.slug::text, o.slug::text FROM ` + s.staging + ` s JOIN (
	SELECT id, slug::text FROM ` + s.table + ` UNION ALL
	SELECT id, slug::text FROM gone WHERE collection = $1
) o ON o.id = s.id AND o.slug <> s.slug
WHERE s.stated_id AND NOT EXISTS (SELECT FROM ` + s.table + ` t WHERE t.id = s.id AND t.slug = s.slug) AND NOT ` + itsOwn + `
ORDER BY s.row
LIMIT 1`
}

// giveIDs: a slug that is known keeps its id. A number that nobody stated (that of a row, or the
// hash of a slug) may be another's; then it is the next after the greatest.
func (s *staged) giveIDs() []string {
	return []string{
		`UPDATE ` + s.staging + ` s SET id = t.id FROM ` + s.table + ` t WHERE $1 <> '' AND t.slug = s.slug AND t.id IS DISTINCT FROM s.id`,
		`UPDATE ` + s.staging + ` s SET id = NULL FROM ` + s.table + ` t WHERE $1 <> '' AND t.id = s.id AND t.slug <> s.slug`,
		`UPDATE ` + s.staging + ` s SET id = NULL FROM gone g WHERE g.collection = $1 AND g.id = s.id AND NOT ` + itsOwn + `
			AND NOT EXISTS (SELECT FROM ` + s.table + ` t WHERE t.slug = s.slug)`,
		`WITH numbered AS (
			SELECT row, row_number() OVER (ORDER BY row) AS n FROM ` + s.staging + ` WHERE id IS NULL
		), highest AS (
			SELECT greatest((SELECT max(id) FROM ` + s.table + `), (SELECT max(id) FROM gone WHERE collection = $1), (SELECT max(id) FROM ` + s.staging + `), 0) AS id
		)
		UPDATE ` + s.staging + ` s SET id = highest.id + numbered.n FROM numbered, highest WHERE s.row = numbered.row`,
	}
}

// assignIDs keeps the id of a slug that is known, takes the data set's for a new one, and gives a
// free one where that was another's. Where the data set states one that is or was another's, that
// is a mistake.
func (i *importing) assignIDs(ctx context.Context, s *staged) error {
	var id int64
	var slug, other string
	err := i.tx.QueryRow(ctx, s.idOfOther(), s.collection).Scan(&id, &slug, &other)
	if err == nil {
		return fmt.Errorf("id %d of %s belongs to %s, and is never given again; give %s another id, or leave it empty", id, slug, other, slug)
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
