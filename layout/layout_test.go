package layout

import (
	"bytes"
	"html/template"
	"strings"
	"testing"
	"testing/fstest"

	"innoatlas/web"
)

// A page is made of its files, names those of this build, and turns no text round.
func TestTemplate(t *testing.T) {
	files := fstest.MapFS{
		"whole.html": {Data: []byte(`<link href="{{asset "style/public.css"}}">{{template "part" .}}`)},
		"part.html":  {Data: []byte(`{{define "part"}}<b>{{shout .Name}}</b>{{end}}`)},
	}
	page := Parse(files, template.FuncMap{"shout": strings.ToUpper}, "whole.html", "part.html")
	var b bytes.Buffer
	if err := page.Write(&b, struct{ Name string }{"<a>\u202eb\u200f"}); err != nil {
		t.Fatal(err)
	}
	if want := `<link href="` + web.Asset("style/public.css") + `"><b>&lt;A&gt;B` + "\u200f</b>"; b.String() != want {
		t.Errorf("%q, want %q", b.String(), want)
	}
	if err := page.Write(&b, 1); err == nil || !strings.Contains(err.Error(), "whole.html") {
		t.Errorf("a page that cannot be made: %v", err)
	}
	if !strings.HasPrefix(Version(), web.Asset("")) || Version() == web.Asset("") {
		t.Errorf("the version is %s", Version())
	}
}
