package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"frank"
	"frank/client"
	"frank/coverage"
	"frank/inquiry"
	"frank/internal/canon"
	"frank/prose"
	"frank/watch"
	"frank/watch/retold"
)

type watchCmd struct {
	Look watchLookCmd `cmd:"" default:"withargs" help:"Say which dispatches the press quotes; also frank watch FILE."`
	Pass watchPassCmd `cmd:"" help:"Hand the fingerprints that you have on to somebody who sits as watch since."`
	Take watchTakeCmd `cmd:"" help:"Take in what another watch officer handed on."`
}

func (*watchCmd) Help() string {
	return `For those who sit as watch. Their machines have the fingerprints of what was issued, and no text; with them an article that quotes a dispatch is recognised, whichever copy it was printed from. Which copy that was is not known here, and cannot be.`
}

type watchLookCmd struct {
	Material []string      `arg:"" name:"file" help:"What was published: texts, HTML pages, PDFs, saved feeds, folders of them, or the http address of a feed or page."`
	Once     bool          `xor:"when" help:"Look once, which is what happens without --every."`
	Every    time.Duration `xor:"when" placeholder:"10m" help:"Go on looking, so often, and say only what is new."`
	Nearest  bool          `help:"Also name the dispatches that come nearest to the article: for one that you have reason to think retells something."`
	Tell     bool          `help:"Tell the officers and overseers of every quotation, once; the notice they get has no content."`
	Retold   bool          `name:"tell-retold" help:"Tell them of what may be retold in other words, too."`
	Timeout  time.Duration `default:"30s" placeholder:"30s" help:"How long an address may take."`
	JSON     bool          `name:"json" help:"Print what was found as JSON, an object an article on a line of its own."`
}

func (*watchLookCmd) Help() string {
	return `Says which dispatch an article quotes, where, and how verbatim: of a passage's words, how many follow the dispatch. Passages of twenty words are found in nearly every article, of sixteen in most, shorter ones hardly; a short quotation in a file of its own is found from twelve words on. Where so few words agree no better than those of unrelated texts now and then do, it is told as one that may quote, and officers are not told.

What quotes nothing may still retell a dispatch in other words. That is told by the names, figures and rare words that a passage shares with one dispatch more than with others: it is where to look, and shows nothing. Where less is shared, the passage is told as perhaps about the same matter. Many retellings are not recognised, and of unrelated articles one in a hundred or so is told as about a matter. Officers are not told of it unless you say so (--tell-retold).

Where you have reason to think that an article retells a dispatch, because it says so or because somebody complains, --nearest names those that share most with it, up to five of the last 256 issued and five of all, and what they share; what is told otherwise is left out. Put the part in doubt into a file of its own. Of 126 retellings that were tried, the right dispatch was among the five nearest of 10,731 for 75 in a hundred, and for 60 where other matter stood around them; among the five nearest of the last 256, for 87 and 82. Unrelated articles come near to dispatches, too: that there are some says nothing, and nobody is told of them.

Addresses are fetched, and named as they are; nothing else is. Of a feed, items without text are fetched where they point to the feed's own host. What cannot be fetched is named, and the rest is read.

The exit code is 3 when something is quoted, 4 when nothing is and something may be retold, and 0 otherwise.

Example: frank watch press/ https://gazette.example/feed.xml --every 10m --tell`
}

// Told is the exit code when nothing is quoted and something may be retold.
const Told = 4

// shortestRound is how often a service may look.
const shortestRound = time.Second

func (cmd *watchLookCmd) Run(r *run) error {
	if cmd.Every != 0 && cmd.Every < shortestRound {
		return usagef("--every takes at least %s, not %s", shortestRound, cmd.Every)
	}
	if cmd.Every != 0 && cmd.Nearest {
		return usagef("--nearest is for an article in doubt, and looks once: leave --every out")
	}
	if cmd.Timeout <= 0 {
		return usagef("--timeout takes a time above 0, not %s", cmd.Timeout)
	}
	for {
		err := cmd.round(r)
		if cmd.Every == 0 {
			return err
		}
		if r.Err() != nil { // even if the round was done just then
			return r.Err()
		}
		if err != nil { // the next round may go better
			r.note("%s", err)
		}
		select {
		case <-r.Done():
			return r.Err()
		case <-time.After(cmd.Every):
		}
	}
}

