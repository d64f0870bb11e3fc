package api

import (
	"bufio"
	"net/http"
	"strings"
	"testing"
)

// FuzzReadPlain: what is read as a plain request is the same to net/http, which finds no
// body, nothing behind it, and nothing that ends the connection.
func FuzzReadPlain(f *testing.F) {
	const begin = "GET /tiles/WebMercatorQuad/0/0/0?kind=x&q=%E4%B8%AD HTTP/1.1\r\nHost: localhost:8080\r\n"
	for _, fields := range plainFields {
		f.Add(begin + fields + "\r\n")
	}
	for _, fields := range otherFields {
		f.Add(begin + fields + "\r\n")
	}
	for _, head := range otherHeads {
		f.Add(head)
	}
	f.Fuzz(func(t *testing.T, head string) {
		got, method, ok := readPlain(head)
		if !ok {
			return
		}
		reader := bufio.NewReader(strings.NewReader(head))
		r, err := http.ReadRequest(reader)
		if err != nil {
			t.Fatalf("%q is no request: %v", head, err)
		}
		want := request{path: r.URL.Path, rawPath: r.URL.RawPath, query: r.URL.RawQuery, accept: r.Header.Get("Accept"), coding: r.Header.Get("Accept-Encoding"), host: r.Host}
		if got != want || method != r.Method || refusal(r) != nil {
			t.Errorf("%q: %s %v, want %s %v, refused %v", head, method, got, r.Method, want, refusal(r))
		}
		if reader.Buffered() > 0 || r.Body != http.NoBody || r.Close || !r.ProtoAtLeast(1, 1) || len(r.Trailer) > 0 {
			t.Errorf("%q has more than a header", head)
		}
		for _, name := range []string{"If-None-Match", "Expect", "Upgrade", "Range", "Content-Length", "Transfer-Encoding"} {
			if r.Header[name] != nil {
				t.Errorf("%q has %s", head, name)
			}
		}
	})
}

// plainFields are those of clients that are answered the short way.
var plainFields = []string{
	"", "User-Agent: curl/8.5\r\nAccept: */*\r\n", "Accept-Encoding: gzip, br\r\nConnection: keep-alive\r\n", "cookie: a=b; c=\"d\"\r\nACCEPT:text/csv  \r\n",
	"Connection: Keep-Alive\r\nsec-ch-ua: \"Chromium\";v=\"130\"\r\nReferer: http://localhost:8080/?country=THA\r\nAccept-Language: zh-CN,zh;q=0.9\r\n",
	"X-Forwarded-For: 10.0.0.1\r\nVia: 1.1 a\r\nX-Empty:\r\n",
}

// otherFields make it another request, or one that is read or answered otherwise.
var otherFields = []string{
	"Content-Length: 0\r\n", "Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n", "transfer-encoding : chunked\r\n", "Expect: 100-continue\r\n",
	"Connection: close\r\n", "Connection: keep-alive, close\r\n", "Connection: upgrade\r\nUpgrade: h2c\r\n", "Trailer: a\r\n", "TE: trailers\r\n",
	"If-None-Match: \"a\"\r\n", "If-none-match: *\r\n", "Range: bytes=0-1\r\n", "Content-Encoding: gzip\r\n", "Host: another\r\n", "Accept:\r\nAccept: text/csv\r\n",
	"Accept: a/b\r\nAccept: c/d\r\n", "Accept: text/csv,\r\n */*\r\n", "Accept: text/csv,\r\n\tq\r\n", " Accept: text/csv\r\n", "Accept\r\n", ": a\r\n", "Accept: a\nHost: b\r\n",
	"Accept: a\rb\r\n", "Accept: a\x00b\r\n", "Accept: a\x7fb\r\n", "A(b): c\r\n", "X-\xc3\xa9: c\r\n", "X: \xe4\xb8\xad\r\n", "Accept:\ttext/csv\r\n", "\r\n", "A: b\n\r\n",
	"A: b\n",
}

// otherHeads are no plain requests from their first line on.
var otherHeads = []string{
	"", "\r\n", "GET", "GET /", "GET / HTTP/1.1", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\n\r\n", "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\nHost: a\n\n",
	"GET / HTTP/1.0\r\nHost: a\r\n\r\n", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", "get / HTTP/1.1\r\nHost: a\r\n\r\n",
	"POST / HTTP/1.1\r\nHost: a\r\n\r\n",
	"GET http://a/ HTTP/1.1\r\nHost: b\r\n\r\n", "GET a HTTP/1.1\r\nHost: a\r\n\r\n", "GET * HTTP/1.1\r\nHost: a\r\n\r\n", "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n",
	"GET /a?b#c HTTP/1.1\r\nHost: a\r\n\r\n",
	"GET /%61 HTTP/1.1\r\nHost: a\r\n\r\n", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", "GET /\xe4 HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: \r\n\r\n",
	"GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
	"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\r\n ",
	"GET / HTTP/2.0\r\nHost: a\r\n\r\n",
	"OPTIONS / HTTP/1.1\r\nHost: a\r\n\r\n",
}

// TestReadPlain: nothing but the plain is read as such.
func TestReadPlain(t *testing.T) {
	const begin = "HEAD /collections/facilities/items?limit=2 HTTP/1.1\r\nHost: localhost\r\n"
	for _, fields := range plainFields {
		if r, method, ok := readPlain(begin + fields + "\r\n"); !ok || method != "HEAD" || r.path != "/collections/facilities/items" || r.query != "limit=2" ||
			r.host != "localhost" {
			t.Errorf("with %q: %v %s %v", fields, r, method, ok)
		}
	}
	for _, fields := range otherFields {
		if _, _, ok := readPlain(begin + fields + "\r\n"); ok {
			t.Errorf("with %q it is plain", fields)
		}
	}
	for _, head := range otherHeads {
		if _, _, ok := readPlain(head); ok {
			t.Errorf("%q is plain", head)
		}
	}
}
