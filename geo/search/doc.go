// Package search says how words are looked for in texts of any language: the form in which
// texts are compared, the terms that an index holds of it, and how a part of a search is
// found by them.
//
// A text's normal form is its tokens in one line, with a blank before, between and behind
// them: " lab 2 中国东盟 ". A token is a word of letters and digits, or a run of a script that
// is written without blanks: Chinese, Japanese, Thai, Lao, Khmer, Burmese. Neither case,
// accents, hyphens, dashes, apostrophes, full-width forms nor traditional characters make a
// difference, nor what stands between Chinese characters.
//
// So everything that is looked for is a part of such a line: " rice" begins a word, " ai "
// is a whole one, " academy of sciences " are several in a row, "东盟" stands anywhere. The
// meaning of a search is strings.Contains; an index only finds it sooner.
package search
