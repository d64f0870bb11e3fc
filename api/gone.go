package api

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/labstack/echo/v4"

	"innoatlas/geo"
	"innoatlas/texts"
)

// goneTime is how long the history may take to say what became of a record. Where it does not, the
// record is only not there, which is true: who asks for names that never were does not wait for a
// database that is silent.
const goneTime = time.Second

// goneError is a record that was deleted, and why.
type goneError struct{ geo.Gone }

func (e *goneError) Error() string { return "deleted: " + e.Reason }

// Is says that it is not there, like one that never was.
func (e *goneError) Is(target error) bool { return target == geo.ErrNotFound }

// text says so in a language.
func (e *goneError) text(in texts.Texts) string {
	said := in.T("failed.gone")
	if !e.At.IsZero() {
		said = in.T("failed.gone_on", "date", e.At.UTC().Format(time.DateOnly))
	}
	if e.Reason != "" {
		said += " " + in.T("failed.gone_reason", "reason", e.Reason)
	}
	return said
}

// Missing says what became of a record that is not there, where err says that it is not: the slug that
// it has now, or that it was deleted. All else is err as it was.
func (s *Server) Missing(ctx context.Context, col *geo.Collection, ref geo.Ref, err error) (now string, _ error) {
	if s.cfg.History == nil || !errors.Is(err, geo.ErrNotFound) {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, goneTime)
	defer cancel()
	gone, failed := s.cfg.History.Gone(ctx, col, ref)
	switch {
	case failed != nil:
		return "", err
	case gone.Now == "":
		return "", &goneError{gone}
	}
	return gone.Now, nil
}

// missing answers for a record that is not there: it is at another address, with what comes after it
// in the path, or err says what became of it.
func (s *Server) missing(c echo.Context, col *collection, ref geo.Ref, after string, err error) error {
	now, err := s.Missing(c.Request().Context(), col.Collection, ref, err)
	if err != nil {
		return err
	}
	return s.moved(c, col.path()+"/items/"+url.PathEscape(now)+after)
}

// moved sends to another address for good, with the same query where a header has room for it.
func (s *Server) moved(c echo.Context, path string) error {
	to := s.Base(c.Request()) + path
	if query := c.Request().URL.RawQuery; query != "" && len(to)+len(query) < MaxGrown {
		to += "?" + query
	}
	h := c.Response().Header()
	for _, name := range []string{"Etag", "Content-Language", "Content-Crs"} {
		h.Del(name)
	}
	h.Set("Cache-Control", AMinute) // a record may come back
	return c.Redirect(http.StatusPermanentRedirect, to)
}
