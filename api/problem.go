package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"innoatlas/geo"
	"innoatlas/geo/format"
	"innoatlas/layout"
	"innoatlas/texts"
)

// problemDetails is the body of every error (RFC 9457). Parameter names the
// query parameter at fault, RequestID the log line of a failure of ours.
type problemDetails struct {
	Type      string `json:"type"`
	Title     string `json:"title"`
	Status    int    `json:"status"`
	Detail    string `json:"detail"`
	Parameter string `json:"parameter,omitempty"`
	RequestID string `json:"requestId,omitempty"`

	text       func(texts.Texts) string // the detail in a language, where the pages have texts for it
	DetailLang string                   `json:"-"` // empty: English
}

// statusError is an error of HTTP itself, with what to do about it.
type statusError struct {
	status int
	detail string
}

func (e *statusError) Error() string { return e.detail }

// NotFound is a 404 that says what the caller can ask for.
func NotFound(detail string) error { return &statusError{http.StatusNotFound, detail} }

// errPanic stands for a panic; its cause is in the log.
var errPanic = errors.New("a handler panicked")

// statusClientGone is what the log says of a request whose sender left before
// the answer (as nginx does); nobody sees it on the wire.
const statusClientGone = 499

// problem is where every error is written, and nowhere else. It tells the caller
// what to change, and nothing of the inside.
func (s *Server) problem(err error, c echo.Context) {
	if c.Response().Committed {
		s.logFailure(c, err)
		return
	}
	p := details(err)
	lang := problemLanguage(c.Request())
	p.inLanguage(lang)
	switch {
	case errors.Is(err, context.Canceled) && c.Request().Context().Err() != nil:
		c.Response().WriteHeader(statusClientGone)
		return
	case p.Status == http.StatusInternalServerError:
		p.RequestID = c.Response().Header().Get(requestIDHeader)
		s.logFailure(c, err)
	case p.Status == http.StatusServiceUnavailable:
		c.Response().Header().Set("Retry-After", "2")
		s.refused(c, err)
	case p.Status == http.StatusMethodNotAllowed:
		c.Response().Header().Set("Allow", readMethods)
	}
	if err := writeProblem(c, lang, p); err != nil {
		s.logFailure(c, err)
	}
}

// refused logs and counts an answer that could not be had now. What the log does with
// thousands of these a second is its own matter.
func (s *Server) refused(c echo.Context, err error) {
	reason := "away"
	switch {
	case errors.Is(err, errUnsent):
		reason = "unsent"
	case errors.Is(err, geo.ErrBusy):
		reason = "busy"
	case errors.Is(err, context.DeadlineExceeded):
		reason = "out of time"
	case errors.Is(err, geo.ErrMalformed):
		reason = "changed tables"
	}
	s.refusals.add(reason)
	s.cfg.Logger.LogAttrs(c.Request().Context(), slog.LevelWarn, "request refused",
		slog.String("reason", reason),
		slog.String("route", c.Path()),
		slog.String("request_id", c.Response().Header().Get(requestIDHeader)),
		slog.String("network", network(c.Request().RemoteAddr)),
		slog.String("error", err.Error()))
}

// logFailure logs what went wrong on our side. A client that left is no failure.
func (s *Server) logFailure(c echo.Context, err error) {
	s.failure(c.Request(), c.Response().Header(), c.Path(), err)
}

func (s *Server) failure(r *http.Request, answer http.Header, route string, err error) {
	if r.Context().Err() != nil {
		return
	}
	s.cfg.Logger.LogAttrs(r.Context(), slog.LevelError, "request failed",
		slog.String("route", route),
		slog.String("request_id", answer.Get(requestIDHeader)),
		slog.String("error", err.Error()))
}

