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
	foldFacilities = `UPDATE facility SET search_text = n.search_text FROM unnest($1::bigint[], $2::text[]) AS n (id, search_text)
		WHERE facility.id = n.id AND facility.search_text IS DISTINCT FROM n.search_text`
	foldCountries = `UPDATE country SET search_text = n.search_text FROM unnest($1::bigint[], $2::text[]) AS n (id, search_text) WHERE country.id = n.id`
)

// ownSearchTexts tells the triggers of migration 0021 that this transaction makes the search texts
// of what it changes.
const ownSearchTexts = `SET LOCAL innoatlas.searched = 'made'`

// refold makes the search texts of all records anew, so that a search finds in a database of
// an earlier release what it finds in one of this.
func refold(ctx context.Context, tx pgx.Tx) error {
	_, err := refoldThose(ctx, tx, "", "")
	return err
}

// staleFacilities and staleCountries are conditions.
const (
	staleFacilities = ` WHERE id IN (SELECT record FROM search_stale WHERE collection = 'facilities')`
	staleCountries  = ` WHERE id IN (SELECT record FROM search_stale WHERE collection = 'countries')`
)

// Refold makes the search texts anew of the records that were changed by hand, and says of how
// many: a hand changes names and texts, and only the program knows what they are searched by.
// Imports do so too.
func Refold(ctx context.Context, url string, options ...Option) (records int, err error) {
	w, err := newWork(url, "innoatlas-migrate", options)
	if err != nil {
		return 0, err
	}
	err = w.run(ctx, func(tx pgx.Tx) (err error) {
		if _, err = tx.Exec(ctx, "SET LOCAL lock_timeout = '"+maxLockWait+"'"); err == nil {
			records, err = refoldMarked(ctx, tx)
		}
		return err
	})
	return records, wrapFirst(ctx, "migrate", explain(err))
}

// refoldMarked makes those search texts anew, and takes the marks away.
func refoldMarked(ctx context.Context, tx pgx.Tx) (records int, err error) {
	var any bool
	if err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM search_stale)`).Scan(&any); err != nil || !any {
		return 0, err
	}
	if _, err := tx.Exec(ctx, `LOCK TABLE search_stale IN EXCLUSIVE MODE; `+ownSearchTexts); err != nil { // marks that come meanwhile wait
		return 0, err
	}
	if records, err = refoldThose(ctx, tx, staleFacilities, staleCountries); err != nil {
		return 0, err
	}
	_, err = tx.Exec(ctx, `DELETE FROM search_stale`)
	return records, err
}

// refoldThose makes the search texts anew of the records that are under these conditions, and
// counts them.
func refoldThose(ctx context.Context, tx pgx.Tx, ofFacilities, ofCountries string) (int, error) {
	own, err := knownFields(ctx, tx)
	if err != nil {
		return 0, err
	}
	facilities := plainFacilityReader(readOwn(own[geo.Facilities.ID]))
	n, err := refoldAll(ctx, tx, "facilities_to_fold", facilityRows+ofFacilities+byID, foldFacilities, func(row pgx.CollectableRow) (geo.Feature, error) {
		f, err := facilities(row)
		return &f, err
	})
	if err != nil {
		return 0, err
	}
	countries := plainCountryReader(ownReader{})
	m, err := refoldAll(ctx, tx, "countries_to_fold", countryRows+ofCountries+byID, foldCountries, func(row pgx.CollectableRow) (geo.Feature, error) {
		c, err := countries(row)
		return &c, err
	})
	return n + m, err
}

// refoldAll reads and writes by a cursor, so many records at a time.
func refoldAll(ctx context.Context, tx pgx.Tx, cursor, all, update string, read pgx.RowToFunc[geo.Feature]) (n int, err error) {
	if _, err := tx.Exec(ctx, "DECLARE "+cursor+" NO SCROLL CURSOR FOR "+all); err != nil {
		return 0, err
	}
	for {
		rows, err := tx.Query(ctx, "FETCH 10000 FROM "+cursor)
		if err != nil {
			return 0, err
		}
		records, err := pgx.CollectRows(rows, read)
		if err != nil {
			return 0, err
		}
		if len(records) == 0 {
			_, err := tx.Exec(ctx, "CLOSE "+cursor)
			return n, err
		}
		n += len(records)
		ids, texts := make([]int64, len(records)), make([]zeronull.Text, len(records))
		for i, r := range records {
			ids[i], _ = r.Ref()
			texts[i] = zeronull.Text(r.(interface{ SearchText() string }).SearchText())
		}
		if _, err := tx.Exec(ctx, update, ids, texts); err != nil {
			return 0, err
		}
	}
}
