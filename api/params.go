package api

import (
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/geo/crs"
	"innoatlas/geo/search"
)

// parseParameters reads a query string. What is not percent-encoded as it should
// be, no UTF-8, or holds a NUL is an *geo.InputError.
func parseParameters(raw string) (url.Values, error) {
	if raw == "" {
		return nil, nil
	}
	values, err := url.ParseQuery(raw)
	if err != nil {
		return nil, &geo.InputError{Param: "query string", Reason: "cannot be read; write name=value pairs with & between, % and ; percent-encoded"}
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if !geo.ValidText(name) || slices.ContainsFunc(values[name], isInvalid) {
			return nil, &geo.InputError{Param: Printable(name), Reason: "is not UTF-8 text without NUL"}
		}
	}
	return values, nil
}

func isInvalid(s string) bool { return !geo.ValidText(s) }

// Printable is a name that can be shown, whatever was in the address.
func Printable(s string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", "�"), "�")
}

// check refuses parameters that the resource does not have, that are empty, or
// that are given twice where one value is meant. A GIS client that believes its
// filter was applied must not get everything.
func (ps parameters) check(values url.Values) error {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		p := ps.find(name)
		if p == nil {
			return ps.unknown(name)
		}
		if err := p.checkShape(values[name]); err != nil {
			return err
		}
	}
	return nil
}

func (p *parameter) checkShape(values []string) error {
	switch {
	case len(values) > 1 && !p.list:
		return &geo.InputError{Param: p.name, Reason: "is given twice; give it once"}
	case slices.Contains(values, ""):
		return &geo.InputError{Param: p.name, Reason: "is empty; give it a value or leave it out"}
	}
	return nil
}

// advice helps with parameters that GIS clients send and this server lacks.
var advice = map[string]string{
	"query":      "is not read; ArcGIS sends its where clause in it: write it as CQL2 in filter, or use parameters such as country=THA",
	"where":      "is not read; write it as CQL2 in filter, or use parameters such as country=THA",
	"crs":        "is not read here; positions are longitude, latitude on WGS 84 (CRS84)",
	"startindex": "is not read; use offset, or follow the next link",
	"page":       "is not read; use offset, or follow the next link",
	"resultType": "is not read; numberMatched is in every page, so limit=1 is enough to count",
	"token":      "is not read; the data is open to all",
}

func (ps parameters) unknown(name string) error {
	if text, ok := advice[name]; ok {
		return &geo.InputError{Param: name, Reason: text}
	}
	names := ps.names()
	if near := nearest(name, names); near != "" {
		return &geo.InputError{Param: name, Reason: "is not a parameter here; did you mean " + near + "?"}
	}
	return &geo.InputError{Param: name, Reason: "is not a parameter here; there are " + strings.Join(names, ", ")}
}

// nearest is the known name that is the fewest edits away, at most half of its
// letters; empty where none is near.
func nearest(name string, known []string) string {
	if len(name) > 64 {
		return ""
	}
	best, least := "", 0
	for _, k := range known {
		d := edits(strings.ToLower(name), k)
		if d <= len(k)/2 && (best == "" || d < least) {
			best, least = k, d
		}
	}
	return best
}