// details says what an error is to the caller: the one table of causes and codes.
func details(err error) problemDetails {
	var input *geo.InputError
	var status *statusError
	var gone *goneError
	var routing *echo.HTTPError
	var temporary *format.TempError
	switch {
	case errors.As(err, &input):
		return newProblem(http.StatusBadRequest, input.Error(), input.Param)
	case errors.As(err, &status):
		return newProblem(status.status, status.detail, "")
	case errors.As(err, &temporary):
		return newProblem(http.StatusServiceUnavailable,
			"this format is made in a temporary file, and the server has no room for one just now; take csv, geojson, geojsonl, kml or parquet, or come back later", "")
	case errors.As(err, &gone):
		p := newProblem(http.StatusGone, "", "")
		p.text = gone.text
		return p
	case errors.Is(err, geo.ErrNotFound):
		return newProblem(http.StatusNotFound, "no such record; write its id (a number) or its slug, as the items have them", "")
	case errors.Is(err, geo.ErrBusy), errors.Is(err, context.DeadlineExceeded):
		return problemOfText(http.StatusServiceUnavailable, "failed.busy")
	case errors.Is(err, geo.ErrMalformed):
		return newProblem(http.StatusServiceUnavailable,
			"the data cannot be read, because somebody changed its tables; whoever runs this server finds in its log what to undo, and it answers again then", "")
	case errors.Is(err, geo.ErrUnavailable):
		return problemOfText(http.StatusServiceUnavailable, "failed.away")
	case errors.As(err, &routing) && routing.Code == http.StatusNotFound:
		return newProblem(http.StatusNotFound, "there is nothing at this address; /api lists what there is", "")
	case errors.As(err, &routing) && routing.Code == http.StatusMethodNotAllowed:
		return newProblem(http.StatusMethodNotAllowed, "this can only be read; use "+readMethods, "")
	}
	return newProblem(http.StatusInternalServerError, "the server failed; its log says more under the request id", "")
}

// problemOfText is a problem that readers of the pages meet without a fault of theirs,
// so its detail is one of their texts.
func problemOfText(status int, key string) problemDetails {
	p := newProblem(status, "", "")
	p.text = func(in texts.Texts) string { return in.T(key) }
	return p
}

// inLanguage writes the detail in the reader's language, where there is one.
func (p *problemDetails) inLanguage(lang string) {
	if p.text != nil {
		p.Detail = p.text(texts.In(lang))
		p.DetailLang = lang
	}
}

func newProblem(status int, detail, parameter string) problemDetails {
	return problemDetails{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: detail, Parameter: parameter}
}

var problemFormat = &representation{
	names:     []string{"json", "geojson"},
	mediaType: "application/problem+json",
	accepts:   []string{"application/problem+json", "application/json", "application/geo+json"},
}

// writeProblem writes an error as JSON, or as a page where HTML was asked for.
// What was already settled about the answer that failed is taken back.
func writeProblem(c echo.Context, lang string, p problemDetails) error {
	r, h := c.Request(), c.Response().Header()
	for _, name := range []string{"ETag", "Link", "Content-Disposition", "Content-Encoding", "Content-Language", "Content-Length", "Content-Type"} {
		h.Del(name)
	}
	h.Set("Cache-Control", "no-store")
	h.Set("Vary", "Accept, Accept-Language")
	if asksForHTML(r) {
		return writeProblemPage(c, lang, p)
	}
	body, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return c.Blob(p.Status, problemFormat.mediaType, body)
}

// asksForHTML reads what it can of a request that was not understood.
func asksForHTML(r *http.Request) bool {
	switch f := r.URL.Query().Get("f"); {
	case f == "html":
		return true
	case f != "" || strings.HasPrefix(r.URL.Path, "/data/"):
		return false
	}
	return negotiate([]*representation{problemFormat, htmlFormat}, r.Header.Get("Accept")) == htmlFormat
}

// problemLanguage is what lang asks for, or the browser.
func problemLanguage(r *http.Request) string {
	return chooseLanguage(r.URL.Query().Get("lang"), r.Header)
}

func writeProblemPage(c echo.Context, lang string, p problemDetails) error {
	var body bytes.Buffer
	err := renderPage(&body, "problem", page{Lang: lang, Title: strconv.Itoa(p.Status) + " " + p.Title, Crumbs: []layout.Label{homeCrumb(lang)}, Data: p})
	if err != nil {
		return err
	}
	c.Response().Header().Set("Content-Security-Policy", contentSecurityPolicy)
	return c.Blob(p.Status, "text/html; charset=utf-8", body.Bytes())
}
