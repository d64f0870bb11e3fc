package api

import (
	"slices"
	"strconv"
	"strings"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/layout"
)

// itemsPage is the table of a page of records.
type itemsPage struct {
	Matched, First, Last int
	Columns              []string
	Rows                 [][]layout.Label
	Next, Prev           string
}

func (a *Answer) sendItemsPage(col *collection, q geo.Query, found geo.Page, links []Link) error {
	if err := a.begin(a.turns.ofRecords(col.Collection, rowRecords*len(found.Features))); err != nil {
		return err
	}
	data := itemsPage{Matched: found.Matched, Last: q.Offset + len(found.Features), Columns: a.columns(col)}
	if len(found.Features) > 0 {
		data.First = q.Offset + 1
	}
	for _, f := range found.Features {
		data.Rows = append(data.Rows, a.cells(col, a.record(col, f)))
	}
	for _, l := range links {
		switch l.Rel {
		case "next":
			data.Next = l.Href
		case "prev":
			data.Prev = l.Href
		}
	}
	return a.sendPage("items", page{Title: word(a.lang, "doc.records") + ": " + col.Title.In(a.lang), Crumbs: col.crumbs(a.lang), Links: links, Data: data})
}

// Besides those that its collection lists, a table has so many columns of fields of one's
// own, and where it lists none, so many of the others.
const mostColumns = 6

// listed are the fields that a table of the records shows; the first names them.
func (col *collection) listed() []*geo.Field {
	var fields []*geo.Field
	for _, name := range col.Listed {
		fields = append(fields, col.Field(name))
	}
	most := len(fields) + mostColumns
	for i := range col.Fields {
		p := &col.Fields[i]
		if len(fields) < most && (p.Own || len(col.Listed) == 0) && p.Type != geo.Object && !p.Unlisted && !p.Beside {
			fields = append(fields, p)
		}
	}
	return fields
}

// columns are the headings of the table.
func (a *Answer) columns(col *collection) []string {
	columns := []string{heading(a.lang, "name")}
	for _, p := range col.others() {
		columns = append(columns, a.titleOf(p))
	}
	return columns
}

// others are what a table shows beside the name.
func (col *collection) others() []*geo.Field {
	return slices.DeleteFunc(col.listed(), func(p *geo.Field) bool {
		return p.Name == "name" || p.Name == "institution_name" || p.Name == "facility_name"
	})
}

// record is one as a page shows it, in the language of the page.
type record struct {
	geo.Feature
	stored geo.Feature
	lang   string
}

func (a *Answer) record(col *collection, f geo.Feature) record {
	return record{a.shown(col.Collection).of(f), f, a.lang}
}

// langOf is the language of what a page shows of a field, where that is known.
func (r record) langOf(p *geo.Field) string {
	if p.Lang != "" && !p.Value(r.Feature).Equal(p.Value(r.stored)) {
		return r.lang
	}
	return p.Lang
}

func (a *Answer) cells(col *collection, r record) []layout.Label {
	id, _ := r.Ref()
	name := a.nameOf(col, r)
	name.Href = a.dataHref(col.path()+"/items/"+strconv.FormatInt(id, 10), nil)
	cells := []layout.Label{name}
	for _, p := range col.others() {
		cells = append(cells, layout.Label{Text: a.asText(col, p, p.Value(r.Feature))})
	}
	return cells
}

// nameOf is the record's name in the language of the page, where it has one; where it has
// none at all, its short name.
func (a *Answer) nameOf(col *collection, r record) (name layout.Label) {
	if p, ok := r.Feature.(*geo.Partnership); ok {
		return layout.Label{Text: p.Name()}
	}
	for i := range col.Fields {
		p := &col.Fields[i]
		if !p.Naming && p.Name != "name" {
			continue
		}
		if text := p.Value(r.Feature).Text; text != "" && (name.Text == "" || p.Lang == a.lang) {
			name = layout.Label{Text: text, Lang: r.langOf(p)}
		}
	}
	if name.Text == "" {
		_, name.Text = r.Ref()
	}
	return name
}

// asText is a value in one text.
func (a *Answer) asText(col *collection, p *geo.Field, v cql2.Value) string {
	if v.Type != cql2.List {
		if text := geo.TextOf(v); text != "" {
			return a.termOf(col, p, text)
		}
		return ""
	}
	terms := make([]string, len(v.List))
	for i, text := range v.List {
		terms[i] = a.termOf(col, p, text)
	}
	return strings.Join(terms, word(a.lang, "doc.comma"))
}
