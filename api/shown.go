package api

import (
	"iter"
	"maps"
	"net/url"
	"slices"
	"sync"

	"innoatlas/geo"
	"innoatlas/geo/format"
	"innoatlas/geo/tile"
	"innoatlas/texts"
)

// shown is how the records of a collection are written: as they are stored, or as readers of
// one language see them.
type shown struct {
	*geo.Collection              // with what records have besides in a language
	reading         *geo.Reading // nil: as they are stored
	json            format.GeoJSON
	layer           *tile.Collection
}

func newShown(catalog *geo.Catalog, c *geo.Collection, reading *geo.Reading) *shown {
	return &shown{c, reading, format.NewGeoJSON(catalog, c), tile.Of(c)}
}

// shownIn are the forms of a collection by language, each made when it is first asked for.
func shownIn(catalog *geo.Catalog, c *geo.Collection) map[string]func() *shown {
	forms := map[string]func() *shown{}
	for _, lang := range languages {
		forms[lang] = sync.OnceValue(func() *shown {
			reading := catalog.Reading(c, lang)
			return newShown(catalog, reading.Collection, reading)
		})
	}
	return forms
}

// shown is how the records of a collection are written in the answer.
func (a *Answer) shown(c *geo.Collection) *shown {
	col, err := a.service.find(c.ID)
	switch {
	case err != nil: // none that is served
		return newShown(a.catalog, c, nil)
	case a.isHTML():
		return col.shownIn[a.lang]()
	case a.chosen != "":
		return col.shownIn[a.chosen]()
	}
	return col.stored
}

// of is what is written of a record.
func (s *shown) of(f geo.Feature) geo.Feature {
	if s.reading == nil {
		return f
	}
	return s.reading.Of(f)
}

// facility is of for one.
func (s *shown) facility(f *geo.Facility) *geo.Facility {
	if s.reading == nil || f == nil {
		return f
	}
	return s.reading.Facility(f)
}

// all is of for many.
func (s *shown) all(features []geo.Feature) []geo.Feature {
	if s.reading == nil {
		return features
	}
	written := make([]geo.Feature, len(features))
	for i, f := range features {
		written[i] = s.reading.Of(f)
	}
	return written
}

// rows is of for each as it comes.
func (s *shown) rows(rows iter.Seq2[geo.Feature, error]) iter.Seq2[geo.Feature, error] {
	if s.reading == nil {
		return rows
	}
	return func(yield func(geo.Feature, error) bool) {
		for f, err := range rows {
			if err == nil {
				f = s.reading.Of(f)
			}
			if !yield(f, err) {
				return
			}
		}
	}
}

// tile is of for what is in a tile.
func (s *shown) tile(t geo.Tile) geo.Tile {
	if s.reading == nil {
		return t
	}
	t.Clusters, t.Facilities = slices.Clone(t.Clusters), slices.Clone(t.Facilities)
	for i := range t.Clusters {
		t.Clusters[i].Feature = s.facility(t.Clusters[i].Feature)
	}
	for i, f := range t.Facilities {
		t.Facilities[i] = s.facility(f)
	}
	return t
}

// inLanguage is a query for records with the language that the reader has chosen, or that of
// a page, if it is another than English.
func (a *Answer) inLanguage(query url.Values) url.Values {
	lang := a.chosen
	if lang == "" && a.isHTML() && a.lang != texts.Default {
		lang = a.lang
	}
	if lang == "" {
		return query
	}
	query = maps.Clone(query)
	if query == nil {
		query = url.Values{}
	}
	query.Set(langParameter.name, lang)
	return query
}

// dataHref is the address of records, or of what describes them, for the same reader.
func (a *Answer) dataHref(path string, query url.Values) string {
	return a.Href(path, a.inLanguage(query))
}
