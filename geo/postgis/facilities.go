package postgis

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/paulmach/orb"

	"innoatlas/geo"
)

// facilityColumns are the fields of a facility that have a column of their own, in the
// order in which they are read and written. Its number and its position stand beside them.
var facilityColumns = slices.DeleteFunc(slices.Clone(geo.Facilities.Fields), func(f geo.Field) bool { return f.At(&geo.Facility{}) == nil })

// facilityFields are read by facilities.read, in this order. The position comes as one
// value, the further sources as one JSON array and the texts in other languages as one list,
// null where there are none; where no record has any, they are not looked for with each.
var facilityFields = " id, geom::point, " + strings.Join(geo.NamesOf(facilityColumns), ", ") + `, own,
	CASE WHEN (SELECT EXISTS (SELECT FROM facility_source)) THEN (
		SELECT json_agg(json_build_object('Title', s.title, 'URL', s.url, 'Date', s.date, 'Supports', s.supports) ORDER BY s.position)
		FROM facility_source s WHERE s.facility_id = facility.id
	) END,` + textsOfRecords(geo.Facilities.ID, "facility")

// accessor is where a facility keeps the value of a column: any says it of all types, and those
// beside it of the two that most are of, which are read in half the time.
type accessor struct {
	text  geo.Slot[string]
	texts geo.Slot[[]string]
	any   func(*geo.Facility) any
}

var facilityAccessors = func() []accessor {
	accessors := make([]accessor, len(facilityColumns))
	for i := range facilityColumns {
		f := &facilityColumns[i]
		accessors[i] = accessor{f.TextAt(), f.TextsAt(), f.At}
	}
	return accessors
}()

// facilities reads the rows of one result. Room is made for several at a time, for
// positions apart: whoever keeps one would keep all that it lies beside.
type facilities struct {
	fields fields
	own    ownReader
	room   []geo.Facility
	points []orb.Point
}

// mostRoom is for how many facilities room is made at a time; at first for one.
const mostRoom = 64

func (r *facilities) next() *geo.Facility {
	if len(r.room) == cap(r.room) {
		r.room = make([]geo.Facility, 0, min(mostRoom, max(1, 2*cap(r.room))))
	}
	r.room = r.room[:len(r.room)+1]
	return &r.room[len(r.room)-1]
}

// position reads one; nil is none.
func (r *facilities) position(row *fields) *orb.Point {
	at, ok := row.point()
	if !ok {
		return nil
	}
	if len(r.points) == cap(r.points) {
		r.points = make([]orb.Point, 0, min(mostRoom, max(1, 2*cap(r.points))))
	}
	r.points = append(r.points, at)
	return &r.points[len(r.points)-1]
}

func facilityReader(own ownReader) pgx.RowToFunc[geo.Feature] {
	r := &facilities{own: own}
	return func(row pgx.CollectableRow) (geo.Feature, error) { return r.read(r.fields.row(row)) }
}

// read makes a facility of facilityFields. NULL becomes the zero value, which is how a
// Facility says "not stated".
func (r *facilities) read(row *fields) (*geo.Facility, error) {
	f := r.next()
	f.ID, f.Position = row.integer(), r.position(row)
	for i := range facilityAccessors {
		if row.passNull() {
			continue
		}
		switch p := &facilityAccessors[i]; {
		case p.text.Exists():
			*p.text.In(f) = row.text()
		case p.texts.Exists():
			*p.texts.In(f) = row.list()
		default:
			row.into(p.any(f))
		}
	}
	var err error
	if f.Own, err = r.own.read(row.json()); err != nil {
		return nil, fmt.Errorf("%s: %w", f.Slug, err)
	}
	if sources := row.json(); sources != nil && row.err == nil {
		if err := json.Unmarshal(sources, &f.Sources); err != nil {
			return nil, fmt.Errorf("further sources of %s: %w: %w", f.Slug, errForm, err)
		}
	}
	f.Translations = row.translations()
	return f, row.err
}

// year reads an integer column into an int, NULL as 0.
type year struct{ n *int }

func (y year) ScanInt64(v pgtype.Int8) error {
	*y.n = int(v.Int64)
	return nil
}