// edits is the Levenshtein distance of two names, in bytes.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replace := diagonal
			if a[i] != b[j] {
				replace++
			}
			diagonal = row[j+1]
			row[j+1] = min(replace, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// queryReader turns parameters into a geo.Query, one at a time.
type queryReader struct {
	geo.Query
	catalog *geo.Catalog
	lexicon *geo.Lexicon
	lang    string // of the answer
	and     cql2.And
	words   string // of q

	// What other parameters are written in; nil and "" are the defaults.
	boxCRS, filterCRS *crs.CRS
	filterLanguage    string

	turn func() (leave func(), err error) // to read a filter in
}

func (a *Answer) reader(c *geo.Collection) *queryReader {
	return &queryReader{
		Query: geo.Query{Collection: c, Limit: geo.DefaultLimit}, catalog: a.catalog, lexicon: a.service.lexicon, lang: a.lang,
		turn: func() (leave func(), err error) { return a.turns.filters.Enter(a.ctx) },
	}
}

// query is the query that all parameters of a request make.
func (a *Answer) query(c *geo.Collection) (geo.Query, error) {
	r := a.reader(c)
	if len(a.params) > 0 {
		for i := range a.resource.parameters {
			p := &a.resource.parameters[i]
			if values, given := a.params[p.name]; given && p.read != nil {
				if err := p.read(r, values); err != nil {
					return geo.Query{}, err
				}
			}
		}
	}
	return r.finish(), nil
}

// readOther reads a query of another collection.
func (r *queryReader) readOther(c *geo.Collection, known parameters, text string) (geo.Query, error) {
	given, err := parseParameters(text)
	if err == nil {
		err = known.check(given)
	}
	if err != nil {
		return geo.Query{}, err
	}
	other := &queryReader{Query: geo.Query{Collection: c}, catalog: r.catalog, lexicon: r.lexicon, lang: r.lang, turn: r.turn}
	for i := range known {
		if values, is := given[known[i].name]; is && known[i].read != nil {
			if err := known[i].read(other, values); err != nil {
				return geo.Query{}, err
			}
		}
	}
	return other.finish(), nil
}

func (r *queryReader) finish() geo.Query {
	switch len(r.and) {
	case 0:
	case 1:
		r.Filter = r.and[0]
	default:
		r.Filter = r.and
	}
	return r.Query
}

// readList adds the values of a dimension: alternatives, with commas between or
// in several parameters, "none" for "not stated".
func (r *queryReader) readList(d geo.Dimension, values []string) error {
	list := geo.List{Dimension: d}
	for _, joined := range values {
		for _, text := range r.split(d, joined) {
			value, err := r.term(d, text)
			if err != nil {
				return err
			}
			if !slices.Contains(list.Values, value) {
				list.Values = append(list.Values, value)
			}
		}
	}
	r.Lists = append(r.Lists, list)
	return nil
}

// split takes the values of a list apart. A value of the data that has commas itself stays
// whole, the longest first.
func (r *queryReader) split(d geo.Dimension, joined string) (values []string) {
	parts := strings.Split(joined, ",")
	if f := r.Collection.Faceted(d); f == nil || !f.Own || len(parts) > maxParts {
		return parts
	}
	terms := r.catalog.TermsOf(r.Collection, d)
	for len(parts) > 0 {
		n := len(parts)
		for n > 1 && geo.FindTerm(terms, strings.Join(parts[:n], ",")) == nil {
			n--
		}
		values, parts = append(values, strings.Join(parts[:n], ",")), parts[n:]
	}
	return values
}

// maxParts bounds what is looked for among the values that have commas.
const maxParts = 64

// NotStated is how a list asks for records that state nothing.
const NotStated = "none"

// term is one value of a list as the store knows it. A country may be any that
// there is: one without records matches none.
func (r *queryReader) term(d geo.Dimension, text string) (string, error) {
	if text == NotStated {
		return "", nil
	}
	f := r.Collection.Faceted(d)
	switch {
	case d.IsCountry():
		if c, ok := geo.CountryByCode(strings.ToUpper(text)); ok {
			return c.Code, nil
		}
	case f.Form == geo.SlugForm:
		return r.slug(d, text)
	case r.catalog.FindTerm(r.Collection, d, text) != nil:
		return text, nil
	}
	allowed := strings.Join(append(told(r.catalog, r.Collection, d), NotStated), ", ")
	switch {
	case d.IsCountry():
		allowed = "an ISO 3166-1 code (alpha-3 or alpha-2); the data has " + allowed
	case f.Own && f.Open:
		value, err := exactValue(*f, text)
		if err == nil && text != "" {
			return geo.TextOf(value), nil
		}
		allowed = "values as the data has them: " + allowed
	default:
		allowed = "one or more of " + allowed
	}
	return "", &geo.InputError{Param: string(d), Value: text, Reason: "write " + allowed + ", with commas between"}
}

// slug is one of a record. Institutions are all known; a facility that nobody knows has nothing
// that belongs to it.
func (r *queryReader) slug(d geo.Dimension, text string) (string, error) {
	switch {
	case d == geo.ByInstitution && r.catalog.Institution(text) != nil, d != geo.ByInstitution && plainSlug.MatchString(text):
		return text, nil
	case d != geo.ByInstitution:
		return "", &geo.InputError{Param: string(d), Value: text, Reason: "write slugs as records have them, in small letters with hyphens, or none, with commas between"}
	}
	advice := "write slugs of /collections/institutions, or none, with commas between"
	if near := nearSlugs(text, r.catalog.Institutions); len(near) > 0 {
		advice = "names no institution; did you mean " + enumerated(near, "or") + "? " + strings.ToUpper(advice[:1]) + advice[1:]
	}
	return "", &geo.InputError{Param: string(d), Value: text, Reason: advice}
}

var plainSlug = regexp.MustCompile("^" + slugPattern + "$")

// mostNear is how many slugs are told that may have been meant.
const mostNear = 5

// nearSlugs are those that a slug may have been meant for: that have it within, or are a few
// letters from it.
func nearSlugs(text string, known []geo.Term) []string {
	text = strings.ToLower(text)
	var near []string
	if len(text) < 3 || len(text) > 64 {
		return nil
	}
	is := []func(slug string) bool{
		func(slug string) bool { return strings.HasPrefix(slug, text) },
		func(slug string) bool { return strings.Contains(slug, text) },
		func(slug string) bool {
			return max(len(slug)-len(text), len(text)-len(slug)) <= 3 && edits(text, slug) <= 3
		},
	}
	for _, is := range is {
		for i := range known {
			if slug := known[i].ID; len(near) < mostNear && !slices.Contains(near, slug) && is(slug) {
				near = append(near, slug)
			}
		}
	}
	return near
}

// maxWords keeps a search short.
const maxWords = 32

func (r *queryReader) readSearch(text string) error {
	switch n := len(search.Tokens(text)); {
	case strings.TrimSpace(text) == "":
		return &geo.InputError{Param: "q", Reason: "holds no word; give it one or leave it out"}
	case n > maxWords:
		return &geo.InputError{Param: "q", Reason: fmt.Sprintf("holds %d words; at most %d are looked for", n, maxWords)}
	}
	r.and, r.words = append(r.and, r.lexicon.Filter(r.Collection, text)), text
	return nil
}

// readSort is read behind q, whose order relevance is.
func (r *queryReader) readSort(text string) (err error) {
	if r.Sort, err = geo.ParseSort(r.Collection, r.lang, text); err != nil || !r.Ranks() {
		return err
	}
	if r.words == "" {
		return &geo.InputError{Param: "sortby", Value: text, Reason: "relevance is the order of a search; give q its words, or order by something else"}
	}
	r.Tiers = r.lexicon.Tiers(r.Collection, r.words)
	return nil
}

func (r *queryReader) readExact(p geo.Field, text string) error {
	if isTimed(p.Type) {
		span, err := geo.ParseSpan(p, text)
		if err == nil {
			r.and = append(r.and, span)
		}
		return err
	}
	value, err := exactValue(p, text)
	if err != nil {
		return err
	}
	r.and = append(r.and, cql2.Compare{Op: cql2.Equal, Left: cql2.Property(p.Name), Right: cql2.Literal{Value: value}})
	return nil
}

func exactValue(p geo.Field, text string) (cql2.Value, error) {
	switch p.Type {
	case geo.Integer:
		n, ok := parseInteger(text)
		if !ok {
			return cql2.Value{}, &geo.InputError{Param: p.Name, Value: text, Reason: "write an integer, in digits"}
		}
		return cql2.NumberOf(float64(n)), nil
	case geo.Number:
		n, err := strconv.ParseFloat(text, 64)
		if err != nil || !plainNumber.MatchString(text) {
			return cql2.Value{}, &geo.InputError{Param: p.Name, Value: text, Reason: "write a number, in digits, with a point before decimals"}
		}
		return cql2.NumberOf(n), nil
	case geo.Boolean:
		if text != "true" && text != "false" {
			return cql2.Value{}, &geo.InputError{Param: p.Name, Value: text, Reason: "write true or false"}
		}
		return cql2.BoolOf(text == "true"), nil
	case geo.Date:
		day, err := time.Parse(time.DateOnly, text)
		if err != nil {
			return cql2.Value{}, &geo.InputError{Param: p.Name, Value: text, Reason: "write a date: 2021-09-01"}
		}
		return cql2.DateOf(day), nil
	case geo.Time:
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return cql2.Value{}, &geo.InputError{Param: p.Name, Value: text, Reason: "write a time as RFC 3339 has it: 2021-09-01T00:00:00Z"}
		}
		return cql2.TimestampOf(at), nil
	}
	return cql2.TextOf(text), nil
}

