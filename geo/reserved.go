package geo

import (
	"slices"
	"strconv"
	"strings"
)

// reserved are names that no field of one's own may have, besides those of the fields that
// its collection has: a request or a file would take them for something else.
var reserved = []string{
	// parameters of the API, and those of the map page
	"after", "bbox", "bbox_crs", "bom", "collections", "columns", "crs", "datetime", "exclude_properties", "f", "facets", "filter", "filter_crs", "filter_lang", "institution",
	"lang", "limit", "of_facilities", "offset", "properties", "q", "rows", "sector", "skip_geometry", "sortby", "takes_part", "zoom",
	"follow", "layer", "selected", "view",
	// what features and files have beside the values, and what a position is called in them
	"fid", "geom", "geometry", "lat", "latitude", "lng", "lon", "longitude", "ogc_fid", "point_count", "search_text", "table_schema", "wkb_geometry", "wkt", "x", "y",
	// what a record is to state of its relations and its history
	"deleted", "institutions", "project", "projects", "revision", "version",
	// what a record says of its translations
	inEnglish, "label", MachineTranslated, outdatedTranslation,
	// columns of countries
	"cooperation", "facilities",
}

// MaxFieldName is how many bytes the name of a field of one's own may have.
const MaxFieldName = 63

// IsReserved reports whether no field of one's own may have that name in a collection.
func (c *Collection) IsReserved(name string) bool {
	own := func(f Field) bool { return f.Own }
	standard := slices.DeleteFunc(slices.Clone(c.Fields), own)
	faceted := func(f Field) bool { return string(f.Facet) == name }
	return slices.Contains(reserved, name) || findField(standard, name) != nil || slices.ContainsFunc(standard, faceted) || name == "location_precision" || name == "sources" ||
		isTranslated(standard, name) || isLabel(standard, name) ||
		strings.HasPrefix(name, "kind_") && (c.KindsOf != nil || c.Indexed) || strings.HasPrefix(name, "sector_") && c.Is(Countries)
}

// isTranslated reports whether a name is that of a text in another language, as name_th.
func isTranslated(standard []Field, name string) bool {
	i := strings.LastIndexByte(name, '_')
	if i < 0 || !slices.Contains(languages, name[i+1:]) {
		return false
	}
	f := findField(standard, name[:i])
	return f != nil && f.Type == Text
}

// isLabel reports whether a name is that of the labels of a vocabulary, as kind_label.
func isLabel(standard []Field, name string) bool {
	of, ok := strings.CutSuffix(name, labelSuffix)
	f := findField(standard, of)
	return ok && f != nil && f.Facet != ""
}

// IsMark reports whether a name is one by which a file says that it was made for readers of one
// language (see Reading), so that its texts are not what the records state.
func IsMark(name string) bool {
	return slices.Contains([]string{MachineTranslated, outdatedTranslation, inEnglish}, name)
}

// languages are those that texts are to be had in.
var languages = []string{"en", "zh", "th", "vi", "id", "ms", "lo", "km", "my", "fil"}

// IsFieldName reports whether a name is one that a field of one's own may have: a letter,
// and then letters, digits and underscores, in lower case, at most MaxFieldName of them.
func IsFieldName(name string) bool {
	for i := range len(name) {
		c := name[i]
		if !(c >= 'a' && c <= 'z' || i > 0 && (c >= '0' && c <= '9' || c == '_')) {
			return false
		}
	}
	return name != "" && len(name) <= MaxFieldName
}

// NumberedName is the name of a field whose heading gives none.
func NumberedName(n int) string { return numberedName + strconv.Itoa(n) }
