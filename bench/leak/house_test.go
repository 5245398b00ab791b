package leak

import (
	"html"
	"regexp"
	"strings"
	"testing"

	"frank/bench/corpus"
)

// often returns what house prints of text most often.
func often(h House, text string) string {
	count := map[string]int{}
	best := ""
	for seed := range uint64(60) {
		out := h.Print(text, NewRand(seed, "often"))
		count[out]++
		if count[out] > count[best] || count[out] == count[best] && out < best {
			best = out
		}
	}
	return best
}

func TestHouseStyles(t *testing.T) {
	herald, post, lantern := Houses[0], Houses[1], Houses[2]
	for _, c := range []struct {
		house    House
		in, want string
	}{
		{herald, "1. We organized it.", "We organised it."},
		{herald, "They realize the prize size.", "They realise the prize size."},
		{herald, "It fell by 5% on Monday.", "It fell by 5 per cent on Monday."},
		{herald, "It was old, cold, and grey.", "It was old, cold and grey."},
		{herald, "The Government met the Minister.", "The government met the minister."},
		{herald, "It took fifteen days—or 3 weeks.", "It took 15 days – or three weeks."},
		{herald, `They were "late" again.`, "They were “late” again."},
		{post, "We organise and advise; we don't surprise.", "We organize and advise; we do not surprise."},
		{post, "The colour of the centre.", "The color of the center."},
		{post, "It was old, cold and grey.", "It was old, cold, and gray."},
		{post, "It fell by 5 per cent – again.", "It fell by 5 percent—again."},
		{post, `They were "late" again.`, "They were ‘late’ again."},
		{post, "I can't say, and it's late.", "I cannot say, and it is late."},
		{lantern, "They left; the Ministry stayed.", "They left, the ministry stayed."},
		{lantern, "It fell by 5 per cent.", "It fell by 5%."},
		{lantern, "We left it to the boys' school's head.", "We left it to the boys’ school’s head."},
	} {
		if got := often(c.house, c.in); got != c.want {
			t.Errorf("%s: %q\n got %q\nwant %q", c.house.Name, c.in, got, c.want)
		}
	}
}

func TestHouseCutsAndExplains(t *testing.T) {
	cuts, explained, dropped, n := 0, 0, 0, 0
	square := regexp.MustCompile(`\[[a-z ]+\]`)
	for _, d := range corpus.Own() {
		for _, h := range Houses {
			c, _ := Excerpt(d.Text, 150, NewRand(5, d.ID))
			out := h.Print(c.Text, NewRand(6, d.ID, h.Name))
			n++
			if strings.Contains(out, strings.TrimSpace(h.Ellipsis)) {
				cuts++
				if lost := 150 - len(words(out)); lost > 60 {
					t.Errorf("%s lost %d of 150 words", d.ID, lost)
				}
			}
			if square.MatchString(out) {
				explained++
			}
			if strings.Count(out, " that ") != strings.Count(c.Text, " that ") {
				dropped++
			}
		}
	}
	if cuts < n/3 || explained < n/3 || dropped == 0 {
		t.Errorf("of %d excerpts %d were cut, %d explained, %d lost or gained a that", n, cuts, explained, dropped)
	}
}

// With every chance turned down to the desk's own style, most words stand.
func TestHousesKeepMostWords(t *testing.T) {
	changed, n := 0, 0
	for _, d := range corpus.Own() {
		for _, h := range Houses {
			c, _ := Excerpt(d.Text, 100, NewRand(8, d.ID))
			out := h.Print(c.Text, NewRand(9, d.ID, h.Name))
			bare := func(s string) []string { return strings.Fields(strings.ToLower(strings.Map(wordOrSpace, s))) }
			changed += distance(bare(c.Text), bare(out))
			n += 100
		}
	}
	if changed == 0 || changed > n/5 {
		t.Errorf("%d of %d words changed", changed, n)
	}
}

func wordOrSpace(r rune) rune {
	if r == '\n' || r == ' ' {
		return ' '
	}
	if notWord(r) {
		return -1
	}
	return r
}

func TestArticleQuotesAndIsAnArticle(t *testing.T) {
	with := material(t)
	page, plain, many, bare, block := 0, 0, 0, 0, 0
	tag := regexp.MustCompile(`<[^>]*>`)
	for i, d := range corpus.Own() {
		for seed := range uint64(6) {
			c, _ := Excerpt(d.Text, []int{25, 50, 75, 100, 150, 250}[(i+int(seed))%6], NewRand(seed, d.ID))
			ex := PressArticle(c.Text, with, NewRand(seed, "article", d.ID))
			text := string(ex.Data)
			if strings.HasSuffix(ex.Name, ".html") {
				page++
				if strings.Contains(text, "<blockquote>") {
					block++
				}
				text = html.UnescapeString(tag.ReplaceAllString(text, ""))
			} else {
				plain++
			}
			if n := len(words(text)); n < 250 || n > 900 {
				t.Errorf("%s: an article of %d words", d.ID, n)
			}
			if len(ex.Quotes) < 1 || len(ex.Quotes) > 4 {
				t.Errorf("%s: %d quotations", d.ID, len(ex.Quotes))
			}
			if len(ex.Quotes) > 1 {
				many++
			}
			for _, q := range ex.Quotes {
				first := strings.TrimRight(strings.Fields(q)[0], ".,;:")
				if !strings.Contains(text, first) {
					t.Errorf("%s: the quotation %q is not in %s", d.ID, q, ex.Name)
				} else if !strings.Contains(text, "“"+first) && !strings.Contains(text, "‘"+first) {
					bare++
				}
			}
		}
	}
	if page == 0 || plain == 0 || many == 0 || bare == 0 || block == 0 {
		t.Errorf("%d pages, %d plain, %d with several quotations, %d bare, %d in blocks: each must occur", page, plain, many, bare, block)
	}
}

func TestSilentArticleQuotesNothing(t *testing.T) {
	with := material(t)
	for seed := range uint64(20) {
		ex := Silent(with, NewRand(seed))
		if len(ex.Quotes) != 0 || len(words(string(ex.Data))) < 300 {
			t.Fatalf("%d quotations in %d words", len(ex.Quotes), len(words(string(ex.Data))))
		}
	}
}
