package api

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/ewkb"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// Change is what a revision did to one record, as everybody may see it.
type Change struct {
	ID         int64         `json:"id,omitempty"`
	Slug       string        `json:"slug"` // as it was then
	Collection string        `json:"-"`
	Op         geo.ChangeOp  `json:"op"`
	Part       string        `json:"part,omitempty"` // sources, texts, links or figures; history: what it keeps was taken away
	Revision   int64         `json:"revision"`
	Time       time.Time     `json:"time"`
	Version    int           `json:"version,omitempty"`
	Author     string        `json:"author,omitempty"`
	Source     string        `json:"source,omitempty"` // the name of a file, without its folder
	Line       int           `json:"line,omitempty"`
	Reason     string        `json:"reason,omitempty"`
	Fields     []FieldChange `json:"fields"`

	number int64
}

// FieldChange is a property with what was and what is, or one row of a part.
type FieldChange struct {
	Name string          `json:"name"`
	Lang string          `json:"lang,omitempty"` // of a text
	Was  json.RawMessage `json:"was"`            // null: nothing was stated
	Is   json.RawMessage `json:"is"`
}

// PublicChange is what everybody may see of a change; ok is false where that is nothing.
func (a *Answer) PublicChange(c geo.Change) (seen Change, ok bool) {
	col, err := a.service.find(c.Collection)
	if err != nil {
		return Change{}, false
	}
	r := c.Revision
	seen = Change{
		ID: c.ID, Slug: slugOf(c), Collection: c.Collection, Op: c.Op, Part: c.Part, Revision: r.Number, Time: r.At.UTC().Truncate(time.Millisecond), Version: c.Version,
		Source: fileName(r.Source), Line: c.Line, Reason: r.Reason, Fields: []FieldChange{}, number: c.Number,
	}
	if a.authors {
		seen.Author = r.Author
	}
	if c.Part == "" {
		seen.Fields = append(seen.Fields, col.changedFields(c)...)
	} else {
		seen.Fields = append(seen.Fields, col.changedRows(c)...)
	}
	hidden := len(seen.Fields) == 0 && c.Op == geo.Changed && (c.Before != nil || c.After != nil)
	return seen, !hidden
}

// slugOf is the slug of the record; the history has countries by their codes.
func slugOf(c geo.Change) string {
	if c.Collection == geo.Countries.ID {
		return strings.ToLower(c.Key)
	}
	return c.Key
}

