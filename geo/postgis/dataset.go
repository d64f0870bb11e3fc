package postgis

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"innoatlas/geo"
)

const (
	countryRows  = `SELECT id, code, alpha2, names, ST_AsBinary(outline), own FROM country`
	allCountries = countryRows + byID

	byID = ` ORDER BY id`

	allFigures = `SELECT jsonb_agg(to_jsonb(cooperation) ORDER BY position, country, indicator, year, source_url) FROM cooperation`
)

var (
	facilityRows  = `SELECT` + facilityFields + ` FROM facility`
	allFacilities = facilityRows + byID
)

// Dataset reads the whole content from one snapshot, facilities and countries in
// the order of their ids. Stores count into its countries, so it brings no counts.
func (s *Store) Dataset(ctx context.Context) (*geo.Dataset, error) {
	var ds *geo.Dataset
	err := s.twice(ctx, func() error {
		return s.whole(ctx, func(tx pgx.Tx) (err error) {
			ds, err = readDataset(ctx, tx)
			return err
		})
	})
	return ds, wrap(ctx, "data set", err)
}

// readDataset reads what the tables hold that a transaction sees.
func readDataset(ctx context.Context, tx pgx.Tx) (*geo.Dataset, error) {
	ds := &geo.Dataset{}
	batch := &pgx.Batch{}
	queueRest(batch, ds)
	batch.Queue(allFacilities).Query(func(rows pgx.Rows) (err error) {
		ds.Facilities, err = pgx.CollectRows(rows, plainFacilityReader(wholeOwn(ds, geo.Facilities)))
		return err
	})
	if err := tx.SendBatch(ctx, batch).Close(); err != nil {
		return nil, err
	}
	if err := readLinks(ctx, tx, ds); err != nil {
		return nil, err
	}
	return ds, readRecords(ctx, tx, ds)
}

// queueRest adds to a batch all but facilities, links and records.
func queueRest(batch *pgx.Batch, ds *geo.Dataset) {
	ds.OwnIDs, ds.OwnKinds, ds.OwnSectors = true, true, true
	batch.Queue(revisionText).QueryRow(func(row pgx.Row) error { return row.Scan(&ds.Revision) })
	queueTerms(batch, &ds.Kinds, &ds.Sectors)
	queueConditions(batch, &ds.Terms, &ds.OwnOutlines)
	queueFields(batch, &ds.Fields)
	queueWords(batch, &ds.PlaceNames, &ds.Synonyms)
	batch.Queue(allCountries).Query(func(rows pgx.Rows) (err error) {
		ds.Countries, err = pgx.CollectRows(rows, plainCountryReader(wholeOwn(ds, geo.Countries)))
		return err
	})
	batch.Queue(allFigures).QueryRow(func(row pgx.Row) (err error) {
		var figures []byte
		if err = row.Scan(&figures); err != nil {
			return err
		}
		if ds.Figures, err = readFigures(figures); err != nil {
			return fmt.Errorf("figures: %w: %w", errForm, err)
		}
		return nil
	})
}

// whole runs a reading that may take longer than a request may, as long as it goes on.
func (s *Store) whole(ctx context.Context, read func(pgx.Tx) error) error {
	conn, err := s.acquire(ctx, s.reads)
	if err != nil {
		return err
	}
	defer giveBack(conn)
	return lineOf(conn.Conn()).within(copySilence, func() error {
		return pgx.BeginTxFunc(ctx, conn, s.transaction(readSettings), func(tx pgx.Tx) error {
			if _, err := tx.Exec(ctx, "SET LOCAL statement_timeout = 0"); err != nil {
				return err
			}
			return read(tx)
		})
	})
}

const (
	linkRows = `SELECT k.facility, k.institution, k.role, k.stated FROM facility_institution k JOIN facility f ON f.slug = k.facility`
	byPlace  = ` ORDER BY f.id, k.position, k.institution, k.role`
)

// readLinks reads all links, in the order of the facilities.
func readLinks(ctx context.Context, tx pgx.Tx, ds *geo.Dataset) error {
	rows, err := tx.Query(ctx, linkRows+byPlace)
	if err != nil {
		return err
	}
	ds.Links, err = pgx.CollectRows(rows, pgx.RowToStructByPos[geo.Link])
	return err
}

// readRecords reads the records of all collections that have no struct of their own.
func readRecords(ctx context.Context, tx pgx.Tx, ds *geo.Dataset) error {
	for _, c := range geo.Collections {
		if tables[c.ID] != nil {
			continue
		}
		rows, read := plainRows(c, ds.Fields)
		records, err := readPlain(ctx, tx, rows+byID, read)
		if err != nil {
			return err
		}
		if ds.Records == nil {
			ds.Records = map[string][]geo.Record{}
		}
		if records != nil {
			ds.Records[c.ID] = records
		}
	}
	return nil
}

// plainRows is the statement that reads the records of a collection without a struct, and their reader.
func plainRows(c *geo.Collection, own map[string][]geo.Field) (string, pgx.RowToFunc[geo.Feature]) {
	t := tableOf(c.With(own[c.ID]))
	return "SELECT " + t.fields + " FROM " + t.name, t.reader()
}

func readPlain(ctx context.Context, tx pgx.Tx, sql string, read pgx.RowToFunc[geo.Feature], args ...any) (records []geo.Record, err error) {
	rows, err := tx.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	found, err := pgx.CollectRows(rows, read)
	for _, r := range found {
		records = append(records, *r.(*geo.Record))
	}
	return records, err
}

// wholeOwn reads all own fields of a collection, private ones included.
func wholeOwn(ds *geo.Dataset, c *geo.Collection) ownReader {
	return ownReader{fields: ds.Fields[c.ID], whole: true}
}

func plainFacilityReader(own ownReader) pgx.RowToFunc[geo.Facility] {
	r := &facilities{own: own}
	return func(row pgx.CollectableRow) (geo.Facility, error) {
		f, err := r.read(r.fields.row(row))
		if err != nil {
			return geo.Facility{}, err
		}
		return *f, nil
	}
}

func plainCountryReader(own ownReader) pgx.RowToFunc[geo.Country] {
	return func(row pgx.CollectableRow) (geo.Country, error) { return scanPlainCountry(row, own) }
}

func scanPlainCountry(row pgx.CollectableRow, reader ownReader) (geo.Country, error) {
	var c geo.Country
	var outline, own []byte
	err := row.Scan(&c.ID, &c.Code, &c.Alpha2, &c.Names, &outline, &own)
	if err != nil {
		return geo.Country{}, err
	}
	if c.Own, err = reader.read(own); err != nil {
		return geo.Country{}, fmt.Errorf("%s: %w", c.Code, err)
	}
	if c.Outline, err = readOutline(outline); err != nil {
		return geo.Country{}, fmt.Errorf("outline of %s: %w: %w", c.Code, errForm, err)
	}
	return c, nil
}
