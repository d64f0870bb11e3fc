package postgis

import (
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgtype/zeronull"

	"innoatlas/geo"
)

// facilityFields are read by readFacility, in this order. The position comes as one
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

func scanFacility(row pgx.CollectableRow) (geo.Feature, error) { return readFacility(fieldsOf(row)) }

// readFacility makes a facility of facilityFields. NULL becomes the zero value,
// which is how a Facility says "not stated".
func readFacility(r *fields) (*geo.Facility, error) {
	f := &geo.Facility{
		ID: r.integer(), Slug: r.text(), Kind: r.text(),
		Name: r.text(), NameZh: r.text(), NameLocal: r.text(), NameLocalLang: r.text(),
		Country: r.text(), CountryName: r.text(), Admin1: r.text(), City: r.text(),
		Position: r.point(), Precision: r.text(),
		Sectors: r.list(), Partners: r.list(), HostInstitution: r.text(),
		Established: int(r.integer()), Status: r.text(), Summary: r.text(),
		Source:  geo.Source{Title: r.text(), URL: r.text(), Date: r.text()},
		Updated: r.time(),
	}
	if sources := r.raw(); sources != nil && r.err == nil {
		if err := json.Unmarshal(sources, &f.Sources); err != nil {
			return nil, fmt.Errorf("further sources of %s: %w", f.Slug, err)
		}
	}
	return f, r.err
}

func text(s *string) *zeronull.Text { return (*zeronull.Text)(s) }

// year reads an integer column into an int, NULL as 0.
type year struct{ n *int }

func (y year) ScanInt64(v pgtype.Int8) error {
	*y.n = int(v.Int64)
	return nil
}
