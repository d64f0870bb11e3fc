package main

import (
	"strings"
	"testing"

	"innoatlas/geo/postgis/postgistest"
)

// TestPooler: every command works through a pooler, and both ways of serving answer
// as the built-in server does.
func TestPooler(t *testing.T) {
	t.Parallel()
	pooled := postgistest.Pooled(t, postgistest.Bare(t))
	mustRun(t, "migrate", "--database-url", pooled)
	mustRun(t, "import", "../../geo/dataset/builtin", "--database-url", pooled)
	builtIn := startPlain(t)
	others := map[string]*server{
		"follower":       startPlain(t, "--database-url", pooled),
		"reads database": startPlain(t, "--database-url", pooled, "--reads", "database"),
	}
	for _, path := range answers[:20] {
		want := changing.ReplaceAllString(string(builtIn.get(t, path)), "")
		for name, s := range others {
			if got := changing.ReplaceAllString(string(s.get(t, path)), ""); got != want {
				t.Errorf("%s: %s answers otherwise\n%s", path, name, firstDifference(want, got))
			}
		}
	}
	if got := mustRun(t, "export", "--database-url", pooled); strings.Count(got, "\n") <= builtinFacilities(t) {
		t.Errorf("the export has %d lines", strings.Count(got, "\n"))
	}
}
