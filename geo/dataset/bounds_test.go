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
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

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
		{"members of a collection", "a.geojson", func(w io.Writer) {
			io.WriteString(w, `{"type":"FeatureCollection"`)
			many(w, 200_000, func(i int) string { return fmt.Sprintf(`,"m%d":1`, i) })
			io.WriteString(w, `,"features":[]}`)
		}, "a.geojson: goes on for more than 1 MiB", 60},
		{"features that are none", "a.geojson", func(w io.Writer) { collection(w, func() { many(w, 100_000, always("7,")); io.WriteString(w, "7") }) },
			"and 99,951 more", 100},
		{"rows that are wrong", "a.csv", func(w io.Writer) {
			io.WriteString(w, "slug,kind,name\n")
			many(w, 50_000, func(i int) string { return fmt.Sprintf("s-%d,k,\n", i) })
		}, "and 49,950 more", 100},
		{"values that are wrong and long", "a.csv", func(w io.Writer) {
			io.WriteString(w, "slug,kind,name\n")
			many(w, 150, func(i int) string { return fmt.Sprintf("s-%d,k,%s\n", i, megabyte[:400_000]) })
		}, "and 100 more", 900},
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

// readPeak reads a data set, and measures how much of it was in use at one time at the
// most, as each collection of garbage found it, in bytes.
func readPeak(path string) (ds *geo.Dataset, most int64, err error) {
	defer debug.SetGCPercent(debug.SetGCPercent(5)) // what is found is near to the peak
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	runtime.GC()
	metrics.Read(live)
	before := live[0].Value.Uint64()
	ended, measured := make(chan struct{}), make(chan uint64)
	go func() {
		peak := before
		for {
			metrics.Read(live)
			peak = max(peak, live[0].Value.Uint64())
			select {
			case <-ended:
				measured <- peak
				return
			case <-time.After(time.Millisecond):
			}
		}
	}()
	ds, _, err = Read(path)
	close(ended)
	return ds, int64(<-measured - before), err
}

// folderWith is a data set of one facility with one more file.
func folderWith(t *testing.T, file string, write func(io.Writer)) string {
	t.Helper()
	folder := t.TempDir()
	writeTo(t, filepath.Join(folder, "facilities.csv"), func(w io.Writer) { io.WriteString(w, "slug,kind,name\na,lab,A\n") })
	writeTo(t, filepath.Join(folder, file), write)
	return folder
}

// outlineOf writes a countries.geojson of one country, its coordinates in pieces.
func outlineOf(w io.Writer, begin string, n int, piece func(i int) string, end string) {
	io.WriteString(w, `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"country":"THA"},"geometry":{"type":"Polygon","coordinates":`+begin)
	many(w, n, piece)
	io.WriteString(w, end+"}}]}")
}

