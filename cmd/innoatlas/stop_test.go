package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// busyClient asks on one connection, and on the next where an answer ended that, until
// nobody takes connections any more. A request that was not answered in whole is lost.
type busyClient struct {
	at             string
	from           string        // its address, on loopback
	pause          time.Duration // between two requests
	until          time.Time     // when it stops to ask, where that is not the zero time
	answered, lost *atomic.Int64
	first          func(error)
}

func (c busyClient) run() {
	for {
		dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(c.from)}, Timeout: 5 * time.Second}
		conn, err := dialer.Dial("tcp", c.at)
		if err != nil {
			if !errors.Is(err, syscall.ECONNREFUSED) {
				c.lose(err)
			}
			return
		}
		again := c.useUp(conn)
		conn.Close()
		if !again {
			return
		}
	}
}

// useUp asks until an answer says that it is the last.
func (c busyClient) useUp(conn net.Conn) bool {
	reader := bufio.NewReader(conn)
	for {
		if !c.until.IsZero() && time.Now().After(c.until) {
			return false
		}
		if c.pause > 0 {
			conn.SetReadDeadline(time.Now().Add(c.pause))
			if _, err := reader.Peek(1); errors.Is(err, io.EOF) {
				return true // closed while it was idle
			}
		}
		conn.SetDeadline(time.Now().Add(10 * time.Second))
		if _, err := io.WriteString(conn, "GET /collections/facilities/items?limit=10 HTTP/1.1\r\nHost: localhost\r\n\r\n"); err != nil {
			c.lose(err)
			return false
		}
		response, err := http.ReadResponse(reader, nil)
		if err == nil {
			_, err = io.Copy(io.Discard, response.Body)
		}
		if err != nil || response.StatusCode != 200 {
			c.lose(fmt.Errorf("%v %v", response, err))
			return false
		}
		c.answered.Add(1)
		if response.Close {
			return true
		}
	}
}

func (c busyClient) lose(err error) {
	c.lost.Add(1)
	c.first(err)
}

// TestNothingIsLostInAStop: clients that know of no load balancer are let go between two
// requests, those that ask without a pause and those that think.
func TestNothingIsLostInAStop(t *testing.T) {
	t.Parallel()
	for _, delay := range []string{"300ms", "300ms", "300ms", "0s", "0s"} {
		s := start(t, "--drain-delay", delay)
		var answered, lost atomic.Int64
		var clients sync.WaitGroup
		for i := range 50 {
			client := busyClient{
				at: strings.TrimPrefix(s.url, "http://"), answered: &answered, lost: &lost,
				first: func(err error) { t.Errorf("delay %s: lost: %v", delay, err) },
			}
			if i%2 == 1 {
				client.pause = time.Duration(i) * time.Millisecond
			}
			clients.Go(client.run)
		}
		eventually(t, "the clients are answered", func() bool { return answered.Load() >= 100 })
		if err := s.stop(t); err != nil {
			t.Errorf("exit code: %v", err)
		}
		clients.Wait()
		if lost.Load() > 0 {
			t.Errorf("delay %s: %d requests answered, %d lost", delay, answered.Load(), lost.Load())
		}
	}
}

// TestIdleConnectionsDoNotHoldAStop: neither one that has had an answer, nor one that
// never asked anything.
func TestIdleConnectionsDoNotHoldAStop(t *testing.T) {
	s := start(t)
	at := strings.TrimPrefix(s.url, "http://")
	idle, silent := connectTo(t, at), connectTo(t, at)
	fmt.Fprint(idle, "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
	if _, err := http.ReadResponse(bufio.NewReader(idle), nil); err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	if err := s.stop(t); err != nil || time.Since(begin) > 2*time.Second {
		t.Errorf("the stop took %s: %v", time.Since(begin), err)
	}
	for _, conn := range []net.Conn{idle, silent} {
		conn.SetReadDeadline(time.Now().Add(time.Second))
		if _, err := io.Copy(io.Discard, conn); err != nil {
			t.Errorf("a connection without a request was reset: %v", err)
		}
	}
}

// TestLastAnswerOfAConnection: from the signal on each answer says that it is the last,
// and /readyz says no.
func TestLastAnswerOfAConnection(t *testing.T) {
	t.Parallel()
	s := start(t, "--drain-delay", "5s")
	conn := connectTo(t, strings.TrimPrefix(s.url, "http://"))
	s.cmd.Process.Signal(syscall.SIGTERM)
	eventually(t, "/readyz says no", func() bool { response, _ := ask(s.url + "/readyz"); return response.StatusCode == 503 })
	fmt.Fprint(conn, "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil || !response.Close || response.StatusCode != 200 {
		t.Fatalf("%v %v, want Connection: close", response, err)
	}
	begin := time.Now() // and a second signal ends it at once
	s.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case err := <-s.done:
		if err == nil || time.Since(begin) > time.Second {
			t.Errorf("it ended after %s: %v", time.Since(begin), err)
		}
	case <-time.After(3 * time.Second):
		t.Error("a second signal did not end it")
	}
}

func connectTo(t *testing.T, at string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", at)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}
