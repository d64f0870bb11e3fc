package cql2_test

import (
	"testing"

	"innoatlas/geo/cql2"
)

const typical = "(country = 'THA' OR country IN ('LAO','VNM')) AND established BETWEEN 2010 AND 2020 AND CASEI(name) LIKE CASEI('%rice%') " +
	"AND S_INTERSECTS(geometry,POLYGON((97 5,106 5,106 21,97 21,97 5)))"

func BenchmarkParseText(b *testing.B) {
	b.ReportAllocs()
	b.SetBytes(int64(len(typical)))
	for b.Loop() {
		if _, err := cql2.ParseText(typical); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseJSON(b *testing.B) {
	e, err := cql2.ParseText(typical)
	if err != nil {
		b.Fatal(err)
	}
	data := cql2.FormatJSON(e)
	b.ReportAllocs()
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, err := cql2.ParseJSON(data); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFormatText(b *testing.B) {
	e, err := cql2.ParseText(typical)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		cql2.FormatText(e)
	}
}

// BenchmarkHostile reads 64 KiB of what costs most.
func BenchmarkHostile(b *testing.B) {
	for name, s := range hostile() {
		s = s[:min(len(s), cql2.MaxBytes)]
		b.Run("text/"+name, func(b *testing.B) {
			for b.Loop() {
				_, _ = cql2.ParseText(s)
			}
		})
		b.Run("json/"+name, func(b *testing.B) {
			for b.Loop() {
				_, _ = cql2.ParseJSON([]byte(s))
			}
		})
	}
}
