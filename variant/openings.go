package variant

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"frank"
	"frank/prose"
)

// Openings lists runs of words in the text of s that could take readings of the
// author's own: neither locked nor at a site, without a mark inside, and with
// some content. They are in order and do not overlap.
func Openings(s *Source) []prose.Span {
	d := newDocument(s.Text(), s.taken())
	var out []prose.Span
	for i := 0; i < len(d.tok); {
		end := i
		for end < len(d.tok) && d.free(end) && d.sent[end] == d.sent[i] && (end == i || d.joined(end-1)) {
			end++
		}
		if span, ok := d.opening(i, end); ok {
			out = append(out, span)
		}
		i = max(end, i+1)
	}
	return out
}

// opening cuts from tokens start to end what joins them to the words around, and
// reports whether enough is left.
func (d *document) opening(start, end int) (prose.Span, bool) {
	for start < end && (d.has(start, "CONJ") || d.numbered(start)) {
		start++
	}
	for start < end && d.any(end-1, []string{"CONJ", "PREP", "DET", "MODAL", "PRON", "to", "ought"}) {
		end--
	}
	content := 0
	for i := start; i < end; i++ {
		if d.has(i, "LOW") {
			content++
		}
	}
	if content < 2 {
		return prose.Span{}, false
	}
	return prose.Span{Start: d.tok[start].Start, End: d.tok[end-1].End}, true
}

// WithReadings returns s with readings that the author gives for some words of a
// sentence: the first is the words as they stand, once, in the sentence; line
// ends count as spaces. Words that are a site get the readings beside those it
// has. It does not change s; what cannot be is an error that does not quote it.
func (s *Source) WithReadings(sentence prose.Span, readings []string) (*Source, error) {
	if len(readings) < 2 || slices.Contains(readings, "") {
		return nil, errors.New("expected the words as they stand and at least one other reading, with | between")
	}
	for i, r := range readings {
		if badByte(r) >= 0 || strings.Contains(r, "\n") {
			return nil, errors.New("a reading has a character that cannot be seen")
		}
		if slices.Contains(readings[:i], r) {
			return nil, errors.New("two of the readings are the same")
		}
	}
	node, span, found := s.stands(sentence, readings[0])
	switch {
	case found == 0:
		return nil, errors.New("these words do not stand in the sentence, or not together outside other places")
	case found > 1:
		return nil, fmt.Errorf("these words stand in the sentence %d times: more of the words around show which are meant", found)
	}
	for _, l := range Locks(s.Text()) {
		if l.Start < span.End && span.Start < l.End && s.Nodes[node].Kind == Text {
			return nil, errors.New("these words hold something that is never varied: a name, a figure, a quotation, a negation or an operative word")
		}
	}
	out := &Source{Header: s.Header}
	for i, n := range s.Nodes {
		if i != node {
			out.Nodes = append(out.Nodes, n)
			continue
		}
		if n.Kind == Varied {
			site, err := n.Site.with(readings[1:])
			if err != nil {
				return nil, err
			}
			out.Nodes = append(out.Nodes, Node{Kind: Varied, Site: site})
			continue
		}
		at := s.startOf(node)
		words := n.Text[span.Start-at : span.End-at]
		out.Nodes = appendText(out.Nodes, n.Text[:span.Start-at])
		out.Nodes = append(out.Nodes, Node{Kind: Varied, Site: &Site{Readings: append([]string{words}, readings[1:]...)}})
		out.Nodes = appendText(out.Nodes, n.Text[span.End-at:])
	}
	return out, out.holds(span)
}

// with returns a copy of the site with more readings: the author's own now.
func (s *Site) with(more []string) (*Site, error) {
	switch {
	case s.Link != "":
		return nil, errors.New("this place changes together with others: edit it in an editor")
	case s.Items != nil:
		return nil, errors.New("this place is a list in free order: edit it in an editor")
	case len(s.Readings)+len(more) > frank.MaxReadings:
		return nil, fmt.Errorf("a place has at most %d readings", frank.MaxReadings)
	}
	for _, r := range more {
		if slices.Contains(s.Readings, r) {
			return nil, errors.New("the place has this reading already")
		}
	}
	return &Site{Proposed: s.Proposed, Readings: slices.Concat(s.Readings, more)}, nil
}