// fileName is the name of a file without its folder, which is one of the machine that it was on.
func fileName(source string) string {
	if source == "" {
		return ""
	}
	return path.Base(strings.ReplaceAll(source, `\`, "/"))
}

// changedFields are the properties that differ, in the order of the collection. Those that are derived
// or not public are none of them.
func (col *collection) changedFields(c geo.Change) (changed []FieldChange) {
	before, after := col.byProperty(c.Before), col.byProperty(c.After)
	for i := range col.Fields {
		f := &col.Fields[i]
		if f.Derived || f.Unlisted || f.Name == "id" || f.Name == "version" || f.Name == "updated" {
			continue
		}
		name := f.Name
		if f.Own {
			name = "own." + name
		}
		changed = appendChange(changed, FieldChange{Name: f.Name}, before[name], after[name])
	}
	return appendChange(changed, FieldChange{Name: "position"}, before["position"], after["position"])
}

// byProperty are the values of columns by the names of properties.
func (col *collection) byProperty(columns map[string]json.RawMessage) map[string]json.RawMessage {
	values := maps.Clone(columns)
	if values == nil {
		return nil
	}
	for _, name := range []string{"geom", "outline"} {
		if shape := values[name]; shape != nil {
			values["position"] = positionOf(shape)
		}
	}
	if col.Is(geo.Countries) {
		var names map[string]json.RawMessage
		if json.Unmarshal(values["names"], &names) == nil {
			values["name"], values["name_zh"] = names["en"], names["zh"]
		}
		values["country"] = values["code"]
	}
	return values
}

// positionOf is a point as longitude and latitude; of another shape only what it is.
func positionOf(shape json.RawMessage) json.RawMessage {
	var text string
	if json.Unmarshal(shape, &text) != nil || text == "" {
		return nil
	}
	binary, err := hex.DecodeString(text)
	if err != nil {
		return nil
	}
	g, _, err := ewkb.Unmarshal(binary)
	if err != nil {
		return nil
	}
	var shown any = g.GeoJSONType()
	if p, ok := g.(orb.Point); ok {
		shown = p
	}
	written, _ := json.Marshal(shown) // texts and numbers can be written
	return written
}

// parts are the values of the rows of each part that are shown.
var parts = map[string][]string{
	"sources": {"title", "url", "date", "supports"},
	"texts":   {"text", "origin"},
	"links":   {"institution", "role"},
	"figures": {"indicator", "value", "year", "source_title", "source_url", "source_date", "supports"},
}

// changedRows are the rows of a part that differ, in the order of their keys.
func (col *collection) changedRows(c geo.Change) (changed []FieldChange) {
	keys := slices.Concat(slices.Collect(maps.Keys(c.Before)), slices.Collect(maps.Keys(c.After)))
	slices.Sort(keys)
	for _, key := range slices.Compact(keys) {
		row := FieldChange{Name: c.Part}
		if c.Part == "texts" {
			if row.Lang, row.Name, _ = strings.Cut(key, "/"); col.Field(row.Name) == nil { // one that is not public
				continue
			}
		}
		changed = appendChange(changed, row, shownRow(c.Part, c.Before[key]), shownRow(c.Part, c.After[key]))
	}
	return changed
}

// shownRow is what is shown of a row.
func shownRow(part string, row json.RawMessage) json.RawMessage {
	var values map[string]json.RawMessage
	if json.Unmarshal(row, &values) != nil || values == nil {
		return nil
	}
	shown := map[string]json.RawMessage{}
	for _, name := range parts[part] {
		if v := values[name]; !isNull(v) {
			shown[name] = v
		}
	}
	written, err := json.Marshal(shown)
	if err != nil {
		return nil
	}
	return written
}

func isNull(v json.RawMessage) bool { return len(v) == 0 || string(v) == "null" }

// appendChange appends a change where both sides differ.
func appendChange(all []FieldChange, c FieldChange, was, is json.RawMessage) []FieldChange {
	if isNull(was) && isNull(is) || bytes.Equal(was, is) {
		return all
	}
	null := json.RawMessage("null")
	if c.Was, c.Is = was, is; isNull(was) {
		c.Was = null
	}
	if isNull(is) {
		c.Is = null
	}
	return append(all, c)
}

// names are those of the fields of a change, each once.
func (c *Change) names() []string {
	names := []string{}
	for _, f := range c.Fields {
		if !slices.Contains(names, f.Name) {
			names = append(names, f.Name)
		}
	}
	return names
}

// Shown is a value for people: a text as it is, a list with commas, a row by its values.
func Shown(v json.RawMessage) string {
	var value any
	if json.Unmarshal(v, &value) != nil {
		return ""
	}
	switch value := value.(type) {
	case nil:
		return ""
	case string:
		return value
	case []any:
		return joinShown(value)
	case map[string]any:
		var all []any
		for _, name := range slices.Sorted(maps.Keys(value)) {
			all = append(all, value[name])
		}
		return joinShown(all)
	}
	return string(v)
}

func joinShown(all []any) string {
	texts := make([]string, len(all))
	for i, one := range all {
		texts[i] = fmt.Sprint(one)
	}
	return strings.Join(texts, ", ")
}

// ShownIn is a value of a changed property for people: terms and countries by what they are called.
func (a *Answer) ShownIn(collection string, f FieldChange, v json.RawMessage) string {
	col, err := a.service.find(collection)
	if err != nil || f.Lang != "" {
		return Shown(v)
	}
	field := col.Field(f.Name)
	if field == nil {
		return Shown(v)
	}
	var one string
	if json.Unmarshal(v, &one) == nil && one != "" {
		return a.termOf(col, field, one)
	}
	var several []string
	if json.Unmarshal(v, &several) == nil && len(several) > 0 {
		return a.asText(col, field, cql2.ListOf(several))
	}
	return Shown(v)
}
