package geo

import "iter"

// Later are facilities that a data set does not hold, because they are too many: whoever imports it
// reads them once, a chunk at a time.
type Later struct {
	Count  int
	Has    func(slug string) bool  // whether one of them has the slug
	States func(field string) bool // whether any of them states a field of one's own
	Chunks iter.Seq2[Chunk, error]
}

// Chunk is some facilities, in their order, and what their rows say besides (see Dataset.Rows).
type Chunk struct {
	Facilities []Facility
	Rows       []Row
}

// renamed has other slugs of facilities, and of whatever names them.
func (l *Later) renamed(slugs map[string]string) *Later {
	next := *l
	next.Chunks = func(yield func(Chunk, error) bool) {
		for p, err := range l.Chunks {
			for i := range p.Facilities {
				p.Facilities[i].rename(slugs)
			}
			if !yield(p, err) {
				return
			}
		}
	}
	return &next
}

// CountFacilities is how many the data set has, now or later.
func (d *Dataset) CountFacilities() int {
	if d.Later != nil {
		return d.Later.Count
	}
	return len(d.Facilities)
}

// HasSlug tells whether a record of a collection has a slug.
func (d *Dataset) HasSlug(c *Collection) func(slug string) bool {
	if d.Later != nil && c.Is(Facilities) {
		return d.Later.Has
	}
	all := d.Slugs(c)
	return func(slug string) bool {
		_, ok := all[slug]
		return ok
	}
}
