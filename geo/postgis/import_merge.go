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

// chunk is how many rows of a data set are compared with what there is at a time.
const chunk = 5000

// Conflicts is why nothing was imported: fields that somebody has changed since the file was made
// of the database, and that the file changes too.
type Conflicts []geo.Conflict

// mostConflicts is how many of them are told.
const mostConflicts = 20

func (c Conflicts) Error() string {
	var b strings.Builder
	fields := "1 field was"
	if len(c) != 1 {
		fields = fmt.Sprintf("%d fields were", len(c))
	}
	b.WriteString(fields + " changed by others since the file was made, and the file says something else:")
	for _, one := range c[:min(len(c), mostConflicts)] {
		b.WriteString("\n  " + one.String())
	}
	if len(c) > mostConflicts {
		b.WriteString("\n  …")
	}
	b.WriteString("\nempty these cells, or write there what the database has now; --force takes the file's")
	return b.String()
}

// met is a row of a data set with the record that it is of.
type met struct {
	record geo.Feature // as it shall be
	known  bool        // whether there is such a record
	same   bool        // whether the row changes nothing of it
}

// meet merges the rows from one to before another into the records that are there.
func (i *importing) meet(ctx context.Context, s *staged, from, to int) ([]met, error) {
	there, err := i.existing(ctx, s, from, to)
	if err != nil {
		return nil, err
	}
	bases, err := i.basesOf(ctx, s, there, from, to)
	if err != nil {
		return nil, err
	}
	all := make([]met, 0, to-from)
	for n := from; n < to; n++ {
		row := s.brought(n)
		_, slug := row.Ref()
		known, ok := there[slug]
		if says := s.says(n); says.Exact && says.Version != known.version {
			return nil, &geo.VersionError{Slug: slug, Has: known.version, Want: says.Version}
		}
		if !ok {
			if err := s.checkNew(n, row); err != nil {
				return nil, err
			}
			all = append(all, met{record: s.completed(row)})
			continue
		}
		changed, conflicts := s.c.Merge(known.record, row, s.says(n), bases[slug])
		i.conflicts = append(i.conflicts, conflicts...)
		texts := row.Translated()
		if known.record = bringing(known.record, texts); changed || texts != nil {
			if err := s.checkMerged(n, row, known.record); err != nil {
				return nil, err
			}
			known.record = s.completed(known.record)
			s.merges[n] = known.record
		}
		all = append(all, met{known.record, true, !changed && texts == nil})
	}
	return all, nil
}

// versioned is a record with its version.
type versioned struct {
	record  geo.Feature
	version int
}

// existing reads the records that there are of these rows, by their slugs.
func (i *importing) existing(ctx context.Context, s *staged, from, to int) (map[string]versioned, error) {
	slugs := make([]string, 0, to-from)
	for n := from; n < to; n++ {
		_, slug := s.brought(n).Ref()
		slugs = append(slugs, slug)
	}
	versions := map[int64]int{}
	rows, err := i.tx.Query(ctx, `SELECT id, version FROM `+s.table+` WHERE slug = ANY($1)`, slugs)
	if err != nil {
		return nil, err
	}
	var id int64
	var version int
	if _, err := pgx.ForEachRow(rows, []any{&id, &version}, func() error {
		versions[id] = version
		return nil
	}); err != nil {
		return nil, err
	}
	there := make(map[string]versioned, len(versions))
	if len(versions) == 0 {
		return there, nil
	}
	err = i.readRecords(ctx, s, `SELECT `+s.reads.fields+` FROM `+s.table+` WHERE slug = ANY($1)`, []any{slugs}, func(r geo.Feature) {
		id, slug := r.Ref()
		there[slug] = versioned{r, versions[id]}
	})
	return there, err
}

func (i *importing) readRecords(ctx context.Context, s *staged, sql string, args []any, each func(geo.Feature)) error {
	rows, err := i.tx.Query(ctx, sql, args...)
	if err != nil {
		return err
	}
	records, err := pgx.CollectRows(rows, s.reads.reader())
	if err != nil {
		return err
	}
	for _, r := range records {
		each(r)
	}
	return nil
}

