package client

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"

	"frank"
	"frank/directory"
	"frank/dispatch"
	"frank/exchange"
	"frank/internal/canon"
	"frank/keyring"
	"frank/watch"
	"frank/watch/retold"
)

// sealFingerprints seals the fingerprints of what is issued to those who sit as
// watch. It does nothing for a further batch of a dispatch whose fingerprints
// were sealed before: the text is the same. unseen is what the author should
// know.
func (c *Client) sealFingerprints(w *work, p *exchange.Pending) (unseen string, err error) {
	for _, b := range c.batches[w.Dispatch] {
		if b.Complete != nil && b.Complete.Watch != (frank.Hash{}) {
			return "", nil
		}
	}
	var to []*keyring.Public
	now := c.dir.At(c.view.Head().Size)
	for _, id := range now.Sitting(directory.Watch) {
		if seal, ok := now.Recipient(id); ok {
			key, err := keyring.ParseRecipient(seal)
			if err != nil {
				return "", err
			}
			to = append(to, key)
		}
	}
	if len(to) == 0 {
		return fmt.Sprintf("nobody sits as watch: were %s printed, nobody would be told", w.Dispatch), nil
	}
	o, err := w.order()
	if err != nil {
		return "", err
	}
	prints, err := watch.Fingerprints(o.Master)
	if err != nil {
		return "", err
	}
	prints = retold.Join(prints, retold.Terms(o.Master))
	sealed, err := keyring.SealTo(watch.Pad(prints, exchange.Container(p.Begin().Size)), to...)
	if err != nil {
		return "", err
	}
	p.Watch(sealed)
	return "", nil
}

// Watch is what a watch officer's machine has.
type Watch struct {
	Index  *watch.Index
	Terms  *retold.Index // of the same dispatches; those of older fingerprints have none
	Closed []frank.Ref   // issued before the person sat as watch; see [Client.PassWatch]
	Faults []string      // fingerprints that do not hold, a sentence each
}

// ErrNoWatch is the error for somebody who does not sit as watch.
var ErrNoWatch = errors.New("you do not sit as watch")

// Where the indexes are kept: segments, each sealed to the person's own key and
// named by the hash of what is sealed.
const (
	watchFiles = "watch/"
	termFiles  = "watchterms/"
)

// Watched brings the index of fingerprints up to date: it syncs, fetches and
// opens what is new and keeps it. Errors: [ErrNoWatch].
func (c *Client) Watched(ctx context.Context) (*Watch, error) {
	if _, err := c.fresh(ctx); err != nil {
		return nil, err
	}
	if !c.dir.At(c.view.Head().Size).Has(directory.Watch, c.Person) {
		return nil, frank.WithHint(ErrNoWatch, "fingerprints are sealed to those who do when a dispatch is issued: frank role grant watch appoints somebody")
	}
	ix, err := c.watchIndex()
	if err != nil {
		return nil, err
	}
	terms, err := c.termIndex()
	if err != nil {
		return nil, err
	}
	w, added := &Watch{Index: ix, Terms: terms}, 0
	var failed error
	for _, b := range c.fingerprinted() {
		ref := b.Begin.Dispatch
		if ix.Has(ref) && terms.Has(ref) {
			continue
		}
		if !c.dir.At(b.Index).Has(directory.Watch, c.Person) {
			if !ix.Has(ref) {
				w.Closed = append(w.Closed, ref)
			}
			continue
		}
		sealed, err := c.blob(ctx, b.Complete.Watch)
		if err != nil {
			failed = err
			break // what came is kept
		}
		plain, err := c.Key.Open(sealed)
		if err == nil {
			err = w.add(ref, plain)
		}
		if err != nil {
			w.Faults = append(w.Faults, fmt.Sprintf("the fingerprints of %s cannot be used: its author made them badly, or sealed them to others", ref))
			continue
		}
		added++
	}
	ix.Settle()
	terms.Settle()
	if added > 0 {
		if err := c.keepWatch(w); err != nil {
			return nil, errors.Join(failed, err)
		}
	}
	return w, failed
}

// add takes in the fingerprints of a dispatch, of either version.
func (w *Watch) add(ref frank.Ref, plain []byte) error {
	prints, terms, err := retold.Split(plain)
	if err != nil {
		return err
	}
	if err := w.Index.Add(ref, prints); err != nil {
		return err
	}
	return w.Terms.Add(ref, terms)
}

// fingerprinted lists of every dispatch the batch that its fingerprints came
// with, in the order of the ledger.
func (c *Client) fingerprinted() (list []*dispatch.Batch) {
	for _, batches := range c.batches {
		for i := range batches {
			if d := batches[i].Complete; d != nil && d.Watch != (frank.Hash{}) {
				list = append(list, &batches[i])
				break
			}
		}
	}
	slices.SortFunc(list, func(a, b *dispatch.Batch) int { return cmp.Compare(a.Index, b.Index) })
	return list
}

