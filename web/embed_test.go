package web

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
)

func TestRenderEmbed(t *testing.T) {
	p := EmbedPage{
		Lang: "zh", Theme: `"><b>`, Matched: 3, Drawn: 3, Full: "/?country=THA&lang=zh", Notices: []string{"colour=<red>"},
		Rows:    []Row{{Name: Text{"<img src=x>", "en"}, KindLabel: "园区", City: "Rayong", Country: "Thailand", URL: "/facilities/a"}, {Name: Text{"农业", "zh"}, URL: "javascript:alert(1)"}},
		Options: Options{TilesURL: "https://tiles.example.org/{z}/{x}/{y}.png", TilesAttribution: `© "Tiles" <b>`},
	}
	var b bytes.Buffer
	if err := p.Render(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`<html lang="zh" data-theme="&#34;&gt;&lt;b&gt;">`, `<h1>3 个机构</h1>`, `href="/?country=THA&amp;lang=zh" target="_blank" rel="noopener"`, `colour=&lt;red&gt;`,
		`lang="zh">农业</a>`, `lang="zh">农业</a>`, `园区 · Rayong · Thailand`, `data-tiles="https://tiles.example.org/{z}/{x}/{y}.png" data-tiles-attribution="© &#34;Tiles&#34; &lt;b&gt;"`,
		Asset("pages/embed.js"), Asset("app/map.js"), Asset("style/embed.css"),
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	for name, never := range map[string]string{"an address that is a script": `javascript:`, "an inline style": `style="`, "a script of its own": `<script>`, "the scripts of the map page": Asset("app/main.js"), "an element of the attribution": `<b>`} {
		if strings.Contains(b.String(), never) {
			t.Errorf("the page has %s: %s", name, never)
		}
	}
}

func TestEveryTextOfTheEmbeddedMapExists(t *testing.T) {
	page, err := files.ReadFile("page/embed.html")
	if err != nil {
		t.Fatal(err)
	}
	texts := regexp.MustCompile(`\.[TN] "([^"]+)"`).FindAllSubmatch(page, -1)
	for _, m := range texts {
		if _, ok := catalogues["en"][string(m[1])]; !ok {
			t.Errorf("i18n/en.json lacks %s", m[1])
		}
	}
	if len(texts) == 0 {
		t.Error("no texts found")
	}
}
