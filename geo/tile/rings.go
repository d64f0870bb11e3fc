package tile

import (
	"cmp"
	"math"
	"slices"
)

// Rings are lists of positions of which the last is joined to the first. Vector
// tiles want them simple: no position twice, no two segments that meet but at the
// ends of neighbours (MVT 2.1 §4.3.4.4). Rounding and clipping leave others: a
// strait that closes to a point, a bay that is cut off, two coasts that cross.

// straighten drops what a ring does not need: a position twice in a row, on a
// straight line, or at the end of a spike. Nil is a ring without area.
func straighten(r []position) []position {
	kept := r[:0]
	for _, p := range r {
		for len(kept) >= 2 && cross(kept[len(kept)-2], kept[len(kept)-1], p) == 0 {
			kept = kept[:len(kept)-1]
		}
		if len(kept) == 0 || kept[len(kept)-1] != p {
			kept = append(kept, p)
		}
	}
	for len(kept) >= 3 { // the same where the ends meet
		last := len(kept) - 1
		switch {
		case cross(kept[last-1], kept[last], kept[0]) == 0:
			kept = kept[:last]
		case cross(kept[last], kept[0], kept[1]) == 0:
			kept = kept[1:]
		default:
			return kept
		}
	}
	return nil
}

// cross is 0 where the way from a by b to c is straight or turns right back, and
// positive where it turns clockwise on the screen.
func cross(a, b, c position) int { return (b.x-a.x)*(c.y-b.y) - (b.y-a.y)*(c.x-b.x) }

// area is twice the area of a ring, positive where it runs clockwise on the screen.
func area(r []position) int {
	sum, last := 0, r[len(r)-1]
	for _, p := range r {
		sum += last.x*p.y - p.x*last.y
		last = p
	}
	return sum
}

// wind turns a ring clockwise on the screen.
func wind(r []position) []position {
	if area(r) < 0 {
		slices.Reverse(r)
	}
	return r
}

// simpleRings are the simple rings that a ring consists of. Those that run the
// other way than it does are holes, or flaws that lie outside. ok is false where
// the ring is too tangled to be taken apart in reasonable time.
func simpleRings(r []position) (rings [][]position, ok bool) {
	const rounds = 8 // each moves crossings to whole units, which may make new ones
	for range rounds {
		m := meet(r)
		switch {
		case m.patience < 0:
			return nil, false
		case m.cuts == nil && !m.touches:
			return [][]position{r}, true
		case m.cuts == nil:
			return split(r), true
		}
		r = insert(r, m.cuts)
	}
	return nil, false
}

// segment is that from r[i] to the position behind it.
type segment struct {
	a, b position
	i    int
}

// meetings are where the segments of a ring meet.
type meetings struct {
	cuts     map[int][]position // where to cut segments, by their index; nil where nowhere
	touches  bool               // whether two positions are the same
	patience int                // how many pairs may still be compared; negative: the search was given up
}

// meet compares the segments whose boxes overlap. On a true coast those are about
// fifteen for each.
func meet(r []position) meetings {
	segments := make([]boxed, len(r))
	for i, a := range r {
		segments[i] = newBoxed(segment{a, r[(i+1)%len(r)], i})
	}
	slices.SortFunc(segments, func(s, t boxed) int { return s.box.min.x - t.box.min.x })
	m := meetings{patience: 20_000 + 40*len(r)}
	for i := range segments {
		s := &segments[i]
		for j := i + 1; j < len(segments) && segments[j].box.min.x <= s.box.max.x && m.patience >= 0; j++ {
			m.patience--
			if t := &segments[j]; t.box.min.y <= s.box.max.y && t.box.max.y >= s.box.min.y {
				m.touches = m.touches || s.a == t.a
				m.compare(s.segment, t.segment)
			}
		}
	}
	return m
}

// boxed is a segment with the box that holds it.
type boxed struct {
	segment
	box bound
}

