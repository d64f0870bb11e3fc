package postgis_test

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"innoatlas/geo"
	"innoatlas/geo/memory"
	"innoatlas/geo/postgis"
	"innoatlas/geo/postgis/postgistest"
	"innoatlas/geo/storetest"
)

// apply is what becomes of a data set by a delta, in the plainest way.
func apply(ds *geo.Dataset, d *geo.Delta) *geo.Dataset {
	next := *ds
	if d.Terms != nil {
		next = *d.Terms
	}
	next.Revision = d.Revision
	touched, links := map[int64]bool{}, map[string][]geo.Link{}
	for _, k := range ds.Links {
		links[k.Facility] = append(links[k.Facility], k)
	}
	for _, id := range d.Gone {
		touched[id] = true
	}
	for i := range d.Facilities {
		touched[d.Facilities[i].ID] = true
	}
	next.Facilities = slices.DeleteFunc(slices.Clone(ds.Facilities), func(f geo.Facility) bool {
		if touched[f.ID] {
			delete(links, f.Slug)
		}
		return touched[f.ID]
	})
	next.Facilities = append(next.Facilities, d.Facilities...)
	slices.SortFunc(next.Facilities, func(a, b geo.Facility) int { return int(a.ID - b.ID) })
	for _, k := range d.Links {
		links[k.Facility] = append(links[k.Facility], k)
	}
	next.Links = []geo.Link{} // as rows are collected
	for i := range next.Facilities {
		next.Links = append(next.Links, links[next.Facilities[i].Slug]...)
	}
	next.Records = map[string][]geo.Record{}
	for _, c := range []*geo.Collection{geo.Institutions, geo.Projects} {
		off := map[int64]bool{}
		for _, id := range d.RecordsOff[c.ID] {
			off[id] = true
		}
		for i := range d.Records[c.ID] {
			off[d.Records[c.ID][i].ID] = true
		}
		records := slices.DeleteFunc(slices.Clone(ds.Records[c.ID]), func(r geo.Record) bool { return off[r.ID] })
		records = append(records, d.Records[c.ID]...)
		slices.SortFunc(records, func(a, b geo.Record) int { return int(a.ID - b.ID) })
		next.Records[c.ID] = records
	}
	return &next
}

// difference names the first thing in which two data sets differ; "" where they are equal.
func difference(a, b *geo.Dataset) string {
	if len(a.Facilities) != len(b.Facilities) {
		return fmt.Sprintf("%d facilities, and %d", len(a.Facilities), len(b.Facilities))
	}
	for i := range a.Facilities {
		x, y := a.Facilities[i], b.Facilities[i]
		if !x.Own.Equal(y.Own) || !x.Translations.Equal(y.Translations) {
			return fmt.Sprintf("own fields or texts of facility %d: %+v %+v, and %+v %+v", x.ID, x.Own, x.Translations, y.Own, y.Translations)
		}
		x.Own, x.Translations, y.Own, y.Translations = nil, nil, nil, nil
		if !reflect.DeepEqual(x, y) {
			return fmt.Sprintf("facility %d: %+v, and %+v", x.ID, x, y)
		}
	}
	for _, c := range []*geo.Collection{geo.Institutions, geo.Projects} {
		if text := differentRecords(a.Records[c.ID], b.Records[c.ID]); text != "" {
			return c.ID + ": " + text
		}
	}
	for i := range a.Countries {
		if i < len(b.Countries) && !a.Countries[i].Own.Equal(b.Countries[i].Own) {
			return "own fields of " + a.Countries[i].Code
		}
	}
	x, y := restOf(a), restOf(b)
	for i, v := 0, reflect.ValueOf(x); i < v.NumField(); i++ {
		if one, other := v.Field(i).Interface(), reflect.ValueOf(y).Field(i).Interface(); !reflect.DeepEqual(one, other) {
			return fmt.Sprintf("%s: %+v, and %+v", v.Type().Field(i).Name, one, other)
		}
	}
	return ""
}

func differentRecords(a, b []geo.Record) string {
	if len(a) != len(b) {
		return fmt.Sprintf("%d records, and %d", len(a), len(b))
	}
	for i := range a {
		x, y := a[i], b[i]
		if x.ID != y.ID || x.Slug != y.Slug || !reflect.DeepEqual(x.Shape, y.Shape) || !x.Own.Equal(y.Own) || !x.Translations.Equal(y.Translations) {
			return fmt.Sprintf("record %d: %+v %+v %+v, and %+v %+v %+v", x.ID, x, x.Own, x.Translations, y, y.Own, y.Translations)
		}
	}
	return ""
}

