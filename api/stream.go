package api

import (
	"errors"
	"io"
	"iter"
	"net/http"
	"time"

	"innoatlas/geo"
)

const (
	// pieceSize is how much of a download is gathered before it is sent, in bytes.
	// An error before that still gets its status.
	pieceSize = 256 << 10

	// writeSize is how much is written under one deadline, in bytes, and
	// writePatience how long that may take: a slow reader is waited for, one that
	// stopped reading is not.
	writeSize     = 64 << 10
	writePatience = 30 * time.Second
)

// stream sends a body of unknown length through one buffer.
type stream struct {
	answer  *answer
	pending *buffer
	out     io.Writer
	packer  io.WriteCloser // out, where that compresses
	started bool           // the status is sent
}

func newStream(a *answer) *stream {
	return &stream{answer: a, pending: takeBuffer()}
}

func (s *stream) release() { s.pending.giveBack() }

// write sends the rows as a file. To HEAD it sends the header only.
func (s *stream) write(file rowEncoder, rows iter.Seq2[geo.Feature, error]) error {
	s.pending.b = file.head(s.pending.b)
	n := 0
	for f, err := range rows {
		if err != nil {
			return err
		}
		s.pending.b = file.row(s.pending.b, f, n)
		n++
		if len(s.pending.b) < pieceSize {
			continue
		}
		if err := s.flush(); err != nil || s.headOnly() {
			return err
		}
	}
	s.pending.b = file.tail(s.pending.b, n)
	if !s.started {
		return s.answer.send(s.pending.b)
	}
	return s.finish()
}

func (s *stream) headOnly() bool { return s.answer.c.Request().Method == http.MethodHead }

func (s *stream) flush() error {
	if !s.started {
		s.start()
	}
	if s.headOnly() {
		return nil
	}
	_, err := s.out.Write(s.pending.b)
	s.pending.b = s.pending.b[:0]
	return err
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
	s.started = true
}

func (s *stream) finish() error {
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
