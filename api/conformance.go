package api

import "github.com/labstack/echo/v4"

// conformanceClasses are the classes that the server meets, by their URIs.
var conformanceClasses = []string{
	"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
	"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
	"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
	"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
}

type conformanceDocument struct {
	ConformsTo []string `json:"conformsTo"`
	Links      []link   `json:"links"`
}

// conformance answers GET /conformance (/req/core/conformance-op).
func (s *Server) conformance(c echo.Context) error {
	a, err := s.answer(c, documentResource)
	if err != nil {
		return err
	}
	if a.fresh() {
		return a.notModified()
	}
	doc := conformanceDocument{conformanceClasses, a.selfAndAlternates()}
	if a.isHTML() {
		return a.sendPage("conformance", page{Title: words.in(a.lang, "conformance"), Crumbs: []crumb{homeCrumb(a.lang)}, Links: doc.Links, Data: doc})
	}
	return a.sendJSON(doc)
}
