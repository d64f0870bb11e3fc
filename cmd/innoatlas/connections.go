package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"innoatlas/api"
)

// connectionOptions are the flags that say who may connect, and how.
type connectionOptions struct {
	AdminListen    string    `env:"INNOATLAS_ADMIN_LISTEN" placeholder:"[HOST:]PORT" help:"Answer /livez, /readyz and /counters (what was refused) there too, whatever clients do elsewhere; without a host on this machine only."`
	TrustedProxies []network `env:"INNOATLAS_TRUSTED_PROXIES" placeholder:"RANGE" help:"Addresses of proxies before the service, like 10.0.0.0/8, with commas between: how many connections they have is not bounded."`
}

// bounds say how many connections a server holds open. Those that are too many wait,
// and are not read, until another one ends or gives way.
type bounds struct {
	total      int                   // open at once
	perAddress int                   // of these, of one IPv4 address or one IPv6 /64
	exempt     func(netip.Addr) bool // from perAddress
	queue      int                   // how many of one address wait; of all twice as many
	patience   time.Duration         // how long one waits
	// grace is how long a connection may take to bring a whole request, before it has to
	// give way to another.
	grace time.Duration
}

// defaultBounds are those of the service. Neither the machine itself nor the proxies
// that the operator names are bounded by their address: many readers have the same there.
func defaultBounds(proxies []network) bounds {
	return bounds{
		total: 2000, perAddress: 64, queue: 2000, patience: 30 * time.Second, grace: time.Second,
		exempt: func(a netip.Addr) bool {
			return a.IsLoopback() || slices.ContainsFunc(proxies, func(n network) bool { return n.Contains(a) })
		},
	}
}

// connections is the listener of a server. It sees that no client shuts the others out:
// where there are too many, the one that has been without a request for longest gives
// way, and where all are busy the new one waits.
type connections struct {
	net.Listener
	bounds
	log *slog.Logger

	plain       plainAnswerer // nil where there is none
	idleTimeout time.Duration // of the server

	admitted chan *client // never full: it has room for all that may be open
	closed   chan struct{}

	mu      sync.Mutex
	open    map[*client]struct{}
	peers   map[netip.Prefix]*peer
	rousing bool // whether the queues are looked at after a while

	waiting atomic.Int64 // in all queues
	counts  connectionCounts
}

// peer is what one address has.
type peer struct {
	open    int
	stalled int       // of these, when it was last looked: they take nothing of their answers
	queue   []*client // who waits, in the order of their coming
}

// connectionCounts are how many connections had to wait, gave way to another, and were
// closed unanswered because too many waited, or for too long.
type connectionCounts struct{ Waited, GaveWay, TurnedAway atomic.Uint64 }

// Counts are how the connections stand, and what became of others since the start.
func (l *connections) Counts() map[string]uint64 {
	l.mu.Lock()
	open := len(l.open)
	l.mu.Unlock()
	return map[string]uint64{
		"open": uint64(open), "waiting": uint64(l.waiting.Load()),
		"waited": l.counts.Waited.Load(), "gave_way": l.counts.GaveWay.Load(), "turned_away": l.counts.TurnedAway.Load(),
	}
}

// limitConnections bounds what a server accepts. The contexts of its requests end when
// their client has left.
func limitConnections(server *http.Server, l net.Listener, b bounds, log *slog.Logger) *connections {
	c := &connections{
		Listener: l, bounds: b, log: log, idleTimeout: server.IdleTimeout,
		admitted: make(chan *client, b.total), closed: make(chan struct{}),
		open: map[*client]struct{}{}, peers: map[netip.Prefix]*peer{},
	}
	c.plain, _ = server.Handler.(plainAnswerer)
	server.ConnState = func(conn net.Conn, state http.ConnState) { conn.(*client).observe(state) }
	server.ConnContext = func(ctx context.Context, conn net.Conn) context.Context {
		client := conn.(*client)
		ctx, client.left = context.WithCancel(ctx)
		client.wire = api.NewWire(ctx, client.Conn)
		return withClient(ctx, client)
	}
	server.Handler = c.closeUnderPressure(joinWrites(server.Handler))
	go c.acceptAll()
	go c.watch()
	return c
}

