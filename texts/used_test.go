package texts

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What is asked for: a key as a whole, or the beginning of keys whose end is known when the
// program runs ("facet." + dimension, `sheet.${stop}`).
var (
	asked     = regexp.MustCompile("[\"'`]([a-z_]+(?:\\.[A-Za-z_]+[A-Za-z_ ()]*)*)[\"'`]")
	beginning = regexp.MustCompile("[\"'`]([a-z_]+\\.(?:[a-z_]+\\.)*(?:[a-z_]+_)?)(?:[\"']|\\$\\{)")
)

// Every key is asked for somewhere, and what a document asks for is there.
func TestEveryKeyIsUsed(t *testing.T) {
	keys, beginnings := askedFor(t, "api", "pages", "geo", "web/app", "web/pages")
	if len(keys) < 100 || len(beginnings) < 10 {
		t.Fatalf("%d keys and %d beginnings are asked for; are the folders renamed?", len(keys), len(beginnings))
	}
	english := In(Default)
	for key := range english.of.texts[Default] {
		used := keys[key]
		for b := range beginnings {
			used = used || strings.HasPrefix(key, b) && !strings.Contains(key[len(b):], ".")
		}
		if !used {
			t.Errorf("en.json has %s, which nothing asks for", key)
		}
	}
	for key := range keys {
		document := strings.HasPrefix(key, "doc.") || strings.HasPrefix(key, "link.") || strings.HasPrefix(key, "collection.")
		if document && !beginnings[key] && !english.Has(key) { // pages and scripts are looked at where they are
			t.Errorf("%s is asked for, and en.json does not have it", key)
		}
	}
}

// askedFor reads the sources of some folders.
func askedFor(t *testing.T, folders ...string) (keys, beginnings map[string]bool) {
	t.Helper()
	keys, beginnings = map[string]bool{}, map[string]bool{"status.": true, "position.": true,
		"role.": true, "institution_type.": true, "project_kind.": true} // vocabularies of package geo
	read := func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasSuffix(path, "_test.go") || !strings.Contains(".go .js .html", filepath.Ext(path)) {
			return err
		}
		source, err := os.ReadFile(path)
		for _, m := range asked.FindAllSubmatch(source, -1) {
			keys[string(m[1])] = true
		}
		for _, m := range beginning.FindAllSubmatch(source, -1) {
			beginnings[string(m[1])] = true
		}
		return err
	}
	for _, folder := range folders {
		if err := filepath.WalkDir("../"+folder, read); err != nil {
			t.Fatal(err)
		}
	}
	return keys, beginnings
}