// TestBoundsOfFolders: the tables beside the facilities have the same bounds.
func TestBoundsOfFolders(t *testing.T) {
	long := strings.Repeat("n", 500_000)
	cooperation := "country,indicator,value,year,source_title,source_url\n"
	cases := []struct {
		name, file string
		write      func(io.Writer)
		problem    string
		megabytes  int64 // that may be in use at one time
	}{
		{"kinds", "kinds.csv", func(w io.Writer) {
			io.WriteString(w, "id,label_en\nlab,Laboratory\n")
			many(w, 600, func(i int) string { return fmt.Sprintf("k-%d,K\n", i) })
		}, `kinds.csv, line 502, id = "k-499": is one more than the 500 that there may be`, 5},
		{"labels that are wrong and long", "kinds.csv", func(w io.Writer) {
			io.WriteString(w, "id,label_en\n")
			many(w, 200, func(i int) string { return fmt.Sprintf("k-%d,%s\n", i, long) })
		}, `and 150 more`, 20},
		{"languages", "sectors.csv", func(w io.Writer) {
			io.WriteString(w, "id,label_en")
			many(w, 200, func(i int) string { return fmt.Sprintf(",label_%d", i) })
		}, `sectors.csv, line 1, column label_…: must be there for at most 100 languages, and so must plural_…`, 5},
		{"sources", "facility_sources.csv", func(w io.Writer) {
			io.WriteString(w, "slug,source_title,source_url\n")
			many(w, 1001, always("a,Title,\n"))
		}, `facility_sources.csv, line 1002, slug = "a": must have at most 1000 sources`, 5},
		{"sources behind a wrong one", "facility_sources.csv", func(w io.Writer) {
			io.WriteString(w, "slug,source_title,source_url\na,Title,x\n")
			many(w, 1002, always("a,Title,\n"))
		}, `facility_sources.csv, line 1002, slug = "a": must have at most 1000 sources`, 5},
		{"sources that are wrong", "facility_sources.csv", func(w io.Writer) {
			io.WriteString(w, "slug,source_title,source_url\n")
			many(w, 100_000, func(i int) string { return fmt.Sprintf("no-%d,Title %[1]d,\n", i) })
		}, `and 99,950 more`, 5},
		{"indicators", "cooperation.csv", func(w io.Writer) {
			io.WriteString(w, "country,indicator,value\n")
			many(w, 600, func(i int) string { return fmt.Sprintf("THA,indicator_%d,1\n", i) })
		}, `cooperation.csv, line 502, indicator = "indicator_500": is one more than the 500`, 5},
		{"figures that are wrong", "cooperation.csv", func(w io.Writer) {
			io.WriteString(w, cooperation)
			many(w, 100_000, func(i int) string { return fmt.Sprintf("THA,a,x,2020,Title %d,https://example.org/source/%[1]d\n", i) })
		}, "and 99,950 more", 25},
		{"figures", "cooperation.csv", func(w io.Writer) {
			io.WriteString(w, cooperation)
			many(w, 200_001, func(i int) string { return fmt.Sprintf("THA,a,1,2020,,https://example.org/%d\n", i) })
		}, "cooperation.csv, line 200002, indicator: is one more than the 200,000 figures that there may be", 120},
		{"outlines", "countries.geojson", func(w io.Writer) { outlineOf(w, `"`, 20, always(strings.Repeat("a", 1<<20)), `"`) },
			"countries.geojson, features[0]: goes on for more than 16 MiB", 70},
		{"corners", "countries.geojson", func(w io.Writer) {
			outlineOf(w, "[[", 600_000, func(i int) string { return fmt.Sprintf("[%d,%d],", i%180, i/20_000) }, "[0,0]]]")
		}, "countries.geojson, features[0], geometry: the outline of Thailand has more than 250,000 corners; simplify before", 70},
		{"rings without corners", "countries.geojson", func(w io.Writer) { outlineOf(w, "[", 5_000_000, always("[],"), "[]]") },
			"geometry: the outline of Thailand has more than 250,000 corners; simplify before", 70},
		{"a corner of many numbers", "countries.geojson", func(w io.Writer) { outlineOf(w, "[[[", 2_000_000, always("0,"), "0]]]") },
			"geometry: the outline of Thailand has more than 250,000 corners; simplify before", 70},
		{"corners of all", "countries.geojson", func(w io.Writer) {
			io.WriteString(w, `{"type":"FeatureCollection","features":[`)
			for range 9 { // of which none is an outline
				io.WriteString(w, `{"type":"Feature","properties":{"country":"THA"},"geometry":{"type":"Polygon","coordinates":[[`)
				many(w, 240_000, always("[1,1],"))
				io.WriteString(w, `[1,1]]]}},`)
			}
			io.WriteString(w, `7]}`)
		}, "countries.geojson, features[8], geometry: the outlines have more than 2,000,000 corners together; simplify before", 70},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if testing.Short() && c.megabytes >= 70 {
				t.Skip("writes and reads many megabytes")
			}
			_, most, err := readPeak(folderWith(t, c.file, c.write))
			if err == nil || !strings.Contains(err.Error(), c.problem) {
				t.Errorf("error %.500v, want %s", err, c.problem)
			}
			if most > c.megabytes<<20 {
				t.Errorf("%d MB in use", most>>20)
			}
		})
	}
}

// TestNoWaitingForAFile: what need not ever begin or end is refused.
func TestNoWaitingForAFile(t *testing.T) {
	folder := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(folder, "pipe.csv"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/dev/zero", filepath.Join(folder, "zero.geojson")); err != nil {
		t.Fatal(err)
	}
	cases := map[string]string{"pipe.csv": "pipe.csv is not a regular file, but a pipe; write the data into a file first",
		"zero.geojson": "zero.geojson is not a regular file, but a device"}
	read := func(path, want string) {
		t.Helper()
		ended := make(chan error)
		go func() {
			_, _, err := Read(path)
			ended <- err
		}()
		select {
		case err := <-ended:
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("error %v, want %s", err, want)
			}
		case <-time.After(10 * time.Second):
			t.Errorf("%s: reading does not end", path)
		}
	}
	for name, want := range cases {
		read(filepath.Join(folder, name), want)
	}
	for _, name := range []string{"facilities.csv", "kinds.csv", "sectors.csv", "facility_sources.csv", "cooperation.csv", "countries.geojson"} {
		folder := folderWith(t, name, func(io.Writer) {})
		if err := errors.Join(os.Remove(filepath.Join(folder, name)), syscall.Mkfifo(filepath.Join(folder, name), 0o600)); err != nil {
			t.Fatal(err)
		}
		read(folder, name+" is not a regular file, but a pipe")
	}
}

