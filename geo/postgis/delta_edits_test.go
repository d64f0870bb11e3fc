package postgis_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/geo/memory"
	"innoatlas/geo/postgis"
	"innoatlas/geo/postgis/postgistest"
	"innoatlas/geo/storetest"
)

// hands are statements of a hand. In each of them, # is a new number, and TABLE@ the id of one of
// its records, which is the same at each place of a statement.
var hands = []string{
	`UPDATE facility SET name = 'Name #' WHERE id = facility@`,
	`UPDATE facility SET city = NULL, admin1 = 'Province #' WHERE id = facility@`,
	`UPDATE facility SET geom = NULL, zorder = 1::bigint << 62 WHERE id = facility@`,
	`UPDATE facility SET geom = ST_SetSRID(ST_MakePoint(# % 180, # % 90), 4326), zorder = # WHERE id = facility@`,
	`UPDATE facility SET slug = 'hand-#' WHERE id = facility@`,
	`UPDATE facility SET id = 1000000 + # WHERE id = facility@`,
	`UPDATE facility SET version = #, updated = now() - interval '1 year' WHERE id = facility@`,
	`UPDATE facility SET institutions = '{nobody}', takes_part = '{LAO}' WHERE id = facility@`,
	`UPDATE facility SET search_text = '#' WHERE id = facility@`,
	`UPDATE facility SET name = name`,
	`UPDATE facility SET name = 'no one' WHERE false`,
	`UPDATE facility SET status = 'closed', sectors = NULL WHERE id % 5 = # % 5`,
	`UPDATE facility SET own = NULL WHERE id = facility@`,
	`UPDATE facility SET partners = NULLIF(ARRAY(SELECT name::text FROM institutions WHERE name IS NOT NULL ORDER BY id LIMIT # % 4 + 1), '{}') WHERE id = facility@`,
	`UPDATE facility SET host_institution = (SELECT name FROM institutions WHERE id = institutions@) WHERE id = facility@`,
	`INSERT INTO facility (id, slug, name, kind, zorder) SELECT 2000000 + #, 'new-#', 'New #', min(id), 1::bigint << 62 FROM kind`,
	`INSERT INTO facility (id, slug, name, zorder) VALUES (2000000 + #, 'new-#', 'New', 1::bigint << 62), (3000000 + #, 'newer-#', 'Newer', 1::bigint << 62)
		ON CONFLICT DO NOTHING`,
	`INSERT INTO facility AS f (id, slug, name, zorder) SELECT id, slug, 'upserted #', 1::bigint << 62 FROM facility WHERE id = facility@
		ON CONFLICT (id) DO UPDATE SET name = 'upserted #'`,
	`MERGE INTO facility f USING (SELECT facility@ AS id) s ON f.id = s.id WHEN MATCHED THEN UPDATE SET summary = 'Merged #' WHEN NOT MATCHED THEN DO NOTHING`,
	`DELETE FROM facility WHERE id = facility@`,
	`INSERT INTO facility_source (facility_id, position, title) VALUES (facility@, # % 5, 'Source #')`,
	`UPDATE facility_source SET position = position + 10 WHERE facility_id = facility@`,
	`UPDATE facility_source SET facility_id = facility@, position = #
		WHERE (facility_id, position) = (SELECT facility_id, position FROM facility_source ORDER BY md5('#' || facility_id) LIMIT 1)`,
	`DELETE FROM facility_source WHERE facility_id = facility@`,
	`INSERT INTO record_text VALUES ('facilities', facility@, 'th', 'name', 'Text #', 'person') ON CONFLICT (collection, record, lang, field) DO UPDATE SET text = excluded.text`,
	`INSERT INTO record_text VALUES ('institutions', institutions@, 'lo', 'name', 'Text #', 'machine')
		ON CONFLICT (collection, record, lang, field) DO UPDATE SET text = excluded.text`,
	`INSERT INTO record_text VALUES ('projects', projects@, 'vi', 'summary', 'Text #', 'source')
		ON CONFLICT (collection, record, lang, field) DO UPDATE SET text = excluded.text`,
	`INSERT INTO record_text VALUES ('nowhere', #, 'vi', 'name', 'Text #', 'source'), ('countries', 764, 'xx', 'name#', 'Text', 'source')`,
	`UPDATE record_text SET record = facility@ WHERE collection = 'facilities' AND lang = 'th'`,
	`UPDATE record_text SET collection = 'institutions' WHERE collection = 'projects'`,
	`DELETE FROM record_text WHERE record = facility@`,
	`UPDATE institutions SET name = 'Institution #', country = (SELECT min(code) FROM country) WHERE id = institutions@`,
	`UPDATE institutions SET aliases = ARRAY['Alias #'], facilities = # WHERE id = institutions@`,
	`UPDATE institutions SET facilities = facilities + 1`,
	`UPDATE institutions SET slug = 'inst-hand-#' WHERE id = institutions@`,
	`UPDATE institutions SET id = 1000000 + # WHERE id = institutions@`,
	`INSERT INTO institutions (id, slug, name) VALUES (2000000 + #, 'inst-new-#', 'New institution #')`,
	`DELETE FROM institutions WHERE id = institutions@`,
	`INSERT INTO facility_institution SELECT f.slug, i.slug, 'partner', # % 3, # % 2 = 0 FROM facility f, institutions i WHERE f.id = facility@ AND i.id = institutions@
		ON CONFLICT DO NOTHING`,
	`UPDATE facility_institution SET stated = NOT stated WHERE facility = (SELECT slug FROM facility WHERE id = facility@)`,
	`UPDATE facility_institution SET position = # - position WHERE NOT stated`,
	`UPDATE facility_institution SET institution = (SELECT slug FROM institutions WHERE id = institutions@) WHERE facility = (SELECT slug FROM facility WHERE id = facility@)`,
	`UPDATE facility_institution SET role = CASE role WHEN 'host' THEN 'partner' ELSE 'host' END WHERE facility = (SELECT slug FROM facility WHERE id = facility@)`,
	`DELETE FROM facility_institution WHERE facility = (SELECT slug FROM facility WHERE id = facility@)`,
	`DELETE FROM facility_institution WHERE NOT stated`,
	`UPDATE projects SET summary = 'Summary #', geom = NULL WHERE id = projects@`,
	`UPDATE projects SET geom = ST_SetSRID(ST_Multi(ST_MakePoint(# % 90, 1)), 4326), begins = '2021-03-04', takes_part = '{LAO,THA}' WHERE id = projects@`,
	`UPDATE projects SET slug = 'project-hand-#', facilities = ARRAY['hand-#'] WHERE id = projects@`,
	`INSERT INTO projects (id, slug, name) VALUES (2000000 + #, 'project-new-#', 'Project #')`,
	`DELETE FROM projects WHERE id = projects@`,
	`DELETE FROM partnerships WHERE facility_id = facility@`,
	`UPDATE country SET names = names || '{"en": "Country #"}' WHERE code = (SELECT min(code) FROM country)`,
	`UPDATE country SET outline = ST_Multi(ST_MakeEnvelope(# % 90, 0, # % 90 + 1, 1, 4326)) WHERE code = (SELECT max(code) FROM country)`,
	`UPDATE country SET version = version + 1`,
	`INSERT INTO cooperation (country, indicator, value, year, source_url, position) SELECT min(code), 'indicator #', #, 2020, '', # FROM country`,
	`UPDATE cooperation SET value = value + 1, position = -position`,
	`DELETE FROM cooperation WHERE indicator LIKE '%#%'`,
	`UPDATE kind SET labels = labels || '{"en": "Kind #"}' WHERE id = (SELECT min(id) FROM kind)`,
	`INSERT INTO kind (id, position, labels) VALUES ('kind-#', # % 3, '{"en": "Kind #"}')`,
	`UPDATE kind SET id = 'another-#' WHERE id LIKE 'kind-%'`,
	`DELETE FROM kind WHERE id LIKE 'another-%'`,
	`UPDATE sector SET position = -position`,
	`INSERT INTO sector (id, position, labels) VALUES ('sector-#', #, '{"en": "Sector #"}')`,
	`UPDATE own_field SET title = title || '{"en": "Title #"}' WHERE collection = 'facilities'`,
	`INSERT INTO own_field (collection, name, position, type, title) VALUES ('projects', 'hand_#', #, 'string', '{"en": "Hand #"}')`,
	`INSERT INTO synonym VALUES (#, ARRAY['one #', 'other #'])`,
	`UPDATE synonym SET position = position + 100000`,
	`DELETE FROM synonym WHERE position % 2 = 0`,
	`INSERT INTO place_name VALUES ('LAO', 'Province #', '', 'th', 'Place #', 'person')`,
	`UPDATE place_name SET lang = 'km', name = 'Place #' WHERE admin1 LIKE 'Province%'`,
	`DELETE FROM place_name WHERE lang = 'km'`,
	`UPDATE dataset SET licence = 'Licence #'`,
	`UPDATE dataset SET own_outlines = NOT own_outlines, attribution = NULL`,
	`UPDATE dataset SET revision = revision + 1`,
	`TRUNCATE facility_source`,
	`TRUNCATE facility_institution`,
	`TRUNCATE record_text, synonym`,
	`TRUNCATE cooperation, place_name`,
	`TRUNCATE institutions CASCADE`,
	`TRUNCATE projects`,
	`TRUNCATE facility CASCADE`,
	`SELECT set_config('innoatlas.revision', 'counted', true)`,
	`SELECT set_config('innoatlas.revision', '', true)`,
	`SELECT set_config('innoatlas.searched', 'made', true)`,
}

