package bundle

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"frank/dispatch"
	"frank/inquiry"
)

// checkNames checks to whom named copies were issued: after a second vote and an
// overseer's consent, by the readers' map that was fixed before the draw.
func (v *verifier) checkNames() (_ string, err error) {
	_, there := find(v.payload, fileNamed)
	if there {
		if v.holders, err = parseList[holderForm](v.payload, fileNamed); err != nil {
			return "", err
		}
	}
	switch v.meta.Profile {
	case Referral:
		return "", nil
	case Committee:
		return v.checkOffices(there)
	}
	var holders []inquiry.HolderOf
	other := uint64(0) // a question for names of which nothing is here
	var all []*inquiry.Asked
	for _, q := range v.state.Inquiries() {
		all = append(all, q.Matters...)
	}
	for _, a := range all {
		switch {
		case a.Matter.Stage != inquiry.Names || len(a.Releases) == 0:
			continue
		case a.Matter.Of != v.matterHash || a.Named == nil:
			other = a.Index
			continue
		case a.Matter.Result != v.digest:
			return "", errors.New("the holders named are not those that the inquiry found")
		}
		for _, h := range a.Named.Holders {
			if !slices.ContainsFunc(holders, func(o inquiry.HolderOf) bool { return o.Number == h.Number }) {
				holders = append(holders, h)
			}
		}
		v.shown("Whose copies the report names was asked by entry %d, after the result: %d officers or alternates voted for it, an overseer consented, and shares were released after that for these numbers: %s.", a.Index, len(a.Counted()), numbers(a.Matter.Numbers))
	}
	if len(holders) == 0 {
		if there {
			return "", errors.New("holders are named, and no vote for names came to an end")
		}
		v.notShown("To whom the copies were issued: nobody asked, or it is not part of the bundle.")
		return "", nil
	}
	if len(holders) != len(v.holders) {
		return "", errors.New("the holders named are not those that the inquiry found")
	}
	for i, h := range holders {
		f := &v.holders[i]
		if f.Dispatch != h.Dispatch || f.Number != h.Number.Number || f.Person != h.Person || f.Office != h.Office || f.Proof == nil {
			return "", errors.New("the holders named are not those that the inquiry found")
		}
		if err := v.issuedTo(f, h.Slot); err != nil {
			return "", err
		}
		v.fetched(f)
	}
	if other > 0 {
		v.notShown("Whose copies were asked for by the question of entry %d as well: shares were released for it, and it is about another result, or nobody has said what came of it.", other)
	} else {
		v.shown("No share is here that opens whose any other copy is.")
	}
	return "the copies named were issued to whom the inquiry says, by the readers' map that was fixed before the draw", nil
}

// numbers are copies, in words.
func numbers(list []inquiry.Number) string {
	var out []string
	for _, n := range list {
		out = append(out, fmt.Sprintf("%d of %s", n.Number, n.Dispatch))
	}
	return strings.Join(out, ", ")
}

// issuedTo checks the readers' map's entry of one number.
func (v *verifier) issuedTo(f *holderForm, slot int) error {
	i := slices.IndexFunc(v.record.batches, func(b batch) bool {
		return b.Begin.Dispatch == f.Dispatch && b.Begin.Batch == f.Batch && b.Complete != nil
	})
	if i < 0 || f.Proof.Number != f.Number || f.Proof.Index != slot {
		return fmt.Errorf("copy %d of %s is shown to be nobody's", f.Number, f.Dispatch)
	}
	b := &v.record.batches[i]
	if err := f.Proof.Check(&b.Begin, b.Complete); err != nil {
		return err
	}
	if to := b.Begin.To[slot]; to.Person != f.Person || to.Office != f.Office {
		return fmt.Errorf("copy %d of %s was issued to somebody else", f.Number, f.Dispatch)
	}
	return nil
}

// quoted is the entry that registered the first exhibit to quote a dispatch, and
// when that one says it was published.
func (v *verifier) quoted(f *holderForm) (index uint64, published string) {
	for _, d := range v.report.Dispatches {
		for _, p := range d.Passages {
			if d.Ref != f.Dispatch.String() || p.Exhibit >= len(v.exhibits) {
				continue
			}
			for _, r := range v.asked.Exhibits {
				if r.Record.SHA256 == v.exhibits[p.Exhibit].Exhibit.Record.SHA256 && (index == 0 || r.Index < index) {
					index, published = r.Index, r.Record.Published
				}
			}
		}
	}
	return index, published
}

// fetched says when the holder of a named copy asked for it: before or after what
// quotes it was registered, by the order of the ledger. What clocks say is said,
// and decides nothing.
func (v *verifier) fetched(f *holderForm) {
	at, index := "", uint64(0)
	for _, s := range v.stated {
		var body dispatch.Fetched
		if s.st.Kind != dispatch.KindFetched || s.st.Read(&body) != nil || body.Dispatch != f.Dispatch || body.Batch != f.Batch {
			continue
		}
		if by, err := v.signer(s.at.Index, s.st.By); err != nil || by != f.Person {
			continue
		}
		if at == "" {
			at, index = s.st.At, s.at.Index
		}
	}
	if at == "" {
		v.notShown("That the holder of copy %d of %s ever fetched it: no such entry is here.", f.Number, f.Dispatch)
		return
	}
	registered, published := v.quoted(f)
	order := "before"
	if index > registered {
		order = "after"
	}
	v.shown("A device of the holder of copy %d of %s asked for it by entry %d of the ledger (%s by its own clock), and signed that. That is %s entry %d, which registered the first exhibit that quotes the dispatch (published %s by what it says).", f.Number, f.Dispatch, index, at, order, registered, plain(published))
	v.notShown("When print had the words of copy %d of %s: the ledger has when an exhibit was registered, which is later. Nor whether the holder asked for it before, by an entry that is not here, or saw it on somebody's screen.", f.Number, f.Dispatch)
}

// checkOffices checks what a committee is told of named copies: nothing of it can
// be proven without people.
func (v *verifier) checkOffices(there bool) (string, error) {
	if !there {
		return "", nil
	}
	named := v.named()
	for _, h := range v.holders {
		if h.Person != "" || h.Proof != nil || h.Batch != 0 || !slices.Contains(named, inquiry.Number{Dispatch: h.Dispatch, Number: h.Number}) {
			return "", errors.New("a committee is told the office of a named copy, and nothing else")
		}
	}
	v.notShown("That the copies named were issued to the offices that are given: the proof names people.")
	return "the copies named are given with an office, and no person", nil
}
