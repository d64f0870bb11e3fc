package dataset

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"innoatlas/geo"
)

// placesHeader is that of the names of towns and provinces in other languages.
var placesHeader = header{
	required: []string{"country", langColumn, "name", originColumn},
	optional: []string{"admin1", "city"},
	near:     true,
}

// maxPlaceNames is how many names of places there may be: those of a hundred thousand towns
// in ten languages.
const maxPlaceNames = 1_000_000

// placeKey is a place as records state it.
type placeKey struct{ country, admin1, city string }

// readPlaceNames reads what towns and provinces are called in other languages, one name a row.
func (l *loader) readPlaceNames(s *sheet) error {
	stated, unstated := l.placesStated(), map[string]bool{}
	for r, err := range s.records() {
		if err != nil {
			return err
		}
		name := l.placeName(r)
		if name.Name == "" || r.hasFailed(langColumn) {
			continue
		}
		if len(l.places) == maxPlaceNames {
			r.fail("name", name.Name, "is one more than the %s names of places that there may be", thousands(maxPlaceNames))
			return nil
		}
		key := geo.PlaceName{Country: name.Country, Admin1: name.Admin1, City: name.City, Lang: name.Lang}
		if l.places[key] {
			r.fail("name", name.Name, "is there already for this place in %s; leave one of the two out", name.Lang)
		}
		l.places[key] = true
		if at := (placeKey{name.Country, name.Admin1, name.City}); !stated[at] && l.errors.Count == 0 {
			unstated[fmt.Sprintf("%s (%s)", cmp.Or(name.City, name.Admin1), name.Country)] = true
		}
		l.data.PlaceNames = append(l.data.PlaceNames, name)
	}
	l.noteUnstated(s.file, unstated)
	return nil
}

// noteUnstated says which places no record has: a name that is written otherwise there finds
// none.
func (l *loader) noteUnstated(file string, places map[string]bool) {
	const most = 10
	if len(places) == 0 {
		return
	}
	names := make([]string, 0, len(places))
	for name := range places {
		names = append(names, name)
	}
	slices.Sort(names)
	shown := strings.Join(names[:min(len(names), most)], ", ")
	if more := len(names) - most; more > 0 {
		shown += " and " + thousands(more) + " more"
	}
	l.warnings.add("%s: %s that no record names: %s; country, admin1 and city must be as records state them", file, quantity(len(names), "place", "places"), shown)
}

// placeName reads a row.
func (l *loader) placeName(r *record) geo.PlaceName {
	name := geo.PlaceName{
		Admin1: r.text("admin1", maxName), City: r.text("city", maxName), Lang: l.textLanguage(r),
		Name: r.line("name", r.text("name", maxName)), Origin: geo.Origin(r.cell(originColumn)),
	}
	if code := r.cell("country"); code != "" {
		c, ok := geo.CountryByCode(code)
		if !ok {
			r.fail("country", code, "must be an ISO 3166-1 code in capitals, as THA or TH")
		}
		name.Country = c.Code
	}
	if name.Admin1 == "" && name.City == "" && !r.hasFailed("admin1") && !r.hasFailed("city") {
		r.fail("city", "", "must not be empty where admin1 is; names of countries are in the program")
	}
	if !isName(string(name.Origin)) || len(name.Origin) > maxID {
		r.fail(originColumn, string(name.Origin), "must be source, person, machine, or the gazetteer that has the name, as naturalearth")
	}
	return name
}

// placesStated are the towns and the provinces of the records.
func (l *loader) placesStated() map[placeKey]bool {
	places := map[placeKey]bool{}
	for i := range l.data.Facilities {
		f := &l.data.Facilities[i]
		places[placeKey{f.Country, f.Admin1, f.City}] = true
		places[placeKey{f.Country, f.Admin1, ""}] = true
	}
	return places
}
