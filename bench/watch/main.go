//go:build linux

// Command watch measures package watch on an archive: how fast its index is
// built and how large it is, how surely a retyped quotation is found, how often
// unrelated articles are, and how long it takes to look for an article.
//
// The archive holds the real texts of a corpus and, up to the number asked
// for, texts written by a chain of order two over them. It is built once, into
// a folder; with -docs the same dispatches and questions are written for
// bench/watch/against, which asks full-text indexes.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"frank"
	"frank/bench/texts"
	"frank/prose"
	"frank/watch"
)

type options struct {
	corpus, dir, part         string
	n, queries, length, every int
	seed                      uint64
	build, docs, show         bool
	answers, only             string
}

func main() {
	var o options
	flag.StringVar(&o.corpus, "corpus", "", "`directory` with dispatches, modern and unrelated .jsonl.gz")
	flag.StringVar(&o.dir, "dir", "", "`folder` for the index")
	flag.StringVar(&o.part, "part", "work", "which documents are quoted: work, or report for the tenth kept aside")
	flag.IntVar(&o.n, "dispatches", 10_000, "size of the archive")
	flag.IntVar(&o.queries, "queries", 2000, "quotations per corpus")
	flag.IntVar(&o.length, "length", 12, "words of a quotation")
	flag.IntVar(&o.every, "sites", 6, "one word in so `many` is a site")
	flag.Uint64Var(&o.seed, "seed", 1, "seed of everything random")
	flag.BoolVar(&o.build, "build", false, "build the index anew")
	flag.BoolVar(&o.docs, "docs", false, "write dispatches and questions for others")
	flag.StringVar(&o.answers, "answers", "", "judge the answers of others in these `files`, and ask this index the same")
	flag.StringVar(&o.only, "only", "first recall passages unrelated articles", "`what` is measured")
	flag.BoolVar(&o.show, "show", false, "print what was missed and what was found falsely")
	flag.Parse()
	debug.SetGCPercent(200)
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, "watch:", err)
		os.Exit(1)
	}
}

// archive is what is known of the dispatches.
type archive struct {
	options
	chain   *chain
	targets []target // the real ones; those after them are written
	index   *watch.Index
}

type target struct {
	master *frank.Master
	set    int
	aside  bool
}

var sets = []string{"dispatches", "modern"}

func run(o options) error {
	var docs [3][]texts.Document
	for i, name := range append(sets, "unrelated") {
		var err error
		if docs[i], err = texts.Read(o.corpus, name); err != nil {
			return err
		}
	}
	a := &archive{options: o, chain: newChain(docs[0], docs[1])}
	for set, list := range docs[:2] {
		all := len(docs[0]) + len(docs[1])
		for k, d := range list {
			if o.n < all && k*o.n/all == (k+1)*o.n/all {
				continue
			}
			a.targets = append(a.targets, target{texts.Varied(rand.New(rand.NewPCG(o.seed, uint64(len(a.targets)))), d.Text, a.chain.Words, o.every), set, d.Aside()})
		}
	}
	switch {
	case o.docs:
		return a.writeDocs()
	case o.build:
		return a.build()
	}
	runtime.LockOSThread()
	if err := a.open(); err != nil {
		return err
	}
	if o.answers != "" {
		return a.judge()
	}
	for _, what := range strings.Fields(o.only) {
		switch what {
		case "first":
			a.cold(docs[2])
		case "recall":
			for set := range sets {
				a.recall(set, a.questions(set))
			}
		case "passages":
			a.passages(docs[2])
		case "unrelated":
			a.falsely(docs[2])
		case "articles":
			a.articles(docs[2])
		default:
			return fmt.Errorf("expected first, recall, passages, unrelated or articles, found %q", what)
		}
	}
	return nil
}

// textual is from which dispatch on only fingerprints are made, and no texts.
const textual = 100_000

func ref(i int) frank.Ref {
	return frank.Ref{Year: 2026, Place: "POST " + string(rune('A'+i/500_000)), Number: i%500_000 + 1}
}

func number(r frank.Ref) int { return int(r.Place[5]-'A')*500_000 + r.Number - 1 }

// master returns dispatch i.
func (a *archive) master(i int) *frank.Master {
	if i < len(a.targets) {
		return a.targets[i].master
	}
	rng := rand.New(rand.NewPCG(a.seed, uint64(i)))
	return texts.Varied(rng, a.chain.Text(rng, 300+rng.IntN(200)), a.chain.Words, a.every)
}

