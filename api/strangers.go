package api

import (
	"log/slog"
	"net/http"
	"sync"
	"time"
)

// strangers are the Hosts of requests that this server does not know as its own. Whoever
// runs it is told of each once: links are relative there, and some programs want absolute
// ones.
type strangers struct {
	mu   sync.Mutex
	seen map[string]bool
	last time.Time // of a line
}

const (
	// maxStrangers is of how many hosts the log tells, and longestHost how much of one it
	// has, in bytes: anyone can send any.
	maxStrangers = 16
	longestHost  = 255

	// strangersPause is how long there is no other line: the log of the program leaves out
	// a second warning of a kind in one second. A host that comes meanwhile is told of when
	// it comes again.
	strangersPause = 2 * time.Second
)

func (s *strangers) meet(r *http.Request, now time.Time, logger *slog.Logger) {
	if r.Host == "" {
		return
	}
	host := r.Host[:min(len(r.Host), longestHost)]
	s.mu.Lock()
	known := s.seen[host] || len(s.seen) == maxStrangers || now.Sub(s.last) < strangersPause
	if !known {
		if s.seen == nil {
			s.seen = map[string]bool{}
		}
		s.seen[host], s.last = true, now
	}
	last := len(s.seen) == maxStrangers
	s.mu.Unlock()
	if known {
		return
	}
	scheme := "https://"
	if _, loopback := loopbackHost(r.Host, nil); loopback { // a port that is forwarded
		scheme = "http://"
	}
	logger.LogAttrs(r.Context(), slog.LevelWarn,
		"links are relative: a request came for a host that is not known to be this server; if it is, set --base-url (INNOATLAS_BASE_URL) to its public address",
		slog.String("host", host), slog.String("for_example", "--base-url="+scheme+host), slog.Bool("last_such_line", last))
}
