package cql2_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	. "innoatlas/geo/cql2"
)

func flip(g orb.Geometry) (orb.Geometry, error) {
	p := g.(orb.Point)
	return orb.Point{p[1], p[0]}, nil
}

func flipBox(b BBox) (BBox, error) { return BBox{b[1], b[0], b[3], b[2]}, nil }

// Every node is kept but the geometries, wherever they stand.
func TestTransform(t *testing.T) {
	tree := func(g, box Expr) Expr {
		return And{
			Or{Not{Spatial{SWithin, g, box}}, Contains{a, "x"}},
			Compare{Equal, Call{"f", []Expr{g, number(1)}}, boolean(true)},
			In{g, []Expr{box, Array{g, text("x")}}},
			Between{CaseI{g}, AccentI{box}, Arithmetic{Plus, g, box}},
			Like{g, text("x")},
			IsNull{g},
			ArrayPredicate{AEquals, Array{g}, a},
			Temporal{TAfter, Interval{nil, g}, Interval{date(2020, 1, 1), nil}},
		}
	}
	before, want := tree(shape(orb.Point{1, 2}), BBox{1, 2, 3, 4}), tree(shape(orb.Point{2, 1}), BBox{2, 1, 4, 3})
	got, err := Transform(before, flip, flipBox)
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got)\n%s", err, diff)
	}
	if diff := cmp.Diff(tree(shape(orb.Point{1, 2}), BBox{1, 2, 3, 4}), before); diff != "" {
		t.Errorf("the tree that was given has changed\n%s", diff)
	}
	if got, err := Transform(nil, flip, flipBox); got != nil || err != nil {
		t.Errorf("no filter: %v, %v", got, err)
	}
}

func TestTransformErrors(t *testing.T) {
	wrong := errors.New("outside")
	geometry := func(orb.Geometry) (orb.Geometry, error) { return nil, wrong }
	box := func(BBox) (BBox, error) { return BBox{}, wrong }
	for _, g := range []Expr{shape(orb.Point{1, 2}), BBox{1, 2, 3, 4}} {
		got, err := Transform(And{Not{Spatial{SWithin, a, g}}, b}, geometry, box)
		if !errors.Is(err, wrong) || got != nil {
			t.Errorf("%v, %v", got, err)
		}
	}
}
