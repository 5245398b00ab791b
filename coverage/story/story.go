// Package story puts press material in order: versions of one article, reprints
// of one text, one story in many outlets. Of each story it makes a digest that
// can be read in a minute: when each outlet had it, who said what, what all have
// and what one alone has, and where they print the same words differently.
//
// It is a pure function of the exhibits: their order does not matter, and the
// same exhibit twice is one. It computes in integers.
package story

import (
	"cmp"
	"maps"
	"net/url"
	"slices"
	"strings"

	"frank/coverage"
	"frank/prose"
)

// Limits of the work, for material from anywhere.
const (
	maxExhibits = 2000    // that [Digest] takes
	maxWords    = 20_000  // of an article that are compared
	maxQuotes   = 2000    // of an article that are listed
	pairsAll    = 64      // articles that share a run, up to which all pairs of them count
	maxAligned  = 400     // words of a quotation that are laid beside others
	maxCells    = 1 << 26 // of alignment, per story
	maxUnits    = 3000    // quotations, paragraph by paragraph, that are laid beside each other
	maxText     = 1 << 20 // bytes of an exhibit that are read
	maxTogether = 1 << 25 // bytes of all of them
)

// article is one article of one outlet, in all the versions that were given.
type article struct {
	versions []*version // the earliest first
	outlet   string     // as it is shown
	key      string     // as it is compared; "" where the outlet is not known
}

// last is the version that counts where one has to.
func (a *article) last() *version { return a.versions[len(a.versions)-1] }

// version is one exhibit with what is compared of it.
type version struct {
	*coverage.Exhibit
	norms  []string // of its words
	quotes []spoken
	runs   map[uint64]bool // of 4 words, anywhere
	own    map[uint64]bool // of 4 words, outside quotations
	long   map[uint64]bool // of 8 words, anywhere
	quoted map[uint64]bool // of 5 words, within a quotation
	short  map[string]bool // quotations of 2 to 4 words
}

func newVersion(e *coverage.Exhibit) *version {
	v := &version{Exhibit: e, quotes: speech(e), runs: map[uint64]bool{}, own: map[uint64]bool{}, long: map[uint64]bool{}, quoted: map[uint64]bool{}, short: map[string]bool{}}
	v.quotes = v.quotes[:min(len(v.quotes), maxQuotes)]
	tokens := prose.Words(e.Text)
	tokens = tokens[:min(len(tokens), maxWords)]
	capitals := make([]bool, len(tokens))
	for i, t := range tokens {
		v.norms = append(v.norms, t.Norm)
		capitals[i] = capital(e.Text[t.Start:t.End])
	}
	collect(v.runs, v.norms, 4)
	from, q := 0, 0
	for i, t := range tokens { // between the quotations
		for q < len(v.quotes) && v.quotes[q].end <= t.Start {
			q++
		}
		if q < len(v.quotes) && v.quotes[q].start <= t.Start {
			collect(v.own, v.norms[from:i], 4)
			from = i + 1
		}
	}
	collect(v.own, v.norms[from:], 4)
	telling(v.long, v.norms, capitals, 8)
	for _, q := range v.quotes {
		n := norms(q.words)
		capitals := make([]bool, len(n))
		for i, t := range prose.Words(q.words) {
			capitals[i] = capital(q.words[t.Start:t.End])
		}
		telling(v.quoted, n, capitals, 5)
		if len(n) >= 2 && len(n) <= 4 && !title(q.words) {
			v.short[strings.Join(n, " ")] = true
		}
	}
	return v
}

func norms(text string) []string {
	var out []string
	for _, t := range prose.Words(text) {
		out = append(out, t.Norm)
	}
	return out
}

// collect adds the runs of n words.
func collect(to map[uint64]bool, words []string, n int) {
	for i := 0; i+n <= len(words); i++ {
		to[hash(words[i:i+n])] = true
	}
}

// telling adds the runs of n words that tell one story from another: not those
// that are titles and names, half of them or more in capitals, which stand in
// many.
func telling(to map[uint64]bool, words []string, capitals []bool, n int) {
	for i := 0; i+n <= len(words); i++ {
		c := 0
		for _, is := range capitals[i : i+n] {
			if is {
				c++
			}
		}
		if c*2 < n {
			to[hash(words[i:i+n])] = true
		}
	}
}

// hash is FNV-1a over words. Somebody may make two runs collide on purpose; two
// stories are then taken for one, which they could have had by quoting.
func hash(words []string) uint64 {
	h := uint64(14695981039346656037)
	for _, w := range words {
		for i := range len(w) {
			h = (h ^ uint64(w[i])) * 1099511628211
		}
		h = (h ^ ' ') * 1099511628211
	}
	return h
}

// alike counts what every two versions have in common, of all their runs and of
// those outside quotations.
func alike(versions []*version) (all, own map[pair]int) {
	a, o := make([]map[uint64]bool, len(versions)), make([]map[uint64]bool, len(versions))
	for i, v := range versions {
		a[i], o[i] = v.runs, v.own
	}
	return pairs(a), pairs(o)
}

