package memory

import (
	"context"
	"fmt"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"innoatlas/geo/cql2"
)

// fewAsked is the share of everyone that is asked each time, one in so many: some
// milliseconds of a million. For more, the set of everyone is made and kept.
const fewAsked = 64

// ask answers a predicate that is not in the index. The set of everyone for whom
// it holds is made once and kept; of a few, only they are asked.
func (s *snapshot) ask(ctx context.Context, least cql2.Truth, e cql2.Expr, among *roaring.Bitmap) (*roaring.Bitmap, error) {
	key := answerKey(least, e)
	if set, ok := s.answers.find(key); ok {
		return s.both(set, among), nil
	}
	if among.GetCardinality()*fewAsked <= s.everyone.GetCardinality() {
		return s.answer(ctx, least, e, among)
	}
	set, err := s.answers.findOrMake(ctx, key, func(ctx context.Context) (*roaring.Bitmap, error) {
		set, err := s.answer(ctx, least, e, s.everyone)
		if err == nil {
			set.RunOptimize()
		}
		return set, err
	})
	if err != nil {
		return nil, err
	}
	return s.both(set, among), nil
}

// answerKey names a predicate and what it is to come to.
func answerKey(least cql2.Truth, e cql2.Expr) string {
	return fmt.Sprint(least, " ", cql2.FormatText(e))
}

// answer makes a new set of those among for whom the predicate comes to at least
// that much. What takes long needs a place of the gate; a search for words does not.
func (s *snapshot) answer(ctx context.Context, least cql2.Truth, e cql2.Expr, among *roaring.Bitmap) (*roaring.Bitmap, error) {
	switch e := e.(type) {
	case cql2.Contains:
		if e.X == cql2.Property("search_text") && searchable(e.Part) && least == cql2.True && among == s.everyone {
			return s.gather(func(c chunk, found *roaring.Bitmap) error { return s.texts.scan(ctx, e.Part, c, found) })
		}
	case cql2.Spatial:
		if slices.Equal(properties(nil, e), []string{"geometry"}) {
			return s.measure(ctx, least, e, among)
		}
	}
	return s.evaluate(ctx, least, e, among)
}

// evaluate asks each record.
func (s *snapshot) evaluate(ctx context.Context, least cql2.Truth, e cql2.Expr, among *roaring.Bitmap) (*roaring.Bitmap, error) {
	work := cql2.Work(e)
	leave, err := enter(ctx, workOf(e, among.GetCardinality()))
	if err != nil {
		return nil, err
	}
	defer leave()
	return s.gather(func(c chunk, found *roaring.Bitmap) error {
		r := &row{snapshot: s}
		members := among.Iterator()
		members.AdvanceIfNeeded(uint32(c.from))
		pace := pace{ctx: ctx}
		for members.HasNext() {
			if r.number = members.Next(); int(r.number) >= c.to {
				return nil
			}
			if err := pace.spend(work); err != nil {
				return err
			}
			if cql2.Eval(e, r) >= least {
				found.Add(r.number)
			}
		}
		return nil
	})
}

// gather works on all numbers on all processors, and joins what is found. A panic
// in it is an error.
func (s *snapshot) gather(find func(c chunk, found *roaring.Bitmap) error) (*roaring.Bitmap, error) {
	chunks := chunksOf(len(s.facilities))
	sets, errs := make([]*roaring.Bitmap, len(chunks)), make([]error, len(chunks))
	inParallel(chunks, func(i int, c chunk) {
		defer recovered(&errs[i])
		sets[i] = roaring.New()
		errs[i] = find(c, sets[i])
	})
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return roaring.FastOr(sets...), nil
}
