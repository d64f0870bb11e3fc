package postgis

import (
	"context"

	"github.com/jackc/pgx/v5"

	"innoatlas/geo"
)

// Matrix counts the pairs of values in one statement, so in one snapshot. Lists come
// whole and are taken apart here: what they add up to by row and by column are then
// facilities, each once. One that was counted before is given again as long as the
// revision is the same.
func (s *Store) Matrix(ctx context.Context, q geo.Query, rows, columns geo.Dimension) (geo.Matrix, error) {
	known, err := s.snapshot(ctx)
	if err != nil {
		return geo.Matrix{}, err
	}
	stmt := matrixOf(q, rows, columns)
	key := keyOf(stmt, chosenOf(q, rows), chosenOf(q, columns))
	if before, ok := s.matrices.Find(key); ok && before.revision == known.Revision {
		if still, err := s.isStill(ctx, "matrix", before.revision); still || err != nil {
			return before.answer, err
		}
	}
	m, revision, err := s.countMatrix(ctx, q, known, stmt, rows, columns)
	if err == nil && revision == known.Revision { // else the vocabulary may be of another
		s.matrices.Keep(key, keptAnswer[geo.Matrix]{revision, m}, int64(len(m.Rows)*len(m.Columns)+1))
	}
	return m, err
}

// countMatrix asks the statement of a matrix.
func (s *Store) countMatrix(ctx context.Context, q geo.Query, known *snapshot, stmt *statement, rows, columns geo.Dimension) (geo.Matrix, string, error) {
	down, across := q.Collection.Faceted(rows), q.Collection.Faceted(columns)
	vocabulary := map[geo.Dimension][]string{rows: known.vocabulary(q.Collection, rows), columns: known.vocabulary(q.Collection, columns)}
	var counted pairs
	var revision string
	err := s.readQuery(ctx, q, "matrix", func(ctx context.Context, conn *pgx.Conn) error {
		counted = pairs{rows: map[string]int{}, columns: map[string]int{}, cells: map[[2]string]int{}}
		batch := &pgx.Batch{}
		batch.Queue(revisionText).QueryRow(func(row pgx.Row) error { return row.Scan(&revision) })
		for d := range vocabulary {
			queueChosen(batch, q, d, vocabulary)
		}
		batch.Queue(stmt.sql, stmt.args...).Query(func(found pgx.Rows) error {
			if q.Collection.Distinct != "" {
				return counted.readDistinct(found, down, across)
			}
			return counted.read(found, down, across)
		})
		return conn.SendBatch(ctx, batch).Close()
	})
	if err != nil {
		return geo.Matrix{}, "", err
	}
	axis := func(f *geo.Field, counts map[string]int) []geo.Bucket {
		return f.TrimBuckets(bucketsOf(f, vocabulary[f.Facet], counts), q.Chosen(f.Facet))
	}
	return counted.matrix(axis(down, counted.rows), axis(across, counted.columns)), revision, nil
}

// matrixOf is the statement of a matrix.
func matrixOf(q geo.Query, rows, columns geo.Dimension) *statement {
	s := &statement{table: tableOf(q.Collection)}
	if q.Collection.Distinct != "" {
		s.sql = "SELECT " + q.Collection.Distinct + "_id, " + s.dimension(q.Collection, rows) + ", " + s.dimension(q.Collection, columns) +
			" FROM " + s.table.name + " WHERE " + s.matching(q, "")
		return s
	}
	s.sql = s.matrix(q, rows, columns)
	return s
}

// queueChosen adds to a batch which of the chosen values of a facet with a Top there are.
func queueChosen(batch *pgx.Batch, q geo.Query, d geo.Dimension, vocabulary map[geo.Dimension][]string) {
	if chosen := chosenOf(q, d); chosen != nil {
		batch.Queue(chosen.sql, chosen.args...).Query(func(rows pgx.Rows) (err error) {
			vocabulary[d], err = pgx.CollectRows(rows, pgx.RowTo[string])
			return err
		})
	}
}

// matrix counts the records by the values that they have in two dimensions.
func (s *statement) matrix(q geo.Query, rows, columns geo.Dimension) string {
	return "SELECT " + s.dimension(q.Collection, rows) + ", " + s.dimension(q.Collection, columns) + ", count(*) FROM " + s.table.name +
		" WHERE " + s.matching(q, "") + " GROUP BY 1, 2"
}

// pairs are what a matrix is made of; the empty value is "not stated".
type pairs struct {
	matched       int
	rows, columns map[string]int
	cells         map[[2]string]int
}

func (p *pairs) read(found pgx.Rows, byRow, byColumn *geo.Field) error {
	var row, column any
	var count int
	_, err := pgx.ForEachRow(found, []any{&row, &column, &count}, func() error {
		p.add(textsOfDimension(byRow, row), textsOfDimension(byColumn, column), count)
		return nil
	})
	return err
}

// textsOfDimension are the values of a record, one or several; the empty one alone where
// it states none.
func textsOfDimension(f *geo.Field, value any) []string {
	list, _ := value.([]any)
	if len(list) == 0 {
		return []string{textOf(f, value)}
	}
	texts := make([]string, len(list))
	for i, v := range list {
		texts[i] = textOf(f, v)
	}
	return texts
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
