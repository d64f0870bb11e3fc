package loadtest

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/dataset"
)

// register is where the Research Organization Registry's 51,370 organisations lie,
// beside the project's folder, for those who have them.
const register = "shared/data/scale/research-organisations.csv.gz"

// Organisations are those of the register, or where it is absent as many
// generated ones; the log says which.
func Organisations(tb testing.TB) *geo.Dataset {
	tb.Helper()
	path, ok := findRegister()
	if !ok {
		tb.Logf("%s is not beside the project: the organisations are generated", register)
		return Generated()
	}
	tb.Logf("the organisations are those of %s", register)
	ds, _, err := dataset.Read(path)
	if err != nil {
		tb.Fatal(err)
	}
	return ds
}

// findRegister looks in the folders above the test's.
func findRegister() (path string, ok bool) {
	dir, err := os.Getwd()
	for ; err == nil && dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		path := filepath.Join(dir, register)
		if _, err := os.Stat(path); err == nil {
			return path, true
		}
	}
	return "", false
}

// Generated is a data set of the size and form of that register: short records,
// 135 of them in Thailand.
func Generated() *geo.Dataset {
	const records, thai = 51_370, 135
	r := rand.New(rand.NewPCG(1, 2))
	ds := &geo.Dataset{Revision: "organisations"}
	for _, id := range []string{"education", "facility", "funder", "government", "healthcare"} {
		term := geo.Term{ID: id, Labels: geo.Labels{"en": id}}
		ds.Kinds, ds.Sectors = append(ds.Kinds, term), append(ds.Sectors, term)
	}
	for _, code := range []string{"USA", "DEU", "IND", "CHN", "BRA", "JPN", "FRA", "THA"} {
		c, _ := geo.CountryByCode(code)
		ds.Countries = append(ds.Countries, c)
	}
	others := ds.Countries[:len(ds.Countries)-1]
	for i := range records {
		country := others[r.IntN(len(others))]
		if i < thai {
			country, _ = geo.CountryByCode("THA")
		}
		kind := ds.Kinds[r.IntN(len(ds.Kinds))].ID
		ds.Facilities = append(ds.Facilities, geo.Facility{
			ID: int64(i + 1), Slug: fmt.Sprintf("%09x", i*7919), Kind: kind,
			Name:    fmt.Sprintf("National Institute of Applied Science, Section %d", i),
			Country: country.Code, CountryName: country.Names["en"], City: "New Delhi",
			Position: &orb.Point{float64(r.IntN(36e6))/1e5 - 180, float64(r.IntN(16e6))/1e5 - 80}, Precision: "city",
			Sectors: []string{kind}, Established: 1800 + r.IntN(225), Status: "unknown",
			Source: geo.Source{URL: fmt.Sprintf("https://www.organisation-%d.example", i)},
		})
	}
	return ds
}
