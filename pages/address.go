package pages

import (
	"net/url"
	"slices"
	"strings"

	"innoatlas/api"
)

// Addresses of pages come from people, mails and other sites: what is not understood of
// one is left out, and the page says so.

// note is what of the address was not understood.
type note struct{ name, value string }

// String is short enough for a line, whatever was in the address.
func (n note) String() string {
	text := []rune(strings.TrimSuffix(api.Printable(n.name+"="+n.value), "?="))
	return string(text[:min(len(text), 60)])
}

// readable reads what it can of the query string of a page.
func readable(raw string) (url.Values, []note) {
	params, err := url.ParseQuery(raw)
	api.DropTracking(params)
	if err != nil {
		return params, []note{{name: "?"}}
	}
	return params, nil
}

// oneOf takes a value out of the parameters, if it is one of those that there are; what
// is none is noted.
func oneOf(params url.Values, notes *[]note, name string, values ...string) string {
	value := params.Get(name)
	params.Del(name)
	if value == "" || slices.Contains(values, value) {
		return value
	}
	*notes = append(*notes, note{name, value})
	return ""
}

// takeLanguage takes lang out of the parameters, as the language that it names; one that
// there is not is noted.
func takeLanguage(params url.Values, notes *[]note) string {
	given := params.Get("lang")
	params.Del("lang")
	named := api.LanguageNamed(given)
	if given != "" && named == "" {
		*notes = append(*notes, note{"lang", given})
	}
	return named
}
