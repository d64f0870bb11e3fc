// Package pages has the pages for people, one file each: what is asked, what the page
// shows, and beside it the template of the same name. They are answered through the
// request layer of package api; what browsers load besides is in package web.
package pages

import (
	"embed"
	"html/template"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"innoatlas/api"
	"innoatlas/geo"
	"innoatlas/layout"
	"innoatlas/pages/drawing"
	"innoatlas/texts"
)

// pages answers for the pages of one server.
type pages struct {
	server *api.Server
	store  geo.Store
	cfg    api.Config
	atlas  *drawing.Atlas

	covered *keptCoverage
}

// Register adds the pages to a server, before it answers.
func Register(s *api.Server) {
	cfg := s.Config()
	p := &pages{server: s, store: s.Store(), cfg: cfg, atlas: drawing.NewAtlas(cfg.Page), covered: newKeptCoverage()}
	s.People(p.mapPage)
	s.Route("/embed", p.embed)
	s.Route("/facilities", p.listOf("list"))
	s.Route("/countries", p.listOf("statistics"))
	s.Route("/sectors", p.listOf("statistics"))
	s.Route("/facilities/:featureId", p.recordPage(geo.Facilities, "/facilities/", p.sendFacility))
	s.Route("/countries/:featureId", p.recordPage(geo.Countries, "/countries/", p.sendCountry))
	s.Route("/institutions", p.listPage(institutionList))
	s.Route("/projects", p.listPage(projectList))
	s.Route("/institutions/:featureId", p.recordPage(geo.Institutions, "/institutions/", p.sendInstitution))
	s.Route("/projects/:featureId", p.recordPage(geo.Projects, "/projects/", p.sendProject))
	s.Route("/sectors/:sectorId", p.sectorBriefing)
	s.Route("/languages", p.coverage)
	s.Route("/changes", p.changes)
	s.Route("/feed.atom", p.feed)
	s.Route("/found", p.found)
	s.Route("/sitemap.xml", p.sitemap)
	s.Route("/robots.txt", p.robots)
	s.Route("/borders/:file", p.borders)
}

//go:embed *.html
var files embed.FS

// parsePage makes the template of a page from its files, of which the first is the
// whole and the others are parts.
func parsePage(names ...string) *layout.Template {
	languages := func() []texts.Language { return texts.Languages }
	functions := template.FuncMap{"lower": strings.ToLower, "languages": languages, "shapes": eachShape, "path": drawing.Path, "written": written}
	return layout.Parse(files, functions, names...)
}

// listOf answers the address above the pages of one kind, which people get by
// cutting one short: the view of the map page that lists them.
func (p *pages) listOf(view string) echo.HandlerFunc {
	return func(c echo.Context) error {
		query, _ := readable(c.Request().URL.RawQuery)
		query.Set("view", view)
		if !api.AsksForPage(c) { // else programs would come to the landing page, which has no views
			query.Set("f", "html")
		}
		c.Response().Header()["Vary"] = []string{"Accept, Accept-Encoding"}
		to := p.server.Base(c.Request()) + "/?" + query.Encode()
		if len(to) > api.MaxGrown {
			return api.StatusError(http.StatusRequestURITooLong, "the address is too long to be sent on to the map; write /?view="+view+"& and the same filter")
		}
		return c.Redirect(http.StatusFound, to)
	}
}
