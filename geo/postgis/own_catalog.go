package postgis

import (
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// ownValues are the different values of the facets of own fields that the records of a
// collection ($1) state, each as JSON. A list is one value: there are far fewer different ones
// than records. The table of a collection without own fields need not have their column: then
// its name stands for that of nothing.
func ownValues(table string) string {
	return `
SELECT f.name, v.value
FROM own_field f CROSS JOIN (SELECT NULL::jsonb AS own) nothing CROSS JOIN LATERAL (SELECT DISTINCT own -> f.name AS value FROM ` + table + ` WHERE own ? f.name) v
WHERE f.collection = $1 AND f.facet AND NOT f.private AND f.enum IS NULL`
}

// queueOwn adds to a batch what describes the collections: own fields, and the values that
// records state of their facets. Countries, which are in memory, are looked through there.
func (s *snapshot) queueOwn(batch *pgx.Batch) {
	batch.Queue(ownFields).Query(func(rows pgx.Rows) (err error) {
		s.own, err = collectFields(rows)
		s.Describe(geo.Collections, s.own)
		return err
	})
	s.queueOwnValues(batch, geo.Facilities.ID, ownValues("facility"))
	for _, c := range geo.Collections {
		if tables[c.ID] == nil {
			s.queueOwnValues(batch, c.ID, ownValues(pgx.Identifier{c.ID}.Sanitize()))
		}
	}
}

// queueOwnValues makes the values that records state the terms of their fields.
func (s *snapshot) queueOwnValues(batch *pgx.Batch, collection, sql string) {
	batch.Queue(sql, collection).Query(func(rows pgx.Rows) error {
		c := s.Collection(collection)
		found := map[string]values{}
		var name string
		var value []byte
		_, err := pgx.ForEachRow(rows, []any{&name, &value}, func() error {
			if found[name] == nil {
				found[name] = values{}
			}
			return found[name].addJSON(c.Field(name), value)
		})
		for name, values := range found {
			c.Field(name).Terms = values.terms()
		}
		return err
	})
}

// nameCountryValues does for countries, which are in memory, what ownValues does.
func (s *snapshot) nameCountryValues() {
	for i, f := range s.Collection(geo.Countries.ID).Fields {
		if !f.Own || f.Facet == "" || !f.Open {
			continue
		}
		found := values{}
		for _, c := range s.records {
			found.add(f.Value(c))
		}
		s.Collection(geo.Countries.ID).Fields[i].Terms = found.terms()
	}
}

// values are different ones, by their texts.
type values map[string]cql2.Value

func (v values) add(value cql2.Value) {
	switch value.Type {
	case cql2.Null:
	case cql2.List:
		for _, text := range value.List {
			v[strings.Clone(text)] = cql2.TextOf(text)
		}
	default:
		v[geo.TextOf(value)] = value
	}
}

func (v values) addJSON(f *geo.Field, data []byte) error {
	var value any
	if err := decode(data, &value); err != nil {
		return err
	}
	v.add(ownValue(f, value))
	return nil
}

// terms are the values in their order.
func (v values) terms() []geo.Term {
	var terms []geo.Term
	for _, text := range slices.SortedFunc(maps.Keys(v), func(a, b string) int {
		order, _ := cql2.Order(v[a], v[b])
		return order
	}) {
		terms = append(terms, geo.Term{ID: text})
	}
	return terms
}
