package watch

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"crypto/sha256"

	"frank"
	"frank/internal/specimen"
	"frank/prose"

	"pgregory.net/rapid"
)

var style = specimen.Style{
	Word:    func(rng *rand.Rand) string { return fmt.Sprintf("w%d", rng.IntN(3000)) },
	Between: []string{" ", " ", " ", " ", ", ", ".\n\n"},
	Sites:   6,
}

// written returns a dispatch of n words.
func written(rng *rand.Rand, n int) *frank.Master {
	m := style.Written(rng, n)
	for _, s := range m.Sites {
		slices.Sort(s.Readings[1:])
	}
	return m
}

func prints(t interface{ Fatal(...any) }, m *frank.Master) []byte {
	fp, err := Fingerprints(m)
	if err != nil {
		t.Fatal(err)
	}
	return fp
}

func archive(t interface{ Fatal(...any) }, list ...*frank.Master) *Index {
	ix := NewIndex()
	for i, m := range list {
		if err := ix.Add(specimen.Ref(i), prints(t, m)); err != nil {
			t.Fatal(err)
		}
	}
	ix.Settle()
	return ix
}

// TestNeutral: fingerprints say nothing of which reading is the author's own,
// nor of laws, and nothing about a copy.
func TestNeutral(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		m := written(rng, rapid.IntRange(1, 300).Draw(t, "words"))
		if o := specimen.Turned(rng, m); !bytes.Equal(prints(t, m), prints(t, o)) {
			t.Fatalf("%q and %q", m.Text, o.Text)
		}
	})
}

// TestGlued: sites that share a word, at either end of it and in the middle, are
// one place with all its words.
func TestGlued(t *testing.T) {
	m := &frank.Master{Text: "We un-do colours today.", Sites: []frank.Site{
		{Start: 3, End: 6, Readings: []string{"un-", "re", ""}},
		{Start: 13, End: 14, Readings: []string{"u", ""}},
	}}
	f, err := parse(prints(t, m))
	if err != nil {
		t.Fatal(err)
	}
	if len(f.items) != 4 || len(f.items[1].group) != 3 || len(f.items[2].group) != 2 || f.places != 5 {
		t.Errorf("%+v", f)
	}
	ix := archive(t, m)
	if ix.Len() != 1 {
		t.Error("it is not there")
	}
}

// TestFullGroup: of a group with too many words the readings that sort first are
// kept.
func TestFullGroup(t *testing.T) {
	m := &frank.Master{Text: strings.Repeat("un-", 12) + "do"}
	all := [][]byte{nil}
	for i := range 12 {
		m.Sites = append(m.Sites, frank.Site{Start: 3 * i, End: 3*i + 2, Readings: []string{"un", "re-re"}})
		var longer [][]byte
		for _, r := range all {
			longer = append(longer, append(slices.Clone(r), class("un")), append(slices.Clone(r), class("re"), class("re")))
		}
		all = longer
	}
	slices.SortFunc(all, bytes.Compare)
	size, n := 0, 0
	for ; size+len(all[n]) <= maxGroup; n++ {
		size += len(all[n])
	}
	f, err := parse(prints(t, m))
	if err != nil {
		t.Fatal(err)
	}
	if got := f.items[0].group; !reflect.DeepEqual(got, all[:n]) || f.items[1].word != class("do") {
		t.Errorf("%d readings, not %d", len(got), n)
	}
}

// TestSameForEveryCopy: what is said of an article printed from one copy is said
// of the same article from another, in everything about the dispatch and in how
// strong it is.
func TestSameForEveryCopy(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	list := specimen.List(50, func() *frank.Master { return written(rng, 300) })
	ix := archive(t, list...)
	found := 0
	for i, m := range list {
		var said [][]Sighting
		for range 4 {
			s := ix.Find(prose.Words(specimen.Copy(rng, m)))
			for k := range s {
				s[k].From, s[k].To, s[k].Agree = 0, 0, 0 // readings differ in length
			}
			said = append(said, s)
		}
		for _, s := range said[1:] {
			if !reflect.DeepEqual(s, said[0]) {
				t.Fatalf("dispatch %d: %+v, and %+v", i, said[0], s)
			}
		}
		if len(said[0]) == 1 && said[0][0].Dispatch == specimen.Ref(i) && said[0][0].Last-said[0][0].First > 250 {
			found++
		}
	}
	if found < len(list) {
		t.Errorf("%d of %d found whole", found, len(list))
	}
}

