package format

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// arrayOfGDAL is how GDAL writes a list of texts into a cell: (2:first,second).
var arrayOfGDAL = regexp.MustCompile(`^\((\d+):(.*)\)$`)

// looksLikeArray reports whether a cell that begins with this value would not be read as
// values between semicolons.
func looksLikeArray(s string) bool {
	return strings.HasPrefix(strings.TrimSpace(s), "[") || strings.HasPrefix(s, "(") && len(s) > 1 && s[1] >= '0' && s[1] <= '9'
}

// ParseList reads the values of a cell, without outer blanks and empty ones. They stand
// between semicolons; or they are an array of texts in JSON, or as GDAL writes one. The
// error is a sentence that says what to change.
func ParseList(cell string) ([]string, error) {
	cell = strings.TrimSpace(cell)
	values := strings.Split(cell, ";")
	switch {
	case !looksLikeArray(cell):
	case cell[0] == '[':
		var texts []*string
		if json.Unmarshal([]byte(cell), &texts) != nil || slices.Contains(texts, nil) {
			return nil, fmt.Errorf("begins with [, so it must be an array of texts in JSON")
		}
		values = values[:0]
		for _, t := range texts {
			values = append(values, *t)
		}
	default:
		if array := arrayOfGDAL.FindStringSubmatch(cell); array != nil {
			values = strings.Split(array[2], ",")
			if n, err := strconv.Atoi(array[1]); err != nil || n != len(values) && array[2] != "" {
				return nil, fmt.Errorf("is a list as GDAL writes it, of %s values of which one has a comma; write them between semicolons", array[1])
			}
		}
	}
	for i, v := range values {
		values[i] = strings.TrimSpace(v)
		if strings.Contains(v, ";") {
			return nil, fmt.Errorf("must not have a semicolon within a value of a list, which separates them")
		}
	}
	return slices.DeleteFunc(values, func(v string) bool { return v == "" }), nil
}
