package postgis

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"

	"innoatlas/geo"
)

// staged are the records of a collection that an import has brought into a table beside the
// real one, where they have their ids.
type staged struct {
	collection     string // its id
	table, staging string
	written        []string // the columns besides id and geom
	count          int
	record         func(n int) geo.Feature // of the data set

	added, changedIDs map[int64]bool // by id
}

// merge adds the new rows and changes those that differ; equal rows stay untouched.
func (i *importing) merge(ctx context.Context, s *staged) error {
	rows, err := i.tx.Query(ctx, s.mergeRows())
	if err != nil {
		return err
	}
	s.added, s.changedIDs = map[int64]bool{}, map[int64]bool{}
	var id int64
	var added bool
	_, err = pgx.ForEachRow(rows, []any{&id, &added}, func() error {
		if added {
			s.added[id] = true
		} else {
			s.changedIDs[id] = true
		}
		return nil
	})
	return err
}

// change says that something of a record was changed, of one that was there.
func (s *staged) change(id int64) {
	if !s.added[id] {
		s.changedIDs[id] = true
	}
}

func (s *staged) touched() int64 { return int64(len(s.added) + len(s.changedIDs)) }

func (s *staged) merged() Merged {
	return Merged{len(s.added), len(s.changedIDs), s.count - int(s.touched())}
}

// mergeRows inserts in the order of the keys, so that near places share pages. A row that was
// added, and not changed, has no xmax.
func (s *staged) mergeRows() string {
	written := quoted(s.written)
	columns := append([]string{"geom"}, written...)
	var set []string
	for _, c := range columns {
		set = append(set, c+" = excluded."+c)
	}
	names := strings.Join(columns, ", ")
	return `
INSERT INTO ` + s.table + ` AS f (id, ` + names + `)
SELECT id, ST_SetSRID(ST_MakePoint(longitude, latitude), 4326), ` + strings.Join(written, ", ") + `
FROM ` + s.staging + `
ORDER BY zorder, id
ON CONFLICT (slug) DO UPDATE SET ` + strings.Join(set, ", ") + `
WHERE (f.` + strings.Join(columns, ", f.") + `) IS DISTINCT FROM (excluded.` + strings.Join(columns, ", excluded.") + `)
RETURNING id, xmax = 0`
}
