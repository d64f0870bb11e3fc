package postgis

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"innoatlas/geo"
)

// Get finds one record by its id or its slug.
func (s *Store) Get(ctx context.Context, c *geo.Collection, ref geo.Ref) (geo.Feature, error) {
	if f := s.keptCountry(c, ref); f != nil {
		return f, nil
	}
	t := tableOf(c)
	sql, arg := "SELECT "+t.fields+" FROM "+t.name+" WHERE id = $1::bigint", any(ref.ID)
	if ref.ID == 0 {
		sql, arg = "SELECT "+t.fields+" FROM "+t.name+" WHERE slug = $1::text", ref.Slug
	}
	var f geo.Feature
	err := s.read(ctx, "get", func(ctx context.Context, conn *pgx.Conn) error {
		rows, err := conn.Query(ctx, sql, arg)
		if err != nil {
			return err
		}
		f, err = pgx.CollectExactlyOneRow(rows, t.reader())
		if errors.Is(err, pgx.ErrNoRows) {
			return geo.ErrNotFound
		}
		return err
	})
	return f, err
}
