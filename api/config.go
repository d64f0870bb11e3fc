package api

import (
	"cmp"
	"context"
	"log/slog"
	"strings"
	"time"

	"innoatlas/geo"
	"innoatlas/web"
)

// Config is what a Server is told from outside. The zero Config serves.
type Config struct {
	// BaseURL is the public address that links begin with (https://example.org).
	// Empty: links begin with the Host of the request where that is a loopback
	// name or address with the port that the request came in by, and are relative
	// elsewhere. Forwarded headers are never read.
	BaseURL string

	// Version is the build's; it is in the API definition and part of every ETag.
	Version string

	// Logger gets one line a request and every failure; nil drops them.
	Logger *slog.Logger

	// Ready says whether requests can be answered; nil means always. It is asked
	// at most once a second, and given half a second.
	Ready func(context.Context) Readiness

	// LogQueries adds the query string to the log lines. It may hold what people
	// searched for, so it is off by default.
	LogQueries bool

	// Cache is how many bytes finished answers may take that are kept for those who ask
	// the same; 0 keeps none.
	Cache int

	// FileCache is how many bytes of the disk files may take that are kept to be had in
	// parts, with those in the making; 0 keeps none, and files are had as a whole only.
	FileCache int64

	// Page is what the operator chooses for the map and the other pages.
	Page web.Options

	// Terms stand in place of those that the data set states for itself.
	Terms Terms

	// TempDir is where FlatGeobuf, GeoPackage and Excel files are made, and files are kept;
	// "" is the system's folder for such things. Where that fails these are 503, the others
	// are had as a whole only, and everything else goes on.
	TempDir string

	// History is that of the records; nil where there is none: its addresses are 404 then, and
	// nothing leads to them.
	History geo.History

	// Authors lets everybody read who changed what, which may be names of people; without it only
	// the commands tell.
	Authors bool

	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

// Terms say on what terms data may be used.
type Terms = geo.Terms

// Readiness is the answer of /readyz.
type Readiness struct {
	// Ready is whether requests can be answered now.
	Ready bool
	// DegradedSince is when the database went away while answers go on from
	// memory; zero where nothing is wrong.
	DegradedSince time.Time
	// Reason says in a few words what is wrong; empty where nothing is. It is
	// shown to anyone, so it names no host and no account.
	Reason string
}

func (c Config) withDefaults() Config {
	c.BaseURL = strings.TrimRight(c.BaseURL, "/")
	c.Version = cmp.Or(c.Version, "dev")
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Ready == nil {
		c.Ready = func(context.Context) Readiness { return Readiness{Ready: true} }
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}
