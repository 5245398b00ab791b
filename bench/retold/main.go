//go:build linux

// Command retold measures package watch/retold on an archive: how many
// retellings of its dispatches in other words are told, how many unrelated
// articles are, how long that takes, and how large it is.
//
// The archive holds the real texts of a corpus and, up to the number asked for,
// terms of texts written by a chain of order two over them; above 100,000, of
// halves of two of these. Sites of dispatches
// that are retold are those that the program proposes. Those of the others are at
// random, at words in small letters and not at names or figures; -random puts
// them so in all, -anywhere at any word.
package main

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"
	"unicode"

	"frank"
	"frank/bench/texts"
	"frank/prose"
	"frank/variant"
	"frank/watch"
	"frank/watch/retold"

	"golang.org/x/sys/unix"
)

type options struct {
	corpus, retellings, common           string
	n, every                             int
	seed                                 uint64
	random, anywhere, show, late, others bool
}

func main() {
	var o options
	flag.StringVar(&o.corpus, "corpus", "", "`directory` with dispatches, modern and unrelated .jsonl.gz")
	flag.StringVar(&o.retellings, "retellings", "", "`file` with an object a line: id, corpus, detail, text; those of documents kept aside are asked for")
	flag.StringVar(&o.common, "common", "", "only count in how many texts that are not kept aside each term stands, into this `file`")
	flag.IntVar(&o.n, "dispatches", 0, "size of the archive, if more than the real texts")
	flag.IntVar(&o.every, "sites", 6, "one word in so `many` that may be one is a site; 0 for none")
	flag.Uint64Var(&o.seed, "seed", 1, "seed of everything random")
	flag.BoolVar(&o.random, "random", false, "sites at random in what is retold, too")
	flag.BoolVar(&o.anywhere, "anywhere", false, "sites at names and figures too")
	flag.BoolVar(&o.late, "late", false, "also ask soon after each was issued")
	flag.BoolVar(&o.others, "others", false, "ask for the retellings of the other documents instead")
	flag.BoolVar(&o.show, "show", false, "print what is told")
	flag.Parse()
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, "retold:", err)
		os.Exit(1)
	}
}

// archive is the dispatches and what is asked of them.
type archive struct {
	options
	at    map[string]frank.Ref // of the real ones, by id
	index *retold.Index
	last  int // place of the one that counts as issued last
}

// place is where a dispatch stands in the order of issue: that of the corpora,
// which go by date, begun behind the one that is to be the last.
func (a *archive) place(ref frank.Ref) int {
	i := number(ref)
	if i <= a.last {
		i += 1 << 24
	}
	return i
}

// number counts a dispatch of the archive, from 0.
func number(ref frank.Ref) int { return int(ref.Place[5]-'A')*500_000 + ref.Number - 1 }

// until makes the index anew, as if the dispatch at this place was issued last.
func (a *archive) until(last int) {
	a.last = last
	ix := retold.NewIndex(a.place)
	for _, s := range a.index.Segments() {
		if err := ix.Attach(s); err != nil {
			panic(err)
		}
	}
	a.index = ix
}

type retelling struct{ ID, Corpus, Detail, Text string }

