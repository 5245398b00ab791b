package story

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Rendering is a place where outlets print the same words differently.
type Rendering struct {
	Kind     string    `json:"kind"`   // "words", "marks", or "short": short quotations of one sentence's place
	Before   string    `json:"before"` // a few words that stand in front in all of them; may be ""
	After    string    `json:"after"`  // and behind
	Readings []Reading `json:"readings"`
}

// Reading is one way in which words are printed.
type Reading struct {
	Text    string   `json:"text"` // "" where nothing stands there
	Outlets []string `json:"outlets"`
}

const (
	longest = 8 // words of a difference that is still one of wording, and not another sentence
	around  = 4 // words shown on either side
)

// renderings lists where the units of a table differ.
func (t *table) renderings(label func(article, version int) string) []Rendering {
	first, last := make([]int, len(t.units)), make([]int, len(t.units))
	for i := range first {
		first[i] = -1
	}
	at := make([][]*cell, len(t.columns))
	for c, col := range t.columns {
		at[c] = make([]*cell, len(t.units))
		for k := range col {
			x := &col[k]
			at[c][x.unit] = x
			if first[x.unit] < 0 {
				first[x.unit] = c
			}
			last[x.unit] = c
		}
	}
	state := func(c int) (agree, soft bool) { // of the units that go over column c
		agree, soft = true, true
		norm, any := "", false
		for u := range t.units {
			if c < first[u] || c > last[u] {
				continue
			}
			x := at[c][u]
			if x == nil || x.gap {
				if x == nil {
					agree = agree && t.onlyGaps(c)
				}
				continue
			}
			soft = false
			if any && norm != x.norm {
				agree = false
			}
			norm, any = x.norm, true
		}
		if soft {
			return true, true
		}
		for u := range t.units { // one has it, another has a gap there
			if c >= first[u] && c <= last[u] && (at[c][u] == nil || at[c][u].gap) {
				return false, false
			}
		}
		return agree, false
	}
	var out []Rendering
	for c := 0; c < len(t.columns); c++ {
		if agree, _ := state(c); agree {
			continue
		}
		end := c + 1
		for k := end; k < len(t.columns); k++ {
			agree, soft := state(k)
			if agree && !soft {
				break
			}
			if !agree {
				end = k + 1
			}
		}
		if r, ok := t.rendering(at, first, last, c, end, label); ok {
			out = append(out, r)
		}
		c = end
	}
	return out
}

func (t *table) onlyGaps(c int) bool {
	for _, x := range t.columns[c] {
		if !x.gap {
			return false
		}
	}
	return true
}

// rendering makes one of the columns from to end, over which units differ.
func (t *table) rendering(at [][]*cell, first, last []int, from, end int, label func(article, version int) string) (Rendering, bool) {
	type way struct {
		key, text string
		words     int
		by        []string
		articles  map[int]bool
	}
	var ways []*way
	r := Rendering{Kind: "marks"}
	shown := -1
	for u := range t.units {
		if first[u] >= from || last[u] < end {
			continue
		}
		var key []string
		var text []token
		words, gap := 0, false
		for c := from; c < end; c++ {
			x := at[c][u]
			if x == nil {
				continue
			}
			if x.gap {
				gap = true
				continue
			}
			key = append(key, x.norm)
			text = append(text, x.token)
			if x.word {
				words++
			}
		}
		for _, c := range []int{from - 1, end} {
			if c >= 0 && c < len(at) && at[c][u] != nil && at[c][u].gap {
				gap = true
			}
		}
		if gap { // it leaves something out here, or says who spoke: nothing can be told of it
			continue
		}
		if words > longest {
			return r, false
		}
		if words > 0 {
			r.Kind = "words"
		}
		if shown < 0 {
			shown = u
		}
		k := strings.Join(key, " ")
		i := slices.IndexFunc(ways, func(w *way) bool { return w.key == k })
		if i < 0 {
			i = len(ways)
			ways = append(ways, &way{key: k, text: join(text), words: words, articles: map[int]bool{}})
		}
		w := ways[i]
		w.text = min(w.text, join(text)) // lower case is after upper: as within a sentence
		if lower := join(text); strings.ToLower(lower) == lower {
			w.text = lower
		}
		if by := label(t.units[u].article, t.units[u].version); !slices.Contains(w.by, by) {
			w.by = append(w.by, by)
		}
		w.articles[t.units[u].article] = true
	}
	articles := map[int]bool{}
	for _, w := range ways {
		for a := range w.articles {
			articles[a] = true
		}
	}
	if len(ways) < 2 || len(articles) < 2 {
		return r, false
	}
	for _, w := range ways {
		w.by = tidy(w.by)
	}
	slices.SortFunc(ways, func(a, b *way) int { return cmp.Or(cmp.Compare(len(b.by), len(a.by)), cmp.Compare(a.key, b.key)) })
	for _, w := range ways {
		r.Readings = append(r.Readings, Reading{w.text, w.by})
	}
	r.Before, r.After = t.context(at, shown, from, end)
	return r, true
}

