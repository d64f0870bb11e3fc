package storetest

import (
	"slices"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

type namedQuery struct {
	name string
	geo.Query
}

// queries are those that people ask, and those at the edges of the contract.
func queries() []namedQuery {
	facilities := func(filter cql2.Expr, lists ...geo.List) geo.Query {
		return geo.Query{Collection: geo.Facilities, Lists: lists, Filter: filter, Limit: 100}
	}
	countries := func(filter cql2.Expr, lists ...geo.List) geo.Query {
		return geo.Query{Collection: geo.Countries, Lists: lists, Filter: filter, Limit: 3}
	}
	of := func(c *geo.Collection, filter cql2.Expr, lists ...geo.List) geo.Query {
		return geo.Query{Collection: c, Lists: lists, Filter: filter, Limit: 4}
	}
	founded := func(q geo.Query, from, to int) geo.Query {
		q.Established = &geo.Years{From: from, To: to}
		return q
	}
	sorted := func(q geo.Query, keys ...geo.SortKey) geo.Query {
		q.Sort = keys
		return q
	}
	ranked := func(filter cql2.Expr, q string, keys ...geo.SortKey) geo.Query {
		ranked := sorted(facilities(filter), slices.Concat(geo.RankFirst, keys)...)
		ranked.Tiers = (*geo.Lexicon)(nil).Tiers(geo.Facilities, q)
		return ranked
	}
	established, geometry := cql2.Property("established"), cql2.Property("geometry")
	year := func(n float64) cql2.Expr { return cql2.Literal{Value: cql2.NumberOf(n)} }
	thai := geo.List{Dimension: geo.ByCountry, Values: []string{"THA"}}
	return []namedQuery{
		{"everything", facilities(nil)},
		{"one country", facilities(nil, thai)},
		{"a country in which nothing stands", facilities(nil, geo.List{Dimension: geo.ByCountry, Values: []string{"BRN"}})},
		{"values of one list are alternatives", facilities(nil, geo.List{Dimension: geo.ByKind, Values: []string{"agricultural-park", "museum", "joint-laboratory"}})},
		{"not stated besides a value", facilities(nil, geo.List{Dimension: geo.BySector, Values: []string{"", "food"}})},
		{"nothing but not stated", facilities(nil, geo.List{Dimension: geo.ByPrecision, Values: []string{""}})},
		{"lists narrow each other", facilities(nil, thai, geo.List{Dimension: geo.BySector, Values: []string{"food"}},
			geo.List{Dimension: geo.ByStatus, Values: []string{"operating", "closed"}})},
		{"two lists of one dimension", facilities(nil, thai, geo.List{Dimension: geo.ByCountry, Values: []string{"LAO", "THA"}})},
		{"years", facilities(geo.Years{From: 1999, To: 2015}.Filter())},
		{"any year", facilities(geo.Years{From: geo.NoStart, To: geo.NoEnd}.Filter())},
		{"years that have no record", facilities(geo.Years{From: 1800, To: 1801}.Filter())},
		{"founded in a span", founded(facilities(nil), 1999, 2015)},
		{"founded in one year", founded(facilities(nil, thai), 2015, 2015)},
		{"founded since", founded(facilities(nil), 2015, geo.NoEnd)},
		{"founded until, besides lists and a filter", founded(facilities(geo.SearchFilter("ngkok"), thai), geo.NoStart, 2015)},
		{"founded in any year", founded(facilities(nil), geo.NoStart, geo.NoEnd)},
		{"founded in years that have no record", founded(facilities(nil), 1800, 1801)},
		{"founded in years of the filter and others", founded(facilities(geo.Years{From: 1999, To: 2015}.Filter()), 2010, 2020)},
		{"datetime keeps what has no year", facilities(geo.Years{From: 2015, To: geo.NoEnd}.DatetimeFilter(), thai)},
		{"a box keeps what has no position", facilities(geo.BBox{97, 5, 106, 21}.Filter())},
		{"a box up to the antimeridian", facilities(geo.BBox{170, -80, 180, 80}.Filter())},
		{"a box from the antimeridian", facilities(geo.BBox{-180, -80, -170, 80}.Filter())},
		{"the antimeridian", facilities(geo.BBox{180, -90, 180, 90}.Filter())},
		{"countries up to the antimeridian", countries(geo.BBox{170, -80, 180, 80}.Filter())},
		{"countries not up to the antimeridian", countries(cql2.Not{X: geo.BBox{-180, -80, -170, 80}.Filter()})},
		{"the world", facilities(geo.BBox{-180, -90, 180, 90}.Filter())},
		{"words, one of them inside a word", facilities(geo.SearchFilter("ngkok UNIVERSITY"))},
		{"words in different texts", facilities(geo.SearchFilter("bangkok chulalongkorn"))},
		{"Chinese words", facilities(geo.SearchFilter("东盟 南宁"))},
		{"Thai words", facilities(geo.SearchFilter("กำแพงแสน"))},
		{"accents do not matter", facilities(geo.SearchFilter("Prishtinë universite"))},
		{"per cent is a character", facilities(geo.SearchFilter("100%"))},
		{"underscore is a character", facilities(geo.SearchFilter("r_s"))},
		{"backslash is a character", facilities(geo.SearchFilter(`back\slash`))},
		{"quotes", facilities(geo.SearchFilter(`o'brien's "smart"`))},
		{"not, where the year is unknown", facilities(cql2.Not{X: cql2.Compare{Op: cql2.Equal, Left: established, Right: year(2015)}})},
		{"not a box, where the position is unknown", facilities(cql2.Not{X: cql2.Spatial{Op: cql2.SIntersects, Left: geometry, Right: cql2.BBox{0, -90, 180, 90}}})},
		{"an empty or is false", facilities(cql2.Or{})},
		{"an empty and is true", facilities(cql2.And{}, thai)},
		{"comparison with a half", facilities(cql2.Compare{Op: cql2.Greater, Left: year(2015.5), Right: established})},
		{"order by a text", sorted(facilities(nil), geo.SortKey{Property: "slug"})},
		{"order by years, the last first", sorted(facilities(nil), geo.SortKey{Property: "established", Descending: true})},
		{"order by two properties", sorted(facilities(nil), geo.SortKey{Property: "country"}, geo.SortKey{Property: "name_zh", Descending: true})},
		{"order by last change", sorted(facilities(nil), geo.SortKey{Property: "updated"})},
		{"order by last change, the newest first", sorted(facilities(nil), geo.SortKey{Property: "updated", Descending: true})},
		{"changed on a day", facilities(span(geo.Facilities, "updated", "2024-02-29"))},
		{"changed in a second", facilities(span(geo.Facilities, "updated", "2024-02-29T23:59:59Z"))},
		{"changed since", facilities(span(geo.Facilities, "updated", "2024-02-29T23:59:59.000001Z/.."))},
		{"changed until", facilities(span(geo.Facilities, "updated", "/2024-02-28"))},
		{"institutions changed since", of(geo.Institutions, span(geo.Institutions, "updated", "2000-01-01/.."))},
		{"projects changed in a time, the newest first",
			sorted(of(geo.Projects, span(geo.Projects, "updated", "2000-01-01/2100-01-01T00:00:00Z")), geo.SortKey{Property: "updated", Descending: true})},
		{"order by names in Thai", sorted(facilities(nil), geo.SortKey{Property: geo.CollatedBy("th")})},
		{"order by names in Chinese, the last first", sorted(facilities(nil, thai), geo.SortKey{Property: geo.CollatedBy("zh"), Descending: true})},
		{"order by year and names", sorted(facilities(nil), geo.SortKey{Property: "established"}, geo.SortKey{Property: geo.CollatedBy("vi")})},
		{"the best of a search first", ranked(geo.SearchFilter("bangkok"), "bangkok")},
		{"the best of a search first, over all records", ranked(nil, "lab")},
		{"the best of a search first, then by year", ranked(nil, "university china", geo.SortKey{Property: "established", Descending: true})},
		{"the best of a search first, then by names in Thai", ranked(geo.SearchFilter("a"), "centre bangkok", geo.SortKey{Property: geo.CollatedBy("th")})},
		{"the best of a search in Chinese first", ranked(nil, "东盟", geo.SortKey{Property: "name"})},
		{"order by names of countries in Chinese, and names",
			sorted(facilities(nil), geo.SortKey{Property: geo.CollatedByCountry("zh")}, geo.SortKey{Property: geo.CollatedBy("zh")})},
		{"countries by names in Lao", sorted(countries(nil), geo.SortKey{Property: geo.CollatedBy("lo")})},
		{"some countries by names in Lao", sorted(countries(geo.BBox{-170, -80, 180, 80}.Filter()), geo.SortKey{Property: geo.CollatedBy("lo")})},
		{"who takes part", facilities(nil, geo.List{Dimension: geo.ByTakesPart, Values: []string{"CHN", "FJI"}})},
		{"one institution", facilities(nil, geo.List{Dimension: geo.ByInstitution, Values: []string{"guangxi-university"}})},
		{"an institution of no facility", facilities(nil, geo.List{Dimension: geo.ByInstitution, Values: []string{"unlinked", "guangxi-of-laos"}}, thai)},
		{"no institution", facilities(nil, geo.List{Dimension: geo.ByInstitution, Values: []string{""}})},
		{"all institutions", of(geo.Institutions, nil)},
		{"institutions by words", of(geo.Institutions, geo.SearchFilter("广西"))},
		{"institutions by names in Thai", sorted(of(geo.Institutions, nil), geo.SortKey{Property: geo.CollatedBy("th")})},
		{"institutions in a box across the antimeridian", of(geo.Institutions, geo.BBox{170, -20, -170, -10}.Filter())},
		{"all partnerships", of(geo.Partnerships, nil)},
		{"partnerships of one facility", of(geo.Partnerships, nil, geo.List{Dimension: geo.ByFacility, Values: []string{"taveuni-west"}})},
		{"partnerships of hosts", of(geo.Partnerships, nil, geo.List{Dimension: geo.ByRole, Values: []string{"host"}})},
		{"partnerships between two countries", of(geo.Partnerships, nil, thai, geo.List{Dimension: geo.ByInstitutionCountry, Values: []string{"CHN", ""}})},
		{"partnerships across the antimeridian", of(geo.Partnerships, geo.BBox{179.9, -90, -179.9, 90}.Filter())},
		{"partnerships by words of both ends", of(geo.Partnerships, geo.SearchFilter("university station"))},
		{"partnerships by names in Chinese", sorted(of(geo.Partnerships, nil), geo.SortKey{Property: geo.CollatedBy("zh"), Descending: true})},
		{"all projects", of(geo.Projects, nil)},
		{"projects with an institution", of(geo.Projects, nil, geo.List{Dimension: geo.ByInstitution, Values: []string{"chulalongkorn", "no-such-institution"}})},
		{"all countries", countries(nil)},
		{"one country's record", countries(nil, thai)},
		{"countries by kind and sector", countries(nil, geo.List{Dimension: geo.ByKind, Values: []string{"agricultural-park"}},
			geo.List{Dimension: geo.BySector, Values: []string{"food"}})},
		{"countries without facilities", countries(nil, geo.List{Dimension: geo.ByKind, Values: []string{""}})},
		{"countries in a box across the antimeridian", countries(geo.BBox{170, -20, -170, -10}.Filter())},
		{"countries in a box within a hole", countries(cql2.Spatial{Op: cql2.SIntersects, Left: geometry, Right: cql2.BBox{28, -30, 28.5, -29}})},
		{"countries by words", countries(geo.SearchFilter("泰"))},
		{"countries by number of facilities", sorted(countries(nil), geo.SortKey{Property: "facilities", Descending: true})},
	}
}

// span is what a parameter of dates or times keeps.
func span(c *geo.Collection, field, text string) cql2.Expr {
	filter, err := geo.ParseSpan(*c.Field(field), text)
	if err != nil {
		panic(err)
	}
	return filter
}
