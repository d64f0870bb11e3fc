package api

import (
	"cmp"
	"html"

	"innoatlas/geo"
)

// builtinOutlines is whom the outlines are from that stand in for those which a data set
// does not bring.
const builtinOutlines = "Outlines: Natural Earth"

// Terms are those of the data that was asked for: what the operator chose, and else what
// the data set states.
func (a *Answer) Terms() geo.Terms { return a.ownTerms.Over(a.catalog.DataTerms) }

// termsOf are those of what some collections hold.
func (a *Answer) termsOf(all ...*geo.Collection) geo.Terms {
	t := a.Terms()
	for _, c := range all {
		if c.Is(geo.Countries) && !a.catalog.OwnOutlines {
			t.Attribution = joined(t.Attribution, builtinOutlines)
		}
	}
	return t
}

func joined(a, b string) string {
	if a == "" {
		return b
	}
	return a + " · " + b
}

// licenceLinks lead to the licence, where it has an address.
func licenceLinks(t geo.Terms) []Link {
	if t.LicenceURL == "" {
		return nil
	}
	return []Link{{Href: t.LicenceURL, Rel: "license", Type: "text/html", Title: LinkTitle(cmp.Or(t.Licence, "link.licence"))}}
}

// credit is what a corner of a map shows: whom to name, and the licence. Clients show it
// as HTML.
func credit(t geo.Terms) string {
	licence := html.EscapeString(cmp.Or(t.Licence, t.LicenceURL))
	if t.LicenceURL != "" {
		licence = `<a href="` + html.EscapeString(t.LicenceURL) + `" rel="license">` + licence + `</a>`
	}
	switch attribution := html.EscapeString(t.Attribution); {
	case licence == "":
		return attribution
	default:
		return joined(attribution, licence)
	}
}
