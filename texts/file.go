package texts

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"

	"golang.org/x/text/language"
)

// file is one language as it is written. Its sections say who needs a text; a key is in
// one of them, the same in every language.
type file struct {
	Name        string   `json:"name"`
	Order       int      `json:"place"` // in the menu of languages
	Note        string   `json:"note"`  // for translators
	Thousands   string   `json:"thousands"`
	Colon       string   `json:"colon"`
	Space       string   `json:"space"`
	SmallInside bool     `json:"small_inside"`
	ReadBy      []string `json:"read_by"`
	EnglishOnly []string `json:"english_only"` // keys and sections that are not translated

	Scripts   map[string]text `json:"scripts"`   // what the scripts of the pages ask for
	Pages     map[string]text `json:"pages"`     // what only the server writes into pages
	Labels    map[string]text `json:"labels"`    // of values that every data set has
	Countries map[string]text `json:"countries"` // of those that take part
	Fields    map[string]text `json:"fields"`    // headings of properties, which scripts get too
	Documents map[string]text `json:"documents"` // the API's documents as pages, and titles of links
}

func (f *file) sections() map[string]map[string]text {
	return map[string]map[string]text{
		"scripts": f.Scripts, "pages": f.Pages, "labels": f.Labels, "countries": f.Countries, "fields": f.Fields, "documents": f.Documents,
	}
}

// text is the same for every count, or has the plural forms of one (CLDR names).
type text struct {
	plain string
	forms map[string]string // nil where it is plain
}

// UnmarshalJSON reads a string, or an object of plural forms.
func (t *text) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '{' {
		return json.Unmarshal(data, &t.forms)
	}
	return json.Unmarshal(data, &t.plain)
}

// written is what JSON has of a text.
func (t text) written() any {
	if t.forms != nil {
		return t.forms
	}
	return t.plain
}

func readFile(folder fs.FS, name, code string) (*file, error) {
	if tag, err := language.Raw.Parse(code); err != nil || tag.String() != code {
		return nil, fmt.Errorf("the name must be a language tag as it is usually written (BCP 47), as zh or pt-BR, not %q", code)
	}
	data, err := fs.ReadFile(folder, name)
	if err != nil {
		return nil, err
	}
	read := &file{Thousands: ",", Colon: ":", Space: " "}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(read); err != nil {
		return nil, err
	}
	if read.Name == "" {
		return nil, errors.New("name is missing: how the language is called in itself")
	}
	return read, nil
}
