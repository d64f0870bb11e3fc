package cql2

import (
	"math"

	"github.com/paulmach/orb"
)

// chain is a run of edges of one line or ring. What lies outside of its bound meets
// none of them.
type chain struct {
	bound  orb.Bound
	points []orb.Point // an edge goes from each to the next; no two that follow each other are one
}

// chainEdges is how many edges a chain has at most.
const chainEdges = 16

func chainsOf(lines []orb.LineString) []chain {
	var chains []chain
	for _, line := range lines {
		for points := distinct(line); len(points) > 1; {
			n := min(len(points), chainEdges+1)
			chains = append(chains, chain{orb.LineString(points[:n]).Bound(), points[:n]})
			points = points[n-1:]
		}
	}
	return chains
}

// distinct leaves out positions that repeat the one before.
func distinct(line orb.LineString) []orb.Point {
	for i := 1; i < len(line); i++ {
		if line[i] == line[i-1] {
			kept := append([]orb.Point{}, line[:i]...)
			for _, p := range line[i+1:] {
				if p != kept[len(kept)-1] {
					kept = append(kept, p)
				}
			}
			return kept
		}
	}
	return line
}

// beside are the edges that a ray from the point to the east may meet.
func beside(chains []chain, p orb.Point) []edge {
	var list []edge
	for _, c := range chains {
		if p[1] < c.bound.Min[1] || p[1] > c.bound.Max[1] || p[0] > c.bound.Max[0] {
			continue
		}
		for i := 1; i < len(c.points); i++ {
			list = append(list, edgeOf(c.points[i-1], c.points[i]))
		}
	}
	return list
}

// What is done with two edges, in units of Work.
const (
	boundsWork = 20  // so many comparisons of bounds are one unit
	exactWork  = 40  // where rounding hides the side that a point lies on
	crossWork  = 100 // for each two edges that meet, where the matrix is computed
	cornerWork = 10  // for each corner, likewise
)

// meeting says how the edges of two geometries meet.
type meeting struct {
	pairs int // that have a point in common
	// clean says that an edge of the first crosses stretchs of the second, and touches no
	// end of one. So it goes from one side of them to the other, right there.
	clean bool
}

// tooMuch is work that no Meter allows.
const tooMuch = math.MaxInt32

// maxPairs bounds what the matrix takes for two geometries: some kilobyte for each pair.
const maxPairs = 20_000

// meetingOf compares the edges of two geometries, until one of them is clean or there
// is an answer. It is false where that would be too much work.
func meetingOf(a, b *shape, enough func(meeting) bool, r Row) (m meeting, ok bool) {
	var near []chain
	for _, c := range a.chains {
		near = near[:0]
		for _, d := range b.chains {
			if c.bound.Intersects(d.bound) {
				near = d.appendNear(near, c.bound)
			}
		}
		if !spend(r, 1+(len(b.chains)+len(near))/boundsWork) {
			return m, false
		}
		for i := 1; i < len(c.points) && len(near) > 0; i++ {
			work := m.add(c.points[i-1], c.points[i], near)
			if enough(m) {
				return m, true
			}
			if m.pairs > maxPairs {
				work = tooMuch
			}
			if !spend(r, work) {
				return m, false
			}
		}
	}
	return m, true
}

// appendNear appends a chain that meets a bound: what is smaller whole, otherwise each
// edge by itself that may have a point in the bound.
func (c chain) appendNear(list []chain, b orb.Bound) []chain {
	if c.bound.Max[0]-c.bound.Min[0] < b.Max[0]-b.Min[0] {
		return append(list, c)
	}
	for i := 1; i < len(c.points); i++ {
		if p, q := c.points[i-1], c.points[i]; boundsMeet(p, q, b.Min, b.Max) && !passes(p, q, b) {
			list = append(list, chain{boundOf(p, q), c.points[i-1 : i+1]})
		}
	}
	return list
}

func boundOf(a, b orb.Point) orb.Bound {
	return orb.Bound{Min: orb.Point{min(a[0], b[0]), min(a[1], b[1])}, Max: orb.Point{max(a[0], b[0]), max(a[1], b[1])}}
}

