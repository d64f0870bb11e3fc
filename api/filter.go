package api

import (
	"errors"
	"slices"
	"strings"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/geo/crs"
)

// Languages of the filter parameter (/req/filter/filter-lang-param). GDAL sends
// cql-text, the name of a draft, and means the same.
const (
	cql2Text = "cql2-text"
	cql2JSON = "cql2-json"
	cqlText  = "cql-text"
)

var filterLanguages = []string{cql2Text, cql2JSON, cqlText}

// The parameters of Part 3. They are read in this order, because filter needs the
// other two.
func filterLanguageParameters(c *geo.Collection) parameters {
	return parameters{
		{
			name:        "filter-lang",
			description: "Language of filter. cql-text is another name of cql2-text.",
			schema:      schema{"type": "string", "enum": filterLanguages, "default": cql2Text},
			read: func(r *queryReader, values []string) error {
				if !slices.Contains(filterLanguages, values[0]) {
					return &geo.InputError{Param: "filter-lang", Value: values[0], Reason: "write one of " + strings.Join(filterLanguages, ", ")}
				}
				r.filterLanguage = values[0]
				return nil
			},
		},
		crsParameter(c, "filter-crs", "Coordinate reference system of the geometries in filter.", func(r *queryReader, s *crs.CRS) { r.filterCRS = s }),
		{
			name: "filter",
			description: "A filter in CQL2, over the properties in …/queryables: established > 2015 AND name LIKE '%rice%'. " +
				"It is combined with the other parameters by AND.",
			schema: schema{"type": "string", "minLength": 1},
			read:   func(r *queryReader, values []string) error { return r.readFilter(values[0]) },
		},
	}
}

// readFilter reads, places and checks a CQL2 filter.
func (r *queryReader) readFilter(text string) error {
	leave, err := r.turn()
	if err != nil {
		return err
	}
	defer leave()
	e, err := r.parseFilter(text)
	if err == nil && r.filterCRS != nil {
		e, err = cql2.Transform(e, r.filterCRS.Geometry, boxOf(r.filterCRS))
	} else if err == nil {
		e, err = cql2.Transform(e, crs.CRS84.Geometry, boxOf(crs.CRS84))
	}
	if err == nil {
		e, err = cql2.Bind(e, r.Collection.FilterSchema())
	}
	if err != nil {
		return &geo.InputError{Param: "filter", Reason: r.explain(err)}
	}
	r.and = append(r.and, e)
	return nil
}

// explain adds to an error of a filter which properties there are.
func (r *queryReader) explain(err error) string {
	var unknown *cql2.Error
	if !errors.As(err, &unknown) || unknown.Property == "" {
		return err.Error()
	}
	names := []string{"geometry"}
	for _, p := range r.Collection.Filterable() {
		names = append(names, p.Name)
	}
	if near := nearest(unknown.Property, names); near != "" {
		return unknown.Reason + "; did you mean " + near + "?"
	}
	return unknown.Reason + "; there are " + strings.Join(names, ", ")
}

func (r *queryReader) parseFilter(text string) (cql2.Expr, error) {
	if r.filterLanguage == cql2JSON {
		return cql2.ParseJSON([]byte(text))
	}
	e, err := cql2.ParseText(text)
	if err != nil && strings.HasPrefix(strings.TrimSpace(text), "{") {
		return nil, &cql2.Error{Reason: "this is CQL2 JSON; add filter-lang=cql2-json"}
	}
	return e, err
}

func boxOf(s *crs.CRS) func(cql2.BBox) (cql2.BBox, error) {
	return func(b cql2.BBox) (cql2.BBox, error) { return s.BBox(b) }
}
