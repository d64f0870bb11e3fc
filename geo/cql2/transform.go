package cql2

import "github.com/paulmach/orb"

// Transform gives the tree with every geometry literal and every box changed, as from
// one coordinate reference system into another. The tree that it is given stays as
// it is; the first error ends it.
func Transform(e Expr, geometry func(orb.Geometry) (orb.Geometry, error), box func(BBox) (BBox, error)) (Expr, error) {
	return rebuild(e, func(e Expr) (Expr, error) {
		switch e := e.(type) {
		case BBox:
			return box(e)
		case Literal:
			if e.Value.Type == Geometry {
				g, err := geometry(e.Value.Geometry)
				return Literal{GeometryOf(g)}, err
			}
		}
		return e, nil
	})
}

// rebuild makes a tree anew, from below: change is given each node after its children have
// been changed.
func rebuild(e Expr, change func(Expr) (Expr, error)) (Expr, error) {
	if e == nil {
		return nil, nil
	}
	m := mapper{change: change}
	e = m.children(e)
	if m.err != nil {
		return nil, m.err
	}
	return change(e)
}

// mapper keeps the first error.
type mapper struct {
	change func(Expr) (Expr, error)
	err    error
}

func (m *mapper) one(e Expr) Expr {
	if m.err != nil {
		return e
	}
	changed, err := rebuild(e, m.change)
	if m.err = err; err != nil {
		return e
	}
	return changed
}

func (m *mapper) all(list []Expr) []Expr {
	changed := make([]Expr, len(list))
	for i, e := range list {
		changed[i] = m.one(e)
	}
	return changed
}

// children is the node with its children changed.
func (m *mapper) children(e Expr) Expr {
	switch e := e.(type) {
	case And:
		return And(m.all(e))
	case Or:
		return Or(m.all(e))
	case Array:
		return Array(m.all(e))
	case Not:
		return Not{m.one(e.X)}
	case Compare:
		return Compare{e.Op, m.one(e.Left), m.one(e.Right)}
	case Between:
		return Between{m.one(e.X), m.one(e.Low), m.one(e.High)}
	case Like:
		return Like{m.one(e.X), m.one(e.Pattern)}
	case In:
		return In{m.one(e.X), m.all(e.Values)}
	case IsNull:
		return IsNull{m.one(e.X)}
	case Spatial:
		return Spatial{e.Op, m.one(e.Left), m.one(e.Right)}
	case Temporal:
		return Temporal{e.Op, m.one(e.Left), m.one(e.Right)}
	case ArrayPredicate:
		return ArrayPredicate{e.Op, m.one(e.Left), m.one(e.Right)}
	case Contains:
		return Contains{m.one(e.X), e.Part}
	case Interval:
		return Interval{m.one(e.Start), m.one(e.End)}
	case Arithmetic:
		return Arithmetic{e.Op, m.one(e.Left), m.one(e.Right)}
	case CaseI:
		return CaseI{m.one(e.X)}
	case AccentI:
		return AccentI{m.one(e.X)}
	case Call:
		return Call{e.Name, m.all(e.Args)}
	}
	return e
}
