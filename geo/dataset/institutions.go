package dataset

import (
	"io"
	"io/fs"
	"slices"
	"strings"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/geo/format"
)

// The tables of those who cooperate, and of what they do.
const (
	institutionsFile = "institutions.csv"
	linksFile        = "facility_institutions.csv"
	projectsFile     = "projects.csv"
)

// recordTables are the tables of collections without a struct of their own, by file.
var recordTables = []struct {
	file       string
	collection *geo.Collection
}{{institutionsFile, geo.Institutions}, {projectsFile, geo.Projects}}

// readRelations reads institutions, which of them are hosts and partners, and projects.
func (l *loader) readRelations(folder fs.FS) error {
	for _, t := range recordTables {
		header, read := l.recordHeader(t.collection), func(s *sheet) error { return l.readRecords(s, t.collection) }
		if err := l.readTable(folder, t.file, header, read); err != nil {
			return err
		}
	}
	return l.readTable(folder, linksFile, linksHeader, l.readLinks)
}

// readTable reads a table of a folder that may be compressed, where it is there.
func (l *loader) readTable(folder fs.FS, file string, h header, read func(*sheet) error) error {
	name, err := tableIn(folder, file)
	if err != nil {
		return err
	}
	return openIfThere(folder, name, func(r io.Reader) error { return l.readCSV(name, r, h, read) })
}

// recordHeader is that of a table of records: the fields of their collection, but for those
// that follow from others.
func (l *loader) recordHeader(c *geo.Collection) header {
	h := header{
		own:      l.own[c.ID],
		required: []string{"slug", "name"},
		partial:  true,
		alias:    map[string]string{"precision": "location_precision"},
		instead:  map[string]string{"x": "lon", "y": "lat", "longitude": "lon", "latitude": "lat", "lng": "lon", "country": "countries", "ror_id": "identifiers"},
		beside:   []string{"id", "wkt"},
		unless:   map[string]string{"wkt": "lon"},
	}
	if l.partial {
		h.required, h.optional = h.required[:1], []string{"name"}
	}
	for _, f := range c.Fields {
		switch heading := format.CSVHeading(f); {
		case f.Derived:
			h.derived = append(h.derived, heading)
		case f.Name != "id" && !slices.Contains(h.required, heading) && !slices.Contains(h.optional, heading):
			h.optional = append(h.optional, heading)
		}
	}
	for other, column := range h.instead {
		if c.Field(other) != nil || c.Geometry != geo.Point && (column == "lon" || column == "lat") || column != "lon" && column != "lat" && c.Field(column) == nil {
			delete(h.instead, other)
		}
	}
	if c.Geometry == geo.Point {
		h.optional = append(h.optional, "lon", "lat")
	}
	return h
}

// readRecords reads the records of a collection that has no struct of its own.
func (l *loader) readRecords(s *sheet, c *geo.Collection) error {
	if c.Geometry == geo.Point {
		s.readPoints()
	}
	seen := seenRecords{ids: map[int64]format.Pos{}, slugs: map[string]format.Pos{}}
	for r, err := range s.records() {
		if err != nil {
			return err
		}
		next := l.record(r, c, &seen)
		cells := r.ownCells()
		if l.errors.Count > 0 { // then nothing is read, and what follows is only checked
			delete(l.data.Records, c.ID)
			s.own.rows = nil
			continue
		}
		if l.data.Records == nil {
			l.data.Records = map[string][]geo.Record{}
		}
		l.data.Records[c.ID] = append(l.data.Records[c.ID], *next)
		l.addRow(c, r, int(next.Value("version").Number))
		s.own.rows = append(s.own.rows, cells)
	}
	l.recordSlugs[c.ID] = seen.slugs
	return nil
}

// seenRecords are the names that records have so far.
type seenRecords struct {
	ids   map[int64]format.Pos
	slugs map[string]format.Pos
}

