package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"sync/atomic"
	"time"

	"innoatlas/api"
)

// client is one connection.
type client struct {
	net.Conn
	of     *connections
	peer   netip.Prefix
	exempt bool
	left   context.CancelFunc // ends the contexts of its requests

	phase atomic.Int32
	since atomic.Int64 // when that began, in nanoseconds of Unix
	taken taken        // of its answers

	// For the short way (see shortway.go):
	wire   *api.Wire
	passed []byte // to net/http, without the headers of what it has answered
	lost   bool   // passed would be too long

	// While an answer is sent (see joined):
	joins bool   // whether more comes at once
	held  []byte // what waits for it

	// While it is in a queue:
	first []byte        // what came of its request, which Read gives again
	asks  bool          // whether that is its whole header
	turn  chan struct{} // closed when it is let in
}

// What a connection does.
const (
	fresh  = iota // nothing of a request came yet
	begun         // a part of one came
	busy          // one is answered
	idle          // waits for another
	ending        // gives way to another connection
)

// sendBuffer is what the system may hold of an answer, in bytes, and notSent how much of
// that beyond what is on its way to the reader. The first could be megabytes, and then a
// slow reader looks for minutes as if it read nothing.
const (
	sendBuffer = 256 << 10
	notSent    = 32 << 10
)

func newClient(l *connections, conn net.Conn) *client {
	if tcp, ok := conn.(*net.TCPConn); ok {
		tcp.SetWriteBuffer(sendBuffer) // what fails here shows when the connection is used
		limitNotSent(tcp, notSent)
	}
	c := &client{Conn: conn, of: l, left: func() {}, turn: make(chan struct{})}
	if address, err := netip.ParseAddrPort(conn.RemoteAddr().String()); err == nil {
		a := address.Addr().Unmap().WithZone("")
		c.peer, c.exempt = peerOf(a), l.exempt(a)
	}
	c.change(fresh)
	return c
}

// peerOf is what counts as one address: of IPv6 whoever has one has 2^64.
func peerOf(a netip.Addr) netip.Prefix {
	bits := a.BitLen()
	if a.Is6() {
		bits = 64
	}
	return netip.PrefixFrom(a, bits).Masked()
}

// network is what the log says of the client's address: its /24 or /48.
func (c *client) network() string {
	bits := 24
	if c.peer.Addr().Is6() {
		bits = 48
	}
	return netip.PrefixFrom(c.peer.Addr(), bits).Masked().String()
}

func (c *client) change(phase int32) {
	c.since.Store(time.Now().UnixNano())
	c.phase.Store(phase)
}

// observe follows what the server makes of the connection.
func (c *client) observe(state http.ConnState) {
	switch state {
	case http.StateActive: // the header of a request is read
		if c.phase.Load() != ending {
			c.change(busy)
		}
	case http.StateIdle:
		c.passOver()
		c.change(idle)
		c.of.serveAll(c.peer)
	}
}

// mostFirst is how much of a request is read while its connection is in a queue, in
// bytes. What is longer counts as a whole header.
const mostFirst = 4 << 10

// awaitHeader waits until the header of a request has come. One who sends it byte by byte
// would take the turn of those who ask, and be let go only a second later.
func (c *client) awaitHeader() bool {
	var err error
	for n := 0; err == nil && len(c.first) < mostFirst && !endsHeader(c.first); c.first = c.first[:len(c.first)+n] {
		c.first = slices.Grow(c.first, 512)
		n, err = c.Conn.Read(c.first[len(c.first):cap(c.first)])
	}
	c.Conn.SetReadDeadline(time.Time{})
	return err == nil
}

// endsHeader reports whether there is an empty line behind another.
func endsHeader(text []byte) bool { return headerEnd(text) > 0 }

// headerEnd is behind the first empty line that follows another; 0 where there is none.
func headerEnd(text []byte) int {
	for at := 0; ; {
		line := bytes.IndexByte(text[at:], '\n')
		if line < 0 {
			return 0
		}
		at += line + 1
		for _, empty := range []string{"\n", "\r\n"} {
			if bytes.HasPrefix(text[at:], []byte(empty)) {
				return at + len(empty)
			}
		}
	}
}

// Read notes when a request begins, and answers those that need no more than that.
func (c *client) Read(p []byte) (n int, err error) {
	for short := c.hasShortWay(); ; {
		if n, err = c.receive(p); !short || err != nil {
			break
		}
		answered, err := c.answer(p[:n])
		if err != nil {
			return 0, err
		}
		if !answered {
			break
		}
	}
	c.pass(p[:n])
	return n, err
}

// receive reads what came, or what was read of it before.
func (c *client) receive(p []byte) (n int, err error) {
	if len(c.first) > 0 && len(p) > 0 {
		n = copy(p, c.first)
		c.first = c.first[n:]
	} else {
		n, err = c.Conn.Read(p)
	}
	if n > 0 && (c.phase.CompareAndSwap(idle, begun) || c.phase.CompareAndSwap(fresh, begun)) {
		c.since.Store(time.Now().UnixNano())
	}
	return n, err
}

// Close ends the connection, and makes room for another.
func (c *client) Close() error {
	err := c.Conn.Close()
	c.left()
	c.of.mu.Lock()
	c.of.remove(c)
	c.of.mu.Unlock()
	c.of.serveAll(c.peer)
	return err
}

// canGo reports whether nobody would miss the connection: it brought no whole request for
// as long as that, or none after its last answer for half of it. Who asks again at
// once would find it closed, and cannot know whether the request was read; that one is
// told by the next answer instead. What is on its way after a longer pause can be lost
// all the same, as wherever a server closes connections: clients ask again then.
func (c *client) canGo(grace time.Duration) bool {
	pause := time.Duration(time.Now().UnixNano() - c.since.Load())
	switch c.phase.Load() {
	case idle:
		return pause > grace/2
	case fresh, begun:
		return pause > grace
	}
	return false
}

// end closes the connection, unless a request comes at this moment.
func (c *client) end() bool {
	phase := c.phase.Load()
	switch {
	case phase == busy:
		return false
	case hasUnread(c.Conn):
		c.since.Store(time.Now().UnixNano())
		c.phase.CompareAndSwap(idle, begun)
		return false
	case !c.phase.CompareAndSwap(phase, ending):
		return false
	}
	c.Conn.Close()
	return true
}

// taken is what a client has taken of its answers, and since when no more. Its connections
// have the lock.
type taken struct {
	bytes uint64
	since time.Time
}

// hasStalled reports whether the client has taken nothing of an answer for that long. It is
// to be asked again and again.
func (c *client) hasStalled(pause time.Duration) bool {
	if c.phase.Load() != busy {
		c.taken = taken{}
		return false
	}
	bytes, more := delivered(c.Conn)
	if !more || bytes != c.taken.bytes || c.taken.since.IsZero() {
		c.taken = taken{bytes, time.Now()}
	}
	return time.Since(c.taken.since) > pause
}

// network is a range of addresses, or one.
type network struct{ netip.Prefix }

// UnmarshalText reads 10.0.0.0/8 or 10.0.0.1.
func (n *network) UnmarshalText(text []byte) (err error) {
	if n.Prefix, err = netip.ParsePrefix(string(text)); err == nil {
		n.Prefix = n.Masked()
		return nil
	}
	a, err := netip.ParseAddr(string(text))
	if err != nil {
		return fmt.Errorf("%q is neither an address nor a range like 10.0.0.0/8", text)
	}
	n.Prefix = netip.PrefixFrom(a, a.BitLen())
	return nil
}
