package storetest

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strconv"

	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/geo/zorder"
)

// reference says what a store should answer, in the plainest way: every record is
// asked whether the filter holds, and what is left is sorted and counted.
type reference struct {
	catalog geo.Catalog
	records map[string][]record // by the ids of collections
}

// record keeps the folded text and the key, which are costly to make for each question.
type record struct {
	geo.Feature
	searchText cql2.Value
	zOrder     uint64
}

func (r record) ZOrder() uint64 { return r.zOrder }

func (r record) Value(property string) cql2.Value {
	if property == "search_text" {
		return r.searchText
	}
	if v, ok := geo.SearchedIn(property, r.searchText.Text); ok {
		return v
	}
	return r.Feature.Value(property)
}

func newReference(ds *geo.Dataset) reference {
	facilities := make([]record, len(ds.Facilities))
	for i := range ds.Facilities {
		f := ds.Facilities[i]
		f.Own = f.Own.Public()
		facilities[i] = newRecord(&f)
	}
	countries := make([]record, len(ds.Countries))
	for i, c := range ds.Countries {
		count(&c, ds)
		countries[i] = newRecord(&c)
	}
	all := map[string][]record{geo.Facilities.ID: facilities, geo.Countries.ID: countries}
	for id := range ds.Records {
		for _, r := range ds.Records[id] {
			r.Own = r.Own.Public()
			all[id] = append(all[id], newRecord(&r))
		}
	}
	for _, p := range ds.Partnerships() {
		all[geo.Partnerships.ID] = append(all[geo.Partnerships.ID], newRecord(p))
	}
	ref := reference{catalog: catalog(ds, all), records: all}
	ref.catalog.Others = map[string]geo.Holding{}
	for _, c := range geo.Collections {
		if !c.Is(geo.Facilities) && !c.Is(geo.Countries) {
			ref.catalog.Others[c.ID] = holding(c, all[c.ID])
		}
	}
	return ref
}

// holding is how many records there are, where and of which years.
func holding(c *geo.Collection, records []record) geo.Holding {
	held, extent := geo.Holding{Count: len(records)}, geo.NewExtent()
	for _, r := range records {
		for _, part := range partsOf(r.Geometry()) {
			extent.Add(part.Bound())
		}
		for _, name := range []string{c.Year, c.From, c.To} {
			switch v := r.Value(name); v.Type {
			case cql2.Number:
				held.Years = held.Years.Include(int(v.Number))
			case cql2.Date:
				year, _ := strconv.Atoi(geo.TextOf(v)[:4])
				held.Years = held.Years.Include(year)
			}
		}
	}
	held.Extent = extent.Box()
	return held
}

// partsOf are the parts of a geometry.
func partsOf(g orb.Geometry) (parts []orb.Geometry) {
	switch g := g.(type) {
	case nil:
		return nil
	case orb.MultiPoint:
		for _, p := range g {
			parts = append(parts, p)
		}
	case orb.MultiLineString:
		for _, line := range g {
			parts = append(parts, line)
		}
	default:
		return []orb.Geometry{g}
	}
	return parts
}

// narrowest is the box around points on a map from -180 to 180, or that on a map from 0 to
// 360 where it is narrower, and less than three quarters of the world.
func narrowest(points orb.MultiPoint) geo.BBox {
	if len(points) == 0 {
		return geo.NoBox
	}
	turned := make(orb.MultiPoint, len(points))
	for i, p := range points {
		if turned[i] = p; p[0] < 0 {
			turned[i][0] += 360
		}
	}
	plain, other := points.Bound(), turned.Bound()
	if width := other.Max[0] - other.Min[0]; width < 270 && width < plain.Max[0]-plain.Min[0] && other.Max[0] >= 180 {
		west := math.Inf(-1)
		for _, p := range points {
			if p[0] < 0 {
				west = max(west, p[0])
			}
		}
		return geo.BBox{other.Min[0], plain.Min[1], west, plain.Max[1]}
	}
	return geo.BBox{plain.Min[0], plain.Min[1], plain.Max[0], plain.Max[1]}
}

// Records are the records of a collection as a store answers with them: countries
// with their counts.
func Records(ds *geo.Dataset, c *geo.Collection) []geo.Feature {
	var features []geo.Feature
	for _, r := range newReference(ds).records[c.ID] {
		features = append(features, r)
	}
	return features
}