// each makes something of every dispatch on all processors, and hands it over
// in order.
func each[T any](n int, make func(i int) T, take func(i int, x T)) {
	const block = 256
	for from := 0; from < n; from += block * runtime.GOMAXPROCS(0) {
		to := min(n, from+block*runtime.GOMAXPROCS(0))
		out := slices.Repeat([]T{*new(T)}, to-from)
		var all sync.WaitGroup
		for w := range runtime.GOMAXPROCS(0) {
			all.Go(func() {
				for i := from + w; i < to; i += runtime.GOMAXPROCS(0) {
					out[i-from] = make(i)
				}
			})
		}
		all.Wait()
		for i, x := range out {
			take(from+i, x)
		}
	}
}

func (a *archive) segments() string { return filepath.Join(a.dir, fmt.Sprintf("segments-%d", a.n)) }

func (a *archive) build() error {
	if err := os.RemoveAll(a.segments()); err != nil {
		return err
	}
	if err := os.MkdirAll(a.segments(), 0o700); err != nil {
		return err
	}
	const block = 1 << 17 // dispatches to a segment
	var (
		next    atomic.Int64
		all     sync.WaitGroup
		lock    sync.Mutex
		took    time.Duration
		words   int
		printed int // bytes
		size    int64
		files   int
		failed  error
	)
	begin := time.Now()
	for range runtime.GOMAXPROCS(0) {
		all.Go(func() {
			runtime.LockOSThread()
			for {
				k := int(next.Add(1)) - 1
				if k*block >= a.n {
					return
				}
				ix := watch.NewIndex()
				var mine time.Duration
				w, p := 0, 0
				for i := k * block; i < min(a.n, (k+1)*block); i++ {
					m := a.make(i)
					w += m.words
					p += len(m.fingerprints)
					start := processor()
					if err := ix.Add(ref(i), m.fingerprints); err != nil {
						panic(err)
					}
					mine += processor() - start
				}
				start := processor()
				list := ix.Segments()
				mine += processor() - start
				lock.Lock()
				took, words, printed, files = took+mine, words+w, printed+p, files+len(list)
				lock.Unlock()
				for i, s := range list {
					if err := a.write(s, k, i); err != nil {
						lock.Lock()
						failed = err
						lock.Unlock()
					}
					lock.Lock()
					size += s.Size()
					lock.Unlock()
				}
			}
		})
	}
	all.Wait()
	if failed != nil {
		return failed
	}
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	fmt.Printf("%d dispatches (%d real), %.1f M words, one word in %d a site\n", a.n, len(a.targets), float64(words)/1e6, a.every)
	fmt.Printf("  fingerprints %d bytes a dispatch (%.2f a word); index built in %.0f s of one processor (%.0f dispatches/s); %.0f s on the clock with making texts and fingerprints\n",
		printed/a.n, float64(printed)/float64(words), took.Seconds(), float64(a.n)/took.Seconds(), time.Since(begin).Seconds())
	fmt.Printf("  index %d segments, %.2f GB, %d bytes a dispatch, %.1f a word; memory taken from the system while building two at once %.1f GB\n",
		files, float64(size)/1e9, size/int64(a.n), float64(size)/float64(words), float64(mem.Sys)/1e9)
	return nil
}

type made struct {
	fingerprints []byte
	words        int
}

// make makes the fingerprints of dispatch i.
func (a *archive) make(i int) made {
	if i >= len(a.targets) && i >= textual {
		rng := rand.New(rand.NewPCG(a.seed, uint64(i)))
		n := 300 + rng.IntN(200)
		return made{a.chain.fingerprints(rng, n, a.every), n}
	}
	m := a.master(i)
	fp, err := watch.Fingerprints(m)
	if err != nil {
		panic(err)
	}
	return made{fp, len(strings.Fields(m.Text))}
}

func (a *archive) write(s *watch.Segment, k, i int) error {
	f, err := os.Create(filepath.Join(a.segments(), fmt.Sprintf("%03d-%d", k, i)))
	if err != nil {
		return err
	}
	_, err = s.WriteTo(f)
	return errors.Join(err, f.Close())
}

