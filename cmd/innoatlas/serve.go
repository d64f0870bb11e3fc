package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"strings"
	"syscall"
	"time"

	"innoatlas/api"
	"innoatlas/geo"
	"innoatlas/geo/memory"
	"innoatlas/pages"
)

// serveCommand serves the map and the API.
type serveCommand struct {
	source

	Listen      string        `env:"INNOATLAS_LISTEN" default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Address to listen on (${default})."`
	BaseURL     string        `name:"base-url" env:"INNOATLAS_BASE_URL" placeholder:"URL" help:"Public address of the service, used in every link. Needed unless it listens on a loopback address."`
	Reads       string        `enum:"memory,database" default:"memory" help:"With a database: answer from a copy in memory that follows it, or ask it for each request (${enum})."`
	Migrate     bool          `help:"Create or update the tables of the database first."`
	Cache       size          `default:"64MB" placeholder:"BYTES" help:"How much memory finished answers may take that are kept for those who ask the same; 0 keeps none (${default})."`
	FileCache   size          `default:"1GB" placeholder:"BYTES" help:"How much of the disk files may take that are kept in --temp-dir to be had in parts; 0 keeps none, and files are had as a whole only (${default})."`
	DrainDelay  time.Duration `default:"0s" help:"After a stop signal, go on serving that long with /readyz saying no, so that load balancers turn away (${default})."`
	Licence     string        `env:"INNOATLAS_LICENCE" placeholder:"TEXT" help:"On what terms the data may be used, in place of what the data set says; on pages, in tiles and in files."`
	LicenceURL  string        `name:"licence-url" env:"INNOATLAS_LICENCE_URL" placeholder:"URL" help:"Where these terms can be read."`
	Attribution string        `env:"INNOATLAS_ATTRIBUTION" placeholder:"TEXT" help:"Whom to name when the data is used, before whom the data set names."`
	ShowAuthors bool          `env:"INNOATLAS_SHOW_AUTHORS" help:"Let everybody read who changed a record, in the history, on the page of changes and in the feed; without it only the commands tell."`
	TempDir     string        `env:"INNOATLAS_TEMP_DIR" placeholder:"DIR" help:"Where .gpkg, .fgb and .xlsx files are made before they are sent, and files are kept (the system's folder for temporary files)."`
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
	limitMemory("/", log)
	shareProcessors()
	prepareTempDir(c.TempDir, log)
	config := api.Config{
		BaseURL: strings.TrimRight(c.BaseURL, "/"), Version: buildVersion(),
		Logger: log, LogQueries: c.LogQueries, Cache: int(c.Cache), FileCache: int64(c.FileCache),
		Terms: api.Terms{Licence: c.Licence, LicenceURL: c.LicenceURL, Attribution: c.Attribution}, Page: page, TempDir: c.TempDir, Authors: c.ShowAuthors,
	}
	listener, err := listen(c.Listen) // before the data: a busy port should not take the time of a load
	if err != nil {
		return err
	}
	defer listener.Close()
	return c.serve(ctx, listener, config)
}

func (c *serveCommand) check() error {
	if err := c.source.check(); err != nil {
		return err
	}
	if c.DatabaseURL == "" && (c.Reads == "database" || c.Migrate) {
		return errors.New("--reads database and --migrate need a database; add --database-url")
	}
	if u, err := url.Parse(c.LicenceURL); c.LicenceURL != "" && (err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "") {
		return fmt.Errorf("--licence-url %s is not an address like https://creativecommons.org/licenses/by/4.0/", c.LicenceURL)
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
	var config net.ListenConfig
	config.SetMultipathTCP(false) // its sockets take no filters, which a stop needs
	listener, err := config.Listen(context.Background(), "tcp", address)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("%s is in use by another program; choose another address with --listen, for instance --listen 127.0.0.1:8081", address)
	case err != nil:
		return nil, fmt.Errorf("cannot listen on %s (%w); --listen wants HOST:PORT", address, err)
	}
	return listener, nil
}

// serve answers requests until the context ends: at first that it is not ready, and
// from the data once that is there.
func (c *serveCommand) serve(ctx context.Context, listener net.Listener, config api.Config) error {
	log := config.Logger
	front := newFront(config)
	server := newHTTPServer(front, log)
	clients := limitConnections(server, listener, defaultBounds(c.TrustedProxies), log)
	conns := watchConnections(server)
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(clients) }()
	if c.AdminListen != "" {
		listener, err := listen(adminAddress(c.AdminListen))
		if err != nil {
			return err
		}
		defer serveAdmin(listener, front, clients, log).Close()
	}

	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	served, err := c.openWhile(ctx, background, front, failed, log)
	if err != nil {
		stop()
		return err
	}
	defer served.end(stop, log)
	config.Ready, config.History = served.ready, served.history
	complete := api.New(served.store, config)
	pages.Register(complete)
	front.open(complete)
	go tidyMemory(background)
	fmt.Printf("innoatlas serves %s at %s\n", quantity(served.facilities, "facility", "facilities"), address(c.BaseURL, listener))

	select {
	case err := <-failed:
		return fmt.Errorf("serving %s: %w", c.Listen, err)
	case <-ctx.Done():
	}
	return stopping{front, server, listener, conns, failed, served.silent, c.DrainDelay, log}.run()
}

// openWhile makes the store while the server answers already. A stop signal does not
// wait for a data set that is being read.
func (c *serveCommand) openWhile(ctx, background context.Context, front *front, failed <-chan error, log *slog.Logger) (served, error) {
	type opened struct {
		served
		err error
	}
	done := make(chan opened, 1)
	go func() {
		defer func() {
			if cause := recover(); cause != nil {
				done <- opened{err: fmt.Errorf("reading the data: %v", cause)}
			}
		}()
		s, err := c.open(ctx, background, front, log)
		done <- opened{s, err}
	}()
	select {
	case o := <-done:
		return o.served, o.err
	case err := <-failed:
		return served{}, fmt.Errorf("serving %s: %w", c.Listen, err)
	case <-ctx.Done():
		return served{}, ctx.Err()
	}
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
	store      geo.Store
	facilities int
	ready      func(context.Context) api.Readiness // nil: always
	history    geo.History                         // nil where there is no database
	close      func()                              // nil where there is nothing to close
}

// silent reports whether there is a database, and it does not answer.
func (s served) silent() bool {
	if s.ready == nil {
		return false
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	ready := s.ready(ctx)
	return !ready.Ready || !ready.DegradedSince.IsZero()
}

// end stops what runs beside the store and closes it. A database that does not answer
// is not waited for.
func (s served) end(stop func(), log *slog.Logger) {
	stop()
	if s.close == nil {
		return
	}
	closed := make(chan struct{})
	go func() { s.close(); close(closed) }()
	select {
	case <-closed:
	case <-time.After(time.Second):
		log.Warn("the connections to the database are left to the system, since it does not answer")
	}
}

// open makes the store that the flags name. What runs beside it (following the
// database) ends with background.
func (c *serveCommand) open(ctx, background context.Context, front *front, log *slog.Logger) (s served, err error) {
	if c.DatabaseURL != "" {
		s, err = c.openDatabase(ctx, background, newPatient(c.DatabaseWait, front.because, log), log)
	} else if ds, readErr := c.read(log); readErr == nil {
		s.store = memory.New(ds)
	} else {
		err = readErr
	}
	if err != nil {
		return served{}, err
	}
	catalog, err := s.store.Catalog(ctx)
	if err != nil {
		s.end(func() {}, log)
		return served{}, err
	}
	s.facilities = catalog.Facilities
	return s, nil
}
