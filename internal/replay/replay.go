// Package replay is a model server for tests that gives recorded answers.
//
// A recording is a file: lines "key: value" and, behind an empty line, the body
// of the answer as the server sent it. The keys:
//
//	path      of the request; absent: /v1/chat/completions
//	asked     words in the last message of the request; absent: any
//	if        words that must be in the request for this recording to be used
//	status    of the answer; absent: 200
//	location  where the answer sends its reader
//	wait      how long before the answer comes, such as 2s
//	fill      how many bytes of spaces to send after the body
//
// The first recording that fits, by name of file, is the answer.
package replay

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

type recording struct {
	key  map[string]string
	body string
}

// Server replays recordings and keeps what it was asked.
type Server struct {
	*httptest.Server
	mu    sync.Mutex
	asked []string
}

// Asked returns the bodies of the requests so far.
func (s *Server) Asked() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.asked...)
}

// New reads the recordings that a pattern matches and serves them.
func New(pattern string) (*Server, error) {
	names, err := filepath.Glob(pattern)
	if err != nil || len(names) == 0 {
		return nil, fmt.Errorf("no recordings at %s: %v", pattern, err)
	}
	var all []recording
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		head, body, ok := strings.Cut(string(data), "\n\n")
		if !ok {
			return nil, fmt.Errorf("%s has no empty line before the body", name)
		}
		r := recording{map[string]string{}, body}
		for _, line := range strings.Split(head, "\n") {
			k, v, ok := strings.Cut(line, ": ")
			if !ok {
				return nil, fmt.Errorf("%s: %q is no key and value", name, line)
			}
			r.key[k] = v
		}
		all = append(all, r)
	}
	s := &Server{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(io.LimitReader(r.Body, 1<<20))
		s.mu.Lock()
		s.asked = append(s.asked, string(body))
		s.mu.Unlock()
		for _, rec := range all {
			if rec.fits(r.URL.Path, string(body)) {
				rec.answer(w, r)
				return
			}
		}
		http.Error(w, "nothing is recorded for this", http.StatusNotImplemented)
	}))
	return s, nil
}

func (rec recording) fits(path, body string) bool {
	want := rec.key["path"]
	if want == "" {
		want = "/v1/chat/completions"
	}
	if path != want || !strings.Contains(body, rec.key["if"]) {
		return false
	}
	var request struct {
		Messages []struct{ Content string }
	}
	last := ""
	if json.Unmarshal([]byte(body), &request) == nil && len(request.Messages) > 0 {
		last = request.Messages[len(request.Messages)-1].Content
	}
	return strings.Contains(last, rec.key["asked"])
}

func (rec recording) answer(w http.ResponseWriter, r *http.Request) {
	if wait, err := time.ParseDuration(rec.key["wait"]); err == nil {
		select {
		case <-time.After(wait):
		case <-r.Context().Done():
			return
		}
	}
	if to := rec.key["location"]; to != "" {
		w.Header().Set("Location", to)
	}
	w.Header().Set("Content-Type", "application/json")
	status := http.StatusOK
	if n, err := strconv.Atoi(rec.key["status"]); err == nil {
		status = n
	}
	w.WriteHeader(status)
	io.WriteString(w, rec.body)
	fill, _ := strconv.Atoi(rec.key["fill"])
	for chunk := strings.Repeat(" ", 1<<16); fill > 0; fill -= len(chunk) {
		if _, err := io.WriteString(w, chunk); err != nil {
			return
		}
	}
}
