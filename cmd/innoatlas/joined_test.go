package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"testing"
)

// TestJoinedAnswersAreWhole: whatever an answer is written in, its reader gets all of it, in
// order, and before the next write of the handler.
func TestJoinedAnswersAreWhole(t *testing.T) {
	pattern := make([]byte, 300<<10)
	for i := range pattern {
		pattern[i] = byte(i * 7 >> 3)
	}
	l := bounded(t, nil, func(w http.ResponseWriter, r *http.Request) {
		size, _ := strconv.Atoi(r.FormValue("size"))
		if r.FormValue("length") != "" {
			w.Header().Set("Content-Length", strconv.Itoa(size))
		}
		step := size
		if s := r.FormValue("step"); s != "" {
			step, _ = strconv.Atoi(s)
		}
		for at := 0; at < size; at += step {
			if n, err := w.Write(pattern[at:min(at+step, size)]); err != nil || n != min(step, size-at) {
				panic(fmt.Sprint(n, err))
			}
			if held := len(r.Context().Value(clientKey{}).(*client).held); held > 0 {
				panic(fmt.Sprint(held, " bytes wait for nothing"))
			}
			if r.FormValue("flush") != "" {
				if err := http.NewResponseController(w).Flush(); err != nil {
					panic(err)
				}
			}
		}
	})
	for _, query := range []string{"", "&length=1", "&step=4096", "&step=4097&length=1", "&step=5000&flush=1", "&step=9000&length=1&flush=1"} {
		for _, size := range []int{0, 1, 3000, 3900, 3960, 3970, 3980, 4000, 4095, 4096, 4097, 8000, 8100, 8192, 8193, 55_000, 200_000} {
			response, err := http.Get(fmt.Sprintf("http://%s/?size=%d%s", l.Addr(), size, query))
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(response.Body)
			response.Body.Close()
			if err != nil || !bytes.Equal(got, pattern[:size]) {
				t.Errorf("size=%d%s: %d bytes, %v", size, query, len(got), err)
			}
		}
	}
}
