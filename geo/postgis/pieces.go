package postgis

import (
	"sync"

	"innoatlas/recent"
)

// windowMemory is what the pieces take that are kept for other downloads, in bytes.
const windowMemory = 16 << 20

// window keeps the pieces of all records that were read last, while downloads of them
// run: whoever is a little behind another, or begins again, finds what that one has read,
// and those that run together soon read together. A piece belongs to a revision, so it
// never changes.
type window struct {
	mu      sync.Mutex
	running int // downloads
	pieces  recent.Cache[string, piece]
}

func (w *window) begin() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.running++
}

// end forgets the pieces with the last download.
func (w *window) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.running--; w.running == 0 {
		w.pieces.Clear()
	}
}

// keep keeps a piece, unless the last download has ended meanwhile.
func (w *window) keep(key string, p piece) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.running > 0 {
		w.pieces.Keep(key, p, p.size)
	}
}
