package align

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"frank"
)

// master makes a dispatch of a text with sites written {a|b}.
func master(t testing.TB, src string) *frank.Master {
	t.Helper()
	m := masterOf(src)
	if err := m.Validate(); err != nil {
		t.Fatal(err)
	}
	return m
}

// masterOf is master without the check.
func masterOf(src string) *frank.Master {
	m := &frank.Master{}
	var text strings.Builder
	for src != "" {
		fixed, rest, ok := strings.Cut(src, "{")
		text.WriteString(fixed)
		if !ok {
			break
		}
		site, after, _ := strings.Cut(rest, "}")
		readings := strings.Split(site, "|")
		m.Sites = append(m.Sites, frank.Site{Start: text.Len(), End: text.Len() + len(readings[0]), Readings: readings})
		text.WriteString(readings[0])
		src = after
	}
	m.Text = text.String()
	for i, s := range m.Sites {
		u := frank.Unit{Sites: []int{i}, Law: frank.Uniform(len(s.Readings))}
		for r := range s.Readings {
			u.Joint = append(u.Joint, []int{r})
		}
		m.Units = append(m.Units, u)
	}
	return m
}

// told writes what an alignment says of sites: "0=1 1=0,2 2=edited 3=cut".
func told(a *Alignment) string {
	var out []string
	for _, s := range a.Sites {
		what := s.State.String()
		if s.State == Read {
			what = strings.Trim(strings.ReplaceAll(fmt.Sprint(s.Readings), " ", ","), "[]")
		}
		out = append(out, fmt.Sprintf("%d=%s", s.Site, what))
	}
	return strings.Join(out, " ")
}

// wellFormed says what is wrong with the form of a as an answer for the passage.
func wellFormed(m *frank.Master, exhibit string, from, to int, a *Alignment) error {
	at, master := from, 0
	for i, p := range a.Pieces {
		if p.From != at || p.To < p.From || p.To > to {
			return fmt.Errorf("piece %d of %+v does not start at %d", i, a.Pieces, at)
		}
		if p.Start < master || p.End < p.Start || p.End > len(m.Text) {
			return fmt.Errorf("piece %d %+v leaves the dispatch's text or goes back from %d: %+v", i, p, master, a.Pieces)
		}
		if (p.Kind == AtSite) != (p.Site >= 0) || p.Site >= len(m.Sites) {
			return fmt.Errorf("piece %d %+v: wrong site", i, p)
		}
		at, master = p.To, p.End
	}
	if at != to {
		return fmt.Errorf("the pieces end at %d of %d: %+v", at, to, a.Pieces)
	}
	last := -1
	for _, s := range a.Sites {
		if s.Site <= last || s.Site >= len(m.Sites) || s.From < from || s.To < s.From || s.To > to {
			return fmt.Errorf("site %+v is out of order or range", s)
		}
		if (s.State == Read) != (len(s.Readings) > 0) {
			return fmt.Errorf("site %+v: state and readings disagree", s)
		}
		for k, r := range s.Readings {
			if r < 0 || r >= len(m.Sites[s.Site].Readings) || k > 0 && r <= s.Readings[k-1] {
				return fmt.Errorf("site %+v: bad readings", s)
			}
		}
		last = s.Site
	}
	if a.Words < 0 || a.Cost < 0 {
		return fmt.Errorf("%d words, cost %d", a.Words, a.Cost)
	}
	return nil
}

// check fails unless a is a well-formed answer for the passage.
func check(t testing.TB, m *frank.Master, exhibit string, from, to int, a *Alignment) {
	t.Helper()
	if err := wellFormed(m, exhibit, from, to, a); err != nil {
		t.Fatal(err)
	}
}

// memo is the dispatch most tables use.
const memo = "We {do not|don't} really believe that this {organisation|organization} is going to become " +
	"{substantially|markedly|much} more normal; less dysfunctional; less {unpredictable|erratic}{, | and }less faction riven; " +
	"{however|nevertheless}, the harbour board {said |said that |argued }it could re-establish order in {two|2} years. " +
	"{With regard to|As regards|Concerning} the ferries, {the pilots, the crews and the owners|the crews, the pilots and the owners|the owners, the crews and the pilots} " +
	"have {all |}agreed {|almost }in full to come back before the winter begins in earnest."

