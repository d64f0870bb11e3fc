package main

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// bounded serves a handler on loopback, where every source address but 127.0.0.9 counts
// as a client of its own.
func bounded(t *testing.T, change func(*bounds), handler http.HandlerFunc) *connections {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b := defaultBounds([]network{{netip.MustParsePrefix("127.0.0.9/32")}})
	proxies := b.exempt
	b.exempt = func(a netip.Addr) bool { return a.String() == "127.0.0.9" && proxies(a) }
	b.grace = 200 * time.Millisecond
	if change != nil {
		change(&b)
	}
	server := newHTTPServer(handler, slog.New(slog.DiscardHandler))
	c := limitConnections(server, l, b, slog.New(slog.DiscardHandler))
	go server.Serve(c)
	t.Cleanup(func() { server.Close() })
	return c
}

func hello(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "hello") }

// dial opens a connection from that address, and sends a text.
func dial(t testing.TB, l net.Listener, from, text string) net.Conn {
	t.Helper()
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}, Timeout: 5 * time.Second}
	conn, err := d.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
	return conn
}

const request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"

// answered reads one answer, and fails where it takes longer.
func answered(t testing.TB, conn net.Conn, patience time.Duration) *http.Response {
	t.Helper()
	conn.SetReadDeadline(time.Now().Add(patience))
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatalf("no answer in %s: %v", patience, err)
	}
	io.Copy(io.Discard, response.Body)
	return response
}

// closed reports whether the other end closes the connection in time.
func closed(conn net.Conn, patience time.Duration) bool {
	conn.SetReadDeadline(time.Now().Add(patience))
	_, err := conn.Read(make([]byte, 1))
	timeout, is := err.(net.Error)
	return err != nil && !(is && timeout.Timeout())
}

// TestOneClientShutsNobodyOut: whatever one address does with connections that ask
// nothing, itself and others are answered.
func TestOneClientShutsNobodyOut(t *testing.T) {
	for name, sent := range map[string]string{
		"idle from the start":  "",
		"half a header":        "GET / HTTP/1.1\r\nHost: x\r\n",
		"idle after a request": request,
		"half a second one":    request + "GET / HT",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := bounded(t, func(b *bounds) { b.total, b.perAddress, b.grace = 100, 20, 800*time.Millisecond }, hello)
			for range 120 {
				dial(t, l, "127.0.0.2", sent)
			}
			begin := time.Now()
			answered(t, dial(t, l, "127.0.0.3", request), 5*time.Second)
			if took := time.Since(begin); took > 500*time.Millisecond { // less than the others have
				t.Errorf("another address waited for %s", took)
			}
			for range 5 {
				dial(t, l, "127.0.0.9", request) // a proxy is not bounded
			}
			answered(t, dial(t, l, "127.0.0.2", request), 10*time.Second)
			if l.counts.GaveWay.Load()+l.counts.Waited.Load() == 0 {
				t.Error("none gave way or waited")
			}
		})
	}
}

// TestIdleGiveWayWhereAllAreTaken: at the bound of all together, idle ones end whosoever
// they are.
func TestIdleGiveWayWhereAllAreTaken(t *testing.T) {
	l := bounded(t, func(b *bounds) { b.total = 50 }, hello)
	var first net.Conn
	for i := range 50 {
		conn := dial(t, l, "127.0.0.9", request)
		answered(t, conn, time.Second)
		if i == 0 {
			first = conn
			eventually(t, "the server knows that the first is idle", func() bool { return allIdle(l) }) // a moment after its answer
		}
	}
	eventually(t, "all are idle", func() bool { return allIdle(l) })
	answered(t, dial(t, l, "127.0.0.3", request), time.Second)
	if !closed(first, time.Second) {
		t.Error("the one that was idle for longest is still open")
	}
}

func allIdle(l *connections) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := range l.open {
		if c.phase.Load() != idle {
			return false
		}
	}
	return true
}

// TestBusyOnesAreWaitedFor: a connection with a request is never closed for another,
// and one that is too many is served when its turn comes.
func TestBusyOnesAreWaitedFor(t *testing.T) {
	release := make(chan bool)
	l := bounded(t, func(b *bounds) { b.perAddress = 2 }, func(w http.ResponseWriter, r *http.Request) {
		<-release
		hello(w, r)
	})
	conns := []net.Conn{dial(t, l, "127.0.0.2", request), dial(t, l, "127.0.0.2", request), dial(t, l, "127.0.0.2", request)}
	other := dial(t, l, "127.0.0.3", request)
	if closed(conns[2], 400*time.Millisecond) {
		t.Fatal("the third was closed")
	}
	if waited := l.counts.Waited.Load(); waited != 1 {
		t.Errorf("%d wait, want 1", waited)
	}
	close(release)
	for _, conn := range append(conns, other) {
		answered(t, conn, 2*time.Second)
	}
}