func run(o options) error {
	var docs [3][]texts.Document
	for i, name := range []string{"dispatches", "modern", "unrelated"} {
		var err error
		if docs[i], err = texts.Read(o.corpus, name); err != nil {
			return err
		}
	}
	if o.common != "" {
		return count(o.common, slices.Concat(docs[0], docs[1]))
	}
	var list []retelling
	if o.retellings != "" {
		f, err := os.Open(o.retellings)
		if err != nil {
			return err
		}
		defer f.Close()
		lines := bufio.NewScanner(f)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			var r retelling
			if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
				return err
			}
			if (texts.Document{ID: r.ID}).Aside() != o.others {
				list = append(list, r)
			}
		}
		if err := lines.Err(); err != nil {
			return err
		}
	}
	told := map[string]bool{}
	for _, r := range list {
		told[r.ID] = true
	}
	a := &archive{options: o}
	runtime.LockOSThread()
	if err := a.build(docs[0], docs[1], told, false); err != nil {
		return err
	}
	var articles []texts.Document // for retellings to stand in
	for _, d := range docs[2] {
		if n := len(strings.Fields(d.Text)); !d.Aside() && n >= 300 && n <= 700 {
			articles = append(articles, d)
		}
	}
	a.ask("by themselves", list, nil, 0)
	a.ask("in an article", list, articles, 0)
	a.unrelated(docs[2])
	if a.late {
		for _, since := range []int{25, 100, 200} {
			a.ask(fmt.Sprintf("when %d more were issued since", since), list, nil, since)
			a.ask(fmt.Sprintf("in an article when %d more were issued since", since), list, articles, since)
		}
	}
	if len(list) > 0 {
		a.index = nil
		if err := a.build(docs[0], docs[1], told, true); err != nil {
			return err
		}
		a.ask("their dispatches not in the archive", list, nil, 0)
	}
	return nil
}

// count writes the table that is part of the package: in how many texts each
// term stands, and how many texts there are.
func count(file string, docs []texts.Document) error {
	var out []byte
	n := 0
	for _, d := range docs {
		if d.Aside() {
			continue
		}
		n++
		for _, t := range retold.Terms(&frank.Master{Text: d.Text}) {
			for len(out) < 2*int(t)+2 {
				out = append(out, 0)
			}
			binary.LittleEndian.PutUint16(out[2*t:], binary.LittleEndian.Uint16(out[2*t:])+1)
		}
	}
	out = append(out, make([]byte, 2*retold.Values-len(out))...)
	return os.WriteFile(file, binary.LittleEndian.AppendUint16(out, uint16(n)), 0o644)
}

// varied returns text with sites of two or three readings: other words, none,
// or two.
func varied(rng *rand.Rand, text string, words []string, every int, may func(string) bool) *frank.Master {
	m := &frank.Master{Text: text}
	if every == 0 {
		return m
	}
	word := func() string { return words[rng.IntN(len(words))] }
	for _, t := range prose.Words(text) {
		w := text[t.Start:t.End]
		if !may(w) || rng.IntN(every) > 0 || len(m.Sites) == frank.MaxSites {
			continue
		}
		s := frank.Site{Start: t.Start, End: t.End, Readings: []string{w}}
		for range 1 + rng.IntN(2) {
			s.Readings = append(s.Readings, []string{word(), word(), word(), word() + " " + word(), ""}[rng.IntN(5)])
		}
		m.Sites = append(m.Sites, s)
	}
	return m
}

// small reports whether a word has small letters only.
func small(w string) bool {
	return !strings.ContainsFunc(w, func(r rune) bool { return !unicode.IsLower(r) })
}

