package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"github.com/labstack/echo/v4"

	"innoatlas/geo"
)

const (
	// answerTime is how long an answer may take until its first byte, and a file until
	// its first record is found.
	answerTime = 10 * time.Second

	// writeSize is how much is written under one deadline, in bytes, and writePatience
	// how long that may take: a reader of 25 kB a second is waited for, one that stopped
	// reading is not.
	writeSize     = 64 << 10
	writePatience = 5 * time.Second

	// maxUnsent is how many bytes all answers together may keep in memory for their
	// readers, beside what the system holds of them.
	maxUnsent = 256 << 20

	// smallBody is up to how many bytes an answer is small, and smallUnsent what is kept
	// for these alone: large ones must not shut them out.
	smallBody   = 512 << 10
	smallUnsent = maxUnsent / 4
)

// errOutOfTime ends an answer that takes longer than answerTime.
var errOutOfTime = fmt.Errorf("the answer took longer than %s: %w", answerTime, context.DeadlineExceeded)

// errUnsent refuses an answer while too much of others waits for slow readers.
var errUnsent = fmt.Errorf("%w: too much of other answers waits for their readers", geo.ErrBusy)

// sending is how one answer goes out: its time ends with its first byte, and from then
// on each piece has its own.
type sending struct {
	http.ResponseWriter
	control *http.ResponseController
	timer   *time.Timer
	unsent  *unsent

	// A stream works in a turn, and gives it back while it waits for its reader.
	leave   func()
	reenter func() (leave func(), err error)
}

// inTime gives each answer its time, and its pieces theirs.
func (s *Server) inTime(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		r, w := c.Request(), c.Response().Writer
		ctx, cancel := context.WithCancelCause(r.Context())
		out := &sending{ResponseWriter: w, control: http.NewResponseController(w), unsent: &s.unsent,
			timer: time.AfterFunc(answerTime, func() { cancel(errOutOfTime) })}
		c.SetRequest(r.WithContext(ctx))
		c.Response().Writer = out
		defer func() {
			out.timer.Stop()
			if err != nil && context.Cause(ctx) == errOutOfTime {
				err = errors.Join(errOutOfTime, err)
			}
			cancel(nil)
			c.SetRequest(r)
			out.giveTurnBack()
		}()
		return next(c)
	}
}

// sendingOf is how the answer to a request goes out.
func sendingOf(c echo.Context) *sending { return c.Response().Writer.(*sending) }

// WriteHeader begins the answer.
func (w *sending) WriteHeader(status int) {
	w.timer.Stop()
	w.ResponseWriter.WriteHeader(status)
}

// Write sends a part of the answer in pieces.
func (w *sending) Write(b []byte) (n int, err error) {
	w.giveTurnBack()
	if n, err = inPieces(w.ResponseWriter, w.control, b); err == nil && w.reenter != nil {
		w.leave, err = w.reenter()
	}
	return n, err
}

// deadlines is what knows until when a write may last.
type deadlines interface{ SetWriteDeadline(time.Time) error }

// inPieces writes a part of an answer, and gives each piece of it a deadline.
func inPieces(w io.Writer, control deadlines, b []byte) (n int, err error) {
	for first := true; first || len(b) > 0; first = false {
		piece := b[:min(len(b), writeSize)]
		if err := control.SetWriteDeadline(time.Now().Add(writePatience)); err != nil && !errors.Is(err, http.ErrNotSupported) {
			return n, err
		}
		m, err := w.Write(piece)
		if n += m; err != nil {
			return n, err
		}
		b = b[len(piece):]
	}
	return n, nil
}

// Unwrap is for http.ResponseController.
func (w *sending) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *sending) giveTurnBack() {
	if w.leave != nil {
		w.leave()
		w.leave = nil
	}
}

// unsent are the bytes that answers keep in memory until their readers have taken them.
// A body that several readers are sent counts once.
type unsent struct {
	mu      sync.Mutex
	bytes   int
	bodies  map[*byte]int // how many are sent it
	refused atomic.Uint64
}

// hold counts a body that is going to be sent; release is called when it was.
func (u *unsent) hold(body []byte) (release func(), err error) {
	key, n := unsafe.SliceData(body), cap(body)
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.bodies[key] == 0 {
		if err := u.take(n); err != nil {
			return nil, err
		}
		if u.bodies == nil {
			u.bodies = map[*byte]int{}
		}
	}
	u.bodies[key]++
	return func() {
		u.mu.Lock()
		defer u.mu.Unlock()
		if u.bodies[key]--; u.bodies[key] == 0 {
			delete(u.bodies, key)
			u.bytes -= n
		}
	}, nil
}

// holdBytes is hold for what belongs to one reader.
func (u *unsent) holdBytes(n int) (release func(), err error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if err := u.take(n); err != nil {
		return nil, err
	}
	return func() {
		u.mu.Lock()
		defer u.mu.Unlock()
		u.bytes -= n
	}, nil
}

func (u *unsent) take(n int) error {
	most := maxUnsent
	if n > smallBody {
		most -= smallUnsent
	}
	if u.bytes+n > most {
		u.refused.Add(1)
		return errUnsent
	}
	u.bytes += n
	return nil
}