// plainNumber is a number as JSON writes one.
var plainNumber = regexp.MustCompile(`^-?[0-9]{1,300}(\.[0-9]{1,300})?([eE][+-]?[0-9]{1,3})?$`)

// parseInteger reads an integer that a float64 holds exactly: digits, at most 15
// of them, with at most a minus before.
func parseInteger(text string) (n int64, ok bool) {
	digits, negative := strings.CutPrefix(text, "-")
	if digits == "" || len(digits) > 15 {
		return 0, false
	}
	for i := range len(digits) {
		if digits[i] < '0' || digits[i] > '9' {
			return 0, false
		}
		n = n*10 + int64(digits[i]-'0')
	}
	if negative {
		n = -n
	}
	return n, true
}

// readLimit takes more than the maximum as the maximum (/req/core/fc-limit-response-1).
func (r *queryReader) readLimit(text string) error {
	digits := strings.TrimLeft(text, "0")
	n, ok := parseInteger(digits)
	switch {
	case strings.Trim(text, "0123456789") != "" || digits == "":
		return &geo.InputError{Param: "limit", Value: text, Reason: fmt.Sprintf("write an integer from 1 to %d", geo.MaxLimit)}
	case !ok || n > geo.MaxLimit:
		n = geo.MaxLimit
	}
	r.Limit = int(n)
	return nil
}

