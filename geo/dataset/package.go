package dataset

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"innoatlas/geo"
	"innoatlas/geo/format"
)

// packageFile describes the tables of a data set (Frictionless Data Package).
const packageFile = "datapackage.json"

const (
	maxPackage  = 1 << 20 // bytes
	maxDeclared = 1000    // fields of a table
)

// dataPackage is what of it is read: the fields of the tables.
type dataPackage struct {
	Resources []json.RawMessage `json:"resources"`
}

type resource struct {
	Name   string          `json:"name"`
	Path   json.RawMessage `json:"path"`
	Schema json.RawMessage `json:"schema"`
	Stats  *tableStats     `json:"stats"`
}

// tableStats is how many rows a table has. Only that it has none is read: a table without rows
// that does not say so was cut off.
type tableStats struct {
	Rows *int `json:"rows"`
}

// tableSchema are the fields of a table (Frictionless Table Schema).
type tableSchema struct {
	Fields        []tableField `json:"fields"`
	MissingValues []string     `json:"missingValues"`
}

// tableField is a field as the package declares it. Facet, Private and Translated are our own.
type tableField struct {
	Name        string
	Type        string
	Format      string
	Title       geo.Labels
	Description geo.Labels
	Enum        []json.RawMessage
	Facet       *bool
	Private     *bool
	Translated  *bool

	field   *geo.Field // what it has become
	missing []string

	raw, constraints json.RawMessage // of the package
}

// UnmarshalJSON reads titles and descriptions in each of their forms: a text, an object by
// language, or members by language, as title_zh.
func (f *tableField) UnmarshalJSON(data []byte) error {
	var members struct {
		Name, Type, Format string
		Constraints        struct{ Enum []json.RawMessage }
		Facet, Private     *bool
		Translated         *bool
	}
	var all map[string]json.RawMessage
	if err := errors.Join(json.Unmarshal(data, &members), json.Unmarshal(data, &all)); err != nil {
		return err
	}
	*f = tableField{
		Name: members.Name, Type: members.Type, Format: members.Format, Enum: members.Constraints.Enum,
		Facet: members.Facet, Private: members.Private, Translated: members.Translated,
		Title: labelsOf(all, "title"), Description: labelsOf(all, "description"), raw: bytes.Clone(data), constraints: all["constraints"],
	}
	return nil
}

// labelsOf are a text by languages out of the members of an object.
func labelsOf(members map[string]json.RawMessage, name string) geo.Labels {
	labels := geo.Labels{}
	for _, member := range []string{name, name + "s"} {
		var text string
		byLanguage := geo.Labels{}
		if json.Unmarshal(members[member], &text) == nil && text != "" {
			labels["en"] = text
		} else if json.Unmarshal(members[member], &byLanguage) == nil {
			for lang, text := range byLanguage {
				labels[lang] = text
			}
		}
	}
	for member, raw := range members {
		var text string
		if lang, ok := strings.CutPrefix(member, name+"_"); ok && json.Unmarshal(raw, &text) == nil {
			labels[lang] = text
		}
	}
	for lang, text := range labels {
		if labels[lang] = strings.TrimSpace(text); labels[lang] == "" {
			delete(labels, lang)
		}
	}
	if len(labels) == 0 {
		return nil
	}
	return labels
}

