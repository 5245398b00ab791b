package locate

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"frank"
	"frank/internal/log64"
	"frank/prose"
)

// vocabulary is made up, so that texts are told apart by nothing but words.
func vocabularyOf(n int) []string {
	const syllables = "ba be bi bo bu da de di do du ka ke ki ko ku la le li lo lu ma me mi mo mu na ne ni no nu ra re ri ro ru sa se si so su ta te ti to tu"
	s := strings.Fields(syllables)
	out := make([]string, n)
	for i := range out {
		out[i] = s[i%len(s)] + s[i/len(s)%len(s)] + s[(i*7+i/3)%len(s)]
	}
	return out
}

// text writes n words; a word is the rarer the later it stands in the vocabulary.
func text(rng *rand.Rand, vocabulary []string, n int) string {
	words := make([]string, n)
	for i := range words {
		words[i] = vocabulary[rng.IntN(rng.IntN(len(vocabulary))+1)]
	}
	return strings.Join(words, " ")
}

// master makes about one word in six a site.
func master(rng *rand.Rand, vocabulary []string, text string) *frank.Master {
	m := &frank.Master{Text: text}
	for _, w := range prose.Words(text) {
		if rng.IntN(6) > 0 {
			continue
		}
		readings := []string{text[w.Start:w.End], vocabulary[rng.IntN(len(vocabulary))] + " " + vocabulary[rng.IntN(len(vocabulary))]}
		if rng.IntN(2) == 0 {
			readings = append(readings, "")
		}
		if rng.IntN(2) == 0 {
			readings = append(readings, vocabulary[rng.IntN(len(vocabulary))]+"x")
		}
		m.Sites = append(m.Sites, frank.Site{Start: w.Start, End: w.End, Readings: readings})
	}
	return m
}

func someCopy(rng *rand.Rand, m *frank.Master) string {
	readings := make([]int, len(m.Sites))
	for i := range readings {
		readings[i] = rng.IntN(len(m.Sites[i].Readings))
	}
	return m.Render(readings)
}

// archive returns an index over n dispatches of 300 words, and them.
func archive(seed uint64, n int) (*Index, []*frank.Master, []string) {
	rng := rand.New(rand.NewPCG(seed, 0))
	vocabulary := vocabularyOf(3000)
	b := New()
	masters := make([]*frank.Master, n)
	for i := range masters {
		masters[i] = master(rng, vocabulary, text(rng, vocabulary, 300))
		if id := b.Add(masters[i]); id != i {
			panic("numbers do not follow each other")
		}
	}
	return b.Index(), masters, vocabulary
}

// Every passage of twelve words, of any copy, is found in its dispatch, at its place.
func TestEveryPassageIsFound(t *testing.T) {
	ix, masters, _ := archive(1, 40)
	rng := rand.New(rand.NewPCG(2, 0))
	tried := 0
	for d, m := range masters {
		printed := someCopy(rng, m)
		words := prose.Words(printed)
		for at := 0; at+12 <= len(words); at += 3 {
			tried++
			part := printed[words[at].Start:words[at+11].End]
			hits := ix.Find(prose.Words(part))
			if len(hits) == 0 || hits[0].Dispatch != d {
				t.Fatalf("dispatch %d: %q is located at %v", d, part, hits)
			}
			h := hits[0]
			if h.From > 2 || h.To < 10 {
				t.Errorf("dispatch %d: of %q only words %d to %d are located", d, part, h.From, h.To)
			}
			// Copies differ in length by a fifth at most.
			if guess := at * len(m.Text) / len(words); h.Start > guess+150 || h.End < guess-150 {
				t.Errorf("dispatch %d: byte %d or so is located at %d to %d", d, guess, h.Start, h.End)
			}
		}
	}
	if tried < 1000 {
		t.Fatalf("only %d passages were tried", tried)
	}
}

func TestByteSpan(t *testing.T) {
	vocabulary := vocabularyOf(3000)
	body := text(rand.New(rand.NewPCG(3, 0)), vocabulary, 200)
	b := New()
	b.Add(&frank.Master{Text: text(rand.New(rand.NewPCG(4, 0)), vocabulary, 50)})
	b.Add(&frank.Master{Text: body})
	ix := b.Index()
	words := prose.Words(body)
	for at := 0; at+20 <= len(words); at++ {
		start, end := words[at].Start, words[at+19].End
		hits := ix.Find(prose.Words(body[start:end]))
		if len(hits) != 1 || hits[0].Dispatch != 1 {
			t.Fatalf("words %d on are located at %v", at, hits)
		}
		if h := hits[0]; h.Start > start || h.End < end || h.Start < start-100 || h.End > end+100 {
			t.Errorf("bytes %d to %d are located at %d to %d", start, end, h.Start, h.End)
		}
	}
}

