package memory_test

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/memory"
	"innoatlas/geo/storetest"
)

// BenchmarkApply measures what one edit takes, of a hundred thousand records and of a million, and of
// a hundred thousand with institutions and links.
func BenchmarkApply(b *testing.B) {
	for _, bb := range []struct {
		name string
		of   func() *geo.Dataset
	}{
		{"100000", func() *geo.Dataset { return organisations(100_000) }},
		{"100000 with links", func() *geo.Dataset { return storetest.Cooperation(100_000, 20_000, 200_000) }},
		{"1000000", func() *geo.Dataset { return organisations(facilities) }},
	} {
		b.Run(bb.name, func(b *testing.B) {
			ds := bb.of()
			store := memory.New(ds)
			revision := ds.Revision
			for _, edit := range []string{"status", "text", "move", "insert", "delete"} {
				b.Run(edit, func(b *testing.B) {
					b.ReportAllocs()
					began := processorTime()
					for i := 0; b.Loop(); i++ {
						d := editOf(ds, edit, i)
						d.From, d.Revision = revision, fmt.Sprint(edit, " ", i)
						revision = d.Revision
						if err := store.Apply(d); err != nil {
							b.Fatal(err)
						}
					}
					b.ReportMetric(float64((processorTime()-began).Microseconds())/1000/float64(b.N), "ms-cpu/op")
					reportCall(b)
				})
			}
			runtime.KeepAlive(store)
		})
	}
}

// editOf is the next edit of a kind.
func editOf(ds *geo.Dataset, edit string, i int) *geo.Delta {
	f := ds.Facilities[i*7919%len(ds.Facilities)]
	switch edit {
	case "status":
		f.Status = []string{"planned", "operating"}[i%2]
	case "text":
		f.Name = fmt.Sprint(f.Name, " of edit ", i)
	case "move":
		f.Position = &orb.Point{float64(i%360) - 180, float64(i % 80)}
	case "insert":
		f.ID, f.Slug, f.Institutions = int64(10_000_000+i), fmt.Sprint("inserted-", i), nil
	case "delete":
		return &geo.Delta{Gone: []int64{f.ID}}
	}
	d := &geo.Delta{Facilities: []geo.Facility{f}}
	for _, slug := range f.Institutions {
		d.Links = append(d.Links, geo.Link{Facility: f.Slug, Institution: slug, Role: geo.Partner})
	}
	return d
}
