package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// TestEleventhLanguage: a file in texts/ is a language more, without a line of Go. The
// program is built with one that is not in the folder.
func TestEleventhLanguage(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program")
	}
	t.Parallel()
	s := startCommand(t, func(args []string) *exec.Cmd { return enlarged(t, args...) })
	for _, test := range []struct {
		name, target, accept string
		want                 []string
	}{
		{"the map page", "/?f=html", "jv-ID, en;q=0.5", []string{`<html lang="jv">`, "<title>Atlas Inovasi</title>", ` <span class="current">Basa Jawa</span>`, `/i18n/jv.json"`}},
		{"the menu of another", "/?lang=th&f=html", "", []string{`hreflang="jv" href="/?lang=jv">Basa Jawa</a></li>` + "\n      </ul>", `<link rel="alternate" hreflang="jv"`}},
		{"a public page", "/countries/lao?lang=jv_ID.UTF-8", "", []string{`<html lang="jv">`, "<h1>Laos Jawa</h1>", `<a lang="jv" hreflang="jv"`, "Loncat"}},
		{"labels", "/collections/facilities/facets?lang=jv&f=json", "", []string{`"label":"Laos Jawa"`, `"label":"Mlaku"`, `"label":"Ora ditulis"`}},
		{"a country of CLDR", "/collections/countries/facets?lang=jv&f=json", "", []string{`"label":"Jerman"`}},
		{"a document", "/collections?lang=jv&f=html", "", []string{`<html lang="jv">`, "<h1>Kumpulan</h1>", `lang=zh" lang="zh">中文</a>`, ">Situs<", "Rekaman GeoJSON</a>"}},
		{"the document in another", "/collections?lang=zh&f=html", "", []string{`lang=jv" lang="jv">Basa Jawa</a>`, `lang=en" lang="en">English</a>`}},
		{"a record as a document", "/collections/facilities/items/1?lang=jv&f=html", "", []string{"<dt>Kahanan</dt>"}},
		{"titles in JSON", "/collections/facilities?lang=jv&f=json", "", []string{`"title":"Situs"`, `"title":"Records as GeoJSON"`}},
		{"the definition", "/api", "", []string{"fil, jv, or a tag"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			body := s.getIn(t, test.target, test.accept)
			for _, want := range test.want {
				if !strings.Contains(body, want) {
					t.Errorf("%s lacks %s", test.target, want)
				}
			}
		})
	}
	page := s.getIn(t, "/?lang=jv&f=html", "")
	_, address, _ := strings.Cut(page, `crossorigin href="`)
	address, _, _ = strings.Cut(address, `"`)
	var said map[string]any
	if err := json.Unmarshal([]byte(s.getIn(t, address, "")), &said); err != nil || said["title"] != "Atlas Inovasi" || said["country.LAO"] != "Laos Jawa" ||
		said["number.thousands"] != "'" {
		t.Errorf("%s has the title %v, Laos as %v and %v between thousands; %v", address, said["title"], said["country.LAO"], said["number.thousands"], err)
	}
}

// javanese is the English file with some texts translated, as a language that is begun.
func javanese(t *testing.T) []byte {
	t.Helper()
	data, err := os.ReadFile("../../texts/en.json")
	if err != nil {
		t.Fatal(err)
	}
	var file map[string]any
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	file["name"], file["place"], file["thousands"] = "Basa Jawa", 11, "'"
	for section, translated := range map[string]map[string]string{
		"scripts":   {"title": "Atlas Inovasi"},
		"pages":     {"public.skip": "Loncat"},
		"labels":    {"not_stated": "Ora ditulis", "status.operating": "Mlaku"},
		"countries": {"country.LAO": "Laos Jawa"},
		"fields":    {"field.status": "Kahanan"},
		"documents": {"doc.collections": "Kumpulan", "doc.language": "Basa Jawa", "collection.facilities.title": "Situs", "link.records_as.GeoJSON": "Rekaman GeoJSON"},
	} {
		texts := file[section].(map[string]any)
		for key, text := range translated {
			if texts[key] == nil {
				t.Fatalf("en.json has no %s in %s", key, section)
			}
			texts[key] = text
		}
	}
	data, err = json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// enlarged is the program with a language and a field more, which is built once for both.
func enlarged(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	enlargedBinary.once.Do(func() {
		files := oneMoreField(t)
		files["texts/jv.json"] = javanese(t)
		enlargedBinary.path = builtWith(t, files)
	})
	cmd := program(context.Background(), args...)
	cmd.Path = enlargedBinary.path
	return cmd
}

var enlargedBinary struct {
	once sync.Once
	path string
}

// builtWith is the program with other files, by their places in the project.
func builtWith(t *testing.T, files map[string][]byte) (binary string) {
	t.Helper()
	folder, replace := t.TempDir(), map[string]string{}
	for name, data := range files {
		original, err := filepath.Abs("../../" + name)
		if err != nil {
			t.Fatal(err)
		}
		replace[original] = filepath.Join(folder, filepath.Base(name))
		if err := os.WriteFile(replace[original], data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "overlay"), overlay, 0o600); err != nil {
		t.Fatal(err)
	}
	binary, err = filepath.Abs("../../build/innoatlas-enlarged")
	if err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("go", "build", "-overlay", filepath.Join(folder, "overlay"), "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return binary
}

// getIn reads a page as a reader of some languages.
func (s *server) getIn(t *testing.T, target, languages string) string {
	t.Helper()
	request, err := http.NewRequest(http.MethodGet, s.url+target, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept-Language", languages)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("GET %s: %s %v", target, response.Status, err)
	}
	return string(body)
}
