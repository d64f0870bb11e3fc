package format

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"unicode/utf8"
)

// SchemaMember is the member of a FeatureCollection, before its features, that says what
// fields of one's own they have, as a Table Schema (Frictionless).
const SchemaMember = "table_schema"

// maxDepth is how deep arrays and objects may stand in each other, the collection
// and its array of features included.
const maxDepth = 64

// Feature is a member of a FeatureCollection. Its members are not decoded yet.
type Feature struct {
	Pos        Pos
	ID         json.RawMessage
	Geometry   json.RawMessage
	Properties map[string]json.RawMessage
	Problem    *Problem // why it is no feature; the rest is empty then
}

// FeatureReader reads the features of a FeatureCollection (RFC 7946 §3.3), one by one.
type FeatureReader struct {
	source     *bounded
	file       *bufio.Reader
	json       *json.Decoder
	kind, crs  json.RawMessage // members of the collection, as far as they were met
	terms      map[string]json.RawMessage
	schema     json.RawMessage // of the properties
	inFeatures bool
	found      bool // features
	n          int  // features read
	raw        json.RawMessage
}

// NewFeatureReader reads the file up to its features, of which each may have that
// many bytes. The error is a *Problem where the file is no FeatureCollection on WGS 84.
func NewFeatureReader(file io.Reader, mostBytes int) (*FeatureReader, error) {
	source := newBounded(file, mostBytes)
	buffered := bufio.NewReaderSize(source, lookAhead)
	if err := skipByteOrderMark(buffered, "UTF-8"); err != nil {
		return nil, err
	}
	r := &FeatureReader{source: source, file: buffered, json: json.NewDecoder(buffered)}
	r.json.UseNumber() // one that no float64 holds is no other error than one that does
	switch token, err := r.json.Token(); {
	case err != nil:
		return nil, r.malformed(err)
	case token != json.Delim('{'):
		return nil, r.noCollection()
	}
	if err := r.members(); err != io.EOF {
		return r, err
	}
	return r, nil // without features, which Read will say
}

// Read gives the next feature, or io.EOF. Where something else than a feature is
// wrong the error is a *Problem, and the file cannot be read on.
func (r *FeatureReader) Read() (Feature, error) {
	for r.inFeatures && !r.json.More() {
		r.inFeatures = false
		if _, err := r.json.Token(); err != nil {
			return Feature{}, r.malformed(err)
		}
		if err := r.members(); err != nil {
			return Feature{}, err
		}
	}
	if !r.inFeatures {
		return Feature{}, io.EOF
	}
	r.source.next()
	if err := r.json.Decode(&r.raw); err != nil {
		return Feature{}, r.malformed(err)
	}
	pos := FeatureAt(r.n)
	r.n++
	return parseFeature(pos, r.raw), nil
}

// members reads those of the collection up to the features, or to the end of the
// file, which is io.EOF. Together they are one piece: millions of small ones are no
// better than one of that size.
func (r *FeatureReader) members() error {
	r.source.next()
	for r.json.More() {
		name, err := r.json.Token()
		if err != nil {
			return r.malformed(err)
		}
		switch name {
		case "features":
			return r.features()
		case "type":
			err = r.json.Decode(&r.kind)
		case "crs":
			err = r.json.Decode(&r.crs)
		case "licence", "licence_url", "attribution":
			if r.terms == nil {
				r.terms = map[string]json.RawMessage{}
			}
			err = r.json.Decode(&r.raw)
			r.terms[name.(string)] = bytes.Clone(r.raw)
		case SchemaMember:
			if err = r.json.Decode(&r.raw); err == nil && r.found {
				return &Problem{Column: SchemaMember, Reason: "must stand before the features"}
			}
			r.schema = bytes.Clone(r.raw)
		default:
			err = r.json.Decode(&r.raw)
		}
		if err != nil {
			return r.malformed(err)
		}
		if err := r.checkMembers(); err != nil {
			return err
		}
	}
	return r.end()
}

// features steps into their array.
func (r *FeatureReader) features() error {
	twice := r.found
	switch token, err := r.json.Token(); {
	case err != nil:
		return r.malformed(err)
	case token != json.Delim('[') || twice:
		return &Problem{Column: "features", Reason: "must be one array of features"}
	}
	r.found, r.inFeatures = true, true
	return nil
}