// open maps the index from its files.
func (a *archive) open() error {
	a.index = watch.NewIndex()
	names, err := filepath.Glob(filepath.Join(a.segments(), "*"))
	if err != nil {
		return err
	}
	start := time.Now()
	size := int64(0)
	for _, name := range names {
		m, err := mapped(name)
		if err != nil {
			return err
		}
		s, err := watch.OpenSegment(m, int64(len(m)))
		if err != nil {
			return err
		}
		size += s.Size()
		if err := a.index.Attach(s); err != nil {
			return err
		}
	}
	fmt.Printf("%d dispatches in %d segments, %.2f GB, opened in %v\n", a.index.Len(), len(names), float64(size)/1e9, time.Since(start).Round(time.Millisecond))
	return nil
}

// cold measures the first articles, the index being in its file and nowhere
// else if the system was told to forget it.
func (a *archive) cold(docs []texts.Document) {
	var took times
	for _, d := range docs[:20] {
		a.find(prose.Words(d.Text), &took)
	}
	fmt.Printf("  first      20 articles since it was opened: %s\n", &took)
}

// question is a quotation somebody asks for.
type question struct {
	Set      int      `json:"set"`
	Dispatch int      `json:"dispatch"`
	Quote    []string `json:"quote"` // as issued
	Printed  string   `json:"printed"`
}

func (a *archive) questions(set int) []question {
	rng := rand.New(rand.NewPCG(a.seed, 1<<40+uint64(set)))
	var mine []int
	for i, t := range a.targets {
		if t.set == set && t.aside == (a.part == "report") {
			mine = append(mine, i)
		}
	}
	var out []question
	for len(out) < a.queries {
		i := mine[rng.IntN(len(mine))]
		printed := texts.CopyOf(rng, a.targets[i].master)
		words := prose.Words(printed)
		if len(words) < a.length {
			continue
		}
		at := rng.IntN(len(words) - a.length + 1)
		var quote []string
		for _, w := range words[at : at+a.length] {
			quote = append(quote, printed[w.Start:w.End])
		}
		out = append(out, question{set, i, quote, strings.Join(texts.Retyped(rng, quote, a.chain.Words), " ")})
	}
	return out
}

func (a *archive) recall(set int, list []question) {
	var took times
	var t tally
	doubtful := 0
	for _, q := range list {
		words := prose.Words(q.Printed)
		found := a.find(words, &took)
		place := elsewhere
		switch i := slices.IndexFunc(found, func(s watch.Sighting) bool { return tells(s, q.Dispatch) }); {
		case i == 0 && number(found[0].Dispatch) == q.Dispatch:
			place = first
		case i == 0:
			place = named
		case i > 0:
			place = among
		case len(found) == 0:
			place = nowhere
		}
		t.add(place, place != nowhere && a.holds(number(found[0].Dispatch), q.Quote))
		if place <= named && found[0].Doubtful {
			doubtful++
		}
		if a.show && place > named {
			fmt.Printf("  missed: %q printed as %q: %v\n", q.Quote, norms(words), found)
		}
	}
	fmt.Printf("  %-10s %d quotations of %d words (%s), 1 in 10 wrong: %s, first or named but doubtful %d; %s\n", sets[set], len(list), a.length, a.part, &t, doubtful, &took)
}

// tells reports whether a sighting names a dispatch.
func tells(s watch.Sighting, dispatch int) bool {
	return number(s.Dispatch) == dispatch || slices.ContainsFunc(s.Also, func(o watch.Sighting) bool { return number(o.Dispatch) == dispatch })
}

// Where the dispatch that was quoted stands in an answer.
const (
	first     = iota
	named     // beside the first, as equally good
	among     // further down
	elsewhere // not there
	nowhere   // there is no answer
)

// tally counts answers.
type tally struct {
	at       [nowhere + 1]int
	formulas [nowhere + 1]int // of these, with a first one that has three in four of the words in place too
}

func (t *tally) add(place int, formula bool) {
	t.at[place]++
	if formula {
		t.formulas[place]++
	}
}

func (t *tally) String() string {
	all, found := 0, t.at[first]+t.at[named]
	for _, n := range t.at {
		all += n
	}
	unique := all - t.formulas[among] - t.formulas[elsewhere]
	return fmt.Sprintf("first %.2f %% (of unique ones %.2f %%), first or named with it %.2f %% (of unique ones %.2f %%), anywhere %.2f %%, no answer %d",
		percent(t.at[first], all), percent(t.at[first], unique-t.formulas[named]), percent(found, all), percent(found, unique), percent(found+t.at[among], all), t.at[nowhere])
}

// times are how long searches took, of the processor and on the clock: the
// machine may be busy with other work.
type times struct{ processor, clock []time.Duration }

