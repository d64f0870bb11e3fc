package api

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/geo/memory"
)

// registered adds a collection to those of the program for the time of the test.
func registered(t *testing.T, c *geo.Collection) {
	t.Helper()
	before := geo.Collections
	geo.Collections = append(slices.Clone(before), c)
	t.Cleanup(func() { geo.Collections = before })
}

// reservoirs are a collection that the program does not know: areas without facets.
func reservoirs() *geo.Collection {
	return &geo.Collection{
		ID: "reservoirs", Title: geo.Labels{"en": "Reservoirs", "zh": "水库"}, Description: geo.Labels{"en": "Water that is held back."}, Geometry: geo.MultiPolygon, Year: "filled",
		Fields: geo.OwnFields([]geo.Field{
			{Name: "name", Title: geo.Labels{"en": "Name", "zh": "名称"}, Type: geo.Text, Searched: true, Tiled: true},
			{Name: "depth", Title: geo.Labels{"en": "Depth in metres"}, Type: geo.Number, Tiled: true},
			{Name: "filled", Title: geo.Labels{"en": "Year it was filled"}, Type: geo.Integer},
			{Name: "fished", Title: geo.Labels{"en": "Whether fish are caught there"}, Type: geo.Boolean},
			{Name: "rivers", Title: geo.Labels{"en": "Rivers that flow into it"}, Type: geo.Texts, Searched: true},
		}),
	}
}

// withReservoirs is the server of the fixture and three reservoirs.
func withReservoirs(t *testing.T) *Server {
	t.Helper()
	_, ds := dataOfReservoirs(t)
	return New(memory.New(ds), fixtureConfig())
}

func dataOfReservoirs(t *testing.T) (*geo.Collection, *geo.Dataset) {
	t.Helper()
	c, ds := reservoirs(), fixture()
	registered(t, c)
	square := func(west, south, size float64) orb.MultiPolygon {
		return orb.MultiPolygon{{{{west, south}, {west + size, south}, {west + size, south + size}, {west, south + size}, {west, south}}}}
	}
	record := func(id int64, slug string, shape orb.Geometry, values ...cql2.Value) geo.Record {
		own := geo.NewOwn(c.Fields)
		for i, v := range values {
			own.Set(i, v)
		}
		return geo.Record{ID: id, Slug: slug, Shape: shape, Own: own}
	}
	ds.Records = map[string][]geo.Record{c.ID: {
		record(4, "nam-ngum", square(102, 18, 1), cql2.TextOf("Nam Ngum"), cql2.NumberOf(29.5), cql2.NumberOf(1971), cql2.BoolOf(true),
			cql2.ListOf([]string{"Nam Ngum", "Nam Song"})),
		record(9, "bhumibol", square(98, 17, 0.5), cql2.TextOf("Bhumibol <Dam>"), cql2.NumberOf(154), cql2.NumberOf(1964)),
		record(11, "unknown-lake", nil, cql2.TextOf("Unknown")),
	}}
	return c, ds
}

// What a data set adds to such a collection stands beside what it has: a facet, and what
// nobody sees.
func TestOwnFieldsOfACollectionOfItsOwn(t *testing.T) {
	c, ds := dataOfReservoirs(t)
	fields := geo.OwnFields([]geo.Field{
		{Name: "telephone", Type: geo.Text, Private: true},
		{Name: "operator", Title: geo.Labels{"en": "Operator"}, Type: geo.Text, Facet: "operator", Open: true},
	})
	ds.Fields = map[string][]geo.Field{c.ID: fields}
	for i, operator := range []string{"EDL", "EGAT", "EGAT"} {
		c.With(fields).Field("operator").Set(&ds.Records[c.ID][i], cql2.TextOf(operator))
		c.With(fields).Field("telephone").Set(&ds.Records[c.ID][i], cql2.TextOf("02 123 4567"))
	}
	s := New(memory.New(ds), fixtureConfig())
	got := decode[struct{ Properties map[string]any }](t, get(t, s, "/collections/reservoirs/items/4")).Properties
	if got["name"] != "Nam Ngum" || got["depth"] != 29.5 || got["operator"] != "EDL" || got["telephone"] != nil {
		t.Errorf("the record has %v", got)
	}
	if got := featureIDs(t, get(t, s, "/collections/reservoirs/items?operator=EGAT&filter=name+IS+NOT+NULL")); !slices.Equal(got, []int{9, 11}) {
		t.Errorf("of EGAT are %v", got)
	}
	if body := get(t, s, "/collections/reservoirs/facets").Body.String(); !strings.Contains(body, `{"value":"EGAT","count":2,"label":"EGAT"}`) {
		t.Errorf("facets: %s", body)
	}
}

