package postgis_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/geo/memory"
	"innoatlas/geo/postgis"
	"innoatlas/geo/postgis/postgistest"
	"innoatlas/geo/storetest"
)

// withBeds is small with own fields, of which the first record states the first.
func withBeds(fields ...geo.Field) *geo.Dataset {
	ds := small()
	ds.Fields = map[string][]geo.Field{geo.Facilities.ID: geo.OwnFields(fields)}
	ds.Fields[geo.Facilities.ID][0].Set(&ds.Facilities[0], cql2.NumberOf(12))
	return ds
}

func beds() geo.Field {
	return geo.Field{Name: "beds", Title: geo.Labels{"en": "Beds", "zh": "床位"}, Type: geo.Integer, Facet: "beds", Open: true}
}

// What an import does not state of own fields stays.
func TestImportOfOwnFields(t *testing.T) {
	t.Parallel()
	store := fill(t, withBeds(beds()))
	refused := func(ds *geo.Dataset, want string) {
		t.Helper()
		if _, err := store.Import(t.Context(), ds); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Import = %v, want %q", err, want)
		}
	}
	importInto(t, store, small(), postgis.Summary{Unchanged: 2})
	text := beds()
	text.Type = geo.Text
	refused(withBeds(text), "the field beds of facilities is of the type string, and in the database of the type integer")
	refused(withBeds(text), "innoatlas fields drop beds --collection facilities --yes")
	many := []geo.Field{beds()}
	for n := range geo.MaxOwn {
		many = append(many, geo.Field{Name: fmt.Sprintf("f%d", n), Type: geo.Text})
	}
	refused(withBeds(many...), "at most 100 are kept")

	other := small() // of a record that states nothing of its own
	other.Facilities = other.Facilities[1:]
	importInto(t, store, other, postgis.Summary{Unchanged: 1})
	ds := content(t, store)
	f := ds.Fields[geo.Facilities.ID][0]
	i := 1 // by ids
	if v := f.Value(&ds.Facilities[i]); f.Name != "beds" || v.Number != 12 {
		t.Errorf("%s of %s is %v after an import that says nothing of it", f.Name, ds.Facilities[i].Slug, v)
	}
	importInto(t, store, withBeds(beds()), postgis.Summary{Unchanged: 2})
}

// Own fields of countries stay where a data set says nothing of them: each brings countries.
func TestImportOfOwnFieldsOfCountries(t *testing.T) {
	t.Parallel()
	ds := small()
	fields := geo.OwnFields([]geo.Field{{Name: "region", Type: geo.Text}})
	ds.Fields = map[string][]geo.Field{geo.Countries.ID: fields}
	fields[0].Set(&ds.Countries[0], cql2.TextOf("East"))
	store := fill(t, ds)
	importInto(t, store, small(), postgis.Summary{Unchanged: 2})
	if got := content(t, store).Countries[0].Own.Value("region"); got.Text != "East" {
		t.Errorf("the region became %v", got)
	}
	other := small()
	other.Fields = map[string][]geo.Field{geo.Countries.ID: geo.OwnFields([]geo.Field{{Name: "gdp", Type: geo.Number}})}
	importInto(t, store, other, postgis.Summary{Unchanged: 2})
	if got := content(t, store).Countries[0].Own.Value("region"); got.Text != "East" {
		t.Errorf("the region became %v where only another field is stated", got)
	}
}

// widening is a type of the database, and one that values were found to be.
type widening struct {
	kept, found geo.Type
	value       cql2.Value
	want        string
}

