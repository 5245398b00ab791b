package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"frank/coverage"

	"github.com/rogpeppe/go-internal/testscript"
)

// press starts a newspaper's server on loopback: press DIR sets PRESS to its
// address, where the files of a folder are, $PRESS standing for it in them; a
// file FILE.N says that FILE was handed out N times. /to/X
// sends on to X, /away to another scheme, /round to itself, /slow does not
// answer, /dribble does and never ends, /half breaks off, /large is larger than
// what is read, and /paper.pdf is the lines of paper.txt as a PDF.
func press(ts *testscript.TestScript, neg bool, args []string) {
	dir := ts.MkAbs(args[0])
	stop := make(chan struct{})
	var served sync.Map // how often, by path
	var s *httptest.Server
	s = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		to, sent := strings.CutPrefix(r.URL.Path, "/to/")
		switch {
		case sent:
			http.Redirect(w, r, "/"+to, http.StatusFound)
		case r.URL.Path == "/away":
			http.Redirect(w, r, "ftp://127.0.0.1/story.html", http.StatusMovedPermanently)
		case r.URL.Path == "/round":
			http.Redirect(w, r, "/round", http.StatusFound)
		case r.URL.Path == "/slow":
			select {
			case <-stop:
			case <-r.Context().Done():
			}
		case r.URL.Path == "/dribble":
			for {
				if _, err := w.Write([]byte("The harbour board met. ")); err != nil {
					return
				}
				w.(http.Flusher).Flush()
				select {
				case <-stop:
					return
				case <-r.Context().Done():
					return
				case <-time.After(50 * time.Millisecond):
				}
			}
		case r.URL.Path == "/half":
			w.Header().Set("Content-Length", "1000")
			w.Write([]byte("The harbour board met on"))
		case r.URL.Path == "/large":
			piece := []byte(strings.Repeat("The harbour board met. ", 1<<12))
			for n := 0; n <= coverage.MaxBytes; n += len(piece) {
				w.Write(piece)
			}
		case r.URL.Path == "/paper.pdf":
			data, err := os.ReadFile(filepath.Join(dir, "paper.txt"))
			ts.Check(err)
			w.Write(printed(strings.Split(strings.TrimSpace(string(data)), "\n")))
		default:
			data, err := os.ReadFile(filepath.Join(dir, filepath.Base(r.URL.Path)))
			if err != nil {
				http.NotFound(w, r)
				return
			}
			w.Write([]byte(strings.ReplaceAll(string(data), "$PRESS", s.URL)))
			n, _ := served.LoadOrStore(r.URL.Path, new(atomic.Int64))
			done := fmt.Sprintf("%s.%d", filepath.Join(dir, filepath.Base(r.URL.Path)), n.(*atomic.Int64).Add(1))
			ts.Check(os.WriteFile(done, nil, 0o600))
		}
	}))
	ts.Defer(func() {
		close(stop)
		s.Close()
	})
	ts.Setenv("PRESS", s.URL)
}

// printed returns lines as a PDF of one page.
func printed(lines []string) []byte {
	var page strings.Builder
	page.WriteString("BT /F 12 Tf 14 TL 72 720 Td\n")
	for _, l := range lines {
		page.WriteString("(" + strings.NewReplacer("\\", "\\\\", "(", "\\(", ")", "\\)").Replace(l) + ") Tj T*\n")
	}
	page.WriteString("ET")
	out, at := "%PDF-1.4\n", []int{}
	for i, object := range []string{
		"<</Type/Catalog/Pages 2 0 R>>",
		"<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
		fmt.Sprintf("<</Length %d>>stream\n%s\nendstream", page.Len(), page.String()),
		"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
	} {
		at = append(at, len(out))
		out += fmt.Sprintf("%d 0 obj%s endobj\n", i+1, object)
	}
	start := len(out)
	out += fmt.Sprintf("xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, n := range at {
		out += fmt.Sprintf("%010d 00000 n \n", n)
	}
	return []byte(out + fmt.Sprintf("trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, start))
}