// Every address that the definition has for a collection of which the program knows nothing
// answers, as its schema says, and what it lacks is neither there nor linked.
func TestCollectionOfItsOwn(t *testing.T) {
	s := withReservoirs(t)
	doc := loadDefinition(t, s)
	if err := doc.Validate(t.Context()); err != nil {
		t.Error(err)
	}
	paths := 0
	for path, item := range doc.Paths.Map() {
		if !strings.Contains(path, "reservoirs") {
			continue
		}
		paths++
		target := strings.Replace(path, "{featureId}", "4", 1)
		target = exampleOf(target)
		if strings.HasSuffix(target, "/suggestions") {
			target += "?q=dam"
		}
		w := get(t, s, target)
		if w.Code != http.StatusOK || w.Body.Len() == 0 {
			t.Errorf("GET %s: %d %s", target, w.Code, w.Body)
			continue
		}
		content := item.Get.Responses.Status(200).Value.Content.Get(w.Header().Get("Content-Type"))
		if content == nil {
			t.Errorf("GET %s: %s is not declared", target, w.Header().Get("Content-Type"))
		} else if strings.Contains(w.Header().Get("Content-Type"), "json") {
			if err := content.Schema.Value.VisitJSON(decode[any](t, w)); err != nil {
				t.Errorf("GET %s: %v", target, err)
			}
		}
		if slices.Contains(mediaTypesOf(item.Get), "text/html") {
			if w := get(t, s, target, "Accept", "text/html"); w.Code != http.StatusOK || strings.Contains(w.Body.String(), "<Dam>") {
				t.Errorf("GET %s as HTML: %d", target, w.Code)
			}
		}
	}
	if paths < 16 {
		t.Errorf("only %d paths", paths)
	}
	collection := get(t, s, "/collections/reservoirs").Body.String()
	for _, name := range []string{"facets", "matrix", "clusters"} {
		w := get(t, s, "/collections/reservoirs/"+name+"?zoom=3")
		if w.Code != http.StatusNotFound || strings.Contains(collection, "/"+name) || doc.Paths.Find("/collections/reservoirs/"+name) != nil {
			t.Errorf("%s: %d, and the collection is\n%s", name, w.Code, collection)
		}
	}
	if w := get(t, s, "/collections/reservoirs/items?facets=depth"); w.Code != http.StatusBadRequest {
		t.Errorf("facets beside the records: %d", w.Code)
	}
	if w := get(t, s, "/collections/labs"); !strings.Contains(w.Body.String(), "there are facilities, institutions, partnerships, projects, countries and reservoirs") {
		t.Errorf("no such collection: %s", w.Body)
	}
}

func mediaTypesOf(op *openapi3.Operation) (types []string) {
	for name := range op.Responses.Status(200).Value.Content {
		types = append(types, name)
	}
	return types
}

// It is asked as the others are: by fields, words, boxes, time and order.
func TestQueriesOfACollectionOfItsOwn(t *testing.T) {
	s := withReservoirs(t)
	for query, want := range map[string][]int{
		"": {4, 9, 11}, "sortby=-depth": {9, 4, 11}, "depth=154": {9}, "fished=true": {4}, "filled=1971": {4}, "q=ngum": {4}, "q=" + url.QueryEscape("nam song"): {4}, "q=dam": {9},
		"bbox=101,17,104,20": {4, 11}, "datetime=1970-01-01/..": {4, 11}, "limit=1&offset=1": {9},
		"filter=" + url.QueryEscape("depth > 20 AND S_INTERSECTS(geometry, POINT(98.2 17.2))"): {9},
		"filter=" + url.QueryEscape("A_CONTAINS(rivers, ('Nam Song'))"):                        {4}, "name=Unknown": {11}, "slug=bhumibol": nil,
	} {
		w := get(t, s, "/collections/reservoirs/items?"+query)
		if want == nil {
			if w.Code != http.StatusBadRequest {
				t.Errorf("%s: %d, and it is no field", query, w.Code)
			}
			continue
		}
		if got := featureIDs(t, w); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", query, got, want)
		}
	}
	for name, want := range map[string]int{"4": 200, "nam-ngum": 200, "5": 404, "tha": 404} {
		if w := get(t, s, "/collections/reservoirs/items/"+name); w.Code != want {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	if got := featureIDs(t, get(t, s, "/data/reservoirs.geojson?depth=154")); !slices.Equal(got, []int{9}) {
		t.Errorf("the file has %v", got)
	}
	got := decode[struct{ Properties map[string]any }](t, get(t, s, "/collections/reservoirs/items/4?properties=depth,rivers")).Properties
	if fmt.Sprint(got) != "map[depth:29.5 rivers:[Nam Ngum Nam Song]]" {
		t.Errorf("the record has %v", got)
	}
}

// Its document says what it holds, and its layer is in the tiles, also those of the data set.
func TestTilesOfACollectionOfItsOwn(t *testing.T) {
	s := withReservoirs(t)
	doc := decode[collectionDocument](t, get(t, s, "/collections/reservoirs?lang=zh"))
	if doc.Title != "水库" || doc.ItemCount != 3 || doc.Extent.Spatial.BBox[0] != [4]float64{98, 17, 103, 19} || *doc.Extent.Temporal.Interval[0][0] != "1964-01-01T00:00:00Z" {
		t.Errorf("%+v, %+v", doc, doc.Extent.Spatial)
	}
	for target, names := range map[string]string{"/tiles/WebMercatorQuad/5/14/25": "countries reservoirs", "/collections/reservoirs/tiles/WebMercatorQuad/5/14/25": "reservoirs",
		"/tiles/WebMercatorQuad/5/14/25?collections=reservoirs": "reservoirs"} {
		layers := layersOf(t, s, target)
		found := layers["reservoirs"]
		if len(found) != 1 || found[0].ID != 4 || found[0].Type != 3 || fmt.Sprint(found[0].Properties) != "map[depth:29.5 name:Nam Ngum]" {
			t.Errorf("%s: %+v", target, found)
		}
		for name := range layers {
			if !strings.Contains(names, name) && name != "facilities" {
				t.Errorf("%s has the layer %s", target, name)
			}
		}
	}
	tileset := decode[tilesetDocument](t, get(t, s, "/tiles/WebMercatorQuad"))
	if last := tileset.Layers[len(tileset.Layers)-1]; last.ID != "reservoirs" || last.GeometryDimension != 2 {
		t.Errorf("the last layer of the data set is %+v", last)
	}
	if qlr := get(t, s, "/collections/reservoirs/open.qlr").Body.String(); !strings.Contains(qlr, `geometry="Polygon"`) {
		t.Errorf("the layer file is %s", qlr)
	}
}
