package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"innoatlas/geo/dataset"
	"innoatlas/geo/postgis/postgistest"
)

// The test binary is the program itself where this is set, so that tests in which a program
// does several things at once run the real thing with the race detector, where they have it.
const asProgram = "INNOATLAS_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		os.Exit(0)
	}
	postgistest.Main(m)
}

func program(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, os.Args[0], args...)
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "DATABASE_URL=") && !strings.HasPrefix(v, "INNOATLAS_") {
			cmd.Env = append(cmd.Env, v)
		}
	}
	cmd.Env = append(cmd.Env, asProgram+"=1")
	return cmd
}

// output runs the program, without the race detector, to its end.
func output(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, errs bytes.Buffer
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := plainProgram(t, ctx, args...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	if err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

// server is a running program.
type server struct {
	url  string
	cmd  *exec.Cmd
	logs *bytes.Buffer
	done chan error
}

// start serves on a free port, with the race detector where the test has it, and waits for
// the line with the address. A race detector takes five times the processor: it is for what
// many do at once, startPlain for what is asked one after the other.
func start(t testing.TB, args ...string) *server {
	t.Helper()
	return startCommand(t, func(args []string) *exec.Cmd { return program(context.Background(), args...) }, args...)
}

// plainBinary is the program as it is built for use, without the race detector.
var plainBinary = sync.OnceValues(func() (string, error) {
	binary, err := filepath.Abs("../../build/innoatlas-test")
	if err != nil {
		return "", err
	}
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return binary, nil
})

// plainProgram is program without the race detector.
func plainProgram(t testing.TB, ctx context.Context, args ...string) *exec.Cmd {
	t.Helper()
	binary, err := plainBinary()
	if err != nil {
		t.Fatal(err)
	}
	cmd := program(ctx, args...)
	cmd.Path = binary
	return cmd
}

// startPlain is start without the race detector.
func startPlain(t testing.TB, args ...string) *server {
	t.Helper()
	return startCommand(t, func(args []string) *exec.Cmd { return plainProgram(t, context.Background(), args...) }, args...)
}

// startCommand is start for a program that is run in another way.
func startCommand(t testing.TB, command func(args []string) *exec.Cmd, args ...string) *server {
	t.Helper()
	s := &server{cmd: command(append([]string{"--listen", "127.0.0.1:0"}, args...)), logs: new(bytes.Buffer), done: make(chan error, 1)}
	s.cmd.Stderr = s.logs
	stdout, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		s.cmd.Wait()
		t.Fatalf("serve %s ended before it served: %s", strings.Join(args, " "), s.logs)
	}
	go func() { s.done <- s.cmd.Wait() }()
	s.url = strings.TrimSpace(line[strings.LastIndex(line, " "):])
	t.Cleanup(func() { s.cmd.Process.Kill() })
	return s
}

// stop sends SIGTERM and gives the exit error.
func (s *server) stop(t testing.TB) error {
	t.Helper()
	s.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case err := <-s.done:
		return err
	case <-time.After(25 * time.Second):
		t.Fatal("the server did not stop in 25 s")
		return nil
	}
}

// get asks for JSON, and fails the test on another status than 200.
func (s *server) get(t testing.TB, path string) []byte {
	t.Helper()
	request, _ := http.NewRequest("GET", s.url+path, nil)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != 200 {
		t.Fatalf("GET %s: %s %v: %.300s", path, response.Status, err, body)
	}
	return body
}

func (s *server) matched(t testing.TB, path string) int {
	t.Helper()
	var page struct{ NumberMatched int }
	if err := json.Unmarshal(s.get(t, path), &page); err != nil {
		t.Fatal(err)
	}
	return page.NumberMatched
}

// builtinFacilities is how many the data set has that the program brings.
func builtinFacilities(t testing.TB) int {
	t.Helper()
	ds, err := dataset.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	return len(ds.Facilities)
}

