package postgis

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"innoatlas/geo"
)

// Version is that of a record, which goes up with each change of it. An unknown slug is
// geo.ErrNotFound.
func (s *Store) Version(ctx context.Context, c *geo.Collection, slug string) (version int, err error) {
	err = s.read(ctx, "version", func(ctx context.Context, conn *pgx.Conn) error {
		err := conn.QueryRow(ctx, `SELECT version FROM `+tableNames[c.ID]+` WHERE slug = $1`, slug).Scan(&version)
		if errors.Is(err, pgx.ErrNoRows) {
			return geo.ErrNotFound
		}
		return err
	})
	return version, err
}
