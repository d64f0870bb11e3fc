package postgis

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype/zeronull"

	"innoatlas/geo"
	"innoatlas/geo/search"
)

// createStagingText makes a table that takes in the texts of staged records, by their places in
// the data set.
func (s *staged) createStagingText() string {
	return `
CREATE TEMPORARY TABLE ` + s.staging + `_text ON COMMIT DROP AS
SELECT 0::bigint AS row, lang, field, text, origin, stale FROM record_text WITH NO DATA`
}

// refuseTexts: what a machine made gives way to what a source or a person says, and is counted
// where it says something else.
func (s *staged) refuseTexts() string {
	return `
WITH refused AS (
	DELETE FROM ` + s.staging + `_text t USING ` + s.staging + ` s, record_text r
	WHERE s.row = t.row AND r.collection = $1 AND (r.record, r.lang, r.field) = (s.id, t.lang, t.field)
	  AND t.origin = 'machine' AND r.origin <> 'machine'
	RETURNING t.text <> r.text AS differs
)
SELECT count(*) FILTER (WHERE differs) FROM refused`
}

// mergeTexts: a machine's text that is still the same is still older than the English.
func (s *staged) mergeTexts() string {
	const stillStale = `(excluded.stale OR r.stale AND (excluded.text, excluded.origin) = (r.text, r.origin))`
	return `
WITH merged AS (
	INSERT INTO record_text AS r (collection, record, lang, field, text, origin, stale)
	SELECT $1, s.id, t.lang, t.field, t.text, t.origin, t.stale
	FROM ` + s.staging + `_text t JOIN ` + s.staging + ` s ON s.row = t.row
	ORDER BY s.id, t.lang, t.field
	ON CONFLICT (collection, record, lang, field) DO UPDATE SET text = excluded.text, origin = excluded.origin, stale = ` + stillStale + `
	WHERE (r.text, r.origin, r.stale) IS DISTINCT FROM (excluded.text, excluded.origin, ` + stillStale + `)
	RETURNING record
)
SELECT record, count(*) FROM merged GROUP BY record`
}

// texts takes the texts that the data set brings. Those that it says nothing of stay. It
// comes after the records: a text that comes with new English is not stale by that.
func (i *importing) texts(ctx context.Context, s *staged) error {
	rows, err := i.tx.Query(ctx, s.mergeTexts(), s.collection)
	if err != nil {
		return err
	}
	var id int64
	var n int
	_, err = pgx.ForEachRow(rows, []any{&id, &n}, func() error {
		i.summary.Texts += n
		s.change(id)
		return nil
	})
	return err
}

// stageTexts brings the texts beside the real ones, without those that are not taken. It comes
// before the records: the database has texts that they are searched by too.
func (i *importing) stageTexts(ctx context.Context, s *staged) error {
	if _, err := i.tx.Exec(ctx, `ANALYZE `+s.staging+`_text`); err != nil {
		return err
	}
	var kept int
	if err := i.tx.QueryRow(ctx, s.refuseTexts(), s.collection).Scan(&kept); err != nil {
		return err
	}
	i.summary.Kept += kept
	return i.searchOtherTexts(ctx, s)
}

// copyTexts brings those of the rows from one to before another.
func (i *importing) copyTexts(ctx context.Context, s *staged, from, to int) error {
	var rows [][]any
	for row, t := range s.textsOf(from, to) {
		rows = append(rows, []any{row, t.Lang, t.Field, t.Text, string(t.Origin), t.Stale})
	}
	if len(rows) == 0 {
		return nil
	}
	columns := []string{"row", "lang", "field", "text", "origin", "stale"}
	_, err := i.tx.CopyFrom(ctx, pgx.Identifier{s.staging + "_text"}, columns, pgx.CopyFromRows(rows))
	return err
}

