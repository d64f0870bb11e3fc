//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package format

import (
	"errors"
	"os"
	"syscall"
)

// lock locks a folder until it is closed; errLocked where somebody else has.
func lock(folder *os.File) error {
	err := syscall.Flock(int(folder.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return errLocked
	}
	return err
}
