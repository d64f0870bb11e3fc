package storetest

import (
	"time"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// ownFields are of every type: facets by an enum, by the values of numbers, truth values
// and lists, what is no facet, and one that nobody may see.
func ownFields() map[string][]geo.Field {
	titled := func(en, zh string) geo.Labels { return geo.Labels{"en": en, "zh": zh} }
	facilities := geo.OwnFields([]geo.Field{
		{Name: "capacity", Title: titled("Capacity", "容量"), Type: geo.Integer, Facet: "capacity", Open: true},
		{Name: "owner", Title: titled("Owner", "业主"), Type: geo.Text, Facet: "owner", Terms: []geo.Term{
			{ID: "state", Labels: titled("State", "国家")}, {ID: "Private, foreign", Labels: titled("Private, foreign", "外资")}, {ID: "nobody has it", Labels: titled("-", "-")}}},
		{Name: "motto", Title: titled("Motto", "口号"), Type: geo.Text, Translated: true},
		{Name: "budget", Title: titled("Budget", "预算"), Type: geo.Number},
		{Name: "open_day", Title: titled("Open to visitors", "开放"), Type: geo.Boolean, Facet: "open_day", Open: true},
		{Name: "telephone", Title: titled("Telephone", "电话"), Type: geo.Text, Private: true, Translated: true},
		{Name: "inspected", Title: titled("Inspected", "检查"), Type: geo.Date},
		{Name: "seen", Title: titled("Seen", "所见"), Type: geo.Time},
		{Name: "tags", Title: titled("Tags", "标签"), Type: geo.Texts, Facet: "tags", Open: true},
		{Name: "photo", Title: titled("Photo", "照片"), Type: geo.URL},
	})
	countries := geo.OwnFields([]geo.Field{
		{Name: "region", Title: titled("Region", "地区"), Type: geo.Text, Facet: "region", Open: true},
		{Name: "gdp", Title: titled("Product", "产值"), Type: geo.Number},
	})
	return map[string][]geo.Field{geo.Facilities.ID: facilities, geo.Countries.ID: countries,
		geo.Institutions.ID: ownFieldsOfRecords(), geo.Projects.ID: ownFieldsOfRecords()}
}

// ownDay is the first of the days that own fields state.
var ownDay = time.Date(2020, 2, 28, 0, 0, 0, 0, time.UTC)

// stateOwn gives the n-th facility values of own fields, and of the standard fields that few
// records state; some state none.
func stateOwn(f *geo.Facility, fields []geo.Field, n int) {
	if n%5 == 0 {
		return
	}
	values := map[string]cql2.Value{
		"capacity":  cql2.NumberOf(float64([]int{0, 12, 9, -3, 100}[n%5])),
		"owner":     cql2.TextOf([]string{"state", "Private, foreign", ""}[n%3]),
		"motto":     cql2.TextOf([]string{`"Ærø" \ 'a'`, "100%", "水稻", ""}[n%4]),
		"budget":    cql2.NumberOf([]float64{0.1, 1e21, -2.5, 1e-7, 3}[n%5]),
		"open_day":  cql2.BoolOf(n%2 == 0),
		"telephone": cql2.TextOf("+66 2 345 6789"),
		"inspected": cql2.DateOf(ownDay.AddDate(0, 0, n%4)),
		"seen":      cql2.TimestampOf(ownDay.Add(time.Duration(n%7) * time.Microsecond)),
		"tags":      cql2.ListOf([]string{"a", "b, c", "水"}[n%3:]),
		"photo":     cql2.TextOf("https://example.org/photo?a=1&b=2"),
	}
	for i := range fields {
		if v := values[fields[i].Name]; (n+i)%4 > 0 {
			fields[i].Set(f, v)
		}
	}
	if n%3 == 0 {
		f.Website, f.Address = "https://example.org/"+f.Slug, "1 Main Street; Nanning"
		f.Identifiers, f.FormerNames = []string{"ror:03yrm5c26", "wikidata:Q42"}[:1+n%2], []string{"Old Station"}
		f.AreaHa, f.Closed, f.Successor = 0.25*float64(n), 1990+n%30, "line-180"
		f.Checked = geo.DayOf(ownDay.AddDate(0, n%3, 0))
	}
}

// withOwn adds own fields, and what is stated of them, to a data set.
func withOwn(ds *geo.Dataset) *geo.Dataset {
	ds.Fields = ownFields()
	for n := range ds.Facilities {
		stateOwn(&ds.Facilities[n], ds.Fields[geo.Facilities.ID], n)
	}
	for n := range ds.Countries {
		fields := ds.Fields[geo.Countries.ID]
		if n%3 > 0 {
			fields[0].Set(&ds.Countries[n], cql2.TextOf([]string{"South", "East"}[n%2]))
		}
		if n%4 > 0 {
			fields[1].Set(&ds.Countries[n], cql2.NumberOf(float64(n)/8))
		}
	}
	return ds
}

// Collection is a collection as a data set has it.
func Collection(ds *geo.Dataset, c *geo.Collection) *geo.Collection {
	return c.With(geo.PublicFields(ds.Fields[c.ID]))
}
