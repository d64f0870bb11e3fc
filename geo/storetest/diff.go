package storetest

import (
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	spoken "innoatlas/texts"
)

// diff tells two answers apart. A nil list and an empty one are the same, and two
// times that are one instant.
func diff(want, got any) string {
	if reflect.DeepEqual(want, got) { // as nearly always, and much quicker
		return ""
	}
	return cmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.IgnoreUnexported(geo.Field{}), cmp.Transformer("statedOf", statedOf))
}

// partnership is what one states and shows: stores need not know more of its ends.
type partnership struct {
	ID       int64
	Slug     string
	Values   map[string]cql2.Value
	Geometry orb.Geometry
	Names    []string // of both ends, in all languages
	Texts    []geo.Translation
}

func statedOf(p *geo.Partnership) partnership {
	stated := partnership{Values: map[string]cql2.Value{}, Geometry: p.Geometry()}
	stated.ID, stated.Slug = p.Ref()
	for _, f := range geo.Partnerships.Fields {
		stated.Values[f.Name] = f.Value(p)
	}
	for _, lang := range spoken.Languages {
		stated.Names = append(stated.Names, p.Institution.NameIn(lang.Code), p.Facility.NameIn(lang.Code))
	}
	if t := p.Translated(); t != nil {
		stated.Texts = t.All
	}
	return stated
}

func slugsOf(features []geo.Feature) []string {
	list := make([]string, len(features))
	for i, f := range features {
		_, list[i] = f.Ref()
	}
	return list
}

// diffSlugs tells two lists of records apart by their names: short to read, and
// testGet looks at the rest of a record.
func diffSlugs(want, got []geo.Feature) string { return diff(slugsOf(want), slugsOf(got)) }

// diffSets tells two lists of names apart, whatever their order.
func diffSets(want, got []string) string {
	return diff(slices.Sorted(slices.Values(want)), slices.Sorted(slices.Values(got)))
}

// diffPages also looks at the whole first record.
func diffPages(want, got geo.Page) string {
	type page struct {
		Slugs   []string
		Matched int
		More    bool
		First   []geo.Feature
	}
	summary := func(p geo.Page) page {
		return page{slugsOf(p.Features), p.Matched, p.More, p.Features[:min(1, len(p.Features))]}
	}
	return diff(summary(want), summary(got))
}

// diffCatalogs leaves out the revision, which is a store's own. Countries are
// the same when their codes and names are.
func diffCatalogs(want, got *geo.Catalog) string {
	names := func(c *geo.Catalog) geo.Catalog {
		short := *c
		short.Revision, short.Collections = "", nil
		short.Countries = make([]geo.Country, len(c.Countries))
		for i, country := range c.Countries {
			short.Countries[i] = geo.Country{ID: country.ID, Code: country.Code, Alpha2: country.Alpha2, Names: country.Names}
		}
		if short.CountryExtent.IsEmpty() {
			short.CountryExtent = geo.Catalog{}.CountryExtent
		}
		short.Others = maps.Clone(c.Others)
		maps.DeleteFunc(short.Others, func(_ string, held geo.Holding) bool { return held.Count == 0 }) // the same as none
		short.TakingPart = slices.Clone(c.TakingPart)
		for i := range short.TakingPart {
			short.TakingPart[i] = geo.Country{Code: c.TakingPart[i].Code, Names: c.TakingPart[i].Names}
		}
		return short
	}
	return diff(names(want), names(got)) + diff(described(want), described(got))
}

// described are the fields of a catalog's collections, and the values of their facets.
func described(c *geo.Catalog) []string {
	var lines []string
	for _, col := range c.Collections {
		for _, f := range col.Fields {
			lines = append(lines, fmt.Sprint(col.ID, " ", f.Name, " ", f.Title, " ", f.Type, " ", f.Facet, " ", f.Terms, " ", f.Own, f.Private, f.Open))
		}
	}
	return lines
}

// asText is a filter in writing: geometries in it hold what is computed when it is needed.
func asText(filter cql2.Expr) string {
	if filter == nil {
		return ""
	}
	return cql2.FormatText(filter)
}
