//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package format

import (
	"errors"
	"os"
)

// lock has no way to tell here whether a folder is in use, so none is ever swept.
func lock(*os.File) error { return errors.ErrUnsupported }