func TestUnrelatedTextIsNotLocated(t *testing.T) {
	ix, _, vocabulary := archive(1, 40)
	rng := rand.New(rand.NewPCG(5, 0))
	for range 300 {
		if hits := ix.Find(prose.Words(text(rng, vocabulary, 300))); hits != nil {
			t.Fatalf("random text is located at %v", hits)
		}
	}
	for _, s := range []string{"", "word", strings.Repeat("nowhere ", 500), strings.Repeat("baba ", 500)} {
		if hits := ix.Find(prose.Words(s)); hits != nil {
			t.Errorf("%.20q is located at %v", s, hits)
		}
	}
}

// One article with several quotations, of several dispatches, out of order.
func TestSeveralQuotations(t *testing.T) {
	ix, masters, vocabulary := archive(1, 40)
	rng := rand.New(rand.NewPCG(6, 0))
	quote := func(d, at, n int) []string { return strings.Fields(someCopy(rng, masters[d]))[at : at+n] }
	type part struct{ dispatch, from, to int }
	var words []string
	var want []part
	for _, p := range []part{{7, 150, 180}, {3, 10, 50}, {7, 20, 60}, {12, 200, 225}} {
		words = append(words, strings.Fields(text(rng, vocabulary, 60))...)
		from := len(words)
		words = append(words, quote(p.dispatch, p.from, p.to-p.from)...)
		want = append(want, part{p.dispatch, from, len(words)})
	}
	words = append(words, strings.Fields(text(rng, vocabulary, 60))...)
	hits := ix.Find(prose.Words(strings.Join(words, " ")))
	for _, w := range want {
		n := 0
		for _, h := range hits {
			if h.Dispatch == w.dispatch && h.From >= w.from-3 && h.From <= w.from+3 && h.To >= w.to-3 && h.To <= w.to+3 {
				n++
			}
		}
		if n != 1 {
			t.Errorf("words %d to %d, of dispatch %d: %d such hits in %v", w.from, w.to, w.dispatch, n, hits)
		}
	}
	if len(hits) != len(want) {
		t.Errorf("%d hits, not %d: %v", len(hits), len(want), hits)
	}
}

// A passage may begin and end inside a long reading.
func TestPassageThatBeginsInsideAReading(t *testing.T) {
	const long = "we regret that the visit of the chairman will not be possible"
	const before, after = "the board met in march and ", " so the yard was told by cable that two engineers will sail on friday with the spare parts for the older ferry"
	m := &frank.Master{Text: before + long + after}
	m.Sites = []frank.Site{{Start: len(before), End: len(before) + len(long), Readings: []string{long, "to our regret the chairman cannot come"}}}
	b := New()
	b.Add(m)
	ix := b.Index()
	words := prose.Words(m.Text)
	for from := range 20 {
		hits := ix.Find(words[from:])
		if len(hits) != 1 || hits[0].From > 1 || hits[0].To != len(words)-from {
			t.Errorf("from word %d: %+v", from, hits)
		}
	}
}

// A passage far longer than what votes together is one hit.
func TestWholeDispatchIsOneHit(t *testing.T) {
	ix, masters, _ := archive(1, 40)
	words := prose.Words(someCopy(rand.New(rand.NewPCG(7, 0)), masters[20]))
	hits := ix.Find(words)
	if len(hits) != 1 || hits[0].Dispatch != 20 || hits[0].From > 3 || hits[0].To < len(words)-3 {
		t.Errorf("a whole copy of %d words of dispatch 20 is located at %v", len(words), hits)
	}
}