func (a *archive) build(dispatches, modern []texts.Document, told map[string]bool, without bool) error {
	a.last = -1
	a.index, a.at = retold.NewIndex(a.place), map[string]frank.Ref{}
	chain := texts.NewChain(dispatches, modern)
	may, words := small, slices.DeleteFunc(slices.Clone(chain.Words), func(w string) bool { return !small(w) })
	if a.anywhere {
		may, words = func(string) bool { return true }, chain.Words
	}
	n, sealed, plain, terms := 0, 0, 0, 0
	retoldSites, retoldWords := 0, 0
	var spent, made time.Duration
	add := func(list []uint16) error {
		start := processor()
		ref := frank.Ref{Year: 2026, Place: "POST " + string(rune('A'+n/500_000)), Number: n%500_000 + 1}
		n++
		terms += len(list)
		sealed += len(retold.Join(nil, list)) - len(retold.Join(nil, nil)) + 1
		err := a.index.Add(ref, list)
		spent += processor() - start
		return err
	}
	for _, d := range slices.Concat(dispatches, modern) {
		if without && told[d.ID] {
			continue
		}
		a.at[d.ID] = frank.Ref{Year: 2026, Place: "POST A", Number: n + 1}
		m := varied(rand.New(rand.NewPCG(a.seed, uint64(n))), d.Text, words, a.every, may)
		if told[d.ID] && !a.random && !a.anywhere && a.every > 0 {
			var err error
			if m, err = variant.Propose(d.Text, variant.ProposeOptions{}).Master(); err != nil {
				return err
			}
			retoldSites, retoldWords = retoldSites+len(m.Sites), retoldWords+len(strings.Fields(d.Text))
		}
		start := processor()
		list := retold.Terms(m)
		made += processor() - start
		fp, err := watch.Fingerprints(m)
		if err != nil {
			return err
		}
		plain += len(fp)
		if err := add(list); err != nil {
			return err
		}
	}
	real, first := n, sealed
	var lists [][]uint16
	for n < a.n {
		rng := rand.New(rand.NewPCG(a.seed, uint64(n)))
		var list []uint16
		if n < textual {
			list = a.written(rng, chain, words, may)
			lists = append(lists, list)
		} else {
			list = mixed(rng, lists[rng.IntN(len(lists))], lists[rng.IntN(len(lists))])
		}
		if err := add(list); err != nil {
			return err
		}
	}
	lists = nil
	start := processor()
	size := 0
	for _, s := range a.index.Segments() {
		size += len(s.Bytes())
	}
	spent += processor() - start
	runtime.GC()
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	fmt.Printf("%d dispatches (%d real), one word in %d a site, anywhere: %v; in those that are retold %d sites in %d words were proposed\n", n, real, a.every, a.anywhere, retoldSites, retoldWords)
	fmt.Printf("  terms %d a dispatch in %d bytes (the real ones %d bytes, beside %d of fingerprints; made in %v each); in a file %d bytes a dispatch; index built and written in %v of one processor; %.0f MB of memory in all\n",
		terms/n, sealed/n, first/real, plain/real, (made / time.Duration(real)).Round(time.Microsecond), size/n, spent.Round(time.Millisecond), float64(mem.HeapAlloc)/1e6)
	return nil
}

// textual is from which dispatch on terms are mixed from two that were written,
// half of each.
const textual = 100_000

