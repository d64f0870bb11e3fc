package memory_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/geo/dataset"
	"innoatlas/geo/memory"
	"innoatlas/geo/storetest"
)

// applied is a store that began with other data and became the data set by deltas.
func applied(t *testing.T, ds *geo.Dataset) *memory.Store {
	t.Helper()
	first, second := unlike(ds, 1), unlike(ds, 2)
	store := memory.New(first)
	for _, d := range []*geo.Delta{between(first, second), between(second, ds)} {
		if err := store.Apply(d); err != nil {
			t.Fatal(err)
		}
	}
	return store
}

// TestApply goes from data set to data set, and holds each against a store that was made of it.
func TestApply(t *testing.T) {
	t.Parallel()
	builtin, err := dataset.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	tiny := storetest.Generated(1)
	tiny.Facilities = tiny.Facilities[:2]
	for name, ds := range map[string]*geo.Dataset{
		"generated": storetest.Generated(700), "cooperation": storetest.Cooperation(300, 80, 900), "built in": builtin, "tiny": tiny,
		"fixture": storetest.Fixture(),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before := &geo.Dataset{Revision: "nothing", Fields: ds.Fields}
			store := memory.New(before)
			for seed := range uint64(8) {
				after := unlike(ds, seed)
				if seed%4 > 1 { // a few changes as well as many
					after = unlikeIn(before, seed, 300)
				}
				order(store)
				if err := store.Apply(between(before, after)); err != nil {
					t.Fatal(err)
				}
				want := memory.New(after)
				if diff := store.Differs(want); diff != "" {
					t.Fatalf("seed %d: %s", seed, diff)
				}
				storetest.Compare(t, want, store, after, 10)
				storetest.WordsOfNames(t, store, after)
				before = after
			}
		})
	}
}

// order has some orders kept.
func order(store *memory.Store) {
	name, label := geo.SortKey{Property: "name", Descending: true}, geo.SortKey{Property: geo.CollatedBy("th")}
	for _, c := range []*geo.Collection{geo.Facilities, geo.Institutions, geo.Projects} {
		store.Order(c, label, name)
		store.Order(c, name)
	}
	store.Order(geo.Facilities, geo.SortKey{Property: "country"}, geo.SortKey{Property: "established", Descending: true})
	store.Order(geo.Partnerships, label)
	store.Order(geo.Countries, geo.SortKey{Property: "facilities", Descending: true}, name)
}

// unlike is a data set that is much like another.
func unlike(ds *geo.Dataset, seed uint64) *geo.Dataset { return unlikeIn(ds, seed, 6) }

