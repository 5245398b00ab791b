package directory

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"frank"
	"frank/keyring"
	"frank/ledger"
)

// change is something proposed that others must agree to.
type change struct {
	Entry    frank.Hash       `json:"entry"`
	Kind     string           `json:"kind"`
	Do       json.RawMessage  `json:"do"`
	By       frank.PersonID   `json:"by"`
	Consents []consent        `json:"consents"` // the proposer's first
	Over     string           `json:"over"`     // "", "done", "withdrawn"
	At       uint64           `json:"at"`       // the entry since which it is over
	Shown    []ledger.Head    `json:"shown"`    // the checkpoints that showed the wait
	People   []frank.PersonID `json:"people"`
	Offices  []frank.OfficeID `json:"offices"`
}

// consent is one person's agreement.
type consent struct {
	Person    frank.PersonID    `json:"person"`
	Key       keyring.VerifyKey `json:"key"`
	Index     uint64            `json:"index"`
	Withdrawn bool              `json:"withdrawn"`
}

// changeable are the kinds that may be proposed.
var changeable = []string{KindRevoke, KindLeave, KindAlter, KindHolder, KindActing, KindGrant, KindEnd, KindSettings}

// counted returns the consents that stand: not withdrawn, by people who belong,
// with keys not revoked since. Who consented with a lost device may consent
// again, and until then a thief's consent is none.
func (c *change) counted(d *register) (out []consent) {
	for _, k := range c.Consents {
		if p := d.People[k.Person]; !k.Withdrawn && p.active() && p.mayUse(k.Key) == nil {
			out = append(out, k)
		}
	}
	return out
}

func people(consents []consent) (out []frank.PersonID) {
	for _, k := range consents {
		out = append(out, k.Person)
	}
	return out
}

// agreed returns the index of the consent that made a weighty change agreed:
// the earliest by which, of the consents that stand, k are by sitting officers
// and one by an overseer, each in that role since before consenting.
func (c *change) agreed(d *register) (uint64, bool) {
	officers, overseer := 0, false
	for _, k := range c.counted(d) {
		for _, r := range []Role{Officer, Overseer} {
			if d.sits(r, k.Person) && slices.Contains(d.Seats[r].at(k.Index), k.Person) {
				if r == Officer {
					officers++
				} else {
					overseer = true
				}
			}
		}
		if officers >= d.Settings.now().Threshold && overseer {
			return k.Index, true
		}
	}
	return 0, false
}

// open returns a change that waits for agreement, and what it would do.
func (d *register) open(e Entry) (*change, Do, error) {
	c := d.Changes[e.Index]
	if c == nil || c.Entry != e.Hash {
		return nil, nil, errors.New("expected a change proposed in this log, found none such")
	}
	if c.Over != "" {
		return nil, nil, fmt.Errorf("the change was %s at entry %d", c.Over, c.At)
	}
	do, err := ParseDo(c.Kind, c.Do)
	return c, do, err
}

// finish returns the effect of a change that is agreed, with what else is to be
// done in the same step.
func (c *change) finish(d *register, do Do, o occasion, also func()) (*effect, error) {
	e, err := do.plan(d, o)
	if err != nil {
		return nil, fmt.Errorf("the change cannot be made any more: %w", err)
	}
	return &effect{do: func() {
		also()
		e.do()
		c.Over, c.At = "done", o.entry.Index
	}, people: append(e.people, c.People...), offices: append(e.offices, c.Offices...)}, nil
}

func (b Change) agreement(*register) rule { return nil }
func (b Change) plan(d *register, o occasion) (*effect, error) {
	do, err := ParseDo(b.Kind, b.Do)
	if err != nil {
		return nil, err
	}
	r, id := do.agreement(d), o.signer.ID
	if !r.counts(d, id) && !d.sits(Registrar, id) && !d.sits(Officer, id) && !d.sits(Overseer, id) {
		return nil, errors.New("expected a registrar, an officer, an overseer or somebody whose agreement counts, found somebody else")
	}
	if r.met(d, []frank.PersonID{id}) {
		return nil, frank.WithHint(fmt.Errorf("%s needs nobody else's agreement", b.Kind), "make the statement itself")
	}
	if err := r.possible(d); err != nil {
		return nil, err
	}
	e, err := do.plan(d, o)
	if err != nil {
		return nil, err
	}
	c := &change{Entry: o.entry.Hash, Kind: b.Kind, Do: b.Do, By: id, Consents: []consent{{Person: id, Key: o.by, Index: o.entry.Index}},
		Shown: []ledger.Head{}, People: tidy(e.people), Offices: tidy(e.offices)}
	return &effect{do: func() { d.Changes[o.entry.Index] = c }, people: c.People, offices: c.Offices}, nil
}

