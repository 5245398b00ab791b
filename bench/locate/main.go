// Command locate measures package locate on an archive: how fast it is built
// and how much memory it takes, how surely a retyped quotation is found, how
// often unrelated articles are located, and how long either takes.
//
// The archive holds the real texts of a corpus and, up to the number asked
// for, texts written by a chain of order two over them. A formula stands in
// many of them: a quotation that another dispatch is preferred for, and that
// has three in four of its words there too, in place, is no unique one.
package main

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"frank"
	"frank/bench/texts"
	"frank/prose"
	"frank/trace/locate"
	"frank/variant"
)

// siteEvery is one in how many words has a site.
const siteEvery = 6

func main() {
	corpus := flag.String("corpus", "", "`directory` with dispatches, modern and unrelated .jsonl.gz")
	sizes := flag.String("dispatches", "1000,10000,100000", "archive `sizes`")
	seed := flag.Uint64("seed", 1, "seed of everything random")
	queries := flag.Int("queries", 4000, "quotations per corpus")
	length := flag.Int("length", 12, "words of a quotation")
	proposed := flag.Bool("proposed", false, "sites in the real texts as package variant proposes them, not one word in six at random")
	show := flag.Bool("show", false, "print what was missed and what was located falsely")
	flag.Parse()
	debug.SetGCPercent(400) // the corpora are large and stay
	if err := run(*corpus, *sizes, *seed, *queries, *length, *proposed, *show); err != nil {
		fmt.Fprintln(os.Stderr, "locate:", err)
		os.Exit(1)
	}
}

func run(corpus, sizes string, seed uint64, queries, length int, proposed, show bool) error {
	var sets [3][]texts.Document
	for i, name := range []string{"dispatches", "modern", "unrelated"} {
		var err error
		if sets[i], err = texts.Read(corpus, name); err != nil {
			return err
		}
	}
	text := texts.NewChain(sets[0], sets[1])
	for _, size := range strings.Split(sizes, ",") {
		n, err := strconv.Atoi(size)
		if err != nil {
			return fmt.Errorf("-dispatches: expected numbers with commas, found %q", size)
		}
		a := build(sets[:2], text, n, seed, proposed)
		for set, name := range []string{"dispatches", "modern"} {
			a.recall(name, set, queries, length, seed, show)
		}
		a.falsely(sets[2], show)
		a.articles(sets[2], seed)
	}
	return nil
}

// archive is an index with what is needed to check it.
type archive struct {
	index   *locate.Index
	chain   *texts.Chain
	seed    uint64
	targets []target
}

type target struct {
	master        *frank.Master
	set, dispatch int
}

// build makes an archive of n dispatches: real ones as far as they go, taken
// evenly from both sets, then written ones.
func build(sets [][]texts.Document, text *texts.Chain, n int, seed uint64, proposed bool) *archive {
	a := &archive{chain: text, seed: seed}
	b := locate.New()
	var took time.Duration
	sites := 0
	add := func(m *frank.Master) int {
		start := time.Now()
		id := b.Add(m)
		took += time.Since(start)
		return id
	}
	real := len(sets[0]) + len(sets[1])
	for set, docs := range sets {
		for k, d := range docs {
			if n < real && k*n/real == (k+1)*n/real {
				continue
			}
			m := texts.Varied(rand.New(rand.NewPCG(seed, uint64(len(a.targets)))), d.Text, text.Words, siteEvery)
			if proposed {
				var err error
				if m, err = variant.Propose(d.Text, variant.ProposeOptions{}).Master(); err != nil {
					fmt.Fprintf(os.Stderr, "%s: %v\n", d.ID, err)
					continue
				}
			}
			sites += len(m.Sites)
			a.targets = append(a.targets, target{m, set, add(m)})
		}
	}
	for i := len(a.targets); i < n; i++ {
		add(a.written(i))
	}
	start := time.Now()
	a.index = b.Index()
	took += time.Since(start)
	words, bytes := a.index.Size()
	runtime.GC()
	fmt.Printf("\n%d dispatches (%d real, with %d sites), %.1f M words: built in %.1f s (%.1f M words/s), %.1f bytes a word\n", n, len(a.targets), sites,
		float64(words)/1e6, took.Seconds(), float64(words)/1e6/took.Seconds(), float64(bytes)/float64(words))
	return a
}

// written returns the i-th dispatch, one that is no target.
func (a *archive) written(i int) *frank.Master {
	rng := rand.New(rand.NewPCG(a.seed, uint64(i)))
	return texts.Varied(rng, a.chain.Text(rng, 300+rng.IntN(200)), a.chain.Words, siteEvery)
}

