package api

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
)

// total is what the shelf has, counted anew.
func (s *shelf) total(t *testing.T) (bytes int) {
	t.Helper()
	for _, k := range s.answers {
		bytes += k.bytes
	}
	if bytes != s.front.bytes+s.back.bytes || len(s.answers) != s.front.Len()+s.back.Len() {
		t.Fatalf("%d answers of %d bytes are found, %d and %d of %d and %d bytes are in the lanes",
			len(s.answers), bytes, s.front.Len(), s.back.Len(), s.front.bytes, s.back.bytes)
	}
	return bytes
}

// ask asks for an answer of that many bytes, and keeps it where it was not there.
func (s *shelf) ask(question string, bytes int) (found bool) {
	if s.find("now", question) != nil {
		return true
	}
	s.add("now", question, &finished{body: make([]byte, bytes)})
	return false
}

// heap is what is in use, without the buffers of other tests, which a pool keeps for one
// collection more.
func heap() int {
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int(stats.HeapAlloc)
}

func TestShelfKeepsWithinItsBudget(t *testing.T) {
	const budget = 4 << 20
	s := newShelf(budget)
	before := heap()
	for i, asked := 0, 0; asked < 10*budget; i++ {
		bytes := i % 97 * i % 9001 // of all lengths
		for range 1 + i%3 {
			s.ask(fmt.Sprint("a question with a few words, number ", i), bytes)
		}
		asked += bytes
		if got := s.front.bytes + s.back.bytes; got > budget {
			t.Fatalf("%d bytes after %d answers, budget %d", got, i, budget)
		}
	}
	if got := s.total(t); got < budget*3/4 {
		t.Errorf("only %d of %d bytes are used", got, budget)
	}
	if took := heap() - before; took > budget*11/10 {
		t.Errorf("the heap grew by %d bytes for a budget of %d", took, budget)
	}
	runtime.KeepAlive(s)
}

// Answers of a few bytes are mostly what the shelf itself takes for them.
func TestShelfCountsWhatItTakesItself(t *testing.T) {
	const budget = 4 << 20
	s := newShelf(budget)
	before := heap()
	for i := range 20_000 {
		f := &finished{header: []headerField{{"Content-Type", []string{strings.Repeat("a", 20)}}, {"Link", []string{strings.Repeat("l", 100)}}}, body: make([]byte, 10)}
		s.add("now", fmt.Sprintf("a question of a usual length, number %030d", i), f)
	}
	if took := heap() - before; took > budget*11/10 || took < budget/3 {
		t.Errorf("the heap grew by %d bytes for a budget of %d", took, budget)
	}
	runtime.KeepAlive(s)
}

// TestShelfKeepsByUse: what readers come back to stays, however many new questions
// somebody asks meanwhile, each once or several times.
func TestShelfKeepsByUse(t *testing.T) {
	for _, times := range []int{1, 2, 4} {
		s := newShelf(4 << 20)
		tile := func(i int) string { return fmt.Sprint("tile ", i) }
		for range 16 {
			for i := range 40 {
				s.ask(tile(i), 50<<10)
			}
		}
		missed := 0
		for i := range 20_000 { // 100 MB for each of the times
			for range times {
				s.ask(fmt.Sprint("filter ", i), 5<<10)
			}
			if i%100 == 0 && !s.ask(tile(i/100%40), 50<<10) {
				missed++
			}
		}
		if missed > 0 {
			t.Errorf("new questions, each asked %d times, pushed %d of 200 answers out that readers use", times, missed)
		}
	}
}

// TestShelfLearns: what readers turn to takes the place of what they have left.
func TestShelfLearns(t *testing.T) {
	s := newShelf(4 << 20)
	for _, year := range []string{"then", "now"} {
		for range 4000 {
			for i := range 60 {
				s.ask(fmt.Sprint(year, i), 50<<10)
			}
		}
	}
	found := 0
	for i := range 60 {
		if s.ask(fmt.Sprint("now", i), 50<<10) {
			found++
		}
	}
	if found < 50 {
		t.Errorf("%d of 60 answers that are in use are kept", found)
	}
}

func TestShelfKeepsNoAnswerThatTakesMuch(t *testing.T) {
	s := newShelf(4 << 20)
	for i := range 10 {
		s.ask(fmt.Sprint("small ", i), 100)
	}
	for range 50 {
		if s.ask("great", 4<<20/answerPart) {
			t.Fatal("an answer above its part is kept")
		}
	}
	for i := range 10 {
		if !s.ask(fmt.Sprint("small ", i), 100) {
			t.Errorf("small answer %d had to go", i)
		}
	}
	s.total(t)
}

func TestShelfForgetsTheRevisionBefore(t *testing.T) {
	s := newShelf(4 << 20)
	for i := range 100 {
		s.ask(fmt.Sprint(i), 100)
	}
	s.add("next", "another", &finished{})
	if s.total(t); len(s.answers) != 1 || s.find("now", "1") != nil || s.find("next", "1") != nil || s.find("now", "another") != nil {
		t.Errorf("%d answers are kept of two revisions", len(s.answers))
	}
}

func TestShelfOfNoBytes(t *testing.T) {
	s := newShelf(0)
	s.add("now", "question", &finished{})
	if s.find("now", "question") != nil || len(s.answers) > 0 {
		t.Error("something is kept")
	}
}

// TestShelfCountsShortcuts: they are a part of the answer that they lead to, and go with it.
func TestShelfCountsShortcuts(t *testing.T) {
	const budget = 4 << 20
	s := newShelf(budget)
	before := heap()
	for i := range 20_000 {
		question := fmt.Sprint("question ", i)
		s.ask(question, 10)
		for j := range 2 * mostShortcuts {
			r := request{path: strings.Repeat("p", 60), query: fmt.Sprint("a query of some length ", i), accept: fmt.Sprint("text/html, */*; q=0.", j)}
			settled := []headerField{{"Etag", []string{fmt.Sprintf("%030d", i)}}, {"Cache-Control", vary}, {"Vary", vary}}
			s.remember("now", question, r, settled, "/a/route")
			if found, _, ok := s.recall(r); ok && found.to.question != question {
				t.Fatalf("the shortcut of %v leads to %s", r, found.to.question)
			}
		}
		if got := s.front.bytes + s.back.bytes; got > budget {
			t.Fatalf("%d bytes after %d answers, budget %d", got, i, budget)
		}
	}
	s.total(t)
	known := 0
	for _, k := range s.answers {
		known += len(k.requests)
	}
	if known != len(s.shortcuts) || known == 0 {
		t.Errorf("%d shortcuts lead to answers, %d are kept", known, len(s.shortcuts))
	}
	if took := heap() - before; took > budget*11/10 || took < budget/3 {
		t.Errorf("the heap grew by %d bytes for a budget of %d", took, budget)
	}
	s.clear("next")
	if len(s.shortcuts) > 0 {
		t.Errorf("%d shortcuts of the revision before", len(s.shortcuts))
	}
}
