package memory

import "innoatlas/geo"

// newCountries are the countries with what the data set counts and states for each.
func newCountries(ds *geo.Dataset, records []*record) table {
	countries := make(table, len(ds.Countries))
	byCode := make(map[string]*geo.Country, len(ds.Countries))
	for i, c := range ds.Countries {
		c.Facilities, c.Figures = 0, nil
		c.ByKind, c.BySector = emptyBuckets(ds.Kinds), emptyBuckets(ds.Sectors)
		byCode[c.Code] = &c
		c.Own = c.Own.Public()
		countries[i] = newPlain(&c)
	}
	kinds, sectors := positions(ds.Kinds), positions(ds.Sectors)
	for _, r := range records {
		if c := byCode[r.Country]; c != nil {
			countInto(c, &r.Facility, 1, kinds, sectors)
		}
	}
	for _, figure := range ds.Figures {
		if c := byCode[figure.Country]; c != nil {
			c.Figures = append(c.Figures, figure)
		}
	}
	return countries
}

func emptyBuckets(terms []geo.Term) []geo.Bucket {
	buckets := make([]geo.Bucket, len(terms))
	for i, t := range terms {
		buckets[i].Value = t.ID
	}
	return buckets
}

func positions(terms []geo.Term) map[string]int {
	p := make(map[string]int, len(terms))
	for i, t := range terms {
		p[t.ID] = i
	}
	return p
}

// countInto counts a facility so many times: once, or once less.
func countInto(c *geo.Country, f *geo.Facility, times int, kinds, sectors map[string]int) {
	c.Facilities += times
	if i, ok := kinds[f.Kind]; ok {
		c.ByKind[i].Count += times
	}
	for _, s := range f.Sectors {
		if i, ok := sectors[s]; ok {
			c.BySector[i].Count += times
		}
	}
}
