package cql2

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// tokenKind says what a token is.
type tokenKind uint8

const (
	endToken    tokenKind = iota
	nameToken             // a keyword, a function or a property
	quotedToken           // a property in double quotes
	textToken
	numberToken
	symbolToken
)

// token is a piece of CQL2 text. Of names, text is as written; of the quoted, it is
// what the quotes hold.
type token struct {
	kind   tokenKind
	text   string
	number float64
	column int // of its first character, from 1
}

// String is how an error shows the token.
func (t token) String() string {
	text := shorten(t.text)
	switch t.kind {
	case endToken:
		return "the end"
	case textToken:
		return "'" + text + "'"
	case quotedToken:
		return `"` + text + `"`
	}
	return text
}

// is reports whether the token is that symbol, or that keyword in any case.
func (t token) is(word string) bool {
	return (t.kind == symbolToken || t.kind == nameToken) && sameWord(t.text, word)
}

// sameWord compares the letters of ASCII without their case, and not such as K (the
// kelvin), which Unicode takes for a K.
func sameWord(a, b string) bool { return len(a) == len(b) && strings.EqualFold(a, b) }

// lexer cuts CQL2 text into tokens.
type lexer struct {
	rest   string
	column int
	tokens []token
}

// lex gives the tokens of a text, the end among them.
func lex(s string) ([]token, error) {
	l := &lexer{rest: s, column: 1, tokens: make([]token, 0, len(s)/4+2)}
	for {
		l.skipBlanks()
		if l.rest == "" {
			return append(l.tokens, token{kind: endToken, column: l.column}), nil
		}
		if err := l.next(); err != nil {
			return nil, err
		}
	}
}

// advance passes n bytes.
func (l *lexer) advance(n int) {
	l.column += utf8.RuneCountInString(l.rest[:n])
	l.rest = l.rest[n:]
}

func (l *lexer) skipBlanks() {
	l.advance(len(l.rest) - len(strings.TrimLeftFunc(l.rest, unicode.IsSpace)))
}

// add takes the next n bytes as a token.
func (l *lexer) add(t token, n int) {
	t.column = l.column
	l.tokens = append(l.tokens, t)
	l.advance(n)
}

