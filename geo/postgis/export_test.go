package postgis

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/geo/zorder"
)

// PageSQL is the statement of List, and its parameters.
func PageSQL(q geo.Query) (string, []any) {
	s := &statement{table: tableOf(q.Collection)}
	return s.page(q, s.matching(q, "")), s.args
}

// MatchingIDsSQL is the statement that finds the countries which match.
func MatchingIDsSQL(q geo.Query) (string, []any) {
	s := matchingIDs(q)
	return s.sql, s.args
}

// FacetSQL is the statement of one facet.
func FacetSQL(q geo.Query, d geo.Dimension) (string, []any) {
	s := facetOf(q, d)
	return s.sql, s.args
}

// MatrixSQL is the statement of Matrix.
func MatrixSQL(q geo.Query, rows, columns geo.Dimension) (string, []any) {
	s := matrixOf(q, rows, columns)
	return s.sql, s.args
}

// ClustersSQL is the statement of Clusters.
func ClustersSQL(q geo.Query, zoom int) (string, []any) {
	s := &statement{table: tableOf(q.Collection)}
	return s.clusters(s.where(q.Where()), zoom), s.args
}

// TileSQL are the statements of Tile, and their parameters.
func TileSQL(q geo.Query, t zorder.Tile) (clusters string, clusterArgs []any, facilities string, facilityArgs []any) {
	a := &statement{table: tableOf(q.Collection)}
	b := &statement{table: tableOf(q.Collection)}
	return a.tileClusters(q.Where(), t), a.args, b.tileFacilities(q.Where(), t), b.args
}

// TruthsSQL asks for the id of every record, and for each filter in a column of its
// own. Where it is not exact, Unknown may be given as False.
func TruthsSQL(c *geo.Collection, filters []cql2.Expr, exact bool) (string, []any) {
	s := &statement{table: tableOf(c), exact: exact}
	sql := "SELECT id"
	for _, f := range filters {
		sql += ", " + s.where(f)
	}
	return sql + " FROM " + s.table.name, s.args
}

// A Table that is not of this package. Its columns are called as its properties are.
type Table struct {
	Name   string
	Types  map[string]cql2.Type
	Points bool // whether it has points, with a column zorder
}

// Type is that of a property.
func (t Table) Type(property string) (cql2.Type, bool) {
	kind, ok := t.Types[property]
	return kind, ok
}

// CountSQL counts the records that match.
func (t Table) CountSQL(f cql2.Expr) (string, []any) {
	columns := map[string]column{}
	for name, kind := range t.Types {
		columns[name] = column{sql: `"` + name + `"`, kind: kind}
	}
	s := &statement{table: &table{name: t.Name, columns: columns, points: t.Points}}
	return "SELECT count(*) FROM " + t.Name + " WHERE " + s.where(f), s.args
}

// ImportLock is the advisory lock that an import holds.
const ImportLock = importLock

// MigrationLock is the advisory lock that a migration holds.
const MigrationLock = migrationLock

// ReadPool is the pool of the sessions that answer queries.
func (s *Store) ReadPool() *pgxpool.Pool { return s.reads }

// CostlyPool is the pool of those that answer what no index does.
func (s *Store) CostlyPool() *pgxpool.Pool { return s.costly }

// KeptStatements is how many statements a session keeps at most.
const KeptStatements = keptStatements

// IsCostly tells which queries these are.
var IsCostly = isCostly

// ErrSilent is why a line was given up.
var ErrSilent = errSilent

// Wrap maps an error of the driver.
var Wrap = wrap

// StreamMemory is what the pieces of all streams should take.
const StreamMemory = streamMemory

// StreamUse is what the streams under way hold, in bytes.
func (s *Store) StreamUse() (pieces, orders int64) {
	return s.streaming.pieces.Load(), s.streaming.orders.Load()
}

// HasRoll reports whether the roll is that of the newest revision.
func (s *Store) HasRoll() bool {
	known, newest := s.rolls.current.Load(), s.revision.Load()
	return known != nil && newest != nil && known.revision == *newest
}

// PiecesRead is how many times the streams have asked the database.
func (s *Store) PiecesRead() int64 { return s.streams.Stat().AcquireCount() }

// WindowUse is what is kept for streams that follow others, in bytes.
func (s *Store) WindowUse() int64 { return s.streaming.window.pieces.Taken() }

// PageForms are the statements of a page in each of its forms (as the planner likes, of all that
// matches, within 16,000 records, of a country), and that of the count.
func PageForms(q geo.Query) (forms []string, args [][]any, count string, countArgs []any) {
	near := func(s *statement, q geo.Query) string { return s.pageWithin(q, 16000) }
	for _, form := range []pageForm{(*statement).pageAsPlanned, (*statement).pageOfAll, near, (*statement).pageOfCountry} {
		s := &statement{table: tableOf(q.Collection)}
		forms, args = append(forms, form(s, q)), append(args, s.args)
	}
	c := countOf(q)
	return forms, args, c.sql, c.args
}

// ChooseWays makes a store choose the ways to pages by other figures: the number of facilities
// from which on it counts first, and how many matches are few.
func (s *Store) ChooseWays(many, few int) { s.ways = ways{many, few, few, 1, mostOrdered} }

// ReadNames makes a store read no more names than these for an order.
func (s *Store) ReadNames(most int) { s.ways.named = most }

// ForgetOrders makes a store put names in order again; ForgetAlphabets makes it rank them again.
func (s *Store) ForgetOrders() { s.orders.Clear() }

func (s *Store) ForgetAlphabets() { s.alphabets.kept.Clear() }

// ForgetCounts makes a store count again.
func (s *Store) ForgetCounts() { s.counts = kept[int]{Limit: keptCounts} }

// TellsPlanner reports whether the planner is told to use indexes for a query.
func TellsPlanner(q geo.Query) bool {
	batch := &pgx.Batch{}
	queueIndexes(batch, q)
	return batch.Len() > 0
}

// ForgetCatalog makes a store read the catalog again.
func (s *Store) ForgetCatalog() { s.catalog.Store(nil) }

// InWork runs a statement as what changes the database does.
func (s *Store) InWork(ctx context.Context, sql string) error {
	return s.work("innoatlas-test").run(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, sql)
		return err
	})
}

// IsIdle asks the server whether a session has nothing to do.
func (s *Store) IsIdle(session uint32) bool { return s.isIdle(session) }
