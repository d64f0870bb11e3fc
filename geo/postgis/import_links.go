package postgis

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype/zeronull"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// relating links facilities to institutions, and says what follows of that.
type relating struct {
	linker   *geo.Linker
	slugs    map[string]bool       // of all institutions
	brought  map[string][]geo.Link // those that the data set states, by the slugs of facilities
	stated   map[string]stated     // what the database has of links that are stated, likewise
	everyone bool                  // whether all facilities are to be linked anew: another name may find another institution

	linked  map[string]bool // the facilities of brought that were looked at
	links   []geo.Link      // of the facilities that were looked at
	unknown int             // how many texts of these name no institution
	named   []string        // the first of them
}

// mostNamed is how many texts an import names that name no institution.
const mostNamed = 20

// stated are the links of a facility that a table stated, and the texts that it had then.
type stated struct {
	links    []geo.Link
	partners []string
	host     string
}

const (
	namesOfInstitutions = `SELECT slug, name, name_zh, name_local, aliases, country FROM institutions ORDER BY slug`

	statedLinks = `
SELECT f.slug, f.partners, f.host_institution, array_agg(k.institution::text ORDER BY k.position), array_agg(k.role::text ORDER BY k.position)
FROM facility_institution k JOIN facility f ON f.slug = k.facility
WHERE k.stated GROUP BY f.id`
)

// startRelating reads all institutions, and the links that are stated. Merged are the
// institutions that the data set has; nil where it has none.
func (i *importing) startRelating(ctx context.Context, merged *staged) (*relating, error) {
	r := &relating{slugs: map[string]bool{}, brought: map[string][]geo.Link{}, stated: map[string]stated{}, linked: map[string]bool{},
		everyone: i.marked || merged != nil && merged.touched() > 0}
	institutions, err := i.readInstitutions(ctx)
	if err != nil {
		return nil, err
	}
	r.linker = geo.NewLinker(slices.Values(institutions))
	for _, institution := range institutions {
		r.slugs[institution.Slug] = true
	}
	for _, k := range i.ds.Links {
		switch {
		case !k.Stated:
		case !r.slugs[k.Institution]:
			return nil, fmt.Errorf("%s is linked to the institution %s, which neither the data set nor the database has", k.Facility, k.Institution)
		default:
			r.brought[k.Facility] = append(r.brought[k.Facility], k)
		}
	}
	return r, i.readStated(ctx, r)
}

func (i *importing) readInstitutions(ctx context.Context) ([]*geo.Record, error) {
	rows, err := i.tx.Query(ctx, namesOfInstitutions)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (*geo.Record, error) {
		var slug, name, zh, local, country zeronull.Text
		var aliases []string
		if err := row.Scan(&slug, &name, &zh, &local, &aliases, &country); err != nil {
			return nil, err
		}
		r := geo.Institutions.NewRecord(string(slug))
		for field, text := range map[string]zeronull.Text{"name": name, "name_zh": zh, "name_local": local, "country": country} {
			geo.Institutions.Field(field).Set(r, cql2.TextOf(string(text)))
		}
		geo.Institutions.Field("aliases").Set(r, cql2.ListOf(aliases))
		return r, nil
	})
}

func (i *importing) readStated(ctx context.Context, r *relating) error {
	rows, err := i.tx.Query(ctx, statedLinks)
	if err != nil {
		return err
	}
	var facility string
	var host zeronull.Text
	var partners, institutions, roles []string
	_, err = pgx.ForEachRow(rows, []any{&facility, &partners, &host, &institutions, &roles}, func() error {
		known := stated{partners: partners, host: string(host)}
		for n, slug := range institutions {
			known.links = append(known.links, geo.Link{Facility: facility, Institution: slug, Role: roles[n], Stated: true})
		}
		r.stated[facility] = known
		partners, institutions, roles = nil, nil, nil
		return nil
	})
	return err
}

// relate sets what follows of the links of a facility, and keeps these to be written.
func (r *relating) relate(f *geo.Facility) {
	if r.brought[f.Slug] != nil {
		r.linked[f.Slug] = true
	}
	links, unknown := r.linker.Link(f, r.statedOf(f))
	r.linker.Relate(f, links)
	r.links = append(r.links, links...)
	if len(r.slugs) == 0 {
		return
	}
	for _, entry := range unknown {
		if r.unknown++; len(r.named) < mostNamed {
			r.named = append(r.named, entry+" ("+f.Slug+")")
		}
	}
}

