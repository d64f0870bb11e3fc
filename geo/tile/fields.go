package tile

import "innoatlas/geo"

// Fields are the properties that the features of a collection's layer may have.
// Values are texts, or integers that are not negative.
func Fields(catalog *geo.Catalog, c geo.Collection) []geo.Property {
	fields := facilityFields
	if c == geo.Countries {
		fields = countryFields
	}
	fields = fields[:len(fields):len(fields)]
	for _, k := range catalog.Kinds {
		fields = append(fields, geo.Property{Name: kindKey(k.ID), Type: geo.Integer, Title: "Facilities of the kind " + k.Labels.In("en")})
	}
	return fields
}

var facilityFields = []geo.Property{
	{Name: "kind", Type: geo.String, Title: "Kind of facility; of a cluster, where all have one"},
	{Name: "country", Type: geo.String, Title: "Country it stands in (ISO 3166-1 alpha-3)"},
	{Name: "precision", Type: geo.String, Title: "How exact the position is"},
	{Name: "point_count", Type: geo.Integer, Title: "How many facilities the point stands for"},
	{Name: "sectors", Type: geo.String, Title: "Sectors it works in, with commas between"},
	{Name: "name", Type: geo.String, Title: "Name in English"},
	{Name: "slug", Type: geo.String, Title: "Stable name of the record"},
}

var countryFields = []geo.Property{
	{Name: "country", Type: geo.String, Title: "ISO 3166-1 alpha-3 code"},
	{Name: "name", Type: geo.String, Title: "Name in English"},
	{Name: "name_zh", Type: geo.String, Title: "Name in Chinese"},
	{Name: "facilities", Type: geo.Integer, Title: "Number of facilities that stand there"},
}