// nearly reports whether two texts are nearly the same: so many in a hundred of
// the shorter one's runs are in the other, and as many of what it says in its
// own words: two articles that quote the same speech are two. Where one has
// hardly any words of its own, four in five of the longer one's runs must be
// in the shorter.
func nearly(a, b *version, all, own, percent int) bool {
	least, most := min(len(a.runs), len(b.runs)), max(len(a.runs), len(b.runs))
	switch mine := min(len(a.own), len(b.own)); {
	case least < 12:
		return strings.Join(a.norms, " ") == strings.Join(b.norms, " ")
	case mine < 12:
		return all*5 >= most*4
	default:
		return all*100 >= least*percent && own*100 >= mine*percent
	}
}

// outletKey is an outlet's name as it is compared.
func outletKey(s string) string {
	return strings.TrimPrefix(strings.Join(norms(s), " "), "the ")
}

// linkKey is a link as it is compared: without what the same page is reached
// with in other ways.
func linkKey(s string) string {
	u, err := url.Parse(s)
	if s == "" || err != nil {
		return ""
	}
	q := u.Query()
	for k := range q {
		low := strings.ToLower(k)
		if strings.HasPrefix(low, "utm_") || slices.Contains([]string{"fbclid", "gclid", "cmp", "ref", "source", "ns_campaign", "ns_mchannel", "at_medium", "at_campaign", "smid", "share"}, low) {
			delete(q, k)
		}
	}
	host := strings.TrimPrefix(strings.TrimPrefix(u.Hostname(), "www."), "m.")
	path := strings.TrimSuffix(strings.TrimSuffix(u.Path, "/"), "/amp")
	if path == "" && len(q) == 0 {
		return "" // a front page is no article's link
	}
	return host + path + "?" + q.Encode()
}

// order sorts exhibits so that nothing depends on the order they were given in.
func order(a, b *coverage.Exhibit) int {
	return cmp.Or(cmp.Compare(when(a), when(b)), cmp.Compare(outletKey(a.Outlet), outletKey(b.Outlet)), cmp.Compare(a.URL, b.URL),
		cmp.Compare(a.Text, b.Text), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Title, b.Title), cmp.Compare(a.Outlet, b.Outlet),
		slices.Compare(a.SHA256[:], b.SHA256[:]), cmp.Compare(a.Published, b.Published), cmp.Compare(a.Modified, b.Modified))
}

// when is the time by which versions are ordered: when it was last changed, or
// else published. What says neither comes last.
func when(e *coverage.Exhibit) string {
	for _, c := range []string{e.Modified, e.Published} {
		if c != "" {
			return coverage.Earliest(c)
		}
	}
	return "9"
}

// sets is a union-find over indices.
type sets []int

func newSets(n int) sets {
	s := make(sets, n)
	for i := range s {
		s[i] = i
	}
	return s
}

func (s sets) find(i int) int {
	for s[i] != i {
		s[i] = s[s[i]]
		i = s[i]
	}
	return i
}

// join makes the smaller index the set's.
func (s sets) join(i, j int) {
	i, j = s.find(i), s.find(j)
	s[max(i, j)] = min(i, j)
}

// lists returns the sets in order of their first members.
func (s sets) lists() [][]int {
	at := map[int]int{}
	var out [][]int
	for i := range s {
		k, ok := at[s.find(i)]
		if !ok {
			k = len(out)
			at[s.find(i)] = k
			out = append(out, nil)
		}
		out[k] = append(out[k], i)
	}
	return out
}

// pair is two indices, the smaller first.
type pair [2]int

// pairs counts for every two sets what they have in common. Where very many
// have a thing in common, it counts between the first and each of the others.
func pairs[K comparable](of []map[K]bool) map[pair]int {
	have := map[K][]int{}
	for i, set := range of {
		for k := range set {
			have[k] = append(have[k], i)
		}
	}
	out := map[pair]int{}
	for _, list := range have {
		for n, i := range list {
			if len(list) > pairsAll {
				list = list[:1]
			}
			for _, j := range list[:min(n, len(list))] {
				out[pair{j, i}]++
			}
		}
	}
	return out
}

