package dataset

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"innoatlas/geo"
	"innoatlas/geo/format"
)

// writeTo makes a file of a data set by a function; .gz is compressed.
func writeTo(t *testing.T, path string, write func(io.Writer)) {
	t.Helper()
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	buffered := bufio.NewWriter(file)
	if strings.HasSuffix(path, ".gz") {
		packed := gzip.NewWriter(buffered)
		write(packed)
		err = packed.Close()
	} else {
		write(buffered)
	}
	if err := errors.Join(err, buffered.Flush()); err != nil {
		t.Fatal(err)
	}
}

// readCost reads a data set, and measures the bytes that were allocated meanwhile,
// and those that are kept as long as the result is.
func readCost(path string) (ds *geo.Dataset, warnings Warnings, allocated, kept int64, err error) {
	var before, after, rest runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	ds, warnings, err = Read(path)
	runtime.ReadMemStats(&after)
	runtime.GC()
	runtime.ReadMemStats(&rest)
	return ds, warnings, int64(after.TotalAlloc - before.TotalAlloc), int64(rest.HeapAlloc) - int64(before.HeapAlloc), err
}

func many(w io.Writer, n int, text func(i int) string) {
	for i := range n {
		io.WriteString(w, text(i))
	}
}

func always(text string) func(int) string { return func(int) string { return text } }

// TestBoundsOfFiles: what is far larger than any register is told, and neither
// allocates by its size nor is kept.
func TestBoundsOfFiles(t *testing.T) {
	megabyte := strings.Repeat("a", 1<<20)
	collection := func(w io.Writer, features func()) {
		io.WriteString(w, `{"type":"FeatureCollection","features":[`)
		features()
		io.WriteString(w, `]}`)
	}
	cases := []struct {
		name, file string
		write      func(io.Writer)
		problem    string
		megabytes  int64 // that may be allocated in all
	}{
		{"one cell", "a.csv.gz", func(w io.Writer) {
			io.WriteString(w, "slug,kind,name\na,k,\"two\nlines\"\nb,k,\"")
			many(w, 100, always(megabyte))
		}, "a.csv.gz, line 4: goes on for more than 1 MiB", 20},
		{"one line of names", "a.csv.gz", func(w io.Writer) { many(w, 100, always(megabyte)) }, "a.csv.gz, line 1: goes on for more than 1 MiB", 20},
		{"nothing but ends of lines", "a.csv.gz", func(w io.Writer) {
			io.WriteString(w, "slug,kind,name\n")
			many(w, 100, always(strings.Repeat("\n", 1<<20)))
		}, "a.csv.gz: goes on for more than 1 MiB", 20},
		{"too many columns", "a.csv", func(w io.Writer) { many(w, 100_000, always("c,")) }, "a.csv, line 1: has 100001 columns, and a file may have 16384", 20},
		{"one feature", "a.geojson", func(w io.Writer) {
			collection(w, func() {
				io.WriteString(w, `{"type":"Feature","properties":{"name":"`)
				many(w, 100, always(megabyte))
				io.WriteString(w, `"}}`)
			})
		}, "a.geojson, features[0]: goes on for more than 1 MiB", 20},
		{"one member of a collection", "a.geojson", func(w io.Writer) {
			io.WriteString(w, `{"name":"`)
			many(w, 100, always(megabyte))
		}, "a.geojson: goes on for more than 1 MiB", 20},
		{"features that are none", "a.geojson", func(w io.Writer) { collection(w, func() { many(w, 100_000, always("7,")); io.WriteString(w, "7") }) },
			"and 99,951 more", 100},
		{"rows that are wrong", "a.csv", func(w io.Writer) {
			io.WriteString(w, "slug,kind,name\n")
			many(w, 50_000, func(i int) string { return fmt.Sprintf("s-%d,k,\n", i) })
		}, "and 49,950 more", 100},
		{"values that are wrong and long", "a.csv", func(w io.Writer) {
			io.WriteString(w, "slug,kind,name\n")
			many(w, 500, func(i int) string { return fmt.Sprintf("s-%d,k,%s\n", i, megabyte[:400_000]) })
		}, "and 450 more", 3000},
		{"too many kinds", "a.csv", func(w io.Writer) {
			io.WriteString(w, "slug,kind,name\n")
			many(w, 5000, func(i int) string { return fmt.Sprintf("s-%d,kind-%d,A\n", i, i) })
		}, `a.csv, line 502, kind = "kind-500": is one more than the 500 different ones that a data set may have; use fewer`, 100},
		{"too many sectors", "a.csv", func(w io.Writer) {
			io.WriteString(w, "slug,kind,name,sectors\n")
			many(w, 101, func(i int) string { return fmt.Sprintf("s-%d,k,A,%[1]d-a;%[1]d-b;%[1]d-c;%[1]d-d;%[1]d-e\n", i) })
		}, `a.csv, line 102, sectors = "100-a": is one more than the 500`, 100},
		{"too many sources", "a.geojson", func(w io.Writer) {
			collection(w, func() {
				io.WriteString(w, `{"type":"Feature","properties":{"slug":"a","kind":"k","name":"A","sources":[{"title":"a"}`)
				many(w, 1000, always(`,{"title":"a"}`))
				io.WriteString(w, `]}}`)
			})
		}, "a.geojson, features[0], sources: must be at most 1000, not 1001", 100},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), c.file)
			writeTo(t, path, c.write)
			_, _, allocated, kept, err := readCost(path)
			if err == nil || !strings.Contains(err.Error(), c.problem) {
				t.Errorf("error %.300v, want %s", err, c.problem)
			}
			if allocated > c.megabytes<<20 || kept > 3<<20 {
				t.Errorf("%d MB allocated, %d kB kept", allocated>>20, kept>>10)
			}
			if lines := strings.Count(fmt.Sprint(err), "\n"); lines > maxPrinted {
				t.Errorf("%d lines", lines)
			}
			runtime.KeepAlive(err)
		})
	}
}

