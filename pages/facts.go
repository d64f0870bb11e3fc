package pages

import (
	"innoatlas/api"
	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/layout"
	"innoatlas/texts"
)

// Fact is what a record states of a field of one's own, in words.
type Fact struct {
	Title, Description string
	Values             []layout.Label
}

// ownFacts are those that a record states, in the order of the fields.
func ownFacts(a *api.Answer, c *geo.Collection, f geo.Feature) (facts []Fact) {
	fields := a.Catalog().Collection(c.ID).OwnFields()
	for i := range fields {
		field := &fields[i]
		if values := valuesOf(a, field, field.Value(f)); len(values) > 0 {
			facts = append(facts, Fact{titleOf(field, a.Lang()), field.Description.In(a.Lang()), values})
		}
	}
	return facts
}

// titleOf is the heading of a field of one's own; its name where it has none.
func titleOf(f *geo.Field, lang string) string {
	for _, title := range []string{f.Title.In(lang), f.Title.In(texts.Default)} {
		if title != "" {
			return title
		}
	}
	for _, l := range texts.Languages { // a heading in another language is better than field_1
		if title := f.Title[l.Code]; title != "" {
			return title
		}
	}
	return f.Name
}

// valuesOf is a value in words, each of a list apart.
func valuesOf(a *api.Answer, f *geo.Field, v cql2.Value) []layout.Label {
	said := texts.In(a.Lang())
	switch v.Type {
	case cql2.Null:
		return nil
	case cql2.Number:
		return []layout.Label{{Text: said.Decimal(v.Number)}}
	case cql2.Bool:
		return []layout.Label{{Text: said.T("value." + geo.TextOf(v))}}
	case cql2.Timestamp:
		return []layout.Label{{Text: timeOf(v)}}
	case cql2.List:
		var values []layout.Label
		for _, text := range v.List {
			values = append(values, layout.Label{Text: termOf(a, f, text)})
		}
		return values
	}
	text := geo.TextOf(v)
	if f.Type == geo.URL && isWebAddress(text) {
		return []layout.Label{{Text: text, Href: text}}
	}
	return []layout.Label{{Text: termOf(a, f, text)}}
}

// termOf is the label of a value where the field has such.
func termOf(a *api.Answer, f *geo.Field, text string) string {
	if term := geo.FindTerm(f.Terms, text); term != nil && term.Labels.In(a.Lang()) != "" {
		return term.Labels.In(a.Lang())
	}
	return text
}

// timeOf is a time to the minute, as a reader anywhere can tell it.
func timeOf(v cql2.Value) string {
	text := geo.TextOf(v)
	return text[:len("2006-01-02")] + " " + text[len("2006-01-02T"):len("2006-01-02T15:04")] + " UTC"
}

// identifierOf is what a register calls a record, and where that shows it.
func identifierOf(text string) layout.Label {
	return layout.Label{Text: text, Href: geo.IdentifierLink(text)}
}
