package main

import (
	"context"
	"net/http"
	"sync/atomic"

	"innoatlas/api"
)

// front stands before the servers of api: first the one that says that there is no data
// yet, then the one that has it. When the program is about to end it lets go of clients.
type front struct {
	serving  atomic.Pointer[api.Server]
	reason   atomic.Pointer[string] // why it is not ready
	draining atomic.Bool
}

// newFront answers as a program that starts. The first reason is that it reads its data.
func newFront(cfg api.Config) *front {
	f := &front{}
	f.because("reading the data")
	cfg.Ready = func(context.Context) api.Readiness { return api.Readiness{Reason: *f.reason.Load()} }
	f.serving.Store(api.NewStarting(cfg))
	return f
}

// because says why the program is not ready yet.
func (f *front) because(reason string) { f.reason.Store(&reason) }

// open answers from a server that has data.
func (f *front) open(s *api.Server) { f.serving.Store(s) }

// drain makes /readyz say no, and each answer the last one of its connection: a client
// takes the next request elsewhere, and has none under way when the program ends.
func (f *front) drain() {
	f.draining.Store(true)
	f.serving.Load().Drain()
}

// ServeHTTP answers one request.
func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if f.draining.Load() {
		w.Header().Set("Connection", "close")
	}
	f.serving.Load().ServeHTTP(w, r)
}

// AnswerPlain answers one request the short way. The last one of a connection is told so,
// which is the long way's.
func (f *front) AnswerPlain(w *api.Wire, head []byte) (answered bool, err error) {
	if f.draining.Load() {
		return false, nil
	}
	return f.serving.Load().AnswerPlain(w, head)
}
