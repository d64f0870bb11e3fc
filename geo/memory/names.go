package memory

import (
	"github.com/RoaringBitmap/roaring/v2"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// names finds the number of a facility by either of its two names.
type names struct {
	byID   map[int64]uint32
	bySlug map[string]uint32
}

func newNames(facilities []geo.Facility) names {
	t := names{
		byID:   make(map[int64]uint32, len(facilities)),
		bySlug: make(map[string]uint32, len(facilities)),
	}
	for n := range facilities {
		t.byID[facilities[n].ID] = uint32(n)
		t.bySlug[facilities[n].Slug] = uint32(n)
	}
	return t
}

func (t names) find(ref geo.Ref) (number uint32, ok bool) {
	if ref.ID != 0 {
		number, ok = t.byID[ref.ID]
		return number, ok
	}
	number, ok = t.bySlug[ref.Slug]
	return number, ok
}

func (s *snapshot) get(ref geo.Ref) (geo.Feature, error) {
	number, ok := s.names.find(ref)
	if !ok {
		return nil, geo.ErrNotFound
	}
	return &s.facilities[number], nil
}

// lookupNames answers whether the id or the slug, which every facility has, is one
// of those given.
func (s *snapshot) lookupNames(property string, e cql2.Expr) lookup {
	values := equalTo(property, e)
	if values == nil {
		return nil
	}
	named := roaring.New()
	for _, v := range values {
		ref, ok := refOf(property, v)
		if !ok {
			return nil
		}
		if number, ok := s.names.find(ref); ok {
			named.Add(number)
		}
	}
	return func(_ cql2.Truth, among *roaring.Bitmap) *roaring.Bitmap { return s.both(named, among) }
}

// equalTo are the values of which the property is to equal one; nil where the filter
// says something else.
func equalTo(property string, e cql2.Expr) []cql2.Expr {
	p := cql2.Property(property)
	switch e := e.(type) {
	case cql2.In:
		if e.X == p {
			return e.Values
		}
	case cql2.Compare:
		switch {
		case e.Op == cql2.Equal && e.Left == p:
			return []cql2.Expr{e.Right}
		case e.Op == cql2.Equal && e.Right == p:
			return []cql2.Expr{e.Left}
		}
	}
	return nil
}

// refOf is what an id or a slug refers to; ok is false where the value is neither.
func refOf(property string, e cql2.Expr) (ref geo.Ref, ok bool) {
	literal, _ := e.(cql2.Literal)
	switch v := literal.Value; {
	case property == "id" && v.Type == cql2.Number:
		ref.ID = int64(v.Number)
		return ref, ref.ID != 0 && float64(ref.ID) == v.Number
	case property == "slug" && v.Type == cql2.Text:
		return geo.Ref{Slug: v.Text}, true
	}
	return geo.Ref{}, false
}
