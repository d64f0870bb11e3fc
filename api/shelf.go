package api

import (
	"container/list"
	"slices"
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

	mu        sync.Mutex
	revision  string
	answers   map[string]*kept     // by question
	shortcuts map[request]shortcut // to answers that are there
	front     lane                 // what is new, the last used first
	back      lane                 // what is used, likewise
	uses      *uses
}

// kept is an answer on the shelf.
type kept struct {
	question string
	hash     uint64 // of the question
	answer   *finished
	requests []request // that have a shortcut to it
	bytes    int
	lane     *lane
	element  *list.Element
}

// lane is a part of the shelf, in the order of the last use.
type lane struct {
	list.List // of *kept
	bytes     int
}

// One answer takes at most a part of the shelf, and what is new at most another, which
// is one in so many.
const (
	answerPart = 16
	frontPart  = 8
)

// keptBytes is what an answer takes on the shelf besides its texts: the places in the
// map and the lane, and the headers' slices.
const keptBytes = 640

// countedBytes is for how much of the budget one question can be told from others: the
// sketch takes a sixtieth.
const countedBytes = 256

func newShelf(limit int) *shelf {
	s := &shelf{limit: max(0, limit), answers: map[string]*kept{}, shortcuts: map[request]shortcut{}}
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
	k := s.answers[question]
	if k == nil || s.revision != revision {
		return nil
	}
	k.lane.MoveToFront(k.element)
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
	if known := s.answers[question]; known != nil {
		s.drop(known)
	}
	k.hash = s.uses.hash(question)
	s.answers[question] = k
	k.put(&s.front)
	s.settle()
}

// settle moves what is no longer new from the front, and sees that all fits.
func (s *shelf) settle() {
	for s.front.bytes > s.limit/frontPart {
		k := s.front.oldest()
		k.take()
		s.admit(k)
	}
	for s.back.bytes > s.limit-s.limit/frontPart { // shortcuts grow
		s.drop(s.back.oldest())
	}
}

// admit puts an answer behind, if there is room, or if it is used more than each of
// those that make room for it.
func (s *shelf) admit(k *kept) {
	room := s.limit - s.limit/frontPart - s.back.bytes
	var going []*kept
	for last := s.back.Back(); room < k.bytes; last = last.Prev() {
		if last == nil || s.uses.of(last.Value.(*kept).hash) >= s.uses.of(k.hash) {
			s.forget(k)
			return
		}
		going = append(going, last.Value.(*kept))
		room += last.Value.(*kept).bytes
	}
	for _, other := range going {
		s.drop(other)
	}
	k.put(&s.back)
}

func (s *shelf) drop(k *kept) {
	k.take()
	s.forget(k)
}

// forget makes an answer that is in no lane unknown.
func (s *shelf) forget(k *kept) {
	delete(s.answers, k.question)
	for _, r := range k.requests {
		delete(s.shortcuts, r)
	}
}

// clear makes room for the answers of another revision.
func (s *shelf) clear(revision string) {
	s.revision = revision
	clear(s.answers)
	clear(s.shortcuts)
	s.front, s.back = lane{}, lane{}
}

func (l *lane) oldest() *kept { return l.Back().Value.(*kept) }

func (k *kept) put(l *lane) {
	k.lane, k.element = l, l.PushFront(k)
	l.bytes += k.bytes
}

// take takes an answer out of its lane.
func (k *kept) take() {
	k.lane.Remove(k.element)
	k.lane.bytes -= k.bytes
}

// shortcut leads from a request to a kept answer, with what else is sent.
type shortcut struct {
	to      *kept
	settled []headerField // see settledHeader
	route   string        // for the log
}

// shortcutBytes is what a shortcut takes besides the texts of its request, which are not
// longer than longestRequest; mostShortcuts is how many lead to one answer, of which the
// oldest gives way.
const (
	shortcutBytes  = 768
	longestRequest = 2 << 10
	mostShortcuts  = 8
)

// remember adds a shortcut to the answer to a question, if that is kept.
func (s *shelf) remember(revision, question string, r request, settled []headerField, route string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.answers[question]
	if _, known := s.shortcuts[r]; known || k == nil || s.revision != revision || r.bytes() > longestRequest {
		return
	}
	if len(k.requests) == mostShortcuts {
		s.unlink(k)
	}
	s.shortcuts[r] = shortcut{k, settled, route}
	k.requests = append(k.requests, r)
	k.grow(shortcutBytes + r.bytes())
	s.settle()
}

// unlink takes the oldest shortcut to an answer away.
func (s *shelf) unlink(k *kept) {
	delete(s.shortcuts, k.requests[0])
	k.grow(-shortcutBytes - k.requests[0].bytes())
	k.requests = slices.Delete(k.requests, 0, 1)
}

func (k *kept) grow(bytes int) {
	k.bytes += bytes
	k.lane.bytes += bytes
}

// recall gives the shortcut of a request, and of which revision it is.
func (s *shelf) recall(r request) (found shortcut, revision string, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if found, ok = s.shortcuts[r]; ok {
		s.uses.count(found.to.hash)
		found.to.lane.MoveToFront(found.to.element)
	}
	return found, s.revision, ok
}
