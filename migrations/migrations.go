// Package migrations holds the steps that make the database, in order. A step
// that has been released is never edited; a change is a new step.
package migrations

import "embed"

// Files are the steps: NNNN_what.sql, numbered from 0001 without a gap.
//
//go:embed *.sql
var Files embed.FS
