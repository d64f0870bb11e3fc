package format

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"innoatlas/geo"
)

// GeoJSONReader reads facilities from a FeatureCollection, as AppendFeature
// writes them or as others do: a Point or no geometry, and properties named as
// the columns of CSV are. "precision" is location_precision, lists are arrays or
// texts with semicolons, numbers may stand for texts, the number of a record may
// be the id of its feature.
type GeoJSONReader struct {
	Columns  []string // CSVColumns
	features *FeatureReader
	unknown  map[string]bool
}

// NewGeoJSONReader reads the file up to its features; errors are those of NewFeatureReader.
func NewGeoJSONReader(file io.Reader) (*GeoJSONReader, error) {
	features, err := NewFeatureReader(file, maxRowBytes)
	if err != nil {
		return nil, err
	}
	return &GeoJSONReader{CSVColumns, features, map[string]bool{}}, nil
}

// maxUnknown is how many properties are remembered that are no column.
const maxUnknown = 1000

// Unknown are properties met so far that are no column, at most 1,000.
func (r *GeoJSONReader) Unknown() []string { return slices.Sorted(maps.Keys(r.unknown)) }

// Terms are those that the collection states, in members of its own beside the features
// (RFC 7946 §6.1), as far as they were met: once Read has come to the end, all. The
// problem is that one of them is no text.
func (r *GeoJSONReader) Terms() (geo.Terms, *Problem) {
	var t geo.Terms
	for name, value := range map[string]*string{"licence": &t.Licence, "licence_url": &t.LicenceURL, "attribution": &t.Attribution} {
		raw := r.features.terms[name]
		if isNull(raw) {
			continue
		}
		if raw[0] != '"' || !utf8.Valid(raw) {
			return geo.Terms{}, &Problem{Column: name, Value: string(raw), Reason: "must be a text"}
		}
		*value = strings.TrimSpace(text(raw))
	}
	return t, nil
}

// Read gives the next facility, or io.EOF; other errors are those of FeatureReader.
func (r *GeoJSONReader) Read() (*Row, error) {
	f, err := r.features.Read()
	if err != nil {
		return nil, err
	}
	if f.Problem != nil {
		return &Row{Place: f.Place, Problems: []*Problem{f.Problem}}, nil
	}
	return r.row(f), nil
}

func (r *GeoJSONReader) row(f Feature) *Row {
	row := &Row{Place: f.Place, Cells: make([]string, len(r.Columns))}
	if isNumber(f.ID) {
		row.Cells[0] = string(f.ID)
	}
	for _, name := range slices.Sorted(maps.Keys(f.Properties)) {
		value := f.Properties[name]
		column := name
		if name == "precision" {
			column = "location_precision"
		}
		switch i := slices.Index(r.Columns, column); {
		case name == "sources":
			row.readSources(value)
		case i >= 0 && !isNull(value):
			row.Cells[i] = row.cell(name, value)
		case i < 0 && name != "country_name" && len(r.unknown) < maxUnknown: // country_name follows from country
			r.unknown[name] = true
		}
	}
	row.readPoint(f.Geometry)
	return row
}

// cell is a property as a text. Only sectors and partners may be arrays.
func (r *Row) cell(name string, raw json.RawMessage) string {
	if s, ok := scalar(raw); ok {
		return s
	}
	if name != "sectors" && name != "partners" {
		r.problem(name, string(raw), "must be a text, a number or null")
		return ""
	}
	var values []*string
	if json.Unmarshal(raw, &values) != nil || slices.Contains(values, nil) {
		r.problem(name, string(raw), "must be an array of texts")
		return ""
	}
	texts := make([]string, len(values))
	for i, v := range values {
		if strings.Contains(*v, ";") {
			r.problem(name, *v, "must not have a semicolon, which separates the values of a list")
			return ""
		}
		texts[i] = *v
	}
	if len(texts) > 0 && looksLikeArray(texts[0]) {
		return string(raw)
	}
	return strings.Join(texts, ";")
}

// MaxSources is how many further sources a record may have.
const MaxSources = 1000

// ReadSources takes the further sources from a text of JSON, as formats have it that
// have no objects. What is wrong with them is added to the problems.
func (r *Row) ReadSources(text string) {
	raw := json.RawMessage(text)
	if depth(raw) > maxDepth || !json.Valid(raw) {
		r.problem("sources", text, "must be an array of objects in JSON, with title, url, date and supports")
		return
	}
	r.readSources(raw)
}

func (r *Row) readSources(raw json.RawMessage) {
	if isNull(raw) {
		return
	}
	r.Sources = []geo.Source{}
	var sources []map[string]json.RawMessage
	if json.Unmarshal(raw, &sources) != nil {
		r.problem("sources", string(raw), "must be an array of objects with title, url, date and supports")
		return
	}
	if len(sources) > MaxSources {
		r.problem("sources", "", "must be at most %d, not %d", MaxSources, len(sources))
		return
	}
	for i, members := range sources {
		member := func(name string) string {
			s, ok := scalar(members[name])
			if !ok && !isNull(members[name]) {
				r.problem(fmt.Sprintf("sources[%d].%s", i, name), string(members[name]), "must be a text")
			}
			return s
		}
		r.Sources = append(r.Sources, geo.Source{Title: member("title"), URL: member("url"), Date: member("date"), Supports: member("supports")})
	}
}

// readPoint puts a Point into the columns of longitude and latitude. A position
// may have a height, which is passed over; an empty one is no position.
func (r *Row) readPoint(raw json.RawMessage) {
	if isNull(raw) {
		return
	}
	var point struct {
		Type        string
		Coordinates []json.RawMessage
	}
	if json.Unmarshal(raw, &point) != nil || point.Type != "Point" || len(point.Coordinates) == 1 {
		r.problem("geometry", string(raw), "must be a Point with longitude and latitude, or null")
		return
	}
	if len(point.Coordinates) == 0 {
		return
	}
	for i, column := range []string{"lon", "lat"} {
		if !isNumber(point.Coordinates[i]) {
			r.problem(fmt.Sprintf("geometry.coordinates[%d]", i), string(point.Coordinates[i]), "must be a number")
			return
		}
		r.Cells[slices.Index(CSVColumns, column)] = string(point.Coordinates[i])
	}
}
