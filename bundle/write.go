package bundle

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"

	"frank"
	"frank/dispatch"
	"frank/internal/canon"
	"frank/ledger"
	"frank/trace"
	"frank/trace/page"
)

// Write makes a bundle, signed by the lead's device. Tiles are the ledger's: those
// that prove the entries are taken. What it made it verifies as a stranger would,
// under the contents' policy, and makes no bundle that does not hold.
func Write(ctx context.Context, c *Contents, p Profile, tiles ledger.Tiles, key Signer) ([]byte, error) {
	payload, m, err := c.payload(ctx, p, tiles, key)
	if err != nil {
		return nil, err
	}
	files, err := bag(m, payload, key)
	if err != nil {
		return nil, err
	}
	out, err := writeZip(files)
	if err != nil {
		return nil, err
	}
	f, err := Verify(ctx, out, []byte(c.Policy), nil)
	if err != nil {
		return nil, err
	}
	if !f.OK {
		return nil, cannot(f.Checks[len(f.Checks)-1].because)
	}
	return out, nil
}

func cannot(because error) error {
	return frank.WithHint(fmt.Errorf("no bundle can be made of this: %w", because), "a stranger would find the same")
}

func (c *Contents) payload(ctx context.Context, p Profile, tiles ledger.Tiles, key Signer) ([]file, *meta, error) {
	switch {
	case !p.Valid():
		return nil, nil, fmt.Errorf("a bundle is for %s, %s or %s, not for %.40q", Referral, Evidence, Committee, string(p))
	case !frank.ValidTime(c.Made):
		return nil, nil, errors.New("a bundle says when it was made, as in 2026-11-22T09:30:00Z")
	case c.Report == nil || c.Policy == "":
		return nil, nil, errors.New("a bundle has a report and a policy")
	}
	policy, err := ledger.ParsePolicy([]byte(c.Policy))
	if err != nil {
		return nil, nil, err
	}
	head, err := policy.Verify(c.Checkpoint)
	if err != nil {
		return nil, nil, fmt.Errorf("the checkpoint does not hold: %w", err)
	}
	m := &meta{Format: Format, Edition: Edition, Profile: p, Log: head.Origin, Inquiry: c.Inquiry, Made: c.Made, Signer: key.VerifyKey()}
	report, err := c.Report.Encode()
	if err != nil {
		return nil, nil, err
	}
	files := []file{{fileMeta, canon.Marshal(m)}, {fileReport, report}, {filePolicy, []byte(c.Policy)}, {fileCheckpoint, head.Note}}
	texts, err := fixed(m, c.Report)
	if err != nil {
		return nil, nil, err
	}
	files = append(files, texts...)

	var exhibits []exhibitForm
	for i, e := range c.Exhibits {
		name := exhibitFile(i, e.Record.Name)
		exhibits = append(exhibits, exhibitForm{name, e.Exhibit})
		files = append(files, file{folderExhibits + name, e.Data})
	}
	files = append(files, file{fileExhibits, list(exhibits)})

	dispatches, err := c.opened()
	if err != nil {
		return nil, nil, err
	}
	files = append(files, file{fileDispatches, list(dispatches)})
	if p != Referral && len(c.Named) > 0 {
		files = append(files, file{fileNamed, list(c.holders(p))})
	}

	if head.Size == 0 {
		return nil, nil, errors.New("the checkpoint is of an empty ledger")
	}
	some, err := choose(p, c.Entries, head.Size-1, key.VerifyKey())
	if err != nil {
		return nil, nil, err
	}
	if some.signers != nil {
		files = append(files, file{fileSigners, canon.Marshal(some.signers)})
	}
	opened, err := open(head.Origin, some.entries)
	if err != nil {
		return nil, nil, err
	}
	r := &recorder{tiles, map[string][]byte{}}
	proven, err := prove(ctx, policy, head, r, some.entries, opened)
	if err != nil {
		return nil, nil, err
	}
	files = append(files, file{fileEntries, writeEntries(some.entries)})
	// What was not relied on follows from the steps.
	v := &verifier{ctx: ctx, policy: policy, meta: m, payload: files, head: head, entries: some.entries, stated: opened, proven: proven, report: c.Report,
		digest: sha256.Sum256(report), Finding: &Finding{}}
	for _, do := range []func() (string, error){v.checkPeople, v.checkIssues, func() (string, error) { return "", v.follow() }} {
		if _, err := do(); err != nil {
			return nil, nil, cannot(err)
		}
	}
	files = append(files, file{fileUnused, list(v.state.Unused(v.asked))})
	for path, data := range r.files {
		files = append(files, file{folderLedger + path, data})
	}
	slices.SortFunc(files, func(a, b file) int {
		if before(a.name, b.name) {
			return -1
		}
		return 1
	})
	return files, m, nil
}

func (c *Contents) holders(p Profile) (list []holderForm) {
	for _, h := range c.Named {
		f := holderForm{Dispatch: h.Dispatch, Number: h.Number.Number, Office: h.Office}
		if p == Evidence {
			proof := h.Proof
			f.Person, f.Batch, f.Proof = h.Person, h.Batch, &proof
		}
		list = append(list, f)
	}
	return list
}

// opened opens the units of which the report shows a site.
func (c *Contents) opened() (list []dispatchForm, err error) {
	for _, d := range c.Dispatches {
		at := slices.IndexFunc(c.Report.Dispatches, func(r trace.Dispatch) bool { return r.Ref == d.Ref.String() })
		if at < 0 {
			continue // not quoted
		}
		f := dispatchForm{Dispatch: d.Ref, Batches: []int{}, Units: []unitForm{}}
		var units []int
		for i, u := range d.Book.Master.Units {
			if slices.ContainsFunc(c.Report.Dispatches[at].Seen, func(s trace.SiteSeen) bool { return slices.Contains(u.Sites, s.Site) }) {
				units = append(units, i)
				f.Units = append(f.Units, unitForm{Unit: i, At: u.Sites})
			}
		}
		for _, b := range d.Book.Batches {
			openings, err := b.OpenSome(d.Book.Master, units)
			if err != nil {
				return nil, err
			}
			for i := range openings {
				f.Units[i].Openings = append(f.Units[i].Openings, openings[i])
			}
			n, err := c.batchOf(d.Ref, b.First)
			if err != nil {
				return nil, err
			}
			f.Batches = append(f.Batches, n)
		}
		list = append(list, f)
	}
	return list, nil
}

// fixed are the files that follow from the others.
func fixed(m *meta, r *trace.Report) ([]file, error) {
	var html bytes.Buffer
	if err := page.Write(&html, r); err != nil {
		return nil, err
	}
	return []file{{fileReadme, readme(m)}, {fileMethod, []byte(methodText)}, {fileStatement, statement(m)}, {filePage, html.Bytes()}}, nil
}

// batchOf is the number of the batch whose copies begin at first.
func (c *Contents) batchOf(ref frank.Ref, first int) (int, error) {
	for _, e := range c.Entries {
		if e.Entry == nil {
			continue
		}
		st, err := ledger.ParseStatement([]byte(e.Entry.Statement))
		if err != nil || st.Kind != dispatch.KindBegin {
			continue
		}
		var b dispatch.Begin
		if st.Read(&b) == nil && b.Dispatch == ref && b.First == first {
			return b.Batch, nil
		}
	}
	return 0, fmt.Errorf("the first entry of %s's copies from %d on is missing", ref, first)
}
