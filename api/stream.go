package api

import (
	"errors"
	"io"
	"net/http"
	"time"

	"innoatlas/geo/format"
)

const (
	// pieceSize is how much of a file is gathered before the status is sent, in
	// bytes. An error before that still gets its own.
	pieceSize = 256 << 10

	// writeSize is how much is written under one deadline, in bytes, and
	// writePatience how long that may take: a slow reader is waited for, one that
	// stopped reading is not.
	writeSize     = 64 << 10
	writePatience = 30 * time.Second
)

// stream sends a body of unknown length. To HEAD it sends the header only.
type stream struct {
	answer  *answer
	pending *buffer
	out     io.Writer      // nil until the status is sent
	packer  io.WriteCloser // out, where that compresses
}

func newStream(a *answer) *stream {
	return &stream{answer: a, pending: takeBuffer()}
}

// stream sends what write writes. Where that fails after the status is sent, only a
// broken connection can say that this is not the whole.
func (s *Server) stream(a *answer, write func(*stream) error) error {
	out := newStream(a)
	defer out.release()
	err := out.end(write(out))
	if err != nil && out.started() {
		s.logFailure(a.c, err)
		panic(http.ErrAbortHandler)
	}
	return err
}

func (s *stream) release() { s.pending.giveBack() }

// started reports whether the status is sent.
func (s *stream) started() bool { return s.out != nil }

// errHeadOnly ends the writing of a body that nobody asked for.
var errHeadOnly = errors.New("api: HEAD asks for no body")

// Write takes a part of the body. Large ones are not copied.
func (s *stream) Write(p []byte) (int, error) {
	switch {
	case !s.started() && len(s.pending.b)+len(p) < pieceSize, len(s.pending.b)+len(p) < writeSize:
		return s.pending.Write(p)
	case !s.started():
		s.start()
	}
	if s.answer.c.Request().Method == http.MethodHead {
		return 0, errHeadOnly
	}
	if err := s.flush(); err != nil {
		return 0, err
	}
	return s.out.Write(p)
}

func (s *stream) start() {
	a := s.answer
	h := a.c.Response().Header()
	h.Set("Content-Type", a.contentType())
	s.out = patientWriter{a.c.Response(), http.NewResponseController(a.c.Response())}
	if a.encoding != identity {
		h.Set("Content-Encoding", string(a.encoding))
		s.packer = a.encoding.compressTo(s.out)
		s.out = s.packer
	}
	a.c.Response().WriteHeader(http.StatusOK)
}

func (s *stream) flush() error {
	_, err := s.out.Write(s.pending.b)
	s.pending.b = s.pending.b[:0]
	return err
}

// end sends what is left of a body that was written with that error. A selection
// that the format cannot hold is a bad request.
func (s *stream) end(err error) error {
	var limit *format.LimitError
	switch {
	case errors.Is(err, errHeadOnly):
		return nil
	case errors.As(err, &limit) && !s.started():
		return &statusError{http.StatusBadRequest, limit.Reason}
	case err != nil:
		return err
	case !s.started():
		return s.answer.send(s.pending.b)
	}
	if err := s.flush(); err != nil || s.packer == nil {
		return err
	}
	return s.packer.Close()
}

// patientWriter gives each part of what it writes a deadline of its own, in place
// of the server's for the whole response.
type patientWriter struct {
	w       io.Writer
	control *http.ResponseController
}

func (p patientWriter) Write(b []byte) (n int, err error) {
	for len(b) > 0 {
		part := b[:min(len(b), writeSize)]
		if err := p.control.SetWriteDeadline(time.Now().Add(writePatience)); err != nil && !errors.Is(err, http.ErrNotSupported) {
			return n, err
		}
		m, err := p.w.Write(part)
		if n += m; err != nil {
			return n, err
		}
		b = b[len(part):]
	}
	return n, nil
}
