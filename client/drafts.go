package client

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"frank"
	"frank/api"
	"frank/directory"
	"frank/draft"
	"frank/internal/canon"
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
