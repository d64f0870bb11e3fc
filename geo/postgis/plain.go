package postgis

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/paulmach/orb/encoding/wkb"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// plainTable is that of a collection of which nothing is known but its fields. It is called
// as the collection is, and has the columns id, slug, geom, zorder and search_text, and one
// for each field, of its type; fields that a data set adds are in own.
func plainTable(c *geo.Collection) *table {
	p := plain{}
	base := geo.FindCollection(geo.Collections, c.ID)
	for _, f := range c.Fields {
		switch {
		case f.Name == "id" || f.Name == "slug":
		case base != nil && base.Field(f.Name) != nil:
			p.columns = append(p.columns, f)
		default:
			p.added = append(p.added, f)
		}
	}
	fields := append([]string{"id", "slug", "ST_AsBinary(geom)"}, quoted(geo.NamesOf(p.columns))...)
	if len(p.added) > 0 {
		fields = append(fields, "own")
	}
	if p.translated = len(c.TranslatedFields()) > 0; p.translated {
		fields = append(fields, textsOfRecords(c.ID, quoted([]string{c.ID})[0]))
	}
	t := &table{
		name: quoted([]string{c.ID})[0], fields: strings.Join(fields, ", "), columns: columnsOf(c), points: c.Geometry == geo.Point, own: p.added,
		terms: c.Is(geo.Institutions) || c.Is(geo.Projects),
		read:  func(ownReader) pgx.RowToFunc[geo.Feature] { return p.reader() },
	}
	t.keeps = t.name
	for _, f := range c.Filterable() {
		sql := quoted([]string{f.Name})[0]
		if f.Type.Value() == cql2.Text {
			sql = "(" + sql + ` COLLATE "C")`
		}
		t.columns[f.Name] = column{sql: sql, kind: f.Type.Value()}
	}
	for _, f := range p.added {
		t.columns[f.Name] = ownColumn(&f)
	}
	return t
}

// queueOthers adds to a batch what the collections hold that are no facilities and countries.
func (s *snapshot) queueOthers(batch *pgx.Batch) {
	s.Others = map[string]geo.Holding{}
	for _, c := range geo.Collections {
		if c.Is(geo.Facilities) || c.Is(geo.Countries) {
			continue
		}
		batch.Queue(holdingOf(c)).QueryRow(func(row pgx.Row) error {
			held, err := scanHolding(row)
			s.Others[c.ID] = held
			return err
		})
	}
}

// holdingOf is the statement that adds up the boxes and the years of all records, as
// geo.Extent does: of a geometry of several parts, each of them.
func holdingOf(c *geo.Collection) string {
	t := tableOf(c)
	years := []string{"NULL::float8"}
	for _, name := range []string{c.Year, c.From, c.To} {
		switch column, _ := t.column(name); column.kind {
		case cql2.Number:
			years = append(years, column.sql+"::float8")
		case cql2.Date:
			years = append(years, "date_part('year', "+column.sql+")")
		}
	}
	all, parts := strings.Join(years, ", "), "(SELECT geom AS part FROM "+t.name+") points"
	if !t.points { // few have several parts, and to take one apart takes longer than all else
		parts = "(SELECT geom AS part FROM " + t.name + " WHERE ST_NumGeometries(geom) = 1" +
			" UNION ALL SELECT (ST_Dump(geom)).geom FROM " + t.name + " WHERE ST_NumGeometries(geom) > 1) parts"
	}
	return `
SELECT records.*, boxes.*
FROM (
	SELECT count(*), min(least(` + all + `)), max(greatest(` + all + `)) FROM ` + t.name + `
) records, (
	SELECT min(w), min(s), max(e), max(n), min(CASE WHEN w >= 0 THEN w WHEN e >= 0 THEN 0 END), max(e) FILTER (WHERE w < 0)
	FROM (
		SELECT ST_XMin(box) AS w, ST_YMin(box) AS s, ST_XMax(box) AS e, ST_YMax(box) AS n FROM (SELECT part::box3d AS box FROM ` + parts + ` OFFSET 0) boxed OFFSET 0
	) box
) boxes`
}

func scanHolding(row pgx.Row) (held geo.Holding, err error) {
	var box extent
	var first, last, east, west pgtype.Float8
	err = row.Scan(&held.Count, &first, &last, &box[0], &box[1], &box[2], &box[3], &east, &west)
	if first.Valid {
		held.Years = geo.Years{From: int(first.Float64), To: int(last.Float64)}
	}
	held.Extent = geo.Around(box.bound(), east.Float64, west.Float64)
	return held, err
}

func quoted(names []string) []string {
	quoted := slices.Clone(names)
	for i := range quoted {
		quoted[i] = pgx.Identifier{quoted[i]}.Sanitize()
	}
	return quoted
}

// plain reads records that have no struct of their own.
type plain struct {
	columns []geo.Field // that are columns, in their order
	added   []geo.Field // whose values are in own

	translated bool // whether there are texts in other languages
}

func (p *plain) reader() pgx.RowToFunc[geo.Feature] {
	var row fields
	own := readOwn(p.added)
	return func(r pgx.CollectableRow) (geo.Feature, error) { return p.read(row.row(r), own) }
}

func (p *plain) read(row *fields, own ownReader) (geo.Feature, error) {
	r := &geo.Record{ID: row.integer(), Slug: row.text()}
	if shape := row.bytes(); len(shape) > 0 {
		var err error
		if r.Shape, err = wkb.Unmarshal(shape); err != nil {
			return nil, fmt.Errorf("geometry of %s: %w: %w", r.Slug, errForm, err)
		}
	}
	for i := range p.columns {
		if v := row.value(p.columns[i].Type); v.Type != cql2.Null {
			p.columns[i].Set(r, v)
		}
	}
	if len(p.added) > 0 {
		if err := p.readAdded(r, row, own); err != nil {
			return nil, fmt.Errorf("%s: %w", r.Slug, err)
		}
	}
	if p.translated {
		r.Translations = row.translations()
	}
	return r, row.err
}

func (p *plain) readAdded(r *geo.Record, row *fields, own ownReader) error {
	added, err := own.read(row.json())
	if err != nil {
		return err
	}
	for i := range p.added {
		if v := added.Value(p.added[i].Name); v.Type != cql2.Null {
			p.added[i].Set(r, v)
		}
	}
	return nil
}
