package api

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"innoatlas/geo"
	"innoatlas/geo/crs"
)

// parameter is one query parameter: how it is read, and how the API definition
// declares it. There is one table of them, so what is declared is what is read.
type parameter struct {
	name        string
	description string
	schema      schema
	list        bool // may be given more than once
	// values are what the data set allows, for the description; nil where that
	// does not depend on it.
	values func(*geo.Catalog) []string
	// pattern is that of the schema where it depends on the data set; or nil.
	pattern func(*geo.Catalog) string
	// example is a value for those who try the operation out; needed where required is.
	example  any
	sample   func(*geo.Catalog) string // an example where it depends on the data set; or nil
	required bool
	// read adds the parameter to a query; nil for those that choose a representation.
	read func(*queryReader, []string) error
}

// parameters are those of one resource, in the order in which they are read.
type parameters []parameter

func (ps parameters) find(name string) *parameter {
	for i := range ps {
		if ps[i].name == name {
			return &ps[i]
		}
	}
	return nil
}

// examples are values of those that are required.
func (ps parameters) examples() url.Values {
	examples := url.Values{}
	for _, p := range ps {
		if p.required {
			examples.Set(p.name, fmt.Sprint(p.example))
		}
	}
	return examples
}

func (ps parameters) names() []string {
	names := make([]string, len(ps))
	for i, p := range ps {
		names[i] = p.name
	}
	return names
}

// filterParameters are all that narrow a collection: they mean the same on its
// items, facets, clusters and downloads.
func filterParameters(c *geo.Collection) parameters {
	var ps parameters
	for _, d := range choices(c) {
		ps = append(ps, listParameter(c, d))
	}
	if c.Faceted(geo.ByEstablished) != nil {
		ps = append(ps, establishedParameter)
	}
	ps = append(ps, searchParameter, crsParameter(c, "bbox-crs", "Coordinate reference system of bbox, and the order of its axes.",
		func(r *queryReader, s *crs.CRS) { r.boxCRS = s }), bboxParameter, datetimeParameter(c))
	ps = append(ps, filterLanguageParameters(c)...)
	for _, p := range c.Filterable() {
		if p.Scalar() && ps.find(p.Name) == nil {
			ps = append(ps, exactParameter(p))
		}
	}
	return ps
}

// choices are the dimensions that lists choose by: those that are counted, and those that are
// not, as each has a value of its own.
func choices(c *geo.Collection) []geo.Dimension {
	all := c.Dimensions()
	for _, f := range c.Fields {
		if f.Facet != "" && f.Facet != geo.ByEstablished && !slices.Contains(all, f.Facet) {
			all = append(all, f.Facet)
		}
	}
	return all
}

// dimensionDescriptions are of those that any data set has; an own field has a title.
var dimensionDescriptions = map[geo.Dimension]string{
	geo.ByCountry:            "Countries, by ISO 3166-1 codes (alpha-3 or alpha-2)",
	geo.BySector:             "Sectors",
	geo.ByStatus:             "Whether it is at work",
	geo.ByPrecision:          "How exact the position is",
	geo.ByTakesPart:          "Countries that take part, by ISO 3166-1 codes (alpha-3 or alpha-2)",
	geo.ByInstitutionCountry: "Countries of institutions, by ISO 3166-1 codes (alpha-3 or alpha-2)",
	geo.ByInstitution:        "Institutions, by their slugs",
	geo.ByFacility:           "Facilities, by their slugs",
	geo.ByRole:               "What the institution is to the facility",
}

// listParameter is declared as a text, not as an array: QGIS and GDAL push a
// comparison down only to a scalar.
func listParameter(c *geo.Collection, d geo.Dimension) parameter {
	p := parameter{
		name:        string(d),
		description: cmp.Or(dimensionDescriptions[d], describe(c.Faceted(d))) + ": one value or more with commas between, of which a record has at least one; none for not stated.",
		schema:      schema{"type": "string"},
		list:        true,
		values:      func(catalog *geo.Catalog) []string { return append(told(catalog, c, d), NotStated) },
		pattern:     dimensionPattern(c, d),
		read:        func(r *queryReader, values []string) error { return r.readList(d, values) },
	}
	if c.Faceted(d).Form == geo.SlugForm { // of which there are many
		p.values = nil
		p.sample = func(catalog *geo.Catalog) string {
			if terms := catalog.TermsOf(c, d); len(terms) > 0 {
				return terms[0].ID
			}
			return NotStated
		}
	}
	return p
}

// mostTold is how many values of an own field are told, which may have any number of them.
const mostTold = 20

// told are the values of a dimension as texts tell them.
func told(catalog *geo.Catalog, c *geo.Collection, d geo.Dimension) []string {
	ids := geo.TermIDs(catalog.TermsOf(c, d))
	if f := c.Faceted(d); len(ids) > mostTold && (f.Own || f.Top > 0) {
		return append(ids[:mostTold], "…")
	}
	return ids
}

// describe is what a field means, in English; its name where nobody says.
func describe(f *geo.Field) string { return cmp.Or(f.Title.In(english), f.Name) }

