package postgistest

import (
	"fmt"
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Proxy stands before a server and does to its connections what networks do. It
// begins as one that passes everything on.
type Proxy struct {
	network, server string
	listener        net.Listener

	mu     sync.Mutex
	change *sync.Cond // of what follows
	state  state
	pairs  map[*pair]bool
}

// state is what happens to connections.
type state struct {
	refuses  bool          // new ones are ended at once
	swallows bool          // new ones are taken, and lost
	stalls   bool          // nothing passes for now, and all of it later
	delay    time.Duration // each way
	most     int           // bytes for a client, after which one connection is lost; 0: any number
}

// pair is a connection of a client, and the one to the server that belongs to it.
type pair struct {
	client, server net.Conn
	lost           bool // open at both ends, and nothing passes any more
	passed         int  // bytes for the client
}

// NewProxy gives a proxy of the server of a database URL, and the URL through it.
func NewProxy(t testing.TB, database string) (*Proxy, string) {
	t.Helper()
	config, err := pgx.ParseConfig(database)
	if err != nil {
		t.Fatal(err)
	}
	network, server := "tcp", net.JoinHostPort(config.Host, fmt.Sprint(config.Port))
	if strings.HasPrefix(config.Host, "/") {
		network, server = "unix", fmt.Sprintf("%s/.s.PGSQL.%d", config.Host, config.Port)
	}
	p := ProxyOn(t, "127.0.0.1:0", network, server)
	through := url.URL{Scheme: "postgres", User: url.UserPassword(config.User, config.Password), Host: p.Address(), Path: "/" + config.Database, RawQuery: "sslmode=disable"}
	return p, through.String()
}

// ProxyOn gives a proxy that listens on an address.
func ProxyOn(t testing.TB, address, network, server string) *Proxy {
	t.Helper()
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{network: network, server: server, listener: listener, pairs: map[*pair]bool{}}
	p.change = sync.NewCond(&p.mu)
	t.Cleanup(func() {
		listener.Close()
		p.Reset()
	})
	go p.serve()
	return p
}

// Address is where the proxy listens.
func (p *Proxy) Address() string { return p.listener.Addr().String() }

// Refuse ends all connections and refuses new ones, as a server that is down.
func (p *Proxy) Refuse() {
	p.set(func(s *state) { s.refuses = true })
	p.Reset()
}

// Reset ends the connections that there are, as a server that is restarted.
func (p *Proxy) Reset() {
	p.each(func(c *pair) {
		for _, end := range []net.Conn{c.client, c.server} {
			if tcp, ok := end.(*net.TCPConn); ok {
				tcp.SetLinger(0)
			}
			end.Close()
		}
	})
}

// Stall lets nothing pass until Heal, and then all of it.
func (p *Proxy) Stall() { p.set(func(s *state) { s.stalls = true }) }

// Delay makes everything come later by that, in each direction.
func (p *Proxy) Delay(by time.Duration) { p.set(func(s *state) { s.delay = by }) }

// Lose loses the connections that there are, as a firewall that forgot them: they stay
// open, and nothing passes any more, also after Heal. New ones are good.
func (p *Proxy) Lose() { p.each(func(c *pair) { c.lost = true }) }

// LoseAfter loses the first connection that passes so many bytes to its client.
func (p *Proxy) LoseAfter(bytes int) {
	p.each(func(c *pair) { c.passed = 0 })
	p.set(func(s *state) { s.most = bytes })
}

// LoseAll is Lose, and new connections are lost as well, until Heal.
func (p *Proxy) LoseAll() {
	p.set(func(s *state) { s.swallows = true })
	p.Lose()
}

// Heal makes all good again but what was lost.
func (p *Proxy) Heal() { p.set(func(s *state) { *s = state{} }) }

// Connections is how many pass through now.
func (p *Proxy) Connections() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.pairs)
}

func (p *Proxy) set(change func(*state)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change(&p.state)
	p.change.Broadcast()
}

func (p *Proxy) each(do func(*pair)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.pairs {
		do(c)
	}
	p.change.Broadcast()
}

func (p *Proxy) serve() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		go p.join(client)
	}
}

func (p *Proxy) join(client net.Conn) {
	server, err := net.Dial(p.network, p.server)
	if err != nil {
		client.Close()
		return
	}
	p.mu.Lock()
	c := &pair{client: client, server: server, lost: p.state.swallows}
	refused := p.state.refuses
	if !refused {
		p.pairs[c] = true
	}
	p.mu.Unlock()
	if refused {
		client.Close()
		server.Close()
		return
	}
	go p.pass(c, server, client)
	go p.pass(c, client, server)
}

// piece is what was read at once, or the end.
type piece struct {
	data []byte
	read time.Time
}

// pass reads at once and writes when it is time, so that a delay costs no throughput.
func (p *Proxy) pass(c *pair, to, from net.Conn) {
	pieces := make(chan piece, 1024)
	go func() {
		defer close(pieces)
		for {
			data := make([]byte, 1<<16)
			n, err := from.Read(data)
			if err != nil {
				return
			}
			pieces <- piece{data[:n], time.Now()}
		}
	}()
	for next := range pieces {
		if p.hold(c, next, to == c.client) {
			continue
		}
		if _, err := to.Write(next.data); err != nil {
			break
		}
	}
	p.end(c)
	for range pieces { // until the reader ends
	}
}

// hold waits until a piece may pass, and reports whether it is lost.
func (p *Proxy) hold(c *pair, next piece, forClient bool) (lost bool) {
	p.mu.Lock()
	delay := p.state.delay
	p.mu.Unlock()
	time.Sleep(time.Until(next.read.Add(delay)))
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.state.stalls && !c.lost && p.pairs[c] {
		p.change.Wait()
	}
	if forClient {
		c.passed += len(next.data)
	}
	if p.state.most > 0 && c.passed > p.state.most {
		p.state.most, c.lost = 0, true
	}
	return c.lost
}

// end closes both connections, but the other end of a lost one does not hear of it.
func (p *Proxy) end(c *pair) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if c.lost {
		return
	}
	delete(p.pairs, c)
	p.change.Broadcast()
	c.client.Close()
	c.server.Close()
}
