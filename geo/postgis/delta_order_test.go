package postgis_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"innoatlas/geo/postgis/postgistest"
)

// Numbers follow commits: whoever looks all the time sees no revision, name or change that is older
// than one that was there before, however transactions overlap.
func TestNumbersFollowCommits(t *testing.T) {
	t.Parallel()
	database := postgistest.Migrated(t)
	if _, err := open(t, database).Import(t.Context(), network()); err != nil {
		t.Fatal(err)
	}
	ctx, done := context.WithCancel(t.Context())
	var writers sync.WaitGroup
	for n := range 6 {
		conn := connect(t, database)
		execute(t, conn, `SET deadlock_timeout = '10ms'`)
		r := rand.New(rand.NewPCG(1, uint64(n)))
		writers.Go(func() {
			for i := range 12 {
				overlap(t.Context(), conn, r, fmt.Sprintf("%d of %d", i, n))
			}
		})
	}
	go func() {
		writers.Wait()
		done()
	}()
	conn, looks := connect(t, database), 0
	var last [3]int64
	var seen [3]map[int64]bool
	for ; ctx.Err() == nil; looks++ {
		var fresh [3][]int64
		err := conn.QueryRow(t.Context(), `SELECT
			ARRAY(SELECT number FROM revision_name WHERE started > now() - interval '1 minute' ORDER BY number),
			ARRAY(SELECT number FROM revision ORDER BY number),
			ARRAY(SELECT number FROM change WHERE number > $1 ORDER BY number)`, max(0, last[2]-100)).Scan(&fresh[0], &fresh[1], &fresh[2])
		if err != nil {
			t.Fatal(err)
		}
		// What is not higher than the highest of before must have been there before.
		for i, kind := range []string{"name", "revision", "change"} {
			if seen[i] == nil {
				seen[i] = map[int64]bool{}
			}
			for _, number := range fresh[i] {
				if number <= last[i] && !seen[i][number] {
					t.Fatalf("the %s %d came after %d", kind, number, last[i])
				}
				seen[i][number] = true
			}
			last[i] = max(last[i], slices.Max(fresh[i]))
		}
		time.Sleep(time.Millisecond)
	}
	var wrong, revisions int
	err := conn.QueryRow(t.Context(), `SELECT count(*) FILTER (WHERE low < first OR low < before), count(*) FROM (
		SELECT r.first, min(c.number) AS low, lag(max(c.number)) OVER (ORDER BY r.number) AS before
		FROM revision r JOIN change c ON c.revision = r.number GROUP BY r.number) r`).Scan(&wrong, &revisions)
	if err != nil || wrong > 0 || revisions < 20 || looks < 20 {
		t.Errorf("of %d revisions, %d have changes with numbers of earlier ones, %v; looked %d times", revisions, wrong, err, looks)
	}
}

// overlap is a transaction that others overlap: it ends by a commit, or otherwise.
func overlap(ctx context.Context, conn *pgx.Conn, r *rand.Rand, text string) {
	tx, err := conn.Begin(ctx)
	if err != nil {
		return
	}
	defer tx.Rollback(ctx)
	time.Sleep(time.Duration(r.IntN(3000)) * time.Microsecond)
	for range 1 + r.IntN(3) {
		sql := []string{
			`UPDATE facility SET name = $1::text WHERE id = (SELECT id FROM facility ORDER BY md5(id || $1::text) LIMIT 1)`,
			`UPDATE institutions SET name = $1::text WHERE id = (SELECT id FROM institutions ORDER BY md5(id || $1::text) LIMIT 1)`,
			`UPDATE synonym SET terms = ARRAY[$1::text]`,
			`UPDATE projects SET name = $1::text WHERE false`,
		}[r.IntN(4)]
		if _, err := tx.Exec(ctx, `SAVEPOINT before`); err != nil {
			return
		}
		if _, err := tx.Exec(ctx, sql, text); err != nil {
			return
		}
		time.Sleep(time.Duration(r.IntN(2000)) * time.Microsecond)
		if r.IntN(4) == 0 {
			if _, err := tx.Exec(ctx, `ROLLBACK TO before`); err != nil {
				return
			}
		}
	}
	if r.IntN(5) > 0 {
		tx.Commit(ctx)
	}
}
