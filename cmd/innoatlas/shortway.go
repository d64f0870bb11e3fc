package main

import (
	"bytes"
	"time"

	"innoatlas/api"
)

// The short way of a request: what is kept is answered by the connection itself, within the
// Read in which net/http waits for the next request. net/http would take as long again for
// its part (a goroutine that looks whether the client leaves, contexts, maps of the header)
// as all that the system does to read and send. What is not that simple is given to it as
// if nothing had been looked at.

// plainAnswerer answers a request by the bytes of its header, if it is a plain one and its
// answer is kept.
type plainAnswerer interface {
	AnswerPlain(w *api.Wire, head []byte) (answered bool, err error)
}

// mostPassed is how many bytes of requests that net/http has not answered are looked at. A
// connection that brings more stays on the long way.
const mostPassed = 8 << 10

// pass notes what net/http is given.
func (c *client) pass(text []byte) {
	if c.of.plain == nil || c.lost {
		return
	}
	if c.passed = append(c.passed, text...); len(c.passed) > mostPassed {
		c.passed, c.lost = nil, true
	}
}

// passOver takes the header of a request that is answered from what was passed. That is no
// more than net/http has read for it: a body stays, until a later header ends behind it. So
// when nothing is left, net/http has answered all that it was given, and holds no part of
// another request.
func (c *client) passOver() {
	if c.passed = c.passed[headerEnd(c.passed):]; len(c.passed) == 0 {
		c.passed = nil
	}
}

// hasShortWay reports whether net/http waits for a request of which it holds nothing.
func (c *client) hasShortWay() bool {
	return c.of.plain != nil && c.phase.Load() == idle && len(c.passed) == 0 && !c.lost
}

// answer answers what was read, if it is one whole request that can be had at once. A
// connection that is to give way to others goes the long way, which tells its client.
func (c *client) answer(head []byte) (answered bool, err error) {
	if !bytes.HasSuffix(head, []byte("\r\n\r\n")) || c.of.waiting.Load() > 0 || !c.phase.CompareAndSwap(begun, busy) {
		return false, nil
	}
	if answered, err = c.of.plain.AnswerPlain(c.wire, head); !answered || err != nil {
		c.phase.Store(begun)
		return answered, err
	}
	c.change(idle)
	c.of.serveAll(c.peer)
	return true, c.Conn.SetReadDeadline(time.Now().Add(c.of.idleTimeout))
}

// answers reports whether a request is answered, whichever way.
func (c *client) answers() bool { return c.phase.Load() == busy }
