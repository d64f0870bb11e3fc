package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/memory"
	"innoatlas/geo/tile/tiletest"
	"innoatlas/geo/zorder"
)

func TestGoldenTileDocuments(t *testing.T) {
	s := newTestServer()
	const html = "text/html,application/xhtml+xml,*/*;q=0.8"
	for _, test := range []struct{ name, target, accept string }{
		{"tilesets", "/collections/facilities/tiles", ""},
		{"tileset", "/collections/facilities/tiles/WebMercatorQuad?country=THA&q=solar+%7Bx%7D%26", ""},
		{"tileset-dataset", "/tiles/WebMercatorQuad", ""},
		{"tilejson", "/collections/facilities/tiles/WebMercatorQuad/tilejson?country=THA", ""},
		{"tilejson-dataset", "/tiles/WebMercatorQuad/tilejson?lang=zh", ""},
		{"tilematrixsets", "/tileMatrixSets", ""},
		{"tilematrixset", "/tileMatrixSets/WebMercatorQuad", ""},
		{"html-tilesets", "/collections/facilities/tiles?country=THA", html},
		{"html-tileset-zh", "/tiles/WebMercatorQuad?lang=zh", html},
		{"html-tilematrixsets-zh", "/tileMatrixSets?lang=zh", html},
		{"html-tilematrixset", "/tileMatrixSets/WebMercatorQuad", html},
		{"problem-tile", "/collections/facilities/tiles/WebMercatorQuad/3/0/0", ""},
		{"problem-tilematrixset", "/tiles/WorldCRS84Quad", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			compareGolden(t, test.name, transcript(t, get(t, s, test.target, "Accept", test.accept)))
		})
	}
}

// layersOf are the layers of a tile, by their names.
func layersOf(t *testing.T, s *Server, target string) map[string][]tiletest.Feature {
	t.Helper()
	w := get(t, s, target)
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/vnd.mapbox-vector-tile" {
		t.Fatalf("GET %s: %d %s: %s", target, w.Code, w.Header().Get("Content-Type"), w.Body)
	}
	layers, err := tiletest.Decode(w.Body.Bytes())
	if err != nil {
		t.Fatalf("GET %s: %v", target, err)
	}
	byName := map[string][]tiletest.Feature{}
	for _, l := range layers {
		byName[l.Name] = l.Features
	}
	return byName
}

func idsOf(features []tiletest.Feature) []uint64 {
	ids := []uint64{}
	for _, f := range features {
		ids = append(ids, f.ID)
	}
	slices.Sort(ids)
	return ids
}

// What narrows the items narrows the tiles.
func TestTilesAreFiltered(t *testing.T) {
	s := newTestServer()
	const cluster = 1<<52 + 7 // of 1 and 3
	for _, test := range []struct {
		collection, query string
		want              []uint64
	}{
		{"facilities", "", []uint64{7, cluster}},
		{"facilities", "country=THA,CHN", []uint64{cluster}},
		{"facilities", "kind=agricultural-park&sector=none", []uint64{3}},
		{"facilities", "q=solar", []uint64{1}},
		{"facilities", "bbox=-180,-20,-170,20", []uint64{7}},
		{"facilities", "established=2010..", []uint64{1}},
		{"facilities", "slug=formula", []uint64{3}},
		{"facilities", "filter=established%20%3C%202000&f=mvt", []uint64{7}},
		{"facilities", "q=nothing+like+this", []uint64{}},
		{"countries", "", []uint64{764}},
		{"countries", "facilities=1&kind=joint-laboratory", []uint64{764}},
		{"countries", "country=CHN", []uint64{}},
		{"countries", "filter=facilities%20%3E%201", []uint64{}},
	} {
		t.Run(test.collection+"?"+test.query, func(t *testing.T) {
			const world = "/tiles/WebMercatorQuad/0/0/0?"
			layers := layersOf(t, s, "/collections/"+test.collection+world+test.query)
			if got := idsOf(layers[test.collection]); !slices.Equal(got, test.want) {
				t.Errorf("ids %v, want %v", got, test.want)
			}
			if len(test.want) == 0 && len(layers) > 0 {
				t.Errorf("an empty tile has layers %v", layers)
			}
		})
	}
}

