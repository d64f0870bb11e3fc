package geo

import "slices"

// IsEmpty reports whether the source names nothing.
func (s Source) IsEmpty() bool { return s.Title == "" && s.URL == "" }

// AllSources are what a record rests on, then the sources of single facts.
func (f *Facility) AllSources() []Source {
	return slices.DeleteFunc(append([]Source{f.Source}, f.Sources...), Source.IsEmpty)
}
