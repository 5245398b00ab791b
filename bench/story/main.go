// Command story measures how well press material is put in order: stories,
// reprints, versions, and places where the same words are printed differently.
// The newspapers are simulated by bench/leak; what stands around their
// quotations, and what tells other stories, is real.
//
//	go run ./bench/story -corpus DIR [-part report] [-stories 200]
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"
	"time"

	"frank/bench/corpus"
	"frank/bench/leak"
	"frank/coverage"
	"frank/coverage/story"
	"frank/prose"
)

func main() {
	dir := flag.String("corpus", "", "folder with dispatches.jsonl.gz, modern.jsonl.gz and unrelated.jsonl.gz")
	part := flag.String("part", "work", "work, or report: the tenth kept aside")
	n := flag.Int("stories", 200, "stories a corpus")
	flag.Parse()
	unrelated, err := corpus.Load(filepath.Join(*dir, "unrelated.jsonl.gz"))
	if err != nil {
		log.Fatal(err)
	}
	unrelated = apart(unrelated)
	for _, name := range []string{"dispatches", "modern"} {
		docs, err := corpus.Load(filepath.Join(*dir, name+".jsonl.gz"))
		if err != nil {
			log.Fatal(err)
		}
		work, aside := corpus.Split(docs)
		if *part == "report" {
			work = aside
		}
		order(os.Stdout, name+", "+*part, apart(work), unrelated, *n)
		differences(os.Stdout, work, unrelated, 10**n)
	}
}

// apart leaves out documents that share text with an earlier one: releases on
// one affair are one story already.
func apart(docs []corpus.Document) []corpus.Document {
	var out []corpus.Document
	seen := map[string]bool{}
	for _, d := range docs {
		w := strings.Fields(strings.ToLower(d.Text))
		common := 0
		for i := 0; i+8 <= len(w); i++ {
			if seen[strings.Join(w[i:i+8], " ")] {
				common++
			}
		}
		if common >= 4 {
			continue
		}
		for i := 0; i+8 <= len(w); i++ {
			seen[strings.Join(w[i:i+8], " ")] = true
		}
		out = append(out, d)
	}
	return out
}

// told is an exhibit with what the measurement knows of it.
type told struct {
	*coverage.Exhibit
	story, text, article int // which; a story of 0 is none
}

