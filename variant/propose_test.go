package variant

import (
	"slices"
	"strings"
	"testing"

	"frank/prose"

	"pgregory.net/rapid"
)

// Texts that tell their variety, for tests of kinds that depend on it.
const (
	inBritish  = "\n\nThe labour of our neighbours does them honour."
	inAmerican = "\n\nThe labor of our neighbors does them honor."
	inTalk     = "\n\nWe don't mind it. It's late and they're tired of it."
)

// coreStock is the first file of the stock alone, so that tests of the machinery
// do not change with every entry.
var coreStock = lazy(func() *Stock {
	text, err := stockFiles.ReadFile("stock/core.txt")
	if err == nil {
		var s *Stock
		if s, err = ParseStock(string(text)); err == nil {
			return s
		}
	}
	panic(err)
})

// marked shows the first paragraph of text with the sites of one kind.
func marked(text, kind string) string {
	first, _, _ := strings.Cut(text, "\n\n")
	var b strings.Builder
	at := 0
	for _, p := range Proposals(text, ProposeOptions{Kinds: []string{kind}, Stock: coreStock()}) {
		if p.End > len(first) {
			break
		}
		b.WriteString(first[at:p.Start] + "{" + strings.Join(p.Readings, "|") + "}")
		at = p.End
	}
	return b.String() + first[at:]
}

