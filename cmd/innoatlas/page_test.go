package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"innoatlas/web"
)

const tiles = "https://tiles.example.org/{z}/{x}/{y}.png"

func TestPageOptions(t *testing.T) {
	borders := filepath.Join(t.TempDir(), "borders.bin")
	if err := os.WriteFile(borders, []byte{28, 0, 0}, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		given pageOptions
		want  web.Options
	}{
		"nothing":                 {pageOptions{}, web.Options{}},
		"a contact":               {pageOptions{Contact: "atlas@example.org"}, web.Options{Contact: "atlas@example.org"}},
		"a contact with a name":   {pageOptions{Contact: "The Atlas <atlas@example.org>"}, web.Options{Contact: "atlas@example.org"}},
		"no borders":              {pageOptions{Borders: "none"}, web.Options{NoBorders: true}},
		"own borders":             {pageOptions{Borders: borders}, web.Options{Borders: []byte{28, 0, 0}}},
		"tiles":                   {pageOptions{TilesURL: tiles, TilesAttribution: "© A"}, web.Options{TilesURL: tiles, TilesAttribution: "© A"}},
		"tiles with port and key": {pageOptions{TilesURL: "http://10.0.0.1:8080/{z}/{x}/{y}?key=a&b"}, web.Options{TilesURL: "http://10.0.0.1:8080/{z}/{x}/{y}?key=a&b"}},
		"frames on all sites":     {pageOptions{FrameAncestors: []string{"*"}}, web.Options{FrameAncestors: []string{"*"}}},
		"frames on some sites": {pageOptions{FrameAncestors: []string{"https://example.org", "http://localhost:3000"}},
			web.Options{FrameAncestors: []string{"https://example.org", "http://localhost:3000"}}},
		"frames on all of a name":  {pageOptions{FrameAncestors: []string{"https://*.example.org"}}, web.Options{FrameAncestors: []string{"https://*.example.org"}}},
		"frames on a single label": {pageOptions{FrameAncestors: []string{"https://a"}}, web.Options{FrameAncestors: []string{"https://a"}}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := test.given.page()
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

// What would change the policy of the pages, or show nothing, is refused by the name
// of its flag.
func TestPageOptionsRefused(t *testing.T) {
	broken := filepath.Join(t.TempDir(), "broken.bin")
	if err := os.WriteFile(broken, []byte{28, 9, 9, 9}, 0o600); err != nil {
		t.Fatal(err)
	}
	frames := func(origin string) pageOptions { return pageOptions{FrameAncestors: []string{origin}} }
	for name, test := range map[string]struct {
		given pageOptions
		flag  string
	}{
		"a contact that is none":     {pageOptions{Contact: "atlas"}, "--contact"},
		"two contacts":               {pageOptions{Contact: "a@example.org, b@example.org"}, "--contact"},
		"no such borders":            {pageOptions{Borders: "no-such-file"}, "--borders"},
		"borders that are none":      {pageOptions{Borders: broken}, "--borders"},
		"a folder for borders":       {pageOptions{Borders: t.TempDir()}, "--borders"},
		"tiles without a row":        {pageOptions{TilesURL: "https://tiles.example.org/{z}/{x}.png"}, "{y}"},
		"tiles of subdomains":        {pageOptions{TilesURL: "https://{s}.example.org/{z}/{x}/{y}.png"}, "{s}"},
		"tiles of all hosts":         {pageOptions{TilesURL: "https://*.example.org/{z}/{x}/{y}.png"}, "--tiles-url"},
		"tiles with a password":      {pageOptions{TilesURL: "https://a:b@example.org/{z}/{x}/{y}.png"}, "--tiles-url"},
		"tiles that add a policy":    {pageOptions{TilesURL: "https://example.org;script-src/{z}/{x}/{y}.png"}, "--tiles-url"},
		"tiles of an inner path":     {pageOptions{TilesURL: "/{z}/{x}/{y}.png"}, "--tiles-url"},
		"tiles of a script":          {pageOptions{TilesURL: "javascript:{z}{x}{y}"}, "--tiles-url"},
		"an attribution alone":       {pageOptions{TilesAttribution: "A"}, "--tiles-url"},
		"frames on many":             {pageOptions{FrameAncestors: slices.Repeat([]string{"https://example.org"}, 200)}, "--frame-ancestors"},
		"frames on no origin":        {frames(""), "--frame-ancestors"},
		"frames on a host":           {frames("example.org"), "--frame-ancestors"},
		"frames on a page":           {frames("https://example.org/page"), "--frame-ancestors"},
		"frames that add a policy":   {frames("https://example.org; script-src *"), "--frame-ancestors"},
		"frames on a keyword":        {frames("'self'"), "--frame-ancestors"},
		"frames on a quoted host":    {frames(`https://"example".org`), "--frame-ancestors"},
		"frames on every scheme":     {frames("https:"), "--frame-ancestors"},
		"frames on a host in script": {frames("https://例子.example"), "--frame-ancestors"},
		"frames with a line end":     {frames("https://example.org\n"), "--frame-ancestors"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := test.given.page(); err == nil || !strings.Contains(err.Error(), test.flag) {
				t.Errorf("%v, want an error about %s", err, test.flag)
			}
		})
	}
}
