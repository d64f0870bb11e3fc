package geo

import "strings"

// register is one that gives identifiers to institutions and places.
type register struct {
	scheme string
	// addresses are those under which it shows what it names, each before the value; the
	// first is the one that is linked.
	addresses []string
}

// registers are those whose identifiers are shown as links, and taken as addresses too.
var registers = []register{
	{"ror", []string{"https://ror.org/"}},
	{"wikidata", []string{"https://www.wikidata.org/wiki/", "https://www.wikidata.org/entity/"}},
	{"doi", []string{"https://doi.org/", "https://dx.doi.org/"}},
	{"isni", []string{"https://isni.org/isni/", "https://isni.org/page/"}},
	{"grid", []string{"https://www.grid.ac/institutes/"}},
	{"orcid", []string{"https://orcid.org/"}},
	{"viaf", []string{"https://viaf.org/viaf/"}},
	{"geonames", []string{"https://www.geonames.org/"}},
	{"openalex", []string{"https://openalex.org/"}},
}

// IdentifierLink is the address under which a register shows what it calls so; "" where
// the program does not know it.
func IdentifierLink(identifier string) string {
	scheme, value, _ := strings.Cut(identifier, ":")
	for _, r := range registers {
		if r.scheme == scheme {
			return r.addresses[0] + value
		}
	}
	return ""
}

// Registers are the addresses under which registers show what they name, by the schemes of
// identifiers; the value comes behind.
func Registers() map[string]string {
	all := map[string]string{}
	for _, r := range registers {
		all[r.scheme] = r.addresses[0]
	}
	return all
}

// ParseIdentifier reads scheme:value, or the address that a register known to the program
// has for it, with or without www.
func ParseIdentifier(s string) (identifier string, ok bool) {
	scheme, value, ok := strings.Cut(s, ":")
	switch {
	case !ok || !isScheme(scheme) || value == "" || strings.ContainsAny(value, " \t\r\n"):
		return "", false
	case scheme != "http" && scheme != "https":
		return s, true
	}
	page := withoutWWW(value)
	for _, r := range registers {
		for _, address := range r.addresses {
			if value, ok := strings.CutPrefix(page, withoutWWW(strings.TrimPrefix(address, "https:"))); ok && value != "" {
				return r.scheme + ":" + strings.TrimSuffix(value, "/"), true
			}
		}
	}
	return "", false
}

func withoutWWW(page string) string { return strings.Replace(page, "//www.", "//", 1) }

// isScheme reports whether a text is a letter and then letters, digits, dots, pluses and
// hyphens, all in lower case.
func isScheme(s string) bool {
	for i := range len(s) {
		c := s[i]
		if !(c >= 'a' && c <= 'z' || i > 0 && (c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.')) {
			return false
		}
	}
	return s != ""
}
