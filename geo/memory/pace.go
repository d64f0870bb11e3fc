package memory

import (
	"context"

	"innoatlas/geo/cql2"
)

// eachPace is the work after which a context is looked at again: some half of a
// millisecond, in units of cql2.Work.
const eachPace = 10_000

// pace looks at a context by the work that was done, whatever a record costs.
type pace struct {
	ctx  context.Context
	left int // until the next look
}

// spend is the error of the context, where it is time to look at it.
func (p *pace) spend(work int) error {
	if p.left -= work; p.left > 0 {
		return nil
	}
	p.left = eachPace
	return p.ctx.Err()
}

// workOf is what it takes to ask so many records, never too much for an int.
func workOf(e cql2.Expr, records uint64) int {
	return cql2.Work(e) * int(min(records, 1<<32))
}
