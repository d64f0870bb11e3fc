package main

import (
	"io"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// pieces keeps what is written, piece by piece.
type pieces []string

func (p *pieces) Write(text []byte) (int, error) {
	*p = append(*p, string(text))
	return len(text), nil
}

// TestRequestLinesAreGathered: they are written soon, together, in their order, and at the
// latest with any other line.
func TestRequestLinesAreGathered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var written pieces
		handler := func(w io.Writer) slog.Handler { return slog.NewTextHandler(w, nil) }
		log := slog.New(newRequestLines(handler, &gathered{to: &written})).With("a", 1)
		count := func() int { return strings.Count(strings.Join(written, ""), "msg=request") }
		for turn := range 3 {
			before := len(written)
			for range 10 {
				log.Info("request", "query", "password=secret")
			}
			if count() != 10*turn {
				t.Errorf("%d lines are written at once", count()-10*turn)
			}
			time.Sleep(gatherTime)
			synctest.Wait()
			if count() != 10*(turn+1) || len(written) != before+1 {
				t.Errorf("%d lines after %s, in %d writes", count(), gatherTime, len(written)-before)
			}
		}
		log.Info("request")
		log.Error("broken")
		if last := written[len(written)-1]; !strings.Contains(last, "msg=request") || strings.Index(last, "msg=request") > strings.Index(last, "broken") {
			t.Errorf("an error is written as %q", last)
		}
		if all := strings.Join(written, ""); strings.Contains(all, "secret") || !strings.Contains(all, "a=1") {
			t.Error("a line is not masked, or lacks an attribute")
		}
		written = nil
		for range 10_000 {
			log.Info("request", "text", strings.Repeat("x", 100))
		}
		if count() < 9_000 {
			t.Errorf("only %d of 10,000 lines are written: too much is held", count())
		}
		time.Sleep(time.Second)
	})
}