// statedOf are the links of a facility that are stated: those that the data set brings, or else
// those that the database has. A text that was changed since is linked anew.
func (r *relating) statedOf(f *geo.Facility) []geo.Link {
	if brought := r.brought[f.Slug]; brought != nil {
		return brought
	}
	known := r.stated[f.Slug]
	return slices.DeleteFunc(slices.Clone(known.links), func(k geo.Link) bool {
		return k.Role == geo.Partner && !slices.Equal(known.partners, f.Partners) || k.Role == geo.Host && known.host != f.HostInstitution
	})
}

const (
	createRelated = `
CREATE TEMPORARY TABLE staging_related (slug text COLLATE "C", institutions text[], takes_part text[]) ON COMMIT DROP;
CREATE TEMPORARY TABLE staging_link ON COMMIT DROP AS SELECT * FROM facility_institution WITH NO DATA`

	// All others, or those of $2 that the data set only brings links of.
	otherFacilities = `
DECLARE other_facilities NO SCROLL CURSOR FOR
SELECT slug, country, partners, host_institution FROM facility f
WHERE NOT EXISTS (SELECT FROM staging s WHERE s.slug = f.slug AND NOT s.same) AND ($1 OR slug = ANY($2))`

	relateOthers = `
UPDATE facility f SET institutions = r.institutions, takes_part = r.takes_part FROM staging_related r
WHERE r.slug = f.slug AND (f.institutions, f.takes_part) IS DISTINCT FROM (r.institutions, r.takes_part)`

	dropLinks = `
DELETE FROM facility_institution k USING (SELECT slug FROM staging WHERE NOT same UNION ALL SELECT slug FROM staging_related) looked
WHERE k.facility = looked.slug
  AND NOT EXISTS (SELECT FROM staging_link s WHERE (s.facility, s.institution, s.role) = (k.facility, k.institution, k.role))`

	mergeLinks = `
INSERT INTO facility_institution AS k (facility, institution, role, position, stated)
SELECT facility, institution, role, position, stated FROM staging_link
ON CONFLICT (facility, institution, role) DO UPDATE SET position = excluded.position, stated = excluded.stated
WHERE (k.position, k.stated) <> (excluded.position, excluded.stated)`

	countFacilities = `ANALYZE institutions; ANALYZE facility_institution; -- which may be new: without statistics each institution reads all links
UPDATE institutions i SET facilities = n.facilities
FROM (SELECT i.id, count(DISTINCT k.facility) AS facilities FROM institutions i LEFT JOIN facility_institution k ON k.institution = i.slug GROUP BY i.id) n
WHERE n.id = i.id AND n.facilities <> i.facilities`
)

// relate writes the links of the facilities that were looked at, and works out what follows of
// all links.
func (i *importing) relate(ctx context.Context) error {
	if _, err := i.tx.Exec(ctx, createRelated); err != nil {
		return err
	}
	if err := i.relateOthers(ctx); err != nil {
		return err
	}
	if err := i.copyLinks(ctx); err != nil {
		return err
	}
	for _, sql := range []string{relateOthers, dropLinks, mergeLinks, countFacilities, dropPartnerships, mergePartnerships} {
		tag, err := i.tx.Exec(ctx, sql)
		if err != nil {
			return err
		}
		i.changes += tag.RowsAffected()
	}
	if n := i.relating.unknown; n > 0 {
		what, stay := "1 entry of partners and hosts names", "stays text"
		if n > 1 {
			what, stay = fmt.Sprintf("%d entries of partners and hosts name", n), "stay texts"
		}
		i.note("%s no institution by a name or an alias, and %s: %s", what, stay, i.relating.told())
	}
	return nil
}

// relations is the schema version since which facilities know who takes part in them.
const relations = 24

// relateAll links all facilities by what they state, and works out what follows of all links.
func relateAll(ctx context.Context, tx pgx.Tx) (err error) {
	i := importing{tx: tx, ds: &geo.Dataset{}}
	if _, err := tx.Exec(ctx, createStaging+"; "+ownSearchTexts); err != nil {
		return err
	}
	if i.relating, err = i.startRelating(ctx, nil); err != nil {
		return err
	}
	i.relating.everyone = true
	if err := i.relate(ctx); err != nil {
		return err
	}
	return i.relateProjects(ctx)
}

