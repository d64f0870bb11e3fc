package pages

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode"

	"innoatlas/api"
	"innoatlas/geo"
	"innoatlas/layout"
	"innoatlas/texts"
)

// readingOf is how the reader of a page sees the facilities.
func readingOf(a *api.Answer) *geo.Reading {
	return a.Catalog().Reading(a.Catalog().Collection(geo.Facilities.ID), a.Lang())
}

// namesOf are the name of a record that a reading gives, and the others that sources print.
func namesOf(f *geo.Facility, lang string) (main layout.Label, others []layout.Label) {
	return namesAmong(f.Slug, layout.Label{Text: f.Name, Lang: languageOf(f, "name", lang)}, layout.Label{Text: f.NameZh, Lang: "zh"}, layout.Label{Text: f.NameLocal,
		Lang: f.NameLocalLang})
}

// namesAmong are the first name that is one, or else the slug, and the others that differ.
func namesAmong(slug string, all ...layout.Label) (main layout.Label, others []layout.Label) {
	for _, n := range all {
		switch {
		case n.Text == "" || n.Text == main.Text:
		case main.Text == "":
			main = n
		case len(others) == 0 || others[0].Text != n.Text:
			others = append(others, n)
		}
	}
	if main.Text == "" {
		main.Text = slug
	}
	return main, others
}

// languageOf is the language that a reading gives a field in.
func languageOf(f *geo.Facility, field, lang string) string {
	if f.Translations.English(field) {
		return texts.Default
	}
	return lang
}

// byName puts names as people of the language put them.
func byName(lang, x, y string) int {
	return strings.Compare(geo.CollationKey(lang, x), geo.CollationKey(lang, y))
}

// listByCountry lists records in the order of the names of countries and then of their own, as
// readers of the language put them; by bytes in English where the store has no alphabets. By is
// the property that says so.
func (p *pages) listByCountry(ctx context.Context, q geo.Query, lang string) (found geo.Page, by string, err error) {
	q.Sort = []geo.SortKey{{Property: geo.CollatedByCountry(lang)}, {Property: geo.CollatedBy(lang)}}
	found, err = p.store.List(ctx, q)
	if refused := (*geo.InputError)(nil); errors.As(err, &refused) && refused.Param == "sortby" {
		q.Sort = []geo.SortKey{{Property: "country_name"}, {Property: "name"}}
		found, err = p.store.List(ctx, q)
		return found, "name", err
	}
	return found, "label", err
}

// listByName lists records in the order of some keys and then of names, likewise.
func (p *pages) listByName(ctx context.Context, q geo.Query, lang string, before ...geo.SortKey) (found geo.Page, by string, err error) {
	q.Sort = append(slices.Clone(before), geo.SortKey{Property: geo.CollatedBy(lang)})
	found, err = p.store.List(ctx, q)
	if refused := (*geo.InputError)(nil); errors.As(err, &refused) && refused.Param == "sortby" {
		q.Sort[len(before)].Property = "name"
		found, err = p.store.List(ctx, q)
		return found, "name", err
	}
	return found, "label", err
}

// Original is what a record states in English, and how the page came to show it in another
// language.
type Original struct {
	Name, Place, Summary string
	Machine, Stale       bool // some of what the page shows was translated automatically; before the English was changed
}

// originalOf is nil where the page shows what the record states.
func originalOf(stated, shown *geo.Facility) *Original {
	o := &Original{Name: stated.Name, Place: joined(placeOf(stated, stated.CountryName, texts.Default), ", "), Summary: stated.Summary}
	return o.besides(shown.Name, shown.Summary, shown.Translations)
}

// originalOfRecord is that of a record of a collection without a struct, with its place.
func originalOfRecord(stated, shown *geo.Record, place string) *Original {
	o := &Original{Name: stated.Value("name").Text, Place: place, Summary: stated.Value("summary").Text}
	return o.besides(shown.Value("name").Text, shown.Value("summary").Text, shown.Translations)
}

// besides is what the record states besides the name and the summary that are shown.
func (o *Original) besides(name, summary string, shown *geo.Translations) *Original {
	o.Machine, o.Stale = shown.Machine(), shown.Stale()
	if o.Summary == summary { // then it is in English already
		o.Summary = ""
		if o.Name == name && !o.Machine {
			return nil
		}
	}
	return o
}

// said says that the page shows what was translated automatically; empty where it does not.
func (o *Original) said(t texts.Texts) string {
	switch {
	case o == nil || !o.Machine:
		return ""
	case o.Stale:
		return t.T("translated.outdated")
	}
	return t.T("translated.machine")
}

// inLanguage are links to data in the language of a page, and behind them those to the same in
// English, which is what editors and programs take.
func inLanguage(links []layout.Label, lang string) []layout.Label {
	if lang == texts.Default {
		return links
	}
	var translated, english []layout.Label
	for _, link := range links {
		translated = append(translated, layout.Label{Text: link.Text, Href: link.Href + "&lang=" + lang, Lang: lang})
		english = append(english, layout.Label{Text: link.Text + ", " + texts.In(texts.Default).T("doc.language"), Href: link.Href, Lang: texts.Default})
	}
	return append(translated, english...)
}

// scripts are those that tell a language, for texts that nobody says the language of.
var scripts = []struct {
	lang  string
	table *unicode.RangeTable
}{
	{"ja", unicode.Hiragana}, {"ja", unicode.Katakana}, {"ko", unicode.Hangul}, {"zh", unicode.Han}, {"th", unicode.Thai},
	{"lo", unicode.Lao}, {"km", unicode.Khmer}, {"my", unicode.Myanmar},
}

// written is the language that a title or the name of an institution is in, as far as its
// script tells it. What is in Latin letters, but for a few, is taken for English.
func written(text string) string {
	latin := lettersIn(text, unicode.Latin)
	for _, s := range scripts {
		if n := lettersIn(text, s.table); n > 0 && 3*n >= latin {
			return s.lang
		}
	}
	return texts.Default
}

func lettersIn(text string, script *unicode.RangeTable) (n int) {
	for _, r := range text {
		if unicode.Is(script, r) {
			n++
		}
	}
	return n
}