// rare are those that leave little to change.
func rare(sql string) bool { return strings.Contains(sql, "CASCADE") }

// written is a statement of a hand with what it is to be written of.
func written(sql string, n int64) string {
	number := strconv.FormatInt(n, 10)
	sql = strings.ReplaceAll(sql, "#", number)
	for _, table := range []string{"facility", "institutions", "projects"} {
		sql = strings.ReplaceAll(sql, table+"@", "(SELECT id FROM "+table+" ORDER BY md5(id || ' "+number+"') LIMIT 1)")
	}
	return sql
}

// writers change one database at once.
type writers struct {
	store  *postgis.Store
	number atomic.Int64
	mu     sync.Mutex
	done   map[string]int // how often each kind of change was made, and committed or not
	failed map[string]error
}

func (w *writers) tell(what string, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.done[what]++; err != nil {
		w.done[what]--
		w.failed[what] = err
	}
}

// hand is a transaction of a hand: some statements, some of them taken back, and an end.
func (w *writers) hand(ctx context.Context, conn *pgx.Conn, r *rand.Rand) {
	tx, err := conn.Begin(ctx)
	if err != nil {
		return
	}
	defer tx.Rollback(ctx)
	for range 1 + r.IntN(4) {
		kind := hands[r.IntN(len(hands))]
		if rare(kind) && r.IntN(5) > 0 {
			continue
		}
		tx.Exec(ctx, `SAVEPOINT before`)
		_, err := tx.Exec(ctx, written(kind, w.number.Add(1)))
		if w.tell(kind, err); err != nil || r.IntN(6) == 0 {
			tx.Exec(ctx, `ROLLBACK TO before`)
		}
		time.Sleep(time.Duration(r.IntN(1500)) * time.Microsecond)
	}
	if r.IntN(6) > 0 {
		tx.Commit(ctx)
	}
}

