package memory

import (
	"slices"

	"innoatlas/geo/cql2"
)

// properties appends the properties that a filter looks at, each once.
func properties(names []string, e cql2.Expr) []string {
	if p, ok := e.(cql2.Property); ok {
		if slices.Contains(names, string(p)) {
			return names
		}
		return append(names, string(p))
	}
	for _, child := range cql2.Children(e) {
		names = properties(names, child)
	}
	return names
}
