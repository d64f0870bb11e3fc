package postgis

import (
	"strings"

	"github.com/jackc/pgx/v5"

	"innoatlas/geo"
)

// textsOfRecords is what the records of a table say in other languages, as fields.translations
// reads it: all of it, or that of some fields. One that says nothing, as only a change by hand
// can leave it, is not read.
func textsOfRecords(collection, table string, fields ...string) string {
	of := ""
	if len(fields) > 0 {
		of = " AND t.field IN ('" + strings.Join(fields, "', '") + "')"
	}
	return `
	CASE WHEN (SELECT EXISTS (SELECT FROM record_text)) THEN (
		SELECT array_agg(ARRAY[t.lang::text, t.field, t.text, t.origin, t.stale::text] ORDER BY t.lang, t.field)
		FROM record_text t WHERE t.collection = '` + collection + `' AND t.record = ` + table + `.id AND t.text::text <> ''` + of + `
	) END`
}

// translations reads what textsOfRecords gives; nil is none.
func (f *fields) translations() *geo.Translations {
	const width = 5
	texts := f.rows(width)
	if len(texts) == 0 {
		return nil
	}
	all := make([]geo.Translation, 0, len(texts)/width)
	for ; len(texts) >= width; texts = texts[width:] {
		all = append(all, geo.Translation{Lang: texts[0], Field: texts[1], Text: texts[2], Origin: geo.Origin(texts[3]), Stale: texts[4] == "true"})
	}
	return &geo.Translations{All: all}
}

const (
	allPlaceNames = `SELECT country, admin1, city, lang, name, origin FROM place_name WHERE name::text <> '' ORDER BY country, admin1, city, lang`

	allSynonyms = `SELECT terms FROM synonym WHERE cardinality(terms) > 0 ORDER BY position`
)

// queueWords adds the names of places and the synonyms to a batch.
func queueWords(batch *pgx.Batch, places *[]geo.PlaceName, synonyms *[][]string) {
	batch.Queue(allPlaceNames).Query(func(rows pgx.Rows) (err error) {
		*places, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (p geo.PlaceName, err error) {
			err = row.Scan(&p.Country, &p.Admin1, &p.City, &p.Lang, &p.Name, (*string)(&p.Origin))
			return p, err
		})
		return err
	})
	batch.Queue(allSynonyms).Query(func(rows pgx.Rows) (err error) {
		*synonyms, err = pgx.CollectRows(rows, pgx.RowTo[[]string])
		return err
	})
}
