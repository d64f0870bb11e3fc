package postgis_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"innoatlas/geo"
	"innoatlas/geo/postgis"
	"innoatlas/geo/postgis/postgistest"
)

func TestReadSessions(t *testing.T) {
	t.Parallel()
	pool := open(t, postgistest.Migrated(t)+"&pool_max_conns=3").ReadPool()
	settings := map[string]string{
		"statement_timeout":                   "5s",
		"lock_timeout":                        "2s",
		"idle_in_transaction_session_timeout": "10s",
		"application_name":                    "innoatlas",
		"TimeZone":                            "UTC",
		"client_encoding":                     "UTF8",
		"default_transaction_isolation":       "repeatable read",
	}
	for name, want := range settings {
		var got string
		if err := pool.QueryRow(t.Context(), `SELECT current_setting($1)`, name).Scan(&got); err != nil || got != want {
			t.Errorf("%s = %q, %v, want %q", name, got, err, want)
		}
	}
	_, err := pool.Exec(t.Context(), `UPDATE dataset SET revision = 99`)
	var refused *pgconn.PgError
	if !errors.As(err, &refused) || refused.Code != "25006" {
		t.Errorf("a write in a read session = %v, want SQLSTATE 25006", err)
	}
	if got := pool.Config().MaxConns; got != 3 {
		t.Errorf("the pool has %d connections at most, want those of pool_max_conns", got)
	}
}

func TestErrors(t *testing.T) {
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	server := func(code string) error { return &pgconn.PgError{Code: code} }
	cases := []struct {
		name string
		ctx  context.Context
		err  error
		want error // nil: none of the contract's
	}{
		{"no row", t.Context(), pgx.ErrNoRows, geo.ErrMalformed},
		{"statement timeout", t.Context(), server("57014"), geo.ErrUnavailable},
		{"statement canceled by the caller", canceled, server("57014"), context.Canceled},
		{"shutting down", t.Context(), server("57P01"), geo.ErrUnavailable},
		{"starting up", t.Context(), server("57P03"), geo.ErrUnavailable},
		{"too many connections", t.Context(), server("53300"), geo.ErrUnavailable},
		{"disk full", t.Context(), server("53100"), geo.ErrUnavailable},
		{"connection failure", t.Context(), server("08006"), geo.ErrUnavailable},
		{"lock timeout", t.Context(), server("55P03"), geo.ErrUnavailable},
		{"idle for too long", t.Context(), server("25P03"), geo.ErrUnavailable},
		{"recovery of a standby", t.Context(), server("40001"), geo.ErrUnavailable},
		{"deadlock", t.Context(), server("40P01"), geo.ErrUnavailable},
		{"no such database", t.Context(), server("3D000"), geo.ErrUnavailable},
		{"no such table", t.Context(), server("42P01"), geo.ErrUnavailable},
		{"no right to read", t.Context(), server("42501"), geo.ErrUnavailable},
		{"the server's disk fails", t.Context(), server("58030"), geo.ErrUnavailable},
		{"a line that kept silent", t.Context(), postgis.ErrSilent, geo.ErrUnavailable},
		{"the system gave a line up", t.Context(), syscall.ETIMEDOUT, geo.ErrUnavailable},
		{"division by zero", t.Context(), server("22012"), nil},
		{"no such column", t.Context(), server("42703"), geo.ErrMalformed},
		{"a column of another type", t.Context(), server("42883"), geo.ErrMalformed},
		{"two rows where one is", t.Context(), server("21000"), geo.ErrMalformed},
		{"a geometry of another kind", t.Context(), server("XX000"), geo.ErrMalformed},
		{"a label that is a number", t.Context(), pgx.ScanArgError{Err: errors.New("a number")}, geo.ErrMalformed},
		{"a connection that the driver has closed", t.Context(), fmt.Errorf("describe: %w", pgconn.ErrConnClosed), geo.ErrUnavailable},
		{"end of the connection", t.Context(), io.ErrUnexpectedEOF, geo.ErrUnavailable},
		{"no free connection in time", t.Context(), context.DeadlineExceeded, geo.ErrUnavailable},
		{"wrong SQL", t.Context(), server("42601"), nil},
		{"wrong password", t.Context(), server("28P01"), nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			err := postgis.Wrap(c.ctx, "test", c.err)
			for _, sentinel := range []error{geo.ErrNotFound, geo.ErrUnavailable, geo.ErrMalformed, context.Canceled} {
				if errors.Is(err, sentinel) != errors.Is(c.want, sentinel) {
					t.Errorf("%v: is %v = %v", err, sentinel, !errors.Is(c.want, sentinel))
				}
			}
			if c.want == nil && !errors.Is(err, c.err) {
				t.Errorf("%v does not wrap %v", err, c.err)
			}
		})
	}
	if postgis.Wrap(t.Context(), "test", nil) != nil {
		t.Error("an error out of none")
	}
}
