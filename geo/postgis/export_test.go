package postgis

import (
	"github.com/jackc/pgx/v5/pgxpool"

	"innoatlas/geo"
)

// PageSQL is the statement of List, and its parameters.
func PageSQL(q geo.Query) (string, []any) {
	s := &statement{table: tables[q.Collection]}
	return s.page(q, s.where(q.Where())), s.args
}

// FacetSQL is the statement of one facet.
func FacetSQL(q geo.Query, d geo.Dimension) (string, []any) {
	s := &statement{table: tables[q.Collection]}
	return s.facet(q, d), s.args
}

// ClustersSQL is the statement of Clusters.
func ClustersSQL(q geo.Query, zoom int) (string, []any) {
	s := &statement{table: tables[geo.Facilities]}
	return s.clusters(s.where(q.Where()), zoom), s.args
}

// ImportLock is the advisory lock that an import holds.
const ImportLock = importLock

// ReadPool is the pool of the sessions that answer queries.
func (s *Store) ReadPool() *pgxpool.Pool { return s.reads }

// Wrap maps an error of the driver.
var Wrap = wrap