func mixed(rng *rand.Rand, a, b []uint16) []uint16 {
	var out []uint16
	for _, v := range a {
		if rng.IntN(2) == 0 {
			out = append(out, v)
		}
	}
	for _, v := range b {
		if rng.IntN(2) == 0 {
			out = append(out, v)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// written makes the terms of a dispatch that was never written.
func (a *archive) written(rng *rand.Rand, c *texts.Chain, words []string, may func(string) bool) []uint16 {
	varies, have := map[uint16]bool{}, map[uint16]bool{}
	for _, id := range c.Write(rng, 300+rng.IntN(200)) {
		t := termOf(c.Words[id])
		if a.every > 0 && may(c.Words[id]) && rng.IntN(a.every) == 0 {
			varies[t] = true
			for range 1 + rng.IntN(2) {
				varies[termOf(words[rng.IntN(len(words))])] = true
			}
		}
		have[t] = true
	}
	var out []uint16
	for t := range have {
		if t != none && !varies[t] {
			out = append(out, t)
		}
	}
	slices.Sort(out)
	return out
}

const none = 1<<16 - 1

var termsOf = map[string]uint16{}

func termOf(word string) uint16 {
	t, ok := termsOf[word]
	if !ok {
		t = none
		if list := retold.Terms(&frank.Master{Text: word}); len(list) > 0 {
			t = list[0]
		}
		termsOf[word] = t
	}
	return t
}

// ask asks for retellings, by themselves or each in the middle of an article;
// where since is not 0, each when so many more dispatches were issued since.
func (a *archive) ask(how string, list []retelling, articles []texts.Document, since int) {
	if len(list) == 0 {
		return
	}
	type tally struct {
		asked, strong, first, among, other int
		nearest                            [3]int
	}
	ranks := [3]int{1, 3, 5}
	of := map[string]*tally{}
	for i, r := range list {
		text := r.Text
		if len(articles) > 0 {
			body := strings.Fields(articles[i*7919%len(articles)].Text)
			at := len(body) / 2
			text = strings.Join(slices.Concat(body[:at], strings.Fields(r.Text), body[at:]), " ")
		}
		want, there := a.at[r.ID]
		if since > 0 && there {
			a.until(min(number(want)+since, a.index.Len()-1))
		}
		found := a.index.Find(text, prose.Words(text))
		where := slices.IndexFunc(found, func(f retold.Retelling) bool { return there && f.Dispatch == want })
		late, all := a.index.Nearest(text, prose.Words(text), ranks[2], nil)
		if since > 0 {
			all = late
		}
		near := slices.IndexFunc(all, func(n retold.Neighbour) bool { return there && n.Dispatch == want })
		for _, key := range []string{r.Corpus, r.Detail, "all"} {
			t := of[key]
			if t == nil {
				t = &tally{}
				of[key] = t
			}
			t.asked++
			for i, n := range ranks {
				if near >= 0 && near < n {
					t.nearest[i]++
				}
			}
			switch {
			case where == 0:
				t.first++
				if found[0].Strong {
					t.strong++
				}
			case where > 0 || len(found) > 0 && slices.ContainsFunc(found[0].Near, func(n retold.Near) bool { return there && n.Dispatch == want }):
				t.among++
			case len(found) > 0:
				t.other++
			}
		}
		if a.show {
			fmt.Printf("  %s %s %s %v: %.3v\n", how, r.ID, r.Detail, want, found)
		}
	}
	fmt.Printf("  retellings %s: right dispatch first (of these as \"may retell\"), beside another, only another, of; nearest, of the nearest %d, %d%s\n", how, ranks[1], ranks[2], map[bool]string{true: " of the latest"}[since > 0])
	for _, key := range []string{"dispatches", "modern", "detailed", "moderate", "vague", "all"} {
		if t := of[key]; t != nil {
			fmt.Printf("    %-10s %d (%d), %d, %d of %d; %d, %d, %d\n", key, t.first, t.strong, t.among, t.other, t.asked, t.nearest[0], t.nearest[1], t.nearest[2])
		}
	}
}

// unrelated asks for articles that retell nothing.
func (a *archive) unrelated(docs []texts.Document) {
	var asked, told, strong [2]int
	var processors, clock, nearest []time.Duration
	for i, d := range docs {
		kept := 0
		if d.Aside() {
			kept = 1
		}
		if i%50 == 0 { // among others that were issued last
			a.until(i * 7919 % a.index.Len())
		}
		words := prose.Words(d.Text)
		start, used := time.Now(), processor()
		found := a.index.Find(d.Text, words)
		if len(words) >= 300 {
			processors, clock = append(processors, processor()-used), append(clock, time.Since(start))
			used = processor()
			a.index.Nearest(d.Text, words, 5, nil)
			nearest = append(nearest, processor()-used)
		}
		asked[kept]++
		if len(found) > 0 {
			told[kept]++
			if found[0].Strong {
				strong[kept]++
			}
			if a.show && kept == 0 {
				fmt.Printf("  told of %s: %.3v\n", d.ID, found)
			}
		}
	}
	fmt.Printf("  unrelated  told of (as \"may retell\") %d (%d) of %d kept aside, %d (%d) of %d others; those of 300 words and more: median %v, p99 %v of the processor (on the clock %v, %v); the nearest of these %v, %v\n",
		told[1], strong[1], asked[1], told[0], strong[0], asked[0], quantile(processors, 500), quantile(processors, 990), quantile(clock, 500), quantile(clock, 990), quantile(nearest, 500), quantile(nearest, 990))
}

func quantile(d []time.Duration, permille int) time.Duration {
	slices.Sort(d)
	return d[min(len(d)-1, len(d)*permille/1000)].Round(10 * time.Microsecond)
}

// processor is how long this thread has worked.
func processor() time.Duration {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_THREAD, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
