package bundle

import (
	"errors"
	"fmt"
	"slices"

	"frank"
	"frank/dispatch"
	"frank/inquiry"
	"frank/keyring"
)

// checkIssues pairs the entries of all batches and checks what binds them.
func (v *verifier) checkIssues() (string, error) {
	unsworn := 0
	for _, s := range v.stated {
		switch s.st.Kind {
		case dispatch.KindBegin:
			var b dispatch.Begin
			if err := s.st.Read(&b); err != nil {
				return "", fmt.Errorf("entry %d: %w", s.at.Index, err)
			}
			if err := b.Validate(); err != nil {
				return "", fmt.Errorf("entry %d: %w", s.at.Index, err)
			}
			number, first := 1, 1
			for _, o := range v.record.batches {
				if o.Begin.Dispatch == b.Dispatch {
					number, first = o.Begin.Batch+1, o.Begin.First+len(o.Begin.To)
				}
			}
			if b.Batch != number || b.First != first {
				return "", fmt.Errorf("batch %d of %s does not follow the one before: one is not here, or its copies are numbered otherwise", b.Batch, b.Dispatch)
			}
			by, err := v.signer(s.at.Index, s.st.By)
			if err != nil {
				return "", fmt.Errorf("%s: %w", b.Dispatch, err)
			}
			if !v.record.who.Holds(s.at.Index, by, b.Office) {
				return "", fmt.Errorf("%s was issued by somebody who did not hold the office", b.Dispatch)
			}
			v.record.batches = append(v.record.batches, batch{Batch: dispatch.Batch{Begin: b, Index: s.at.Index, Entry: s.at.Hash, By: by}, key: s.st.By})
		case dispatch.KindComplete:
			var c dispatch.Complete
			if err := s.st.Read(&c); err != nil {
				return "", fmt.Errorf("entry %d: %w", s.at.Index, err)
			}
			sworn, err := v.complete(&s, &c)
			if err != nil {
				return "", fmt.Errorf("entry %d: %w", s.at.Index, err)
			}
			if !sworn {
				unsworn++
			}
		}
	}
	if len(v.record.batches) == 0 {
		return "", errors.New("no issue of copies is shown")
	}
	if err := v.record.pass(v.stated); err != nil {
		return "", err
	}
	v.notShown("That no further batch of a dispatch was begun after the last one of it that is here.")
	if unsworn > 0 {
		v.notShown("That whoever runs the ledger could not choose the draw of all batches: of %d the head that it was made from has no witnesses.", unsworn)
	}
	return fmt.Sprintf("wording, chances and readers were bound in the ledger before the draw; batches of copies: %d", len(v.record.batches)), nil
}

// complete pairs a second entry with its first; sworn says that witnesses stand
// for the randomness.
func (v *verifier) complete(s *stated, c *dispatch.Complete) (sworn bool, err error) {
	if err := c.Validate(); err != nil {
		return false, err
	}
	i := slices.IndexFunc(v.record.batches, func(b batch) bool { return b.Entry == c.BeginEntry })
	if i < 0 {
		return false, errors.New("the first entry of this issue is not shown")
	}
	b := &v.record.batches[i]
	if b.Complete != nil || b.Index != c.Begin || b.Begin.Dispatch != c.Dispatch || b.Begin.Batch != c.Batch || b.key != s.st.By {
		return false, errors.New("it does not belong to the first entry that it names")
	}
	if err := dispatch.Bound(&b.Begin, c); err != nil {
		return false, err
	}
	head, err := v.record.verify(b.Index, c.Checkpoint)
	if err != nil {
		return false, err
	}
	if _, err := head.Randomness(b.Index); err != nil {
		return false, err
	}
	b.Complete, b.completed = c, s.at.Index
	return head.Witnessed, nil
}

// signer is whose key signed at an index.
func (v *verifier) signer(index uint64, key keyring.VerifyKey) (frank.PersonID, error) {
	who, err := v.record.who.Signer(index, key)
	if err != nil {
		return "", fmt.Errorf("entry %d is signed by a key that was nobody's then: %w", index, err)
	}
	return who, nil
}

