package geo

// marks are what a Reading says of the fields of a record. Many records have the same.
type marks struct {
	machine []string // that it shows as a machine made them
	stale   []string // those of them whose English was changed since
	english []string // that it shows in English, since there is no text in its language
}

// marks are those of a record that a Reading gives; of any other there are none.
func (t *Translations) marks() *marks {
	if t == nil || t.shown == nil {
		return &noMarks
	}
	return t.shown
}

var noMarks marks

// markSet is marks in the making, by the numbers of fields among Reading.markable.
type markSet struct{ machine, stale, english fieldSet }

// take takes a field back that a source says in the language.
func (m *markSet) take(field int) {
	m.machine.take(field)
	m.stale.take(field)
	m.english.take(field)
}

// fieldSet is a set of fields: there are town, province, name and summary, and at most MaxOwn
// of one's own.
type fieldSet [2]uint64

func (s *fieldSet) add(field int) { s[field/64] |= 1 << (field % 64) }

func (s *fieldSet) take(field int) { s[field/64] &^= 1 << (field % 64) }

func (s fieldSet) has(field int) bool { return s[field/64]&(1<<(field%64)) != 0 }

// of are the names of the set.
func (s fieldSet) of(names []string) (list []string) {
	for i, name := range names {
		if s.has(i) {
			list = append(list, name)
		}
	}
	return list
}

// marksOf are the marks of a set, the same for all records that have it.
func (r *Reading) marksOf(set markSet) *marks {
	if last := r.last.Load(); last != nil && last.set == set { // as of most that stand one after the other
		return &last.marks
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	known := r.marks[set]
	if known == nil {
		known = &setMarks{set, marks{set.machine.of(r.markable), set.stale.of(r.markable), set.english.of(r.markable)}}
		r.marks[set] = known
	}
	r.last.Store(known)
	return &known.marks
}

// setMarks are marks and the set that they are of.
type setMarks struct {
	set   markSet
	marks marks
}