// A type that is only that of the values gives way to a wider one of the database, value by
// value as the file has it, and that is told. Nothing else does.
func TestImportWidensTypes(t *testing.T) {
	t.Parallel()
	day := time.Date(2024, 5, 31, 8, 0, 0, 0, time.UTC)
	held := []widening{
		{geo.Text, geo.Integer, cql2.NumberOf(12), "12"}, {geo.Text, geo.Number, cql2.NumberOf(0.1), "0.1"}, {geo.Text, geo.Boolean, cql2.BoolOf(true), "true"},
		{geo.Text, geo.Date, cql2.DateOf(day), "2024-05-31"}, {geo.Text, geo.Time, cql2.TimestampOf(day), "2024-05-31T08:00:00Z"},
		{geo.Text, geo.URL, cql2.TextOf("https://example.org/"), "https://example.org/"}, {geo.Number, geo.Integer, cql2.NumberOf(12), "12"},
		{geo.Integer, geo.Text, cql2.Value{}, ""}, {geo.Texts, geo.Text, cql2.Value{}, ""}, {geo.Text, geo.Texts, cql2.Value{}, ""},
	}
	store := fill(t, inBoth(held, false))
	narrow := inBoth(held, true)
	summary, err := store.Import(t.Context(), narrow)
	if err != nil || len(summary.Notes) != 2*len(held) || narrow.Fields[geo.Facilities.ID][0].Type != geo.Integer {
		t.Fatalf("Import = %+v, %v", summary, err)
	}
	ds := content(t, store)
	for n, w := range held {
		told := fmt.Sprintf("extra_%d of facilities is kept as %s, as the database has it", n, w.kept)
		if w.want != "" && !strings.Contains(strings.Join(summary.Notes, "\n"), told) {
			t.Errorf("told %q, want %q", summary.Notes, told)
		}
		for id, r := range map[string]geo.Feature{geo.Facilities.ID: &ds.Facilities[1], geo.Countries.ID: &ds.Countries[0]} { // by ids
			f := ds.Fields[id][n]
			if v := f.Value(r); f.Type != w.kept || geo.TextOf(v) != w.want || w.want != "" && v.Type != w.kept.Value() {
				t.Errorf("%s over %s: %s of %s is %+v", w.found, w.kept, f.Type, id, v)
			}
		}
	}
	if again, err := store.Import(t.Context(), narrow); err != nil || again.Unchanged != 2 {
		t.Errorf("once more: %+v, %v", again, err)
	}
}

// A type that does not hold the values, and one that the data set states, is refused.
func TestImportRefusesTypes(t *testing.T) {
	t.Parallel()
	day := time.Date(2024, 5, 31, 8, 0, 0, 0, time.UTC)
	refused := []widening{
		{geo.Integer, geo.Number, cql2.NumberOf(0.5), ""}, {geo.Integer, geo.Text, cql2.TextOf("x"), ""}, {geo.Texts, geo.Text, cql2.TextOf("a;b"), ""},
		{geo.Text, geo.Texts, cql2.ListOf([]string{"a", "b"}), ""}, {geo.URL, geo.Text, cql2.TextOf("x"), ""}, {geo.Date, geo.Time, cql2.TimestampOf(day), ""},
		{geo.Text, geo.Integer, cql2.NumberOf(12), ""}, // which the data set states
	}
	store := fill(t, inBoth(refused, false))
	for n, w := range refused {
		ds := inBoth(refused, false)
		for id, r := range map[string]geo.Feature{geo.Facilities.ID: &ds.Facilities[0], geo.Countries.ID: &ds.Countries[0]} {
			f := &ds.Fields[id][n]
			f.Type, f.Inferred = w.found, n < len(refused)-1
			f.Set(r, w.value)
		}
		if _, err := store.Import(t.Context(), ds); err == nil || !strings.Contains(err.Error(), "in the database of the type "+w.kept.String()) {
			t.Errorf("%s over %s: %v", w.found, w.kept, err)
		}
	}
}

// inBoth is small with fields of facilities and of countries: as they are kept, or as they
// were found, of which the first record of each states the values.
func inBoth(all []widening, found bool) *geo.Dataset {
	ds := small()
	var fields []geo.Field
	for n, w := range all {
		f := geo.Field{Name: fmt.Sprintf("extra_%d", n), Type: w.kept, Inferred: found}
		if found {
			f.Type = w.found
		}
		fields = append(fields, f)
	}
	ds.Fields = map[string][]geo.Field{geo.Facilities.ID: geo.OwnFields(fields), geo.Countries.ID: geo.OwnFields(fields)}
	for n, w := range all {
		if found {
			ds.Fields[geo.Facilities.ID][n].Set(&ds.Facilities[0], w.value)
			ds.Fields[geo.Countries.ID][n].Set(&ds.Countries[0], w.value)
		}
	}
	return ds
}