// unlikeIn changes one in so many things.
func unlikeIn(ds *geo.Dataset, seed uint64, in int) *geo.Dataset {
	r := rand.New(rand.NewPCG(seed, uint64(in)))
	next := *ds
	next.Revision = fmt.Sprintf("%s, %d in %d", ds.Revision, seed, in)
	next.Facilities = nil
	slugs := map[string]string{} // of facilities that are called otherwise, and of all institutions
	for i := range ds.Facilities {
		f := ds.Facilities[i]
		if r.IntN(in) == 0 {
			slug := f.Slug
			if !change(r, &f, ds) {
				slugs[slug] = "gone"
				continue
			}
			slugs[slug] = f.Slug
		}
		next.Facilities = append(next.Facilities, f)
	}
	for i := range r.IntN(3) + len(ds.Facilities)/in/6 {
		f := geo.Facility{}
		if len(ds.Facilities) > 0 {
			f = ds.Facilities[r.IntN(len(ds.Facilities))]
		}
		f.ID, f.Slug = 1<<40+int64(seed)<<20+int64(i), fmt.Sprintf("new-%d-%d-%d", seed, in, i)
		next.Facilities = append(next.Facilities, f)
	}
	r.Shuffle(len(next.Facilities), func(i, j int) { next.Facilities[i], next.Facilities[j] = next.Facilities[j], next.Facilities[i] })
	next.Records = map[string][]geo.Record{}
	for id := range ds.Records {
		next.Records[id] = unlikeRecords(r, geo.FindCollection(geo.Collections, id), ds.Records[id], in)
	}
	called := map[int64]string{}
	for _, r := range next.Records[geo.Institutions.ID] {
		called[r.ID] = r.Slug
	}
	for _, r := range ds.Records[geo.Institutions.ID] {
		slugs[r.Slug] = called[r.ID]
	}
	next.Links = nil
	for _, k := range ds.Links {
		if slug, ok := slugs[k.Facility]; ok {
			k.Facility = slug
		}
		k.Institution = slugs[k.Institution]
		if k.Stated && r.IntN(in) > 0 {
			next.Links = append(next.Links, k)
		}
	}
	if institutions := next.Records[geo.Institutions.ID]; len(institutions) > 0 && len(next.Facilities) > 0 {
		for range len(next.Links)/in + 1 {
			next.Links = append(next.Links, geo.Link{Facility: next.Facilities[r.IntN(len(next.Facilities))].Slug,
				Institution: institutions[r.IntN(len(institutions))].Slug, Role: oneOf(r, geo.Host, geo.Partner), Stated: true})
		}
	}
	if r.IntN(in) < 3 {
		unlikeTerms(r, &next)
	}
	next.Relate()
	return &next
}

// change makes a facility another; false where it goes.
func change(r *rand.Rand, f *geo.Facility, ds *geo.Dataset) bool {
	other := ds.Facilities[r.IntN(len(ds.Facilities))]
	switch r.IntN(14) {
	case 0:
		return false
	case 1:
		f.Position = other.Position
	case 2:
		f.Position = nil
	case 3:
		if f.Position != nil { // so little that its key stays
			f.Position = &orb.Point{f.Position[0] + 1e-9, f.Position[1]}
		}
	case 4:
		f.Slug += "-" + string(rune('a'+r.IntN(26)))
	case 5:
		f.Name = other.Name + oneOf(r, "", " of Zanzibar", " 水稻") + fmt.Sprint(" ", r.IntN(1000))
	case 6:
		f.Kind, f.Sectors, f.Status = other.Kind, other.Sectors, other.Status
	case 7:
		f.Country, f.CountryName, f.City, f.Admin1 = other.Country, other.CountryName, other.City, other.Admin1
	case 8:
		f.Established, f.Precision = 1900+r.IntN(120), other.Precision
	case 9:
		f.Own, f.Translations = other.Own, other.Translations
	case 10:
		f.Name, f.NameZh, f.Summary, f.Partners, f.HostInstitution = "", "", "", nil, ""
	case 11:
		f.Updated, f.Version = other.Updated.AddDate(0, r.IntN(3), 0), f.Version+1
	case 12:
		f.Sources, f.Website, f.Identifiers = append(slices.Clip(f.Sources), geo.Source{URL: "https://example.org"}), "https://example.org", nil
	case 13:
		id, slug := f.ID, f.Slug
		*f = other
		f.ID, f.Slug = id, slug
	}
	return true
}

func unlikeRecords(r *rand.Rand, c *geo.Collection, records []geo.Record, in int) (next []geo.Record) {
	for i := range records {
		record, other := records[i], records[r.IntN(len(records))]
		if r.IntN(in) == 0 {
			switch r.IntN(5) {
			case 0:
				continue
			case 1:
				record.Slug += "-x"
			case 2:
				record.Shape = other.Shape
			case 3:
				record.Own, record.Translations = other.Own, other.Translations
			case 4:
				c.Field("name").Set(&record, cql2.TextOf(fmt.Sprint("Name ", r.IntN(100))))
			}
		}
		next = append(next, record)
	}
	for i := range r.IntN(3) {
		record := c.NewRecord(fmt.Sprintf("record-%d-%d", r.Uint32(), i))
		c.Field("name").Set(record, cql2.TextOf(fmt.Sprint("New ", i)))
		next = append(next, *record)
	}
	r.Shuffle(len(next), func(i, j int) { next[i], next[j] = next[j], next[i] })
	return next
}

