package geo_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"innoatlas/geo"
)

func TestFold(t *testing.T) {
	cases := map[string]struct{ s, want string }{
		"ASCII":                         {"Joint Laboratory No. 7", "joint laboratory no. 7"},
		"empty":                         {"", ""},
		"French":                        {"École Supérieure, Œuvre", "ecole superieure, œuvre"},
		"Vietnamese":                    {"Đại học Nông Lâm Thành phố Hồ Chí Minh", "dai hoc nong lam thanh pho ho chi minh"},
		"Danish and Polish":             {"Ærø, Łódź", "aero, lodz"},
		"German":                        {"Straße, GROẞ", "strasse, gross"},
		"Turkish":                       {"İstanbul, Iğdır", "istanbul, igdır"},
		"composed and decomposed alike": {"e\u0301 \u00e9", "e e"},
		"Greek":                         {"Ἀθήνα, ΣΟΦΟΣ", "αθηνα, σοφοσ"},
		"Cyrillic, the breve of й":      {"Йошкар", "иошкар"},
		"Hebrew keeps its points":       {"שָׁלוֹם", "שָׁלוֹם"},
		"Arabic keeps its vowels":       {"مُختبر", "مُختبر"},
		"Thai keeps its vowels":         {"ศูนย์นวัตกรรม", "ศูนย์นวัตกรรม"},
		"Khmer":                         {"មជ្ឈមណ្ឌល", "មជ្ឈមណ្ឌល"},
		"Burmese":                       {"သုတေသန", "သုတေသန"},
		"Lao, AM is two":                {"ນໍ້າ ນ\u0eb3", "ນໍ້າ ນ\u0ecd\u0eb2"},
		"Devanagari":                    {"हिन्दी", "हिन्दी"},
		"Chinese":                       {"中国—东盟", "中国—东盟"},
		"full-width letters and digits": {"ＡＳＥＡＮ２０２１", "asean2021"},
		"compatibility ideograph":       {"\uf900", "豈"},
		"Japanese, half-width":          {"ｶﾞ", "カ\u3099"},
		"Korean is taken apart":         {"한", "\u1112\u1161\u11ab"},
		"ligatures and superscripts":    {"ﬁeld m²", "field m2"},
		"Roman numeral":                 {"Ⅳ", "iv"},
		"no-break space":                {"a\u00a0b", "a b"},
		"emoji":                         {"🌾", "🌾"},
		"not UTF-8":                     {"a\xffé", "a\ufffde"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if got := geo.Fold(c.s); got != c.want {
				t.Errorf("Fold(%q) = %q (%+q), want %q", c.s, got, got, c.want)
			}
		})
	}
}

// Rune by rune: folding twice is folding once, upper case folds as its lower case
// does, and no accent of U+0300 to U+036F stays.
func TestFoldEveryRune(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if !utf8.ValidRune(r) {
			continue
		}
		once := geo.Fold(string(r))
		if twice := geo.Fold(once); twice != once {
			t.Errorf("%U folds to %+q, and that to %+q", r, once, twice)
		}
		// U+03F9 is the one capital that is compatible with Σ while its lower case is
		// compatible with ς.
		if lower := geo.Fold(string(unicode.ToLower(r))); lower != once && r != '\u03f9' {
			t.Errorf("%U folds to %+q, its lower case to %+q", r, once, lower)
		}
		if strings.ContainsFunc(once, func(r rune) bool { return r >= 0x300 && r <= 0x36f }) {
			t.Errorf("%U folds to %+q", r, once)
		}
	}
}

func FuzzFold(f *testing.F) {
	f.Add("Đại học Ærø 中国 ศูนย์")
	f.Add("\xff\u0300İ")
	f.Fuzz(func(t *testing.T, s string) {
		folded := geo.Fold(s)
		if !utf8.ValidString(folded) {
			t.Errorf("Fold(%q) = %q is not UTF-8", s, folded)
		}
		if strings.ContainsFunc(folded, func(r rune) bool { return r >= 0x300 && r <= 0x36f }) {
			t.Errorf("Fold(%q) = %+q keeps an accent", s, folded)
		}
	})
}