// restOf is what reflection can compare of a data set.
func restOf(ds *geo.Dataset) geo.Dataset {
	rest := *ds
	rest.Facilities, rest.Records, rest.Countries = nil, nil, slices.Clone(ds.Countries)
	for i := range rest.Countries {
		rest.Countries[i].Own = nil
	}
	return rest
}

// copyOf is a copy of a database that follows it, as plain records and as the copy that is served.
type copyOf struct {
	*geo.Dataset
	served         *memory.Store // nil where it does without
	deltas, wholes int
}

func (c *copyOf) follow(ctx context.Context, store *postgis.Store) error {
	if c.Dataset != nil {
		d, err := store.Delta(ctx, c.Revision)
		if err == nil {
			c.Dataset = apply(c.Dataset, d)
			c.deltas++
			return c.serve(d)
		} else if !errors.Is(err, geo.ErrWhole) {
			return err
		}
	}
	ds, err := store.Dataset(ctx)
	if err == nil {
		c.Dataset = ds
		c.wholes++
		if c.served != nil {
			err = c.served.Replace(ds)
		}
	}
	return err
}

func (c *copyOf) serve(d *geo.Delta) error {
	if c.served == nil {
		return nil
	}
	return c.served.Apply(d)
}

// check follows, and compares the copy with the whole. Nobody writes meanwhile.
func (c *copyOf) check(t *testing.T, store *postgis.Store, what string) {
	t.Helper()
	if err := c.follow(t.Context(), store); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	ds, err := store.Dataset(t.Context())
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	if text := difference(c.Dataset, ds); text != "" {
		t.Fatalf("after %s the copy differs from the database in %s", what, text)
	}
}

// network are records of all kinds, with links that are stated and links that follow of names.
func network() *geo.Dataset { return storetest.Cooperation(20, 8, 20) }

// Every change that hands make with SQL, each by itself, is followed without reading whole.
func TestDeltaOfHands(t *testing.T) {
	t.Parallel()
	database := postgistest.Migrated(t)
	store, conn := open(t, database), connect(t, database)
	if _, err := store.Import(t.Context(), network()); err != nil {
		t.Fatal(err)
	}
	c := &copyOf{}
	c.check(t, store, "the import")
	for _, sql := range []string{
		`UPDATE facility SET name = 'By hand' WHERE id = (SELECT min(id) FROM facility)`,
		`UPDATE facility SET name = name`, // changes nothing
		`UPDATE facility SET name = 'Once more' WHERE id = (SELECT min(id) FROM facility)`,
		`UPDATE facility SET version = 77, updated = '2001-01-01'`,
		`UPDATE facility SET id = id + 1000000 WHERE id = (SELECT min(id) FROM facility f WHERE NOT EXISTS (SELECT FROM facility_source WHERE facility_id = id)
			AND NOT EXISTS (SELECT FROM facility_sector WHERE facility_id = id))`,
		`UPDATE facility_institution SET position = 3 - position`,
		`UPDATE facility_institution SET stated = NOT stated WHERE facility = (SELECT min(facility) FROM facility_institution)`,
		`DELETE FROM facility_institution WHERE NOT stated`,
		`INSERT INTO facility_institution SELECT f.slug, i.slug, 'partner', 9, false FROM facility f, institutions i ON CONFLICT DO NOTHING`,
		`UPDATE institutions SET slug = slug || '-renamed' WHERE id = (SELECT min(id) FROM institutions)`,
		`UPDATE institutions SET id = id + 1, city = 'Elsewhere'`,
		`UPDATE institutions SET facilities = 5`,
		`UPDATE projects SET geom = NULL, begins = '2020-02-02'`,
		`UPDATE record_text SET lang = 'xx' WHERE lang = 'th'`,
		`UPDATE facility_source SET position = position + 10`,
		`UPDATE kind SET id = 'gallery' WHERE id = 'museum'`,
		`UPDATE sector SET id = 'astronomy', position = -1 WHERE id = 'astrology'`,
		`UPDATE synonym SET position = position + 100`,
		`UPDATE place_name SET lang = 'de' WHERE lang = 'th'`,
		`UPDATE country SET names = names || '{"en": "Another name"}' WHERE code = 'LAO'`,
		`UPDATE country SET outline = NULL WHERE outline IS NOT NULL AND code = (SELECT min(code) FROM country WHERE outline IS NOT NULL)`,
		`UPDATE cooperation SET position = -position`,
		`UPDATE dataset SET licence = 'by hand'`,
		`UPDATE dataset SET own_outlines = false`,
		`UPDATE dataset SET revision = revision + 1`,
		`DELETE FROM partnerships`,
		`TRUNCATE facility_institution, record_text, facility_source, cooperation, synonym, place_name`,
		`TRUNCATE projects`,
		`TRUNCATE institutions CASCADE`,
		`TRUNCATE facility CASCADE`,
	} {
		execute(t, conn, sql)
		c.check(t, store, sql)
	}
	if c.wholes != 1 {
		t.Errorf("the whole was read %d times, and should have been at the beginning", c.wholes)
	}
	execute(t, conn, `INSERT INTO own_field (collection, name, position, type, title) VALUES ('facilities', 'by_hand', 99, 'string', '{"en": "By hand"}')`)
	if _, err := store.Delta(t.Context(), c.Revision); !errors.Is(err, geo.ErrWhole) {
		t.Errorf("after another field of one's own: %v, want %v", err, geo.ErrWhole)
	}
	c.check(t, store, "another field")
}

