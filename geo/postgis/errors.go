package postgis

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"innoatlas/geo"
)

// Errors that a person at the command line can mend.
var (
	// ErrNotMigrated reports a database that lacks steps of the schema.
	ErrNotMigrated = errors.New("the database is not migrated; run `innoatlas migrate`")

	// ErrNewerSchema reports a database that a later release has migrated.
	ErrNewerSchema = errors.New("the database was migrated by a later release of innoatlas; use that release, `innoatlas migrate` cannot go back")

	// ErrImportRunning reports that another import holds the database.
	ErrImportRunning = errors.New("another import is running on this database; wait until it has ended and start again")
)

// wrap makes every error of the driver one of the contract's: geo.ErrNotFound,
// geo.ErrUnavailable, the context's own, or a failure that names what was asked.
func wrap(ctx context.Context, what string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, pgx.ErrNoRows):
		return geo.ErrNotFound
	case ctx.Err() != nil:
		return fmt.Errorf("postgis: %s: %w", what, ctx.Err())
	case isUnavailable(err):
		return fmt.Errorf("postgis: %s: %w: %w", what, geo.ErrUnavailable, oneLine{err})
	}
	return fmt.Errorf("postgis: %s: %w", what, oneLine{err})
}

// oneLine writes an error in one line: the driver gives one to each address tried.
type oneLine struct{ error }

func (e oneLine) Error() string { return strings.Join(strings.Fields(e.error.Error()), " ") }

func (e oneLine) Unwrap() error { return e.error }

// detailed adds what the server says of the row that it refused.
func detailed(err error) error {
	var refused *pgconn.PgError
	if errors.As(err, &refused) && refused.Detail != "" {
		return fmt.Errorf("%w: %s", err, refused.Detail)
	}
	return err
}

// unavailable are the SQLSTATEs, or their first two characters, of a server that
// is away, full or too busy: a connection failure, too few resources, an
// operator's intervention (among them the statement timeout, 57014), a lock that
// was not free, a transaction that was idle for too long.
var unavailable = []string{"08", "53", "57", "55P03", "25P03"}

func isUnavailable(err error) bool {
	if code := sqlState(err); code != "" {
		for _, prefix := range unavailable {
			if strings.HasPrefix(code, prefix) {
				return true
			}
		}
		return false
	}
	return isConnectionError(err) || errors.Is(err, context.DeadlineExceeded)
}

// isDead reports that the connection and not the question failed. An answer that
// did not come in time is no reason to wait as long again.
func isDead(err error) bool {
	var network net.Error
	if errors.As(err, &network) && network.Timeout() {
		return false
	}
	if code := sqlState(err); code != "" {
		return strings.HasPrefix(code, "57P") || strings.HasPrefix(code, "08")
	}
	return isConnectionError(err)
}

func isConnectionError(err error) bool {
	var connect *pgconn.ConnectError
	var network net.Error
	return errors.As(err, &connect) || errors.As(err, &network) || pgconn.SafeToRetry(err) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed)
}

func sqlState(err error) string {
	var server *pgconn.PgError
	if errors.As(err, &server) {
		return server.Code
	}
	return ""
}
