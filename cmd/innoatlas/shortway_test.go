package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"innoatlas/api"
	"innoatlas/geo/dataset"
	"innoatlas/geo/memory"
)

// counted counts what goes the short way.
type counted struct {
	*api.Server
	short atomic.Int64
}

func (c *counted) AnswerPlain(w *api.Wire, head []byte) (bool, error) {
	answered, err := c.Server.AnswerPlain(w, head)
	if answered {
		c.short.Add(1)
	}
	return answered, err
}

// bothWays are two servers of the same answers: one has the short way.
type bothWays struct {
	short, long pipes
	clients     *connections // of the short way
	counted     *counted
	log         *lockedLog
}

func newBothWays(t testing.TB, patience time.Duration) bothWays {
	t.Helper()
	ds, err := dataset.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	b := bothWays{short: newPipes(), long: newPipes(), log: &lockedLog{}}
	b.counted = &counted{Server: api.New(memory.New(ds), api.Config{Cache: 64 << 20, Logger: slog.New(slog.NewJSONHandler(b.log, nil)), LogQueries: true})}
	for l, handler := range map[net.Listener]http.Handler{b.short: b.counted, b.long: http.HandlerFunc(b.counted.ServeHTTP)} {
		discard := slog.New(slog.DiscardHandler)
		server := newHTTPServer(handler, discard)
		server.ReadHeaderTimeout, server.ReadTimeout, server.IdleTimeout = patience, patience, patience
		clients := limitConnections(server, l, defaultBounds(nil), discard)
		if l == b.short {
			b.clients = clients
		}
		go server.Serve(clients)
		t.Cleanup(func() { server.Close() })
	}
	return b
}

// pipes are connections in which each Read gets what one Write sent, and no more.
type pipes struct {
	dialed chan net.Conn
	closed chan struct{}
	once   *sync.Once
}

func newPipes() pipes { return pipes{make(chan net.Conn), make(chan struct{}), &sync.Once{}} }

func (p pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.dialed:
		return conn, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p pipes) Close() error   { p.once.Do(func() { close(p.closed) }); return nil }
func (p pipes) Addr() net.Addr { return &net.UnixAddr{} }

const goodbye = "GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"

const plain = "GET /collections/facilities/matrix HTTP/1.1\r\nHost: localhost\r\n\r\n"

// dial opens a connection and asks once for something that is kept. Most often the
// connection is idle then, and else that is another case.
func (p pipes) dial(t testing.TB) (net.Conn, *bufio.Reader) {
	t.Helper()
	client, server := net.Pipe()
	t.Cleanup(func() { client.Close() })
	p.dialed <- server
	reader := bufio.NewReader(client)
	client.SetDeadline(time.Now().Add(20 * time.Second))
	askOn(t, client, reader, plain)
	time.Sleep(time.Millisecond)
	return client, reader
}

func askOn(t testing.TB, conn net.Conn, reader *bufio.Reader, request string) *http.Response {
	t.Helper()
	io.WriteString(conn, request)
	response, err := http.ReadResponse(reader, nil)
	if err == nil {
		_, err = io.Copy(io.Discard, response.Body)
	}
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%.100q: %v %v", request, response, err)
	}
	return response
}

// exchange asks on a new connection, sends the pieces when that is answered, and then a last
// request. It gives all answers but the first.
func (p pipes) exchange(t testing.TB, pieces ...string) string {
	t.Helper()
	client, reader := p.dial(t)
	defer client.Close()
	go func() {
		for _, piece := range append(slices.Clone(pieces), goodbye) {
			if _, err := io.WriteString(client, piece); err != nil {
				return
			}
		}
	}()
	answers, _ := io.ReadAll(reader)
	return string(answers)
}

var (
	anyHeader  = regexp.MustCompile(`(?s)HTTP/1\.\d \d\d\d .*?\r\n\r\n`)
	everNew    = regexp.MustCompile(`(Date|X-Request-Id): [^\r]*`)
	everNewToo = regexp.MustCompile(`"request_id":"\w+"|for request \w+`)
)

// comparable leaves out of answers what differs each time, and the order of header fields.
func comparable(answers string) string {
	answers = anyHeader.ReplaceAllStringFunc(answers, func(header string) string {
		lines := strings.Split(everNew.ReplaceAllString(header, "$1: new"), "\r\n")
		slices.Sort(lines[1:])
		return strings.Join(lines, "\r\n")
	})
	return everNewToo.ReplaceAllString(answers, "new")
}

