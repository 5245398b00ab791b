package cli

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"frank"
	"frank/variant"

	"golang.org/x/text/unicode/norm"
)

// maxSource is the most bytes a marked-up source may have; its text may have
// [frank.MaxText].
const maxSource = 8 * frank.MaxText

// plain checks and normalises a text as people's programs save it, and says
// what it changed.
func (r *run) plain(name string, data []byte) (string, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if bytes.HasPrefix(data, []byte("PK\x03\x04")) || bytes.HasPrefix(data, []byte("%PDF-")) || bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")) {
		return "", frank.WithHint(fmt.Errorf("%s is a document of a word processor or a PDF, not plain text", name), "save it as plain text, UTF-8, and give that")
	}
	if !utf8.Valid(data) {
		line := 1
		for rest := data; len(rest) > 0; {
			c, n := utf8.DecodeRune(rest)
			if c == utf8.RuneError && n == 1 {
				break
			}
			if c == '\n' {
				line++
			}
			rest = rest[n:]
		}
		return "", frank.WithHint(fmt.Errorf("%s is not UTF-8 text: line %d has other bytes", name, line),
			"save it as UTF-8; from Windows: iconv -f WINDOWS-1252 -t UTF-8 %s", name)
	}
	text := string(data)
	if strings.TrimSpace(text) == "" {
		return "", frank.WithHint(fmt.Errorf("%s is empty", name), "give a file with the dispatch's text")
	}
	if strings.Contains(text, "\r") {
		text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
		r.note("line ends of %s are now line feeds", name)
	}
	if !norm.NFC.IsNormalString(text) {
		text = norm.NFC.String(text)
		r.note("accented letters of %s are now single characters (Unicode NFC)", name)
	}
	line := 1
	for _, c := range text {
		if c == '\n' {
			line++
		} else if c != '\t' && (c < ' ' || c == 0x7f) {
			return "", frank.WithHint(fmt.Errorf("line %d of %s has the control character U+%04X in it", line, name, c), "it is not plain text, or needs cleaning: take the character out")
		}
	}
	return text, nil
}

// readSource reads a marked-up source.
func (r *run) readSource(name string) (*variant.Source, error) {
	data, err := r.readFile(name, maxSource)
	if err != nil {
		return nil, err
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, frank.WithHint(fmt.Errorf("%s is empty", name), "frank propose makes a source from a text")
	}
	if !utf8.Valid(data) {
		_, err := r.plain(name, data) // says where and what to do
		return nil, err
	}
	// Windows writes these; they would stand in every copy, and the first would
	// make the header part of the text.
	saved := ""
	if bytes.HasPrefix(data, []byte("\ufeff")) {
		saved = "a byte order mark at its beginning"
	} else if bytes.Contains(data, []byte("\r")) {
		saved = "line ends other than line feeds"
	}
	if saved != "" {
		return nil, frank.WithHint(fmt.Errorf("%s has %s", name, saved), "frank propose %s -o NEW makes a source without, with your decisions kept", name)
	}
	src, err := variant.Parse(string(data))
	if err != nil {
		return nil, frank.WithHint(fmt.Errorf("%s: %w", name, err), "%s", firstOf(frank.Hint(err), "spec/source.md has the format; frank propose makes a source from a text"))
	}
	return src, nil
}

// master turns a source into the text with sites.
func master(name string, src *variant.Source) (*frank.Master, error) {
	m, err := src.Master()
	if err != nil {
		return nil, frank.WithHint(fmt.Errorf("%s: %w", name, err), "%s", firstOf(frank.Hint(err), "the source needs mending in an editor"))
	}
	if len(m.Text) == 0 || strings.TrimSpace(m.Text) == "" {
		return nil, frank.WithHint(fmt.Errorf("%s has no text", name), "the text of the dispatch stands below the header")
	}
	return m, nil
}

func firstOf(s ...string) string {
	for _, one := range s {
		if one != "" {
			return one
		}
	}
	return ""
}

// sites lists the varied nodes of a source.
func sites(src *variant.Source) []*variant.Site {
	var out []*variant.Site
	for _, n := range src.Nodes {
		if n.Kind == variant.Varied {
			out = append(out, n.Site)
		}
	}
	return out
}

var errNoSite = errors.New("the source has no site: every copy would be the same")
