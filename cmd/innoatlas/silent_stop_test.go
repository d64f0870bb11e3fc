package main

import (
	"io"
	"net"
	"net/http"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// TestStopsWhileTheDatabaseIsSilent: a stop signal ends the server although its database
// takes everything and says nothing, whatever is asked of it at the moment.
func TestStopsWhileTheDatabaseIsSilent(t *testing.T) {
	t.Parallel()
	database := filled(t)
	for name, args := range map[string][]string{"follower": nil, "reads database": {"--reads", "database", "--cache", "0"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var silent atomic.Bool
			s := start(t, append(args, "--database-url", muffled(t, database, &silent))...)
			s.get(t, "/collections/facilities/items?limit=1")
			silent.Store(true)
			for _, path := range []string{"/collections/facilities/items?limit=2", "/data/facilities.geojson", "/readyz"} {
				go func() {
					if response, err := http.Get(s.url + path); err == nil {
						io.Copy(io.Discard, response.Body)
						response.Body.Close()
					}
				}()
			}
			time.Sleep(300 * time.Millisecond)
			begin := time.Now()
			if err := s.stop(t); err != nil || time.Since(begin) > patience { // some 4 s where nothing else runs
				t.Errorf("it took %s: %v", time.Since(begin), err)
			}
		})
	}
}

// muffled is the address of a database that can be silenced: what it says is read and
// never passed on.
func muffled(t *testing.T, database string, silent *atomic.Bool) string {
	t.Helper()
	config, err := pgx.ParseConfig(database)
	if err != nil {
		t.Fatal(err)
	}
	network, to := pgconn.NetworkAddress(config.Host, config.Port)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go relay(silenced{conn, silent}, network, to)
		}
	}()
	return (&url.URL{Scheme: "postgres", User: url.UserPassword(config.User, config.Password), Host: l.Addr().String(), Path: config.Database}).String()
}

// silenced is a connection that drops what is written to it.
type silenced struct {
	net.Conn
	silent *atomic.Bool
}

func (c silenced) Write(b []byte) (int, error) {
	if c.silent.Load() {
		return len(b), nil
	}
	return c.Conn.Write(b)
}
