package align

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"frank"
	"frank/prose"
)

// drawn makes a dispatch out of a pool of words. With distinct set, no word
// stands in it twice.
func drawn(t *rapid.T, distinct bool) *frank.Master {
	r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
	pool := vocabulary()
	if !distinct {
		pool = strings.Fields("the of and to a in that is not was")
	}
	r.Shuffle(len(pool), func(i, j int) { pool[i], pool[j] = pool[j], pool[i] })
	n := 0
	next := func() string { n++; return pool[n%len(pool)] }
	phrase := func() string {
		words := make([]string, 1+r.IntN(3)*r.IntN(2))
		for i := range words {
			words[i] = next()
		}
		return strings.Join(words, " ")
	}
	var b strings.Builder
	dense := 2 + r.IntN(4)
	for i := range 20 + r.IntN(60) {
		if i > 0 {
			b.WriteString([]string{" ", " ", " ", ", ", ". "}[r.IntN(5)])
		}
		if r.IntN(dense) > 0 {
			b.WriteString(next())
			continue
		}
		if r.IntN(5) == 0 { // marks alone
			before, behind := next(), next()
			b.WriteString([]string{before + "{ |, }" + behind, before + "{, |; | }" + behind, "{" + before + " " + behind + "|" + before + ", " + behind + "}"}[r.IntN(3)])
			continue
		}
		rs := map[string]bool{}
		optional := r.IntN(4) == 0
		for len(rs) < 2+r.IntN(2) {
			p := phrase()
			if optional {
				p += " "
			}
			rs[p] = true
			if optional {
				rs[""] = true
			}
		}
		var list []string
		for p := range rs {
			list = append(list, p)
		}
		slices.Sort(list)
		r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		b.WriteString("{" + strings.Join(list, "|") + "}")
		if optional {
			b.WriteString(next())
		}
	}
	var m *frank.Master
	func() {
		defer func() {
			if x := recover(); x != nil {
				t.Fatalf("%v: %s", x, b.String())
			}
		}()
		m = masterOf(b.String())
	}()
	if err := m.Validate(); err != nil {
		t.Fatal(err)
	}
	return m
}

// excerpt cuts a run of whole words out of text.
func excerpt(t *rapid.T, text string) (from, to int) {
	words := prose.Words(text)
	a := rapid.IntRange(0, len(words)-1).Draw(t, "first")
	b := rapid.IntRange(a, len(words)-1).Draw(t, "last")
	return words[a].Start, words[b].End
}

func TestPastedTextReadsBackTheCopy(t *testing.T) {
	sites := 0
	rapid.Check(t, func(t *rapid.T) {
		m := drawn(t, true)
		text, readings, at := copyOf(m, rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "copy"), 1)))
		from, to := excerpt(t, text)
		a := Align(m, text, from, to, 0, len(m.Text))
		checkRapid(t, m, text, from, to, a)
		if a.Cost != 0 {
			t.Fatalf("cost %d for %q of %q", a.Cost, text[from:to], text)
		}
		seen := map[int]Seen{}
		for _, s := range a.Sites {
			seen[s.Site] = s
		}
		for i, span := range at {
			// a word of the passage on either side
			if len(prose.Words(text[from:max(from, min(span[0], to))])) == 0 || len(prose.Words(text[min(max(span[1], from), to):to])) == 0 {
				continue
			}
			sites++
			s, ok := seen[i]
			if !ok || s.State != Read || !slices.Equal(s.Readings, []int{readings[i]}) {
				t.Fatalf("site %d %q was printed as reading %d, seen as %+v\nprinted %q\nsites %+v", i, m.Sites[i].Readings, readings[i], s, text[from:to], a.Sites)
			}
		}
	})
	if sites == 0 {
		t.Fatal("no site was looked at")
	}
}

// spoil edits text the way printers do, at random.
func spoil(r *rand.Rand, text string) string {
	words := strings.Fields(text)
	var out []string
	for _, w := range words {
		switch r.IntN(16) {
		case 0:
			continue
		case 1:
			out = append(out, "…")
			if r.IntN(2) == 0 {
				continue
			}
		case 2:
			w = "something"
		case 3:
			out = append(out, "[of", "course]")
		case 4:
			if k := r.IntN(len(w)); w[k] < 0x80 {
				w = w[:k] + "x" + w[k+1:]
			}
		case 5:
			w = "“" + w + "”"
		case 6:
			w = strings.ToUpper(w[:1]) + w[1:]
		case 7:
			w += "—"
		case 8:
			k := r.IntN(len(w))
			w = w[:k] + "- " + w[k:]
		case 9:
			w = strings.TrimRight(w, ",;")
		case 10:
			w = strings.TrimRight(w, ",;") + []string{",", ";", ",”", "”,"}[r.IntN(4)]
		}
		out = append(out, w)
	}
	return strings.Join(out, " ")
}

