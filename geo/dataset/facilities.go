package dataset

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/format"
)

// facilityHeader is that of a file of facilities, whose columns are those of their table,
// and any others.
func (l *loader) facilityHeader() header {
	required, optional := []string{"slug", "kind", "name"}, statedHeadings
	if l.partial {
		required, optional = required[:1], append(slices.Clone(optional), required[1:]...)
	}
	return header{
		own:      l.own[geo.Facilities.ID],
		partial:  true,
		required: required,
		optional: optional,
		alias:    map[string]string{"precision": "location_precision"},
		// What GDAL writes into CSV from our own files, and what others call a position. The
		// name of a country follows from its code.
		instead: map[string]string{"x": "lon", "y": "lat", "longitude": "lon", "latitude": "lat", "lng": "lon"},
		beside:  []string{"sources", "wkt", "country_name"},
		derived: []string{"institutions", "takes_part"},
		unless:  map[string]string{"wkt": "lon"},
	}
}

// statedHeadings are those of the columns of facilities that do not follow from other tables.
var statedHeadings = slices.DeleteFunc(format.NewCSV(&geo.Catalog{}, geo.Facilities).Headings(), func(name string) bool {
	f := geo.Facilities.Field(name)
	return f != nil && f.Derived
})

const (
	// maxNumber keeps ids, and those given out after them, exact in JSON numbers.
	maxNumber = 1e15
	maxYear   = 2100
)

var precisions = append(geo.TermIDs(geo.Precisions), noPosition)

// noPosition is how a file says that a precision is not stated.
const noPosition = "none"

// readFacilities reads the rows of a file of facilities.
func (l *loader) readFacilities(s *sheet) error {
	s.readPoints()
	s.mayBeEmpty = l.noRecords
	unsourced := 0
	for r, err := range s.records() {
		if err != nil {
			return err
		}
		f := l.facility(r)
		if f.Source.Title == "" && f.Source.URL == "" {
			unsourced++
		}
		cells := r.ownCells()
		if l.errors.Count > 0 { // then nothing is read, and what follows is only checked
			l.data.Facilities, s.own.rows = nil, nil
			continue
		}
		if l.twice != nil {
			if !l.twice.take(l, r, f, cells) {
				return nil
			}
			continue
		}
		l.data.Facilities = append(l.data.Facilities, f)
		l.addRow(geo.Facilities, r, f.Version)
		s.own.rows = append(s.own.rows, cells)
	}
	l.number()
	l.noteSuccessors(s.file)
	if unsourced > 0 && !l.partial {
		l.warnings.add("%s: %s without a source", s.file, rows(unsourced))
	}
	return nil
}

// rows counts rows in words.
func rows(n int) string {
	if n == 1 {
		return "1 row"
	}
	return thousands(n) + " rows"
}

// named are the fields that their form does not say how to read, by their names.
var named = map[string]func(*loader, *record, *geo.Facility){
	"id":           func(l *loader, r *record, f *geo.Facility) { f.ID = l.id(r) },
	"slug":         func(l *loader, r *record, f *geo.Facility) { f.Slug = l.slug(r) },
	"kind":         func(l *loader, r *record, f *geo.Facility) { f.Kind = l.kind(r) },
	"name":         func(l *loader, r *record, f *geo.Facility) { f.Name = r.required("name", maxName) },
	"sectors":      func(l *loader, r *record, f *geo.Facility) { f.Sectors = l.sectorList(r) },
	"country":      later,
	"country_name": later,
	"precision":    later,
}

// later are read after all others, each with what depends on it.
func later(*loader, *record, *geo.Facility) {}

// fieldReader reads the cells of a field.
type fieldReader struct {
	*geo.Field
	column string
	read   func(*loader, *record, *geo.Facility) // nil: as its form says
}

func facilityReaders() []fieldReader {
	var all []fieldReader
	for i := range geo.Facilities.Fields {
		f := &geo.Facilities.Fields[i]
		if f.Derived {
			continue
		}
		all = append(all, fieldReader{f, format.CSVHeading(*f), named[f.Name]})
	}
	return all
}

