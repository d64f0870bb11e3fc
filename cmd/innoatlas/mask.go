package main

import (
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"
)

// errorOutput is where messages and the log go. What may be a password is masked
// there, and nowhere else, whoever wrote it into a message.
var errorOutput io.Writer = maskingWriter{stderr}

// stderr is written to by all, so that the lines keep their order.
var stderr = &gathered{to: os.Stderr}

// maskingWriter masks each text that is written in one piece, as a message and a
// line of the log are.
type maskingWriter struct{ to io.Writer }

// Write never tells of fewer bytes than it was given.
func (w maskingWriter) Write(text []byte) (int, error) {
	if _, err := io.WriteString(w.to, masked(string(text))); err != nil {
		return 0, err
	}
	return len(text), nil
}

const mask = "…"

var (
	// withUser is an address with a user in it, and perhaps a password.
	withUser = regexp.MustCompile("([A-Za-z][A-Za-z0-9+.-]*:/+)[^\\s\"'`]*@[^\\s\"'`,;)]*")

	// withPassword is a password among keywords, in quotes or not.
	withPassword = regexp.MustCompile(`(?i)((?:password|passwd)\s*=\s*)('(?:\\.|[^'\\])*'?|[^\s"'&` + "`" + `]+)`)
)

// masked is a text without the addresses of databases that the program was given, and
// without passwords where they can be told.
func masked(text string) string {
	for _, secret := range given {
		text = strings.ReplaceAll(text, secret, mask)
	}
	if strings.Contains(text, "@") {
		text = withUser.ReplaceAllStringFunc(text, maskedAddress)
	}
	if strings.Contains(text, "=") && strings.Contains(strings.ToLower(text), "passw") { // looked at first: the expression takes microseconds
		text = withPassword.ReplaceAllString(text, "${1}"+mask)
	}
	return text
}

// example is the address that our own sentences show.
const example = "postgres://user:password@host"

func maskedAddress(address string) string {
	if strings.HasPrefix(address, example) {
		return address
	}
	return withUser.ReplaceAllString(address, "${1}"+mask)
}

// given are the arguments and settings of this run that a password may be in, as they
// are and as messages quote them.
var given = secretsOf(os.Args[1:], os.Environ())

func secretsOf(args, environment []string) []string {
	var secrets []string
	add := func(text string) {
		if !withPassword.MatchString(text) && !(strings.Contains(text, "://") && strings.Contains(text, "@")) {
			return
		}
		secrets = append(secrets, text)
		if quoted := strconv.Quote(text); quoted[1:len(quoted)-1] != text {
			secrets = append(secrets, quoted[1:len(quoted)-1])
		}
	}
	for _, arg := range args {
		if strings.HasPrefix(arg, "-") {
			_, arg, _ = strings.Cut(arg, "=")
		}
		add(arg)
	}
	for _, variable := range environment {
		if name, value, _ := strings.Cut(variable, "="); name == "DATABASE_URL" {
			add(value)
		}
	}
	return secrets
}
