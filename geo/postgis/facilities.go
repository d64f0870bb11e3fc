package postgis

import (
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgtype/zeronull"
	"github.com/paulmach/orb"

	"innoatlas/geo"
)

// facilityFields are read by facilities.read, in this order. The position comes as one
// value, and the further sources as one JSON array, null where there are none; where
// no record has any, they are not looked for with each.
const facilityFields = `
	id, slug, kind,
	name, name_zh, name_local, name_local_lang,
	country, country_name, admin1, city,
	geom::point, precision,
	sectors, partners, host_institution,
	established, status, summary,
	source_title, source_url, source_date, updated,
	CASE WHEN (SELECT EXISTS (SELECT FROM facility_source)) THEN (
		SELECT json_agg(json_build_object('Title', s.title, 'URL', s.url, 'Date', s.date, 'Supports', s.supports) ORDER BY s.position)
		FROM facility_source s WHERE s.facility_id = facility.id
	) END`

// facilities reads the rows of one result. Room is made for several at a time, for
// positions apart: whoever keeps one would keep all that it lies beside.
type facilities struct {
	fields fields
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

func facilityReader() pgx.RowToFunc[geo.Feature] {
	r := &facilities{}
	return func(row pgx.CollectableRow) (geo.Feature, error) { return r.read(r.fields.row(row)) }
}

// read makes a facility of facilityFields. NULL becomes the zero value, which is how a
// Facility says "not stated".
func (r *facilities) read(row *fields) (*geo.Facility, error) {
	f := r.next()
	f.ID, f.Slug, f.Kind = row.integer(), row.text(), row.text()
	f.Name, f.NameZh, f.NameLocal, f.NameLocalLang = row.text(), row.text(), row.text(), row.text()
	f.Country, f.CountryName, f.Admin1, f.City = row.text(), row.text(), row.text(), row.text()
	f.Position, f.Precision = r.position(row), row.text()
	f.Sectors, f.Partners, f.HostInstitution = row.list(), row.list(), row.text()
	f.Established, f.Status, f.Summary = int(row.integer()), row.text(), row.text()
	f.Source.Title, f.Source.URL, f.Source.Date = row.text(), row.text(), row.text()
	f.Updated = row.time()
	if sources := row.raw(); sources != nil && row.err == nil {
		if err := json.Unmarshal(sources, &f.Sources); err != nil {
			return nil, fmt.Errorf("further sources of %s: %w: %w", f.Slug, errForm, err)
		}
	}
	return f, row.err
}

func text(s *string) *zeronull.Text { return (*zeronull.Text)(s) }

// year reads an integer column into an int, NULL as 0.
type year struct{ n *int }

func (y year) ScanInt64(v pgtype.Int8) error {
	*y.n = int(v.Int64)
	return nil
}
