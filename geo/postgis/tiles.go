package postgis

import (
	"context"

	"github.com/jackc/pgx/v5"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/geo/zorder"
)

// Tile asks for both forms in one round trip and from one snapshot. Each statement
// counts first whether its form is the one, and the other then reads no record.
func (s *Store) Tile(ctx context.Context, q geo.Query, t zorder.Tile) (geo.Tile, error) {
	var out geo.Tile
	err := s.readQuery(ctx, q, "tile", func(ctx context.Context, conn *pgx.Conn) error {
		batch := &pgx.Batch{}
		clusters := &statement{table: tables[geo.Facilities]}
		batch.Queue(clusters.tileClusters(q.Where(), t), clusters.args...).Query(func(rows pgx.Rows) (err error) {
			out.Clusters, err = pgx.CollectRows(rows, scanCluster)
			return err
		})
		if t.Z >= geo.DetailZoom {
			single := &statement{table: tables[geo.Facilities]}
			batch.Queue(single.tileFacilities(q.Where(), t), single.args...).Query(func(rows pgx.Rows) (err error) {
				out.Facilities, err = pgx.CollectRows(rows, scanTileFacility)
				return err
			})
		}
		return conn.SendBatch(ctx, batch).Close()
	})
	if err != nil {
		return geo.Tile{}, err
	}
	return out, nil
}

func (s *statement) tileClusters(filter cql2.Expr, t zorder.Tile) string {
	where := s.inTile(filter, t)
	if t.Z >= geo.DetailZoom {
		where += " AND NOT " + s.few(where)
	}
	return s.clusters(where, t.Z)
}

func (s *statement) tileFacilities(filter cql2.Expr, t zorder.Tile) string {
	where := s.inTile(filter, t)
	return "SELECT " + facilityFields + " FROM facility WHERE " + where + " AND " + s.few(where) + " ORDER BY zorder, id"
}

// inTile keeps what matches in the keys of the tile, which no record without a
// position has.
func (s *statement) inTile(filter cql2.Expr, t zorder.Tile) string {
	return s.keysBetween(t.Keys()) + " AND " + s.where(filter)
}

// few says that what matches is shown one by one. It stops counting where that is settled.
func (s *statement) few(where string) string {
	return "((SELECT count(*) FROM (SELECT FROM facility WHERE " + where + " LIMIT " + s.bind(geo.MaxTileFeatures+1, "bigint") +
		") counted) <= " + s.bind(geo.MaxTileFeatures, "bigint") + ")"
}

func (s *statement) keysBetween(r zorder.Range) string {
	return "zorder BETWEEN " + s.bind(int64(r.First), "bigint") + " AND " + s.bind(int64(r.Last), "bigint")
}

func scanTileFacility(row pgx.CollectableRow) (*geo.Facility, error) {
	return readFacility(fieldsOf(row))
}
