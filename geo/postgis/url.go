package postgis

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"
)

// parseURL reads what names a database: a URL, or keywords and values. What is wrong
// is said without a word of it. The driver quotes what it could not read, and where
// the password of a URL has an @ or a / in it, that is a piece of the password.
func parseURL(url string) (*pgxpool.Config, error) {
	if isURL(url) && hasLooseAt(url) {
		return nil, errors.New("database URL: there is an @ too many, or a / before it; in a user or a password write @ as %40, / as %2F, : as %3A and % as %25")
	}
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("database URL: %s", unreadable(url, err))
	}
	for name := range config.ConnConfig.RuntimeParams {
		if !parameterName.MatchString(name) {
			return nil, errors.New("database URL: one of the names before = is none that a database has; write postgres://user:password@host/name," +
				" or keyword=value with a blank between and quotes around a value with blanks")
		}
	}
	return config, nil
}

// parameterName is what a setting of a session may be called.
var parameterName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.]*$`)

func isURL(url string) bool {
	return strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://")
}

// hasLooseAt reports an @ that the driver takes for a part of the host or the name of the
// database, as it reads the user and the password up to the first @ that no / is before.
func hasLooseAt(url string) bool {
	_, rest, _ := strings.Cut(url, "://")
	if i := strings.IndexAny(rest, "@/"); i >= 0 && rest[i] == '@' {
		rest = rest[i+1:]
	}
	hostAndName, _, _ := strings.Cut(rest, "?")
	return strings.Contains(hostAndName, "@")
}

// hints are words of the driver's reasons, and what to do then.
var hints = []struct{ word, advice string }{
	{"port", "the port is no number from 1 to 65535"},
	{"sslmode", "sslmode is disable, allow, prefer, require, verify-ca or verify-full"},
	{"target_session_attrs", "target_session_attrs is any, read-write, read-only, primary, standby or prefer-standby"},
	{"connect_timeout", "connect_timeout is a number of seconds"},
	{"pool_", "one of the pool_ settings is not understood"},
	{"service", "the service that it names cannot be read"},
	{"percent-encoded", "what follows a % must be two hexadecimal digits; % itself is written %25, a blank %20"},
	{"spaces", "a blank in it is written %20"},
	{"quoted string", "a quote is not closed"},
	{"IPv6", "an IPv6 address is written in brackets, as [::1]"},
	{"ssl", "a file of the certificates that it names cannot be read"},
}

// unreadable says why a URL cannot be read, in words that hold nothing of it.
func unreadable(url string, err error) string {
	reason := err.Error()
	if i := strings.LastIndex(reason, "`: "); i >= 0 {
		reason = reason[i:] // behind the quoted URL
	}
	for _, hint := range hints {
		if strings.Contains(reason, hint.word) {
			return "it cannot be read: " + hint.advice
		}
	}
	if isURL(url) {
		return "it cannot be read; write postgres://user:password@host:5432/name"
	}
	return "it cannot be read; write postgres://user:password@host/name, or keyword=value with a blank between"
}
