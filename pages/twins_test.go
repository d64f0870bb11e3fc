package pages

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"innoatlas/api"
	"innoatlas/geo"
	"innoatlas/geo/zorder"
	"innoatlas/layout"
	"innoatlas/texts"
)

// twinCases are what both sides are asked.
type twinCases struct {
	Partners []string    `json:"partners"`
	Titles   []string    `json:"titles"`
	Years    []string    `json:"years"`
	Reports  [][3]string `json:"reports"` // contact, name and address
}

var casesOfTwins = twinCases{
	Partners: []string{
		"Kasetsart University (THA)", "Kasetsart University(THA)", "Guangxi University", "A (B) (CHN)",
		"(CHN)", " (CHN)", "A (Chn)", "A (CHN) ", "A (CHNX)", "农科院\u3000(CHN)", "A\u00a0(CHN)", "\u3000(CHN)", "",
	},
	Titles: []string{"Guangxi University", "广西大学", "中国—东盟 (ASEAN)", "Guangxi Academy of Sciences (广西)", "มหาวิทยาลัย", "ມະຫາວິທະຍາໄລ", "សាកលវិទ្យាល័យ", "တက္ကသိုလ်",
		"農研機構のセンター", "한국", "", "2015", "Đại học Thái Nguyên"},
	Years: []string{"2015", "2015..2020", "2015..", "..2020", "2015..2015"},
	Reports: [][3]string{
		{"maps@example.org", "Rice & “fish” 50%", "https://a.test/facilities/x?lang=en"},
		{"maps&co+x@example.org", " two\r\nlines  é 'q' (b)!*", "https://a.test/é"},
	},
}

// twins are what the scripts of the page hold (web/test/twins.mjs).
type twins struct {
	Reach                  map[string]float64 // metres
	Filters, Facets, Sorts []string
	NotStated              []string // of each script that has one
	Views, Drawn, Left     []string
	Years                  []string
	Titles                 []string // the languages that they are taken for
	Partners               [][2]string
	Reports                []string
	Directions             []string
	MaxLatitude            float64
	Cell, Tile, Deepest    int
	Files, Themes          []string
}

func readTwins(t *testing.T) (read twins) {
	t.Helper()
	if _, err := exec.LookPath("node"); err != nil && os.Getenv("CI") == "" {
		t.Skip("the scripts of the page need node to be read, which is the package nodejs")
	}
	cases, err := json.Marshal(casesOfTwins)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "node", "../web/test/twins.mjs")
	cmd.Stdin = bytes.NewReader(cases)
	var complaints strings.Builder
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, complaints.String())
	}
	if err := json.Unmarshal(out, &read); err != nil {
		t.Fatal(err)
	}
	return read
}

// TestTwins: what the scripts of the page and the server both hold is the same. Where one
// of them changes, the other must. Colours are compared in package format, with the
// style sheets.
func TestTwins(t *testing.T) {
	scripts := readTwins(t)
	same := func(what string, script, server any) {
		t.Helper()
		if diff := cmp.Diff(script, server); diff != "" {
			t.Errorf("%s: -scripts +server\n%s", what, diff)
		}
	}
	for precision, metres := range scripts.Reach {
		same("reach of "+precision, metres, 1000*reach[precision])
	}
	filters := []string{"q"}
	for _, d := range geo.Facilities.Facets() {
		filters = append(filters, string(d))
	}
	same("filters", sorted(scripts.Filters), sorted(filters))
	same("facets", sorted(scripts.Facets), sorted(scripts.Filters[:len(scripts.Filters)-1]))
	same("orders", sorted(scripts.Sorts), sorted(ofScripts["sortby"]))
	same("views", scripts.Views, mapData{}.Views())
	same("views", scripts.Views, ofScripts["view"])
	same("drawn precisions", scripts.Drawn, drawn)
	same("the others", scripts.Left, append(slices.DeleteFunc(geo.TermIDs(geo.Precisions), func(p string) bool { return slices.Contains(drawn, p) }), api.NotStated))
	for _, none := range scripts.NotStated {
		same("not stated", none, api.NotStated)
	}
	for i, partnerText := range casesOfTwins.Partners {
		name, country := partner(partnerText)
		same("partner "+partnerText, scripts.Partners[i], [2]string{name, country})
	}
	for i, text := range casesOfTwins.Titles {
		same("language of "+text, scripts.Titles[i], written(text))
	}
	for i, r := range casesOfTwins.Reports {
		v := facilityData{FacilityPage{Contact: r[0], Name: layout.Label{Text: r[1]}, Public: Public{Address: r[2]}}, texts.In("en")}
		same("mail of a report", readMail(t, scripts.Reports[i]), readMail(t, v.Report()))
	}
	for c := rune(1); c < 0x3000; c++ {
		same(fmt.Sprintf("U+%04X is taken out", c), slices.Contains(scripts.Directions, string(c)), layout.Undirected(string(c)) == "")
	}
	same("latitude where Web Mercator ends", fmt.Sprintf("%.10f", scripts.MaxLatitude), fmt.Sprintf("%.10f", zorder.MaxLatitude))
	aside := scripts.Tile / scripts.Cell
	same("cells of clusters in a tile", uint64(aside*aside), zorder.Cell(zorder.NoPosition, 0))
	same("deepest zoom", scripts.Deepest, geo.MaxZoom)
}

// TestTwinsAreAnswered: what the scripts ask for, the server has.
func TestTwinsAreAnswered(t *testing.T) {
	scripts, s := readTwins(t), newTestServer()
	for i, years := range scripts.Years {
		asked := casesOfTwins.Years[i]
		for _, text := range []string{asked, years} {
			if w := get(t, s, "/collections/facilities/items?limit=1&established="+text); years == "" || w.Code != http.StatusOK {
				t.Errorf("established=%s, which the scripts read as %q: %d", text, years, w.Code)
			}
		}
	}
	for _, theme := range scripts.Themes {
		if w := get(t, s, "/embed?theme="+theme); !strings.Contains(w.Body.String(), `data-theme="`+theme+`"`) {
			t.Errorf("the embedded map is not %s", theme)
		}
	}
	var document struct{ Links []api.Link }
	if err := json.Unmarshal(get(t, s, "/collections/facilities").Body.Bytes(), &document); err != nil {
		t.Fatal(err)
	}
	var files []string
	for _, l := range document.Links {
		if _, ending, ok := strings.Cut(l.Href, "/data/facilities."); ok && l.Rel == "enclosure" {
			files = append(files, ending)
		}
	}
	if diff := cmp.Diff(sorted(scripts.Files), sorted(files)); diff != "" {
		t.Errorf("files: -scripts +server\n%s", diff)
	}
}

func sorted(list []string) []string { return slices.Sorted(slices.Values(list)) }

// readMail are the parts of the address of a mail, without their escapes.
func readMail(t *testing.T, address string) (parts [3]string) {
	t.Helper()
	to, query, _ := strings.Cut(strings.TrimPrefix(address, "mailto:"), "?")
	values, err := url.ParseQuery(strings.ReplaceAll(query, "+", "%2B"))
	if err != nil {
		t.Fatal(err)
	}
	to, err = url.PathUnescape(to)
	if err != nil {
		t.Fatal(err)
	}
	return [3]string{to, values.Get("subject"), values.Get("body")}
}