// A correction repeats most of what it corrects; both are reported.
func TestSharedText(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 0))
	vocabulary := vocabularyOf(3000)
	b := New()
	body := text(rng, vocabulary, 300)
	b.Add(&frank.Master{Text: body})
	b.Add(&frank.Master{Text: text(rng, vocabulary, 300)})
	b.Add(&frank.Master{Text: "Correction. " + strings.Replace(body, " ", " indeed ", 1)})
	words := prose.Words(body)
	hits := b.Index().Find(words[100:125])
	if len(hits) != 2 || hits[0].Dispatch+hits[1].Dispatch != 2 {
		t.Errorf("text of dispatches 0 and 2 is located at %v", hits)
	}
}

func TestSitesInsideWords(t *testing.T) {
	src := "the ministers will colour and reopen every harbour between now and the twelfth of march whatever others say about it"
	site := func(word string, readings ...string) frank.Site {
		at := strings.Index(src, word)
		return frank.Site{Start: at, End: at + len(readings[0]), Readings: readings}
	}
	u := strings.Index(src, "ur and")
	m := &frank.Master{Text: src, Sites: []frank.Site{
		site("ministers", "", "good "), {Start: u, End: u + 1, Readings: []string{"u", ""}},
		site("reopen", "re", ""), {Start: strings.Index(src, "open") + 4, End: strings.Index(src, "open") + 4, Readings: []string{"", "ed"}},
		site(" between now and", " between now and", ", by", ""), site("twelfth", "twelfth of march", "end of the month"),
	}}
	b := New()
	b.Add(m)
	ix := b.Index()
	n := 0
	choice := make([]int, len(m.Sites))
	for {
		printed := m.Render(choice)
		words := prose.Words(printed)
		hits := ix.Find(words)
		if len(hits) != 1 || hits[0].From > 0 || hits[0].To < len(words) {
			t.Errorf("%q is located at %v", printed, hits)
		}
		n++
		i := 0
		for ; i < len(choice); i++ {
			if choice[i]++; choice[i] < len(m.Sites[i].Readings) {
				break
			}
			choice[i] = 0
		}
		if i == len(choice) {
			break
		}
	}
	if n != 96 {
		t.Errorf("%d copies were tried, not 96", n)
	}
}

// A list in free order with hundreds of orders is found in each.
func TestManyReadings(t *testing.T) {
	items := strings.Fields("lisbon madrid warsaw vienna dublin athens")
	var orders []string
	var permute func(k int)
	permute = func(k int) {
		if k == len(items) {
			orders = append(orders, strings.Join(items[:5], ", ")+" and "+items[5])
		}
		for i := k; i < len(items); i++ {
			items[k], items[i] = items[i], items[k]
			permute(k + 1)
			items[k], items[i] = items[i], items[k]
		}
	}
	permute(0)
	before, behind := "our missions in ", " were told at once to burn the old ciphers"
	m := &frank.Master{Text: before + orders[0] + behind}
	m.Sites = []frank.Site{{Start: len(before), End: len(before) + len(orders[0]), Readings: orders}}
	b := New()
	b.Add(m)
	ix := b.Index()
	if _, bytes := ix.Size(); bytes > 64<<10 {
		t.Errorf("one list takes %d bytes", bytes)
	}
	for _, o := range orders {
		if hits := ix.Find(prose.Words(before + o + behind)); len(hits) != 1 {
			t.Fatalf("the order %q is located at %v", o, hits)
		}
	}
}

func TestSlips(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"minister", "ministre", true}, {"minister", "miniser", true}, {"minister", "minisster", true},
		{"minister", "minisber", true}, {"minister", "ministers", true}, {"minister", "sinister", true},
		{"minister", "monastery", false}, {"minister", "ministries", false}, {"straße", "strase", true},
	} {
		if got := near(c.a, c.b); got != c.want || near(c.b, c.a) != got {
			t.Errorf("near(%q, %q) is %v", c.a, c.b, got)
		}
		if c.want && len(c.a) >= minNear && !mayBeNear(shape(c.a), shape(c.b)) {
			t.Errorf("the shapes of %q and %q keep them from being compared", c.a, c.b)
		}
	}
}

func TestLog2(t *testing.T) {
	for _, c := range [][2]uint64{{0, 0}, {1, 0}, {2, 64}, {3, 101}, {1 << 20, 1280}, {1000, 637}, {1<<64 - 1, 4095}} {
		if got := log64.Log2(c[0]); got != int(c[1]) {
			t.Errorf("log64.Log2(%d) is %d/64, not %d/64", c[0], got, c[1])
		}
	}
}

