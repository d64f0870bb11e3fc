package cql2

import (
	"strings"
	"unicode/utf8"
)

// pattern is a pattern of LIKE, taken apart: the parts between its % signs, in their
// order. The first begins the text and the last ends it.
type pattern []part

// part is the texts of a part of a pattern, each with the number of _ signs before it.
type part []piece

type piece struct {
	skip int // characters
	text string
}

// newPattern reads a pattern. A backslash takes the meaning from the character that
// follows; alone at the end it stands for itself.
func newPattern(s string) pattern {
	var p pattern
	var pieces part
	var text strings.Builder
	skip := 0
	end := func() {
		pieces = append(pieces, piece{skip, text.String()})
		text.Reset()
		skip = 0
	}
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '_':
			if text.Len() > 0 {
				end()
			}
			skip++
		case c == '%':
			end()
			p, pieces = append(p, pieces), nil
		case c == '\\' && i+1 < len(s):
			i++
			text.WriteByte(s[i])
		default:
			text.WriteByte(c)
		}
	}
	end()
	return append(p, pieces)
}

// match reports whether the pattern stands for the text. Each part between two %
// may take the first place that it finds: where the rest fits behind a later one, it
// fits behind the first. So nothing is tried twice, and the time is at most the
// product of the lengths.
func (p pattern) match(s characters) bool {
	s.ascii = p.skipsFar() && isASCII(s.text)
	n, ok := p[0].begins(s)
	if !ok || len(p) == 1 {
		return ok && n == len(s.text)
	}
	s = s.after(n)
	last := len(p) - 1
	for _, part := range p[1:last] {
		if n, ok = part.endOfFirst(s); !ok {
			return false
		}
		s = s.after(n)
	}
	return p[last].ends(s)
}

// skipsFar reports that it is worth to know whether a text is ASCII.
func (p pattern) skipsFar() bool {
	const far = 4
	for _, part := range p {
		for _, piece := range part {
			if piece.skip > far {
				return true
			}
		}
	}
	return false
}

// begins reports whether the part stands for the start of the text, and how many
// bytes that has.
func (p part) begins(s characters) (n int, ok bool) {
	for _, piece := range p {
		if n, ok = s.skip(n, piece.skip); !ok || !s.after(n).begin(piece.text) {
			return 0, false
		}
		n += len(piece.text)
	}
	return n, true
}

// endOfFirst is where the first place ends that the part stands for.
func (p part) endOfFirst(s characters) (end int, ok bool) {
	from, ok := s.skip(0, p[0].skip) // behind any characters, the rest may stand anywhere
	for ok {
		i := s.after(from).index(p[0].text)
		if i < 0 {
			return 0, false
		}
		from += i + len(p[0].text)
		if n, ok := p[1:].begins(s.after(from)); ok {
			return from + n, true
		}
		from, ok = s.skip(from-len(p[0].text), 1)
	}
	return 0, false
}

// ends reports whether the part stands for the end of the text.
func (p part) ends(s characters) bool {
	from := len(s.text)
	for n := p.length(); n > 0; n-- {
		_, size := utf8.DecodeLastRuneInString(s.text[:from])
		if from -= size; size == 0 {
			return false
		}
	}
	n, ok := p.begins(s.after(from))
	return ok && from+n == len(s.text)
}

// length is how many characters the part stands for.
func (p part) length() int {
	n := 0
	for _, piece := range p {
		n += piece.skip + utf8.RuneCountInString(piece.text)
	}
	return n
}

// characters are a text that is read as it is, or, where it is ASCII, in lower case: to
// ask a million names without their case, no copies of them are made.
type characters struct {
	text  string
	lower bool
	ascii bool // is known
}

// skip is where so many more characters end behind n bytes; ok is false where there are
// not so many. In ASCII that is at once, so that no pattern is slow to ask.
func (s characters) skip(n, count int) (end int, ok bool) {
	if s.lower || s.ascii {
		return n + count, n+count <= len(s.text)
	}
	for ; count > 0; count-- {
		_, size := utf8.DecodeRuneInString(s.text[n:])
		if n += size; size == 0 {
			return n, false
		}
	}
	return n, true
}

func (s characters) after(n int) characters { return characters{s.text[n:], s.lower, s.ascii} }

// begin reports whether they begin with a text.
func (s characters) begin(text string) bool {
	if !s.lower {
		return strings.HasPrefix(s.text, text)
	}
	return len(s.text) >= len(text) && s.prefix(len(text)).compare(text) == 0
}

func (s characters) prefix(n int) characters { return characters{s.text[:n], s.lower, s.ascii} }

// index is where a text begins in them, or -1.
func (s characters) index(text string) int {
	if !s.lower || text == "" {
		return strings.Index(s.text, text)
	}
	for i := 0; i+len(text) <= len(s.text); i++ {
		if lowerByte(s.text[i]) == text[0] && s.after(i).begin(text) {
			return i
		}
	}
	return -1
}

// compare is strings.Compare of them and a text.
func (s characters) compare(text string) int {
	if !s.lower {
		return strings.Compare(s.text, text)
	}
	for i := range min(len(s.text), len(text)) {
		if a, b := lowerByte(s.text[i]), text[i]; a != b {
			return int(a) - int(b)
		}
	}
	return len(s.text) - len(text)
}

func lowerByte(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// bytesPerMatch is how many bytes of a pattern are compared for one unit of work.
const bytesPerMatch = 32

// like reads a pattern only where Bind has not.
func like(v Value, lower bool, p Value, r Row) Truth {
	switch {
	case v.Type != Text || p.Type != Text:
		return Unknown
	case len(v.Text) > longText && !spend(r, len(v.Text)*(1+len(p.Text)/bytesPerMatch)):
		return Unknown
	case p.pattern != nil:
		return truth(p.pattern.match(characters{text: v.Text, lower: lower}))
	}
	return truth(newPattern(p.Text).match(characters{text: v.Text, lower: lower}))
}