func newRecord(f geo.Feature) record { return record{f, f.Value("search_text"), f.ZOrder()} }

// count fills in what the data set leaves to the store.
func count(c *geo.Country, ds *geo.Dataset) {
	for _, k := range ds.Kinds {
		c.ByKind = append(c.ByKind, geo.Bucket{Value: k.ID})
	}
	for _, s := range ds.Sectors {
		c.BySector = append(c.BySector, geo.Bucket{Value: s.ID})
	}
	for _, f := range ds.Facilities {
		if f.Country != c.Code {
			continue
		}
		c.Facilities++
		for i, b := range c.ByKind {
			if f.Kind == b.Value {
				c.ByKind[i].Count++
			}
		}
		for i, b := range c.BySector {
			if slices.Contains(f.Sectors, b.Value) {
				c.BySector[i].Count++
			}
		}
	}
	for _, figure := range ds.Figures {
		if figure.Country == c.Code {
			c.Figures = append(c.Figures, figure)
		}
	}
}

// catalog has everything but the revision, which is the store's own.
func catalog(ds *geo.Dataset, all map[string][]record) geo.Catalog {
	c := geo.Catalog{Kinds: ds.Kinds, Sectors: ds.Sectors, Facilities: len(ds.Facilities), CountryRecords: len(ds.Countries), DataTerms: ds.Terms, OwnOutlines: ds.OwnOutlines,
		Places: geo.NewPlaces(ds.PlaceNames), Synonyms: ds.Synonyms}
	var points orb.MultiPoint
	var years []int
	named, taking := map[string]bool{}, map[string]bool{}
	for _, f := range ds.Facilities {
		named[f.Country] = true
		for _, code := range f.TakesPart {
			taking[code] = true
		}
		if f.Position != nil {
			points = append(points, *f.Position)
		}
		if f.Updated.After(c.Updated) {
			c.Updated = f.Updated
		}
		if f.Established != 0 {
			years = append(years, f.Established)
		}
	}
	var outlines orb.Collection
	for _, country := range ds.Countries {
		if named[country.Code] {
			c.Countries = append(c.Countries, country)
		}
		if taking[country.Code] {
			c.TakingPart = append(c.TakingPart, country)
		}
		if country.Outline != nil {
			outlines = append(outlines, country.Outline)
		}
	}
	slices.SortFunc(c.Countries, func(a, b geo.Country) int { return cmp.Compare(a.Code, b.Code) })
	slices.SortFunc(c.TakingPart, func(a, b geo.Country) int { return cmp.Compare(a.Code, b.Code) })
	var institutions []*geo.Record
	for i := range ds.Records[geo.Institutions.ID] {
		institutions = append(institutions, &ds.Records[geo.Institutions.ID][i])
	}
	c.Institutions = geo.InstitutionTerms(slices.Values(institutions))
	c.Extent, c.CountryExtent = narrowest(points), outlines.Bound()
	if len(years) > 0 {
		c.Established = geo.Years{From: slices.Min(years), To: slices.Max(years)}
	}
	slices.Sort(years)
	c.FoundingYears = slices.Compact(years)
	describe(&c, ds, all)
	for _, f := range ds.Figures {
		if !slices.Contains(c.Indicators, f.Indicator) {
			c.Indicators = append(c.Indicators, f.Indicator)
		}
	}
	return c
}

// describe gives the catalog its collections, and each open facet of an own field the values
// that somebody states.
func describe(c *geo.Catalog, ds *geo.Dataset, all map[string][]record) {
	c.Describe(geo.Collections, ds.Fields)
	for _, col := range c.Collections {
		for i := range col.Fields {
			f := &col.Fields[i]
			if !f.Own || f.Facet == "" || f.Terms != nil {
				continue
			}
			found := map[string]cql2.Value{}
			for _, r := range all[col.ID] {
				findValues(found, f, r.Feature)
			}
			ids := slices.SortedFunc(maps.Keys(found), func(a, b string) int {
				order, _ := cql2.Order(found[a], found[b])
				return order
			})
			for _, id := range ids {
				f.Terms = append(f.Terms, geo.Term{ID: id})
			}
		}
	}
}

func findValues(found map[string]cql2.Value, f *geo.Field, r geo.Feature) {
	v := f.Value(r)
	if v.Type != cql2.List && v.Type != cql2.Null {
		found[geo.TextOf(v)] = v
	}
	for _, text := range v.List {
		found[text] = cql2.TextOf(text)
	}
}

