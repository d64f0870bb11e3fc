package storetest

import (
	"fmt"
	"math/rand/v2"

	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// Cooperation is Generated(facilities) with so many more institutions and links, for what has to
// bear a data set of a large network: 51,370 facilities, 20,000 institutions and 200,000 links.
// Few institutions have many links and many have few. The same figures give the same records.
func Cooperation(facilities, institutions, links int) *geo.Dataset {
	ds := Generated(facilities)
	r := rand.New(rand.NewPCG(2, uint64(links)))
	id := geo.Institutions.ID
	for i := range institutions {
		ds.Records[id] = append(ds.Records[id], randomInstitution(r, i))
	}
	linked := map[geo.Link]bool{}
	for range links {
		k := geo.Link{Facility: ds.Facilities[r.IntN(len(ds.Facilities))].Slug, Institution: slugOfInstitution(min(r.IntN(institutions), r.IntN(institutions))),
			Role: pick(r, geo.Host, geo.Partner, geo.Partner), Stated: true}
		if !linked[k] {
			linked[k] = true
			ds.Links = append(ds.Links, k)
		}
	}
	ds.Relate()
	return ds
}

func slugOfInstitution(i int) string { return fmt.Sprintf("inst-%d", i) }

// randomInstitution stands in a town of its country, and now and then nowhere.
func randomInstitution(r *rand.Rand, i int) geo.Record {
	t := randomTown(r, i)
	c := geo.Institutions
	record := c.NewRecord(slugOfInstitution(i))
	country, _ := geo.CountryByCode(t.country)
	for field, text := range map[string]string{
		"name":    pick(r, "University", "Academy", "Institute", "Müller's Company") + fmt.Sprintf(" number %d of ", i) + t.name,
		"type":    geo.InstitutionTypes[r.IntN(len(geo.InstitutionTypes))].ID,
		"country": t.country, "country_name": country.Names.In("en"), "city": t.name,
	} {
		c.Field(field).Set(record, cql2.TextOf(text))
	}
	if r.IntN(3) == 0 {
		c.Field("name_zh").Set(record, cql2.TextOf(pick(r, "农业大学", "研究院", "科学院")+fmt.Sprint(i)))
	}
	if r.IntN(30) > 0 {
		record.Shape = orb.Point(geo.RoundPosition(orb.Point{t.longitude, t.latitude}))
	}
	return *record
}
