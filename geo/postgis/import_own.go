package postgis

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// A field that is private stays so unless the data set itself says that everybody may see it
// ($10): a file may be one in which nothing was found this time. One that is a facet, or
// translated, stays so unless it says that it is not ($11, $13).
const (
	insertField = `
INSERT INTO own_field AS f (collection, name, position, type, title, description, enum, facet, private, translated) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $12)
ON CONFLICT (collection, name) DO UPDATE SET `

	// What is only told from the values does not replace what the database says.
	upsertField = insertField + `private = ` + private + `, facet = ` + toldFacet + `, translated = ` + translated + `
WHERE (f.private, f.facet, f.translated) IS DISTINCT FROM (` + private + `, ` + toldFacet + `, ` + translated + `)`

	upsertDeclared = insertField + `position = excluded.position, title = excluded.title, description = excluded.description,
	enum = excluded.enum, facet = ` + facet + `, private = ` + private + `, translated = ` + translated + `
WHERE (f.position, f.title, f.description, f.enum, f.facet, f.private, f.translated)
	IS DISTINCT FROM (excluded.position, excluded.title, excluded.description, excluded.enum, ` + facet + `, ` + private + `, ` + translated + `)`

	private    = `NOT $10 AND (f.private OR excluded.private)`
	facet      = `coalesce($11::boolean, f.facet OR excluded.facet)`
	toldFacet  = `coalesce($11::boolean, f.facet)`
	translated = `coalesce($13::boolean, f.translated OR excluded.translated)`
)

// ownFields takes the fields that the data set states. Those that only the database has
// stay, as terms do.
func (i *importing) ownFields(ctx context.Context) error {
	for id := range i.ds.Records {
		if len(i.ds.Records[id]) > 0 && id != geo.Institutions.ID && id != geo.Projects.ID {
			return fmt.Errorf("records of %s are not imported; fill the table of that name", id)
		}
	}
	known, err := knownFields(ctx, i.tx)
	if err != nil {
		return err
	}
	i.own = map[string][]geo.Field{}
	told, declared := [][]any{}, [][]any{}
	for _, id := range slices.Sorted(maps.Keys(i.ds.Fields)) {
		i.own[id] = i.widened(id, known[id])
		if err := checkFields(id, i.own[id], known[id]); err != nil {
			return err
		}
		for n, f := range i.own[id] {
			values := []any{id, f.Name, n, string(f.Type), orEmpty(f.Title), f.Description, ownTerms(f.Terms), f.Facet != "", f.Private,
				f.Published, f.FacetSaid, f.Translated, f.TranslatedSaid}
			k := namedField(known[id], f.Name)
			if err := i.checkTranslated(ctx, id, &f, k); err != nil {
				return err
			}
			if k != nil && !k.Private && f.Private && !f.Declared {
				i.note("%s of %s is shown to nobody from now on, as the data set has it; say private: false of it in datapackage.json where it may be shown", f.Name, id)
			}
			if f.Declared {
				declared = append(declared, values)
			} else {
				told = append(told, values)
			}
		}
	}
	if err := i.execEach(ctx, upsertDeclared, declared); err != nil {
		return err
	}
	if err := i.execEach(ctx, upsertField, told); err != nil {
		return err
	}
	return i.takeKept(ctx, known)
}

// takeKept takes from the database which of the fields it shows and translates: it may know better
// than the data set. Where that changes what is searched, the records of which the data set says
// nothing get their search texts anew.
func (i *importing) takeKept(ctx context.Context, before map[string][]geo.Field) error {
	kept, err := knownFields(ctx, i.tx)
	if err != nil {
		return err
	}
	i.kept = kept
	for id := range i.own {
		for n := range i.own[id] {
			f := &i.own[id][n]
			k := namedField(kept[id], f.Name)
			f.Private, f.Translated = k.Private, k.Translated
		}
	}
	for _, c := range []*geo.Collection{geo.Facilities, geo.Institutions, geo.Projects} {
		i.searched = i.searched || !slices.Equal(searchedFields(before[c.ID]), searchedFields(kept[c.ID]))
	}
	return nil
}

// searchedFields are those of one's own that a search looks at.
func searchedFields(fields []geo.Field) []string {
	return geo.NamesOf(geo.PublicFields(geo.Translated(fields)))
}

// searchTexts makes the search texts anew where fields are searched that were not, or no longer.
func (i *importing) searchTexts(ctx context.Context) error {
	if !i.searched {
		return nil
	}
	_, err := refoldThose(ctx, i.tx, "", " WHERE false", "")
	return err
}

