package dataset

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/geo/format"
)

const (
	// maxOwnText is what a cell of a workbook can hold, in characters.
	maxOwnText = 32_767

	// A column is a facet where at least so many records state it, in at most so many ways.
	facetRecords, facetValues = 50, 20

	// maxShared is how many texts of a column are kept once.
	maxShared = 1000
)

// ownTable are the fields of one's own of a collection, while its records are read: those
// that the data package declares, and whatever columns are not known.
type ownTable struct {
	collection *geo.Collection
	file       string // that has the records
	onlyKnown  bool
	columns    []*ownColumn
	rows       [][]ownCell // by record
	refused    []string    // what is there though only known columns may be
	failed     []string    // properties that cannot be columns, each told once
	nameless   int
	full       bool // more than MaxOwn were met
	marked     bool // the file was made for readers of a language
}

// ownColumn is one of them.
type ownColumn struct {
	field    geo.Field
	heading  string // as the file has it
	declared *tableField
	asked    bool // for a facet, by a flag

	could    types // what all of its values could be
	first    types // what the first could be
	others   types // what all but the first could be
	widened  *format.Problem
	begun    format.Problem // where the first stands
	personal string         // what says that it is for nobody else
	stated   int
	values   map[string]bool   // different ones, up to one more than a facet may have
	shared   map[string]string // the same texts are kept once
}

// ownCell is a value that a record states.
type ownCell struct {
	column *ownColumn
	text   string
	list   []string
}

// known are the names of the collection's columns, and of those that are declared.
func (t *ownTable) known() (names []string) {
	for _, f := range t.collection.Fields {
		if !f.Derived { // those are passed over by their very names only
			names = append(names, format.CSVHeading(f))
		}
	}
	if t.collection.Geometry == geo.Point {
		names = append(names, "lon", "lat", "precision", "latitude", "longitude")
	}
	for _, c := range t.columns {
		if c.declared != nil {
			names = append(names, c.field.Name)
		}
	}
	return names
}

// derived are the names of columns that follow from other tables.
func (t *ownTable) derived() (names []string) {
	for _, f := range t.collection.Fields {
		if f.Derived {
			names = append(names, f.Name)
		}
	}
	return names
}

// allFields are the fields of its columns as far as they are known.
func (t *ownTable) allFields() []geo.Field {
	fields := make([]geo.Field, len(t.columns))
	for i, c := range t.columns {
		fields[i] = c.field
	}
	return fields
}

// find is the column that a heading means: by its name, or by one of its titles.
func (t *ownTable) find(heading string) *ownColumn {
	for _, same := range []func(*ownColumn) bool{
		func(c *ownColumn) bool { return c.heading == heading },
		func(c *ownColumn) bool { return c.declared != nil && strings.EqualFold(c.declared.Name, heading) },
		func(c *ownColumn) bool { return c.declared != nil && strings.EqualFold(c.field.Name, heading) },
		func(c *ownColumn) bool {
			for _, title := range c.field.Title {
				if c.declared != nil && c.heading == "" && strings.EqualFold(title, heading) {
					return true
				}
			}
			return false
		},
	} {
		if i := slices.IndexFunc(t.columns, same); i >= 0 {
			return t.columns[i]
		}
	}
	return nil
}

// column is the one of a heading, made where it is new. The reason says why it cannot be.
func (t *ownTable) column(heading string) (c *ownColumn, reason string) {
	if geo.IsMark(fieldName(heading)) {
		if t.marked { // once is enough
			return nil, ""
		}
		t.marked = true
		return nil, madeForReaders
	}
	if c = t.find(heading); c != nil {
		c.heading = heading
		return c, ""
	}
	name := fieldName(heading)
	if meant := nearest(name, t.known()); meant != "" {
		return nil, nearTo(meant)
	}
	if t.onlyKnown {
		t.refused = append(t.refused, heading)
		return nil, ""
	}
	c = &ownColumn{heading: heading, field: geo.Field{Name: name, Title: geo.Labels{"en": heading}}, could: anyType, first: anyType, others: anyType}
	if name == "" || t.collection.IsReserved(name) || geo.IsNumberedName(name) {
		c.field.Name = t.numbered()
	}
	if reason = t.add(c); t.full {
		c = nil
	}
	return c, reason
}

// madeForReaders refuses a file whose translations would stand in the place of the English.
const madeForReaders = "says that the file was made with lang=, so that its texts are translations, which would stand in the place of the English ones; " +
	"download it without lang= (texts in other languages are read from texts/th.csv and its like, as innoatlas texts export writes them)"

// numbered is the next name for a heading that gives none.
func (t *ownTable) numbered() string {
	for {
		t.nameless++
		name := geo.NumberedName(t.nameless)
		if !slices.ContainsFunc(t.columns, func(c *ownColumn) bool { return c.field.Name == name }) {
			return name
		}
	}
}

