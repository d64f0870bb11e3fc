package api

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"innoatlas/web"
)

// borders answers GET /borders/{hash}.bin, the operator's borders for the map.
func (s *Server) borders(c echo.Context) error {
	page := s.cfg.Page
	if page.Borders == nil || c.Request().URL.Path != page.BordersAddress() {
		return echo.ErrNotFound
	}
	h := c.Response().Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	http.ServeContent(c.Response(), c.Request(), "", time.Time{}, bytes.NewReader(page.Borders))
	return nil
}

// choicesOf is what the operator chose for the pages, as a part of their tags: it can
// change without a new build.
func choicesOf(page web.Options) string {
	return entityTag(false, page.BordersAddress(), page.TilesURL, page.TilesAttribution, page.Contact, strings.Join(page.FrameAncestors, " "))
}

// tagPage makes the tag of a page depend on the choices of the operator, and on what
// else it shows.
func (s *Server) tagPage(h http.Header, more string) {
	h["Etag"] = []string{entityTag(true, h["Etag"][0], s.choices, more)}
}

// allowTiles lets a page with a map load the operator's tiles.
func allowTiles(h http.Header, page web.Options) {
	if origin := tileOrigin(page.TilesURL); origin != "" {
		const own = "img-src 'self' data:"
		h["Content-Security-Policy"] = []string{strings.Replace(h.Get("Content-Security-Policy"), own, own+" "+origin, 1)}
	}
}

// tileOrigin is where tiles of a template come from: "https://tiles.example.org".
func tileOrigin(template string) string {
	u, err := url.Parse(template)
	if err != nil || u.Host == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host
}
