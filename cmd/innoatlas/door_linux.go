package main

import (
	"net"

	"golang.org/x/sys/unix"
)

// onlyEstablished is a socket filter that lets no SYN through and everything else: byte
// 13 of a TCP header has its flags, and 2 is SYN.
var onlyEstablished = []unix.SockFilter{
	{Code: unix.BPF_LD | unix.BPF_B | unix.BPF_ABS, K: 13},
	{Code: unix.BPF_JMP | unix.BPF_JSET | unix.BPF_K, K: 2, Jt: 0, Jf: 1},
	{Code: unix.BPF_RET | unix.BPF_K, K: 0},
	{Code: unix.BPF_RET | unix.BPF_K, K: 0xffff},
}

// refuseConnections lets nobody begin a connection, and those who have begun one finish
// that. Whoever comes now hears nothing, asks the system again after a second, and is
// refused then, which a client can tell from a request that was lost.
func refuseConnections(l net.Listener) bool {
	tcp, ok := l.(*net.TCPListener)
	if !ok {
		return false
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return false
	}
	var refused error
	if err := raw.Control(func(fd uintptr) {
		program := unix.SockFprog{Len: uint16(len(onlyEstablished)), Filter: &onlyEstablished[0]}
		refused = unix.SetsockoptSockFprog(int(fd), unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, &program)
	}); err != nil {
		return false
	}
	return refused == nil
}