func (l *lexer) next() error {
	r, _ := utf8.DecodeRuneInString(l.rest)
	switch {
	case r == '\'':
		return l.quotedText()
	case r == '"':
		return l.quotedName()
	case isDigit(r), r == '.' && len(l.rest) > 1 && isDigit(rune(l.rest[1])):
		return l.number()
	case isNameStart(r):
		n := nameLength(l.rest)
		l.add(token{kind: nameToken, text: l.rest[:n]}, n)
		return nil
	}
	return l.symbol(r)
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

func isNameStart(r rune) bool { return r == '_' || r == ':' || unicode.IsLetter(r) }

// isName reports whether a text reads as one name, without quotes.
func isName(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return isNameStart(r) && nameLength(s) == len(s)
}

// nameLength is how many bytes of the text are a name.
func nameLength(s string) int {
	for i, r := range s {
		if !isNameStart(r) && r != '.' && !unicode.IsDigit(r) && !unicode.IsMark(r) {
			return i
		}
	}
	return len(s)
}

// quotedText reads a text in single quotes. A quote inside is written ” or \'. A
// backslash stands for itself, but directly before a quote two stand for one, so
// that a text may end with one.
func (l *lexer) quotedText() error {
	var b strings.Builder
	for rest := l.rest[1:]; ; {
		before, after, found := strings.Cut(rest, "'")
		if !found {
			return l.unclosed()
		}
		slashes := len(before) - len(strings.TrimRight(before, `\`))
		b.WriteString(before[:len(before)-slashes+slashes/2])
		rest = after
		switch {
		case slashes%2 == 1:
		case strings.HasPrefix(rest, "'"):
			rest = rest[1:]
		default:
			l.add(token{kind: textToken, text: b.String()}, len(l.rest)-len(rest))
			return nil
		}
		b.WriteByte('\'')
	}
}

func (l *lexer) unclosed() error {
	reason := "the quote ' is not closed"
	if strings.Contains(l.rest, `\'`) {
		reason += `; \' is a quote within the text, and \\' a backslash at its end`
	}
	return &Error{Column: l.column, Reason: reason}
}

// quotedName reads a name in double quotes; one inside is written "".
func (l *lexer) quotedName() error {
	var b strings.Builder
	for rest := l.rest[1:]; ; {
		before, after, found := strings.Cut(rest, `"`)
		if !found {
			return &Error{Column: l.column, Reason: `the quote " is not closed`}
		}
		b.WriteString(before)
		rest = after
		if !strings.HasPrefix(rest, `"`) {
			if b.Len() == 0 {
				return &Error{Column: l.column, Reason: "a name in double quotes is empty"}
			}
			l.add(token{kind: quotedToken, text: b.String()}, len(l.rest)-len(rest))
			return nil
		}
		b.WriteByte('"')
		rest = rest[1:]
	}
}

func (l *lexer) number() error {
	n := numberLength(l.rest)
	f, err := strconv.ParseFloat(l.rest[:n], 64)
	if err != nil {
		return &Error{Column: l.column, Reason: fmt.Sprintf("%s is too large a number", shorten(l.rest[:n]))}
	}
	if r, _ := utf8.DecodeRuneInString(l.rest[n:]); isNameStart(r) {
		return &Error{Column: l.column, Reason: fmt.Sprintf("a name cannot begin with a digit; write \"%s\" in double quotes", shorten(l.rest[:n+nameLength(l.rest[n:])]))}
	}
	l.add(token{kind: numberToken, text: l.rest[:n], number: f}, n)
	return nil
}

// numberLength is how many bytes are digits, a point, digits and an exponent.
func numberLength(s string) int {
	digits := func(i int) int {
		for i < len(s) && isDigit(rune(s[i])) {
			i++
		}
		return i
	}
	n := digits(0)
	if n < len(s) && s[n] == '.' {
		n = digits(n + 1)
	}
	if n < len(s) && (s[n] == 'e' || s[n] == 'E') {
		i := n + 1
		if i < len(s) && (s[i] == '+' || s[i] == '-') {
			i++
		}
		if end := digits(i); end > i {
			n = end
		}
	}
	return n
}

// symbols are those of two characters before those of one.
var symbols = []string{"<>", "<=", ">=", "=", "<", ">", "(", ")", ",", "+", "-", "*", "/", "%", "^"}

// strangers are what other languages write, and what it is here.
var strangers = map[string]string{
	"==": "=", "!=": "<>", "=>": ">=", "=<": "<=", "&&": "AND", "||": "OR", "!": "NOT", "~": "LIKE", "[": "(", "]": ")", "{": "(", "}": ")",
	"‘": "a straight quote '", "’": "a straight quote '", "“": `a straight quote "`, "”": `a straight quote "`, ";": "nothing there",
	"≤": "<=", "≥": ">=", "≠": "<>", "−": "-", "×": "*", "，": ",", "（": "(", "）": ")", "＝": "=", "＜": "<", "＞": ">",
}

func (l *lexer) symbol(r rune) error {
	for _, n := range []int{2, utf8.RuneLen(r)} {
		if n > len(l.rest) {
			continue
		}
		if other, ok := strangers[l.rest[:n]]; ok {
			return &Error{Column: l.column, Reason: fmt.Sprintf("%s is not CQL2; write %s", l.rest[:n], other)}
		}
	}
	for _, s := range symbols {
		if strings.HasPrefix(l.rest, s) {
			l.add(token{kind: symbolToken, text: s}, len(s))
			return nil
		}
	}
	return &Error{Column: l.column, Reason: fmt.Sprintf("the character %q has no meaning here", r)}
}