// The tables of the kinds: want is the text with its sites, or "" where there
// must be none.
func TestKinds(t *testing.T) {
	for _, c := range []struct{ kind, text, more, want string }{
		// phrase: accept
		{"phrase", "We wrote to them in order to secure a reply.", inBritish, "We wrote to them {in order to secure|so as to secure} a reply."},
		{"phrase", "In order to secure a reply we wrote.", "", "{In order to secure|To secure} a reply we wrote."},
		{"phrase", "They spoke with a view to persuading the others.", inAmerican, "They spoke {with a view to persuading|with the aim of persuading|in order to persuade} the others."},
		{"phrase", "People look out for each other here.", "", "People look out for {each other|one another} here."},
		{"phrase", "It seems to be an attempt.", "", "It {seems to|appears to} be an attempt."},
		{"phrase", "This is good for our country.", inAmerican, "This is good for {our country|our nation}."},
		{"phrase", "This is good for our country.", inAmerican + " They love the Nation.", ""}, // which has a capital here
		{"phrase", "This is good for our country.", inAmerican + " They love the NATION.", "This is good for {our country|our nation}."},
		{"phrase", "We are now participating in the work.", "", "We are now {participating in|taking part in} the work."},
		{"phrase", "To support them, the office is open.", "", "{To|In order to} support them, the office is open."},
		// phrase: reject
		{"phrase", "To accept this would be wrong.", "", ""},
		{"phrase", "We helped each other, truly each other.", "", ""},
		{"phrase", "At the moment of truth he spoke.", "", ""},
		{"phrase", "He did this \"in order to secure a reply\" and left.", "", ""},
		{"phrase", "The order remains in effect on that date.", inBritish, ""},
		{"phrase", "They urge upon the members that view.", "", ""},
		{"phrase", "In the first half of the year it fell.", "", ""},
		{"phrase", "We will do it with all the will in the world.", "", ""},
		{"phrase", "IN ORDER TO SECURE A REPLY", "", ""},
		// the article goes into the site
		{"substitution", "He was in a particularly good mood.", "", "He was in {a particularly|an especially} good mood."},
		{"substitution", "The figures demonstrate that the harbour is full.", "", "The figures {demonstrate that|show that} the harbour is full."},
		// inflection
		{"substitution", "The talks commenced on Monday.", "", "The talks {commenced|began|started} on Monday."},
		{"substitution", "The work had commenced then.", "", "The work had {commenced|begun|started} then."},
		// substitution: reject names, terms, and words repeated close by
		{"substitution", "The Main Committee met.", "", ""},
		{"substitution", "Whole Wheat Board members met.", "", ""},
		{"substitution", "The present time is short.", "", ""},
		{"substitution", "He came shortly before noon.", "", ""},
		{"substitution", "The whole plan and the entire scheme failed.", "", ""},
		{"phrase", "We make sure that it works.", "", "We {make sure that it|ensure that it|ensure it|make sure it} works."},
		{"relative", "He had a grievance that she was gone.", inBritish, ""},
		{"contraction", "Do not break it.", inTalk, ""},
		// connective
		// place
		{"place", "However, it is a matter of time.", "", "{However, it is|It is, however,} a matter of time."},
		{"place", "It is, however, a matter of time.", "", "{It is, however,|However, it is} a matter of time."},
		{"place", "We saw Ghana. The Ghana Government, however, has left.", "", "We saw Ghana. {The Ghana Government, however, has|However, the Ghana Government has|The Ghana Government has, however,} left."},
		{"place", "Moreover, they are late.", "", "{Moreover, they are|They are, moreover,|Furthermore, they are|They are, furthermore,|In addition, they are} late."},
		{"place", "We therefore suggest a walk.", "", "{We therefore suggest|Therefore, we suggest} a walk."},
		{"place", "I hoped, however, that he would.", "", "{I hoped, however,|However, I hoped} that he would."},
		{"place", "The letter, however, sent by him was late.", "", ""},
		{"place", "However it is done, it is done.", "", ""},
		{"place", "However, proposals made there were late.", "", ""},
		// genitive
		{"genitive", "He set out the attitude of the Government to it.", "", "He set out {the attitude of the Government|the Government's attitude} to it."},
		{"genitive", "He set out the Government's present attitude.", "", "He set out {the Government's present attitude|the present attitude of the Government}."},
		{"genitive", "The future of Japan is bright.", "", "{The future of Japan|Japan's future} is bright."},
		{"genitive", "The attitude of the Government of India is known.", "", ""},
		{"genitive", "The views of the Minister who came are known.", "", ""},
		{"genitive", "The views of Japan and China are known.", "", ""},
		{"genitive", "He praised Smith's attitude.", "", ""},
		{"connective", "Although he came, we left.", "", "{Although|Though} he came, we left."},
		{"connective", "He waited for a while there.", inBritish, ""},
		// list
		{"list", "They export mainly goods made of wool, cotton and tin.", "", "They export mainly goods made of {wool, cotton and tin|wool, tin and cotton|cotton, wool and tin|cotton, tin and wool|tin, wool and cotton|tin, cotton and wool}."},
		{"list", "It raises political and economic questions.", "", "It raises {political and economic|economic and political} questions."},
		{"list", "He spoke of political and economic questions.", "", "He spoke of {political and economic|economic and political} questions."},
		{"list", "It was in coal, iron and tin.", "", ""},         // alphabetical
		{"list", "We count in hours, days and weeks.", "", ""},    // rising
		{"list", "A matter of law and order.", "", ""},            // fixed
		{"list", "Talks with Fiji, Tonga and Samoa.", "", ""},     // names: protocol
		{"list", "The economic and social council met.", "", ""},  // a body
		{"list", "The most hopeful and fruitful course.", "", ""}, // "most" of which?
		{"list", "Of wool, cotton and tin production.", "", ""},   // shared or not?
		{"list", "They rest on friendship and wisdom.", "", "They rest on {friendship and wisdom|wisdom and friendship}."},
		{"list", "They spoke of the strength and the composition.", "", "They spoke of {the strength and the composition|the composition and the strength}."},
		{"list", "We need old houses and bridges.", "", ""},
		{"list", "It is the cordial and amicable statement.", "", "It is the {cordial and amicable|amicable and cordial} statement."},
		{"list", "It is a candid and honest statement.", "", ""}, // a, an
		{"list", "They spoke of the Minister and the Secretary.", "", ""},
		{"list", "It is in places of worship, schools and factories.", "", ""},
		// order
		{"order", "It will be carefully considered.", "", "It will be {carefully considered|considered carefully}."},
		{"order", "The duty was gradually phased in.", "", ""},
		{"order", "It was thoroughly examined by us.", "", "It was {thoroughly examined|examined thoroughly} by us."},
		{"order", "We will also help them.", inAmerican, "We {will also|also will} help them."},
		{"order", "We will also help them.", inBritish, ""},
		// relative
		{"relative", "Any step which would help is welcome.", "", "Any step {which|that} would help is welcome."},
		{"relative", "The plan which we made is here.", inBritish, "The plan {which |that |}we made is here."},
		{"relative", "The plan, which we made, is here.", "", ""},
		{"relative", "The fact that we came is known.", inBritish, ""},
		{"relative", "He told the press that he hoped for rain.", inBritish, ""},
		{"relative", "In a way that is new.", "", ""},
		{"relative", "The areas in which they live are small.", "", "The areas {in which|where} they live are small."},
		{"relative", "It rests on proposals which were made by others.", inBritish, "It rests on proposals {which were |that were |}made by others."},
		{"relative", "This book which we made is here.", inBritish, ""},
		{"relative", "The minister which was there left.", inBritish, ""},
		// that
		{"that", "He told us that they would go.", "", "He told us{ that|} they would go."},
		{"that", "We are sure they will go.", "", "We are sure{| that} they will go."},
		{"that", "He said that they came and that they went.", "", ""},
		{"that", "As we are aware they will go.", "", ""},
		{"that", "I think that we can go.", "", "I think{ that|} we can go."},
		{"place", "Moreover, they are late.", inAmerican, "{Moreover, they are|Furthermore, they are|In addition, they are} late."},
		{"that", "I hope we can go.", "", "I hope{| that} we can go."},
		{"that", "These are the places that I believe we can see.", "", ""},
		{"that", "As I said we can go.", "", ""},
		// contraction
		{"contraction", "They do not know it.", inTalk, "They {do not|don't} know it."},
		{"contraction", "It's a long day.", inTalk, "{It's|It is} a long day."},
		{"contraction", "They do not know it.", "", ""}, // the text does not contract
		{"contraction", "That is who we are as people.", inTalk, "{That is|That's} who we are as people."},
		{"contraction", "Many of you are working.", inTalk, ""},
		{"contraction", "It's been a long day.", inTalk, ""},
		{"contraction", "They came, and doesn't the room feel full?", inTalk, ""},
		{"contraction", "Isn't the room full?", inTalk, ""},
		{"contraction", "He said that they do not.", inTalk, ""},
		// number
		{"number", "It rose by 5 per cent that year.", "", "It rose by 5{ per cent|%} that year."},
		{"number", "It rose by ten per cent after 5 per cent.", "", ""},
		{"number", "It took two months, not 3 months.", "", "It took {two|2} months, not 3 months."},
		{"number", "It took two months.", "", ""},
		// spelling
		{"spelling", "We realise it.", inBritish, "We {realise|realize} it."},
		{"spelling", "We realize it.", inAmerican, ""},
		{"spelling", "We generalise it.", "", ""}, // of which variety?
	} {
		want := c.want
		if want == "" {
			want = c.text
		}
		if got := marked(c.text+c.more, c.kind); got != want {
			t.Errorf("%s:\n got %s\nwant %s", c.kind, got, want)
		}
	}
}