func newBoxed(s segment) boxed {
	return boxed{s, bound{position{min(s.a.x, s.b.x), min(s.a.y, s.b.y)}, position{max(s.a.x, s.b.x), max(s.a.y, s.b.y)}}}
}

// compare cuts two segments where they meet.
func (m *meetings) compare(s, t segment) {
	if (s.b == t.a || s.a == t.b) && cross(s.a, s.b, t.a)+cross(s.a, s.b, t.b) != 0 {
		return // neighbours with a bend between
	}
	if s.crosses(t) {
		p := s.crossing(t)
		m.cut(s, p)
		m.cut(t, p)
		return
	}
	ends, n := s.shared(t)
	for _, p := range ends[:n] {
		m.cut(s, p)
		m.cut(t, p)
	}
}

func (m *meetings) cut(s segment, p position) {
	if p == s.a || p == s.b {
		return
	}
	if m.cuts == nil {
		m.cuts = map[int][]position{}
	}
	m.cuts[s.i] = append(m.cuts[s.i], p)
	m.patience -= 10 // a ring in knots has as many as it has pairs
}

// crosses reports whether two segments cross within both.
func (s segment) crosses(t segment) bool {
	return sign(cross(s.a, s.b, t.a))*sign(cross(s.a, s.b, t.b)) < 0 && sign(cross(t.a, t.b, s.a))*sign(cross(t.a, t.b, s.b)) < 0
}

// crossing is where two segments that cross do so, in whole units.
func (s segment) crossing(t segment) position {
	before, behind := cross(t.a, t.b, s.a), cross(t.a, t.b, s.b)
	fraction := float64(before) / float64(before-behind)
	between := func(a, b int) int { return a + int(math.Round(fraction*float64(b-a))) }
	return position{between(s.a.x, s.b.x), between(s.a.y, s.b.y)}
}

// shared are the n ends that lie on the other segment.
func (s segment) shared(t segment) (ends [4]position, n int) {
	for _, end := range [4]struct {
		on segment
		p  position
	}{{s, t.a}, {s, t.b}, {t, s.a}, {t, s.b}} {
		if cross(end.on.a, end.on.b, end.p) == 0 && end.on.spans(end.p) {
			ends[n] = end.p
			n++
		}
	}
	return ends, n
}

// spans reports whether a position of its line is within the segment.
func (s segment) spans(p position) bool {
	return p.x >= min(s.a.x, s.b.x) && p.x <= max(s.a.x, s.b.x) && p.y >= min(s.a.y, s.b.y) && p.y <= max(s.a.y, s.b.y)
}

func sign(n int) int { return cmp.Compare(n, 0) }

// insert is the ring with more positions in it.
func insert(r []position, cuts map[int][]position) []position {
	longer := make([]position, 0, len(r)+2*len(cuts))
	for i, p := range r {
		longer = append(longer, p)
		along := cuts[i]
		slices.SortFunc(along, func(a, b position) int { return cmp.Compare(distance(p, a), distance(p, b)) })
		longer = append(longer, slices.Compact(along)...)
	}
	return slices.Compact(longer)
}

func distance(a, b position) int { return (a.x-b.x)*(a.x-b.x) + (a.y-b.y)*(a.y-b.y) }

// split takes a ring apart where it comes to a position again.
func split(r []position) [][]position {
	var parts [][]position
	keep := func(part []position) {
		if part = straighten(slices.Clone(part)); part != nil {
			parts = append(parts, part)
		}
	}
	var way []position
	at := map[position]int{} // place in the way
	for _, p := range r {
		if i, again := at[p]; again {
			keep(way[i:])
			for _, left := range way[i+1:] {
				delete(at, left)
			}
			way = way[:i+1]
			continue
		}
		at[p] = len(way)
		way = append(way, p)
	}
	keep(way)
	return parts
}

