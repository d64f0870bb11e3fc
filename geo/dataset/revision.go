package dataset

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"innoatlas/geo"
	"innoatlas/geo/format"
)

// revision is a hash of the content: of the vocabularies, figures, codes, terms, fields of one's
// own, places and synonyms as JSON, and of every record as GeoJSON, in order, private values
// included, with its texts in other languages. Two machines that read the same files find the same.
func revision(ds *geo.Dataset) string {
	head, err := json.Marshal(struct {
		Kinds, Sectors []geo.Term
		Figures        []geo.Figure
		Terms          geo.Terms
		OwnOutlines    bool
		Fields         map[string][]geo.Field `json:",omitempty"`
		PlaceNames     []geo.PlaceName        `json:",omitempty"`
		Synonyms       [][]string             `json:",omitempty"`
	}{ds.Kinds, ds.Sectors, ds.Figures, ds.Terms, ds.OwnOutlines, ds.Fields, ds.PlaceNames, ds.Synonyms})
	if err != nil { // texts and finite numbers, so this cannot happen
		panic(err)
	}
	hash := sha256.New()
	hash.Write(head)
	var record []byte
	g := format.NewGeoJSON(&geo.Catalog{}, geo.Facilities.With(ds.Fields[geo.Facilities.ID]))
	for i := range ds.Facilities {
		record = g.AppendFeature(record[:0], &ds.Facilities[i], nil)
		record = appendTexts(record, ds.Facilities[i].Translations)
		hash.Write(append(record, '\n'))
	}
	g = format.NewGeoJSON(&geo.Catalog{}, geo.Countries.With(ds.Fields[geo.Countries.ID]))
	for i := range ds.Countries {
		record = g.AppendFeature(record[:0], &ds.Countries[i], nil)
		hash.Write(append(record, '\n'))
	}
	for _, t := range recordTables {
		g = format.NewGeoJSON(&geo.Catalog{}, t.collection.With(ds.Fields[t.collection.ID]))
		for i := range ds.Records[t.collection.ID] {
			r := &ds.Records[t.collection.ID][i]
			record = appendTexts(g.AppendFeature(record[:0], r, nil), r.Translations)
			hash.Write(append(record, '\n'))
		}
	}
	for _, k := range ds.Links {
		fmt.Fprintf(hash, "%q %q %s %t\n", k.Facility, k.Institution, k.Role, k.Stated)
	}
	return hex.EncodeToString(hash.Sum(nil)[:8])
}

// appendTexts appends what a record says in other languages.
func appendTexts(dst []byte, t *geo.Translations) []byte {
	if t == nil {
		return dst
	}
	for _, text := range t.All {
		dst = fmt.Appendf(dst, "\n%q %q %q %q %t", text.Lang, text.Field, text.Origin, text.Text, text.Stale)
	}
	return dst
}
