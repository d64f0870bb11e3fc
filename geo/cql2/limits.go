package cql2

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/paulmach/orb"
)

// Limits of a filter. ParseText and ParseJSON count the same nodes, so that a tree
// which one of them makes is within the limits of the other.
const (
	MaxBytes = 64 << 10 // of text or JSON
	MaxDepth = 64       // of nodes within nodes; each GeometryCollection counts too
	MaxNodes = 2000     // all in all; ten positions of a geometry count as one

	MaxSpatial = 64 // spatial predicates

	// What is asked of each record, once Bind has computed what is constant.
	MaxAsked = 300 // conditions, properties and what is computed with them; IN is one
	MaxTexts = 64  // of these LIKE, CASEI and ACCENTI
)

const positionsPerNode = 10

// maxLevels bounds the recursion of the parsers. It is more than the brackets that a
// tree of MaxDepth needs in either encoding, four a node.
const maxLevels = 4 * MaxDepth

// levels counts how deep a parser is.
type levels int

// enter is called before each level, leave after it.
func (l *levels) enter(column int) error {
	if *l++; *l > maxLevels {
		return &Error{Column: column, Reason: fmt.Sprintf("more than %d brackets within each other", maxLevels)}
	}
	return nil
}

func (l *levels) leave() { *l-- }

// checkInput refuses what is too long or no text. U+0000 is none: PostgreSQL cannot
// hold it.
func checkInput(s string) error {
	if len(s) > MaxBytes {
		return &Error{Reason: fmt.Sprintf("the filter has %d bytes; at most %d are read", len(s), MaxBytes)}
	}
	if !utf8.ValidString(s) {
		return &Error{Column: utf8.RuneCountInString(validPrefix(s)) + 1, Reason: "the filter is not in UTF-8"}
	}
	if before, _, found := strings.Cut(s, "\x00"); found {
		return &Error{Column: utf8.RuneCountInString(before) + 1, Reason: noNull}
	}
	return nil
}

const noNull = "the character U+0000 has no place in a filter"

func validPrefix(s string) string {
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 {
			return s[:i]
		}
		i += n
	}
	return s
}

// checkSize refuses a tree of too many nodes or levels.
func checkSize(e Expr) error {
	nodes, depth := size(e)
	if nodes > MaxNodes {
		return &Error{Reason: fmt.Sprintf("the filter has %d parts; at most %d are read, so use fewer values", nodes, MaxNodes)}
	}
	if depth > MaxDepth {
		return &Error{Reason: fmt.Sprintf("the filter has %d levels; at most %d are read, so use fewer brackets or shorter sums", depth, MaxDepth)}
	}
	if n := count(e, func(e Expr) bool { _, is := e.(Spatial); return is }); n > MaxSpatial {
		return &Error{Reason: fmt.Sprintf("the filter has %d spatial predicates; at most %d are read, so join geometries to a MULTIPOLYGON, a MULTILINESTRING or a MULTIPOINT",
			n, MaxSpatial)}
	}
	return nil
}

// checkAsked refuses a bound tree that asks each record for too much.
func checkAsked(e Expr) error {
	asked := count(e, func(e Expr) bool {
		switch e.(type) {
		case Literal, BBox:
			return false
		}
		return true
	})
	texts := count(e, func(e Expr) bool {
		switch e.(type) {
		case Like, CaseI, AccentI:
			return true
		}
		return false
	})
	switch {
	case asked > MaxAsked:
		return fail("the filter asks each record for %d things; at most %d are, so use IN with a list, a BETWEEN or fewer conditions", asked, MaxAsked)
	case texts > MaxTexts:
		return fail("the filter has %d times LIKE, CASEI or ACCENTI of a property; at most %d are read, so use IN, as in CASEI(name) IN (CASEI('a'), CASEI('b'))", texts, MaxTexts)
	}
	return nil
}

// count is how many nodes of a tree are such.
func count(e Expr, is func(Expr) bool) (n int) {
	if e == nil {
		return 0
	}
	if is(e) {
		n = 1
	}
	for _, child := range Children(e) {
		n += count(child, is)
	}
	return n
}

func size(e Expr) (nodes, depth int) {
	if literal, ok := e.(Literal); ok && literal.Value.Type == Geometry {
		positions, depth := extent(literal.Value.Geometry)
		return 1 + positions/positionsPerNode, depth
	}
	for _, child := range Children(e) {
		if child == nil { // an open end
			continue
		}
		n, d := size(child)
		nodes, depth = nodes+n, max(depth, d)
	}
	return nodes + 1, depth + 1
}

// extent is how many positions a geometry has, and how deep its collections are.
func extent(g orb.Geometry) (positions, depth int) {
	switch g := g.(type) {
	case orb.Point:
		return 1, 1
	case orb.MultiPoint:
		return len(g), 1
	case orb.LineString:
		return len(g), 1
	case orb.Ring:
		return len(g), 1
	case orb.MultiLineString:
		return extents(g), 1
	case orb.Polygon:
		return extents(g), 1
	case orb.MultiPolygon:
		return extents(g), 1
	case orb.Collection:
		for _, member := range g {
			n, d := extent(member)
			positions, depth = positions+n, max(depth, d)
		}
		return positions, depth + 1
	}
	return 0, 1
}

func extents[G orb.Geometry](parts []G) (positions int) {
	for _, part := range parts {
		n, _ := extent(part)
		positions += n
	}
	return positions
}

// shorten is what a message shows of something that may be long.
func shorten(s string) string {
	const most = 60
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "…"
}
