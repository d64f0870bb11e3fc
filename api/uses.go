package api

import (
	"hash/maphash"
	"math"
)

// uses counts roughly how often each question was asked of late (a count-min sketch,
// as in TinyLFU: Einziger, Friedman and Manes, 2017). A count may be too great, where
// questions share their cells, and is never too small.
type uses struct {
	seed   maphash.Seed
	cells  [4][]uint8 // each row has every question, in another place
	mask   uint64
	counts int // since all were halved
}

// agingAt is how many questions are counted, for each cell of a row, until all counts
// are halved: what was asked long ago is forgotten.
const agingAt = 8

// newUses makes a sketch for about so many questions at a time.
func newUses(questions int) *uses {
	width := uint64(1024)
	for width < uint64(questions) {
		width *= 2
	}
	u := &uses{seed: maphash.MakeSeed(), mask: width - 1}
	for i := range u.cells {
		u.cells[i] = make([]uint8, width)
	}
	return u
}

// bytes is what the sketch takes.
func (u *uses) bytes() int { return len(u.cells) * len(u.cells[0]) }

func (u *uses) hash(question string) uint64 { return maphash.String(u.seed, question) }

// cell is the place of a question in a row.
func (u *uses) cell(row int, hash uint64) *uint8 {
	return &u.cells[row][(hash>>(16*row)^hash*0x9e3779b97f4a7c15>>32)&u.mask]
}

// count adds one use.
func (u *uses) count(hash uint64) {
	for row := range u.cells {
		if c := u.cell(row, hash); *c < math.MaxUint8 {
			*c++
		}
	}
	if u.counts++; u.counts >= agingAt*len(u.cells[0]) {
		u.age()
	}
}

func (u *uses) age() {
	u.counts = 0
	for _, row := range u.cells {
		for i := range row {
			row[i] /= 2
		}
	}
}

// of is how often the question was asked.
func (u *uses) of(hash uint64) uint8 {
	least := uint8(math.MaxUint8)
	for row := range u.cells {
		least = min(least, *u.cell(row, hash))
	}
	return least
}
