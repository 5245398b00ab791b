package retold

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"frank"
	"frank/internal/segments"
	"frank/internal/specimen"
	"frank/prose"

	"pgregory.net/rapid"
)

var style = specimen.Style{
	Word: func(rng *rand.Rand) string {
		if rng.IntN(3) == 0 {
			return fmt.Sprintf("Zak%c%cov", 'a'+rng.IntN(26), 'a'+rng.IntN(26))
		}
		return fmt.Sprintf("w%c%cx%d", 'a'+rng.IntN(26), 'a'+rng.IntN(26), rng.IntN(10))
	},
	Between: []string{" ", " ", " ", " ", ", ", "-", "", ".\n\n"}, // some words are glued
	Sites:   5,
}

// inOrder says that dispatches were issued as they are numbered.
func inOrder(ref frank.Ref) int { return ref.Number - 1 }

func archive(t interface{ Fatal(...any) }, list ...*frank.Master) *Index {
	ix := NewIndex(inOrder)
	for i, m := range list {
		if err := ix.Add(specimen.Ref(i), Terms(m)); err != nil {
			t.Fatal(err)
		}
	}
	ix.Settle()
	return ix
}

// TestNeutral: terms say nothing of which reading is the author's own, and are
// never what a copy shows at a site: all copies have the same ones.
func TestNeutral(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		m := style.Written(rng, rapid.IntRange(1, 120).Draw(t, "words"))
		terms := Terms(m)
		if o := specimen.Turned(rng, m); !slices.Equal(terms, Terms(o)) {
			t.Fatalf("%q and %q", m.Text, o.Text)
		}
		for range 3 {
			have := map[uint16]bool{}
			for _, w := range prose.Words(specimen.Copy(rng, m)) {
				have[value(Term(w.Norm))] = true
			}
			for _, v := range terms {
				if !have[v] {
					t.Fatalf("a term that a copy does not have: %q", m.Text)
				}
			}
		}
	})
}

// TestSameForEveryCopy: what an article shares with a dispatch is the same
// whichever copy it was made from: the terms, what they are worth, and the
// answer, where the copies have words in the same places.
func TestSameForEveryCopy(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	list := specimen.List(60, func() *frank.Master { return style.Written(rng, 100) })
	ix := archive(t, list...)
	found := 0
	for i, m := range list {
		has := func(term int32) bool {
			return slices.ContainsFunc(segments.Parts(&ix.index), func(p *part) bool {
				k := slices.Index(p.Segment.refs, specimen.Ref(i))
				return k >= 0 && p.Segment.has(k, int(term))
			})
		}
		var said []string
		for range 4 {
			text := specimen.Copy(rng, m)
			f := &finder{ix: ix, text: text, words: prose.Words(text)}
			f.appraise()
			shared := map[string]uint32{}
			for k, v := range f.terms {
				if v >= 0 && has(v) {
					shared[f.words[k].Norm] = f.worth[k]
				}
			}
			answer := "not told"
			for _, r := range ix.Find(text, f.words) {
				if r.Dispatch == specimen.Ref(i) && len(f.words) <= window {
					answer = fmt.Sprint(r.Score, r.Terms)
					found++
				}
			}
			if len(f.words) > window {
				answer = "long"
			}
			said = append(said, fmt.Sprint(answer, shared))
		}
		for _, s := range said[1:] {
			if s != said[0] {
				t.Fatalf("dispatch %d: %s, and %s", i, said[0], s)
			}
		}
	}
	if found == 0 {
		t.Fatal("none was found")
	}
}

// TestExcluded: a word at a site is no term even where it stands elsewhere, in
// whatever form; what is glued to a site neither.
func TestExcluded(t *testing.T) {
	m := &frank.Master{Text: "Merrin thinks that Valdora believed the anti-Harbour board.",
		Sites: []frank.Site{{Start: 7, End: 13, Readings: []string{"thinks", "believes"}}, {Start: 41, End: 46, Readings: []string{"anti-", "pro-"}}}}
	want := []uint16{value(Term("merrin")), value(Term("valdora")), value(Term("board"))}
	slices.Sort(want)
	if got := Terms(m); !slices.Equal(got, want) {
		t.Errorf("%v, not %v", got, want)
	}
}

