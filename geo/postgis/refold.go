package postgis

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype/zeronull"

	"innoatlas/geo"
)

// searchForm is the schema version since which search texts are as package search has them, and
// the names in them stand by themselves too. Only Go can bring those of before into that form.
const searchForm = 24

const (
	foldFacilities = `UPDATE facility SET search_text = n.search_text, names_text = n.names_text
		FROM unnest($1::bigint[], $2::text[], $3::text[]) AS n (id, search_text, names_text)
		WHERE facility.id = n.id AND (facility.search_text, facility.names_text) IS DISTINCT FROM (n.search_text, n.names_text)`
	foldCountries = `UPDATE country SET search_text = n.search_text FROM unnest($1::bigint[], $2::text[], $3::text[]) AS n (id, search_text, names_text) WHERE country.id = n.id`
)

// ownSearchTexts tells the triggers of migration 0021 that this transaction makes the search texts
// of what it changes.
const ownSearchTexts = `SET LOCAL innoatlas.searched = 'made'`

// refold makes the search texts of all records anew, so that a search finds in a database of
// an earlier release what it finds in one of this.
func refold(ctx context.Context, tx pgx.Tx) error {
	_, err := refoldThose(ctx, tx, "", "", "")
	return err
}

// staleFacilities and those below are conditions; %s is the collection.
const (
	staleFacilities = ` WHERE id IN (SELECT record FROM search_stale WHERE collection = 'facilities')`
	staleCountries  = ` WHERE id IN (SELECT record FROM search_stale WHERE collection = 'countries')`
	staleRecords    = ` WHERE id IN (SELECT record FROM search_stale WHERE collection = '%s')`
)

// Refold makes the search texts anew of the records that were changed by hand, and what follows
// of links and of the names of institutions, and says of how many records: a hand changes names
// and texts, and only the program knows what they are searched by, and whom they mean. Imports do
// so too.
func Refold(ctx context.Context, url string, options ...Option) (records int, err error) {
	w, err := newWork(url, "innoatlas-migrate", options)
	if err != nil {
		return 0, err
	}
	err = w.run(ctx, func(tx pgx.Tx) (err error) {
		if _, err = tx.Exec(ctx, "SET LOCAL lock_timeout = '"+maxLockWait+"'"); err == nil {
			var marked bool
			if records, marked, err = refoldMarked(ctx, tx); err == nil && marked {
				err = relateAll(ctx, tx)
			}
		}
		return err
	})
	return records, wrapFirst(ctx, "migrate", explain(err))
}

// refoldMarked makes those search texts anew, and takes the marks away.
func refoldMarked(ctx context.Context, tx pgx.Tx) (records int, marked bool, err error) {
	if err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM search_stale)`).Scan(&marked); err != nil || !marked {
		return 0, false, err
	}
	if _, err := tx.Exec(ctx, `LOCK TABLE search_stale IN EXCLUSIVE MODE; `+ownSearchTexts); err != nil { // marks that come meanwhile wait
		return 0, true, err
	}
	if records, err = refoldThose(ctx, tx, staleFacilities, staleCountries, staleRecords); err != nil {
		return 0, true, err
	}
	_, err = tx.Exec(ctx, `DELETE FROM search_stale`)
	return records, true, err
}

// refoldThose makes the search texts anew of the records that are under these conditions, and
// counts them.
func refoldThose(ctx context.Context, tx pgx.Tx, ofFacilities, ofCountries, ofRecords string) (int, error) {
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
	if err != nil {
		return 0, err
	}
	for _, c := range []*geo.Collection{geo.Institutions, geo.Projects} {
		t := tableOf(c.With(own[c.ID]))
		all := "SELECT " + t.fields + " FROM " + t.name + strings.ReplaceAll(ofRecords, "%s", c.ID) + byID
		update := `UPDATE ` + t.name + ` r SET search_text = n.search_text, names_text = n.names_text
			FROM unnest($1::bigint[], $2::text[], $3::text[]) AS n (id, search_text, names_text)
			WHERE r.id = n.id AND (r.search_text, r.names_text) IS DISTINCT FROM (n.search_text, n.names_text)`
		k, err := refoldAll(ctx, tx, c.ID+"_to_fold", all, update, t.reader())
		if err != nil {
			return 0, err
		}
		n += k
	}
	return n + m, nil
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
		ids, texts, names := make([]int64, len(records)), make([]zeronull.Text, len(records)), make([]zeronull.Text, len(records))
		for i, r := range records {
			ids[i], _ = r.Ref()
			texts[i] = zeronull.Text(r.(interface{ SearchText() string }).SearchText())
			names[i] = zeronull.Text(namesText(r))
		}
		if _, err := tx.Exec(ctx, update, ids, texts, names); err != nil {
			return 0, err
		}
	}
}
