package main

import (
	"runtime"
	"testing"

	"innoatlas/geo"
)

// TestSharedProcessors: there are threads to spare where all processors are the program's and
// nobody has said how many to use, and gates go by the processors all the same.
func TestSharedProcessors(t *testing.T) {
	before, processors := runtime.GOMAXPROCS(0), geo.Processors()
	defer runtime.GOMAXPROCS(before)
	t.Setenv("GOMAXPROCS", "2")
	if shareProcessors(); runtime.GOMAXPROCS(0) != before {
		t.Errorf("%d threads where GOMAXPROCS is set, want %d", runtime.GOMAXPROCS(0), before)
	}
	t.Setenv("GOMAXPROCS", "")
	want := threadsPerProcessor * processors
	if processors < runtime.NumCPU() {
		want = before
	}
	if shareProcessors(); runtime.GOMAXPROCS(0) != want || geo.Processors() != processors {
		t.Errorf("%d threads, want %d; %d processors, want %d", runtime.GOMAXPROCS(0), want, geo.Processors(), processors)
	}
}
