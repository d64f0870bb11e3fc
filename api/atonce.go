package api

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"

	"innoatlas/geo"
)

// request is what a request says of the answer that it wants, as it was sent. Where two are
// equal, so are their answers, unless they are pages (whose language has more to go by). So
// what was understood once need not be understood again.
type request struct {
	path, rawPath, query, accept, coding string

	// What links begin with, where nobody has settled that (see Server.base).
	host  string
	local netip.AddrPort
	tls   bool
}

func (s *Server) request(r *http.Request) request {
	q := request{path: r.URL.Path, rawPath: r.URL.RawPath, query: r.URL.RawQuery, accept: r.Header.Get("Accept"), coding: r.Header.Get("Accept-Encoding")}
	if s.cfg.BaseURL == "" {
		q.host, q.tls = r.Host, r.TLS != nil
		if local, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr); ok {
			q.local = local.AddrPort()
		}
	}
	return q
}

func (r request) bytes() int {
	return len(r.path) + len(r.rawPath) + len(r.query) + len(r.accept) + len(r.coding) + len(r.host)
}

// settledNames are the headers that each request settles for itself before its answer is looked for.
var settledNames = []string{"Etag", "Cache-Control", "Vary", "Content-Language", "Content-Crs"}

func settledHeader(h http.Header) (settled []headerField) {
	for _, name := range settledNames {
		if values := h[name]; values != nil {
			settled = append(settled, headerField{name, values})
		}
	}
	return settled
}

// answerAtOnce answers a request that is equal to one before it, if the answer is still
// kept; false where it is not, and nothing is sent. What the middleware and the handlers
// would come to is the same: header, tag, deadlines, and the line in the log.
func (s *Server) answerAtOnce(w http.ResponseWriter, r *http.Request) bool {
	if s.shelf.limit == 0 || r.Method != http.MethodGet && r.Method != http.MethodHead || refusal(r) != nil {
		return false
	}
	start := s.cfg.Now()
	found, unhold, ok := s.recall(r.Context(), s.request(r))
	if !ok {
		return false
	}
	defer unhold()
	id, h := newRequestID(), w.Header()
	h[requestIDHeader] = []string{id}
	secureHeader(h)
	for _, field := range found.settled {
		h[field.name] = field.values
	}
	counted := &countingWriter{ResponseWriter: w}
	if isFresh(r, h) {
		counted.WriteHeader(http.StatusNotModified)
	} else if err := found.to.answer.write(counted, r); err != nil {
		s.failure(r, h, found.route, err)
	}
	s.access(r.Context(), accessed{r.Method, found.route, r.URL.RawQuery, network(r.RemoteAddr), id, counted.status, counted.bytes, start})
	return true
}

// recall gives the answer of an equal request, if that is still kept, and the one of the
// present revision. It counts among what is not sent until unhold is called.
func (s *Server) recall(ctx context.Context, r request) (found shortcut, unhold func(), ok bool) {
	found, revision, ok := s.shelf.recall(r)
	if !ok {
		return found, nil, false
	}
	v, err := s.catalogs.read(ctx, s.store)
	if v == nil || v.catalog.Revision != revision || err != nil && !errors.Is(err, geo.ErrUnavailable) {
		return found, nil, false
	}
	unhold, err = s.unsent.hold(found.to.answer.body)
	return found, unhold, err == nil
}

// countingWriter counts what is sent, for the log.
type countingWriter struct {
	http.ResponseWriter
	status int
	bytes  int64
}

// WriteHeader sends the status.
func (w *countingWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Write sends a part of the body, in pieces.
func (w *countingWriter) Write(p []byte) (n int, err error) {
	n, err = inPieces(w.ResponseWriter, http.NewResponseController(w.ResponseWriter), p)
	w.bytes += int64(n)
	return n, err
}
