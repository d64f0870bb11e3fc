package postgis_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"innoatlas/geo"
	"innoatlas/geo/postgis"
	"innoatlas/geo/postgis/postgistest"
)

// translated is small with these texts of its first record.
func translated(texts ...geo.Translation) *geo.Dataset {
	ds := small()
	ds.Facilities[0].Summary = "What it is."
	if len(texts) > 0 {
		ds.Facilities[0].Translations = &geo.Translations{All: texts}
	}
	return ds
}

func named(lang, text string, origin geo.Origin) geo.Translation {
	return geo.Translation{Field: "name", Lang: lang, Text: text, Origin: origin}
}

func older(t geo.Translation) geo.Translation {
	t.Stale = true
	return t
}

// textsOf are those of the record that has a slug.
func textsOf(t *testing.T, store *postgis.Store, slug string) []geo.Translation {
	t.Helper()
	f, err := store.Get(t.Context(), geo.Facilities, geo.Ref{Slug: slug})
	if err != nil {
		t.Fatal(err)
	}
	if f.Translated() == nil {
		return nil
	}
	return f.Translated().All
}

// What a data set brings replaces what is there, but for what a machine has made in the place
// of what somebody says; of the rest it says nothing.
func TestImportOfTexts(t *testing.T) {
	t.Parallel()
	database := postgistest.Migrated(t)
	store, conn := open(t, database), connect(t, database)
	type texts = []geo.Translation
	machine := func(text string) geo.Translation { return named("th", text, geo.FromMachine) }
	person := func(text string) geo.Translation { return named("th", text, geo.FromPerson) }
	source := func(text string) geo.Translation { return named("th", text, geo.FromSource) }
	other, klingon := named("zh", "甲", geo.FromMachine), named("tlh-Latn", "pa'", geo.FromMachine)
	none, one, kept := postgis.Summary{Unchanged: 2}, postgis.Summary{Changed: 1, Unchanged: 1, Texts: 1}, postgis.Summary{Unchanged: 2, Kept: 1}
	for name, c := range map[string]struct {
		stored, brought, want texts
		summary               postgis.Summary
	}{
		"the same":                         {texts{machine("a")}, texts{machine("a")}, texts{machine("a")}, none},
		"nothing":                          {texts{machine("a")}, nil, texts{machine("a")}, none},
		"an empty text":                    {texts{machine("a")}, texts{person("")}, texts{machine("a")}, none},
		"another language":                 {texts{machine("a")}, texts{other}, texts{machine("a"), other}, one},
		"a machine's for a machine's":      {texts{machine("a")}, texts{machine("b")}, texts{machine("b")}, one},
		"a person's for a machine's":       {texts{machine("a")}, texts{person("a")}, texts{person("a")}, one},
		"a person's for a source's":        {texts{source("a")}, texts{person("b")}, texts{person("b")}, one},
		"a machine's for a person's":       {texts{person("a")}, texts{machine("b")}, texts{person("a")}, kept},
		"a machine's for a source's":       {texts{source("a")}, texts{machine("b")}, texts{source("a")}, kept},
		"a machine's that says the same":   {texts{source("a")}, texts{machine("a")}, texts{source("a")}, none},
		"one that is stale":                {texts{machine("a")}, texts{older(machine("a"))}, texts{older(machine("a"))}, one},
		"the same, where that is stale":    {texts{older(machine("a"))}, texts{machine("a")}, texts{older(machine("a"))}, none},
		"another, where it is stale":       {texts{older(machine("a"))}, texts{machine("b")}, texts{machine("b")}, one},
		"a person's, where it is stale":    {texts{older(machine("a"))}, texts{person("a")}, texts{person("a")}, one},
		"of a language that nobody speaks": {nil, texts{klingon}, texts{klingon}, one},
	} {
		t.Run(name, func(t *testing.T) {
			execute(t, conn, `TRUNCATE record_text`)
			if _, err := store.Import(t.Context(), translated(c.stored...)); err != nil {
				t.Fatal(err)
			}
			before := revision(t, store)
			got, err := store.Import(t.Context(), translated(c.brought...))
			if err != nil {
				t.Fatal(err)
			}
			if kept := strings.Contains(strings.Join(got.Notes, ""), "were not taken"); kept != (c.summary.Kept > 0) {
				t.Errorf("notes: %q", got.Notes)
			}
			got.Notes = nil
			if d := cmp.Diff(c.summary, got); d != "" {
				t.Errorf("summary (-want +got):\n%s", d)
			}
			if d := cmp.Diff(c.want, textsOf(t, store, "first")); d != "" {
				t.Errorf("texts (-want +got):\n%s", d)
			}
			var searched string
			if err := conn.QueryRow(t.Context(), `SELECT search_text FROM facility WHERE slug = 'first'`).Scan(&searched); err != nil {
				t.Fatal(err)
			}
			first, err := store.Get(t.Context(), geo.Facilities, geo.Ref{Slug: "first"})
			if want := first.Value("search_text").Text; err != nil || searched != want {
				t.Errorf("it is found by %q, %v; want %q", searched, err, want)
			}
			if same := revision(t, store) == before; same != (got.Changed == 0) {
				t.Errorf("%d records changed, and the revision is still %s: %v", got.Changed, before, same)
			}
			again, err := store.Import(t.Context(), translated(c.brought...))
			if err != nil || again.Changed+again.Texts > 0 {
				t.Errorf("the second time: %+v, %v", again, err)
			}
		})
	}
}

// An import that changes the English makes stale what a machine made of the old one, unless it
// brings a new text.
func TestImportMakesTextsStale(t *testing.T) {
	t.Parallel()
	store := fill(t, translated(named("lo", "ກ", geo.FromMachine), named("th", "ก", geo.FromMachine), named("vi", "a", geo.FromPerson), named("zh", "甲", geo.FromMachine),
		geo.Translation{Field: "summary", Lang: "zh", Text: "乙", Origin: geo.FromMachine}))
	ds := translated(named("th", "ข", geo.FromMachine), named("zh", "甲", geo.FromMachine))
	ds.Facilities[0].Name = "Another name"
	for range 2 {
		if _, err := store.Import(t.Context(), ds); err != nil {
			t.Fatal(err)
		}
		want := []geo.Translation{older(named("lo", "ກ", geo.FromMachine)), named("th", "ข", geo.FromMachine), named("vi", "a", geo.FromPerson),
			older(named("zh", "甲", geo.FromMachine)), {Field: "summary", Lang: "zh", Text: "乙", Origin: geo.FromMachine}}
		if d := cmp.Diff(want, textsOf(t, store, "first")); d != "" {
			t.Errorf("texts (-want +got):\n%s", d)
		}
	}
}

// The texts of a record follow it, however it is changed: each field that may be translated is
// looked at, by whatever statement. Each case is one of the texts of the record 7.
func TestTextsFollowTheirRecord(t *testing.T) {
	t.Parallel()
	type text struct {
		Record      int64
		Field, Lang string
		Stale       bool
	}
	var fresh []text
	ds := translated()
	ds.Facilities[0].Translations = &geo.Translations{}
	for _, f := range append(geo.Facilities.TranslatedFields(), geo.Field{Name: "motto"}) {
		for _, origin := range []geo.Origin{geo.FromMachine, geo.FromPerson} {
			lang := string(origin)[:2]
			ds.Facilities[0].Translations.All = append(ds.Facilities[0].Translations.All, geo.Translation{Field: f.Name, Lang: lang, Text: "-", Origin: origin})
			fresh = append(fresh, text{7, f.Name, lang, false})
		}
	}
	slices.SortFunc(fresh, func(a, b text) int { return strings.Compare(a.Lang+a.Field, b.Lang+b.Field) })
	cases := map[string]struct{ change, stale string }{
		"nothing of it":            {`UPDATE facility SET city = 'Elsewhere', search_text = 'x'`, ""},
		"the same":                 {`UPDATE facility SET name = name, summary = summary, own = own`, ""},
		"another record":           {`UPDATE facility SET name = 'Third' WHERE id = 3`, ""},
		"no record":                {`UPDATE facility SET name = 'Third' WHERE false`, ""},
		"its own field":            {`UPDATE facility SET own = '{"motto": "one"}'`, "motto"},
		"another field of its own": {`UPDATE facility SET own = '{"beds": 1}'`, ""},
		"by a join":                {`UPDATE facility f SET summary = c.code FROM country c`, "summary"},
		"by an insert":             {`INSERT INTO facility (id, slug, zorder) VALUES (7, 'first', 1::bigint << 62) ON CONFLICT (slug) DO UPDATE SET summary = NULL`, "summary"},
	}
	for _, f := range geo.Facilities.TranslatedFields() {
		cases["the field "+f.Name] = struct{ change, stale string }{`UPDATE facility SET ` + pgx.Identifier{f.Name}.Sanitize() + ` = 'Something else'`, f.Name}
	}
	database := postgistest.Migrated(t)
	if _, err := open(t, database).Import(t.Context(), ds); err != nil {
		t.Fatal(err)
	}
	conn := connect(t, database)
	read := func(t *testing.T, tx pgx.Tx) []text {
		rows, err := tx.Query(t.Context(), `SELECT record, field, lang, stale FROM record_text ORDER BY lang || field`)
		if err != nil {
			t.Fatal(err)
		}
		texts, err := pgx.CollectRows(rows, pgx.RowToStructByPos[text])
		if err != nil {
			t.Fatal(err)
		}
		return texts
	}
	try := func(t *testing.T, change string, want []text) {
		t.Helper()
		tx, err := conn.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer tx.Rollback(t.Context())
		if _, err := tx.Exec(t.Context(), change); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, read(t, tx)); d != "" {
			t.Errorf("texts (-want +got):\n%s", d)
		}
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			want := slices.Clone(fresh)
			for i := range want {
				want[i].Stale = want[i].Field == c.stale && want[i].Lang == "ma"
			}
			try(t, c.change, want)
		})
	}
	t.Run("its id", func(t *testing.T) {
		want := slices.Clone(fresh)
		for i := range want {
			want[i].Record = 8
		}
		try(t, `DELETE FROM facility_source; DELETE FROM facility_sector; UPDATE facility SET id = id + 1 WHERE id = 7`, want)
	})
	t.Run("a deletion", func(t *testing.T) { try(t, `DELETE FROM facility WHERE slug = 'first'`, []text{}) })
	t.Run("a deletion of others", func(t *testing.T) { try(t, `DELETE FROM facility WHERE slug = 'second'`, fresh) })
	t.Run("a deletion of all", func(t *testing.T) { try(t, `TRUNCATE facility CASCADE`, []text{}) })
}

// Names of places come one by one, as texts do; synonyms as a whole.
func TestImportOfWords(t *testing.T) {
	t.Parallel()
	place := func(city, name string, origin geo.Origin) geo.PlaceName {
		return geo.PlaceName{Country: "THA", City: city, Lang: "zh", Name: name, Origin: origin}
	}
	ds := small()
	ds.PlaceNames = []geo.PlaceName{place("", "泰国中部", "machine"), place("Bangkok", "曼谷", "naturalearth"), place("Pakse", "巴色", "machine")}
	ds.Synonyms = [][]string{{"rice", "水稻"}, {"AI", "人工智能"}, {"x", "y"}}
	store := fill(t, ds)
	steps := []struct {
		name     string
		places   []geo.PlaceName
		synonyms [][]string
		changed  bool
		kept     int
		want     []geo.PlaceName
		words    [][]string
	}{
		{"the same", ds.PlaceNames, ds.Synonyms, false, 0, ds.PlaceNames, ds.Synonyms},
		{"nothing", nil, nil, false, 0, ds.PlaceNames, ds.Synonyms},
		{"a machine's, an empty one, one twice",
			[]geo.PlaceName{place("Bangkok", "谷", "machine"), place("Pakse", "", "person"), place("", "一", "machine"), place("", "二", "person")}, nil, true, 1,
			[]geo.PlaceName{place("", "二", "person"), place("Bangkok", "曼谷", "naturalearth"), place("Pakse", "巴色", "machine")}, ds.Synonyms},
		{"fewer synonyms", nil, [][]string{{"AI", "人工智能"}, nil, {"a", "b"}}, true, 0,
			[]geo.PlaceName{place("", "二", "person"), place("Bangkok", "曼谷", "naturalearth"), place("Pakse", "巴色", "machine")}, [][]string{{"AI", "人工智能"}, {"a", "b"}}},
	}
	for _, s := range steps {
		before := revision(t, store)
		next := small()
		next.PlaceNames, next.Synonyms = s.places, s.synonyms
		summary, err := store.Import(t.Context(), next)
		if err != nil || summary.Kept != s.kept || summary.Changed > 0 {
			t.Fatalf("%s: Import = %+v, %v", s.name, summary, err)
		}
		if changed := revision(t, store) != before; changed != s.changed {
			t.Errorf("%s: a new revision: %v, want %v", s.name, changed, s.changed)
		}
		catalog, err := store.Catalog(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(s.want, catalog.Places.All) + cmp.Diff(s.words, catalog.Synonyms); d != "" {
			t.Errorf("%s (-want +got):\n%s", s.name, d)
		}
		whole := content(t, store)
		if d := cmp.Diff(s.want, whole.PlaceNames) + cmp.Diff(s.words, whole.Synonyms); d != "" {
			t.Errorf("%s, whole (-want +got):\n%s", s.name, d)
		}
	}
}