// A facet stays one, shown or not, until the data set itself says that it is none.
func TestImportKeepsFacets(t *testing.T) {
	t.Parallel()
	yes, no := true, false
	field := func(change func(*geo.Field)) geo.Field {
		f := geo.Field{Name: "beds", Title: geo.Labels{"en": "Beds"}, Type: geo.Integer}
		change(&f)
		return f
	}
	store := fill(t, withBeds(field(func(f *geo.Field) { f.Inferred = true })))
	for _, step := range []struct {
		name   string
		change func(*geo.Field)
		want   bool
	}{
		{"found among many values", func(f *geo.Field) { f.Inferred, f.Facet = true, "beds" }, false},
		{"asked for by a flag", func(f *geo.Field) { f.Inferred, f.Facet, f.FacetSaid = true, "beds", &yes }, true},
		{"private, without a word of facets", func(f *geo.Field) { f.Declared, f.Private = true, true }, true},
		{"shown again", func(f *geo.Field) { f.Declared, f.Published = true, true }, true},
		{"told from values", func(f *geo.Field) { f.Inferred = true }, true},
		{"none, as it says", func(f *geo.Field) { f.Declared, f.FacetSaid = true, &no }, false},
	} {
		if _, err := store.Import(t.Context(), withBeds(field(step.change))); err != nil {
			t.Fatal(err)
		}
		if got := content(t, store).Fields[geo.Facilities.ID][0].Facet != ""; got != step.want {
			t.Errorf("%s: a facet %v, want %v", step.name, got, step.want)
		}
	}
}

