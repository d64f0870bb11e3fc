// Package pages has the pages for people, one file each: what is asked, what the page
// shows, and beside it the template of the same name. They meet the service through the
// requests of package api; what browsers load besides is in package web.
package pages

import (
	"embed"
	"html/template"
	"strings"

	"innoatlas/layout"
	"innoatlas/texts"
)

//go:embed *.html
var files embed.FS

// parsePage makes the template of a page from its files, of which the first is the
// whole and the others are parts.
func parsePage(names ...string) *layout.Template {
	return layout.Parse(files, template.FuncMap{"lower": strings.ToLower, "languages": func() []texts.Language { return texts.Languages }, "shapes": eachShape}, names...)
}
