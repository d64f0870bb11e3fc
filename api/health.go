package api

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
)

// livez answers GET /livez: the process runs. It never touches the store, so a
// database that is away gets no server restarted.
func (s *Server) livez(c echo.Context) error {
	c.Response().Header().Set("Cache-Control", "no-store")
	return c.JSON(http.StatusOK, health{Status: "alive"})
}

type health struct {
	Status        string     `json:"status"`
	DegradedSince *time.Time `json:"degraded_since,omitempty"`
	Reason        string     `json:"reason,omitempty"`
}

// readyz answers GET /readyz: whether requests should be sent here.
func (s *Server) readyz(c echo.Context) error {
	c.Response().Header().Set("Cache-Control", "no-store")
	if s.draining.Load() {
		return c.JSON(http.StatusServiceUnavailable, health{Status: "draining"})
	}
	ready := s.ready.get(c.Request().Context(), s.cfg)
	answer := health{Status: "ready", Reason: ready.Reason}
	if !ready.DegradedSince.IsZero() {
		since := ready.DegradedSince.UTC()
		answer.DegradedSince = &since
	}
	if !ready.Ready {
		answer.Status = "unavailable"
		return c.JSON(http.StatusServiceUnavailable, answer)
	}
	return c.JSON(http.StatusOK, answer)
}

// readyCache keeps an answer for a second, so that probes cannot load the database.
type readyCache struct {
	mu   sync.Mutex
	at   time.Time
	last Readiness
}

func (r *readyCache) get(ctx context.Context, cfg Config) Readiness {
	r.mu.Lock()
	defer r.mu.Unlock()
	if now := cfg.Now(); r.at.IsZero() || now.Sub(r.at) >= time.Second {
		// A probe that hangs up must not make the next one wrong.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 500*time.Millisecond)
		defer cancel()
		r.last, r.at = cfg.Ready(ctx), now
	}
	return r.last
}