// seen is what the service has looked at, kept sealed.
type seen struct {
	Format   string       `json:"format"` // frank.watch-seen/1
	Articles []frank.Hash `json:"articles"`
	Told     []told       `json:"told"`
}

// told is a sighting that officers were told of.
type told struct {
	Article  frank.Hash `json:"article"`
	Dispatch frank.Ref  `json:"dispatch"`
}

const (
	seenFormat = "frank.watch-seen/1"
	seenFile   = "watchseen.age"
	maxSeen    = 100_000 // articles that are remembered: the oldest are forgotten first
)

// looked is what is said of an article.
type looked struct {
	Article   string             `json:"article"`
	Title     string             `json:"title,omitempty"`
	SHA256    frank.Hash         `json:"sha256"`
	Words     int                `json:"words"`
	Verdict   string             `json:"verdict"` // quotes, may quote, may retell, same matter, or unknown
	Sightings []watch.Sighting   `json:"sightings"`
	Retold    []retold.Retelling `json:"retold"`            // of dispatches that are not quoted
	Nearest   *neighbours        `json:"nearest,omitempty"` // of all others, if asked for
}

// neighbours are the dispatches that come nearest to an article.
type neighbours struct {
	Latest []retold.Neighbour `json:"latest"` // of those issued last
	All    []retold.Neighbour `json:"all"`
}

// The verdicts on an article.
const (
	quotes   = "quotes"
	mayQuote = "may quote"
	retells  = "may retell"
	matter   = "same matter"
	unknown  = "unknown"
)

// nearest is how many dispatches are named that come nearest to an article, of
// the latest and of all.
const nearest = 5

// look looks at an article.
func look(w *client.Watch, e *coverage.Exhibit, near bool) *looked {
	words := prose.Words(e.Text)
	l := &looked{e.Name, e.Title, e.SHA256, len(words), unknown, append([]watch.Sighting{}, w.Index.Find(words)...), []retold.Retelling{}, nil}
	named := map[frank.Ref]bool{}
	for _, s := range l.Sightings {
		named[s.Dispatch] = true
		for _, o := range s.Also {
			named[o.Dispatch] = true
		}
	}
	strong := false
	for _, r := range w.Terms.Find(e.Text, words) {
		if !named[r.Dispatch] {
			l.Retold = append(l.Retold, r)
			strong = strong || r.Strong
		}
	}
	if near {
		for _, r := range l.Retold {
			named[r.Dispatch] = true
			for _, n := range r.Near {
				named[n.Dispatch] = true
			}
		}
		late, all := w.Terms.Nearest(e.Text, words, nearest, named)
		l.Nearest = &neighbours{append([]retold.Neighbour{}, late...), append([]retold.Neighbour{}, all...)}
	}
	switch {
	case slices.ContainsFunc(l.Sightings, func(s watch.Sighting) bool { return !s.Doubtful }):
		l.Verdict = quotes
	case len(l.Sightings) > 0:
		l.Verdict = mayQuote
	case strong:
		l.Verdict = retells
	case len(l.Retold) > 0:
		l.Verdict = matter
	}
	return l
}

