package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// atOnce is how many hostile requests of a kind are in flight.
const atOnce = 256

// hostile are requests that cost much, each a little different from the last: {N} is a number
// of four digits that makes the difference.
var hostile = []struct{ name, target, coding string }{
	{"a workbook", "/data/facilities.xlsx?established={N}..", ""},
	{"outlines in a file", "/data/countries.gpkg?filter=facilities%3C%3E{N}", "br"},
	{"the largest page, packed", "/collections/countries/items?limit=1000&filter=facilities%3C%3E{N}", "br"},
	{"the largest page", "/collections/countries/items?limit=1000&filter=facilities%3C%3E{N}", ""},
	{"a table of all rows", "/collections/facilities/items?f=html&limit=10000&established={N}..", ""},
	{"constants related", "/collections/facilities/items?filter=" + url.QueryEscape("S_CROSSES("+zigzag(0)+","+zigzag(1)+") OR id<>") + "{N}", ""},
	{"outlines touched", "/collections/countries/items?limit=1&filter=" + url.QueryEscape("("+touches(60)+") AND facilities<>") + "{N}", ""},
	{"outlines touched, with facets", "/collections/countries/facets?filter=" + url.QueryEscape("("+touches(60)+") AND facilities<>") + "{N}", ""},
}

// zigzag is a line of 60 corners: two of them cross as often as is allowed.
func zigzag(from int) string {
	var b strings.Builder
	for i := range 60 {
		fmt.Fprintf(&b, ",%d %d", from*(i%2)+i%7, (i+from)%2*9)
	}
	return "LINESTRING(" + b.String()[1:] + ")"
}

func touches(n int) string {
	parts := make([]string, n)
	for i := range parts {
		parts[i] = fmt.Sprintf("S_TOUCHES(geometry,BBOX(%d,0,%d,%d))", i, i+40, i%50+1)
	}
	return strings.Join(parts, " OR ")
}

// TestHostileRequests: with any of them in flight 256 times the server answers others,
// keeps its memory, and is idle when the last client has left, whatever it left behind.
func TestHostileRequests(t *testing.T) {
	s := startPlain(t)
	control := startPlain(t) // nobody attacks this one: its times are those of the machine
	address := strings.TrimPrefix(s.url, "http://")
	for _, kind := range hostile {
		t.Run(kind.name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			var clients sync.WaitGroup
			var number, refused atomic.Int64
			for range atOnce {
				clients.Go(func() {
					for ctx.Err() == nil {
						status := askHostile(ctx, address, strings.ReplaceAll(kind.target, "{N}", strconv.FormatInt(1000+number.Add(1)%1000, 10)), kind.coding)
						if status != 0 && status != http.StatusOK && status != http.StatusServiceUnavailable {
							refused.Store(int64(status))
						}
					}
				})
			}
			time.Sleep(300 * time.Millisecond)
			ready, machine, items := timesOf(t, s, "/readyz"), timesOf(t, control, "/readyz"), timesOf(t, s, "/collections/facilities/items")
			cancel()
			clients.Wait()
			if median(ready) > 200*time.Millisecond+4*median(machine) || median(items) > time.Second+4*median(machine) {
				t.Errorf("/readyz took %s, items %s, where the machine takes %s", median(ready), median(items), median(machine))
			}
			if status := refused.Load(); status != 0 {
				t.Errorf("some are answered by %d, and cost nothing", status)
			}
			if megabytes := s.peakMemory(t); megabytes > 512 {
				t.Errorf("%d MB", megabytes)
			}
			idleSoon(t, s)
			t.Logf("readyz %s, items %s, machine %s, %d MB", median(ready), median(items), median(machine), s.peakMemory(t))
		})
	}
}

// askHostile asks, leaves a byte behind the request, and reads what comes until the
// context ends; then it leaves. It gives the status, or 0 where none came.
func askHostile(ctx context.Context, address, target, coding string) int {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return 0
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAccept-Encoding: %s\r\n\r\nx", target, coding)
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return 0
	}
	io.Copy(io.Discard, response.Body)
	if response.StatusCode == http.StatusServiceUnavailable {
		select { // a client that asks again at once is another test
		case <-ctx.Done():
		case <-time.After(200 * time.Millisecond):
		}
	}
	return response.StatusCode
}

func median(times []time.Duration) time.Duration {
	slices.Sort(times)
	return times[len(times)/2]
}

func timesOf(t *testing.T, s *server, path string) (times []time.Duration) {
	for range 15 {
		begin := time.Now()
		s.get(t, path)
		times = append(times, time.Since(begin))
	}
	return times
}