// otherTexts are those of the staged records of which the data set says nothing.
func (s *staged) otherTexts() string {
	return `
DECLARE ` + s.staging + `_others NO SCROLL CURSOR FOR
SELECT s.row, r.lang, r.field, r.text, r.origin
FROM ` + s.staging + ` s JOIN record_text r ON r.record = s.id
WHERE r.collection = '` + s.collection + `' AND NOT s.same AND NOT EXISTS (SELECT FROM ` + s.staging + `_text t WHERE (t.row, t.lang, t.field) = (s.row, r.lang, r.field))
ORDER BY s.row, r.lang, r.field`
}

func (s *staged) setSearchTexts() string {
	return `
UPDATE ` + s.staging + ` s SET search_text = n.search_text, names_text = n.names_text
FROM unnest($1::bigint[], $2::text[], $3::text[]) AS n (row, search_text, names_text) WHERE s.row = n.row`
}

// searchOtherTexts makes the staged records found by what the database says of them in
// other languages too, and not only by what the data set does.
func (i *importing) searchOtherTexts(ctx context.Context, s *staged) error {
	if _, err := i.tx.Exec(ctx, s.otherTexts()); err != nil {
		return err
	}
	others := othersOf{of: s}
	for {
		rows, err := i.tx.Query(ctx, `FETCH 20000 FROM `+s.staging+`_others`)
		if err != nil {
			return err
		}
		var row int
		var t geo.Translation
		read, err := pgx.ForEachRow(rows, []any{&row, &t.Lang, &t.Field, &t.Text, (*string)(&t.Origin)}, func() error {
			others.add(row, t)
			return nil
		})
		if err != nil {
			return err
		}
		if read.RowsAffected() == 0 {
			others.finish()
		}
		if _, err := i.tx.Exec(ctx, s.setSearchTexts(), others.rows, others.searchTexts, others.namesTexts); err != nil {
			return err
		}
		if others.rows, others.searchTexts, others.namesTexts = nil, nil, nil; read.RowsAffected() == 0 {
			return nil
		}
	}
}

// othersOf gathers the other texts of one record after another.
type othersOf struct {
	of    *staged
	row   int // of the one in hand, in the data set
	texts []geo.Translation

	rows                    []int64
	searchTexts, namesTexts []zeronull.Text // of those that are finished
}

func (o *othersOf) add(row int, t geo.Translation) {
	if row != o.row {
		o.finish()
	}
	o.row, o.texts = row, append(o.texts, t)
}

// finish says what the record in hand is searched by: the other texts, and what the data set
// says besides.
func (o *othersOf) finish() {
	if len(o.texts) == 0 {
		return
	}
	r := o.of.record(o.row)
	all := &geo.Translations{All: o.texts}
	if brought := r.Translated(); brought != nil {
		for _, t := range brought.All {
			if t.Text != "" && all.In(t.Lang, t.Field) == nil {
				all.All = append(all.All, t)
			}
		}
	}
	slices.SortFunc(all.All, func(a, b geo.Translation) int {
		return cmp.Or(strings.Compare(a.Lang, b.Lang), strings.Compare(a.Field, b.Field))
	})
	next := saying(r, all)
	o.rows, o.texts = append(o.rows, int64(o.row)), nil
	o.searchTexts, o.namesTexts = append(o.searchTexts, searchTextOf(next)), append(o.namesTexts, zeronull.Text(namesText(next)))
}

// saying is a copy of a record with texts in other languages.
func saying(r geo.Feature, texts *geo.Translations) geo.Feature {
	switch r := r.(type) {
	case *geo.Facility:
		next := *r
		next.Translations = texts
		return &next
	case *geo.Record:
		next := *r
		next.Translations = texts
		return &next
	}
	return r
}

func searchTextOf(r geo.Feature) zeronull.Text { return zeronull.Text(r.Value("search_text").Text) }

// namesText is the part of a search text that is names of the record: partnerships are searched
// by that of both.
func namesText(r geo.Feature) string {
	var b []byte
	add := func(name string) {
		start := len(b)
		if b = search.AppendNormal(b, name); len(b) > start {
			b = append(b, '\n')
		}
	}
	add(r.Value("name").Text)
	if t := r.Translated(); t != nil {
		for i := range t.All {
			if t.All[i].Field == "name" {
				add(t.All[i].Text)
			}
		}
	}
	return string(b)
}