func (cmd *watchLookCmd) round(r *run) error {
	in := &intake{run: r}
	var failed error
	for _, name := range cmd.Material {
		if !strings.HasPrefix(name, "http://") && !strings.HasPrefix(name, "https://") {
			if err := in.take(name); err != nil {
				return err
			}
			continue
		}
		if err := in.fetch(name, cmd.Timeout); in.Err() != nil {
			return in.Err()
		} else if err != nil && (len(cmd.Material) > 1 || cmd.Every != 0) { // the others are read all the same
			r.note("%s: %s", inline(name), err)
			failed = err
		} else if err != nil {
			return err
		}
	}
	for _, u := range in.unread {
		r.note("%s: %s", inline(u.Name), u.Why)
	}
	if len(in.exhibits) == 0 && cmd.Every == 0 {
		if failed != nil && len(in.unread) == 0 {
			return errors.New("none of the addresses can be fetched")
		}
		return frank.WithHint(fmt.Errorf("nothing in %s can be read as press material", strings.Join(cmd.Material, ", ")), "give texts, HTML pages, PDFs or saved feeds")
	}
	return r.member(func(m *member) error {
		before, err := m.seen()
		if err != nil {
			return err
		}
		w, err := m.Watched(r)
		if err != nil {
			return err
		}
		for _, f := range w.Faults {
			m.note("%s", f)
		}
		if n := len(w.Closed); n > 0 {
			m.note("%s issued before you sat as watch cannot be recognised: another watch officer can hand them on with frank watch pass", dispatches(n))
		}
		for _, e := range in.exhibits {
			if cmd.Every != 0 && slices.Contains(before.Articles, e.SHA256) {
				continue
			}
			l := look(w, e, cmd.Nearest)
			if err := cmd.say(m, l); err != nil {
				return err
			}
			if cmd.Tell || cmd.Retold {
				if err := cmd.tell(m, before, e, l); err != nil {
					return err
				}
			}
			switch {
			case l.Verdict == quotes:
				m.code = Named
			case l.Verdict == retells && m.code == Done:
				m.code = Told
			}
			if cmd.Every != 0 {
				before.Articles = append(before.Articles, e.SHA256)
			}
		}
		return m.keepSeen(before)
	})
}

// say says what an article quotes, or may retell.
func (cmd *watchLookCmd) say(m *member, l *looked) error {
	if cmd.JSON {
		_, err := m.out.Write(append(canon.Marshal(l), '\n'))
		return err
	}
	name := inline(l.Article)
	for _, s := range l.Sightings {
		what, but := quotes, ""
		if s.Doubtful {
			what, but = mayQuote, "; so few words agree as much by chance in about 2 of 100 unrelated texts"
		}
		m.say("%s: %s %s, words %d to %d of %d, from paragraph %d of %d: %d of %d printed words follow it%s%s", name,
			what, s.Dispatch, s.First+1, s.Last, s.Words, s.Paragraph, s.Paragraphs, s.Agree, s.Printed(), elsewhere(&s), but)
	}
	for _, r := range l.Retold {
		what := "may be about the same matter as"
		if r.Strong {
			what = "may retell"
		}
		late := ""
		if r.Latest > 0 {
			late = fmt.Sprintf(", of the last %d", r.Latest)
		}
		m.say("%s: %s %s%s, though it does not quote it: the words %d to %d share with it %s%s", name,
			what, r.Dispatch, late, r.From+1, r.To, inline(strings.Join(r.Terms, ", ")), alike(r.Near))
	}
	if l.Verdict == unknown && cmd.Every == 0 {
		m.say("%s: quotes nothing that was issued, and retells nothing that is recognised", name)
	}
	if l.Nearest != nil {
		l.Nearest.say(m, name)
	}
	return nil
}

// say says what comes nearest, the best of either list first.
func (n *neighbours) say(m *member, article string) {
	is := func(list []retold.Neighbour, ref frank.Ref) bool {
		return slices.ContainsFunc(list, func(o retold.Neighbour) bool { return o.Dispatch == ref })
	}
	list := slices.Clone(n.All)
	for _, x := range n.Latest {
		if !is(list, x.Dispatch) {
			list = append(list, x)
		}
	}
	slices.SortStableFunc(list, func(a, b retold.Neighbour) int { return b.Score - a.Score })
	for _, x := range list {
		among := "all"
		switch late := is(n.Latest, x.Dispatch); {
		case late && is(n.All, x.Dispatch):
			among = fmt.Sprintf("all and among the last %d", retold.Latest)
		case late:
			among = fmt.Sprintf("the last %d", retold.Latest)
		}
		m.say("%s: near %s, among %s: the words %d to %d share %d bits with it, by %s", article, x.Dispatch, among, x.From+1, x.To, x.Bits(), inline(strings.Join(x.Terms, ", ")))
	}
	if len(list) == 0 {
		m.say("%s: comes near no dispatch: none shares four words that say something", article)
	}
}

// elsewhere names other dispatches in which the same words stand.
func elsewhere(s *watch.Sighting) string {
	if s.Others == 0 {
		return ""
	}
	var refs []string
	for _, o := range s.Also[:min(len(s.Also), 5)] {
		refs = append(refs, o.Dispatch.String())
	}
	if s.Others > len(refs) {
		refs = append(refs, "…")
	}
	return fmt.Sprintf("; the same words stand in %s more: %s", dispatches(s.Others), strings.Join(refs, ", "))
}

