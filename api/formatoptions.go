package api

import (
	"fmt"
	"slices"
	"strings"

	"innoatlas/geo"
	"innoatlas/geo/crs"
	"innoatlas/geo/format"
)

// crsParameter is one that names a coordinate reference system of the collection by
// its URI (/req/crs/fc-crs-definition). use is what it is read for; nil where the
// parameter chooses the form of the answer.
func crsParameter(c *geo.Collection, name, description string, use func(*queryReader, *crs.CRS)) parameter {
	list := crs.Of(c)
	p := parameter{
		name:        name,
		description: description + " CRS84 (longitude, latitude) is the default; EPSG:4326 and EPSG:4490 (CGCS2000) are latitude, longitude.",
		schema:      schema{"type": "string", "enum": urisOf(list), "default": list[0].URI()},
	}
	if use != nil {
		p.read = func(r *queryReader, values []string) error {
			s, err := findCRS(list, name, values[0])
			if err == nil {
				use(r, s)
			}
			return err
		}
	}
	return p
}

func urisOf(list []*crs.CRS) []string {
	uris := make([]string, len(list))
	for i, s := range list {
		uris[i] = s.URI()
	}
	return uris
}

func findCRS(list []*crs.CRS, name, uri string) (*crs.CRS, error) {
	if s := crs.Find(list, uri); s != nil {
		return s, nil
	}
	return nil, &geo.InputError{Param: name, Value: uri, Reason: "write one of " + strings.Join(urisOf(list), ", ")}
}

// formatParameters choose what of a record is written, and in which coordinates.
func formatParameters(c *geo.Collection) parameters {
	return parameters{
		crsParameter(c, "crs", "Coordinate reference system of the answer, and the order of its axes.", nil),
		{
			name:        "properties",
			description: "Properties to write, with commas between; the rest is left out. With lang there are more: see the schema with lang.",
			schema:      schema{"type": "string"},
			pattern:     propertiesPattern(c),
		},
		{
			name:        "exclude-properties",
			description: "Properties to leave out, with commas between.",
			schema:      schema{"type": "string"},
			pattern:     propertiesPattern(c),
		},
		{
			name:        "skipGeometry",
			description: "true writes null for every geometry.",
			schema:      schema{"type": "boolean", "default": false},
		},
	}
}

// propertiesPattern matches a list of properties that a record may have, in any language.
func propertiesPattern(c *geo.Collection) func(*geo.Catalog) string {
	return func(catalog *geo.Catalog) string {
		read := catalog.Reading(c, english).Collection
		return listPattern(oneOfPattern(append(namesOf(format.Columns(catalog, read)), "geometry")))
	}
}

// formatOptions reads what the parameters say of the form of the records.
func (a *Answer) formatOptions(col *collection) (format.Options, error) {
	options := format.Options{CRS: crs.CRS84}
	if len(a.params) == 0 {
		return options, nil
	}
	var err error
	if uri := a.params.Get("crs"); uri != "" {
		if options.CRS, err = findCRS(crs.Of(col.Collection), "crs", uri); err != nil {
			return options, err
		}
	}
	if options.SkipGeometry, err = parseBool("skipGeometry", a.params.Get("skipGeometry")); err != nil {
		return options, err
	}
	options.Properties, err = a.chosenProperties(col)
	return options, err
}

// setContentCRS names the system of the coordinates (/req/crs/ogc-crs-header).
func (a *Answer) setContentCRS(s *crs.CRS) {
	a.header["Content-Crs"] = contentCRS[s]
}

// contentCRS are the values of the header, shared between answers.
var contentCRS = func() map[*crs.CRS][]string {
	values := map[*crs.CRS][]string{}
	for _, s := range crs.Of(geo.Facilities) {
		values[s] = []string{"<" + s.URI() + ">"}
	}
	return values
}()

func parseBool(name, text string) (bool, error) {
	switch text {
	case "true":
		return true, nil
	case "", "false":
		return false, nil
	}
	return false, &geo.InputError{Param: name, Value: text, Reason: "write true or false"}
}

// chosenProperties are those that properties and exclude-properties leave, in the
// order of the collection; nil where both are absent. Naming the id or the geometry
// is allowed and changes nothing: each has a member of its own.
func (a *Answer) chosenProperties(col *collection) ([]string, error) {
	if !a.params.Has("properties") && !a.params.Has("exclude-properties") {
		return nil, nil
	}
	names := namesOf(format.Columns(a.catalog, a.shown(col.Collection).Collection))
	wanted, err := selected("properties", a.params, names)
	if err != nil {
		return nil, err
	}
	unwanted, err := selected("exclude-properties", a.params, names)
	if err != nil {
		return nil, err
	}
	kept := []string{}
	for _, name := range names {
		if (wanted == nil || slices.Contains(wanted, name)) && !slices.Contains(unwanted, name) {
			kept = append(kept, name)
		}
	}
	return kept, nil
}

func namesOf(columns []format.Column) []string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Name
	}
	return names
}

func selected(parameter string, params map[string][]string, names []string) ([]string, error) {
	text, given := params[parameter]
	if !given {
		return nil, nil
	}
	list := strings.Split(text[0], ",")
	for _, name := range list {
		if name == "geometry" || slices.Contains(names, name) {
			continue
		}
		reason := fmt.Sprintf("%q is no property; there are %s", name, strings.Join(names, ", "))
		if near := nearest(name, names); near != "" {
			reason = fmt.Sprintf("%q is no property; did you mean %s?", name, near)
		}
		return nil, &geo.InputError{Param: parameter, Value: text[0], Reason: reason}
	}
	return list, nil
}
