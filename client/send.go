package client

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"slices"
	"strings"
	"time"

	"frank"
	"frank/api"
	"frank/directory"
	"frank/dispatch"
	"frank/exchange"
	"frank/internal/canon"
	"frank/keyring"
	"frank/ledger"
	"frank/variant"
)

// Draft is a dispatch before it is issued.
type Draft struct {
	Source     *variant.Source
	Office     frank.OfficeID // that issues
	Action     []dispatch.Party
	Info       []dispatch.Party
	Label      string // as the policy writes it on one line
	Precedence dispatch.Words
	Subject    string
	Summary    string
	Topics     []string
	Refs       []dispatch.Cite
	Supersedes *frank.Ref
	Review     string
	Embargo    string
	Steps      []dispatch.Step
	Attached   []File
	Shared     int        // the number of the draft that it comes from; 0: none
	Base       frank.Hash // the version of it that Source was
	Harm       string     // what it would do if it came out; empty: not said
	HarmUntil  string     // when it would no longer do it, RFC 3339; empty: not known
}

// ChangedError is the error for something addressed to offices which lead to
// other people, or other keys, than when the issuing office last wrote to them.
// Nothing was sealed to them. The author looks, and sets [Client].Confirmed.
type ChangedError struct{ What []string }

func (e *ChangedError) Error() string { return strings.Join(e.What, "; ") }

// File is something to be attached.
type File struct {
	Name string
	Data []byte
}

// Sent is an issue that was made.
type Sent struct {
	Dispatch  frank.Ref
	Batch     int
	Copies    int
	Complete  uint64   // index of the second entry
	Witnessed bool     // the draw rests on witnesses, not on the server's word
	Warnings  []string // what the author should know
}

// ErrUnwitnessed is the error for an issue whose draw rests on the server's word,
// where the organisation's policy asks for witnesses.
var ErrUnwitnessed = errors.New("it is unwitnessed")

// errWording is for a source without a place to vary.
var errWording = errors.New("no place of the dispatch is worded in more than one way: all copies would be alike")

// work is an issue under way, kept sealed until it is done: an issue that was
// interrupted goes on from it.
type work struct {
	Format     string              `json:"format"` // frank.work/1
	Dispatch   frank.Ref           `json:"dispatch"`
	Office     frank.OfficeID      `json:"office"`
	Batch      int                 `json:"batch"`
	First      int                 `json:"first"`
	Precedence dispatch.Precedence `json:"precedence"`
	Embargo    string              `json:"embargo"`
	Head       *dispatch.Head      `json:"head"`
	Source     string              `json:"source"`
	Readers    []workReader        `json:"readers"`
	Officers   []workOfficer       `json:"officers"`
	Threshold  int                 `json:"threshold"`
	Desk       string              `json:"desk"`
	Secret     frank.Secret        `json:"secret"` // what Prepare reads
	Begin      json.RawMessage     `json:"begin"`  // the first entry as signed
	Attached   []frank.Hash        `json:"attached"`
	Answers    []uint64            `json:"answers"`
	Harm       *dispatch.Harm      `json:"harm,omitempty"`
	HarmEntry  json.RawMessage     `json:"harm_entry,omitempty"` // as signed
	Draft      int                 `json:"draft,omitempty"`      // that it comes from
	Worked     []frank.PersonID    `json:"worked,omitempty"`     // who took part in that
}

type workReader struct {
	Office   frank.OfficeID `json:"office"`
	Delegate bool           `json:"delegate"`
	Person   frank.PersonID `json:"person"`
	Action   bool           `json:"action"`
	Seal     string         `json:"seal"`
}

type workOfficer struct {
	Person frank.PersonID `json:"person"`
	Seal   string         `json:"seal"`
}

const workFormat = "frank.work/1"

func (w *work) name() string { return fmt.Sprintf("work/%s-%d.age", slug(w.Dispatch), w.Batch) }

// slug is a reference as part of a file's name.
func slug(r frank.Ref) string {
	return strings.ToLower(strings.ReplaceAll(r.String(), " ", "-"))
}

