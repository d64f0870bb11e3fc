package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"innoatlas/geo/postgis/postgistest"
)

// TestKeptAnswersFollowImports: while readers ask for the same again and again, each import
// shows within its time, and once it did, nobody gets what was before.
func TestKeptAnswersFollowImports(t *testing.T) {
	t.Parallel()
	database, file := filled(t), filepath.Join(t.TempDir(), "more.csv")
	var stop atomic.Bool
	var readers sync.WaitGroup
	var seen [2]atomic.Int64 // the most that a server has shown
	for i, args := range [][]string{{}, {"--reads", "database"}} {
		s := start(t, append(args, "--database-url", database)...)
		for _, path := range []string{"/collections/facilities/items?limit=1", "/collections/facilities/facets", "/collections/facilities/clusters?zoom=0"} {
			readers.Go(func() {
				for !stop.Load() {
					before := seen[i].Load()
					_, body := ask(s.url + path)
					var page struct{ NumberMatched int64 }
					if err := json.Unmarshal(body, &page); err != nil || page.NumberMatched < before {
						t.Errorf("%v %s: %d records after %d, %v", args, path, page.NumberMatched, before, err)
						return
					}
					for before < page.NumberMatched && !seen[i].CompareAndSwap(before, page.NumberMatched) {
						before = seen[i].Load()
					}
				}
			})
		}
	}
	eventually(t, "both servers answer", func() bool { return seen[0].Load() > 0 && seen[1].Load() > 0 })
	first := seen[0].Load()
	for n := range int64(3) {
		writeFile(t, file, fmt.Sprintf("slug,kind,name,country,lon,lat\nnew-%d,joint-laboratory,New,TH,100.5,13.75\n", n))
		mustRun(t, "import", file, "--database-url", database)
		for i := range seen {
			eventually(t, fmt.Sprintf("server %d shows import %d", i, n), func() bool { return seen[i].Load() == first+n+1 })
		}
	}
	stop.Store(true)
	readers.Wait()
}

// TestKeptAnswersOutliveTheDatabase: with --reads database, what is kept is answered while
// the database is away, all else is 503 soon, and the first answer after it is a new one.
func TestKeptAnswersOutliveTheDatabase(t *testing.T) {
	t.Parallel()
	database := filled(t)
	for name, breaks := range map[string]func(*postgistest.Proxy){"refuses": (*postgistest.Proxy).Refuse, "loses all": (*postgistest.Proxy).LoseAll} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			proxy, through := postgistest.NewProxy(t, database)
			s := start(t, "--database-url", through, "--reads", "database")
			const kept, other = "/collections/facilities/items?limit=1", "/collections/facilities/items?limit=2"
			want := string(s.get(t, kept))
			breaks(proxy)
			eventually(t, "other answers are 503", func() bool { response, _ := ask(s.url + other + "&lang=zh"); return response.StatusCode == 503 })
			for turn := range 5 {
				began := time.Now()
				if response, body := ask(s.url + kept); response.StatusCode != 200 || string(body) != want {
					t.Errorf("what is kept: %d %.200s", response.StatusCode, body)
				}
				response, _ := ask(s.url + other)
				if response.StatusCode != 503 || response.Header.Get("Retry-After") == "" {
					t.Errorf("what is not: %d", response.StatusCode)
				}
				// The first finds out that nothing comes, and then nobody waits.
				if took := time.Since(began); turn > 0 && took > 2*time.Second || took > 8*time.Second {
					t.Errorf("both took %s", took)
				}
			}
			proxy.Heal()
			eventually(t, "all is answered again", func() bool { response, _ := ask(s.url + other); return response.StatusCode == http.StatusOK })
		})
	}
}
