package geo

import "runtime"

// processors is how many the runtime found at the start.
var processors = runtime.GOMAXPROCS(0)

// Processors is how many processors the program may use, which a container or GOMAXPROCS
// may bound. What runs at once is measured by it: a program may run more threads than that,
// for the sake of its clients.
func Processors() int { return processors }