// holds reports as an error what is wrong with a source after an addition at
// span: a text it would not read again, or a reading that no copy could show.
func (s *Source) holds(span prose.Span) error {
	if _, err := Parse(s.String()); err != nil {
		return err
	}
	m, err := s.Master()
	if err != nil {
		return err
	}
	want := 0
	at := 0
	for _, n := range s.Nodes {
		text := n.Text
		if n.Kind == Varied {
			if text = n.Site.Readings[0]; at == span.Start && len(text) == span.End-span.Start {
				want = len(n.Site.Readings)
			}
		}
		at += len(text)
	}
	for _, site := range m.Sites {
		if site.Start == span.Start && site.End == span.End && len(site.Readings) == want {
			return nil
		}
	}
	return errors.New("a reading would say the same word as another place close by, whatever that shows")
}

// stands finds words in a sentence: the node they are in, or are the first
// reading of, their place in the text, and how often they stand there.
func (s *Source) stands(sentence prose.Span, words string) (node int, span prose.Span, found int) {
	at := 0
	for i, n := range s.Nodes {
		text := n.Text
		if n.Kind == Varied {
			text = n.Site.Readings[0]
		}
		for from := 0; n.Kind == Text && from < len(text); from++ {
			end := like(text[from:], words)
			if end == 0 || at+from < sentence.Start || at+from+end > sentence.End || inWord(text, from) || inWord(text, from+end) {
				continue
			}
			node, span = i, prose.Span{Start: at + from, End: at + from + end}
			found++
		}
		if n.Kind == Varied && at >= sentence.Start && at+len(text) <= sentence.End && like(text, words) == len(text) && text != "" {
			node, span = i, prose.Span{Start: at, End: at + len(text)}
			found++
		}
		at += len(text)
	}
	return node, span, found
}

// startOf returns where a node's text begins.
func (s *Source) startOf(node int) int {
	at := 0
	for _, n := range s.Nodes[:node] {
		if n.Kind == Varied {
			at += len(n.Site.Readings[0])
		} else {
			at += len(n.Text)
		}
	}
	return at
}

// like returns how many bytes of text are the words, or 0: white space is alike
// however much it is, and so are the two forms of the apostrophe.
func like(text, words string) int {
	at := 0
	for words != "" {
		w, n := utf8.DecodeRuneInString(words)
		t, m := utf8.DecodeRuneInString(text[at:])
		switch {
		case at == len(text):
			return 0
		case unicode.IsSpace(w) && unicode.IsSpace(t):
			words = strings.TrimLeftFunc(words, unicode.IsSpace)
			at = len(text) - len(strings.TrimLeftFunc(text[at:], unicode.IsSpace))
			continue
		case w != t && !(strings.ContainsRune("'’", w) && strings.ContainsRune("'’", t)):
			return 0
		}
		words = words[n:]
		at += m
	}
	return at
}

// inWord reports whether text is cut inside a word at a byte.
func inWord(text string, at int) bool {
	a, _ := utf8.DecodeLastRuneInString(text[:at])
	b, _ := utf8.DecodeRuneInString(text[at:])
	in := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
	return at > 0 && at < len(text) && in(a) && in(b)
}

// SaidNear returns the first word of some readings that the text says close by
// outside the words they stand for, or "": a reader might notice.
func (s *Source) SaidNear(sentence prose.Span, readings []string) string {
	_, span, found := s.stands(sentence, readings[0])
	if found != 1 {
		return ""
	}
	d := newDocument(s.Text(), nil)
	from, to := len(d.tok), 0
	for i, t := range d.tok {
		if t.End > span.Start && t.Start < span.End {
			from, to = min(from, i), i+1
		}
	}
	for _, r := range readings[1:] {
		for _, w := range prose.Words(r) {
			if st := contentStem(w.Norm); st != "" && !slices.Contains(stemsOf(readings[0]), st) && from < to && d.stemNear(st, from, to) {
				return w.Norm
			}
		}
	}
	return ""
}