// baseRecords are records as they were at versions of theirs: what they are, with the values that
// the first change after it took away. $1 are their ids, $2 the versions, $3 is the collection.
func (s *staged) baseRecords() string {
	return `
WITH before AS (
	SELECT c.record, jsonb_object_agg(e.key, e.value ORDER BY c.number DESC) AS values
	FROM unnest($1::bigint[], $2::integer[]) AS old (id, version)
	JOIN change c ON c.collection = $3 AND c.record = old.id AND c.op = 'c' AND c.part IS NULL AND c.version > old.version
	CROSS JOIN LATERAL jsonb_each(c.before) AS e
	GROUP BY c.record
), own AS (
	SELECT b.record, jsonb_object_agg(substr(e.key, 5), e.value) AS values
	FROM before b CROSS JOIN LATERAL jsonb_each(b.values) AS e WHERE e.key LIKE 'own.%' GROUP BY b.record
)
SELECT ` + s.reads.fields + `
FROM (
	SELECT (jsonb_populate_record(t, b.values || jsonb_build_object('own', nullif(jsonb_strip_nulls(coalesce(t.own, '{}') || coalesce(o.values, '{}')), '{}')))).*
	FROM ` + s.table + ` t JOIN before b ON b.record = t.id LEFT JOIN own o ON o.record = t.id
) AS ` + s.table
}

// basesOf are the records, by their slugs, that were changed since the file was made of them, as they
// were then.
func (i *importing) basesOf(ctx context.Context, s *staged, there map[string]versioned, from, to int) (map[string]geo.Feature, error) {
	if i.bases != nil {
		return i.bases[s.collection], nil
	}
	var ids []int64
	var versions []int
	for n := from; n < to; n++ {
		says := s.says(n)
		_, slug := s.brought(n).Ref()
		known, ok := there[slug]
		switch {
		case says.Version == 0:
		case !ok:
		case says.Version > known.version:
			return nil, fmt.Errorf("%s%s has version %d in the file and %d in the database, so that the file was not made of this database; "+
				"take the column version out of it where it shall be imported all the same", lineText(says), slug, says.Version, known.version)
		case says.Version < known.version:
			id, _ := known.record.Ref()
			ids, versions = append(ids, id), append(versions, says.Version)
		}
	}
	bases := map[string]geo.Feature{}
	if len(ids) == 0 {
		return bases, nil
	}
	err := i.readRecords(ctx, s, s.baseRecords(), []any{ids, versions, s.collection}, func(r geo.Feature) {
		_, slug := r.Ref()
		bases[slug] = r
	})
	return bases, err
}

func lineText(says geo.Row) string {
	if says.Line == 0 {
		return ""
	}
	return fmt.Sprintf("line %d: ", says.Line)
}

// checkNew refuses a new record that lacks what each must state.
func (s *staged) checkNew(n int, row geo.Feature) error {
	if s.whole {
		return nil // it was read as a whole
	}
	_, slug := row.Ref()
	for _, name := range s.needs() {
		if row.Value(name).Type == cql2.Null {
			return fmt.Errorf("%s%s is no record of the database, and a new one must state its %s", lineText(s.says(n)), slug, name)
		}
	}
	return nil
}

// needs are the fields that each record states.
func (s *staged) needs() []string {
	if s.collection == geo.Facilities.ID {
		return []string{"kind", "name"}
	}
	return []string{"name"}
}

// checkMerged refuses a row that, with what the database has, says that a facility was closed before
// it was established: no file with that can be read.
func (s *staged) checkMerged(n int, row, merged geo.Feature) error {
	f, ok := merged.(*geo.Facility)
	if !ok || f.Closed == 0 || f.Closed >= f.Established || !s.completes {
		return nil
	}
	stated := row.(*geo.Facility)
	if stated.Closed == 0 && stated.Established == 0 {
		return nil // a hand has written that, and the row does not speak of it
	}
	return fmt.Errorf("%s%s was established in %d and closed in %d then, which is before; what the row does not state of these is the database's",
		lineText(s.says(n)), f.Slug, f.Established, f.Closed)
}

