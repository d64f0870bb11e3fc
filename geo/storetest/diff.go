package storetest

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// diff tells two answers apart. A nil list and an empty one are the same, and two
// times that are one instant.
func diff(want, got any) string {
	if reflect.DeepEqual(want, got) { // as nearly always, and much quicker
		return ""
	}
	return cmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.IgnoreUnexported(geo.Field{}))
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