// facilitiesParameter narrows partnerships as facilities are narrowed.
func facilitiesParameter(c *geo.Collection) parameter {
	known, name := filterParameters(c), "of_"+c.ID
	return parameter{
		name: name,
		description: "A query of facilities, percent-encoded as one value (of_facilities=q%3Drice%26status%3Doperating): the partnerships of those that it keeps. " +
			"It takes all that narrows facilities.",
		schema:  schema{"type": "string", "pattern": "^[^&=]+=[^&]+(&[^&=]+=[^&]+)*$"},
		example: "status=operating",
		read: func(r *queryReader, values []string) error {
			of, err := r.readOther(c, known, values[0])
			if err != nil {
				return &geo.InputError{Param: name, Value: values[0], Reason: "of that, " + err.Error()}
			}
			r.Of = &of
			return nil
		},
	}
}

// isTimed reports whether a field states dates or times, which are asked for by intervals too.
func isTimed(t geo.Type) bool { return t == geo.Date || t == geo.Time }

func exactParameter(p geo.Field) parameter {
	description := ": records with exactly this value."
	if isTimed(p.Type) {
		description = ": an RFC 3339 time, a date (UTC), or an interval of two with a slash (2026-01-01T00:00:00Z/..), ends included, open where it is .. or nothing. " +
			"A time without a fraction is its whole second."
	}
	return parameter{
		name:        p.Name,
		description: describe(&p) + description,
		schema:      exactSchema(p.Type),
		read:        func(r *queryReader, values []string) error { return r.readExact(p, values[0]) },
	}
}

// exactSchema is the schema of a value that is asked for.
func exactSchema(t geo.Type) schema {
	s := scalarSchema(t)
	switch t {
	case geo.Integer: // those that a float64 holds exactly, see parseInteger
		s["minimum"], s["maximum"] = -999_999_999_999_999, 999_999_999_999_999
	case geo.Text, geo.URL:
		return schema{"type": "string", "minLength": 1}
	case geo.Date, geo.Time:
		return schema{"type": "string", "pattern": datetimePattern}
	}
	return s
}

// scalarSchema is the schema of one value.
func scalarSchema(t geo.Type) schema {
	switch t {
	case geo.Integer:
		return schema{"type": "integer"}
	case geo.Number:
		return schema{"type": "number"}
	case geo.Boolean:
		return schema{"type": "boolean"}
	case geo.URL:
		return schema{"type": "string", "format": "uri"}
	case geo.Date:
		return schema{"type": "string", "format": "date"}
	case geo.Time:
		return schema{"type": "string", "format": "date-time"}
	}
	return schema{"type": "string"}
}

var establishedParameter = parameter{
	name:        "established",
	description: "Year founded, or a range of years: 2015, 2015..2024, 2015.. or ..2024. Records without a year are left out.",
	schema:      schema{"type": "string", "pattern": `^([0-9]{4}|[0-9]{4}\.\.([0-9]{4})?|\.\.[0-9]{4})$`},
	read: func(r *queryReader, values []string) error {
		years, err := geo.ParseYears(values[0])
		if err != nil {
			return err
		}
		r.Established = &years
		return nil
	},
}

var searchParameter = parameter{
	name: "q",
	description: "Words to look for, in any language: each has to be found in the names, places, country, kind, sectors, host, partners or summary, by its beginning " +
		"(one of one or two letters whole; Chinese, Thai, Lao, Khmer and Burmese anywhere). Case, accents, hyphens and apostrophes do not matter, nor do traditional characters; " +
		"names of the same place or thing in other languages, synonyms and English plurals are found too.",
	schema: schema{"type": "string", "minLength": 1, "pattern": `\S`},
	read:   func(r *queryReader, values []string) error { return r.readSearch(values[0]) },
}

var bboxParameter = parameter{
	name: "bbox",
	description: "West, south, east, north in degrees, or in the units and the order of axes of bbox-crs; or six numbers with heights, which are ignored. " +
		"West > east crosses the antimeridian. Records without a position match too.",
	schema: schema{"type": "array", "minItems": 4, "maxItems": 6, "items": schema{"type": "number"}},
	read: func(r *queryReader, values []string) error {
		box, err := r.parseBox(values[0])
		if err == nil {
			r.and = append(r.and, box.Filter())
		}
		return err
	},
}

// datetimeParameter of a collection without a year is checked and then keeps all: records
// without a time match (/req/core/fc-time-response).
func datetimeParameter(c *geo.Collection) parameter {
	if c.From != "" {
		return daysParameter(c)
	}
	p := parameter{
		name: "datetime",
		description: "RFC 3339 time, date, or interval with a slash, open at either end (.. or nothing): the time in which a facility was founded. " +
			"Records without a year match too.",
		schema: schema{"type": "string", "pattern": datetimePattern},
		read: func(r *queryReader, values []string) error {
			years, err := geo.ParseDatetime(values[0])
			if err == nil && c.Year != "" {
				r.and = append(r.and, years.DatetimeFilterOf(c.Year))
			}
			return err
		},
	}
	switch c.Year {
	case geo.Facilities.Year:
	case "":
		p.description = "RFC 3339 time, date, or interval with a slash. " + c.Title.In(english) + " have no time, so all match."
	default:
		p.description = "RFC 3339 time, date, or interval with a slash, open at either end (.. or nothing): " + describe(c.Field(c.Year)) + ". Records without a year match too."
	}
	return p
}

