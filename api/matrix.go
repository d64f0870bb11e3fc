package api

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"innoatlas/geo"
	"innoatlas/geo/format"
	"innoatlas/texts"
)

// csvFormat is a table as CSV. The records of a page have their own (fileFormats).
var csvFormat = &representation{
	names:     []string{"csv"},
	mediaType: "text/csv",
	accepts:   []string{"text/csv"},
	name:      "CSV",
}

// matrixResource is how the matrix of the facilities is asked for.
var matrixResource = func() *Resource {
	own := append(filterParameters(geo.Facilities), rowsAxis.parameter(), columnsAxis.parameter(), bomParameter)
	res := newResource(AlwaysCheck, []*representation{jsonFormat, csvFormat}, own...)
	res.kept = true
	return res
}()

// axis is a parameter that names a dimension. It is no part of a query.
type axis struct {
	name, description string
	usual             geo.Dimension
}

var (
	rowsAxis    = axis{"rows", "What the rows stand for.", geo.ByCountry}
	columnsAxis = axis{"columns", "What the columns stand for; not the same as rows.", geo.BySector}

	axisNames = dimensionNames(geo.Facilities.Dimensions())
)

func (x axis) parameter() parameter {
	return parameter{name: x.name, description: x.description, schema: schema{"type": "string", "enum": axisNames, "default": string(x.usual)}}
}

func (x axis) read(params url.Values) (geo.Dimension, error) {
	name := cmp.Or(params.Get(x.name), string(x.usual))
	if !slices.Contains(axisNames, name) {
		return "", &geo.InputError{Param: x.name, Value: name, Reason: "write one of " + strings.Join(axisNames, ", ")}
	}
	return geo.Dimension(name), nil
}

// readAxes reads the rows and columns parameters.
func readAxes(params url.Values) (rows, columns geo.Dimension, err error) {
	if rows, err = rowsAxis.read(params); err != nil {
		return "", "", err
	}
	if columns, err = columnsAxis.read(params); err != nil {
		return "", "", err
	}
	if rows == columns {
		err = &geo.InputError{Param: columnsAxis.name, Value: string(columns),
			Reason: "is what the rows stand for; give rows and columns two different ones of " + strings.Join(axisNames, ", ")}
	}
	return rows, columns, err
}

// matrix answers GET /collections/facilities/matrix: how many of the facilities
// that match have each pair of values of two dimensions.
func (s *Server) matrix(c echo.Context) error {
	a, err := s.ask(c, func(col *collection) *Resource { return col.matrix })
	if err != nil {
		return err
	}
	rows, columns, err := readAxes(a.params)
	if err != nil {
		return err
	}
	if a.Fresh() {
		return a.NotModified()
	}
	return s.keep(a.Answer, func() error { return s.sendMatrix(a, rows, columns) })
}

func (s *Server) sendMatrix(a *question, rows, columns geo.Dimension) error {
	m, err := s.store.Matrix(a.Context(), a.q, rows, columns)
	if err != nil {
		return err
	}
	if err := a.begin(a.turns.brief); err != nil {
		return err
	}
	t := table{m, rows, labelsOf(a.catalog, rows, a.lang), labelsOf(a.catalog, columns, a.lang)}
	buf := takeBuffer()
	defer buf.giveBack()
	if a.format == csvFormat {
		a.header.Set("Content-Disposition", `attachment; filename="facilities-by-`+string(rows)+"-and-"+string(columns)+`.csv"`)
		buf.b = format.AppendCSVTable(buf.b, t.lines(texts.In(a.lang)), a.marksBytes())
	} else {
		buf.b = t.appendJSON(buf.b, a.selfAndAlternates())
	}
	return a.Send(buf.b)
}

// table is a matrix with the names of its rows and columns.
type table struct {
	geo.Matrix
	rows                    geo.Dimension
	rowLabels, columnLabels Labels
}

func (t table) appendJSON(b []byte, links []Link) []byte {
	b = strconv.AppendInt(append(b, `{"numberMatched":`...), int64(t.Matched), 10)
	b = appendLinks(append(b, `,"links":`...), links)
	b = appendBuckets(append(b, `,"rows":`...), t.Rows, t.rowLabels)
	b = appendBuckets(append(b, `,"columns":`...), t.Columns, t.columnLabels)
	b = append(b, `,"counts":[`...)
	for i, row := range t.Counts {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '[')
		for j, count := range row {
			if j > 0 {
				b = append(b, ',')
			}
			b = strconv.AppendInt(b, int64(count), 10)
		}
		b = append(b, ']')
	}
	return append(b, "]}"...)
}

// lines are the cells of the table as texts: a header, the rows with their totals in the
// last column, and the totals of the columns.
func (t table) lines(said texts.Texts) [][]string {
	total := said.T("table.heading")
	header, last := []string{said.T("facet." + string(t.rows))}, []string{total}
	for _, c := range t.Columns {
		header = append(header, t.columnLabels.Of(c.Value))
		last = append(last, strconv.Itoa(c.Count))
	}
	lines := [][]string{append(header, total)}
	for i, r := range t.Rows {
		line := []string{t.rowLabels.Of(r.Value)}
		for _, count := range t.Counts[i] {
			line = append(line, strconv.Itoa(count))
		}
		lines = append(lines, append(line, strconv.Itoa(r.Count)))
	}
	return append(lines, append(last, strconv.Itoa(t.Matched)))
}