// Definitions that a data set declares replace those of the database, and what is private
// stays so unless it says that everybody may see it.
func TestImportOfDefinitions(t *testing.T) {
	t.Parallel()
	private := beds()
	private.Private, private.Declared = true, true
	store := fill(t, withBeds(private))
	told := beds()
	told.Title = geo.Labels{"en": "beds"}
	declared := told
	declared.Declared = true
	found := told
	found.Private = true
	published := declared
	published.Published = true
	for _, c := range []struct {
		name    string
		field   geo.Field
		title   string
		private bool
	}{
		{"told from values", told, "Beds", true}, {"declared", declared, "beds", true},
		{"published", published, "beds", false}, {"told once more", told, "beds", false}, {"found to be private", found, "beds", true},
		{"published again", published, "beds", false}, {"private again", private, "Beds", true},
	} {
		summary, err := store.Import(t.Context(), withBeds(c.field))
		if err != nil {
			t.Fatal(err)
		}
		if told := strings.Contains(strings.Join(summary.Notes, ""), "beds of facilities is shown to nobody from now on"); told != (c.name == "found to be private") {
			t.Errorf("%s: told %q", c.name, summary.Notes)
		}
		got := content(t, store).Fields[geo.Facilities.ID][0]
		if got.Title["en"] != c.title || got.Private != c.private {
			t.Errorf("%s: title %q, private %v; want %q, %v", c.name, got.Title["en"], got.Private, c.title, c.private)
		}
	}
	catalog, err := store.Catalog(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if own := catalog.Collection(geo.Facilities.ID).OwnFields(); len(own) > 0 {
		t.Errorf("the catalog has the private field %s", own[0].Name)
	}
}

// A value that a hand wrote in another form than its field's is one that is not stated, in
// records as in filters, orders and counts; it is told where it would be lost.
func TestOwnValuesOfAnotherForm(t *testing.T) {
	t.Parallel()
	types := []geo.Type{geo.Integer, geo.Number, geo.Boolean, geo.Text, geo.URL, geo.Date, geo.Time, geo.Texts}
	harms := map[geo.Type][]string{
		geo.Integer: {`1.5`, `"12"`, `true`, `[1]`, `{}`, `null`, `1e400`},
		geo.Number:  {`"0.5"`, `false`, `[]`, `1e400`, `-1e9999`},
		geo.Boolean: {`"true"`, `1`, `null`},
		geo.Text:    {`12`, `""`, `["a"]`, `{"a": 1}`},
		geo.URL:     {`12`, `""`},
		geo.Date:    {`"2024-02-30"`, `"2024-13-01"`, `"0000-01-01"`, `"2024-1-1"`, `"2024-05-31T00:00:00Z"`, `20240531`, `"٢٠٢٤-٠١-٠١"`},
		geo.Time:    {`"2024-02-30T00:00:00Z"`, `"2024-02-03T24:00:00Z"`, `"2024-02-03T00:00:00+07:00"`, `"2024-02-03T00:00:00.10Z"`, `"2024-02-03"`, `0`},
		geo.Texts:   {`"a"`, `[1]`, `["a", null]`, `["a", ""]`, `[]`, `[["a"]]`},
	}
	database := postgistest.Migrated(t)
	store, admin := open(t, database), connect(t, database)
	var fields []geo.Field
	for i, of := range types {
		f := geo.Field{Name: fmt.Sprintf("f%d", i), Type: of, Open: true}
		f.Facet = geo.Dimension(f.Name)
		fields = append(fields, f)
	}
	ds := small()
	ds.Fields = map[string][]geo.Field{geo.Facilities.ID: geo.OwnFields(fields)}
	if _, err := store.Import(t.Context(), ds); err != nil {
		t.Fatal(err)
	}
	for i, f := range ds.Fields[geo.Facilities.ID] {
		for _, harm := range harms[f.Type] {
			execute(t, admin, fmt.Sprintf(`UPDATE facility SET own = '{"f%d": %s}' WHERE slug = 'first'`, i, harm))
			checkUnstated(t, store, f, harm)
		}
	}
	if err := store.Ready(t.Context()); err != nil {
		t.Errorf("Ready = %v", err)
	}
}

func checkUnstated(t *testing.T, store *postgis.Store, f geo.Field, harm string) {
	t.Helper()
	catalog, err := store.Catalog(t.Context())
	if err != nil {
		t.Fatalf("%s %s: Catalog = %v", f.Type, harm, err)
	}
	q := geo.Query{Collection: catalog.Collection(geo.Facilities.ID), Limit: 10, Filter: cql2.IsNull{X: cql2.Property(f.Name)}}
	if f.Scalar() {
		q.Sort = []geo.SortKey{{Property: f.Name}}
	}
	page, err := store.List(t.Context(), q)
	if err != nil || page.Matched != 2 {
		t.Errorf("%s %s: List of what is not stated = %d, %v; want 2", f.Type, harm, page.Matched, err)
	}
	for _, r := range page.Features {
		if v := f.Value(r); v.Type != cql2.Null {
			t.Errorf("%s %s is read as %v", f.Type, harm, v)
		}
	}
	if facets, err := store.Facets(t.Context(), q); err != nil || len(facets.Facets[len(facets.Facets)-1].Buckets) != 1 {
		t.Errorf("%s %s: Facets = %v, %v", f.Type, harm, facets.Facets, err)
	}
	if _, err := store.Dataset(t.Context()); !errors.Is(err, geo.ErrMalformed) || !strings.Contains(err.Error(), "first: own:") || !strings.Contains(err.Error(), f.Name) {
		t.Errorf("%s %s: Dataset = %v, want an error that names it", f.Type, harm, err)
	}
}

// A change of a definition or of a value by hand is a new revision, and shows at once.
func TestOwnFieldsChangedByHand(t *testing.T) {
	t.Parallel()
	database := postgistest.Migrated(t)
	store, admin := open(t, database), connect(t, database)
	if _, err := store.Import(t.Context(), withBeds(beds())); err != nil {
		t.Fatal(err)
	}
	for _, change := range []string{
		`UPDATE facility SET own = '{"beds": 13}' WHERE slug = 'first'`, `UPDATE own_field SET title = '{"en": "Places"}'`,
		`INSERT INTO own_field VALUES ('facilities', 'motto', 1, 'string', '{}')`, `DELETE FROM own_field WHERE name = 'motto'`, `TRUNCATE own_field`,
	} {
		before := revision(t, store)
		execute(t, admin, change)
		waitFor(t, "another revision after "+change, func() bool { return revision(t, store) != before })
	}
}

func TestOwnFieldsAreListedAndChanged(t *testing.T) {
	t.Parallel()
	motto := geo.Field{Name: "motto", Type: geo.Text, Private: true}
	store := fill(t, withBeds(beds(), motto))
	fields, err := store.Fields(t.Context())
	if err != nil || len(fields) != 2 || fields[0].Name != "beds" || fields[0].Stated != 1 || fields[1].Stated != 0 || !fields[1].Private {
		t.Fatalf("Fields = %+v, %v", fields, err)
	}
	for to, want := range map[string]string{"motto": "already", "name": "something else", "bbox": "something else", "Beds": "no name of a field", "a'b": "no name of a field"} {
		if err := store.RenameField(t.Context(), geo.Facilities, "beds", to); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("RenameField to %s = %v, want %q", to, err, want)
		}
	}
	if err := store.RenameField(t.Context(), geo.Countries, "beds", "places"); err == nil || !strings.Contains(err.Error(), "no field beds of countries") {
		t.Errorf("RenameField of a field that is not there = %v", err)
	}
	before := revision(t, store)
	if err := store.RenameField(t.Context(), geo.Facilities, "beds", "places"); err != nil {
		t.Fatal(err)
	}
	if revision(t, store) == before {
		t.Error("the revision stayed")
	}
	if err := store.ShowField(t.Context(), geo.Facilities, "motto", false); err != nil {
		t.Fatal(err)
	}
	ds := content(t, store)
	if v := ds.Facilities[1].Own.Value("places"); v.Number != 12 || ds.Fields[geo.Facilities.ID][1].Private {
		t.Errorf("places = %v, private = %v", v, ds.Fields[geo.Facilities.ID][1].Private)
	}
	if lost, _, err := store.DropField(t.Context(), geo.Facilities, "places"); lost != 1 || err != nil {
		t.Errorf("DropField = %d, %v", lost, err)
	}
	ds = content(t, store)
	if len(ds.Fields[geo.Facilities.ID]) != 1 || ds.Facilities[1].Own != nil {
		t.Errorf("after DropField there is %+v", ds.Fields)
	}
}

