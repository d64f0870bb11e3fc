package storetest

import (
	"fmt"
	"time"

	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// Fixture is the small, awkward data set: every record in it has broken some map
// server somewhere. Ids do not follow the order of the slugs, nor either of them
// that of the positions.
func Fixture() *geo.Dataset { return Generated(0) }

// Generated is the Fixture with n more records, which gather around towns so
// that many share one point. The same n gives the same records.
func Generated(n int) *geo.Dataset {
	ds := withRelations(withTexts(withOwn(&geo.Dataset{
		Revision:   fmt.Sprintf("fixture-%d", n),
		Facilities: append(awkward(), generate(n)...),
		Kinds:      kinds(),
		Sectors:    sectors(),
		Countries:  countries(),
		Figures:    figures(),
		Terms:      geo.Terms{Licence: "CC BY 4.0", LicenceURL: "https://example.org/licence", Attribution: "The testers — 测试"},
		OwnKinds:   true, OwnSectors: true, OwnOutlines: true,
		OwnIDs: true,
	})))
	Date(ds)
	return ds
}

// Date says of all records when they were changed and which version they are, where the data set
// does not: a database says so of each.
func Date(ds *geo.Dataset) {
	at := time.Date(2023, 5, 31, 8, 0, 0, 0, time.UTC)
	for i := range ds.Facilities {
		f := &ds.Facilities[i]
		if f.Updated.IsZero() {
			f.Updated = at
		}
		f.Version = max(f.Version, 1)
	}
	for _, c := range []*geo.Collection{geo.Institutions, geo.Projects} {
		for i := range ds.Records[c.ID] {
			r := &ds.Records[c.ID][i]
			if c.Field("updated").Value(r).Type == cql2.Null {
				c.Field("updated").Set(r, cql2.TimestampOf(at))
			}
			c.Field("version").Set(r, cql2.NumberOf(max(1, r.Value("version").Number)))
		}
	}
}

// kinds are not in the order of their ids, and no record has the last one.
func kinds() []geo.Term {
	return []geo.Term{
		{ID: "joint-laboratory", Labels: geo.Labels{"en": "Joint laboratory", "zh": "联合实验室"}, Plurals: geo.Labels{"en": "Joint laboratories"},
			Sign: geo.Sign{Shape: "star", Colour: 8}, SchemaType: "ResearchOrganization"},
		{ID: "innovation-centre", Labels: geo.Labels{"en": "Innovation centre", "zh": "创新中心"}},
		{ID: "agricultural-park", Labels: geo.Labels{"en": "Agricultural park", "zh": "农业园区"}},
		{ID: "museum", Labels: geo.Labels{"en": "Museum"}, SchemaType: "Museum"},
	}
}

// sectors are likewise; one id is the beginning of another.
func sectors() []geo.Term {
	return []geo.Term{
		{ID: "new-energy", Labels: geo.Labels{"en": "New energy", "zh": "新能源"}},
		{ID: "food", Labels: geo.Labels{"en": "Food", "zh": "食品"}},
		{ID: "food-processing", Labels: geo.Labels{"en": "Food processing", "zh": "食品加工"}},
		{ID: "advanced-materials", Labels: geo.Labels{"en": "Advanced materials", "zh": "新材料"}},
		{ID: "astrology", Labels: geo.Labels{"en": "Astrology"}},
	}
}

// countries have an outline, a facility or a figure. Fiji lies on both sides of
// the antimeridian, South Africa has a hole, Antarctica holds the pole, the
// Vatican and Kiribati have no outline, and nothing stands in Brunei.
func countries() []geo.Country {
	outlines := []struct {
		code    string
		outline orb.MultiPolygon
	}{
		{"THA", orb.MultiPolygon{{box(97.3, 5.6, 105.6, 20.5)}}},
		{"CHN", orb.MultiPolygon{{box(73.5, 21.1, 134.8, 53.6)}, {box(108.6, 18.2, 111, 20.2)}}},
		{"LAO", orb.MultiPolygon{{{{100.1, 20.4}, {105.6, 14.3}, {107.6, 14.4}, {102.1, 22.4}, {100.1, 20.4}}}}},
		{"FJI", orb.MultiPolygon{{box(177.2, -18.3, 180, -16.1)}, {box(-180, -17, -179.8, -16.4)}}},
		{"ZAF", orb.MultiPolygon{{box(16.5, -34.8, 32.9, -22.1), hole(27, -30.7, 29.5, -28.6)}}},
		{"ATA", orb.MultiPolygon{{box(-180, -90, 180, -63.3)}}},
		{"BRN", orb.MultiPolygon{{{{114, 4.6}, {115.4, 4}, {115.1, 5}, {114, 4.6}}}}},
		{"XKX", orb.MultiPolygon{{{{20, 42.6}, {21.1, 41.9}, {21.8, 42.7}, {20.8, 43.3}, {20, 42.6}}}}},
		{"VAT", nil},
		{"KIR", nil},
	}
	list := make([]geo.Country, len(outlines))
	for i, o := range outlines {
		list[i], _ = geo.CountryByCode(o.code)
		list[i].Outline = o.outline
	}
	return list
}

// box is an outer ring, counter-clockwise.
func box(west, south, east, north float64) orb.Ring {
	return orb.Ring{{west, south}, {east, south}, {east, north}, {west, north}, {west, south}}
}

// hole is an inner ring, clockwise.
func hole(west, south, east, north float64) orb.Ring {
	ring := box(west, south, east, north)
	ring.Reverse()
	return ring
}

// figures name one indicator twice for one country, and a country without facilities.
func figures() []geo.Figure {
	source := geo.Source{Title: "Joint statement, \"final\"", URL: "https://example.org/statement?a=1&b=2"}
	return []geo.Figure{
		{Country: "THA", Indicator: "trade_volume", Value: 1.25, Year: 2021, Source: source},
		{Country: "CHN", Indicator: "centres", Value: 9, Year: 2021, Source: source},
		{Country: "THA", Indicator: "trade_volume", Value: 0, Year: 2022, Source: source},
		{Country: "KIR", Indicator: "agreements", Value: 1, Year: 2020, Named: true, Source: source},
	}
}
