package api

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// NewStarting makes the server of a program that has no data yet. It is alive and not
// ready, for the reason that cfg.Ready gives, and all else is 503: a client comes back,
// and finds the server of New in its place.
func NewStarting(cfg Config) *Server {
	s := &Server{cfg: cfg.withDefaults(), echo: echo.New(), shelf: newShelf(0)}
	s.echo.HTTPErrorHandler = s.problem
	s.echo.IPExtractor = echo.ExtractIPDirect()
	s.echo.Use(s.observe, secure, guard)
	s.Route("/livez", s.livez)
	s.Route("/readyz", s.readyz)
	s.echo.RouteNotFound("/*", func(echo.Context) error {
		return &statusError{http.StatusServiceUnavailable, "the server has just been started and is not ready yet; try again in a few seconds"}
	})
	return s
}
