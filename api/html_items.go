package api

import (
	"strconv"

	"innoatlas/geo"
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
		data.Rows = append(data.Rows, a.cells(col, f))
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

// columns are the headings of the table.
func (a *Answer) columns(col *collection) []string {
	names := []string{"name", "kind", "country", "city", "sectors"}
	if col.Is(geo.Countries) {
		names = []string{"name", "country", "facilities"}
	}
	for i, name := range names {
		names[i] = heading(a.lang, name)
	}
	return names
}

func (a *Answer) cells(col *collection, f geo.Feature) []layout.Label {
	id, _ := f.Ref()
	name := a.nameOf(f)
	name.Href = a.Href(col.path()+"/items/"+strconv.FormatInt(id, 10), nil)
	switch f := f.(type) {
	case *geo.Facility:
		return []layout.Label{name, {Text: a.Label(geo.ByKind, f.Kind)}, {Text: a.Label(geo.ByCountry, f.Country)}, {Text: f.City}, {Text: a.sectorsOf(f)}}
	case *geo.Country:
		return []layout.Label{name, {Text: f.Code}, {Text: strconv.Itoa(f.Facilities)}}
	}
	return nil
}

// nameOf is the record's name in the language of the page, where it has one.
func (a *Answer) nameOf(f geo.Feature) layout.Label {
	switch f := f.(type) {
	case *geo.Facility:
		if a.lang == "zh" && f.NameZh != "" {
			return layout.Label{Text: f.NameZh, Lang: "zh"}
		}
		return layout.Label{Text: f.Name, Lang: "en"}
	case *geo.Country:
		return layout.Label{Text: f.Names.In(a.lang), Lang: a.lang}
	}
	return layout.Label{}
}

func (a *Answer) sectorsOf(f *geo.Facility) string {
	text := ""
	for i, s := range f.Sectors {
		if i > 0 {
			text += word(a.lang, "doc.comma")
		}
		text += a.Label(geo.BySector, s)
	}
	return text
}
