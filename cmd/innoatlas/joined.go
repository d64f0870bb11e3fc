package main

import (
	"context"
	"net"
	"net/http"
)

// joined sends the header of an answer together with its body. The server would send the
// first 4 kB of both by themselves: one more call of the system for each answer, and a
// reader that is woken twice.
type joined struct {
	http.ResponseWriter
	client *client
}

// serverBuffer is how many bytes net/http gathers before it sends them.
const serverBuffer = 4 << 10

// clientKey is where the context of a request has its connection.
type clientKey struct{}

// joinWrites lets answers begin with their header and body in one piece.
func joinWrites(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c, ok := r.Context().Value(clientKey{}).(*client); ok {
			w = &joined{w, c}
		}
		next.ServeHTTP(w, r)
	})
}

func withClient(ctx context.Context, c *client) context.Context {
	return context.WithValue(ctx, clientKey{}, c)
}

// Write sends a part of the body. What the server sends of it before the rest waits for
// that, but not longer than this call.
func (w *joined) Write(p []byte) (int, error) {
	if len(p) <= serverBuffer {
		return w.ResponseWriter.Write(p)
	}
	w.client.joins = true
	n, err := w.ResponseWriter.Write(p)
	if w.client.joins = false; err == nil {
		err = w.client.sendHeld()
	}
	return n, err
}

// Unwrap is for http.ResponseController.
func (w *joined) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Write sends to the client, or keeps it for the next call where that is certain to come.
func (c *client) Write(p []byte) (int, error) {
	if c.joins && len(c.held) == 0 && len(p) == serverBuffer {
		c.held = append(c.held, p...)
		return len(p), nil
	}
	if len(c.held) == 0 {
		return c.Conn.Write(p)
	}
	both := net.Buffers{c.held, p}
	sent, err := both.WriteTo(c.Conn)
	n := max(0, int(sent)-len(c.held))
	c.held = c.held[:0]
	return n, err
}

// sendHeld sends what was kept for a call that did not come.
func (c *client) sendHeld() error {
	if len(c.held) == 0 {
		return nil
	}
	_, err := c.Conn.Write(c.held)
	c.held = c.held[:0]
	return err
}