// TestOrderOfReadingsDoesNotMatter is what lets the odds be computed at all:
// if readings were favoured by their place in the list, what is seen would
// depend on more than what was printed.
func TestOrderOfReadingsDoesNotMatter(t *testing.T) {
	read, edited := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		m := drawn(t, rapid.Bool().Draw(t, "distinct"))
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "print"), 1))
		text, _, _ := copyOf(m, r)
		from, to := excerpt(t, text)
		printed := spoil(r, text[from:to])
		turned := &frank.Master{}
		was := make([][]int, len(m.Sites)) // new index → old
		last := 0
		for i, s := range m.Sites {
			turned.Text += m.Text[last:s.Start]
			was[i] = r.Perm(len(s.Readings))
			n := frank.Site{Start: len(turned.Text)}
			for _, o := range was[i] {
				n.Readings = append(n.Readings, s.Readings[o])
			}
			turned.Text += n.Readings[0]
			n.End = len(turned.Text)
			turned.Sites = append(turned.Sites, n)
			last = s.End
		}
		turned.Text += m.Text[last:]
		a := Align(m, printed, 0, len(printed), 0, len(m.Text))
		b := Align(turned, printed, 0, len(printed), 0, len(turned.Text))
		checkRapid(t, m, printed, 0, len(printed), a)
		checkRapid(t, turned, printed, 0, len(printed), b)
		for i := range b.Sites {
			for k, x := range b.Sites[i].Readings {
				b.Sites[i].Readings[k] = was[b.Sites[i].Site][x]
			}
			slices.Sort(b.Sites[i].Readings)
			if b.Sites[i].State == Read {
				read++
			} else {
				edited++
			}
		}
		for _, x := range []*Alignment{a, b} {
			for i := range x.Pieces {
				x.Pieces[i].Start, x.Pieces[i].End = 0, 0
			}
		}
		if x, y := fmt.Sprintf("%+v", *a), fmt.Sprintf("%+v", *b); x != y {
			t.Fatalf("the order of readings matters\n%s\n%s\nprinted %q\nsites %+v\nturned %+v", x, y, printed, m.Sites, turned.Sites)
		}
	})
	if read == 0 || edited == 0 {
		t.Fatalf("%d sites read, %d edited: nothing was tried", read, edited)
	}
}

// TestBothWaysAgree checks the two passes of the table against each other.
func TestBothWaysAgree(t *testing.T) {
	blocks := 0
	rapid.Check(t, func(t *rapid.T) {
		m := drawn(t, rapid.Bool().Draw(t, "distinct"))
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "print"), 1))
		text, _, _ := copyOf(m, r)
		from, to := excerpt(t, text)
		printed := spoil(r, text[from:to])
		items := printedItems(printed, 0, len(printed))
		g := Prepare(m)
		tb := newTable(g, 0, len(g.elems), items)
		ops, total := tb.solve()
		tb.backward()
		full := newTable(g, 0, len(g.elems), items)
		full.limit = never
		full.forward()
		full.backward()
		if _, want := full.walk(); want != total {
			t.Fatalf("the cheapest way costs %d, not %d: %q", want, total, printed)
		}
		sum := total
		if len(ops) > 0 {
			sum = tb.lead[ops[0].j0] + tb.trail[ops[len(ops)-1].j1]
		}
		for _, o := range ops {
			sum += o.cost
			if o.kind == read && slices.Min(tb.backAt[o.e0]) != total {
				t.Fatalf("a reading taken costs %d in all, the way %d: %q", slices.Min(tb.backAt[o.e0]), total, printed)
			}
		}
		if sum != total {
			t.Fatalf("the steps of the way cost %d, not %d: %q", sum, total, printed)
		}
		for e, alts := range tb.backAt {
			for a, c := range alts {
				blocks++
				if want := full.backAt[e][a]; c != want && min(c, want) <= total*3/2 {
					t.Fatalf("block %d, alternative %d: %d within the limit, %d without; the way costs %d: %q", e, a, c, want, total, printed)
				}
			}
		}
	})
	if blocks == 0 {
		t.Fatal("no block was looked at")
	}
}

func checkRapid(t *rapid.T, m *frank.Master, exhibit string, from, to int, a *Alignment) {
	if err := wellFormed(m, exhibit, from, to, a); err != nil {
		t.Fatalf("%v\nprinted %q", err, exhibit[from:to])
	}
}

func FuzzAlign(f *testing.F) {
	f.Add(memo, "“We don’t really … [much] more nor- mal; the crews,", 0, 60, 3, 80)
	f.Add("{a|}{b|c}{|d e}f{.|,}", "[...] ab[s] de \"f\" .", 0, 30, 0, 9)
	f.Add("x{a|A}y {U.|U}K. 1{,|.}000", "x[A]y U.K. 1,000 x a y", 0, 40, 0, 20)
	f.Fuzz(func(t *testing.T, src, exhibit string, from, to, start, end int) {
		if len(src) > 600 || len(exhibit) > 600 {
			t.Skip()
		}
		m := masterOf(src)
		if m.Validate() != nil {
			t.Skip()
		}
		a := Align(m, exhibit, from, to, start, end)
		from, to = clip(from, to, len(exhibit))
		if err := wellFormed(m, exhibit, from, to, a); err != nil {
			t.Fatal(err)
		}
	})
}