// Send issues a dispatch: takes the next number of the office, enters what
// binds it, waits for the draw, seals everybody's copy and completes it. A draft
// that it comes from is ended, and its last version's steps are taken. tell is
// called at each step, and may be nil.
func (c *Client) Send(ctx context.Context, d *Draft, year int, tell func(step string)) (*Sent, error) {
	if _, err := c.fresh(ctx); err != nil {
		return nil, err
	}
	m, err := d.Source.Master()
	if err != nil {
		return nil, err
	}
	if len(m.Units) == 0 {
		return nil, frank.WithHint(errWording, "frank propose finds places that may be worded otherwise")
	}
	w := &work{Format: workFormat, Office: d.Office, Batch: 1, First: 1, Embargo: d.Embargo, Source: d.Source.String(), Draft: d.Shared}
	if d.Shared > 0 {
		v, err := c.readyToIssue(ctx, d.Shared, d.Base, w.Source)
		if err != nil {
			return nil, err
		}
		if v.Office != d.Office {
			return nil, fmt.Errorf("draft %d is the office %s's, and would be sent by %s", d.Shared, v.Office, d.Office)
		}
		d.Steps, w.Worked = v.Steps, worked(v)
	}
	now := c.dir.At(c.view.Head().Size)
	if err := now.MayIssue(d.Office, c.Person); err != nil {
		return nil, err
	}
	office, err := now.Office(d.Office)
	if err != nil {
		return nil, err
	}
	if office.Stale {
		return nil, errStaleKey(office.ID)
	}
	w.Desk = office.Key.Seal
	head, warnings, err := c.head(d, office, now, w)
	if err != nil {
		return nil, err
	}
	w.Head = head
	if err := c.deal(w, now, &warnings); err != nil {
		return nil, err
	}
	if head.Attached, w.Attached, err = c.attach(ctx, d.Attached, w); err != nil {
		return nil, err
	}
	for range 5 {
		var n api.Numbers
		if err := c.wire.call(ctx, http.MethodGet, query(api.PathNext, "place", office.Place, "year", year), nil, &n); err != nil {
			return nil, err
		}
		w.Dispatch = frank.Ref{Year: year, Place: office.Place, Number: n.Last + 1}
		head.Dispatch = w.Dispatch
		if err := head.Validate(); err != nil {
			return nil, err
		}
		if d.Harm != "" {
			w.Harm = &dispatch.Harm{Dispatch: w.Dispatch, Text: d.Harm, Until: d.HarmUntil}
		}
		sent, err := c.issue(ctx, w, tell)
		if errors.Is(err, errTaken) {
			continue // somebody of the office was quicker
		}
		if err != nil {
			return nil, err
		}
		sent.Warnings = append(warnings, sent.Warnings...)
		return sent, nil
	}
	return nil, errTaken
}

var errTaken = errors.New("the number was taken by another dispatch each time")

func errStaleKey(office frank.OfficeID) error {
	return frank.WithHint(fmt.Errorf("the key of the office %s is known to somebody who no longer acts in it", office), "frank office key %s makes a new one", office)
}