// difference shows where answers of the short way are not those of the long one.
func difference(short, long string) string {
	i := 0
	for i < len(short) && i < len(long) && short[i] == long[i] {
		i++
	}
	begin := max(0, i-300)
	return fmt.Sprintf("from byte %d on the short way answers\n%.1000q\nand the long one\n%.1000q", begin, short[begin:], long[begin:])
}

// lockedLog is a log that is read while it is written.
type lockedLog struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

// lines are those since the last call, without what differs each time.
func (l *lockedLog) lines(t *testing.T) (lines []string) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	for decoder := json.NewDecoder(&l.b); ; {
		var line map[string]any
		if err := decoder.Decode(&line); err == io.EOF {
			l.b.Reset()
			return lines
		} else if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"time", "ms", "request_id"} {
			delete(line, name)
		}
		lines = append(lines, fmt.Sprint(line))
	}
}

// plainRequests are asked for on both ways, in the words of several clients.
func plainRequests() (requests []string) {
	for _, target := range []string{
		"/collections/facilities/items?limit=2", "/collections/facilities/items/1", "/collections/facilities/facets?country=THA", "/collections/facilities/matrix",
		"/collections/facilities/tiles/WebMercatorQuad/0/0/0", "/tiles/WebMercatorQuad/5/14/25", "/collections/countries/items?limit=200",
		"/collections/facilities/clusters?zoom=2",
	} {
		for _, method := range []string{"GET", "HEAD"} {
			for _, fields := range []string{
				"", "User-Agent: curl/8.5.0\r\nAccept: */*\r\n", "Accept-Encoding: gzip, deflate, br\r\nConnection: keep-alive\r\nAccept-Language: zh-CN\r\nCookie: a=b\r\n",
				"Accept-Encoding: gzip\r\nX-Forwarded-For: 10.0.0.1\r\n",
			} {
				requests = append(requests, method+" "+target+" HTTP/1.1\r\nHost: localhost\r\n"+fields+"\r\n")
			}
		}
	}
	return requests
}

// TestShortWayIsInvisible: its answers and its lines in the log are those of the long way.
func TestShortWayIsInvisible(t *testing.T) {
	b := newBothWays(t, 10*time.Second)
	requests := plainRequests()
	b.long.exchange(t, requests...) // to be kept
	b.log.lines(t)
	want := comparable(b.long.exchange(t, requests...))
	lines := b.log.lines(t)
	before := b.counted.short.Load()
	got := comparable(b.short.exchange(t, requests...))
	if got != want {
		t.Error(difference(got, want))
	}
	if short := b.log.lines(t); !slices.Equal(short, lines) {
		t.Errorf("lines of the short way:\n%s\nof the long one:\n%s", short, lines)
	}
	if n := b.counted.short.Load() - before; n < int64(len(requests))-2 { // net/http may have begun to read the first
		t.Errorf("%d of %d requests went the short way", n, len(requests))
	}
	if strings.Count(got, "HTTP/1.1 200 OK") != len(requests)+1 {
		t.Errorf("%d requests: %.2000q", len(requests), got)
	}
}

// FuzzShortWay: whatever comes, in whatever pieces, a connection that has the short way
// answers as one that has not.
func FuzzShortWay(f *testing.F) {
	quick, patient := newBothWays(f, 50*time.Millisecond), newBothWays(f, time.Second)
	for _, text := range []string{
		plain, plain + plain, plain + plain[:20], plain + "\r\n", "\r\n" + plain, plain + "x", plain[:len(plain)-1], strings.ReplaceAll(plain, "\r\n", "\n"),
		strings.Replace(plain, "\r\n\r\n", "\r\nContent-Length: 70\r\n\r\n"+plain, 1),
		strings.Replace(plain, "\r\n\r\n", "\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n"+plain, 1),
		strings.Replace(plain, "GET", "POST", 1), strings.Replace(plain, "\r\n\r\n", "\r\nExpect: 100-continue\r\n\r\n", 1), strings.Replace(plain, "1.1", "1.0", 1),
		strings.Replace(plain, "/coll", "http://localhost/coll", 1), strings.Replace(plain, "Host", " Host", 1),
		strings.Replace(plain, "\r\n\r\n", "\r\nIf-None-Match: *\r\n\r\n", 1),
		strings.Replace(plain, "\r\n\r\n", "\r\nConnection: close\r\n\r\n"+plain, 1), plain + "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc" + plain,
		strings.Replace(plain, "\r\n\r\n", "\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: \r\n\r\n", 1), "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
	} {
		f.Add(text, uint16(0))
		f.Add(text, uint16(len(plain)))
		f.Add(text, uint16(3))
	}
	for _, part := range []string{
		"GET", "GET /livez HTTP/1.1\r\nHost: localhost\r\nX: ", "GET /livez HTTP/1.1\r\nHost: localhost\r\n",
		"GET /livez HTTP/1.1\r\nHost: localhost\r\nX: y\r\n\r",
	} {
		f.Add(plain+part+plain, uint16(len(plain+part))) // net/http has a part of the second
		f.Add(strings.Replace(plain, "GET", "POST", 1)+part+plain, uint16(len("POST")-len("GET")+len(plain+part)))
		f.Add("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}"+part+plain, uint16(60+len(part)))
	}
	f.Fuzz(func(t *testing.T, text string, cut uint16) {
		pieces := []string{text}
		if n := int(cut); n > 0 && n < len(text) {
			pieces = []string{text[:n], text[n:]}
		}
		differ := func(b bothWays) (got, want string, differ bool) {
			got, want = comparable(b.short.exchange(t, pieces...)), comparable(b.long.exchange(t, pieces...))
			return got, want, got != want
		}
		if _, _, once := differ(quick); !once { // else a piece may have been late
			return
		}
		if got, want, again := differ(patient); again {
			t.Errorf("%q: %s", pieces, difference(got, want))
		}
	})
}

