package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"regexp"
	"strings"
	"time"

	"innoatlas/geo"
	"innoatlas/geo/format"
)

// oneRange is a Range that asks for one part (RFC 9110 §14.1.2). Several parts, other
// units and what is no range at all are passed over, as a server may: the answer is the
// whole file.
var oneRange = regexp.MustCompile(`(?i)^bytes=[ \t]*(\d{1,18}-\d{0,18}|-\d{1,18})[ \t]*$`)

// noBytes is a range of the last 0 bytes, which no file has.
var noBytes = regexp.MustCompile(`^-0+$`)

// rangeOf is the range that is asked for; "" for the whole.
func rangeOf(r *http.Request) string {
	given := r.Header["Range"]
	if r.Method != http.MethodGet || len(given) != 1 {
		return ""
	}
	if m := oneRange.FindStringSubmatch(given[0]); m != nil {
		return m[1]
	}
	return ""
}

func wantsPart(r *http.Request) bool { return rangeOf(r) != "" }

func acceptRanges(possible bool) string {
	if possible {
		return "bytes"
	}
	return "none"
}

// errPassed says that the data changed between the catalog and the first record, so that
// the file would have another name than it should.
var errPassed = fmt.Errorf("%w: an import changed the data meanwhile", geo.ErrUnavailable)

// keptFile is the whole file, if it is kept, or must be made before an answer can be
// begun: for a part, for its length, and where it is made whole anyway. It is nil where
// the answer is better sent while it is made. The caller releases it.
func (s *Server) keptFile(a *Answer, f *fileFormat, q geo.Query) (*keptFile, error) {
	key := a.catalog.Revision + " " + a.fileQuestion()
	if kept := s.files.find(key); kept != nil || s.files.limit <= 0 {
		return kept, nil
	}
	r := a.c.Request()
	if !f.whole && !wantsPart(r) && !(r.Method == http.MethodHead && a.encoding == identity) {
		return nil, nil
	}
	timer := sendingOf(a.c).timer
	timer.Stop() // the making has its own
	kept, err := s.files.get(a.Context(), key, func(ctx context.Context, w io.Writer) error { return s.makeFile(ctx, w, a, f, q) })
	if unkept(err) {
		timer.Reset(answerTime)
	}
	var limit *format.LimitError
	if errors.As(err, &limit) {
		err = &statusError{http.StatusBadRequest, limit.Reason}
	}
	return kept, err
}

// fileQuestion names what a file is made of, besides the revision.
func (a *Answer) fileQuestion() string {
	return strings.Join([]string{a.format.mediaType, a.lang, a.path, a.params.Encode()}, "\x00")
}

// makeFile makes a file apart from any request, in one costly turn from its first record
// on; until then it may take as long as an answer.
func (s *Server) makeFile(ctx context.Context, w io.Writer, a *Answer, f *fileFormat, q geo.Query) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	timer := time.AfterFunc(answerTime, func() { cancel(errOutOfTime) })
	defer timer.Stop()
	var turn madeInTurn
	defer turn.end()
	rows := s.store.All(geo.WithPause(ctx, func() func() error { return turn.pause(ctx, s.turns.again) }), q)
	err := s.writeFile(ctx, w, a, f, onceBegun(rows, func() error {
		timer.Stop()
		if !s.isCurrent(ctx, a.catalog.Revision) {
			return errPassed
		}
		return turn.begin(ctx, s.turns.costly)
	}))
	if err != nil && context.Cause(ctx) == errOutOfTime {
		err = errors.Join(errOutOfTime, err)
	}
	return err
}

// madeInTurn is the turn of a making, which it gives back while the store waits for its
// database, as answers do (turns.go).
type madeInTurn struct{ leave func() }

func (t *madeInTurn) begin(ctx context.Context, gate *geo.Gate) (err error) {
	t.leave, err = gate.Enter(ctx)
	return err
}

func (t *madeInTurn) end() {
	if t.leave != nil {
		t.leave()
		t.leave = nil
	}
}

func (t *madeInTurn) pause(ctx context.Context, again *geo.Gate) (resume func() error) {
	if t.leave == nil {
		return func() error { return nil }
	}
	t.end()
	return func() error { return t.begin(ctx, again) }
}

// onceBegun gives the rows, and asks begin when the first is there, or when there is
// none.
func onceBegun(rows iter.Seq2[geo.Feature, error], begin func() error) iter.Seq2[geo.Feature, error] {
	return func(yield func(geo.Feature, error) bool) {
		begun := false
		for feature, err := range rows {
			if err == nil && !begun {
				err, begun = begin(), true
			}
			if !yield(feature, err) || err != nil {
				return
			}
		}
		if begun {
			return
		}
		if err := begin(); err != nil {
			yield(nil, err)
		}
	}
}

// sendKept sends a file that is there, or the part of it that was asked for.
func (s *Server) sendKept(a *Answer, kept *keptFile) error {
	file := io.NewSectionReader(kept.file, 0, kept.size)
	a.header.Set("Accept-Ranges", acceptRanges(true))
	if a.encoding != identity {
		if err := a.begin(a.turns.ofPacking(int(kept.size))); err != nil {
			return err
		}
		return s.stream(a, func(out *stream) error { _, err := io.Copy(out, file); return err })
	}
	unhold, err := sendingOf(a.c).unsent.holdBytes(writeSize)
	if err != nil {
		return err
	}
	defer unhold()
	a.header.Set("Content-Type", a.contentType())
	r := a.c.Request().Clone(a.Context())
	r.Header.Del("Range")
	if part := rangeOf(a.c.Request()); part != "" {
		if noBytes.MatchString(part) {
			part = fmt.Sprint(kept.size, "-")
		}
		r.Header.Set("Range", "bytes="+part)
	}
	w := &partWriter{ResponseWriter: a.c.Response()}
	http.ServeContent(w, r, "", time.Time{}, file)
	switch w.refused {
	case http.StatusRequestedRangeNotSatisfiable:
		a.header.Set("Content-Range", fmt.Sprintf("bytes */%d", kept.size))
		return &statusError{w.refused, fmt.Sprintf("the file has %d bytes, and the range %s is not in it", kept.size, rangeOf(a.c.Request()))}
	case http.StatusPreconditionFailed:
		return &statusError{w.refused, "the file has changed: its ETag is none of those in If-Match"}
	}
	return nil
}

// partWriter leaves it to problem.go to say what cannot be had.
type partWriter struct {
	http.ResponseWriter
	refused int // the status
}

func (w *partWriter) WriteHeader(status int) {
	if status >= http.StatusBadRequest {
		w.refused = status
		return
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *partWriter) Write(b []byte) (int, error) {
	if w.refused != 0 {
		return len(b), nil
	}
	return w.ResponseWriter.Write(b)
}
