package api

import (
	"container/list"
	"sync"
)

// shelf keeps finished answers of one revision, within a budget of bytes.
//
// What is kept is by use. A new answer stands in front for a while; when others push it
// from there, it stays only if it was asked for more often of late than those that
// would have to go for it. So whoever asks ever new questions pushes out the answers to
// such questions, and not what readers use (W-TinyLFU).
type shelf struct {
	limit int // in bytes; 0 keeps nothing

	mu       sync.Mutex
	revision string
	answers  map[string]*list.Element // by question; of *kept
	front    lane                     // what is new, the last used first
	back     lane                     // what is used, likewise
	uses     *uses
}

// kept is an answer on the shelf.
type kept struct {
	question string
	hash     uint64
	answer   *finished
	bytes    int
	lane     *lane
}

// lane is a part of the shelf, in the order of the last use.
type lane struct {
	list.List
	bytes int
}

// One answer takes at most a part of the shelf, and what is new at most another, which
// is one in so many.
const (
	answerPart = 32
	frontPart  = 8
)

// keptBytes is what an answer takes on the shelf besides its texts: the places in the
// map and the lane, and the headers' slices.
const keptBytes = 640

// countedBytes is for how much of the budget one question can be told from others: the
// sketch takes a sixtieth.
const countedBytes = 256

func newShelf(limit int) *shelf {
	s := &shelf{limit: max(0, limit), answers: map[string]*list.Element{}}
	if s.limit > 0 {
		s.uses = newUses(s.limit / countedBytes)
		s.limit = max(0, s.limit-s.uses.bytes())
	}
	return s
}

// find gives the answer to a question about a revision; nil where it is not there. That
// is counted too, so that what is asked for often may be kept the next time.
func (s *shelf) find(revision, question string) *finished {
	if s.limit == 0 {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.uses.count(s.uses.hash(question))
	return s.look(revision, question)
}

// again is find for a question that was counted a moment ago.
func (s *shelf) again(revision, question string) *finished {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.look(revision, question)
}

func (s *shelf) look(revision, question string) *finished {
	place, ok := s.answers[question]
	if !ok || s.revision != revision {
		return nil
	}
	k := place.Value.(*kept)
	k.lane.MoveToFront(place)
	return k.answer
}

// add keeps the answer to a question about a revision.
func (s *shelf) add(revision, question string, f *finished) {
	k := &kept{question: question, answer: f, bytes: keptBytes + len(question) + f.bytes()}
	if k.bytes > s.limit/answerPart {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.revision != revision {
		s.clear(revision)
	}
	if place, known := s.answers[question]; known {
		s.drop(place)
	}
	k.hash = s.uses.hash(question)
	s.put(&s.front, k)
	for s.front.bytes > s.limit/frontPart {
		oldest := s.front.Back()
		s.take(oldest)
		s.admit(oldest.Value.(*kept))
	}
}

// admit puts an answer that is no longer new behind, if there is room, or if it is used
// more than each of those that make room for it.
func (s *shelf) admit(k *kept) {
	room := s.limit - s.limit/frontPart - s.back.bytes
	var going []*list.Element
	for last := s.back.Back(); room < k.bytes; last = last.Prev() {
		if last == nil || s.uses.of(last.Value.(*kept).hash) >= s.uses.of(k.hash) {
			delete(s.answers, k.question)
			return
		}
		going = append(going, last)
		room += last.Value.(*kept).bytes
	}
	for _, place := range going {
		s.drop(place)
	}
	s.put(&s.back, k)
}

func (s *shelf) put(l *lane, k *kept) {
	k.lane = l
	l.bytes += k.bytes
	s.answers[k.question] = l.PushFront(k)
}

// take takes an answer out of its lane.
func (s *shelf) take(place *list.Element) {
	k := place.Value.(*kept)
	k.lane.Remove(place)
	k.lane.bytes -= k.bytes
}

func (s *shelf) drop(place *list.Element) {
	s.take(place)
	delete(s.answers, place.Value.(*kept).question)
}

// clear makes room for the answers of another revision.
func (s *shelf) clear(revision string) {
	s.revision = revision
	clear(s.answers)
	s.front, s.back = lane{}, lane{}
}
