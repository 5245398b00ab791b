package story

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"frank/prose"
)

// token is a word or mark of a quotation that is laid beside others.
type token struct {
	text, norm string
	word       bool
	gap        bool // a place where the print leaves something out or puts who said it: no marks can be told there
}

// unit is what an outlet quotes in one paragraph.
type unit struct {
	article, version int
	tokens           []token
	words            int
	grams            map[uint64]bool // runs of 3 words
}

// units lists what an article quotes, paragraph by paragraph: quotations that
// only who said it divides are one.
func units(a *article, index int) []unit {
	var out []unit
	for k, v := range a.versions {
		paras := prose.Paragraphs(v.Text)
		p, last := 0, -1
		for _, q := range v.quotes {
			for p+1 < len(paras) && paras[p].End <= q.start {
				p++
			}
			fresh := tokens(q.words)
			if len(fresh) == 0 || title(q.words) {
				continue
			}
			if last == p && len(out[len(out)-1].tokens)+len(fresh) < maxAligned {
				u := &out[len(out)-1]
				u.tokens = append(append(u.tokens, token{gap: true}), fresh...)
			} else {
				out = append(out, unit{article: index, version: k, tokens: fresh})
			}
			last = p
		}
	}
	var kept []unit
	seen := map[string]bool{}
	for _, u := range out {
		u.tokens = u.tokens[:min(len(u.tokens), maxAligned)]
		u.grams = map[uint64]bool{}
		var words []string
		for _, t := range u.tokens {
			if t.word {
				words = append(words, t.norm)
			}
		}
		var all []string
		for _, t := range u.tokens {
			all = append(all, t.norm)
		}
		key := fmt.Sprint(u.version, all)
		if u.words = len(words); u.words < 4 || seen[key] {
			continue
		}
		seen[key] = true
		collect(u.grams, words, 3)
		kept = append(kept, u)
	}
	return kept
}

// tokens returns a quotation's words and marks. Marks at its ends are the
// house's, not the speaker's, and so are brackets and the marks of a quotation
// within.
func tokens(text string) []token {
	var out []token
	for _, t := range prose.Tokens(text) {
		switch {
		case t.Class == prose.Quote, t.Norm == "[", t.Norm == "]":
		case t.Class == prose.Ellipsis:
			out = append(out, token{gap: true})
		default:
			out = append(out, token{text: text[t.Start:t.End], norm: t.Norm, word: t.Class == prose.Word})
		}
	}
	dull := func(t token) bool { return !t.word && (t.gap || strings.Contains(",.;:-", t.norm)) }
	for len(out) > 0 && dull(out[0]) {
		out = out[1:]
	}
	for len(out) > 0 && dull(out[len(out)-1]) {
		out = out[:len(out)-1]
	}
	return out
}

// table is units laid beside each other: a row of columns, each with the token
// that a unit has there.
type table struct {
	units   []unit
	columns [][]cell  // in the order of the units
	shown   [][]token // the different tokens of each column
}

type cell struct {
	unit int
	token
}

// lay puts units that quote the same words into tables. cells is the work that
// may still be done.
func lay(all []unit, cells *int) []table {
	slices.SortStableFunc(all, func(a, b unit) int {
		return cmp.Or(cmp.Compare(b.words, a.words), compareTokens(a.tokens, b.tokens), cmp.Compare(a.article, b.article), cmp.Compare(a.version, b.version))
	})
	grams := make([]map[uint64]bool, len(all))
	for i := range all {
		grams[i] = all[i].grams
	}
	s := newSets(len(all))
	for p, n := range pairs(grams) { // joining is the same in any order
		if less := min(len(grams[p[0]]), len(grams[p[1]])); n >= 2 || n*3 >= less {
			s.join(p[0], p[1])
		}
	}
	var out []table
	for _, list := range s.lists() {
		var t *table
		rest := list
		for len(rest) > 0 { // those that do not go with the first make tables of their own
			t = &table{}
			t.begin(all[rest[0]])
			var not []int
			for more := rest[1:]; len(more) > 0; { // and some go with it only through others
				not = nil
				for _, i := range more {
					if !t.add(all[i], cells) {
						not = append(not, i)
					}
				}
				if len(not) == len(more) {
					break
				}
				more = not
			}
			if len(t.units) > 1 {
				out = append(out, *t)
			}
			rest = not
		}
	}
	return out
}