func TestTerm(t *testing.T) {
	for _, same := range [][]string{
		{"negotiates", "negotiation", "negotiated", "negotiations"},
		{"Indonesia", "Indonesian", "Indonesians", "Indonesia's"},
		{"Japan", "Japanese"},
		{"labour", "labor"}, {"programmes", "program"}, {"theatre", "theater"}, {"defence", "defense"},
		{"3,000", "3000"}, {"14th", "14"}, {"eleven", "11"}, {"U.N.", "UN"},
	} {
		for _, w := range same[1:] {
			if a, b := Term(prose.Normal(same[0])), Term(prose.Normal(w)); a != b || a == "" {
				t.Errorf("%s is %q, %s %q", same[0], a, w, b)
			}
		}
	}
	for _, w := range []string{"the", "had", "a", "'", "said"} {
		if got := Term(prose.Normal(w)); got != "" {
			t.Errorf("%s is %q", w, got)
		}
	}
	for _, pair := range [][2]string{{"1949", "1948"}, {"Chile", "China"}, {"3.5", "35"}} {
		if Term(prose.Normal(pair[0])) == Term(prose.Normal(pair[1])) {
			t.Errorf("%s and %s are one", pair[0], pair[1])
		}
	}
}

const memo = `Merrin asks for 40,000 crowns a season for the salmon nets at Lower Haxby, and the dredging of the Corrigan bar at our expense. Councillor Tormund Vey told Osric Palle on 14 March that the Valdoran pilots would strike unless the lightship is back by Whitsun.`

const retelling = `Osric Palle has been warned in the middle of March that pilots in Valdora may walk out, the Gazette has learnt. The warning came from Tormund Vey, who sits on the council, and it concerns the lightship: if it is not at its station by Whitsun, nobody will bring ships in. At the same time Merrin has put a price on the salmon that is netted near Lower Haxby, some 40,000 crowns each season.`

// TestRetold: an article in other words is told, with what carries it, in an
// archive of one and of many; another about the same place and trade is told as
// no more than that, and one about other things not at all.
func TestRetold(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	list := []*frank.Master{{Text: memo}}
	for range 500 {
		list = append(list, style.Written(rng, 200))
	}
	for _, ix := range []*Index{archive(t, list[:1]...), archive(t, list...)} {
		found := ix.Find(retelling, prose.Words(retelling))
		if len(found) != 1 || found[0].Dispatch != specimen.Ref(0) || !found[0].Strong || found[0].From != 0 || found[0].Score <= found[0].Chance {
			t.Fatalf("%+v", found)
		}
		for _, w := range []string{"Vey", "Whitsun", "Haxby", "40,000"} {
			if !slices.Contains(found[0].Terms, w) {
				t.Errorf("%s is not among %v", w, found[0].Terms)
			}
		}
		const other = `Salmon was dear in Merrin again this season, traders said on Friday. A councillor blamed the pilots, who have not been paid since March, and the state of the harbour. Nobody at the ministry would comment on the nets.`
		if found := ix.Find(other, prose.Words(other)); len(found) > 0 && found[0].Strong {
			t.Errorf("%+v", found)
		}
		const ferry = `The ferry was late again on Friday, the harbour office said, and passengers for the islands were put up in the school. A new boat has been ordered, and is expected before the summer.`
		if found := ix.Find(ferry, prose.Words(ferry)); len(found) > 0 {
			t.Errorf("%+v", found)
		}
		if found := ix.Find("", nil); found != nil {
			t.Errorf("%+v", found)
		}
	}
}

// TestSameMatter: where eight dispatches tell the same, none is told of; where two
// do, both are.
func TestSameMatter(t *testing.T) {
	var list []*frank.Master
	for i := range 12 {
		list = append(list, &frank.Master{Text: memo})
		found := archive(t, list...).Find(retelling, prose.Words(retelling))
		switch {
		case i == 1 && (len(found) != 1 || len(found[0].Near) != 1 || found[0].Near[0].Dispatch != specimen.Ref(1)):
			t.Errorf("of two: %+v", found)
		case i >= 7 && len(found) > 0:
			t.Errorf("of %d: %+v", i+1, found)
		}
	}
}

