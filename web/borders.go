package web

import (
	"crypto/sha256"
	"encoding/hex"
)

// BordersAddress is what the map page is told of the borders: "none", the address
// of the operator's file, or nothing where the built-in ones are drawn. It holds a
// hash of the file, so browsers may keep it for ever.
func (o Options) BordersAddress() string {
	switch {
	case o.NoBorders:
		return "none"
	case o.Borders == nil:
		return ""
	}
	sum := sha256.Sum256(o.Borders)
	return "/borders/" + hex.EncodeToString(sum[:8]) + ".bin"
}