// checkMembers looks at the members that were met.
func (r *FeatureReader) checkMembers() error {
	switch {
	case r.kind != nil && text(r.kind) != "FeatureCollection":
		return r.noCollection()
	case foreignCRS(r.crs) != "":
		return &Problem{Column: "crs", Value: foreignCRS(r.crs),
			Reason: "positions are longitude, latitude on WGS 84 or CGCS2000; convert the file first, as with ogr2ogr -t_srs EPSG:4326"}
	}
	return nil
}

func (r *FeatureReader) noCollection() *Problem {
	return &Problem{Column: "type", Value: string(r.kind), Reason: `must be "FeatureCollection"`}
}

// end is io.EOF where the file ends as it should.
func (r *FeatureReader) end() error {
	if _, err := r.json.Token(); err != nil {
		return r.malformed(err)
	}
	switch _, err := r.json.Token(); {
	case err == nil:
		return &Problem{Pos: r.line(), Reason: "is not JSON: there is more after its end"}
	case !errors.Is(err, io.EOF) || r.source.broken != nil:
		return r.malformed(err)
	case r.kind == nil:
		return r.noCollection()
	case !r.found:
		return &Problem{Column: "features", Reason: "must be one array of features"}
	}
	return io.EOF
}

// malformed is the problem where the file ends too early or is no JSON; another
// error is that of the file.
func (r *FeatureReader) malformed(err error) error {
	var pos Pos
	if r.inFeatures {
		pos = FeatureAt(r.n)
	}
	if problem := r.source.problem(pos); problem != nil {
		return problem
	}
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax):
		return &Problem{Pos: r.line(), Reason: "is not JSON: " + err.Error()}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return &Problem{Pos: Line(1 + r.source.newlines), Reason: "is not JSON: it ends before its objects and arrays do"}
	}
	return err
}

// line is the one on which the decoder stands, or within the value there the one
// that has the mistake.
func (r *FeatureReader) line() Pos {
	ahead, _ := io.ReadAll(r.json.Buffered())
	later, _ := r.file.Peek(r.file.Buffered())
	ahead = append(ahead, later...)
	passed := len(ahead) - len(bytes.TrimLeft(ahead, " \t\r\n"))
	var syntax *json.SyntaxError
	if errors.As(json.NewDecoder(bytes.NewReader(ahead)).Decode(&r.raw), &syntax) {
		passed = int(syntax.Offset)
	}
	return Line(1 + r.source.newlines - bytes.Count(ahead[passed:], []byte("\n")))
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

func parseFeature(pos Pos, raw json.RawMessage) Feature {
	fail := func(member string, value json.RawMessage, reason string) Feature {
		return Feature{Pos: pos, Problem: &Problem{pos, member, string(value), reason}}
	}
	// What encoding/json would let pass.
	switch {
	case !utf8.Valid(raw):
		return fail("", nil, "is not UTF-8")
	case depth(raw) > maxDepth-2:
		return fail("", nil, fmt.Sprintf("has more than %d levels of arrays and objects", maxDepth-2))
	}
	var members struct{ Type, ID, Geometry, Properties json.RawMessage }
	if json.Unmarshal(raw, &members) != nil || text(members.Type) != "Feature" {
		return fail("type", members.Type, `must be "Feature"`)
	}
	f := Feature{Pos: pos, ID: members.ID, Geometry: members.Geometry}
	if !isNull(members.Properties) && json.Unmarshal(members.Properties, &f.Properties) != nil {
		return fail("properties", members.Properties, "must be an object or null")
	}
	return f
}

// inDegrees matches the names that the crs member of older files (GeoJSON 2008) has for
// what RFC 7946 takes for granted, and for China's CGCS2000, which is the same to within a
// metre. Such files have the longitude first whatever EPSG says (GeoJSON 2008, §2.1.1).
var inDegrees = regexp.MustCompile(`(?i)^(urn:ogc:def:crs:|https?://www\.opengis\.net/def/crs/)?(OGC[:/]([0-9.]*[:/])?CRS84|EPSG[:/]([0-9.]*[:/])?(4326|4490))$`)

// foreignCRS is the name of another coordinate reference system, or empty.
func foreignCRS(raw json.RawMessage) string {
	var crs struct{ Properties struct{ Name string } }
	switch {
	case isNull(raw):
		return ""
	case json.Unmarshal(raw, &crs) != nil || crs.Properties.Name == "":
		return string(raw)
	case inDegrees.MatchString(crs.Properties.Name):
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