// TestManyReadersBehindOneAddress: an office of 300 people opens the map at once, six
// connections each, and pans. Nobody is refused.
func TestManyReadersBehindOneAddress(t *testing.T) {
	l := bounded(t, func(b *bounds) {
		b.grace = defaultBounds(nil).grace
		if raceEnabled { // then a reader can need longer than that to send what it asks
			b.grace *= 5
		}
	}, func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(time.Millisecond)
		hello(w, r)
	})
	var wg sync.WaitGroup
	errs := make(chan error, 300*6)
	for range 300 {
		d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP("127.0.0.2")}}
		reader := &http.Client{Transport: &http.Transport{DialContext: d.DialContext, MaxIdleConnsPerHost: 6}, Timeout: 20 * time.Second}
		for range 6 {
			wg.Go(func() {
				for range 3 {
					response, err := reader.Get("http://" + l.Addr().String())
					if err == nil {
						_, err = io.Copy(io.Discard, response.Body)
						response.Body.Close()
					}
					if err != nil {
						errs <- err
						return
					}
				}
			})
		}
		defer reader.CloseIdleConnections()
	}
	wg.Wait()
	if len(errs) > 0 {
		t.Errorf("%d of 1800 readers failed: %v; %d turned away", len(errs), <-errs, l.counts.TurnedAway.Load())
	}
}

// TestSlowHeadersWaitForThemselves: who sends a header byte by byte takes no turn of those
// who ask, also of the same address.
func TestSlowHeadersWaitForThemselves(t *testing.T) {
	l := bounded(t, func(b *bounds) { b.perAddress = 10 }, hello)
	for range 200 {
		dial(t, l, "127.0.0.2", "GET / HTTP/1.1\r\nX: ")
	}
	eventually(t, "all have come", func() bool { return l.Counts()["open"]+l.Counts()["waiting"]+l.counts.GaveWay.Load() >= 200 })
	begin := time.Now()
	conn := dial(t, l, "127.0.0.2", "GET / HTTP/1.1\r\nHo")
	time.Sleep(10 * time.Millisecond)
	io.WriteString(conn, "st: x\r\n\r\n")
	answered(t, conn, 20*time.Second)
	if took := time.Since(begin); took > 1500*time.Millisecond {
		t.Errorf("it took %s beside slow headers", took)
	}
}

// TestNeverReadersKeepNobodyWaiting: answers that nobody reads take no place from others
// of the same address, and are not broken off for them.
func TestNeverReadersKeepNobodyWaiting(t *testing.T) {
	var broken atomic.Int64
	l := bounded(t, func(b *bounds) { b.perAddress = 10 }, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/large" {
			for range 100 {
				if _, err := w.Write(make([]byte, 100_000)); err != nil {
					broken.Add(1)
					return
				}
			}
		}
		hello(w, r)
	})
	for range 40 {
		dial(t, l, "127.0.0.2", "GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
	}
	begin := time.Now()
	answered(t, dial(t, l, "127.0.0.2", request), 20*time.Second)
	if took := time.Since(begin); took > 2*time.Second || broken.Load() > 0 {
		t.Errorf("it took %s beside 40 that do not read; %d answers were broken off", took, broken.Load())
	}
}

// TestKeptConnectionsEndWithAnAnswer: where connections are too many, whoever asks without
// a pause is told by an answer that it is the last, and loses no request.
func TestKeptConnectionsEndWithAnAnswer(t *testing.T) {
	l := bounded(t, func(b *bounds) { b.perAddress, b.grace = 4, time.Second }, hello)
	var clients sync.WaitGroup
	var asked, lost atomic.Int64
	end := time.Now().Add(time.Second)
	for range 12 {
		clients.Go(func() {
			client := busyClient{at: l.Addr().String(), answered: &asked, lost: &lost, first: func(err error) { t.Error(err) }, from: "127.0.0.2", until: end}
			client.run()
		})
	}
	clients.Wait()
	if lost.Load() > 0 || asked.Load() < 100 {
		t.Errorf("%d of %d requests were lost", lost.Load(), asked.Load())
	}
}

// TestProxiesAreNotBounded by their address, and lose no connection.
func TestProxiesAreNotBounded(t *testing.T) {
	l := bounded(t, nil, hello)
	var conns []net.Conn
	for range 200 {
		conns = append(conns, dial(t, l, "127.0.0.9", request))
	}
	for _, conn := range conns {
		answered(t, conn, 2*time.Second)
	}
	if l.counts.GaveWay.Load()+l.counts.Waited.Load() > 0 {
		t.Error("connections of a proxy waited or gave way")
	}
}

// TestWhoLeavesEndsTheRequest, also behind a byte that nobody reads.
func TestWhoLeavesEndsTheRequest(t *testing.T) {
	for _, behind := range []string{"", "x", "GET / HTTP/1.1\r\n", fmt.Sprintf("%0100000d", 0)} {
		ended := make(chan bool, 1)
		l := bounded(t, nil, func(w http.ResponseWriter, r *http.Request) {
			<-r.Context().Done()
			ended <- true
		})
		conn := dial(t, l, "127.0.0.2", request+behind)
		select {
		case <-ended:
			t.Fatal("ended before the client left")
		case <-time.After(2 * glance):
		}
		conn.Close()
		select {
		case <-ended:
		case <-time.After(2 * time.Second):
			t.Errorf("with %.20q behind the request it goes on after its client has left", behind)
		}
	}
}

func TestPeerOf(t *testing.T) {
	for _, test := range []struct {
		a, b string
		one  bool
	}{
		{"192.0.2.1", "192.0.2.1", true},
		{"192.0.2.1", "192.0.2.2", false},
		{"2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true},
		{"2001:db8:1:2::1", "2001:db8:1:3::1", false},
	} {
		if got := peerOf(netip.MustParseAddr(test.a)) == peerOf(netip.MustParseAddr(test.b)); got != test.one {
			t.Errorf("%s and %s are one: %t, want %t", test.a, test.b, got, test.one)
		}
	}
}
