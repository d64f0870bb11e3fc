package api

import "innoatlas/texts"

// word is a text of the documents in a language; in English where it has none.
func word(lang, key string) string { return texts.In(lang).T(key) }

// heading names a property in a language; one that no text names is shown by its own name.
func heading(lang, property string) string {
	said, key := texts.In(lang), "field."+property
	if !said.Has(key) {
		return property
	}
	return said.T(key)
}
