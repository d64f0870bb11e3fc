package memory

import (
	"runtime"
	"sync"

	"innoatlas/geo"
	"innoatlas/singleflight"
)

// chunk is a run of numbers that one goroutine works on.
type chunk struct{ from, to int }

// chunksOf divides the numbers up to n among the processors.
func chunksOf(n int) []chunk {
	chunks := make([]chunk, min(geo.Processors(), runtime.GOMAXPROCS(0)))
	for i := range chunks {
		chunks[i] = chunk{n * i / len(chunks), n * (i + 1) / len(chunks)}
	}
	return chunks
}

// inParallel works on all chunks at once, and returns when all are done.
func inParallel(chunks []chunk, do func(i int, c chunk)) {
	parts := make([]func(), len(chunks))
	for i, c := range chunks {
		parts[i] = func() { do(i, c) }
	}
	atOnce(parts...)
}

// atOnce calls all functions at once, and returns when all are done. Where one panics it
// panics itself, so that the caller can recover: nobody could in another goroutine.
func atOnce(parts ...func()) {
	var group sync.WaitGroup
	errs := make([]error, len(parts))
	for i, part := range parts {
		group.Go(func() {
			defer singleflight.Recover(&errs[i])
			part()
		})
	}
	group.Wait()
	for _, err := range errs {
		if err != nil {
			panic(err)
		}
	}
}
