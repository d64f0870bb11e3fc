package memory

import (
	"context"
	"fmt"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"innoatlas/geo/cql2"
	"innoatlas/singleflight"
)

// fewScanned is the share of everyone that is scanned each time, one in so many: some
// milliseconds of a million. For more, the set of everyone is made and kept.
const fewScanned = 64

// findOrScan answers a predicate that is not in the index. The set of everyone for whom
// it holds is made once and kept; a few are scanned without that.
func (s *snapshot) findOrScan(ctx context.Context, least cql2.Truth, e cql2.Expr, among *roaring.Bitmap) (*roaring.Bitmap, error) {
	key := predicateKey(least, e)
	if set, ok := s.predicates.find(key); ok {
		return s.both(set, among), nil
	}
	if among.GetCardinality()*fewScanned <= s.everyone.GetCardinality() {
		return s.scan(ctx, least, e, among)
	}
	set, err := s.predicates.findOrMake(ctx, key, func(ctx context.Context) (*roaring.Bitmap, error) {
		set, err := s.scan(ctx, least, e, s.everyone)
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

// predicateKey names a predicate and what it is to come to.
func predicateKey(least cql2.Truth, e cql2.Expr) string {
	return fmt.Sprint(least, " ", cql2.FormatText(e))
}

// scan makes a new set of those among for whom the predicate comes to at least
// that much. What takes long needs a permit of the gate.
func (s *snapshot) scan(ctx context.Context, least cql2.Truth, e cql2.Expr, among *roaring.Bitmap) (*roaring.Bitmap, error) {
	switch e := e.(type) {
	case cql2.Contains:
		if terms, _ := termsOf(e); len(terms) > 0 {
			return s.scanTexts(ctx, least, e, terms, among)
		}
	case cql2.Spatial:
		if slices.Equal(properties(nil, e), []string{"geometry"}) {
			return s.scanPositions(ctx, least, e, among)
		}
	}
	return s.scanRecords(ctx, least, e, among)
}

// scanRecords asks each record.
func (s *snapshot) scanRecords(ctx context.Context, least cql2.Truth, e cql2.Expr, among *roaring.Bitmap) (*roaring.Bitmap, error) {
	work := cql2.Work(e)
	leave, err := enter(ctx, workOf(e, among.GetCardinality()))
	if err != nil {
		return nil, err
	}
	defer leave()
	return s.parallelScan(func(c chunk, found *roaring.Bitmap) error {
		r := &row{snapshot: s}
		members := among.Iterator()
		members.AdvanceIfNeeded(uint32(c.from))
		pace := pace{ctx: ctx}
		for members.HasNext() {
			if r.ordinal = members.Next(); int(r.ordinal) >= c.to {
				return nil
			}
			if err := pace.spend(work); err != nil {
				return err
			}
			if cql2.Eval(e, r) >= least {
				found.Add(r.ordinal)
			}
		}
		return nil
	})
}

// parallelScan works on all ordinals on all processors, and joins what is found. A panic
// in it is an error.
func (s *snapshot) parallelScan(find func(c chunk, found *roaring.Bitmap) error) (*roaring.Bitmap, error) {
	chunks := chunksOf(len(s.records))
	sets, errs := make([]*roaring.Bitmap, len(chunks)), make([]error, len(chunks))
	inParallel(chunks, func(i int, c chunk) {
		defer singleflight.Recover(&errs[i])
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
