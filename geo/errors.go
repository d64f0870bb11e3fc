package geo

import (
	"errors"
	"fmt"
)

// ErrNotFound reports that a collection has no record with the id or slug asked
// for. A Store returns it instead of a nil record with a nil error; api answers 404.
var ErrNotFound = errors.New("no such record")

// ErrUnavailable reports that a store cannot answer now and may soon (its
// database is away, or too busy); api answers 503 with Retry-After.
var ErrUnavailable = errors.New("the data cannot be read just now")

// ErrBusy reports that a Gate has no permit for a costly question. It is an
// ErrUnavailable.
var ErrBusy = fmt.Errorf("too many costly questions at once: %w", ErrUnavailable)

// ErrMalformed reports that what a store reads is not of the form that it expects:
// somebody changed its tables by hand. It is an ErrUnavailable, but waiting does not mend it.
var ErrMalformed = fmt.Errorf("the tables are not as innoatlas makes them; undo what was changed by hand, or migrate and import into a new database: %w", ErrUnavailable)

// InputError is a request value that the caller can correct; api answers 400.
// Reason says what is allowed, as the end of a sentence.
type InputError struct{ Param, Value, Reason string }

func (e *InputError) Error() string {
	if e.Value == "" {
		return fmt.Sprintf("%s: %s", e.Param, e.Reason)
	}
	return fmt.Sprintf("%s=%s: %s", e.Param, shorten(e.Value), e.Reason)
}

// shorten keeps a message readable when the value is not.
func shorten(s string) string {
	const most = 80
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// ErrWhole reports that a copy cannot follow by a Delta, and has to be read whole: the Delta is from
// another revision than the copy has, or changes what everything rests on.
var ErrWhole = errors.New("the copy has to be read whole")
