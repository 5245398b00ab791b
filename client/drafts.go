package client

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"frank"
	"frank/api"
	"frank/directory"
	"frank/dispatch"
	"frank/draft"
	"frank/internal/canon"
	"frank/keyring"
	"frank/ledger"
)

// SharedDraft is a draft as the person's machine has checked it.
type SharedDraft struct {
	Draft   int
	Last    *draft.Version // nil if none could be taken in
	By      frank.PersonID // who signed it
	Source  string         // as it stands; empty once the draft is over
	Touched string         // when the last version came, by the server's clock; empty for one that it no longer shows
	Story   []DraftStep    // what the person's machine has taken in of it, in order
	Unread  []int          // versions that were not sealed to the person, or that the server garbled
	Had     int            // the version that the person was shown last; 0: none
	Old     string         // its source
	Fault   error          // why what the server shows is not believed

	kept *keptDraft
}

// DraftStep is what a version did.
type DraftStep struct {
	Number int            `json:"number"`
	What   string         `json:"what"`
	By     frank.PersonID `json:"by"`
	At     string         `json:"at"` // by the signer's clock
	Note   string         `json:"note,omitempty"`
}

func stepOf(v *draft.Version, by frank.PersonID) DraftStep {
	return DraftStep{v.Number, v.What, by, v.At, v.Note}
}

// FirstError is the error for a version that does not go on from the last one:
// somebody else was first, and nothing was handed in.
type FirstError struct {
	Draft, Version int
	Name           string // whose version it is
}

func (e *FirstError) Error() string {
	return fmt.Sprintf("%s was first: version %d of draft %d is theirs, and yours does not go on from it", e.Name, e.Version, e.Draft)
}

// keptDraft is what a machine remembers of a draft, sealed to its own key: the
// chain, as of the ledger the last head, and the last version with its source.
type keptDraft struct {
	Format string       `json:"format"` // frank.draft-kept/1
	Draft  int          `json:"draft"`
	Chain  []frank.Hash `json:"chain"`         // of all versions up to the last that was taken in
	File   []byte       `json:"file"`          // that version, as [draft.Version.File] writes it
	Had    int          `json:"had"`           // the version that the person was shown last
	Old    string       `json:"old,omitempty"` // its source
	Story  []DraftStep  `json:"story"`
	Issue  *issuedAs    `json:"issue,omitempty"` // the issue that was begun of it
}

type issuedAs struct {
	Dispatch frank.Ref  `json:"dispatch"`
	Entry    frank.Hash `json:"entry"`  // commitment of the first entry
	Source   frank.Hash `json:"source"` // what is issued
}

const keptFormat = "frank.draft-kept/1"

func keptName(n int) string { return fmt.Sprintf("drafts/%d.age", n) }

// keptDraft reads what is remembered of a draft; what is not there is new.
func (c *Client) keptDraft(n int) (*keptDraft, error) {
	sealed, err := c.Files.Read(keptName(n))
	if errors.Is(err, fs.ErrNotExist) {
		return &keptDraft{Format: keptFormat, Draft: n, Story: []DraftStep{}}, nil
	}
	if err != nil {
		return nil, err
	}
	plain, err := c.Key.Open(sealed)
	k := &keptDraft{}
	if err == nil {
		err = canon.Unmarshal(plain, k)
	}
	if err != nil || k.Format != keptFormat || k.Draft != n || len(k.Chain) == 0 {
		return nil, frank.WithHint(fmt.Errorf("%s is damaged", keptName(n)), "it remembers what you were shown of draft %d; delete it to take the server's word for it anew", n)
	}
	return k, nil
}

func (c *Client) keepDraft(k *keptDraft) error {
	sealed, err := c.Key.Seal(canon.Marshal(k))
	if err != nil {
		return err
	}
	return c.Files.Write(keptName(k.Draft), sealed)
}

// last is the version that k remembers; nil for none.
func (k *keptDraft) last() (v *draft.Version, source string, err error) {
	if len(k.Chain) == 0 {
		return nil, "", nil
	}
	if v, source, err = draft.Parse(k.File); err != nil {
		return nil, "", fmt.Errorf("%s is damaged", keptName(k.Draft))
	}
	return v, source, nil
}

