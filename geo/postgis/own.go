package postgis

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// ownReader reads the column own, which has the values of own fields by their names.
type ownReader struct {
	fields []geo.Field // by their indexes; those that are not to be read have no name

	// whole says that everything must be read, since what is not would be lost.
	whole bool
}

func readOwn(fields []geo.Field) ownReader { return ownReader{fields: geo.ByIndex(fields)} }

// read reads one value of the column; nil is a record that states nothing.
func (r ownReader) read(data []byte) (*geo.Own, error) {
	if len(data) == 0 || len(r.fields) == 0 && !r.whole {
		return nil, nil
	}
	var stated map[string]any
	if err := decode(data, &stated); err != nil {
		return nil, fmt.Errorf("own: %w: %w", errForm, err)
	}
	own, read := geo.NewOwn(r.fields), 0
	for i := range r.fields {
		if r.fields[i].Name == "" {
			continue
		}
		if v := ownValue(&r.fields[i], stated[r.fields[i].Name]); v.Type != cql2.Null {
			own.Set(i, v)
			read++
		}
	}
	if r.whole && read < len(stated) {
		return nil, r.unread(own, stated)
	}
	if read == 0 {
		return nil, nil
	}
	return own, nil
}

// decode reads JSON. Numbers stay texts: one that is too large is no error.
func decode(data []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	return decoder.Decode(into)
}

// unread is the error that names a value which is not of its field.
func (r ownReader) unread(own *geo.Own, stated map[string]any) error {
	for name, v := range stated {
		if own.Value(name).Type == cql2.Null {
			return fmt.Errorf("own: %w: %s is %v, which is no value of a field of that name; correct it, or take it out of the column own", errForm, name, v)
		}
	}
	return nil
}

// ownValue is a value of JSON as one of the field's type: Null where it is none. The
// functions of migration 0017 say the same in SQL.
func ownValue(f *geo.Field, v any) cql2.Value {
	switch v := v.(type) {
	case json.Number:
		return ownNumber(f, v)
	case bool:
		if f.Type == geo.Boolean {
			return cql2.BoolOf(v)
		}
	case string:
		return ownText(f, v)
	case []any:
		if f.Type == geo.Texts {
			return ownTexts(v)
		}
	}
	return cql2.Value{}
}

func ownNumber(f *geo.Field, text json.Number) cql2.Value {
	n, err := strconv.ParseFloat(string(text), 64)
	if err != nil || f.Type != geo.Number && (f.Type != geo.Integer || n != math.Trunc(n)) {
		return cql2.Value{}
	}
	return cql2.NumberOf(n)
}

// ownText is a text, or a day or a time in the one form that it is written in.
func ownText(f *geo.Field, text string) cql2.Value {
	switch v, ok := f.Parse(text); {
	case !ok:
	case v.Type == cql2.Text, (v.Type == cql2.Date || v.Type == cql2.Timestamp) && text >= "0001" && geo.TextOf(v) == text:
		return v
	}
	return cql2.Value{}
}

func ownTexts(values []any) cql2.Value {
	texts := make([]string, len(values))
	for i, v := range values {
		if texts[i], _ = v.(string); texts[i] == "" {
			return cql2.Value{}
		}
	}
	return cql2.ListOf(texts)
}

// ownJSON is what a record states of own fields, as the column own has it; nil is NULL. A
// field of texts keeps the text of whatever its values were found to be.
func ownJSON(fields []geo.Field, r geo.Feature) (any, error) {
	stated := map[string]any{}
	for i := range fields {
		switch v := fields[i].Value(r); {
		case v.Type == cql2.Null:
		case v.Type == cql2.Number && fields[i].Type != geo.Text:
			stated[fields[i].Name] = v.Number
		case v.Type == cql2.Bool && fields[i].Type != geo.Text:
			stated[fields[i].Name] = v.Number != 0
		case v.Type == cql2.List:
			stated[fields[i].Name] = v.List
		default:
			stated[fields[i].Name] = geo.TextOf(v)
		}
	}
	if len(stated) == 0 {
		return nil, nil
	}
	return json.Marshal(stated)
}

// ownColumn is an own field in SQL: NULL where the record does not state it, or states
// something that is not of its type.
func ownColumn(f *geo.Field) column {
	value := "own -> '" + strings.ReplaceAll(f.Name, "'", "''") + "'"
	form := map[geo.Type]string{
		geo.Integer: "innoatlas_integer(" + value + ")",
		geo.Number:  "innoatlas_number(" + value + ")",
		geo.Boolean: "innoatlas_boolean(" + value + ")",
		geo.Date:    "innoatlas_day(innoatlas_text(" + value + "))",
		geo.Time:    "innoatlas_time(innoatlas_text(" + value + "))",
		geo.Texts:   "innoatlas_texts(" + value + ")",
	}[f.Type]
	if form == "" {
		form = "(innoatlas_text(" + value + `) COLLATE "C")`
	}
	return column{form, f.Type.Value(), "(" + value + ")"}
}

// ownFields are the definitions of a database.
const ownFields = `SELECT collection, name, type, title, description, enum, facet, private, translated FROM own_field ORDER BY collection, position, name`

// queueFields adds the definitions of own fields, indexed, to a batch.
func queueFields(batch *pgx.Batch, into *map[string][]geo.Field) {
	batch.Queue(ownFields).Query(func(rows pgx.Rows) (err error) {
		*into, err = collectFields(rows)
		return err
	})
}

// collectFields are own fields by the ids of their collections.
func collectFields(rows pgx.Rows) (map[string][]geo.Field, error) {
	var all map[string][]geo.Field
	var collection string
	_, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (f geo.Field, err error) {
		f, err = scanField(row, &collection)
		if all == nil {
			all = map[string][]geo.Field{}
		}
		all[collection] = append(all[collection], f)
		return f, err
	})
	for id := range all {
		all[id] = geo.OwnFields(all[id])
	}
	return all, err
}

func scanField(row pgx.CollectableRow, collection *string) (f geo.Field, err error) {
	var facet bool
	var enum []ownTerm
	if err := row.Scan(collection, &f.Name, (*string)(&f.Type), &f.Title, &f.Description, &enum, &facet, &f.Private, &f.Translated); err != nil {
		return f, err
	}
	for _, t := range enum {
		f.Terms = append(f.Terms, geo.Term{ID: t.ID, Labels: t.Labels, Plurals: t.Plurals})
	}
	if facet {
		f.Facet, f.Open = geo.Dimension(f.Name), len(enum) == 0
	}
	return f, nil
}

// ownTerm is a value that a field may have, as the table has it.
type ownTerm struct {
	ID      string     `json:"id"`
	Labels  geo.Labels `json:"labels"`
	Plurals geo.Labels `json:"plurals,omitempty"`
}

func ownTerms(terms []geo.Term) []ownTerm {
	var list []ownTerm
	for _, t := range terms {
		list = append(list, ownTerm{t.ID, t.Labels, t.Plurals})
	}
	return list
}
