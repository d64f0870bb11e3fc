package main

import (
	"context"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

const (
	// slack is how much more memory than at rest is left alone, at least, and growth how
	// much the heap may grow between two collections while these are seldom.
	slack  = 32 << 20
	growth = 64 << 20

	// calm is how little is allocated in an interval while nobody asks anything large, and
	// often how many collections in one are many.
	calm  = 4 << 20
	often = 2

	tidyInterval = 500 * time.Millisecond
)

// tidyMemory keeps the memory of the program near what its data takes. The runtime lets
// the heap double before it collects, which for a large data set is more than requests
// ever need, and gives what is free back to the system only after minutes. So the heap
// may grow by less while collections are seldom, and after a burst of requests, and after
// the data was read, what is free is given back at once.
func tidyMemory(ctx context.Context) {
	debug.FreeOSMemory()
	rest, before := readUsage(), readUsage()
	pace := newPace(rest.held)
	tick := time.NewTicker(tidyInterval)
	defer tick.Stop()
	for quiet := 0; ; {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		now := readUsage()
		pace.set(now.collections-before.collections >= often)
		if quiet++; now.allocated-before.allocated > calm {
			quiet = 0
		}
		before = now
		if quiet >= 2 && now.held > rest.held+max(slack, rest.held/8) {
			debug.FreeOSMemory()
			rest, before, quiet = readUsage(), readUsage(), 0
			pace.thrifty = thriftyPercent(rest.held)
		}
	}
}

// pace is how soon the garbage is collected: GOGC, which the operator may have set.
type pace struct {
	thrifty, usual, now int
	fixed               bool
}

func newPace(held uint64) *pace {
	usual := debug.SetGCPercent(100)
	debug.SetGCPercent(usual)
	return &pace{thrifty: thriftyPercent(held), usual: usual, now: usual, fixed: os.Getenv("GOGC") != ""}
}

// thriftyPercent lets a heap of that size grow by growth, if that is less than the double.
func thriftyPercent(held uint64) int { return int(min(100, max(10, growth*100/max(1, held)))) }

// set goes back to the usual pace where collections come often: then they would cost more
// than the memory is worth.
func (p *pace) set(busy bool) {
	want := p.thrifty
	if busy {
		want = p.usual
	}
	if want != p.now && !p.fixed {
		debug.SetGCPercent(want)
		p.now = want
	}
}

// usage is what the program holds of the system's memory, and has allocated so far, in
// bytes, and how often it was collected.
type usage struct{ held, allocated, collections uint64 }

func readUsage() usage {
	samples := []metrics.Sample{
		{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"},
		{Name: "/gc/heap/allocs:bytes"}, {Name: "/gc/cycles/total:gc-cycles"},
	}
	metrics.Read(samples)
	value := func(i int) uint64 { return samples[i].Value.Uint64() }
	return usage{value(0) - value(1), value(2), value(3)}
}
