package main

import (
	"os"
	"runtime"

	"innoatlas/geo"
)

// threadsPerProcessor is how many threads run at once, at most. Costly work is done in turns
// that come to as many as four a processor, where several kinds of it meet.
const threadsPerProcessor = 4

// shareProcessors lets the system share the processors among what the program does at once.
// The runtime gives a piece of work 10 ms, and while all its threads are busy it looks only
// each 10 ms what came from clients, who then stand behind all that waits. With more threads
// than costly work takes, one waits for clients at any time, and the system gives it its turn
// at once.
//
// Where GOMAXPROCS is set it stays, and so where a container may use fewer processors than
// there are: whoever takes more for a moment is stopped there for the rest of a tenth of a
// second, clients and all.
func shareProcessors() {
	if os.Getenv("GOMAXPROCS") == "" && geo.Processors() == runtime.NumCPU() {
		runtime.GOMAXPROCS(threadsPerProcessor * geo.Processors())
	}
}
