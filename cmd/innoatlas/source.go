package main

import (
	"context"
	"errors"
	"log/slog"
	"os"

	"innoatlas/geo"
	"innoatlas/geo/dataset"
)

// source is where the records come from: the flags that serve and export share.
type source struct {
	waits
	DatabaseURL string `name:"database-url" env:"DATABASE_URL" placeholder:"URL" help:"PostGIS database with the records (postgres://user:password@host/name)."`
	Data        string `placeholder:"DIR|FILE" help:"Data set to read instead of the built-in one: a folder with facilities.csv, or a .csv, .csv.gz, .geojson or .zip file."`
	columnOptions
}

// columnOptions say what becomes of the columns that a data set has and the program does
// not know.
type columnOptions struct {
	OnlyKnownColumns bool     `help:"Refuse a data set with columns that are not known, instead of keeping them as fields of its own."`
	Facet            []string `sep:"none" placeholder:"COLUMN" help:"Column of its own that lists choose by and that is counted, as kinds are; may be given several times. Columns of few values are facets without it."`
}

func (o columnOptions) options() dataset.Options {
	return dataset.Options{OnlyKnownColumns: o.OnlyKnownColumns, Facets: o.Facet}
}

// check refuses a source that is two. A flag counts for more than DATABASE_URL,
// which may have been set for something else.
func (s *source) check() error {
	switch {
	case s.Data == "" && (s.OnlyKnownColumns || len(s.Facet) > 0):
		return errors.New("--only-known-columns and --facet are about the files of a data set; give them with --data, or to innoatlas import")
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
	ds, warnings, err := dataset.ReadWith(s.Data, s.options())
	notes := unbounded(log) // each is about something else, and there are few: see dataset.Warnings
	for _, w := range warnings {
		notes.Warn(w)
	}
	return ds, err
}

// dataset is all of the source, from a database or from files.
func (s *source) dataset(ctx context.Context) (*geo.Dataset, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	log := newLogger()
	if s.DatabaseURL == "" {
		return s.read(log)
	}
	wait := newPatient(s.DatabaseWait, nobody, log)
	store, err := wait.open(ctx, s.DatabaseURL, readers)
	if err != nil {
		return nil, err
	}
	defer store.Close()
	return wait.dataset(ctx, store)
}
