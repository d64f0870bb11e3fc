package api

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"innoatlas/geo"
	"innoatlas/pages"
	"innoatlas/texts"
)

var embedResource = &Resource{formats: []*representation{htmlFormat}, parameters: mapParameters, cache: alwaysCheck}

// linksOfEmbed is how many facilities the embedded map lists where scripts are off.
const linksOfEmbed = 30

// embed answers GET /embed: the map of what the filters keep, for the pages of other
// sites. It is the one page that a frame may show, and only those of the sites that
// the operator names.
func (s *Server) embed(c echo.Context) error {
	params, notes := readable(c.Request().URL.RawQuery)
	look := embedLook(params, &notes)
	m, err := s.askMap(c, embedResource, params, notes)
	if err != nil {
		return err
	}
	allowFrames(c.Response().Header(), s.cfg.Page.FrameAncestors)
	if m.Fresh() {
		return m.NotModified()
	}
	m.q.Limit = linksOfEmbed
	found, err := s.store.List(m.Context(), m.q)
	if err != nil {
		return err
	}
	facets, err := s.store.Facets(m.Context(), m.q)
	if err != nil {
		return err
	}
	if err := m.begin(m.turns.brief); err != nil {
		return err
	}
	look.Lang, look.Options, look.Full, look.Drawn = m.lang, s.cfg.Page, m.full(), countDrawn(facets, m.q.Lists)
	look.Credits = m.credits()
	look.Matched, look.Rows, look.Notices, look.Filters = found.Matched, m.rows(found), m.notices(), m.filters(facets)
	return m.Render(look)
}

// embedLook takes what only this page reads out of the parameters.
func embedLook(params url.Values, notes *[]note) pages.EmbedPage {
	return pages.EmbedPage{
		Theme:    oneOf(params, notes, "theme", "light", "dark"),
		Untitled: oneOf(params, notes, "title", "0", "1") == "0",
	}
}

// filters is what is chosen, in words.
func (m *mapAnswer) filters(facets geo.Facets) (chosen []string) {
	for _, f := range facets.Facets {
		for _, o := range m.choice(f).Chosen().Options {
			chosen = append(chosen, o.Label)
		}
	}
	if years := m.params.Get("established"); years != "" {
		chosen = append(chosen, strings.ReplaceAll(years, "..", "–"))
	}
	if q := m.params.Get("q"); q != "" {
		chosen = append(chosen, texts.In(m.lang).T("chip.words", "q", q))
	}
	return chosen
}

// full is where the whole map shows the same.
func (m *mapAnswer) full() string {
	query := m.With("lang", m.lang)
	delete(query, "f") // the whole map is a page, whatever was asked for here
	return m.Href("/", query)
}

// allowFrames lets the pages of some origins show this one in a frame.
func allowFrames(h http.Header, origins []string) {
	if len(origins) > 0 {
		const forbidden = "frame-ancestors 'none'"
		policy := strings.Replace(h.Get("Content-Security-Policy"), forbidden, "frame-ancestors "+strings.Join(origins, " "), 1)
		h["Content-Security-Policy"] = []string{policy}
	}
}