func (k *keptDraft) take(v *draft.Version, source string) {
	k.Chain, k.File = v.Chain(), v.File(source)
	if v.Over() { // nothing of its text is kept
		k.Old, k.Issue = "", nil
	}
}

// Drafts are the drafts that the person takes part in, by number, as they are
// after what is new was fetched and checked. One that cannot be believed says so
// and keeps no other from being read.
func (c *Client) Drafts(ctx context.Context) ([]*SharedDraft, error) { return c.drafts(ctx, 0) }

// drafts is Drafts, or for the one that is named, whose last version is fetched
// again to see that it is still the same.
func (c *Client) drafts(ctx context.Context, only int) ([]*SharedDraft, error) {
	if _, err := c.fresh(ctx); err != nil {
		return nil, err
	}
	var out []*SharedDraft
	shown, err := c.shownDrafts(ctx)
	if err != nil {
		return nil, err
	}
	for i := range shown {
		if only != 0 && shown[i].Draft != only {
			continue
		}
		d, err := c.follow(ctx, &shown[i], only != 0)
		if err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	names, err := c.Files.List("drafts/")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(name, "drafts/"), ".age"))
		if err != nil || only != 0 && n != only || slices.ContainsFunc(shown, func(d api.Draft) bool { return d.Draft == n }) {
			continue
		}
		d, err := c.unshown(n)
		if err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	slices.SortFunc(out, func(a, b *SharedDraft) int { return cmp.Compare(a.Draft, b.Draft) })
	return out, c.closeIssued(ctx, out)
}

// DraftsWaiting is how many drafts under work have a version that the person was
// not shown yet, as far as the server says.
func (c *Client) DraftsWaiting(ctx context.Context) (n int, err error) {
	shown, err := c.shownDrafts(ctx)
	for _, d := range shown {
		if d.Over {
			continue
		}
		k, err := c.keptDraft(d.Draft)
		if err != nil {
			return n, err
		}
		if k.Had < d.Versions {
			n++
		}
	}
	return n, err
}

// SharedDraft is one of them. The error is its Fault, where it has one.
func (c *Client) SharedDraft(ctx context.Context, n int) (*SharedDraft, error) {
	all, err := c.drafts(ctx, n)
	switch {
	case err != nil:
		return nil, err
	case n > 0 && len(all) == 1:
		return all[0], all[0].Fault
	}
	return nil, frank.WithHint(fmt.Errorf("there is no draft %d that you take part in", n), "frank draft list has those that there are")
}

// mostPages is how many pages of drafts are read at most.
const mostPages = 10000

// shownDrafts is the server's list.
func (c *Client) shownDrafts(ctx context.Context) (list []api.Draft, err error) {
	for from, size, pages := 0, 1, 0; from < size; pages++ {
		var p api.Drafts
		if err := c.wire.call(ctx, http.MethodGet, query(api.PathDrafts, "from", from, "limit", api.MaxPage), nil, &p); err != nil {
			return nil, err
		}
		for _, d := range p.Drafts {
			if d.Draft < max(from, 1) || len(list) > 0 && d.Draft <= list[len(list)-1].Draft || d.Versions < 1 || d.Versions > draft.MaxVersions+1 {
				return nil, alarmf("the server's list of drafts is out of order")
			}
			list = append(list, d)
		}
		if p.Next <= from || pages == mostPages {
			return nil, alarmf("the server's list of drafts has no end")
		}
		from, size = p.Next, p.Size
	}
	return list, nil
}

// unshown is a draft that the person knows and the server does not show.
func (c *Client) unshown(n int) (*SharedDraft, error) {
	k, err := c.keptDraft(n)
	if err != nil {
		return nil, err
	}
	d, v, err := c.sharedFrom(k)
	if err != nil {
		return nil, err
	}
	if !v.Over() && v.Takes(c.Person, c.seenView()) {
		d.Fault = frank.WithHint(alarmf("the server no longer shows draft %d, in which you take part and which nobody has ended", n), "it withholds it, or was set back, or you were out of the office that you take part for when the last version came: ask those who take part")
	}
	return d, nil
}