// follow goes through the inquiries by the rules that officers' clients went by,
// and finds the question that the report answers.
func (v *verifier) follow() error {
	s := inquiry.New(v.record)
	hidden := map[frank.Hash]uint64{}
	for _, e := range v.hidden {
		hidden[e.Hash] = e.Index
	}
	for _, e := range v.stated {
		if e.st.Kind != inquiry.KindStep {
			continue
		}
		by, err := v.signer(e.at.Index, e.st.By)
		if err != nil {
			return err
		}
		step, _, err := inquiry.ParseStep(e.st)
		if err != nil {
			return fmt.Errorf("entry %d: %w", e.at.Index, err)
		}
		for _, h := range step.After {
			if at, ok := hidden[h]; ok && at < e.at.Index {
				if q := s.Find(step.Inquiry.Index); q != nil {
					if err := s.Hide(h, q); err != nil {
						return fmt.Errorf("entry %d: %w", at, err)
					}
				}
				delete(hidden, h)
			}
		}
		if err := s.Take(e.at.Index, e.at.Hash, by, e.st); err != nil {
			return fmt.Errorf("entry %d: %w", e.at.Index, err)
		}
		v.steps++
	}
	q := s.Find(v.meta.Inquiry.Index)
	if q == nil || q.Entry != v.meta.Inquiry {
		return errors.New("the inquiry that the bundle is about is not here")
	}
	v.state, v.inquiry = s, q
	var failed error
	for _, a := range q.Matters {
		if a.Matter.Stage != inquiry.Copies {
			continue
		}
		result, err := a.Agreed()
		switch {
		case err != nil && slices.ContainsFunc(a.Results, func(f inquiry.Found) bool { return f.Report == v.digest }):
			failed = err
		case result != nil && result.Report == v.digest:
			v.asked, v.matter, v.matterHash, v.matterAt = a, a.Matter, a.Hash, a.Index
			if !slices.Equal(result.Named, v.named()) {
				return errors.New("the copies that lead and checkers say are named are not those of the report")
			}
		}
	}
	switch {
	case v.asked != nil:
		return nil
	case failed != nil:
		return failed
	}
	for _, t := range q.Steps {
		if t.Fault != "" {
			return frank.WithHint(fmt.Errorf("no result that counts is this report: entry %d broke a rule: %s", t.Index, t.Fault),
				"if the ledger's witnesses changed since: the policy to go by is the organisation's present one, and a bundle for a committee takes no earlier one")
		}
	}
	return errors.New("no result that lead and checkers agree on is this report")
}

// checkProcedure holds the bundle against what the rules made of the steps.
func (v *verifier) checkProcedure() (string, error) {
	if err := v.follow(); err != nil {
		return "", err
	}
	a := v.asked
	if !a.Enough() {
		return "", errors.New("not enough shares were released to open what the report is about")
	}
	owner, err := v.record.who.Signer(v.head.Size-1, v.meta.Signer)
	if err != nil || owner != v.matter.Lead && !slices.Contains(v.matter.Checkers, owner) {
		return "", errors.New("the bundle is signed neither by the officer who led the inquiry nor by one who traced again")
	}
	var registered []inquiry.Exhibit
	for _, r := range a.Exhibits {
		registered = append(registered, r.Exhibit)
	}
	if err := v.bind(registered); err != nil {
		return "", err
	}
	if !slices.Equal(v.unused, v.state.Unused(a)) {
		return "", errors.New("the list of what was registered and not relied on is not what follows from the inquiry's steps")
	}
	v.procedure()
	return fmt.Sprintf("purpose, exhibits, votes, shares and results are in order, by the rules that officers' clients went by; steps: %d", v.steps), nil
}

// named are the copies that the report names.
func (v *verifier) named() (list []inquiry.Number) {
	for _, p := range v.refs() {
		for _, d := range v.report.Dispatches {
			if d.Ref == p.String() {
				for _, n := range d.Named {
					list = append(list, inquiry.Number{Dispatch: p, Number: n})
				}
			}
		}
	}
	return list
}

// refs are the report's dispatches, sorted.
func (v *verifier) refs() (list []frank.Ref) {
	for _, d := range v.report.Dispatches {
		if ref, err := frank.ParseRef(d.Ref); err == nil {
			list = append(list, ref)
		}
	}
	inquiry.SortRefs(list)
	return list
}

func (v *verifier) looks() string {
	text := ""
	for _, l := range v.matter.Looks {
		if text != "" {
			text += ", "
		}
		text += fmt.Sprintf("%d on %s", l.Number, l.Dispatch)
	}
	return text
}

// bind checks that the report answers the matter, on the exhibits registered.
func (v *verifier) bind(registered []inquiry.Exhibit) error {
	var here []inquiry.Exhibit
	for _, e := range v.exhibits {
		here = append(here, e.Exhibit)
	}
	if len(here) != len(registered) || inquiry.Root(here) != v.matter.Exhibits {
		return errors.New("the exhibits are not those that were voted on")
	}
	for _, e := range here {
		if !slices.Contains(registered, e) {
			return errors.New("an exhibit is described otherwise than it was registered")
		}
	}
	if !v.report.Frozen {
		return errors.New("the report does not say that its exhibits were frozen")
	}
	for _, d := range v.report.Dispatches {
		ref, err := frank.ParseRef(d.Ref)
		if err != nil {
			return err
		}
		if !slices.Contains(v.matter.Looks, inquiry.Look{Dispatch: ref, Number: d.Look}) {
			return fmt.Errorf("look %d on %s is not the one that was voted on", d.Look, ref)
		}
	}
	return nil
}
