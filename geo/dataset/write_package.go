package dataset

import (
	"bytes"
	"encoding/json"
	"maps"

	"innoatlas/geo"
	"innoatlas/geo/format"
)

// writtenPackage is a data package as it is written.
type writtenPackage struct {
	Profile   string            `json:"profile"`
	Name      string            `json:"name"`
	Resources []writtenResource `json:"resources"`
}

type writtenResource struct {
	Name      string        `json:"name"`
	Path      string        `json:"path"`
	MediaType string        `json:"mediatype"`
	Encoding  string        `json:"encoding"`
	Schema    writtenSchema `json:"schema"`
	Stats     *tableStats   `json:"stats,omitempty"` // only of a table that has no rows
}

type writtenSchema struct {
	Fields []writtenField `json:"fields"`
}

// writtenField has a text in English where Table Schema wants one, and those in other
// languages beside it.
type writtenField struct {
	Name         string       `json:"name"`
	Type         string       `json:"type"`
	Format       string       `json:"format,omitempty"`
	Title        string       `json:"title,omitempty"`
	Titles       geo.Labels   `json:"titles,omitempty"`
	Description  string       `json:"description,omitempty"`
	Descriptions geo.Labels   `json:"descriptions,omitempty"`
	Constraints  *constraints `json:"constraints,omitempty"`
	Facet        *bool        `json:"facet,omitempty"`
	Private      *bool        `json:"private,omitempty"`
	Translated   bool         `json:"translated,omitempty"`
}

type constraints struct {
	Enum []string `json:"enum"`
}

// packageOf describes the tables of a folder.
func packageOf(ds *geo.Dataset) []byte {
	p := writtenPackage{Profile: "data-package", Name: "facilities", Resources: []writtenResource{{
		"facilities", "facilities.csv", "text/csv", "utf-8", csvSchema(ds, geo.Facilities), nil,
	}}}
	if none := 0; len(ds.Facilities) == 0 {
		p.Resources[0].Stats = &tableStats{&none}
	}
	for _, t := range recordTables {
		if c := t.collection; len(ds.Records[c.ID]) > 0 {
			p.Resources = append(p.Resources, writtenResource{c.ID, t.file, "text/csv", "utf-8", csvSchema(ds, c), nil})
		}
	}
	if len(ds.Fields[geo.Countries.ID]) > 0 {
		p.Resources = append(p.Resources, writtenResource{"countries", "countries.geojson", "application/geo+json", "utf-8", ownSchema(ds, geo.Countries), nil})
	}
	var indented bytes.Buffer
	_ = json.Indent(&indented, schemaJSON(p), "", "  ") // it is JSON
	return append(indented.Bytes(), '\n')
}

// schemaJSON leaves <, > and & as they are.
func schemaJSON(v any) []byte {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		panic(err) // texts and truths can be written
	}
	return bytes.TrimRight(b.Bytes(), "\n")
}

// csvSchema has all columns of the table of a collection, as the format wants it.
func csvSchema(ds *geo.Dataset, c *geo.Collection) writtenSchema {
	own, table := ownSchema(ds, c), format.NewCSV(&geo.Catalog{}, tabulated(&geo.Dataset{}, c))
	named := map[string]writtenField{}
	for _, f := range c.Fields {
		named[format.CSVHeading(f)] = describe(f)
	}
	position := writtenField{Type: "number", Title: "Degrees on WGS 84"}
	var s writtenSchema
	for _, heading := range table.Headings() {
		f, ok := named[heading]
		if !ok {
			f = position
		}
		f.Name = heading
		if f.Type == "array" { // a list between semicolons is a text to the format
			f.Type = "string"
		}
		s.Fields = append(s.Fields, f)
	}
	s.Fields = append(s.Fields, own.Fields...)
	return s
}

// ownSchema has the fields of one's own of a collection.
func ownSchema(ds *geo.Dataset, c *geo.Collection) writtenSchema {
	s := writtenSchema{Fields: []writtenField{}}
	for _, f := range ds.Fields[c.ID] {
		written, facet := describe(f), f.Facet != ""
		written.Facet, written.Translated = &facet, f.Translated
		if f.Private || isPersonal(ds, c, f) {
			private := f.Private
			written.Private = &private
		}
		s.Fields = append(s.Fields, written)
	}
	return s
}

func describe(f geo.Field) writtenField {
	w := writtenField{Name: f.Name, Type: f.Type.String()}
	if f.Type == geo.URL {
		w.Type, w.Format = geo.Text.String(), geo.URL.String()
	}
	w.Title, w.Titles = inEnglish(f.Title)
	w.Description, w.Descriptions = inEnglish(f.Description)
	if f.Own && f.Terms != nil {
		w.Constraints = &constraints{geo.TermIDs(f.Terms)}
	}
	return w
}

// inEnglish parts a text in English from those in other languages.
func inEnglish(labels geo.Labels) (english string, others geo.Labels) {
	others = maps.Clone(labels)
	delete(others, "en")
	if len(others) == 0 {
		others = nil
	}
	return labels["en"], others
}

// isPersonal reports whether a reader would make a field private unless it is told that it
// is not.
func isPersonal(ds *geo.Dataset, c *geo.Collection, f geo.Field) bool {
	if personalHeading(append(titlesOf(f.Title), f.Name), f.Type) != "" {
		return true
	}
	for r := range recordsOf(ds, c) {
		v := f.Value(r)
		for _, s := range append(v.List, geo.TextOf(v)) {
			if personalValue(s) != "" {
				return true
			}
		}
	}
	return false
}

// recordsOf are the records of a collection.
func recordsOf(ds *geo.Dataset, c *geo.Collection) func(yield func(geo.Feature) bool) {
	return func(yield func(geo.Feature) bool) {
		for i := range ds.Facilities {
			if c.Is(geo.Facilities) && !yield(&ds.Facilities[i]) {
				return
			}
		}
		for i := range ds.Countries {
			if c.Is(geo.Countries) && !yield(&ds.Countries[i]) {
				return
			}
		}
		for i := range ds.Records[c.ID] {
			if !yield(&ds.Records[c.ID][i]) {
				return
			}
		}
	}
}
