//go:build !linux

package postgis

import (
	"net"
	"time"
)

// limitUnsent is for systems that have no such limit: the deadlines of each question
// and the silence that a line bears must do.
func limitUnsent(net.Conn, time.Duration) error { return nil }
