package dataset

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/format"
)

// country is the one that a row names by its alpha-3 or alpha-2 code, nil where
// it names none. It will be in the data set.
func (l *loader) country(r *record) *geo.Country {
	code := r.cell("country")
	if code == "" {
		return nil
	}
	c, ok := l.countryByCode(code)
	if !ok {
		r.fail("country", code, "must be an ISO 3166-1 code in capitals, as THA or TH")
		return nil
	}
	return &c
}

// countryByCode is the country of a code. It will be in the data set.
func (l *loader) countryByCode(code string) (c geo.Country, ok bool) {
	if c, ok = l.codes[code]; ok {
		return c, true
	}
	if c, ok = geo.CountryByCode(code); ok {
		l.codes[strings.Clone(code)] = c
	}
	return c, ok
}

// allCountries are those with an outline and those that rows name, by code.
func (l *loader) allCountries(outlines []geo.Country) []geo.Country {
	countries := map[string]geo.Country{}
	for c := range maps.Values(l.codes) {
		countries[c.Code] = c
	}
	for _, c := range outlines {
		countries[c.Code] = c
	}
	return slices.SortedFunc(maps.Values(countries), func(a, b geo.Country) int { return cmp.Compare(a.Code, b.Code) })
}

var cooperationHeader = header{
	required: []string{"country", "indicator", "value"},
	optional: []string{"year", "source_title", "source_url", "source_date"},
	beside:   []string{"named"},
}

// maxFigures is how many figures of cooperation there may be: one for each country and
// indicator, and some more. They are all in the page of a country's briefing.
const maxFigures = 200_000

// readCooperation reads the figures, one a row.
func (l *loader) readCooperation(s *sheet) error {
	type key struct {
		country, indicator, url string
		year                    int
	}
	seen := map[key]format.Pos{}
	indicators := map[string]bool{}
	n := 0
	for r, err := range s.records() {
		if err != nil {
			return err
		}
		if n++; n > maxFigures {
			r.fail("indicator", "", "is one more than the %s figures that there may be", thousands(maxFigures))
			return nil
		}
		f := geo.Figure{Indicator: r.cell("indicator"), Year: int(r.integer("year", 1, maxYear)), Named: r.oneOf("named", []string{"true", "false"}) == "true", Source: r.source()}
		if !isName(strings.ReplaceAll(f.Indicator, "_", "-")) || len(f.Indicator) > maxID {
			r.fail("indicator", f.Indicator, "must be lower-case letters a-z, digits and single underscores between them, at most %d characters", maxID)
		}
		if indicators[f.Indicator] = true; len(indicators) > maxTerms {
			r.fail("indicator", f.Indicator, "is one more than the %d different ones that there may be", maxTerms)
			return nil
		}
		if c := l.country(r); c != nil {
			f.Country = c.Code
		} else {
			r.fail("country", "", "must not be empty")
		}
		var stated bool
		if f.Value, stated = r.number("value"); !stated {
			r.fail("value", "", "must not be empty; leave out the row where no figure is stated")
		}
		k := key{f.Country, f.Indicator, f.Source.URL, f.Year}
		if before, twice := seen[k]; twice && f.Country != "" {
			r.fail("indicator", f.Indicator, "is stated by this source for this country and year already, on %s", before)
		}
		seen[k] = r.Pos
		if l.errors.Count > 0 { // then nothing is read, and what follows is only checked
			l.data.Figures = nil
			continue
		}
		l.data.Figures = append(l.data.Figures, f)
	}
	return nil
}

// What the outlines of the countries may be: the bytes of a feature, its corners, and
// those of all. No map of the world shows as many (the built-in ones have a twentieth),
// and each filter that asks for outlines has to look at them.
const (
	maxOutlineBytes = 16 << 20
	maxCorners      = 250_000
	maxAllCorners   = 2_000_000
)

const toSimplify = "simplify before, as with ogr2ogr -simplify 0.001"

