package postgis

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// nextHost is how long the hosts of a URL are waited for before the next one is
// asked beside them, which is far less than a silent one takes to be given up.
const nextHost = 300 * time.Millisecond

// connectTimeout is for one host of a URL, however often it answers meanwhile.
const connectTimeout = 5 * time.Second

// prefer puts the host first that answers first, of a URL that names several. The
// driver would wait for each silent one in its turn, for each connection.
func prefer(ctx context.Context, config *pgx.ConnConfig) error {
	hosts := hostsOf(config)
	if len(hosts) < 2 {
		return nil
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // of the slower ones
	answers := make(chan answer, len(hosts))
	var errs []error
	for asked := 0; len(errs) < len(hosts); {
		if asked < len(hosts) {
			go func(n int) { answers <- answer{n, try(ctx, config, hosts[n])} }(asked)
			asked++
		}
		select {
		case a := <-answers:
			if a.err == nil {
				use(config, slices.Concat(hosts[a.host:a.host+1], hosts[:a.host], hosts[a.host+1:]))
				return nil
			}
			errs = append(errs, a.err)
		case <-time.After(nextHost):
		}
	}
	if err := errors.Join(errs...); !errors.Is(err, errSecondBest) {
		return err
	}
	return nil // the driver knows how to take a second best
}

type answer struct {
	host int
	err  error
}

// host is what a URL says of one: without encryption as well, where that may be.
type host []*pgconn.FallbackConfig

func hostsOf(config *pgx.ConnConfig) []host {
	all := append([]*pgconn.FallbackConfig{{Host: config.Host, Port: config.Port, TLSConfig: config.TLSConfig}}, config.Fallbacks...)
	var hosts []host
	for n, one := range all {
		if n == 0 || one.Host != all[n-1].Host || one.Port != all[n-1].Port {
			hosts = append(hosts, nil)
		}
		hosts[len(hosts)-1] = append(hosts[len(hosts)-1], one)
	}
	return hosts
}

func use(config *pgx.ConnConfig, hosts []host) {
	all := slices.Concat(hosts...)
	config.Host, config.Port, config.TLSConfig, config.Fallbacks = all[0].Host, all[0].Port, all[0].TLSConfig, all[1:]
}

// try makes a connection to one host, and closes it.
func try(ctx context.Context, config *pgx.ConnConfig, to host) error {
	one := config.Copy()
	use(one, []host{to})
	if check := config.ValidateConnect; check != nil {
		one.ValidateConnect = func(ctx context.Context, conn *pgconn.PgConn) error { return strict(check(ctx, conn)) }
	}
	conn, err := pgx.ConnectConfig(ctx, one)
	if err != nil {
		return err
	}
	return conn.Close(ctx)
}

// errSecondBest is a host that answers and that the URL would rather not have.
var errSecondBest = errors.New("not of the kind that is preferred")

// strict keeps the driver from taking a second best where there is only one.
func strict(err error) error {
	var notPreferred *pgconn.NotPreferredError
	if errors.As(err, &notPreferred) {
		return errSecondBest
	}
	return err
}
