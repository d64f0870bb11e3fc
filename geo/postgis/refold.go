package postgis

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype/zeronull"

	"innoatlas/geo"
)

// searchForm is the schema version since which search texts are as package search has them.
// Only Go can bring those of before into that form.
const searchForm = 20

const (
	foldFacilities = `UPDATE facility SET search_text = n.search_text FROM unnest($1::bigint[], $2::text[]) AS n (id, search_text) WHERE facility.id = n.id`
	foldCountries  = `UPDATE country SET search_text = n.search_text FROM unnest($1::bigint[], $2::text[]) AS n (id, search_text) WHERE country.id = n.id`
)

// refold makes the search texts of all records anew, so that a search finds in a database of
// an earlier release what it finds in one of this.
func refold(ctx context.Context, tx pgx.Tx) error {
	facilities := plainFacilityReader(ownReader{})
	if err := refoldAll(ctx, tx, "facilities_to_fold", allFacilities, foldFacilities, func(row pgx.CollectableRow) (geo.Feature, error) {
		f, err := facilities(row)
		return &f, err
	}); err != nil {
		return err
	}
	countries := plainCountryReader(ownReader{})
	return refoldAll(ctx, tx, "countries_to_fold", allCountries, foldCountries, func(row pgx.CollectableRow) (geo.Feature, error) {
		c, err := countries(row)
		return &c, err
	})
}

// refoldAll reads and writes by a cursor, so many records at a time.
func refoldAll(ctx context.Context, tx pgx.Tx, cursor, all, update string, read pgx.RowToFunc[geo.Feature]) error {
	if _, err := tx.Exec(ctx, "DECLARE "+cursor+" NO SCROLL CURSOR FOR "+all); err != nil {
		return err
	}
	for {
		rows, err := tx.Query(ctx, "FETCH 10000 FROM "+cursor)
		if err != nil {
			return err
		}
		records, err := pgx.CollectRows(rows, read)
		if err != nil {
			return err
		}
		if len(records) == 0 {
			_, err := tx.Exec(ctx, "CLOSE "+cursor)
			return err
		}
		ids, texts := make([]int64, len(records)), make([]zeronull.Text, len(records))
		for i, r := range records {
			ids[i], _ = r.Ref()
			texts[i] = zeronull.Text(r.(interface{ SearchText() string }).SearchText())
		}
		if _, err := tx.Exec(ctx, update, ids, texts); err != nil {
			return err
		}
	}
}
