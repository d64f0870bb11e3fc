package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"time"

	"innoatlas/geo"
	"innoatlas/geo/dataset"
	"innoatlas/geo/postgis"
)

// source is where the records come from: the flags that serve and export share.
type source struct {
	DatabaseURL string `name:"database-url" env:"DATABASE_URL" placeholder:"URL" help:"PostGIS database with the records (postgres://user:password@host/name)."`
	Data        string `placeholder:"DIR|FILE" help:"Data set to read instead of the built-in one: a folder with facilities.csv, or a .csv, .csv.gz or .geojson file."`
}

// check refuses a source that is two. A flag counts for more than DATABASE_URL,
// which may have been set for something else.
func (s *source) check() error {
	switch {
	case s.Data == "" || s.DatabaseURL == "":
		return nil
	case s.DatabaseURL == os.Getenv("DATABASE_URL"):
		s.DatabaseURL = ""
		return nil
	}
	return errors.New("--data and --database-url name two sources; leave one out")
}

// read reads the data set of a source that is not a database.
func (s *source) read(log *slog.Logger) (*geo.Dataset, error) {
	if s.Data == "" {
		return dataset.Builtin()
	}
	ds, warnings, err := dataset.Read(s.Data)
	for _, w := range warnings {
		log.Warn(w)
	}
	return ds, err
}

// openDatabase connects to a database. It tries again for as long as wait says,
// because a database often starts together with its clients; a database without
// our tables is an error at once.
func openDatabase(ctx context.Context, url string, wait time.Duration, log *slog.Logger) (*postgis.Store, error) {
	if url == "" {
		return nil, errors.New("no database named; add --database-url postgres://user:password@host/name or set DATABASE_URL")
	}
	deadline := time.Now().Add(wait)
	for {
		store, err := postgis.Open(ctx, url, postgis.LogTo(log))
		switch {
		case err == nil || !errors.Is(err, geo.ErrUnavailable):
			return store, err
		case !time.Now().Before(deadline):
			return nil, silent(err)
		}
		log.Info("waiting for the database", "cause", silent(err).Error())
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("waiting for the database: %w", ctx.Err())
		case <-time.After(min(time.Second, wait)):
		}
	}
}

// silent says in one sentence that a database does not answer.
func silent(err error) error {
	var network *net.OpError
	if errors.As(err, &network) {
		err = network
	}
	return fmt.Errorf("the database does not answer (%w); start it, or correct --database-url (or DATABASE_URL)", err)
}
