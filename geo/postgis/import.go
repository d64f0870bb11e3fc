package postgis

import (
	"context"
	"fmt"
	"io/fs"
	"time"

	"github.com/jackc/pgx/v5"

	"innoatlas/geo"
)

// Summary, Merged and By are those of geo.
type (
	Summary = geo.Summary
	Merged  = geo.Merged
	By      = geo.By
)

// importLock is held by the import that runs. The number is arbitrary and fixed.
const importLock = int64(0x696e6e6f61746c32)

// ImportOptions are what whoever imports may want otherwise.
type ImportOptions struct {
	By
	Onto  string // the revision that the data set was made of; any other now is ErrChanged
	Force bool   // whether it wins where somebody else has changed the same field

	// DeleteMissing deletes the records that the data set does not have, of each collection of which
	// it has some; more than one in ten only where Many says that it is meant.
	DeleteMissing, Many bool

	History fs.FS // files of a whole export that an empty database takes over (HistoryFiles); nil: none
}

// Import merges a data set into the database in one transaction: all of it or
// nothing. Facilities are told apart by slug, and keep their ids; what the data
// set does not name stays, and so does what a row does not state (geo.Collection.Merge): fields
// that others have changed since the file was made stay theirs, and what both have changed is
// Conflicts. Further sources are replaced of the facilities for which
// the data set brings some, or says that there are none; texts in other languages and names
// of places one by one, though a machine's never in the place of one of a source or a person;
// synonyms as a whole. Links to institutions are replaced of the facilities for which the data set
// brings some; the others follow the texts of the facilities. A record that was renamed is found by
// its old slug, and one that is gone is ErrGone. Another import at the same time is ErrImportRunning; a kind or sector
// that a filled database does not have, and an id that belongs to another slug, are errors
// that name it.
func (s *Store) Import(ctx context.Context, ds *geo.Dataset) (Summary, error) {
	return s.ImportWith(ctx, ds, ImportOptions{})
}

// ImportOnto imports a data set that was made of what the database had at a revision. Where it
// has another one by now, that is ErrChanged, so that nothing of somebody else's is undone.
func (s *Store) ImportOnto(ctx context.Context, onto string, ds *geo.Dataset) (Summary, error) {
	return s.ImportWith(ctx, ds, ImportOptions{Onto: onto})
}

// ImportWith imports with options.
func (s *Store) ImportWith(ctx context.Context, ds *geo.Dataset, options ImportOptions) (Summary, error) {
	var i importing
	err := s.work("innoatlas-import").run(ctx, func(tx pgx.Tx) error {
		i = importing{tx: tx, ds: ds, ImportOptions: options}
		return i.run(ctx)
	})
	if err != nil {
		return Summary{}, wrapFirst(ctx, "import", detailed(err))
	}
	if i.revision != "" {
		s.announce(i.revision)
	}
	return i.summary, nil
}

// importing is an import under way.
type importing struct {
	ImportOptions

	tx        pgx.Tx
	ds        *geo.Dataset
	own       map[string][]geo.Field            // fields of one's own of the data set as they are kept, by the ids of collections
	kept      map[string][]geo.Field            // all that the database keeps
	patience  time.Duration                     // how long it waits for another import or edit
	empty     bool                              // whether the database has no records yet
	first     func(context.Context) error       // what is done by hand before all else; nil: nothing
	last      func(context.Context) error       // and once the records are there
	bases     map[string]map[string]geo.Feature // what the rows were made of, by collections and slugs, where that is known
	restoring bool                              // whether records that are gone may come again
	marked    bool                              // whether a hand has changed what others follow of
	searched  bool                              // whether fields are searched that were not, or no longer
	changes   int64                             // rows touched, of any table
	revision  string                            // the new one; "" where nothing changed

	conflicts Conflicts
	relating  *relating
	summary   Summary
}