// head resolves whom a draft is addressed to, and checks the label against the
// policy.
func (c *Client) head(d *Draft, office directory.Office, now directory.View, w *work) (*dispatch.Head, []string, error) {
	policy, err := now.Settings().Policy(nil)
	if err != nil {
		return nil, nil, err
	}
	label, err := policy.ParseLine(d.Label)
	if err != nil {
		return nil, nil, err
	}
	var offices []frank.OfficeID
	h := &dispatch.Head{Format: dispatch.HeadFormat, Office: office.ID, From: office.Title, At: c.now(), Label: label, Marking: policy.Line(label),
		Handling: handling(policy, label), Precedence: d.Precedence, Subject: d.Subject, Summary: d.Summary, Topics: d.Topics, Refs: d.Refs,
		Supersedes: d.Supersedes, Review: d.Review, Steps: d.Steps}
	if w.Precedence.Action, err = policy.Rank(d.Precedence.Action); err != nil {
		return nil, nil, err
	}
	if w.Precedence.Info, err = policy.Rank(d.Precedence.Info); err != nil {
		return nil, nil, err
	}
	w.Precedence.DeskBy = d.Precedence.DeskBy
	if policy.Precedence[w.Precedence.Action].Reason && d.Precedence.Reason == "" {
		return nil, nil, frank.WithHint(fmt.Errorf("the precedence %s needs a reason", d.Precedence.Action), "a line \"reason: …\" in the head of the source gives it")
	}
	add := func(r workReader) {
		if i := slices.IndexFunc(w.Readers, func(x workReader) bool { return x.Person == r.Person }); i >= 0 {
			w.Readers[i].Action = w.Readers[i].Action || r.Action // one copy each, however often addressed
			return
		}
		w.Readers = append(w.Readers, r)
	}
	for _, list := range []struct {
		parties []dispatch.Party
		action  bool
		to      *[]dispatch.Party
	}{{d.Action, true, &h.Action}, {d.Info, false, &h.Info}} {
		for _, p := range list.parties {
			if p.Office == "" {
				person, err := now.Person(p.Person)
				if err != nil {
					return nil, nil, err
				}
				*list.to = append(*list.to, dispatch.Party{Person: p.Person, Name: person.Name})
				add(workReader{Person: p.Person, Action: list.action, Seal: person.Seal})
				continue
			}
			readers, err := now.Readers(p.Office)
			if err != nil {
				return nil, nil, err
			}
			o, err := now.Office(p.Office)
			if err != nil {
				return nil, nil, err
			}
			offices = append(offices, p.Office)
			*list.to = append(*list.to, dispatch.Party{Office: p.Office, Name: o.Title})
			for _, r := range readers {
				add(workReader{Office: p.Office, Delegate: r.As == directory.AsDelegate, Person: r.Person, Action: list.action, Seal: r.Seal})
			}
		}
	}
	who, err := now.Addressees(offices...)
	if err != nil {
		return nil, nil, err
	}
	if err := policy.Check(label, who); err != nil {
		return nil, nil, err
	}
	if err := withoutOffice(policy, label, slices.ContainsFunc(w.Readers, func(r workReader) bool { return r.Office == "" })); err != nil {
		return nil, nil, err
	}
	warnings := c.changed(office.ID, w.Readers)
	if len(warnings) > 0 && !c.Confirmed {
		return nil, nil, &ChangedError{warnings}
	}
	if d.Supersedes != nil {
		warnings = append(warnings, fmt.Sprintf("this corrects %s: whoever lays both versions side by side sees where they are worded differently; ask for the earlier one to be destroyed", *d.Supersedes))
	}
	return h, warnings, nil
}

// withoutOffice refuses persons without an office what only cleared offices may
// hold: they have nothing to be cleared by.
func withoutOffice(p *directory.Policy, l directory.Label, any bool) error {
	if any && p.Check(l, []directory.Addressee{{Attributes: []string{}}}) != nil {
		return frank.WithHint(fmt.Errorf("what is labelled %s goes to offices that are cleared for it, and not to a person without one", p.Line(l)), "address the office, or have the person made its delegate")
	}
	return nil
}

// changed says which of those that an office now writes to lead to other people,
// or have other keys, than when it last wrote to them.
func (c *Client) changed(issuing frank.OfficeID, to []workReader) (out []string) {
	size := c.view.Head().Size
	lastOf := func(is func(dispatch.Addressee) bool) (last uint64, wrote bool) {
		for _, list := range c.batches {
			for _, b := range list {
				if b.Begin.Office == issuing && (!wrote || b.Index > last) && slices.ContainsFunc(b.Begin.To, is) {
					last, wrote = b.Index, true
				}
			}
		}
		return last, wrote
	}
	asked := map[frank.OfficeID]bool{}
	for _, r := range to {
		if r.Office == "" {
			last, wrote := lastOf(func(a dispatch.Addressee) bool { return a.Person == r.Person })
			if before, ok := c.dir.At(last).Recipient(r.Person); wrote && ok && before != r.Seal {
				name := string(r.Person)
				if p, err := c.dir.At(size).Person(r.Person); err == nil {
					name = p.Name
				}
				out = append(out, fmt.Sprintf("since %s last wrote to %s, they have another key", issuing, name))
			}
			continue
		}
		if asked[r.Office] {
			continue
		}
		asked[r.Office] = true
		last, wrote := lastOf(func(a dispatch.Addressee) bool { return a.Office == r.Office })
		if !wrote {
			continue
		}
		for _, d := range c.dir.Changed(last, size, []frank.OfficeID{r.Office}) {
			out = append(out, fmt.Sprintf("since %s last wrote to %s, it is read by %s, not by %s", issuing, d.Office, names(d.After), names(d.Before)))
		}
	}
	return out
}