// record reads a row, field by field.
func (l *loader) record(r *record, c *geo.Collection, seen *seenRecords) *geo.Record {
	next := c.NewRecord(r.slug(seen.slugs))
	if id := r.integer("id", 1, maxNumber); id != 0 {
		next.ID = id
	}
	if pos, twice := seen.ids[next.ID]; twice {
		r.fail("id", r.cell("id"), "must be unique; it is also at %v", pos)
	}
	seen.ids[next.ID] = r.Pos
	for i := range c.Fields {
		if f := &c.Fields[i]; !f.Derived && f.Name != "id" && f.Name != "slug" {
			f.Set(next, l.recordValue(r, f))
		}
	}
	if c.Geometry == geo.Point {
		p, precision := r.position()
		if p != nil {
			next.Shape = *p
		}
		c.Field("precision").Set(next, cql2.TextOf(precision))
	}
	r.checkDerived(c)
	if !l.partial && next.Value("version").Type == cql2.Null {
		c.Field("version").Set(next, cql2.NumberOf(1))
	}
	return next
}

// checkDerived refuses what cannot be a value of a column that follows from other tables: then it
// is somebody's own, and must not be passed over.
func (r *record) checkDerived(c *geo.Collection) {
	for _, column := range r.sheet.derived {
		f := c.Field(column)
		for _, value := range r.list(column) {
			if !isDerived(f, value) {
				r.fail(column, value, "follows from other tables here, and this is no value of it; give the column another name if it is one of your own")
			}
		}
	}
}

func isDerived(f *geo.Field, value string) bool {
	switch {
	case f.Form == geo.SlugForm:
		return isName(value)
	case f.Form == geo.CodeForm:
		_, ok := geo.CountryByCode(value)
		return ok
	case f.Name == "country_name":
		return true
	}
	_, ok := f.Parse(value)
	return ok
}

// recordValue is the value of a cell in the form of its field.
func (l *loader) recordValue(r *record, f *geo.Field) cql2.Value {
	column := format.CSVHeading(*f)
	switch {
	case f.Name == "name":
		return cql2.TextOf(r.required(column, f.Most))
	case f.Name == "precision":
		return cql2.Value{}
	case f.Name == "country":
		return l.countryOf(r)
	case f.Name == "sectors":
		return cql2.ListOf(l.sectorList(r))
	case f.Form == geo.CodeForm && f.Type == geo.Texts:
		return cql2.ListOf(l.countryList(r, column))
	case f.Form == geo.SlugForm && f.Type == geo.Texts:
		return cql2.ListOf(r.slugList(column))
	case f.Form == geo.IdentifierForm:
		return cql2.ListOf(r.formedList(column, f))
	case f.Type == geo.Texts:
		return cql2.ListOf(r.list(column))
	case f.Type == geo.Integer:
		if n := r.integer(column, 1, maxNumber); n != 0 {
			return cql2.NumberOf(float64(n))
		}
		return cql2.Value{}
	case f.Type == geo.Time:
		return cql2.TimestampOf(r.time(column))
	}
	return cql2.TextOf(r.formed(column, f))
}

func (l *loader) countryOf(r *record) cql2.Value {
	if c := l.country(r); c != nil {
		return cql2.TextOf(c.Code)
	}
	return cql2.Value{}
}

// countryList are the codes of a cell.
func (l *loader) countryList(r *record, column string) (codes []string) {
	for _, code := range r.list(column) {
		c, ok := l.countryByCode(code)
		switch {
		case !ok:
			r.fail(column, code, "must be ISO 3166-1 codes in capitals with semicolons between, as THA;CHN")
		case !slices.Contains(codes, c.Code):
			codes = append(codes, c.Code)
		}
	}
	return codes
}

// slugList are the slugs of a cell, each once.
func (r *record) slugList(column string) (slugs []string) {
	for _, s := range r.list(column) {
		if slug := r.id(column, s, maxSlug); slug != "" && !slices.Contains(slugs, slug) {
			slugs = append(slugs, slug)
		}
	}
	return slugs
}

var linksHeader = header{required: []string{"facility", "institution", "role"}, near: true}

