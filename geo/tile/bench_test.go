package tile_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/tile"
	"innoatlas/geo/zorder"
)

func BenchmarkFacilities(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	var all []*geo.Facility
	for i := range geo.MaxTileFeatures {
		all = append(all, facility(int64(i+1), orb.Point{r.Float64()*360 - 180, r.Float64()*160 - 80}))
	}
	for _, n := range []int{16, 400, geo.MaxTileFeatures} {
		b.Run(fmt.Sprint(n, " facilities"), func(b *testing.B) {
			content := geo.Tile{Facilities: all[:n]}
			var buf []byte
			b.ReportAllocs()
			for b.Loop() {
				buf = ofFacilities.Points(buf[:0], zorder.Tile{}, content)
			}
			b.SetBytes(int64(len(buf)))
		})
	}
}

func BenchmarkCountries(b *testing.B) {
	features := records(builtinCountries(b))
	for _, of := range []zorder.Tile{{}, {Z: 3, X: 6, Y: 3}, {Z: 6, X: 49, Y: 29}, {Z: 12, X: 3191, Y: 1889}} {
		b.Run(fmt.Sprintf("%d %d %d", of.Z, of.X, of.Y), func(b *testing.B) {
			var outlines tile.Outlines
			var buf []byte
			b.ReportAllocs()
			for b.Loop() {
				buf = outlines.Areas(buf[:0], ofCountries, "r", of, features)
			}
			b.SetBytes(int64(len(buf)))
		})
	}
	b.Run("first at zoom 0", func(b *testing.B) {
		for b.Loop() {
			var outlines tile.Outlines
			outlines.Areas(nil, ofCountries, "r", zorder.Tile{}, features)
		}
	})
}
