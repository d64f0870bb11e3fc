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

// matrixResource is how the matrix of a collection is asked for.
func matrixResource(c *geo.Collection, filters parameters) *Resource {
	names := dimensionNames(c.Dimensions())
	res := newResource(AlwaysCheck, []*representation{jsonFormat, csvFormat},
		slices.Concat(filters, parameters{rowsAxis.parameter(names), columnsAxis.parameter(names), bomParameter})...)
	res.kept = true
	return res
}

// axis is a parameter that names a dimension. It is no part of a query.
type axis struct {
	name, description string
	usual             int // place of the dimension among those of the collection
}

var (
	rowsAxis    = axis{"rows", "What the rows stand for; where columns stand for the default, it is theirs.", 0}
	columnsAxis = axis{"columns", "What the columns stand for; not the same as rows. Where rows stand for the default, it is theirs.", 1}
)

func (x axis) parameter(names []string) parameter {
	return parameter{name: x.name, description: x.description, schema: schema{"type": "string", "enum": names, "default": names[x.usual]}}
}

// read reads the dimension. The usual one is that of the other axis where that one has taken it.
func (x axis) read(params url.Values, names []string, other axis) (geo.Dimension, error) {
	usual := names[x.usual]
	if params.Get(other.name) == usual {
		usual = names[other.usual]
	}
	name := cmp.Or(params.Get(x.name), usual)
	if !slices.Contains(names, name) {
		return "", &geo.InputError{Param: x.name, Value: name, Reason: "write one of " + strings.Join(names, ", ")}
	}
	return geo.Dimension(name), nil
}

// readAxes reads the rows and columns parameters.
func (a *question) readAxes() (rows, columns geo.Dimension, err error) {
	names := dimensionNames(a.col.Dimensions())
	if rows, err = rowsAxis.read(a.params, names, columnsAxis); err != nil {
		return "", "", err
	}
	if columns, err = columnsAxis.read(a.params, names, rowsAxis); err != nil {
		return "", "", err
	}
	if rows == columns {
		err = &geo.InputError{Param: columnsAxis.name, Value: string(columns),
			Reason: "is what the rows stand for; give rows and columns two different ones of " + strings.Join(names, ", ")}
	}
	return rows, columns, err
}

// matrix answers GET /collections/{collectionId}/matrix: how many of the records
// that match have each pair of values of two dimensions; of partnerships, of how many facilities.
func (s *Server) matrix(c echo.Context) error {
	a, err := s.ask(c, func(col *collection) *Resource { return col.matrix })
	if err != nil {
		return err
	}
	rows, columns, err := a.readAxes()
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
	t := table{m, rows, a.labelsIn(a.col.Collection, rows), a.labelsIn(a.col.Collection, columns), a.col.Collection}
	buf := takeBuffer()
	defer buf.giveBack()
	if a.format == csvFormat {
		a.header.Set("Content-Disposition", `attachment; filename="`+a.col.ID+"-by-"+string(rows)+"-and-"+string(columns)+`.csv"`)
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
	of                      *geo.Collection
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

// heading is what the rows stand for.
func (t table) heading(said texts.Texts) string {
	if f := t.of.Faceted(t.rows); f.Own {
		return cmp.Or(f.Title.In(said.Language.Code), f.Name)
	}
	return said.T("facet." + string(t.rows))
}

// lines are the cells of the table as texts: a header, the rows with their totals in the
// last column, and the totals of the columns.
func (t table) lines(said texts.Texts) [][]string {
	total := said.T("table.heading")
	if !t.of.Is(geo.Facilities) && t.of.Distinct == "" {
		total = t.of.Title.In(said.Language.Code)
	}
	header, last := []string{t.heading(said)}, []string{total}
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
