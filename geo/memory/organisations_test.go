package memory_test

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/paulmach/orb"

	"innoatlas/geo"
)

// commonCountry is the country that most generated organisations stand in.
const commonCountry = "USA"

var organisationKinds = []string{"archive", "company", "education", "facility", "funder", "government", "healthcare", "nonprofit", "other"}

type city struct {
	name    string
	country geo.Country
	point   orb.Point
}

// organisations generates research organisations: 9 kinds, which are the sectors
// too, 220 countries of very different size, and cities. Three in ten stand
// exactly on their city's point, the others near it. The same n gives the same.
func organisations(n int) *geo.Dataset {
	r := rand.New(rand.NewPCG(7, 7))
	countries := countriesOfTheWorld(220)
	cities := citiesOf(r, countries, 5000)
	share := rand.NewZipf(r, 1.2, 20, uint64(len(cities)-1))
	ds := &geo.Dataset{Revision: fmt.Sprint("organisations ", n), Countries: countries, Facilities: make([]geo.Facility, n)}
	for _, id := range organisationKinds {
		term := geo.Term{ID: id, Labels: geo.Labels{"en": id}}
		ds.Kinds, ds.Sectors = append(ds.Kinds, term), append(ds.Sectors, term)
	}
	for i := range ds.Facilities {
		ds.Facilities[i] = organisation(r, i, cities[share.Uint64()])
	}
	return ds
}

func organisation(r *rand.Rand, i int, c city) geo.Facility {
	kind := organisationKinds[min(r.IntN(9), 1+r.IntN(9), 8)]
	f := geo.Facility{
		ID: int64(i + 1), Slug: fmt.Sprintf("%09x", 7919*i), Kind: kind,
		Name: fmt.Sprintf("%s %s of %s, organisation %d", oneOf(r, "National", "Royal", "Central", "École", "New"),
			oneOf(r, "Institute", "University", "Laboratory", "Centre", "Museum"), c.name, i),
		Country: c.country.Code, CountryName: c.country.Names["en"], City: strings.Clone(c.name),
		Precision: "city", Status: "unknown",
		Sectors: []string{kind},
		Source:  geo.Source{URL: fmt.Sprintf("https://www.organisation-%d.example", i)},
	}
	if r.IntN(3) == 0 {
		f.Sectors = append(f.Sectors, oneOf(r, organisationKinds...))
	}
	if r.IntN(4) > 0 {
		f.Established = 2024 - int(r.ExpFloat64()*40)%200
	}
	point := c.point
	if r.IntN(10) >= 3 {
		point = orb.Point{point[0] + r.NormFloat64()/10, max(-90, min(90, point[1]+r.NormFloat64()/10))}
	}
	point = geo.RoundPosition(point)
	f.Position = &point
	return f
}

// countriesOfTheWorld has the common one first, the others by their alpha-2 codes.
func countriesOfTheWorld(n int) []geo.Country {
	first, _ := geo.CountryByCode(commonCountry)
	list := []geo.Country{first}
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z' && len(list) < n; b++ {
			if c, ok := geo.CountryByCode(string(a) + string(b)); ok && c.Code != commonCountry {
				list = append(list, c)
			}
		}
	}
	return list
}

// citiesOf gives a country the more cities the earlier it stands.
func citiesOf(r *rand.Rand, countries []geo.Country, n int) []city {
	centres := make([]orb.Point, len(countries))
	for i := range centres {
		centres[i] = orb.Point{r.Float64()*340 - 170, r.Float64()*120 - 50}
	}
	share := rand.NewZipf(r, 1.1, 5, uint64(len(countries)-1))
	cities := make([]city, n)
	for i := range cities {
		c := i // each has one
		if i >= len(countries) {
			c = int(share.Uint64())
		}
		point := orb.Point{centres[c][0] + r.NormFloat64()*2, centres[c][1] + r.NormFloat64()*2}
		cities[i] = city{fmt.Sprintf("Town %d", i), countries[c], geo.RoundPosition(point)}
	}
	r.Shuffle(n, func(i, j int) { cities[i], cities[j] = cities[j], cities[i] })
	return cities
}

func oneOf(r *rand.Rand, from ...string) string { return from[r.IntN(len(from))] }