// matching are the records for which the filter is true, which is one of the query.
func (ref reference) matching(q geo.Query, where cql2.Expr) (kept []record) {
	for _, r := range ref.records[q.Collection.ID] {
		if cql2.Eval(where, r) == cql2.True && (q.Of == nil || ref.isOf(*q.Of, r.Feature.(*geo.Partnership).Facility.Slug)) {
			kept = append(kept, r)
		}
	}
	return kept
}

// isOf reports whether the facility with a slug matches a query.
func (ref reference) isOf(q geo.Query, slug string) bool {
	return slices.ContainsFunc(ref.matching(q, q.Where()), func(r record) bool {
		_, name := r.Ref()
		return name == slug
	})
}

// all are those that match, in the order of the query.
func (ref reference) all(q geo.Query) []geo.Feature {
	return inOrder(q, ref.matching(q, q.Where()))
}

func inOrder(q geo.Query, records []record) []geo.Feature {
	slices.SortFunc(records, func(a, b record) int { return q.Compare(a, b) })
	features := make([]geo.Feature, len(records))
	for i, r := range records {
		features[i] = r.Feature
	}
	return features
}

func (ref reference) page(q geo.Query) geo.Page {
	rest := ref.all(q)
	p := geo.Page{Matched: len(rest)}
	if q.After != nil {
		rest = slices.DeleteFunc(rest, func(f geo.Feature) bool { return !q.IsAfter(f, q.After) })
	} else {
		rest = rest[min(q.Offset, len(rest)):]
	}
	p.Features = rest[:min(q.Limit, len(rest))]
	p.More = len(rest) > q.Limit
	return p
}

func (ref reference) facets(q geo.Query) geo.Facets {
	facets := geo.Facets{Matched: len(ref.matching(q, q.Where()))}
	for _, d := range q.Collection.Facets() {
		field := q.Collection.Faceted(d)
		counts := ref.counts(q.Collection, d, ref.matching(q, q.WhereExcept(d)))
		facets.Facets = append(facets.Facets, geo.Facet{Dimension: d, Property: field.Name, Buckets: top(q, field, buckets(field, counts))})
	}
	return facets
}

// counts has every value of the vocabulary, and how many have none.
func (ref reference) counts(c *geo.Collection, d geo.Dimension, records []record) map[string]int {
	property, _ := c.Property(d)
	counts := map[string]int{"": 0}
	for _, v := range ref.vocabulary(c, d) {
		counts[v] = 0
	}
	seen := map[[2]string]bool{}
	for _, r := range records {
		_, counted := r.Ref()
		if c.Distinct != "" {
			counted = r.Value(c.Distinct).Text
		}
		for _, v := range values(r.Value(property)) {
			if pair := [2]string{v, counted}; !seen[pair] {
				seen[pair] = true
				counts[v]++
			}
		}
	}
	return counts
}

// top are the most frequent values of a field that shows no more.
func top(q geo.Query, f *geo.Field, all []geo.Bucket) (kept []geo.Bucket) {
	shown := 0
	for _, b := range all {
		isChosen := slices.ContainsFunc(q.Lists, func(l geo.List) bool { return l.Dimension == f.Facet && slices.Contains(l.Values, b.Value) })
		switch {
		case f.Top == 0, b.Value == "", isChosen:
			kept = append(kept, b)
		case b.Count > 0 && shown < f.Top:
			shown++
			kept = append(kept, b)
		}
	}
	return kept
}

func (ref reference) matrix(q geo.Query, rows, columns geo.Dimension) geo.Matrix {
	matched := ref.matching(q, q.Where())
	m := geo.Matrix{Matched: len(matched), Rows: ref.axis(q, rows, matched), Columns: ref.axis(q, columns, matched)}
	for _, r := range m.Rows {
		row := slices.DeleteFunc(slices.Clone(matched), func(f record) bool { return !has(f.Feature, q.Collection.Faceted(rows), r.Value) })
		inRow := ref.counts(q.Collection, columns, row)
		var counts []int
		for _, c := range m.Columns {
			counts = append(counts, inRow[c.Value])
		}
		m.Counts = append(m.Counts, counts)
	}
	return m
}

func (ref reference) axis(q geo.Query, d geo.Dimension, matched []record) []geo.Bucket {
	counts := ref.counts(q.Collection, d, matched)
	if counts[""] == 0 {
		delete(counts, "")
	}
	return top(q, q.Collection.Faceted(d), buckets(q.Collection.Faceted(d), counts))
}