func (t *times) String() string {
	return fmt.Sprintf("median %v, p99 %v of the processor (on the clock %v, %v)", quantile(t.processor, 500), quantile(t.processor, 990), quantile(t.clock, 500), quantile(t.clock, 990))
}

func (a *archive) find(words []prose.Token, t *times) []watch.Sighting {
	start, used := time.Now(), processor()
	s := a.index.Find(words)
	t.processor = append(t.processor, processor()-used)
	t.clock = append(t.clock, time.Since(start))
	return s
}

// holds reports whether the author's copy of a dispatch has three in four of
// the words in their places: then the quotation is of a formula.
func (a *archive) holds(dispatch int, quote []string) bool {
	if dispatch >= max(textual, len(a.targets)) {
		return a.chainHolds(dispatch, quote)
	}
	return a.inside(norms(prose.Words(a.master(dispatch).Text)), quote)
}

func (a *archive) inside(have, quote []string) bool {
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

// chainHolds is holds for a dispatch that was never written.
func (a *archive) chainHolds(dispatch int, quote []string) bool {
	return a.inside(norms(prose.Words(a.written(dispatch))), quote)
}

// written returns the text of a dispatch that the chain wrote.
func (a *archive) written(i int) string {
	rng := rand.New(rand.NewPCG(a.seed, uint64(i)))
	return a.chain.Text(rng, 300+rng.IntN(200))
}

func norms(words []prose.Token) []string {
	var out []string
	for _, w := range words {
		out = append(out, w.Norm)
	}
	return out
}

func (a *archive) falsely(docs []texts.Document) {
	var took times
	var found, number [2]int
	for _, d := range docs {
		kept := 0
		if d.Aside() {
			kept = 1
		}
		words := prose.Words(d.Text)
		s := a.find(words, &took)
		number[kept]++
		if len(s) > 0 {
			found[kept]++
			if a.show {
				fmt.Printf("  found %s (%d words): %q in %v\n", d.ID, len(words), d.Text[words[s[0].From].Start:words[s[0].To-1].End], s[0])
			}
		}
	}
	fmt.Printf("  unrelated  found falsely: %d of %d kept aside, %d of %d others; %s\n",
		found[1], number[1], found[0], number[0], &took)
}

// passages looks for short passages of unrelated articles, as if somebody had
// asked about a quotation in them.
func (a *archive) passages(docs []texts.Document) {
	var found, doubtful, number [2]int
	for _, d := range docs {
		kept := 0
		if d.Aside() {
			kept = 1
		}
		words := prose.Words(d.Text)
		for at := 0; at+a.length <= len(words) && at < 10*5*a.length; at += 5 * a.length {
			number[kept]++
			if s := a.index.Find(words[at : at+a.length]); len(s) > 0 {
				found[kept]++
				if s[0].Doubtful {
					doubtful[kept]++
				}
				if a.show {
					fmt.Printf("  found %s: %q in %v\n", d.ID, d.Text[words[at+s[0].From].Start:words[at+s[0].To-1].End], s[0])
				}
			}
		}
	}
	fmt.Printf("  passages   of %d words of unrelated articles found falsely: %d of %d kept aside, %d of them doubtful; %d of %d others, %d of them doubtful\n",
		a.length, found[1], number[1], doubtful[1], found[0], number[0], doubtful[0])
}

// articles measures articles of 300 to 800 words, each with one quotation.
func (a *archive) articles(docs []texts.Document) {
	rng := rand.New(rand.NewPCG(a.seed, 1<<41))
	var mine []int
	for i, t := range a.targets {
		if t.aside == (a.part == "report") {
			mine = append(mine, i)
		}
	}
	var took times
	lengths := []int{12, 16, 20, 25, 30, 40}
	found, asked, foreign := make([]int, len(lengths)), make([]int, len(lengths)), 0
	for _, d := range docs {
		body := strings.Fields(d.Text)
		if len(body) < 300 || len(body) > 760 || d.Aside() != (a.part == "report") && len(took.clock) > 600 {
			continue
		}
		k := rng.IntN(len(lengths))
		i := mine[rng.IntN(len(mine))]
		copied := strings.Fields(texts.CopyOf(rng, a.targets[i].master))
		if len(copied) < lengths[k] {
			continue
		}
		at, into := rng.IntN(len(copied)-lengths[k]+1), rng.IntN(len(body))
		text := slices.Concat(body[:into], texts.Retyped(rng, copied[at:at+lengths[k]], a.chain.Words), body[into:])
		words := prose.Words(strings.Join(text, " "))
		s := a.find(words, &took)
		asked[k]++
		if slices.ContainsFunc(s, func(s watch.Sighting) bool { return tells(s, i) }) {
			found[k]++
		} else if len(s) > 0 {
			foreign++
		}
	}
	fmt.Printf("  articles   of 300 to 800 words with one quotation, 1 word in 10 wrong, %d of them; %s; %d found elsewhere only\n", len(took.clock), &took, foreign)
	for k, n := range lengths {
		fmt.Printf("             %d words: %d of %d found\n", n, found[k], asked[k])
	}
}

func percent(n, of int) float64 { return 100 * float64(n) / float64(max(of, 1)) }

func quantile(d []time.Duration, permille int) time.Duration {
	if len(d) == 0 {
		return 0
	}
	slices.Sort(d)
	return d[min(len(d)-1, len(d)*permille/1000)].Round(10 * time.Microsecond)
}

// writeDocs writes dispatches and questions as JSON lines.
func (a *archive) writeDocs() error {
	f, err := os.Create(filepath.Join(a.dir, fmt.Sprintf("docs-%d.jsonl", a.n)))
	if err != nil {
		return err
	}
	defer f.Close()
	out := bufio.NewWriterSize(f, 1<<20)
	each(a.n, func(i int) []byte {
		d := struct {
			N        int    `json:"n"`
			Text     string `json:"text"`
			Expanded string `json:"expanded,omitempty"` // of an archive that is not too large for it
		}{N: i}
		if a.n <= textual || i < len(a.targets) {
			m := a.master(i)
			d.Text = m.Text
			if a.n <= textual {
				d.Expanded = expanded(m)
			}
		} else {
			d.Text = a.written(i)
		}
		line, err := json.Marshal(d)
		if err != nil {
			panic(err)
		}
		return line
	}, func(_ int, line []byte) {
		out.Write(line)
		out.WriteByte('\n')
	})
	if err := out.Flush(); err != nil {
		return err
	}
	var list []question
	for set := range sets {
		list = append(list, a.questions(set)...)
	}
	q, err := json.Marshal(list)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(a.dir, "questions-"+a.part+".json"), q, 0o600)
}

