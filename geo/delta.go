package geo

// Delta is what became of a data set between two revisions, for a copy that is to follow: records
// as they are now, whole, since a copy of the first may have any of them as they were before. What
// is not in it stays as it is. A copy that cannot follow by it, because it has another revision than
// From, or because fields of one's own have changed, says so by ErrWhole.
type Delta struct {
	From, Revision string // as Dataset.Revision has them

	Facilities []Facility          // added, changed, or linked to something that changed
	Gone       []int64             // ids of facilities that there are no more
	Links      []Link              // all those of Facilities
	Records    map[string][]Record // likewise of the collections that Dataset.Records has
	RecordsOff map[string][]int64  // ids of those that there are no more

	// Terms are what else a data set has, whole: vocabularies, fields of one's own, terms of use,
	// countries, figures, names of places, synonyms. Nil where none of that changed. It has no
	// facilities, links and records.
	Terms *Dataset
}

// Count is how many records a delta has, those that are gone too.
func (d *Delta) Count() int {
	n := len(d.Facilities) + len(d.Gone)
	for _, records := range d.Records {
		n += len(records)
	}
	for _, gone := range d.RecordsOff {
		n += len(gone)
	}
	return n
}
