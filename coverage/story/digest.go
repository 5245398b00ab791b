package story

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"frank"
	"frank/coverage"
)

// Format is the format of a [Digest].
const Format = "frank.digest/1"

// Digest is what press material says, story by story, the most covered first.
type Digest struct {
	Format  string   `json:"format"` // [Format]
	Stories []Story  `json:"stories"`
	Unread  []Unread `json:"unread"` // what could not be read, or not all of it
	Notes   []string `json:"notes"`  // sentences for people, about the digest as a whole
}

// Unread is material, or a part of it, that could not be read.
type Unread struct {
	Name string `json:"name"`
	Why  string `json:"why"`
}

// Story is one story in all the outlets that have it.
type Story struct {
	Title      string      `json:"title"`      // of the article that comes first; "" if it has none
	Outlets    int         `json:"outlets"`    // how many have it
	Texts      int         `json:"texts"`      // how many texts they print: reprints of one count once
	Articles   []Article   `json:"articles"`   // the earliest claim first; those without one last
	Quotations []Quotation `json:"quotations"` // in order of how many outlets have them
	Everywhere []string    `json:"everywhere"` // sentences that every outlet has in nearly these words
	Alone      []Alone     `json:"alone"`      // what one outlet alone has
	Renderings []Rendering `json:"renderings"` // where they print the same words differently
}

// Article is one article of one outlet.
type Article struct {
	Outlet    string    `json:"outlet"`    // its name, or that of the file where no outlet is known
	Known     bool      `json:"known"`     // whether the outlet is known
	Title     string    `json:"title"`     // of the last version
	URL       string    `json:"url"`       // or ""
	Published string    `json:"published"` // the earliest claim of its versions, see coverage.ValidClaim, or ""
	Text      int       `json:"text"`      // which of the story's texts it prints, from 1
	Versions  []Version `json:"versions"`  // the earliest first
}

// Version is one version of an article.
type Version struct {
	Name      string     `json:"name"` // of the exhibit
	SHA256    frank.Hash `json:"sha256"`
	Published string     `json:"published"`
	Modified  string     `json:"modified"`
	Changes   []Change   `json:"changes"` // against the version before; none for the first
}

// The states of an attribution.
const (
	Unattributed = "unattributed" // no rule says who spoke
	ByRule       = "by rule"      // a rule says it, and nobody has confirmed it
	Confirmed    = "confirmed"    // somebody has
	Struck       = "struck"       // somebody has found it wrong, and it is gone
)

// Quotation is what somebody is quoted as saying, in one outlet or many.
type Quotation struct {
	ID      string     `json:"id"`      // for the file of confirmations
	Text    string     `json:"text"`    // as most print it, the longest of those
	Speaker string     `json:"speaker"` // or ""
	State   string     `json:"state"`
	Rule    string     `json:"rule"`    // that found the speaker, or ""
	As      string     `json:"as"`      // the speaker as the sentence has it: "she"; or ""
	Outlets []string   `json:"outlets"` // that have it, sorted
	Others  []Disputed `json:"others"`  // outlets in which the rules find somebody else
	words   int
	first   int // the article it was first seen in
	at      int
	members []string // the IDs that stand for it
}

// Disputed is another speaker that some outlets give the same words to.
type Disputed struct {
	Speaker string   `json:"speaker"`
	Outlets []string `json:"outlets"`
}

// Alone is what one outlet alone has.
type Alone struct {
	Outlet     string   `json:"outlet"`
	Quotations []string `json:"quotations"`
	Sentences  []string `json:"sentences"`
}

