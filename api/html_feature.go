package api

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/layout"
)

// featurePage is everything that a record states.
type featurePage struct {
	Fields  []field
	Sources []geo.Source
	Counts  []layout.CountTable // of a country
	Figures []figure            // of a country
}

// field is one property with its values.
type field struct {
	Title  string
	Values []layout.Label
}

// figure is what is stated for one indicator; no statement means not stated.
type figure struct {
	Indicator  string
	Statements []geo.Figure
}

func (a *Answer) sendFeaturePage(col *collection, f geo.Feature, links []Link) error {
	data := featurePage{Fields: a.fields(col, f)}
	switch f := f.(type) {
	case *geo.Facility:
		data.Sources = f.AllSources()
	case *geo.Country:
		data.Counts = []layout.CountTable{a.countTable(geo.ByKind, f.ByKind), a.countTable(geo.BySector, f.BySector)}
		data.Figures = a.figures(f)
	}
	return a.sendPage("feature", page{Title: a.nameOf(f).Text, Crumbs: col.crumbs(a.lang), Links: links, Data: data})
}

// shown are the properties of a page in the order in which people ask for them.
// The name is the title; sources and counts have tables of their own.
var shown = map[string][]string{
	geo.Facilities.ID: {
		"summary", "kind", "sectors", "host_institution", "partners", "established", "status", "country", "admin1", "city", "precision",
		"name_zh", "name_local", "updated", "id", "slug",
	},
	geo.Countries.ID: {"facilities", "name_zh", "country", "alpha2", "id", "slug"},
}

// fields are the properties that are stated.
func (a *Answer) fields(col *collection, f geo.Feature) []field {
	var fields []field
	for _, name := range shown[col.ID] {
		if values := a.valuesOf(f, name); len(values) > 0 {
			fields = append(fields, field{heading(a.lang, name), values})
		}
	}
	if facility, ok := f.(*geo.Facility); ok && facility.Position != nil {
		position := fmt.Sprintf("%g, %g", facility.Position[0], facility.Position[1])
		onMap := a.Href("/", url.Values{"selected": {facility.Slug}, "lang": {a.lang}})
		fields = append(fields, field{word(a.lang, "doc.position"), []layout.Label{{Text: position, Href: onMap}}})
	}
	return fields
}

// languageOf says in which language the texts of a property are.
var languageOf = map[string]string{
	"name": "en", "name_zh": "zh", "country_name": "en", "admin1": "en", "city": "en", "host_institution": "en", "partners": "en", "summary": "en",
}

func (a *Answer) valuesOf(f geo.Feature, property string) []layout.Label {
	v := f.Value(property)
	if country, ok := f.(*geo.Country); ok && property == "facilities" {
		list := a.Href("/collections/facilities/items", url.Values{"country": {country.Code}})
		return []layout.Label{{Text: strconv.Itoa(country.Facilities), Href: list}}
	}
	switch v.Type {
	case cql2.Number:
		return []layout.Label{{Text: strconv.FormatFloat(v.Number, 'f', -1, 64)}}
	case cql2.List:
		var cells []layout.Label
		for _, text := range v.List {
			cells = append(cells, a.valueOf(f, property, text))
		}
		return cells
	case cql2.Text:
		return []layout.Label{a.valueOf(f, property, v.Text)}
	}
	return nil
}

// valueOf is one value in words: the label where it is a term of a vocabulary.
func (a *Answer) valueOf(f geo.Feature, property, text string) layout.Label {
	switch property {
	case "kind":
		return layout.Label{Text: a.Label(geo.ByKind, text)}
	case "sectors":
		return layout.Label{Text: a.Label(geo.BySector, text)}
	case "status":
		return layout.Label{Text: a.Label(geo.ByStatus, text)}
	case "precision":
		return layout.Label{Text: a.Label(geo.ByPrecision, text)}
	case "country":
		if _, isCountry := f.(*geo.Country); isCountry {
			return layout.Label{Text: text}
		}
		return layout.Label{Text: a.Label(geo.ByCountry, text) + " (" + text + ")", Href: a.Href("/collections/countries/items/"+strings.ToLower(text), nil)}
	case "name_local":
		return layout.Label{Text: text, Lang: f.Value("name_local_lang").Text}
	}
	return layout.Label{Text: text, Lang: languageOf[property]}
}

func (a *Answer) countTable(d geo.Dimension, buckets []geo.Bucket) layout.CountTable {
	table := layout.CountTable{Title: word(a.lang, "doc.facilities_by_"+string(d))}
	for _, b := range buckets {
		table.Rows = append(table.Rows, layout.CountRow{Label: layout.Label{Text: a.Label(d, b.Value)}, Count: b.Count})
	}
	return table
}

// figures has every indicator of the data set, those without a statement last.
func (a *Answer) figures(country *geo.Country) []figure {
	var figures []figure
	for _, indicator := range a.catalog.Indicators {
		figures = append(figures, figure{
			Indicator: strings.ReplaceAll(indicator, "_", " "),
			Statements: slices.DeleteFunc(slices.Clone(country.Figures),
				func(f geo.Figure) bool { return f.Indicator != indicator }),
		})
	}
	slices.SortStableFunc(figures, func(x, y figure) int {
		return cmp.Compare(min(1, len(y.Statements)), min(1, len(x.Statements)))
	})
	return figures
}
