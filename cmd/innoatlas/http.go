package main

import (
	"log/slog"
	"net"
	"net/http"
	"time"

	"golang.org/x/net/netutil"
)

// maxConnections bounds what one server holds open; further clients wait in the
// listen queue of the system.
const maxConnections = 2000

// sendBuffer is what the system may hold of an answer, in bytes. It would take
// megabytes, and then a slow reader looks for minutes as if it read nothing.
const sendBuffer = 256 << 10

func limitConnections(l net.Listener) net.Listener {
	return netutil.LimitListener(shortBuffers{l}, maxConnections)
}

// shortBuffers accepts connections with a send buffer of that size.
type shortBuffers struct{ net.Listener }

// Accept waits for the next connection.
func (l shortBuffers) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if tcp, ok := conn.(*net.TCPConn); ok {
		err = tcp.SetWriteBuffer(sendBuffer)
	}
	return conn, err
}

// newHTTPServer has the time and size limits of the service. Downloads extend
// WriteTimeout for themselves as long as they make progress.
func newHTTPServer(handler http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       60 * time.Second,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
}