func has(f geo.Feature, field *geo.Field, value string) bool {
	return slices.Contains(values(field.Value(f)), value)
}

// vocabulary has, where the values are open, every one that a record of the collection has.
func (ref reference) vocabulary(c *geo.Collection, d geo.Dimension) []string {
	field := c.Faceted(d)
	if !field.Open || c.Is(geo.Facilities) && d != geo.ByInstitution {
		return geo.TermIDs(ref.catalog.TermsOf(ref.catalog.Collection(c.ID), d))
	}
	found := map[string]bool{}
	for _, r := range ref.records[c.ID] {
		for _, v := range values(field.Value(r.Feature)) {
			found[v] = true
		}
	}
	delete(found, "")
	return slices.Collect(maps.Keys(found))
}

func values(v cql2.Value) []string {
	switch v.Type {
	case cql2.List:
		return v.List
	}
	return []string{geo.TextOf(v)} // empty where it is not stated
}

func buckets(f *geo.Field, counts map[string]int) []geo.Bucket {
	var list []geo.Bucket
	for value, n := range counts {
		list = append(list, geo.Bucket{Value: value, Count: n})
	}
	slices.SortFunc(list, func(a, b geo.Bucket) int {
		last := func(b geo.Bucket) int { return len("1") - min(len(b.Value), 1) }
		if f.Type == geo.Integer || f.Type == geo.Number {
			x, _ := strconv.ParseFloat(a.Value, 64)
			y, _ := strconv.ParseFloat(b.Value, 64)
			return cmp.Or(cmp.Compare(last(a), last(b)), cmp.Compare(x, y))
		}
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(last(a), last(b)), cmp.Compare(a.Value, b.Value))
	})
	return list
}

func (ref reference) clusters(q geo.Query, zoom int) geo.Clusters {
	q.Sort = nil
	var out geo.Clusters
	var placed []*geo.Facility
	for _, f := range ref.all(q) {
		out.Matched++
		if f.ZOrder() == zorder.NoPosition {
			out.WithoutPosition++
			continue
		}
		placed = append(placed, f.(*geo.Facility))
	}
	out.Clusters = ref.cells(placed, zoom)
	return out
}

// cells groups facilities that are in Z-order.
func (ref reference) cells(facilities []*geo.Facility, zoom int) []geo.Cluster {
	cells := map[uint64][]*geo.Facility{}
	for _, f := range facilities {
		cell := zorder.Cell(f.ZOrder(), zoom)
		cells[cell] = append(cells[cell], f)
	}
	var clusters []geo.Cluster
	for cell, members := range cells {
		clusters = append(clusters, ref.cluster(cell, members))
	}
	slices.SortFunc(clusters, func(a, b geo.Cluster) int { return cmp.Compare(a.Cell, b.Cell) })
	return clusters
}

func (ref reference) tile(q geo.Query, t zorder.Tile) geo.Tile {
	q.Sort = nil
	keys := t.Keys()
	within := slices.DeleteFunc(ref.matching(q, q.Where()), func(r record) bool { return r.zOrder < keys.First || r.zOrder > keys.Last })
	var facilities []*geo.Facility
	for _, f := range inOrder(q, within) {
		facilities = append(facilities, f.(*geo.Facility))
	}
	if t.Z >= geo.DetailZoom && len(facilities) <= geo.MaxTileFeatures {
		return geo.Tile{Facilities: facilities}
	}
	return geo.Tile{Clusters: ref.cells(facilities, t.Z)}
}

func (ref reference) cluster(cell uint64, members []*geo.Facility) geo.Cluster {
	first, last := members[0].ZOrder(), members[len(members)-1].ZOrder()
	c := geo.Cluster{
		Cell:     cell,
		Count:    len(members),
		Position: *members[(len(members)-1)/2].Position,
		Country:  members[(len(members)-1)/2].Country,
		Bounds:   zorder.Bounds(first, last),
		Stack:    first == last,
	}
	for _, k := range ref.catalog.Kinds {
		b := geo.Bucket{Value: k.ID}
		for _, f := range members {
			if f.Kind == k.ID {
				b.Count++
			}
		}
		if b.Count > 0 {
			c.Kinds = append(c.Kinds, b)
		}
	}
	if len(members) == 1 {
		c.Feature = members[0]
	}
	return c
}