func TestHabits(t *testing.T) {
	m := master(t, memo)
	for _, tc := range []struct {
		name, printed, want string
	}{
		{"pasted", "We don't really believe that this organization is going to become much more normal", "0=1 1=1 2=2"},
		{"curly", "“We don’t really believe that this organization is”", "0=1 1=1"},
		{"lower case at the start", "… we do not really believe that this ORGANISATION is", "0=0 1=0"},
		{"bracketed capital", "[w]e do not really believe that this organisation is going", "0=0 1=0"},
		{"ellipsis", "We do not really believe … more normal; less dysfunctional; less erratic and less faction riven", "0=0 1=cut 2=cut 3=1 4=1"},
		{"ellipsis in brackets", "We do not really believe [...] more normal; less dysfunctional", "0=0 1=cut 2=cut"},
		{"ellipsis inside a reading", "Concerning the ferries, the crews, the pilots … have agreed in full", "8=2 9=1 10=1 11=0"},
		{"insertion", "believe that this organization [the port authority] is going to become markedly more normal", "1=1 2=1"},
		{"typo", "really beleive that this organistion is going to become markedlly more normal", "1=0 2=1"},
		{"typo equally near", "believe that this organi5ation is going to", "1=0,1"},
		{"scanner", "beIieve that this orgam2ation is goinq to become rnarkedly rnore norrnal", "1=1 2=1"},
		{"other word", "believe that this outfit is going to become vastly more normal", "1=edited 2=edited"},
		{"word left out", "believe that this is going to become more normal", "1=edited 2=edited"},
		{"dashes", "less dysfunctional – less erratic – less faction riven – nevertheless the harbour board", "3=1 4=0 5=1"},
		{"joined", "the harbour board said it could reestablish order in 2 years", "6=0 7=1"},
		{"split", "the harbour board argued it could re establish order in 2 years", "6=2 7=1"},
		{"line end", "believe that this organi- zation is going to be- come much more normal", "1=1 2=2"},
		{"American house style", "however, the harbor board said that it could reestablish order", "5=0 6=1"},
		{"empty reading, one word each side", "have agreed in full", "10=1 11=0"},
		{"empty reading beside an insertion", "have all agreed [on Monday] in full", "10=0 11=edited"},
		{"empty reading beside an ellipsis", "have all agreed … full to come back", "10=0 11=cut"},
		{"starts in a reading", "regard to the ferries, the pilots, the crews and the owners have", "8=0 9=0"},
		{"ends in a reading", "it could re-establish order in two years. As", "7=0 8=1"},
		{"starts where readings agree", "owners, the crews and the pilots have all agreed", "9=2 10=0"},
		{"quotation interrupted", "“the harbour board argued it,” he wrote on Sunday, “could re-establish order in 2 years", "6=2 7=1"},
		{"wrong words around", "The minister told reporters that the harbour board argued it could re-establish order, which is absurd and untrue.", "6=2"},
		{"full stop dropped", "re-establish order in 2 years", "7=1"},
		{"comma at the end of the quotation", "“could re-establish order in 2 years,” it said", "7=1"},
		{"bracketed ending", "that this organisation[s] is going to become much more", "1=0 2=2"},
		{"editor's word", "believe that this [organization] is going to become much more normal", "1=edited 2=2"},
		{"number style", "re-establish order in 2 years. As regards the ferries", "7=1 8=1"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			a := Align(m, tc.printed, 0, len(tc.printed), 0, len(m.Text))
			check(t, m, tc.printed, 0, len(tc.printed), a)
			if got := told(a); got != tc.want {
				t.Errorf("%s\n got %s\nwant %s\n%+v", tc.printed, got, tc.want, *a)
			}
		})
	}
}

func TestPlaceThatCannotBeTold(t *testing.T) {
	m := master(t, "The board {is|was} slow to act in this. We think it {will|shall} fail. The ferries are late every day of the week. "+
		"Again the board {is|was} slow to act in this, and we think it {will|shall} not recover before the spring.")
	for _, tc := range []struct{ printed, want, warns string }{
		{"the board was slow to act", "0=edited", WarnPlace},
		{"the board was slow to act in this, and we think it shall not recover", "2=1 3=1", ""},
		{"late every day … the board was slow to act in this", "2=1", ""},
		{"the board was slow … are late every day", "0=1 1=cut", ""},
		{"the board was slow to act … before the spring", "2=edited 3=cut", WarnPlace},
		{"Nobody knew anything", "", WarnNothing},
		{"“…”", "", WarnNothing},
		{"", "", WarnNothing},
	} {
		a := Align(m, tc.printed, 0, len(tc.printed), 0, len(m.Text))
		check(t, m, tc.printed, 0, len(tc.printed), a)
		if got := told(a); got != tc.want && !(tc.warns == WarnPlace && a.Sites[0].State == Edited) || strings.Join(a.Warnings, " ") != tc.warns {
			t.Errorf("%q\n got %s %v\nwant %s %s", tc.printed, got, a.Warnings, tc.want, tc.warns)
		}
	}
}

