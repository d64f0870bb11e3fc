package api

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"
)

// entityTag names what an answer is made of. Two answers with one strong tag are
// equal byte by byte, with one weak tag but for their time stamp. The revision is
// read before the data, so while an import commits, an answer may hold newer data
// than its tag names, never older: the next request puts that right.
func entityTag(weak bool, parts ...string) string {
	var room [512]byte
	b := room[:0]
	for _, p := range parts {
		b = append(append(b, p...), 0)
	}
	sum := sha256.Sum256(b)
	prefix := `"`
	if weak {
		prefix = `W/"`
	}
	return prefix + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
}

// buildOf names what answers are made by, as a part of their tags: the program, and what
// the operator chose for files and pages, which changes without a new one.
func buildOf(cfg Config) string {
	t, p := cfg.Terms, cfg.Page
	return entityTag(false, cfg.Version, cfg.BaseURL, t.Licence, t.LicenceURL, t.Attribution,
		p.BordersAddress(), p.TilesURL, p.TilesAttribution, p.Contact, strings.Join(p.FrameAncestors, " "))
}

// matchesTag reports whether one of the tags of an If-None-Match header is the
// given one, by the weak comparison (RFC 9110 §8.8.3.2). "*" is not looked at.
func matchesTag(header []string, tag string) bool {
	want := strings.TrimPrefix(tag, "W/")
	for _, list := range header {
		for list != "" {
			var opaque string
			if opaque, list = nextTag(list); opaque == want {
				return true
			}
		}
	}
	return false
}

// nextTag takes the first entity tag off a list, without its W/. Text that is no
// tag ends the list.
func nextTag(list string) (opaque, rest string) {
	list = strings.TrimLeft(list, " \t,")
	list = strings.TrimPrefix(list, "W/")
	if !strings.HasPrefix(list, `"`) {
		return "", ""
	}
	end := strings.IndexByte(list[1:], '"')
	if end < 0 {
		return "", ""
	}
	return list[:end+2], list[end+2:]
}

// matchesAny reports whether If-None-Match is "*", which any answer matches.
func matchesAny(header []string) bool {
	return len(header) == 1 && strings.TrimSpace(header[0]) == "*"
}
