package main

import (
	"bytes"
	"context"
	"log/slog"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// TestPlainLinesAreThoseOfSlog: by whomever a line is written, its bytes are the same, and
// no password is in it.
func TestPlainLinesAreThoseOfSlog(t *testing.T) {
	var got, want bytes.Buffer
	lines := plainLines{slog.NewJSONHandler(maskingWriter{&got}, nil), &got}
	plainOnes := 0
	r := rand.New(rand.NewPCG(1, 2))
	samples := []string{"", "GET", "/collections/:id/items", "<&>", "ประเทศ", "\x00\x7f", "a\"b\\", "\u2028", "password=secret", "postgres://u:secret@h", "\xff"}
	for range 2000 {
		record := slog.NewRecord(time.Unix(r.Int64N(1e10), r.Int64N(1e9)), slog.Level(4*r.IntN(3)), samples[r.IntN(len(samples))], 0)
		for range r.IntN(9) {
			record.AddAttrs([]slog.Attr{slog.String("text", samples[r.IntN(len(samples))]), slog.Int64("n", r.Int64()-1<<62), slog.Int("few", -r.IntN(9)), slog.Bool("b", true),
				slog.Any("x", []int{1})}[r.IntN(5)])
		}
		got.Reset()
		want.Reset()
		if _, plain := appendPlain(nil, record); plain {
			plainOnes++
		}
		lines.Handle(context.Background(), record)
		slog.NewJSONHandler(maskingWriter{&want}, nil).Handle(context.Background(), record)
		if got.String() != want.String() || strings.Contains(got.String(), "secret") {
			t.Fatalf("%s, and slog writes %s", &got, &want)
		}
	}
	if plainOnes < 100 {
		t.Errorf("%d lines are plain: nothing is compared", plainOnes)
	}
}