// passes reports that a bound lies to one side of an edge, by more than rounding.
func passes(from, to orb.Point, b orb.Bound) bool {
	left, right := 0, 0
	for _, p := range [4]orb.Point{b.Min, {b.Max[0], b.Min[1]}, b.Max, {b.Min[0], b.Max[1]}} {
		switch roughSide(from, to, p) {
		case 1:
			left++
		case -1:
			right++
		}
	}
	return left == 4 || right == 4
}

// add compares one edge with those of chains, and gives the work that it was.
func (m *meeting) add(a, b orb.Point, chains []chain) (work int) {
	compared, crossed, touched := len(chains), 0, 0
	for _, c := range chains {
		if !boundsMeet(a, b, c.bound.Min, c.bound.Max) || len(c.points) > 2 && passes(a, b, c.bound) {
			continue
		}
		compared += len(c.points)
		for i := 1; i < len(c.points); i++ {
			p, q := c.points[i-1], c.points[i]
			if !boundsMeet(a, b, p, q) {
				continue
			}
			work++
			switch meets, exact := edgesMeet(a, b, p, q); {
			case meets == crossing:
				crossed++
			case meets == touching:
				touched++
				fallthrough
			case exact:
				work += exactWork
			}
		}
	}
	m.pairs += crossed + touched
	m.clean = m.clean || crossed > 0 && touched == 0
	return work + compared/boundsWork
}

func boundsMeet(a, b, p, q orb.Point) bool {
	return max(a[0], b[0]) >= min(p[0], q[0]) && max(p[0], q[0]) >= min(a[0], b[0]) &&
		max(a[1], b[1]) >= min(p[1], q[1]) && max(p[1], q[1]) >= min(a[1], b[1])
}

// contactOfEdges is how two edges meet.
type contactOfEdges int8

const (
	apart    contactOfEdges = iota
	touching                // an end of one lies on the other
	crossing                // inside of both
)

// edgesMeet says, exactly, how two edges meet whose bounds do. It takes longer where an
// end lies on the line of the other edge, or nearly.
func edgesMeet(a, b, p, q orb.Point) (meets contactOfEdges, exact bool) {
	sideP, exactP := sideOf(a, b, p)
	sideQ, exactQ := sideOf(a, b, q)
	exact = exactP || exactQ
	if sideP == sideQ && sideP != 0 {
		return apart, exact
	}
	sideA, exactA := sideOf(p, q, a)
	sideB, exactB := sideOf(p, q, b)
	exact = exact || exactA || exactB
	switch {
	case sideA == sideB && sideA != 0:
		return apart, exact
	case sideP*sideQ < 0 && sideA*sideB < 0:
		return crossing, exact
	}
	return touching, exact // where all are on one line, their bounds meet
}

// checkWork is what it takes to look for faults in lines and rings: each two edges whose
// bounds meet are compared, and each two rings whose bounds do.
func checkWork(chains []chain, rings []orb.Bound, r Row) bool {
	for i, c := range chains {
		if !spend(r, len(c.points)+(len(chains)-i)/boundsWork) {
			return false
		}
		for _, d := range chains[i+1:] {
			if c.bound.Intersects(d.bound) && !spend(r, 1+c.boundsThatMeet(d)/2) {
				return false
			}
		}
	}
	for i, a := range rings {
		meets := 0
		for _, b := range rings[i+1:] {
			if a.Intersects(b) {
				meets++
			}
		}
		if !spend(r, exactWork*meets+(len(rings)-i)/boundsWork) {
			return false
		}
	}
	return true
}

// boundsThatMeet counts stretchs of two chains, with a share of those that do not.
func (c chain) boundsThatMeet(d chain) int {
	meets := len(c.points) * len(d.points) / boundsWork
	for i := 1; i < len(c.points); i++ {
		for j := 1; j < len(d.points); j++ {
			if boundsMeet(c.points[i-1], c.points[i], d.points[j-1], d.points[j]) {
				meets++
			}
		}
	}
	return meets
}