// readLinks reads which institutions are hosts and partners of facilities, one a row.
func (l *loader) readLinks(s *sheet) error {
	roles := geo.TermIDs(geo.Roles)
	seen := map[geo.Link]bool{}
	for r, err := range s.records() {
		if err != nil {
			return err
		}
		k := geo.Link{Facility: r.cell("facility"), Institution: r.cell("institution"), Role: r.oneOf("role", roles), Stated: true}
		if _, ok := l.slugs[k.Facility]; !ok || k.Facility == "" {
			r.fail("facility", k.Facility, "must be the slug of a row of %s", l.file)
		}
		if _, ok := l.recordSlugs[geo.Institutions.ID][k.Institution]; !ok || k.Institution == "" {
			r.fail("institution", k.Institution, "must be the slug of a row of %s", institutionsFile)
		}
		switch {
		case k.Role == "" && r.cell("role") == "":
			r.fail("role", "", "must be one of %s", strings.Join(roles, ", "))
		case seen[k]:
			r.fail("institution", k.Institution, "is linked to this facility in this role already")
		case l.errors.Count > 0: // then nothing is read, and what follows is only checked
			l.data.Links = nil
			continue
		}
		k.Facility, k.Institution = strings.Clone(k.Facility), strings.Clone(k.Institution)
		seen[k] = true
		l.data.Links = append(l.data.Links, k)
	}
	return nil
}

// checkRelations looks at what records of the tables name of each other.
func (l *loader) checkRelations() {
	institutions := l.recordSlugs[geo.Institutions.ID]
	var parents, missing, facilities []string
	for i := range l.data.Records[geo.Institutions.ID] {
		r := &l.data.Records[geo.Institutions.ID][i]
		if parent := geo.Institutions.Field("parent").Value(r).Text; parent != "" && !has(institutions, parent) {
			parents = append(parents, parent)
		}
	}
	for i := range l.data.Records[geo.Projects.ID] {
		r := &l.data.Records[geo.Projects.ID][i]
		for _, slug := range geo.Projects.Field("institutions").Value(r).List {
			if !has(institutions, slug) {
				missing = append(missing, slug)
			}
		}
		for _, slug := range geo.Projects.Field("facilities").Value(r).List {
			if !has(l.slugs, slug) {
				facilities = append(facilities, slug)
			}
		}
	}
	l.noteMissing(institutionsFile, "no institution has the slug of a parent", parents)
	l.noteMissing(projectsFile, "no institution has the slug", missing)
	l.noteMissing(projectsFile, "no facility has the slug", facilities)
}

func has(slugs map[string]format.Pos, slug string) bool {
	_, ok := slugs[slug]
	return ok
}

func (l *loader) noteMissing(file, what string, slugs []string) {
	if slices.Sort(slugs); len(slugs) > 0 {
		l.warnings.add("%s: %s: %s", file, what, listed(slices.Compact(slugs)))
	}
}

// relate links facilities to institutions, and says which of their texts name none.
func (l *loader) relate() {
	for i := range l.data.Facilities {
		l.countriesOfPartners(&l.data.Facilities[i])
	}
	name := geo.Institutions.Field("country_name")
	for i := range l.data.Records[geo.Institutions.ID] {
		r := &l.data.Records[geo.Institutions.ID][i]
		if c, ok := geo.CountryByCode(geo.Institutions.Field("country").Value(r).Text); ok {
			name.Set(r, cql2.TextOf(c.Names.In("en")))
		}
	}
	unknown := l.data.Relate()
	if len(unknown) > 0 && !l.partial { // the database may have them, and an import says which it has not
		l.warnings.add("%s: %s of partners and hosts name no institution of %s by a name or an alias, and stay texts: %s",
			l.file, quantity(len(unknown), "entry", "entries"), institutionsFile, listed(unknown))
	}
}

// countriesOfPartners puts the countries that a facility's partners name into the data set.
func (l *loader) countriesOfPartners(f *geo.Facility) {
	for _, entry := range f.Partners {
		if _, code := geo.PartnerCountry(entry); code != "" {
			l.countryByCode(code)
		}
	}
}

// giveRecordsOwn gives the records what they state in fields of one's own, behind those of
// their collection.
func (l *loader) giveRecordsOwn() {
	for _, t := range recordTables {
		id := t.collection.ID
		fields := l.data.Fields[id]
		with := t.collection.With(fields)
		l.own[id].give(fields, func(i int, own *geo.Own) {
			r := &l.data.Records[id][i]
			for _, f := range fields {
				if v := own.Value(f.Name); v.Type != cql2.Null {
					with.Field(f.Name).Set(r, v)
				}
			}
		})
	}
}