// TestLatest: where ten dispatches of old tell of a matter and one of late does,
// the one is told, as such; when it is of old too, none is.
func TestLatest(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	var list []*frank.Master
	for range 10 {
		list = append(list, &frank.Master{Text: memo})
	}
	for range 255 {
		list = append(list, style.Written(rng, 100))
	}
	list = append(list, &frank.Master{Text: memo})
	found := archive(t, list...).Find(retelling, prose.Words(retelling))
	if len(found) != 1 || found[0].Dispatch != specimen.Ref(265) || found[0].Latest != 256 {
		t.Errorf("%+v", found)
	}
	for range 256 {
		list = append(list, style.Written(rng, 100))
	}
	if found := archive(t, list...).Find(retelling, prose.Words(retelling)); len(found) > 0 {
		t.Errorf("%+v", found)
	}
}

// hinted retells memo too vaguely to be told.
const hinted = `A councillor is said to have given the embassy a warning in the spring: the pilots may walk out over a light that has not come back. Diplomats add that salmon has a price there, and that somebody will have to pay for dredging.`

// TestNearest: who asks what comes nearest has the dispatch first, though it is
// not told: among the latest while it is one of these, and among all ever after.
func TestNearest(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 12))
	list := []*frank.Master{{Text: memo}, {Text: strings.ReplaceAll(memo, "pilots", "teachers")}}
	for range 200 {
		list = append(list, style.Written(rng, 100))
	}
	words := prose.Words(hinted)
	ix := archive(t, list...)
	if found := ix.Find(hinted, words); len(found) > 0 {
		t.Fatalf("it is told: %+v", found)
	}
	latest, all := ix.Nearest(hinted, words, 3, nil)
	if len(latest) < 2 || latest[0].Dispatch != specimen.Ref(0) || latest[1].Dispatch != specimen.Ref(1) || latest[1].Score >= latest[0].Score || !reflect.DeepEqual(latest, all) {
		t.Fatalf("%+v, %+v", latest, all)
	}
	for _, w := range []string{"councillor", "pilots", "salmon"} {
		if !slices.Contains(latest[0].Terms, w) {
			t.Errorf("%s is not among %v", w, latest[0].Terms)
		}
	}
	if latest, all := ix.Nearest(hinted, words, 3, map[frank.Ref]bool{specimen.Ref(0): true}); latest[0].Dispatch != specimen.Ref(1) || all[0].Dispatch != specimen.Ref(1) {
		t.Errorf("%+v, %+v", latest, all)
	}
	for range 300 {
		list = append(list, style.Written(rng, 100))
	}
	article := strings.Repeat("Nobody would say more. ", 60) + hinted + strings.Repeat(" The weather was fine.", 60)
	latest, all = archive(t, list...).Nearest(article, prose.Words(article), 3, nil)
	if len(all) == 0 || all[0].Dispatch != specimen.Ref(0) || all[0].From == 0 || slices.ContainsFunc(latest, func(n Neighbour) bool { return n.Dispatch == specimen.Ref(0) }) {
		t.Errorf("%+v, %+v", latest, all)
	}
	for _, few := range []string{"", "Tormund", "Tormund Vey, the councillor"} { // nobody is looked up by name
		if latest, all := ix.Nearest(few, prose.Words(few), 3, nil); latest != nil || all != nil {
			t.Errorf("%q: %+v, %+v", few, latest, all)
		}
	}
	if latest, all := NewIndex(inOrder).Nearest(hinted, words, 3, nil); latest != nil || all != nil {
		t.Errorf("%+v, %+v", latest, all)
	}
	for _, n := range []int{-1, 0} {
		if latest, all := ix.Nearest(hinted, words, n, nil); len(latest)+len(all) > 0 {
			t.Errorf("%d: %+v, %+v", n, latest, all)
		}
	}
}

