package drawing

import (
	"cmp"
	"slices"
)

// The size of the numbers beside marks, in units of a drawing: what one letter
// takes on average, the height of a line, and how far the text is from its mark.
const (
	letterWidth = 8
	lineHeight  = 14
	textGap     = 12
)

// rect is a part of a drawing.
type rect struct{ x, y, width, height int }

// overlap is the area that two parts share.
func (r rect) overlap(s rect) int {
	width := min(r.x+r.width, s.x+s.width) - max(r.x, s.x)
	height := min(r.y+r.height, s.y+s.height) - max(r.y, s.y)
	return max(0, width) * max(0, height)
}

// label puts the text of each mark beside, below or above it, where it hides the
// least of the others; of places that are as good, at the first.
func (d *Drawing) label() {
	var taken []rect
	for _, m := range d.Marks {
		taken = append(taken, rect{m.X - 8, m.Y - 8, 16, 16})
	}
	for i := range d.Marks {
		m := &d.Marks[i]
		if m.Text == "" {
			continue
		}
		best := slices.MinFunc(m.candidates(), func(a, b candidate) int { return cmp.Compare(d.hidden(a.room, taken), d.hidden(b.room, taken)) })
		m.TextX, m.TextY, m.Anchor = best.x, best.y, best.anchor
		taken = append(taken, best.room)
	}
}

// hidden is how much a text would hide of what is there, or of itself at the edge.
func (d *Drawing) hidden(r rect, taken []rect) int {
	area := r.width*r.height - r.overlap(rect{0, 0, d.Width, d.Height})
	for _, t := range taken {
		area += r.overlap(t)
	}
	return area
}

// candidate is where a text may stand, and the room that it takes there.
type candidate struct {
	x, y   int
	anchor string
	room   rect
}

func (m *Mark) candidates() []candidate {
	const aside = 6 // for texts above and below that begin or end near the mark
	right, left, below, above := m.X+textGap, m.X-textGap, m.Y+textGap+10, m.Y-textGap
	list := []candidate{
		{x: right, y: m.Y + 5, anchor: "start"}, {x: left, y: m.Y + 5, anchor: "end"},
		{x: m.X, y: below, anchor: "middle"}, {x: m.X, y: above, anchor: "middle"},
		{x: m.X + aside, y: below, anchor: "start"}, {x: m.X - aside, y: below, anchor: "end"},
		{x: m.X + aside, y: above, anchor: "start"}, {x: m.X - aside, y: above, anchor: "end"},
	}
	for i := range list {
		list[i].room = m.room(list[i])
	}
	return list
}

func (m *Mark) room(p candidate) rect {
	width := letterWidth * len([]rune(m.Text))
	r := rect{p.x, p.y - lineHeight + 2, width, lineHeight}
	switch p.anchor {
	case "end":
		r.x -= width
	case "middle":
		r.x -= width / 2
	}
	return r
}
