package dataset

import (
	"encoding/json"
	"maps"
	"path"
	"slices"
	"strings"
)

// level is an object of a data package: what is read of it, and what else may stand there
// (Frictionless Data Package and Table Schema). Other members are allowed too, and are left
// alone.
type level struct {
	of     string // whose members they are
	read   []string
	others []string
	labels []string // texts that are read by language too, as title_zh
}

var (
	packageLevel = level{of: "a package", read: []string{"resources"},
		others: strings.Fields("name id title description homepage version created licenses keywords contributors sources image profile")}
	resourceLevel = level{of: "a resource", read: []string{"path", "schema", "stats"},
		others: strings.Fields("name title description data type format mediatype encoding bytes hash sources licenses profile dialect compression control layout group")}
	schemaLevel = level{of: "a schema", read: []string{"fields", "missingValues"},
		others: strings.Fields("name title description primaryKey foreignKeys uniqueKeys fieldsMatch")}
	fieldLevel = level{of: "a field", read: strings.Fields("name type format constraints facet private translated titles descriptions"), labels: []string{"title", "description"},
		others: strings.Fields("example rdfType categories categoriesOrdered missingValues trueValues falseValues decimalChar groupChar bareNumber delimiter itemType")}
	constraintsLevel = level{of: "constraints", read: []string{"enum"},
		others: strings.Fields("required unique minimum maximum exclusiveMinimum exclusiveMaximum minLength maxLength pattern jsonSchema")}
)

// elsewhere are members that say much, and nothing where they do not belong.
var elsewhere = []struct {
	member string
	level  *level
}{{"private", &fieldLevel}, {"facet", &fieldLevel}, {"translated", &fieldLevel}, {"enum", &constraintsLevel}, {"fields", &schemaLevel}, {"schema", &resourceLevel}}

// checkMembers refuses what is nearly a member that is read: private with an error in it
// must not publish a column.
func (l *level) checkMembers(object json.RawMessage, fail func(member, reason string)) {
	var members map[string]json.RawMessage
	if json.Unmarshal(object, &members) != nil {
		return // whoever reads it says so
	}
	for _, member := range slices.Sorted(maps.Keys(members)) {
		if reason := l.slip(member); reason != "" {
			fail(member, reason)
		}
	}
}

// slip says what a member was meant to be; "" where it is one, or one of somebody else's.
func (l *level) slip(member string) string {
	base, language, ofLanguage := strings.Cut(member, "_")
	if slices.Contains(slices.Concat(l.read, l.others, l.labels), member) || ofLanguage && slices.Contains(l.labels, base) {
		return ""
	}
	meant := nearMember(member, slices.Concat(l.read, l.labels))
	if near := nearMember(base, l.labels); meant == "" && near != "" && ofLanguage {
		meant = near + "_" + language
	}
	if meant != "" {
		return "is not known; it is near to " + meant + ", so write that, or another name if it is a member of your own"
	}
	for _, e := range elsewhere {
		if e.level != l && nearMember(member, []string{e.member}) != "" {
			return "is read of " + e.level.of + " only, as " + e.member + "; write it there, or give it another name"
		}
	}
	return ""
}

// nearMember is the known member that another may have meant, "" for none. Whatever speaks
// of being private means it.
func nearMember(member string, known []string) string {
	plain := strings.ToLower(strings.TrimSpace(member))
	for _, k := range known {
		if lower := strings.ToLower(k); plain == lower || isNear(plain, lower) || k == "private" && strings.Contains(plain, "privat") {
			return k
		}
	}
	return ""
}

// meant is the path that a resource should have, of which nothing is read as it is; "" where
// it is another table.
func (r resource) meant(facilities string) string {
	for _, file := range r.paths() {
		file = path.Base(strings.ReplaceAll(strings.ToLower(strings.TrimSpace(file)), `\`, "/"))
		stem, ending, _ := strings.Cut(file, ".")
		switch {
		case isNearAny(stem, "facilities", "facility", stemOf(facilities)):
			return facilities
		case isNearAny(stem, "countries", "country") && (ending == "" || strings.HasSuffix(ending, "json")):
			return outlinesFile
		}
	}
	return ""
}

func stemOf(file string) string {
	stem, _, _ := strings.Cut(strings.ToLower(file), ".")
	return stem
}

func isNearAny(stem string, known ...string) bool {
	return slices.ContainsFunc(known, func(k string) bool { return stem == k || isNear(stem, k) })
}
