package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"innoatlas/geo/dataset"
)

// nginxBefore starts nginx with its default buffers before a server, and gives its address.
func nginxBefore(t *testing.T, address string) string {
	t.Helper()
	folder, port := t.TempDir(), freePort(t)
	conf := fmt.Sprintf(`daemon off; error_log %[1]s/error.log; pid %[1]s/pid; worker_processes 1;
%[4]s
events {}
http {
	access_log off;
	client_body_temp_path %[1]s/body; proxy_temp_path %[1]s/proxy; fastcgi_temp_path %[1]s/fastcgi; uwsgi_temp_path %[1]s/uwsgi; scgi_temp_path %[1]s/scgi;
	server { listen 127.0.0.1:%[2]s; location / { proxy_pass %[3]s; proxy_set_header Host $http_host; } }
}
`, folder, port, address, asRoot())
	file := filepath.Join(folder, "nginx.conf")
	if err := os.WriteFile(file, []byte(conf), 0o600); err != nil {
		t.Fatal(err)
	}
	binary, err := exec.LookPath("nginx")
	if err != nil {
		binary = "/usr/sbin/nginx" // which is not on everyone's path
	}
	cmd := exec.Command(binary, "-p", folder, "-c", file)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatalf("%v (nginx is the package nginx-light)", err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt) // a kill would leave its worker
		_ = cmd.Wait()
	})
	proxy := "http://127.0.0.1:" + port
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		resp, err := http.Get(proxy + "/livez")
		if err == nil {
			resp.Body.Close()
			return proxy
		}
		if time.Now().After(deadline) {
			log, _ := os.ReadFile(filepath.Join(folder, "error.log"))
			t.Fatalf("nginx does not answer: %v %s%s", err, said.String(), log)
		}
	}
}

// asRoot lets the worker keep the account of root, since another could not write in the
// folder of the test.
func asRoot() string {
	if os.Getuid() == 0 {
		return "user root;"
	}
	return ""
}

// TestBehindNginx asks through nginx, as it comes, for all names in the data and for long
// addresses: none of the answers has more headers than it reads, which would be a 502.
func TestBehindNginx(t *testing.T) {
	t.Parallel()
	s := startPlain(t)
	proxy := nginxBefore(t, s.url)
	ds, err := dataset.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	texts := []string{strings.Repeat("ก", 27), strings.Repeat("ก", 130), strings.Repeat("ก", 300), strings.Repeat("ก", 700), strings.Repeat("x", 2500),
		strings.Repeat("x", 7000), strings.Repeat("x", 16000)}
	for _, f := range ds.Facilities {
		texts = append(texts, f.Name, f.NameZh, f.NameLocal)
	}
	long := 0
	for i, text := range texts {
		for j, target := range []string{"/collections/facilities/items?limit=10&q=", "/?f=html&q=", "/collections/facilities/items?limit=1&f=fgb&name=", "/facilities?q=",
			"/facilities/1?note=", "/data/facilities.csv?q="} {
			if text == "" || len(text) < 500 && (i+j)%3 > 0 {
				continue
			}
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, proxy+target+url.QueryEscape(text), nil)
			if err != nil {
				t.Fatal(err)
			}
			resp, err := http.DefaultTransport.RoundTrip(r) // which follows nothing
			if err != nil {
				t.Fatal(err)
			}
			_, err = io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
			if resp.StatusCode >= 500 || err != nil || resp.StatusCode == http.StatusBadRequest && len(text) < 500 && !strings.Contains(target, "f=fgb") {
				t.Errorf("%s%.90s: %d, %v", target, text, resp.StatusCode, err)
			}
			if resp.StatusCode == http.StatusOK {
				long++
			}
		}
	}
	if long < 200 {
		t.Errorf("only %d answers were had", long)
	}
}
