// Package loadtest measures servers: clients that cost little beside what they
// measure, and a data set of the size of a public register.
package loadtest

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"strconv"
	"sync"
	"testing"
	"time"
)

// Clients are keep-alive connections to one server that ask at the same time.
type Clients []*client

// client speaks just enough HTTP/1.1 to cost little beside the server.
type client struct {
	conn net.Conn
	in   *bufio.Reader
}

// Dial connects n clients to a server on loopback.
func Dial(tb testing.TB, addr string, n int) Clients {
	tb.Helper()
	all := make(Clients, n)
	for i := range all {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			tb.Fatal(err)
		}
		tb.Cleanup(func() { conn.Close() })
		all[i] = &client{conn, bufio.NewReaderSize(conn, 64<<10)}
	}
	return all
}

// Ask shares n requests for one target between the clients and says how long they
// took. Another answer than 200, or one without Content-Length, fails the test.
func (cs Clients) Ask(tb testing.TB, target string, n int) time.Duration {
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
					tb.Error(err)
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
	length, err := c.readHeader()
	if err != nil {
		return err
	}
	_, err = c.in.Discard(length)
	return err
}

func (c *client) readHeader() (length int, err error) {
	length = -1
	for first := true; ; first = false {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return 0, err
		}
		line = bytes.TrimSpace(line)
		switch value, isLength := bytes.CutPrefix(line, []byte("Content-Length: ")); {
		case first && string(line) != "HTTP/1.1 200 OK":
			return 0, fmt.Errorf("status %q", line)
		case isLength:
			if length, err = strconv.Atoi(string(value)); err != nil {
				return 0, err
			}
		case len(line) == 0 && length < 0:
			return 0, fmt.Errorf("an answer without Content-Length")
		case len(line) == 0:
			return length, nil
		}
	}
}