// sharedFrom is what is remembered of a draft.
func (c *Client) sharedFrom(k *keptDraft) (*SharedDraft, *draft.Version, error) {
	d := &SharedDraft{Draft: k.Draft, Had: k.Had, Old: k.Old, kept: k}
	v, source, err := k.last()
	if err != nil || v == nil {
		return d, nil, err
	}
	d.Last, d.Source, d.Story = v, source, k.Story
	d.By, err = v.View(c.dir).Signer(v.Key)
	return d, v, err
}

// seenView is the directory as a version that the person signs now finds it.
func (c *Client) seenView() directory.View { return c.dir.At(c.view.Head().Size - 1) }

// follow takes in what is new of a draft. Errors are of this machine and of the
// way to the server; what is wrong with the draft is its Fault.
func (c *Client) follow(ctx context.Context, shown *api.Draft, again bool) (*SharedDraft, error) {
	k, err := c.keptDraft(shown.Draft)
	if err != nil {
		return nil, err
	}
	known := len(k.Chain)
	unread, fault := c.fetchNew(ctx, k, shown, again)
	if fault == nil && len(k.Chain) > known {
		err = c.keepDraft(k)
	} else if fault != nil {
		if _, said := errors.AsType[*api.Error](fault); said && !errors.Is(fault, api.Of(api.Withheld)) || errors.Is(fault, ErrUnreachable) || ctx.Err() != nil {
			return nil, fault
		}
		k, err = c.keptDraft(shown.Draft) // nothing of it is taken in
	}
	if err != nil {
		return nil, err
	}
	d, _, err := c.sharedFrom(k)
	if err != nil {
		return nil, err
	}
	d.Touched, d.Unread, d.Fault = shown.Touched, unread, fault
	return d, nil
}

// fetchNew fetches the versions of a draft that k does not have, checks them and
// puts them into k. If there are none and it is asked again, the last is held
// against what k has.
func (c *Client) fetchNew(ctx context.Context, k *keptDraft, shown *api.Draft, again bool) (unread []int, fault error) {
	known := len(k.Chain)
	before, _, err := k.last()
	switch {
	case err != nil:
		return nil, err
	case shown.Versions < known:
		return nil, frank.WithHint(alarmf("the server shows draft %d up to version %d, and you know version %d", k.Draft, shown.Versions, known), "it was set back, or withholds what came after")
	case shown.Versions == known:
		if before.Over() != shown.Over {
			return nil, alarmf("the server says that draft %d is over, and nobody has ended it", k.Draft)
		}
		if again {
			v, source, err := c.fetchVersion(ctx, k.Draft, known)
			if err != nil {
				return nil, err
			}
			if err := v.Follows(k.Chain); err != nil {
				return nil, c.otherChain(k.Draft, v, source, err)
			}
		}
		return nil, nil
	}
	last, source, err := c.fetchVersion(ctx, k.Draft, shown.Versions)
	if err != nil {
		return nil, err
	}
	switch err := last.Follows(k.Chain); {
	case err != nil:
		return nil, c.otherChain(k.Draft, last, source, err)
	case last.Over() != shown.Over:
		return nil, alarmf("the server removed versions of draft %d, and nobody has ended it", k.Draft)
	}
	// Those in between: of one that ended they are gone; what was there before
	// somebody took part is not sealed to them.
	between := map[int]*draft.Version{}
	for n := shown.Versions - 1; n > known && !last.Over(); n-- {
		v, text, err := c.fetchVersion(ctx, k.Draft, n)
		if notOpened, ok := errors.AsType[*notOpenedError](err); ok {
			if unread = append(unread, notOpened.number); known == 0 {
				break // all before it was before their time
			}
			continue
		}
		if err != nil {
			return nil, err
		}
		if v.Hash() != last.Before[n-1] || v.Follows(last.Before) != nil {
			return nil, c.otherChain(k.Draft, v, text, fmt.Errorf("version %d is not the one that version %d goes on from", n, last.Number))
		}
		between[n] = v
	}
	between[last.Number] = last
	var story []DraftStep
	read := before // the last that could be
	for n := known + 1; n <= last.Number; n++ {
		v := between[n]
		if v == nil {
			before = nil
			continue
		}
		by, err := c.checkVersion(ctx, v, before)
		if err == nil && read != nil { // what stands between is no way around the rules
			if err = draft.After(v, read, by, c.dir); err != nil {
				err = fmt.Errorf("version %d of draft %d breaks the rules: %w", v.Number, v.Draft, err)
			}
		}
		if err != nil {
			return nil, err
		}
		story, before, read = append(story, stepOf(v, by)), v, v
	}
	slices.Sort(unread)
	k.take(last, source)
	k.Story = append(k.Story, story...)
	return unread, nil
}

