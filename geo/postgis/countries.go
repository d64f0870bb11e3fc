package postgis

import (
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"

	"innoatlas/geo"
)

// countryFields are read by scanCountry: the row of the view, its outline as WKB.
const countryFields = `
	id, country, alpha2, names, ST_AsBinary(geom),
	facilities, kind_ids, kind_counts, sector_ids, sector_counts, figures, own`

func countryReader(own ownReader) pgx.RowToFunc[geo.Feature] {
	return func(row pgx.CollectableRow) (geo.Feature, error) { return scanCountry(row, own) }
}

func scanCountry(row pgx.CollectableRow, reader ownReader) (geo.Feature, error) {
	var c geo.Country
	var outline, figures, own []byte
	var kinds, sectors counts
	err := row.Scan(&c.ID, &c.Code, &c.Alpha2, &c.Names, &outline,
		&c.Facilities, &kinds.ids, &kinds.counts, &sectors.ids, &sectors.counts, &figures, &own)
	if err != nil {
		return nil, err
	}
	if c.Own, err = reader.read(own); err != nil {
		return nil, fmt.Errorf("%s: %w", c.Code, err)
	}
	c.ByKind, c.BySector = kinds.buckets(), sectors.buckets()
	if c.Outline, err = readOutline(outline); err != nil {
		return nil, fmt.Errorf("outline of %s: %w: %w", c.Code, errForm, err)
	}
	if c.Figures, err = readFigures(figures); err != nil {
		return nil, fmt.Errorf("figures of %s: %w: %w", c.Code, errForm, err)
	}
	return &c, nil
}

// counts are a vocabulary and its counts, side by side.
type counts struct {
	ids    []string
	counts []int
}

func (c counts) buckets() []geo.Bucket {
	buckets := make([]geo.Bucket, len(c.ids))
	for i, id := range c.ids {
		buckets[i] = geo.Bucket{Value: id, Count: c.counts[i]}
	}
	return buckets
}

// readOutline reads WKB; nil is a country without an outline.
func readOutline(data []byte) (orb.MultiPolygon, error) {
	if data == nil {
		return nil, nil
	}
	shape, err := wkb.Unmarshal(data)
	if err != nil {
		return nil, err
	}
	outline, ok := shape.(orb.MultiPolygon)
	if !ok {
		return nil, fmt.Errorf("a %s, not a MultiPolygon", shape.GeoJSONType())
	}
	return outline, nil
}

// figureRow is a row of the table cooperation as JSON.
type figureRow struct {
	Country     string  `json:"country"`
	Indicator   string  `json:"indicator"`
	Value       float64 `json:"value"`
	Year        int     `json:"year"`
	Named       bool    `json:"named"`
	SourceTitle string  `json:"source_title"`
	SourceURL   string  `json:"source_url"`
	SourceDate  string  `json:"source_date"`
	Supports    string  `json:"supports"`
}

func (r figureRow) figure() geo.Figure {
	return geo.Figure{
		Country: r.Country, Indicator: r.Indicator, Value: r.Value, Year: r.Year, Named: r.Named,
		Source: geo.Source{Title: r.SourceTitle, URL: r.SourceURL, Date: r.SourceDate, Supports: r.Supports},
	}
}

// readFigures reads a JSON array of rows; nil is none.
func readFigures(data []byte) ([]geo.Figure, error) {
	if data == nil {
		return nil, nil
	}
	var rows []figureRow
	if err := json.Unmarshal(data, &rows); err != nil {
		return nil, err
	}
	figures := make([]geo.Figure, len(rows))
	for i, r := range rows {
		figures[i] = r.figure()
	}
	return figures, nil
}
