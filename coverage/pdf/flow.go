package pdf

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// dropHeads leaves out the lines that stand at the same height at the head or
// foot of pages, and say the same there but for figures: on at least two pages,
// and two in five of them. A line with a quotation mark is never left out.
func dropHeads(all [][]line, pages []page) {
	if len(all) < 2 {
		return
	}
	type place struct {
		text string
		v    num
	}
	key := func(l line) place { return place{figures(l.text), (l.v + 2*one) / (4 * one)} }
	edge := func(i int, l line) bool {
		height := pages[i].box[3] - pages[i].box[1]
		at := l.v - pages[i].box[1]
		return l.dir == 0 && len(l.text) <= 200 && !strings.ContainsAny(l.text, "“”„«»\"") && (at < height/8 || at > height*7/8)
	}
	on := map[place]int{}
	for i, list := range all {
		seen := map[place]bool{}
		for _, l := range list {
			if k := key(l); edge(i, l) && !seen[k] {
				seen[k] = true
				on[k]++
			}
		}
	}
	for i, list := range all {
		all[i] = slices.DeleteFunc(list, func(l line) bool {
			n := on[key(l)]
			return edge(i, l) && n >= 2 && n*5 >= len(all)*2
		})
	}
}

// figures writes every number as #, so that page 3 is as page 4.
func figures(s string) string {
	var b strings.Builder
	last := rune(0)
	for _, r := range s {
		if unicode.IsDigit(r) {
			r = '#'
		}
		if r != '#' || last != '#' {
			b.WriteRune(r)
		}
		last = r
	}
	return b.String()
}

// paragraphs joins lines.
func paragraphs(flow []line) []string {
	w := writer{known: vocabulary(flow), usual: leadings(flow), indents: indents(flow)}
	for i := range flow {
		l := &flow[i]
		if capital(flow, i) {
			w.flush()
			w.b.WriteString(w.initial(flow, i))
			w.initials = true
			continue
		}
		var next *line
		if i+1 < len(flow) {
			next = &flow[i+1]
		}
		if w.initials {
			w.initials = false
		} else if w.last != nil && w.starts(*l, next) {
			w.flush()
		}
		w.add(l)
	}
	w.flush()
	return w.out
}

type writer struct {
	out      []string
	b        strings.Builder
	last     *line // of the paragraph
	initials bool  // a large initial stands before the line to come
	known    map[string]int
	usual    map[num]num
	indents  bool // paragraphs begin with an indent
}

func (w *writer) flush() {
	if s := norm.NFC.String(strings.TrimSpace(w.b.String())); s != "" {
		w.out = append(w.out, s)
	}
	w.b.Reset()
	w.last = nil
}

// add writes a line, with a space before it or, where the last line ended in a
// hyphen within a word, without.
func (w *writer) add(l *line) {
	if w.last != nil {
		so := w.b.String()
		head, divided := strings.CutSuffix(so, "-")
		first, _ := utf8.DecodeRuneInString(l.text)
		before, _ := utf8.DecodeLastRuneInString(head)
		switch {
		case divided && unicode.IsLetter(before) && unicode.IsLower(first):
			if !w.hyphened(lastWord(head), firstWord(l.text)) {
				w.b.Reset()
				w.b.WriteString(head)
			}
		case divided && unicode.IsLetter(before), strings.HasSuffix(so, "—"):
		default:
			w.b.WriteByte(' ')
		}
	}
	w.b.WriteString(l.text)
	w.last = l
}

// hyphened reports whether the hyphen between two parts of a word belongs to
// it: if the document writes it so within a line, or the first part is one that
// keeps its hyphen, and it does not write it as one word.
func (w *writer) hyphened(a, b string) bool {
	joined, with := w.known[strings.ToLower(a+b)], w.known[strings.ToLower(a+"-"+b)]
	if joined != with {
		return with > joined
	}
	return slices.Contains([]string{"self", "non", "well", "half", "vice"}, strings.ToLower(a))
}

// vocabulary counts the words that stand within lines.
func vocabulary(flow []line) map[string]int {
	known := map[string]int{}
	for _, l := range flow {
		words := strings.Fields(l.text)
		for i, word := range words {
			if i > 0 && i < len(words)-1 {
				known[strings.ToLower(strings.TrimFunc(word, func(r rune) bool { return !unicode.IsLetter(r) }))]++
			}
		}
	}
	return known
}

