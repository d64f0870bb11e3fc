package postgis

import (
	"context"

	"github.com/jackc/pgx/v5"

	"innoatlas/geo"
	"innoatlas/geo/zorder"
)

// Clusters groups by the cells of a zoom: the records of one cell follow each
// other in the order of the keys, so a cell is a run of rows.
func (s *Store) Clusters(ctx context.Context, q geo.Query, zoom int) (geo.Clusters, error) {
	if r := s.rollOf(ctx, q, rollWait); r != nil {
		placed := zorder.Tile{}.Keys()
		if clusters, ok, err := s.clustersByRoll(ctx, q, r, placed, zoom, geo.MaxClusters); ok || err != nil {
			return limited(geo.Clusters{Clusters: clusters, Matched: len(r.ids), WithoutPosition: len(r.ids) - len(r.points)}, zoom, err)
		}
	}
	stmt := &statement{table: tableOf(q.Collection)}
	where := stmt.where(q.Where())
	totals, totalArgs := "SELECT count(*), count(*) FILTER (WHERE geom IS NULL) FROM facility WHERE "+where, len(stmt.args)
	cells := stmt.clusters(where, zoom)

	var out geo.Clusters
	err := s.readQuery(ctx, q, "clusters", func(ctx context.Context, conn *pgx.Conn) error {
		batch := &pgx.Batch{}
		batch.Queue(cells, stmt.args...).Query(func(rows pgx.Rows) (err error) {
			out.Clusters, err = pgx.CollectRows(rows, clusterReader(stmt.table.own))
			return err
		})
		batch.Queue(totals, stmt.args[:totalArgs]...).QueryRow(func(row pgx.Row) error {
			return row.Scan(&out.Matched, &out.WithoutPosition)
		})
		return conn.SendBatch(ctx, batch).Close()
	})
	return limited(out, zoom, err)
}

// limited refuses a view of too many clusters.
func limited(c geo.Clusters, zoom int, err error) (geo.Clusters, error) {
	switch {
	case err != nil:
		return geo.Clusters{}, err
	case len(c.Clusters) > geo.MaxClusters:
		return geo.Clusters{}, geo.TooManyClusters(zoom)
	}
	return c, nil
}

// clusters numbers the records that match, groups them by cell and kind, then by
// cell. The median of a cell is then one number, which the array of all ids turns
// into a record: joining on the number would be quick or very slow, by what the
// planner guesses. The whole record is joined only where it stands alone.
func (s *statement) clusters(where string, zoom int) string {
	shift := s.bind(zorder.CellShift(zoom), "integer")
	most := s.bind(geo.MaxClusters+1, "bigint")
	return `
WITH numbered AS MATERIALIZED (
	SELECT id AS record, kind AS of_kind, zorder AS key, zorder >> ` + shift + ` AS cell,
	       row_number() OVER (ORDER BY zorder, id) AS number
	FROM facility
	WHERE geom IS NOT NULL AND ` + where + `
), kinds AS (
	SELECT cell, of_kind, count(*) AS n, min(key) AS first, max(key) AS last, min(number) AS number
	FROM numbered
	GROUP BY cell, of_kind
), cells AS (
	SELECT cell, sum(n)::bigint AS n, min(first) AS first, max(last) AS last,
	       min(number) + (sum(n)::bigint - 1) / 2 AS median,
	       array_agg(of_kind::text ORDER BY position, kind.id) FILTER (WHERE of_kind IS NOT NULL) AS kind_ids,
	       array_agg(n ORDER BY position, kind.id) FILTER (WHERE of_kind IS NOT NULL) AS kind_counts
	FROM kinds LEFT JOIN kind ON kind.id = of_kind
	GROUP BY cell
	ORDER BY cell
	LIMIT ` + most + `
)
SELECT cell, n, first, last, place::point, of_country, kind_ids, kind_counts,` + facilityFields + `
FROM cells
CROSS JOIN LATERAL (
	SELECT id AS record, geom AS place, country AS of_country FROM facility
	WHERE id = (SELECT array_agg(record ORDER BY number) FROM numbered)[median]
) middle
LEFT JOIN facility ON n = 1 AND id = record
ORDER BY cell`
}

func clusterReader(own []geo.Field) pgx.RowToFunc[geo.Cluster] {
	r := &facilities{own: readOwn(own)}
	return func(row pgx.CollectableRow) (geo.Cluster, error) { return r.readCluster(r.fields.row(row)) }
}

func (r *facilities) readCluster(row *fields) (geo.Cluster, error) {
	c := geo.Cluster{Cell: uint64(row.integer()), Count: int(row.integer())}
	first, last := uint64(row.integer()), uint64(row.integer())
	c.Position, _ = row.point()
	c.Country = row.text()
	c.Kinds = counts{row.list(), row.numbers()}.buckets()
	c.Bounds = zorder.Bounds(first, last)
	c.Stack = first == last
	if c.Count != 1 || row.err != nil {
		return c, row.err
	}
	var err error
	c.Feature, err = r.read(row)
	return c, err
}
