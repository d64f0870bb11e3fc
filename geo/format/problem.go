package format

import (
	"strconv"
	"strings"
	"unicode"
)

// Pos is where in a file something stands. The zero Pos is the file as a whole.
type Pos struct {
	unit  unit
	index int
}

type unit uint8

const (
	wholeFile unit = iota
	line
	feature
)

// Line is a line of a file, from 1, as an editor shows it.
func Line(n int) Pos { return Pos{line, n} }

// FeatureAt is a member of the array "features", from 0.
func FeatureAt(i int) Pos { return Pos{feature, i} }

func (p Pos) String() string {
	switch p.unit {
	case line:
		return "line " + strconv.Itoa(p.index)
	case feature:
		return "features[" + strconv.Itoa(p.index) + "]"
	}
	return ""
}

// Problem is something in a file that must be put right first: where it stands
// and what is allowed instead.
type Problem struct {
	Pos    Pos
	Column string // or member of a JSON object; empty: the line or feature as a whole
	Value  string // as the file has it
	Reason string // what is allowed, as a sentence without its full stop
}

func (p *Problem) Error() string {
	where := p.Pos.String()
	if p.Column != "" {
		if where != "" {
			where += ", "
		}
		where += p.Column
		if p.Value != "" {
			where += " = " + quote(p.Value)
		}
	}
	if where == "" {
		return p.Reason
	}
	return where + ": " + p.Reason
}

// isUnseen are characters that no terminal shows as what they are.
func isUnseen(c rune) bool { return !unicode.IsPrint(c) && c != '\t' }

// quote shows a value on one line, shortened where it is long. JSON stands in
// backquotes, so that its own quotes need no escape.
func quote(s string) string {
	const most = 60
	rest := ""
	if r := []rune(s); len(r) > most {
		s, rest = string(r[:most]), "…"
	}
	if strings.Contains(s, `"`) && strconv.CanBackquote(s) && strings.IndexFunc(s, isUnseen) < 0 {
		return "`" + s + "`" + rest
	}
	return strconv.Quote(s) + rest
}

// Index is the number of the line or feature, from 1; 0 for a whole file.
func (p Pos) Index() int { return p.index }
