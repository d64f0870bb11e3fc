package main

import (
	"fmt"
	"net/mail"
	"net/url"
	"os"
	"strings"

	"innoatlas/web"
)

// pageOptions are what the operator chooses for the map page.
type pageOptions struct {
	Contact          string   `env:"INNOATLAS_CONTACT" placeholder:"MAIL" help:"Mail address that people report errors in the data to."`
	Borders          string   `env:"INNOATLAS_BORDERS" placeholder:"none|FILE" help:"Land borders of the map: none, or a basemap file of your own in place of the built-in dashed lines."`
	TilesURL         string   `name:"tiles-url" env:"INNOATLAS_TILES_URL" placeholder:"URL" help:"Raster tiles to draw in place of the built-in basemap, as https://tiles.example.org/{z}/{x}/{y}.png."`
	TilesAttribution string   `env:"INNOATLAS_TILES_ATTRIBUTION" placeholder:"TEXT" help:"Whom to name on the map for these tiles."`
	FrameAncestors   []string `env:"INNOATLAS_FRAME_ANCESTORS" placeholder:"ORIGIN" help:"Sites whose pages may show /embed in a frame, as https://example.org; * allows all. Without it none may."`
}

// page checks the options and reads the files that they name.
func (o pageOptions) page() (web.Options, error) {
	page := web.Options{
		Contact: o.Contact, NoBorders: o.Borders == "none",
		TilesURL: o.TilesURL, TilesAttribution: o.TilesAttribution, FrameAncestors: o.FrameAncestors,
	}
	if _, err := mail.ParseAddress(o.Contact); o.Contact != "" && err != nil {
		return page, fmt.Errorf("--contact %s is not a mail address like atlas@example.org", o.Contact)
	}
	if err := checkTiles(o.TilesURL); err != nil {
		return page, err
	}
	for _, origin := range o.FrameAncestors {
		if !isOrigin(origin) {
			return page, fmt.Errorf("--frame-ancestors %s is not an origin like https://example.org, nor *", origin)
		}
	}
	if o.Borders == "" || page.NoBorders {
		return page, nil
	}
	var err error
	if page.Borders, err = os.ReadFile(o.Borders); err != nil {
		return page, fmt.Errorf("--borders wants none, or a file that can be read: %w", err)
	}
	if err := web.CheckBasemap(page.Borders); err != nil {
		return page, fmt.Errorf("--borders %s: %w; its form is told in web/basemap/generate", o.Borders, err)
	}
	return page, nil
}

func checkTiles(template string) error {
	if template == "" {
		return nil
	}
	for _, slot := range []string{"{s}", "{r}", "{-y}"} {
		if strings.Contains(template, slot) {
			return fmt.Errorf("--tiles-url %s has %s, which is not supported; name one host and one form of tile, with {z}, {x} and {y} only", template, slot)
		}
	}
	u, err := url.Parse(template)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || strings.ContainsAny(u.Host, "{};, ") {
		return fmt.Errorf("--tiles-url %s is not an address like https://tiles.example.org/{z}/{x}/{y}.png", template)
	}
	for _, slot := range []string{"{z}", "{x}", "{y}"} {
		if !strings.Contains(template, slot) {
			return fmt.Errorf("--tiles-url %s lacks %s", template, slot)
		}
	}
	return nil
}

// isOrigin reports whether a text can stand in frame-ancestors.
func isOrigin(s string) bool {
	if s == "*" {
		return true
	}
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && s == u.Scheme+"://"+u.Host && !strings.ContainsAny(s, "; ,'")
}
