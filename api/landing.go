package api

import (
	"strings"

	"github.com/labstack/echo/v4"
)

var landingResource = newResource(AMinute, []*representation{jsonFormat, htmlFormat})

type landingDocument struct {
	Title       string `json:"title"`
	Description string `json:"description"`
	Attribution string `json:"attribution,omitempty"`
	License     string `json:"license,omitempty"`
	Links       []Link `json:"links"`
}

// landing answers GET /: a page to people, where there is one, and the landing page to
// programs (/req/core/root-op).
func (s *Server) landing(c echo.Context) error {
	switch {
	case s.home == nil:
		return s.landingDocument(c, aliasResource)
	case AsksForPage(c):
		return s.home(c)
	}
	return s.landingDocument(c, landingResource)
}

// alias answers GET /OGCFeatureServer, which is the landing page to the Python API of
// ArcGIS: it wants an address that ends so.
func (s *Server) alias(c echo.Context) error { return s.landingDocument(c, aliasResource) }

var aliasResource = newResource(AMinute, []*representation{jsonFormat})

// landingDocument is the landing page for programs.
func (s *Server) landingDocument(c echo.Context, res *Resource) error {
	a, err := s.Answer(c, res)
	if err != nil {
		return err
	}
	if a.Fresh() {
		return a.NotModified()
	}
	return a.sendJSON(landingDocument{
		Title:       word(a.lang, "doc.title"),
		Description: word(a.lang, "doc.description"),
		Attribution: a.Terms().Attribution,
		License:     a.Terms().Licence,
		Links:       a.LandingLinks(),
	})
}

// AsksForPage reports whether people ask, who get a page and a notice even where
// an address has been damaged on its way.
func AsksForPage(c echo.Context) bool {
	r := c.Request()
	if strings.Contains(r.URL.RawQuery, "f=") {
		if f := r.URL.Query().Get("f"); f != "" {
			return f == "html"
		}
	}
	return negotiate(landingResource.formats, r.Header.Get("Accept")) == htmlFormat
}

// LandingLinks are /req/core/root-success. The type of service-desc, and that the
// hrefs have no query, is what QGIS and ArcGIS need to the letter.
func (a *Answer) LandingLinks() []Link {
	self, other := jsonFormat, htmlFormat
	if a.isHTML() {
		self, other = other, self
	}
	return append([]Link{
		{Href: a.Href("/", nil), Rel: "self", Type: self.mediaType, Title: "link.document"},
		{Href: a.Href("/", formatQuery(other.names[0])), Rel: "alternate", Type: other.mediaType, Title: alternateTitles[other]},
		{Href: a.Href("/api", nil), Rel: "service-desc", Type: openAPIFormat.mediaType, Title: "link.service_desc"},
		{Href: a.Href("/api", formatQuery("html")), Rel: "service-doc", Type: "text/html", Title: "link.service_doc"},
		{Href: a.Href("/conformance", nil), Rel: "conformance", Type: "application/json", Title: "link.conformance"},
		{Href: a.Href("/collections", nil), Rel: "data", Type: "application/json", Title: "link.collections"},
		{Href: a.Href("/tiles", nil), Rel: relTilesets, Type: "application/json", Title: "link.all_tilesets"},
		{Href: a.Href("/tileMatrixSets", nil), Rel: relTilingSchemes, Type: "application/json", Title: "link.tile_matrix_sets"},
	}, licenceLinks(a.Terms())...)
}
