package api

import (
	"maps"
	"sync"
)

// refusals counts the answers that could not be had, by reason.
type refusals struct {
	mu    sync.Mutex
	count map[string]uint64
}

func (r *refusals) add(reason string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.count == nil {
		r.count = map[string]uint64{}
	}
	r.count[reason]++
}

// Refused are how many answers were 503 since the start, by reason: "busy" where a gate
// was full, "unsent" where too much waited for slow readers, "out of time", "changed
// tables" where a hand was at the database, and "away" for all else.
func (s *Server) Refused() map[string]uint64 {
	s.refusals.mu.Lock()
	defer s.refusals.mu.Unlock()
	return maps.Clone(s.refusals.count)
}
