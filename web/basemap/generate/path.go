package main

import (
	"encoding/binary"
	"math"
)

// path is a line in whole steps, east and north.
type path [][2]int

// unwrap moves points by whole turns so that none is more than 180° from the one
// before it. Without this a ring at the antimeridian (Fiji) draws a line across
// the whole map.
func unwrap(line []position) []position {
	out := make([]position, len(line))
	turn := 0.0
	for i, p := range line {
		if i > 0 {
			switch d := p[0] - line[i-1][0]; {
			case d > 180:
				turn -= 360
			case d < -180:
				turn += 360
			}
		}
		out[i] = position{p[0] + turn, p[1]}
	}
	return out
}

// closeRing makes a path of a closed line. A ring that goes around the world
// (Antarctica) is closed along its pole, in steps of less than 180°.
func closeRing(line []position, steps int) path {
	line = unwrap(line)
	ring := quantise(line, steps)
	n := len(ring)
	if n < 2 {
		return nil
	}
	first, last := ring[0], ring[n-1]
	if abs(last[0]-first[0]) > 180*steps {
		pole := 90 * steps
		if first[1] < 0 {
			pole = -pole
		}
		for quarter := range 5 {
			ring = append(ring, [2]int{last[0] + (first[0]-last[0])*quarter/4, pole})
		}
		return ring
	}
	if first == last {
		return ring[:n-1]
	}
	return ring
}

// quantise rounds to steps and drops points that fall together or lie on the
// straight line between their neighbours, unless these are far apart (as along
// the pole): no step of a path may be read as one across the map.
func quantise(line []position, steps int) path {
	var out path
	for _, p := range line {
		q := [2]int{round(p[0] * float64(steps)), round(p[1] * float64(steps))}
		n := len(out)
		if n > 0 && out[n-1] == q {
			continue
		}
		if n > 1 && sameDirection(out[n-2], out[n-1], q) && abs(q[0]-out[n-2][0]) <= 90*steps {
			out[n-1] = q
			continue
		}
		out = append(out, q)
	}
	return out
}

func sameDirection(a, b, c [2]int) bool {
	ux, uy, vx, vy := b[0]-a[0], b[1]-a[1], c[0]-b[0], c[1]-b[1]
	return ux*vy == uy*vx && ux*vx+uy*vy > 0
}

func abs(n int) int { return max(n, -n) }

func round(n float64) int { return int(math.Round(n)) }

func encode(steps int, lists ...[]path) []byte {
	out := binary.AppendUvarint(nil, uint64(steps))
	for _, paths := range lists {
		out = binary.AppendUvarint(out, uint64(len(paths)))
		var x, y int
		for _, p := range paths {
			out = binary.AppendUvarint(out, uint64(len(p)))
			for _, q := range p {
				out = binary.AppendVarint(out, int64(q[0]-x))
				out = binary.AppendVarint(out, int64(q[1]-y))
				x, y = q[0], q[1]
			}
		}
	}
	return out
}