// zones is a collection that exists here only: small, with polygons, without facets.
func zones() *geo.Collection {
	fields := geo.OwnFields([]geo.Field{
		{Name: "name", Type: geo.Text, Searched: true}, {Name: "floors", Type: geo.Integer}, {Name: "share", Type: geo.Number}, {Name: "fenced", Type: geo.Boolean},
		{Name: "opened", Type: geo.Date}, {Name: "seen", Type: geo.Time}, {Name: "uses", Type: geo.Texts}, {Name: "page", Type: geo.URL},
	})
	return &geo.Collection{
		ID: "zones", Title: geo.Labels{"en": "Zones"}, Geometry: geo.MultiPolygon,
		Fields: append([]geo.Field{{Name: "id", Type: geo.Integer}, {Name: "slug", Type: geo.Text}}, fields...),
	}
}

const zonesTable = `CREATE TABLE zones (id bigint PRIMARY KEY, slug text UNIQUE, geom geometry(MultiPolygon, 4326), zorder bigint, search_text text,
	name text, floors integer, share float8, fenced boolean, opened date, seen timestamptz, uses text[], page text)`

// TestPlainCollection: a collection of which nothing is known but its fields is answered as
// by memory. It is not parallel, because others must not know of the collection.
func TestPlainCollection(t *testing.T) {
	c := zones()
	known := geo.Collections
	geo.Collections = append(geo.Collections[:len(known):len(known)], c)
	t.Cleanup(func() { geo.Collections = known })
	ds := small()
	ds.Records = map[string][]geo.Record{c.ID: zoneRecords(c, 40)}

	database := postgistest.Migrated(t)
	store, admin := open(t, database), connect(t, database)
	execute(t, admin, zonesTable)
	for _, r := range ds.Records[c.ID] {
		insertZone(t, admin, c, &r)
	}
	plain := small()
	if _, err := store.Import(t.Context(), plain); err != nil {
		t.Fatal(err)
	}
	storetest.CompareRecords(t, memory.New(ds), store, ds, c, 300)
	again := content(t, store)
	if len(again.Records[c.ID]) != 40 {
		t.Errorf("the data set has %d zones", len(again.Records[c.ID]))
	}
	storetest.CompareRecords(t, memory.New(again), store, ds, c, 20)
	if _, err := store.Import(t.Context(), ds); err == nil || !strings.Contains(err.Error(), "records of zones are not imported") {
		t.Errorf("Import of zones = %v", err)
	}
	addOwn(t, store, admin, ds, c)
	own := storetest.Collection(ds, c)
	storetest.CompareRecords(t, memory.New(ds), store, ds, own, 40)
	for name, store := range map[string]geo.Store{"memory": memory.New(ds), "PostGIS": store, "memory of PostGIS": memory.New(content(t, store))} {
		r, err := store.Get(t.Context(), own, geo.Ref{Slug: "zone-5"})
		if err != nil {
			t.Fatal(err)
		}
		if r.Value("name").Text != "Ærø" || r.Value("floors").Number != 0 || r.Value("beds").Number != 2 || r.Value("wing").Text != "wing 5" || r.Value("phone").Type != cql2.Null {
			t.Errorf("%s: %+v", name, r)
		}
	}
	if v := content(t, store).Records[c.ID][0].Value("phone"); v.Text == "" { // zone-39
		t.Error("what is private is not in the data set")
	}
}

