package api

import (
	"iter"
	"math"
	"time"

	"innoatlas/geo"
)

// turns bound how much of the work of making answers is done at once, so that whoever
// asks little is answered in between. The questions to the store have a gate of their
// own; nobody asks it while holding a turn.
type turns struct {
	// costly are files and large pages, tens of milliseconds and more: some wait, and the
	// others are refused.
	costly *geo.Gate
	// brief are pages, tiles of outlines and what compressing takes, some milliseconds:
	// all wait, as long as their answers have time.
	brief *geo.Gate
	// filters are read and checked: some milliseconds each, with their constants.
	filters *geo.Gate
	// again are costly ones that have sent a part: they cannot be refused any more.
	again *geo.Gate
}

func newTurns() turns {
	processors := geo.Processors()
	return turns{
		costly:  geo.NewGate(processors, 32, 2*time.Second),
		brief:   geo.NewGate(processors, math.MaxInt32, time.Hour),
		filters: geo.NewGate(processors, math.MaxInt32, time.Hour),
		again:   geo.NewGate(processors, math.MaxInt32, time.Hour),
	}
}

const (
	// fewRecords of a page want no turn at all, and more than briefRecords are costly.
	fewRecords   = 50
	briefRecords = 1000

	// rowRecords is how many records a row of an HTML table costs.
	rowRecords = 5

	// briefOutlines is briefRecords for outlines, each of which has 10 kB and more.
	briefOutlines = 20

	// briefBytes is the length from which compressing a body is worth a turn, and
	// costlyBytes from which it is costly.
	briefBytes  = 16 << 10
	costlyBytes = 1 << 20
)

// ofRecords is the turn of a page of that many records.
func (t *turns) ofRecords(c *geo.Collection, n int) *geo.Gate {
	switch {
	case n > briefRecords, c.Geometry != geo.Point && n > briefOutlines:
		return t.costly
	case n > fewRecords, c.Geometry != geo.Point:
		return t.brief
	}
	return nil
}

// ofPacking is the turn of compressing so many bytes.
func (t *turns) ofPacking(bytes int) *geo.Gate {
	switch {
	case bytes >= costlyBytes:
		return t.costly
	case bytes >= briefBytes:
		return t.brief
	}
	return nil
}

// InTurn gives records in a costly turn, which begins when the store has found the
// first. It ends with the answer, and is given back while that waits for its reader.
func (a *Answer) InTurn(rows iter.Seq2[geo.Feature, error]) iter.Seq2[geo.Feature, error] {
	return func(yield func(geo.Feature, error) bool) {
		begun := false
		for feature, err := range rows {
			if err == nil && !begun {
				err = a.begin(a.turns.costly)
				a.untimed()
				begun = true
			}
			if !yield(feature, err) || err != nil {
				return
			}
		}
	}
}

// pause gives the turn of a file back while the store waits for records, which may be as
// long as its database wants. It goes on as one that cannot be refused any more.
func (a *Answer) pause() (resume func() error) {
	w := sendingOf(a.c)
	if w.leave == nil {
		return func() error { return nil }
	}
	w.giveTurnBack()
	return func() (err error) {
		w.leave, err = a.turns.again.Enter(a.ctx)
		return err
	}
}

// untimed lets a file take as long as it does once its first record is found: one that is
// made whole before its first byte takes a minute where there are a million.
func (a *Answer) untimed() {
	if a.made == nil {
		sendingOf(a.c).timer.Stop()
	}
}

// begun gives the rows of an iterator whose first one is there.
func begun(next func() (geo.Feature, error, bool)) iter.Seq2[geo.Feature, error] {
	feature, err, more := next()
	return func(yield func(geo.Feature, error) bool) {
		for ; more && yield(feature, err); feature, err, more = next() {
		}
	}
}

// begin takes a turn, if it wants one and has none, until the answer goes out or is
// finished. The store is not to be asked any more.
func (a *Answer) begin(turn *geo.Gate) (err error) {
	held := &a.leave
	if a.made == nil {
		held = &sendingOf(a.c).leave
	}
	if turn != nil && *held == nil {
		*held, err = turn.Enter(a.ctx)
	}
	return err
}
