package main

import (
	"context"
	"io"
	"log/slog"
	"os"
	"sync"
	"time"
)

// newLogger writes for a person at a terminal, JSON otherwise.
func newLogger() *slog.Logger {
	handler := func(w io.Writer) slog.Handler { return plainLines{slog.NewJSONHandler(maskingWriter{w}, nil), w} }
	if info, err := os.Stderr.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
		handler = func(w io.Writer) slog.Handler { return slog.NewTextHandler(maskingWriter{w}, nil) }
	}
	return slog.New(boundWarnings(newRequestLines(handler, stderr)))
}

// warnings writes each warning once a second at most: clients cause them, and must not
// fill a disk. The next one of its kind says how many were left out.
type warnings struct {
	slog.Handler
	told *toldWarnings
}

type toldWarnings struct {
	mu   sync.Mutex
	last map[string]*toldWarning // by kind
}

type toldWarning struct {
	at      time.Time
	leftOut int
}

// kindLength is how many bytes of a message tell its kind: net/http writes addresses
// behind them.
const kindLength = 20

func boundWarnings(h slog.Handler) slog.Handler {
	return warnings{h, &toldWarnings{last: map[string]*toldWarning{}}}
}

// unbounded is the same log without that bound, for what no client causes.
func unbounded(log *slog.Logger) *slog.Logger {
	if w, ok := log.Handler().(warnings); ok {
		return slog.New(w.Handler)
	}
	return log
}

// Handle writes a record, or leaves it out.
func (w warnings) Handle(ctx context.Context, r slog.Record) error {
	if r.Level == slog.LevelWarn {
		leftOut, tell := w.told.tell(r.Message, r.Time)
		if !tell {
			return nil
		}
		if leftOut > 0 {
			r.AddAttrs(slog.Int("left_out", leftOut))
		}
	}
	return w.Handler.Handle(ctx, r)
}

func (t *toldWarnings) tell(message string, now time.Time) (leftOut int, tell bool) {
	kind := message[:min(len(message), kindLength)]
	t.mu.Lock()
	defer t.mu.Unlock()
	last := t.last[kind]
	switch {
	case last == nil:
		t.last[kind] = &toldWarning{at: now}
		return 0, true
	case now.Sub(last.at) < time.Second:
		last.leftOut++
		return 0, false
	}
	leftOut = last.leftOut
	*last = toldWarning{at: now}
	return leftOut, true
}

// WithAttrs keeps the bound.
func (w warnings) WithAttrs(attrs []slog.Attr) slog.Handler {
	return warnings{w.Handler.WithAttrs(attrs), w.told}
}

// WithGroup keeps the bound.
func (w warnings) WithGroup(name string) slog.Handler {
	return warnings{w.Handler.WithGroup(name), w.told}
}
