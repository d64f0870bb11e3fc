package format

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"
)

// What a GeoJSON file may be at most: its bytes, and how deep its arrays and
// objects stand in each other.
const (
	maxGeoJSONBytes = 512 << 20
	maxGeoJSONDepth = 64
)

// Feature is a member of a FeatureCollection. Its members are not decoded yet.
type Feature struct {
	Place      Place
	ID         json.RawMessage
	Geometry   json.RawMessage
	Properties map[string]json.RawMessage
	Problem    *Problem // why it is no feature; the rest is empty then
}

// ReadFeatures reads a FeatureCollection (RFC 7946 §3.3). The error is a *Problem
// where the file as a whole is none on WGS 84, is larger than 512 MiB or has
// more than 64 levels.
func ReadFeatures(r io.Reader) ([]Feature, error) {
	data, err := readDocument(r)
	if err != nil {
		return nil, err
	}
	var collection struct {
		Type, CRS json.RawMessage
		Features  []json.RawMessage
	}
	err = json.Unmarshal(data, &collection)
	var wrongType *json.UnmarshalTypeError
	switch {
	case err != nil && !errors.As(err, &wrongType):
		return nil, syntaxProblem(data, err)
	case text(collection.Type) != "FeatureCollection":
		return nil, &Problem{Column: "type", Value: string(collection.Type), Reason: `must be "FeatureCollection"`}
	case foreignCRS(collection.CRS) != "":
		return nil, &Problem{Column: "crs", Value: foreignCRS(collection.CRS), Reason: "positions are longitude, latitude on WGS 84; convert the file first, as with ogr2ogr -t_srs EPSG:4326"}
	case collection.Features == nil:
		return nil, &Problem{Column: "features", Reason: "must be an array of features"}
	}
	features := make([]Feature, len(collection.Features))
	for i, raw := range collection.Features {
		features[i] = parseFeature(FeatureAt(i), raw)
	}
	return features, nil
}

// readDocument reads the whole file and keeps out what encoding/json would let
// pass: bytes that are not UTF-8, and depth.
func readDocument(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxGeoJSONBytes+1))
	if err != nil {
		return nil, err
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	switch {
	case len(data) > maxGeoJSONBytes:
		return nil, &Problem{Reason: "is larger than 512 MiB"}
	case !utf8.Valid(data):
		return nil, &Problem{Reason: "is not UTF-8"}
	case depth(data) > maxGeoJSONDepth:
		return nil, &Problem{Reason: fmt.Sprintf("has more than %d levels of arrays and objects", maxGeoJSONDepth)}
	}
	return data, nil
}

// depth is the greatest number of brackets that are open at one place.
func depth(data []byte) int {
	open, most, quoted := 0, 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case c == '"':
			quoted = !quoted
		case c == '\\':
			i++ // whatever follows, it closes nothing
		case quoted:
		case c == '{' || c == '[':
			open++
			most = max(most, open)
		case c == '}' || c == ']':
			open--
		}
	}
	return most
}

// syntaxProblem turns a byte offset into a line.
func syntaxProblem(data []byte, err error) *Problem {
	p := &Problem{Place: Line(1), Reason: "is not JSON: " + err.Error()}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		p.Place = Line(1 + bytes.Count(data[:syntax.Offset], []byte("\n")))
	}
	return p
}

func parseFeature(place Place, raw json.RawMessage) Feature {
	fail := func(member string, value json.RawMessage, reason string) Feature {
		return Feature{Place: place, Problem: &Problem{place, member, string(value), reason}}
	}
	var members struct{ Type, ID, Geometry, Properties json.RawMessage }
	if json.Unmarshal(raw, &members) != nil || text(members.Type) != "Feature" {
		return fail("type", members.Type, `must be "Feature"`)
	}
	f := Feature{Place: place, ID: members.ID, Geometry: members.Geometry}
	if !isNull(members.Properties) && json.Unmarshal(members.Properties, &f.Properties) != nil {
		return fail("properties", members.Properties, "must be an object or null")
	}
	return f
}

// wgs84 are the names that the crs member of older files (GeoJSON 2008) has for
// what RFC 7946 takes for granted.
var wgs84 = []string{"urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:OGC::CRS84", "OGC:CRS84", "EPSG:4326", "urn:ogc:def:crs:EPSG::4326"}

// foreignCRS is the name of another coordinate reference system, or empty.
func foreignCRS(raw json.RawMessage) string {
	var crs struct{ Properties struct{ Name string } }
	switch {
	case isNull(raw):
		return ""
	case json.Unmarshal(raw, &crs) != nil || crs.Properties.Name == "":
		return string(raw)
	case slices.Contains(wgs84, crs.Properties.Name):
		return ""
	}
	return crs.Properties.Name
}

// scalar is the text of a JSON string, or a number as it is written.
func scalar(raw json.RawMessage) (s string, ok bool) {
	if isNumber(raw) {
		return string(raw), true
	}
	if len(raw) == 0 || raw[0] != '"' {
		return "", false
	}
	return text(raw), true
}

// text is the text of a JSON string, or empty.
func text(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return ""
	}
	return s
}

func isNull(raw json.RawMessage) bool { return len(raw) == 0 || string(raw) == "null" }

func isNumber(raw json.RawMessage) bool {
	return len(raw) > 0 && (raw[0] == '-' || raw[0] >= '0' && raw[0] <= '9')
}