// addOwn adds own fields to a collection whose records have none in a struct, in a data set
// and in the database.
func addOwn(t *testing.T, store *postgis.Store, admin *pgx.Conn, ds *geo.Dataset, c *geo.Collection) {
	t.Helper()
	fields := geo.OwnFields([]geo.Field{
		{Name: "phone", Type: geo.Text, Private: true}, {Name: "beds", Type: geo.Integer, Facet: "beds", Open: true}, {Name: "wing", Type: geo.Text},
	})
	ds.Fields = map[string][]geo.Field{c.ID: fields}
	execute(t, admin, `ALTER TABLE zones ADD COLUMN own jsonb`)
	with := c.With(fields)
	for i := range ds.Records[c.ID] {
		r := &ds.Records[c.ID][i]
		stated := map[string]any{"phone": "02 123 4567"}
		with.Field("phone").Set(r, cql2.TextOf("02 123 4567"))
		if i%4 > 0 {
			stated["beds"], stated["wing"] = i%3, fmt.Sprintf("wing %d", i)
			with.Field("beds").Set(r, cql2.NumberOf(float64(i%3)))
			with.Field("wing").Set(r, cql2.TextOf(fmt.Sprintf("wing %d", i)))
		}
		execute(t, admin, `UPDATE zones SET own = $2 WHERE id = $1`, r.ID, stated)
	}
	described := small()
	described.Fields = ds.Fields
	if _, err := store.Import(t.Context(), described); err != nil {
		t.Fatal(err)
	}
}

func zoneRecords(c *geo.Collection, n int) []geo.Record {
	records := make([]geo.Record, n)
	day := time.Date(2020, 2, 28, 0, 0, 0, 0, time.UTC)
	for i := range records {
		r := &records[i]
		r.ID, r.Slug = int64(n-i), fmt.Sprintf("zone-%d", i)
		x, y := float64(i%8)*2, float64(i/8)*2
		if i%9 > 0 {
			r.Shape = orb.MultiPolygon{{{{x, y}, {x + 1.5, y}, {x + 1.5, y + 1.5}, {x, y + 1.5}, {x, y}}}}
		}
		values := []cql2.Value{
			cql2.TextOf([]string{"Ærø", "zone", "Zone", "中心", ""}[i%5]), cql2.NumberOf(float64(i%4 - 1)), cql2.NumberOf(float64(i) / 8), cql2.BoolOf(i%2 == 0),
			cql2.DateOf(day.AddDate(0, 0, i%5)), cql2.TimestampOf(day.Add(time.Duration(i%5) * time.Microsecond)), cql2.ListOf([]string{"a", "b", "水"}[i%3:]),
			cql2.TextOf("https://example.org/"),
		}
		for n, f := range c.OwnFields() {
			if (i+n)%4 > 0 {
				f.Set(r, values[n])
			}
		}
	}
	return records
}

func insertZone(t *testing.T, conn *pgx.Conn, c *geo.Collection, r *geo.Record) {
	t.Helper()
	var shape any
	if r.Shape != nil {
		shape = wkb.MustMarshal(r.Shape)
	}
	args := []any{r.ID, r.Slug, shape, int64(r.ZOrder()), r.SearchText()}
	for _, f := range c.OwnFields() {
		switch v := f.Value(r); {
		case v.Type == cql2.Null:
			args = append(args, nil)
		case f.Type == geo.Integer:
			args = append(args, int(v.Number))
		case v.Type == cql2.Number:
			args = append(args, v.Number)
		case v.Type == cql2.Bool:
			args = append(args, v.Number != 0)
		case v.Type == cql2.List:
			args = append(args, v.List)
		case v.Type == cql2.Text:
			args = append(args, v.Text)
		default:
			args = append(args, time.UnixMicro(v.Time).UTC())
		}
	}
	execute(t, conn, `INSERT INTO zones VALUES ($1, $2, ST_GeomFromWKB($3, 4326), $4, nullif($5, ''), $6, $7, $8, $9, $10, $11, $12, $13)`, args...)
}