// TestNearestDeep: what shares words that are not rare is found, where a search
// of its own accord does not look.
func TestNearestDeep(t *testing.T) {
	plain := `The minister hopes that the government will agree to a conference on trade and the council to a report on policy.`
	asks := `A report on trade policy is due, the government says, before any conference; the minister hopes the council will agree.`
	rng := rand.New(rand.NewPCG(13, 14))
	list := []*frank.Master{{Text: plain}}
	for range 50 {
		list = append(list, style.Written(rng, 100))
	}
	ix := archive(t, list...)
	words := prose.Words(asks)
	f := newFinder(ix, asks, words, told)
	f.look(f.own(0, len(words)))
	if len(f.top[0]) > 0 {
		t.Fatalf("a search finds %d of its own accord: the test tests nothing", len(f.top[0]))
	}
	if _, all := ix.Nearest(asks, words, 1, nil); len(all) != 1 || all[0].Dispatch != specimen.Ref(0) {
		t.Errorf("%+v", all)
	}
}

// TestNearestOfAll: of the latest, Nearest returns what weighing every one would;
// of equals the first by reference, however the index was made; each once, with
// the passage that shares most; nothing that was removed.
func TestNearestOfAll(t *testing.T) {
	named := 0
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 3))
		n := rapid.IntRange(1, 40).Draw(t, "dispatches")
		texts := make([]*frank.Master, n)
		for i := range texts {
			texts[i] = style.Written(rng, 40)
			if i > 0 && rng.IntN(3) == 0 {
				texts[i] = texts[rng.IntN(i)] // as much as another
			}
		}
		ix, gone := NewIndex(inOrder), map[frank.Ref]bool{}
		for _, i := range rng.Perm(n) {
			if err := ix.Add(specimen.Ref(i), Terms(texts[i])); err != nil {
				t.Fatal(err)
			}
			if rng.IntN(6) == 0 {
				ix.Settle()
			}
		}
		ix.Settle()
		if i := rng.IntN(n); rapid.Bool().Draw(t, "removed") {
			ix.Remove(specimen.Ref(i))
			ix.Settle()
			gone[specimen.Ref(i)] = true
		}
		text := ""
		for range 1 + rng.IntN(3) {
			text += specimen.Copy(rng, texts[rng.IntN(n)]) + " " + style.Written(rng, 100).Text + " "
		}
		words := prose.Words(text)
		var want []Neighbour
		f := newFinder(ix, text, words, asked)
		for i := range n {
			best, terms := Neighbour{Dispatch: specimen.Ref(i)}, Terms(texts[i])
			for from, to := range passages(len(words)) {
				seen, sum, shares := map[int32]bool{}, 0, 0
				for w := from; w < to; w++ {
					v := f.terms[w]
					if v < 0 || f.worth[w] == 0 || seen[v] {
						continue
					}
					seen[v] = true
					if slices.Contains(terms, uint16(v)) {
						sum += int(f.worth[w]) - surplus(uint16(len(terms)))
						shares++
					}
				}
				if shares >= fewest && sum > best.Score {
					best.Score, best.From, best.To = sum, from, to
				}
			}
			if best.Score > 0 && !gone[best.Dispatch] {
				want = append(want, best)
			}
		}
		slices.SortStableFunc(want, func(a, b Neighbour) int { return b.Score - a.Score })
		want = want[:min(len(want), 5)]
		latest, _ := ix.Nearest(text, words, 5, nil)
		for i := range latest {
			if len(latest[i].Terms) < fewest {
				t.Fatalf("%+v", latest[i])
			}
			latest[i].Terms = nil
			named++
		}
		if !reflect.DeepEqual(latest, want) {
			t.Fatalf("%+v, and should be %+v", latest, want)
		}
	})
	if named == 0 {
		t.Error("nothing was near anything")
	}
}

