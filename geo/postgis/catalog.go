package postgis

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgtype/zeronull"
	"github.com/paulmach/orb"

	"innoatlas/geo"
)

// snapshot is what the store knows of one revision without asking.
type snapshot struct {
	geo.Catalog
	own          map[string][]geo.Field // all own fields, by the ids of collections
	countryCodes []string               // of every country record
	records      []geo.Feature          // every country record

	occurring map[string]map[geo.Dimension][]string // the values of open facets, by the ids of collections
}

// held is how many records a collection has.
func (s *snapshot) held(c *geo.Collection) int {
	switch {
	case c.Is(geo.Facilities):
		return s.Facilities
	case c.Is(geo.Countries):
		return len(s.records)
	}
	return s.Others[c.ID].Count
}

// vocabulary is what a facet shows even where nothing matches.
func (s *snapshot) vocabulary(c *geo.Collection, d geo.Dimension) []string {
	if c.Is(geo.Countries) && d == geo.ByCountry {
		return s.countryCodes
	}
	if f := c.Faceted(d); f.Top > 0 { // which has those that are counted, and chosen
		return nil
	}
	if found, ok := s.occurring[c.ID][d]; ok {
		return found
	}
	return geo.TermIDs(s.TermsOf(s.Collection(c.ID), d))
}

// Catalog describes the data set. It is read once for each revision; while the
// feed is cut off, for each call.
func (s *Store) Catalog(ctx context.Context) (*geo.Catalog, error) {
	known, err := s.snapshot(ctx)
	if err != nil {
		return nil, err
	}
	return &known.Catalog, nil
}

// snapshot is that of the newest revision. Calls that come while it is read wait
// for one reading, and leave alone.
func (s *Store) snapshot(ctx context.Context) (*snapshot, error) {
	if known := s.current(); known != nil {
		return known, nil
	}
	newest := s.revision.Load()
	key := "" // of another reading after each change, so that no call gets what was before
	if newest != nil {
		key = *newest
	}
	reading := s.loading.DoChan(key, func() (any, error) { return s.load(context.WithoutCancel(ctx), newest) })
	select {
	case <-ctx.Done():
		return nil, wrap(ctx, "catalog", ctx.Err())
	case r := <-reading:
		known, _ := r.Val.(*snapshot)
		return known, r.Err
	}
}

// load reads a snapshot and keeps it. What is read is at least as new as what the
// feed had seen before.
func (s *Store) load(ctx context.Context, before *string) (*snapshot, error) {
	known, err := s.readSnapshot(ctx)
	if err != nil {
		return nil, err
	}
	s.catalog.Store(known)
	if before != nil {
		s.revision.CompareAndSwap(before, &known.Revision)
	}
	return known, nil
}

// current is the catalog in memory if it is that of the newest revision.
func (s *Store) current() *snapshot {
	known, newest := s.catalog.Load(), s.revision.Load()
	if known != nil && newest != nil && known.Revision == *newest {
		return known
	}
	return nil
}

// The queries of a catalog. Boxes are taken from the coordinates: the box that
// PostGIS keeps with a geometry is rounded to float4.
const (
	countryRecords = `SELECT` + countryFields + ` FROM country_record ORDER BY country`

	indicatorNames = `SELECT indicator FROM cooperation GROUP BY indicator ORDER BY min(position), indicator`

	facilityTotals = `
SELECT count(*), min(established), max(established), max(updated),
       min(x), min(y), max(x), max(y), min(x) FILTER (WHERE x >= 0), max(x) FILTER (WHERE x < 0)
FROM (SELECT established, updated, ST_X(geom) AS x, ST_Y(geom) AS y FROM facility OFFSET 0) placed`

	foundingYears = `SELECT established FROM facility WHERE established IS NOT NULL GROUP BY established ORDER BY established`

	countryTotals = `
SELECT array_agg(code::text ORDER BY code),
       min(ST_XMin(outline::box3d)), min(ST_YMin(outline::box3d)),
       max(ST_XMax(outline::box3d)), max(ST_YMax(outline::box3d))
FROM country`
)

