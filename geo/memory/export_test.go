package memory

import (
	"context"
	"fmt"
	"iter"
	"math"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"innoatlas/geo"
	"innoatlas/geo/search"
)

// Forget empties the cache, so that the next answers are first ones.
func (s *Store) Forget() { s.current.Load().predicates = newPredicateCache(cacheBytes) }

// AwaitOrder returns when the order is kept.
func (s *Store) AwaitOrder(keys []geo.SortKey) {
	_, _ = s.current.Load().orders.awaitOrder(context.Background(), keys)
}

// ForgetOrders makes the next ask for an order the first one.
func (s *Store) ForgetOrders() { s.current.Load().keepOrders(keepFrom) }

// KeepNoOrders leaves every page to be searched for.
func (s *Store) KeepNoOrders() { s.current.Load().keepOrders(math.MaxInt) }

// Orders counts those that are kept.
func (s *Store) Orders() int { return int(s.current.Load().orders.kept.Taken()) }

// Ordered is a store that has the order of each query before it answers, however few
// its records are.
type Ordered struct{ *Store }

func NewOrdered(s *Store) Ordered {
	s.current.Load().orders.least = 0
	for _, x := range s.current.Load().indexes {
		x.orders.least = 0
	}
	return Ordered{s}
}

func (o Ordered) await(q geo.Query) {
	if q.Collection.Is(geo.Facilities) && len(q.Sort) > 0 {
		o.AwaitOrder(q.Sort)
	}
}

func (o Ordered) List(ctx context.Context, q geo.Query) (geo.Page, error) {
	o.await(q)
	return o.Store.List(ctx, q)
}

func (o Ordered) All(ctx context.Context, q geo.Query) iter.Seq2[geo.Feature, error] {
	o.await(q)
	return o.Store.All(ctx, q)
}

// SetGate puts another gate in front of the store.
func (s *Store) SetGate(g *geo.Gate) {
	s.gate = g
	s.current.Load().gate = g
}

// Differs says what two stores have that is not the same; empty where nothing is. What is in no
// order, as the values of a column, may be in any.
func (s *Store) Differs(other *Store) string {
	a, b := s.current.Load(), other.current.Load()
	switch {
	case !slices.Equal(a.keys, b.keys) || !slices.Equal(a.points, b.points):
		return "the order of the facilities"
	case !a.everyone.Equals(b.everyone) || !a.placed.Equals(b.placed):
		return "who is there and placed"
	case len(a.columns) != len(b.columns):
		return "the columns"
	}
	for n := range a.records {
		f, g := a.facility(uint32(n)), b.facility(uint32(n))
		if !same(f, g) || a.records[n].text != b.records[n].text || f.Position != nil && *f.Position != a.points[n] {
			return fmt.Sprintf("record %d: %+v and %+v", n, f, g)
		}
		for _, ref := range []geo.Ref{{ID: f.ID}, {Slug: f.Slug}} {
			if found, ok := a.names.find(a.records, ref); !ok || int(found) != n {
				return fmt.Sprintf("%+v finds %d, %v, want %d", ref, found, ok, n)
			}
		}
	}
	if taken := a.names.taken(); taken != [2]int{len(a.records), len(a.records)} {
		return fmt.Sprintf("%d names are taken by %d records", taken, len(a.records))
	}
	for i := range a.columns {
		if diff := a.columns[i].differs(&b.columns[i]); diff != "" {
			return "column " + a.columns[i].property + ": " + diff
		}
	}
	if diff := a.texts.differs(&b.texts); diff != "" {
		return "texts: " + diff
	}
	for _, c := range geo.Collections {
		if diff := tablesDiffer(a.tables[c.ID], b.tables[c.ID]); diff != "" {
			return c.ID + ": " + diff
		}
	}
	for _, c := range geo.Collections {
		kept, anew := a.ordersOf(c), b.ordersOf(c)
		for _, order := range kept.kept.Kept() {
			if want := anew.makeOrder(order.by); !slices.Equal(want.ordinals, order.ordinals) || !slices.Equal(want.positions, order.positions) {
				return fmt.Sprintf("the order of %s by %v", c.ID, order.by)
			}
		}
	}
	return a.pairsAreTheirs()
}