// TestClearer: one dispatch found in both scopes is told as what it may be at most.
func TestClearer(t *testing.T) {
	all, late := Retelling{Score: 1650, Chance: 1375}, Retelling{Latest: 256, Score: 1650, Chance: 1413, Strong: true}
	list := []Retelling{all, late, {Score: 2000, Chance: 1375}}
	slices.SortStableFunc(list, clearer)
	if list[0].Latest != 256 || list[1].Score != 2000 {
		t.Errorf("%+v", list)
	}
}

// TestUnrelated: texts of the same vocabulary as an archive's are not told.
func TestUnrelated(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	list := specimen.List(1000, func() *frank.Master { return style.Written(rng, 200) })
	ix := archive(t, list...)
	falsely, right := 0, 0
	for i := range 200 {
		text := style.Written(rng, 110).Text
		if len(ix.Find(text, prose.Words(text))) > 0 {
			falsely++
		}
		words := strings.Fields(list[i].Text) // one word in four, in another order
		rng.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
		text = strings.Join(words[:len(words)/4], " ") + " " + style.Written(rng, 60).Text
		if found := ix.Find(text, prose.Words(text)); len(found) > 0 && found[0].Dispatch == specimen.Ref(i) {
			right++
		}
	}
	if falsely > 2 || right < 190 {
		t.Errorf("%d of 200 falsely, %d of 200 rightly", falsely, right)
	}
}

// TestIndexLives: what is added is found, what is removed is not, whatever is
// merged or written and read again in between.
func TestIndexLives(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 2))
		ix, there := NewIndex(inOrder), map[int][]uint16{}
		for range rapid.IntRange(1, 25).Draw(t, "steps") {
			i := rng.IntN(12)
			switch rng.IntN(5) {
			case 0:
				if _, ok := there[i]; ix.Remove(specimen.Ref(i)) != ok {
					t.Fatal("it was there, or was not")
				}
				delete(there, i)
			case 1:
				ix.Settle()
			case 2:
				again := NewIndex(inOrder)
				for _, s := range ix.Segments() {
					o, err := ReadSegment(s.Bytes())
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
				there[i] = Terms(style.Written(rng, 30))
				if rng.IntN(8) == 0 {
					there[i] = nil // of older fingerprints
				}
				if err := ix.Add(specimen.Ref(i), there[i]); err != nil {
					t.Fatal(err)
				}
			}
		}
		ix.Compact()
		ix.Find(retelling, prose.Words(retelling))
		newest := int32(-1)
		for _, p := range segments.Parts(&ix.index) {
			for i, at := range ix.issued[p.Segment].at {
				if newest = max(newest, at); int(at) != inOrder(p.Segment.refs[i]) {
					t.Fatal("a dispatch was issued at another place")
				}
			}
		}
		if len(ix.issued) != len(segments.Parts(&ix.index)) || newest != ix.newest {
			t.Fatalf("%d segments are known by their places, the last of them %d, not %d", len(ix.issued), ix.newest, newest)
		}
		got, counts := map[int][]uint16{}, [values]uint64{}
		for _, s := range ix.Segments() {
			for k, terms := range s.sets() {
				got[s.Dispatches()[k].Number-1] = terms
				if s.many[k] != uint16(len(terms)) {
					t.Fatal("the count is wrong")
				}
				for _, v := range terms {
					counts[v]++
				}
			}
		}
		if len(got) != len(there) || ix.Len() != len(there) || counts != ix.counts {
			t.Fatalf("%d and %d dispatches, not %d", len(got), ix.Len(), len(there))
		}
		for i, terms := range there {
			if !ix.Has(specimen.Ref(i)) || !slices.Equal(got[i], terms) {
				t.Fatalf("%d: %v, not %v", i, got[i], terms)
			}
		}
	})
}

