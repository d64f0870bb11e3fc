package format

import (
	"errors"
	"io"
	"strings"
	"testing"
)

// A file that is larger than any may be is told as such, whatever its form.
func TestBoundOfTheFile(t *testing.T) {
	row := strings.Repeat("1,2\n", 1<<17)
	csv, err := NewCSVReader(strings.NewReader("a,b\n" + row))
	if err != nil {
		t.Fatal(err)
	}
	csv.source.leftOfFile = 1 << 17
	for err == nil {
		_, err = csv.Read()
	}
	features, other := NewFeatureReader(strings.NewReader(collection(strings.Repeat(`{"type":"Feature"},`, 1<<15)+`{"type":"Feature"}`)), maxRowBytes)
	if other != nil {
		t.Fatal(other)
	}
	features.source.leftOfFile = 1 << 17
	for other == nil {
		_, other = features.Read()
	}
	for _, err := range []error{err, other} {
		var problem *Problem
		if !errors.As(err, &problem) || err.Error() != "is larger than 2 GiB; divide it into several files" {
			t.Errorf("error %v", err)
		}
	}
}

// The bound of a piece is for each piece anew, and what is within it is read whole.
func TestBoundOfAPiece(t *testing.T) {
	b := newBounded(strings.NewReader(strings.Repeat("x", 300_000)), 100_000)
	read := 0
	for buffer := make([]byte, 1000); ; b.next() {
		n, err := b.Read(buffer)
		read += n
		if err != nil {
			break
		}
	}
	if read != 300_000 || b.broken != nil {
		t.Errorf("%d bytes in pieces, then %v", read, b.broken)
	}
	b = newBounded(strings.NewReader(strings.Repeat("x", 300_000)), 100_000)
	if text, err := io.ReadAll(b); len(text) < 100_000 || len(text) > 100_000+lookAhead || err != nil || b.broken != errTooLong {
		t.Errorf("%d bytes at once, %v, %v", len(text), err, b.broken)
	}
}