func TestSpellingChangesTogether(t *testing.T) {
	s := Propose("We realise it. They recognise it."+inBritish, ProposeOptions{})
	if !strings.Contains(s.String(), "{?spelling#1:realise|realize}") || !strings.Contains(s.String(), "{?spelling#1:recognise|recognize}") {
		t.Errorf("the spellings are not linked: %s", s)
	}
}

func TestProposeKeepsWhatTheAuthorLocked(t *testing.T) {
	text := "We saw {!each other} then, and a good while later we all of us came and very much helped each other."
	s := Propose(text, ProposeOptions{Stock: coreStock()})
	if got, want := s.String(), "We saw {!each other} {?pause:then, and|then and} a good while later we all of us {?pause:came and|came, and} very much helped {?phrase:each other|one another}."; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	more := ProposeMore(s, ProposeOptions{Stock: coreStock()})
	if more.String() != s.String() {
		t.Errorf("proposing again gave %s", more)
	}
}

func TestEveryKindSurvives(t *testing.T) {
	kinds := Kinds()
	if len(kinds) == 0 {
		t.Fatal("there are no kinds")
	}
	for _, k := range kinds {
		if k.Doc == "" || strings.Count(k.Doc, ".") < 1 {
			t.Errorf("%s has no sentence", k.Name)
		}
		before := uint32(1 << 16)
		for _, m := range []Medium{Paste, Retyped, Edited, Heavy} {
			if _, ok := survival()[k.Name+" "+string(m)]; !ok {
				t.Errorf("survival.txt has no %s for %s", m, k.Name)
			}
			keep := Keep(k.Name, m)
			if keep == 0 || keep > before {
				t.Errorf("%s keeps %d of 65536 through %s, after %d through a gentler hand", k.Name, keep, m, before)
			}
			before = keep
		}
	}
	if Keep("house style", Press) != Keep("own", Press) || Keep("own", "smoke") != Keep("own", Heavy) {
		t.Error("what is not listed has not the author's own row, or not the hardest medium")
	}
}