// A delta has what was changed, and no more.
func TestDeltaIsSmall(t *testing.T) {
	t.Parallel()
	store := fill(t, network())
	before := revision(t, store)
	slug := network().Facilities[5].Slug
	if _, err := store.Rename(t.Context(), postgis.By{}, geo.Facilities, slug, "another-slug"); err != nil {
		t.Fatal(err)
	}
	d, err := store.Delta(t.Context(), before)
	if err != nil {
		t.Fatal(err)
	}
	if d.From != before || d.Revision != revision(t, store) || d.Terms != nil || d.Gone != nil || len(d.RecordsOff) > 0 ||
		len(d.Facilities) != 1 || d.Facilities[0].Slug != "another-slug" || len(d.Links) != len(d.Facilities[0].Institutions) {
		t.Errorf("the delta is %+v", d)
	}
	if d, err = store.Delta(t.Context(), d.Revision); err != nil || d.Facilities != nil || d.From != d.Revision {
		t.Errorf("the delta of nothing is %+v, %v", d, err)
	}
}

// It is the same behind a pooler, which gives each transaction another session.
func TestDeltaPooled(t *testing.T) {
	t.Parallel()
	database := postgistest.Migrated(t)
	store, conn := open(t, postgistest.Pooled(t, database)), connect(t, database)
	if _, err := open(t, database).Import(t.Context(), network()); err != nil {
		t.Fatal(err)
	}
	c := &copyOf{}
	c.check(t, store, "the import")
	for _, sql := range []string{`UPDATE facility SET name = 'By hand' WHERE id % 2 = 0`, `UPDATE institutions SET city = 'By hand'`, `UPDATE dataset SET licence = 'by hand'`} {
		execute(t, conn, sql)
		c.check(t, store, sql)
	}
	if c.wholes != 1 {
		t.Errorf("whole %d times", c.wholes)
	}
}

// What was changed while the database could not be reached, or the connection that listens was lost
// without a word, is followed afterwards, and by no more than that.
func TestDeltaAfterOutages(t *testing.T) {
	t.Parallel()
	database := postgistest.Migrated(t)
	if _, err := open(t, database).Import(t.Context(), network()); err != nil {
		t.Fatal(err)
	}
	conn := connect(t, database)
	p, through := postgistest.NewProxy(t, database)
	store := open(t, through)
	c, followed := &copyOf{}, make(chan string, 1000)
	go store.Watch(t.Context(), func() error {
		err := c.follow(t.Context(), store)
		if err == nil {
			followed <- c.Facilities[0].Name + strconv.Itoa(c.wholes)
		}
		return err
	})
	for what, harm := range map[string]func(){"away": p.Refuse, "cut off": p.Reset, "lost": p.Lose, "silent": p.Stall, "well": p.Heal} {
		harm()
		execute(t, conn, `UPDATE facility SET name = $1`, what+" ")
		time.Sleep(300 * time.Millisecond)
		p.Heal()
		waitFor(t, "a change is followed, of a database that is "+what, func() bool {
			select {
			case seen := <-followed:
				return seen == what+" 1"
			default:
				return false
			}
		})
	}
}

