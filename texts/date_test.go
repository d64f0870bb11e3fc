package texts

import "testing"

func TestDateInWords(t *testing.T) {
	for _, test := range []struct{ lang, date, want string }{
		{"en", "2021-09-10", "September 10, 2021"}, {"en", "2021-09", "September 2021"}, {"en", "2021", "2021"}, {"en", "", ""},
		{"en", "soon", "soon"}, {"en", "2021-13", "2021-13"},
		{"zh", "2021-09-10", "2021年9月10日"}, {"th", "2021-09", "กันยายน 2021"}, {"vi", "2021-09", "tháng 9 năm 2021"}, {"my", "2021-09-01", "2021 စက်တင်ဘာ 1"},
	} {
		if got := In(test.lang).DateInWords(test.date); got != test.want {
			t.Errorf("%s in %s is %q, want %q", test.date, test.lang, got, test.want)
		}
	}
}
