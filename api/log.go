package api

import (
	"encoding/binary"
	"encoding/hex"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/netip"
	"runtime/debug"

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
			s.access(c, id, s.cfg.Now().Sub(start).Milliseconds())
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

// access logs one request: its route, never its query values, unless that is
// asked for, and only the network of its sender.
func (s *Server) access(c echo.Context, id string, ms int64) {
	r, w := c.Request(), c.Response()
	if !s.cfg.Logger.Enabled(r.Context(), slog.LevelInfo) {
		return
	}
	attrs := make([]slog.Attr, 0, 8)
	attrs = append(attrs,
		slog.String("method", r.Method),
		slog.String("route", c.Path()),
		slog.Int("status", w.Status),
		slog.Int64("ms", ms),
		slog.Int64("bytes", w.Size),
		slog.String("request_id", id),
		slog.String("network", network(r.RemoteAddr)))
	if s.cfg.LogQueries {
		attrs = append(attrs, slog.String("query", r.URL.RawQuery))
	}
	s.cfg.Logger.LogAttrs(r.Context(), slog.LevelInfo, "request", attrs...)
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
