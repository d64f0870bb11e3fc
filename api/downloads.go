package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"innoatlas/geo"
	"innoatlas/geo/format"
)

// fileFormat is a form in which a whole selection can be downloaded.
type fileFormat struct {
	path, name, title, mediaType string
	resource                     *resource
	encode                       func(*geo.Catalog) rowEncoder
}

// rowEncoder writes a file piece by piece; each function appends to its argument.
type rowEncoder struct {
	head func([]byte) []byte
	row  func(b []byte, f geo.Feature, i int) []byte
	tail func(b []byte, rows int) []byte
}

var fileFormats = []*fileFormat{
	newFileFormat("facilities.geojson", "GeoJSON", "application/geo+json", geoJSONFile),
	newFileFormat("facilities.csv", "CSV", "text/csv; charset=utf-8", csvFile),
}

func newFileFormat(name, title, mediaType string, encode func(*geo.Catalog) rowEncoder) *fileFormat {
	return &fileFormat{
		path: "/data/" + name, name: name, title: title, mediaType: mediaType, encode: encode,
		resource: &resource{
			formats:    []*representation{{mediaType: mediaType}},
			parameters: append(filterParameters(geo.Facilities), sortbyParameter(geo.Facilities)),
			cache:      alwaysCheck,
		},
	}
}

// geoJSONFile has one feature a line, so that line tools can work with it.
func geoJSONFile(catalog *geo.Catalog) rowEncoder {
	encoder := format.NewGeoJSON(catalog)
	return rowEncoder{
		head: func(b []byte) []byte {
			return append(b, `{"type":"FeatureCollection","name":"facilities","features":[`...)
		},
		row: func(b []byte, f geo.Feature, i int) []byte {
			if i > 0 {
				b = append(b, ',')
			}
			return encoder.AppendFeature(append(b, '\n'), f, nil)
		},
		tail: func(b []byte, _ int) []byte { return append(b, "\n]}\n"...) },
	}
}

func csvFile(*geo.Catalog) rowEncoder {
	return rowEncoder{
		head: func(b []byte) []byte { return append(b, format.CSVHeader()...) },
		row: func(b []byte, f geo.Feature, _ int) []byte {
			facility, ok := f.(*geo.Facility)
			if !ok {
				return b
			}
			return format.AppendCSVRow(b, facility)
		},
		tail: func(b []byte, _ int) []byte { return b },
	}
}

// download answers GET /data/facilities.…: every facility that matches, in one
// response of any length and constant memory.
func (s *Server) download(f *fileFormat) echo.HandlerFunc {
	return func(c echo.Context) error {
		a, err := s.answer(c, f.resource)
		if err != nil {
			return err
		}
		q, err := a.query(geo.Facilities)
		if err != nil {
			return err
		}
		if a.fresh() || matchesAny(c.Request().Header["If-None-Match"]) {
			return a.notModified()
		}
		c.Response().Header().Set("Content-Disposition", `attachment; filename="`+f.name+`"`)
		file := newStream(a)
		defer file.release()
		err = file.write(f.encode(a.catalog), s.store.All(a.context(), q))
		if err != nil && file.started {
			// The status is sent. Only a broken connection can say that this is
			// not the whole file.
			s.logFailure(c, err)
			panic(http.ErrAbortHandler)
		}
		return err
	}
}
