package geo

import "slices"

// Labels are the names of one thing, by language (BCP 47: en, zh, …).
type Labels map[string]string

// In is the label in a language, in English where there is none, or empty.
func (l Labels) In(lang string) string {
	if s := l[lang]; s != "" {
		return s
	}
	return l["en"]
}

// Term is an entry of a vocabulary. Kinds and sectors are data, not code: a data
// set brings its own, or they are taken from its rows and the labels are the ids.
type Term struct {
	ID      string // lower case letters, digits and hyphens
	Labels  Labels
	Plurals Labels // where the data set has them
}

// The values of status and precision are the same in every data set, because
// the page and the GIS styles draw by them.
var (
	// Statuses say whether a facility is at work, as of its source.
	Statuses = []Term{
		{ID: "operating", Labels: Labels{"en": "Operating", "zh": "运行中"}},
		{ID: "announced", Labels: Labels{"en": "Announced", "zh": "已宣布"}},
		{ID: "planned", Labels: Labels{"en": "Planned", "zh": "规划中"}},
		{ID: "closed", Labels: Labels{"en": "Closed", "zh": "已关闭"}},
		{ID: "unknown", Labels: Labels{"en": "Status not known", "zh": "状态不明"}},
	}

	// Precisions say how exact a position is, from a surveyed site down to the
	// capital of a country. "none" in a file means that there is no position.
	Precisions = []Term{
		{ID: "site", Labels: Labels{"en": "Exact site", "zh": "确切地点"}},
		{ID: "city", Labels: Labels{"en": "City", "zh": "城市"}},
		{ID: "admin1", Labels: Labels{"en": "Province or state", "zh": "省或州"}},
		{ID: "country", Labels: Labels{"en": "Country only", "zh": "仅知国家"}},
	}
)

// TermIDs lists the ids of a vocabulary in its order.
func TermIDs(terms []Term) []string {
	ids := make([]string, len(terms))
	for i, t := range terms {
		ids[i] = t.ID
	}
	return ids
}

// FindTerm finds a term by its id; nil where the vocabulary has none such.
func FindTerm(terms []Term, id string) *Term {
	i := slices.IndexFunc(terms, func(t Term) bool { return t.ID == id })
	if i < 0 {
		return nil
	}
	return &terms[i]
}
