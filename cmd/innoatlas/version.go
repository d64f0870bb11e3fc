package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"time"
)

// versionCommand prints the version.
type versionCommand struct{}

// Run prints the version and the Go it was built with.
func (versionCommand) Run() error {
	fmt.Printf("innoatlas %s (%s)\n", buildVersion(), runtime.Version())
	return nil
}

// built tells builds apart that carry no revision, as go run makes them: when the program was
// linked, which all servers of one file have in common.
var built = sync.OnceValue(func() string {
	at := time.Now()
	if path, err := os.Executable(); err == nil {
		if file, err := os.Stat(path); err == nil && file.ModTime().Year() > 2000 { // else it was set for all builds alike
			at = file.ModTime()
		}
	}
	return at.UTC().Format("20060102T150405")
})

// buildVersion names the build: answers cached from one build are not taken for
// those of another.
func buildVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown-" + built()
	}
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	revision := settings["vcs.revision"]
	if revision == "" || settings["vcs.modified"] == "true" {
		return "devel-" + built()
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	return revision[:min(12, len(revision))]
}