func TestServeBuiltIn(t *testing.T) {
	var s *server
	took := time.Hour
	for n := 0; n < 3 && took > 2*time.Second; n++ { // once of three times nobody else has the processors
		begin := time.Now()
		s = startPlain(t)
		took = min(took, time.Since(begin))
	}
	if took > 2*time.Second {
		t.Errorf("the first address took %s, want under 2 s", took)
	}
	if n, want := s.matched(t, "/collections/facilities/items?limit=1"), builtinFacilities(t); n != want {
		t.Errorf("%d facilities, want %d", n, want)
	}
	if n := s.matched(t, "/collections/facilities/items?country=THA"); n != 22 {
		t.Errorf("%d facilities in Thailand, want 22", n)
	}
	for _, path := range []string{"/livez", "/readyz"} {
		s.get(t, path)
	}
	if err := s.stop(t); err != nil {
		t.Errorf("after SIGTERM: %v, want exit code 0", err)
	}
}

// TestSigtermDrains: a download that has begun is finished after the signal.
func TestSigtermDrains(t *testing.T) {
	t.Parallel()
	s := start(t)
	connection, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	fmt.Fprintf(connection, "GET /data/facilities.geojson HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
	reader := bufio.NewReader(connection)
	response, err := http.ReadResponse(reader, nil)
	if err != nil {
		t.Fatal(err)
	}
	first := make([]byte, 1000)
	if _, err := io.ReadFull(response.Body, first); err != nil {
		t.Fatal(err)
	}
	s.cmd.Process.Signal(syscall.SIGTERM)
	rest, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatalf("the download was cut: %v", err)
	}
	var collection struct{ Features []any }
	if err := json.Unmarshal(append(first, rest...), &collection); err != nil || len(collection.Features) != builtinFacilities(t) {
		t.Errorf("%d features, %v; want %d", len(collection.Features), err, builtinFacilities(t))
	}
	if err := <-s.done; err != nil {
		t.Errorf("after SIGTERM: %v, want exit code 0", err)
	}
}

// TestCommandsUnderTheRaceDetector: each command once, since the other tests do without it.
func TestCommandsUnderTheRaceDetector(t *testing.T) {
	t.Parallel()
	database, folder := postgistest.Bare(t), filepath.Join(t.TempDir(), "folder")
	for _, args := range []string{
		"migrate", "import ../../geo/dataset/builtin", "fields list", "texts missing --lang th", "texts coverage", "export", "export --folder " + folder,
	} {
		if out, err := program(t.Context(), append(strings.Fields(args), "--database-url", database)...).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", args, err, out)
		}
	}
}

// TestMistakes: each ends with one sentence that says what to do, and not with 0.
func TestMistakes(t *testing.T) {
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { busy.Close() }) // after the parallel cases
	bad, latin1 := filepath.Join(t.TempDir(), "bad.csv"), postgistest.BareIn(t, "LATIN1")
	os.WriteFile(bad, []byte("slug,kind,name,country,lon,lat\na-lab,joint-laboratory,A lab,THA,100,13\nb-lab,joint-laboratory,B lab,ZZZ,200,13\n"), 0o600)

	cases := map[string]struct {
		args []string
		want []string
	}{
		"unknown flag":                    {[]string{"--lisen", "127.0.0.1:0"}, []string{"--lisen", "--help"}},
		"unknown command":                 {[]string{"sevre"}, []string{"sevre"}},
		"wrong value of a flag":           {[]string{"--reads", "disk"}, []string{"--reads", "memory", "database"}},
		"a cache that is no size":         {[]string{"--cache", "much"}, []string{"--cache", "64MB"}},
		"busy port":                       {[]string{"--listen", busy.Addr().String()}, []string{busy.Addr().String(), "in use", "--listen"}},
		"unreachable database":            {[]string{"--database-url", "postgres://nobody@127.0.0.1:1/none", "--database-wait", "0s"}, []string{"127.0.0.1", "database"}},
		"not a database URL":              {[]string{"--database-url", "no url", "--database-wait", "0s"}, []string{"database"}},
		"two sources":                     {[]string{"--data", bad, "--database-url", "postgres://x"}, []string{"--data", "--database-url"}},
		"reads without database":          {[]string{"--reads", "database"}, []string{"--database-url"}},
		"public address without base URL": {[]string{"--listen", "0.0.0.0:0"}, []string{"--base-url"}},
		"base URL with a path":            {[]string{"--base-url", "https://example.org/atlas"}, []string{"--base-url", "path"}},
		"base URL that is none":           {[]string{"--base-url", "atlas.example.org"}, []string{"--base-url", "https://"}},
		"address of a licence":            {[]string{"--licence-url", "javascript:alert(1)"}, []string{"--licence-url", "https://"}},
		"data file with a bad row":        {[]string{"--data", bad}, []string{"bad.csv", "3", "country", "ZZZ", "lon", "200"}},
		"no such data file":               {[]string{"--data", "no-such-folder"}, []string{"no-such-folder"}},
		"import without database":         {[]string{"import", bad}, []string{"database-url"}},
		"export of two sources":           {[]string{"export", "--data", bad, "--database-url", "postgres://x"}, []string{"--data", "--database-url"}},
		"database in another encoding":    {[]string{"--database-url", latin1}, []string{"UTF8", "createdb -E UTF8 -T template0", "LATIN1"}},
		"import into another encoding":    {[]string{"import", "../../geo/dataset/builtin", "--database-url", latin1}, []string{"createdb -E UTF8 -T template0"}},
		"migrate in another encoding":     {[]string{"migrate", "--database-url", latin1}, []string{"createdb -E UTF8 -T template0"}},
		"export from another encoding":    {[]string{"export", "--database-url", latin1}, []string{"createdb -E UTF8 -T template0"}},
		"import of a bad file":            {[]string{"import", bad, "--database-url", "postgres://nobody@127.0.0.1:1/none"}, []string{"ZZZ"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, stderr, code := output(t, c.args...)
			if code == 0 {
				t.Errorf("exit code 0")
			}
			for _, want := range c.want {
				if !strings.Contains(stderr, want) {
					t.Errorf("the message does not mention %q:\n%s", want, stderr)
				}
			}
			if strings.Contains(stderr, "goroutine ") || strings.Contains(stderr, "panic") {
				t.Errorf("a stack trace:\n%s", stderr)
			}
		})
	}
}