// readPackage reads which fields the tables of a folder have.
func (l *loader) readPackage(file io.Reader) error {
	data, err := io.ReadAll(io.LimitReader(file, maxPackage+1))
	if err != nil {
		return err
	}
	fail := func(column, reason string) {
		l.errors.add(packageFile, &format.Problem{Column: column, Reason: reason})
	}
	if len(data) > maxPackage {
		fail("", "is larger than 1 MiB")
		return nil
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	var p dataPackage
	if err := json.Unmarshal(data, &p); err != nil {
		fail("", "is no data package in JSON: "+plainError(err))
		return nil
	}
	packageLevel.checkMembers(data, fail)
	resources := make([]resource, len(p.Resources))
	for i, raw := range p.Resources {
		at := fmt.Sprintf("resources[%d]", i)
		if err := json.Unmarshal(raw, &resources[i]); err != nil {
			fail(at, "must be an object: "+plainError(err))
			continue
		}
		resourceLevel.checkMembers(raw, func(member, reason string) { fail(at+"."+member, reason) })
	}
	l.declareResources(resources)
	return nil
}

// declareResources takes the fields of the tables that are read. A path that is nearly that
// of one is an error where nothing else in the package declares its fields.
func (l *loader) declareResources(resources []resource) {
	declared := func(id string) bool {
		return slices.ContainsFunc(resources, func(r resource) bool { return r.collection(l.file) == id && r.declares() })
	}
	for i, r := range resources {
		if r.Stats != nil && r.Stats.Rows != nil && *r.Stats.Rows == 0 && r.collection(l.file) == geo.Facilities.ID {
			l.noRecords = true
		}
		if !r.declares() {
			continue
		}
		at := fmt.Sprintf("resources[%d]", i)
		if own := l.own[r.collection(l.file)]; own != nil {
			l.declare(own, packageFile, at+".schema", r.Schema)
			continue
		}
		if meant := r.meant(l.file); meant != "" && !declared(collectionOf(meant, l.file)) {
			l.errors.add(packageFile, &format.Problem{Column: at + ".path", Value: strings.Join(r.paths(), ", "), Reason: "is no file that is read, " +
				"so its schema says nothing; it is near to " + meant + ", so write that (one resource for each table, with its path in the folder)"})
		}
	}
}

// declares reports whether it has a schema.
func (r resource) declares() bool { return len(r.Schema) > 0 && string(r.Schema) != "null" }

// paths are those of its files; none where that is no path.
func (r resource) paths() (files []string) {
	var file string
	if json.Unmarshal(r.Path, &file) == nil && file != "" {
		return []string{file}
	}
	_ = json.Unmarshal(r.Path, &files)
	return files
}

// collection is the id of the one whose records the resource has, "" for none. The
// facilities may be in a file of another name than the usual one.
func (r resource) collection(facilities string) string {
	files := r.paths()
	if len(files) != 1 {
		return ""
	}
	return collectionOf(path.Clean(files[0]), facilities)
}

func collectionOf(file, facilities string) string {
	switch file {
	case facilities, facilitiesFile, facilitiesFile + ".gz":
		return geo.Facilities.ID
	case outlinesFile:
		return geo.Countries.ID
	}
	for _, t := range recordTables {
		if file == t.file || file == t.file+".gz" {
			return t.collection.ID
		}
	}
	return ""
}

// declare takes the fields of a table out of its schema, which stands at a path in a file.
func (l *loader) declare(own *ownTable, file, path string, schema json.RawMessage) {
	var s tableSchema
	fail := func(column, value, reason string) {
		l.errors.add(file, &format.Problem{Column: column, Value: value, Reason: reason})
	}
	if err := json.Unmarshal(schema, &s); err != nil {
		fail(path, "", "must be an object with an array of fields: "+plainError(err))
		return
	}
	if len(s.Fields) > maxDeclared {
		fail(path, "", fmt.Sprintf("has more than %s fields", thousands(maxDeclared)))
		return
	}
	schemaLevel.checkMembers(schema, func(member, reason string) { fail(path+"."+member, "", reason) })
	for i, f := range s.Fields {
		at := fmt.Sprintf("%s.fields[%d]", path, i)
		fieldLevel.checkMembers(f.raw, func(member, reason string) { fail(at+"."+member, "", reason) })
		constraintsLevel.checkMembers(f.constraints, func(member, reason string) { fail(at+".constraints."+member, "", reason) })
		f.missing = s.MissingValues
		switch reason := own.declare(&f); {
		case reason != "":
			fail(at+".name", f.Name, reason)
		case f.field != nil:
			l.checkDeclared(own, &f, file, at)
		}
	}
}

// declare makes a column of a declared field, but for those that the program knows.
func (t *ownTable) declare(f *tableField) (reason string) {
	if f.Name == "" {
		return "must not be empty"
	}
	if slices.ContainsFunc(t.known(), func(known string) bool { return strings.EqualFold(known, f.Name) }) && t.find(f.Name) == nil ||
		slices.Contains([]string{"country_name", "sources", "WKT", "wkt"}, f.Name) || slices.Contains(t.derived(), f.Name) {
		return "" // a column of the program's own
	}
	name := fieldName(f.Name)
	switch {
	case t.collection.IsReserved(f.Name) || t.collection.IsReserved(name):
		return "is a name that the program uses itself; give the field another"
	case geo.IsNumberedName(f.Name):
		name = f.Name
	case name == "":
		name = t.numbered()
	}
	if len(f.Title) == 0 {
		f.Title = geo.Labels{"en": f.Name}
	}
	c := &ownColumn{declared: f, could: anyType, first: anyType, others: anyType, field: geo.Field{Name: name, Title: f.Title, Description: f.Description}}
	if f.Title["en"] == "" { // any is better than none
		f.Title["en"] = f.Name
	}
	if reason = t.add(c); reason != "" {
		return reason
	}
	if f.Format == "email" {
		c.personal = "its format is email"
	}
	f.field = &c.field
	return ""
}

func titlesOf(labels geo.Labels) (titles []string) {
	for _, title := range labels {
		titles = append(titles, title)
	}
	slices.Sort(titles)
	return titles
}

// declaredTypes are the types of Table Schema as ours; "" is what the values are.
var declaredTypes = map[string]geo.Type{
	"": "", "any": "", "string": geo.Text, "integer": geo.Integer, "year": geo.Integer, "number": geo.Number, "boolean": geo.Boolean,
	"date": geo.Date, "datetime": geo.Time, "uri": geo.URL, "array": geo.Texts, "list": geo.Texts,
	"yearmonth": geo.Text, "time": geo.Text, "duration": geo.Text, "object": geo.Text, "geopoint": geo.Text, "geojson": geo.Text,
}

// checkDeclared gives a field its type and its values.
func (l *loader) checkDeclared(own *ownTable, f *tableField, file, at string) {
	fail := func(member, value, reason string) {
		l.errors.add(file, &format.Problem{Column: at + member, Value: value, Reason: reason})
	}
	t, known := declaredTypes[f.Type]
	if !known {
		fail(".type", f.Type, "must be string, integer, number, boolean, date, datetime, uri, year, array or any")
		return
	}
	if t == geo.Text && (f.Format == "uri" || f.Format == "url") {
		t = geo.URL
	}
	if (t == geo.Date || t == geo.Time) && f.Format != "" && f.Format != "default" {
		fail(".format", f.Format, "must be default: dates are YYYY-MM-DD, and times those of RFC 3339")
	}
	f.field.Type = t
	r := &record{Row: &format.Row{}, sheet: &sheet{file: file, errors: &l.errors}}
	for _, text := range append(titlesOf(f.Title), titlesOf(f.Description)...) {
		r.checkText(at, text, maxSummary)
	}
	if len(f.Enum) > maxTerms {
		fail(".constraints.enum", "", fmt.Sprintf("has more than %d values", maxTerms))
		return
	}
	f.enumerate(fail)
	if f.Translated != nil {
		f.checkTranslated(own, fail)
	}
}

// checkTranslated takes note that records state a field in other languages too, or refuses it.
func (f *tableField) checkTranslated(own *ownTable, fail func(member, value, reason string)) {
	f.field.TranslatedSaid = f.Translated
	if !*f.Translated {
		return
	}
	switch {
	case own.collection.Is(geo.Countries):
		fail(".translated", "", "must be false: countries have no texts in other languages here")
	case f.field.Type != geo.Text:
		fail(".translated", "", "must be false, or the type string: only texts are put into other languages")
	case f.Facet != nil && *f.Facet || len(f.field.Terms) > 0:
		fail(".translated", "", "must be false where the field is a facet or has an enum: filters choose by its values, which are the same in every language")
	case geo.IsTakenInTexts(f.field.Name, own.allFields()):
		fail(".name", f.Name, "is what files of texts call something else; give the field another name, or leave translated out")
	default:
		f.field.Translated = true
	}
}

// enumerate makes terms of the values that a field may have.
func (f *tableField) enumerate(fail func(member, value, reason string)) {
	enum := f.Enum
	f.Enum = nil
	for _, raw := range enum {
		text := strings.Trim(string(raw), `"`)
		if json.Unmarshal(raw, &text) == nil {
			text = strings.TrimSpace(text)
		}
		value, list, reason := f.typed(text, nil)
		if list != nil {
			value = text
		}
		if reason != "" || value == "" {
			fail(".constraints.enum", text, cmp.Or(reason, "must not be empty"))
			return
		}
		if geo.FindTerm(f.field.Terms, value) == nil {
			f.field.Terms = append(f.field.Terms, geo.Term{ID: value, Labels: geo.Labels{"en": value}})
		}
	}
}

// settled reports whether the type is declared, so that no value has to say it.
func (f *tableField) settled() bool { return f.field.Type != "" }

// value is a value of the field, in the form in which it is kept. The reason says why it
// is none.
func (f *tableField) value(text string, list []string) (string, []string, string) {
	if slices.Contains(f.missing, text) && list == nil {
		return "", nil, ""
	}
	var reason string
	if text != "" || list != nil {
		text, list, reason = f.typed(text, list)
	}
	if reason != "" || f.field.Terms == nil {
		return text, list, reason
	}
	parts := list
	if list == nil && text != "" {
		parts = []string{text}
	}
	for _, s := range parts {
		if geo.FindTerm(f.field.Terms, s) == nil {
			return s, nil, "must be one of " + listed(geo.TermIDs(f.field.Terms))
		}
	}
	return text, list, ""
}

// typed is a value of the declared type.
func (f *tableField) typed(text string, list []string) (string, []string, string) {
	if list != nil && f.field.Type != geo.Texts && f.field.Type != "" {
		return strings.Join(list, ";"), nil, "must be one value, of the type " + f.Type
	}
	switch f.field.Type {
	case geo.Integer, geo.Number:
		n, err := strconv.ParseFloat(text, 64)
		if err != nil || strings.Trim(text, "0123456789+-.eE") != "" || math.Abs(n) >= maxNumber || f.field.Type == geo.Integer && n != math.Trunc(n) {
			return text, nil, "must be of the type " + f.Type + ", as the data package says"
		}
		return strconv.FormatFloat(n+0, 'f', -1, 64), nil, ""
	case geo.Boolean:
		switch strings.ToLower(text) {
		case "true", "1":
			return "true", nil, ""
		case "false", "0":
			return "false", nil, ""
		}
		return text, nil, "must be true or false, as the data package says"
	case geo.Date:
		if typesOf(text)&couldBeDate == 0 {
			return text, nil, "must be a date, as 2024-05-31, as the data package says"
		}
	case geo.Time:
		at, err := time.Parse(time.RFC3339, text)
		if err != nil || typesOf(text)&couldBeTime == 0 {
			return text, nil, "must be a time to the second (RFC 3339), as 2024-05-31T08:00:00Z, as the data package says"
		}
		return at.UTC().Format(time.RFC3339), nil, ""
	case geo.URL:
		if !isWebAddress(text) {
			return text, nil, "must be an address that begins with http:// or https://, as the data package says"
		}
	case geo.Texts:
		if list == nil {
			var err error
			if list, err = format.ParseList(text); err != nil {
				return text, nil, err.Error()
			}
		}
		return "", list, ""
	}
	return text, list, ""
}

// plainError is the message of a JSON error without the names of Go.
func plainError(err error) string {
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		return fmt.Sprintf("%s must not be a %s", cmp.Or(wrong.Field, "the whole"), wrong.Value)
	}
	return err.Error()
}
