// Package coverage turns press material into plain exhibits: the main text of
// an article, with its quotation marks as they were printed. It fetches
// nothing and reads no clock; the same bytes always give the same exhibit.
package coverage

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"path"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"frank"
)

// MaxBytes is the size of the largest file that [Read] takes.
const MaxBytes = 16 << 20

// The media an exhibit can be read from.
const (
	MediaText = "text/plain"
	MediaHTML = "text/html"
	MediaPDF  = "application/pdf"
)

// Exhibit is a piece of press material as plain text.
type Exhibit struct {
	Name   string   // as given to [Read]
	Media  string   // [MediaText], [MediaHTML] or [MediaPDF]
	Title  string   // the page's headline or the document's title; "" for plain text
	Text   string   // NFC; paragraphs separated by "\n\n"; quotation marks as printed
	SHA256 [32]byte // of the file's bytes

	// Quotes are the byte spans of Text that the page sets as block
	// quotations, in order, without overlap. They usually carry no quotation
	// marks, and none are added.
	Quotes [][2]int

	// Unread says, in a sentence for people, what of the file could not be
	// read; "" where all of it was.
	Unread string

	// What the page says of itself, each "" where it says nothing: its
	// publisher's name, its link, and when it was published and last changed,
	// as [ValidClaim] wants them. They are claims: nobody has checked them.
	//
	// Who wrote it is left where it stands. Frank keeps no file on
	// journalists, so no field here, and no record made of it, has a byline.
	Outlet    string
	URL       string
	Published string
	Modified  string
}

// Read makes an exhibit of a file's bytes. It tells PDF and HTML from plain
// text by the content, and by the name where the content does not say. Plain
// text must be UTF-8; HTML may be in any encoding it declares; a PDF must have
// a text layer. It is an error when data is empty, larger than [MaxBytes], or
// of a kind that holds no plain text; each such error has a hint.
func Read(name string, data []byte) (*Exhibit, error) {
	if len(data) > MaxBytes {
		return nil, frank.WithHint(
			fmt.Errorf("%s has %d bytes, more than the %d an exhibit may have", name, len(data), MaxBytes),
			"save the article's text by itself, without pictures")
	}
	if what, hint := foreign(data); what != "" {
		return nil, frank.WithHint(fmt.Errorf("%s is %s, not plain text, HTML or a PDF", name, what), "%s", hint)
	}
	switch {
	case bytes.HasPrefix(trimBOM(data), []byte("%PDF-")):
		return readAs(name, data, MediaPDF)
	case looksLikeHTML(name, data):
		return readAs(name, data, MediaHTML)
	}
	return readAs(name, data, MediaText)
}

// readAs is Read for bytes whose medium is known.
func readAs(name string, data []byte, media string) (*Exhibit, error) {
	e := &Exhibit{Name: name, Media: media, SHA256: sha256.Sum256(data)}
	var err error
	switch media {
	case MediaHTML:
		err = e.readHTML(data)
	case MediaPDF:
		err = e.readPDF(data)
	default:
		err = e.readPlain(data)
	}
	if err != nil {
		return nil, err
	}
	if e.Text == "" {
		return nil, frank.WithHint(fmt.Errorf("%s has no text in it", name),
			"if the words are in a picture, or the page loads them later, copy them into a text file")
	}
	return e, nil
}

// readPlain takes data as UTF-8 text.
func (e *Exhibit) readPlain(data []byte) error {
	data = trimBOM(data)
	if utf16(data) {
		return frank.WithHint(fmt.Errorf("%s is UTF-16, not UTF-8 text", e.Name), "save it again with the encoding UTF-8")
	}
	if at := badByte(data); at >= 0 {
		return frank.WithHint(
			fmt.Errorf("%s is not UTF-8 text: byte %d is 0x%02x", e.Name, at, data[at]),
			"save it again with the encoding UTF-8; it may be in an older one, such as Windows-1252")
	}
	if i := strings.IndexByte(string(data), 0); i >= 0 {
		return frank.WithHint(fmt.Errorf("%s is a binary file: byte %d is 0", e.Name, i),
			"export it as plain text or HTML")
	}
	e.Text = paragraphs(norm.NFC.String(string(data)))
	return nil
}

// wrapped is the length in bytes above which a line is not one of a wrapped
// paragraph but a paragraph by itself.
const wrapped = 120

// paragraphs brings line ends to "\n" and paragraph ends to "\n\n". In a text
// without blank lines every line is a paragraph if some line is too long to
// have been wrapped.
func paragraphs(text string) string {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2029", "\n\n", "\u2028", "\n", "\f", "\n\n").Replace(text)
	var paras []string
	var lines []string
	blank, long := false, false
	flush := func() {
		if len(lines) > 0 {
			paras = append(paras, strings.Join(lines, "\n"))
			lines = nil
		}
	}
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" {
			blank = blank || len(lines) > 0
			flush()
			continue
		}
		long = long || len(line) > wrapped
		lines = append(lines, line)
	}
	if len(paras) == 0 && long {
		return strings.Join(lines, "\n\n")
	}
	flush()
	return strings.Join(paras, "\n\n")
}

// badByte returns the offset of the first byte that is not UTF-8, or -1.
func badByte(data []byte) int {
	for i := 0; i < len(data); {
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}

func trimBOM(data []byte) []byte {
	if len(data) >= 3 && data[0] == 0xEF && data[1] == 0xBB && data[2] == 0xBF {
		return data[3:]
	}
	return data
}

func utf16(data []byte) bool {
	return len(data) >= 2 && (data[0] == 0xFF && data[1] == 0xFE || data[0] == 0xFE && data[1] == 0xFF)
}

// errDepth is what an HTML parser that gives up means to the user.
var errDepth = errors.New("the page's HTML is nested too deeply to be read")

// extension returns the name's extension in lower case, with its dot.
func extension(name string) string {
	return strings.ToLower(path.Ext(strings.ReplaceAll(name, "\\", "/")))
}
