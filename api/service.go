package api

import (
	"slices"

	"github.com/labstack/echo/v4"

	"innoatlas/geo"
)

// service is what can be asked for of the data of one revision. A data set may add fields
// to its collections, and parameters are made of fields: so all of it is made once for each
// revision, and kept with its catalog.
type service struct {
	catalog     *geo.Catalog
	lexicon     *geo.Lexicon // by which the words of q are understood
	collections []*collection
	tiled       *tiled // all collections as one data set
	history     bool   // whether there is one of the records
}

func newService(catalog *geo.Catalog, history bool) *service {
	v := &service{catalog: catalog, lexicon: geo.NewLexicon(catalog), history: history}
	for _, c := range geo.Collections {
		v.collections = append(v.collections, newCollection(catalog, catalog.Collection(c.ID)))
	}
	v.tiled = newTiled("/tiles", v.collections, parameters{collectionsParameter(v.ids())})
	return v
}

// ids are those of the collections.
func (v *service) ids() []string { return collectionIDs(v.collections) }

func collectionIDs(collections []*collection) []string {
	ids := make([]string, len(collections))
	for i, col := range collections {
		ids[i] = col.ID
	}
	return ids
}

// find finds a collection by its id.
func (v *service) find(id string) (*collection, error) {
	i := slices.IndexFunc(v.collections, func(col *collection) bool { return col.ID == id })
	if i < 0 {
		return nil, NotFound("no such collection; there are " + enumerated(v.ids(), "and"))
	}
	return v.collections[i], nil
}

// answerOf is answer for a resource of the collection that the path names.
func (s *Server) answerOf(c echo.Context, of func(*collection) *Resource) (*Answer, *collection, error) {
	var col *collection
	a, err := s.answerBy(c, func(v *service) (res *Resource, err error) {
		if col, err = v.find(c.Param("collectionId")); err != nil {
			return nil, err
		}
		if res = of(col); res == nil {
			return nil, NotFound("this collection has no such resource; its records are in …/items")
		}
		return res, nil
	})
	return a, col, err
}
