package main

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"flag"
	"fmt"
	"hash/fnv"
	"io"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"

	"frank/variant"
)

// judge writes sheets of places to be read, of one kind that variant has a table
// for, or learns that table from what readers said of them.
func judge(args []string) error {
	fs := flag.NewFlagSet("judge", flag.ExitOnError)
	kind := fs.String("kind", "list", "list, that, pause or relative")
	labels := fs.String("labels", "", "file of labels to learn from: corpus, document, start, end, right or struck")
	out := fs.String("o", "", "table to write; for sheets, what their names begin with")
	right := fs.Float64("right", 0.9, "share of what is proposed that readers let stand")
	files := fs.Int("files", 1, "how many sheets")
	lines := fs.Int("lines", 250, "places a sheet")
	seed := fs.Uint64("seed", 1, "which sheets")
	fs.Parse(args)
	if !slices.Contains([]string{"list", "that", "pause", "relative"}, *kind) {
		return fmt.Errorf("expected a kind list, that, pause or relative, found %q", *kind)
	}
	if *labels == "" {
		return judgeSheets(*kind, *out, *files, *lines, *seed, fs.Args())
	}
	said, err := readVerdicts(*labels)
	if err != nil {
		return err
	}
	var first map[string]int
	if *kind == "list" {
		if first, err = ranks(fs.Args()); err != nil {
			return err
		}
	}
	var lessons []seen
	if err := eachDocument(fs.Args(), func(corpus string, d document) {
		if !said.about[corpus+"\t"+d.ID] {
			return
		}
		h := fnv.New32a()
		h.Write([]byte("label " + corpus + " " + d.ID))
		for _, o := range variant.NewReader(d.Text).Sightings(*kind, func(w string) int { return first[w] }) {
			if right, ok := said.right[fmt.Sprintf("%s\t%s\t%d\t%d", corpus, d.ID, o.Start, o.End)]; ok {
				lessons = append(lessons, seen{right: right, fold: int(h.Sum32() % folds), names: o.Seen})
			}
		}
	}); err != nil {
		return err
	}
	fmt.Printf("%d labels, %d of them of what is read today\n", len(said.right), len(lessons))
	return teachTable(lessons, *right, first, *out)
}

// judgeSheets writes places with one other reading each.
func judgeSheets(kind, prefix string, files, lines int, seed uint64, corpora []string) error {
	var all [][2]string // what is read; where it is from
	if err := eachDocument(corpora, func(corpus string, d document) {
		for _, o := range variant.NewReader(d.Text).Sightings(kind, func(string) int { return 0 }) {
			other := o.Readings[1+o.Start%(len(o.Readings)-1)]
			text := d.Text[max(0, o.Start-160):o.Start] + "[" + shown(o.Readings[0]) + " => " + shown(other) + "]" + d.Text[o.End:min(len(d.Text), o.End+120)]
			all = append(all, [2]string{strings.ToValidUTF8(strings.Join(strings.Fields(text), " "), ""), fmt.Sprintf("%s\t%s\t%d\t%d", corpus, d.ID, o.Start, o.End)})
		}
	}); err != nil {
		return err
	}
	rng := rand.New(rand.NewPCG(seed, 0))
	rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	for n := range files {
		var items, key strings.Builder
		for k, it := range all[min(len(all), n*lines):min(len(all), (n+1)*lines)] {
			fmt.Fprintf(&items, "%d %s\n", k+1, it[0])
			fmt.Fprintf(&key, "%d\t%s\n", k+1, it[1])
		}
		for ending, text := range map[string]string{"items": items.String(), "key": key.String()} {
			if err := os.WriteFile(fmt.Sprintf("%s%d.%s", prefix, n, ending), []byte(text), 0o644); err != nil {
				return err
			}
		}
	}
	return nil
}

// shown is a reading as a reader sees it.
func shown(s string) string {
	if strings.TrimSpace(s) == "" {
		return "(nothing)"
	}
	return s
}

// verdicts are what readers said of places, by corpus, document, start and end.
type verdicts struct {
	right map[string]bool
	about map[string]bool // documents
}

func readVerdicts(path string) (*verdicts, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	raw, err := io.ReadAll(z)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	v := &verdicts{map[string]bool{}, map[string]bool{}}
	for n, line := range strings.Split(strings.TrimSuffix(string(raw), "\n"), "\n") {
		c := strings.Split(line, "\t")
		if len(c) != 5 || c[4] != "right" && c[4] != "struck" {
			return nil, fmt.Errorf("%s:%d: expected corpus, document, start, end, and right or struck, found %q", path, n+1, line)
		}
		v.right[strings.Join(c[:4], "\t")] = c[4] == "right"
		v.about[c[0]+"\t"+c[1]] = true
	}
	return v, nil
}

// leastRanked is how often a word must stand in coordinations to have a rank.
const leastRanked = 8

