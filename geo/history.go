package geo

import (
	"context"
	"time"
)

// History is what became of the records of a store that keeps one. Each answer comes in the time
// and with the errors of the store's others.
type History interface {
	// Gone finds out about a record by a name that it had. One that never was is ErrNotFound.
	Gone(ctx context.Context, c *Collection, ref Ref) (Gone, error)

	// Kept says which revisions are known.
	Kept(ctx context.Context) (Kept, error)

	// SomeChanges are at most so many of those chosen, in their order.
	SomeChanges(ctx context.Context, of ChangesOf, most int) ([]Change, error)
}

// Gone says what became of a record that is not there under a slug or an id any more.
type Gone struct {
	Now      string // the slug that it has, or that of the record it was merged into; "" it was deleted
	Reason   string
	Revision int64
	At       time.Time // zero: not known
}

// Kept is what a history reaches back to: all changes after a revision are known.
type Kept struct {
	After int64     // the revision after which all changes are known
	Last  int64     // the newest; After where nothing was changed since
	From  time.Time // of the first revision that is known; zero where there is none
}

// ChangesOf chooses changes. The zero value chooses all, in the order in which they were made.
type ChangesOf struct {
	After      int64     // revisions after this one
	To         int64     // and to this one; 0: all
	Since      time.Time // revisions later than this; zero: all
	Collection string    // "" all
	Among      []string  // collections; nil: all
	Slug       string    // of a record, under whatever slug it had; "" all
	ID         int64     // of a record; 0 all
	IDs        []int64   // of records; nil all
	Country    string    // ISO 3166-1 alpha-3, that a record states, or stated when it was deleted; "" all
	Number     int64     // those after the change of this number
	Before     int64     // those before the change of this number; 0: all
	Newest     bool      // the newest first
}