// TestShortWayKeepsTime: each answer gives the connection its time to be idle anew, and no more.
func TestShortWayKeepsTime(t *testing.T) {
	t.Parallel()
	b := newBothWays(t, 400*time.Millisecond)
	conn, reader := b.short.dial(t)
	for range 3 {
		time.Sleep(200 * time.Millisecond)
		askOn(t, conn, reader, plain)
	}
	if b.counted.short.Load() < 2 {
		t.Error("nothing went the short way")
	}
	begin := time.Now()
	if _, err := reader.ReadByte(); err != io.EOF || time.Since(begin) > 3*time.Second {
		t.Errorf("an idle connection ends after %s with %v", time.Since(begin), err)
	}
}

// TestShortWayGivesWay: where others wait for a connection, or the program ends, an answer
// says that it is the last one.
func TestShortWayGivesWay(t *testing.T) {
	t.Parallel()
	b := newBothWays(t, 10*time.Second)
	conn, reader := b.short.dial(t)
	b.clients.waiting.Add(1)
	defer b.clients.waiting.Add(-1)
	if !askOn(t, conn, reader, plain).Close {
		t.Error("a connection is kept while others wait")
	}
	f := newFront(api.Config{})
	f.open(b.counted.Server)
	f.drain()
	if answered, _ := f.AnswerPlain(nil, []byte(plain)); answered {
		t.Error("a program that ends answers the short way")
	}
}

// large is an answer that is kept, and larger than what the system holds of it.
const large = "GET /collections/countries/items?limit=1000 HTTP/1.1\r\nHost: localhost\r\n\r\n"

// slowly asks for the large answer twice, the second time without reading.
func slowly(t *testing.T, s *server) (*bufio.Reader, *http.Response) {
	t.Helper()
	conn := connectTo(t, strings.TrimPrefix(s.url, "http://"))
	conn.(*net.TCPConn).SetReadBuffer(16 << 10)
	reader := bufio.NewReader(conn)
	if n := askOn(t, conn, reader, large).ContentLength; n < 2*sendBuffer {
		t.Fatalf("the large answer has %d bytes", n)
	}
	time.Sleep(50 * time.Millisecond)
	io.WriteString(conn, large)
	response, err := http.ReadResponse(reader, nil)
	if err != nil {
		t.Fatal(err)
	}
	return reader, response
}

// TestStopWaitsForTheShortWay: an answer that is under way is finished.
func TestStopWaitsForTheShortWay(t *testing.T) {
	t.Parallel()
	s := start(t)
	_, response := slowly(t, s)
	stopped := make(chan error)
	go func() { stopped <- s.stop(t) }()
	time.Sleep(lastCall + handshake + 500*time.Millisecond)
	if n, err := io.Copy(io.Discard, response.Body); err != nil || n != response.ContentLength {
		t.Errorf("%d of %d bytes, %v", n, response.ContentLength, err)
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}

// TestShortWayWaitsForNobody: who does not read an answer loses the connection.
func TestShortWayWaitsForNobody(t *testing.T) {
	t.Parallel()
	_, response := slowly(t, start(t))
	time.Sleep(6 * time.Second)
	if n, err := io.Copy(io.Discard, response.Body); err == nil {
		t.Errorf("after 6 s without reading there are %d bytes more", n)
	}
}
