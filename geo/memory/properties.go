package memory

import "innoatlas/geo/cql2"

// onlyProperty is the one property that a filter looks at; empty where it looks
// at none or at several.
func onlyProperty(e cql2.Expr) string {
	var only string
	for _, p := range properties(nil, e) {
		if only != "" && p != only {
			return ""
		}
		only = p
	}
	return only
}

// properties appends the properties that a filter looks at.
func properties(names []string, e cql2.Expr) []string {
	switch e := e.(type) {
	case cql2.Property:
		return append(names, string(e))
	case cql2.And:
		for _, part := range e {
			names = properties(names, part)
		}
	case cql2.Or:
		for _, part := range e {
			names = properties(names, part)
		}
	case cql2.Not:
		return properties(names, e.X)
	case cql2.Compare:
		return properties(properties(names, e.Left), e.Right)
	case cql2.In:
		return properties(names, e.X)
	case cql2.IsNull:
		return properties(names, e.X)
	case cql2.Overlaps:
		return properties(names, e.X)
	case cql2.Intersects:
		return properties(names, e.X)
	case cql2.Contains:
		return properties(names, e.X)
	}
	return names
}
