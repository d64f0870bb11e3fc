package cql2

// relateSets relates two sets of points: they have no boundary, and cross nothing.
func relateSets(op SpatialOp, a, b pointSet) Truth {
	common := a.common(b)
	within, contains := common == len(a), common == len(b)
	switch op {
	case SIntersects:
		return truth(common > 0)
	case SEquals:
		return truth(within && contains)
	case SWithin:
		return truth(within)
	case SContains:
		return truth(contains)
	case SOverlaps:
		return truth(common > 0 && !within && !contains)
	case STouches, SCrosses:
		return False
	}
	return Unknown
}

// relatePoints relates points with a geometry of any kind by where each of them lies.
func relatePoints(op SpatialOp, points pointSet, v Value, r Row) Truth {
	if v.Geometry.Dimensions() == 0 {
		return relateSets(op, points, v.points())
	}
	s := v.prepared()
	if !spend(r, len(points)*(1+len(s.chains)/boundsWork)) {
		return Unknown
	}
	var in, on, out bool
	for p := range points {
		switch s.locate(p) {
		case inside:
			in = true
		case onBoundary:
			on = true
		default:
			out = true
		}
	}
	switch op {
	case SIntersects:
		return truth(in || on)
	case SWithin:
		return truth(in && !out)
	case SCrosses:
		return truth(in && out)
	case STouches:
		return truth(on && !in)
	case SEquals, SContains, SOverlaps:
		return False
	}
	return Unknown
}

// relateEdges relates lines and areas. Where their edges meet nowhere, or one of them
// crosses the other, that settles it; the matrix of DE-9IM, which takes hundreds of times
// as long, is for what only touches, and for lines that meet lines.
func relateEdges(op SpatialOp, a, b *shape, r Row) Truth {
	if a.area && !b.area {
		a, b, op = b, a, op.Converse()
	}
	if !mayHold(op, a.area, b.area) {
		return False
	}
	m, ok := meetingOf(a, b, func(m meeting) bool { return b.area && m.clean || op == SIntersects && m.pairs > 0 }, r)
	switch {
	case !ok:
		return Unknown
	case m.pairs == 0:
		return relateApart(op, a, b, r)
	case op == SIntersects:
		return True
	case b.area && m.clean:
		return truth(op == SCrosses && !a.area || op == SOverlaps && a.area)
	case !spend(r, cornerWork*chainEdges*(len(a.chains)+len(b.chains))+crossWork*m.pairs):
		return Unknown
	}
	return relateGeometries(op, a, b)
}

// mayHold is false where the dimensions rule a predicate out: a is a line, or both are
// areas.
func mayHold(op SpatialOp, aIsArea, bIsArea bool) bool {
	switch op {
	case SEquals, SOverlaps, SContains:
		return aIsArea == bIsArea
	case SCrosses:
		return !aIsArea
	}
	return true
}

// relateApart relates lines and areas whose edges have no point in common: each line or
// ring lies wholly inside of the other geometry, or wholly outside.
func relateApart(op SpatialOp, a, b *shape, r Row) Truth {
	if !b.area { // two lines
		return False
	}
	aIn, aOut, ok := a.sidesOf(b, r)
	if !ok {
		return Unknown
	}
	if !a.area {
		return truth(op == SIntersects && aIn || op == SWithin && !aOut || op == SCrosses && aIn && aOut)
	}
	bIn, bOut, ok := b.sidesOf(a, r)
	if !ok {
		return Unknown
	}
	meets, within, contains := aIn || bIn, !aOut && !bIn, !bOut && !aIn
	switch op {
	case SIntersects:
		return truth(meets)
	case SWithin:
		return truth(within)
	case SContains:
		return truth(contains)
	case SOverlaps:
		return truth(meets && !within && !contains)
	}
	return False // to touch or to be equal they would have to meet
}

// sidesOf says whether some line or ring lies in an area, and whether some lies out of it.
func (s *shape) sidesOf(area *shape, r Row) (in, out, ok bool) {
	if !spend(r, len(s.lines)*(1+len(area.chains)/boundsWork)) {
		return false, false, false
	}
	for _, line := range s.lines {
		if area.locate(line[0]) == outside {
			out = true
		} else {
			in = true
		}
		if in && out {
			break
		}
	}
	return in, out, true
}