// daysParameter is datetime of a collection whose records have a first and a last day.
func daysParameter(c *geo.Collection) parameter {
	return parameter{
		name: "datetime",
		description: "RFC 3339 time, date, or interval with a slash, open at either end (.. or nothing): the days from beginning to end of a record meet it. " +
			"Records without a date match too.",
		schema: schema{"type": "string", "pattern": datetimePattern},
		read: func(r *queryReader, values []string) error {
			days, err := geo.ParseDays(values[0])
			if filter := days.DatetimeFilterOf(c.From, c.To); err == nil && filter != nil {
				r.and = append(r.and, filter)
			}
			return err
		},
	}
}

var limitParameter = parameter{
	name:        "limit",
	description: "How many records a page has at most; more than the maximum is taken as the maximum. An HTML page has 100 where it is not given.",
	schema:      schema{"type": "integer", "minimum": 1, "maximum": geo.MaxLimit, "default": geo.DefaultLimit},
	read:        func(r *queryReader, values []string) error { return r.readLimit(values[0]) },
}

var offsetParameter = parameter{
	name:        "offset",
	description: "How many records to pass over. The next link is faster on far pages.",
	schema:      schema{"type": "integer", "minimum": 0, "maximum": geo.MaxOffset, "default": 0},
	read:        func(r *queryReader, values []string) error { return r.readOffset(values[0]) },
}

func sortbyParameter(c *geo.Collection) parameter {
	return parameter{
		name: "sortby",
		description: "Properties to order by, with commas between; - before one for descending. Missing values come last. " +
			"Texts go by their characters, as they are stored; label is the " +
			"name as it is shown in lang, in the order of its alphabet, numbers by their values, " +
			"and country_label that of the country. relevance, which needs q and comes first, " +
			"puts the best matches first: those whose name is q, whose names have its words, places, institutions, other texts.",
		schema: schema{"type": "string", "pattern": listPattern("[+-]?(" + oneOfPattern(geo.NamesOf(c.Sortable())) + ")")},
		read:   func(r *queryReader, values []string) error { return r.readSort(values[0]) },
	}
}

// afterParameter is read behind sortby: a place belongs to an order.
func afterParameter(c *geo.Collection) parameter {
	return parameter{
		name:        "after",
		description: "Where the page before ended, as its next link has it. It decides over offset.",
		schema:      schema{"type": "string", "minLength": 1, "pattern": "^[A-Za-z0-9_-]+$"},
		read: func(r *queryReader, values []string) (err error) {
			r.After, err = geo.ParseCursor(c, r.Sort, values[0])
			return err
		},
	}
}

// zoomParameter is read by readZoom: it is no part of a query.
var zoomParameter = parameter{
	name:        "zoom",
	description: "Zoom of the map, in Web Mercator tiles of 256 pixels; a cluster is a cell of 64 pixels.",
	schema:      schema{"type": "integer", "minimum": 0, "maximum": geo.MaxZoom},
	example:     5,
	required:    true,
}

// bomParameter is read by marksBytes: it is no part of a query.
var bomParameter = parameter{
	name:        "bom",
	description: "0 leaves out the byte order mark at the start of CSV, by which a spreadsheet knows UTF-8 and over which scripts stumble. Other formats have none.",
	schema:      schema{"type": "integer", "enum": []int{0, 1}, "default": 1},
	read: func(_ *queryReader, values []string) error {
		if values[0] != "0" && values[0] != "1" {
			return &geo.InputError{Param: "bom", Value: values[0], Reason: "write 0 or 1"}
		}
		return nil
	},
}

// marksBytes reports whether CSV begins with a byte order mark.
func (a *Answer) marksBytes() bool { return a.params.Get(bomParameter.name) != "0" }

var langParameter = parameter{
	name: "lang",
	description: "Language of labels, of HTML pages, and of what records say (BCP 47): " + strings.Join(languages, ", ") + ", or a tag that begins so, as zh-CN. One that there " +
		"is not counts as none. A record says in English what it does not say in the language; machine_translated names what a machine has translated. " +
		"It changes what is written, not what is found, nor its order. Without it labels are in English and records are as they are stored.",
	schema: schema{"type": "string", "minLength": 1},
}

func formatParameter(formats ...*representation) parameter {
	var names []string
	for _, f := range formats {
		names = append(names, f.names...)
	}
	return parameter{
		name:        "f",
		description: fmt.Sprintf("Representation; without it the Accept header decides, and %s is the default.", names[0]),
		schema:      schema{"type": "string", "enum": names},
	}
}

// newResource is a resource with the parameters that choose its representation
// and those that are its own.
func newResource(cache string, formats []*representation, own ...parameter) *Resource {
	return &Resource{formats: formats, cache: cache, parameters: slices.Concat(own, parameters{formatParameter(formats...), langParameter})}
}
