package memory

import (
	"context"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"innoatlas/geo"
)

// texts are the folded search texts of all facilities in one, so that a word is
// found in a million of them by one scan of memory.
type texts struct {
	all    string // in the order of the numbers, separator after each
	starts []int  // where the text of a number starts in all; one more for the end
}

// separator is a byte that no text holds (geo.ValidText).
const separator = "\x00"

func newTexts(facilities []geo.Facility) texts {
	chunks := chunksOf(len(facilities))
	parts := make([]string, len(chunks))
	starts := make([]int, len(facilities)+1)
	inParallel(chunks, func(i int, c chunk) {
		var part strings.Builder
		for n := c.from; n < c.to; n++ {
			part.WriteString(facilities[n].SearchText())
			part.WriteString(separator)
			starts[n+1] = part.Len() // within its part, until all parts are known
		}
		parts[i] = part.String()
	})
	before := 0
	for i, c := range chunks {
		for n := c.from; n < c.to; n++ {
			starts[n+1] += before
		}
		before += len(parts[i])
	}
	return texts{all: strings.Join(parts, ""), starts: starts}
}

// of is the text of one facility.
func (t texts) of(number uint32) string {
	return t.all[t.starts[number] : t.starts[number+1]-len(separator)]
}

// scannable says that a part found in the text of all is found in that of one.
func scannable(part string) bool { return part != "" && !strings.Contains(part, separator) }

// eachScan is how many bytes are searched between two looks at the context: some
// hundred microseconds.
const eachScan = 1 << 20

// scan adds the numbers of the chunk whose text has the part.
func (t texts) scan(ctx context.Context, part string, c chunk, found *roaring.Bitmap) error {
	for c.from < c.to {
		end := firstFrom(t.starts, c.from, t.starts[c.from]+eachScan) // at least one text, or none is left
		piece := chunk{c.from, min(end, c.to)}
		if err := ctx.Err(); err != nil {
			return err
		}
		t.scanPiece(part, piece, found)
		c.from = piece.to
	}
	return nil
}

func (t texts) scanPiece(part string, c chunk, found *roaring.Bitmap) {
	for number := c.from; number < c.to; {
		from := t.starts[number]
		i := strings.Index(t.all[from:t.starts[c.to]], part)
		if i < 0 {
			return
		}
		number = firstFrom(t.starts, number, from+i+1) // the text after the one that it is in
		found.Add(uint32(number - 1))
	}
}