func TestTilesOfTheDataset(t *testing.T) {
	s := newNetworkServer()
	const bangkok = "/tiles/WebMercatorQuad/10/472/797"
	for query, want := range map[string]string{
		"":                                  "facilities institutions partnerships projects countries",
		"?collections=countries":            "countries",
		"?collections=countries,facilities": "countries facilities",
		"?collections=http://localhost:8080/collections/facilities": "facilities",
	} {
		layers, err := tiletest.Decode(get(t, s, bangkok+query).Body.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, l := range layers {
			names = append(names, l.Name)
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%s has layers %q, want %q", query, got, want)
		}
		doc := decode[tilesetDocument](t, get(t, s, "/tiles/WebMercatorQuad"+query))
		names = nil
		for _, l := range doc.Layers {
			names = append(names, string(l.ID))
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("the tileset of %s has layers %q, want %q", query, got, want)
		}
	}
}

// A tile that does not exist is 404; a parameter that is not understood is 400, in
// tiles and in what describes them.
func TestTileErrors(t *testing.T) {
	s := newTestServer()
	const facilities = "/collections/facilities/tiles/WebMercatorQuad"
	for target, want := range map[string]int{
		"/tiles/WebMercatorQuad/0/0/1":                     http.StatusNotFound,
		"/tiles/WebMercatorQuad/0/1/0":                     http.StatusNotFound,
		"/tiles/WebMercatorQuad/3/8/0":                     http.StatusNotFound,
		"/tiles/WebMercatorQuad/3/-1/0":                    http.StatusNotFound,
		"/tiles/WebMercatorQuad/23/0/0":                    http.StatusNotFound,
		"/tiles/WebMercatorQuad/-1/0/0":                    http.StatusNotFound,
		"/tiles/WebMercatorQuad/x/0/0":                     http.StatusNotFound,
		"/tiles/WebMercatorQuad/1/0.5/0":                   http.StatusNotFound,
		"/tiles/WebMercatorQuad/1/00/0":                    http.StatusNotFound,
		"/tiles/WebMercatorQuad/1/+0/0":                    http.StatusNotFound,
		"/tiles/WebMercatorQuad/2/2147483647/2147483647":   http.StatusNotFound,
		"/tiles/WebMercatorQuad/2/99999999999999999999/0":  http.StatusNotFound,
		facilities + "/5/0/0":                              http.StatusNotFound, // inside of the matrix, outside of the limits
		"/tiles/WorldCRS84Quad/0/0/0":                      http.StatusNotFound,
		"/tiles/webmercatorquad":                           http.StatusNotFound,
		"/tileMatrixSets/WorldCRS84Quad":                   http.StatusNotFound,
		"/collections/labs/tiles":                          http.StatusNotFound,
		"/collections/labs/tiles/WebMercatorQuad/0/0/0":    http.StatusNotFound,
		facilities + "/0/0/0?foo=1":                        http.StatusBadRequest,
		facilities + "/0/0/0?f=json":                       http.StatusBadRequest,
		facilities + "/0/0/0?lang=":                        http.StatusBadRequest,
		facilities + "/0/0/0?limit=5":                      http.StatusBadRequest,
		facilities + "/0/0/0?kind=spaceship":               http.StatusBadRequest,
		facilities + "/0/0/0?filter=nonsense":              http.StatusBadRequest,
		facilities + "?kind=spaceship":                     http.StatusBadRequest,
		facilities + "/tilejson?kind=spaceship":            http.StatusBadRequest,
		facilities + "?collections=facilities":             http.StatusBadRequest,
		"/collections/facilities/tiles?filter=nonsense":    http.StatusBadRequest,
		"/tiles?kind=agricultural-park":                    http.StatusBadRequest,
		"/tiles?collections=labs":                          http.StatusBadRequest,
		"/tiles?collections=countries,countries":           http.StatusBadRequest,
		"/tiles?collections=facilities,":                   http.StatusBadRequest,
		"/tileMatrixSets?country=THA":                      http.StatusBadRequest,
		facilities + "/0/0/0/":                             http.StatusOK,
		facilities + "/0/0/0?f=mvt":                        http.StatusOK,
		facilities + "/tilejson?f=json&filter=kind='none'": http.StatusOK,
	} {
		if w := get(t, s, strings.ReplaceAll(target, "'", "%27")); w.Code != want {
			t.Errorf("GET %s: %d, want %d: %s", target, w.Code, want, w.Body)
		}
	}
}

func TestEmptyTile(t *testing.T) {
	s := newTestServer()
	w := get(t, s, "/collections/countries/tiles/WebMercatorQuad/5/0/0", "Accept-Encoding", "gzip", "Accept", "image/png")
	if w.Code != http.StatusOK || w.Body.Len() != 0 || w.Header().Get("Content-Length") != "0" ||
		w.Header().Get("Content-Type") != "application/vnd.mapbox-vector-tile" || w.Header().Get("Content-Encoding") != "" {
		t.Errorf("%d with %d bytes, %v", w.Code, w.Body.Len(), w.Header())
	}
}

// Tiles are checked each time, by a strong tag that changes with the data.
func TestTilesAreCached(t *testing.T) {
	s := newTestServer()
	const target = "/tiles/WebMercatorQuad/0/0/0"
	w := get(t, s, target)
	tag := w.Header().Get("ETag")
	if w.Header().Get("Cache-Control") != "no-cache" || !strings.HasPrefix(tag, `"`) {
		t.Errorf("Cache-Control %q, ETag %q", w.Header().Get("Cache-Control"), tag)
	}
	if again := get(t, s, target, "If-None-Match", tag); again.Code != http.StatusNotModified || again.Body.Len() > 0 {
		t.Errorf("%d for the tag it has", again.Code)
	}
	head := do(t, s, http.MethodHead, target)
	if head.Code != http.StatusOK || head.Body.Len() != 0 || head.Header().Get("ETag") != tag || head.Header().Get("Content-Length") != fmt.Sprint(w.Body.Len()) {
		t.Errorf("HEAD: %d, %d bytes, %v", head.Code, head.Body.Len(), head.Header())
	}
	changed := fixture()
	changed.Revision = "changed"
	if other := get(t, New(memory.New(changed), fixtureConfig()), target).Header().Get("ETag"); other == tag {
		t.Error("the tag outlives the revision")
	}
}

func TestTilesAreCompressed(t *testing.T) {
	ds := fixture()
	for i := range 1000 {
		ds.Facilities = append(ds.Facilities, geo.Facility{ID: int64(100 + i), Slug: fmt.Sprint("s", i), Name: fmt.Sprint("Laboratory ", i),
			Kind: "joint-laboratory", Country: "THA", Position: &orb.Point{100.5, 13.7 + float64(i)/1e5}})
	}
	s := New(memory.New(ds), fixtureConfig())
	const target = "/collections/facilities/tiles/WebMercatorQuad/10/472/797"
	plain := get(t, s, target).Body.String()
	for _, coding := range []string{"gzip", "br"} {
		w := get(t, s, target, "Accept-Encoding", coding)
		if w.Header().Get("Content-Encoding") != coding || w.Body.Len()*2 > len(plain) || decompress(t, w) != plain {
			t.Errorf("%s: Content-Encoding %q, %d of %d bytes", coding, w.Header().Get("Content-Encoding"), w.Body.Len(), len(plain))
		}
	}
}

// The tiles within the limits hold every facility that has a position, once: those
// above geo.DetailZoom in the counts of clusters.
func TestTilesWithinTheLimitsHoldEverything(t *testing.T) {
	s := newTestServer()
	doc := decode[tilesetDocument](t, get(t, s, "/collections/facilities/tiles/WebMercatorQuad"))
	if len(doc.TileMatrixSetLimits) != zorder.MaxTileZoom+1 {
		t.Fatalf("%d limits", len(doc.TileMatrixSetLimits))
	}
	for _, limits := range doc.TileMatrixSetLimits[:6] {
		count := uint64(0)
		for row := limits.MinTileRow; row <= limits.MaxTileRow; row++ {
			for column := limits.MinTileCol; column <= limits.MaxTileCol; column++ {
				target := fmt.Sprintf("/collections/facilities/tiles/WebMercatorQuad/%s/%d/%d", limits.TileMatrix, row, column)
				for _, f := range layersOf(t, s, target)["facilities"] {
					count += f.Properties["point_count"].(uint64)
				}
			}
		}
		if count != 3 {
			t.Errorf("tile matrix %s holds %d facilities, want the 3 with a position", limits.TileMatrix, count)
		}
	}
}

// The templates of OGC and of TileJSON lead to the same tile, and carry the filter on.
func TestTileTemplates(t *testing.T) {
	s := newTestServer()
	const query = "?filter=name+LIKE+%27%25%7B%25%27+OR+country%3D%27THA%27&country=THA&country=CHN"
	for _, f := range []string{"", "&f=json", "&lang=zh"} {
		tileset := decode[tilesetDocument](t, get(t, s, "/collections/facilities/tiles/WebMercatorQuad"+query+f))
		i := slices.IndexFunc(tileset.Links, func(l Link) bool { return l.Templated })
		ogc := strings.NewReplacer("{tileMatrix}", "10", "{tileRow}", "472", "{tileCol}", "797").Replace(tileset.Links[i].Href)

		tilejson := decode[tileJSONDocument](t, get(t, s, "/collections/facilities/tiles/WebMercatorQuad/tilejson"+query+f))
		xyz := strings.NewReplacer("{z}", "10", "{x}", "797", "{y}", "472").Replace(tilejson.Tiles[0])
		if ogc != xyz || strings.ContainsAny(ogc, "{}") {
			t.Errorf("the same tile is %s and %s", ogc, xyz)
		}
		target := strings.TrimPrefix(ogc, "http://localhost:8080")
		if got := idsOf(layersOf(t, s, target)["facilities"]); !slices.Equal(got, []uint64{1}) {
			t.Errorf("GET %s has %v, want the one in Thailand", target, got)
		}
	}
}

// TileJSON names every layer and field that tiles have, and nothing that is not JSON
// for a MapLibre source.
func TestTileJSONIsTrue(t *testing.T) {
	s := newTestServer()
	var doc struct {
		TileJSON       string
		Bounds, Center []float64
		VectorLayers   []struct {
			ID     string
			Fields map[string]string
		} `json:"vector_layers"`
	}
	if err := json.Unmarshal(get(t, s, "/tiles/WebMercatorQuad/tilejson").Body.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	if doc.TileJSON != "3.0.0" || len(doc.Bounds) != 4 || len(doc.Center) != 3 || doc.Bounds[1] < -85.06 || doc.Bounds[3] > 85.06 {
		t.Errorf("%+v", doc)
	}
	fields := map[string]map[string]string{}
	for _, l := range doc.VectorLayers {
		fields[l.ID] = l.Fields
	}
	for _, target := range []string{"/tiles/WebMercatorQuad/0/0/0", "/tiles/WebMercatorQuad/10/472/797"} {
		for name, features := range layersOf(t, s, target) {
			for _, f := range features {
				for key, value := range f.Properties {
					want := "Number"
					if _, isText := value.(string); isText {
						want = "String"
					}
					if fields[name][key] != want {
						t.Errorf("%s: field %s.%s is %q, want %s", target, name, key, fields[name][key], want)
					}
				}
			}
		}
	}
}

// Nothing has a position: then the limits are the world.
func TestTilesOfNothing(t *testing.T) {
	ds := fixture()
	ds.Facilities = ds.Facilities[3:]
	s := New(memory.New(ds), fixtureConfig())
	doc := decode[tilesetDocument](t, get(t, s, "/collections/facilities/tiles/WebMercatorQuad"))
	if got := doc.TileMatrixSetLimits[2]; got != (tileLimits{"2", 0, 3, 0, 3}) {
		t.Errorf("limits %+v", got)
	}
	if layers := layersOf(t, s, "/collections/facilities/tiles/WebMercatorQuad/0/0/0"); len(layers) != 0 {
		t.Errorf("layers %v", layers)
	}
}

// The definition of the register, which clients know by heart.
func TestTileMatrices(t *testing.T) {
	for _, test := range []struct {
		zoom        int
		scale, cell float64
		size        int
	}{
		{0, 559082264.028717, 156543.033928041, 1},
		{1, 279541132.014358, 78271.5169640204, 2},
		{10, 545978.773465544, 152.874056570352, 1024},
		{24, 33.3238997476528, 0.0093306919293428, 16777216},
	} {
		m := tileMatrices()[test.zoom]
		near := func(got, want float64) bool { return got/want > 1-1e-12 && got/want < 1+1e-12 }
		if !near(m.ScaleDenominator, test.scale) || !near(m.CellSize, test.cell) || m.MatrixWidth != test.size || m.MatrixHeight != test.size ||
			!near(m.PointOfOrigin[0], -20037508.3427892) || !near(m.PointOfOrigin[1], 20037508.3427892) {
			t.Errorf("tile matrix %+v, want %+v", m, test)
		}
	}
}