// alike names dispatches that share nearly as much.
func alike(list []retold.Near) string {
	var refs []string
	for _, n := range list {
		refs = append(refs, n.Dispatch.String())
	}
	if len(refs) == 0 {
		return ""
	}
	return "; nearly as much with " + strings.Join(refs, ", ")
}

// tell tells officers and overseers, once for an article and dispatch.
func (cmd *watchLookCmd) tell(m *member, before *seen, e *coverage.Exhibit, l *looked) error {
	words := map[frank.Ref]int{}
	var refs []frank.Ref
	add := func(ref frank.Ref, n int) {
		if _, ok := words[ref]; !ok {
			refs = append(refs, ref)
		}
		words[ref] += n
	}
	if cmd.Tell {
		for _, s := range l.Sightings {
			if s.Doubtful {
				continue
			}
			add(s.Dispatch, s.Agree)
			for _, o := range s.Also { // nothing says which of them was quoted
				add(o.Dispatch, o.Agree)
			}
		}
	}
	if cmd.Retold {
		for _, r := range l.Retold {
			if r.Strong {
				add(r.Dispatch, 0)
			}
		}
	}
	for _, ref := range refs {
		t := told{e.SHA256, ref}
		if slices.Contains(before.Told, t) {
			continue
		}
		at := m.Now().UTC().Format(time.RFC3339)
		if err := m.TellSighting(m.run, inquiry.Sighting{Dispatch: ref, Article: e.SHA256, Outlet: e.Outlet, Words: words[ref], At: at}); err != nil {
			return err
		}
		what := "is quoted"
		if words[ref] == 0 {
			what = "may be retold"
		}
		m.note("the officers and overseers are told that %s %s", ref, what)
		before.Told = append(before.Told, t)
		if err := m.keepSeen(before); err != nil { // told once, whatever comes after
			return err
		}
	}
	return nil
}

func (m *member) seen() (*seen, error) {
	sealed, err := m.Files.Read(seenFile)
	if errors.Is(err, fs.ErrNotExist) {
		return &seen{Format: seenFormat, Articles: []frank.Hash{}, Told: []told{}}, nil
	}
	if err != nil {
		return nil, err
	}
	plain, err := m.Key.Open(sealed)
	var s seen
	if err == nil {
		err = canon.Unmarshal(plain, &s)
	}
	if err != nil || s.Format != seenFormat {
		return nil, frank.WithHint(fmt.Errorf("%s is damaged", seenFile), "delete it: what was seen is then seen anew")
	}
	return &s, nil
}

func (m *member) keepSeen(s *seen) error {
	if n := len(s.Articles) - maxSeen; n > 0 {
		s.Articles = s.Articles[n:]
	}
	if n := len(s.Told) - maxSeen; n > 0 {
		s.Told = s.Told[n:]
	}
	if len(s.Articles)+len(s.Told) == 0 {
		return nil
	}
	sealed, err := m.Key.Seal(canon.Marshal(s))
	if err != nil {
		return err
	}
	return m.Files.Write(seenFile, sealed)
}

// maxPages is how many pages of a feed one round fetches.
const maxPages = 100

// fetch reads a feed or a page from its address, and the pages of items that
// the feed carries no text of, if they are on its own host.
func (in *intake) fetch(address string, timeout time.Duration) error {
	data, err := in.get(address, timeout)
	if err != nil {
		return err
	}
	if !coverage.IsFeed(data) {
		e, err := coverage.Read(address, data)
		if err != nil {
			in.note1(address, err)
			return nil
		}
		in.keep(e, "")
		return nil
	}
	items, err := coverage.ReadFeed(address, data)
	if err != nil {
		in.note1(address, err)
		return nil
	}
	pages := 0
	for i := range items {
		if items[i].HTML != "" && !items[i].Teaser {
			if e, err := items[i].Exhibit(); err == nil {
				in.keep(e, "")
				continue
			}
		}
		if pages++; pages > maxPages || !sameHost(address, items[i].Link) {
			in.note1(items[i].Name, fmt.Errorf("%s has no more than a summary and a link in it", items[i].Name))
			continue
		}
		if err := in.fetchPage(items[i].Link, timeout); err != nil {
			in.note1(items[i].Link, err)
		}
	}
	return nil
}

