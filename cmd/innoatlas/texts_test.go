package main

import (
	"cmp"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"innoatlas/geo/postgis/postgistest"
)

// withTexts is a folder with two records, one of which says something in Thai.
func withTexts(t *testing.T) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "set")
	for name, content := range map[string]string{
		"facilities.csv":   "id,slug,kind,name,summary,country,admin1,city\n1,first,lab,First,It tests.,THA,Fang,Pai\n2,second,lab,Second,,,,\n",
		"kinds.csv":        "id,label_en\nlab,Laboratory\n",
		"texts/th.csv":     "slug,lang,name,summary,origin,stale\nfirst,th,แรก,,person,\nfirst,th,,ทดสอบ,machine,true\n",
		"texts/places.csv": "country,admin1,city,lang,name,origin\nTHA,Fang,,th,ฝาง,machine\n",
		"synonyms.csv":     "terms\nlab;laboratory;kind:lab\n",
	} {
		writeText(t, filepath.Join(folder, name), content)
	}
	return folder
}

func writeText(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestTextsOfAFolder: what is missing is written, filled in, and added to a new folder.
func TestTextsOfAFolder(t *testing.T) {
	t.Parallel()
	folder, dir := withTexts(t), t.TempDir()
	todo, errs, code := output(t, "texts", "missing", "--lang", "th", "--data", folder)
	want := "\ufeffslug,lang,name_en,summary_en,name,summary,origin,stale\r\nfirst,th,,It tests.,,ทดสอบ,person,true\r\nsecond,th,Second,,,,person,\r\n"
	if code != 0 || todo != want {
		t.Fatalf("%q %q with code %d, want %q", todo, errs, code, want)
	}
	filled := filepath.Join(dir, "from the translator.csv")
	writeText(t, filled, strings.NewReplacer("ทดสอบ,person,true", "ใช้ทดสอบ,person,true", "Second,,,,", "Second,,ที่สอง,,").Replace(todo))
	added := filepath.Join(dir, "added")
	for _, step := range []struct {
		args []string
		says string
		code int
	}{
		{[]string{"import", filled, "--data", folder}, "say where the texts go", 1},
		{[]string{"import", filled, "--data", folder, "--folder", added}, "1 text added, 1 changed, 0 unchanged.", 0},
		{[]string{"import", filled, "--data", folder, "--folder", added}, "is not empty", 1},
		{[]string{"import", filepath.Join(folder, "facilities.csv"), "--data", folder, "--folder", added + "2"}, "origin: is missing", 1},
		{[]string{"export", "--lang", "th", "--data", added}, "first,th,แรก,ใช้ทดสอบ,person\r\nsecond,th,ที่สอง,,person\r\n", 0},
		{[]string{"export", "--lang", "th-TH", "--places", "--data", added}, "THA,Fang,,th,ฝาง,machine\r\n", 0},
		{[]string{"missing", "--lang", "th", "--places", "--data", added}, "THA,Fang,Pai,th,,person\r\n", 0},
		{[]string{"missing", "--lang", "en", "--data", added}, "there is English in the records themselves", 1},
		{[]string{"missing", "--lang", "klingon", "--data", added}, `"klingon" is no language`, 1},
		{[]string{"missing", "--data", added}, "--lang", 1},
	} {
		out, errs, code := output(t, append([]string{"texts"}, step.args...)...)
		if code != step.code || !strings.Contains(out+errs, step.says) {
			t.Errorf("texts %s: %q %q with code %d, want %q with %d", step.args, out, errs, code, step.says, step.code)
		}
	}
	if left, _, _ := output(t, "texts", "missing", "--lang", "th", "--data", added); strings.Count(left, "\n") != 1 {
		t.Errorf("still missing: %q", left)
	}
	if _, errs, code := output(t, "export", "--data", filled); code == 0 || !strings.Contains(errs, "innoatlas texts import") {
		t.Errorf("a file of texts is read as records: %q", errs)
	}
}

// TestTextsOfADatabase: a folder goes through a database and is the same again; when the English
// changes, a machine's text is stale, and a translator puts it right.
func TestTextsOfADatabase(t *testing.T) {
	t.Parallel()
	folder, dir := withTexts(t), t.TempDir()
	database := postgistest.Migrated(t)
	run := func(says string, code int, args ...string) string {
		t.Helper()
		out, errs, got := output(t, append(args, "--database-url", database)...)
		if got != code || !strings.Contains(out+errs, says) {
			t.Errorf("%s: %q %q with code %d, want %q with %d", args, out, errs, got, says, code)
		}
		return out
	}
	run("2 added", 0, "import", folder)
	once, again := filepath.Join(dir, "once"), filepath.Join(dir, "again")
	run("", 0, "export", "--folder", once)
	run("0 added, 0 changed, 2 unchanged", 0, "import", once)
	run("", 0, "export", "--folder", again)
	if out, errs, code := output(t, "export", "--data", folder, "--folder", filepath.Join(dir, "direct")); code != 0 {
		t.Fatalf("%q %q", out, errs)
	}
	for _, name := range []string{"texts/th.csv", "texts/places.csv", "synonyms.csv"} {
		direct, through, back := readText(t, filepath.Join(dir, "direct", name)), readText(t, filepath.Join(once, name)), readText(t, filepath.Join(again, name))
		if direct != through || through != back {
			t.Errorf("%s:\n%q\n%q\n%q", name, direct, through, back)
		}
	}

	english, todo := filepath.Join(dir, "english.csv"), filepath.Join(dir, "todo.csv")
	writeText(t, english, "slug,kind,name,summary,country,admin1,city\nsecond,lab,Second,It is new.,,,\n")
	run("1 changed", 0, "import", english)
	texts := filepath.Join(dir, "more.csv")
	writeText(t, texts, "slug,lang,name,summary,origin\nsecond,th,ที่สอง,ใหม่,machine\nfirst,th,เครื่อง,,machine\n")
	run("2 texts added, 0 changed, 0 unchanged", 0, "import", texts)
	run("1 text of a machine not taken", 0, "texts", "import", texts)
	writeText(t, english, "slug,kind,name,summary,country,admin1,city\nsecond,lab,Second,It is newer.,,,\n")
	run("1 changed", 0, "import", english)

	missing := run("", 0, "texts", "missing", "--lang", "th")
	if want := "first,th,,It tests.,,ทดสอบ,person,true\r\nsecond,th,,It is newer.,,ใหม่,person,true\r\n"; !strings.HasSuffix(missing, want) {
		t.Errorf("missing: %q, want %q", missing, want)
	}
	writeText(t, todo, strings.Replace(missing, ",ใหม่,", ",ใหม่กว่า,", 1))
	run("1 text is marked as stale and as before", 0, "texts", "import", todo)
	run("second,th,,ใหม่กว่า,person,", 0, "texts", "export", "--lang", "th")
	run("second,th,ที่สอง,,machine,", 0, "texts", "export", "--lang", "th")
	run("first,th,,ทดสอบ,machine,true", 0, "texts", "export", "--lang", "th")
	run("0 texts added, 0 changed, 1 unchanged", 0, "texts", "import", todo)
	places := filepath.Join(dir, "towns.csv")
	writeText(t, places, "country,admin1,city,lang,name,origin\nTHA,Fang,Pai,th,ปาย,person\n")
	run("1 text added, 0 changed, 0 unchanged", 0, "import", places)
	writeText(t, texts, "slug,lang,name,origin\nnobody,th,ก,person\n")
	run(`slug = "nobody": must be the slug of a record of the data set`, 1, "import", texts)
}

func readText(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestCoverageOfTheBuiltin: the counts are those of the data, by language.
func TestCoverageOfTheBuiltin(t *testing.T) {
	t.Parallel()
	out, errs, code := output(t, "texts", "coverage")
	if code != 0 || errs != "" {
		t.Fatalf("%q with code %d", errs, code)
	}
	lines := map[string]string{}
	for line := range strings.Lines(out) {
		fields := strings.Fields(line)
		if len(fields) > 0 {
			lines[fields[0]] = strings.Join(fields, " ")
		}
	}
	for _, want := range []string{
		"199 records, 199 summaries, 84 towns, 69 provinces. Source, person and machine say who put a text into the language; what is left is in English.",
		"zh 199 120 0 79 199 0 0 199 84 44 69 60 0",
		"lo 199 0 0 199 199 0 0 199 84 84 69 69 0",
	} {
		first, _, _ := strings.Cut(want, " ")
		if lines[first] != want {
			t.Errorf("%q, want %q", lines[first], want)
		}
	}
}

// TestFilesInALanguageAreNoRecords: what is downloaded with lang= is refused, however few of its
// properties were asked for, and what is downloaded without is read.
func TestFilesInALanguageAreNoRecords(t *testing.T) {
	t.Parallel()
	s := startPlain(t)
	for query, name := range map[string]string{
		"f=csv&lang=th": "a.csv", "f=csv&lang=en": "b.csv", "f=csv&lang=zh-CN&limit=2": "c.csv", "f=json&lang=th": "d", "f=json&lang=en": "e", "f=geojson&lang=th": "f",
		"f=json&lang=th&properties=slug,kind,name": "g", "f=json&lang=lo&exclude-properties=machine_translated": "h",
		"f=csv": "", "f=json&limit=2": "",
	} {
		path := filepath.Join(t.TempDir(), cmp.Or(name, "records.csv"))
		if strings.Contains(query, "json") {
			path = strings.TrimSuffix(path, ".csv") + ".geojson"
		}
		writeText(t, path, string(s.get(t, "/collections/facilities/items?"+query)))
		_, errs, code := output(t, "export", "--data", path)
		if refused := strings.Contains(errs, "download it without lang="); refused != (name != "") || refused != (code != 0) {
			t.Errorf("%s: code %d, %q", query, code, errs)
		}
	}
}