// readOutlines reads countries.geojson: one feature a country, with its code as
// the property "country" and a Polygon, a MultiPolygon or no geometry. Those that are
// proved, because a test has done it, are not checked again.
// Properties that are not known go to own.
func readOutlines(file string, data io.Reader, proved bool, errs *Errors, own *ownTable) ([]geo.Country, error) {
	own.file = file
	countries, corners, before := []geo.Country{}, 0, errs.Count
	features, err := format.NewFeatureReader(data, maxOutlineBytes)
	seen := map[string]bool{}
	for err == nil {
		var f format.Feature
		if f, err = features.Read(); err != nil {
			break
		}
		if corners += min(countCorners(f.Geometry), maxCorners); corners > maxAllCorners {
			err = &format.Problem{Pos: f.Pos, Column: "geometry",
				Reason: fmt.Sprintf("the outlines have more than %s corners together; %s", thousands(maxAllCorners), toSimplify)}
			break
		}
		c, problem := outline(f, proved)
		if problem == nil && seen[c.Code] {
			problem = &format.Problem{Pos: f.Pos, Column: "country", Value: c.Code, Reason: "is there twice"}
		}
		if problem != nil {
			errs.add(file, problem)
			continue
		}
		seen[c.Code] = true
		r := &record{Row: &format.Row{Pos: f.Pos, Further: format.FurtherProperties(f, own.isKnown)}, sheet: &sheet{file: file, errors: errs, own: own}}
		cells := r.ownCells()
		if errs.Count == 0 { // else nothing is read, and what follows is only checked
			countries, own.rows = append(countries, c), append(own.rows, cells)
		}
	}
	var problem *format.Problem
	switch {
	case errors.As(err, &problem):
		errs.add(file, problem)
	case !errors.Is(err, io.EOF):
		return nil, err
	case len(seen) == 0 && errs.Count == before:
		errs.add(file, nothing("features"))
	}
	return countries, nil
}

// outline is the country of one feature.
func outline(f format.Feature, proved bool) (geo.Country, *format.Problem) {
	if f.Problem != nil {
		return geo.Country{}, f.Problem
	}
	fail := func(member string, value json.RawMessage, reason string) (geo.Country, *format.Problem) {
		return geo.Country{}, &format.Problem{Pos: f.Pos, Column: member, Value: string(value), Reason: reason}
	}
	var code string
	if raw := f.Properties["country"]; raw == nil || json.Unmarshal(raw, &code) != nil {
		return fail("country", raw, "must be an ISO 3166-1 alpha-3 code")
	}
	c, ok := geo.CountryByCode(code)
	if !ok {
		return fail("country", f.Properties["country"], "must be an ISO 3166-1 alpha-3 code")
	}
	if corners := countCorners(f.Geometry); corners > maxCorners {
		return fail("geometry", nil, fmt.Sprintf("the outline of %s has more than %s corners; %s", c.Names.In("en"), thousands(maxCorners), toSimplify))
	}
	polygons, ok := parsePolygons(f.Geometry)
	if !ok {
		return fail("geometry", f.Geometry, "must be a Polygon or MultiPolygon of closed rings, longitude and latitude in degrees, or null")
	}
	if proved {
		c.Outline = polygons
		return c, nil
	}
	if err := checkOutline(polygons); err != nil {
		return geo.Country{}, &format.Problem{Pos: f.Pos, Column: "geometry",
			Reason: fmt.Sprintf("the outline of %s is no area: %v; mend it first, as with ogr2ogr -makevalid", c.Names.In("en"), err)}
	}
	c.Outline = polygons
	return c, nil
}

// countCorners is how many corners a geometry has at most, before it is decoded: each
// is an array of two numbers, with commas around and between; rings and parts count as
// one more. A position of hundreds of numbers counts for as many corners.
func countCorners(raw json.RawMessage) int {
	return max(bytes.Count(raw, []byte("[")), bytes.Count(raw, []byte(","))/4)
}

// parsePolygons reads a Polygon or MultiPolygon (RFC 7946 §3.1.6); null is none.
func parsePolygons(raw json.RawMessage) (polygons orb.MultiPolygon, ok bool) {
	var geometry *struct {
		Type        string
		Coordinates json.RawMessage
	}
	if raw == nil || json.Unmarshal(raw, &geometry) == nil && geometry == nil {
		return nil, true
	}
	var parts [][][][]float64
	switch {
	case geometry == nil:
		return nil, false
	case geometry.Type == "MultiPolygon":
		ok = json.Unmarshal(geometry.Coordinates, &parts) == nil
	case geometry.Type == "Polygon":
		parts = make([][][][]float64, 1)
		ok = json.Unmarshal(geometry.Coordinates, &parts[0]) == nil
	}
	for _, part := range parts {
		polygon := make(orb.Polygon, len(part))
		for i, positions := range part {
			var closed bool
			polygon[i], closed = parseRing(positions)
			ok = ok && closed
		}
		ok = ok && len(part) > 0
		polygons = append(polygons, polygon)
	}
	return polygons, ok && len(polygons) > 0
}

// parseRing is a ring of at least four positions, the last like the first.
func parseRing(positions [][]float64) (ring orb.Ring, ok bool) {
	ring = make(orb.Ring, len(positions))
	for i, p := range positions {
		if len(p) < 2 || math.Abs(p[0]) > 180 || math.Abs(p[1]) > 90 {
			return nil, false
		}
		ring[i] = geo.RoundPosition(orb.Point{p[0], p[1]})
	}
	return ring, len(ring) >= 4 && ring.Closed()
}
