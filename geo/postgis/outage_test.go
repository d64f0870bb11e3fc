package postgis_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"innoatlas/geo"
	"innoatlas/geo/postgis"
	"innoatlas/geo/postgis/postgistest"
)

// proxy stands between the store and its server. It can be cut, which both ends
// see, or stopped, which neither does.
type proxy struct {
	network, server string
	listener        net.Listener
	stopped         sync.RWMutex // for writing: nothing passes

	mu    sync.Mutex
	cut   bool
	conns []net.Conn
}

// newProxy gives a proxy of the server of a database URL, and the URL through it.
func newProxy(t *testing.T, database string) (*proxy, string) {
	t.Helper()
	config, err := pgx.ParseConfig(database)
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{}
	p.network, p.server = networkAddress(config)
	if p.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.listener.Close(); p.set(true) })
	go p.serve()
	through := url.URL{Scheme: "postgres", User: url.UserPassword(config.User, config.Password), Host: p.listener.Addr().String(), Path: "/" + config.Database, RawQuery: "sslmode=disable"}
	return p, through.String()
}

func networkAddress(config *pgx.ConnConfig) (network, address string) {
	if strings.HasPrefix(config.Host, "/") {
		return "unix", fmt.Sprintf("%s/.s.PGSQL.%d", config.Host, config.Port)
	}
	return "tcp", net.JoinHostPort(config.Host, fmt.Sprint(config.Port))
}

func (p *proxy) serve() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial(p.network, p.server)
		p.mu.Lock()
		if err != nil || p.cut {
			client.Close()
			p.mu.Unlock()
			continue
		}
		p.conns = append(p.conns, client, server)
		p.mu.Unlock()
		go p.pass(server, client)
		go p.pass(client, server)
	}
}

func (p *proxy) pass(to, from net.Conn) {
	defer to.Close()
	data := make([]byte, 1<<16)
	for {
		n, err := from.Read(data)
		if err != nil {
			return
		}
		p.stopped.RLock()
		_, err = to.Write(data[:n])
		p.stopped.RUnlock()
		if err != nil {
			return
		}
	}
}

// set cuts every connection and refuses new ones, or lets them through again.
func (p *proxy) set(cut bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cut = cut; cut {
		for _, c := range p.conns {
			c.Close()
		}
		p.conns = nil
	}
}

// ask calls every method of the store, and gives the errors by name.
func ask(ctx context.Context, store *postgis.Store) map[string]error {
	errs := map[string]error{}
	q := geo.Query{Collection: geo.Facilities, Limit: 10}
	_, errs["Catalog"] = store.Catalog(ctx)
	_, errs["Get"] = store.Get(ctx, geo.Facilities, geo.Ref{Slug: "first"})
	_, errs["List"] = store.List(ctx, q)
	_, errs["Facets"] = store.Facets(ctx, q)
	_, errs["Matrix"] = store.Matrix(ctx, q, geo.ByCountry, geo.BySector)
	_, errs["Clusters"] = store.Clusters(ctx, q, 3)
	_, errs["Dataset"] = store.Dataset(ctx)
	_, errs["Revision"] = store.Revision(ctx)
	errs["Ping"] = store.Ping(ctx)
	for _, err := range store.All(ctx, q) {
		errs["All"] = err
	}
	return errs
}

func TestDatabaseGoesAwayAndComesBack(t *testing.T) {
	t.Parallel()
	database := postgistest.Migrated(t)
	if _, err := open(t, database).Import(t.Context(), small()); err != nil {
		t.Fatal(err)
	}
	p, through := newProxy(t, database)
	store := open(t, through)
	for method, err := range ask(t.Context(), store) {
		if err != nil {
			t.Fatalf("%s before the outage: %v", method, err)
		}
	}

	p.set(true)
	waitFor(t, "the feed sees that the database is away", func() bool {
		_, err := store.Catalog(t.Context())
		return err != nil
	})
	began := time.Now()
	for method, err := range ask(t.Context(), store) {
		if !errors.Is(err, geo.ErrUnavailable) {
			t.Errorf("%s without a database = %v, want %v", method, err, geo.ErrUnavailable)
		}
	}
	if _, err := store.Import(t.Context(), small()); !errors.Is(err, geo.ErrUnavailable) {
		t.Errorf("Import without a database = %v, want %v", err, geo.ErrUnavailable)
	}
	if took := time.Since(began); took > soon {
		t.Errorf("ten refusals took %v", took)
	}

	p.set(false)
	waitFor(t, "every method answers again", func() bool {
		for _, err := range ask(t.Context(), store) {
			if err != nil {
				return false
			}
		}
		return true
	})
}

// A network that swallows everything: the answer is a refusal within five seconds,
// and all is well as soon as the network is.
func TestSilentNetwork(t *testing.T) {
	t.Parallel()
	database := postgistest.Migrated(t)
	if _, err := open(t, database).Import(t.Context(), small()); err != nil {
		t.Fatal(err)
	}
	p, through := newProxy(t, database)
	store := open(t, through)
	get := func() error {
		_, err := store.Get(t.Context(), geo.Facilities, geo.Ref{Slug: "first"})
		return err
	}
	if err := get(); err != nil {
		t.Fatal(err)
	}
	p.stopped.Lock()
	began := time.Now()
	err := get()
	took := time.Since(began)
	p.stopped.Unlock()
	if !errors.Is(err, geo.ErrUnavailable) || took > 6*time.Second {
		t.Errorf("Get = %v after %v, want %v within five seconds", err, took, geo.ErrUnavailable)
	}
	waitFor(t, "Get answers again", func() bool { return get() == nil })
}

// A restart of the server, or an administrator, ends all connections at once. No
// reader notices.
func TestTerminatedConnectionsFailNoRead(t *testing.T) {
	t.Parallel()
	database := postgistest.Migrated(t)
	store := open(t, database)
	if _, err := store.Import(t.Context(), small()); err != nil {
		t.Fatal(err)
	}
	admin := connect(t, database)
	for range 10 {
		execute(t, admin, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'innoatlas' AND datname = current_database()`)
		for method, err := range ask(t.Context(), store) {
			if err != nil {
				t.Errorf("%s: %v", method, err)
			}
		}
	}
}

// A locked table ends a read with ErrUnavailable after the lock's time limit.
func TestLockedTable(t *testing.T) {
	t.Parallel()
	database := postgistest.Migrated(t)
	store, admin := open(t, database), connect(t, database)
	execute(t, admin, `BEGIN; LOCK facility`)
	began := time.Now()
	_, err := store.Get(t.Context(), geo.Facilities, geo.Ref{ID: 1})
	if took := time.Since(began); !errors.Is(err, geo.ErrUnavailable) || took > soon {
		t.Errorf("Get = %v after %v, want %v", err, took, geo.ErrUnavailable)
	}
	if err := store.Ping(t.Context()); err != nil {
		t.Errorf("Ping beside the locked table: %v", err)
	}
}
