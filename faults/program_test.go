package faults

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"innoatlas/geo/postgis/postgistest"
)

func TestMain(m *testing.M) { postgistest.Main(m) }

// binary is the program, built once.
var binary = sync.OnceValues(func() (string, error) {
	if named := os.Getenv("INNOATLAS_FAULTS_PROGRAM"); named != "" {
		return named, nil
	}
	file := filepath.Join(os.TempDir(), fmt.Sprintf("innoatlas-faults-%d", os.Getpid()))
	out, err := exec.Command("go", "build", "-o", file, "../cmd/innoatlas").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return file, nil
})

// server is the program, serving.
type server struct {
	url   string
	cmd   *exec.Cmd
	logs  bytes.Buffer
	ended chan struct{}
	since time.Time
}

// serve starts the program, below other commands where some are named, and waits for
// it to be ready.
func serve(t *testing.T, address string, below []string, args ...string) *server {
	t.Helper()
	program, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	argv := append(append([]string{}, below...), program, "serve", "--listen", address, "--base-url", "http://"+address)
	argv = append(argv, args...)
	s := &server{url: "http://" + address, cmd: exec.Command(argv[0], argv[1:]...), ended: make(chan struct{}), since: time.Now()}
	s.cmd.Stderr = &s.logs
	s.cmd.Env = append(os.Environ(), "DATABASE_URL=")
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		s.cmd.Wait()
		close(s.ended)
	}()
	t.Cleanup(func() {
		s.cmd.Process.Kill()
		<-s.ended
		if t.Failed() {
			t.Logf("the log of the program:\n%s", s.logs.String())
		}
	})
	return s
}

func (s *server) awaitReady(t *testing.T, within time.Duration) time.Duration {
	t.Helper()
	return await(t, "the server is ready", within, func() bool {
		select {
		case <-s.ended:
			t.Fatalf("the server ended: %s", s.logs.String())
		default:
		}
		status, _ := s.get("/readyz")
		return status == 200
	})
}

// local serves on a free port, and is ready.
func local(t *testing.T, args ...string) *server {
	t.Helper()
	s := serve(t, freeAddress(t), nil, args...)
	s.awaitReady(t, 30*time.Second)
	return s
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

var client = &http.Client{Timeout: 15 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}

// get gives status 0 where there was no answer.
func (s *server) get(path string) (status int, body []byte) {
	answer, err := client.Get(s.url + path)
	if err != nil {
		return 0, nil
	}
	defer answer.Body.Close()
	body, err = io.ReadAll(answer.Body)
	if err != nil {
		return 0, nil
	}
	return answer.StatusCode, body
}

func (s *server) degraded() bool {
	_, body := s.get("/readyz")
	var health struct {
		Since *time.Time `json:"degraded_since"`
	}
	return json.Unmarshal(body, &health) == nil && health.Since != nil
}

// stop is how long the program takes to end after SIGTERM.
func (s *server) stop(t *testing.T, within time.Duration) time.Duration {
	t.Helper()
	s.cmd.Process.Signal(syscall.SIGTERM)
	began := time.Now()
	select {
	case <-s.ended:
	case <-time.After(within):
		t.Errorf("the server has not stopped within %v", within)
	}
	return time.Since(began).Round(10 * time.Millisecond)
}

// await gives the time until something holds.
func await(t *testing.T, what string, within time.Duration, holds func() bool) time.Duration {
	t.Helper()
	began := time.Now()
	for !holds() {
		if time.Since(began) > within {
			t.Errorf("not within %v: %s", within, what)
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	return time.Since(began).Round(10 * time.Millisecond)
}

// atMost fails the test where something took longer than its goal.
func atMost(t *testing.T, what string, took, goal time.Duration) {
	t.Helper()
	t.Logf("%s: %v (goal %v)", what, took, goal)
	if took > goal {
		t.Errorf("%s took %v, want at most %v", what, took, goal)
	}
}

// filled is a database with the built-in data set in it.
func filled(t *testing.T) string {
	t.Helper()
	database := postgistest.Bare(t)
	fill(t, database)
	return database
}

func fill(t *testing.T, database string) {
	t.Helper()
	run(t, "migrate", "--database-url", database)
	run(t, "import", "../geo/dataset/builtin", "--database-url", database)
}

func run(t *testing.T, args ...string) string {
	t.Helper()
	program, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, program, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("innoatlas %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// rename changes the first record, and gives its new name.
func rename(t *testing.T, database string) string {
	t.Helper()
	name := fmt.Sprintf("renamed at %d", time.Now().UnixNano())
	execute(t, database, fmt.Sprintf(`UPDATE facility SET name = '%s' WHERE id = 1; UPDATE dataset SET revision = revision + 1`, name))
	return name
}

func execute(t *testing.T, database, sql string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func (s *server) shows(name string) bool {
	_, body := s.get("/collections/facilities/items/1?f=json")
	return bytes.Contains(body, []byte(name))
}

// load asks again and again with many clients, until it is ended, and counts.
type load struct {
	stop  chan struct{}
	group sync.WaitGroup

	mu      sync.Mutex
	good    int
	bad     []time.Time // when an answer other than 200 came
	slowest time.Duration
}

func (s *server) load(clients int) *load {
	l := &load{stop: make(chan struct{})}
	for n := range clients {
		l.group.Go(func() {
			for i := n; ; i++ {
				select {
				case <-l.stop:
					return
				case <-time.After(20 * time.Millisecond):
				}
				began := time.Now()
				status, _ := s.get(fmt.Sprintf("/collections/facilities/items?limit=10&bbox=90,-11,125.%04d%04d,30", n, i%10000)) // kept by no cache
				l.count(status == 200, time.Since(began))
			}
		})
	}
	return l
}

func (l *load) count(good bool, took time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.slowest = max(l.slowest, took); good {
		l.good++
	} else {
		l.bad = append(l.bad, time.Now())
	}
}

// end gives how many answers were not good, and the last of them after a moment.
func (l *load) end(after time.Time) (good, bad int, last time.Duration) {
	close(l.stop)
	l.group.Wait()
	for _, at := range l.bad {
		if d := at.Sub(after); d > 0 {
			last = max(last, d)
		}
	}
	return l.good, len(l.bad), last.Round(10 * time.Millisecond)
}
