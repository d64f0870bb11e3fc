package api

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/memory"
)

// organisations is a data set of the size and form of a register of research
// organisations: 51,370 short records, 135 of them in Thailand.
func organisations() *geo.Dataset {
	const records, thai = 51_370, 135
	r := rand.New(rand.NewPCG(1, 2))
	ds := &geo.Dataset{Revision: "organisations"}
	for _, id := range []string{"education", "facility", "funder", "government", "healthcare"} {
		term := geo.Term{ID: id, Labels: geo.Labels{"en": id}}
		ds.Kinds, ds.Sectors = append(ds.Kinds, term), append(ds.Sectors, term)
	}
	for _, code := range []string{"USA", "DEU", "IND", "CHN", "BRA", "JPN", "FRA", "THA"} {
		c, _ := geo.CountryByCode(code)
		ds.Countries = append(ds.Countries, c)
	}
	others := ds.Countries[:len(ds.Countries)-1]
	for i := range records {
		country := others[r.IntN(len(others))]
		if i < thai {
			country, _ = geo.CountryByCode("THA")
		}
		kind := ds.Kinds[r.IntN(len(ds.Kinds))].ID
		ds.Facilities = append(ds.Facilities, geo.Facility{
			ID: int64(i + 1), Slug: fmt.Sprintf("%09x", i*7919), Kind: kind,
			Name:    fmt.Sprintf("National Institute of Applied Science, Section %d", i),
			Country: country.Code, CountryName: country.Names["en"], City: "New Delhi",
			Position: &orb.Point{float64(r.IntN(36e6))/1e5 - 180, float64(r.IntN(16e6))/1e5 - 80}, Precision: "city",
			Sectors: []string{kind}, Established: 1800 + r.IntN(225), Status: "unknown",
			Source: geo.Source{URL: fmt.Sprintf("https://www.organisation-%d.example", i)},
		})
	}
	return ds
}

// BenchmarkThroughput compares answers with a static body of the same size from
// the same Echo, for keep-alive clients on loopback. The ratio is the throughput
// of the answer by that of the body; the two are measured in turns.
func BenchmarkThroughput(b *testing.B) {
	s := New(memory.New(organisations()), Config{})
	for _, bench := range []struct{ name, target string }{
		{"item", "/collections/facilities/items/4711"},
		{"page of 10", "/collections/facilities/items?limit=10"},
		{"country of 135", "/collections/facilities/items?country=THA"},
		{"clusters", "/collections/facilities/clusters?zoom=0"},
		{"facets", "/collections/facilities/facets"},
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
			clients := dialAll(b, server.Listener.Addr().String(), 8)
			var answer, blob time.Duration
			b.SetBytes(int64(len(body)))
			b.ResetTimer()
			for left := b.N; left > 0; left -= 400 {
				n := min(left, 400)
				answer += clients.ask(b, bench.target, n)
				b.StopTimer()
				blob += clients.ask(b, static, n)
				b.StartTimer()
			}
			b.ReportMetric(blob.Seconds()/answer.Seconds(), "ratio")
			b.ReportMetric(float64(b.N)/answer.Seconds(), "req/s")
		})
	}
}

// client speaks just enough HTTP to cost little beside the server.
type client struct {
	conn net.Conn
	in   *bufio.Reader
}

type clients []*client

func dialAll(b *testing.B, addr string, n int) clients {
	all := make(clients, n)
	for i := range all {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { conn.Close() })
		all[i] = &client{conn, bufio.NewReaderSize(conn, 64<<10)}
	}
	return all
}

// ask shares n requests between the clients and says how long they took.
func (cs clients) ask(b *testing.B, target string, n int) time.Duration {
	request := []byte("GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
	start := time.Now()
	var group sync.WaitGroup
	for i, c := range cs {
		share := n / len(cs)
		if i < n%len(cs) {
			share++
		}
		group.Go(func() {
			for range share {
				if err := c.roundTrip(request); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
	return time.Since(start)
}

func (c *client) roundTrip(request []byte) error {
	if _, err := c.conn.Write(request); err != nil {
		return err
	}
	length := -1
	for first := true; ; first = false {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return err
		}
		text := strings.TrimSpace(string(line))
		if first && text != "HTTP/1.1 200 OK" {
			return fmt.Errorf("status %q", text)
		}
		if value, ok := strings.CutPrefix(text, "Content-Length: "); ok {
			if length, err = strconv.Atoi(value); err != nil {
				return err
			}
		}
		if text == "" {
			break
		}
	}
	_, err := c.in.Discard(length)
	return err
}

// BenchmarkDownload is the speed of the whole data set as one file on loopback.
func BenchmarkDownload(b *testing.B) {
	server := httptest.NewServer(New(memory.New(organisations()), Config{}))
	defer server.Close()
	for _, f := range fileFormats {
		b.Run(f.title, func(b *testing.B) {
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
