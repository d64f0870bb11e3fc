package api

import (
	"github.com/labstack/echo/v4"

	"innoatlas/layout"
)

type collectionsDocument struct {
	Links       []Link               `json:"links"`
	Collections []collectionDocument `json:"collections"`
}

// collections answers GET /collections (/req/core/fc-md-op).
func (s *Server) collections(c echo.Context) error {
	a, err := s.Answer(c, documentResource)
	if err != nil {
		return err
	}
	if a.Fresh() {
		return a.NotModified()
	}
	doc := collectionsDocument{Links: a.selfAndAlternates()}
	for _, col := range a.service.collections {
		doc.Collections = append(doc.Collections, col.documentFor(a))
	}
	if a.isHTML() {
		return a.sendPage("collections", page{Title: word(a.lang, "doc.collections"), Crumbs: []layout.Label{homeCrumb(a.lang)}, Links: doc.Links, Data: doc})
	}
	return a.sendJSON(doc)
}
