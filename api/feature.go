package api

import (
	"errors"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"innoatlas/geo"
	"innoatlas/geo/format"
)

// featureResource is how one record of a collection is asked for.
func featureResource(c *geo.Collection) *Resource {
	res := newResource(AlwaysCheck, []*representation{geoJSONFormat, htmlFormat}, formatParameters(c)...)
	res.kept = true
	return res
}

// feature answers GET /collections/{collectionId}/items/{featureId} (/req/core/f-op),
// where the id may be a slug as well.
func (s *Server) feature(c echo.Context) error {
	a, col, err := s.answerOf(c, func(col *collection) *Resource { return col.feature })
	if err != nil {
		return err
	}
	ref, err := FeatureRef(c, col.Collection)
	if err != nil {
		return err
	}
	options, err := a.formatOptions(col)
	if err != nil {
		return err
	}
	a.setContentCRS(options.CRS)
	if a.Fresh() {
		return a.NotModified()
	}
	err = s.keep(a, func() error { return s.sendFeature(a, col, ref, options) })
	if errors.Is(err, geo.ErrNotFound) {
		return s.missing(c, col, ref, "", err)
	}
	return err
}

func (s *Server) sendFeature(a *Answer, col *collection, ref geo.Ref, options format.Options) error {
	f, err := s.store.Get(a.Context(), col.Collection, ref)
	if err != nil {
		return err
	}
	links := a.featureLinks(col, f)
	if a.isHTML() {
		return s.sendFeaturePage(a, col, f, links)
	}
	buf := takeBuffer()
	defer buf.giveBack()
	// The links are written first, in front of the feature that then holds them.
	buf.b = appendLinks(buf.b, links)
	start := len(buf.b)
	shown := a.shown(col.Collection)
	buf.b = shown.json.With(options).AppendFeature(buf.b, shown.of(f), buf.b)
	return a.Send(buf.b[start:])
}

// featureRef is the record that the path names. What cannot be a slug is none.
func FeatureRef(c echo.Context, collection *geo.Collection) (geo.Ref, error) {
	name := PathName(c, "featureId")
	if name == "" {
		return geo.Ref{}, geo.ErrNotFound
	}
	return collection.ParseRef(name), nil
}

// PathName is a part of the path as a text; empty where it is none.
func PathName(c echo.Context, param string) string {
	name := c.Param(param)
	if c.Request().URL.RawPath != "" { // then the router has it percent-encoded
		var err error
		if name, err = url.PathUnescape(name); err != nil {
			return ""
		}
	}
	if !geo.ValidText(name) {
		return ""
	}
	return name
}

// featureLinks are self, alternate, collection (/req/core/f-links) and the one
// address of a record that has two names.
func (a *Answer) featureLinks(col *collection, f geo.Feature) []Link {
	id, _ := f.Ref()
	path := col.path()
	links := a.selfAndAlternates()
	if a.service.history && col.withHistory(historyResource) != nil {
		links = append(links, Link{Href: a.dataHref(path+"/items/"+strconv.FormatInt(id, 10)+"/history", nil), Rel: "version-history", Type: "application/json",
			Title: "link.history"})
	}
	return append(links,
		Link{Href: a.dataHref(path, nil), Rel: "collection", Type: "application/json", Title: "link.collection"},
		Link{Href: a.Href(path+"/items/"+strconv.FormatInt(id, 10), nil), Rel: "canonical", Type: a.format.mediaType, Title: "link.record"})
}