// edits are those of the program, by their names.
var edits = map[string]func(ctx context.Context, w *writers, r *rand.Rand, slug, other string) error{
	"apply": func(ctx context.Context, w *writers, r *rand.Rand, slug, _ string) error {
		_, err := w.store.Apply(ctx, postgis.By{Author: "a test"}, func(yield func(geo.Edit) bool) {
			yield(geo.Edit{Collection: geo.Facilities.ID, Slug: slug, Set: map[string]cql2.Value{"name": cql2.TextOf(fmt.Sprint("Applied ", r.IntN(1000)))}})
		})
		return err
	},
	"rename": func(ctx context.Context, w *writers, r *rand.Rand, slug, _ string) error {
		_, err := w.store.Rename(ctx, postgis.By{}, geo.Facilities, slug, fmt.Sprintf("renamed-%d", w.number.Add(1)))
		return err
	},
	"rename institution": func(ctx context.Context, w *writers, r *rand.Rand, _, _ string) error {
		return w.institution(ctx, func(slug, _ string) error {
			_, err := w.store.Rename(ctx, postgis.By{}, geo.Institutions, slug, fmt.Sprintf("inst-renamed-%d", w.number.Add(1)))
			return err
		})
	},
	"delete": func(ctx context.Context, w *writers, r *rand.Rand, slug, _ string) error {
		_, err := w.store.Delete(ctx, postgis.By{Reason: "a test"}, geo.Facilities, slug)
		return err
	},
	"restore": func(ctx context.Context, w *writers, r *rand.Rand, slug, _ string) error {
		if _, err := w.store.Delete(ctx, postgis.By{}, geo.Facilities, slug); err != nil {
			return err
		}
		_, err := w.store.Restore(ctx, postgis.By{}, geo.Facilities, slug)
		return err
	},
	"merge": func(ctx context.Context, w *writers, r *rand.Rand, slug, other string) error {
		_, err := w.store.Merge(ctx, postgis.By{}, geo.Facilities, slug, other)
		return err
	},
	"merge institutions": func(ctx context.Context, w *writers, r *rand.Rand, _, _ string) error {
		return w.institution(ctx, func(slug, other string) error {
			_, err := w.store.Merge(ctx, postgis.By{}, geo.Institutions, slug, other)
			return err
		})
	},
	"revert": func(ctx context.Context, w *writers, r *rand.Rand, _, _ string) error {
		revisions, err := w.store.Revisions(ctx, 0, 5)
		if err != nil || len(revisions) == 0 {
			return err
		}
		_, err = w.store.Revert(ctx, postgis.By{}, revisions[r.IntN(len(revisions))].Number)
		return err
	},
	"import": func(ctx context.Context, w *writers, r *rand.Rand, _, _ string) error {
		_, err := w.store.Import(ctx, more(w.number.Add(1), 3))
		return err
	},
	"import again": func(ctx context.Context, w *writers, r *rand.Rand, slug, _ string) error {
		ds := more(w.number.Add(1), 1)
		ds.Facilities[0].Slug = slug
		_, err := w.store.Import(ctx, ds)
		return err
	},
	"purge": func(ctx context.Context, w *writers, r *rand.Rand, slug, _ string) error {
		_, err := w.store.Purge(ctx, postgis.By{Reason: "a test"}, geo.Facilities, slug)
		return err
	},
	"fields": func(ctx context.Context, w *writers, r *rand.Rand, _, _ string) error {
		fields, err := w.store.Fields(ctx)
		if err != nil || len(fields) == 0 {
			return err
		}
		f := fields[r.IntN(len(fields))]
		c := geo.FindCollection(geo.Collections, f.Collection)
		if r.IntN(2) == 0 {
			return w.store.ShowField(ctx, c, f.Name, !f.Private)
		}
		return w.store.RenameField(ctx, c, f.Name, fmt.Sprintf("renamed_%d", w.number.Add(1)))
	},
}

