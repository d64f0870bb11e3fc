package main

import (
	"log/slog"
	"strings"
	"testing"
)

// TestNoPasswordInMessages: a password stays unsaid, however wrong the address is that
// it is in, and wherever it was written.
func TestNoPasswordInMessages(t *testing.T) {
	urls := []string{
		`user=u password = MARKER port=abc`, `host=127.0.0.1 port=1 user=u password = MARKER`, `postgres://u:a@MARKER@127.0.0.1:1/db`,
		`postgres://u:12/MARKER@127.0.0.1:1/db`, `postgres://u:MARK MARKER@127.0.0.1/db`, `mysql://u:MARKER@127.0.0.1/db?x=y`, `postgres://u:MARKER"x@127.0.0.1:1/db`,
	}
	commands := map[string][]string{
		"serve": {"--database-wait", "0s", "--database-url"}, "a lone argument": {}, "reads": {"--reads"}, "data": {"--data"}, "listen": {"--listen"}, "base-url": {"--base-url"},
		"migrate": {"migrate", "--database-wait", "0s", "--database-url"}, "import": {"import", "../../geo/dataset/builtin", "--database-wait", "0s", "--database-url"},
		"import of it": {"import", "x", "--database-url"},
		"export":       {"export", "--database-wait", "0s", "--database-url"}, "a wait": {"--database-wait"},
	}
	for name, command := range commands {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			some := urls[:2]
			if name == "serve" {
				some = urls
			}
			for _, url := range some {
				stdout, stderr, code := output(t, append(command, url)...)
				if text := stdout + stderr; code == 0 || text == "" || strings.Contains(text, "ARKER") {
					t.Errorf("%s %s: exit code %d\n%s", command, url, code, text)
				}
			}
		})
	}
}

func TestMasked(t *testing.T) {
	for text, want := range map[string]string{
		`dial postgres://u:p%40w@h:1/db?x=y: refused`:      `dial postgres://… refused`,
		`cannot parse "user=u password = 'a b\'c' port=1"`: `cannot parse "user=u password = … port=1"`,
		`PASSWORD=x,y z`:                                        `PASSWORD=… z`,
		`proxy https://me:secret@example.org/x`:                 `proxy https://…`,
		`add --database-url postgres://user:password@host/name`: `add --database-url postgres://user:password@host/name`,
		`mail atlas@example.org, see https://example.org/a?b=c`: `mail atlas@example.org, see https://example.org/a?b=c`,
		`password authentication failed for user "u"`:           `password authentication failed for user "u"`,
	} {
		if got := masked(text); got != want {
			t.Errorf("%s\nis  %s\nnot %s", text, got, want)
		}
	}
}

// TestLogIsMasked: the log passes by the same place.
func TestLogIsMasked(t *testing.T) {
	var text strings.Builder
	slog.New(slog.NewJSONHandler(maskingWriter{&text}, nil)).Error("x", "error", "password = MARKER", "url", "postgres://u:MARKER@h")
	if strings.Contains(text.String(), "MARKER") || !strings.Contains(text.String(), mask) {
		t.Error(text.String())
	}
}
