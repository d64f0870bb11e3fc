package web

import (
	"bytes"
	"io/fs"
	"path"
	"regexp"
	"strings"

	"innoatlas/texts"
)

// mapStyle is the style sheet of the map page: the files of style/map one after
// another, so that they can be read apart and are fetched at once.
const mapStyle = "style/map.css"

// scriptTexts is where the scripts find the texts of a language: i18n/en.json.
const scriptTexts = "i18n/"

// source is what is served under a name of Asset. The project's own scripts and
// styles are sent without comments and indents, which are a third of them.
func source(name string) ([]byte, error) {
	if name == mapStyle {
		return joined("style/map")
	}
	if lang, ok := strings.CutPrefix(name, scriptTexts); ok {
		return texts.In(strings.TrimSuffix(lang, ".json")).ForScripts(), nil
	}
	data, err := files.ReadFile(name)
	if err != nil {
		return nil, err
	}
	switch path.Dir(name) {
	case "app", "pages", "style":
		if ext := path.Ext(name); ext == ".js" || ext == ".css" {
			return withoutComments(data), nil
		}
	}
	return data, nil
}

func joined(folder string) ([]byte, error) {
	names, err := fs.Glob(files, folder+"/*.css")
	if err != nil {
		return nil, err
	}
	var all bytes.Buffer
	for _, name := range names {
		data, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		all.Write(withoutComments(data))
	}
	return all.Bytes(), nil
}

// In a line of code: a type in JSDoc, and a comment that ends it. The latter must
// hold no quote, which could be the end of a text that only looks like one.
var (
	inlineType      = regexp.MustCompile(`/\*\* @.*?\*/ ?`)
	trailingComment = regexp.MustCompile("[ \t]+// [^'\"`]*$")
)

// withoutComments leaves out comments, empty lines and indents, but no end of a
// line. It knows no syntax: that no text of a script goes over several lines or
// holds what looks like a comment is for a test of the page to see.
func withoutComments(source []byte) []byte {
	var kept bytes.Buffer
	inComment := false
	for line := range strings.Lines(string(source)) {
		text := strings.TrimSpace(line)
		begins := strings.HasPrefix(text, "/*")
		switch {
		case inComment:
			inComment = !strings.HasSuffix(text, "*/")
		case begins && strings.HasSuffix(text, "*/") && strings.Count(text, "*/") == 1:
		case begins && !strings.Contains(text, "*/"):
			inComment = true
		case text == "" || strings.HasPrefix(text, "//"):
		default:
			text = inlineType.ReplaceAllString(text, "")
			kept.WriteString(trailingComment.ReplaceAllString(text, "") + "\n")
		}
	}
	return kept.Bytes()
}
