package postgis

import (
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"innoatlas/geo"
)

// Facets and matrices of partnerships count facilities, each once. A database sorts all that matches
// for each of them to tell facilities apart, so it gives the values of all dimensions in one reading,
// and they are counted here, by numbers.

// tallyOf is the statement for the values of dimensions that look at the same records.
func tallyOf(q geo.Query, dimensions ...geo.Dimension) *statement {
	s := &statement{table: tableOf(q.Collection)}
	columns := q.Collection.Distinct + "_id"
	for _, d := range dimensions {
		columns += ", " + s.dimension(q.Collection, d)
	}
	s.sql = "SELECT " + columns + " FROM " + s.table.name + " WHERE " + s.matching(q, dimensions[0])
	return s
}

// tally counts different records by values.
type tally struct {
	numbers map[string]uint64 // of values
	pairs   []uint64          // the number of a value, and below it that of a record
}

func (t *tally) add(value string, record uint64) {
	number, ok := t.numbers[value]
	if !ok {
		if t.numbers == nil {
			t.numbers = map[string]uint64{}
		}
		number = uint64(len(t.numbers))
		t.numbers[strings.Clone(value)] = number
	}
	if pair := number<<32 | record; len(t.pairs) == 0 || t.pairs[len(t.pairs)-1] != pair {
		t.pairs = append(t.pairs, pair)
	}
}

// counts are those of each value.
func (t *tally) counts() map[string]int {
	slices.Sort(t.pairs)
	of := make([]int, len(t.numbers))
	for _, pair := range slices.Compact(t.pairs) {
		of[pair>>32]++
	}
	counts := make(map[string]int, len(of))
	for value, number := range t.numbers {
		counts[value] = of[number]
	}
	return counts
}

// readTally reads the rows of a tallyOf: each has a record that is counted, and its values in each
// field, of which the empty one stands for none.
func readTally(rows pgx.Rows, fieldsOf []*geo.Field, add func(record uint64, values [][]string)) error {
	numbers := map[int64]uint64{}
	values := make([][]string, len(fieldsOf))
	var row fields
	for rows.Next() {
		f := row.row(rows)
		id := f.integer()
		number, ok := numbers[id]
		if !ok {
			number = uint64(len(numbers))
			numbers[id] = number
		}
		for i, of := range fieldsOf {
			values[i] = f.facetTexts(of.Type, values[i][:0])
		}
		if f.err != nil {
			return f.err
		}
		add(number, values)
	}
	return rows.Err()
}

// facetTexts appends the values of a field of that type, as facets have them.
func (f *fields) facetTexts(of geo.Type, values []string) []string {
	switch of {
	case geo.Texts:
		if list := f.list(); len(list) > 0 {
			return append(values, list...)
		}
		return append(values, "")
	case geo.Text:
		return append(values, f.text())
	}
	return append(values, geo.TextOf(f.value(of)))
}

// queueTallies adds to a batch the facets of a collection that counts records of another: one
// reading for all dimensions of which nothing is chosen, and one for each other.
func queueTallies(batch *pgx.Batch, q geo.Query, dimensions []geo.Dimension, counted func(d geo.Dimension, counts map[string]int)) {
	together := map[bool][]geo.Dimension{}
	for _, d := range dimensions {
		together[q.Chooses(d)] = append(together[q.Chooses(d)], d)
	}
	readings := slices.Collect(slices.Chunk(together[true], 1))
	if unchosen := together[false]; len(unchosen) > 0 {
		readings = append(readings, unchosen)
	}
	for _, of := range readings {
		stmt := tallyOf(q, of...)
		fieldsOf := make([]*geo.Field, len(of))
		for i, d := range of {
			fieldsOf[i] = q.Collection.Faceted(d)
		}
		batch.Queue(stmt.sql, stmt.args...).Query(func(rows pgx.Rows) error {
			tallies := make([]tally, len(of))
			err := readTally(rows, fieldsOf, func(record uint64, values [][]string) {
				for i := range tallies {
					for _, value := range values[i] {
						tallies[i].add(value, record)
					}
				}
			})
			for i, d := range of {
				counted(d, tallies[i].counts())
			}
			return err
		})
	}
}

// readDistinct reads a matrix of such a collection, whose rows are those of a tallyOf.
func (p *pairs) readDistinct(found pgx.Rows, byRow, byColumn *geo.Field) error {
	var rows, columns, cells tally
	err := readTally(found, []*geo.Field{byRow, byColumn}, func(record uint64, values [][]string) {
		p.matched++
		for _, c := range values[1] {
			columns.add(c, record)
		}
		for _, r := range values[0] {
			rows.add(r, record)
			for _, c := range values[1] {
				cells.add(r+"\x00"+c, record)
			}
		}
	})
	p.rows, p.columns = rows.counts(), columns.counts()
	for cell, n := range cells.counts() {
		r, c, _ := strings.Cut(cell, "\x00")
		p.cells[[2]string{r, c}] = n
	}
	return err
}
