package main

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"time"
)

// gathered writes the lines of requests some at a time: a write for each of them would
// take a tenth of a busy processor. None waits for long, and what is written through,
// which is everything else, brings those before it along.
type gathered struct {
	to io.Writer

	mu    sync.Mutex
	lines []byte
	timer *time.Timer // nil until the first line
	armed bool
}

const (
	gatherTime  = 50 * time.Millisecond
	gatherBytes = 32 << 10
)

// Write writes what was gathered, and then p.
func (g *gathered) Write(p []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.lines = append(g.lines, p...)
	return len(p), g.flush()
}

// gather keeps a line for the next write.
func (g *gathered) gather(line []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.lines = append(g.lines, line...)
	if len(g.lines) >= gatherBytes {
		return len(line), g.flush()
	}
	if !g.armed {
		g.arm()
	}
	return len(line), nil
}

func (g *gathered) arm() {
	g.armed = true
	if g.timer != nil {
		g.timer.Reset(gatherTime)
		return
	}
	g.timer = time.AfterFunc(gatherTime, func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.armed = false
		_ = g.flush()
	})
}

func (g *gathered) flush() error {
	if len(g.lines) == 0 {
		return nil
	}
	_, err := g.to.Write(g.lines)
	g.lines = g.lines[:0]
	return err
}

// gatherer is the writer that gathers.
type gatherer struct{ *gathered }

// Write keeps a line for a while.
func (g gatherer) Write(line []byte) (int, error) { return g.gather(line) }

// requestLines gathers the lines of requests, and writes all others through.
type requestLines struct {
	slog.Handler
	gathering slog.Handler
}

func newRequestLines(handler func(io.Writer) slog.Handler, g *gathered) requestLines {
	return requestLines{handler(g), handler(gatherer{g})}
}

// Handle writes a record, or keeps it for a while.
func (l requestLines) Handle(ctx context.Context, r slog.Record) error {
	if r.Level == slog.LevelInfo && r.Message == "request" {
		return l.gathering.Handle(ctx, r)
	}
	return l.Handler.Handle(ctx, r)
}

// WithAttrs adds to all lines.
func (l requestLines) WithAttrs(attrs []slog.Attr) slog.Handler {
	return requestLines{l.Handler.WithAttrs(attrs), l.gathering.WithAttrs(attrs)}
}

// WithGroup groups in all lines.
func (l requestLines) WithGroup(name string) slog.Handler {
	return requestLines{l.Handler.WithGroup(name), l.gathering.WithGroup(name)}
}
