//go:build pypi

package clients

import (
	"path/filepath"
	"testing"
)

// TestPyPI runs the scripts whose clients Debian does not have: it takes them from the
// Python Package Index, and needs python3-venv.
func TestPyPI(t *testing.T) {
	binary, expected := build(t), writeExpected(t)
	large := serve(t, binary, "--data", writeLarge(t))
	python := filepath.Join(t.TempDir(), "bin", "python")
	run(t, "python3", "-m", "venv", filepath.Dir(filepath.Dir(python)))
	run(t, python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "pyogrio==0.13.0", "geopandas", "polars==2.1.0", "networkx")
	s := serve(t, binary)
	for _, script := range []string{"pyogrio_.py", "networkx_.py"} {
		report := client{[]string{python, script}, "python3-venv"}.run(t, "memory", s, large, expected)
		t.Logf("%s %s: %d checks", report.client, report.version, len(report.checks))
	}
}