// Make makes the digest of exhibits, with what a person has confirmed, which
// may be nil. It is an error when there are none, or more than can be compared.
func Make(exhibits []*coverage.Exhibit, confirmed *Confirmations) (*Digest, error) {
	switch {
	case len(exhibits) == 0:
		return nil, frank.WithHint(fmt.Errorf("there is nothing to make a digest of"), "give articles, folders of them, or saved feeds")
	case len(exhibits) > maxExhibits:
		return nil, frank.WithHint(fmt.Errorf("there are %d exhibits, more than the %d that can be compared", len(exhibits), maxExhibits), "give fewer: a week of them, or a search's results")
	}
	total := 0
	for i, e := range exhibits {
		if total += min(len(e.Text), maxText); total > maxTogether {
			return nil, frank.WithHint(fmt.Errorf("the exhibits have more than the %d bytes of text that can be compared", maxTogether), "give fewer: a week of them, or a search's results")
		}
		if len(e.Text) > maxText {
			exhibits = slices.Clone(exhibits)
			exhibits[i] = cutShort(e)
		}
	}
	d := &Digest{Format: Format, Stories: []Story{}, Unread: []Unread{}, Notes: []string{}}
	for _, these := range stories(gather(exhibits)) {
		d.Stories = append(d.Stories, makeStory(these))
	}
	slices.SortStableFunc(d.Stories, func(a, b Story) int {
		return cmp.Or(cmp.Compare(b.Outlets, a.Outlets), cmp.Compare(len(b.Articles), len(a.Articles)))
	})
	seen := map[string]bool{}
	for _, e := range exhibits {
		if e.Unread != "" && !seen[e.Name] {
			seen[e.Name] = true
			d.Unread = append(d.Unread, Unread{e.Name, e.Unread})
		}
	}
	slices.SortFunc(d.Unread, func(a, b Unread) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Why, b.Why)) })
	d.confirm(confirmed)
	return d, nil
}

// cutShort returns the beginning of an exhibit that is longer than any article.
func cutShort(e *coverage.Exhibit) *coverage.Exhibit {
	out := *e
	n := maxText
	for !utf8.RuneStart(e.Text[n]) {
		n--
	}
	out.Text, out.Quotes = e.Text[:n], nil
	for _, q := range e.Quotes {
		if q[1] <= n {
			out.Quotes = append(out.Quotes, q)
		}
	}
	if out.Unread != "" {
		out.Unread += "; "
	}
	out.Unread += "only its first MiB of text was compared"
	return &out
}

// Encode writes d as JSON, with a line feed at its end.
func (d *Digest) Encode() ([]byte, error) {
	data, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return nil, err
	}
	return append(data, '\n'), nil
}

func makeStory(articles []*article) Story {
	label := labels(articles)
	s := Story{Articles: []Article{}, Quotations: []Quotation{}, Everywhere: []string{}, Alone: []Alone{}, Renderings: []Rendering{}}
	number := make([]int, len(articles))
	groups := texts(articles)
	s.Texts = len(groups)
	for n, list := range groups {
		for _, i := range list {
			number[i] = n + 1
		}
	}
	outlets := map[string]bool{}
	for i, a := range articles {
		outlets[outletOf(a)] = true
		s.Articles = append(s.Articles, a.shown(number[i]))
	}
	s.Outlets = len(outlets)
	slices.SortStableFunc(s.Articles, func(a, b Article) int { return cmp.Compare(claimed(a.Published), claimed(b.Published)) })
	for _, a := range s.Articles {
		if s.Title = a.Title; s.Title != "" {
			break
		}
	}
	s.Quotations = quotations(articles)
	s.Everywhere, s.Alone = compare(articles, s.Quotations)
	s.Renderings = differences(articles, label)
	return s
}

// outletOf tells outlets apart: by their names, and the unknown by their files.
func outletOf(a *article) string {
	if a.key == "" {
		return "\x00" + a.outlet
	}
	return a.key
}

// labels names versions: by the outlet, and for an earlier version with its
// number.
func labels(articles []*article) func(article, version int) string {
	return func(i, k int) string {
		a := articles[i]
		if k < len(a.versions)-1 {
			return fmt.Sprintf("%s (version %d)", a.outlet, k+1)
		}
		return a.outlet
	}
}

func claimed(s string) string {
	if s == "" {
		return "9"
	}
	return coverage.Earliest(s)
}