func (s *Store) readSnapshot(ctx context.Context) (*snapshot, error) {
	var known *snapshot
	err := s.read(ctx, "catalog", func(ctx context.Context, conn *pgx.Conn) error {
		known = &snapshot{}
		batch := &pgx.Batch{}
		queueTerms(batch, &known.Kinds, &known.Sectors)
		queueConditions(batch, &known.DataTerms, &known.OwnOutlines)
		var places []geo.PlaceName
		queueWords(batch, &places, &known.Synonyms)
		known.queueOwn(batch)
		batch.Queue(revisionText).QueryRow(func(row pgx.Row) error { return row.Scan(&known.Revision) })
		batch.Queue(countryRecords).Query(func(rows pgx.Rows) (err error) {
			known.records, err = pgx.CollectRows(rows, countryReader(readOwn(geo.PublicFields(known.own[geo.Countries.ID]))))
			for _, f := range known.records {
				if c := f.(*geo.Country); c.Facilities > 0 {
					known.Countries = append(known.Countries, *c)
				}
			}
			return err
		})
		batch.Queue(indicatorNames).Query(func(rows pgx.Rows) (err error) {
			known.Indicators, err = pgx.CollectRows(rows, pgx.RowTo[string])
			return err
		})
		batch.Queue(facilityTotals).QueryRow(known.scanFacilityTotals)
		batch.Queue(foundingYears).Query(func(rows pgx.Rows) (err error) {
			known.FoundingYears, err = pgx.CollectRows(rows, pgx.RowTo[int])
			return err
		})
		batch.Queue(countryTotals).QueryRow(known.scanCountryTotals)
		known.queueOthers(batch)
		taking := map[string]bool{}
		known.queueRelations(batch, taking)
		if err := conn.SendBatch(ctx, batch).Close(); err != nil {
			return err
		}
		known.Places = geo.NewPlaces(places)
		known.nameTakingPart(taking)
		return nil
	})
	if err != nil {
		return nil, err
	}
	known.nameCountryValues()
	return known, nil
}

func (s *snapshot) scanFacilityTotals(row pgx.Row) error {
	var box extent
	var east, west pgtype.Float8
	err := row.Scan(&s.Facilities, year{&s.Established.From}, year{&s.Established.To}, (*zeronull.Timestamptz)(&s.Updated), &box[0], &box[1], &box[2], &box[3], &east, &west)
	s.Extent = geo.Around(box.bound(), east.Float64, west.Float64)
	if !s.Updated.IsZero() {
		s.Updated = s.Updated.UTC()
	}
	return err
}

func (s *snapshot) scanCountryTotals(row pgx.Row) error {
	var box extent
	err := row.Scan(&s.countryCodes, &box[0], &box[1], &box[2], &box[3])
	s.CountryExtent = box.bound()
	s.CountryRecords = len(s.countryCodes)
	return err
}

// extent is west, south, east, north; all null where nothing has a geometry.
type extent [4]pgtype.Float8

func (e extent) bound() orb.Bound {
	if slices.ContainsFunc(e[:], func(n pgtype.Float8) bool { return !n.Valid }) {
		return orb.MultiPoint{}.Bound() // the empty one
	}
	return orb.Bound{Min: orb.Point{e[0].Float64, e[1].Float64}, Max: orb.Point{e[2].Float64, e[3].Float64}}
}

// queueConditions adds the terms of the data set to a batch.
func queueConditions(batch *pgx.Batch, t *geo.Terms, ownOutlines *bool) {
	batch.Queue(`SELECT licence, licence_url, attribution, own_outlines FROM dataset`).QueryRow(func(row pgx.Row) error {
		return row.Scan((*zeronull.Text)(&t.Licence), (*zeronull.Text)(&t.LicenceURL), (*zeronull.Text)(&t.Attribution), ownOutlines)
	})
}

// queueTerms adds the two vocabularies, in their order, to a batch.
func queueTerms(batch *pgx.Batch, kinds, sectors *[]geo.Term) {
	into := func(terms *[]geo.Term) func(pgx.Rows) error {
		return func(rows pgx.Rows) (err error) {
			*terms, err = pgx.CollectRows(rows, scanTerm)
			return err
		}
	}
	batch.Queue(`SELECT id, labels, plurals, sign, schema_type FROM kind ORDER BY position, id`).Query(into(kinds))
	batch.Queue(`SELECT id, labels, plurals, NULL::text, NULL::text FROM sector ORDER BY position, id`).Query(into(sectors))
}

// scanTerm reads a term. A sign that is none, as only a change by hand can leave one, counts
// as not stated.
func scanTerm(row pgx.CollectableRow) (geo.Term, error) {
	var t geo.Term
	var sign string
	err := row.Scan((*zeronull.Text)(&t.ID), &t.Labels, &t.Plurals, (*zeronull.Text)(&sign), (*zeronull.Text)(&t.SchemaType))
	t.Sign, _ = geo.ParseSign(sign)
	return t, err
}