// The same archive and exhibit give the same hits, and further dispatches do
// not make a long enough passage of another disappear.
func TestFindProperties(t *testing.T) {
	vocabulary := vocabularyOf(3000)
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		n := rapid.IntRange(1, 4).Draw(t, "dispatches")
		more := rapid.IntRange(0, 6).Draw(t, "further dispatches")
		var masters []*frank.Master
		for range n + more {
			masters = append(masters, master(rng, vocabulary, text(rng, vocabulary, rapid.IntRange(20, 200).Draw(t, "words"))))
		}
		index := func(k int) *Index {
			b := New()
			for _, m := range masters[:k] {
				b.Add(m)
			}
			return b.Index()
		}
		small, large := index(n), index(n+more)
		d := rapid.IntRange(0, n-1).Draw(t, "quoted")
		words := prose.Words(someCopy(rng, masters[d]))
		length := rapid.IntRange(14, 80).Draw(t, "length")
		if len(words) < length {
			return
		}
		at := rapid.IntRange(0, len(words)-length).Draw(t, "at")
		for _, ix := range []*Index{small, large} {
			hits := ix.Find(words[at : at+length])
			if again := ix.Find(words[at : at+length]); !reflect.DeepEqual(hits, again) {
				t.Fatalf("first %v, then %v", hits, again)
			}
			if len(hits) == 0 || hits[0].Dispatch != d {
				t.Fatalf("%d words of dispatch %d are located at %v", length, d, hits)
			}
			inBounds(t, hits, masters, length)
		}
		if a, b := small.Find(words[at:at+length]), index(n).Find(words[at:at+length]); !reflect.DeepEqual(a, b) {
			t.Fatalf("one index says %v, another %v", a, b)
		}
	})
}

type failer interface{ Fatalf(string, ...any) }

func inBounds(t failer, hits []Hit, masters []*frank.Master, words int) {
	for i, h := range hits {
		if h.Dispatch < 0 || h.Dispatch >= len(masters) || h.From < 0 || h.From >= h.To || h.To > words ||
			h.Start < 0 || h.Start > h.End || h.End > len(masters[h.Dispatch].Text) || h.Score < 0 {
			t.Fatalf("hit out of bounds, of %d words: %+v", words, h)
		}
		if i > 0 && h.Score > hits[i-1].Score {
			t.Fatalf("hits are not in order: %v", hits)
		}
	}
}

func FuzzFind(f *testing.F) {
	rng := rand.New(rand.NewPCG(9, 0))
	vocabulary := vocabularyOf(60) // few words: everything looks alike
	var masters []*frank.Master
	b := New()
	for range 12 {
		m := master(rng, vocabulary, text(rng, vocabulary, 80))
		masters = append(masters, m)
		b.Add(m)
	}
	b.Add(&frank.Master{})
	masters = append(masters, &frank.Master{})
	empty := &frank.Master{Sites: []frank.Site{{Readings: []string{"", vocabulary[0] + " " + vocabulary[1]}}}}
	b.Add(empty)
	masters = append(masters, empty)
	ix := b.Index()
	for _, m := range masters {
		f.Add(someCopy(rng, m), uint8(0))
		f.Add(someCopy(rng, m), uint8(9))
	}
	f.Add("0 0 0 0 0 "+vocabulary[0]+" "+vocabulary[1]+" 0 0 0", uint8(4)) // in the site behind the last word
	f.Add("a\x00b \xff\xfe … ' don't U.K. 1,000", uint8(2))
	f.Fuzz(func(t *testing.T, s string, cut uint8) {
		words := prose.Words(s)
		words = words[min(int(cut), len(words)):]
		inBounds(t, ix.Find(words), masters, len(words))
	})
}

func BenchmarkFind(b *testing.B) {
	for _, n := range []int{100, 1000, 10000} {
		ix, masters, vocabulary := archive(1, n)
		rng := rand.New(rand.NewPCG(10, 0))
		var quotes, articles [][]prose.Token
		for range 100 {
			words := prose.Words(someCopy(rng, masters[rng.IntN(n)]))
			quotes = append(quotes, words[100:112])
			articles = append(articles, prose.Words(text(rng, vocabulary, 1000)))
		}
		for name, exhibits := range map[string][][]prose.Token{"quotation": quotes, "article": articles} {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				for i := range b.N {
					ix.Find(exhibits[i%len(exhibits)])
				}
			})
		}
	}
}
