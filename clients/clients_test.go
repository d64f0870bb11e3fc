package clients

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"innoatlas/geo"
	"innoatlas/geo/dataset"
	"innoatlas/geo/postgis/postgistest"
)

var update = flag.Bool("update", false, "rewrite docs/clients.md")

func TestMain(m *testing.M) { postgistest.Main(m) }

// client is a program that reads the service, and the script that drives it. A
// script prints one line of JSON for each check, and one with the client's name and
// version before them.
type client struct {
	command  []string
	packages string // of Debian, that it needs
}

var clientScripts = []client{
	{[]string{"/usr/bin/python3", "gdal_.py"}, "gdal-bin"},
	{[]string{"/usr/bin/python3", "qgis_.py"}, "python3-qgis"},
	{[]string{"/usr/bin/python3", "geopandas_.py"}, "python3-geopandas"},
	{[]string{"/usr/bin/python3", "owslib_.py"}, "python3-owslib"},
	{[]string{"Rscript", "--vanilla", "sf.R"}, "r-cran-sf"},
}

// check is what a script prints: what was tried, whether it came out right, and
// what was seen.
type check struct {
	Client  string `json:"client,omitempty"`
	Version string `json:"version,omitempty"`
	Check   string `json:"check,omitempty"`
	OK      bool   `json:"ok,omitempty"`
	Seen    string `json:"seen,omitempty"`
}

// report is what one client did on one store.
type report struct {
	client, version, store string
	checks                 []check
}

func TestClients(t *testing.T) {
	binary := build(t)
	expected := writeExpected(t)
	large := serve(t, binary, "--data", writeLarge(t))
	stores := []struct {
		name string
		args []string
	}{
		{"memory", nil},
		{"PostGIS", []string{"--database-url", postgistest.Migrated(t), "--reads", "database"}},
	}
	var reports []report
	for _, store := range stores {
		t.Run(store.name, func(t *testing.T) {
			if store.args != nil {
				run(t, binary, "import", "../geo/dataset/builtin", "--database-url", store.args[1])
			}
			s := serve(t, binary, store.args...)
			for _, c := range clientScripts {
				t.Run(strings.TrimSuffix(c.command[len(c.command)-1], filepath.Ext(c.command[len(c.command)-1])), func(t *testing.T) {
					reports = append(reports, c.run(t, store.name, s, large, expected))
				})
			}
		})
	}
	if !t.Failed() {
		compareDocument(t, reports)
	}
}

// run starts the script, and fails the test for each check that did not come out.
func (c client) run(t *testing.T, store string, s, large server, expected string) report {
	r := report{store: store}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, c.command[0], c.command[1:]...)
	cmd.Env = append(os.Environ(), "ATLAS_URL="+s.url, "ATLAS_LARGE="+large.url, "ATLAS_LOG="+s.log, "ATLAS_EXPECTED="+expected, "QT_QPA_PLATFORM=offscreen", "LC_ALL=C.UTF-8",
		"HOME="+t.TempDir(), "PYTHONDONTWRITEBYTECODE=1")
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v (Debian's packages %s)\n%s\n%s", strings.Join(c.command, " "), err, c.packages, errs.Bytes(), out)
	}
	for line := range strings.Lines(string(out)) {
		var k check
		if json.Unmarshal([]byte(line), &k) != nil {
			continue // what a client says on its own
		}
		if k.Client != "" {
			r.client, r.version = k.Client, k.Version
			continue
		}
		if !k.OK {
			t.Errorf("%s: %s: %s", r.client, k.Check, k.Seen)
		}
		r.checks = append(r.checks, k)
	}
	if len(r.checks) == 0 {
		t.Fatalf("%s checked nothing\n%s\n%s", strings.Join(c.command, " "), out, errs.Bytes())
	}
	return r
}

func build(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "innoatlas")
	if out, err := exec.Command("go", "build", "-o", binary, "innoatlas/cmd/innoatlas").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return binary
}

func run(t *testing.T, binary string, args ...string) {
	t.Helper()
	if out, err := exec.Command(binary, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v\n%s", filepath.Base(binary), strings.Join(args, " "), err, out)
	}
}

// withoutDatabase is the environment without what would choose a database.
func withoutDatabase() []string {
	return slices.DeleteFunc(os.Environ(), func(v string) bool {
		return strings.HasPrefix(v, "DATABASE_URL=") || strings.HasPrefix(v, "INNOATLAS_")
	})
}