func names(list []directory.Reader) string {
	if len(list) == 0 {
		return "nobody"
	}
	var out []string
	for _, r := range list {
		out = append(out, fmt.Sprintf("%s (%s)", r.Name, r.As))
	}
	return strings.Join(out, ", ")
}

// deal says who is dealt shares: nobody who wrote, worked on, or gets the dispatch.
func (c *Client) deal(w *work, now directory.View, warnings *[]string) error {
	involved := []frank.PersonID{c.Person}
	if o, err := now.Office(w.Office); err == nil { // who may read the source
		involved = append(involved, o.Holder, o.Acting)
	}
	for _, r := range w.Readers {
		involved = append(involved, r.Person)
	}
	involved = append(involved, w.Worked...)
	for _, s := range w.Head.Steps { // who signed the source has read it
		involved = append(involved, s.Person)
	}
	for _, b := range c.batches[w.Dispatch] {
		involved = append(append(involved, b.By), b.Begin.Worked...)
		for _, a := range b.Begin.To {
			involved = append(involved, a.Person)
		}
	}
	deal, err := now.Deal(involved...)
	if err != nil {
		return err
	}
	w.Threshold = deal.Threshold
	for _, id := range slices.Concat(deal.Officers, deal.Alternates) {
		seal, ok := now.Recipient(id)
		if !ok {
			return errors.New("an officer has no key to seal a share to")
		}
		w.Officers = append(w.Officers, workOfficer{id, seal})
	}
	switch {
	case deal.Short > 0:
		*warnings = append(*warnings, fmt.Sprintf("only %d officers hold shares, and it takes %d of them: if one is lost, nothing can ever be opened", len(w.Officers), w.Threshold))
	case len(deal.Alternates) > 0:
		*warnings = append(*warnings, fmt.Sprintf("%d alternates from outside hold shares, because too few officers are uninvolved", len(deal.Alternates)))
	}
	return nil
}

// attach seals the files that go with a dispatch, the same for every reader.
func (c *Client) attach(ctx context.Context, files []File, w *work) (list []dispatch.Attachment, hashes []frank.Hash, err error) {
	to, err := w.recipients()
	if err != nil {
		return nil, nil, err
	}
	desk, err := keyring.ParseRecipient(w.Desk)
	if err != nil {
		return nil, nil, err
	}
	for _, f := range files {
		sealed, err := keyring.SealTo(f.Data, append(to, desk)...)
		if err != nil {
			return nil, nil, err
		}
		if err := c.put(ctx, sealed); err != nil {
			return nil, nil, err
		}
		h := frank.Hash(sha256.Sum256(sealed))
		list = append(list, dispatch.Attachment{Name: f.Name, Size: len(f.Data), Sealed: h, Plain: sha256.Sum256(f.Data)})
		hashes = append(hashes, h)
	}
	return list, hashes, nil
}

func (w *work) recipients() (to []*keyring.Public, err error) {
	for _, r := range w.Readers {
		p, err := keyring.ParseRecipient(r.Seal)
		if err != nil {
			return nil, err
		}
		to = append(to, p)
	}
	return to, nil
}

