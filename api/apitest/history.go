package apitest

import (
	"context"
	"slices"
	"time"

	"innoatlas/geo"
)

// History is a history that is told beforehand.
type History struct {
	Gones   map[string]geo.Gone // by slugs
	Changes []geo.Change        // in their order
	Is      geo.Kept
	Err     error // of each answer
	Asked   []geo.ChangesOf
}

// Gone finds a record by its slug.
func (h *History) Gone(_ context.Context, _ *geo.Collection, ref geo.Ref) (geo.Gone, error) {
	gone, ok := h.Gones[ref.Slug]
	if !ok && h.Err == nil {
		return gone, geo.ErrNotFound
	}
	return gone, h.Err
}

// Kept is as told.
func (h *History) Kept(context.Context) (geo.Kept, error) { return h.Is, h.Err }

// SomeChanges chooses by revision, time, number, collection and record.
func (h *History) SomeChanges(_ context.Context, of geo.ChangesOf, most int) (changes []geo.Change, err error) {
	h.Asked = append(h.Asked, of)
	for _, c := range h.Changes {
		r := c.Revision
		switch {
		case r.Number <= of.After, of.To > 0 && r.Number > of.To, !of.Since.IsZero() && !r.At.After(of.Since), c.Number <= of.Number, of.Before > 0 && c.Number >= of.Before:
		case of.Collection != "" && c.Collection != of.Collection, of.Among != nil && !slices.Contains(of.Among, c.Collection):
		case of.Slug != "" && c.Key != of.Slug, of.ID != 0 && c.ID != of.ID, of.IDs != nil && !slices.Contains(of.IDs, c.ID):
		default:
			changes = append(changes, c)
		}
	}
	if of.Newest {
		slices.Reverse(changes)
	}
	return changes[:min(len(changes), most)], h.Err
}

// Deleted is a record that was deleted on the third of February 2026.
func Deleted(reason string) geo.Gone {
	return geo.Gone{Reason: reason, Revision: 7, At: time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)}
}
