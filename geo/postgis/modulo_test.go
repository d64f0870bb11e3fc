package postgis_test

import (
	"context"
	"testing"
	"time"

	"innoatlas/geo/postgis/postgistest"
)

// TestModuloTakesTheSameTime: 2,000 rests of numbers whose exponents lie far apart took
// four seconds once.
func TestModuloTakesTheSameTime(t *testing.T) {
	t.Parallel()
	conn := connect(t, postgistest.Migrated(t))
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	var rests int
	const count = `SELECT count(innoatlas_modulo(1e308, i * 7e-322::float8)) FROM generate_series(1, 2000) AS i`
	if err := conn.QueryRow(ctx, count).Scan(&rests); err != nil || rests != 2000 {
		t.Errorf("%d rests: %v", rests, err)
	}
}
