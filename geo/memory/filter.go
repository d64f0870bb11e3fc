package memory

import (
	"context"

	"github.com/RoaringBitmap/roaring/v2"

	"innoatlas/geo/cql2"
)

// match is the set of the facilities, of those among, for which the filter is
// True. The True set of an And is the intersection of those of its parts, that of
// an Or their union; that of a Not cannot be had from a True set, since what is
// Unknown is in neither.
func (s *snapshot) match(ctx context.Context, e cql2.Expr, among *roaring.Bitmap) (*roaring.Bitmap, error) {
	if e == nil || among.IsEmpty() {
		return among, nil
	}
	if set, ok := s.lookup(e); ok {
		return s.both(among, set), nil
	}
	switch e := e.(type) {
	case cql2.And:
		return s.matchAll(ctx, e, among)
	case cql2.Or:
		return s.matchAny(ctx, e, among)
	case cql2.Contains:
		if e.X == cql2.Property("search_text") && searchable(e.Part) {
			return s.texts.containing(e.Part, among), nil
		}
	}
	return s.evaluate(ctx, e, among)
}

// matchAll narrows by what the index answers, then by words, then by the rest,
// so that the costly parts are asked of few.
func (s *snapshot) matchAll(ctx context.Context, parts cql2.And, among *roaring.Bitmap) (*roaring.Bitmap, error) {
	var words, rest []cql2.Expr
	for _, part := range parts {
		if set, ok := s.lookup(part); ok {
			among = s.both(among, set)
		} else if _, ok := part.(cql2.Contains); ok {
			words = append(words, part)
		} else {
			rest = append(rest, part)
		}
	}
	var err error
	for _, part := range append(words, rest...) {
		if among, err = s.match(ctx, part, among); err != nil {
			return nil, err
		}
	}
	return among, nil
}

func (s *snapshot) matchAny(ctx context.Context, parts cql2.Or, among *roaring.Bitmap) (*roaring.Bitmap, error) {
	sets := make([]*roaring.Bitmap, len(parts))
	for i, part := range parts {
		var err error
		if sets[i], err = s.match(ctx, part, among); err != nil {
			return nil, err
		}
	}
	return roaring.FastOr(sets...), nil
}

// evaluate asks each record.
func (s *snapshot) evaluate(ctx context.Context, e cql2.Expr, among *roaring.Bitmap) (*roaring.Bitmap, error) {
	found := roaring.New()
	r, asked := &row{snapshot: s}, 0
	for r.number = range roaring.Values(among) {
		if asked++; asked%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if cql2.Eval(e, r) == cql2.True {
			found.Add(r.number)
		}
	}
	return found, nil
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
