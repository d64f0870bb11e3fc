package cql2

import "fmt"

// Error says what is wrong with a filter, and where.
type Error struct {
	Column   int    // in characters of the text, from 1; 0 where the reason names the place
	Reason   string // what was expected, or what does not fit
	Property string // that there is no property of this name; empty for all other errors
}

func (e *Error) Error() string {
	if e.Column == 0 {
		return e.Reason
	}
	return fmt.Sprintf("column %d: %s", e.Column, e.Reason)
}
