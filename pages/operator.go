package pages

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
func (p *pages) borders(c echo.Context) error {
	page := p.cfg.Page
	if page.Borders == nil || c.Request().URL.Path != page.BordersAddress() {
		return echo.ErrNotFound
	}
	h := c.Response().Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	http.ServeContent(c.Response(), c.Request(), "", time.Time{}, bytes.NewReader(page.Borders))
	return nil
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

// allowFrames lets the pages of some origins show this one in a frame.
func allowFrames(h http.Header, origins []string) {
	if len(origins) > 0 {
		const forbidden = "frame-ancestors 'none'"
		policy := strings.Replace(h.Get("Content-Security-Policy"), forbidden, "frame-ancestors "+strings.Join(origins, " "), 1)
		h["Content-Security-Policy"] = []string{policy}
	}
}