// context returns a few words before and behind some columns, as a unit has
// them.
func (t *table) context(at [][]*cell, u, from, end int) (before, after string) {
	var list []token
	for c, n := from-1, 0; c >= 0 && n < around; c-- {
		x := at[c][u]
		if x != nil && x.gap {
			break
		}
		if x != nil {
			list = append(list, x.token)
			if x.word {
				n++
			}
		}
	}
	slices.Reverse(list)
	before = join(list)
	list = nil
	for c, n := end, 0; c < len(at) && n < around; c++ {
		x := at[c][u]
		if x != nil && x.gap {
			break
		}
		if x != nil {
			list = append(list, x.token)
			if x.word {
				n++
			}
		}
	}
	return before, join(list)
}

// join writes tokens as print has them.
func join(list []token) string {
	var b strings.Builder
	for i, t := range list {
		if i > 0 && (t.word || strings.Contains("(&", t.norm) || t.norm == "-" && list[i-1].word && t.text != "-") &&
			!(i > 0 && !list[i-1].word && (list[i-1].norm == "(" || list[i-1].text == "-")) {
			b.WriteByte(' ')
		}
		b.WriteString(t.text)
	}
	return b.String()
}

// sentenceReach is how many bytes on either side of a short quotation are looked
// at as its sentence, which in a hostile text may have no end.
const sentenceReach = 600

// shortOnes finds short quotations that stand at the same place of the same
// sentence in different articles and differ: “great regret”, “deep regret”.
func shortOnes(articles []*article, label func(article, version int) string) []Rendering {
	type quoted struct {
		article   int
		text, key string
		by        string
		words     []string // that say something
		about     []string // the same, of the sentence around it
		count     int
	}
	var all []quoted
	for i, a := range articles {
		for k, v := range a.versions {
			spans := cutSpans(v.Text)
			for _, q := range v.quotes {
				n := norms(q.words)
				if len(n) < 2 || len(n) > longest || title(q.words) {
					continue
				}
				s, e := within(spans, q.start, q.end)
				s, e = max(s, q.start-sentenceReach), min(e, q.end+sentenceReach)
				for s > 0 && !utf8.RuneStart(v.Text[s]) {
					s--
				}
				for e < len(v.Text) && !utf8.RuneStart(v.Text[e]) {
					e++
				}
				about := content(v.Text[s:q.start] + " " + v.Text[q.end:e])
				all = append(all, quoted{i, q.words, strings.Join(n, " "), label(i, k), content(q.words), about, len(n)})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b quoted) int {
		return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.by, b.by), cmp.Compare(a.text, b.text))
	})
	if len(all) > 400 {
		all = all[:400]
	}
	s := newSets(len(all))
	for i, a := range all {
		for j, b := range all[:i] {
			if a.key == b.key || a.article != b.article && abs(a.count-b.count) <= 2 && shared(a.words, b.words) > 0 && shared(a.about, b.about) >= 2 &&
				!strings.Contains(" "+a.key+" ", " "+b.key+" ") && !strings.Contains(" "+b.key+" ", " "+a.key+" ") {
				s.join(i, j)
			}
		}
	}
	var out []Rendering
	for _, list := range s.lists() {
		r := Rendering{Kind: "short"}
		articles := map[int]bool{}
		for _, i := range list {
			q := all[i]
			articles[q.article] = true
			text := strings.TrimRight(q.text, ",.;:")
			k := slices.IndexFunc(r.Readings, func(x Reading) bool { return strings.Join(norms(x.Text), " ") == q.key })
			if k < 0 {
				k = len(r.Readings)
				r.Readings = append(r.Readings, Reading{Text: text})
			}
			if !slices.Contains(r.Readings[k].Outlets, q.by) {
				r.Readings[k].Outlets = append(r.Readings[k].Outlets, q.by)
			}
		}
		if len(r.Readings) < 2 || len(articles) < 2 || len(r.Readings) > 12 {
			continue
		}
		for k := range r.Readings {
			r.Readings[k].Outlets = tidy(r.Readings[k].Outlets)
		}
		slices.SortStableFunc(r.Readings, func(a, b Reading) int {
			return cmp.Or(cmp.Compare(len(b.Outlets), len(a.Outlets)), cmp.Compare(a.Text, b.Text))
		})
		out = append(out, r)
	}
	return out
}

// tidy sorts the names of those who have a reading, and leaves out an earlier
// version where the last one has it too.
func tidy(by []string) []string {
	var out []string
	for _, b := range by {
		if i := strings.LastIndex(b, " (version "); i < 0 || !slices.Contains(by, b[:i]) {
			out = append(out, b)
		}
	}
	slices.Sort(out)
	return out
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