func (a *archive) recall(name string, set, queries, length int, seed uint64, show bool) {
	rng := rand.New(rand.NewPCG(seed, 1<<40+uint64(set)))
	var mine []target
	for _, t := range a.targets {
		if t.set == set {
			mine = append(mine, t)
		}
	}
	var took []time.Duration
	asked, top, found, placed, several := 0, 0, 0, 0, 0
	for asked < queries {
		t := mine[rng.IntN(len(mine))]
		printed := texts.CopyOf(rng, t.master)
		words := prose.Words(printed)
		if len(words) < length {
			continue
		}
		at := rng.IntN(len(words) - length + 1)
		var quote []string
		for _, w := range words[at : at+length] {
			quote = append(quote, printed[w.Start:w.End])
		}
		exhibit := prose.Words(strings.Join(texts.Retyped(rng, quote, a.chain.Words), " "))
		asked++
		start := time.Now()
		hits := a.index.Find(exhibit)
		took = append(took, time.Since(start))
		where := slices.IndexFunc(hits, func(h locate.Hit) bool { return h.Dispatch == t.dispatch })
		switch {
		case where == 0:
			top++
			guess := len(t.master.Text) * at / len(words)
			if h := hits[0]; h.Start <= guess+400 && h.End >= guess-400 {
				placed++
			}
		case len(hits) > 0 && a.holds(hits[0].Dispatch, quote):
			several++
		case show:
			fmt.Printf("  missed: %q printed as %v: %v\n", quote, norms(exhibit), hits)
		}
		if where >= 0 {
			found++
		}
	}
	fmt.Printf("  %-10s %d quotations of %d words, 1 in 10 wrong: top %.2f %% (of unique ones %.2f %%), among the hits %.2f %%, near its place %d; median %v, p99 %v, max %v\n",
		name, asked, length, percent(top, asked), percent(top, asked-several), percent(found, asked), placed,
		quantile(took, 500), quantile(took, 990), quantile(took, 1000))
}

// holds reports whether the author's copy of a dispatch has three in four of
// the words in their places: then the quotation is of a formula.
func (a *archive) holds(dispatch int, quote []string) bool {
	var m *frank.Master
	if dispatch < len(a.targets) {
		m = a.targets[dispatch].master
	} else {
		m = a.written(dispatch)
	}
	have := norms(prose.Words(m.Text))
	want := norms(prose.Words(strings.Join(quote, " ")))
	for i := 0; i+len(want) <= len(have); i++ {
		same := 0
		for k, w := range want {
			if have[i+k] == w {
				same++
			}
		}
		if 4*same >= 3*len(want) {
			return true
		}
	}
	return false
}

func norms(words []prose.Token) []string {
	var out []string
	for _, w := range words {
		out = append(out, w.Norm)
	}
	return out
}

func (a *archive) falsely(docs []texts.Document, show bool) {
	var took []time.Duration
	var located, number [2]int
	for _, d := range docs {
		kept := 0
		if d.Aside() {
			kept = 1
		}
		words := prose.Words(d.Text)
		start := time.Now()
		hits := a.index.Find(words)
		took = append(took, time.Since(start))
		number[kept]++
		if len(hits) > 0 {
			located[kept]++
			if show {
				h := hits[0]
				fmt.Printf("  located %s: %q in dispatch %d, score %d\n", d.ID, d.Text[words[h.From].Start:words[h.To-1].End], h.Dispatch, h.Score)
				if h.Dispatch < len(a.targets) {
					fmt.Printf("     %q\n", a.targets[h.Dispatch].master.Text[h.Start:h.End])
				}
			}
		}
	}
	fmt.Printf("  unrelated  located falsely: %d of %d kept aside, %d of %d others; median %v, p99 %v\n",
		located[1], number[1], located[0], number[0], quantile(took, 500), quantile(took, 990))
}

// articles measures long articles with quotations among unrelated text.
func (a *archive) articles(docs []texts.Document, seed uint64) {
	rng := rand.New(rand.NewPCG(seed, 1<<41))
	var took []time.Duration
	quotations, found, foreign := 0, 0, 0
	for range 100 {
		var text []string
		want := map[int]bool{}
		for len(text) < 3000 {
			d := docs[rng.IntN(len(docs))]
			text = append(text, strings.Fields(d.Text)...)
			t := a.targets[rng.IntN(len(a.targets))]
			copied := strings.Fields(texts.CopyOf(rng, t.master))
			n := 12 + rng.IntN(30)
			if len(copied) < n {
				continue
			}
			at := rng.IntN(len(copied) - n + 1)
			text = append(text, texts.Retyped(rng, copied[at:at+n], a.chain.Words)...)
			want[t.dispatch] = true
		}
		exhibit := prose.Words(strings.Join(text, " "))
		start := time.Now()
		hits := a.index.Find(exhibit)
		took = append(took, time.Since(start))
		quotations += len(want)
		for d := range want {
			if slices.ContainsFunc(hits, func(h locate.Hit) bool { return h.Dispatch == d }) {
				found++
			}
		}
		for _, h := range hits {
			if !want[h.Dispatch] {
				foreign++
			}
		}
	}
	fmt.Printf("  articles   of 3,000 words and more with quotations of 12 to 41 words: %.1f %% of %d found, %d other hits; median %v, p99 %v\n",
		percent(found, quotations), quotations, foreign, quantile(took, 500), quantile(took, 990))
}

func percent(n, of int) float64 { return 100 * float64(n) / float64(max(of, 1)) }

func quantile(d []time.Duration, permille int) time.Duration {
	slices.Sort(d)
	return d[min(len(d)-1, len(d)*permille/1000)].Round(10 * time.Microsecond)
}