func (w *writers) institution(ctx context.Context, do func(slug, other string) error) error {
	page, err := w.store.List(ctx, geo.Query{Collection: geo.Institutions, Limit: 2})
	if err != nil || len(page.Features) < 2 {
		return err
	}
	_, slug := page.Features[0].Ref()
	_, other := page.Features[1].Ref()
	return do(slug, other)
}

// more are facilities that there were not before, with an institution, a project and what hangs on them.
func more(n int64, count int) *geo.Dataset {
	ds := network()
	kind := ds.Facilities[0].Kind
	next := &geo.Dataset{Records: map[string][]geo.Record{}, Synonyms: [][]string{{"rice", fmt.Sprint("padi ", n)}}, Kinds: ds.Kinds, Sectors: ds.Sectors}
	institution := geo.Institutions.NewRecord(fmt.Sprintf("inst-more-%d", n))
	geo.Institutions.Field("name").Set(institution, cql2.TextOf(fmt.Sprintf("Institution of import %d", n%7)))
	project := geo.Projects.NewRecord(fmt.Sprintf("project-more-%d", n))
	geo.Projects.Field("name").Set(project, cql2.TextOf("A project"))
	geo.Projects.Field("institutions").Set(project, cql2.ListOf([]string{institution.Slug}))
	for i := range count {
		f := geo.Facility{Slug: fmt.Sprintf("more-%d-%d", n, i), Kind: kind, Name: fmt.Sprint("More ", i), Status: "operating", Country: "LAO",
			Partners: []string{fmt.Sprintf("Institution of import %d", (n+int64(i))%7)}, HostInstitution: fmt.Sprintf("Institution of import %d", n%7),
			Sources:      []geo.Source{{Title: "One"}},
			Translations: &geo.Translations{All: []geo.Translation{named("th", fmt.Sprint("ก ", n), geo.FromPerson)}}}
		next.Facilities = append(next.Facilities, f)
	}
	geo.Projects.Field("facilities").Set(project, cql2.ListOf([]string{next.Facilities[0].Slug}))
	next.Records[geo.Institutions.ID] = []geo.Record{*institution}
	next.Records[geo.Projects.ID] = []geo.Record{*project}
	next.Relate()
	return next
}