// watchIndex reads the index that is kept.
func (c *Client) watchIndex() (*watch.Index, error) {
	ix := watch.NewIndex()
	return ix, readSegments(c, watchFiles, watch.ReadSegment, ix.Attach)
}

// termIndex reads the index of terms that is kept.
func (c *Client) termIndex() (*retold.Index, error) {
	place := map[frank.Ref]int{}
	for i, b := range c.fingerprinted() {
		place[b.Begin.Dispatch] = i
	}
	ix := retold.NewIndex(func(ref frank.Ref) int { return place[ref] })
	return ix, readSegments(c, termFiles, retold.ReadSegment, ix.Attach)
}

// readSegments reads the segments in a folder and attaches them, the largest
// first.
func readSegments[S interface{ Len() int }](c *Client, folder string, read func([]byte) (S, error), attach func(S) error) error {
	damaged := func(name string, err error) error {
		return frank.WithHint(fmt.Errorf("%s is damaged: %w", name, err), "delete it: what it held is fetched anew, but for what another watch officer passed on to you")
	}
	names, err := c.Files.List(folder)
	if err != nil {
		return err
	}
	var list []S
	for _, name := range names {
		sealed, err := c.Files.Read(name)
		if err != nil {
			return err
		}
		plain, err := c.Key.Open(sealed)
		var s S
		if err == nil {
			s, err = read(plain)
		}
		if err != nil {
			return damaged(name, err)
		}
		list = append(list, s)
	}
	slices.SortStableFunc(list, func(a, b S) int { return cmp.Compare(b.Len(), a.Len()) })
	for _, s := range list { // of a run that was killed while it wrote, some come twice
		if err := attach(s); err != nil {
			return damaged(folder, err)
		}
	}
	return nil
}

// keepWatch writes the segments of the indexes that are not kept yet, and then
// removes those that are in them no more.
func (c *Client) keepWatch(w *Watch) error {
	prints, terms, err := w.segments()
	if err != nil {
		return err
	}
	return errors.Join(c.keepSegments(watchFiles, prints), c.keepSegments(termFiles, terms))
}

// segments returns both indexes as they are written.
func (w *Watch) segments() (prints, terms [][]byte, err error) {
	for _, s := range w.Index.Segments() {
		var plain bytes.Buffer
		if _, err := s.WriteTo(&plain); err != nil {
			return nil, nil, err
		}
		prints = append(prints, plain.Bytes())
	}
	for _, s := range w.Terms.Segments() {
		terms = append(terms, s.Bytes())
	}
	return prints, terms, nil
}

