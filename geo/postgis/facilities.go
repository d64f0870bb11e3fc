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

// facilityFields are read by facilityRow. The further sources come as one JSON
// array, null where there are none.
const facilityFields = `
	id, slug, kind,
	name, name_zh, name_local, name_local_lang,
	country, country_name, admin1, city,
	ST_X(geom), ST_Y(geom), precision,
	sectors, partners, host_institution,
	established, status, summary,
	source_title, source_url, source_date, updated,
	(SELECT json_agg(json_build_object('Title', s.title, 'URL', s.url, 'Date', s.date, 'Supports', s.supports) ORDER BY s.position)
	 FROM facility_source s WHERE s.facility_id = facility.id)`

// facilityRow takes up one row of facilityFields. NULL becomes the zero value,
// which is how a Facility says "not stated".
type facilityRow struct {
	facility            geo.Facility
	longitude, latitude pgtype.Float8
	sources             []byte
}

func (r *facilityRow) targets() []any {
	f := &r.facility
	return []any{
		(*zeronull.Int8)(&f.ID), text(&f.Slug), text(&f.Kind),
		text(&f.Name), text(&f.NameZh), text(&f.NameLocal), text(&f.NameLocalLang),
		text(&f.Country), text(&f.CountryName), text(&f.Admin1), text(&f.City),
		&r.longitude, &r.latitude, text(&f.Precision),
		&f.Sectors, &f.Partners, text(&f.HostInstitution),
		year{&f.Established}, text(&f.Status), text(&f.Summary),
		text(&f.Source.Title), text(&f.Source.URL), text(&f.Source.Date), (*zeronull.Timestamptz)(&f.Updated),
		&r.sources,
	}
}

// finish makes the facility of what was read.
func (r *facilityRow) finish() (*geo.Facility, error) {
	f := &r.facility
	if r.longitude.Valid {
		f.Position = &orb.Point{r.longitude.Float64, r.latitude.Float64}
	}
	if !f.Updated.IsZero() {
		f.Updated = f.Updated.UTC()
	}
	if r.sources == nil {
		return f, nil
	}
	if err := json.Unmarshal(r.sources, &f.Sources); err != nil {
		return nil, fmt.Errorf("further sources of %s: %w", f.Slug, err)
	}
	return f, nil
}

func scanFacility(row pgx.CollectableRow) (geo.Feature, error) {
	var r facilityRow
	if err := row.Scan(r.targets()...); err != nil {
		return nil, err
	}
	return r.finish()
}

func text(s *string) *zeronull.Text { return (*zeronull.Text)(s) }

// year reads an integer column into an int, NULL as 0.
type year struct{ n *int }

func (y year) ScanInt64(v pgtype.Int8) error {
	*y.n = int(v.Int64)
	return nil
}
