package main

import (
	"errors"
	"fmt"
	"net/mail"
	"net/url"
	"os"
	"regexp"
	"strings"

	"innoatlas/pages/drawing"
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

// maxAncestors keeps the headers of /embed below 4,000 bytes, in bytes.
const maxAncestors = 2500

// page checks the options and reads the files that they name.
func (o pageOptions) page() (web.Options, error) {
	page := web.Options{NoBorders: o.Borders == "none", TilesURL: o.TilesURL, TilesAttribution: o.TilesAttribution, FrameAncestors: o.FrameAncestors}
	if err := checkTiles(o.TilesURL, o.TilesAttribution); err != nil {
		return page, err
	}
	for _, origin := range o.FrameAncestors {
		if origin != "*" && !isOrigin(origin) {
			return page, fmt.Errorf("--frame-ancestors %s is not an origin like https://example.org, nor *", origin)
		}
	}
	if n := len(strings.Join(o.FrameAncestors, " ")); n > maxAncestors {
		return page,
			fmt.Errorf("--frame-ancestors names sites in %d bytes; %d have room in a header that every proxy reads: name fewer, or whole domains, as https://*.example.org",
				n, maxAncestors)
	}
	var err error
	if page.Contact, err = mailAddress(o.Contact); err != nil {
		return page, err
	}
	page.Borders, err = readBorders(o.Borders)
	return page, err
}

// mailAddress is the bare address of a contact, which links to it are made of.
func mailAddress(contact string) (string, error) {
	if contact == "" {
		return "", nil
	}
	address, err := mail.ParseAddress(contact)
	if err != nil {
		return "", fmt.Errorf("--contact %s is not a mail address like atlas@example.org", contact)
	}
	return address.Address, nil
}

// readBorders reads the basemap file that is named, if one is.
func readBorders(name string) ([]byte, error) {
	if name == "" || name == "none" {
		return nil, nil
	}
	file, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("--borders wants none, or a file that can be read: %w", err)
	}
	if err := drawing.CheckBasemap(file); err != nil {
		return nil, fmt.Errorf("--borders %s: %w; its form is told in web/basemap/generate", name, err)
	}
	return file, nil
}

func checkTiles(template, attribution string) error {
	switch {
	case template == "" && attribution != "":
		return errors.New("--tiles-attribution names whom tiles are from, and there are none; add --tiles-url")
	case template == "":
		return nil
	}
	for _, slot := range []string{"{s}", "{r}", "{-y}"} {
		if strings.Contains(template, slot) {
			return fmt.Errorf("--tiles-url %s has %s, which is not supported; name one host and one form of tile, with {z}, {x} and {y} only", template, slot)
		}
	}
	u, err := url.Parse(template)
	if err != nil || u.User != nil || strings.Contains(u.Host, "*") || !isOrigin(u.Scheme+"://"+u.Host) {
		return fmt.Errorf("--tiles-url %s is not an address like https://tiles.example.org/{z}/{x}/{y}.png", template)
	}
	for _, slot := range []string{"{z}", "{x}", "{y}"} {
		if !strings.Contains(template, slot) {
			return fmt.Errorf("--tiles-url %s lacks %s", template, slot)
		}
	}
	return nil
}

// origin is a scheme, a host and perhaps a port, as a Content-Security-Policy has it
// (CSP Level 3, 2.3.1): no more, since more could change what the policy means.
var origin = regexp.MustCompile(`^https?://(\*\.)?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?$`)

func isOrigin(s string) bool { return origin.MatchString(s) }