func unlikeTerms(r *rand.Rand, ds *geo.Dataset) {
	ds.Kinds, ds.Sectors = slices.Clone(ds.Kinds), slices.Clone(ds.Sectors)
	r.Shuffle(len(ds.Kinds), func(i, j int) { ds.Kinds[i], ds.Kinds[j] = ds.Kinds[j], ds.Kinds[i] })
	r.Shuffle(len(ds.Sectors), func(i, j int) { ds.Sectors[i], ds.Sectors[j] = ds.Sectors[j], ds.Sectors[i] })
	ds.Countries = slices.Clone(ds.Countries[r.IntN(len(ds.Countries)+1)/2:])
	ds.Figures = ds.Figures[:r.IntN(len(ds.Figures)+1)]
	ds.Synonyms = append(slices.Clone(ds.Synonyms), []string{"paddy", "rice"})
	ds.Terms.Attribution = fmt.Sprint(r.IntN(10))
}

// between is what became of one data set in another; what is linked to something that changed is
// in it too.
func between(before, after *geo.Dataset) *geo.Delta {
	d := &geo.Delta{From: before.Revision, Revision: after.Revision, Records: map[string][]geo.Record{}, RecordsOff: map[string][]int64{}}
	touched := map[string]bool{} // slugs of institutions
	for _, c := range geo.Collections {
		was := map[int64]*geo.Record{}
		for i := range before.Records[c.ID] {
			was[before.Records[c.ID][i].ID] = &before.Records[c.ID][i]
		}
		for _, r := range after.Records[c.ID] {
			old := was[r.ID]
			delete(was, r.ID)
			if old == nil || !reflect.DeepEqual(*old, r) {
				d.Records[c.ID] = append(d.Records[c.ID], r)
				touched[r.Slug] = true
			}
		}
		for id, r := range was {
			d.RecordsOff[c.ID] = append(d.RecordsOff[c.ID], id)
			touched[r.Slug] = true
		}
	}
	links := func(ds *geo.Dataset) map[string][]geo.Link {
		all := map[string][]geo.Link{}
		for _, k := range ds.Links {
			all[k.Facility] = append(all[k.Facility], k)
		}
		return all
	}
	linksBefore, linksAfter := links(before), links(after)
	was := map[int64]*geo.Facility{}
	for i := range before.Facilities {
		was[before.Facilities[i].ID] = &before.Facilities[i]
	}
	for _, f := range after.Facilities {
		old := was[f.ID]
		delete(was, f.ID)
		isLinked := slices.ContainsFunc(linksAfter[f.Slug], func(k geo.Link) bool { return touched[k.Institution] })
		if old == nil || isLinked || !reflect.DeepEqual(*old, f) || !slices.Equal(linksBefore[f.Slug], linksAfter[f.Slug]) {
			d.Facilities = append(d.Facilities, f)
			d.Links = append(d.Links, linksAfter[f.Slug]...)
		}
	}
	for id := range was {
		d.Gone = append(d.Gone, id)
	}
	restBefore, restAfter := *before, *after
	for _, rest := range []*geo.Dataset{&restBefore, &restAfter} {
		rest.Facilities, rest.Links, rest.Records, rest.Revision = nil, nil, nil, ""
	}
	if !reflect.DeepEqual(restBefore, restAfter) {
		d.Terms = &restAfter
	}
	return d
}

