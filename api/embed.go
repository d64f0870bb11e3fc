package api

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"innoatlas/geo"
	"innoatlas/web"
)

var embedResource = &resource{formats: []*representation{htmlFormat}, parameters: mapParameters, cache: alwaysCheck}

// linksOfEmbed is how many facilities the embedded map lists where scripts are off.
const linksOfEmbed = 30

// embed answers GET /embed: the map of what the filters keep, for the pages of other
// sites. It is the one page that a frame may show, and only those of the sites that
// the operator names.
func (s *Server) embed(c echo.Context) error {
	params, notes := readable(c.Request().URL.RawQuery)
	look := embedLook(params, &notes)
	a, err := s.settle(c, embedResource, url.Values{"lang": mapLanguage(params, &notes)})
	if err != nil {
		return err
	}
	describeMap(c.Response().Header(), s.cfg.Page)
	allowFrames(c.Response().Header(), s.cfg.Page.FrameAncestors)
	describeMap(c.Response().Header(), s.cfg.Page)
	r := newQueryReader(geo.Facilities, a.catalog)
	a.params = readMapQuery(r, params, &notes)
	if a.fresh() {
		return a.notModified()
	}
	q := r.finish()
	q.Limit, q.Sort = linksOfEmbed, listOrder
	found, err := s.store.List(a.context(), q)
	if err != nil {
		return err
	}
	look.Lang, look.Options = a.lang, s.cfg.Page
	a.fillEmbed(&look, found, notes)
	buf := takeBuffer()
	defer buf.giveBack()
	if err := look.Render(buf); err != nil {
		return err
	}
	return a.send(buf.b)
}

// embedLook takes what only this page reads out of the parameters.
func embedLook(params url.Values, notes *[]note) web.EmbedPage {
	allowed := map[string][]string{"theme": {"light", "dark"}, "title": {"0", "1"}}
	chosen := map[string]string{}
	for _, name := range []string{"theme", "title"} {
		value := params.Get(name)
		params.Del(name)
		if slices.Contains(allowed[name], value) {
			chosen[name] = value
		} else if value != "" {
			*notes = append(*notes, note{name, value})
		}
	}
	return web.EmbedPage{Theme: chosen["theme"], Untitled: chosen["title"] == "0"}
}

// fillEmbed adds what was found, and where the whole map shows the same.
func (a *answer) fillEmbed(p *web.EmbedPage, found geo.Page, notes []note) {
	p.Matched = found.Matched
	for _, f := range found.Features {
		if facility, ok := f.(*geo.Facility); ok {
			p.Rows = append(p.Rows, a.row(facility))
			p.Rows[len(p.Rows)-1].URL = a.href("/facilities/"+url.PathEscape(facility.Slug), url.Values{"lang": {a.lang}})
		}
	}
	full := a.with("lang", a.lang)
	delete(full, "f") // the whole map is a page, whatever was asked for here
	p.Full = a.href("/", full)
	for _, n := range notes {
		p.Notices = append(p.Notices, words.in(a.lang, "not understood")+" "+n.String())
	}
}

// allowFrames lets the pages of some origins show this one in a frame.
func allowFrames(h http.Header, origins []string) {
	if len(origins) > 0 {
		const forbidden = "frame-ancestors 'none'"
		policy := strings.Replace(h.Get("Content-Security-Policy"), forbidden, "frame-ancestors "+strings.Join(origins, " "), 1)
		h["Content-Security-Policy"] = []string{policy}
	}
}
