// Package pdf reads the text layer of a PDF: its words in the order a person
// reads them, with words joined that a line's end divides, and without the
// heads and feet that every page repeats. It does what newspapers' pages need
// and no more; encrypted files and pictures of text are refused.
//
// It takes what anybody sends. Nesting, objects, decoded bytes, operators and
// glyphs are bounded; and should the reader fail all the same, the panic ends
// at [Read], as an error. It computes in fixed point, so that every machine
// reads the same words.
package pdf

import (
	"errors"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Document is what a PDF says.
type Document struct {
	Title      string   // that it gives itself, or ""
	Paragraphs []string // NFC, one line each
	Pages      int      // one or more
	Blank      int      // of them, pages without a text layer
	Unknown    int      // characters that do not say what they are, and are left out
}

// The errors a person can do something about.
var (
	ErrNoText = errors.New("it has no text layer")
	ErrLocked = errLocked
)

// Read reads a PDF. It returns [ErrNoText] where its pages are pictures,
// [ErrLocked] where it is encrypted, and other errors for files that are
// damaged or ask for too much.
func Read(data []byte) (*Document, error) {
	return guard(func() (*Document, error) { return read(data) })
}

var errPanic = errors.New("it is damaged in a way that its reader was not prepared for")

// guard makes an error of a panic, and keeps to itself what the panic says,
// which may quote the file.
func guard(read func() (*Document, error)) (d *Document, err error) {
	defer func() {
		if recover() != nil {
			d, err = nil, errPanic
		}
	}()
	return read()
}

func read(data []byte) (*Document, error) {
	f, err := open(data)
	if err != nil {
		return nil, err
	}
	pages, err := f.pages()
	if err != nil {
		return nil, err
	}
	if len(pages) == 0 {
		return nil, errors.New("it has no pages, or is cut off")
	}
	d := &Document{Pages: len(pages)}
	p := &painter{f: f, fonts: map[any]*font{}, steps: maxSteps, room: maxMarks}
	all := make([][]line, len(pages))
	known := 0
	for i, pg := range pages {
		if err := p.page(pg); err != nil {
			return nil, err
		}
		all[i] = lines(p.marks, i)
		if len(all[i]) == 0 {
			d.Blank++
		}
		for _, l := range all[i] {
			known += len(l.text)
		}
	}
	if d.Unknown = p.unknown; known == 0 || d.Unknown > known {
		return nil, ErrNoText
	}
	dropHeads(all, pages)
	var flow []line
	left := maxPairs
	for _, page := range all {
		flow = append(flow, arrange(page, &left)...)
	}
	d.Paragraphs = paragraphs(flow)
	if s, ok := f.get(f.dict(f.trailer["Info"])["Title"]).(str); ok {
		d.Title = norm.NFC.String(strings.Join(strings.Fields(textString(s)), " "))
	}
	return d, nil
}