// notOpenedError is the error for a version that is not sealed to the person, as
// far as can be told.
type notOpenedError struct{ draft, number int }

func (e *notOpenedError) Error() string {
	return fmt.Sprintf("version %d of draft %d does not open: whoever made it did not seal it to you, or the server altered it", e.number, e.draft)
}

// fetchVersion fetches a version, opens it, and checks that it is the one.
func (c *Client) fetchVersion(ctx context.Context, n, number int) (*draft.Version, string, error) {
	var sealed []byte
	path := strings.NewReplacer("{draft}", strconv.Itoa(n), "{number}", strconv.Itoa(number)).Replace(api.PathDraft)
	switch err := c.wire.call(ctx, http.MethodGet, path, nil, &sealed); {
	case errors.Is(err, api.Of(api.Withheld)):
		return nil, "", alarmf("the server lists version %d of draft %d and withholds it", number, n)
	case err != nil:
		return nil, "", err
	}
	plain, err := c.Key.Open(sealed)
	if err == nil {
		plain, err = unpadded(plain)
	}
	if err != nil {
		return nil, "", &notOpenedError{n, number}
	}
	v, source, err := draft.Parse(plain)
	switch {
	case err != nil:
		return nil, "", fmt.Errorf("version %d of draft %d is none: %w", number, n, err)
	case v.Log != c.Log || v.Draft != n || v.Number != number:
		return nil, "", alarmf("the server shows version %d of draft %d as version %d of draft %d", v.Number, v.Draft, number, n)
	}
	return v, source, nil
}

// otherChain keeps a version that is not of the chain which the person knows, and
// says so.
func (c *Client) otherChain(n int, v *draft.Version, source string, why error) error {
	name := fmt.Sprintf("drafts/%d-other.age", n)
	sealed, err := c.Key.Seal(v.File(source))
	if err == nil {
		err = c.Files.Write(name, sealed)
	}
	return errors.Join(frank.WithHint(alarmf("draft %d has two histories: %w", n, why), "the server shows different people different versions, or was set back; %s has the one that is not believed: compare with those who take part", name), err)
}

// checkVersion holds a version against the rules and the ledger, and returns who
// signed it.
func (c *Client) checkVersion(ctx context.Context, v, before *draft.Version) (by frank.PersonID, err error) {
	for wait := 50 * time.Millisecond; v.Seen.Size > c.view.Head().Size && wait < time.Second; wait *= 2 {
		select { // whoever signed may be a moment ahead
		case <-ctx.Done():
			return "", ctx.Err()
		case <-time.After(wait):
		}
		if _, err := c.fresh(ctx); err != nil {
			return "", err
		}
	}
	head := c.view.Head()
	if v.Seen.Size > head.Size {
		return "", alarmf("whoever signed version %d of draft %d had seen a ledger of %d entries, and you are shown %d", v.Number, v.Draft, v.Seen.Size, head.Size)
	}
	roots, err := head.Roots(ctx, c.wire, v.Seen.Size)
	if err != nil {
		return "", err
	}
	if roots[0] != v.Seen.Root {
		return "", frank.WithHint(fmt.Errorf("whoever signed version %d of draft %d was shown another ledger than you, or lies", v.Number, v.Draft), "compare checkpoints with them: frank log --head, frank log --compare")
	}
	if by, err = draft.Check(v, before, c.dir); err != nil {
		return by, fmt.Errorf("version %d of draft %d breaks the rules: %w", v.Number, v.Draft, err)
	}
	return by, nil
}

// ShownDraft remembers that the person was shown the last version of a draft.
func (c *Client) ShownDraft(n int) error {
	k, err := c.keptDraft(n)
	if err != nil {
		return err
	}
	v, source, err := k.last()
	if err != nil || v == nil || k.Had == v.Number {
		return err
	}
	k.Had, k.Old = v.Number, source
	return c.keepDraft(k)
}