// TestBoundsOfFolders: the tables beside the facilities have the same bounds.
func TestBoundsOfFolders(t *testing.T) {
	cases := []struct {
		name, file string
		write      func(io.Writer)
		problem    string
	}{
		{"kinds", "kinds.csv", func(w io.Writer) {
			io.WriteString(w, "id,label_en\nlab,Laboratory\n")
			many(w, 600, func(i int) string { return fmt.Sprintf("k-%d,K\n", i) })
		}, `kinds.csv, line 502, id = "k-499": is one more than the 500 that there may be`},
		{"sources", "facility_sources.csv", func(w io.Writer) {
			io.WriteString(w, "slug,source_title,source_url\n")
			many(w, 1001, always("a,Title,\n"))
		}, `facility_sources.csv, line 1002, slug = "a": must have at most 1000 sources`},
		{"indicators", "cooperation.csv", func(w io.Writer) {
			io.WriteString(w, "country,indicator,value\n")
			many(w, 600, func(i int) string { return fmt.Sprintf("THA,indicator_%d,1\n", i) })
		}, `cooperation.csv, line 502, indicator = "indicator_500": is one more than the 500`},
		{"outlines", "countries.geojson", func(w io.Writer) {
			io.WriteString(w, `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"country":"THA"},"geometry":"`)
			many(w, 70, always(strings.Repeat("a", 1<<20)))
		}, "countries.geojson, features[0]: goes on for more than 64 MiB"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			folder := t.TempDir()
			writeTo(t, filepath.Join(folder, "facilities.csv"), func(w io.Writer) { io.WriteString(w, "slug,kind,name\na,lab,A\n") })
			writeTo(t, filepath.Join(folder, c.file), c.write)
			if _, _, err := Read(folder); err == nil || !strings.Contains(err.Error(), c.problem) {
				t.Errorf("error %.300v, want %s", err, c.problem)
			}
		})
	}
}

// TestNotesAreFew: columns and properties that are not known are named, but not all
// of thousands, and what stands in them is not kept.
func TestNotesAreFew(t *testing.T) {
	files := map[string]func(io.Writer){
		"a.csv": func(w io.Writer) {
			io.WriteString(w, "slug,kind,name,"+strings.Repeat("n", 10_000))
			many(w, 5000, func(i int) string { return fmt.Sprintf(",c%d", i) })
			io.WriteString(w, "\n")
			many(w, 100, func(i int) string {
				return fmt.Sprintf("s%d,k,A,%s%s\n", i, strings.Repeat("j", 500_000), strings.Repeat(",", 5000))
			})
		},
		"a.geojson": func(w io.Writer) {
			io.WriteString(w, `{"type":"FeatureCollection","features":[`)
			many(w, 100, func(i int) string {
				return fmt.Sprintf(`{"type":"Feature","properties":{"slug":"s%d","kind":"k","name":"A","p%[1]d":%q}},`, i, strings.Repeat("j", 500_000))
			})
			io.WriteString(w, `{"type":"Feature","properties":{"slug":"last","kind":"k","name":"A"}}]}`)
		},
	}
	for name, write := range files {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), name)
			writeTo(t, path, write)
			ds, warnings, _, kept, err := readCost(path)
			if err != nil {
				t.Fatal(err)
			}
			if kept > 3<<20 {
				t.Errorf("%d kB are kept of %d records", kept>>10, len(ds.Facilities))
			}
			text := strings.Join(warnings, "\n")
			if len(warnings) > 25 || len(text) > 5000 || !strings.Contains(text, "more like it are not known and were left out") {
				t.Errorf("%d notes: %.3000s", len(warnings), text)
			}
		})
	}
}

// endless gives the same row again and again.
type endless struct{ row format.Row }

func (e *endless) Read() (*format.Row, error) { return &e.row, nil }

func TestRowsAreBounded(t *testing.T) {
	var errs Errors
	s := &sheet{file: "a.csv", rows: &endless{format.Row{Cells: []string{"a"}}}, errors: &errs}
	n := 0
	for range s.records() {
		n++
	}
	if want := "a.csv: has more than 5,000,000 rows; divide it into several files"; n != maxRows || errs.Error() != want {
		t.Errorf("%d rows, and %q", n, errs.Error())
	}
}

// TestWithinTheBounds: what only just fits is read.
func TestWithinTheBounds(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.csv")
	writeTo(t, path, func(w io.Writer) {
		io.WriteString(w, "slug,kind,name,note\n")
		many(w, 500, func(i int) string { return fmt.Sprintf("s-%d,kind-%d,A,\n", i, i) })
		io.WriteString(w, "last,kind-0,A,"+strings.Repeat("n", 1_000_000)+"\n")
		many(w, 10_000, always(",,,\n"))
	})
	ds, _, err := Read(path)
	if err != nil || len(ds.Facilities) != 501 || len(ds.Kinds) != 500 || !slices.ContainsFunc(ds.Facilities, func(f geo.Facility) bool { return f.Slug == "last" }) {
		t.Errorf("%v", err)
	}
}

// readOutlinesCost reads outlines, and measures the bytes that were allocated.
func readOutlinesCost(path string, errs *Errors) (countries []geo.Country, allocated uint64, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	defer file.Close()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	countries, err = readOutlines("countries.geojson", file, false, errs)
	runtime.ReadMemStats(&after)
	return countries, after.TotalAlloc - before.TotalAlloc, err
}