// expanded is the text with all readings at every site, one after the other,
// for indexes that know of no sites.
func expanded(m *frank.Master) string {
	var b strings.Builder
	at := 0
	for _, s := range m.Sites {
		b.WriteString(m.Text[at:s.Start])
		b.WriteString(strings.Join(s.Readings, " "))
		at = s.End
	}
	b.WriteString(m.Text[at:])
	return b.String()
}

// judge says how good the answers of others are: per question the numbers of
// the dispatches they put first and the nanoseconds they took. Then it asks
// this index the same questions.
func (a *archive) judge() error {
	type answer struct {
		Question int
		Found    []int
		Took     time.Duration
	}
	var asked []answer
	var list []question
	for set := range sets {
		list = append(list, a.questions(set)...)
	}
	for _, file := range strings.Fields(a.answers) {
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		var sheets []struct {
			Name    string
			Answers []answer
		}
		if err := json.Unmarshal(data, &sheets); err != nil {
			return err
		}
		for _, sheet := range sheets {
			for set, name := range sets {
				var took []time.Duration
				var t tally
				for _, answer := range sheet.Answers {
					if answer.Question >= len(list) {
						return fmt.Errorf("%s answers question %d, and there are %d", sheet.Name, answer.Question, len(list))
					}
					q := list[answer.Question]
					if q.Set != set {
						continue
					}
					took = append(took, answer.Took)
					place := elsewhere
					switch where := slices.Index(answer.Found, q.Dispatch); {
					case len(answer.Found) == 0:
						place = nowhere
					case where == 0:
						place = first
					case where > 0:
						place = among
					}
					t.add(place, place != nowhere && a.holds(answer.Found[0], q.Quote))
				}
				fmt.Printf("  %-30s %-10s %d asked: %s; median %v, p99 %v on the clock\n", sheet.Name, name, len(took), &t, quantile(took, 500), quantile(took, 990))
			}
			if len(sheet.Answers) > len(asked) {
				asked = sheet.Answers
			}
		}
	}
	fmt.Println("this index, the same questions:")
	for set := range sets {
		var same []question
		for _, answer := range asked {
			if q := list[answer.Question]; q.Set == set {
				same = append(same, q)
			}
		}
		a.recall(set, same)
	}
	return nil
}
