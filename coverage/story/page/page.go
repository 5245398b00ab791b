// Package page writes a digest of press material as one self-contained HTML
// page: no script, no font, image or link from elsewhere but those to the
// articles.
package page

import (
	"bytes"
	_ "embed"
	"errors"
	"html/template"
	"io"
	"strings"

	"frank/coverage/story"
)

//go:embed page.html
var pageHTML string

//go:embed page.css
var pageCSS string

var tmpl = template.Must(template.New("page").Funcs(template.FuncMap{
	"said":    story.Said,
	"some":    story.Some,
	"visible": visible,
	"inc":     func(n int) int { return n + 1 },
}).Parse(pageHTML))

// Write writes d as an HTML page. The same digest gives the same bytes. It
// fails when d is nil or w does not take the page.
func Write(w io.Writer, d *story.Digest) error {
	if d == nil {
		return errors.New("expected a digest to write as a page, found none")
	}
	v := view{Digest: d, CSS: template.CSS(pageCSS)}
	for i := range d.Stories {
		s := &d.Stories[i]
		if s.Outlets > 1 || len(d.Stories) == 1 {
			v.Told = append(v.Told, s)
		} else {
			v.Others = append(v.Others, s)
		}
	}
	v.Heading = "Press digest"
	if len(v.Told) == 1 && v.Told[0].Title != "" {
		v.Heading = v.Told[0].Title
	}
	return tmpl.Execute(w, v)
}

// Made reports whether data is a page that Write wrote: it is no press material.
func Made(data []byte) bool {
	return bytes.Contains(data[:min(len(data), 2048)], []byte(`<meta name="generator" content="frank digest">`))
}

type view struct {
	*story.Digest
	CSS     template.CSS
	Heading string
	Told    []*story.Story
	Others  []*story.Story // in one outlet only
}

// visible keeps what papers wrote from steering how the page is read: marks of
// direction and controls are left out.
func visible(s string) string {
	return strings.Map(func(c rune) rune {
		if c < ' ' && c != '\n' || c >= 0x7f && c < 0xa0 || c >= 0x202a && c <= 0x202e || c >= 0x2066 && c <= 0x2069 {
			return -1
		}
		return c
	}, s)
}
