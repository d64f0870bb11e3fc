package search

import (
	"slices"
	"strings"
	"testing"
)

func TestNormal(t *testing.T) {
	for in, want := range map[string]string{
		"":                           "",
		" — ":                        "",
		"Lab 2":                      " lab 2 ",
		"China–ASEAN Expo":           " china asean expo ",
		"people’s People's PEOPLE´S": " peoples peoples peoples ",
		"Xi'an":                      " xian ",
		"Đà Nẵng, Viêng Chăn":        " da nang vieng chan ",
		"ＡＩ　５Ｇ":                      " ai 5g ",
		"中国—东盟 技术转移中心":               " 中国东盟技术转移中心 ",
		"中國・東盟（南寧）":                  " 中国东盟南宁 ",
		"傳統醫藥、衛生、衞生 技術":              " 传统医药卫生卫生技术 ",
		"people｀s":                   " peoples ",
		"5G网络 2.0":                   " 5g 网络 2 0 ",
		"กรุงเทพฯ ประเทศไทย": " กรุงเทพฯ ประเทศไทย ",
		"ວຽງຈັນ\u200bນະຄອນ":  " ວຽງຈັນນະຄອນ ",
		"ភ្នំពេញ។ កម្ពុជា":   " ភ្នំពេញ កម្ពុជា ",
		"R&D (H₂O)": " r d h2o ",
		"a\xffb":    " a b ",
		"Алматы":    " алматы ",
	} {
		if got := Normal(in); got != want {
			t.Errorf("Normal(%q) = %q, want %q", in, got, want)
		}
	}
}

// Whatever an index finds has the part, where it is sure; and it finds all that have it.
func FuzzFind(f *testing.F) {
	for _, seed := range []string{"China–ASEAN 中国—东盟 技术 5G网络 กรุงเทพ", "a 中 b", "ภ្នំ 中x"} {
		f.Add(seed, "asean", "china")
		f.Add(seed, "东盟", "技")
		f.Add("rice ricefield 水稻", "水稻", "rice")
	}
	f.Fuzz(func(t *testing.T, text, first, second string) {
		normal := Normal(text)
		held := map[string]bool{}
		EachTerm(normal, func(term string) { held[term] = true })
		parts := []string{}
		for _, token := range append(Tokens(first), Tokens(second)...) {
			parts = append(parts, Beginning(token), Whole(token))
		}
		if both := Tokens(first + " " + second); len(both) > 0 {
			parts = append(parts, Whole(both...))
		}
		for _, part := range parts {
			terms, sure := Find(part)
			if len(terms) == 0 {
				t.Fatalf("%q has no terms", part)
			}
			has := strings.Contains(normal, part)
			all := !slices.ContainsFunc(terms, func(term Term) bool { return !holds(held, term) })
			if has && !all || sure && all && !has {
				t.Errorf("%q in %q: %v, by its terms %v: %v, sure: %v", part, normal, has, terms, all, sure)
			}
		}
	})
}

func holds(held map[string]bool, term Term) bool {
	if !term.Prefix {
		return held[term.Text]
	}
	for text := range held {
		if strings.HasPrefix(text, term.Text) {
			return true
		}
	}
	return false
}

// A text of ASCII has the form that it has beside other letters.
func FuzzASCII(f *testing.F) {
	f.Add("It's a Lab-2 (No. 7)")
	f.Fuzz(func(t *testing.T, s string) {
		if !IsASCII(s) {
			return
		}
		if got, want := Normal(s)+" e ", Normal(s+" é"); strings.Join(strings.Fields(got), " ") != strings.Join(strings.Fields(want), " ") && Normal(s) != "" {
			t.Errorf("Normal(%q) = %q; with é it is %q", s, Normal(s), want)
		}
	})
}

func TestForms(t *testing.T) {
	for word, want := range map[string][]string{
		"park": {"park"}, "parks": {"parks", "park"}, "laboratories": {"laboratories", "laboratory"}, "laboratory": {"laboratory", "laboratories"},
		"centres": {"centres", "centre", "centers", "center"},
		"campus":  {"campus"}, "boxes": {"boxes", "box"}, "programme": {"programme", "program"}, "program": {"program", "programme"},
		"ai": {"ai"}, "gas": {"gas"}, "news": {"news"}, "peoples": {"peoples"}, "laos": {"laos"}, "species": {"species"},
	} {
		if got := Forms(word); !slices.Equal(got, want) {
			t.Errorf("Forms(%q) = %q, want %q", word, got, want)
		}
	}
}
