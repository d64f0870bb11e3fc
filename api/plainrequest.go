package api

import "strings"

// readPlain understands the whole header of a request that is as nearly every client writes
// it: GET or HEAD of a path without escapes, lines of visible ASCII that end with CR LF, and
// nothing that says more of how it is to be read or answered. All others, right or wrong, are
// net/http's; ok is false then.
func readPlain(head string) (r request, method string, ok bool) {
	line, rest, ok := strings.Cut(head, "\r\n")
	if !ok || !r.readTarget(line, &method) {
		return r, "", false
	}
	for rest != "\r\n" {
		if line, rest, ok = strings.Cut(rest, "\r\n"); !ok || !r.readField(line) {
			return r, "", false
		}
	}
	return r, method, r.host != ""
}

// readTarget reads the first line.
func (r *request) readTarget(line string, method *string) bool {
	var target string
	var ok bool
	if *method, target, ok = strings.Cut(line, " "); !ok || *method != "GET" && *method != "HEAD" {
		return false
	}
	if target, ok = strings.CutSuffix(target, " HTTP/1.1"); !ok || !strings.HasPrefix(target, "/") {
		return false
	}
	r.path, r.query, _ = strings.Cut(target, "?")
	return consistsOf(r.path, ofPath) && consistsOf(r.query, ofQuery)
}

// longestName is that of a field that is read here, in bytes. What matters is shorter.
const longestName = 48

// readField reads another line. Fields that are not named here say nothing of an answer that
// is kept, nor to net/http.
func (r *request) readField(line string) bool {
	name, value, ok := strings.Cut(line, ":")
	if !ok || name == "" || len(name) > longestName || !consistsOf(name, ofName) || !consistsOf(value, ofValue) {
		return false
	}
	var room [longestName]byte
	for i := range len(name) {
		room[i] = name[i] | 0x20 // letters become small, and "-" stays
	}
	value = strings.Trim(value, " ")
	switch string(room[:len(name)]) {
	case "host":
		return consistsOf(value, ofHost) && readOnce(&r.host, value)
	case "accept":
		return readOnce(&r.accept, value)
	case "accept-encoding":
		return readOnce(&r.coding, value)
	case "connection":
		return strings.EqualFold(value, "keep-alive")
	case "content-length", "content-encoding", "content-type", "transfer-encoding", "trailer", "te", "expect", "upgrade",
		"http2-settings", "proxy-connection", "keep-alive", "if-none-match", "if-match", "if-modified-since", "if-unmodified-since", "if-range", "range":
		return false
	}
	return true
}

// readOnce leaves to net/http which of two values counts, and what an empty one means.
func readOnce(field *string, value string) bool {
	if *field != "" || value == "" {
		return false
	}
	*field = value
	return true
}

// Where a byte may be in a plain request.
const (
	ofPath = 1 << iota
	ofQuery
	ofName
	ofValue
	ofHost
)

// byteClasses says of each byte where it may be.
var byteClasses = func() (classes [256]uint8) {
	for b := ' '; b <= '~'; b++ {
		classes[b] = ofValue
		if b != ' ' && b != '#' {
			classes[b] |= ofQuery
		}
		switch {
		case 'a' <= b && b <= 'z', 'A' <= b && b <= 'Z', '0' <= b && b <= '9', b == '-':
			classes[b] |= ofPath | ofName | ofHost
		case b == '.':
			classes[b] |= ofPath | ofHost
		case b == '/', b == '_', b == '~':
			classes[b] |= ofPath
		case b == ':', b == '[', b == ']':
			classes[b] |= ofHost
		}
	}
	return classes
}()

func consistsOf(text string, class uint8) bool {
	for i := range len(text) {
		if byteClasses[text[i]]&class == 0 {
			return false
		}
	}
	return true
}