// A passage is found although the place given is only near it, and a whole
// dispatch is laid as well as a sentence.
func TestLongAndFarPassages(t *testing.T) {
	m := invent(t, 3000, 33, 9)
	text, readings, at := copyOf(m, rand.New(rand.NewPCG(4, 4)))
	for _, tc := range []struct{ from, to, start, end int }{
		{0, len(text), 0, len(m.Text)},
		{0, len(text), 0, 10},
		{0, len(text), len(m.Text) / 2, len(m.Text)/2 + 1},
		{at[300][0], at[340][1], m.Sites[320].Start, m.Sites[321].End},
		{at[300][0], at[340][1], m.Sites[345].Start, m.Sites[346].End},
	} {
		from, to := tc.from, tc.to
		a := Align(m, text, from, to, tc.start, tc.end)
		check(t, m, text, from, to, a)
		inside, right := 0, 0
		for i := range at {
			if at[i][0] > from && at[i][1] < to {
				inside++
			}
		}
		for _, s := range a.Sites {
			if s.State == Read && len(s.Readings) == 1 && at[s.Site][0] > from && at[s.Site][1] < to {
				if s.Readings[0] != readings[s.Site] {
					t.Errorf("site %d read wrongly", s.Site)
				}
				right++
			}
		}
		if inside == 0 || right < inside*98/100 {
			t.Errorf("%+v: %d of %d sites read, cost %d, %d words", tc, right, inside, a.Cost, a.Words)
		}
	}
}

// Where three words in four could be worded otherwise, and one in four of
// those was, the words between keep the passage on its track.
func TestDenseSites(t *testing.T) {
	voc := vocabulary()
	for seed := range uint64(5) {
		m := invent(t, 1000, 15, seed+20)
		r := rand.New(rand.NewPCG(seed, 8))
		readings := make([]int, len(m.Sites))
		var b strings.Builder
		last := 0
		changed := make([]bool, len(m.Sites))
		for i, s := range m.Sites {
			readings[i] = r.IntN(3)
			b.WriteString(m.Text[last:s.Start])
			if i > 100 && i < 200 && r.IntN(4) == 0 {
				changed[i] = true
				b.WriteString(voc[60+r.IntN(2900)])
			} else {
				b.WriteString(s.Readings[readings[i]])
			}
			last = s.End
		}
		text := b.String()
		words := strings.Fields(text)
		printed := strings.Join(words[220:320], " ")
		a := Align(m, printed, 0, len(printed), m.Sites[130].Start, m.Sites[170].End)
		check(t, m, printed, 0, len(printed), a)
		right, wrong, missed, invented := 0, 0, 0, 0
		for _, s := range a.Sites {
			switch {
			case changed[s.Site] && s.State == Read:
				invented++
			case changed[s.Site]:
			case s.State != Read || len(s.Readings) > 1:
				missed++
			case s.Readings[0] == readings[s.Site]:
				right++
			default:
				wrong++
			}
		}
		if right < 40 || wrong > 0 || missed > 3 || invented > 2 {
			t.Errorf("seed %d: %d right, %d wrong, %d missed, %d invented; cost %d", seed, right, wrong, missed, invented, a.Cost)
		}
	}
}

// A long passage is laid lot by lot, also where no two fixed words meet.
func TestLongPassageOfDenseSites(t *testing.T) {
	voc := vocabulary()
	var src strings.Builder
	for i := range 320 {
		fmt.Fprintf(&src, "{%s|%s} ", voc[3*i], voc[3*i+1])
		if i%2 == 1 {
			fmt.Fprintf(&src, "%s ", voc[3*i+2])
		}
	}
	m := master(t, src.String())
	r := rand.New(rand.NewPCG(3, 9))
	readings := make([]int, len(m.Sites))
	for i := range readings {
		readings[i] = r.IntN(2)
	}
	printed := m.Render(readings)
	a := Align(m, printed, 0, len(printed), 0, len(m.Text))
	check(t, m, printed, 0, len(printed), a)
	right := 0
	for _, s := range a.Sites {
		if s.State == Read && len(s.Readings) == 1 && s.Readings[0] == readings[s.Site] {
			right++
		}
	}
	if right < len(m.Sites)-3 {
		t.Errorf("%d of %d sites read right", right, len(m.Sites))
	}
}

