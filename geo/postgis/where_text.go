package postgis

import (
	"strings"

	"innoatlas/geo/cql2"
)

// text is a value as text, which sorts by bytes because its columns do; NULL where
// it is none. The folding functions are those of migration 0008.
func (s *statement) text(e cql2.Expr) string {
	if s.kind(e) != cql2.Text {
		return "NULL::text"
	}
	switch e := e.(type) {
	case cql2.Literal:
		return s.bind(e.Value.Text, "text")
	case cql2.CaseI:
		return "innoatlas_casei(" + s.text(e.X) + ")"
	case cql2.AccentI:
		return "innoatlas_accenti(" + s.text(e.X) + ")"
	}
	c, _ := s.column(e)
	return c.sql
}

// like has the pattern of CQL2, which is SQL's but for its end.
func (s *statement) like(e cql2.Like) string {
	pattern, ok := e.Pattern.(cql2.Literal)
	if !ok || s.kind(pattern) != cql2.Text || s.kind(e.X) != cql2.Text {
		return sqlUnknown
	}
	return "(" + s.text(e.X) + " LIKE " + s.bind(endPattern(pattern.Value.Text), "text") + ")"
}

// endPattern doubles a lone \ at the end: it stands for itself, where SQL raises
// an error.
func endPattern(p string) string {
	if tail := len(p) - len(strings.TrimRight(p, `\`)); tail%2 == 1 {
		return p + `\`
	}
	return p
}

// likeEscape makes a text stand for itself in a LIKE pattern.
var likeEscape = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// contains is a LIKE and not strpos, because the trigram index serves it.
func (s *statement) contains(e cql2.Contains) string {
	if s.kind(e.X) != cql2.Text {
		return sqlUnknown
	}
	return "(" + s.text(e.X) + " LIKE " + s.bind("%"+likeEscape.Replace(e.Part)+"%", "text") + ")"
}