func (c *Client) keepSegments(folder string, segments [][]byte) error {
	names, err := c.Files.List(folder)
	if err != nil {
		return err
	}
	old := map[string]bool{}
	for _, name := range names {
		old[name] = true
	}
	for _, plain := range segments {
		name := fmt.Sprintf("%s%x.age", folder, sha256.Sum256(plain))
		if old[name] {
			delete(old, name)
			continue
		}
		sealed, err := c.Key.Seal(plain)
		if err != nil {
			return err
		}
		if err := c.Files.Write(name, sealed); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(old)) {
		if err := c.Files.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// passed is the first line of what one watch officer hands on to another.
type passed struct {
	Format    string            `json:"format"` // frank.watch-pass/2
	Log       string            `json:"log"`
	To        frank.PersonID    `json:"to"`
	Sizes     []int64           `json:"sizes"` // of the segments of fingerprints that follow
	Terms     []int64           `json:"terms"` // and of those of terms behind them
	Segments  frank.Hash        `json:"segments"`
	By        keyring.VerifyKey `json:"by"`
	Signature []byte            `json:"signature"`
}

// passedAlone is what frank.watch-pass/1 has instead, without terms.
type passedAlone struct {
	Format    string            `json:"format"`
	Log       string            `json:"log"`
	To        frank.PersonID    `json:"to"`
	Sizes     []int64           `json:"sizes"`
	Segments  frank.Hash        `json:"segments"`
	By        keyring.VerifyKey `json:"by"`
	Signature []byte            `json:"signature"`
}

const (
	passAlone  = "frank.watch-pass/1"
	passFormat = "frank.watch-pass/2"
)

// readPassed reads the first line of either version, and returns what its
// signature is over and in which namespace.
func readPassed(head []byte) (p *passed, message []byte, namespace string, err error) {
	p = &passed{}
	if err := canon.Unmarshal(head, p); err == nil && p.Format == passFormat {
		return p, p.message(), passNamespace, nil
	}
	var a passedAlone
	if err := canon.Unmarshal(head, &a); err != nil || a.Format != passAlone {
		return nil, nil, "", fmt.Errorf("expected fingerprints of format %s", passFormat)
	}
	p = &passed{a.Format, a.Log, a.To, a.Sizes, nil, a.Segments, a.By, a.Signature}
	a.Signature = []byte{}
	return p, canon.Marshal(a), "frank/watch-pass/1", nil
}

const passNamespace = "frank/watch-pass/2"

func (p *passed) message() []byte {
	unsigned := *p
	unsigned.Signature = []byte{}
	return canon.Marshal(unsigned)
}

// PassWatch returns all fingerprints that the person has, sealed to another who
// sits as watch, and of how many dispatches they are. The other takes them in
// with [Client.TakeWatch].
func (c *Client) PassWatch(ctx context.Context, to frank.PersonID) (data []byte, dispatches int, err error) {
	w, err := c.Watched(ctx)
	if err != nil {
		return nil, 0, err
	}
	now := c.dir.At(c.view.Head().Size)
	if !now.Has(directory.Watch, to) {
		return nil, 0, frank.WithHint(errors.New("fingerprints are passed to somebody who sits as watch"), "appoint them first: frank role grant watch")
	}
	seal, _ := now.Recipient(to)
	key, err := keyring.ParseRecipient(seal)
	if err != nil {
		return nil, 0, err
	}
	p := &passed{Format: passFormat, Log: c.Log, To: to, Sizes: []int64{}, Terms: []int64{}, By: c.Key.VerifyKey()}
	prints, terms, err := w.segments()
	if err != nil {
		return nil, 0, err
	}
	var body []byte
	for _, s := range prints {
		p.Sizes, body = append(p.Sizes, int64(len(s))), append(body, s...)
	}
	for _, s := range terms {
		p.Terms, body = append(p.Terms, int64(len(s))), append(body, s...)
	}
	p.Segments = sha256.Sum256(body)
	p.Signature = c.Key.Sign(passNamespace, p.message())
	data, err = key.Seal(slices.Concat(canon.Marshal(p), []byte("\n"), body))
	return data, w.Index.Len(), err
}

// TakeWatch takes in what another watch officer passed on, and returns of how
// many dispatches it was news. It is that officer's word that the fingerprints
// are those that the authors sealed.
func (c *Client) TakeWatch(ctx context.Context, data []byte) (dispatches int, err error) {
	w, err := c.Watched(ctx)
	if err != nil {
		return 0, err
	}
	plain, err := c.Key.Open(data)
	if err != nil {
		return 0, frank.WithHint(errors.New("what was passed on does not open with your key"), "frank watch pass seals it to one person")
	}
	head, body, _ := bytes.Cut(plain, []byte("\n"))
	p, message, namespace, err := readPassed(head)
	if err != nil {
		return 0, err
	}
	if p.Log != c.Log || p.To != c.Person || sha256.Sum256(body) != p.Segments || !p.By.Verify(namespace, message, p.Signature) {
		return 0, errors.New("what was passed on was changed, or is for somebody else")
	}
	by, err := c.dir.At(c.view.Head().Size).Signer(p.By)
	if err != nil || !c.everWatched(by) {
		return 0, errors.New("what was passed on is by somebody who never sat as watch")
	}
	before := w.Index.Len()
	if body, err = takeSegments(body, p.Sizes, watch.ReadSegment, w.Index.Attach); err != nil {
		return 0, err
	}
	if _, err = takeSegments(body, p.Terms, retold.ReadSegment, w.Terms.Attach); err != nil {
		return 0, err
	}
	known := map[frank.Ref]bool{}
	for _, b := range c.fingerprinted() {
		known[b.Begin.Dispatch] = true
	}
	for _, s := range w.Index.Segments() {
		for _, ref := range s.Dispatches() {
			if !known[ref] {
				w.Index.Remove(ref) // the ledger has no fingerprints of it
			}
		}
	}
	for _, s := range w.Terms.Segments() {
		for _, ref := range s.Dispatches() {
			if !known[ref] {
				w.Terms.Remove(ref)
			}
		}
	}
	return w.Index.Len() - before, c.keepWatch(w)
}

// takeSegments attaches segments of these sizes, and returns what follows them.
func takeSegments[S any](body []byte, sizes []int64, read func([]byte) (S, error), attach func(S) error) (rest []byte, err error) {
	for _, size := range sizes {
		if size < 0 || size > int64(len(body)) {
			return nil, errors.New("what was passed on is cut short")
		}
		s, err := read(body[:size])
		if err != nil {
			return nil, err
		}
		if err := attach(s); err != nil {
			return nil, err
		}
		body = body[size:]
	}
	return body, nil
}

// everWatched reports whether somebody sat as watch when some dispatch was
// issued, or does now.
func (c *Client) everWatched(id frank.PersonID) bool {
	if c.dir.At(c.view.Head().Size).Has(directory.Watch, id) {
		return true
	}
	return slices.ContainsFunc(c.fingerprinted(), func(b *dispatch.Batch) bool { return c.dir.At(b.Index).Has(directory.Watch, id) })
}