// Sites may stand inside words, touch each other, or differ in marks or
// capitals alone.
func TestAwkwardSites(t *testing.T) {
	for _, tc := range []struct{ name, src, printed, want string }{
		{"inside a word", "we organi{s|z}e the ferr{y|ies} now", "we organize the ferry now", "0=1 1=0"},
		{"two inside a word", "we organi{s|z}ation{|s} now", "we organizations now", "0=1 1=1"},
		{"typo beside it", "we organi{s|z}e the ferries now", "we orgnaize the ferries now", "0=1"},
		{"touching", "we {did |}{not |never }see the ferries", "we never see the ferries", "0=1 1=1"},
		{"initials", "in the {U.K.|UK} and the {U.S.|US} this week", "in the UK and the U.S. this week", "0=1 1=0"},
		{"comma or none", "we know{,|} of course{,|} that it is late", "we know of course, that it is late", "0=1 1=0"},
		{"comma changed", "we know{,|} of course that it is late", "we know; of course that it is late", "0=0,1"},
		{"capital", "we told the {Board|board} and the {Crew|crew} of it", "we told the Board and the crew of it", "0=0 1=1"},
		{"capital where one must stand", "{Never|never} tell the board of it", "“Never tell the board of it”", "0=0,1"},
		{"all in capitals", "we told the {Board|board} of it", "WE TOLD THE BOARD OF IT", "0=0,1"},
		{"accent", "we met in the {café|cafe} at noon", "we met in the cafe\u0301 at noon", "0=0"},
		{"hyphen", "we {co-operate|cooperate} with all and {no one|no-one} else", "we cooperate with all and no-one else", "0=1 1=1"},
		{"split figures", "it cost {1,000|1000} in all, not less", "it cost 1000 in all, not less", "0=1"},
		{"full form in fixed text", "we do not {think|believe} so at all", "we don't believe so at all", "0=1"},
		{"end of the text", "we think it is {late|tardy}", "think it is tardy", "0=1"},
		{"whole text", "{late|tardy}", "tardy", "0=1"},
		{"soft hyphen", "we think it is {substantial|large} here", "think it is sub\u00adstantial here", "0=0"},
		{"same words in another order", "we saw {France, Spain and Italy|Italy, France and Spain|Spain, Italy and France} there", "we saw Italy, Spain there", "0=edited"},
		{"part of a reading left out", "we saw {France, Spain and Italy|Italy, France and Spain} there", "we saw Italy … Spain there", "0=1"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			m := master(t, tc.src)
			a := Align(m, tc.printed, 0, len(tc.printed), 0, len(m.Text))
			check(t, m, tc.printed, 0, len(tc.printed), a)
			if got := told(a); got != tc.want {
				t.Errorf("%q\n got %s\nwant %s\n%+v", tc.printed, got, tc.want, *a)
			}
		})
	}
}

func TestPiecesForShowing(t *testing.T) {
	m := master(t, "We {do not|don't} think the harbour board is slow; it is careless with {other people's|its members'} money.")
	printed := "“We don’t think the harbor board … is [very] careless with its members’ cash”"
	a := Align(m, printed, 0, len(printed), 0, len(m.Text))
	check(t, m, printed, 0, len(printed), a)
	var got []string
	for _, p := range a.Pieces {
		got = append(got, fmt.Sprintf("%s:%s/%s", p.Kind, printed[p.From:p.To], m.Text[p.Start:p.End]))
	}
	want := "added:“/|same:We /We |site:don’t/do not|same: think the / think the |changed:harbor/harbour|same: board …/ board|" +
		"omitted:/ is slow; it|same: is / is|added:[very]/|same: careless with / careless with |site:its members’/other people's|added: cash”/"
	if g := strings.Join(got, "|"); g != want {
		t.Errorf("\n got %s\nwant %s", g, want)
	}
}

// A dispatch has quotation marks of its own: words between two of its quoted
// terms are its words, not a newspaper's.
func TestQuotedTermsOfTheDispatch(t *testing.T) {
	m := master(t, "They favour a national “red flag” law, {as well as|along with} measures {helping|to help} states {pass|enact} “red flag” laws of their own.")
	printed := m.Render([]int{1, 1, 1})
	for _, s := range Align(m, printed, 0, len(printed), 0, len(m.Text)).Sites {
		if s.State != Read || fmt.Sprint(s.Readings) != "[1]" {
			t.Errorf("site %d is %v %v, expected reading 1", s.Site, s.State, s.Readings)
		}
	}
}
