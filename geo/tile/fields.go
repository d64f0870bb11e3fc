package tile

import "innoatlas/geo"

// Fields are the properties that the features of a collection's layer may have.
// Values are texts, or integers that are not negative.
func Fields(catalog *geo.Catalog, c *geo.Collection) []geo.Field {
	fields := facilityFields
	if c.Is(geo.Countries) {
		fields = countryFields
	}
	fields = fields[:len(fields):len(fields)]
	for _, k := range catalog.Kinds {
		fields = append(fields, geo.Field{Name: kindKey(k.ID), Type: geo.Integer, Title: geo.Labels{"en": "Facilities of the kind " + k.Labels.In("en")}})
	}
	return fields
}

var facilityFields = []geo.Field{
	{Name: "kind", Type: geo.Text, Title: geo.Labels{"en": "Kind of facility; of a cluster, where all have one"}},
	{Name: "country", Type: geo.Text, Title: geo.Labels{"en": "Country it stands in (ISO 3166-1 alpha-3)"}},
	{Name: "precision", Type: geo.Text, Title: geo.Labels{"en": "How exact the position is"}},
	{Name: "point_count", Type: geo.Integer, Title: geo.Labels{"en": "How many facilities the point stands for"}},
	{Name: "sectors", Type: geo.Text, Title: geo.Labels{"en": "Sectors it works in, with commas between"}},
	{Name: "name", Type: geo.Text, Title: geo.Labels{"en": "Name in English"}},
	{Name: "slug", Type: geo.Text, Title: geo.Labels{"en": "Stable name of the record"}},
}

var countryFields = []geo.Field{
	{Name: "country", Type: geo.Text, Title: geo.Labels{"en": "ISO 3166-1 alpha-3 code"}},
	{Name: "name", Type: geo.Text, Title: geo.Labels{"en": "Name in English"}},
	{Name: "name_zh", Type: geo.Text, Title: geo.Labels{"en": "Name in Chinese"}},
	{Name: "facilities", Type: geo.Integer, Title: geo.Labels{"en": "Number of facilities that stand there"}},
}
