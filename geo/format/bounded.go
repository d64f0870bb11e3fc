package format

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// What a file may be at most. A million records have a tenth of it; what is larger
// is no register but a mistake, or a small file that was packed to unpack for ever.
const (
	MaxFileBytes = 2 << 30 // unpacked
	maxRowBytes  = 1 << 20 // of a row of CSV, or a feature of a file of facilities
	maxColumns   = 16_384  // what a spreadsheet can have
	lookAhead    = 1 << 16 // bytes that are read before they are needed
)

// errTooLong and errTooLarge end a file that goes past its bounds.
var (
	errTooLong  = errors.New("a row is too long")
	errTooLarge = errors.New("the file is too large")
)

// bounded is a file that is read piece by piece: rows or features. At its bounds it
// ends as if the file did, so that what decodes it can say where it was; broken says
// which bound it was.
type bounded struct {
	file       io.Reader
	piece      int // bytes that a piece may have
	left       int // of the piece
	leftOfFile int
	newlines   int // read so far
	broken     error
}

func newBounded(file io.Reader, piece int) *bounded {
	b := &bounded{file: file, piece: piece, leftOfFile: MaxFileBytes}
	b.next()
	return b
}

// next begins a piece.
func (b *bounded) next() { b.left = b.piece + lookAhead }

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.file.Read(p[:min(len(p), b.left+1, b.leftOfFile+1)])
	b.left -= n
	b.leftOfFile -= n
	b.newlines += bytes.Count(p[:n], []byte("\n"))
	switch {
	case b.leftOfFile < 0:
		b.broken = errTooLarge
	case b.left < 0:
		b.broken = errTooLong
	default:
		return n, err
	}
	return 0, io.EOF
}

// problem says which bound was passed, if any, by the piece at a position.
func (b *bounded) problem(pos Pos) *Problem {
	switch b.broken {
	case errTooLarge:
		return &Problem{Reason: fmt.Sprintf("is larger than %s; divide it into several files", size(MaxFileBytes))}
	case errTooLong:
		return &Problem{Pos: pos, Reason: fmt.Sprintf("goes on for more than %s; a quoted text in it may have no end", size(b.piece))}
	}
	return nil
}

// size is a number of bytes in words.
func size(n int) string {
	if n >= 1<<30 {
		return fmt.Sprintf("%d GiB", n>>30)
	}
	return fmt.Sprintf("%d MiB", n>>20)
}