// textsOf are the texts of some records, by the places of these. An empty one says nothing, and
// of two of one field the first counts, as geo.Translations.In has it.
func (s *staged) textsOf(from, to int) iter.Seq2[int, *geo.Translation] {
	return func(yield func(int, *geo.Translation) bool) {
		for n := from; n < to; n++ {
			texts := s.brought(n).Translated()
			if texts == nil {
				continue
			}
			for at := range texts.All {
				t := &texts.All[at]
				if t.Text != "" && texts.In(t.Lang, t.Field) == t && !yield(n, t) {
					return
				}
			}
		}
	}
}

const (
	createStagingPlace = `
CREATE TEMPORARY TABLE staging_place ON COMMIT DROP AS
SELECT 0::bigint AS row, * FROM place_name WITH NO DATA`

	// Of two names of one place the last counts, as in geo.Places.
	mergePlaces = `
WITH brought AS (
	SELECT DISTINCT ON (country, admin1, city, lang) * FROM staging_place ORDER BY country, admin1, city, lang, row DESC
), refused AS (
	SELECT b.row, b.name <> p.name AS differs FROM brought b JOIN place_name p USING (country, admin1, city, lang)
	WHERE b.origin = 'machine' AND p.origin <> 'machine'
), merged AS (
	INSERT INTO place_name AS p (country, admin1, city, lang, name, origin)
	SELECT country, admin1, city, lang, name, origin FROM brought WHERE row NOT IN (SELECT row FROM refused)
	ON CONFLICT (country, admin1, city, lang) DO UPDATE SET name = excluded.name, origin = excluded.origin
	WHERE (p.name, p.origin) <> (excluded.name, excluded.origin)
	RETURNING 1
)
SELECT (SELECT count(*) FROM merged), (SELECT count(*) FILTER (WHERE differs) FROM refused)`
)

// placeNames takes what the data set calls places. Those that it says nothing of stay.
func (i *importing) placeNames(ctx context.Context) error {
	if len(i.ds.PlaceNames) == 0 {
		return nil
	}
	if _, err := i.tx.Exec(ctx, createStagingPlace); err != nil {
		return err
	}
	var rows [][]any
	for n, p := range i.ds.PlaceNames {
		if p.Name != "" {
			rows = append(rows, []any{n, p.Country, p.Admin1, p.City, p.Lang, p.Name, string(p.Origin)})
		}
	}
	columns := []string{"row", "country", "admin1", "city", "lang", "name", "origin"}
	if _, err := i.tx.CopyFrom(ctx, pgx.Identifier{"staging_place"}, columns, pgx.CopyFromRows(rows)); err != nil {
		return err
	}
	var merged int64
	var kept int
	err := i.tx.QueryRow(ctx, mergePlaces).Scan(&merged, &kept)
	i.changes += merged
	i.summary.Kept += kept
	return err
}

// told says what was not taken.
func (i *importing) told(context.Context) error {
	if i.summary.Kept > 0 {
		i.note("%d texts that a machine has made were not taken: the database says something else there that comes from a source or a person; "+
			"where a text is somebody's own, say so in its column origin", i.summary.Kept)
	}
	return nil
}

const (
	dropSynonyms = `DELETE FROM synonym WHERE position >= $1`

	upsertSynonym = `
INSERT INTO synonym (position, terms) VALUES ($1, $2)
ON CONFLICT (position) DO UPDATE SET terms = excluded.terms WHERE synonym.terms <> excluded.terms`
)

// synonyms replaces all groups, where the data set has any.
func (i *importing) synonyms(ctx context.Context) error {
	var values [][]any
	for _, terms := range i.ds.Synonyms {
		if len(terms) > 0 {
			values = append(values, []any{len(values), terms})
		}
	}
	if len(values) == 0 {
		return nil
	}
	if err := i.execEach(ctx, dropSynonyms, [][]any{{len(values)}}); err != nil {
		return err
	}
	return i.execEach(ctx, upsertSynonym, values)
}
