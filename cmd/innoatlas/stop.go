package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

const (
	// patience is how long requests under way may go on after a stop signal, and
	// silentPatience how long where the database does not answer, so that there is
	// nothing to wait for.
	patience       = 15 * time.Second
	silentPatience = 2 * time.Second

	// lastCall is how long a connection without a request is left open at the end: one
	// may be on its way. It is several times what a packet takes round the world.
	lastCall = 600 * time.Millisecond

	// handshake is how long those are waited for who have begun to connect.
	handshake = 100 * time.Millisecond
)

// connectionStates is what each open connection of a server does.
type connectionStates struct {
	mu     sync.Mutex
	states map[net.Conn]http.ConnState
}

// watchConnections follows the connections of a server that is not started yet.
func watchConnections(server *http.Server) *connectionStates {
	c := &connectionStates{states: map[net.Conn]http.ConnState{}}
	before := server.ConnState
	server.ConnState = func(conn net.Conn, state http.ConnState) {
		c.mu.Lock()
		if state == http.StateClosed || state == http.StateHijacked {
			delete(c.states, conn)
		} else {
			c.states[conn] = state
		}
		c.mu.Unlock()
		if before != nil {
			before(conn, state)
		}
	}
	return c
}

// waiting are the connections on which no request is being answered.
func (c *connectionStates) waiting() []net.Conn { return c.without(false) }

// short are the connections on which a request is answered the short way, of which
// net/http knows nothing: it would close them.
func (c *connectionStates) short() []net.Conn { return c.without(true) }

// without are the connections without a request, as net/http sees it.
func (c *connectionStates) without(answering bool) []net.Conn {
	c.mu.Lock()
	defer c.mu.Unlock()
	var conns []net.Conn
	for conn, state := range c.states {
		client, ok := conn.(*client)
		if state != http.StateActive && (ok && client.answers()) == answering {
			conns = append(conns, conn)
		}
	}
	return conns
}

// stopping is what a server needs to end without losing a request.
type stopping struct {
	front      *front
	server     *http.Server
	listener   net.Listener // of the system
	conns      *connectionStates
	failed     <-chan error // gets what ends the accepting of connections
	silent     func() bool  // whether the database does not answer
	drainDelay time.Duration
	log        *slog.Logger
}

// run says no to /readyz and waits for load balancers to notice. From then on each
// answer ends its connection. Then it takes no more connections, answers those that are
// there, and lets the requests under way finish. Those that take too long, as a download
// to a slow reader does, are cut off.
func (s stopping) run() error {
	s.log.Info("stopping", "drain_delay", s.drainDelay.String())
	s.front.drain()
	time.Sleep(s.drainDelay)
	s.closeDoor()
	for last := time.Now().Add(lastCall); len(s.conns.waiting()) > 0 && time.Now().Before(last); {
		time.Sleep(5 * time.Millisecond)
	}
	for _, conn := range s.conns.waiting() {
		conn.Close()
	}
	if err := s.finish(); err != nil {
		return fmt.Errorf("stopping: %w", err)
	}
	s.log.Info("stopped")
	return nil
}

// closeDoor takes no more connections. Those that were made before are accepted first:
// the system resets whoever still waits in the queue of a listener that is closed.
func (s stopping) closeDoor() {
	if refuseConnections(s.listener) {
		time.Sleep(handshake)
	}
	s.listener.Close()
	<-s.failed
}

// finish waits for the requests under way.
func (s stopping) finish() error {
	within := patience
	if s.silent() {
		within = silentPatience
	}
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	for len(s.conns.short()) > 0 && ctx.Err() == nil {
		time.Sleep(5 * time.Millisecond)
	}
	err := s.server.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		s.log.Warn("requests that did not end in time are cut off", "patience", within.String())
		err = s.server.Close()
	}
	if errors.Is(err, net.ErrClosed) { // the listener is
		return nil
	}
	return err
}