// order is what w says, as the exchange takes it.
func (w *work) order() (o exchange.Order, err error) {
	src, err := variant.Parse(w.Source)
	if err != nil {
		return o, err
	}
	m, err := src.Master()
	if err != nil {
		return o, err
	}
	o = exchange.Order{Dispatch: w.Dispatch, Office: w.Office, Batch: w.Batch, First: w.First, Precedence: w.Precedence, Embargo: w.Embargo,
		Head: w.Head, Master: m, Source: w.Source, Threshold: w.Threshold, Worked: w.Worked}
	if o.Desk, err = keyring.ParseRecipient(w.Desk); err != nil {
		return o, err
	}
	for _, r := range w.Readers {
		to, err := keyring.ParseRecipient(r.Seal)
		if err != nil {
			return o, err
		}
		o.Readers = append(o.Readers, exchange.Reader{Office: r.Office, Delegate: r.Delegate, Person: r.Person, Action: r.Action, To: to, Key: dispatch.KeyHash(r.Seal)})
	}
	for _, f := range w.Officers {
		to, err := keyring.ParseRecipient(f.Seal)
		if err != nil {
			return o, err
		}
		o.Officers = append(o.Officers, exchange.Officer{Person: f.Person, To: to, Key: dispatch.KeyHash(f.Seal)})
	}
	return o, nil
}

// issue begins what w says: from here on it is kept, and can be gone on with.
func (c *Client) issue(ctx context.Context, w *work, tell func(string)) (*Sent, error) {
	var err error
	if w.Secret, err = newSecret(); err != nil {
		return nil, err
	}
	o, err := w.order()
	if err != nil {
		return nil, err
	}
	p, err := exchange.Prepare(o, bytes.NewReader(w.Secret[:]))
	if err != nil {
		return nil, err
	}
	e, err := c.entry(dispatch.KindBegin, p.Begin(), false)
	if err != nil {
		return nil, err
	}
	w.Begin = e.Marshal()
	if w.Harm != nil {
		h, err := c.harmEntry(*w.Harm)
		if err != nil {
			return nil, err
		}
		w.HarmEntry = h.Marshal()
	}
	sealed, err := c.Key.Seal(canon.Marshal(w))
	if err != nil {
		return nil, err
	}
	if err := c.Files.Write(w.name(), sealed); err != nil {
		return nil, err
	}
	if w.Draft > 0 {
		if err := c.beginIssue(w.Draft, w.Dispatch, e, w.Source); err != nil {
			return nil, err
		}
	}
	return c.goOn(ctx, w, p, e, tell)
}

