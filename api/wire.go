package api

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"
)

// Wire is a connection on which what is kept is answered without net/http, whose way from
// the bytes of a request to those of an answer takes longer than all else together. It is
// for one request at a time.
type Wire struct {
	conn    net.Conn
	ctx     context.Context // of its requests
	local   netip.AddrPort
	network string // of the client, for the log
}

// NewWire is the wire of a connection. ctx ends when its client has left.
func NewWire(ctx context.Context, conn net.Conn) *Wire {
	w := &Wire{conn: conn, ctx: ctx, network: network(conn.RemoteAddr().String())}
	if local, ok := conn.LocalAddr().(*net.TCPAddr); ok {
		w.local = local.AddrPort()
	}
	return w
}

// AnswerPlain answers a request of which head is the header and nothing follows, if it is
// plain and its answer is kept; false where it is not, and nothing is sent. What ServeHTTP
// and net/http would come to is the same. An error ends the connection.
func (s *Server) AnswerPlain(w *Wire, head []byte) (answered bool, err error) {
	if s.shelf.limit == 0 {
		return false, nil
	}
	r, method, ok := readPlain(string(head))
	if !ok {
		return false, nil
	}
	if s.cfg.BaseURL == "" {
		r.local = w.local
	} else {
		r.host = ""
	}
	start := s.cfg.Now()
	found, unhold, ok := s.recall(w.ctx, r)
	if !ok {
		return false, nil
	}
	defer unhold()
	id, body := newRequestID(), found.to.answer.body
	if method == http.MethodHead {
		body = nil
	}
	sent, err := w.send(found, id, body)
	s.access(w.ctx, accessed{method, found.route, r.query, w.network, id, http.StatusOK, sent, start})
	return true, err
}

// wireBuffers hold what goes out in one piece: a header, and a body if that is short. To copy
// more costs more than to have the system gather it.
var wireBuffers = sync.Pool{New: func() any { b := make([]byte, 0, 16<<10); return &b }}

// send sends an answer, and gives how many bytes of its body went out.
func (w *Wire) send(found shortcut, id string, body []byte) (int64, error) {
	buffer := wireBuffers.Get().(*[]byte)
	defer wireBuffers.Put(buffer)
	header := appendHeader((*buffer)[:0], found, id)
	first := body[:min(len(body), writeSize)]
	if err := w.conn.SetWriteDeadline(time.Now().Add(writePatience)); err != nil {
		return 0, err
	}
	var sent int64
	var err error
	if len(header)+len(first) <= cap(*buffer) {
		var n int
		n, err = w.conn.Write(append(header, first...))
		sent = int64(n)
	} else {
		sent, err = (&net.Buffers{header, first}).WriteTo(w.conn)
	}
	sent = max(0, sent-int64(len(header)))
	if err != nil || len(first) == len(body) {
		return sent, err
	}
	n, err := inPieces(w.conn, w.conn, body[len(first):])
	return sent + int64(n), err
}

// appendHeader appends the header of a kept answer, which is always 200.
func appendHeader(b []byte, found shortcut, id string) []byte {
	b = append(b, "HTTP/1.1 200 OK\r\n"...)
	for _, fields := range [][]headerField{secureFields, found.settled, found.to.answer.header} {
		for _, field := range fields {
			for _, value := range field.values {
				b = appendField(b, field.name, value)
			}
		}
	}
	b = appendField(b, requestIDHeader, id)
	b = append(b, "Date: "...)
	b = time.Now().UTC().AppendFormat(b, http.TimeFormat)
	return append(b, "\r\n\r\n"...)
}

func appendField(b []byte, name, value string) []byte {
	b = append(b, name...)
	b = append(b, ": "...)
	b = append(b, value...)
	return append(b, "\r\n"...)
}