// add puts a column behind the others, unless there may be no other.
func (t *ownTable) add(c *ownColumn) (reason string) {
	if i := slices.IndexFunc(t.columns, func(other *ownColumn) bool { return other.field.Name == c.field.Name }); i >= 0 {
		return fmt.Sprintf("gives the name %s, as %s does; call one of them otherwise", c.field.Name, cmp.Or(t.columns[i].heading, c.field.Name))
	}
	if len(t.columns) == geo.MaxOwn {
		if t.full { // once is enough
			return ""
		}
		t.full = true
		return fmt.Sprintf("is one more than the %d columns of its own that a data set may have; leave some out", geo.MaxOwn)
	}
	t.columns = append(t.columns, c)
	return ""
}

// cell checks a value, and gives it in the form in which it is kept; nothing where it is
// not stated. The reason says why it cannot be.
func (c *ownColumn) cell(r *record, text string, list []string, as types) (cell ownCell, stated bool) {
	column := cmp.Or(c.heading, c.field.Name)
	for _, s := range append(list, text) {
		r.checkText(column, s, maxOwnText)
	}
	if c.declared != nil {
		var reason string
		if text, list, reason = c.declared.value(text, list); reason != "" {
			r.fail(column, cmp.Or(text, strings.Join(list, ";")), "%s", reason)
		}
	}
	if r.hasFailed(column) || text == "" && len(list) == 0 {
		return ownCell{}, false
	}
	c.look(r.Pos, text, list, as)
	for i := range list {
		list[i] = c.share(list[i])
	}
	return ownCell{c, c.share(text), list}, true
}

// look takes note of what a value says of its column.
func (c *ownColumn) look(pos format.Pos, text string, list []string, as types) {
	if c.stated++; c.stated == 1 {
		c.values, c.shared = map[string]bool{}, map[string]string{}
	}
	parts := list
	if list == nil {
		parts = []string{text}
	}
	for _, s := range parts {
		if len(c.values) <= maxTerms {
			c.values[strings.Clone(s)] = true
		}
		if what := personalValue(s); what != "" && c.personal == "" {
			c.personal = "a value looks like " + what
		}
	}
	if c.declared != nil && c.declared.settled() || c.could|c.others == 0 {
		return
	}
	could := as
	if list == nil {
		could &= typesOf(text)
	}
	before := c.could
	c.could &= could
	switch {
	case c.stated == 1:
		c.first, c.begun = could, format.Problem{Pos: pos, Value: strings.Clone(text[:min(len(text), maxValue)])}
		return
	case before.narrowest() != c.could.narrowest():
		c.widened = &format.Problem{Pos: pos, Value: strings.Clone(text[:min(len(text), maxValue)])}
	}
	c.others &= could
}

// share is the same text as one that was met before, or one of its own: what is kept of a
// row must not hold all of it.
func (c *ownColumn) share(s string) string {
	if s == "" {
		return ""
	}
	if one, ok := c.shared[s]; ok {
		return one
	}
	s = strings.Clone(s)
	if len(c.shared) < maxShared {
		c.shared[s] = s
	}
	return s
}

// fields are the fields by their indexes, and settles what they are. What the reader should
// know of them is told.
func (t *ownTable) fields(l *loader) []geo.Field {
	if len(t.refused) > 0 {
		l.errors.add(t.file, &format.Problem{Reason: fmt.Sprintf("has columns that are not known: %s; leave them out, or read it without --only-known-columns", quoted(t.refused))})
	}
	t.columns = slices.DeleteFunc(t.columns, func(c *ownColumn) bool { return c.heading == "" && c.declared == nil && c.stated == 0 })
	fields := make([]geo.Field, len(t.columns))
	for i, c := range t.columns {
		c.settle(l, t)
		fields[i] = c.field
	}
	return geo.OwnFields(fields)
}

// settle decides the type of a column, whether it is private, and whether it is a facet.
func (c *ownColumn) settle(l *loader, t *ownTable) {
	f := &c.field
	if f.Inferred = c.declared == nil || !c.declared.settled(); f.Inferred {
		f.Type = c.could.narrowest()
		switch {
		case c.stated == 0:
			f.Type = geo.Text
		case c.stated > 1 && c.widened == nil && c.others.narrowest() != f.Type: // but for the first they are all narrower
			c.first, c.widened = c.others, &c.begun
		}
	}
	headings := []string{c.heading}
	if c.declared != nil {
		headings = append(headings, c.declared.Name)
		headings = append(headings, titlesOf(f.Title)...)
	}
	if word := personalHeading(headings, f.Type); word != "" {
		c.personal = "its heading says " + word
	}
	f.Private, f.Declared = c.personal != "", c.declared != nil
	if c.declared != nil && c.declared.Private != nil {
		f.Private = *c.declared.Private
		f.Published = !f.Private
	}
	c.settleFacet(l, t)
	if f.Inferred || f.Private && c.declared.Private == nil {
		l.warnings = append(l.warnings, t.file+": "+c.note())
	}
}

