package postgis

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype/zeronull"

	"innoatlas/geo"
)

// written are the columns of a facility that an import writes, besides id and geom: the
// fields, and what is made of them.
var written = func() []string {
	fields := slices.DeleteFunc(geo.NamesOf(facilityColumns), func(name string) bool { return slices.Contains(notImported, name) })
	return append(append([]string{"slug"}, fields...), "own", "zorder", "search_text", "names_text")
}()

// staging takes the rows in as they come; sourced says whether they speak of further sources.
const createStaging = `
CREATE TEMPORARY TABLE staging ON COMMIT DROP AS SELECT ` + besides + `, false AS sourced, * FROM facility WITH NO DATA;

CREATE TEMPORARY TABLE staging_source ON COMMIT DROP AS
SELECT 0::bigint AS row, * FROM facility_source WITH NO DATA`

// facilities brings the rows into a table beside the real one, gives them their
// ids there, and then merges the two.
func (i *importing) facilities(ctx context.Context) error {
	if _, err := i.tx.Exec(ctx, createStaging); err != nil {
		return err
	}
	if i.DeleteMissing && i.ds.CountFacilities() == 0 {
		return nil
	}
	s := i.staging(geo.Facilities, "facility", "staging", i.ds.CountFacilities(), func(n int) geo.Feature { return &i.ds.Facilities[n] })
	if i.ds.Later != nil {
		s.read(i.ds.Later)
	}
	s.written = written
	for _, step := range []func(context.Context, *staged) error{i.stage, i.assignIDs, i.stageTexts, i.deleteMissing, i.fill, i.sources, i.texts} {
		if err := step(ctx, s); err != nil {
			return err
		}
	}
	i.changes += s.touched()
	m := s.merged()
	i.summary.Added, i.summary.Changed, i.summary.Unchanged = m.Added, m.Changed, m.Unchanged
	i.summary.Deleted += m.Deleted
	return nil
}

func (i *importing) stage(ctx context.Context, s *staged) error {
	return i.stageAll(ctx, s, staging{
		columns: []string{"sourced"},
		values:  func(n int) []any { return []any{s.sourcesOf(n) != nil} },
		derive:  func(r geo.Feature) { i.relating.relate(r.(*geo.Facility)) },
		more:    func(ctx context.Context, from, to int) error { return i.stageSources(ctx, s, from, to) },
	})
}

func (s *staged) sourcesOf(n int) []geo.Source { return s.brought(n).(*geo.Facility).Sources }

// fillFrom is how many records are so many that an empty table takes them in quicker without indexes,
// which are made of all of them then (migration 0030).
const fillFrom = 10_000

// fill merges the rows, into an empty table in the quickest way.
func (i *importing) fill(ctx context.Context, s *staged) error {
	if s.count < fillFrom || !i.empty {
		return i.merge(ctx, s)
	}
	filling := false
	if err := i.tx.QueryRow(ctx, `SELECT innoatlas_begin_to_fill()`).Scan(&filling); err != nil {
		return err
	}
	if err := i.merge(ctx, s); err != nil || !filling {
		return err
	}
	_, err := i.tx.Exec(ctx, `SELECT innoatlas_end_to_fill()`)
	return err
}

// list is NULL where nothing is in it.
func list(values []string) []string {
	if len(values) == 0 {
		return nil
	}
	return values
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

func (i *importing) stageSources(ctx context.Context, facilities *staged, from, to int) error {
	var rows [][]any
	for n := from; n < to; n++ {
		for position, s := range facilities.sourcesOf(n) {
			rows = append(rows, []any{n, position, zeronull.Text(s.Title), zeronull.Text(s.URL), zeronull.Text(s.Date), zeronull.Text(s.Supports)})
		}
	}
	if len(rows) == 0 {
		return nil
	}
	columns := []string{"row", "position", "title", "url", "date", "supports"}
	_, err := i.tx.CopyFrom(ctx, pgx.Identifier{"staging_source"}, columns, pgx.CopyFromRows(rows))
	return err
}
