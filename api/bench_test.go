package api

import (
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"innoatlas/api/loadtest"
	"innoatlas/geo/memory"
)

// BenchmarkThroughput compares answers with a static body of the same size from
// the same Echo, for keep-alive clients on loopback. The ratio is the throughput
// of the answer by that of the body; the two are measured in turns.
func BenchmarkThroughput(b *testing.B) {
	s := New(memory.New(loadtest.Organisations(b)), Config{})
	for _, bench := range []struct{ name, target string }{
		{"item", "/collections/facilities/items/4711"},
		{"page of 10", "/collections/facilities/items?limit=10"},
		{"country of 135", "/collections/facilities/items?country=THA"},
		{"CQL2 country of 135", "/collections/facilities/items?filter=country%3D%27THA%27"},
		{"CQL2 words of 10", "/collections/facilities/items?limit=10&filter=CASEI(name)+LIKE+casei(%27%25university%25%27)+AND+NOT+country%3D%27USA%27"},
		{"CQL2 polygon of 10", "/collections/facilities/items?limit=10&filter=S_WITHIN(geometry,POLYGON((97+5,106+5,106+21,97+21,97+5)))"},
		{"clusters", "/collections/facilities/clusters?zoom=0"},
		{"facets", "/collections/facilities/facets"},
		{"cluster tile", "/collections/facilities/tiles/WebMercatorQuad/4/5/8"},
		{"CQL2 cluster tile", "/collections/facilities/tiles/WebMercatorQuad/4/5/8?filter=CASEI(name)+LIKE+casei(%27%25university%25%27)"},
		{"detail tile", "/collections/facilities/tiles/WebMercatorQuad/10/340/511"},
		{"world of countries", "/collections/countries/tiles/WebMercatorQuad/0/0/0"},
		{"tile of countries", "/collections/countries/tiles/WebMercatorQuad/5/14/25"},
	} {
		body := get(b, s, bench.target).Body.Bytes()
		static := "/static/" + strings.ReplaceAll(bench.name, " ", "-")
		s.echo.GET(static, func(c echo.Context) error {
			c.Response().Header().Set("Content-Length", strconv.Itoa(len(body)))
			return c.Blob(http.StatusOK, "application/geo+json", body)
		})
		b.Run(bench.name, func(b *testing.B) {
			server := httptest.NewServer(s)
			defer server.Close()
			clients := loadtest.Dial(b, server.Listener.Addr().String(), 8)
			var answer, blob time.Duration
			b.SetBytes(int64(len(body)))
			b.ResetTimer()
			for left := b.N; left > 0; left -= 400 {
				n := min(left, 400)
				answer += clients.Ask(b, bench.target, n)
				b.StopTimer()
				blob += clients.Ask(b, static, n)
				b.StartTimer()
			}
			b.ReportMetric(blob.Seconds()/answer.Seconds(), "ratio")
			b.ReportMetric(float64(b.N)/answer.Seconds(), "req/s")
		})
	}
}

// BenchmarkKept compares answers that are kept with the same bytes, header and body, from a
// handler of net/http that does nothing else: ratio is the throughput of the answer by that,
// measured in turns, and is to be at least 0.8. The tiles are where most organisations stand.
func BenchmarkKept(b *testing.B) {
	s := New(memory.New(loadtest.Organisations(b)), Config{Cache: 64 << 20})
	server := httptest.NewServer(s)
	defer server.Close()
	for _, bench := range []struct{ name, target string }{
		{"item", "/collections/facilities/items/4711"},
		{"page of 10", "/collections/facilities/items?limit=10"},
		{"page of 1000", "/collections/facilities/items"},
		{"tile at zoom 0", "/collections/facilities/tiles/WebMercatorQuad/0/0/0"},
		{"tile at zoom 8", "/collections/facilities/tiles/WebMercatorQuad/8/85/127"},
		{"tile at zoom 10", "/collections/facilities/tiles/WebMercatorQuad/10/340/511"},
		{"tile at zoom 14", "/collections/facilities/tiles/WebMercatorQuad/14/5449/8185"},
		{"facets", "/collections/facilities/facets"},
	} {
		b.Run(bench.name, func(b *testing.B) {
			response := get(b, s, bench.target)
			body := response.Body.Bytes()
			static := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				maps.Copy(w.Header(), response.Header())
				w.Write(body)
			}))
			defer static.Close()
			answers, blobs := loadtest.Dial(b, server.Listener.Addr().String(), 8), loadtest.Dial(b, static.Listener.Addr().String(), 8)
			var answer, blob time.Duration
			b.SetBytes(int64(len(body)))
			for left := b.N; left > 0; left -= 400 {
				n := min(left, 400)
				answer += answers.Ask(b, bench.target, n)
				blob += blobs.Ask(b, "/", n)
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(blob.Seconds()/answer.Seconds(), "ratio")
			b.ReportMetric(float64(b.N)/answer.Seconds(), "req/s")
		})
	}
}

// BenchmarkDownload is the speed of the whole data set as one file on loopback.
func BenchmarkDownload(b *testing.B) {
	server := httptest.NewServer(New(memory.New(loadtest.Organisations(b)), Config{}))
	defer server.Close()
	for _, f := range everyFile() {
		b.Run(f.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				b.SetBytes(download(b, server.URL+f.path))
			}
		})
	}
}

func download(b *testing.B, url string) int64 {
	request, err := http.NewRequestWithContext(b.Context(), http.MethodGet, url, nil)
	if err != nil {
		b.Fatal(err)
	}
	request.Header.Set("Accept-Encoding", "identity")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		b.Fatal(err)
	}
	defer response.Body.Close()
	n, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, response.Body, make([]byte, 256<<10))
	if err != nil || response.StatusCode != http.StatusOK {
		b.Fatal(response.Status, err)
	}
	return n
}
