package draft

import (
	"slices"
	"strings"

	"frank/prose"
	"frank/variant"
)

// Change is a piece of a source that one version has and another has not: a line
// of the header, or sentences as they are marked up. Old is empty for what came,
// New for what went.
type Change struct {
	Paragraph int      `json:"paragraph"` // from 1, of the newer text, or of the older where it went; 0: the header
	Old       []string `json:"old,omitempty"`
	New       []string `json:"new,omitempty"`
}

// Changes are what a newer source has otherwise than an older one, in order.
func Changes(older, newer string) ([]Change, error) {
	var both [2][]piece
	for i, text := range []string{older, newer} {
		src, err := variant.Parse(text)
		if err != nil {
			return nil, err
		}
		both[i] = pieces(src)
	}
	return compare(both[0], both[1]), nil
}

// piece is a line of a header, or a sentence.
type piece struct {
	paragraph int // 0: the header
	text      string
}

// pieces cuts a source at its header's lines, and its body where the sentences
// of the author's wording end. A site belongs to the sentence it begins in.
func pieces(src *variant.Source) (out []piece) {
	for _, f := range src.Header {
		out = append(out, piece{0, f.Key + ": " + f.Value})
	}
	text := src.Text()
	paragraphs := prose.Paragraphs(text)
	var ends []int // where sentences end, and with them what is marked up
	for _, s := range prose.Sentences(text) {
		ends = append(ends, s.End)
	}
	n, at := 0, 0 // the sentence, the place in the text
	var now variant.Source
	flush := func() {
		marked := strings.Join(strings.Fields(strings.ReplaceAll(now.String(), "\\\n", " ")), " ")
		now.Nodes = nil
		if marked == "" {
			return
		}
		end := ends[min(n, len(ends)-1)]
		p, _ := slices.BinarySearchFunc(paragraphs, end, func(p prose.Span, end int) int { return p.End - end })
		out = append(out, piece{p + 1, marked})
	}
	for _, node := range src.Nodes {
		switch node.Kind {
		case variant.Varied:
			for n < len(ends)-1 && at >= ends[n] {
				flush()
				n++
			}
			now.Nodes = append(now.Nodes, node)
			at += len(node.Site.Readings[0])
		case variant.Break:
			now.Nodes = append(now.Nodes, node)
		default:
			for rest := node.Text; rest != ""; {
				for n < len(ends)-1 && at >= ends[n] {
					flush()
					n++
				}
				take := len(rest)
				if n < len(ends)-1 && ends[n]-at < take {
					take = ends[n] - at
				}
				now.Nodes = append(now.Nodes, variant.Node{Kind: node.Kind, Text: rest[:take]})
				rest, at = rest[take:], at+take
			}
		}
	}
	if len(ends) > 0 {
		flush()
	}
	return out
}

// most is how much work comparing may be: what is larger is one change.
const most = 4 << 20

func compare(a, b []piece) (out []Change) {
	same := func(x, y piece) bool { return x.text == y.text && (x.paragraph == 0) == (y.paragraph == 0) }
	head := 0
	for head < len(a) && head < len(b) && same(a[head], b[head]) {
		head++
	}
	a, b = a[head:], b[head:]
	tail := 0
	for tail < len(a) && tail < len(b) && same(a[len(a)-1-tail], b[len(b)-1-tail]) {
		tail++
	}
	a, b = a[:len(a)-tail], b[:len(b)-tail]
	// length[i][j] is that of the longest common run of pieces of a[i:] and b[j:].
	var length [][]int
	if len(a)*len(b) <= most {
		length = make([][]int, len(a)+1)
		for i := range length {
			length[i] = make([]int, len(b)+1)
		}
		for i := len(a) - 1; i >= 0; i-- {
			for j := len(b) - 1; j >= 0; j-- {
				if same(a[i], b[j]) {
					length[i][j] = length[i+1][j+1] + 1
				} else {
					length[i][j] = max(length[i+1][j], length[i][j+1])
				}
			}
		}
	}
	open := false   // whether the last change goes on
	var last [2]int // the paragraphs of its last pieces, old and new; -1: none
	add := func(p piece, old bool) {
		side := 1
		if old {
			side = 0
		}
		if !open || (out[len(out)-1].Paragraph == 0) != (p.paragraph == 0) || last[side] >= 0 && last[side] != p.paragraph {
			out, open, last = append(out, Change{Paragraph: p.paragraph}), true, [2]int{-1, -1}
		}
		last[side] = p.paragraph
		c := &out[len(out)-1]
		if old {
			c.Old = append(c.Old, p.text)
			return
		}
		if c.New = append(c.New, p.text); len(c.New) == 1 {
			c.Paragraph = p.paragraph
		}
	}
	for i, j := 0, 0; i < len(a) || j < len(b); {
		switch {
		case i < len(a) && j < len(b) && length != nil && same(a[i], b[j]):
			open = false
			i, j = i+1, j+1
		case i < len(a) && (j == len(b) || length == nil || length[i+1][j] >= length[i][j+1]):
			add(a[i], true)
			i++
		default:
			add(b[j], false)
			j++
		}
	}
	return out
}
