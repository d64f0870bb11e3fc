package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"

	"innoatlas/api"
	"innoatlas/geo"
	"innoatlas/geo/memory"
)

// serveCommand serves the map and the API.
type serveCommand struct {
	source

	Listen       string        `env:"INNOATLAS_LISTEN" default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Address to listen on (${default})."`
	BaseURL      string        `name:"base-url" env:"INNOATLAS_BASE_URL" placeholder:"URL" help:"Public address of the service, used in every link. Needed unless it listens on a loopback address."`
	Reads        string        `enum:"memory,database" default:"memory" help:"With a database: answer from a copy in memory that follows it, or ask it for each request (${enum})."`
	Migrate      bool          `help:"Create or update the tables of the database first."`
	DatabaseWait time.Duration `default:"30s" help:"How long to wait for a database that does not answer yet (${default})."`
	Cache        size          `default:"64MB" placeholder:"BYTES" help:"How much memory finished answers may take that are kept for those who ask the same; 0 keeps none (${default})."`
	DrainDelay   time.Duration `default:"0s" help:"After a stop signal, go on serving that long with /readyz saying no, so that load balancers turn away (${default})."`
	Licence      string        `env:"INNOATLAS_LICENCE" placeholder:"TEXT" help:"On what terms the data may be used, written into downloads."`
	LicenceURL   string        `name:"licence-url" env:"INNOATLAS_LICENCE_URL" placeholder:"URL" help:"Where these terms can be read."`
	Attribution  string        `env:"INNOATLAS_ATTRIBUTION" placeholder:"TEXT" help:"Whom to name when the data is used, written into downloads."`
	TempDir      string        `env:"INNOATLAS_TEMP_DIR" placeholder:"DIR" help:"Where .gpkg, .fgb and .xlsx files are made before they are sent (the system's folder for temporary files)."`
	connectionOptions
	pageOptions
	LogQueries bool `help:"Write query strings to the log; they may hold what people search for."`
}

// Run serves until the context ends, then lets the requests under way finish.
func (c *serveCommand) Run(ctx context.Context) error {
	if err := c.check(); err != nil {
		return err
	}
	page, err := c.page()
	if err != nil {
		return err
	}
	log := newLogger()
	prepareTempDir(c.TempDir, log)
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()

	listener, err := listen(c.Listen) // before the data: a busy port should not take the time of a load
	if err != nil {
		return err
	}
	defer listener.Close()
	served, err := c.open(ctx, background, log)
	if err != nil {
		return err
	}
	defer served.close()

	handler := api.New(served.store, api.Config{
		BaseURL: strings.TrimRight(c.BaseURL, "/"), Version: buildVersion(),
		Logger: log, Ready: served.ready, LogQueries: c.LogQueries, Cache: int(c.Cache), Terms: c.terms(), Page: page, TempDir: c.TempDir,
	})
	return c.serve(ctx, listener, handler, served, log)
}

// terms are those that the operator names, or of the built-in data set its own.
func (c *serveCommand) terms() api.Terms {
	own := api.Terms{Licence: c.Licence, LicenceURL: c.LicenceURL, Attribution: c.Attribution}
	if own == (api.Terms{}) && c.Data == "" && c.DatabaseURL == "" {
		return api.BuiltinTerms
	}
	return own
}

func (c *serveCommand) check() error {
	if err := c.source.check(); err != nil {
		return err
	}
	if c.DatabaseURL == "" && (c.Reads == "database" || c.Migrate) {
		return errors.New("--reads database and --migrate need a database; add --database-url")
	}
	if c.BaseURL == "" {
		if host, _, err := net.SplitHostPort(c.Listen); err == nil && !isLoopback(host) {
			return fmt.Errorf("--listen %s can be reached from elsewhere, so links need the public address; add --base-url https://…", c.Listen)
		}
		return nil
	}
	u, err := url.Parse(c.BaseURL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		return fmt.Errorf("--base-url %s is not an address like https://atlas.example.org", c.BaseURL)
	}
	if strings.Trim(u.Path, "/") != "" {
		return fmt.Errorf("--base-url %s has a path, and the map needs a host name of its own, like https://atlas.example.org", c.BaseURL)
	}
	return nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func listen(address string) (net.Listener, error) {
	listener, err := net.Listen("tcp", address)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("%s is in use by another program; choose another address with --listen, for instance --listen 127.0.0.1:8081", address)
	case err != nil:
		return nil, fmt.Errorf("cannot listen on %s (%w); --listen wants HOST:PORT", address, err)
	}
	return listener, nil
}

// serve answers requests until the context ends.
func (c *serveCommand) serve(ctx context.Context, listener net.Listener, handler *api.Server, served served, log *slog.Logger) error {
	server := newHTTPServer(handler, log)
	failed := make(chan error, 1)
	clients := limitConnections(server, listener, defaultBounds(c.TrustedProxies), log)
	go func() { failed <- server.Serve(clients) }()

	catalog, err := served.store.Catalog(ctx)
	if err != nil {
		return err
	}
	fmt.Printf("innoatlas serves %d facilities at %s\n", catalog.Facilities, address(c.BaseURL, listener))
	select {
	case err := <-failed:
		return fmt.Errorf("serving %s: %w", c.Listen, err)
	case <-ctx.Done():
	}
	return c.shutdown(server, handler, log)
}

// patience is how long requests under way may go on after a stop signal.
const patience = 15 * time.Second

// shutdown says no to /readyz, waits for load balancers to notice, and lets the
// requests under way finish. Those that take too long, as a download to a slow
// reader does, are cut off.
func (c *serveCommand) shutdown(server *http.Server, handler *api.Server, log *slog.Logger) error {
	log.Info("stopping", "drain_delay", c.DrainDelay.String())
	handler.Drain()
	time.Sleep(c.DrainDelay)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	err := server.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		log.Warn("requests that did not end in time are cut off", "patience", patience.String())
		err = server.Close()
	}
	if err != nil {
		return fmt.Errorf("stopping: %w", err)
	}
	log.Info("stopped")
	return nil
}

// address is where a person finds the service.
func address(baseURL string, listener net.Listener) string {
	if baseURL != "" {
		return baseURL
	}
	return "http://" + listener.Addr().String()
}

// served is the store that answers, and what belongs to it.
type served struct {
	store geo.Store
	ready func(context.Context) api.Readiness
	close func()
}

// open makes the store that the flags name. What runs beside it (following the
// database) ends with background.
func (c *serveCommand) open(ctx, background context.Context, log *slog.Logger) (served, error) {
	if c.DatabaseURL != "" {
		return c.openDatabase(ctx, background, log)
	}
	ds, err := c.read(log)
	if err != nil {
		return served{}, err
	}
	return served{store: memory.New(ds), close: func() {}}, nil
}
