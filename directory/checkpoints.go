package directory

import (
	"errors"
	"fmt"
	"slices"

	"frank/ledger"
)

// Checkpoints verifies the checkpoints that a weighty change shows. [Ledger]
// does it as clients and servers do.
type Checkpoints interface {
	// Policy reads a witness policy for a log and says whether it asks for
	// cosignatures.
	Policy(log, text string) (witnessed bool, err error)
	// Checkpoint verifies a checkpoint of a log under a witness policy. Where
	// the policy asks for cosignatures they are a quorum, and lie between
	// earliest and latest, in seconds since 1970.
	Checkpoint(log, policy, note string) (head ledger.Head, earliest, latest int64, err error)
}

// Ledger verifies checkpoints by package ledger.
type Ledger struct{}

// Policy implements [Checkpoints]. The policy must name the log, and no other.
func (Ledger) Policy(log, text string) (bool, error) {
	p, err := ledger.ParsePolicy([]byte(text))
	if err != nil {
		return false, err
	}
	if !slices.Equal(p.Origins(), []string{log}) {
		return false, fmt.Errorf("expected a policy for the log %s and no other, found one for %d logs", log, len(p.Origins()))
	}
	return p.AsksWitnesses(), nil
}

// Checkpoint implements [Checkpoints].
func (Ledger) Checkpoint(log, policy, note string) (ledger.Head, int64, int64, error) {
	p, err := ledger.ParsePolicy([]byte(policy))
	if err != nil {
		return ledger.Head{}, 0, 0, err
	}
	c, err := p.Verify([]byte(note))
	switch {
	case err != nil:
		return ledger.Head{}, 0, 0, err
	case c.Origin != log:
		return ledger.Head{}, 0, 0, errors.New("it is of another log")
	case string(c.Note) != note:
		return ledger.Head{}, 0, 0, errors.New("it has signatures that the policy does not know, or in another order")
	case p.AsksWitnesses() && !c.Witnessed:
		return ledger.Head{}, 0, 0, errors.New("it has not the cosignatures that the policy asks for")
	}
	var earliest, latest int64
	for i, w := range c.Cosigned {
		if i == 0 || w.Time < earliest {
			earliest = w.Time
		}
		latest = max(latest, w.Time)
	}
	return c.Head, earliest, latest, nil
}