// order makes stories and counts pairs: of exhibits that tell one story, print
// one text, are versions of one article.
func order(w *os.File, name string, docs, unrelated []corpus.Document, n int) {
	var all []told
	filler := 0
	fresh := func() corpus.Document { // every article has sentences of its own
		for {
			d := unrelated[filler%(len(unrelated)-n)]
			if filler++; len(strings.Fields(d.Text)) > 250 && try(d.Text) != nil {
				return d
			}
		}
	}
	material := func() *leak.Material { return try(fresh().Text) }
	texts, articles := 0, 0
	add := func(x leak.Exhibit, outlet string, st, text, article, minute int) {
		e, err := coverage.Read(fmt.Sprintf("%03d-%s", len(all), x.Name), x.Data)
		if err != nil {
			log.Fatal(err)
		}
		e.Outlet, e.Published = outlet, fmt.Sprintf("2026-11-20T%02d:%02d:00Z", minute/60%24, minute%60)
		all = append(all, told{e, st, text, article})
	}
	made := 0
	for _, i := range leak.NewRand(1, "order").Perm(len(docs)) { // neighbours in an archive are one affair
		if made == n {
			break
		}
		r := leak.NewRand(1, "story", docs[i].ID)
		cut, ok := leak.Sentences(docs[i].Text, 60, r)
		if !ok {
			continue
		}
		made++
		var first leak.Exhibit
		for o := range 2 + r.N(6) {
			outlet := fmt.Sprintf("Outlet %d", o)
			texts, articles = texts+1, articles+1
			excerpt := cut.Text
			if o > 0 && r.Chance(1, 3) { // it quotes a part only
				if part, ok := leak.Sentences(cut.Text, 30, r); ok {
					excerpt = part.Text
				}
			}
			x := leak.PressArticle(excerpt, material(), r)
			if o == 0 {
				first = x
			}
			if o > 1 && r.Chance(1, 3) { // a reprint of the first
				x = leak.Exhibit{Name: first.Name, Data: foot(first.Data, "This article first appeared elsewhere, and is printed here by agreement.")}
				add(x, outlet, made, made*1000, articles, 10*o)
			} else if o == 0 {
				add(x, outlet, made, made*1000, articles, 0)
			} else {
				add(x, outlet, made, made*1000+o, articles, 10*o)
			}
			if r.Chance(1, 4) { // and a later version
				x.Data = foot(x.Data, some(fresh().Text, 60, r))
				last := all[len(all)-1]
				add(x, outlet, made, last.text, articles, 10*o+5)
			}
		}
	}
	stories := len(all)
	if filler > len(unrelated)-n {
		fmt.Fprintf(w, "%s: what stands around the quotations was used more than once: fewer -stories\n", name)
	}
	for k := range n { // other news, as it is
		d := unrelated[len(unrelated)-1-k]
		articles++
		add(leak.Exhibit{Name: "other.txt", Data: []byte(d.Text)}, fmt.Sprintf("Outlet %d", k%8), -1-k, -1-k, articles, k)
	}
	var list []*coverage.Exhibit
	where := map[string]told{}
	for _, x := range all {
		list = append(list, x.Exhibit)
		where[x.Name] = x
	}
	began := time.Now()
	d, err := story.Make(list, nil)
	if err != nil {
		log.Fatal(err)
	}
	took := time.Since(began)
	type found struct{ story, text, article int }
	in := map[string]found{}
	for i, s := range d.Stories {
		for k, a := range s.Articles {
			for _, v := range a.Versions {
				in[v.Name] = found{i, i*10000 + a.Text, i*10000 + k}
			}
		}
	}
	var st, tx, ar count
	for i, a := range all {
		for _, b := range all[:i] {
			x, y := in[a.Name], in[b.Name]
			st.add(a.story == b.story, x.story == y.story)
			tx.add(a.text == b.text && a.article != b.article, x.text == y.text && x.article != y.article)
			ar.add(a.article == b.article, x.article == y.article)
		}
	}
	fmt.Fprintf(w, "%s: %d stories in %d exhibits, and %d others; %.1f s\n", name, made, stories, len(all)-stories, took.Seconds())
	holds, split := map[int]map[int]bool{}, map[int]map[int]bool{}
	for _, a := range all {
		if a.story > 0 {
			put(holds, in[a.Name].story, a.story)
			put(split, a.story, in[a.Name].story)
		}
	}
	whole := 0
	for _, found := range split {
		if len(found) == 1 {
			for f := range found {
				if len(holds[f]) == 1 {
					whole++
				}
			}
		}
	}
	fmt.Fprintf(w, "  stories whole and by themselves: %d of %d\n", whole, made)
	fmt.Fprintf(w, "  one story    %v\n  one text     %v\n  one article  %v\n", st, tx, ar)
}

func put(m map[int]map[int]bool, k, v int) {
	if m[k] == nil {
		m[k] = map[int]bool{}
	}
	m[k][v] = true
}

// some returns sentences of a text, n words or more if it has as many.
func some(text string, n int, r *leak.Rand) string {
	spans := prose.Sentences(text)
	var out []string
	for k := r.N(len(spans)); k < len(spans) && len(out) < n; k++ {
		out = append(out, strings.Fields(strings.NewReplacer("“", "", "”", "", "\"", "").Replace(text[spans[k].Start:spans[k].End]))...)
	}
	return strings.Join(out, " ")
}

// try makes material of a text, if it has enough sentences.
func try(text string) (m *leak.Material) {
	defer func() { recover() }()
	return leak.NewMaterial([]string{text})
}

// foot sets a paragraph under an article, text or HTML.
func foot(data []byte, text string) []byte {
	s := string(data)
	if i := strings.LastIndex(s, "</article>"); i >= 0 {
		return []byte(s[:i] + "<p>" + text + "</p>" + s[i:])
	}
	if i := strings.LastIndex(s, "</body>"); i >= 0 {
		return []byte(s[:i] + "<p>" + text + "</p>" + s[i:])
	}
	return []byte(strings.TrimSpace(s) + "\n\n" + text + "\n")
}

// count is of pairs.
type count struct{ both, truth, said int }

