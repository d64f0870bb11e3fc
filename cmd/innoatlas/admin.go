package main

import (
	"encoding/json"
	"log/slog"
	"net"
	"net/http"
	"strings"
)

// adminAddress is where --admin-listen listens: on the machine itself, unless it names
// another address.
func adminAddress(given string) string {
	switch {
	case strings.HasPrefix(given, ":"):
		return "127.0.0.1" + given
	case !strings.Contains(given, ":"):
		return "127.0.0.1:" + given
	}
	return given
}

// serveAdmin answers health and what was refused on a listener and by a server of its
// own, which no other client can shut out. Close ends it.
func serveAdmin(listener net.Listener, front *front, clients *connections, log *slog.Logger) *http.Server {
	mux := http.NewServeMux()
	mux.Handle("/livez", front)
	mux.Handle("/readyz", front)
	mux.HandleFunc("GET /counters", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(map[string]any{ // the reader left where that fails
			"refused":     front.serving.Load().Refused(),
			"connections": clients.Counts(),
		})
	})
	server := newHTTPServer(mux, log)
	go func() {
		if err := server.Serve(listener); err != http.ErrServerClosed {
			log.Error("the admin listener ended", "error", err.Error())
		}
	}()
	return server
}
