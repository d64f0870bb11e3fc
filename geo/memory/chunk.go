package memory

import (
	"runtime"
	"sync"
)

// chunk is a run of numbers that one goroutine works on.
type chunk struct{ from, to int }

// chunksOf divides the numbers up to n among the processors.
func chunksOf(n int) []chunk {
	chunks := make([]chunk, runtime.GOMAXPROCS(0))
	for i := range chunks {
		chunks[i] = chunk{n * i / len(chunks), n * (i + 1) / len(chunks)}
	}
	return chunks
}

// inParallel works on all chunks at once, and returns when all are done.
func inParallel(chunks []chunk, do func(i int, c chunk)) {
	var group sync.WaitGroup
	for i, c := range chunks {
		group.Go(func() { do(i, c) })
	}
	group.Wait()
}
