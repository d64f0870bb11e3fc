// Package zorder gives every position one number, so that nearby places stand
// near each other in one list.
//
// A key is the Z-order (Morton) code of the position in Web Mercator, 31 bits an
// axis, 62 in all; at each level the bit of y comes before the bit of x. The
// keys of one tile, at any zoom, are one contiguous range, and a shorter prefix
// of a key is a larger cell. Keys are made here and nowhere else: a database
// keeps them and never computes one, so that all stores agree to the last bit.
package zorder

import (
	"math"
	"math/bits"

	"github.com/paulmach/orb"
)

const (
	axisBits = 31
	keyBits  = 2 * axisBits
	last     = 1<<axisBits - 1 // the last column or row

	// NoPosition is the key of a record without a position: after every real key.
	NoPosition uint64 = 1 << keyBits

	// MaxLatitude is the latitude, in degrees, at which Web Mercator ends;
	// positions beyond it are kept in the first or last row.
	MaxLatitude = 85.05112877980659
)

// Key is the key of a position in degrees, longitude first. Longitude 180 is the
// last column.
func Key(p orb.Point) uint64 {
	x, y := grid(p)
	return interleave(x, y)
}

// Project is where a position lies in the Web Mercator square: x from the west, y
// from the north, each from 0 to 1.
func Project(p orb.Point) (x, y float64) {
	lat := max(-MaxLatitude, min(MaxLatitude, p[1]))
	return (p[0] + 180) / 360, 0.5 - math.Asinh(math.Tan(lat*math.Pi/180))/(2*math.Pi)
}

// grid is the column (from the west) and row (from the north) of a position.
func grid(p orb.Point) (x, y uint32) {
	fx, fy := Project(p)
	return toCell(fx), toCell(fy)
}

func toCell(f float64) uint32 {
	return uint32(max(0, min(last, math.Floor(f*(1<<axisBits)))))
}

// Cell is the cluster cell of a key at a zoom from 0 to 22: 64 pixels of a
// 256-pixel tile, which is the key's top zoom+2 bits of each axis.
func Cell(key uint64, zoom int) uint64 { return key >> CellShift(zoom) }

// CellShift is how many low bits of a key lie within a cluster cell of that zoom.
func CellShift(zoom int) int { return keyBits - 2*(zoom+2) }

// Bounds is the smallest square cell that holds both keys, in degrees. It holds
// every key between them too.
func Bounds(first, last uint64) orb.Bound {
	shared := bits.LeadingZeros64(first^last) - (64 - keyBits)
	shift := keyBits - min(shared, keyBits)&^1 // whole levels only
	x, y := deinterleave(first >> shift << shift)
	size := uint64(1) << (shift / 2)
	return orb.Bound{
		Min: orb.Point{longitude(uint64(x)), latitude(uint64(y) + size)},
		Max: orb.Point{longitude(uint64(x) + size), latitude(uint64(y))},
	}
}

func longitude(x uint64) float64 { return float64(x)/(1<<axisBits)*360 - 180 }

func latitude(y uint64) float64 {
	return math.Atan(math.Sinh(math.Pi*(1-2*float64(y)/(1<<axisBits)))) * 180 / math.Pi
}

func interleave(x, y uint32) uint64 { return spread(x) | spread(y)<<1 }

func deinterleave(key uint64) (x, y uint32) { return gather(key), gather(key >> 1) }

// spread puts a zero bit above each bit of v.
func spread(v uint32) uint64 {
	k := uint64(v)
	k = (k | k<<16) & 0x0000ffff0000ffff
	k = (k | k<<8) & 0x00ff00ff00ff00ff
	k = (k | k<<4) & 0x0f0f0f0f0f0f0f0f
	k = (k | k<<2) & 0x3333333333333333
	k = (k | k<<1) & 0x5555555555555555
	return k
}

func gather(k uint64) uint32 {
	k &= 0x5555555555555555
	k = (k | k>>1) & 0x3333333333333333
	k = (k | k>>2) & 0x0f0f0f0f0f0f0f0f
	k = (k | k>>4) & 0x00ff00ff00ff00ff
	k = (k | k>>8) & 0x0000ffff0000ffff
	k = (k | k>>16) & 0x00000000ffffffff
	return uint32(k)
}
