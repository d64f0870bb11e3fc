package pages

import (
	"maps"
	"slices"

	"innoatlas/geo"
	"innoatlas/pages/drawing"
)

// DataSet is what the scripts of the map are told beside the records: what they would
// else have to know themselves, or ask for. It stands in the page as JSON.
type DataSet struct {
	Own       []OwnField        `json:"own"`       // of facilities, in their order
	Registers map[string]string `json:"registers"` // addresses of identifiers, by scheme
	Shapes    map[string]string `json:"shapes"`    // of signs, as paths in a box of 24 units
	Kinds     []KindSign        `json:"kinds"`     // by id
	Names     string            `json:"names"`     // what they are sorted by: label, or name where the store has no alphabets
}

// OwnField is a field of one's own, as the scripts know it.
type OwnField struct {
	Name  string   `json:"name"`
	Title string   `json:"title"` // in the language of the page
	Type  geo.Type `json:"type"`
	Facet bool     `json:"facet,omitempty"` // whether lists choose by it
}

// KindSign is the id of a kind, and its shape and colour.
type KindSign [2]any

func (m *mapAnswer) dataSet() DataSet {
	catalog, lang := m.Catalog(), m.Lang()
	d := DataSet{Own: []OwnField{}, Registers: geo.Registers(), Shapes: drawing.Paths(), Kinds: []KindSign{}, Names: m.names}
	own := catalog.Collection(geo.Facilities.ID).OwnFields()
	for i := range own {
		f := &own[i]
		d.Own = append(d.Own, OwnField{f.Name, titleOf(f, lang), f.Type, f.Facet != ""})
	}
	signs := geo.SignsOf(catalog.Kinds)
	for _, id := range slices.Sorted(maps.Keys(signs)) {
		d.Kinds = append(d.Kinds, KindSign{id, [2]any{signs[id].Shape, signs[id].Colour}})
	}
	return d
}
