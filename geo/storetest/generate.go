package storetest

import (
	"fmt"
	"math/rand/v2"
	"time"

	"innoatlas/geo"
)

// generatedIDs begin above those of the Fixture's own records.
const generatedIDs = 10_000

// town is a place that generated records gather around.
type town struct {
	name, country       string
	longitude, latitude float64
}

func generate(n int) []geo.Facility {
	r := rand.New(rand.NewPCG(1, uint64(n)))
	towns := make([]town, 1+n/40)
	for i := range towns {
		towns[i] = randomTown(r, i)
	}
	records := make([]geo.Facility, n)
	for i, id := range r.Perm(n) {
		records[i] = randomFacility(r, towns)
		records[i].ID = int64(generatedIDs + 3*id)
		records[i].Slug = fmt.Sprintf("gen-%d", i)
	}
	return records
}

func randomTown(r *rand.Rand, i int) town {
	towns := []town{
		{"Chiang Mai", "THA", 98.98, 18.79}, {"Chengdu", "CHN", 104.07, 30.67}, {"Pakse", "LAO", 105.78, 15.12},
		{"Suva", "FJI", 178.44, -18.14}, {"Durban", "ZAF", 31.03, -29.86}, {"Prizren", "XKX", 20.74, 42.21}, {"Reykjavík", "", -21.94, 64.15},
	}
	t := towns[min(r.IntN(len(towns)), r.IntN(len(towns)))] // the first ones more often
	t.name = fmt.Sprintf("%s %d", t.name, i)
	t.longitude += r.NormFloat64() / 2
	t.latitude += r.NormFloat64() / 2
	return t
}

// randomFacility stands exactly on its town in three of ten cases, near it in
// most others, and now and then nowhere.
func randomFacility(r *rand.Rand, towns []town) geo.Facility {
	t := towns[min(r.IntN(len(towns)), r.IntN(len(towns)))]
	f := geo.Facility{
		Kind: kinds()[r.IntN(3)].ID,
		Name: pick(r, "Joint", "China–ASEAN", "National", "Régional") + " " + pick(r, "Rice", "Solar", "Bio-medicine", "Müller's") + " " +
			pick(r, "Laboratory", "Station", "Centre"),
		Country: t.country, City: t.name,
		Status: geo.Statuses[r.IntN(len(geo.Statuses))].ID,
	}
	if c, ok := geo.CountryByCode(f.Country); ok {
		f.CountryName = c.Names.In("en")
	}
	if r.IntN(3) == 0 {
		f.NameZh = pick(r, "水稻", "太阳能", "生物医药") + pick(r, "联合实验室", "示范站", "创新中心")
	}
	if r.IntN(3) > 0 {
		f.Established = 1960 + max(r.IntN(65), r.IntN(65))
	}
	for _, s := range sectors()[:4] {
		if r.IntN(4) == 0 {
			f.Sectors = append(f.Sectors, s.ID)
		}
	}
	if r.IntN(4) == 0 {
		f.Partners = []string{pick(r, "Guangxi University (CHN)", "Kasetsart University (THA)", "WorldFish")}
	}
	if r.IntN(3) > 0 {
		f.Updated = time.Date(2024, 1, 1+r.IntN(90), r.IntN(24), 0, 0, 1000*r.IntN(3), time.UTC)
		f.Version = f.Updated.Day()
	}
	if r.IntN(30) > 0 {
		locate(&f, t, r)
	}
	return f
}

func locate(f *geo.Facility, t town, r *rand.Rand) {
	f.Precision = geo.Precisions[r.IntN(len(geo.Precisions))].ID
	f.Position = at(t.longitude, t.latitude)
	if r.IntN(10) >= 3 {
		f.Position = at(t.longitude+r.NormFloat64()/20, t.latitude+r.NormFloat64()/20)
	}
}

func pick[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }
