package postgis_test

import (
	"errors"
	"testing"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/geo/postgis"
	"innoatlas/geo/postgis/postgistest"
	"innoatlas/geo/zorder"
)

// Tables that somebody changed by hand are said to be that, whatever is asked and however
// they were changed. No value is read as something that it is not.
func TestChangedTables(t *testing.T) {
	t.Parallel()
	for name, harm := range map[string]string{
		"a label is a number":       `UPDATE kind SET labels = '{"en": 5}'`,
		"a name is a list":          `UPDATE country SET names = '{"en": []}'`,
		"a column is gone":          `ALTER TABLE facility DROP city`,
		"a column has another name": `ALTER TABLE facility_source RENAME title TO heading`,
		"a text is a number":        `DROP TRIGGER facility_institution_update ON facility; ALTER TABLE facility ALTER host_institution TYPE integer USING 16909060`,
		"a number is a text":        `ALTER TABLE facility DROP CONSTRAINT facility_established_check, ALTER established TYPE text USING 'of old'`,
		"a list is a text": `DROP TRIGGER facility_institution_update ON facility; ` +
			`ALTER TABLE facility DROP CONSTRAINT facility_partners_check, ALTER partners TYPE text USING repeat('x', 40)`,
		"a list holds nothing":      `ALTER TABLE facility DROP CONSTRAINT facility_partners_check; UPDATE facility SET partners = '{a, NULL}'`,
		"a list has two dimensions": `ALTER TABLE facility DROP CONSTRAINT facility_partners_check; UPDATE facility SET partners = '{{a, b}, {c, d}}'`,
		"a time has no end":         `DROP TRIGGER facility_version ON facility; UPDATE facility SET updated = 'infinity'`,
		"an id is a text": `ALTER TABLE facility DROP CONSTRAINT facility_id_check; ALTER TABLE facility_source DROP CONSTRAINT ` +
			`facility_source_facility_id_fkey; ALTER TABLE facility_sector DROP CONSTRAINT facility_sector_facility_id_fkey; ` +
			`DROP TRIGGER record_text_update ON facility; ` +
			`ALTER TABLE partnerships DROP CONSTRAINT partnerships_facility_id_fkey; ALTER TABLE facility ALTER id TYPE text`,
		"a place is a line": `ALTER TABLE facility DROP CONSTRAINT facility_geom_in_range; ALTER TABLE facility ALTER geom TYPE geometry USING CASE WHEN geom IS ` +
			`NOT NULL THEN 'SRID=4326;LINESTRING(0 0,1 1)'::geometry END`,
		"a figure is a text":           `ALTER TABLE cooperation DROP CONSTRAINT cooperation_value_check, ALTER value TYPE text USING 'much'`,
		"a text has another heading":   `ALTER TABLE record_text RENAME text TO words`,
		"a text in a language is none": `ALTER TABLE record_text ALTER text TYPE integer USING 5`,
		"a town has another heading":   `ALTER TABLE place_name RENAME name TO called`,
		"a group of words is a text":   `ALTER TABLE synonym DROP CONSTRAINT synonym_terms_check, ALTER terms TYPE text USING 'rice'`,
		"a function is gone":           `DROP FUNCTION innoatlas_casei`,
		"there is no revision":         `DELETE FROM dataset`,
		"there are two revisions":      `DROP INDEX dataset_one_row; INSERT INTO dataset DEFAULT VALUES`,
		"two records have one address": `ALTER TABLE facility DROP CONSTRAINT facility_slug_key CASCADE; UPDATE facility SET slug = 'first'`,
		"the view has other columns":   `DROP VIEW country_record; CREATE VIEW country_record AS SELECT id FROM country`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			database := postgistest.Migrated(t)
			store := open(t, database)
			ds := translated(named("th", "ก", geo.FromMachine))
			ds.PlaceNames, ds.Synonyms = []geo.PlaceName{{Country: "THA", Admin1: "A", Lang: "th", Name: "ก", Origin: geo.FromMachine}}, [][]string{{"rice", "水稻"}}
			if _, err := store.Import(t.Context(), ds); err != nil {
				t.Fatal(err)
			}
			askMore(t, store) // what is prepared is of the form before
			execute(t, connect(t, database), harm)
			said := false
			for range 2 { // the connections that had what was prepared, and others
				for method, err := range askMore(t, store) {
					if err != nil && !errors.Is(err, geo.ErrUnavailable) {
						t.Errorf("%s = %v, want %v", method, err, geo.ErrMalformed)
					}
					said = said || errors.Is(err, geo.ErrMalformed)
				}
			}
			if !said {
				t.Error("nobody said that the tables were changed")
			}
		})
	}
}

// Rows that nobody should write, and that do no harm, keep nobody from the others.
func TestUnusualTexts(t *testing.T) {
	t.Parallel()
	database := postgistest.Migrated(t)
	store, conn := open(t, database), connect(t, database)
	if _, err := store.Import(t.Context(), translated(named("th", "ก", geo.FromMachine))); err != nil {
		t.Fatal(err)
	}
	for _, sql := range []string{
		`INSERT INTO record_text VALUES ('facilities', 7, 'tlh', 'name', 'pa', 'person'), ('facilities', 7, 'th', 'no-such-field', 'x', 'machine'),
			('facilities', 7, 'th', 'city', 'x', 'machine'), ('nowhere', 7, 'th', 'name', 'x', 'machine'), ('facilities', 12345, 'th', 'name', 'x', 'machine'),
			('countries', 764, 'th', 'name', 'x', 'machine'), ('facilities', 3, 'th', 'summary', 'of none', 'machine')`,
		`ALTER TABLE record_text ALTER text TYPE text, ALTER text DROP NOT NULL; ALTER TABLE place_name ALTER name TYPE text, ALTER name DROP NOT NULL`,
		`INSERT INTO record_text VALUES ('facilities', 7, 'zh', 'name', '', 'person'), ('facilities', 7, 'vi', 'name', NULL, 'person')`,
		`INSERT INTO place_name VALUES ('THA', '', '', 'xx', '', 'nobody'), ('', '', '', 'th', NULL, 'nobody'), ('THA', 'A', 'B', 'tlh', 'C', 'nobody')`,
		`ALTER TABLE synonym DROP CONSTRAINT synonym_terms_check; INSERT INTO synonym VALUES (5, '{}'), (6, '{"", "x"}'), (-1, '{one}')`,
	} {
		execute(t, conn, sql)
		for method, err := range askMore(t, store) {
			if err != nil {
				t.Errorf("%s: %v\n%s", method, err, sql)
			}
		}
	}
	catalog, err := store.Catalog(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	f, err := store.Get(t.Context(), geo.Facilities, geo.Ref{ID: 7})
	if err != nil {
		t.Fatal(err)
	}
	for lang, want := range map[string]string{"th": "ก", "zh": "First", "vi": "First", "tlh": "pa", "en": "First"} {
		if got := catalog.Reading(geo.Facilities, lang).Of(f).Value("name").Text; got != want {
			t.Errorf("the name in %s is %q, want %q", lang, got, want)
		}
	}
}

// askMore asks all that a store answers.
func askMore(t *testing.T, store *postgis.Store) map[string]error {
	errs := ask(t.Context(), store)
	filter, err := cql2.ParseText("CASEI(name) LIKE 'f%' OR established > 1 OR S_INTERSECTS(geometry, POINT(1 1))")
	if err != nil {
		t.Fatal(err)
	}
	filtered := geo.Query{Collection: geo.Facilities, Limit: 10, Filter: filter}
	_, errs["List of what matches"] = store.List(t.Context(), filtered)
	_, errs["Facets of what matches"] = store.Facets(t.Context(), filtered)
	_, errs["Clusters of what matches"] = store.Clusters(t.Context(), filtered, 3)
	_, errs["Tile"] = store.Tile(t.Context(), filtered, zorder.Tile{Z: geo.DetailZoom})
	_, errs["Get by id"] = store.Get(t.Context(), geo.Facilities, geo.Ref{ID: 7})
	countries := geo.Query{Collection: geo.Countries, Limit: 10, Filter: cql2.Contains{X: cql2.Property("search_text"), Part: "a"}}
	_, errs["List of countries"] = store.List(t.Context(), countries)
	for _, err := range store.All(t.Context(), filtered) {
		errs["All that matches"] = err
	}
	return errs
}
