package dataset

import (
	"regexp"
	"strings"

	"innoatlas/geo/format"
)

// wktColumn is what GDAL calls a column of geometries.
const wktColumn = "WKT"

// wktPoint is a point in WKT, with a height perhaps, which is passed over.
var wktPoint = regexp.MustCompile(`(?i)^POINT\s*(?:ZM?|M)?\s*\(\s*([^\s()]+)\s+([^\s()]+)(?:\s+[^\s()]+)*\s*\)$`)

// wktEmpty is a point that is none.
var wktEmpty = regexp.MustCompile(`(?i)^POINT\s*(?:ZM?|M)?\s*EMPTY$`)

// pointRows are rows with longitude and latitude in two more cells, out of one of WKT.
type pointRows struct {
	rows   rowReader
	column int
}

// readPoints takes the positions from a column of WKT, where the file has no others.
func (s *sheet) readPoints() {
	column, ok := s.columns[strings.ToLower(wktColumn)]
	_, hasLon := s.columns["lon"]
	_, hasLat := s.columns["lat"]
	if !ok || hasLon || hasLat {
		return
	}
	s.columns["lon"], s.columns["lat"] = s.width, s.width+1
	s.rows = &pointRows{s.rows, column}
}

func (p *pointRows) Read() (*format.Row, error) {
	row, err := p.rows.Read()
	if err != nil || row.Cells == nil {
		return row, err
	}
	cell, lon, lat := strings.TrimSpace(row.Cells[p.column]), "", ""
	if point := wktPoint.FindStringSubmatch(cell); point != nil {
		lon, lat = point[1], point[2]
	} else if cell != "" && !wktEmpty.MatchString(cell) {
		row.Problems = append(row.Problems, &format.Problem{Pos: row.Pos, Column: wktColumn, Value: cell, Reason: "must be POINT (longitude latitude), or empty"})
	}
	row.Cells = append(row.Cells, lon, lat)
	return row, nil
}
