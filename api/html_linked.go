package api

import (
	"net/url"
	"strings"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/layout"
)

// linked are the records that another one names by their slugs: what they are called, with the
// addresses of their pages, by the ids of their collections and their slugs.
type linked map[string]map[string]layout.Label

// linkedTo finds the records that a record names, in one question for each field.
func (s *Server) linkedTo(a *Answer, col *collection, f geo.Feature) (linked, error) {
	all := linked{}
	for i := range col.Fields {
		p := &col.Fields[i]
		slugs := textsOf(p.Value(f))
		if !isLink(p) || len(slugs) == 0 {
			continue
		}
		other, err := a.service.find(linkedBy(col, p))
		if err != nil {
			return nil, err
		}
		if all[other.ID] == nil {
			all[other.ID] = map[string]layout.Label{}
		}
		if err := s.nameAll(a, other, slugs, all[other.ID]); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// nameAll adds what the records with these slugs are called. Who is not there is left out.
func (s *Server) nameAll(a *Answer, col *collection, slugs []string, names map[string]layout.Label) error {
	among := cql2.In{X: cql2.Property("slug")}
	for _, slug := range slugs[:min(len(slugs), geo.MaxLimit)] {
		among.Values = append(among.Values, cql2.Literal{Value: cql2.TextOf(slug)})
	}
	found, err := s.store.List(a.Context(), geo.Query{Collection: col.Collection, Filter: among, Limit: geo.MaxLimit})
	for _, f := range found.Features {
		_, slug := f.Ref()
		name := a.nameOf(col, a.record(col, f))
		name.Href = a.dataHref(col.path()+"/items/"+url.PathEscape(slug), nil)
		names[slug] = name
	}
	return err
}

// textsOf are the texts of a value.
func textsOf(v cql2.Value) []string {
	switch v.Type {
	case cql2.List:
		return v.List
	case cql2.Text:
		return []string{v.Text}
	}
	return nil
}

// isLink reports whether the values of a field are slugs of other records.
func isLink(p *geo.Field) bool { return p.Form == geo.SlugForm && p.Name != "slug" }

// linkedBy is the collection that the slugs of a field are of.
func linkedBy(col *collection, p *geo.Field) string {
	switch p.Facet {
	case geo.ByInstitution:
		return geo.Institutions.ID
	case geo.ByFacility:
		return geo.Facilities.ID
	}
	return col.ID
}

// ofSlug is the field with the slug of whom a field names; nil where the collection has none.
func (col *collection) ofSlug(p *geo.Field) *geo.Field {
	stem, isName := strings.CutSuffix(p.Name, "_name")
	if of := col.Field(stem); isName && of != nil && isLink(of) {
		return of
	}
	return nil
}

// show is a slug as the name of its record, which leads there; where the name stands beside it, it
// stays a slug, and where nobody has it, it leads nowhere.
func (all linked) show(col *collection, p *geo.Field, slug string) layout.Label {
	name, known := all[linkedBy(col, p)][slug]
	if !known || col.Field(p.Name+"_name") != nil {
		return layout.Label{Text: slug, Href: name.Href}
	}
	return name
}