func (a *article) shown(text int) Article {
	out := Article{Outlet: a.outlet, Known: a.key != "", Title: a.last().Title, Text: text, Versions: []Version{}}
	for i, v := range a.versions {
		if out.URL == "" {
			out.URL = v.URL
		}
		if v.Published != "" && claimed(v.Published) < claimed(out.Published) {
			out.Published = v.Published
		}
		w := Version{Name: v.Name, SHA256: v.SHA256, Published: v.Published, Modified: v.Modified, Changes: []Change{}}
		if i > 0 {
			w.Changes = append(w.Changes, changes(a.versions[i-1].Text, v.Text)...)
		}
		out.Versions = append(out.Versions, w)
	}
	if out.Title == "" {
		out.Title = a.versions[0].Title
	}
	return out
}

// id names a quotation in an outlet, for a person who confirms who said it. It
// stays the same whatever else is given.
func id(a *article, words []string) string {
	h := sha256.Sum256([]byte("frank/quotation/1\n" + outletOf(a) + "\n" + strings.Join(words, " ")))
	return hex.EncodeToString(h[:5])
}

// remark is one quotation in one article.
type remark struct {
	article, version int
	spoken
	norms []string
	grams map[uint64]bool
}

// quotations lists what was said, once for all outlets that have it.
func quotations(articles []*article) []Quotation {
	var all []remark
	for i, a := range articles {
		seen := map[string]bool{}
		for k := len(a.versions) - 1; k >= 0; k-- { // what a later version still has counts as the later one has it
			for _, q := range a.versions[k].quotes {
				n := norms(q.words)
				key := strings.Join(n, " ")
				if len(n) == 0 || title(q.words) && q.speaker == nil || seen[key] {
					continue
				}
				seen[key] = true
				s := remark{i, k, q, n, map[uint64]bool{}}
				collect(s.grams, n, 3)
				all = append(all, s)
			}
		}
	}
	s := newSets(len(all))
	grams := make([]map[uint64]bool, len(all))
	exact := map[string]int{}
	for i, q := range all {
		grams[i] = q.grams
		k := strings.Join(q.norms, " ")
		if j, ok := exact[k]; ok {
			s.join(i, j)
		} else {
			exact[k] = i
		}
	}
	for p, n := range pairs(grams) { // joining is the same in any order
		if less := min(len(grams[p[0]]), len(grams[p[1]])); n*2 >= less {
			s.join(p[0], p[1])
		}
	}
	people := speakers(all)
	var out []Quotation
	for _, list := range s.lists() {
		var these []remark
		for _, i := range list {
			these = append(these, all[i])
		}
		if q := quotation(articles, these, people); q.Speaker != "" || q.words >= 4 {
			out = append(out, q)
		}
	}
	slices.SortStableFunc(out, func(a, b Quotation) int {
		return cmp.Or(cmp.Compare(len(b.Outlets), len(a.Outlets)), cmp.Compare(a.first, b.first), cmp.Compare(a.at, b.at), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// speakers gives the persons of all articles their fullest names: "pires" is
// "Ana Pires" where one article has only her surname, if only one has it.
func speakers(all []remark) func(*voice) string {
	full := map[string][]string{} // by surname
	name := map[string]string{}   // by key
	for _, q := range all {
		v := q.speaker
		if v == nil {
			continue
		}
		if old, ok := name[v.key]; !ok || len(v.name) > len(old) || len(v.name) == len(old) && v.name < old {
			name[v.key] = v.name
		}
		if v.person && strings.Contains(v.key, " ") {
			if k := surname(v.key); !slices.Contains(full[k], v.key) {
				full[k] = append(full[k], v.key)
			}
		}
	}
	return func(v *voice) string {
		if v.person && !strings.Contains(v.key, " ") && len(full[v.key]) == 1 {
			return name[full[v.key][0]]
		}
		return name[v.key]
	}
}

func quotation(articles []*article, these []remark, name func(*voice) string) Quotation {
	q := Quotation{State: Unattributed, Outlets: []string{}, Others: []Disputed{}}
	// the text that most have; of those with as many, the longest
	count := map[string]int{}
	for _, s := range these {
		count[strings.Join(s.norms, " ")]++
	}
	slices.SortStableFunc(these, func(a, b remark) int {
		return cmp.Or(cmp.Compare(count[strings.Join(b.norms, " ")], count[strings.Join(a.norms, " ")]), cmp.Compare(len(b.norms), len(a.norms)),
			cmp.Compare(strings.Join(a.norms, " "), strings.Join(b.norms, " ")), cmp.Compare(a.article, b.article), cmp.Compare(a.words, b.words))
	})
	q.Text, q.words = strings.TrimRight(these[0].words, ","), len(these[0].norms)
	q.first, q.at = these[0].article, these[0].start
	by := map[string][]remark{}
	var names []string
	for _, s := range these {
		a := articles[s.article]
		if !slices.Contains(q.Outlets, a.outlet) {
			q.Outlets = append(q.Outlets, a.outlet)
		}
		if m := id(a, s.norms); !slices.Contains(q.members, m) {
			q.members = append(q.members, m)
		}
		if s.article < q.first || s.article == q.first && s.start < q.at {
			q.first, q.at = s.article, s.start
		}
		if s.speaker != nil {
			n := name(s.speaker)
			if by[n] == nil {
				names = append(names, n)
			}
			by[n] = append(by[n], s)
		}
	}
	slices.Sort(q.Outlets)
	slices.Sort(q.members)
	q.ID = q.members[0]
	// named persons before those who are only described, then by how many say so
	slices.SortStableFunc(names, func(a, b string) int {
		role := func(n string) int {
			if by[n][0].speaker.role {
				return 1
			}
			return 0
		}
		return cmp.Or(cmp.Compare(role(a), role(b)), cmp.Compare(len(by[b]), len(by[a])), cmp.Compare(a, b))
	})
	for i, n := range names {
		if i == 0 {
			q.Speaker, q.State, q.Rule, q.As = n, ByRule, by[n][0].rule, by[n][0].as
			continue
		}
		d := Disputed{Speaker: n, Outlets: []string{}}
		for _, s := range by[n] {
			if o := articles[s.article].outlet; !slices.Contains(d.Outlets, o) {
				d.Outlets = append(d.Outlets, o)
			}
		}
		slices.Sort(d.Outlets)
		q.Others = append(q.Others, d)
	}
	return q
}

// differences lists where the outlets' quotations of the same words differ.
func differences(articles []*article, label func(article, version int) string) []Rendering {
	var all []unit
	for i, a := range articles {
		all = append(all, units(a, i)...)
	}
	all = all[:min(len(all), maxUnits)]
	cells := maxCells
	out := []Rendering{}
	for _, t := range lay(all, &cells) {
		out = append(out, t.renderings(label)...)
	}
	laid := out
	for _, r := range shortOnes(articles, label) {
		if !slices.ContainsFunc(laid, func(l Rendering) bool { return l.covers(r) }) {
			out = append(out, r)
		}
	}
	total := func(r Rendering) (n int) {
		for _, x := range r.Readings {
			n += len(x.Outlets)
		}
		return n
	}
	weight := map[string]int{"words": 0, "short": 0, "marks": 1}
	slices.SortStableFunc(out, func(a, b Rendering) int {
		return cmp.Or(cmp.Compare(weight[a.Kind], weight[b.Kind]), cmp.Compare(total(b), total(a)))
	})
	return slices.CompactFunc(out, func(a, b Rendering) bool {
		return a.Before == b.Before && a.After == b.After && slices.EqualFunc(a.Readings, b.Readings, func(x, y Reading) bool { return x.Text == y.Text && slices.Equal(x.Outlets, y.Outlets) })
	})
}

// covers reports whether a difference between short quotations is one that was
// found in r already.
func (r *Rendering) covers(short Rendering) bool {
	n := 0
	for _, s := range short.Readings {
		want := " " + strings.Join(norms(s.Text), " ") + " "
		if slices.ContainsFunc(r.Readings, func(x Reading) bool {
			return strings.Contains(" "+strings.Join(norms(r.Before+" "+x.Text+" "+r.After), " ")+" ", want)
		}) {
			n++
		}
	}
	return n >= 2
}
