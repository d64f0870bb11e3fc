package apitest

import (
	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// Network is Dataset with institutions, what they are to its facilities, and projects.
func Network() *geo.Dataset {
	ds := Dataset()
	text := func(s string) cql2.Value { return cql2.TextOf(s) }
	list := func(s ...string) cql2.Value { return cql2.ListOf(s) }
	type values map[string]cql2.Value
	add := func(c *geo.Collection, slug string, at *orb.Point, stated values) {
		r := c.NewRecord(slug)
		if at != nil {
			r.Shape = *at
		}
		for name, v := range stated {
			c.Field(name).Set(r, v)
		}
		if ds.Records == nil {
			ds.Records = map[string][]geo.Record{}
		}
		ds.Records[c.ID] = append(ds.Records[c.ID], *r)
	}
	add(geo.Institutions, "guangxi-university", &orb.Point{108.29, 22.84}, values{"name": text("Guangxi University"), "name_zh": text("广西大学"), "aliases": list("GXU"),
		"country": text("CHN"), "city": text("Nanning"), "type": text("university"), "precision": text("city"), "website": text("https://www.gxu.edu.cn"),
		"identifiers": list("ror:02c9qn167")})
	add(geo.Institutions, "kasetsart-university", &orb.Point{100.53, 13.85}, values{"name": text("Kasetsart University"), "name_local": text("มหาวิทยาลัยเกษตรศาสตร์"),
		"name_local_lang": text("th"), "country": text("THA"), "type": text("university"), "precision": text("exact")})
	add(geo.Institutions, "faculty-of-fisheries", nil,
		values{"name": text("Faculty of Fisheries <&>"), "country": text("THA"), "type": text("university"), "parent": text("kasetsart-university")})
	add(geo.Projects, "sea-grapes", nil, values{"name": text("Sea grapes"), "name_zh": text("海葡萄"), "kind": text("research-project"), "start": text("2021-09"), "end": text("2022"),
		"sectors": list("marine-and-fisheries"), "institutions": list("guangxi-university", "faculty-of-fisheries"), "facilities": list("fish-farm-taveuni"),
		"countries": list("FJI"), "summary": text("How sea grapes grow."), "source_title": text("Report"), "source_url": text("https://example.org/grapes")})
	add(geo.Projects, "undated-agreement", nil, values{"name": text("Agreement without a date"), "kind": text("agreement"),
		"institutions": list("kasetsart-university"), "countries": list("CHN", "THA")})
	for _, k := range []geo.Link{
		{Facility: "fish-farm-taveuni", Institution: "guangxi-university", Role: geo.Host}, // across the antimeridian
		{Facility: "fish-farm-taveuni", Institution: "faculty-of-fisheries", Role: geo.Partner},
	} {
		k.Stated = true
		ds.Links = append(ds.Links, k)
	}
	ds.Relate()
	return ds
}
