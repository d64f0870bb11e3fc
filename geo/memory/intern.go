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
	rest  []*string
	last  []string // the texts of the record before, which often are those of the next
}

// repeated and single are the fields of a facility's texts: of those that many records repeat,
// and of the others.
var repeated, single = func() (repeated, single []*geo.Field) {
	for i := range geo.Facilities.Fields {
		f := &geo.Facilities.Fields[i]
		if _, isText := f.At(&geo.Facility{}).(*string); !isText {
			continue
		}
		if f.Few {
			repeated = append(repeated, f)
		} else {
			single = append(single, f)
		}
	}
	return repeated, single
}()

func newInterner() *interner {
	return &interner{texts: map[string]string{}, lists: map[string][]string{}, last: make([]string, len(repeated)), rest: make([]*string, len(single)+1)}
}

// record is a facility that shares what is repeated, without what is private.
func (in *interner) record(f *geo.Facility) *record {
	r := &record{Facility: *f}
	if r.Position != nil {
		r.at = *r.Position
		r.Position = &r.at
	}
	in.share(r)
	return r
}

func (in *interner) share(r *record) {
	f := &r.Facility
	f.Own = f.Own.Public()
	for i, field := range repeated {
		text := field.At(f).(*string)
		if *text != in.last[i] {
			in.last[i] = in.text(*text)
		}
		*text = in.last[i]
	}
	f.Sectors = in.list(f.Sectors)
	for i, field := range single {
		in.rest[i] = field.At(f).(*string)
	}
	r.text = f.SearchText()
	in.rest[len(single)] = &r.text
	together(in.rest...)
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