func (b Consent) agreement(*register) rule { return nil }
func (b Consent) plan(d *register, o occasion) (*effect, error) {
	c, do, err := d.open(b.Change)
	if err != nil {
		return nil, err
	}
	r, id := do.agreement(d), o.signer.ID
	if !r.counts(d, id) {
		return nil, fmt.Errorf("%s needs the agreement of %s, and its signer is none of these", c.Kind, r.say(d))
	}
	for _, k := range c.Consents {
		if k.Person == id && (k.Withdrawn || o.signer.mayUse(k.Key) == nil) {
			return nil, errors.New("nobody consents twice, and a proposer has consented by proposing")
		}
	}
	k := consent{Person: id, Key: o.by, Index: o.entry.Index}
	add := func() { c.Consents = append(c.Consents, k) }
	if r.met(d, append(people(c.counted(d)), id)) {
		return c.finish(d, do, o, add)
	}
	return &effect{do: add, people: append(c.People, c.By), offices: c.Offices}, nil
}

func (b Withdraw) agreement(*register) rule { return nil }
func (b Withdraw) plan(d *register, o occasion) (*effect, error) {
	c, _, err := d.open(b.Change)
	if err != nil {
		return nil, err
	}
	id := o.signer.ID
	if !slices.ContainsFunc(c.Consents, func(k consent) bool { return k.Person == id && !k.Withdrawn }) {
		return nil, errors.New("expected somebody who has consented, found somebody who has not")
	}
	return &effect{do: func() {
		for i := range c.Consents {
			if c.Consents[i].Person == id {
				c.Consents[i].Withdrawn = true
			}
		}
		if c.By == id {
			c.Over, c.At = "withdrawn", o.entry.Index
		}
	}, people: append(people(c.Consents), c.People...), offices: c.Offices}, nil
}

func (b Enact) agreement(*register) rule { return nil }
func (b Enact) plan(d *register, o occasion) (*effect, error) {
	c, do, err := d.open(b.Change)
	if err != nil {
		return nil, err
	}
	r := do.agreement(d)
	if !r.weighty() {
		return nil, fmt.Errorf("%s takes effect with the last consent it needs, not by %s", c.Kind, KindEnact)
	}
	last, ok := c.agreed(d)
	if !ok {
		return nil, fmt.Errorf("%s needs the agreement of %d officers and an overseer, and does not have it", c.Kind, d.Settings.now().Threshold)
	}
	shown, err := d.waited(b, last, o.entry.Index)
	if err != nil {
		return nil, err
	}
	return c.finish(d, do, o, func() { c.Shown = shown })
}

// waited verifies that the waiting time has passed since the entry last, by two
// checkpoints: the first contains it, the second is later by that time.
func (d *register) waited(b Enact, last, now uint64) ([]ledger.Head, error) {
	set := d.Settings.now()
	first, _, latest, err := d.checkpoints.Checkpoint(d.Log, set.Witnesses, b.First)
	if err != nil {
		return nil, fmt.Errorf("the first checkpoint: %w", err)
	}
	if first.Size <= last || first.Size > now {
		return nil, fmt.Errorf("expected a first checkpoint of %d to %d entries, so that it contains the last consent needed, found one of %d", last+1, now, first.Size)
	}
	if set.Wait == 0 {
		if b.Second != "" {
			return nil, errors.New("expected one checkpoint, as there is no waiting time, found two")
		}
		return []ledger.Head{first}, nil
	}
	second, earliest, _, err := d.checkpoints.Checkpoint(d.Log, set.Witnesses, b.Second)
	if err != nil {
		return nil, fmt.Errorf("the second checkpoint: %w", err)
	}
	if second.Size < first.Size || second.Size > now {
		return nil, fmt.Errorf("expected a second checkpoint of %d to %d entries, found one of %d", first.Size, now, second.Size)
	}
	if second.Size == first.Size && second.Root != first.Root {
		return nil, errors.New("the two checkpoints are of one size and differ: the log is forked")
	}
	if earliest < latest || earliest-latest < set.Wait {
		return nil, frank.WithHint(fmt.Errorf("expected %d seconds between the two checkpoints, found %d", set.Wait, earliest-latest), "wait, and show a later checkpoint")
	}
	return []ledger.Head{first, second}, nil
}