func (i *importing) run(ctx context.Context) error {
	// Each step stands on the one before: records name terms and countries.
	steps := []func(context.Context) error{
		i.lock, i.checkRevision, i.checkEmpty, i.begin, i.follow, i.kinds, i.sectors, i.ownFields, i.countries,
		i.refold, i.institutions, i.facilities, i.searchTexts, i.relate, i.projects,
		i.figures, i.placeNames, i.synonyms, i.told, i.terms, i.end, i.takeHistory, i.successors, i.unchecked, i.announce,
	}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// lockTables waits for everybody who writes to the tables now, or changes them, and
// keeps others from it. Readers go on. Once it has them, an import waits for nobody.
const lockTables = `SELECT innoatlas_lock()`

// ownRevision tells the triggers of migrations 0009 and 0025 that this transaction raises the
// revision itself, and only where something changed.
const ownRevision = `SET LOCAL innoatlas.revision = 'later'`

// importer names who holds the lock $1 of imports.
const importer = `
SELECT 'process ' || a.pid || ', ' || coalesce(nullif(a.application_name, ''), 'without a name')
FROM pg_locks l JOIN pg_stat_activity a USING (pid)
WHERE l.locktype = 'advisory' AND l.granted AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND (l.classid::bigint << 32 | l.objid::bigint) = $1`

// lock keeps two imports apart: the second is refused, since it may be a mistake.
func (i *importing) lock(ctx context.Context) error {
	free, err := i.tryLock(ctx)
	if err != nil {
		return err
	}
	if free {
		if _, err := i.tx.Exec(ctx, lockTables+"; "+ownRevision+"; "+ownSearchTexts); err != nil {
			return err
		}
		return tell(ctx, i.tx, i.By)
	}
	var other string
	if err := i.tx.QueryRow(ctx, importer, importLock).Scan(&other); err != nil {
		return ErrImportRunning // which has ended meanwhile
	}
	return fmt.Errorf("%w (%s)", ErrImportRunning, other)
}

// tryLock takes the lock of imports: an edit waits a while for it, in the order in which edits come, as
// what holds it may be another edit; an import does not.
func (i *importing) tryLock(ctx context.Context) (free bool, err error) {
	err = i.tx.QueryRow(ctx, `SELECT pg_try_advisory_xact_lock($1)`, importLock).Scan(&free)
	if err != nil || free || i.patience == 0 {
		return free, err
	}
	err = pgx.BeginFunc(ctx, i.tx, func(tx pgx.Tx) error { // to wait in vain ends no more than this
		for _, one := range []struct {
			sql string
			arg any
		}{
			{`SELECT set_config('lock_timeout', $1, true)`, fmt.Sprint(i.patience.Milliseconds())},
			{`SELECT pg_advisory_xact_lock($1)`, importLock},
			{`SELECT set_config('lock_timeout', $1, true)`, "0"}, // as workSettings have it
		} {
			if _, err := tx.Exec(ctx, one.sql, one.arg); err != nil {
				return err
			}
		}
		return nil
	})
	if sqlState(err) == lockNotAvailable {
		return false, nil
	}
	return err == nil, err
}

// editPatience is how long an edit waits for others.
const editPatience = 10 * time.Second

// tell tells the triggers of the history who makes the changes of the transaction.
func tell(ctx context.Context, tx pgx.Tx, by By) error {
	_, err := tx.Exec(ctx, `SELECT set_config('innoatlas.author', $1, true), set_config('innoatlas.source', $2, true), set_config('innoatlas.reason', $3, true)`,
		by.Author, by.Source, by.Reason)
	return err
}

// checkRevision refuses what was made of another content than the database has.
func (i *importing) checkRevision(ctx context.Context) error {
	if i.Onto == "" {
		return nil
	}
	var now string
	if err := i.tx.QueryRow(ctx, revisionText).Scan(&now); err != nil {
		return err
	}
	if now != i.Onto {
		return ErrChanged
	}
	return nil
}

// execEach runs one statement for many rows in one round trip.
func (i *importing) execEach(ctx context.Context, sql string, rows [][]any) error {
	batch := &pgx.Batch{}
	for _, row := range rows {
		batch.Queue(sql, row...)
	}
	results := i.tx.SendBatch(ctx, batch)
	defer results.Close()
	for _, row := range rows {
		tag, err := results.Exec()
		if err != nil {
			return fmt.Errorf("%v: %w", row[0], err)
		}
		i.changes += tag.RowsAffected()
	}
	return results.Close()
}

// refold makes the records found by what a hand has changed, those that the data set does not
// bring too, and sees to it that all facilities are linked anew then.
func (i *importing) refold(ctx context.Context) error {
	n, marked, err := refoldMarked(ctx, i.tx)
	i.changes += int64(n)
	i.marked = marked
	return err
}

// begin does what an edit begins with.
func (i *importing) begin(ctx context.Context) error {
	if i.first == nil {
		return nil
	}
	return i.byHand(ctx, i.first)
}

// end does what an edit ends with, and makes anew what follows of that.
func (i *importing) end(ctx context.Context) error {
	if i.last == nil {
		return nil
	}
	if err := i.byHand(ctx, i.last); err != nil {
		return err
	}
	if err := i.refold(ctx); err != nil || !i.marked {
		return err
	}
	if _, err := i.tx.Exec(ctx, `CLOSE ALL; DROP TABLE IF EXISTS pg_temp.staging, pg_temp.staging_source, pg_temp.staging_related, pg_temp.staging_link`); err != nil {
		return err
	}
	return relateAll(ctx, i.tx)
}

// checkEmpty asks whether there are records.
func (i *importing) checkEmpty(ctx context.Context) error {
	return i.tx.QueryRow(ctx, `SELECT NOT EXISTS (SELECT FROM facility) AND NOT EXISTS (SELECT FROM institutions) AND NOT EXISTS (SELECT FROM projects)
		AND NOT EXISTS (SELECT FROM gone)`).Scan(&i.empty)
}

// unchecked says where a file cannot know what others have changed since it was made.
func (i *importing) unchecked(context.Context) error {
	if i.summary.Changed > 0 && i.ds.Rows != nil && !i.ds.Versioned[geo.Facilities.ID] {
		i.note("the file has no column version, so that it was not looked at whether others have changed these records since it was made; " +
			"innoatlas export writes the column")
	}
	return nil
}

// successors says which records that those of the data set name as their successors are not there.
func (i *importing) successors(ctx context.Context) error {
	if i.first != nil || i.last != nil {
		return nil
	}
	var missing *string
	err := i.tx.QueryRow(ctx, `
SELECT string_agg(DISTINCT f.successor, ', ' ORDER BY f.successor) FROM facility f
WHERE f.successor IS NOT NULL AND NOT EXISTS (SELECT FROM facility s WHERE s.slug = f.successor)
	AND NOT EXISTS (SELECT FROM gone WHERE collection = 'facilities' AND slug = f.successor)
	AND EXISTS (SELECT FROM change c WHERE c.collection = 'facilities' AND c.record = f.id AND c.revision = innoatlas_own_revision())`).Scan(&missing)
	if err == nil && missing != nil {
		i.note("no record has the slug of a successor: %s", *missing)
	}
	return err
}

// fewChanges are so many that the planner's figures stay as good as they were.
const fewChanges = 500

// raiseRevision does so where the changes themselves have not: the history knows nothing of what
// only follows of others.
const raiseRevision = `SELECT innoatlas_raise_revision()`

// announce gives the new content its revision, and tells who listens when the
// transaction commits.
func (i *importing) announce(ctx context.Context) error {
	var changed bool
	if err := i.tx.QueryRow(ctx, `SELECT innoatlas_own_revision() IS NOT NULL`).Scan(&changed); err != nil || !changed && i.changes == 0 {
		return err
	}
	if i.empty || i.changes > fewChanges { // the planner must not wait for autovacuum to know what the tables hold now
		if _, err := i.tx.Exec(ctx, `SELECT innoatlas_analyze()`); err != nil {
			return err
		}
	}
	if _, err := i.tx.Exec(ctx, raiseRevision); err != nil {
		return err
	}
	if err := i.tx.QueryRow(ctx, revisionText).Scan(&i.revision); err != nil {
		return err
	}
	_, err := i.tx.Exec(ctx, `SELECT pg_notify($1, $2)`, revisionChannel, i.revision)
	return err
}