// polygonsOf are valid polygons for one whose rings were rounded and clipped, each an
// outer ring with its holes behind it: the first clockwise on the screen, holes the
// other way. Nil rings are those too small to be there; a hole that is in none of the
// outer rings is dropped. ok is that of simpleRings, and false where the positions are
// more than a tile has room for.
func polygonsOf(outer []position, holes [][]position) (rings [][]position, ok bool) {
	const leastBytes = 2 // of a position
	switch {
	case outer == nil:
		return nil, true
	case len(outer) > MaxBytes/2/leastBytes:
		return nil, false
	}
	var outers, inners [][]position
	for i, ring := range slices.Concat([][]position{outer}, holes) {
		if ring == nil {
			continue
		}
		simple, ok := simpleRings(wind(ring))
		if !ok {
			return nil, false
		}
		for _, r := range simple {
			isOuter := area(r) > 0
			switch {
			case isOuter && i == 0:
				outers = append(outers, r)
			case isOuter: // of a hole
				slices.Reverse(r)
				inners = append(inners, r)
			case i == 0:
				inners = append(inners, r)
			}
		}
	}
	if len(inners) == 0 {
		return outers, true
	}
	return nest(outers, inners), true
}

// nest puts holes behind the rings that they are in. A hole may touch its ring in one
// position, and other holes nowhere; else it is dropped.
func nest(outers, inners [][]position) (rings [][]position) {
	for _, o := range outers {
		rings = append(rings, o)
		holes := len(rings)
		for _, inner := range inners {
			apart := func(hole []position) bool {
				return contacts(hole, inner) == 0 && !surrounds(hole, inner) && !surrounds(inner, hole)
			}
			if contacts(o, inner) <= 1 && surrounds(o, inner) && all(rings[holes:], apart) {
				rings = append(rings, inner)
			}
		}
	}
	return rings
}

func all(rings [][]position, ok func([]position) bool) bool {
	return !slices.ContainsFunc(rings, func(r []position) bool { return !ok(r) })
}

// contacts counts the positions in which two rings meet, but no further than to 2.
func contacts(r, other []position) int {
	const enough = 2
	var found []position
	within := boundOf(other)
	for i, a := range r {
		s := newBoxed(segment{a: a, b: r[(i+1)%len(r)]})
		if !within.overlaps(s.box) {
			continue
		}
		for j, p := range other {
			t := segment{a: p, b: other[(j+1)%len(other)]}
			if s.crosses(t) {
				return enough
			}
			ends, n := s.shared(t)
			for _, p := range ends[:n] {
				if !slices.Contains(found, p) {
					found = append(found, p)
				}
			}
			if len(found) >= enough {
				return enough
			}
		}
	}
	return len(found)
}

// surrounds reports whether a ring is around another, where they meet in one
// position at most.
func surrounds(r, other []position) bool {
	if !boundOf(r).overlaps(boundOf(other)) {
		return false
	}
	for _, p := range other {
		if s := side(r, p); s != 0 {
			return s > 0
		}
	}
	return false
}

// bound is the smallest box that holds a ring.
type bound struct{ min, max position }

func boundOf(r []position) bound {
	b := bound{r[0], r[0]}
	for _, p := range r[1:] {
		b.min = position{min(b.min.x, p.x), min(b.min.y, p.y)}
		b.max = position{max(b.max.x, p.x), max(b.max.y, p.y)}
	}
	return b
}

func (b bound) overlaps(other bound) bool {
	return b.min.x <= other.max.x && other.min.x <= b.max.x && b.min.y <= other.max.y && other.min.y <= b.max.y
}

// side is 1 where a position is in a simple ring, 0 on its edge, -1 outside.
func side(r []position, p position) int {
	in := -1
	a := r[len(r)-1]
	for _, b := range r {
		turn := cross(a, b, p)
		if turn == 0 && (segment{a: a, b: b}).spans(p) {
			return 0
		}
		if (a.y > p.y) != (b.y > p.y) && (turn > 0) == (b.y > a.y) {
			in = -in
		}
		a = b
	}
	return in
}
