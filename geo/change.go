package geo

import (
	"encoding/json"
	"time"
)

// Revision is one transaction that changed something.
type Revision struct {
	Number int64     // goes up with each
	At     time.Time // later than that of the one before
	Author string    // who made it, as the program was told; else Role
	Role   string    // the user of the database
	Source string    // the file or the command that it came from; "" not known
	Reason string    // "" not said

	Changes map[string]map[ChangeOp]int // how many things it changed, by collection and by what happened to them
}

// ChangeOp is what happened to a thing.
type ChangeOp string

// What may happen.
const (
	Added   ChangeOp = "added"
	Changed ChangeOp = "changed"
	Deleted ChangeOp = "deleted"
)

// Change is what a revision did to one record, to rows that hang on it, or to one term, text,
// place or other thing that has no record.
type Change struct {
	Number   int64 // in the order in which they were made
	Revision Revision

	Op         ChangeOp
	Collection string // of the record, or what the thing is one of: kinds, sectors, fields, synonyms, places, dataset (its terms of use)
	ID         int64  // of the record; 0 where it is none
	Key        string // its slug then, or what else tells it from others
	Part       string // rows that hang on a record: sources, texts, links or figures; "" the record itself
	Version    int    // of the record, after it; 0: it has none
	Line       int    // of the file; 0: not from one

	// Before and After are the values that differ, by the names of columns; those of a part are
	// its rows, by their keys. One that was added has none, since it is there; of one that was
	// deleted Before has all. A field of one's own is "own.NAME". Both are empty where they were
	// purged.
	Before, After map[string]json.RawMessage
}
