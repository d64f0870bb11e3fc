package pages

import (
	"encoding/json"
	"strings"

	"github.com/labstack/echo/v4"

	"innoatlas/api"
	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

var foundResource = api.NewResource("application/json", api.AlwaysCheck, "q", "slugs", "lang")

// mostFound is of how many records one answer says what they were found by: more than a page of the list has.
const mostFound = 100

// found answers GET /found: by what a search found the records of a page of the list.
func (p *pages) found(c echo.Context) error {
	a, err := p.server.Answer(c, foundResource)
	if err != nil {
		return err
	}
	q, slugs := a.Params().Get("q"), strings.Split(a.Params().Get("slugs"), ",")
	switch {
	case strings.TrimSpace(q) == "" || len(q) > maxQuery:
		return &geo.InputError{Param: "q", Reason: "is what the records were found by; give it the words of a search"}
	case len(slugs) > mostFound:
		return &geo.InputError{Param: "slugs", Reason: "names too many records; at most 100 are told of at a time"}
	}
	if a.Fresh() {
		return a.NotModified()
	}
	facilities := a.Catalog().Collection(geo.Facilities.ID)
	in := cql2.In{X: cql2.Property("slug")}
	for _, slug := range slugs {
		in.Values = append(in.Values, cql2.Literal{Value: cql2.TextOf(slug)})
	}
	page, err := p.store.List(a.Context(), geo.Query{Collection: facilities, Filter: in, Limit: mostFound})
	if err != nil {
		return err
	}
	if err := a.TakeTurn(); err != nil {
		return err
	}
	hits := map[string][]geo.Hit{}
	for _, f := range page.Features {
		_, slug := f.Ref()
		hits[slug] = a.Lexicon().Hits(facilities, f, q, a.Lang())
	}
	body, err := json.Marshal(hits)
	if err != nil {
		return err
	}
	return a.Send(body)
}

// maxQuery is how many bytes of a search are told of.
const maxQuery = 500