// goOn enters what binds the issue and completes it. It may be done again from
// any point.
func (c *Client) goOn(ctx context.Context, w *work, p *exchange.Pending, e *ledger.Entry, tell func(string)) (*Sent, error) {
	say := func(format string, args ...any) {
		if tell != nil {
			tell(fmt.Sprintf(format, args...))
		}
	}
	say("entering %s", w.Dispatch)
	a, err := c.submitOpen(ctx, e, nil)
	switch {
	case errors.Is(err, api.Of(api.Conflict)):
		// Nothing of it is in the ledger, and nothing will be.
		if err := c.Files.Remove(w.name()); err != nil {
			return nil, err
		}
		return nil, errTaken
	case errors.Is(err, api.Of(api.Refused)), errors.Is(err, api.Of(api.Invalid)):
		return nil, errors.Join(err, c.Files.Remove(w.name()))
	case err != nil:
		return nil, err
	}
	say("waiting for the draw")
	for tries := 0; a.Checkpoint == ""; tries++ { // an honest server waits before it says that there is none
		if tries == 20 {
			return nil, frank.WithHint(fmt.Errorf("the ledger gave no draw for %s", w.Dispatch), "the number is taken and the issue kept: go on with it when the server's witnesses answer again")
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
		if a, err = c.submitOpen(ctx, e, nil); err != nil {
			return nil, err
		}
	}
	cp, err := c.policy.Verify([]byte(a.Checkpoint))
	if err != nil {
		return nil, &Alarm{fmt.Errorf("the checkpoint for the draw does not hold: %w", err)}
	}
	randomness, err := cp.Randomness(a.Index)
	if err != nil {
		return nil, &Alarm{err}
	}
	if !cp.Witnessed && c.policy.AsksWitnesses() && !c.AllowUnwitnessed {
		return nil, frank.WithHint(fmt.Errorf("no witness stands behind the draw of %s: %w", w.Dispatch, ErrUnwitnessed), "the number is taken and the issue kept: frank send --resume --unwitnessed goes on, on the server's word alone")
	}
	unseen, err := c.sealFingerprints(w, p)
	if err != nil {
		return nil, err
	}
	say("drawing and sealing %d copies", len(w.Readers))
	issued, err := p.Complete(exchange.Drawn{Begin: a.Index, Entry: e.Commitment(), Checkpoint: string(cp.Note), Randomness: randomness}, rand.Reader)
	if err != nil {
		return nil, err
	}
	if w.HarmEntry != nil { // while nobody can have read it yet
		h, err := ledger.ParseEntry(w.HarmEntry)
		if err != nil {
			return nil, fmt.Errorf("%s is damaged", w.name())
		}
		if _, err := c.handHarm(ctx, h, w.Dispatch, w.Desk); err != nil {
			return nil, err
		}
	}
	say("handing in the sealed copies")
	parts := &api.Parts{Attachments: w.Attached}
	for _, list := range []struct {
		blobs [][]byte
		to    *[]frank.Hash
	}{{issued.Sealed, &parts.Copies}, {issued.Shares, &parts.Shares}} {
		for _, b := range list.blobs {
			*list.to = append(*list.to, sha256.Sum256(b))
		}
	}
	rest := [][]byte{issued.Codebook, issued.Source, issued.Map}
	if issued.Watch != nil {
		rest = append(rest, issued.Watch)
	}
	if err := c.put(ctx, slices.Concat(issued.Sealed, issued.Shares, rest)...); err != nil {
		return nil, err
	}
	done, err := c.entry(dispatch.KindComplete, issued.Complete, false)
	if err != nil {
		return nil, err
	}
	sent := &Sent{Dispatch: w.Dispatch, Batch: w.Batch, Copies: len(w.Readers), Witnessed: cp.Witnessed}
	if !cp.Witnessed {
		sent.Warnings = append(sent.Warnings, "unwitnessed: no witness stands behind the draw, only the server's word")
	}
	if unseen != "" {
		sent.Warnings = append(sent.Warnings, unseen)
	}
	accepted, err := c.submitOpen(ctx, done, func(s *api.Submission) { s.Parts, s.Answers = parts, w.Answers })
	say("waiting for the ledger to show it")
	switch {
	case errors.Is(err, api.Of(api.Conflict)), errors.Is(err, api.Of(api.Refused)):
		// A run before this one may have completed it, and never heard of it.
		if alike, failed := c.completedAlike(ctx, w, &issued.Complete); alike || failed != nil {
			err = failed
		}
	case err == nil:
		err = c.Settle(ctx, accepted.Index)
	}
	if err != nil {
		return nil, err
	}
	sent.Complete = c.completed[batchID{w.Dispatch, w.Batch}]
	if err := c.forgetWork(w.name()); err != nil {
		return nil, err
	}
	return sent, c.endDraft(ctx, w, sent)
}

// completedAlike waits for the ledger to show what completed an issue, and checks
// that it has the same copies.
func (c *Client) completedAlike(ctx context.Context, w *work, want *dispatch.Complete) (bool, error) {
	var is *dispatch.Complete
	shown, err := c.await(ctx, api.PathEntries, func() bool {
		for _, b := range c.batches[w.Dispatch] {
			if b.Begin.Batch == w.Batch {
				is = b.Complete
			}
		}
		return is != nil
	})
	if shown && (is.CopyRoot != want.CopyRoot || is.UnitRoot != want.UnitRoot) {
		return false, alarmf("%s was completed with other copies than this machine made", w.Dispatch)
	}
	if err == nil && !shown {
		err = ctx.Err()
	}
	return shown, err
}

// put hands in sealed things, in parcels.
func (c *Client) put(ctx context.Context, blobs ...[]byte) error {
	var body parcel
	n := 0
	flush := func() error {
		if n == 0 {
			return nil
		}
		err := c.wire.call(ctx, http.MethodPost, api.PathBlobs, body, nil)
		body, n = nil, 0
		return err
	}
	for _, b := range blobs {
		if len(b) > api.MaxBlob {
			return frank.WithHint(fmt.Errorf("a sealed thing has %d bytes, and at most %d are taken", len(b), api.MaxBlob), "leave out the largest attachment, or split it")
		}
		if n == api.MaxParts || len(body)+len(b)+4*(n+1) > api.MaxParcel {
			if err := flush(); err != nil {
				return err
			}
		}
		body = api.AppendPart(body, b)
		n++
	}
	return flush()
}

// forgetWork removes an issue's work: with it goes what its seed follows from.
func (c *Client) forgetWork(name string) error {
	if err := c.Files.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// Unfinished lists issues that were interrupted.
func (c *Client) Unfinished() ([]string, error) { return c.Files.List("work/") }

// Resume goes on with an issue that was interrupted, by its name from
// [Client.Unfinished].
func (c *Client) Resume(ctx context.Context, name string, tell func(string)) (*Sent, error) {
	// Read before the ledger is: meeting the issue's end there forgets the work.
	sealed, err := c.Files.Read(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errors.New("there is no such issue under way")
	}
	if err != nil {
		return nil, err
	}
	plain, err := c.Key.Open(sealed)
	if err != nil {
		return nil, err
	}
	var w work
	if err := canon.Unmarshal(plain, &w); err != nil || w.Format != workFormat {
		return nil, fmt.Errorf("%s is damaged", name)
	}
	if _, err := c.fresh(ctx); err != nil {
		return nil, err
	}
	begun := false
	for _, b := range c.batches[w.Dispatch] {
		begun = begun || b.Begin.Batch == w.Batch
		if b.Begin.Batch == w.Batch && b.Complete != nil { // all was done but for forgetting it
			cp, err := c.drawn(b.Complete)
			if err != nil {
				return nil, err
			}
			sent := &Sent{Dispatch: w.Dispatch, Batch: w.Batch, Copies: len(w.Readers), Complete: c.completed[batchID{w.Dispatch, w.Batch}], Witnessed: cp.Witnessed}
			return sent, errors.Join(c.forgetWork(name), c.endDraft(ctx, &w, sent))
		}
	}
	if w.Draft > 0 && !begun { // nobody was named or dealt a share yet: who took part is asked anew
		d, err := c.SharedDraft(ctx, w.Draft)
		if err != nil {
			return nil, err
		}
		v, err := c.ready(d, frank.Hash{}, w.Source)
		if err == nil && !slices.Equal(worked(v), w.Worked) {
			err = fmt.Errorf("others take part in draft %d since its issue was begun", w.Draft)
		}
		if err != nil {
			return nil, frank.WithHint(errors.Join(err, c.forgetWork(name)), "nothing was entered: send the source again (frank send)")
		}
	}
	o, err := w.order()
	if err != nil {
		return nil, err
	}
	p, err := exchange.Prepare(o, io.Reader(bytes.NewReader(w.Secret[:])))
	if err != nil {
		return nil, err
	}
	e, err := ledger.ParseEntry(w.Begin)
	if err != nil {
		return nil, err
	}
	return c.goOn(ctx, &w, p, e, tell)
}

// Recall stops further fetching of a dispatch.
func (c *Client) Recall(ctx context.Context, ref frank.Ref, reason string) error {
	if _, err := c.fresh(ctx); err != nil {
		return err
	}
	return c.stateOpenly(ctx, dispatch.KindRecall, dispatch.Recall{Dispatch: ref, Reason: reason})
}

// Sign puts a step under a source as it stands.
func (c *Client) Sign(step string, office frank.OfficeID, source string) dispatch.Step {
	s := dispatch.Step{Step: step, Office: office, Person: c.Person, Name: c.Name, Key: c.Key.VerifyKey(), At: c.now(), Source: sha256.Sum256([]byte(source))}
	s.Signature = c.Key.Sign(dispatch.StepNamespace, s.Message())
	return s
}
