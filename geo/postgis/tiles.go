package postgis

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb/encoding/wkb"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/geo/zorder"
)

// Tile asks for the facilities one by one where there may be few enough. Else both
// forms are asked for in one round trip and from one snapshot: each statement counts
// first whether its form is the one, and the other then reads no record.
func (s *Store) Tile(ctx context.Context, q geo.Query, t zorder.Tile) (geo.Tile, error) {
	if !q.Collection.Indexed {
		return s.tileOfPlain(ctx, q, t)
	}
	wait := time.Duration(0)
	if t.Z < geo.DetailZoom {
		wait = rollWait
	}
	r := s.rollOf(ctx, q, wait)
	many := t.Z < geo.DetailZoom || r != nil && r.count(t.Keys()) > geo.MaxTileFeatures
	if !many {
		if facilities, few, err := s.tileOfFew(ctx, q, t); few || err != nil {
			return geo.Tile{Facilities: facilities}, err
		}
	}
	if many && r != nil {
		if clusters, ok, err := s.clustersByRoll(ctx, q, r, t.Keys(), t.Z, len(r.ids)); ok || err != nil {
			return geo.Tile{Clusters: clusters}, err
		}
	}
	return s.tileOfMany(ctx, q, t)
}

// tileOfPlain asks for records of another collection, and for their shapes alone where they are too
// many.
func (s *Store) tileOfPlain(ctx context.Context, q geo.Query, t zorder.Tile) (tile geo.Tile, err error) {
	of := tableOf(q.Collection)
	tile.Records, err = s.recordsIn(ctx, q, t, of.fields, "zorder, id", geo.MaxTileFeatures+1, of.reader())
	if tile.Bare = len(tile.Records) > geo.MaxTileFeatures; tile.Bare {
		tile.Records, err = s.recordsIn(ctx, q, t, "id, ST_AsBinary(geom)", "id", geo.MaxTileShapes, readShape)
	}
	return tile, err
}

func (s *Store) recordsIn(ctx context.Context, q geo.Query, t zorder.Tile, fields, order string, most int, read pgx.RowToFunc[geo.Feature]) (all []geo.Feature, err error) {
	stmt := &statement{table: tableOf(q.Collection)}
	sql := "SELECT " + fields + " FROM " + stmt.table.name + " WHERE " + stmt.around(t) + " AND " + stmt.matching(q, "") +
		" ORDER BY " + order + " LIMIT " + stmt.bind(most, "bigint")
	err = s.readQuery(ctx, q, "tile", func(ctx context.Context, conn *pgx.Conn) error {
		rows, err := conn.Query(ctx, sql, stmt.args...)
		if err != nil {
			return err
		}
		all, err = pgx.CollectRows(rows, read)
		return err
	})
	return all, err
}

// around keeps what a tile may show, by the bounds of geometries alone.
func (s *statement) around(t zorder.Tile) string {
	b := t.Around()
	return "geom && ST_MakeEnvelope(" + s.bind(b.Min[0], "float8") + ", " + s.bind(b.Min[1], "float8") + ", " +
		s.bind(b.Max[0], "float8") + ", " + s.bind(b.Max[1], "float8") + ", 4326)"
}

func readShape(row pgx.CollectableRow) (geo.Feature, error) {
	var shape []byte
	r := &geo.Record{}
	err := row.Scan(&r.ID, &shape)
	if err == nil {
		r.Shape, err = wkb.Unmarshal(shape)
	}
	return r, err
}

// tileOfFew gives the facilities of a tile, unless they are too many to be shown.
func (s *Store) tileOfFew(ctx context.Context, q geo.Query, t zorder.Tile) (facilities []*geo.Facility, few bool, err error) {
	stmt := &statement{table: tableOf(q.Collection)}
	sql := "SELECT " + tileFields + " FROM facility WHERE " + stmt.inTile(q.Where(), t) + " ORDER BY zorder, id LIMIT " + stmt.bind(geo.MaxTileFeatures+1, "bigint")
	err = s.readQuery(ctx, q, "tile", func(ctx context.Context, conn *pgx.Conn) error {
		rows, err := conn.Query(ctx, sql, stmt.args...)
		if err != nil {
			return err
		}
		facilities, err = pgx.AppendRows([]*geo.Facility(nil), rows, tileReader(q.Collection))
		return err
	})
	return facilities, len(facilities) <= geo.MaxTileFeatures, err
}

// tileOfMany gives what a tile shows, whatever that is.
func (s *Store) tileOfMany(ctx context.Context, q geo.Query, t zorder.Tile) (geo.Tile, error) {
	var out geo.Tile
	err := s.readQuery(ctx, q, "tile", func(ctx context.Context, conn *pgx.Conn) error {
		batch := &pgx.Batch{}
		clusters := &statement{table: tableOf(q.Collection)}
		batch.Queue(clusters.tileClusters(q.Where(), t), clusters.args...).Query(func(rows pgx.Rows) (err error) {
			out.Clusters, err = pgx.CollectRows(rows, clusterReader(clusters.table.own))
			return err
		})
		if t.Z >= geo.DetailZoom {
			single := &statement{table: tableOf(q.Collection)}
			batch.Queue(single.tileFacilities(q.Where(), t), single.args...).Query(func(rows pgx.Rows) (err error) {
				out.Facilities, err = pgx.CollectRows(rows, tileReader(q.Collection))
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
	return "SELECT " + tileFields + " FROM facility WHERE " + where + " AND " + s.few(where) + " ORDER BY zorder, id"
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

// tileFields are what a tile shows of a facility, to readers of any language.
var tileFields = `id, slug, kind, name, name_zh, name_local, name_local_lang, country, geom::point, precision, sectors, own,` +
	textsOfRecords(geo.Facilities.ID, "facility", "name")

// tileReader reads of own fields those that tiles have.
func tileReader(c *geo.Collection) pgx.RowToFunc[*geo.Facility] {
	own := slices.DeleteFunc(slices.Clone(c.OwnFields()), func(f geo.Field) bool { return !f.OnTile() })
	r := &facilities{own: readOwn(own)}
	return func(row pgx.CollectableRow) (*geo.Facility, error) { return r.readTile(r.fields.row(row)) }
}

func (r *facilities) readTile(row *fields) (*geo.Facility, error) {
	f := r.next()
	f.ID, f.Slug, f.Kind, f.Name = row.integer(), row.text(), row.text(), row.text()
	f.NameZh, f.NameLocal, f.NameLocalLang, f.Country = row.text(), row.text(), row.text(), row.text()
	f.Position, f.Precision, f.Sectors = r.position(row), row.text(), row.list()
	var err error
	if f.Own, err = r.own.read(row.json()); err != nil {
		return nil, fmt.Errorf("%s: %w", f.Slug, err)
	}
	f.Translations = row.translations()
	return f, row.err
}