// TestRecall: quotations of twelve words, one in ten of them wrong, are found;
// twenty of unrelated words are not.
func TestRecall(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	list := specimen.List(1500, func() *frank.Master { return written(rng, 200) })
	ix := archive(t, list...)
	const asked = 1000
	found, none := 0, 0
	for range asked {
		i := rng.IntN(len(list))
		words := prose.Words(specimen.Copy(rng, list[i]))
		at := rng.IntN(len(words) - 12)
		quote := slices.Clone(words[at : at+12])
		for k := range quote {
			if rng.IntN(10) == 0 {
				quote[k].Norm = fmt.Sprintf("x%d", rng.IntN(3000))
			}
		}
		if s := ix.Find(quote); len(s) > 0 && s[0].Dispatch == specimen.Ref(i) {
			found++
		}
		for k := range quote {
			quote[k].Norm = fmt.Sprintf("w%d", rng.IntN(3000))
		}
		if ix.Find(quote) == nil {
			none++
		}
	}
	if found < asked*96/100 || none < asked*999/1000 {
		t.Errorf("%d of %d found, and of as many that are in no dispatch %d not", found, asked, none)
	}
}

// TestWhere: words, paragraph and how many follow are those of the passage.
func TestWhere(t *testing.T) {
	m := &frank.Master{Text: "The first paragraph is short.\n\nThe second says that the harbour board met on nine occasions last winter without ever reading the accounts.\n\nA third ends it."}
	ix := archive(t, m)
	s := ix.Find(prose.Words("the harbour board met on seven occasions last winter without ever reading the accounts"))
	if len(s) != 1 {
		t.Fatalf("%+v", s)
	}
	want := Sighting{Dispatch: specimen.Ref(0), From: 0, To: 14, First: 9, Last: 23, Words: 27, Paragraph: 2, Paragraphs: 3, Agree: 13, Evidence: s[0].Evidence}
	if !reflect.DeepEqual(s[0], want) {
		t.Errorf("%+v, not %+v", s[0], want)
	}
}

// monotone returns n words out of twelve.
func monotone(rng *rand.Rand, n int) (words []string) {
	for range n {
		words = append(words, fmt.Sprintf("w%d", rng.IntN(12)))
	}
	return words
}

// TestFormula: of words that stand in many dispatches, or do but for one, all
// dispatches are told, those issued first as the first, in whatever order they
// came.
func TestFormula(t *testing.T) {
	rng := rand.New(rand.NewPCG(13, 14))
	formula := monotone(rng, 60)
	const many = 30
	var list []*frank.Master
	for i := range 200 {
		words := monotone(rng, 1000)
		if i < many {
			copy(words[rng.IntN(900):], formula)
		}
		list = append(list, &frank.Master{Text: strings.Join(words, " ")})
	}
	formula[30] = "slip"
	for range 2 {
		ix := NewIndex()
		for n, i := range rng.Perm(len(list)) {
			if err := ix.Add(specimen.Ref(i), prints(t, list[i])); err != nil {
				t.Fatal(err)
			}
			if n%70 == 0 {
				ix.Settle()
			}
		}
		ix.Settle()
		s := ix.Find(prose.Words(strings.Join(formula, " ")))
		if len(s) != 1 || s[0].Others != many-1 || len(s[0].Also) != MaxAlso {
			t.Fatalf("%+v", s)
		}
		said := map[frank.Ref]bool{s[0].Dispatch: true}
		last := s[0]
		for _, o := range s[0].Also {
			if said[o.Dispatch] || o.Dispatch.Number > many || o.Others != 0 || o.Also != nil || o.Paragraph != 1 || o.Agree < 59 {
				t.Errorf("beside it: %+v", o)
			}
			if o.Evidence > last.Evidence || o.Evidence == last.Evidence && o.From == last.From && o.Dispatch.Number < last.Dispatch.Number {
				t.Errorf("%+v behind %+v", o, last)
			}
			said[o.Dispatch], last = true, o
		}
	}
}

