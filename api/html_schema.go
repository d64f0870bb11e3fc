package api

import (
	"fmt"
	"strings"
)

// propertyRow is one property as the page of a schema shows it.
type propertyRow struct{ Name, Type, Title, Values string }

// propertyRows are the properties of a schema in their order.
func propertyRows(doc object) []propertyRow {
	properties, isOwn := doc["properties"].(members)
	if feature, ok := doc["properties"].(object); ok && !isOwn {
		properties, _ = feature["properties"].(schema)["properties"].(members)
	}
	rows := make([]propertyRow, len(properties))
	for i, p := range properties {
		rows[i] = propertyRow{p.name, typeName(p.value), fmt.Sprint(p.value["title"]), valuesOf(p.value)}
	}
	return rows
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