// facility reads a row, field by field, and then looks at what depends on several.
func (l *loader) facility(r *record) geo.Facility {
	var f geo.Facility
	for _, field := range l.fields {
		if field.read != nil {
			field.read(l, r, &f)
		} else {
			r.readInto(field, field.At(&f))
		}
	}
	f.Sources = r.furtherSources()
	if c := l.country(r); c != nil {
		f.Country, f.CountryName = c.Code, c.Names.In("en")
	}
	if cell, ok := r.sheet.columns["sources"]; ok {
		f.Sources = r.sourcesOf(r.Cells[cell])
	}
	if slices.Contains(r.cleared, "sources") {
		f.Sources = []geo.Source{}
	}
	f.Position, f.Precision = r.position()
	r.checkDerived(geo.Facilities)
	l.checkEnd(r, &f)
	if !l.partial {
		f.Complete()
		f.Version = max(f.Version, 1)
	}
	return f
}

// slug is that of a row of the facilities.
func (l *loader) slug(r *record) string {
	if l.twice != nil {
		return l.twice.slug(r)
	}
	return r.slug(l.slugs)
}

// hasSlug reports whether a facility was read that has the slug.
func (l *loader) hasSlug(slug string) bool {
	if l.twice != nil {
		return l.twice.has(slug)
	}
	return has(l.slugs, slug)
}

// checkEnd looks at what a row says of the end of a facility.
func (l *loader) checkEnd(r *record, f *geo.Facility) {
	if f.Closed != 0 && f.Closed < f.Established {
		r.fail("closed", r.cell("closed"), "must not be before the year established, %d", f.Established)
	}
	if f.AreaHa < 0 {
		r.fail("area_ha", r.cell("area_ha"), "must be more than 0, in hectares")
	}
	switch f.Successor {
	case "":
	case f.Slug:
		r.fail("successor", f.Successor, "must be the slug of another record")
	default:
		l.successors = append(l.successors, f.Successor)
	}
}

// noteSuccessors says which records took another's place, and are not there.
func (l *loader) noteSuccessors(file string) {
	slices.Sort(l.successors)
	missing := slices.DeleteFunc(slices.Compact(l.successors), func(slug string) bool { return l.hasSlug(slug) })
	if len(missing) > 0 && !l.partial {
		l.warnings.add("%s: no record has the slug of a successor: %s", file, listed(missing))
	}
	l.successors = nil
}

// id is the number of a record, 0 where the file gives none.
func (l *loader) id(r *record) int64 {
	id := r.integer("id", 1, maxNumber)
	if id == 0 {
		return 0
	}
	if pos, twice := l.ids[id]; twice {
		r.fail("id", r.cell("id"), "must be unique; it is also at %v", pos)
	}
	l.ids[id] = r.Pos
	return id
}

// number gives a number to each record without one: that of its row where no
// record has one, else the next after the greatest.
func (l *loader) number() {
	l.data.OwnIDs = len(l.ids) > 0
	next := l.firstFree()
	for i := range l.data.Facilities {
		if f := &l.data.Facilities[i]; f.ID == 0 {
			f.ID = next
			next++
		}
	}
}

// firstFree is the id after the greatest that a row states.
func (l *loader) firstFree() int64 {
	next := int64(1)
	for id := range l.ids {
		next = max(next, id+1)
	}
	return next
}

func (l *loader) kind(r *record) string {
	s := r.cell("kind")
	if s == "" {
		if !l.partial {
			r.fail("kind", "", "must not be empty")
		}
		return ""
	}
	return l.kinds.term(r, "kind", s)
}

// sectorList are the sectors of a row. Rows with the same cell share one list.
func (l *loader) sectorList(r *record) []string {
	cell := r.cell("sectors")
	if cell == "" {
		return nil
	}
	if sectors, ok := l.lists[cell]; ok {
		return sectors
	}
	before := len(r.Problems)
	var sectors []string
	for _, s := range r.list("sectors") {
		id := l.sectors.term(r, "sectors", s)
		if slices.Contains(sectors, id) && id != "" {
			r.fail("sectors", s, "must be there once")
		}
		sectors = append(sectors, id)
	}
	if len(r.Problems) == before { // so that each row with a bad list is told
		l.lists[strings.Clone(cell)] = sectors
	}
	return sectors
}

