// Density measures what is proposed on a corpus: bits a word, sites by kind,
// sentences with a site, and the time a memorandum of 1,000 words takes.
//
//	go run ./bench/density -corpus FILE.jsonl.gz
//
// A document belongs to the tenth kept aside for reporting if the FNV-1a hash
// of its id is divisible by ten; nothing is tuned on those. -part report looks
// at them, -part work at the others. -sample n prints every n-th proposal of
// the working part in its context, for reading.
package main

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"flag"
	"fmt"
	"hash/fnv"
	"log"
	"os"
	"slices"
	"strings"
	"time"

	"frank"
	"frank/bench/corpus"
	"frank/prose"
	"frank/variant"
)

func main() {
	path := flag.String("corpus", "", "gzipped JSON lines with id and text")
	part := flag.String("part", "report", "report: the tenth kept aside; work: the rest")
	sample := flag.Int("sample", 0, "print every n-th proposal in context")
	offset := flag.Int("offset", 0, "which of every n proposals to print")
	kind := flag.String("kind", "", "only this kind")
	match := flag.String("match", "", "only proposals with this string in the author's reading")
	hand := flag.String("gold", "", "measure the proposals against passages marked by hand, a JSON file")
	only := flag.String("stock", "", "propose from this stock file alone")
	english := flag.String("variety", "", "british or american, in place of what each text shows")
	flag.Parse()
	if *hand != "" {
		gold(*hand)
		return
	}
	if *path == "" {
		log.Fatal("density: there is no -corpus FILE.jsonl.gz")
	}
	f, err := os.Open(*path)
	if err != nil {
		log.Fatal(err)
	}
	z, err := gzip.NewReader(f)
	if err != nil {
		log.Fatal(err)
	}
	var s sums
	s.kinds = map[string]*sum{}
	in := bufio.NewScanner(z)
	in.Buffer(nil, 16<<20)
	opt := variant.ProposeOptions{Variety: *english}
	if *kind != "" {
		opt.Kinds = []string{*kind}
	}
	if *only != "" {
		text, err := os.ReadFile(*only)
		if err != nil {
			log.Fatal(err)
		}
		if opt.Stock, err = variant.ParseStock(string(text)); err != nil {
			log.Fatal(err)
		}
		if opt.Kinds == nil {
			opt.Kinds = []string{"phrase", "substitution", "connective"}
		}
	}
	n := 0
	for in.Scan() {
		var doc struct{ ID, Text string }
		if err := json.Unmarshal(in.Bytes(), &doc); err != nil {
			log.Fatal(err)
		}
		h := fnv.New32a()
		h.Write([]byte(doc.ID))
		if (h.Sum32()%10 == 0) != (*part == "report") {
			continue
		}
		start := time.Now()
		ps := variant.Proposals(doc.Text, opt)
		s.took += time.Since(start)
		m, err := variant.Propose(doc.Text, opt).Master()
		if err != nil {
			log.Fatalf("density: %s: %v", doc.ID, err)
		}
		s.add(m)
		for _, p := range ps {
			if *match != "" && !strings.Contains(strings.ToLower(p.Readings[0]), *match) {
				continue
			}
			if n++; *sample > 0 && *part == "work" && n%*sample == *offset {
				show(doc.Text, p)
			}
		}
	}
	if err := in.Err(); err != nil {
		log.Fatal(err)
	}
	s.print()
}

func show(text string, p variant.Proposal) {
	from, to := max(0, p.Start-90), min(len(text), p.End+60)
	line := text[from:p.Start] + "{" + p.Kind + ": " + strings.Join(p.Readings[:min(6, len(p.Readings))], "|") + "}" + text[p.End:to]
	fmt.Println("- " + strings.ToValidUTF8(strings.ReplaceAll(line, "\n", " "), ""))
}

type sum struct {
	sites int
	bits  float64
}

type sums struct {
	docs, words, sentences, covered int
	long, thin                      int // sentences of 20 words or more without a quotation; of them, under 2 bits
	sites                           int
	bits                            float64 // of the units
	kinds                           map[string]*sum
	took                            time.Duration
	perDoc                          []float64
}

func (s *sums) add(m *frank.Master) {
	words := len(prose.Words(m.Text))
	s.docs++
	s.words += words
	of := siteBits(m)
	at := 0
	for _, sent := range prose.Sentences(m.Text) {
		s.sentences++
		hit, bits := false, 0.0
		for ; at < len(m.Sites) && m.Sites[at].Start < sent.End; at++ {
			hit = true
			bits += of[at]
		}
		if in := m.Text[sent.Start:sent.End]; len(prose.Words(in)) >= 20 && !strings.ContainsAny(in, "\"“”") {
			s.long++
			if bits < 2 {
				s.thin++
			}
		}
		if hit {
			s.covered++
		}
	}
	for i, site := range m.Sites {
		k := s.kinds[site.Kind]
		if k == nil {
			k = &sum{}
			s.kinds[site.Kind] = k
		}
		k.sites++
		k.bits += of[i]
		s.sites++
	}
	bits := 0.0
	for _, u := range m.Units {
		bits += corpus.Bits(u.Law)
	}
	s.bits += bits
	if words > 0 {
		s.perDoc = append(s.perDoc, bits/float64(words))
	}
}

// siteBits shares the bits of each unit among its sites, in proportion to what
// each would carry alone.
func siteBits(m *frank.Master) []float64 {
	out := make([]float64, len(m.Sites))
	for _, u := range m.Units {
		sum := 0.0
		for k, s := range u.Sites {
			law := make([]uint64, len(m.Sites[s].Readings))
			for j, combo := range u.Joint {
				law[combo[k]] += u.Law[j]
			}
			out[s] = corpus.Bits(law)
			sum += out[s]
		}
		for _, s := range u.Sites {
			out[s] *= corpus.Bits(u.Law) / sum
		}
	}
	return out
}

func (s *sums) print() {
	if s.docs == 0 {
		log.Fatal("density: the corpus has no document of that part")
	}
	slices.Sort(s.perDoc)
	words := float64(s.words)
	fmt.Printf("%d documents, %d words, %d sites, %.1f sites per 1,000 words, %.4f bits a word (median document %.4f)\n",
		s.docs, s.words, s.sites, 1000*float64(s.sites)/words, s.bits/words, s.perDoc[len(s.perDoc)/2])
	fmt.Printf("%.1f%% of %d sentences have a site; %.2f ms for 1,000 words\n",
		100*float64(s.covered)/float64(s.sentences), s.sentences, 1e6*s.took.Seconds()/words)
	fmt.Printf("%.1f%% of %d sentences of 20 words or more, without quotations, have under 2 bits\n", 100*float64(s.thin)/float64(max(1, s.long)), s.long)
	for _, k := range variant.Kinds() {
		if v := s.kinds[k.Name]; v != nil {
			fmt.Printf("  %-13s %6d sites  %8.0f bits  %.5f bits a word\n", k.Name, v.sites, v.bits, v.bits/words)
		}
	}
}
