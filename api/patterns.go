package api

import (
	"regexp"
	"strconv"
	"strings"
	"sync"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// Patterns of parameters in the API definition. They are written in what all languages of
// regular expressions have in common, since generated clients check values by them.

// listPattern matches one item or more, with commas between.
func listPattern(item string) string { return "^(" + item + ")(,(" + item + "))*$" }

// oneOfPattern matches any of the values.
func oneOfPattern(values []string) string {
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = regexp.QuoteMeta(v)
	}
	return strings.Join(quoted, "|")
}

// codesPattern matches the codes of countries, as they are written usually: small letters
// are read too.
var codesPattern = sync.OnceValue(func() string {
	var alpha2, alpha3 []string
	for first := 'A'; first <= 'Z'; first++ {
		for second := 'A'; second <= 'Z'; second++ {
			if c, ok := geo.CountryByCode(string(first) + string(second)); ok {
				alpha2, alpha3 = append(alpha2, c.Alpha2), append(alpha3, c.Code)
			}
		}
	}
	return oneOfPattern(append(alpha3, alpha2...))
})

// dimensionPattern matches a list of values of a dimension.
func dimensionPattern(c *geo.Collection, d geo.Dimension) func(*geo.Catalog) string {
	return func(catalog *geo.Catalog) string {
		switch f := c.Faceted(d); {
		case d.IsCountry():
			return listPattern(codesPattern() + "|" + NotStated)
		case f.Form == geo.SlugForm:
			return listPattern(slugPattern)
		case f.Own && f.Open:
			return listPattern(openPatterns[f.Type.Value()])
		}
		return listPattern(oneOfPattern(append(geo.TermIDs(catalog.TermsOf(c, d)), NotStated)))
	}
}

// openPatterns match one value of a facet that may come to have any, or none for not stated.
var openPatterns = map[cql2.Type]string{
	cql2.Text: "[^,]+", cql2.List: "[^,]+", cql2.Number: numberPattern + "|" + NotStated, cql2.Bool: "true|false|" + NotStated,
	cql2.Date: datePattern + "|" + NotStated, cql2.Timestamp: timePattern + "|" + NotStated,
}

const (
	slugPattern     = `[a-z0-9]+(-[a-z0-9]+)*` // none too
	numberPattern   = `-?[0-9]+(\.[0-9]+)?`
	datePattern     = `[0-9]{4}-[0-9]{2}-[0-9]{2}`
	timePattern     = `[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2}))?`
	datetimePattern = `^(` + timePattern + `(/(` + timePattern + `|\.\.)?)?|(\.\.)?/` + timePattern + `)$`
)

// indexPattern matches the numbers from 0 to the last, each in its only form.
func indexPattern(last int) string {
	numbers := make([]string, last+1)
	for i := range numbers {
		numbers[i] = strconv.Itoa(i)
	}
	return "^(" + oneOfPattern(numbers) + ")$"
}