// TestNearly: a dispatch that is behind another by one wrong word is told beside
// it; one that is behind by more is told by itself.
func TestNearly(t *testing.T) {
	words := strings.Fields(written(rand.New(rand.NewPCG(17, 18)), 100).Text)
	but := func(every int) *frank.Master {
		w := slices.Clone(words)
		for i := every - 1; i < len(w); i += every {
			w[i] = "another"
		}
		return &frank.Master{Text: strings.Join(w, " ")}
	}
	ix := archive(t, but(200), but(60), but(15))
	s := ix.Find(prose.Words(strings.Join(words, " ")))
	if len(s) != 2 || s[0].Dispatch != specimen.Ref(0) || s[0].Others != 1 || len(s[0].Also) != 1 || s[0].Also[0].Dispatch != specimen.Ref(1) || s[1].Dispatch != specimen.Ref(2) || s[1].Others != 0 {
		t.Errorf("%+v", s)
	}
}

// TestDoubtful: an answer that rests on six words in a row of twelve is doubtful;
// one that rests on all is not, and of an article nothing doubtful is said.
func TestDoubtful(t *testing.T) {
	rng := rand.New(rand.NewPCG(19, 20))
	list := specimen.List(100, func() *frank.Master { return written(rng, 200) })
	ix := archive(t, list...)
	doubtful := 0
	for i, m := range list {
		quote := slices.Clone(prose.Words(specimen.Copy(rng, m))[:12])
		if s := ix.Find(quote); len(s) != 1 || s[0].Dispatch != specimen.Ref(i) || s[0].Doubtful {
			t.Errorf("whole: %+v", s)
		}
		for k := 6; k < 12; k++ {
			quote[k].Norm = fmt.Sprintf("x%d", k)
		}
		s := ix.Find(quote)
		for _, s := range s {
			if s.Doubtful && s.Dispatch == specimen.Ref(i) {
				doubtful++
			}
		}
		for k := range 100 {
			quote = append(quote, prose.Token{Norm: fmt.Sprintf("y%d", k)})
		}
		if s := ix.Find(quote); len(s) > 0 {
			t.Errorf("in an article: %+v", s)
		}
	}
	if doubtful < len(list)/4 {
		t.Errorf("%d of %d are doubtful", doubtful, len(list))
	}
}

// TestCommonRuns: a quotation is found of which nothing is whole but runs of
// three words that stand at very many places.
func TestCommonRuns(t *testing.T) {
	rng := rand.New(rand.NewPCG(15, 16))
	var list []*frank.Master
	for range 700 {
		list = append(list, &frank.Master{Text: strings.Join(monotone(rng, 1000), " ")})
	}
	ix := archive(t, list...)
	for range 10 {
		i := rng.IntN(len(list))
		at := rng.IntN(900)
		quote := strings.Fields(list[i].Text)[at : at+40]
		for k := 3; k < len(quote); k += 4 {
			quote[k] = "slip"
		}
		if s := ix.Find(prose.Words(strings.Join(quote, " "))); len(s) == 0 || s[0].Dispatch != specimen.Ref(i) {
			t.Errorf("%q: %+v", quote, s)
		}
	}
}

// reader reads as from a file, without its bytes in memory.
type plain struct{ r *bytes.Reader }

func (r plain) ReadAt(p []byte, off int64) (int, error) { return r.r.ReadAt(p, off) }

// TestIndexLives: what is added is found, what is removed is not, whatever is
// merged or written and read again in between.
func TestIndexLives(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 2))
		ix, there := NewIndex(), map[int]*frank.Master{}
		for range rapid.IntRange(1, 25).Draw(t, "steps") {
			i := rng.IntN(12)
			switch rng.IntN(6) {
			case 0:
				if _, ok := there[i]; ix.Remove(specimen.Ref(i)) != ok {
					t.Fatal("it was there, or was not")
				}
				delete(there, i)
			case 1:
				ix.Settle()
			case 2:
				ix.Compact()
			case 3:
				again := NewIndex()
				for _, s := range ix.Segments() {
					var b bytes.Buffer
					if n, err := s.WriteTo(&b); err != nil || n != s.Size() {
						t.Fatal(err)
					}
					var r io.ReaderAt = memory(b.Bytes())
					if rng.IntN(2) == 0 {
						r = plain{bytes.NewReader(b.Bytes())}
					}
					o, err := OpenSegment(r, int64(b.Len()))
					if err != nil {
						t.Fatal(err)
					}
					for range 2 { // as of a run that was killed
						if err := again.Attach(o); err != nil {
							t.Fatal(err)
						}
					}
				}
				ix = again
			default:
				there[i] = written(rng, 30)
				if err := ix.Add(specimen.Ref(i), Pad(prints(t, there[i]), 2000)); err != nil {
					t.Fatal(err)
				}
			}
		}
		ix.Settle()
		if ix.Len() != len(there) {
			t.Fatalf("%d dispatches, not %d", ix.Len(), len(there))
		}
		for i := range 12 {
			m := there[i]
			if m == nil {
				if ix.Has(specimen.Ref(i)) {
					t.Fatal("it has what was removed")
				}
				continue
			}
			s := ix.Find(prose.Words(specimen.Copy(rng, m)))
			if len(s) == 0 || s[0].Dispatch != specimen.Ref(i) {
				t.Fatalf("dispatch %d: %+v", i, s)
			}
		}
	})
}

