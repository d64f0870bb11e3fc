// Package web holds the files that browsers load, embedded in the binary, and serves them:
// the scripts and style sheets of the pages, the basemap, Leaflet and Swagger UI.
package web

import (
	"embed"
	"path"
	"regexp"
	"slices"
)

//go:generate go run ./basemap/generate -from $WORLD_ATLAS -to basemap

//go:embed app pages style vendor/leaflet vendor/swagger-ui basemap/*.bin
var files embed.FS

// File is an embedded file as it is in this folder ("basemap/world-50m.bin").
func File(name string) ([]byte, error) { return files.ReadFile(name) }

// static finds what a script imports before it runs.
var static = regexp.MustCompile(`(?m)^(?:import|export)\s[^;(]*?'(\.\.?/[^']+)'`)

// Modules are the scripts that the first of a page imports, and those that these
// import. What a script loads when it is wanted is not among them.
func Modules(first string) []string {
	var found []string
	var follow func(name string)
	follow = func(name string) {
		script, err := files.ReadFile(name)
		if err != nil {
			return // the browser will say it
		}
		for _, m := range static.FindAllSubmatch(script, -1) {
			imported := path.Join(path.Dir(name), string(m[1]))
			if !slices.Contains(found, imported) {
				found = append(found, imported)
				follow(imported)
			}
		}
	}
	follow(first)
	return found
}