// server is a running program and the file that its log goes to.
type server struct{ url, log string }

// serve starts the program on a free port, with the queries in its log.
func serve(t *testing.T, binary string, args ...string) server {
	t.Helper()
	log, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(binary, append([]string{"--listen", "127.0.0.1:0", "--log-queries"}, args...)...)
	cmd.Env = withoutDatabase()
	cmd.Stderr = log
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		if err := cmd.Wait(); err != nil {
			t.Errorf("innoatlas ended with %v", err)
		}
		_ = log.Close()
	})
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		if i := strings.Index(lines.Text(), "http://"); i >= 0 {
			go func() { _, _ = io.Copy(io.Discard, stdout) }()
			return server{strings.Fields(lines.Text()[i:])[0], log.Name()}
		}
	}
	t.Fatal("innoatlas printed no address")
	return server{}
}

// largeRecords make files of 30 MB and more.
const largeRecords = 120_000

// writeLarge writes a data set for what only shows in large files.
func writeLarge(t *testing.T) string {
	t.Helper()
	b := []byte("slug,kind,name,country,lon,lat\n")
	for i := range largeRecords {
		b = fmt.Appendf(b, "lab-%d,joint-laboratory,Laboratory %d,THA,%.2f,%.2f\n", i, i, 98+float64(i%700)/100, 7+float64(i/700)/100)
	}
	name := filepath.Join(t.TempDir(), "large.csv")
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// writeExpected writes what the clients should find, taken from the data set and
// not from the service. R reads no JSON without a further package, so it is a
// table of names and values; lists have commas between.
func writeExpected(t *testing.T) string {
	t.Helper()
	ds, err := dataset.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	row := func(name string, value any) { fmt.Fprintf(&b, "%s\t%v\n", name, value) }
	ids := func(name string, keep func(*geo.Facility) bool) {
		var list []string
		for i := range ds.Facilities {
			if keep(&ds.Facilities[i]) {
				list = append(list, fmt.Sprint(ds.Facilities[i].ID))
			}
		}
		row(name, strings.Join(list, ","))
	}
	row("countries", len(ds.Countries))
	row("large", largeRecords)
	row("institutions", len(ds.Records[geo.Institutions.ID]))
	row("projects", len(ds.Records[geo.Projects.ID]))
	placed := 0
	for i := range ds.Records[geo.Projects.ID] {
		if ds.Records[geo.Projects.ID][i].Geometry() != nil {
			placed++
		}
	}
	row("placed projects", placed)
	partnerships := ds.Partnerships()
	row("partnerships", len(partnerships))
	lines, of := 0, 0
	for _, p := range partnerships {
		if p.Geometry() != nil {
			lines++
		}
		if p.Institution.Slug == "chinese-academy-of-sciences" {
			of++
		}
	}
	row("lines", lines)
	row("partnerships of the academy", of)
	ids("all", func(*geo.Facility) bool { return true })
	ids("in Thailand", func(f *geo.Facility) bool { return f.Country == "THA" })
	ids("since 2016", func(f *geo.Facility) bool { return f.Established > 2015 })
	ids("with a position", func(f *geo.Facility) bool { return f.Position != nil })
	ids("without a position", func(f *geo.Facility) bool { return f.Position == nil })
	ids("rice", func(f *geo.Facility) bool { return strings.Contains(strings.ToLower(f.Name), "rice") })
	ids("in the box", func(f *geo.Facility) bool {
		return f.Position != nil && f.Position[0] >= 97 && f.Position[0] <= 106 && f.Position[1] >= 5 && f.Position[1] <= 21
	})
	thai := ds.Facilities[slices.IndexFunc(ds.Facilities, func(f geo.Facility) bool { return f.NameLocalLang == "th" })]
	row("thai id", thai.ID)
	row("thai name", thai.NameLocal)
	chinese := ds.Facilities[slices.IndexFunc(ds.Facilities, func(f geo.Facility) bool { return f.NameZh != "" && f.NameLocal == "" })]
	row("chinese id", chinese.ID)
	row("chinese name", chinese.NameZh)
	row("chinese kind", geo.FindTerm(ds.Kinds, chinese.Kind).Labels["zh"])
	row("thai position", fmt.Sprintf("%v,%v", thai.Position[0], thai.Position[1]))
	name := filepath.Join(t.TempDir(), "expected.tsv")
	if err := os.WriteFile(name, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}
