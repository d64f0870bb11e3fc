package api

import (
	"fmt"
	"strings"

	"innoatlas/geo"
)

// propertyRow is one property as the page of a schema shows it.
type propertyRow struct{ Name, Type, Title, Lang, Values string }

// propertyRows are the properties of a schema in their order.
func propertyRows(doc object, c *geo.Collection, lang string) []propertyRow {
	properties, isOwn := doc["properties"].(members)
	if feature, ok := doc["properties"].(object); ok && !isOwn {
		properties, _ = feature["properties"].(schema)["properties"].(members)
	}
	rows := make([]propertyRow, len(properties))
	for i, p := range properties {
		rows[i] = propertyRow{p.name, typeName(p.value), fmt.Sprint(p.value["title"]), english, valuesOf(p.value)}
		if f := c.Field(p.name); f != nil {
			rows[i].Title, rows[i].Lang = meaning(f, lang)
		}
	}
	return rows
}

// meaning is the title of a field, and its language; its name where nobody says.
func meaning(f *geo.Field, lang string) (title, in string) {
	for _, in := range []string{lang, english} {
		if title := f.Title[in]; title != "" {
			return title, in
		}
	}
	return f.Name, ""
}

func typeName(s schema) string {
	if s["type"] == nil || s["type"] == "string" && s["format"] != nil {
		return fmt.Sprint(s["format"])
	}
	return fmt.Sprint(s["type"])
}

func valuesOf(s schema) string {
	if items, ok := s["items"].(schema); ok {
		s = items
	}
	values, _ := s["enum"].([]string)
	if others, ok := s["enum"].([]any); ok {
		for _, v := range others {
			values = append(values, fmt.Sprint(v))
		}
	}
	return strings.Join(values, ", ")
}