// DraftChange is what somebody does with a draft.
type DraftChange struct {
	Draft  int        // 0 begins one
	Base   frank.Hash // the version that it goes on from: nothing of another is overwritten
	Office frank.OfficeID
	What   string // see package draft
	Note   string
	Source string
	Steps  []dispatch.Step
	With   []draft.Party // who is to take part from now on, beside those who do

	dispatch frank.Ref
	issued   frank.Hash
}

// ChangeDraft signs a version, seals it to those who take part and hands it in.
// Errors: [*FirstError].
func (c *Client) ChangeDraft(ctx context.Context, ch *DraftChange) (*SharedDraft, error) {
	if ch.Draft == 0 {
		return c.beginDraft(ctx, ch)
	}
	d, err := c.SharedDraft(ctx, ch.Draft)
	if err != nil {
		return nil, err
	}
	return c.goOnWith(ctx, d, ch)
}

func (c *Client) beginDraft(ctx context.Context, ch *DraftChange) (*SharedDraft, error) {
	for range 5 {
		all, err := c.Drafts(ctx)
		if err != nil {
			return nil, err
		}
		sum := frank.Hash(sha256.Sum256([]byte(ch.Source)))
		for _, d := range all { // a run before this one may have begun it, and never heard of it
			if v := d.Last; d.Fault == nil && v != nil && v.Number == 1 && d.By == c.Person && v.Key == c.Key.VerifyKey() && v.Office == ch.Office && v.Source == sum && v.Note == ch.Note && !slices.ContainsFunc(ch.With, func(p draft.Party) bool { return !slices.Contains(v.With, p) }) {
				return d, c.ShownDraft(d.Draft)
			}
		}
		var p api.Drafts
		if err := c.wire.call(ctx, http.MethodGet, query(api.PathDrafts, "from", 1<<30, "limit", 1), nil, &p); err != nil {
			return nil, err
		}
		for _, d := range all { // what is remembered of it would be forgotten
			if d.Draft >= p.Size {
				return nil, alarmf("the server gives out the number %d for a draft, and you know draft %d", p.Size, d.Draft)
			}
		}
		k := &keptDraft{Format: keptFormat, Draft: p.Size, Story: []DraftStep{}}
		d, err := c.handIn(ctx, k, nil, ch)
		if !errors.Is(err, api.Of(api.Conflict)) {
			return d, err
		}
	}
	return nil, errors.New("the number of the draft was taken by another each time")
}

func (c *Client) goOnWith(ctx context.Context, d *SharedDraft, ch *DraftChange) (*SharedDraft, error) {
	k, before := d.kept, d.Last
	if before.Over() {
		return nil, endedError(before)
	}
	if ch.Base != (frank.Hash{}) && ch.Base != before.Hash() {
		mine := before.Key == c.Key.VerifyKey() && before.Before != nil && before.Before[before.Number-2] == ch.Base
		if mine && before.What == ch.What && before.Note == ch.Note && before.Source == sha256.Sum256([]byte(ch.Source)) {
			return d, c.ShownDraft(d.Draft) // it was handed in by a run that never heard of it
		}
		return nil, c.first(d)
	}
	out, err := c.handIn(ctx, k, before, ch)
	if errors.Is(err, api.Of(api.Conflict)) {
		now, failed := c.SharedDraft(ctx, d.Draft)
		if failed != nil {
			return nil, failed
		}
		return nil, c.first(now)
	}
	return out, err
}

func endedError(v *draft.Version) error {
	if v.What == draft.Issued {
		return fmt.Errorf("draft %d is over: it was issued as %s", v.Draft, v.Dispatch)
	}
	return fmt.Errorf("draft %d is over: it was dropped", v.Draft)
}

// first says who was.
func (c *Client) first(d *SharedDraft) error {
	name := string(d.By)
	if p, err := c.dir.Now().Person(d.By); err == nil {
		name = p.Name
	}
	if d.Last.Over() {
		return endedError(d.Last)
	}
	return frank.WithHint(&FirstError{d.Draft, d.Last.Number, name}, "your file is as it was: frank draft fetch %d -o NEW has theirs; bring yours into that, and share it", d.Draft)
}