// Accept waits for the next connection that may be served.
func (l *connections) Accept() (net.Conn, error) {
	select {
	case c := <-l.admitted:
		return c, nil
	case <-l.closed:
	}
	select {
	case c := <-l.admitted: // before the end
		return c, nil
	default:
		return nil, net.ErrClosed
	}
}

// Close ends accepting. Who still waits is turned away.
func (l *connections) Close() error {
	err := l.Listener.Close()
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, p := range l.peers {
		for _, c := range p.queue {
			c.Conn.Close()
		}
	}
	return err
}

// acceptAll takes every connection from the system, so that those which have to wait
// keep nobody else waiting.
func (l *connections) acceptAll() {
	defer close(l.closed)
	for {
		conn, err := l.Listener.Accept()
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err != nil: // no more file descriptors, most likely
			l.log.Warn("cannot accept a connection", "error", err.Error())
			time.Sleep(100 * time.Millisecond)
		default:
			l.arrive(newClient(l, conn))
		}
	}
}

func (l *connections) arrive(c *client) {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := l.peers[c.peer]
	if p == nil {
		p = &peer{}
		l.peers[c.peer] = p
	}
	switch {
	case len(p.queue) == 0 && l.hasRoom(c):
		l.admit(c, fresh)
	case len(p.queue) >= l.queue || l.waiting.Load() >= int64(2*l.queue):
		l.counts.TurnedAway.Add(1)
		l.log.Warn("a connection is turned away: too many wait", "network", c.network(), "waiting", l.waiting.Load())
		c.Conn.Close()
	default:
		p.queue = append(p.queue, c)
		l.counts.Waited.Add(1)
		l.log.Warn("a connection waits", "network", c.network(), "open", p.open, "open_of_all", len(l.open))
		l.waiting.Add(1)
		l.rouse()
		go l.wait(c)
	}
}

// wait sees whether a connection in the queue asks something whole, and how long it waits.
func (l *connections) wait(c *client) {
	late := time.NewTimer(l.patience)
	defer late.Stop()
	c.Conn.SetReadDeadline(time.Now().Add(l.patience))
	if !c.awaitHeader() {
		l.turnAway(c)
		return
	}
	l.mu.Lock()
	c.asks = true
	l.serve(l.peers[c.peer])
	l.mu.Unlock()
	select {
	case <-c.turn:
	case <-late.C:
		l.turnAway(c)
	}
}

func (l *connections) turnAway(c *client) {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := l.peers[c.peer]
	i := slices.Index(p.queue, c)
	if i < 0 { // let in at this moment
		return
	}
	p.queue = slices.Delete(p.queue, i, i+1)
	l.waiting.Add(-1)
	if c.asks {
		l.counts.TurnedAway.Add(1)
		l.log.Warn("a connection has waited for too long", "network", c.network(), "open", p.open)
	}
	c.Conn.Close()
	l.forget(c.peer)
}

func (l *connections) admit(c *client, phase int32) {
	l.open[c] = struct{}{}
	l.peers[c.peer].open++
	c.change(phase)
	l.admitted <- c
}

// serve lets in whom of a queue there is room for by now. Who asks nothing stays
// behind those who do.
func (l *connections) serve(p *peer) {
	full := false
	p.queue = slices.DeleteFunc(p.queue, func(c *client) bool {
		full = full || c.asks && !l.makeRoom(c)
		if full || !c.asks {
			return false
		}
		l.waiting.Add(-1)
		l.admit(c, busy) // its request is here, read already
		close(c.turn)
		return true
	})
}

// serveAll looks at the queue of that address first.
func (l *connections) serveAll(first netip.Prefix) {
	if l.waiting.Load() == 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if p := l.peers[first]; p != nil && len(p.queue) > 0 {
		l.serve(p)
	}
	if len(l.open) < l.total-1 {
		return // the others wait for their own
	}
	for _, p := range l.peers {
		l.serve(p)
	}
}

