package postgis

import (
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// namesOfAll are what institutions are called, in all languages.
var namesOfAll = `SELECT id, slug, name, name_zh, name_local, name_local_lang, aliases,` +
	textsOfRecords(geo.Institutions.ID, "institutions", "name") + ` FROM institutions ORDER BY slug`

const countriesTakingPart = `SELECT DISTINCT unnest(takes_part) FROM facility`

// queueRelations adds to a batch which countries take part, what institutions are called, and
// which values the open facets of collections have that are counted by none of the vocabularies.
func (s *snapshot) queueRelations(batch *pgx.Batch, taking map[string]bool) {
	batch.Queue(countriesTakingPart).Query(func(rows pgx.Rows) error {
		var code string
		_, err := pgx.ForEachRow(rows, []any{&code}, func() error {
			taking[code] = true
			return nil
		})
		return err
	})
	batch.Queue(namesOfAll).Query(func(rows pgx.Rows) error {
		var row fields
		institutions, err := pgx.CollectRows(rows, func(found pgx.CollectableRow) (*geo.Record, error) { return readNames(row.row(found)) })
		s.Institutions = geo.InstitutionTerms(slices.Values(institutions))
		return err
	})
	s.occurring = map[string]map[geo.Dimension][]string{}
	for _, c := range geo.Collections {
		if c.Is(geo.Facilities) || c.Is(geo.Countries) {
			continue
		}
		s.occurring[c.ID] = map[geo.Dimension][]string{}
		var open []*geo.Field
		for _, d := range c.Facets() {
			if f := c.Faceted(d); f.Open && f.Top == 0 {
				open = append(open, f)
			}
		}
		if len(open) > 0 {
			s.queueOccurring(batch, c, open)
		}
	}
}

// queueOccurring asks for all values that records of a collection state in some fields, in one
// reading. Each row has those of one field; the others are NULL.
func (s *snapshot) queueOccurring(batch *pgx.Batch, c *geo.Collection, open []*geo.Field) {
	t := tableOf(c)
	columns := make([]string, len(open))
	for i, f := range open {
		column, _ := t.column(f.Name)
		columns[i] = column.sql
	}
	sql := "SELECT " + strings.Join(columns, ", ") + " FROM " + t.name + " GROUP BY GROUPING SETS ((" + strings.Join(columns, "), (") + "))"
	batch.Queue(sql).Query(func(rows pgx.Rows) error {
		found, into := make([]any, len(open)), make([]any, len(open))
		for i := range found {
			into[i] = &found[i]
		}
		_, err := pgx.ForEachRow(rows, into, func() error {
			for i, f := range open {
				if found[i] != nil {
					s.occurring[c.ID][f.Facet] = append(s.occurring[c.ID][f.Facet], textsOfDimension(f, found[i])...)
				}
			}
			return nil
		})
		for d, values := range s.occurring[c.ID] { // lists have the same ones
			slices.Sort(values)
			s.occurring[c.ID][d] = slices.Compact(values)
		}
		return err
	})
}

// readNames reads an institution of namesOfAll.
func readNames(row *fields) (*geo.Record, error) {
	r := &geo.Record{ID: row.integer(), Slug: row.text()}
	for _, f := range namedColumns[:4] {
		if text := row.text(); text != "" {
			f.Set(r, cql2.TextOf(text))
		}
	}
	geo.Institutions.Field("aliases").Set(r, cql2.ListOf(row.list()))
	r.Translations = row.translations()
	return r, row.err
}

// nameTakingPart are the countries of codes.
func (s *snapshot) nameTakingPart(codes map[string]bool) {
	for _, f := range s.records {
		if c := f.(*geo.Country); codes[c.Code] {
			s.TakingPart = append(s.TakingPart, *c)
		}
	}
	slices.SortFunc(s.TakingPart, func(a, b geo.Country) int { return strings.Compare(a.Code, b.Code) })
}
