package postgis

import (
	"net"
	"time"

	"golang.org/x/sys/unix"
)

// limitUnsent makes the system end a connection whose other end has not confirmed
// for so long what was sent. Otherwise it goes on sending for a quarter of an hour.
func limitUnsent(conn net.Conn, limit time.Duration) error {
	tcp, ok := conn.(*net.TCPConn)
	if !ok {
		return nil
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return err
	}
	var refused error
	err = raw.Control(func(fd uintptr) {
		refused = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(limit.Milliseconds()))
	})
	if err != nil {
		return err
	}
	return refused
}