func (s *snapshot) ordersOf(c *geo.Collection) *orders {
	if s.isPlain(c) {
		return s.indexes[c.ID].orders
	}
	return s.orders
}

// Order keeps an order of a collection, however few its records are.
func (s *Store) Order(c *geo.Collection, keys ...geo.SortKey) {
	orders := s.current.Load().ordersOf(c)
	orders.least = 0
	_, _ = orders.awaitOrder(context.Background(), keys)
}

func (t names) taken() (count [2]int) {
	for i, all := range []slots{t.byID, t.bySlug} {
		for _, n := range all {
			count[i] += int(min(n, 1))
		}
	}
	return count
}

func (c *column) differs(other *column) string {
	if len(c.values) != len(other.values) || len(c.values) != len(c.postings) || len(c.values) != len(c.codes) || !c.nulls.Equals(other.nulls) {
		return "the values"
	}
	for i, v := range c.values {
		if c.codes[termOf(v)] != i || !c.postings[i].Equals(other.with(geo.TextOf(v))) {
			return "who has " + geo.TextOf(v)
		}
	}
	for n, code := range c.codeOf {
		switch {
		case code == 0 && !c.nulls.Contains(uint32(n)), code > 0 && !c.postings[code-1].Contains(uint32(n)):
			return fmt.Sprintf("the code of %d", n)
		}
	}
	return ""
}

func (t *texts) differs(other *texts) string {
	if !slices.Equal(t.terms, other.terms) || !t.empty.Equals(other.empty) || len(t.begins) != len(t.terms)+1 {
		return "the terms"
	}
	for _, term := range t.terms {
		of := search.Term{Text: term}
		if !roaring.FastOr(t.entries(of)...).Equals(roaring.FastOr(other.entries(of)...)) {
			return "who has " + term
		}
	}
	return ""
}

func tablesDiffer(a, b table) string {
	if len(a) != len(b) {
		return fmt.Sprintf("%d and %d", len(a), len(b))
	}
	for n := range a {
		id, slug := a[n].Ref()
		otherID, otherSlug := b[n].Ref()
		if id != otherID || slug != otherSlug || a[n].searchText != b[n].searchText || a[n].number != uint32(n) || fmt.Sprint(a[n].Geometry()) != fmt.Sprint(b[n].Geometry()) {
			return fmt.Sprintf("%d is %s (number %d), want %s", n, slug, a[n].number, otherSlug)
		}
	}
	return ""
}

// pairsAreTheirs checks that partnerships are of the records that there are, and found by them.
func (s *snapshot) pairsAreTheirs() string {
	institutions, groups := s.tables[geo.Institutions.ID].bySlug(nil), map[string]uint32{}
	for _, p := range s.tables[geo.Partnerships.ID] {
		pair := p.Feature.(*geo.Partnership)
		_, slug := pair.Ref()
		group, known := groups[pair.Facility.Slug]
		groups[pair.Facility.Slug] = p.group
		switch {
		case pair.Facility != s.named(pair.Facility.Slug) || pair.Institution != institutions[pair.Institution.Slug]:
			return slug + " is of records before"
		case known && group != p.group || s.ends.groups.get(pair.Facility.Slug) != p.group:
			return slug + " is in another group"
		case !slices.Contains(s.ends.ofFacility.get(pair.Facility.Slug), pair.ID) || !slices.Contains(s.ends.ofInstitution.get(pair.Institution.Slug), pair.ID):
			return slug + " is not found by its ends"
		}
	}
	counts := map[*bySlug[[]int64]]int{&s.ends.ofFacility: 0, &s.ends.ofInstitution: 0}
	for of := range counts {
		for _, part := range of {
			for _, ids := range part {
				counts[of] += len(ids)
			}
		}
		if counts[of] != len(s.tables[geo.Partnerships.ID]) {
			return "an end finds what is no more"
		}
	}
	return ""
}
