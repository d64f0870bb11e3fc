package geo

import "innoatlas/geo/cql2"

// Fold makes a text comparable, without its case and its accents.
func Fold(s string) string { return cql2.FoldSearch(s) }