func (r *queryReader) readOffset(text string) error {
	n, ok := parseInteger(text)
	if !ok || n < 0 || n > geo.MaxOffset {
		return &geo.InputError{Param: "offset", Value: text, Reason: fmt.Sprintf("write an integer from 0 to %d", geo.MaxOffset)}
	}
	r.Offset = int(n)
	return nil
}

// readZoom reads the zoom parameter of the clusters.
func readZoom(values url.Values) (int, error) {
	text := values.Get("zoom")
	n, ok := parseInteger(text)
	switch {
	case text == "":
		return 0, &geo.InputError{Param: "zoom", Reason: fmt.Sprintf("is needed; write an integer from 0 to %d", geo.MaxZoom)}
	case !ok || n < 0 || n > geo.MaxZoom:
		return 0, &geo.InputError{Param: "zoom", Value: text, Reason: fmt.Sprintf("write an integer from 0 to %d", geo.MaxZoom)}
	}
	return int(n), nil
}

// parseBox reads bbox in the coordinate reference system of bbox-crs.
func (r *queryReader) parseBox(text string) (geo.BBox, error) {
	if r.boxCRS == nil || r.boxCRS == crs.CRS84 {
		return geo.ParseBBox(text)
	}
	numbers, err := geo.ParseBox(text)
	if err != nil {
		return geo.BBox{}, err
	}
	box, err := r.boxCRS.BBox(numbers)
	if err != nil {
		return geo.BBox{}, &geo.InputError{Param: "bbox", Value: text, Reason: err.Error()}
	}
	return geo.BBox(box), nil
}
