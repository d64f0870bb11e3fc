package postgis

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"syscall"

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

	// ErrNotUTF8 reports a database that cannot keep every text of a data set.
	ErrNotUTF8 = errors.New("the encoding of the database is not UTF8, and it cannot be changed; make another, as with `createdb -E UTF8 -T template0 NAME`, and name that")

	// ErrChanged reports that the database has other content than what is imported was made of.
	ErrChanged = errors.New("the database was changed meanwhile; start again")

	// ErrNoRoom reports that the server could not write what was to be changed.
	ErrNoRoom = errors.New("the database server has no room left (its disk is full, or temp_file_limit is reached), and nothing was changed; make room there and start again")

	// ErrImportRunning reports that another import holds the database.
	ErrImportRunning = errors.New("another import is running on this database; wait until it has ended and start again")
)

// wrap makes every error of the driver one of the contract's: geo.ErrUnavailable,
// geo.ErrMalformed, the context's own, or a failure that names what was asked.
func wrap(ctx context.Context, what string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, geo.ErrNotFound):
		return geo.ErrNotFound
	case ctx.Err() != nil:
		return fmt.Errorf("postgis: %s: %w", what, ctx.Err())
	case isUnavailable(err):
		return fmt.Errorf("postgis: %s: %w: %w", what, geo.ErrUnavailable, oneLine{err})
	case isMalformed(err):
		return fmt.Errorf("postgis: %s: %w: %w", what, geo.ErrMalformed, oneLine{err})
	}
	return fmt.Errorf("postgis: %s: %w", what, oneLine{err})
}

// wrapFirst is wrap for the first connection, where a wrong URL is told at once.
func wrapFirst(ctx context.Context, what string, err error) error {
	switch sqlState(err) {
	case "53100", "53400": // to try again would fill the disk again
		return fmt.Errorf("postgis: %s: %w: %w", what, ErrNoRoom, oneLine{err})
	}
	if isMistaken(err) {
		return fmt.Errorf("postgis: %s: %w", what, oneLine{err})
	}
	return wrap(ctx, what, err)
}

// oneLine writes an error in one line: the driver gives one to each address tried.
type oneLine struct{ error }

func (e oneLine) Error() string { return strings.Join(strings.Fields(e.error.Error()), " ") }

func (e oneLine) Unwrap() error { return e.error }

// detailed adds what the server says of the row that it refused, and what lets a login change records.
func detailed(err error) error {
	var refused *pgconn.PgError
	if sqlState(err) == "42501" {
		return fmt.Errorf("the login may not change records; GRANT %s TO it as a superuser, or name another one in the URL of the database: %w", EditorRole, err)
	}
	if errors.As(err, &refused) && refused.Detail != "" {
		return fmt.Errorf("%w: %s", err, refused.Detail)
	}
	return err
}

// unavailable are the SQLSTATEs, or their first characters, that say nothing against
// the question, so that it may be answered soon: of a server that is away, full or too
// busy, of a database that is dropped or being restored, of rights that were taken away.
var unavailable = []string{
	"08",    // connection failure
	"25P03", // a transaction was idle for too long
	"3D000", // no such database
	"3F000", // no such schema
	"40",    // rolled back: a deadlock, or a standby's recovery
	"42501", // no right to read
	"42P01", // no such table
	"53",    // too few resources
	"55P03", // a lock was not free
	"57",    // an operator's intervention, among them the statement timeout
	"58",    // the server's own system failed
}

const lockNotAvailable = "55P03"

func isUnavailable(err error) bool {
	var connect *pgconn.ConnectError
	if errors.As(err, &connect) { // whatever the reason: nobody asked for anything yet
		return true
	}
	if code := sqlState(err); code != "" {
		return slices.ContainsFunc(unavailable, func(prefix string) bool { return strings.HasPrefix(code, prefix) })
	}
	return isConnectionError(err) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, errUnheard)
}

// errForm is a value that innoatlas did not write.
var errForm = errors.New("a value is not of the form that innoatlas writes")

// malformed are the SQLSTATEs, or their first characters, of tables that somebody changed.
var malformed = []string{
	"21", // more rows than the one that there may be
	"42", // no such column, function or type, or one of another type
	"XX", // PostGIS: a geometry of another kind; or the server found its own files damaged
}

const syntaxError = "42601" // is ours

// isMalformed reports tables or values that are not as the statements and readers expect
// them: nobody can ask better, and only whoever changed them can mend it. A row that must
// be there and is not is one of these.
func isMalformed(err error) bool {
	if code := sqlState(err); code != "" {
		return code != syntaxError && slices.ContainsFunc(malformed, func(prefix string) bool { return strings.HasPrefix(code, prefix) })
	}
	var scan pgx.ScanArgError
	return errors.Is(err, errForm) || errors.As(err, &scan) || errors.Is(err, pgx.ErrNoRows) || errors.Is(err, pgx.ErrTooManyRows)
}

// isMistaken reports a database URL that no waiting makes right.
func isMistaken(err error) bool {
	code := sqlState(err)
	return strings.HasPrefix(code, "28") || code == "3D000" || code == "42501"
}

// isDead reports that the connection and not the question failed. An answer that
// did not come in time is no reason to wait as long again.
func isDead(err error) bool {
	switch code := sqlState(err); {
	case code != "":
		return strings.HasPrefix(code, "57P") || strings.HasPrefix(code, "08")
	case errors.Is(err, errSilent), errors.Is(err, syscall.ETIMEDOUT): // what the system says of a lost one
		return true
	}
	return isConnectionError(err) && !isLost(err)
}

// isLost reports a connection on which not even the end of the question came in time.
func isLost(err error) bool {
	var network net.Error
	return sqlState(err) == "" && errors.As(err, &network) && network.Timeout() && !errors.Is(err, errBusy)
}

// isPassing reports a failure that the same question will hardly meet again: a
// standby's recovery or another transaction was in the way, or the server has
// forgotten a statement, or its tables were changed since.
func isPassing(err error) bool {
	switch code := sqlState(err); code {
	case "26000":
		return true
	case "0A000":
		return strings.Contains(err.Error(), "cached plan")
	default:
		return strings.HasPrefix(code, "40")
	}
}

func isConnectionError(err error) bool {
	var connect *pgconn.ConnectError
	var network net.Error
	return errors.As(err, &connect) || errors.As(err, &network) || pgconn.SafeToRetry(err) || errors.Is(err, pgconn.ErrConnClosed) || errors.Is(err, errSilent) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed)
}

func sqlState(err error) string {
	var server *pgconn.PgError
	if errors.As(err, &server) {
		return server.Code
	}
	return ""
}
