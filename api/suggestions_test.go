package api

import (
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSuggestions(t *testing.T) {
	s := newTestServer()
	for _, tt := range []struct {
		q, more string
		want    suggestionsDocument
	}{
		{"Joint laboratories of Thailand", "", suggestionsDocument{Matched: 1, Understood: []understoodName{
			{"joint laboratories", "kind", []string{"joint-laboratory"}, []string{"Joint laboratory"}}, {"thailand", "country", []string{"THA"}, []string{"Thailand"}},
		}}},
		{"solar 泰国", "&lang=zh", suggestionsDocument{Matched: 1, Rest: "solar", Understood: []understoodName{{"泰国", "country", []string{"THA"}, []string{"泰国"}}}}},
		{"soler Bangkok", "", suggestionsDocument{Rest: "soler bangkok", Words: []wordCount{{"soler", 0, 1}, {"bangkok", 1, 0}}, Corrections: []correction{{"solar bangkok", 1}}}},
		{"soler", "&country=FJI", suggestionsDocument{Rest: "soler", Words: []wordCount{{"soler", 0, 1}}}},
		{"!", "", suggestionsDocument{}},
	} {
		t.Run(tt.q, func(t *testing.T) {
			got := decode[suggestionsDocument](t, get(t, s, "/collections/facilities/suggestions?q="+url.QueryEscape(tt.q)+tt.more))
			tt.want.Q, got.Links = tt.q, nil
			if tt.want.Understood == nil {
				tt.want.Understood = []understoodName{}
			}
			if tt.want.Words == nil {
				tt.want.Words = []wordCount{}
			}
			if tt.want.Corrections == nil {
				tt.want.Corrections = []correction{}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
	for _, target := range []string{"/collections/facilities/suggestions", "/collections/facilities/suggestions?q=%20"} {
		if w := get(t, s, target); w.Code != 400 {
			t.Errorf("%s: %d, want 400", target, w.Code)
		}
	}
}
