package geo

import (
	"slices"

	"innoatlas/geo/search"
)

// Hit is what a record was found by: a stretch of one of its texts, as that writes it.
type Hit struct {
	Text string `json:"text"`
	Lang string `json:"lang"` // "" where nobody says
}

// Hits are, for each piece of a search, the first stretch of a record's texts that it is found
// by: in the language first, then as records state them, then in any other. A piece that is found
// by the country, a kind or a sector has none, nor has one that names these.
func (l *Lexicon) Hits(c *Collection, r Feature, q, lang string) []Hit {
	texts := searchedTexts(c.Fields, r, lang)
	hits := []Hit{}
	for _, p := range l.pieces(q) {
		if d, _ := l.named(c, p); d != "" {
			continue
		}
		if hit := l.found(c, p).hitIn(texts); hit.Text != "" && !slices.Contains(hits, hit) {
			hits = append(hits, hit)
		}
	}
	return hits
}

// hitIn is the first stretch of texts that is found; empty where none is.
func (f *found) hitIn(texts []Hit) Hit {
	for _, t := range texts {
		for _, part := range f.parts {
			if text := search.Stretch(t.Text, part); text != "" {
				return Hit{text, t.Lang}
			}
		}
	}
	return Hit{}
}

// searchedTexts are the texts of a record that are searched, those in the language first.
func searchedTexts(fields []Field, r Feature, lang string) (all []Hit) {
	for i := range fields {
		f := &fields[i]
		if !f.Searched {
			continue
		}
		v, of := f.Value(r), f.Lang
		if f.LangBy != "" {
			of = r.Value(f.LangBy).Text
		}
		for _, text := range append(slices.Clone(v.List), v.Text) {
			all = append(all, Hit{text, of})
		}
	}
	if t := r.Translated(); t != nil {
		for _, one := range t.All {
			all = append(all, Hit{one.Text, one.Lang})
		}
	}
	var own, others []Hit
	for _, t := range all {
		if t.Lang == lang {
			own = append(own, t)
		} else {
			others = append(others, t)
		}
	}
	return append(own, others...)
}
