package postgis

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype/zeronull"
	"github.com/paulmach/orb/encoding/wkb"

	"innoatlas/geo"
)

const (
	// What a data set does not say of a term leaves what is there: its labels in other languages, its
	// sign and its type.
	upsertKind = `
INSERT INTO kind (id, labels, plurals, position, sign, schema_type) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (id) DO UPDATE SET labels = kind.labels || excluded.labels, plurals = coalesce(kind.plurals || excluded.plurals, excluded.plurals, kind.plurals),
	position = excluded.position, sign = coalesce(excluded.sign, kind.sign), schema_type = coalesce(excluded.schema_type, kind.schema_type)
WHERE (kind.labels, kind.plurals, kind.position, kind.sign, kind.schema_type)
	IS DISTINCT FROM (kind.labels || excluded.labels, coalesce(kind.plurals || excluded.plurals, excluded.plurals, kind.plurals),
		excluded.position, coalesce(excluded.sign, kind.sign), coalesce(excluded.schema_type, kind.schema_type))`

	upsertSector = `
INSERT INTO sector (id, labels, plurals, position) VALUES ($1, $2, $3, $4)
ON CONFLICT (id) DO UPDATE SET labels = sector.labels || excluded.labels,
	plurals = coalesce(sector.plurals || excluded.plurals, excluded.plurals, sector.plurals), position = excluded.position
WHERE (sector.labels, sector.plurals, sector.position)
	IS DISTINCT FROM (sector.labels || excluded.labels, coalesce(sector.plurals || excluded.plurals, excluded.plurals, sector.plurals), excluded.position)`

	// Outlines that the data set does not bring itself ($7) only fill gaps, and one
	// that it lacks leaves the one that is there.
	upsertCountry = `
INSERT INTO country (code, id, alpha2, names, search_text, outline, own) VALUES ($1, $2, $3, $4, $5, ST_GeomFromWKB($6, 4326), $8)
ON CONFLICT (code) DO UPDATE SET id = excluded.id, alpha2 = excluded.alpha2, names = excluded.names,
	search_text = excluded.search_text, outline = ` + newOutline + `, own = ` + newOwn + `
WHERE (country.id, country.alpha2, country.names, country.search_text, country.outline, country.own)
	IS DISTINCT FROM (excluded.id, excluded.alpha2, excluded.names, excluded.search_text, ` + newOutline + `, ` + newOwn + `)`

	newOutline = `CASE WHEN $7 THEN coalesce(excluded.outline, country.outline) ELSE coalesce(country.outline, excluded.outline) END`

	// What the data set does not state of a country stays.
	newOwn = `nullif(coalesce(country.own, '{}') || coalesce(excluded.own, '{}'), '{}')`

	// New figures come after those that are there. What the data set does not say of one that
	// names a country leaves what is there.
	upsertFigure = `
INSERT INTO cooperation (country, indicator, year, source_url, value, source_title, source_date, supports, position, named)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (country, indicator, year, source_url) DO UPDATE SET value = excluded.value,
	source_title = excluded.source_title, source_date = excluded.source_date, supports = excluded.supports, named = cooperation.named OR excluded.named
WHERE (cooperation.value, cooperation.source_title, cooperation.source_date, cooperation.supports, cooperation.named)
	IS DISTINCT FROM (excluded.value, excluded.source_title, excluded.source_date, excluded.supports, cooperation.named OR excluded.named)`
)

func (i *importing) kinds(ctx context.Context) error {
	return i.vocabulary(ctx, "kind", i.ds.Kinds, i.ds.OwnKinds, `SELECT id FROM kind ORDER BY position, id`, upsertKind, func(t geo.Term) []any {
		return []any{zeronull.Text(t.Sign.String()), zeronull.Text(t.SchemaType)}
	})
}

func (i *importing) sectors(ctx context.Context) error {
	return i.vocabulary(ctx, "sector", i.ds.Sectors, i.ds.OwnSectors, `SELECT id FROM sector ORDER BY position, id`, upsertSector, func(geo.Term) []any { return nil })
}

