package api

import (
	"encoding/csv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"innoatlas/geo/memory"
)

// A facility in two sectors counts in both columns, and once in its row; chosen
// values narrow the rows they are in, too.
func TestMatrix(t *testing.T) {
	s := newTestServer()
	type bucket struct {
		Value *string
		Count int
	}
	type matrix struct {
		NumberMatched int
		Rows, Columns []bucket
		Counts        [][]int
	}
	value := func(v string) *string { return &v }
	for _, test := range []struct {
		name, query string
		want        matrix
	}{
		{"country by sector", "", matrix{4,
			[]bucket{{value("CHN"), 1}, {value("FJI"), 1}, {value("THA"), 1}, {nil, 1}},
			[]bucket{{value("new-energy"), 2}, {nil, 2}, {value("marine-and-fisheries"), 1}},
			[][]int{{0, 1, 0}, {1, 0, 1}, {1, 0, 0}, {0, 1, 0}}}},
		{"its own choice narrows it", "?country=FJI&established=1998", matrix{1,
			[]bucket{{value("FJI"), 1}, {value("CHN"), 0}, {value("THA"), 0}},
			[]bucket{{value("marine-and-fisheries"), 1}, {value("new-energy"), 1}},
			[][]int{{1, 1}, {0, 0}, {0, 0}}}},
		{"sector by kind", "?rows=sector&columns=kind&status=closed,operating", matrix{2,
			[]bucket{{value("new-energy"), 2}, {value("marine-and-fisheries"), 1}},
			[]bucket{{value("agricultural-park"), 1}, {value("joint-laboratory"), 1}},
			[][]int{{1, 1}, {1, 0}}}},
		{"nothing", "?q=nothing&rows=kind", matrix{0,
			[]bucket{{value("agricultural-park"), 0}, {value("joint-laboratory"), 0}},
			[]bucket{{value("marine-and-fisheries"), 0}, {value("new-energy"), 0}},
			[][]int{{0, 0}, {0, 0}}}},
	} {
		got := decode[matrix](t, get(t, s, "/collections/facilities/matrix"+test.query))
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: -want +got\n%s", test.name, diff)
		}
	}
}

// Labels are data, and may look like formulas.
func TestMatrixAsCSV(t *testing.T) {
	ds := fixture()
	ds.Sectors[0].Labels["en"] = `=HYPERLINK("https://evil.example"), "new"`
	w := get(t, New(memory.New(ds), fixtureConfig()), "/collections/facilities/matrix?country=THA,FJI", "Accept", "text/csv")
	plain := get(t, New(memory.New(ds), fixtureConfig()), "/collections/facilities/matrix?country=THA,FJI&bom=0", "Accept", "text/csv")
	if "\ufeff"+plain.Body.String() != w.Body.String() {
		t.Errorf("bom=0: %q", plain.Body)
	}
	text, marked := strings.CutPrefix(w.Body.String(), "\ufeff")
	got, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || !marked {
		t.Fatalf("%v, byte order mark %t", err, marked)
	}
	want := [][]string{
		{"Country", `'=HYPERLINK("https://evil.example"), "new"`, "Marine & fisheries", "Facilities"},
		{"Fiji", "1", "1", "1"},
		{"Thailand", "1", "0", "1"},
		{"China", "0", "0", "0"},
		{"Facilities", "2", "1", "2"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if name := w.Header().Get("Content-Disposition"); name != `attachment; filename="facilities-by-country-and-sector.csv"` {
		t.Errorf("Content-Disposition %s", name)
	}
}