func (c *count) add(truth, said bool) {
	if truth {
		c.truth++
	}
	if said {
		c.said++
	}
	if truth && said {
		c.both++
	}
}

func (c count) String() string {
	return fmt.Sprintf("%6d pairs; recall %s, precision %s", c.truth, share(c.both, c.truth), share(c.both, c.said))
}

func share(a, b int) string {
	if b == 0 {
		return "–"
	}
	return fmt.Sprintf("%.4f", float64(a)/float64(b))
}

// differences plants one difference in a quotation of two sentences that two
// outlets print, and counts how often it is found, and what else is.
func differences(w *os.File, docs, unrelated []corpus.Document, n int) {
	kinds := []string{"another word", "a word more", "a word less", "comma gone", "semicolon", "nothing"}
	type tally struct{ planted, found, other int }
	sum := map[string]*tally{}
	for _, k := range kinds {
		sum[k] = &tally{}
	}
	for i := range n {
		r := leak.NewRand(2, "difference", fmt.Sprint(i))
		cut, ok := leak.Sentences(docs[i%len(docs)].Text, 35, r)
		if !ok || strings.ContainsAny(cut.Text, "\"“”‘\n[]…") || strings.Contains(cut.Text, "..") {
			continue
		}
		words := strings.Fields(cut.Text)
		kind := kinds[i%len(kinds)]
		at := 4 + r.N(max(1, len(words)-8))
		other, ok := plant(kind, words, at, some(unrelated[r.N(len(unrelated))].Text, 8, r))
		if !ok {
			continue
		}
		page := func(outlet, said, before string) *coverage.Exhibit {
			e, err := coverage.Read(outlet, []byte(before+"\n\n“"+said+"” the note says.\n\n"+some(unrelated[r.N(len(unrelated))].Text, 60, r)))
			if err != nil {
				log.Fatal(err)
			}
			e.Outlet = outlet
			return e
		}
		d, err := story.Make([]*coverage.Exhibit{page("A", strings.Join(words, " "), some(unrelated[r.N(len(unrelated))].Text, 40, r)), page("B", strings.Join(other, " "), some(unrelated[r.N(len(unrelated))].Text, 40, r))}, nil)
		if err != nil {
			log.Fatal(err)
		}
		t := sum[kind]
		t.planted++
		got := 0
		for _, s := range d.Stories {
			got += len(s.Renderings)
		}
		if kind == "nothing" {
			t.other += got
			continue
		}
		if got > 0 {
			t.found++
		}
		t.other += max(0, got-1)
	}
	for _, k := range kinds {
		t := sum[k]
		fmt.Fprintf(w, "  %-13s %5d planted, %s found; %d others\n", k, t.planted, share(t.found, t.planted), t.other)
	}
}

// plant makes one difference at or behind a word.
func plant(kind string, words []string, at int, prose string) ([]string, bool) {
	out := append([]string(nil), words...)
	plain := func(s string) bool {
		return s != "" && strings.Trim(strings.ToLower(s), "abcdefghijklmnopqrstuvwxyz") == ""
	}
	fresh := ""
	for _, w := range strings.Fields(prose) {
		if plain(w) && len(w) > 3 {
			fresh = w
		}
	}
	for ; at < len(words)-4; at++ {
		switch w := words[at]; {
		case kind == "nothing":
			return out, true
		case kind == "another word" && plain(w) && fresh != "" && !strings.EqualFold(fresh, w):
			out[at] = fresh
			return out, true
		case kind == "a word more" && plain(w) && plain(words[at-1]) && fresh != "":
			return append(append(append([]string{}, words[:at]...), fresh), words[at:]...), true
		case kind == "a word less" && plain(w) && plain(words[at-1]) && !strings.EqualFold(words[at-1], w) && !strings.EqualFold(words[at+1], w):
			return append(append([]string{}, words[:at]...), words[at+1:]...), true
		case kind == "comma gone" && strings.HasSuffix(w, ","):
			out[at] = strings.TrimSuffix(w, ",")
			return out, true
		case kind == "semicolon" && strings.HasSuffix(w, ","):
			out[at] = strings.TrimSuffix(w, ",") + ";"
			return out, true
		}
	}
	return nil, false
}
