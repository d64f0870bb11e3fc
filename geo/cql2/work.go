package cql2

// Meter is a Row that bounds what it takes to ask it. Spend is called before work that
// may take long, in units of Work; where it says no, what the work was for is Unknown.
type Meter interface {
	Row
	Spend(work int) bool
}

func spend(r Row, work int) bool {
	m, ok := r.(Meter)
	return !ok || m.Spend(work)
}

// What parts of a filter take for each record, in units of a comparison.
const (
	likeWork    = 4
	foldWork    = 20 // of a text that is not ASCII
	spatialWork = 2
)

// Work is about what it takes to ask a record, in units of some 50 ns. What it takes to
// relate an outline is not in it: a Meter is told of that.
func Work(e Expr) int {
	work := 1
	switch e := e.(type) {
	case nil, Literal, BBox:
		return 0
	case In:
		if indexOf(e.Values) != nil {
			return work + Work(e.X)
		}
	case Like:
		work = likeWork
	case CaseI, AccentI:
		work = foldWork
	case Spatial:
		work = spatialWork + edgesBeside(e.Left) + edgesBeside(e.Right)
	}
	for _, child := range Children(e) {
		work += Work(child)
	}
	return work
}

// edgesBeside is what it takes to locate a point as seen from a literal.
func edgesBeside(e Expr) int {
	literal, _ := e.(Literal)
	if s := literal.Value.shape; s != nil && s.edges != nil {
		return s.edges.crowd() / 8
	}
	return 0
}