// idleSoon fails where the program still takes more than a tenth of a processor, two
// seconds after its clients have left.
func idleSoon(t *testing.T, s *server) {
	t.Helper()
	for last := time.Now().Add(1700 * time.Millisecond); ; {
		before, at := s.processorTime(t), time.Now()
		time.Sleep(300 * time.Millisecond)
		took := s.processorTime(t) - before
		if took <= 30*time.Millisecond {
			return
		}
		if at.After(last) {
			t.Fatalf("the processor works for %s of 300 ms after the last client has left", took)
		}
	}
}

// processorTime is what the program has taken so far.
func (s *server) processorTime(t *testing.T) time.Duration {
	t.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')'):]))
	var ticks int
	for _, field := range fields[12:14] { // utime, stime (proc_pid_stat(5)), counted from the name
		n, err := strconv.Atoi(field)
		if err != nil {
			t.Fatal(err)
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}

// peakMemory is the most that the program has held, in megabytes.
func (s *server) peakMemory(t *testing.T) (megabytes int) {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(status), "VmHWM:")
	if _, err := fmt.Sscan(after, &megabytes); err != nil {
		t.Fatal(err)
	}
	return megabytes / 1024
}

// TestReadersWhoDoNotRead: neither many of them nor slow ones take the memory or the
// time of others; who reads 25 kB a second has all of it.
func TestReadersWhoDoNotRead(t *testing.T) {
	t.Parallel()
	admin := freePort(t)
	s := startPlain(t, "--admin-listen", admin)
	address := strings.TrimPrefix(s.url, "http://")
	slow := make(chan error, 1)
	go func() { slow <- readSlowly(address, "/collections/countries/items?limit=5&offset=30", 25_000) }()
	defer func() {
		if t.Failed() {
			for _, l := range strings.Split(s.logs.String(), "\n") {
				if strings.Contains(l, "refused") {
					t.Log(l)
				}
			}
		}
	}()
	for i := range 600 {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		conn.(*net.TCPConn).SetReadBuffer(4 << 10)
		fmt.Fprintf(conn, "GET /collections/countries/items?limit=1000&offset=%d HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", i%100)
	}
	s.get(t, "/readyz")
	s.get(t, "/collections/facilities/items")
	if megabytes := s.peakMemory(t); megabytes > 512 {
		t.Errorf("%d MB", megabytes)
	}
	if err := <-slow; err != nil {
		t.Errorf("a slow reader: %v", err)
	}
	var counters struct{ Connections struct{ Open int } }
	for last := time.Now().Add(10 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		response, err := http.Get("http://127.0.0.1:" + admin + "/counters")
		if err != nil {
			t.Fatal(err)
		}
		err = json.NewDecoder(response.Body).Decode(&counters)
		response.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		if counters.Connections.Open < 10 {
			return
		}
		if time.Now().After(last) {
			t.Fatalf("%d connections of readers who do not read are still served", counters.Connections.Open)
		}
	}
}

// readSlowly reads an answer at so many bytes a second, for some seconds at least.
func readSlowly(address, target string, rate int) error {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return err
	}
	defer conn.Close()
	conn.(*net.TCPConn).SetReadBuffer(8 << 10)
	fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", target)
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return err
	}
	var n int64
	for begin := time.Now(); ; {
		m, err := io.CopyN(io.Discard, response.Body, int64(rate/10))
		n += m
		if err == io.EOF {
			break
		}
		if err != nil {
			return fmt.Errorf("after %d of %d bytes and %s: %w", n, response.ContentLength, time.Since(begin), err)
		}
		time.Sleep(100 * time.Millisecond)
	}
	if n != response.ContentLength {
		return fmt.Errorf("%d of %d bytes", n, response.ContentLength)
	}
	return nil
}

// TestAdminListener answers when all of the other connections are taken and busy.
func TestAdminListener(t *testing.T) {
	t.Parallel()
	port := freePort(t)
	s := startPlain(t, "--admin-listen", port)
	for _, path := range []string{"/livez", "/readyz", "/counters"} {
		response, err := http.Get("http://127.0.0.1:" + port + path)
		if err != nil {
			t.Fatal(err)
		}
		var answer map[string]any
		if err := json.NewDecoder(response.Body).Decode(&answer); err != nil || response.StatusCode != 200 {
			t.Errorf("%s: %s, %v", path, response.Status, err)
		}
		response.Body.Close()
	}
	response, err := http.Get("http://127.0.0.1:" + port + "/collections")
	if err != nil {
		t.Fatal(err)
	}
	if response.Body.Close(); response.StatusCode != 404 {
		t.Errorf("the data is served there too: %s", response.Status)
	}
	if err := s.stop(t); err != nil {
		t.Error(err)
	}
	for given, want := range map[string]string{"9090": "127.0.0.1:9090", ":9090": "127.0.0.1:9090", "0.0.0.0:9090": "0.0.0.0:9090", "[::1]:9090": "[::1]:9090"} {
		if got := adminAddress(given); got != want {
			t.Errorf("--admin-listen %s is %s, want %s", given, got, want)
		}
	}
}

func freePort(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}
