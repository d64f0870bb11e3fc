package api

import (
	"errors"
	"io"
	"net/http"

	"innoatlas/geo/format"
)

const (
	// pieceSize is how much of a file is gathered before the status is sent, in
	// bytes. An error before that still gets its own.
	pieceSize = 256 << 10

	// streamBytes is what a stream keeps in memory for its reader: a piece, what the
	// file's writer gathers, and where it compresses the tables for that.
	streamBytes, packerBytes = 1 << 20, 1 << 20
)

// stream sends a body of unknown length. To HEAD it sends the header only.
type stream struct {
	answer  *Answer
	pending *buffer
	out     io.Writer      // nil until the status is sent
	packer  io.WriteCloser // out, where that compresses
	unhold  func()         // of what it keeps in memory
}

func newStream(a *Answer) *stream {
	return &stream{answer: a, pending: takeBuffer()}
}

// stream sends what write writes. Where that fails after the status is sent, only a
// broken connection can say that this is not the whole.
func (s *Server) stream(a *Answer, write func(*stream) error) error {
	out := newStream(a)
	defer out.release()
	err := out.end(write(out))
	if err != nil && out.started() {
		s.logFailure(a.c, err)
		panic(http.ErrAbortHandler)
	}
	return err
}

func (s *stream) release() {
	s.pending.giveBack()
	if s.unhold != nil {
		s.unhold()
	}
}

// started reports whether the status is sent.
func (s *stream) started() bool { return s.out != nil }

// errHeadOnly ends the writing of a body that nobody asked for.
var errHeadOnly = errors.New("api: HEAD asks for no body")

// Write takes a part of the body. Large ones are not copied.
func (s *stream) Write(p []byte) (int, error) {
	switch {
	case s.answer.made != nil, !s.started() && len(s.pending.b)+len(p) < pieceSize, len(s.pending.b)+len(p) < writeSize:
		return s.pending.Write(p)
	case !s.started():
		if err := s.start(); err != nil {
			return 0, err
		}
	}
	if s.answer.c.Request().Method == http.MethodHead {
		return 0, errHeadOnly
	}
	if err := s.flush(); err != nil {
		return 0, err
	}
	return s.out.Write(p)
}

func (s *stream) start() (err error) {
	a := s.answer
	bytes := streamBytes
	if a.encoding != identity {
		bytes += packerBytes
	}
	if s.unhold, err = sendingOf(a.c).unsent.holdBytes(bytes); err != nil {
		return err
	}
	h := a.c.Response().Header()
	h.Set("Content-Type", a.contentType())
	s.out = a.c.Response()
	sendingOf(a.c).reenter = func() (leave func(), err error) { return a.turns.again.Enter(a.ctx) }
	if a.encoding != identity {
		h.Set("Content-Encoding", string(a.encoding))
		s.packer = a.encoding.compressTo(s.out)
		s.out = s.packer
	}
	a.c.Response().WriteHeader(http.StatusOK)
	return nil
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
		return s.answer.Send(s.pending.b)
	}
	if err := s.flush(); err != nil || s.packer == nil {
		return err
	}
	return s.packer.Close()
}
