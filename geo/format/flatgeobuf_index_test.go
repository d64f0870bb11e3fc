package format

import "testing"

// The curve goes through every cell once, and always to a neighbour.
func TestHilbertCurve(t *testing.T) {
	const side = 64 // a corner of the square, which the curve fills first
	cells := make([]*[2]int, side*side)
	for x := range side {
		for y := range side {
			d := hilbert(uint32(x), uint32(y))
			if d >= side*side || cells[d] != nil {
				t.Fatalf("cell %d, %d is at %d, as another one or outside", x, y, d)
			}
			cells[d] = &[2]int{x, y}
		}
	}
	for d := 1; d < len(cells); d++ {
		a, b := cells[d-1], cells[d]
		if dx, dy := a[0]-b[0], a[1]-b[1]; dx*dx+dy*dy != 1 {
			t.Fatalf("from %v at %d the curve jumps to %v", *a, d-1, *b)
		}
	}
	if last := hilbert(1<<16-1, 0); last != 1<<32-1 {
		t.Errorf("the curve ends at %d, want 2^32-1", last)
	}
}