// version is what the person would sign.
func (c *Client) version(k *keptDraft, before *draft.Version, ch *DraftChange) *draft.Version {
	v := &draft.Version{Format: draft.Format, Log: c.Log, Draft: k.Draft, Office: ch.Office, Number: len(k.Chain) + 1, Before: slices.Clone(k.Chain), What: ch.What, Note: ch.Note,
		Dispatch: ch.dispatch, Key: c.Key.VerifyKey(), At: c.now(), Seen: c.view.Head()}
	if before != nil {
		v.Office, v.With = before.Office, slices.Clone(before.With)
	}
	view := c.seenView()
	more := ch.With
	if draft.Of(c.Person, v.Office, view) { // those who act for the office are always in it
		if o, err := view.Office(v.Office); err == nil {
			for _, id := range []frank.PersonID{c.Person, o.Holder, o.Acting} {
				if id != "" {
					more = append(slices.Clip(more), draft.Party{Person: id, Office: v.Office})
				}
			}
		}
	}
	for _, p := range more {
		if !slices.Contains(v.With, p) {
			v.With = append(v.With, p)
		}
	}
	if v.Over() {
		v.Source = ch.issued
		return v
	}
	v.Source, v.Steps = sha256.Sum256([]byte(ch.Source)), ch.Steps
	return v
}

// handIn signs, checks, seals and hands in the next version of k.
func (c *Client) handIn(ctx context.Context, k *keptDraft, before *draft.Version, ch *DraftChange) (*SharedDraft, error) {
	v := c.version(k, before, ch)
	v.Sign(c.Key)
	source := ch.Source
	if v.Over() {
		source = ""
	}
	file := v.File(source)
	if _, _, err := draft.Parse(file); err != nil {
		return nil, err
	}
	if _, err := draft.Check(v, before, c.dir); err != nil {
		return nil, fmt.Errorf("you may not hand this in: %w", err)
	}
	view := c.seenView()
	people := v.Taking(view)
	to, err := c.keysOf(people)
	if err != nil {
		return nil, err
	}
	sealed, err := keyring.SealTo(padded(file), to...)
	if err != nil {
		return nil, err
	}
	m := api.DraftVersion{Format: api.DraftFormat, Draft: v.Draft, Number: v.Number, Over: v.Over(), Sealed: sealed}
	if draft.Of(c.Person, v.Office, view) {
		m.Readers = people
	}
	if v.Number == 1 {
		m.Office = v.Office
	}
	if err := c.wire.call(ctx, http.MethodPost, api.PathDrafts, m, nil); err != nil {
		return nil, err
	}
	k.take(v, source)
	k.Story = append(k.Story, stepOf(v, c.Person))
	k.Had, k.Old = v.Number, source
	d, _, err := c.sharedFrom(k)
	return d, errors.Join(err, c.keepDraft(k))
}

// DropDraft ends a draft without an issue. It goes on from whatever there is: also
// from a version that is not to be believed, or that the person cannot read.
func (c *Client) DropDraft(ctx context.Context, n int, note string) error {
	d, err := c.SharedDraft(ctx, n)
	if d == nil {
		return err
	}
	if d.Fault == nil {
		_, err = c.goOnWith(ctx, d, &DraftChange{Draft: n, What: draft.Dropped, Note: note})
		return err
	}
	shown, err := c.shownDrafts(ctx)
	if err != nil {
		return err
	}
	k, before := d.kept, d.Last
	i := slices.IndexFunc(shown, func(s api.Draft) bool { return s.Draft == n })
	if before == nil || before.Over() || i < 0 || shown[i].Over || shown[i].Versions < len(k.Chain) {
		return d.Fault
	}
	for len(k.Chain) < shown[i].Versions {
		k.Chain, before = append(k.Chain, frank.Hash{}), nil
	}
	_, err = c.handIn(ctx, k, before, &DraftChange{Draft: n, Office: d.Last.Office, With: d.Last.With, What: draft.Dropped, Note: note})
	return err
}