// TestApplyOfAnother: what does not fit leaves the store as it was.
func TestApplyOfAnother(t *testing.T) {
	ds := storetest.Generated(50)
	store := memory.New(ds)
	fields := *ds
	fields.Fields = nil
	for name, d := range map[string]*geo.Delta{
		"of another revision": {From: "another", Revision: "x", Gone: []int64{ds.Facilities[0].ID}},
		"with other fields":   {From: ds.Revision, Revision: "x", Terms: &fields},
	} {
		if err := store.Apply(d); !errors.Is(err, geo.ErrWhole) {
			t.Errorf("%s: %v, want %v", name, err, geo.ErrWhole)
		}
	}
	broken := &geo.Delta{From: ds.Revision, Revision: "x", Records: map[string][]geo.Record{geo.Countries.ID: make([]geo.Record, 1)}}
	if err := store.Apply(broken); err == nil || errors.Is(err, geo.ErrWhole) {
		t.Errorf("a delta that makes the program fail: %v", err)
	}
	if diff := store.Differs(memory.New(ds)); diff != "" {
		t.Error(diff)
	}
	// What came and went between the two revisions is no reason to read all.
	if err := store.Apply(&geo.Delta{From: ds.Revision, Revision: "y", Gone: []int64{1 << 50}}); err != nil {
		t.Error(err)
	}
}

// TestApplyWhileReading: each answer is from one data set whole, and a stream is of the one that it
// began with.
func TestApplyWhileReading(t *testing.T) {
	t.Parallel()
	one := storetest.Generated(300)
	all := []*geo.Dataset{one, unlike(one, 1), unlikeIn(one, 2, 50), unlikeIn(one, 3, 300)}
	sizes, store := map[int]bool{}, memory.New(one)
	for _, ds := range all {
		sizes[len(ds.Facilities)] = true
	}
	done := make(chan struct{})
	var group sync.WaitGroup
	for range 3 {
		group.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-done:
					return
				default:
				}
				askMuch(t, store, all[i%len(all)], uint64(i), sizes)
			}
		})
	}
	before := one
	for i := range 40 {
		after := all[(i+1)%len(all)]
		if err := store.Apply(between(before, after)); err != nil {
			t.Error(err)
		}
		before = after
	}
	close(done)
	group.Wait()
	want := streamOver(t, memory.New(before), nil)
	streamed := streamOver(t, store, between(before, all[2]))
	if diff := cmp.Diff(want, streamed, cmpopts.IgnoreUnexported(geo.Translations{})); diff != "" {
		t.Errorf("what a stream gave that began before (-want +got):\n%s", diff)
	}
}

// askMuch looks at much that snapshots share.
func askMuch(t *testing.T, store *memory.Store, ds *geo.Dataset, seed uint64, sizes map[int]bool) {
	ctx, q := t.Context(), storetest.NewQuery(ds, seed)
	for _, c := range []*geo.Collection{geo.Facilities, geo.Partnerships, q.Collection} {
		q.Collection = c
		if _, err := store.Facets(ctx, geo.Query{Collection: c}); err != nil {
			t.Error(err)
		}
	}
	if _, err := store.List(ctx, q); err != nil {
		t.Error(err)
	}
	read := 0
	for _, err := range store.All(ctx, geo.Query{Collection: geo.Facilities, Sort: []geo.SortKey{{Property: "name"}}}) {
		if err != nil {
			t.Error(err)
		}
		read++
	}
	if !sizes[read] {
		t.Errorf("a stream of %d records, which no data set has", read)
	}
}

// streamOver are the facilities that a stream gives, while a delta is applied where there is one.
func streamOver(t *testing.T, store *memory.Store, d *geo.Delta) (read []geo.Facility) {
	for f, err := range store.All(t.Context(), geo.Query{Collection: geo.Facilities}) {
		if err != nil {
			t.Fatal(err)
		}
		if read = append(read, *f.(*geo.Facility)); len(read) == 3 && d != nil {
			if err := store.Apply(d); err != nil {
				t.Fatal(err)
			}
		}
		read[len(read)-1].Own = nil // which has functions
	}
	return read
}
