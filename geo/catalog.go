package geo

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/paulmach/orb"
)

// Dataset is everything that a store is filled with.
type Dataset struct {
	// Revision names the content: two data sets with one revision are equal.
	Revision string

	Facilities []Facility
	Later      *Later // in place of them; nil but where that was asked for
	Kinds      []Term
	Sectors    []Term
	// Countries have codes, names and outlines; stores count into them. They are
	// all that have an outline, a facility or a figure.
	Countries []Country
	Figures   []Figure
	Terms     Terms

	// PlaceNames are what towns and provinces are called in other languages. Synonyms are words
	// and phrases, in any language, that a search takes for one another, by groups.
	PlaceNames []PlaceName
	Synonyms   [][]string

	// Links say which institutions are hosts and partners of facilities, in the order of the
	// facilities: see Relate.
	Links []Link

	// Fields are those of one's own, by the ids of collections, private ones included, indexed
	// by OwnFields. Records are those of collections other than the two above, likewise; what
	// they state of own fields is set by those of Collection.With.
	Fields  map[string][]Field
	Records map[string][]Record

	// Rows say of the facilities and records, by the ids of their collections and in their order,
	// what their rows say besides their values; nil where the data set was not read to be merged
	// into what is there. Versioned are those collections whose files have a column of versions.
	Rows      map[string][]Row
	Versioned map[string]bool

	// What the data set brings itself. The rest was filled in so that it can be
	// served (row numbers, terms of the rows, the built-in outlines), and gives
	// way to what a database has.
	OwnIDs, OwnKinds, OwnSectors, OwnOutlines bool
}

// Catalog describes a data set as a whole: what can be asked for, and what the
// start page says. It changes only with the revision.
type Catalog struct {
	Revision string
	Kinds    []Term
	Sectors  []Term
	// Countries are those that at least one facility names, by alpha-3 code.
	Countries []Country
	// TakingPart are those that take part in at least one facility, likewise. Institutions are
	// terms of the slugs of all institutions, in the order of their slugs.
	TakingPart   []Country
	Institutions []Term
	// Collections are those that are served, with what the data set adds to them: see
	// Describe.
	Collections []*Collection
	// Indicators are the names of all cooperation figures, in the order of the data.
	Indicators []string

	Facilities     int
	CountryRecords int
	DataTerms      Terms // on which it may be used
	Places         *Places
	Synonyms       [][]string
	OwnOutlines    bool // the outlines are the data set's own, and not the built-in ones
	Extent         BBox // of the facilities; empty (IsEmpty) where none has a position
	CountryExtent  orb.Bound
	Established    Years     // first and last year; the zero Years where none is stated
	FoundingYears  []int     // all that a facility states, in their order
	Updated        time.Time // the last change of a facility; zero where none is dated

	// Others are what collections other than those two hold, by their ids.
	Others map[string]Holding
}

// Holding is how many records a collection has, where they are, and when.
type Holding struct {
	Count  int
	Extent BBox  // empty (IsEmpty) where none has a geometry
	Years  Years // the zero Years where none has a year
}

// HoldingOf is what a collection holds.
func (c *Catalog) HoldingOf(col *Collection) Holding {
	switch col.ID {
	case Facilities.ID:
		return Holding{c.Facilities, c.Extent, c.Established}
	case Countries.ID:
		return Holding{Count: c.CountryRecords, Extent: BBox{c.CountryExtent.Min[0], c.CountryExtent.Min[1], c.CountryExtent.Max[0], c.CountryExtent.Max[1]}}
	}
	if found, ok := c.Others[col.ID]; ok {
		return found
	}
	return Holding{Extent: NoBox}
}

// Collection is the collection of that id as the data set has it; nil where there is none.
func (c *Catalog) Collection(id string) *Collection {
	if found := FindCollection(c.Collections, id); found != nil {
		return found
	}
	return FindCollection(Collections, id)
}

// Describe gives the catalog its collections: those of the program with the fields that a
// data set adds, by the ids of collections, but for private ones. Terms of an own facet are
// the values that occur, unless the field has its own.
func (c *Catalog) Describe(all []*Collection, own map[string][]Field) {
	c.Collections = nil
	for _, col := range all {
		c.Collections = append(c.Collections, col.With(PublicFields(own[col.ID])))
	}
}

// TermsOf is the vocabulary of a dimension of a collection, in its order.
func (c *Catalog) TermsOf(col *Collection, d Dimension) []Term {
	if f := col.Faceted(d); f != nil && (f.Own || f.Terms != nil) {
		return f.Terms
	}
	return c.Terms(d)
}

// FindTerm finds a value of a dimension of a collection; nil where the vocabulary has none such.
func (c *Catalog) FindTerm(col *Collection, d Dimension, id string) *Term {
	if d == ByInstitution {
		return c.Institution(id)
	}
	return FindTerm(c.TermsOf(col, d), id)
}

// Institution finds one by its slug; nil where there is none.
func (c *Catalog) Institution(slug string) *Term {
	i, found := slices.BinarySearchFunc(c.Institutions, slug, func(t Term, slug string) int { return strings.Compare(t.ID, slug) })
	if !found {
		return nil
	}
	return &c.Institutions[i]
}

// Terms is the vocabulary of a dimension, in its order. Countries are terms too:
// their ids are alpha-3 codes. So are years, which have no labels.
func (c *Catalog) Terms(d Dimension) []Term {
	switch d {
	case ByKind:
		return c.Kinds
	case BySector:
		return c.Sectors
	case ByCountry:
		return countryTerms(c.Countries)
	case ByTakesPart, ByInstitutionCountry:
		return countryTerms(c.TakingPart)
	case ByInstitution:
		return c.Institutions
	case ByEstablished:
		return c.yearTerms()
	}
	if f := c.Collection(Facilities.ID).Faceted(d); f != nil {
		return f.Terms
	}
	return nil
}

func (c *Catalog) yearTerms() []Term {
	terms := make([]Term, len(c.FoundingYears))
	for i, year := range c.FoundingYears {
		terms[i].ID = strconv.Itoa(year)
	}
	return terms
}

func countryTerms(countries []Country) []Term {
	terms := make([]Term, len(countries))
	for i, country := range countries {
		terms[i] = Term{ID: country.Code, Labels: country.Names}
	}
	return terms
}

// RoundPosition rounds a position to 7 decimals of a degree, about a centimetre.
// It is done once, when data comes in, so that what is stored, filtered and
// shown is one number.
func RoundPosition(p orb.Point) orb.Point {
	const steps = 1e7
	return orb.Point{math.Round(p[0]*steps) / steps, math.Round(p[1]*steps) / steps}
}

// ValidText reports whether a text can be kept by every store: UTF-8 without NUL.
func ValidText(s string) bool { return utf8.ValidString(s) && !strings.Contains(s, "\x00") }