// TestNotesAreFew: of thousands of columns and properties that are not known one error is
// told, or the first ones are named, and what stands in them is not kept.
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
			many(w, 5000, func(i int) string {
				return fmt.Sprintf(`{"type":"Feature","properties":{"slug":"s%d","kind":"k","name":"A","p%[1]d":%q}},`, i, strings.Repeat("j", 5_000))
			})
			io.WriteString(w, `{"type":"Feature","properties":{"slug":"last","kind":"k","name":"A"}}]}`)
		},
	}
	for name, write := range files {
		for _, onlyKnown := range []bool{false, true} {
			if testing.Short() && !onlyKnown {
				continue
			}
			path := filepath.Join(t.TempDir(), name)
			writeTo(t, path, write)
			want := "is one more than the 100 columns of its own"
			if onlyKnown {
				want = " more; leave them out"
			}
			_, warnings, err := ReadWith(path, Options{OnlyKnownColumns: onlyKnown})
			if err == nil || !strings.Contains(err.Error(), want) || strings.Count(err.Error(), "\n") > 2 || len(err.Error()) > 3000 || len(warnings) > 103 {
				t.Errorf("%s: %d notes, %.3000s", name, len(warnings), err)
			}
		}
	}
}

// What many records state in fields of one's own is kept once, and texts of a row do not
// hold the rest of it.
func TestOwnTextsAreShared(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.csv")
	writeTo(t, path, func(w io.Writer) {
		io.WriteString(w, "slug,kind,name,opening hours,summary\n")
		many(w, 10_000, func(i int) string { return fmt.Sprintf("s-%d,lab,A,%s,\n", i, strings.Repeat("n", 1000)) })
	})
	if ds, most, err := readPeak(path); err != nil || most > 20<<20 {
		t.Errorf("%d MB in use of %d records, %v", most>>20, len(ds.Facilities), err)
	}
}

// endless gives the same row again and again.
type endless struct{ row format.Row }

func (e *endless) Read() (*format.Row, error) { return &e.row, nil }

// Blank rows count, which a small packed file can have without end.
func TestRowsAreBounded(t *testing.T) {
	for want, row := range map[int]format.Row{maxRows: {Cells: []string{"a"}}, 0: {}} {
		var errs Errors
		s := &sheet{file: "a.csv", rows: &endless{row}, errors: &errs}
		n := 0
		for range s.records() {
			n++
		}
		if message := "a.csv: has more than 5,000,000 rows; divide it into several files"; n != want || errs.Error() != message {
			t.Errorf("%d rows, and %q", n, errs.Error())
		}
	}
}

// What is kept of rows holds neither the others beside it nor, once there is an error,
// what only would have been read.
func TestRowsAreLetGo(t *testing.T) {
	summary := strings.Repeat("n", 4900)
	path := filepath.Join(t.TempDir(), "a.csv")
	writeTo(t, path, func(w io.Writer) {
		io.WriteString(w, "slug,kind,name,summary\nfirst,lab,,\n")
		many(w, 10_000, func(i int) string { return fmt.Sprintf("s-%d,lab,A,%s\n", i, summary) })
	})
	if _, most, err := readPeak(path); err == nil || most > 10<<20 {
		t.Errorf("%d MB in use, %.200v", most>>20, err)
	}
}

// TestWithinTheBounds: what only just fits is read.
func TestWithinTheBounds(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.csv")
	writeTo(t, path, func(w io.Writer) {
		io.WriteString(w, "slug,kind,name,note\n")
		many(w, 500, func(i int) string { return fmt.Sprintf("s-%d,kind-%d,A,\n", i, i) })
		io.WriteString(w, "last,kind-0,A,"+strings.Repeat("n", maxOwnText)+"\n")
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
	countries, err = readOutlines("countries.geojson", file, false, errs, &ownTable{collection: geo.Countries})
	runtime.ReadMemStats(&after)
	return countries, after.TotalAlloc - before.TotalAlloc, err
}
