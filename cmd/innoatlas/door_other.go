//go:build !linux

package main

import "net"

// refuseConnections has no way to do so here; who connects at the moment of the end is reset.
func refuseConnections(net.Listener) bool { return false }