// rouse looks at the queues after a while: a connection may have become one that can go.
func (l *connections) rouse() {
	if l.rousing || l.waiting.Load() == 0 {
		return
	}
	l.rousing = true
	time.AfterFunc(l.grace/10, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.countStalled()
		for _, p := range l.peers {
			l.serve(p)
		}
		l.rousing = false
		l.rouse()
	})
}

// countStalled looks who of each address takes nothing of an answer. Those are left to
// their own deadline, since a slow phone may be among them, but others need not wait for it.
func (l *connections) countStalled() {
	for _, p := range l.peers {
		p.stalled = 0
	}
	for c := range l.open {
		if p := l.peers[c.peer]; len(p.queue) > 0 && c.hasStalled(l.grace/4) {
			p.stalled++
		}
	}
}

func (l *connections) hasRoom(c *client) bool {
	return len(l.open) < l.total && (c.exempt || l.ofAddress(c.peer) < l.perAddress)
}

// ofAddress is how many connections count for the bound of an address: those that have
// stalled do not, as far as there are no more of them than four times as many as it allows.
func (l *connections) ofAddress(of netip.Prefix) int {
	p := l.peers[of]
	return p.open - min(p.stalled, 4*l.perAddress)
}

// makeRoom reports whether a connection can be served now; where that takes it, another
// one gives way.
func (l *connections) makeRoom(c *client) bool {
	switch {
	case l.hasRoom(c):
		return true
	case !c.exempt && l.ofAddress(c.peer) >= l.perAddress:
		return l.giveWay(func(other *client) bool { return other.peer == c.peer })
	}
	return l.giveWay(func(*client) bool { return true })
}

// giveWay closes the connection of those that has been without a request for longest.
func (l *connections) giveWay(among func(*client) bool) bool {
	for oldest := l.oldest(among); oldest != nil; oldest = l.oldest(among) {
		if oldest.end() {
			l.counts.GaveWay.Add(1)
			l.remove(oldest)
			return true
		}
	}
	return false
}

func (l *connections) oldest(among func(*client) bool) *client {
	var oldest *client
	for c := range l.open {
		if among(c) && c.canGo(l.grace) && (oldest == nil || c.since.Load() < oldest.since.Load()) {
			oldest = c
		}
	}
	return oldest
}

func (l *connections) remove(c *client) {
	if _, is := l.open[c]; is {
		delete(l.open, c)
		p := l.peers[c.peer]
		p.open--
		p.stalled = min(p.stalled, p.open)
		l.forget(c.peer)
	}
}

// forget keeps no account of an address that has nothing.
func (l *connections) forget(of netip.Prefix) {
	if p := l.peers[of]; p.open == 0 && len(p.queue) == 0 {
		delete(l.peers, of)
	}
}

// closeUnderPressure ends a connection with its answer where others wait.
func (l *connections) closeUnderPressure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if l.waiting.Load() > 0 {
			w.Header().Set("Connection", "close")
		}
		next.ServeHTTP(w, r)
	})
}

// glance is how often it is looked whether the clients of requests that take longer have left.
const glance = 250 * time.Millisecond

// watch ends the requests of clients that have left. The server notices that by itself
// only while it has read nothing behind the request: a single byte, and it goes on for
// nobody.
func (l *connections) watch() {
	for range time.Tick(glance) {
		busy, over := l.busySince(time.Now().Add(-glance).UnixNano())
		for _, c := range busy {
			if hasLeft(c.Conn) {
				c.left()
			}
		}
		if over {
			return
		}
	}
}

// busySince are the clients whose request has taken that long; over says that there are
// none any more, and will be none.
func (l *connections) busySince(then int64) (clients []*client, over bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := range l.open {
		if c.phase.Load() == busy && c.since.Load() < then {
			clients = append(clients, c)
		}
	}
	select {
	case <-l.closed:
		return clients, len(l.open) == 0
	default:
		return clients, false
	}
}