// vocabulary takes the terms that a data set brings itself. Terms that were only
// taken from its rows must be known, unless the database has none yet. More are the
// arguments of upsert that only one of the vocabularies has.
func (i *importing) vocabulary(ctx context.Context, name string, terms []geo.Term, own bool, ids, upsert string, more func(geo.Term) []any) error {
	rows, err := i.tx.Query(ctx, ids)
	if err != nil {
		return err
	}
	known, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	if !own && len(known) > 0 {
		return unknownTerms(name, terms, known)
	}
	values := make([][]any, len(terms))
	for n, t := range terms {
		values[n] = append([]any{t.ID, orEmpty(t.Labels), t.Plurals, n}, more(t)...)
	}
	return i.execEach(ctx, upsert, values)
}

// unknownTerms is an error that names the terms which are not known; nil where all are.
func unknownTerms(name string, terms []geo.Term, known []string) error {
	unknown := slices.DeleteFunc(geo.TermIDs(terms), func(id string) bool { return slices.Contains(known, id) })
	if len(unknown) == 0 {
		return nil
	}
	return fmt.Errorf("%s %s: not in this database, which has %s; correct the rows, or bring %ss.csv with them",
		name, strings.Join(unknown, ", "), strings.Join(known, ", "), name)
}

// orEmpty keeps labels an object where there are none.
func orEmpty(l geo.Labels) geo.Labels {
	if l == nil {
		return geo.Labels{}
	}
	return l
}

// upsertTerms has the licence as $1 and $2, whom to name as $3, and whether there are
// outlines as $4; what the data set does not state stays.
const upsertTerms = `
UPDATE dataset d SET licence = n.licence, licence_url = n.licence_url, attribution = n.attribution, own_outlines = n.own_outlines
FROM (SELECT
	CASE WHEN coalesce($1::text, $2::text) IS NULL THEN licence ELSE $1::text END AS licence,
	CASE WHEN coalesce($1::text, $2::text) IS NULL THEN licence_url ELSE $2::text END AS licence_url,
	coalesce($3::text, attribution) AS attribution, own_outlines OR $4::boolean AS own_outlines
	FROM dataset) n
WHERE (d.licence, d.licence_url, d.attribution, d.own_outlines) IS DISTINCT FROM (n.licence, n.licence_url, n.attribution, n.own_outlines)`

func (i *importing) terms(ctx context.Context) error {
	t := i.ds.Terms
	tag, err := i.tx.Exec(ctx, upsertTerms, zeronull.Text(t.Licence), zeronull.Text(t.LicenceURL), zeronull.Text(t.Attribution), i.ds.OwnOutlines)
	i.changes += tag.RowsAffected()
	return err
}

func (i *importing) countries(ctx context.Context) error {
	fields := i.own[geo.Countries.ID]
	values := make([][]any, len(i.ds.Countries))
	for n, c := range i.ds.Countries {
		own, err := ownJSON(fields, &c)
		if err != nil {
			return fmt.Errorf("own fields of %s: %w", c.Code, err)
		}
		var outline []byte
		if c.Outline != nil {
			if outline, err = wkb.Marshal(c.Outline); err != nil {
				return fmt.Errorf("outline of %s: %w", c.Code, err)
			}
		}
		values[n] = []any{c.Code, c.ID, c.Alpha2, orEmpty(c.Names), zeronull.Text(c.SearchText()), outline, i.ds.OwnOutlines, own}
	}
	return i.execEach(ctx, upsertCountry, values)
}

func (i *importing) figures(ctx context.Context) error {
	var next int
	if err := i.tx.QueryRow(ctx, `SELECT coalesce(max(position) + 1, 0) FROM cooperation`).Scan(&next); err != nil {
		return err
	}
	values := make([][]any, len(i.ds.Figures))
	for n, f := range i.ds.Figures {
		values[n] = []any{f.Country, f.Indicator, f.Year, f.Source.URL, f.Value,
			zeronull.Text(f.Source.Title), zeronull.Text(f.Source.Date), zeronull.Text(f.Source.Supports), next + n, f.Named}
	}
	return i.execEach(ctx, upsertFigure, values)
}