func TestStock(t *testing.T) {
	s := BuiltinStock()
	if len(s.entries) < 200 {
		t.Fatalf("the stock has only %d entries", len(s.entries))
	}
	for _, bad := range []string{"each other / one another", "phrase: alone", "phrase: a / b | near x", "phrase: a / b | form verb", "phrase: DET b / c"} {
		if _, err := ParseStock(bad); err == nil {
			t.Errorf("%q was read as an entry", bad)
		}
	}
}

func TestLocks(t *testing.T) {
	for text, want := range map[string][]string{
		"He said \"all is well\" to us.":                  {"\"all is well\""},
		"He said 'the Ministers' view holds' to us.":      {"'the Ministers' view holds'"},
		"They left “and so on\n\n“and on” again to us.":   {"“and so on", "“and on”"},
		"We met on 3 May with Mr Smith of Ghana to us.":   {"3", "May", "Mr", "Smith", "Ghana"},
		"We refer to paragraph 5 of it to us.":            {"paragraph 5"},
		"It must not be done by us, they agreed with us.": {"must", "not", "agreed"},
		"A short heading": {"A short heading"},
		"Article 3 says what we do and how it is done by us.": {"Article 3 says what we do and how it is done by us."},
		"> as he wrote to us once and for all, and to us.":    {"> as he wrote to us once and for all, and to us."},
		"Write to a@b.example or come along to us.":           {"a@b.example"},
		"We {!never vary} this line of words to us.":          {"{!never vary}"},
		"ALL OF THIS LINE IS IN CAPITALS AND IS NOT SENT.":    {"ALL OF THIS LINE IS IN CAPITALS AND IS NOT SENT."},
		"The parties shall meet and shall part again, both.":  {"The parties shall meet and shall part again, both."},
	} {
		spans := Locks(text)
		for _, w := range want {
			i := strings.Index(text, w)
			if !slices.ContainsFunc(spans, func(s prose.Span) bool { return s.Start <= i && s.End >= i+len(w) }) {
				t.Errorf("%q is not locked in %q: %v", w, text, spans)
			}
		}
	}
}

// check fails if what is proposed for text breaks a promise.
func check(t interface{ Fatalf(string, ...any) }, text string) {
	ps := Proposals(text, ProposeOptions{})
	ls := locks(text, prose.Tokens(text), prose.Sentences(text))
	at := 0
	for _, p := range ps {
		if p.Start < at || p.End < p.Start || p.End > len(text) || text[p.Start:p.End] != p.Readings[0] || len(p.Readings) < 2 || !known(p.Kind) {
			t.Fatalf("%+v is no proposal for %q", p, text)
		}
		at = p.End
		for _, l := range ls {
			hard := l.why != negation && l.why != operative
			if !hard || l.Start >= p.End || l.End <= p.Start {
				continue
			}
			if l.why != name || l.Start < p.Start || l.End > p.End {
				t.Fatalf("%+v touches the lock %q of %q", p, text[l.Start:l.End], text)
			}
			for _, r := range p.Readings { // a name may be carried along whole
				if kept := strings.TrimSuffix(strings.TrimSuffix(text[l.Start:l.End], "'s"), "’s"); !strings.Contains(r, kept) {
					t.Fatalf("%q loses the name %q of %q", r, kept, text)
				}
			}
		}
	}
}

func FuzzPropose(f *testing.F) {
	for _, s := range []string{"", "In order to secure a reply, however, it is so. {!x} “a", "We don't. It's late and they're in. I think that we can. 5 per cent", "'\n\n{!\n\n> a\n\n- b of wool, cotton and tin.", inBritish + inTalk} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) { check(t, text) })
}

// TestCutShort: a text may end anywhere.
func TestCutShort(t *testing.T) {
	const text = "In the circumstances; if I don't we think it is late. We don't think that in 5 per cent it is so. In the circumstances; if I don't think that they are late, we shall as you say begin, in fact, to ask for more ships, boats and men than the Minister's office of which the head was in London on Monday has had in order to help us; either this or that, however, will do."
	words := strings.Fields(text)
	for from := range words {
		for to := from; to <= len(words); to++ {
			check(t, strings.Join(words[from:to], " "))
		}
	}
}

func TestProposalsHoldForAnyText(t *testing.T) {
	words := strings.Split("In order to secure|In|order|the whole|plan|,|however,|it is|.|We don't think that|think|that|each other|5 per cent|of wool, cotton and tin|wool|“|”|'|(|)|{!|}|a|an|particularly|additional|which would be|carefully considered|.\n\n|shall not|Mr Smith|begin to work|work|labour|realise", "|")
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 0, 60).Draw(t, "words"), " ")
		check(t, text)
		n += len(Proposals(text, ProposeOptions{}))
		s := Propose(text, ProposeOptions{})
		if !strings.Contains(text, "{!") && s.Text() != text {
			t.Fatalf("the text %q became %q", text, s.Text())
		}
	})
	if n == 0 {
		t.Fatal("nothing was ever proposed")
	}
}

