package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"time"
)

// versionCommand prints the version.
type versionCommand struct{}

// Run prints the version and the Go it was built with.
func (versionCommand) Run() error {
	fmt.Printf("innoatlas %s (%s)\n", buildVersion(), runtime.Version())
	return nil
}

// started tells builds apart that carry no revision, as go run makes them.
var started = time.Now().UTC().Format("20060102T150405")

// buildVersion names the build: answers cached from one build are not taken for
// those of another.
func buildVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown-" + started
	}
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	revision := settings["vcs.revision"]
	if revision == "" || settings["vcs.modified"] == "true" {
		return "devel-" + started
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	return revision[:min(12, len(revision))]
}
