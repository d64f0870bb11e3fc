package postgis

import (
	"context"

	"github.com/jackc/pgx/v5"

	"innoatlas/geo"
)

// Matrix counts the pairs of values in one statement, so in one snapshot. Lists come
// whole and are taken apart here: what they add up to by row and by column are then
// facilities, each once.
func (s *Store) Matrix(ctx context.Context, q geo.Query, rows, columns geo.Dimension) (geo.Matrix, error) {
	known, err := s.snapshot(ctx)
	if err != nil {
		return geo.Matrix{}, err
	}
	stmt := &statement{table: tableOf(geo.Facilities)}
	sql := stmt.matrix(q, rows, columns)
	var counted pairs
	err = s.readQuery(ctx, q, "matrix", func(ctx context.Context, conn *pgx.Conn) error {
		counted = pairs{rows: map[string]int{}, columns: map[string]int{}, cells: map[[2]string]int{}}
		found, err := conn.Query(ctx, sql, stmt.args...)
		if err != nil {
			return err
		}
		return counted.read(found)
	})
	if err != nil {
		return geo.Matrix{}, err
	}
	return counted.matrix(
		bucketsOf(q.Collection.Faceted(rows), known.vocabulary(geo.Facilities, rows), counted.rows),
		bucketsOf(q.Collection.Faceted(columns), known.vocabulary(geo.Facilities, columns), counted.columns)), nil
}

// matrix counts the records by the values that they have in two dimensions.
func (s *statement) matrix(q geo.Query, rows, columns geo.Dimension) string {
	return "SELECT " + s.values(rows) + ", " + s.values(columns) + ", count(*) FROM " + s.table.name +
		" WHERE " + s.where(q.Where()) + " GROUP BY 1, 2"
}

// values are those of a dimension as an array, NULL or empty where none is stated.
func (s *statement) values(d geo.Dimension) string {
	property, isList := geo.Facilities.Property(d)
	column := s.table.columns[property].sql
	if isList {
		return column
	}
	return "array_remove(ARRAY[" + column + "::text], NULL)"
}

// pairs are what a matrix is made of; the empty value is "not stated".
type pairs struct {
	matched       int
	rows, columns map[string]int
	cells         map[[2]string]int
}

func (p *pairs) read(found pgx.Rows) error {
	var rows, columns []string
	var count int
	_, err := pgx.ForEachRow(found, []any{&rows, &columns, &count}, func() error {
		p.add(orNotStated(rows), orNotStated(columns), count)
		return nil
	})
	return err
}

func orNotStated(values []string) []string {
	if len(values) == 0 {
		return []string{""}
	}
	return values
}

// add counts facilities that have all of these values.
func (p *pairs) add(rows, columns []string, count int) {
	p.matched += count
	for _, c := range columns {
		p.columns[c] += count
	}
	for _, r := range rows {
		p.rows[r] += count
		for _, c := range columns {
			p.cells[[2]string{r, c}] += count
		}
	}
}

func (p *pairs) matrix(rows, columns []geo.Bucket) geo.Matrix {
	m := geo.Matrix{Matched: p.matched, Rows: rows, Columns: columns, Counts: make([][]int, len(rows))}
	for i, r := range rows {
		m.Counts[i] = make([]int, len(columns))
		for j, c := range columns {
			m.Counts[i][j] = p.cells[[2]string{r.Value, c.Value}]
		}
	}
	return m
}
