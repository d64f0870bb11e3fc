package api

import (
	"io"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
)

// encoding is a content coding, as in Content-Encoding; empty is none.
type encoding string

const (
	identity encoding = ""
	gzipped  encoding = "gzip"
	brotlied encoding = "br"
)

// Levels for bodies that are made for one answer: near what larger levels save,
// at a fraction of their time.
const (
	gzipLevel   = 2
	brotliLevel = 4
)

// minCompressed is the length from which a body is worth compressing, in bytes.
const minCompressed = 1 << 10

// chooseEncoding is the coding that Accept-Encoding weighs highest; of equals
// brotli, then gzip.
func chooseEncoding(accept string) encoding {
	if accept == "" {
		return identity
	}
	best, bestQ := identity, weightOf(identityCoding, accept)
	for _, e := range []encoding{gzipped, brotlied} {
		if q := weightOf(string(e), accept); q > 0 && q >= bestQ {
			best, bestQ = e, q
		}
	}
	return best
}

// identityCoding is the name of no coding (RFC 9110 §12.5.3). It need not be
// named to be accepted, so only where it is does its weight count.
const identityCoding = "identity"

// weightOf is the weight of a coding: its own, or that of "*".
func weightOf(coding, accept string) float64 {
	others := 0.0
	for value, q := range qualities(accept) {
		switch {
		case strings.EqualFold(value, coding):
			return q
		case value == "*" && coding != identityCoding:
			others = q
		}
	}
	return others
}

// compressor is what both libraries' writers can do.
type compressor interface {
	io.WriteCloser
	Reset(io.Writer)
}

// compressors are kept between answers: each holds some 100 KB to 1 MB of tables.
var compressors = map[encoding]*sync.Pool{
	gzipped: {New: func() any {
		w, err := gzip.NewWriterLevel(nil, gzipLevel)
		if err != nil {
			panic(err) // the level is a constant
		}
		return w
	}},
	brotlied: {New: func() any { return brotli.NewWriterLevel(nil, brotliLevel) }},
}

// compressTo gives a writer that compresses into w. Close ends the stream and
// gives the compressor back.
func (e encoding) compressTo(w io.Writer) io.WriteCloser {
	c := compressors[e].Get().(compressor)
	c.Reset(w)
	return &pooledCompressor{c, compressors[e]}
}

type pooledCompressor struct {
	compressor
	pool *sync.Pool
}

func (p *pooledCompressor) Close() error {
	err := p.compressor.Close()
	p.compressor.Reset(nil)
	p.pool.Put(p.compressor)
	return err
}
