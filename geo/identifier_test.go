package geo_test

import (
	"testing"

	"innoatlas/geo"
)

func TestParseIdentifier(t *testing.T) {
	for text, want := range map[string]string{
		"ror:03yrm5c26": "ror:03yrm5c26", "wikidata:Q42": "wikidata:Q42", "a.b+c-1:x:y": "a.b+c-1:x:y",
		"https://ror.org/03yrm5c26": "ror:03yrm5c26", "http://www.ror.org/03yrm5c26/": "ror:03yrm5c26",
		"https://www.wikidata.org/wiki/Q42": "wikidata:Q42", "http://wikidata.org/entity/Q42": "wikidata:Q42",
		"https://doi.org/10.1234/a.b": "doi:10.1234/a.b", "https://dx.doi.org/10.1/x": "doi:10.1/x",
		"https://isni.org/isni/000000012150090X": "isni:000000012150090X", "https://www.grid.ac/institutes/grid.1.2": "grid:grid.1.2",
		"https://orcid.org/0000-0002-1825-0097": "orcid:0000-0002-1825-0097",
		// none:
		"": "", "Q42": "", ":Q42": "", "ror:": "", "ROR:03yrm5c26": "", "1a:b": "", "ror:a b": "", "https://example.org/1": "", "https://ror.org/": "",
	} {
		if got, ok := geo.ParseIdentifier(text); got != want || ok != (want != "") {
			t.Errorf("%q is %q, %v, want %q", text, got, ok, want)
		}
	}
	for identifier, want := range map[string]string{
		"ror:03yrm5c26": "https://ror.org/03yrm5c26", "wikidata:Q42": "https://www.wikidata.org/wiki/Q42", "mine:7": "", "https": "",
	} {
		if got := geo.IdentifierLink(identifier); got != want {
			t.Errorf("%q is linked to %q, want %q", identifier, got, want)
		}
	}
}
