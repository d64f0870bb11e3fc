package pages

import (
	"errors"
	"slices"

	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/pages/drawing"
)

// The width of the map in pixels, and what it shows at least, in degrees of longitude.
const (
	mapWidth = 560
	mapSpan  = 3
)

// drawMap draws the records by their signs, or by dots where they are many.
func (p *pages) drawMap(b *briefing) error {
	if b.page.All != "" {
		return p.drawDots(b)
	}
	var sites, rough []drawing.Place
	var boxes []orb.Bound
	signs := b.signs()
	for i, f := range b.facilities {
		if isDrawn(f) {
			place := drawing.Place{Lon: f.Position.Lon(), Lat: f.Position.Lat(), Number: i + 1, Sign: signs.Of(f.Kind)}
			if isHollow(f) {
				rough = append(rough, place)
			} else {
				sites = append(sites, place)
			}
			boxes = append(boxes, f.Position.Bound())
		}
	}
	if p.draw(b, boxes) {
		b.page.Map.AddPlaces(sites, rough...)
		b.addLegend(signs)
	}
	return nil
}

// draw draws the ground of the map; false where no record has a place on it.
func (p *pages) draw(b *briefing, records []orb.Bound) bool {
	if len(records) == 0 {
		return false
	}
	extent := drawing.ExtentAround(records, mapSpan)
	if len(b.extent) > 0 {
		extent = drawing.Focused(drawing.ExtentAround(b.extent, mapSpan), extent)
	}
	b.page.Map = p.atlas.Draw(extent, mapWidth)
	b.page.Map.Label = b.texts.T("briefing.map_label", "name", b.page.Of)
	return true
}

// coarseZoom is one whose clusters say roughly where the records are.
const coarseZoom = 3

func (p *pages) drawDots(b *briefing) error {
	coarse, err := p.dots(b, coarseZoom)
	if err != nil {
		return err
	}
	boxes := make([]orb.Bound, len(coarse))
	for i, dot := range coarse {
		boxes[i] = orb.Point{dot.Lon, dot.Lat}.Bound()
	}
	if !p.draw(b, boxes) {
		return nil
	}
	dots, err := p.dots(b, min(geo.MaxZoom, b.page.Map.ClusterZoom()))
	if err != nil {
		return err
	}
	b.page.Map.AddDots(dots)
	return nil
}

// dots are the clusters of a zoom, or of one less deep where they are too many.
func (p *pages) dots(b *briefing, zoom int) ([]drawing.Dot, error) {
	q := b.q
	q.Lists = append(slices.Clone(q.Lists), geo.List{Dimension: geo.ByPrecision, Values: drawn})
	found, err := p.store.Clusters(b.Context(), q, zoom)
	var tooMany *geo.InputError
	if errors.As(err, &tooMany) && zoom > coarseZoom {
		return p.dots(b, zoom-1)
	}
	if err != nil {
		return nil, err
	}
	dots := make([]drawing.Dot, len(found.Clusters))
	for i, c := range found.Clusters {
		dots[i] = drawing.Dot{Lon: c.Position.Lon(), Lat: c.Position.Lat(), Count: c.Count}
	}
	return dots, nil
}

// addLegend names the kinds that the map shows, in the order of the vocabulary.
func (b *briefing) addLegend(signs geo.Signs) {
	for _, t := range b.Catalog().Kinds {
		if slices.ContainsFunc(b.facilities, func(f *geo.Facility) bool { return isDrawn(f) && f.Kind == t.ID }) {
			b.page.Legend = append(b.page.Legend, LegendEntry{Sign: signs.Of(t.ID), Label: b.Label(geo.ByKind, t.ID)})
		}
	}
}