// settleFacet makes a column a facet that was asked for, or that is good for one. One that
// is private is offered to nobody, and is a facet once it is shown.
func (c *ownColumn) settleFacet(l *loader, t *ownTable) {
	f, asked := &c.field, c.asked
	hidden := f.Private && !c.asked && c.declared != nil && c.declared.Private != nil // as where a facet was made private
	if c.declared != nil && c.declared.Facet != nil {
		asked = asked || *c.declared.Facet
		f.FacetSaid = &asked
	}
	if c.asked {
		f.FacetSaid = &asked
	}
	counted := f.Type != geo.URL && f.Type != geo.Date && f.Type != geo.Time
	if f.Translated && f.FacetSaid == nil {
		f.FacetSaid = new(bool) // nobody chooses by a text that is written in ten languages
	}
	refused := f.FacetSaid != nil && !asked
	switch {
	case asked && f.Translated:
		l.errors.add(t.file, &format.Problem{Column: "column " + f.Name, Reason: "cannot be a facet, because it is translated, as datapackage.json says"})
	case asked && f.Private && !hidden:
		l.errors.add(t.file, &format.Problem{Column: "column " + f.Name, Reason: "cannot be a facet, because it is private: " + c.personal +
			"; say private: false of it in datapackage.json where it may be shown"})
	case asked && !counted:
		l.errors.add(t.file, &format.Problem{Column: "column " + f.Name, Reason: fmt.Sprintf("cannot be a facet, because it is of the type %s", f.Type)})
	case asked && len(c.values) > maxTerms:
		l.errors.add(t.file, &format.Problem{Column: "column " + f.Name, Reason: fmt.Sprintf("cannot be a facet, because it has more than %d different values", maxTerms)})
	case refused:
		f.Terms = nil
	case asked, f.Terms != nil, !f.Private && counted && c.stated >= facetRecords && len(c.values) > 1 && len(c.values) <= facetValues:
		f.Facet, f.Open = geo.Dimension(f.Name), f.Terms == nil
	}
}

// note tells what became of a column.
func (c *ownColumn) note() string {
	f := &c.field
	s := fmt.Sprintf("column %q is kept as a field of your own", shortened(c.heading))
	if f.Name != c.heading {
		s = fmt.Sprintf("column %q is kept as a field of your own, %s", shortened(c.heading), f.Name)
	}
	s += ", " + f.Type.String()
	switch {
	case c.stated == 0:
		s += " (no record states it)"
	case c.widened != nil && f.Private:
		s += fmt.Sprintf(" (not %s, because of %s)", c.first.narrowest(), c.widened.Pos)
	case c.widened != nil && c.first.narrowest() != f.Type:
		s += fmt.Sprintf(" (not %s, because of %s: %q)", c.first.narrowest(), c.widened.Pos, shortened(c.widened.Value))
	}
	if f.Private {
		return s + "; it is private, because " + c.personal + ", and shown to nobody unless datapackage.json says private: false of it"
	}
	if f.Facet != "" {
		s += ", and can be filtered by as a facet"
	}
	return s
}

func shortened(s string) string {
	const most = 100
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return s
}

// quoted are names with commas between, of many the first ones.
func quoted(names []string) string {
	const most = 20
	var b strings.Builder
	for i, name := range names[:min(len(names), most)] {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%q", shortened(name))
	}
	if more := len(names) - most; more > 0 {
		b.WriteString(" and " + thousands(more) + " more")
	}
	return b.String()
}

// give gives each record what it states, by its number. Rows are let go.
func (t *ownTable) give(fields []geo.Field, to func(i int, own *geo.Own)) {
	index := t.index()
	for i, row := range t.rows {
		if len(row) == 0 {
			continue
		}
		to(i, ownOf(row, fields, index))
		t.rows[i] = nil
	}
	t.rows = nil
}

// index is where each column stands among the fields.
func (t *ownTable) index() map[*ownColumn]int {
	index := map[*ownColumn]int{}
	for i, c := range t.columns {
		index[c] = i
	}
	return index
}

// ownOf is what the cells of a row state; nil where there are none.
func ownOf(row []ownCell, fields []geo.Field, index map[*ownColumn]int) *geo.Own {
	if len(row) == 0 {
		return nil
	}
	last := 0
	for _, cell := range row {
		last = max(last, index[cell.column])
	}
	own := geo.NewOwn(fields[:last+1])
	for _, cell := range row {
		own.Set(index[cell.column], cell.value(&cell.column.field))
	}
	return own
}

