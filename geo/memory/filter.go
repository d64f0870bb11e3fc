package memory

import (
	"context"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"innoatlas/geo/cql2"
)

// match is the set of the facilities, of those among, for which the filter is True.
func (s *snapshot) match(ctx context.Context, e cql2.Expr, among *roaring.Bitmap) (*roaring.Bitmap, error) {
	return s.matchAtLeast(ctx, cql2.True, e, among)
}

// matchAtLeast is the set of the facilities, of those among, for which the filter
// comes to at least that much: True, or Unknown. With the two of them three-valued
// logic is plain algebra of sets. An And is at least True where all of its parts
// are, an Or where one is, a Not where its part is not even Unknown.
func (s *snapshot) matchAtLeast(ctx context.Context, least cql2.Truth, e cql2.Expr, among *roaring.Bitmap) (*roaring.Bitmap, error) {
	if e == nil || among.IsEmpty() {
		return among, nil
	}
	if find := s.lookup(e); find != nil {
		return find(least, among), nil
	}
	switch e := e.(type) {
	case cql2.And:
		return s.matchAll(ctx, least, e, among)
	case cql2.Or:
		return s.matchAny(ctx, least, e, among)
	case cql2.Not:
		others, err := s.matchAtLeast(ctx, opposite(least), e.X, among)
		if err != nil {
			return nil, err
		}
		return roaring.AndNot(among, others), nil
	}
	return s.findOrScan(ctx, least, e, among)
}

// opposite is what X must not come to for NOT X to come to at least that.
func opposite(least cql2.Truth) cql2.Truth {
	if least == cql2.True {
		return cql2.Unknown
	}
	return cql2.True
}

// matchAll narrows by the cheap parts first, so that the costly ones are asked of few.
func (s *snapshot) matchAll(ctx context.Context, least cql2.Truth, parts cql2.And, among *roaring.Bitmap) (*roaring.Bitmap, error) {
	byEffort := make([][]cql2.Expr, byRecord+1)
	for _, part := range parts {
		effort := s.effort(part)
		byEffort[effort] = append(byEffort[effort], part)
	}
	var err error
	for _, part := range slices.Concat(byEffort...) {
		if among, err = s.matchAtLeast(ctx, least, part, among); err != nil {
			return nil, err
		}
	}
	return among, nil
}

func (s *snapshot) matchAny(ctx context.Context, least cql2.Truth, parts cql2.Or, among *roaring.Bitmap) (*roaring.Bitmap, error) {
	sets := make([]*roaring.Bitmap, len(parts))
	for i, part := range parts {
		var err error
		if sets[i], err = s.matchAtLeast(ctx, least, part, among); err != nil {
			return nil, err
		}
	}
	return roaring.FastOr(sets...), nil
}

// How much effort a filter takes: a look into the index, a part of the search texts that
// terms alone do not find, the geometry of some positions, or every record.
const (
	byIndex = iota
	byScan
	byPosition
	byRecord
)

func (s *snapshot) effort(e cql2.Expr) int {
	if s.lookup(e) != nil {
		return byIndex
	}
	switch e := e.(type) {
	case cql2.And, cql2.Or, cql2.Not:
		most := byIndex
		for _, part := range cql2.Children(e) {
			most = max(most, s.effort(part))
		}
		return most
	case cql2.Contains:
		return byScan
	case cql2.Spatial:
		return byPosition
	}
	return byRecord
}

// both is the intersection. Everyone is told by its size, so a box around the
// world costs no more than no box.
func (s *snapshot) both(a, b *roaring.Bitmap) *roaring.Bitmap {
	switch s.everyone.GetCardinality() {
	case a.GetCardinality():
		return b
	case b.GetCardinality():
		return a
	}
	return roaring.And(a, b)
}

// anyOf are those among that are in one of the sets. Where they are few, as those of
// a tile are, each set is narrowed to them before the union is made.
func (s *snapshot) anyOf(sets []*roaring.Bitmap, among *roaring.Bitmap) *roaring.Bitmap {
	const few = 16 // of everyone, one in so many
	if len(sets) == 1 {
		return s.both(sets[0], among)
	}
	if among.GetCardinality()*few > s.everyone.GetCardinality() {
		return s.both(roaring.FastOr(sets...), among)
	}
	narrowed := make([]*roaring.Bitmap, 0, len(sets))
	for _, set := range sets {
		if set = roaring.And(set, among); !set.IsEmpty() {
			narrowed = append(narrowed, set)
		}
	}
	return roaring.FastOr(narrowed...)
}
