package memory

import (
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

// searchable says that a part found in the text of all is found in that of one.
func searchable(part string) bool { return part != "" && !strings.Contains(part, separator) }

// containing are the facilities, of those among, whose text has the part.
func (t texts) containing(part string, among *roaring.Bitmap) *roaring.Bitmap {
	const share = 16 // one scan of all texts costs about as much as asking one in so many
	if among.GetCardinality() < uint64(len(t.starts)/share) {
		return t.ask(part, among)
	}
	return roaring.And(t.scan(part), among)
}

func (t texts) ask(part string, among *roaring.Bitmap) *roaring.Bitmap {
	found := roaring.New()
	for number := range roaring.Values(among) {
		if strings.Contains(t.of(number), part) {
			found.Add(number)
		}
	}
	return found
}

func (t texts) scan(part string) *roaring.Bitmap {
	found := roaring.New()
	for from, number := 0, 0; ; {
		i := strings.Index(t.all[from:], part)
		if i < 0 {
			return found
		}
		next := firstFrom(t.starts, number, from+i+1) // the text after the one that it is in
		found.Add(uint32(next - 1))
		from, number = t.starts[next], next
	}
}