// ranks says of words how much oftener they stand first than second, in 1/4 of a
// logarithm.
func ranks(corpora []string) (map[string]int, error) {
	first, second := map[string]float64{}, map[string]float64{}
	if err := eachDocument(corpora, func(_ string, d document) {
		for _, o := range variant.NewReader(d.Text).Sightings("list", func(string) int { return 0 }) {
			for k := range len(o.Heads) - 1 {
				first[o.Heads[k]]++
				second[o.Heads[k+1]]++
			}
		}
	}); err != nil {
		return nil, err
	}
	out := map[string]int{}
	for w, n := range first {
		if r := int(math.Round(4 * math.Log((n+2)/(second[w]+2)))); r != 0 && w != "" && n+second[w] >= leastRanked {
			out[w] = r
		}
	}
	for w, n := range second {
		if r := int(math.Round(4 * math.Log(2/(n+2)))); first[w] == 0 && w != "" && r != 0 && n >= leastRanked {
			out[w] = r
		}
	}
	return out, nil
}

// seen is a place at which a reader let something stand, or struck it.
type seen struct {
	right bool
	fold  int
	names []string
	at    []int // of the names
	score float64
}

const (
	folds    = 5
	leastMet = 4    // places at which a name must be seen to weigh anything
	ridge    = 25.0 // what a weight costs: half this times its square, in logarithms of odds
	sweeps   = 30
	perOdds  = 64 // of a weight as it is written
)

// teachTable learns the weights, says how well they do on documents kept aside
// in turn, and writes the table with the least sum at which so many of those
// are right.
func teachTable(lessons []seen, right float64, ranks map[string]int, out string) error {
	count := map[string]int{}
	for _, l := range lessons {
		for _, n := range uniq(l.names) {
			count[n]++
		}
	}
	var names []string
	index := map[string]int{}
	for _, n := range slices.Sorted(maps.Keys(count)) {
		if count[n] >= leastMet {
			index[n] = len(names)
			names = append(names, n)
		}
	}
	for k := range lessons {
		l := &lessons[k]
		for _, n := range uniq(l.names) {
			if i, ok := index[n]; ok {
				l.at = append(l.at, i)
			}
		}
	}
	for fold := range folds {
		w := logistic(lessons, len(names), func(l *seen) bool { return l.fold != fold })
		for k := range lessons {
			if l := &lessons[k]; l.fold == fold {
				l.score = 0
				for _, i := range l.at {
					l.score += math.Round(perOdds * w[i])
				}
			}
		}
	}
	least := reportTable(lessons, right)
	if out == "" {
		return nil
	}
	if math.IsInf(least, 1) {
		return fmt.Errorf("at no sum are %.0f %% right: read more places, or ask for less by -right", 100*right)
	}
	w := logistic(lessons, len(names), func(*seen) bool { return true })
	f, err := os.Create(out)
	if err != nil {
		return err
	}
	defer f.Close()
	b := bufio.NewWriter(f)
	fmt.Fprintf(b, "least\t%.0f\n", least)
	for i, n := range names {
		if v := math.Round(perOdds * w[i]); v != 0 {
			fmt.Fprintf(b, "%s\t%.0f\n", n, v)
		}
	}
	for _, word := range slices.Sorted(maps.Keys(ranks)) {
		fmt.Fprintf(b, "first %s\t%d\n", word, ranks[word])
	}
	return b.Flush()
}

func uniq(names []string) []string {
	out := slices.Clone(names)
	slices.Sort(out)
	return slices.Compact(out)
}

// logistic fits a ridge regression by going round the weights one by one, with
// a step of Newton's for each.
func logistic(lessons []seen, n int, use func(*seen) bool) []float64 {
	where := make([][]int, n)
	y, z := make([]float64, len(lessons)), make([]float64, len(lessons))
	for k := range lessons {
		l := &lessons[k]
		if !use(l) {
			continue
		}
		if l.right {
			y[k] = 1
		}
		for _, i := range l.at {
			where[i] = append(where[i], k)
		}
	}
	w := make([]float64, n)
	for range sweeps {
		for i, ks := range where {
			g, h := ridge*w[i], ridge
			for _, k := range ks {
				p := 1 / (1 + math.Exp(-z[k]))
				g += p - y[k]
				h += p * (1 - p)
			}
			step := max(-1, min(1, g/h))
			w[i] -= step
			for _, k := range ks {
				z[k] -= step
			}
		}
	}
	return w
}

// reportTable prints how much of what is right would be proposed if so much of
// what is proposed were right, and returns the sum from which the share is the one given.
func reportTable(lessons []seen, share float64) float64 {
	order := make([]*seen, len(lessons))
	total := 0
	for k := range lessons {
		order[k] = &lessons[k]
		if lessons[k].right {
			total++
		}
	}
	slices.SortStableFunc(order, func(a, b *seen) int { return cmp.Compare(b.score, a.score) })
	fmt.Printf("%d places, %.1f%% right\n", len(lessons), 100*float64(total)/float64(max(1, len(lessons))))
	least := math.Inf(1)
	for _, at := range []float64{0.95, 0.92, share, 0.88, 0.85, 0.8} {
		right, of, till := 0, 0, 0
		for k, l := range order {
			if l.right {
				right++
			}
			if float64(right) >= at*float64(k+1) {
				of, till = right, k+1
			}
		}
		fmt.Printf("  %.0f%% right: %5d proposed, %4.1f%% of the right ones\n", 100*at, till, 100*float64(of)/float64(max(1, total)))
		if at == share && till > 0 {
			least = order[till-1].score
		}
	}
	return least
}
