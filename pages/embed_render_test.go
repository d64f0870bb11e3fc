package pages

import (
	"bytes"
	"strings"
	"testing"

	"innoatlas/layout"
	"innoatlas/web"
)

func TestRenderEmbed(t *testing.T) {
	p := EmbedPage{
		Lang: "zh", Theme: `"><b>`, Matched: 3, Drawn: 3, Full: "/?country=THA&lang=zh", Notices: []string{"colour=<red>"},
		Rows: []Row{{Name: layout.Label{Text: "<img src=x>", Lang: "en"}, KindLabel: "园区", City: layout.Label{Text: "Rayong"}, Country: "Thailand", URL: "/facilities/a"},
			{Name: layout.Label{Text: "农业", Lang: "zh"}, URL: "javascript:alert(1)"}},
		Options: web.Options{TilesURL: "https://tiles.example.org/{z}/{x}/{y}.png", TilesAttribution: `© "Tiles" <b>`},
	}
	var b bytes.Buffer
	if err := p.Render(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`<html lang="zh" data-theme="&#34;&gt;&lt;b&gt;">`, `<h1>3 个机构</h1>`, `href="/?country=THA&amp;lang=zh" target="_blank" rel="noopener"`, `colour=&lt;red&gt;`,
		`lang="zh">农业</a>`, `lang="zh">农业</a>`, `园区 · Rayong · Thailand`,
		`data-tiles="https://tiles.example.org/{z}/{x}/{y}.png" data-tiles-attribution="© &#34;Tiles&#34; &lt;b&gt;"`,
		web.Asset("pages/embed.js"), web.Asset("app/map.js"), web.Asset("style/embed.css"),
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	for name, never := range map[string]string{
		"an address that is a script": `javascript:`, "an inline style": `style="`, "a script of its own": `<script>`,
		"the scripts of the map page": web.Asset("app/main.js"), "an element of the attribution": `<b>`,
	} {
		if strings.Contains(b.String(), never) {
			t.Errorf("the page has %s: %s", name, never)
		}
	}
}
