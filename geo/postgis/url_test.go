package postgis

import (
	"strings"
	"testing"
)

// TestUnreadableURLs: what is wrong is said, and nothing of the URL.
func TestUnreadableURLs(t *testing.T) {
	for url, want := range map[string]string{
		`user=u password = MARKER port=abc`:               "port",
		`user=u password=a MARKER host=127.0.0.1`:         "keyword=value",
		`user=u password=a M-ARKER=b host=127.0.0.1`:      "names before =",
		`user=u password='MARKER`:                         "quote",
		`host=h password = 'MARKER' sslmode=no`:           "sslmode",
		`postgres://u:MARKER@h:abc/db`:                    "port",
		`postgres://u:MARKER@h:70000/db`:                  "port",
		`postgres://u:a@MARKER@h/db`:                      "%40",
		`postgres://u:MARKER@a@h:abc/db`:                  "%40",
		`postgres://u:12/MARKER@h/db`:                     "%2F",
		`postgres://u:MARKER/b@h/db`:                      "%2F",
		`postgres://u:MARKER a@h/db`:                      "%20",
		`postgres://u:MARKER%zz@h/db`:                     "%25",
		`postgres://u:MARKER@[::1/db`:                     "[::1]",
		`postgres://h:1/db?password=MARKER&port=abc`:      "port",
		`postgres://h:1/db?password=a=MARKER`:             "postgres://",
		`postgres://h:1/db?password=a&MARKER`:             "postgres://",
		`postgres://h:1/db?password=a&MAR-KER=b`:          "names before =",
		`postgres://u:MARKER@h/db?connect_timeout=x`:      "connect_timeout",
		`postgres://u:MARKER@h/db?pool_max_conns=x`:       "pool_",
		`postgres://u:MARKER@h/db?service=MARKER`:         "service",
		`POSTGRES://u:MARKER@h/db`:                        "postgres://",
		`mysql://u:MARKER@h/db?x=y`:                       "names before =",
		`u:MARKER@h/db`:                                   "postgres://",
		`postgres://u:MARKER@h/db?target_session_attrs=x`: "target_session_attrs",
	} {
		_, err := parseURL(url)
		if err == nil {
			t.Errorf("%s is read", url)
			continue
		}
		if text := err.Error(); strings.Contains(text, "ARKER") || !strings.Contains(text, want) {
			t.Errorf("%s: %q, want %q in it", url, text, want)
		}
	}
}

// TestReadableURLs: a password may have all that the driver understands.
func TestReadableURLs(t *testing.T) {
	for url, password := range map[string]string{
		`postgres://u:a%40b%2F@h/db`:                         "a@b/",
		`postgres://u:a#b?c:d@h1:1,h2:2/db`:                  "a#b?c:d",
		`postgresql://h/db?user=me@there&password=secret`:    "secret",
		`user = u password = 'a b' host=h`:                   "a b",
		`postgres://u:x@h/db?pool_max_conns=3&search_path=a`: "x",
		`postgres://u:x@h/db?my.setting=a@b`:                 "x",
	} {
		if config, err := parseURL(url); err != nil || config.ConnConfig.Password != password {
			t.Errorf("%s: %v", url, err)
		}
	}
}