// TestExportServesAgain: what export writes is what --data reads.
func TestExportServesAgain(t *testing.T) {
	t.Parallel()
	builtIn := startPlain(t)
	for _, format := range []string{"csv", "geojson"} {
		t.Run(format, func(t *testing.T) {
			exported, stderr, code := output(t, "export", "--format", format)
			if code != 0 {
				t.Fatalf("export: %s", stderr)
			}
			path := filepath.Join(t.TempDir(), "facilities."+format)
			if err := os.WriteFile(path, []byte(exported), 0o600); err != nil {
				t.Fatal(err)
			}
			again := startPlain(t, "--data", path)
			for _, path := range []string{"/collections/facilities/items?country=THA&sector=new-energy", "/collections/facilities/items?precision=none"} {
				if a, b := builtIn.matched(t, path), again.matched(t, path); a != b || a == 0 {
					t.Errorf("%s: %d built in, %d exported", path, a, b)
				}
			}
			if a, b := stated(t, builtIn.get(t, "/data/facilities.csv")), stated(t, again.get(t, "/data/facilities.csv")); a != b {
				t.Errorf("the download of the exported set differs")
			}
		})
	}
}

// stated is a download without what follows from tables of their own, which one file of
// facilities does not bring.
func stated(t *testing.T, file []byte) string {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(file)).ReadAll()
	if err != nil || len(rows) < 2 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	var kept strings.Builder
	for _, row := range rows {
		for i, cell := range row {
			if !slices.Contains([]string{"institutions", "takes_part"}, rows[0][i]) {
				fmt.Fprintf(&kept, "%q ", cell)
			}
		}
	}
	return kept.String()
}

func TestHelpAndVersion(t *testing.T) {
	t.Parallel()
	help, _, code := output(t, "--help")
	for _, want := range []string{"--listen", "--database-url", "--data", "--base-url", "--reads", "migrate", "import", "export", "version", "127.0.0.1:8080"} {
		if !strings.Contains(help, want) {
			t.Errorf("--help does not mention %s:\n%s", want, help)
		}
	}
	if code != 0 {
		t.Errorf("--help: exit code %d", code)
	}
	if version, _, code := output(t, "version"); code != 0 || !strings.HasPrefix(version, "innoatlas ") {
		t.Errorf("version: %q, exit code %d", version, code)
	}
}
