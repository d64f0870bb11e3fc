package api

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/layout"
	"innoatlas/texts"
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

func (s *Server) sendFeaturePage(a *Answer, col *collection, f geo.Feature, links []Link) error {
	r := a.record(col, f)
	others, err := s.linkedTo(a, col, f)
	if err != nil {
		return err
	}
	data := featurePage{Fields: a.fields(col, r, others)}
	switch f := f.(type) {
	case *geo.Facility:
		data.Sources = f.AllSources()
	case *geo.Country:
		data.Counts = []layout.CountTable{a.countTable(geo.ByKind, f.ByKind), a.countTable(geo.BySector, f.BySector)}
		data.Figures = a.figures(f)
	}
	return a.sendPage("feature", page{Title: a.nameOf(col, r).Text, Crumbs: col.crumbs(a.lang), Links: links, Data: data})
}

// fields are the properties that are stated. The name is the title; sources and counts
// have tables of their own.
func (a *Answer) fields(col *collection, r record, others linked) []field {
	var fields []field
	for _, p := range col.inOrder() {
		if values := a.valuesOf(col, p, r, others); len(values) > 0 {
			fields = append(fields, field{a.titleOf(p), values})
		}
	}
	if translated := a.machineTranslated(col, r); len(translated) > 0 {
		fields = append(fields, field{word(a.lang, "doc.machine_translated"), translated})
	}
	if at := a.positions(col, r); len(at) > 0 {
		fields = append(fields, field{word(a.lang, "doc.position"), at})
	}
	return fields
}

// positions are where a record of points stands, which a map shows of facilities.
func (a *Answer) positions(col *collection, r record) []layout.Label {
	var at []layout.Label
	switch g := r.Geometry().(type) {
	case orb.Point:
		at = []layout.Label{positionLabel(g)}
		if _, slug := r.Ref(); col.Indexed {
			at[0].Href = a.Href("/", url.Values{"selected": {slug}, "lang": {a.lang}})
		}
	case orb.MultiPoint:
		for _, p := range g {
			at = append(at, positionLabel(p))
		}
	}
	return at
}

func positionLabel(p orb.Point) layout.Label {
	return layout.Label{Text: fmt.Sprintf("%g, %g", p[0], p[1])}
}

// machineTranslated are the fields whose texts a machine has translated.
func (a *Answer) machineTranslated(col *collection, r record) []layout.Label {
	var fields []layout.Label
	for _, name := range a.shown(col.Collection).Field(geo.MachineTranslated).Value(r.Feature).List {
		fields = append(fields, layout.Label{Text: a.titleOf(col.Field(name))})
	}
	return fields
}

// inOrder are the fields that a page of a record shows, in the order in which people ask
// for them: its own names come last of those that any data set has.
func (col *collection) inOrder() []*geo.Field {
	var first, others, last []*geo.Field
	for _, name := range col.First {
		first = append(first, col.Field(name))
	}
	for i := range col.Fields {
		switch p := &col.Fields[i]; {
		case p.Beside || p.Unlisted || slices.Contains(first, p):
		case p.Name == "id" || p.Name == "slug":
			last = append(last, p)
		default:
			others = append(others, p)
		}
	}
	return slices.Concat(first, others, last)
}

// titleOf is what a field is called in the language of the page.
func (a *Answer) titleOf(f *geo.Field) string {
	said := texts.In(a.lang)
	for _, key := range []string{"field." + f.Name, "doc.field." + f.Name, "facet." + string(f.Facet)} {
		if !f.Own && said.Has(key) {
			return said.T(key)
		}
	}
	return cmp.Or(f.Title.In(a.lang), f.Name)
}

func (a *Answer) valuesOf(col *collection, p *geo.Field, r record, others linked) []layout.Label {
	v := p.Value(r.Feature)
	if counted := countedBy(col, r); counted != nil && p.Name == "facilities" {
		return []layout.Label{{Text: geo.TextOf(v), Href: a.dataHref("/collections/facilities/items", counted)}}
	}
	switch v.Type {
	case cql2.Null:
		return nil
	case cql2.List:
		var cells []layout.Label
		for _, text := range v.List {
			cells = append(cells, a.valueOf(col, p, r, others, text))
		}
		return cells
	}
	return []layout.Label{a.valueOf(col, p, r, others, geo.TextOf(v))}
}

// countedBy is the query for the facilities that a record counts; nil where it counts none.
func countedBy(col *collection, r record) url.Values {
	_, slug := r.Ref()
	switch {
	case col.Is(geo.Countries):
		return url.Values{"country": {r.Feature.(*geo.Country).Code}}
	case col.Is(geo.Institutions):
		return url.Values{"institution": {slug}}
	}
	return nil
}

// valueOf is one value in words: the label where it is a term of a vocabulary, and the name where it
// is another record.
func (a *Answer) valueOf(col *collection, p *geo.Field, r record, others linked, text string) layout.Label {
	shown := layout.Label{Text: a.termOf(col, p, text), Lang: r.langOf(p)}
	switch {
	case p.Form == geo.CodeForm && shown.Text != text:
		shown.Text, shown.Href = shown.Text+" ("+text+")", a.dataHref("/collections/countries/items/"+strings.ToLower(text), nil)
	case p.Form == geo.IdentifierForm:
		shown.Href = geo.IdentifierLink(text)
	case isLink(p):
		return others.show(col, p, text)
	case col.ofSlug(p) != nil:
		of := col.ofSlug(p)
		shown.Href = others.show(col, of, of.Value(r.Feature).Text).Href
	case p.Type == geo.URL && isWebAddress(text):
		shown.Href = text
	case p.LangBy != "":
		shown.Lang = r.Value(p.LangBy).Text
	}
	return shown
}

// isWebAddress reports whether a link may lead there.
func isWebAddress(text string) bool {
	return strings.HasPrefix(text, "https://") || strings.HasPrefix(text, "http://")
}

// termOf is a value in words. The country of a country is its code.
func (a *Answer) termOf(col *collection, p *geo.Field, text string) string {
	switch {
	case p.Facet != "" && (!p.Facet.IsCountry() || p.Form == geo.CodeForm):
		return a.labelsIn(col.Collection, p.Facet).Of(text)
	case p.Type == geo.Boolean:
		return word(a.lang, "value."+text)
	}
	return text
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
