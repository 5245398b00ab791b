package segments

import (
	"slices"
	"strings"
	"testing"

	"frank"
	"frank/internal/specimen"
)

// letters is a segment, and its builder, whose entries are a letter each.
type letters struct {
	refs []frank.Ref
	text string
}

func (l *letters) Dispatches() []frank.Ref { return l.refs }
func (l *letters) Len() int                { return len(l.refs) }
func (l *letters) Fits(string) bool        { return len(l.refs) < 4 }
func (l *letters) Add(ref frank.Ref, entry string) {
	l.refs, l.text = append(l.refs, ref), l.text+entry
}
func (l *letters) Segment() *letters { return l }

func (l *letters) Copy(s *letters, gone map[int]bool) {
	for i, ref := range s.refs {
		if !gone[i] {
			l.Add(ref, s.text[i:i+1])
		}
	}
}

// index returns an empty index, and how many dispatches its segments were
// counted to have.
func index() (*Index[*letters, string], *int) {
	counted := new(int)
	ix := New(4, func() Builder[*letters, string] { return &letters{} }, func(s *letters, times int) { *counted += times * s.Len() })
	return &ix, counted
}

func texts(ix *Index[*letters, string]) (out []string) {
	for _, s := range ix.Segments() {
		out = append(out, s.text)
	}
	return out
}

// TestMerged: a segment is more than twice the next, unless both together are
// too many.
func TestMerged(t *testing.T) {
	ix, counted := index()
	for i, want := range []string{"a", "ab", "abc", "abc d", "abc de", "abc def", "abc def g"} {
		Put(ix, specimen.Ref(i), string(rune('a'+i)))
		if got := texts(ix); !slices.Equal(got, strings.Fields(want)) || *counted != i+1 {
			t.Errorf("%q, %d counted, not %s", got, *counted, want)
		}
	}
	Put(ix, specimen.Ref(1), "B")
	ix.Remove(specimen.Ref(6))
	if got := texts(ix); strings.Join(got, " ") != "ac def B" || *counted != 6 || ix.Len() != 6 || ix.Has(specimen.Ref(6)) {
		t.Errorf("%q, %d counted", got, *counted)
	}
}

func TestRefused(t *testing.T) {
	ix, _ := index()
	if ix.Attach(&letters{}) == nil {
		t.Error("an empty segment was attached")
	}
	for i := range Max {
		if err := ix.Attach(&letters{[]frank.Ref{specimen.Ref(i)}, "x"}); err != nil {
			t.Fatal(err)
		}
	}
	if ix.Attach(&letters{[]frank.Ref{specimen.Ref(Max)}, "x"}) == nil || ix.Has(specimen.Ref(Max)) {
		t.Error("one segment too many was attached")
	}
}
