package layout

import (
	"bytes"
	"io"
	"strings"
)

// directions are the characters that open and close embeddings, overrides and
// isolates of direction (Unicode Standard Annex #9, 2). One that a text does not
// close turns round what follows it, so that a name may read as another, and a
// title holds the name of the program backwards. Nobody writes them; the marks
// U+200E, U+200F and U+061C, which do no such harm, are used and stay.
const directions = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"

var undirected = func() *strings.Replacer {
	var pairs []string
	for _, c := range directions {
		pairs = append(pairs, string(c), "")
	}
	return strings.NewReplacer(pairs...)
}()

// Undirected is a text without directions.
func Undirected(text string) string { return undirected.Replace(text) }

// undirectedWriter takes directions out of what is written to a page, whichever part of
// it had them: an import refuses them, but a record may have come into the database in
// another way. Each Write has whole characters.
type undirectedWriter struct{ w io.Writer }

func (u undirectedWriter) Write(p []byte) (int, error) {
	if bytes.IndexByte(p, directions[0]) < 0 { // all begin with it
		return u.w.Write(p)
	}
	if _, err := undirected.WriteString(u.w, string(p)); err != nil {
		return 0, err
	}
	return len(p), nil
}
