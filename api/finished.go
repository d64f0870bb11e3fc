package api

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"
)

// finished is an answer that is complete, for whoever asks the same. Nothing in it
// changes.
type finished struct {
	header []headerField // what is known only when it is made; the rest each request settles
	body   []byte
}

// headerField is one line of the header.
type headerField struct {
	name   string
	values []string
}

// bytes is what the answer takes, roughly.
func (f *finished) bytes() int {
	n := cap(f.body)
	for _, h := range f.header {
		n += len(h.name) + 64
		for _, v := range h.values {
			n += len(v)
		}
	}
	return n
}

// packed is the same answer in a content coding. What is short stays as it is.
func (f *finished) packed(e encoding) (*finished, error) {
	if len(f.body) < minCompressed {
		return f, nil
	}
	packed := takeBuffer()
	defer packed.giveBack()
	w := e.compressTo(packed)
	if _, err := w.Write(f.body); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	header := []headerField{{"Content-Encoding", []string{string(e)}}, lengthOf(packed.b)}
	for _, field := range f.header {
		if field.name != "Content-Length" {
			header = append(header, field)
		}
	}
	return &finished{header, slices.Clone(packed.b)}, nil
}

func lengthOf(body []byte) headerField {
	return headerField{"Content-Length", []string{strconv.Itoa(len(body))}}
}

// sendTo sends the answer, when there is room for it among what is not sent yet.
func (f *finished) sendTo(c echo.Context) error {
	unhold, err := sendingOf(c).unsent.hold(f.body)
	if err != nil {
		return err
	}
	defer unhold()
	return f.write(c.Response(), c.Request())
}

// write answers a request by a header that has what was settled.
func (f *finished) write(w http.ResponseWriter, r *http.Request) error {
	h := w.Header()
	if matchesAny(r.Header["If-None-Match"]) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	for _, field := range f.header {
		h[field.name] = field.values
	}
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodHead {
		return nil
	}
	_, err := w.Write(f.body)
	return err
}

// keep sends the answer that was kept, or else the one that fill makes and hands to
// send. It is made once for all who ask at the same time, and kept if the data did not
// change meanwhile. From then on a belongs to the making, which may last longer than
// this request.
func (s *Server) keep(a *Answer, fill func() error) error {
	c, revision, question, byLanguage := a.c, a.catalog.Revision, a.question(), a.isHTML()
	settled := settledHeader(a.header)
	f, err := s.finished(c.Request().Context(), a, question, fill)
	if err != nil {
		return err
	}
	if !byLanguage && isOneLine(settled) && isOneLine(f.header) {
		s.shelf.remember(revision, question, s.request(c.Request()), settled, c.Path())
	}
	return f.sendTo(c)
}

// finished gives the answer in its coding. The compressed form is made of the plain one,
// which is kept apart.
func (s *Server) finished(ctx context.Context, a *Answer, question string, fill func() error) (*finished, error) {
	coding := a.encoding
	if coding == identity {
		return s.findOrMake(ctx, a, question, func(ctx context.Context) (*finished, error) { return a.finish(ctx, fill) })
	}
	return s.findOrMake(ctx, a, question, func(ctx context.Context) (*finished, error) {
		a.encoding = identity
		plain, err := s.finished(ctx, a, a.question(), fill)
		if err != nil {
			return nil, err
		}
		if turn := s.turns.ofPacking(len(plain.body)); turn != nil {
			leave, err := turn.Enter(ctx)
			if err != nil {
				return nil, err
			}
			defer leave()
		}
		return plain.packed(coding)
	})
}

// isOneLine reports whether no field breaks its line. net/http mends that, and the short way
// does not.
func isOneLine(header []headerField) bool {
	return !slices.ContainsFunc(header, func(field headerField) bool {
		return slices.ContainsFunc(field.values, func(value string) bool { return strings.ContainsAny(value, "\r\n") })
	})
}

// question names what the body is made of, besides the revision. Parameters that are
// given in another order are the same question.
func (a *Answer) question() string {
	return strings.Join([]string{string(a.encoding), a.format.mediaType, a.lang, a.base, a.path, a.params.Encode()}, "\x00")
}

// findOrMake gives the answer to a question. While the catalog cannot be read, only what
// is kept is an answer.
func (s *Server) findOrMake(ctx context.Context, a *Answer, question string, fill func(context.Context) (*finished, error)) (*finished, error) {
	revision, away := a.catalog.Revision, a.away
	if f := s.shelf.find(revision, question); f != nil {
		return f, nil
	}
	if away != nil {
		return nil, away
	}
	return s.makings.Do(ctx, revision+" "+question, func(ctx context.Context) (*finished, error) {
		if f := s.shelf.again(revision, question); f != nil {
			return f, nil // it was finished between the look and now
		}
		f, err := fill(ctx)
		if err == nil && s.isCurrent(ctx, revision) {
			s.shelf.add(revision, question, f)
		}
		return f, err
	})
}

// isCurrent reports whether the data is still that of the revision. An answer that was
// begun before a change and read after it is not kept: it has newer data than its name says.
func (s *Server) isCurrent(ctx context.Context, revision string) bool {
	catalog, err := s.store.Catalog(ctx)
	return err == nil && catalog.Revision == revision
}

// finish makes the answer by fill, apart from any request.
func (a *Answer) finish(ctx context.Context, fill func() error) (*finished, error) {
	a.c, a.ctx, a.header, a.made = nil, ctx, http.Header{}, &finished{}
	defer func() {
		if a.leave != nil {
			a.leave()
		}
	}()
	if err := fill(); err != nil {
		return nil, err
	}
	for name, values := range a.header {
		a.made.header = append(a.made.header, headerField{name, values})
	}
	return a.made, nil
}