func lastWord(s string) string {
	i := strings.LastIndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && r != '-' })
	_, n := utf8.DecodeRuneInString(s[max(i, 0):])
	if i < 0 {
		return s
	}
	return s[i+n:]
}

func firstWord(s string) string {
	if i := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && r != '-' }); i >= 0 {
		return s[:i]
	}
	return s
}

// leadings is how far apart lines of a size usually stand, in half points.
func leadings(flow []line) map[num]num {
	drops := map[num][]num{}
	for i := 1; i < len(flow); i++ {
		if a, b := flow[i-1], flow[i]; below(a, b) && similar(a.size, b.size) {
			drops[half(b.size)] = append(drops[half(b.size)], a.v-b.v)
		}
	}
	out := map[num]num{}
	for size, list := range drops {
		slices.Sort(list)
		out[size] = list[(len(list)-1)/2]
	}
	return out
}

func half(n num) num { return (n + one/4) / (one / 2) }

// starts reports whether l begins a paragraph.
func (w *writer) starts(l line, next *line) bool {
	last := *w.last
	text := w.b.String()
	first, _ := utf8.DecodeRuneInString(l.text)
	open := strings.Count(text, "“") > strings.Count(text, "”")
	if !similar(last.size, l.size) {
		return true
	}
	if !below(last, l) { // another column or page: the paragraph goes on if its sentence or quotation does
		flush := w.indents && next != nil && below(l, *next) && !indented(l, *next) && similar(l.size, next.size)
		return !(unicode.IsLower(first) && !ends(text)) && !(open && first != '“') && !strings.HasSuffix(text, "-") && !flush
	}
	if usual := w.usual[half(l.size)]; usual > 0 && last.v-l.v > usual*5/4 {
		return true
	}
	if indented(l, last) && (next == nil || !below(l, *next) || indented(l, *next)) {
		return true
	}
	if w.indents {
		return false
	}
	right := max(last.end, l.end) // the last line of a paragraph is short
	if next != nil && below(l, *next) {
		right = max(right, next.end)
	}
	return ends(text) && !unicode.IsLower(first) && !open && right-last.end > (right-min(last.u, l.u))*3/10
}

// indented reports whether l begins further in than another line of its column.
func indented(l, other line) bool {
	in := l.u - other.u
	return in > l.size*3/5 && in < l.size*5
}

// indents reports whether the document sets paragraphs off by indents.
func indents(flow []line) bool {
	n := 0
	for i := 1; i+1 < len(flow); i++ {
		if a, b, c := flow[i-1], flow[i], flow[i+1]; below(a, b) && below(b, c) && indented(b, a) && indented(b, c) {
			n++
		}
	}
	return n >= 3
}

// ends reports whether a text ends where a sentence may.
func ends(s string) bool {
	s = strings.TrimRight(s, "”’\"')]»")
	return s == "" || strings.ContainsAny(s[len(s)-1:], ".!?:")
}

// capital reports whether a line is a large initial: a letter, perhaps with a
// quotation mark, much larger than the line beside it.
func capital(flow []line, i int) bool {
	if i+1 >= len(flow) {
		return false
	}
	a, b := flow[i], flow[i+1]
	letter := strings.TrimLeft(a.text, "“‘\"'")
	r, n := utf8.DecodeRuneInString(letter)
	return n == len(letter) && unicode.IsUpper(r) && a.page == b.page && a.dir == b.dir && a.size*10 > b.size*18 &&
		b.u >= a.u && b.u-a.end < b.size*2 && b.v > a.v-b.size && b.v < a.v+a.size
}

// initial returns a large initial as it goes before its line: A and I may be
// words of their own.
func (w *writer) initial(flow []line, i int) string {
	a, b := flow[i].text, flow[i+1].text
	letter := a[len(a)-1:]
	if letter != "A" && letter != "I" {
		return a
	}
	whole := strings.ToLower(letter + firstWord(b))
	if w.known[whole] > 0 || slices.Contains(strings.Fields("as at an after all although among another any are around in it is if its into"), whole) {
		return a
	}
	return a + " "
}
