package postgis

import (
	"strings"

	"innoatlas/geo/cql2"
	"innoatlas/geo/search"
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

// contains is a LIKE, and where the table has terms a look for those of the part before it,
// which an index serves. Where the terms alone decide there is no LIKE.
func (s *statement) contains(e cql2.Contains) string {
	if s.kind(e.X) != cql2.Text {
		return sqlUnknown
	}
	terms, sure := s.termsOf(e)
	switch like := "(" + s.text(e.X) + " LIKE "; {
	case len(terms) == 0:
		return like + s.bind("%"+likeEscape.Replace(e.Part)+"%", "text") + ")"
	case sure:
		return s.matches(tsquery(terms))
	default:
		return "(" + s.matches(tsquery(terms)) + " AND " + like + s.bind("%"+likeEscape.Replace(e.Part)+"%", "text") + "))"
	}
}

// termsOf are the terms of a part of the search text, as the table has them; none where it
// has no terms, or they do not find the part.
func (s *statement) termsOf(e cql2.Contains) (terms []search.Term, sure bool) {
	if !s.table.terms || e.X != cql2.Property("search_text") {
		return nil, false
	}
	terms, sure = search.Find(e.Part)
	for i := range terms {
		if letters := []rune(terms[i].Text); len(letters) >= mostTerm {
			terms[i].Text, sure = string(letters[:mostTerm]), false
		}
	}
	return terms, sure
}

// mostTerm is at how many letters migration 0019 cuts terms.
const mostTerm = 200

func (s *statement) matches(tsquery string) string {
	return "(search_terms @@ (" + s.bind(tsquery, "text") + ")::tsquery)"
}

// tsquery asks for all of the terms.
func tsquery(terms []search.Term) string {
	texts := make([]string, len(terms))
	for i, term := range terms {
		texts[i] = "'" + tsqueryEscape.Replace(term.Text) + "'"
		if term.Prefix {
			texts[i] += ":*"
		}
	}
	return strings.Join(texts, " & ")
}

// tsqueryEscape makes a text stand for itself between the quotes of a tsquery.
var tsqueryEscape = strings.NewReplacer(`\`, `\\`, `'`, `''`)

// anyOf is an Or, and allOf an And. The parts of it that terms alone find are one question. What
// is settled by a value comes first, since terms stand far behind in a record.
func (s *statement) anyOf(parts cql2.Or) string { return s.together(flat(parts), " OR ", " | ") }

// flat has the parts of an Or within an Or beside its own.
func flat(or cql2.Or) (parts []cql2.Expr) {
	for _, part := range or {
		if within, ok := part.(cql2.Or); ok && len(within) > 0 {
			parts = append(parts, flat(within)...)
		} else {
			parts = append(parts, part)
		}
	}
	return parts
}

func (s *statement) allOf(parts cql2.And) string { return s.together(parts, " AND ", " & ") }

func (s *statement) together(parts []cql2.Expr, operator, ofTerms string) string {
	var found []string
	var values, others []cql2.Expr
	for _, part := range parts {
		if query := s.termsAlone(part); query != "" {
			found = append(found, "("+query+")")
		} else if s.chooses(part) {
			values = append(values, part)
		} else {
			others = append(others, part)
		}
	}
	if len(found) < 2 {
		return s.join(parts, operator)
	}
	texts := []string{}
	if len(values) > 0 {
		texts = append(texts, s.join(values, operator))
	}
	texts = append(texts, s.matches(strings.Join(found, ofTerms)))
	if len(others) > 0 {
		texts = append(texts, s.join(others, operator))
	}
	return "(" + strings.Join(texts, operator) + ")"
}

// termsAlone is a filter as a tsquery, where terms alone find what it keeps; empty where they
// do not.
func (s *statement) termsAlone(e cql2.Expr) string {
	switch e := e.(type) {
	case cql2.Contains:
		if terms, sure := s.termsOf(e); sure {
			return tsquery(terms)
		}
	case cql2.Or:
		queries := make([]string, len(e))
		for i, part := range e {
			if queries[i] = s.termsAlone(part); queries[i] == "" {
				return ""
			}
		}
		return strings.Join(queries, " | ")
	}
	return ""
}
