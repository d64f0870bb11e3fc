// Package formattest reads files with libraries of npm, which share no code with those
// that wrote them.
package formattest

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Node runs one of the scripts beside this file, and reads the JSON that it writes. root
// is the folder of the project as the test sees it. Where the packages of npm are not
// installed the test is skipped, but not where CI is set: there all of them must be.
func Node(t *testing.T, root string, into any, script string, args ...string) {
	t.Helper()
	if _, err := os.Stat(filepath.Join(root, "node_modules")); err != nil {
		say := t.Skipf
		if os.Getenv("CI") != "" {
			say = t.Fatalf
		}
		say("%s reads with packages of npm that are not installed: run npm ci, or make check", script)
	}
	var complaints strings.Builder
	cmd := exec.CommandContext(t.Context(), "node", append([]string{filepath.Join(root, "geo/format/formattest", script)}, args...)...)
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v (node is the package nodejs; what the script reads with comes with npm ci)\n%.1000s", script, err, complaints.String())
	}
	if err := json.Unmarshal(out, into); err != nil {
		t.Fatalf("%v in %.500s", err, out)
	}
}