// withTexts has a translated field of one's own, stated by the first record and put into Thai by a
// machine and into Lao by a person.
func withTexts() *geo.Dataset {
	ds := withBeds(beds(), geo.Field{Name: "motto", Title: geo.Labels{"en": "Motto"}, Type: geo.Text, Translated: true})
	fields := ds.Fields[geo.Facilities.ID]
	fields[1].Set(&ds.Facilities[0], cql2.TextOf("Rice for all"))
	ds.Facilities[0].Translations = &geo.Translations{All: []geo.Translation{
		{Field: "motto", Lang: "lo", Text: "ເຂົ້າ", Origin: geo.FromPerson}, {Field: "motto", Lang: "th", Text: "ข้าว", Origin: geo.FromMachine},
	}}
	return ds
}

// hits is how many records a search finds.
func hits(t *testing.T, store *postgis.Store, words string) int {
	t.Helper()
	page, err := store.List(t.Context(), geo.Query{Collection: geo.Facilities, Limit: 1, Filter: geo.SearchFilter(words)})
	if err != nil {
		t.Fatal(err)
	}
	return page.Matched
}

// A translated field keeps its texts under another name, none of them stale by that; it hides them
// from searches where it is private, and says how many go with it.
func TestTextsOfOwnFieldsFollowIt(t *testing.T) {
	t.Parallel()
	store := fill(t, withTexts())
	if err := store.RenameField(t.Context(), geo.Facilities, "motto", "origin"); err == nil || !strings.Contains(err.Error(), "in files of texts") {
		t.Errorf("RenameField to a column of texts = %v", err)
	}
	if err := store.RenameField(t.Context(), geo.Facilities, "motto", "slogan"); err != nil {
		t.Fatal(err)
	}
	want := withTexts().Facilities[0].Translations
	for i := range want.All {
		want.All[i].Field = "slogan"
	}
	if got := content(t, store).Facilities[1]; !got.Translations.Equal(want) || got.Own.Value("slogan").Text != "Rice for all" {
		t.Errorf("after RenameField: %+v, want %+v", got.Translations, want)
	}
	for _, private := range []bool{false, true, false} {
		if err := store.ShowField(t.Context(), geo.Facilities, "slogan", private); err != nil {
			t.Fatal(err)
		}
		want := 1
		if private {
			want = 0
		}
		if thai, english := hits(t, store, "ข้าว"), hits(t, store, "rice"); thai != want || english != want {
			t.Errorf("private %v: found %d times in Thai, %d in English", private, thai, english)
		}
	}
	fields, err := store.Fields(t.Context())
	if err != nil || fields[1].Texts != 2 || !fields[1].Translated {
		t.Errorf("Fields = %+v, %v", fields, err)
	}
	if values, texts, err := store.DropField(t.Context(), geo.Facilities, "slogan"); values != 1 || texts != 2 || err != nil {
		t.Errorf("DropField = %d, %d, %v", values, texts, err)
	}
	if got := content(t, store).Facilities[1]; got.Translations != nil || hits(t, store, "ข้าว") != 0 {
		t.Errorf("after DropField: %+v", got.Translations)
	}
}

// An import does not hide texts by leaving out that a field is translated, and is refused where it
// says that it is not. What it does not name is found by what it declares.
func TestImportKeepsAFieldTranslated(t *testing.T) {
	t.Parallel()
	declared := func(said *bool) *geo.Dataset {
		ds := withTexts()
		for i := range ds.Fields[geo.Facilities.ID] {
			ds.Fields[geo.Facilities.ID][i].Declared = true
		}
		ds.Fields[geo.Facilities.ID][1].Translated, ds.Fields[geo.Facilities.ID][1].TranslatedSaid = said != nil && *said, said
		return ds
	}
	no, yes := false, true
	plain := declared(nil)
	store := fill(t, plain)
	if n := hits(t, store, "rice"); n != 0 {
		t.Fatalf("found %d times before", n)
	}
	other := declared(&yes)
	other.Facilities = other.Facilities[1:]
	if _, err := store.Import(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	if thai, english := hits(t, store, "ข้าว"), hits(t, store, "rice"); thai != 1 || english != 1 {
		t.Errorf("once the field is translated, found %d times in Thai, %d in English", thai, english)
	}
	if _, err := store.Import(t.Context(), declared(nil)); err != nil || !content(t, store).Fields[geo.Facilities.ID][1].Translated {
		t.Errorf("without a word of it: %v, %+v", err, content(t, store).Fields)
	}
	_, err := store.Import(t.Context(), declared(&no))
	if err == nil || !strings.Contains(err.Error(), "has 2 texts in other languages in the database, which nobody would see any more") {
		t.Errorf("translated: false = %v", err)
	}
}
