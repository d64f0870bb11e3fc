package search

import "testing"

func TestStretch(t *testing.T) {
	for _, tt := range []struct{ text, part, want string }{
		{"A Station for Hybrid Rice-fields in Laos.", " rice", "Rice"}, {"Ricefields, (paddy)", " rice", "Ricefields"}, {"Ricefields, (paddy)", " paddy ", "paddy"},
		{"Trạm lúa lai Đà Nẵng", " lua lai ", "lúa lai"}, {"中国—东盟水稻试验站", "水稻", "水稻"}, {"中国—东盟水稻试验站", "中国东盟", "中国—东盟"}, {"สถานีข้าวไทย", "ข้าว", "ข้าว"},
		{"The People’s AI aid", " ai ", "AI"}, {"The People’s AI aid", " peoples ", "People’s"}, {"none", " rice", ""}, {"", " rice", ""},
	} {
		if got := Stretch(tt.text, tt.part); got != tt.want {
			t.Errorf("Stretch(%q, %q) = %q, want %q", tt.text, tt.part, got, tt.want)
		}
	}
}

func FuzzStretch(f *testing.F) {
	f.Add("A rice-field 水稻 ข้าว", "rice")
	f.Fuzz(func(t *testing.T, text, word string) {
		for _, token := range Tokens(word) {
			Stretch(text, Beginning(token))
		}
	})
}
