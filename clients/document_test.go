package clients

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

const document = "../docs/clients.md"

// compareDocument holds docs/clients.md to what was proved: the same checks of the
// same clients. What was seen and the versions may be another machine's.
func compareDocument(t *testing.T, reports []report) {
	t.Helper()
	if *update {
		if err := os.WriteFile(document, []byte(write(reports)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	if want := skeleton(write(reports)); skeleton(string(text)) != want {
		t.Errorf("%s is not what was proved; run make test-clients UPDATE=1", document)
	}
}

const preface = `# GIS clients

What real clients were seen to do with the service. The table is written by ` + "`make test-clients UPDATE=1`" + `, and each run of the
tests proves it again: every check runs against the real program, on a store in memory and on PostGIS (` + "`--reads database`" + `).
A cell is what was seen on both; a blank one was not tried.

`

// write is the document: a row for each check, a column for each client.
func write(reports []report) string {
	var clients, checks []string
	versions := map[string]string{}
	seen := map[[2]string]string{}
	for _, r := range reports {
		versions[r.client] = r.version
		if !slices.Contains(clients, r.client) {
			clients = append(clients, r.client)
		}
		for _, k := range r.checks {
			if !slices.Contains(checks, k.Check) {
				checks = append(checks, k.Check)
			}
			seen[[2]string{k.Check, r.client}] = k.Seen
		}
	}
	var b strings.Builder
	b.WriteString(preface + "| |")
	for _, c := range clients {
		fmt.Fprintf(&b, " %s %s |", c, versions[c])
	}
	b.WriteString("\n| --- |" + strings.Repeat(" --- |", len(clients)) + "\n")
	for _, k := range checks {
		fmt.Fprintf(&b, "| %s |", k)
		for _, c := range clients {
			fmt.Fprintf(&b, " %s |", cell(seen[[2]string{k, c}]))
		}
		b.WriteString("\n")
	}
	return b.String()
}

// cell is short enough for a table: long lists are only said to be right.
func cell(seen string) string {
	switch {
	case seen == "":
		return ""
	case len(seen) > 60 || seen == "True" || seen == "TRUE":
		return "yes"
	}
	return strings.NewReplacer("|", "\\|", "\n", " ").Replace(seen)
}

// skeleton is which check stands for which client.
func skeleton(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		cells := strings.Split(strings.TrimSpace(line), "|")
		if len(cells) < 4 || strings.Contains(cells[1], "---") {
			continue
		}
		for i, c := range cells {
			if i > 1 && strings.TrimSpace(c) != "" {
				c = "*"
			}
			b.WriteString(strings.TrimSpace(c) + "|")
		}
		b.WriteString("\n")
	}
	return b.String()
}