// told names the first of the texts that name no institution.
func (r *relating) told() string {
	all := strings.Join(r.named, "; ")
	if r.unknown > len(r.named) {
		all += "; …"
	}
	return all
}

// relateOthers looks at the facilities that the data set does not have, where that may change
// something.
func (i *importing) relateOthers(ctx context.Context) error {
	r := i.relating
	only := r.broughtForOthers()
	if !r.everyone && len(only) == 0 {
		return nil
	}
	if _, err := i.tx.Exec(ctx, otherFacilities, r.everyone, only); err != nil {
		return err
	}
	for {
		rows, err := i.tx.Query(ctx, `FETCH 20000 FROM other_facilities`)
		if err != nil {
			return err
		}
		related, err := pgx.CollectRows(rows, r.readOther)
		if err != nil || len(related) == 0 {
			return err
		}
		if _, err := i.tx.CopyFrom(ctx, pgx.Identifier{"staging_related"}, []string{"slug", "institutions", "takes_part"}, pgx.CopyFromRows(related)); err != nil {
			return err
		}
	}
}

// broughtForOthers are the slugs of facilities of which the data set changes at most the links.
func (r *relating) broughtForOthers() []string {
	if len(r.brought) == 0 {
		return nil
	}
	others := maps.Clone(r.brought)
	for slug := range r.linked {
		delete(others, slug)
	}
	return slices.Sorted(maps.Keys(others))
}

func (r *relating) readOther(row pgx.CollectableRow) ([]any, error) {
	var f geo.Facility
	err := row.Scan(&f.Slug, (*zeronull.Text)(&f.Country), &f.Partners, (*zeronull.Text)(&f.HostInstitution))
	r.relate(&f)
	return []any{f.Slug, list(f.Institutions), list(f.TakesPart)}, err
}

func (i *importing) copyLinks(ctx context.Context) error {
	place, facility := 0, ""
	rows := pgx.CopyFromSlice(len(i.relating.links), func(n int) ([]any, error) {
		k := i.relating.links[n]
		if place++; k.Facility != facility {
			place, facility = 0, k.Facility
		}
		return []any{k.Facility, k.Institution, k.Role, place, k.Stated}, nil
	})
	if _, err := i.tx.CopyFrom(ctx, pgx.Identifier{"staging_link"}, []string{"facility", "institution", "role", "position", "stated"}, rows); err != nil {
		return err
	}
	_, err := i.tx.Exec(ctx, `ANALYZE staging_link; ANALYZE staging_related`)
	return err
}

const updateProject = `
UPDATE projects SET begins = $2, ends = $3, takes_part = $4
WHERE id = $1 AND (begins, ends, takes_part) IS DISTINCT FROM ($2, $3, $4)`

// placeProjects puts projects where those stand that they name, as geo.Dataset does.
const placeProjects = `
UPDATE projects p SET geom = now.geom
FROM (SELECT id, innoatlas_project_places(facilities, institutions) AS geom FROM projects OFFSET 0) now
WHERE now.id = p.id AND p.geom IS DISTINCT FROM now.geom`

// relateProjects works out anew what follows of what all projects state.
func (i *importing) relateProjects(ctx context.Context) error {
	t := tableOf(geo.Projects)
	rows, err := i.tx.Query(ctx, "SELECT "+t.fields+" FROM "+t.name)
	if err != nil {
		return err
	}
	all, err := pgx.CollectRows(rows, t.reader())
	if err != nil {
		return err
	}
	var values [][]any
	for _, f := range all {
		r := f.(*geo.Record)
		before := [3]cql2.Value{r.Value("begins"), r.Value("ends"), r.Value("takes_part")}
		i.relating.linker.RelateProject(r)
		after := [3]cql2.Value{r.Value("begins"), r.Value("ends"), r.Value("takes_part")}
		if !slices.EqualFunc(before[:], after[:], cql2.Value.Equal) {
			values = append(values, []any{r.ID, columnValue(after[0]), columnValue(after[1]), list(after[2].List)})
		}
	}
	if err := i.execEach(ctx, updateProject, values); err != nil {
		return err
	}
	tag, err := i.tx.Exec(ctx, placeProjects)
	i.changes += tag.RowsAffected()
	return err
}
