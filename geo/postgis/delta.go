package postgis

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"innoatlas/geo"
)

// How many records a delta may have: more than one in ten, or than mostFollowed, are read
// whole in less time than one by one. A few are followed however few there are.
const (
	fewFollowed   = 200
	shareFollowed = 10
	mostFollowed  = 20_000

	mostChanges = 5 * mostFollowed // of the same records
)

// Delta is what became of the data set since a revision that a copy has, read from one snapshot by
// what Dataset reads with. The error is geo.ErrWhole where only Dataset leads on: the revision is
// not one of this database's history or of before what that keeps, so much was changed that
// reading whole is less work, or fields of one's own were.
func (s *Store) Delta(ctx context.Context, from string) (*geo.Delta, error) {
	var d *geo.Delta
	err := s.twice(ctx, func() error {
		return s.whole(ctx, func(tx pgx.Tx) (err error) {
			d, err = readDelta(ctx, tx, from)
			return err
		})
	})
	return d, wrap(ctx, "changes since "+from, err)
}

func readDelta(ctx context.Context, tx pgx.Tx, from string) (*geo.Delta, error) {
	d := &geo.Delta{From: from}
	t, err := readTouched(ctx, tx, from)
	if err != nil {
		return nil, err
	}
	if err := t.enough(ctx, tx); err != nil {
		return nil, err
	}
	own, err := knownFields(ctx, tx)
	if err != nil {
		return nil, err
	}
	if err := t.readFacilities(ctx, tx, d, own); err != nil {
		return nil, err
	}
	if err := t.readRecords(ctx, tx, d, own); err != nil {
		return nil, err
	}
	return d, t.readRest(ctx, tx, d)
}

// touched is what was changed since a revision, by name.
type touched struct {
	ids    map[string]map[int64]bool // of records, by the ids of their collections
	linked map[int64]bool            // institutions of which more has changed than how many facilities they have
	rest   bool                      // whether something else was
}

const (
	// The changes of a revision have numbers from its first one on, and below the first of the next.
	nameKnown = `
SELECT n.number, coalesce((SELECT min(next.first) FROM revision_name next WHERE next.number = n.number + 1), n.first)
FROM revision_name n WHERE n.number = $1 AND n.name::text = $2`

	changesSince = `SELECT collection, coalesce(record, 0), op::text FROM change WHERE revision > $1 AND number >= $2 ORDER BY number LIMIT $3`
)

func readTouched(ctx context.Context, tx pgx.Tx, from string) (*touched, error) {
	number, first, err := readName(ctx, tx, from)
	if err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, changesSince, number, first, mostChanges)
	if err != nil {
		return nil, err
	}
	t := &touched{ids: map[string]map[int64]bool{geo.Facilities.ID: {}}, linked: map[int64]bool{}}
	for _, c := range geo.Collections {
		if tables[c.ID] == nil {
			t.ids[c.ID] = map[int64]bool{}
		}
	}
	var collection, op string
	var id int64
	fields := false
	tag, err := pgx.ForEachRow(rows, []any{&collection, &id, &op}, func() error {
		switch {
		case collection == "fields":
			fields = true
		case t.ids[collection] == nil:
			t.rest = true
		default:
			t.ids[collection][id] = true
			if collection == geo.Institutions.ID && op != "f" {
				t.linked[id] = true
			}
		}
		return nil
	})
	switch {
	case err != nil:
		return nil, err
	case tag.RowsAffected() == mostChanges:
		return nil, fmt.Errorf("%d changes: %w", mostChanges, geo.ErrWhole)
	case fields:
		return nil, fmt.Errorf("fields of one's own have changed: %w", geo.ErrWhole)
	}
	return t, nil
}

// readName finds a revision among those of this history, and from which number on the changes
// after it are.
func readName(ctx context.Context, tx pgx.Tx, revision string) (number, first int64, err error) {
	end := strings.LastIndexByte(revision, '-')
	number, err = strconv.ParseInt(revision[end+1:], 10, 64)
	if end < 0 || err != nil {
		return 0, 0, fmt.Errorf("%q is no revision of a database: %w", revision, geo.ErrWhole)
	}
	err = tx.QueryRow(ctx, nameKnown, number, revision[:end]).Scan(&number, &first)
	if errors.Is(err, pgx.ErrNoRows) {
		err = fmt.Errorf("the database knows no revision %s: %w", revision, geo.ErrWhole)
	}
	return number, first, err
}

