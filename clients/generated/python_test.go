//go:build java

package generated

import (
	"path/filepath"
	"strings"
	"testing"
)

// generator is what makes the client, from Maven's central repository.
const generator = "org.openapitools:openapi-generator-cli:7.14.0"

// TestPython makes a client with openapi-generator, which needs Java, Maven and python3-venv,
// and lets fetch.py call each of its operations.
func TestPython(t *testing.T) {
	address := serve(t)
	folder := t.TempDir()
	client, python := filepath.Join(folder, "client"), filepath.Join(folder, "venv", "bin", "python")
	run(t, "mvn", "--batch-mode", "--quiet", "dependency:copy", "-Dartifact="+generator, "-DoutputDirectory="+folder, "-Dmdep.stripVersion=true")
	run(t, "java", "-jar", filepath.Join(folder, "openapi-generator-cli.jar"), "generate", "-i", definition(t, address), "-g", "python", "-o", client, "--package-name", "atlas")
	run(t, "python3", "-m", "venv", filepath.Join(folder, "venv"))
	// The package itself is not installed: the generator writes licences into it that pip refuses.
	run(t, python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", filepath.Join(client, "requirements.txt"))
	if out := run(t, "env", "PYTHONPATH="+client, "PYTHONDONTWRITEBYTECODE=1", python, "fetch.py", address); !strings.Contains(out, "all fetched") {
		t.Error(out)
	}
}
