package pages

import (
	"io"
	"strings"

	"innoatlas/geo"
	"innoatlas/layout"
	"innoatlas/pages/drawing"
	"innoatlas/texts"
)

// Briefing tells of the facilities of a country, or of a sector, on a page or two.
type Briefing struct {
	Public
	Of      string           // the country or sector
	Country bool             // rather than a sector
	Summary string           // some sentences
	Map     *drawing.Drawing // nil where no record has a place on it
	Legend  []LegendEntry

	Matched int
	Rows    []BriefingRow
	All     string // address of the list, where the rows are not all
	// AllAddress is the same as whole as the service knows it, for paper.
	AllAddress string

	Taking       TakingPart      // of a country
	Institutions InstitutionList // of a country
	Projects     Timeline

	Counts  []layout.CountTable
	Own     []Fact      // of fields of one's own of a country
	Figures []Statement // of a country
	Sources []Cited
	More    bool   // there are sources that are not named here
	Newest  string // date of the newest source
	Updated string // date of the last change; empty where the data does not say

	OnMap     string
	Downloads []layout.Label
}

// LegendEntry is a kind that the map shows.
type LegendEntry struct {
	Sign  geo.Sign
	Label string
}

// BriefingRow is one facility of the table.
type BriefingRow struct {
	Number    int
	Name      layout.Label
	Href      string
	Sign      geo.Sign
	Hollow    bool // its site is not known
	Kind      string
	Town      layout.Label
	Precision string // in a word
	Place     string // country, on the page of a sector
	Status    string

	Running bool  // as most do: where there is little room, it goes without saying
	Founded int   // year; 0: not stated
	Sources []int // their numbers in the list, from 1
}

// Statement is one cooperation figure.
type Statement struct {
	Indicator string // id
	Named     bool   // a value of 1 says that the source names the country
	Value     string
	Year      int // 0: not stated
	Source    Cited
	Sources   []int // its number in the list
}

var briefingTemplate = parsePublic("briefing.html")

type briefingData struct {
	Briefing
	texts.Texts
}

// Render writes the page as HTML.
func (b Briefing) Render(w io.Writer) error {
	return briefingTemplate.Write(w, briefingData{b, texts.In(b.Lang)})
}

// Titled is an indicator in words; what has no label is shown by its id.
func (d briefingData) Titled(s Statement) string {
	if key := "indicator." + s.Indicator; d.Has(key) {
		return d.T(key)
	}
	return strings.ReplaceAll(s.Indicator, "_", " ")
}

// Stated is the value of an indicator, in words where it is none.
func (d briefingData) Stated(s Statement) string {
	if s.Value == "1" && s.Named {
		return d.T("briefing.yes")
	}
	return s.Value
}

// Numbered reports whether the map has the numbers of the table.
func (b Briefing) Numbered() bool { return b.Map != nil && len(b.Map.Marks) > 0 }

// HasMixed reports whether a mark stands for several kinds.
func (b Briefing) HasMixed() bool {
	if b.Map == nil {
		return false
	}
	for _, m := range b.Map.Marks {
		if m.Mixed() {
			return true
		}
	}
	return false
}