// value is a cell as a value of its field.
func (c ownCell) value(f *geo.Field) cql2.Value {
	switch {
	case f.Type == geo.Texts && c.list == nil:
		return cql2.ListOf([]string{c.text})
	case f.Type == geo.Texts:
		return cql2.ListOf(c.list)
	case c.list != nil:
		return cql2.TextOf(strings.Join(c.list, ";"))
	}
	v, _ := f.Parse(c.text)
	return v
}

// isKnown reports whether a property is one of the collection itself.
func (t *ownTable) isKnown(name string) bool {
	return t.collection.Field(name) != nil || t.collection.Is(geo.Countries) &&
		(name == "cooperation" || strings.HasPrefix(name, "kind_") || strings.HasPrefix(name, "sector_"))
}

// ownCells are what a row states in fields of one's own.
func (r *record) ownCells() (cells []ownCell) {
	for _, from := range r.sheet.further {
		cells = r.appendOwn(cells, from.column, strings.TrimSpace(r.Cells[from.cell]), nil, anyType&^couldBeTexts)
	}
	for _, i := range r.sheet.nameless {
		if text := strings.TrimSpace(r.Cells[i]); text != "" {
			cells = r.appendOwn(cells, r.ownColumn(fmt.Sprintf("Column %d", i+1)), text, nil, anyType&^couldBeTexts)
		}
	}
	for _, p := range r.Further {
		cells = r.appendOwn(cells, r.ownColumn(p.Name), p.Text, p.List, jsonTypes[p.Type])
	}
	return cells
}

// jsonTypes are what a value of JSON could be: a text that has digits is a text.
var jsonTypes = map[geo.Type]types{
	geo.Number: couldBeInteger | couldBeNumber, geo.Boolean: couldBeBoolean, geo.Texts: couldBeTexts, geo.Text: couldBeDate | couldBeTime | couldBeURL,
}

// ownColumn is the one of a heading that a row brings; nil after an error, of which one for
// each heading is enough.
func (r *record) ownColumn(heading string) *ownColumn {
	t := r.sheet.own
	if slices.Contains(t.refused, heading) || slices.Contains(t.failed, heading) || len(t.refused)+len(t.failed) > maxErrors {
		return nil
	}
	known := len(t.refused)
	column, reason := t.column(heading)
	if reason != "" && len(t.refused) == known {
		t.failed = append(t.failed, heading)
		r.fail(shortened(heading), "", "%s", reason)
	}
	return column
}

func (r *record) appendOwn(cells []ownCell, c *ownColumn, text string, list []string, as types) []ownCell {
	if c == nil {
		return cells
	}
	if cell, stated := c.cell(r, text, list, as); stated {
		return append(cells, cell)
	}
	return cells
}

// settleOwn decides what the fields of one's own are, once all records are read.
func (l *loader) settleOwn() {
	facilities := l.own[geo.Facilities.ID]
	for _, name := range l.facets {
		if c := facilities.find(name); c != nil {
			c.asked = true
		} else if c := facilities.named(name); c != nil {
			c.asked = true
		} else {
			l.errors.add(facilities.file, &format.Problem{Column: "column " + name, Reason: "is no column of its own that could be a facet" + facilities.listed()})
		}
	}
	for _, col := range []*geo.Collection{geo.Facilities, geo.Countries, geo.Institutions, geo.Projects} {
		if fields := l.own[col.ID].fields(l); len(fields) > 0 {
			if l.data.Fields == nil {
				l.data.Fields = map[string][]geo.Field{}
			}
			l.data.Fields[col.ID] = fields
		}
	}
}

func (t *ownTable) named(name string) *ownColumn {
	i := slices.IndexFunc(t.columns, func(c *ownColumn) bool { return c.field.Name == name })
	if i < 0 {
		return nil
	}
	return t.columns[i]
}

// listed says which columns there are.
func (t *ownTable) listed() string {
	if len(t.columns) == 0 {
		return ", and there are none"
	}
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = cmp.Or(c.heading, c.field.Name)
	}
	return "; there are " + listed(names)
}

// giveOwn gives the records what they state in fields of one's own.
func (l *loader) giveOwn() {
	fields := l.data.Fields
	l.own[geo.Facilities.ID].give(fields[geo.Facilities.ID], func(i int, own *geo.Own) { l.data.Facilities[i].Own = own })
	l.own[geo.Countries.ID].give(fields[geo.Countries.ID], func(i int, own *geo.Own) { l.outlines[i].Own = own })
	l.giveRecordsOwn()
}
