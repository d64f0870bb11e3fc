package memory

import (
	"strings"

	"innoatlas/geo"
)

// interner keeps one copy of each text and list that many records repeat: a
// million facilities have some thousand towns.
type interner struct {
	texts map[string]string
	lists map[string][]string
	last  [10]string // the texts of the record before, which often are those of the next
}

func newInterner() *interner {
	return &interner{texts: map[string]string{}, lists: map[string][]string{}}
}

// facility is a copy of the record that shares what is repeated.
func (in *interner) facility(f *geo.Facility) geo.Facility {
	c := *f
	for i, text := range [len(in.last)]*string{
		&c.Kind, &c.NameLocalLang, &c.Country, &c.CountryName, &c.Admin1, &c.City, &c.Precision,
		&c.Status, &c.Source.Title, &c.Source.Date,
	} {
		if *text != in.last[i] {
			in.last[i] = in.text(*text)
		}
		*text = in.last[i]
	}
	c.Sectors = in.list(c.Sectors)
	together(&c.Slug, &c.Name, &c.NameZh, &c.NameLocal, &c.HostInstitution, &c.Summary, &c.Source.URL)
	return c
}

// together copies texts into one piece of memory. They no longer hold on to the
// row that they were read from, and to write a record out touches one place.
func together(texts ...*string) {
	length := 0
	for _, t := range texts {
		length += len(*t)
	}
	var b strings.Builder
	b.Grow(length)
	for _, t := range texts {
		b.WriteString(*t)
	}
	rest := b.String()
	for _, t := range texts {
		n := len(*t)
		*t, rest = rest[:n], rest[n:]
	}
}

func (in *interner) text(s string) string {
	shared, ok := in.texts[s]
	if !ok {
		shared = strings.Clone(s) // so that it does not hold on to the row it was read from
		in.texts[shared] = shared
	}
	return shared
}

// list keeps the order of the list, which is part of the record.
func (in *interner) list(l []string) []string {
	if len(l) == 0 {
		return nil
	}
	key := strings.Join(l, "\x00")
	if shared, ok := in.lists[key]; ok {
		return shared
	}
	shared := make([]string, len(l))
	for i, s := range l {
		shared[i] = in.text(s)
	}
	in.lists[key] = shared
	return shared
}
