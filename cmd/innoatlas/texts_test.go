package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
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
		{[]string{"import", filled, "--data", folder, "--folder", added}, "1 added, 1 changed, 0 unchanged.", 0},
		{[]string{"import", filled, "--data", folder, "--folder", added}, "is not empty", 1},
		{[]string{"import", filepath.Join(folder, "facilities.csv"), "--data", folder, "--folder", added + "2"}, "origin: is missing", 1},
		{[]string{"export", "--lang", "th", "--data", added}, "first,th,แรก,ใช้ทดสอบ,person\r\nsecond,th,ที่สอง,,person\r\n", 0},
		{[]string{"export", "--lang", "th-TH", "--places", "--data", added}, "THA,Fang,,th,ฝาง,machine\r\n", 0},
		{[]string{"missing", "--lang", "th", "--places", "--data", added}, "THA,Fang,Pai,th,,person\r\n", 0},
		{[]string{"missing", "--lang", "en", "--data", added}, "English is what records state themselves", 1},
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