const (
	linkedFacilities = `
SELECT f.id FROM institutions i JOIN facility_institution k ON k.institution = i.slug JOIN facility f ON f.slug = k.facility
WHERE i.id = ANY($1) LIMIT $2`

	upToSoMany = `SELECT count(*) FROM (SELECT FROM facility UNION ALL SELECT FROM institutions UNION ALL SELECT FROM projects LIMIT $1) records`
)

// enough adds the facilities that follow of institutions, and refuses what is better read whole.
func (t *touched) enough(ctx context.Context, tx pgx.Tx) error {
	if len(t.linked) > 0 && t.count() <= mostFollowed {
		rows, err := tx.Query(ctx, linkedFacilities, slices.Collect(maps.Keys(t.linked)), mostFollowed+1)
		if err != nil {
			return err
		}
		var id int64
		if _, err := pgx.ForEachRow(rows, []any{&id}, func() error {
			t.ids[geo.Facilities.ID][id] = true
			return nil
		}); err != nil {
			return err
		}
	}
	n := t.count()
	if n <= fewFollowed {
		return nil
	}
	var records int
	if n <= mostFollowed {
		if err := tx.QueryRow(ctx, upToSoMany, n*shareFollowed).Scan(&records); err != nil {
			return err
		}
	}
	if records < n*shareFollowed {
		return fmt.Errorf("%d records have changed: %w", n, geo.ErrWhole)
	}
	return nil
}

func (t *touched) count() (n int) {
	for _, ids := range t.ids {
		n += len(ids)
	}
	return n
}

const amongThese = ` WHERE id = ANY($1)` + byID

func (t *touched) readFacilities(ctx context.Context, tx pgx.Tx, d *geo.Delta, own map[string][]geo.Field) error {
	gone := t.ids[geo.Facilities.ID]
	if len(gone) == 0 {
		return nil
	}
	ids := slices.Sorted(maps.Keys(gone))
	rows, err := tx.Query(ctx, facilityRows+amongThese, ids)
	if err != nil {
		return err
	}
	reader := ownReader{fields: own[geo.Facilities.ID], whole: true}
	if d.Facilities, err = pgx.CollectRows(rows, plainFacilityReader(reader)); err != nil {
		return err
	}
	for i := range d.Facilities {
		delete(gone, d.Facilities[i].ID)
	}
	d.Gone = slices.Sorted(maps.Keys(gone))
	if rows, err = tx.Query(ctx, linkRows+` WHERE f.id = ANY($1)`+byPlace, ids); err != nil {
		return err
	}
	d.Links, err = pgx.CollectRows(rows, pgx.RowToStructByPos[geo.Link])
	return err
}

func (t *touched) readRecords(ctx context.Context, tx pgx.Tx, d *geo.Delta, own map[string][]geo.Field) error {
	d.Records, d.RecordsOff = map[string][]geo.Record{}, map[string][]int64{}
	for _, c := range geo.Collections {
		gone := t.ids[c.ID]
		if tables[c.ID] != nil || len(gone) == 0 {
			continue
		}
		all, read := plainRows(c, own)
		records, err := readPlain(ctx, tx, all+amongThese, read, slices.Sorted(maps.Keys(gone)))
		if err != nil {
			return err
		}
		for i := range records {
			delete(gone, records[i].ID)
		}
		if len(records) > 0 {
			d.Records[c.ID] = records
		}
		if len(gone) > 0 {
			d.RecordsOff[c.ID] = slices.Sorted(maps.Keys(gone))
		}
	}
	return nil
}

// readRest reads what else was changed, and which revision all of it is of.
func (t *touched) readRest(ctx context.Context, tx pgx.Tx, d *geo.Delta) error {
	if !t.rest {
		return tx.QueryRow(ctx, revisionText).Scan(&d.Revision)
	}
	d.Terms = &geo.Dataset{}
	batch := &pgx.Batch{}
	queueRest(batch, d.Terms)
	err := tx.SendBatch(ctx, batch).Close()
	d.Revision = d.Terms.Revision
	return err
}
