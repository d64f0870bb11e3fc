package format

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"innoatlas/geo"
)

// GeoJSONReader reads facilities from a FeatureCollection, as AppendFeature
// writes them or as others do: a Point or no geometry, and properties named as
// the columns of CSV are. "precision" is location_precision, lists are arrays or
// texts with semicolons, numbers may stand for texts, the number of a record may
// be the id of its feature. Other properties are Further of the row, geo.IsMark even where it is null.
type GeoJSONReader struct {
	Columns  []string // those of CSV
	features *FeatureReader
	columns  map[string]int // of each property
	lists    map[string]bool
}

// NewGeoJSONReader reads the file up to its features; errors are those of NewFeatureReader.
func NewGeoJSONReader(file io.Reader) (*GeoJSONReader, error) {
	features, err := NewFeatureReader(file, maxRowBytes)
	if err != nil {
		return nil, err
	}
	r := &GeoJSONReader{features: features, columns: map[string]int{}, lists: map[string]bool{}}
	for i, column := range NewCSV(&geo.Catalog{}, geo.Facilities).columns {
		r.Columns = append(r.Columns, column.heading)
		r.columns[column.heading] = i
	}
	for _, f := range geo.Facilities.Fields {
		if i, ok := r.columns[CSVHeading(f)]; ok {
			r.columns[f.Name], r.lists[f.Name] = i, f.Type == geo.Texts
		}
	}
	return r, nil
}

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

// Schema is what the collection says of the properties of its features; nil where it does
// not.
func (r *GeoJSONReader) Schema() json.RawMessage { return r.features.schema }

// Read gives the next facility, or io.EOF; other errors are those of FeatureReader.
func (r *GeoJSONReader) Read() (*Row, error) {
	f, err := r.features.Read()
	if err != nil {
		return nil, err
	}
	if f.Problem != nil {
		return &Row{Pos: f.Pos, Problems: []*Problem{f.Problem}}, nil
	}
	return r.row(f), nil
}

func (r *GeoJSONReader) row(f Feature) *Row {
	row := &Row{Pos: f.Pos, Cells: make([]string, len(r.Columns))}
	if isNumber(f.ID) {
		row.Cells[r.columns["id"]] = string(f.ID)
	}
	for _, name := range slices.Sorted(maps.Keys(f.Properties)) {
		value := f.Properties[name]
		switch i, known := r.columns[name]; {
		case isNull(value) && name != "sources" && !geo.IsMark(name):
		case name == "sources":
			row.readSources(value)
		case known:
			row.Cells[i] = row.cell(name, value, r.lists[name])
		case !csvLeftOut[name]:
			row.Further = append(row.Further, property(name, value))
		}
	}
	r.readPoint(row, f.Geometry)
	return row
}

// FurtherProperties are those of a feature that are stated and not known, in the order of
// their names; the mark of a file that was made for readers of a language, stated or not.
func FurtherProperties(f Feature, known func(name string) bool) (further []Property) {
	for _, name := range slices.Sorted(maps.Keys(f.Properties)) {
		if value := f.Properties[name]; !known(name) && (!isNull(value) || geo.IsMark(name)) {
			further = append(further, property(name, value))
		}
	}
	return further
}

// property is one that is no column.
func property(name string, raw json.RawMessage) Property {
	p := Property{Name: name, Type: geo.Text}
	switch {
	case isNumber(raw):
		p.Type, p.Text = geo.Number, plainNumber(string(raw))
	case raw[0] == '"':
		p.Text = strings.TrimSpace(text(raw))
	case raw[0] == 't' || raw[0] == 'f':
		p.Type, p.Text = geo.Boolean, string(raw)
	case json.Unmarshal(raw, &p.List) == nil && !slices.ContainsFunc(p.List, func(s string) bool { return strings.Contains(s, ";") }):
		p.Type = geo.Texts
	default:
		var compact bytes.Buffer
		_ = json.Compact(&compact, raw) // the decoder has read it
		p.List, p.Text = nil, compact.String()
	}
	return p
}

// plainNumber is a number of JSON in its shortest form without an exponent, where a
// float64 holds it.
func plainNumber(s string) string {
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || math.Abs(n) >= 1e15 {
		return s
	}
	return string(appendDecimal(nil, n))
}

// cell is a property as a text. Only lists may be arrays.
func (r *Row) cell(name string, raw json.RawMessage, list bool) string {
	if s, ok := scalar(raw); ok {
		return s
	}
	if !list {
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
func (r *GeoJSONReader) readPoint(row *Row, raw json.RawMessage) {
	if isNull(raw) {
		return
	}
	var point struct {
		Type        string
		Coordinates []json.RawMessage
	}
	if json.Unmarshal(raw, &point) != nil || point.Type != "Point" || len(point.Coordinates) == 1 {
		row.problem("geometry", string(raw), "must be a Point with longitude and latitude, or null")
		return
	}
	if len(point.Coordinates) == 0 {
		return
	}
	for i, column := range []string{"lon", "lat"} {
		if !isNumber(point.Coordinates[i]) {
			row.problem(fmt.Sprintf("geometry.coordinates[%d]", i), string(point.Coordinates[i]), "must be a number")
			return
		}
		row.Cells[r.columns[column]] = string(point.Coordinates[i])
	}
}