// TestBitIdentical holds every machine, js/wasm included, to one answer.
func TestBitIdentical(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	h := sha256.New()
	h.Write(common)
	list := []*frank.Master{{Text: memo}}
	for range 40 {
		list = append(list, style.Written(rng, 100))
	}
	ix := archive(t, list...)
	for _, s := range ix.Segments() {
		h.Write(s.Bytes())
	}
	fmt.Fprint(h, ix.Find(retelling, prose.Words(retelling)))
	latest, all := ix.Nearest(hinted, prose.Words(hinted), 5, nil)
	fmt.Fprint(h, latest, all)
	for _, m := range list {
		text := specimen.Copy(rng, m)
		fmt.Fprint(h, ix.Find(text, prose.Words(text)))
	}
	const want = "5cc2bff253712248873384eba0e1247d"
	if got := hex.EncodeToString(h.Sum(nil)[:16]); got != want {
		t.Errorf("%s, not %s", got, want)
	}
}

// TestExample is the one in spec/watch.md.
func TestExample(t *testing.T) {
	m := &frank.Master{Text: "He waits.\n\nWe think so, Merrin.", Sites: []frank.Site{{Start: 14, End: 19, Readings: []string{"think", "believe"}}}}
	const want = "186672616e6b2e66696e6765727072696e74732f310a00000002d90ac733"
	got := Join([]byte("frank.fingerprints/1\n\x00\x00\x00"), Terms(m))
	if hex.EncodeToString(got[len(Format)+1:]) != want {
		t.Errorf("%x, not %s: %q %d, %q %d", got[len(Format)+1:], want, Term("waits"), value(Term("waits")), Term("merrin"), value(Term("merrin")))
	}
	prints, terms, err := Split(append(got, make([]byte, 100)...))
	if err != nil || string(prints) != "frank.fingerprints/1\n\x00\x00\x00" || !slices.Equal(terms, Terms(m)) {
		t.Errorf("%q, %v, %v", prints, terms, err)
	}
}

func TestRefused(t *testing.T) {
	good := Join([]byte("frank.fingerprints/1\n"), []uint16{3, 900, values - 1})
	if _, _, err := Split(good); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"cut short":        good[:len(good)-1],
		"not zeros":        append(slices.Clone(good), 0, 1),
		"a long number":    append([]byte(Format+"\n"), 0x80, 0x00),
		"a term too high":  append([]byte(Format+"\n"), 0, 1, 0x80, 0x40),
		"more than it has": append([]byte(Format+"\n"), 9),
	} {
		if _, _, err := Split(data); err == nil {
			t.Errorf("%s was read", name)
		}
	}
	if prints, terms, err := Split([]byte("frank.fingerprints/1\nabc")); err != nil || terms != nil || string(prints) != "frank.fingerprints/1\nabc" {
		t.Error("the older version is not left as it is")
	}
	for _, terms := range [][]uint16{{values}, {5, 5}, {6, 5}} {
		if NewIndex(inOrder).Add(specimen.Ref(0), terms) == nil {
			t.Errorf("%v was added", terms)
		}
	}
}

func FuzzSplit(f *testing.F) {
	f.Add(Join([]byte("frank.fingerprints/1\n"), []uint16{3, 900, values - 1}))
	f.Add([]byte(Format + "\n\x00\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		prints, terms, err := Split(data)
		if err != nil || !bytes.HasPrefix(data, []byte(Format+"\n")) {
			return
		}
		again := Join(prints, terms)
		if !bytes.HasPrefix(data, again) || len(bytes.Trim(data[len(again):], "\x00")) > 0 {
			t.Errorf("%x was read, and is written %x", data, again)
		}
		if err := NewIndex(inOrder).Add(specimen.Ref(0), terms); err != nil {
			t.Error(err)
		}
	})
}

func FuzzSegment(f *testing.F) {
	rng := rand.New(rand.NewPCG(11, 12))
	good := archive(f, style.Written(rng, 60), style.Written(rng, 20), &frank.Master{Text: memo}).Segments()[0].Bytes()
	f.Add(good)
	f.Add([]byte(SegmentFormat + "\n\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := ReadSegment(data)
		if err != nil {
			return
		}
		if !bytes.Equal(s.Bytes(), data) {
			t.Errorf("%x was read, and is written %x", data, s.Bytes())
		}
		ix := NewIndex(inOrder)
		ix.Attach(s)
		ix.Find(retelling, prose.Words(retelling))
	})
}