func compareTokens(a, b []token) int {
	return slices.CompareFunc(a, b, func(x, y token) int { return cmp.Or(cmp.Compare(x.norm, y.norm), cmp.Compare(x.text, y.text)) })
}

func (t *table) begin(u unit) {
	t.units = []unit{u}
	t.columns, t.shown = make([][]cell, len(u.tokens)), make([][]token, len(u.tokens))
	for i, tok := range u.tokens {
		t.columns[i], t.shown[i] = []cell{{0, tok}}, []token{tok}
	}
}

// fits says what a token earns in a column.
func fits(col []token, x token) int {
	word, gap := false, false
	for _, c := range col {
		if c.gap != x.gap {
			gap = gap || c.gap
			continue
		}
		if c.gap || c.norm == x.norm && c.word == x.word {
			switch {
			case c.gap, !c.word:
				return 1
			case small[c.norm]:
				return 3
			}
			return 5
		}
		word = word || c.word
	}
	switch {
	case x.gap || gap && !word:
		return -2
	case x.word != word:
		return -4
	case !x.word:
		return 0 // one mark for another
	}
	return -5 // less than two gaps: other words stand in columns of their own
}

// absent says what it costs to pass over a token.
func absent(x token) int {
	switch {
	case x.gap:
		return 0
	case !x.word:
		return -1
	}
	return -2
}

// add lays a unit beside those in the table, ends free, and reports whether it
// goes with them: four of its words or more, or two in three, are there, in an
// order that earns more than the gaps cost.
func (t *table) add(u unit, cells *int) bool {
	n, m := len(t.columns), len(u.tokens)
	if n > 4*maxAligned {
		return false
	}
	if *cells -= n * m; *cells < 0 {
		return false
	}
	skip := make([]int, n)
	for i, col := range t.shown {
		skip[i] = absent(col[0])
	}
	score := make([][]int32, n+1)
	for i := range score {
		score[i] = make([]int32, m+1)
	}
	fit := func(i, j int) int32 { return int32(fits(t.shown[i], u.tokens[j])) }
	for i := 1; i <= n; i++ {
		for j := 1; j <= m; j++ {
			across, down := score[i][j-1], score[i-1][j]
			if i < n {
				across += int32(absent(u.tokens[j-1]))
			}
			if j < m {
				down += int32(skip[i-1])
			}
			score[i][j] = max(score[i-1][j-1]+fit(i-1, j-1), across, down)
		}
	}
	// back from the end
	at := make([]int, m) // the column of each token, or -1
	i, j := n, m
	between := make([]int, m) // the column before which a token without one stands
	for i > 0 || j > 0 {
		switch {
		case i > 0 && j > 0 && score[i][j] == score[i-1][j-1]+fit(i-1, j-1):
			i, j = i-1, j-1
			at[j] = i
		case j > 0 && (i == 0 || score[i][j] == score[i][j-1]+across(i, n, u.tokens[j-1])):
			j--
			at[j], between[j] = -1, i
		default:
			i--
		}
	}
	same := 0
	for j, x := range u.tokens {
		if at[j] < 0 || !x.word {
			continue
		}
		if slices.ContainsFunc(t.shown[at[j]], func(c token) bool { return c.norm == x.norm }) {
			same++
		}
	}
	if score[n][m] < 10 || same < 4 && same*3 < u.words*2 {
		return false
	}
	t.insert(u, at, between)
	return true
}

func across(i, n int, x token) int32 {
	if i == n || i == 0 {
		return 0
	}
	return int32(absent(x))
}

// insert writes a unit into the table.
func (t *table) insert(u unit, at, between []int) {
	id := len(t.units)
	t.units = append(t.units, u)
	var columns [][]cell
	var shown [][]token
	j := 0
	for i := 0; i <= len(t.columns); i++ {
		for j < len(u.tokens) && at[j] < 0 && between[j] == i {
			columns, shown = append(columns, []cell{{id, u.tokens[j]}}), append(shown, []token{u.tokens[j]})
			j++
		}
		if i == len(t.columns) {
			break
		}
		col, all := t.columns[i], t.shown[i]
		if j < len(u.tokens) && at[j] == i {
			x := u.tokens[j]
			col = append(col, cell{id, x})
			if !slices.ContainsFunc(all, func(c token) bool { return c.norm == x.norm && c.gap == x.gap }) {
				all = append(all, x)
			}
			j++
		}
		columns, shown = append(columns, col), append(shown, all)
	}
	t.columns, t.shown = columns, shown
}
