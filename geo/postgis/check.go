package postgis

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"innoatlas/geo"
)

// wanting are records that a database may hold of before, and that no import would take today, each
// with what is wrong of them and what mends it.
var wanting = []struct{ of, sql, wrong string }{
	{"institutions", `SELECT slug FROM institutions WHERE name IS NULL`, "have no name; import a file of slug,name"},
	{"projects", `SELECT slug FROM projects WHERE name IS NULL`, "have no name; import a file of slug,name"},
	{"institutions", `SELECT slug FROM institutions WHERE geom IS NOT NULL AND precision IS NULL`,
		"have a position and do not say how exact it is; import a file of slug,lon,lat,location_precision"},
	{"facilities", `SELECT slug FROM facility WHERE closed < established`, "were closed before they were established; import a file of slug,established,closed"},
}

// mostWanting is how many of them are named.
const mostWanting = 10

// Check says what a database holds that no import would take today, one sentence for each kind:
// nothing of it is lost, and somebody should put it right.
func Check(ctx context.Context, url string, options ...Option) (told []string, err error) {
	w, err := newWork(url, "innoatlas-check", options)
	if err != nil {
		return nil, err
	}
	err = w.run(ctx, func(tx pgx.Tx) error {
		told = nil
		known, err := knownFields(ctx, tx)
		if err != nil {
			return err
		}
		for _, c := range geo.Collections {
			for _, f := range known[c.ID] {
				if c.IsReserved(f.Name) {
					told = append(told, fmt.Sprintf("the field of your own %s of %s has a name that the program uses itself by now; give it another, and its values show again: "+
						"innoatlas fields rename %[1]s own_%[1]s --collection %[2]s", f.Name, c.ID))
				}
			}
		}
		for _, one := range wanting {
			var n int
			var slugs string
			err := tx.QueryRow(ctx, `SELECT count(*), coalesce(string_agg(slug, ', ' ORDER BY slug) FILTER (WHERE row <= $1), '')
FROM (SELECT slug, row_number() OVER (ORDER BY slug) AS row FROM (`+one.sql+`) found) numbered`, mostWanting).Scan(&n, &slugs)
			if err != nil {
				return err
			}
			if n > mostWanting {
				slugs += ", …"
			}
			if n > 0 {
				told = append(told, fmt.Sprintf("of the %s %d %s: %s", one.of, n, one.wrong, slugs))
			}
		}
		return nil
	})
	return told, wrapFirst(ctx, "check", err)
}
