package page

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"frank/coverage"
	"frank/coverage/story"
)

var update = flag.Bool("update", false, "write the golden file")

func digest(t *testing.T) *story.Digest {
	t.Helper()
	files, _ := filepath.Glob("../testdata/press/*.html")
	if len(files) == 0 {
		t.Fatal("no articles")
	}
	var list []*coverage.Exhibit
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		e, err := coverage.Read(filepath.Base(f), data)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, e)
	}
	d, err := story.Make(list, nil)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func written(t *testing.T, d *story.Digest) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, d); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestGolden(t *testing.T) {
	got := written(t, digest(t))
	if *update {
		if err := os.WriteFile("testdata/page.html", []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("testdata/page.html")
	if err != nil || got != string(want) {
		t.Errorf("the page is otherwise than testdata/page.html (%v)", err)
	}
	if !Made([]byte(got)) || Made([]byte("<html><p>words")) {
		t.Error("Made does not tell a digest from an article")
	}
}

// Nothing is fetched, nothing runs, and nothing a paper wrote is taken for the
// page's own.
func TestSelfContained(t *testing.T) {
	d := digest(t)
	d.Stories[0].Title = `<script>alert(1)</script>` + "\u202e"
	d.Stories[0].Articles[0].URL = `javascript:alert(1)`
	d.Stories[0].Articles[1].Outlet = `" onload="x`
	d.Unread = append(d.Unread, story.Unread{Name: "<img src=x>", Why: "a\x1bb"})
	got := written(t, d)
	for _, no := range []string{"<script", "<img", "\u202e", "\x1b", `"javascript:`, `" onload`, "@import", "url("} {
		if strings.Contains(got, no) {
			t.Errorf("%q is in the page", no)
		}
	}
	for _, link := range regexp.MustCompile(`href="([^"]*)"`).FindAllStringSubmatch(got, -1) {
		if !strings.HasPrefix(link[1], "https://") && link[1] != "#ZgotmplZ" {
			t.Errorf("a link to %q", link[1])
		}
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("full") }

func TestRefused(t *testing.T) {
	if Write(full{}, digest(t)) == nil || Write(&bytes.Buffer{}, nil) == nil {
		t.Error("no error")
	}
}
