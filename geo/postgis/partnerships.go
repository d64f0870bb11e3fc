package postgis

import (
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// partnershipFields are read by partnerships.read, in this order: what is needed of both ends to
// name, show and draw a partnership.
var partnershipFields = `
	id, roles,
	institution_id, institution, institution_name, institution_name_zh, institution_name_local, institution_name_local_lang, institution_country, type, seat::point,` +
	namesInOtherLanguages(geo.Institutions.ID, "institution_id") + `,
	facility_id, facility, facility_name, facility_name_zh, facility_name_local, facility_name_local_lang, country, kind, sectors, established, place::point,` +
	namesInOtherLanguages(geo.Facilities.ID, "facility_id")

func namesInOtherLanguages(collection, id string) string {
	return strings.Replace(textsOfRecords(collection, "partnerships", "name"), "partnerships.id", "partnerships."+id, 1)
}

func partnershipReader(ownReader) pgx.RowToFunc[geo.Feature] {
	r := &partnerships{}
	return func(row pgx.CollectableRow) (geo.Feature, error) { return r.read(r.fields.row(row)) }
}

// partnerships reads the rows of one result.
type partnerships struct{ fields fields }

// namedColumns are the fields of an institution that are columns of a partnership.
var namedColumns = []*geo.Field{
	geo.Institutions.Field("name"), geo.Institutions.Field("name_zh"), geo.Institutions.Field("name_local"), geo.Institutions.Field("name_local_lang"),
	geo.Institutions.Field("country"), geo.Institutions.Field("type"),
}

func (r *partnerships) read(row *fields) (geo.Feature, error) {
	p := &geo.Partnership{ID: row.integer()}
	for _, role := range row.list() {
		p.Add(role)
	}
	institution, facility := &geo.Record{}, &geo.Facility{}
	institution.ID, institution.Slug = row.integer(), row.text()
	for _, f := range namedColumns {
		if text := row.text(); text != "" {
			f.Set(institution, cql2.TextOf(text))
		}
	}
	if at, ok := row.point(); ok {
		institution.Shape = at
	}
	institution.Translations = row.translations()
	facility.ID, facility.Slug, facility.Name, facility.NameZh = row.integer(), row.text(), row.text(), row.text()
	facility.NameLocal, facility.NameLocalLang, facility.Country, facility.Kind = row.text(), row.text(), row.text(), row.text()
	facility.Sectors, facility.Established = row.list(), int(row.integer())
	facility.Position = positionOf(row.point())
	facility.Translations = row.translations()
	p.Institution, p.Facility = institution, facility
	if row.err != nil {
		return nil, fmt.Errorf("the partnership %d: %w", p.ID, row.err)
	}
	return p, nil
}

func positionOf(at orb.Point, ok bool) *orb.Point {
	if !ok {
		return nil
	}
	return &at
}

// pairsOfLinks are the partnerships as they follow from the links. Their search text has the form
// of package geo: the names of the institution are theirs, and those of the facility other texts.
const pairsOfLinks = `
SELECT k.institution || '--' || k.facility AS slug, k.roles,
	i.id AS institution_id, k.institution, i.name AS institution_name, i.name_zh AS institution_name_zh, i.name_local AS institution_name_local,
	i.name_local_lang AS institution_name_local_lang, i.country AS institution_country, i.type,
	f.id AS facility_id, k.facility, f.name AS facility_name, f.name_zh AS facility_name_zh, f.name_local AS facility_name_local,
	f.name_local_lang AS facility_name_local_lang, f.country, f.kind, f.sectors, f.established,
	CASE WHEN i.country = f.country THEN ARRAY[i.country::text]
		WHEN least(i.country, f.country) IS NULL THEN NULL
		ELSE array_remove(ARRAY[least(i.country, f.country)::text, nullif(greatest(i.country, f.country), least(i.country, f.country))::text], NULL) END AS takes_part,
	i.geom AS seat, f.geom AS place, 
	CASE WHEN coalesce(i.names_text, f.names_text) IS NOT NULL THEN concat(E' \n', i.names_text, E'  \n', E'   \n', E'    \n', f.names_text)::stated END AS search_text
FROM (
	SELECT institution, facility, array_agg(role::text ORDER BY role) AS roles FROM facility_institution GROUP BY institution, facility
) k
JOIN institutions i ON i.slug = k.institution
JOIN facility f ON f.slug = k.facility`

var partnershipColumns = []string{
	"slug", "roles", "institution_id", "institution", "institution_name", "institution_name_zh", "institution_name_local", "institution_name_local_lang",
	"institution_country", "type", "facility_id", "facility", "facility_name", "facility_name_zh", "facility_name_local", "facility_name_local_lang",
	"country", "kind", "sectors", "established", "takes_part", "seat", "place", "search_text",
}

const dropPartnerships = `
DELETE FROM partnerships p WHERE NOT EXISTS (SELECT FROM facility_institution k WHERE (k.institution, k.facility) = (p.institution, p.facility))`

// mergePartnerships adds those that are new and changes those that differ.
var mergePartnerships = func() string {
	var set []string
	for _, c := range partnershipColumns {
		set = append(set, c+" = excluded."+c)
	}
	names := strings.Join(partnershipColumns, ", ")
	return `
INSERT INTO partnerships AS p (id, geom, ` + names + `)
SELECT innoatlas_record_id(slug), innoatlas_line(seat, place), ` + names + ` FROM (` + pairsOfLinks + `) now
WHERE NOT EXISTS (
	SELECT FROM partnerships p WHERE p.slug = now.slug
	AND (p.` + strings.Join(partnershipColumns, ", p.") + `) IS NOT DISTINCT FROM (now.` + strings.Join(partnershipColumns, ", now.") + `)
)
ON CONFLICT (id) DO UPDATE SET geom = excluded.geom, ` + strings.Join(set, ", ")
}()