// position is where a record stands, and how exactly.
func (r *record) position() (*orb.Point, string) {
	precision := r.oneOf("location_precision", precisions)
	lon, hasLon := r.degrees("lon", 180)
	lat, hasLat := r.degrees("lat", 90)
	switch {
	case r.hasFailed("lon") || r.hasFailed("lat") || r.hasFailed("geometry") || r.hasFailed(wktColumn):
	case hasLon && !hasLat:
		r.fail("lat", "", "must be there, because lon is")
	case hasLat && !hasLon:
		r.fail("lon", "", "must be there, because lat is")
	case !hasLon && r.sheet.partial && precision != noPosition: // of the position that there is
		return nil, precision
	case !hasLon && precision != "" && precision != noPosition:
		r.fail("location_precision", precision, "must be none or empty, because there is no position%s", r.withoutColumns())
	case hasLon && precision == noPosition:
		r.fail("location_precision", precision, "must be how exact the position is: %s", strings.Join(geo.TermIDs(geo.Precisions), ", "))
	case hasLon:
		p := geo.RoundPosition(orb.Point{lon, lat})
		if precision == "" && !r.sheet.partial {
			precision = "city"
		}
		return &p, precision
	}
	return nil, ""
}

// withoutColumns says why no record of the file has a position, where that is so.
func (r *record) withoutColumns() string {
	if _, ok := r.sheet.columns["lon"]; ok {
		return ""
	}
	return "; the file has no columns lon and lat, which GDAL writes with -lco GEOMETRY=AS_XY"
}

func (r *record) degrees(column string, most float64) (n float64, ok bool) {
	n, ok = r.number(column)
	if math.Abs(n) > most {
		r.fail(column, r.cell(column), "must lie between -%v and %v degrees", most, most)
	}
	return n, ok
}

// sourcesOf are the further sources in a cell of JSON. An empty one says that there are
// none.
func (r *record) sourcesOf(cell string) []geo.Source {
	if cell = strings.TrimSpace(cell); cell == "" {
		if r.sheet.partial {
			return nil // it says nothing of them
		}
		return []geo.Source{}
	}
	before := len(r.Problems)
	r.ReadSources(cell)
	for _, problem := range r.Problems[before:] {
		r.sheet.errors.add(r.sheet.file, problem)
	}
	return r.furtherSources()
}

// furtherSources are those that the row carries with the record; nil where it does not
// speak of them.
func (r *record) furtherSources() []geo.Source {
	if r.Sources == nil {
		return nil
	}
	sources := []geo.Source{}
	for i, s := range r.Sources {
		member := fmt.Sprintf("sources[%d]", i)
		checked := geo.Source{
			Title:    r.checkText(member+".title", strings.TrimSpace(s.Title), maxName),
			URL:      r.checkURL(member+".url", strings.TrimSpace(s.URL)),
			Date:     r.checkDate(member+".date", strings.TrimSpace(s.Date)),
			Supports: r.checkText(member+".supports", strings.TrimSpace(s.Supports), maxName),
		}
		if checked.Title == "" && checked.URL == "" {
			r.fail(member, "", "must have a title or a url")
		}
		sources = append(sources, checked)
	}
	return sources
}

var sourceHeader = header{
	aside:    true,
	required: []string{"slug", "source_title", "source_url"},
	optional: []string{"source_date", "supports"},
}

// readSources gives further sources to the facilities that they name, in place of those
// that their rows carried.
func (l *loader) readSources(s *sheet) error {
	named := map[string]bool{}
	counts := map[*geo.Facility]int{}
	for r, err := range s.records() {
		if err != nil {
			return err
		}
		source := r.source()
		source.Supports = r.text("supports", maxName)
		if source.Title == "" && source.URL == "" {
			r.fail("source_url", "", "must not be empty where source_title is")
		}
		slug := r.cell("slug")
		if _, ok := l.slugs[slug]; !ok || slug == "" {
			r.fail("slug", slug, "must be the slug of a row of %s", l.file)
			continue
		}
		f := l.facilityOf(slug)
		if f != nil && !named[slug] {
			named[f.Slug], f.Sources = true, nil
		}
		switch {
		case f == nil: // it has errors of its own
		case len(f.Sources)+counts[f] == format.MaxSources:
			r.fail("slug", slug, "must have at most %d sources", format.MaxSources)
		case l.errors.Count > 0: // then nothing is read, and what follows is only checked
			counts[f]++
		default:
			f.Sources = append(f.Sources, source)
		}
	}
	return nil
}