// Where a copy cannot follow it is told so: never is something left out.
func TestDeltaOfAnotherHistory(t *testing.T) {
	t.Parallel()
	store := fill(t, small())
	conn := connect(t, store.ReadPool().Config().ConnString())
	first := revision(t, store)
	rename := func(name string) string {
		execute(t, conn, `UPDATE facility SET name = $1 WHERE slug = 'first'`, name)
		return revision(t, store)
	}
	second, third := rename("Second"), rename("Third")
	for _, from := range []string{"", "-", "1", "built-in", first + "0", strings.Replace(third, third[:8], "00000000", 1)} {
		if _, err := store.Delta(t.Context(), from); !errors.Is(err, geo.ErrWhole) {
			t.Errorf("from %q: %v, want %v", from, err, geo.ErrWhole)
		}
	}
	follows := func(from string, want bool) {
		t.Helper()
		d, err := store.Delta(t.Context(), from)
		if want && (err != nil || len(d.Facilities) != 1) || !want && !errors.Is(err, geo.ErrWhole) {
			t.Errorf("from %s: %+v, %v", from, d, err)
		}
	}
	fourth := rename("Fourth")
	// What the history no longer has is not followed: not by who was before it, and well by who was after it.
	execute(t, conn, `DELETE FROM change WHERE revision <= split_part($1, '-', 6)::bigint`, second)
	follows(first, false)
	follows(second, true)
	execute(t, conn, `DELETE FROM revision WHERE number <= split_part($1, '-', 6)::bigint`, third)
	follows(second, true)
	follows(third, true)
	execute(t, conn, `TRUNCATE change`)
	follows(third, false)
	follows(fourth, false)
	c := &copyOf{}
	c.check(t, store, "a history that is gone")
	rename("Fifth")
	if c.check(t, store, "another change"); c.wholes != 2 {
		t.Errorf("whole %d times", c.wholes)
	}
	rename("Sixth")
	if c.check(t, store, "the next change"); c.wholes != 2 {
		t.Errorf("whole %d times", c.wholes)
	}
	if _, err := store.Purge(t.Context(), postgis.By{Reason: "a test"}, geo.Facilities, "first"); err != nil {
		t.Fatal(err)
	}
	if c.check(t, store, "a purge"); c.wholes != 2 {
		t.Errorf("whole %d times", c.wholes)
	}
}

// Two copies of one dump are changed once each: they have one number and other contents. Whoever
// followed the one reads the other whole, and whoever was at the dump may follow both.
func TestDeltaOfDivergedCopies(t *testing.T) {
	t.Parallel()
	dump := func(from, to string) {
		t.Helper()
		said, err := exec.Command("sh", "-c", `pg_dump "$0" | psql --quiet --set ON_ERROR_STOP=1 --output /dev/null "$1"`, from, to).CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, said)
		}
	}
	database := postgistest.Migrated(t)
	store, conn := open(t, database), connect(t, database)
	if _, err := store.Import(t.Context(), network()); err != nil {
		t.Fatal(err)
	}
	execute(t, conn, `UPDATE facility SET name = 'Before the dump' WHERE id = 1`)
	restored := postgistest.Bare(t)
	dump(database, restored)
	other, otherConn := open(t, restored), connect(t, restored)
	if a, b := revision(t, store), revision(t, other); a != b {
		t.Fatalf("the dump is of %s and the copy of %s", a, b)
	}
	atDump := &copyOf{}
	atDump.check(t, store, "the dump")
	second := *atDump
	execute(t, conn, `UPDATE facility SET name = 'Here' WHERE id = 1`)
	execute(t, otherConn, `UPDATE facility SET city = 'There' WHERE id = 1`)
	atDump.check(t, store, "an edit here")
	second.check(t, other, "an edit there, by who was at the dump")
	if atDump.wholes != 1 || second.wholes != 1 {
		t.Errorf("whole %d and %d times, and both can follow", atDump.wholes, second.wholes)
	}
	second.check(t, store, "an edit here, by who followed the other")
	atDump.check(t, other, "an edit there, by who followed the first")
	if atDump.wholes != 2 || second.wholes != 2 {
		t.Errorf("whole %d and %d times, and each must read the other whole", atDump.wholes, second.wholes)
	}
}

// Above so many changes the whole is read.
func TestDeltaOfMuch(t *testing.T) {
	t.Parallel()
	store := fill(t, storetest.Generated(600))
	conn := connect(t, store.ReadPool().Config().ConnString())
	before := revision(t, store)
	execute(t, conn, `UPDATE facility SET status = 'closed' WHERE id IN (SELECT id FROM facility WHERE status IS DISTINCT FROM 'closed' ORDER BY id LIMIT 190)`)
	if d, err := store.Delta(t.Context(), before); err != nil || len(d.Facilities) != 190 {
		t.Errorf("few: %v", err)
	}
	execute(t, conn, `UPDATE facility SET city = 'Anywhere'`)
	if _, err := store.Delta(t.Context(), before); !errors.Is(err, geo.ErrWhole) {
		t.Errorf("all: %v, want %v", err, geo.ErrWhole)
	}
}
