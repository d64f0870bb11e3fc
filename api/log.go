package api

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/netip"
	"runtime/debug"
	"time"

	"github.com/labstack/echo/v4"
)

const requestIDHeader = "X-Request-Id"

// observe numbers the request, writes its error, if there is one, and logs it. A
// panic of a handler becomes a 500, and its stack goes to the log.
func (s *Server) observe(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		start := s.cfg.Now()
		id := newRequestID()
		c.Response().Header()[requestIDHeader] = []string{id}
		defer func() {
			cause := recover()
			cut := cause != nil && c.Response().Committed
			if cause != nil && cause != http.ErrAbortHandler {
				s.logPanic(c, id, cause)
				c.Error(errPanic)
			}
			r, w := c.Request(), c.Response()
			s.access(r.Context(), accessed{r.Method, c.Path(), r.URL.RawQuery, network(r.RemoteAddr), id, w.Status, w.Size, start})
			if cut { // what was sent is no whole answer: the connection ends, so that the client knows
				panic(http.ErrAbortHandler)
			}
		}()
		if err := next(c); err != nil {
			c.Error(err)
		}
		return nil
	}
}

func (s *Server) logPanic(c echo.Context, id string, cause any) {
	s.cfg.Logger.LogAttrs(c.Request().Context(), slog.LevelError, "panic",
		slog.String("request_id", id), slog.Any("value", cause), slog.String("stack", string(debug.Stack())))
}

// accessed is what the log says of a request.
type accessed struct {
	method, route, query string
	network              string // of its sender
	id                   string
	status               int
	bytes                int64 // of the body that was sent
	start                time.Time
}

// access logs one request: its route, never its query values, unless that is
// asked for, and only the network of its sender.
func (s *Server) access(ctx context.Context, a accessed) {
	logger := s.cfg.Logger.Handler()
	if !logger.Enabled(ctx, slog.LevelInfo) {
		return
	}
	now := s.cfg.Now()
	line := slog.NewRecord(now, slog.LevelInfo, "request", 0) // the Logger would look for who calls it, and at its own clock
	line.AddAttrs(
		slog.String("method", a.method),
		slog.String("route", a.route),
		slog.Int("status", a.status),
		slog.Int64("ms", now.Sub(a.start).Milliseconds()),
		slog.Int64("bytes", a.bytes),
		slog.String("request_id", a.id),
		slog.String("network", a.network))
	if s.cfg.LogQueries {
		line.AddAttrs(slog.String("query", a.query))
	}
	_ = logger.Handle(ctx, line) // a log that cannot be written stops no answer
}

// newRequestID is 128 random bits: unique, not secret. Ids that clients send are
// not used: they could name someone else's request.
func newRequestID() string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], rand.Uint64())
	binary.BigEndian.PutUint64(b[8:], rand.Uint64())
	return hex.EncodeToString(b[:])
}

// network is the sender's address cut to its /24 or /48.
func network(remote string) string {
	peer, err := netip.ParseAddrPort(remote)
	if err != nil {
		return ""
	}
	addr, bits := peer.Addr().Unmap().WithZone(""), 24
	if addr.Is6() {
		bits = 48
	}
	prefix, err := addr.Prefix(bits)
	if err != nil {
		return ""
	}
	return prefix.String()
}
