package main

import (
	"fmt"
	"math"

	"github.com/dustin/go-humanize"
)

// size is a number of bytes as a person writes it: 64MB, 512KiB, 0.
type size int

// UnmarshalText reads a size.
func (s *size) UnmarshalText(text []byte) error {
	n, err := humanize.ParseBytes(string(text))
	if err != nil || n > math.MaxInt32*1024 {
		return fmt.Errorf("%q is no number of bytes; write it like 64MB, or 0", text)
	}
	*s = size(n)
	return nil
}