// program is an edit of the program.
func (w *writers) program(ctx context.Context, r *rand.Rand) {
	page, err := w.store.List(ctx, geo.Query{Collection: geo.Facilities, Limit: 2, Offset: r.IntN(5)})
	if err != nil || len(page.Features) < 2 {
		w.tell("list", err)
		return
	}
	_, slug := page.Features[0].Ref()
	_, other := page.Features[1].Ref()
	names := make([]string, 0, len(edits))
	for name := range edits {
		names = append(names, name)
	}
	name := names[r.IntN(len(names))]
	w.tell(name, edits[name](ctx, w, r, slug, other))
}

// round lets some writers change the database at once, while copies follow, each at its own pace.
func (w *writers) round(t *testing.T, conns []*pgx.Conn, copies []*copyOf, r *rand.Rand) {
	var group sync.WaitGroup
	for _, conn := range conns {
		r := rand.New(rand.NewPCG(r.Uint64(), 0))
		group.Go(func() {
			for range 1 + r.IntN(2) {
				time.Sleep(time.Duration(r.IntN(2000)) * time.Microsecond)
				if r.IntN(4) == 0 {
					w.program(t.Context(), r)
				} else {
					w.hand(t.Context(), conn, r)
				}
			}
		})
	}
	for i, c := range copies {
		if i > 0 && r.IntN(i+1) > 0 {
			continue // the later ones follow now and then
		}
		r := rand.New(rand.NewPCG(r.Uint64(), 0))
		group.Go(func() {
			for range 2 {
				time.Sleep(time.Duration(r.IntN(8000)) * time.Microsecond)
				if err := c.follow(t.Context(), w.store); err != nil && !errors.Is(err, geo.ErrUnavailable) { // whoever waits too long for a TRUNCATE asks again
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	ds, err := w.store.Dataset(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range copies {
		if i > 0 && r.IntN(2*i) > 0 {
			continue
		}
		if err := c.follow(t.Context(), w.store); err != nil {
			t.Fatal(err)
		}
		if text := difference(c.Dataset, ds); text != "" {
			t.Fatalf("copy %d differs from the database in %s", i, text)
		}
		if c.served != nil && len(ds.Facilities) > 0 && r.IntN(8) == 0 {
			storetest.Compare(t, c.served, memory.New(ds), ds, 10)
		}
	}
	if len(ds.Facilities) < 12 {
		if _, err := w.store.Import(t.Context(), more(w.number.Add(1), 20)); err != nil {
			t.Fatal(err)
		}
	}
}

// Whatever is done by whomever at once, a copy that follows is what the database holds.
// INNOATLAS_INTERLEAVINGS says how often it is tried.
func TestDeltaInterleaved(t *testing.T) {
	t.Parallel()
	rounds := 40
	if n, err := strconv.Atoi(os.Getenv("INNOATLAS_INTERLEAVINGS")); err == nil {
		rounds = n
	}
	const databases = 2
	var deltas, wholes atomic.Int64
	w := make([]*writers, databases)
	t.Run("databases", func(t *testing.T) {
		for n := range databases {
			w[n] = &writers{done: map[string]int{}, failed: map[string]error{}}
			t.Run(strconv.Itoa(n), func(t *testing.T) {
				t.Parallel()
				database := postgistest.Migrated(t)
				w[n].store = open(t, database)
				if _, err := w[n].store.Import(t.Context(), network()); err != nil {
					t.Fatal(err)
				}
				var conns []*pgx.Conn
				for range 3 {
					conn := connect(t, database)
					execute(t, conn, `SET deadlock_timeout = '20ms'`)
					conns = append(conns, conn)
				}
				copies := []*copyOf{{served: memory.New(&geo.Dataset{})}, {}, {}}
				r := rand.New(rand.NewPCG(uint64(rounds), uint64(n)))
				for range rounds / databases {
					w[n].round(t, conns, copies, r)
				}
				for _, c := range copies {
					deltas.Add(int64(c.deltas))
					wholes.Add(int64(c.wholes))
				}
			})
		}
	})
	t.Logf("%d deltas, whole %d times", deltas.Load(), wholes.Load())
	if deltas.Load() < 2*wholes.Load() {
		t.Errorf("%d deltas and whole %d times", deltas.Load(), wholes.Load())
	}
	for what, err := range w[0].failed {
		if rounds >= 1000 && w[0].done[what]+w[1].done[what] == 0 {
			t.Errorf("never done: %s: %v", what, err)
		}
	}
}
