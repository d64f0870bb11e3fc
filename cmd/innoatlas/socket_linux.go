package main

import (
	"net"
	"syscall"

	"golang.org/x/sys/unix"
)

// hasLeft reports that the other end has closed the connection, or was reset. The
// system knows before all that came is read.
func hasLeft(conn net.Conn) bool {
	return poll(conn)&(unix.POLLRDHUP|unix.POLLHUP|unix.POLLERR) != 0
}

// hasUnread reports that something came which was not read yet.
func hasUnread(conn net.Conn) bool { return poll(conn)&unix.POLLIN != 0 }

func poll(conn net.Conn) (events int16) {
	control(conn, func(fd int) {
		fds := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN | unix.POLLRDHUP}}
		if n, err := unix.Poll(fds, 0); n == 1 && err == nil {
			events = fds[0].Revents
		}
	})
	return events
}

// delivered is how much of what was sent the other end has taken, in bytes, and whether
// some of it still waits.
func delivered(conn net.Conn) (bytes uint64, more bool) {
	control(conn, func(fd int) {
		if info, err := unix.GetsockoptTCPInfo(fd, unix.IPPROTO_TCP, unix.TCP_INFO); err == nil {
			bytes, more = info.Bytes_acked, info.Unacked > 0 || info.Notsent_bytes > 0
		}
	})
	return bytes, more
}

// limitNotSent lets the system take more of an answer only while less than that many
// bytes wait to be sent: then the writer's pace is the reader's.
func limitNotSent(conn net.Conn, bytes int) {
	control(conn, func(fd int) { unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NOTSENT_LOWAT, bytes) })
}

func control(conn net.Conn, do func(fd int)) {
	if socket, ok := conn.(syscall.Conn); ok {
		if raw, err := socket.SyscallConn(); err == nil {
			raw.Control(func(fd uintptr) { do(int(fd)) })
		}
	}
}
