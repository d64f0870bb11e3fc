package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/url"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// freeAddress is one that nobody listens on just now.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// mute accepts connections and never says a word.
func mute(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { conn.Close() })
		}
	}()
	return l.Addr().String()
}

// TestAnswersWhileItStarts: a server without its data is alive, not ready, and says so to
// everybody; and a stop signal ends it.
func TestAnswersWhileItStarts(t *testing.T) {
	t.Parallel()
	for name, database := range map[string]string{"refuses": "127.0.0.1:1", "says nothing": mute(t)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at := freeAddress(t)
			cmd := program(context.Background(), "--listen", at, "--database-url", "postgres://u:p@"+database+"/db")
			var stdout, stderr bytes.Buffer
			cmd.Stdout, cmd.Stderr = &stdout, &stderr
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { cmd.Process.Kill() })
			eventually(t, "it answers", func() bool { response, _ := ask("http://" + at + "/livez"); return response.StatusCode == 200 })

			time.Sleep(1500 * time.Millisecond) // until it has asked the database once
			response, body := ask("http://" + at + "/readyz")
			var ready struct{ Status, Reason string }
			if json.Unmarshal(body, &ready); response.StatusCode != 503 || ready.Status != "unavailable" || ready.Reason == "" {
				t.Errorf("/readyz: %d %s", response.StatusCode, body)
			}
			for _, path := range []string{"/", "/collections/facilities/items", "/data/facilities.csv", "/assets/x.js", "/nothing"} {
				response, body := ask("http://" + at + path)
				if response.StatusCode != 503 || response.Header.Get("Retry-After") == "" || !bytes.Contains(body, []byte("try again")) {
					t.Errorf("%s: %d %.200s", path, response.StatusCode, body)
				}
			}
			begin := time.Now()
			cmd.Process.Signal(syscall.SIGTERM)
			if err := cmd.Wait(); time.Since(begin) > 5*time.Second || cmd.ProcessState.ExitCode() < 0 {
				t.Errorf("it ended after %s: %v", time.Since(begin), err)
			}
			if stdout.Len() > 0 {
				t.Errorf("it said %q before there was anything", stdout.String())
			}
		})
	}
}

// ask is a GET, whose answer is empty where it fails.
func ask(url string) (*http.Response, []byte) {
	client := http.Client{Timeout: 5 * time.Second}
	response, err := client.Get(url)
	if err != nil {
		return &http.Response{}, nil
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(response.Body)
	return response, body
}

// TestDatabaseWait: each command waits for a database that comes late.
func TestDatabaseWait(t *testing.T) {
	t.Parallel()
	database := filled(t)
	for name, args := range map[string][]string{
		"migrate": {"migrate"}, "import": {"import", "../../geo/dataset/builtin"}, "export": {"export"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stdout, stderr, code := output(t, append(args, "--database-url", late(t, database), "--database-wait", "20s")...)
			if code != 0 || stdout == "" {
				t.Errorf("exit code %d: %.300s", code, stderr)
			}
			begin := time.Now()
			if _, stderr, code := output(t, append(args, "--database-url", "postgres://127.0.0.1:1/db", "--database-wait", "0s")...); code == 0 ||
				time.Since(begin) > 10*time.Second {
				t.Errorf("without waiting: exit code %d after %s: %s", code, time.Since(begin), stderr)
			}
		})
	}
	t.Run("serve", func(t *testing.T) {
		t.Parallel()
		startPlain(t, "--database-url", late(t, database), "--database-wait", "20s").get(t, "/readyz")
	})
}

// late is the address of a database that can be reached after two seconds only.
func late(t *testing.T, database string) string {
	t.Helper()
	config, err := pgx.ParseConfig(database)
	if err != nil {
		t.Fatal(err)
	}
	network, to := pgconn.NetworkAddress(config.Host, config.Port)
	at := freeAddress(t)
	time.AfterFunc(2*time.Second, func() {
		l, err := net.Listen("tcp", at)
		if err != nil {
			t.Error(err)
			return
		}
		t.Cleanup(func() { l.Close() })
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go relay(conn, network, to)
		}
	})
	return (&url.URL{Scheme: "postgres", User: url.UserPassword(config.User, config.Password), Host: at, Path: config.Database}).String()
}

func relay(conn net.Conn, network, to string) {
	defer conn.Close()
	database, err := net.Dial(network, to)
	if err != nil {
		return
	}
	defer database.Close()
	go func() { io.Copy(database, conn); database.Close() }()
	io.Copy(conn, database)
}

// TestLockedAtTheStart: a lock that lasts longer than a statement waits for it is waited
// for as a database that does not answer is.
func TestLockedAtTheStart(t *testing.T) {
	t.Parallel()
	database := filled(t)
	lock, err := connect(t, database).Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	execute(t, lock, "LOCK TABLE cooperation, facility IN ACCESS EXCLUSIVE MODE")
	released := make(chan error, 1)
	time.AfterFunc(4*time.Second, func() { released <- lock.Rollback(context.Background()) })
	t.Cleanup(func() {
		if err := <-released; err != nil { // before the connection is closed
			t.Error(err)
		}
	})
	for name, run := range map[string]func(t *testing.T){
		"serve": func(t *testing.T) {
			startPlain(t, "--database-url", database).get(t, "/readyz")
		},
		"serve without a copy": func(t *testing.T) {
			startPlain(t, "--database-url", database, "--reads", "database").get(t, "/collections/facilities/items")
		},
		"import": func(t *testing.T) { mustRun(t, "import", "../../geo/dataset/builtin", "--database-url", database) },
		"export": func(t *testing.T) { mustRun(t, "export", "--database-url", database) },
	} {
		t.Run(name, func(t *testing.T) { t.Parallel(); run(t) })
	}
}