func (in *intake) fetchPage(address string, timeout time.Duration) error {
	data, err := in.get(address, timeout)
	if err != nil {
		return err
	}
	e, err := coverage.Read(address, data)
	if err == nil {
		in.keep(e, "")
	}
	return err
}

func sameHost(a, b string) bool {
	x, err1 := url.Parse(a)
	y, err2 := url.Parse(b)
	return err1 == nil && err2 == nil && x.Scheme == y.Scheme && strings.EqualFold(x.Host, y.Host)
}

// get fetches an address, and says so. A redirect is said too; it does not lead
// from https to http.
func (in *intake) get(address string, timeout time.Duration) ([]byte, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("%.200q is no http address", address)
	}
	in.note("fetching %s", inline(address))
	ctx, cancel := context.WithTimeout(in, timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, fmt.Errorf("%.200q is no http address", address)
	}
	req.Header.Set("User-Agent", "frank-watch")
	c := &http.Client{CheckRedirect: func(to *http.Request, via []*http.Request) error {
		from := via[len(via)-1].URL
		if to.URL.Scheme != "https" && to.URL.Scheme != from.Scheme || len(via) > maxRedirects {
			return http.ErrUseLastResponse
		}
		in.note("%s sends on to %s", inline(from.String()), inline(to.URL.String()))
		return nil
	}}
	late := func() error {
		if in.Err() != nil {
			return in.Err()
		}
		if ctx.Err() != nil {
			return frank.WithHint(fmt.Errorf("%s did not answer within %s", u.Host, timeout), "give it longer with --timeout, or try again later")
		}
		return nil
	}
	resp, err := c.Do(req)
	if err != nil {
		if err := late(); err != nil {
			return nil, err
		}
		return nil, frank.WithHint(fmt.Errorf("%s cannot be fetched", u.Host), "is it written right, and are you connected?")
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answers %s", u.Host, inline(resp.Status))
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, coverage.MaxBytes+1))
	if err != nil {
		if err := late(); err != nil {
			return nil, err
		}
		return nil, fmt.Errorf("what %s sends breaks off", u.Host)
	}
	if len(data) > coverage.MaxBytes {
		return nil, fmt.Errorf("what %s sends has more than %d bytes", u.Host, coverage.MaxBytes)
	}
	return data, nil
}

// maxRedirects is how often an address may send on to another.
const maxRedirects = 5

type watchPassCmd struct {
	Person string `arg:"" help:"Who sits as watch since: a name, or an ID."`
	Out    string `short:"o" required:"" placeholder:"FILE" help:"The file to hand on. Only that person can read it."`
}

func (*watchPassCmd) Help() string {
	return `Fingerprints are sealed at issue to those who sit as watch then. Whoever is appointed later recognises older dispatches only with what another watch officer hands on.

Example: frank watch pass 'Kim Lund' -o kim.fingerprints`
}

func (cmd *watchPassCmd) Run(r *run) error {
	return r.member(func(m *member) error {
		p, err := m.findPerson(cmd.Person)
		if err != nil {
			return err
		}
		data, n, err := m.PassWatch(r, p.ID)
		if err != nil {
			return err
		}
		if err := r.newFile(cmd.Out, data); err != nil {
			return err
		}
		m.note("%s has the fingerprints of %s, for %s: frank watch take", cmd.Out, dispatches(n), inline(p.Name))
		return nil
	})
}

type watchTakeCmd struct {
	File string `arg:"" help:"What was handed on."`
}

func (*watchTakeCmd) Help() string {
	return `That the fingerprints are those which the authors sealed is the word of whoever handed them on.

Example: frank watch take kim.fingerprints`
}

// maxPassed is the size of the largest file that is taken in.
const maxPassed = 16 << 30

func (cmd *watchTakeCmd) Run(r *run) error {
	return r.member(func(m *member) error {
		data, err := r.readFile(cmd.File, maxPassed)
		if err != nil {
			return err
		}
		n, err := m.TakeWatch(r, data)
		if err != nil {
			return err
		}
		m.note("%s can be recognised that could not before", dispatches(n))
		return nil
	})
}