func TestResolveKeepsTheMostBits(t *testing.T) {
	two, three := []string{"a", "b"}, []string{"a", "b", "c"}
	all := []Proposal{{Start: 0, End: 4, Kind: "phrase", Readings: two}, {Start: 2, End: 8, Kind: "phrase", Readings: three}, {Start: 6, End: 9, Kind: "phrase", Readings: two}, {Start: 9, End: 9, Kind: "phrase", Readings: two}}
	got := resolve(all)
	if len(got) != 3 || got[0].Start != 0 || got[1].Start != 6 || got[2].Start != 9 {
		t.Errorf("of %v were kept %v", all, got)
	}
}

func TestStockWritesAsTheText(t *testing.T) {
	s, err := ParseStock("phrase: well-known / familiar to all\nphrase: we're going to / we'll\nphrase: i am pleased / i'm pleased")
	if err != nil {
		t.Fatal(err)
	}
	text := "It is a well-known fact, it’s true, and we’re going to win, and I am pleased now."
	want := "It is a {?phrase:well-known|familiar to all} fact, it’s true, and {?phrase:we’re going to|we’ll} win, and {?phrase:I am pleased|I’m pleased} now."
	if got := Propose(text, ProposeOptions{Stock: s, Kinds: []string{"phrase"}}).String(); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestStockCarriesByClass: what stood for a class is written in the place of that
// class, whatever else a reading leaves out.
func TestStockCarriesByClass(t *testing.T) {
	s, err := ParseStock("phrase: do everything in POSS power to BASE / +make every effort to BASE / +tell OBJ to BASE\nphrase: of ING DET / +to DET BASE")
	if err != nil {
		t.Fatal(err)
	}
	text := "They do everything in their power to help, and speak of keeping the peace."
	want := "They {?phrase:do everything in their power to help|make every effort to help}, and speak {?phrase:of keeping the|to the keep} peace."
	if got := Propose(text, ProposeOptions{Stock: s, Kinds: []string{"phrase"}}).String(); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// A memorandum of a thousand words.
var memo = strings.Repeat("In order to secure a reply, we wrote to them with regard to the matter of wool. It is, however, clear that the present plan, which was made by others, needs help. ", 33)

func BenchmarkPropose(b *testing.B) {
	for b.Loop() {
		Propose(memo, ProposeOptions{})
	}
}

func BenchmarkStock(b *testing.B) {
	text, err := stockFiles.ReadFile("stock/core.txt")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := ParseStock(string(text)); err != nil {
			b.Fatal(err)
		}
	}
}

func TestVarietyByDates(t *testing.T) {
	for text, want := range map[string]variety{
		"Received on 18 May 1938 in the morning.":       british,
		"Your letter of 14th April was read.":           british,
		"We met on May 18, 1938, in the city.":          american,
		"We met on May 18th and he may 2 times return.": 0,
	} {
		if got := newDocument(text, nil).variety; got != want && !(want == american && got == 0) {
			t.Errorf("%q: variety %d, expected %d", text, got, want)
		}
	}
	if got := newDocument("On May 18, 1938, and on June 2, 1939, they met.", nil).variety; got != american {
		t.Errorf("two American dates: variety %d", got)
	}
}

// TestMeets: a reading is not set beside a word that it cannot stand next to.
func TestMeets(t *testing.T) {
	for text, never := range map[string]string{
		"The statement should be made very shortly.":         "very in",
		"They were now to put pressure on the Republic.":     "to brought",
		"It was decided to set up a committee of enquiry.":   "to formed",
		"It cost the roughly $800 million of the programme.": "the about",
		"May I hope that you will see to it?":                "May my",
		"The text must be here by 20 May at the latest.":     "most recent",
	} {
		found := false
		for _, p := range Proposals(text+" "+inBritish, ProposeOptions{}) {
			found = true
			for _, r := range p.Readings {
				if out := text[:min(p.Start, len(text))] + r; strings.Contains(out, never) {
					t.Errorf("%s: %q", text, out)
				}
			}
		}
		if !found {
			t.Errorf("%s: nothing is proposed", text)
		}
	}
}