// completed is a copy of a record, since the data set is whoever's imports it, with what follows of what
// it states, where a reader has left that to us.
func (s *staged) completed(r geo.Feature) geo.Feature {
	switch r := r.(type) {
	case *geo.Facility:
		next := *r
		if s.completes {
			next.Complete()
		}
		return &next
	case *geo.Record:
		next := *r
		if s.completes {
			s.completeRecord(&next)
		}
		return &next
	}
	return r
}

// completeRecord says how exact the position of a record without a struct is.
func (s *staged) completeRecord(r *geo.Record) {
	f := s.c.Field("precision")
	if f == nil || f.Derived || s.c.Geometry != geo.Point {
		return
	}
	switch stated := f.Value(r).Text; {
	case r.Shape == nil && stated != "":
		f.Set(r, cql2.Value{})
	case r.Shape != nil && stated == "":
		f.Set(r, cql2.TextOf("city"))
	}
}

// bringing is a record with the texts that a row brings before its own.
func bringing(r geo.Feature, texts *geo.Translations) geo.Feature {
	if texts == nil {
		return r
	}
	return saying(r, texts)
}

// follow takes for the slugs of records that were renamed those that they have now, and refuses
// those of records that are gone.
func (i *importing) follow(ctx context.Context) error {
	if i.restoring {
		return nil
	}
	for _, c := range []*geo.Collection{geo.Facilities, geo.Institutions, geo.Projects} {
		renamed, err := i.renamed(ctx, c)
		if err != nil {
			return err
		}
		if len(renamed) > 0 {
			i.ds = i.ds.Renamed(c, renamed)
		}
	}
	return nil
}

// goneRecords are the slugs that no record of a collection has any more: with the one it has now,
// that of the one it was merged into, and who took it away when and why.
func goneRecords(table string) string {
	return `
SELECT g.slug, coalesce(t.slug, ''), coalesce(m.slug, ''), coalesce(r.author, ''), coalesce(to_char(r.at AT TIME ZONE 'UTC', 'YYYY-MM-DD'), ''), coalesce(g.reason, '')
FROM gone g LEFT JOIN ` + table + ` t ON t.id = g.id LEFT JOIN ` + table + ` m ON m.id = g.into_id LEFT JOIN revision r ON r.number = g.revision
WHERE g.collection = $1 AND NOT EXISTS (SELECT FROM ` + table + ` l WHERE l.slug = g.slug)`
}

// ErrGone is a record that was deleted or merged into another.
var ErrGone = errors.New("the record is gone")

func (i *importing) renamed(ctx context.Context, c *geo.Collection) (map[string]string, error) {
	rows, err := i.tx.Query(ctx, goneRecords(tableNames[c.ID]), c.ID)
	if err != nil {
		return nil, err
	}
	named := i.ds.HasSlug(c)
	renamed := map[string]string{}
	var slug, now, into, author, day, reason string
	_, err = pgx.ForEachRow(rows, []any{&slug, &now, &into, &author, &day, &reason}, func() error {
		switch ok := named(slug); {
		case !ok && now != "":
			renamed[slug] = now // others may name it
		case !ok:
		case now != "":
			if named(now) {
				return fmt.Errorf("%s is called %s since %s, and the data set has both; take one of them out", slug, now, day)
			}
			renamed[slug] = now
			i.note("%s is called %s since %s, and was taken for it", slug, now, day)
		case into != "":
			return fmt.Errorf("%w: %s was merged into %s by %s on %s; take its row out", ErrGone, slug, into, author, day)
		default:
			return fmt.Errorf("%w: %s was deleted by %s on %s%s; take its row out, or bring it back first (innoatlas restore %[2]s)",
				ErrGone, slug, author, day, because(reason))
		}
		return nil
	})
	return renamed, err
}

func because(reason string) string {
	if reason == "" {
		return ""
	}
	return " (" + reason + ")"
}

// tableNames are the tables of records, by the ids of their collections.
var tableNames = map[string]string{"facilities": "facility", "institutions": "institutions", "projects": "projects", "countries": "country"}
