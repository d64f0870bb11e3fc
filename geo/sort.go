package geo

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"innoatlas/geo/cql2"
)

// SortKey is one property of an order.
type SortKey struct {
	Property   string
	Descending bool
}

func (k SortKey) String() string {
	if k.Descending {
		return "-" + k.Property
	}
	return k.Property
}

// maxSortKeys keeps the order of a query short.
const maxSortKeys = 8

// ParseSort reads the sortby parameter: scalar properties of the collection with
// commas between, "-" before one for descending order, "+" or nothing for ascending.
// label stands for the names as readers of the language are shown them, in their alphabet, and
// country_label for those of the countries;
// relevance, which comes first, for the order of a search, for which a query has to have Tiers.
func ParseSort(c *Collection, lang, s string) ([]SortKey, error) {
	var keys []SortKey
	for name := range strings.SplitSeq(s, ",") {
		key := parseSortKey(name)
		known := findField(c.Sortable(), key.Property) != nil
		isRank := key.Property == relevanceKey.Name && c.Field(key.Property) == nil
		if known && c.Field(key.Property) == nil {
			key.Property = map[string]string{labelKey.Name: CollatedBy(lang), countryLabelKey.Name: CollatedByCountry(lang), relevanceKey.Name: rank}[key.Property]
		}
		switch {
		case !known:
			return nil, &InputError{"sortby", s, fmt.Sprintf("%q is not one of %s", shorten(name), strings.Join(NamesOf(c.Sortable()), ", "))}
		case slices.ContainsFunc(keys, func(k SortKey) bool { return k.Property == key.Property }):
			return nil, &InputError{"sortby", s, strings.TrimLeft(name, "+- ") + " is named twice"}
		case isRank && (len(keys) > 0 || key.Descending):
			return nil, &InputError{"sortby", s, "relevance comes first, and without a minus: the best are not to be last"}
		case len(keys) == maxSortKeys:
			return nil, &InputError{"sortby", s, fmt.Sprintf("at most %d properties", maxSortKeys)}
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// parseSortKey takes off one sign. A "+" that was not percent-encoded arrives as a blank.
func parseSortKey(name string) SortKey {
	if property, ok := strings.CutPrefix(name, "-"); ok {
		return SortKey{Property: property, Descending: true}
	}
	return SortKey{Property: strings.TrimPrefix(strings.TrimPrefix(name, " "), "+")}
}

// Feature is a record of a collection: a *Facility, a *Country, or a *Record of any other.
type Feature interface {
	Ordered
	Geometry() orb.Geometry // nil where it has none
	Owned() *Own            // nil where it states none
	Translated() *Translations
}

// Ordered is what has a place in the order of a query.
type Ordered interface {
	cql2.Row
	Ref() (id int64, slug string)
	ZOrder() uint64
}

// Compare puts two records in the order of the query: its sort keys, missing
// values last in both directions, texts by bytes; then Z-order, then id.
func (q Query) Compare(a, b Ordered) int {
	for _, k := range q.Sort {
		if c := compareValues(k, q.SortValue(k, a), q.SortValue(k, b)); c != 0 {
			return c
		}
	}
	if c := cmp.Compare(a.ZOrder(), b.ZOrder()); c != 0 {
		return c
	}
	idA, _ := a.Ref()
	idB, _ := b.Ref()
	return cmp.Compare(idA, idB)
}

// InOrder puts records in the order of the query. What takes long to make, the keys of names and
// what they are worth to a search, is made once for each.
func InOrder[T Ordered](q Query, records []T) {
	if !q.Collates() && !q.Ranks() {
		slices.SortFunc(records, func(a, b T) int { return q.Compare(a, b) })
		return
	}
	all := make([]keyed, len(records))
	for i, r := range records {
		all[i] = keyed{r, map[string]cql2.Value{}}
		for _, k := range q.Sort {
			all[i].keys[k.Property] = q.SortValue(k, r)
		}
	}
	slices.SortFunc(all, func(a, b keyed) int { return q.Compare(a, b) })
	for i := range all {
		records[i] = all[i].Ordered.(T)
	}
}

// keyed is a record with the values that it is compared by.
type keyed struct {
	Ordered
	keys map[string]cql2.Value
}

func (k keyed) Value(property string) cql2.Value { return k.keys[property] }

// Collates reports whether the order is, in some part, that of names in an alphabet.
func (q Query) Collates() bool {
	return slices.ContainsFunc(q.Sort, func(k SortKey) bool {
		_, collates := CollatedLang(k.Property)
		return collates
	})
}

func compareValues(k SortKey, a, b cql2.Value) int {
	if a.Type == cql2.Null || b.Type == cql2.Null {
		return cmp.Compare(isNull(a), isNull(b))
	}
	order, _ := cql2.Order(a, b)
	if k.Descending {
		return -order
	}
	return order
}

func isNull(v cql2.Value) int {
	if v.Type == cql2.Null {
		return 1
	}
	return 0
}
