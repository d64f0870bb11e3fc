package main

import (
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// pieces keeps what is written, piece by piece.
type pieces struct {
	mu  sync.Mutex
	all []string
}

// Write adds a piece.
func (p *pieces) Write(text []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.all = append(p.all, string(text))
	return len(text), nil
}

// take gives what was written since the last time.
func (p *pieces) take() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	taken := p.all
	p.all = nil
	return taken
}

// TestRequestLinesAreGathered: they are written soon, together, in their order, and at the
// latest with any other line.
func TestRequestLinesAreGathered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var written pieces
		handler := func(w io.Writer) slog.Handler { return slog.NewTextHandler(maskingWriter{w}, nil) }
		log := slog.New(newRequestLines(handler, &gathered{to: &written})).With("a", 1)
		requests := func(pieces []string) int { return strings.Count(strings.Join(pieces, ""), "msg=request") }
		for range 3 {
			for range 10 {
				log.Info("request", "query", "password=secret")
			}
			if n := requests(written.take()); n != 0 {
				t.Errorf("%d lines are written at once", n)
			}
			time.Sleep(gatherTime)
			synctest.Wait()
			together := written.take()
			if all := strings.Join(together, ""); requests(together) != 10 || len(together) != 1 || strings.Contains(all, "secret") || !strings.Contains(all, "a=1") {
				t.Errorf("after %s in %d writes: %s", gatherTime, len(together), all)
			}
		}
		log.Info("request")
		log.Error("broken")
		if last := strings.Join(written.take(), ""); !strings.Contains(last, "msg=request") || strings.Index(last, "msg=request") > strings.Index(last, "broken") {
			t.Errorf("an error is written as %q", last)
		}
		for range 10_000 {
			log.Info("request", "text", strings.Repeat("x", 100))
		}
		if n := requests(written.take()); n < 9_000 {
			t.Errorf("only %d of 10,000 lines are written: too much is held", n)
		}
		time.Sleep(time.Second)
	})
}