// checkTranslated refuses what would hide the texts of a field in other languages.
func (i *importing) checkTranslated(ctx context.Context, collection string, f, known *geo.Field) error {
	switch {
	case known == nil || !known.Translated:
		return nil
	case f.FacetSaid != nil && *f.FacetSaid:
		return fmt.Errorf("the field %s of %s is translated in the database, and so no facet: filters choose by its values, which are the same in every language",
			f.Name, collection)
	case f.TranslatedSaid == nil || *f.TranslatedSaid:
		return nil
	}
	n, err := i.countTexts(ctx, collection, f.Name)
	if err == nil && n > 0 {
		err = fmt.Errorf("the field %s of %s has %d texts in other languages in the database, which nobody would see any more: "+
			"say \"translated\": true of it in datapackage.json; "+
			"or, where they are to go, drop the field first, with all of its values (innoatlas fields drop %[1]s --collection %[2]s --yes)", f.Name, collection, n)
	}
	return err
}

func (i *importing) countTexts(ctx context.Context, collection, field string) (n int, err error) {
	err = i.tx.QueryRow(ctx, countFieldTexts, collection, field).Scan(&n)
	return n, err
}

// widened are the fields of a collection as they are kept: one whose type is only that of
// its values has that of the database where it holds them all, which is told.
func (i *importing) widened(collection string, known []geo.Field) []geo.Field {
	fields := slices.Clone(i.ds.Fields[collection])
	for n := range fields {
		f := &fields[n]
		k := namedField(known, f.Name)
		if k == nil || k.Type == f.Type || !f.Inferred {
			continue
		}
		switch {
		case !i.states(collection, f):
			i.note("no record states %s of %s, which is kept as %s, as the database has it", f.Name, collection, k.Type)
		case !holds(k.Type, f.Type):
			continue
		case f.Type == geo.Time:
			i.note("%s of %s is kept as %s, as the database has it, though all values are times here: these in UTC", f.Name, collection, k.Type)
		default:
			i.note("%s of %s is kept as %s, as the database has it, though all values are of the type %s here", f.Name, collection, k.Type, f.Type)
		}
		f.Type = k.Type
	}
	return fields
}

// holds reports whether a field of a type can have all values of another as they are written.
func holds(wide, narrow geo.Type) bool {
	return wide == geo.Text && narrow != geo.Texts || wide == geo.Number && narrow == geo.Integer
}

// states reports whether any record of a collection states a field.
func (i *importing) states(collection string, f *geo.Field) bool {
	stated := func(r geo.Feature) bool { return f.Value(r).Type != cql2.Null }
	if collection == geo.Facilities.ID && i.ds.Later != nil {
		return i.ds.Later.States(f.Name)
	}
	for n := range i.ds.Facilities {
		if collection == geo.Facilities.ID && stated(&i.ds.Facilities[n]) {
			return true
		}
	}
	for n := range i.ds.Countries {
		if collection == geo.Countries.ID && stated(&i.ds.Countries[n]) {
			return true
		}
	}
	field := geo.FindCollection(geo.Collections, collection).With(i.ds.Fields[collection]).Field(f.Name)
	for n := range i.ds.Records[collection] {
		if field.Value(&i.ds.Records[collection][n]).Type != cql2.Null {
			return true
		}
	}
	return false
}

func (i *importing) note(format string, args ...any) {
	i.summary.Notes = append(i.summary.Notes, fmt.Sprintf(format, args...))
}

// knownFields are the own fields of a database by the ids of collections.
func knownFields(ctx context.Context, tx pgx.Tx) (map[string][]geo.Field, error) {
	rows, err := tx.Query(ctx, ownFields)
	if err != nil {
		return nil, err
	}
	return collectFields(rows)
}

// checkFields refuses a field that is of another type in the database, and more fields
// than there may be.
func checkFields(collection string, fields, known []geo.Field) error {
	all := len(known)
	for _, f := range fields {
		switch k := namedField(known, f.Name); {
		case k == nil:
			all++
		case k.Type != f.Type:
			return fmt.Errorf("the field %s of %s is of the type %s, and in the database of the type %s: declare it so in datapackage.json of the folder; "+
				"or, where the type is to change, drop the one in the database first, with all of its values (innoatlas fields drop %[1]s --collection %[2]s --yes)",
				f.Name, collection, f.Type, k.Type)
		}
	}
	if all > geo.MaxOwn {
		return fmt.Errorf("%s would have %d fields of its own with those in the database, and at most %d are kept; drop some (innoatlas fields)", collection, all, geo.MaxOwn)
	}
	return nil
}

// namedField finds a field by its name; nil where there is none.
func namedField(fields []geo.Field, name string) *geo.Field {
	i := slices.IndexFunc(fields, func(f geo.Field) bool { return f.Name == name })
	if i < 0 {
		return nil
	}
	return &fields[i]
}