// beginIssue remembers that an issue of a draft was begun.
func (c *Client) beginIssue(n int, ref frank.Ref, e *ledger.Entry, source string) error {
	k, err := c.keptDraft(n)
	if err != nil {
		return err
	}
	k.Issue = &issuedAs{ref, e.Commitment(), sha256.Sum256([]byte(source))}
	return c.keepDraft(k)
}

// closeIssued ends the drafts that were issued by this machine, as the ledger
// shows.
func (c *Client) closeIssued(ctx context.Context, list []*SharedDraft) error {
	for i, d := range list {
		k := d.kept
		if k.Issue == nil || d.Fault != nil || d.Last.Over() {
			continue
		}
		b := c.batches[k.Issue.Dispatch]
		if len(b) == 0 || b[0].Entry != k.Issue.Entry || b[0].Complete == nil {
			continue
		}
		over, err := c.goOnWith(ctx, d, &DraftChange{Draft: d.Draft, What: draft.Issued, dispatch: k.Issue.Dispatch, issued: k.Issue.Source})
		if _, first := errors.AsType[*FirstError](err); first {
			continue // the next look takes in what came, and tries again
		}
		if ctx.Err() != nil || errors.Is(err, ErrUnreachable) {
			return err
		}
		if err != nil {
			d.Fault = frank.WithHint(fmt.Errorf("draft %d was issued as %s, and could not be ended: %w", d.Draft, k.Issue.Dispatch, err), "somebody of the office %s drops it: frank draft drop %d", d.Last.Office, d.Draft)
			continue
		}
		over.Touched = d.Touched
		list[i] = over
	}
	return nil
}

// endDraft ends the draft that an issue came from. The issue stands, whatever
// becomes of that: what is left open now the next look at the drafts ends.
func (c *Client) endDraft(ctx context.Context, w *work, sent *Sent) error {
	if w.Draft == 0 {
		return nil
	}
	for range 3 { // somebody may have put a version in meanwhile
		if d, err := c.SharedDraft(ctx, w.Draft); err == nil && d.Last.Over() {
			return nil
		}
	}
	sent.Warnings = append(sent.Warnings, fmt.Sprintf("draft %d is not ended yet: frank draft list does it", w.Draft))
	return ctx.Err()
}

// readyToIssue says why a draft is not to be issued as a source, and returns its
// last version.
func (c *Client) readyToIssue(ctx context.Context, n int, base frank.Hash, source string) (*draft.Version, error) {
	d, err := c.SharedDraft(ctx, n)
	if err != nil {
		return nil, err
	}
	return c.ready(d, base, source)
}

// ready is the last version of a draft, if it may be issued as source.
func (c *Client) ready(d *SharedDraft, base frank.Hash, source string) (*draft.Version, error) {
	n := d.Draft
	switch v := d.Last; {
	case v.Over():
		return nil, endedError(v)
	case base != (frank.Hash{}) && v.Hash() != base && v.Source != sha256.Sum256([]byte(source)):
		return nil, c.first(d)
	case v.Source != sha256.Sum256([]byte(source)):
		return nil, frank.WithHint(fmt.Errorf("the source is not the one that draft %d has", n), "share it first (frank draft share), so that those who take part have seen what is sent")
	case v.What == draft.Returned:
		return nil, frank.WithHint(fmt.Errorf("draft %d was returned", n), "frank draft fetch %d says why; share it anew when that is settled", n)
	}
	for i := range d.Last.Steps {
		if s := &d.Last.Steps[i]; !c.SignedNow(s) {
			return nil, frank.WithHint(fmt.Errorf("draft %d was %s by %s with a device that is not valid any more", n, s.Step, s.Name), "share it again, which leaves that out, and have it signed anew")
		}
	}
	return d.Last, nil
}

// SignedNow reports whether the key of a step is valid now for whom it names.
func (c *Client) SignedNow(s *dispatch.Step) bool {
	id, err := c.dir.Now().Signer(s.Key)
	return err == nil && id == s.Person
}

// worked are those who have read a draft's source, in order.
func worked(v *draft.Version) (out []frank.PersonID) {
	for _, p := range v.With {
		out = append(out, p.Person)
	}
	for _, s := range v.Steps {
		out = append(out, s.Person)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