// gather makes articles of exhibits: the same exhibit once, versions together.
func gather(exhibits []*coverage.Exhibit) []*article {
	list := slices.Clone(exhibits)
	slices.SortFunc(list, order)
	var versions []*version
	seen := map[string]bool{}
	for _, e := range list {
		if id := outletKey(e.Outlet) + "\x00" + linkKey(e.URL) + "\x00" + e.Text; !seen[id] {
			seen[id] = true
			versions = append(versions, newVersion(e))
		}
	}
	s := newSets(len(versions))
	links := map[string]int{}
	for i, v := range versions {
		if k := linkKey(v.URL); k != "" {
			if j, ok := links[k]; ok {
				s.join(i, j)
			} else {
				links[k] = i
			}
		}
	}
	footers(versions)
	same := map[string]int{}
	for i, v := range versions {
		k := outletKey(v.Outlet) + "\x00" + strings.Join(v.norms, " ")
		if j, ok := same[k]; ok {
			s.join(i, j)
		} else {
			same[k] = i
		}
	}
	all, own := alike(versions)
	for p, n := range all { // joining is the same in any order
		a, b := versions[p[0]], versions[p[1]]
		if k := outletKey(a.Outlet); k != "" && k == outletKey(b.Outlet) && nearly(a, b, n, own[p], 50) {
			s.join(p[0], p[1])
		}
	}
	var out []*article
	for _, list := range s.lists() {
		a := &article{}
		for _, i := range list {
			a.versions = append(a.versions, versions[i])
			if a.outlet == "" {
				a.outlet, a.key = versions[i].Outlet, outletKey(versions[i].Outlet)
			}
		}
		if a.outlet == "" {
			a.outlet = a.versions[0].Name
		}
		out = append(out, a)
	}
	return out
}

// footers leaves out of the comparison of texts the sentences that an outlet
// prints under three or more different links.
func footers(versions []*version) {
	type place struct{ outlet, sentence string }
	under := map[place]map[string]bool{}
	spans := make([][][]string, len(versions))
	for i, v := range versions {
		k, link := outletKey(v.Outlet), linkKey(v.URL)
		if k == "" || link == "" {
			continue
		}
		for _, s := range prose.Sentences(v.Text) {
			n := norms(v.Text[s.Start:s.End])
			spans[i] = append(spans[i], n)
			p := place{k, strings.Join(n, " ")}
			if under[p] == nil {
				under[p] = map[string]bool{}
			}
			under[p][link] = true
		}
	}
	for i, v := range versions {
		for _, n := range spans[i] {
			if len(under[place{outletKey(v.Outlet), strings.Join(n, " ")}]) >= 3 {
				drop := map[uint64]bool{}
				collect(drop, n, 4)
				for h := range drop {
					delete(v.runs, h)
					delete(v.own, h)
				}
			}
		}
	}
}

// usual leaves out of the comparison the sentences that an outlet prints under
// everything: those in three or more of its articles.
func usual(articles []*article) {
	in := map[string]map[string]int{}
	for _, a := range articles {
		if a.key == "" {
			continue
		}
		if in[a.key] == nil {
			in[a.key] = map[string]int{}
		}
		seen := map[string]bool{}
		for _, s := range prose.Sentences(a.last().Text) {
			if n := strings.Join(norms(a.last().Text[s.Start:s.End]), " "); !seen[n] {
				seen[n] = true
				in[a.key][n]++
			}
		}
	}
	for _, a := range articles {
		if a.key == "" {
			continue
		}
		for _, v := range a.versions {
			drop := map[uint64]bool{}
			for _, s := range prose.Sentences(v.Text) {
				if n := norms(v.Text[s.Start:s.End]); in[a.key][strings.Join(n, " ")] >= 3 {
					collect(drop, n, 8)
					collect(drop, n, 5)
				}
			}
			for h := range drop {
				delete(v.long, h)
				delete(v.quoted, h)
			}
		}
	}
}

// stories puts articles that tell one story together: those that share a long
// quotation, or long runs of words. An article that shares with two puts all
// three together: taking two stories for one counts nothing twice.
func stories(articles []*article) [][]*article {
	usual(articles)
	longs, quoteds := make([]map[uint64]bool, len(articles)), make([]map[uint64]bool, len(articles))
	shorts := make([]map[string]bool, len(articles))
	for i, a := range articles {
		longs[i], quoteds[i], shorts[i] = map[uint64]bool{}, map[uint64]bool{}, map[string]bool{}
		for _, v := range a.versions {
			maps.Copy(longs[i], v.long)
			maps.Copy(quoteds[i], v.quoted)
			maps.Copy(shorts[i], v.short)
		}
	}
	long, quoted, short := pairs(longs), pairs(quoteds), pairs(shorts)
	s := newSets(len(articles))
	for _, m := range []map[pair]int{long, quoted, short} {
		for p := range m { // joining is the same in any order
			if quoted[p] >= 4 || long[p] >= 18 || quoted[p] >= 1 && short[p] >= 1 || short[p] >= 3 {
				s.join(p[0], p[1])
			}
		}
	}
	var out [][]*article
	for _, list := range s.lists() {
		var these []*article
		for _, i := range list {
			these = append(these, articles[i])
		}
		out = append(out, these)
	}
	return out
}

// texts groups a story's articles that print one text: an agency's, reprinted.
func texts(articles []*article) [][]int {
	s := newSets(len(articles))
	last := make([]*version, len(articles))
	for i, a := range articles {
		last[i] = a.last()
	}
	all, own := alike(last)
	for p, n := range all {
		if nearly(last[p[0]], last[p[1]], n, own[p], 60) {
			s.join(p[0], p[1])
		}
	}
	return s.lists()
}