// TestBitIdentical holds every machine, js/wasm included, to one answer.
func TestBitIdentical(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	var list []*frank.Master
	h := sha256.New()
	for range 20 {
		list = append(list, written(rng, 200))
		h.Write(prints(t, list[len(list)-1]))
	}
	ix := archive(t, list...)
	for _, s := range ix.Segments() {
		if _, err := s.WriteTo(h); err != nil {
			t.Fatal(err)
		}
	}
	for _, m := range list {
		fmt.Fprint(h, ix.Find(prose.Words(specimen.Copy(rng, m))))
	}
	const want = "40bb6700e99ea70d5cb468fa50b94721"
	if got := hex.EncodeToString(h.Sum(nil)[:16]); got != want {
		t.Errorf("%s, not %s", got, want)
	}
}

// TestExample is the one in spec/watch.md.
func TestExample(t *testing.T) {
	m := &frank.Master{Text: "He waits.\n\nWe think so.", Sites: []frank.Site{{Start: 14, End: 19, Readings: []string{"think", "believe"}}}}
	const want = "05050102e278a60002016501c613"
	if got := hex.EncodeToString(prints(t, m)[len(Format)+1:]); got != want {
		t.Errorf("%s, not %s", got, want)
	}
}

func TestRefused(t *testing.T) {
	good := prints(t, written(rand.New(rand.NewPCG(9, 10)), 40))
	if _, err := parse(Pad(good, 4096)); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"nothing":         nil,
		"another version": []byte("frank.fingerprints/2\n"),
		"cut short":       good[:len(good)-1],
		"not zeros":       append(slices.Clone(good), 0, 1),
	} {
		if _, err := parse(data); err == nil {
			t.Errorf("%s was read", name)
		}
	}
}

func FuzzFingerprints(f *testing.F) {
	f.Add(prints(f, written(rand.New(rand.NewPCG(9, 10)), 40)))
	f.Add([]byte(Format + "\n\x00\x00\x00"))
	f.Add([]byte(Format + "\n\x01\x01\x00\x00\x02\x00\x01\x05"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := parse(data)
		if err != nil {
			return
		}
		if again := p.append([]byte(Format + "\n")); !bytes.Equal(again, data[:len(again)]) || len(bytes.Trim(data[len(again):], "\x00")) > 0 {
			t.Errorf("%x was read, and is written %x", data, again)
		}
		ix := NewIndex()
		if err := ix.Add(specimen.Ref(0), data); err != nil {
			t.Fatal(err)
		}
		ix.Settle()
		if got := ix.Segments()[0].form(0).append([]byte(Format + "\n")); !bytes.Equal(got, p.append([]byte(Format+"\n"))) {
			t.Errorf("%x stands in the index as %x", data, got)
		}
	})
}

func FuzzSegment(f *testing.F) {
	rng := rand.New(rand.NewPCG(11, 12))
	m := written(rng, 60)
	var b bytes.Buffer
	if _, err := archive(f, m).Segments()[0].WriteTo(&b); err != nil {
		f.Fatal(err)
	}
	article := prose.Words(specimen.Copy(rng, m))
	f.Add(b.Len()/3, byte(1))
	f.Add(40, byte(255))
	f.Fuzz(func(t *testing.T, at int, with byte) {
		data := slices.Clone(b.Bytes())
		data[uint(at)%uint(len(data))] ^= with
		s, err := ReadSegment(data)
		if err != nil {
			return
		}
		ix := NewIndex()
		ix.Attach(s)
		ix.Find(article) // does not panic, nor go on for ever
		ix.Compact()
	})
}
