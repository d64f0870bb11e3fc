package postgis

import "sync"

// windowMemory is what the pieces take that are kept for other downloads, in bytes.
const windowMemory = 16 << 20

// window keeps the pieces of all records that were read last, while downloads of them
// run: whoever is a little behind another, or begins again, finds what that one has read,
// and those that run together soon read together. A piece belongs to a revision, so it
// never changes.
type window struct {
	mu      sync.Mutex
	running int // downloads
	pieces  map[string]piece
	order   []string // their keys, the last read behind
	bytes   int64
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
		w.pieces, w.order, w.bytes = nil, nil, 0
	}
}

func (w *window) find(key string) (piece, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	p, ok := w.pieces[key]
	return p, ok
}

func (w *window) keep(key string, p piece) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, known := w.pieces[key]; known || w.running == 0 {
		return
	}
	if w.pieces == nil {
		w.pieces = map[string]piece{}
	}
	w.pieces[key], w.order = p, append(w.order, key)
	for w.bytes += p.size; w.bytes > windowMemory; w.order = w.order[1:] {
		w.bytes -= w.pieces[w.order[0]].size
		delete(w.pieces, w.order[0])
	}
}
