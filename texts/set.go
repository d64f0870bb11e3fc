package texts

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"slices"
	"strings"

	"golang.org/x/text/language"
)

// set is the languages of a folder.
type set struct {
	languages []Language
	speakers  map[string]Texts
	texts     map[string]map[string]text // by language and key
	tags      map[string]language.Tag    // by whose rules texts count
	scripts   []string                   // the keys that the scripts of the pages ask for
}

func mustRead() *set {
	files, err := readFiles(embedded)
	if err != nil { // a file of the program itself
		panic(err)
	}
	return newSet(files)
}

// readFiles reads each language of a folder, by its tag. English must be there.
func readFiles(folder fs.FS) (map[string]*file, error) {
	names, err := fs.Glob(folder, "*.json")
	if err != nil { // the pattern is valid
		return nil, err
	}
	files := map[string]*file{}
	for _, name := range names {
		code := strings.TrimSuffix(name, ".json")
		if files[code], err = readFile(folder, name, code); err != nil {
			return nil, fmt.Errorf("texts/%s: %w", name, err)
		}
	}
	if files[Default] == nil {
		return nil, errors.New("texts: there is no en.json, whose texts stand where others have none")
	}
	return files, nil
}

func newSet(files map[string]*file) *set {
	s := &set{speakers: map[string]Texts{}, texts: map[string]map[string]text{}, tags: map[string]language.Tag{}}
	for code, f := range files {
		l := Language{code, f.Name, f.Thousands, f.Colon, f.Space, f.SmallInside, f.ReadBy, len(f.Documents) > 0}
		s.languages = append(s.languages, l)
		s.speakers[code] = Texts{l, s}
		s.tags[code] = language.Make(code)
		s.texts[code] = map[string]text{}
		for _, section := range f.sections() {
			maps.Copy(s.texts[code], section)
		}
	}
	order := func(l Language) int {
		switch given := files[l.Code].Order; {
		case l.Code == Default:
			return math.MinInt
		case given == 0:
			return math.MaxInt
		default:
			return given
		}
	}
	slices.SortFunc(s.languages, func(a, b Language) int {
		return cmp.Or(cmp.Compare(order(a), order(b)), cmp.Compare(a.Code, b.Code))
	})
	english := files[Default]
	for _, section := range []map[string]text{english.Scripts, english.Countries, english.Fields} {
		s.scripts = slices.AppendSeq(s.scripts, maps.Keys(section))
	}
	return s
}

// in are the texts in a language, in English for one that there is none of.
func (s *set) in(lang string) Texts {
	if t, ok := s.speakers[lang]; ok {
		return t
	}
	return s.speakers[Default]
}

// Keys under which scripts find what the file of a language says of it.
const (
	thousandsKey = "number.thousands"
	colonKey     = "sentence.colon"
)

// ForScripts is the JSON object of what the scripts of the pages ask for, by key. Each is a
// text, or an object of plural forms.
func (t Texts) ForScripts() []byte {
	said := map[string]any{thousandsKey: t.Language.Thousands, colonKey: t.Language.Colon}
	for _, key := range t.of.scripts {
		found, _, _ := t.find(key)
		said[key] = found.written()
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(said); err != nil { // texts can always be written
		panic(err)
	}
	return b.Bytes()
}
