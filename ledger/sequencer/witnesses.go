package sequencer

import (
	"strings"

	"frank/ledger"

	"golang.org/x/mod/sumdb/note"
)

// quorum gives the log library the policy's own rule for when witnesses are
// enough, so that server and clients cannot differ about it.
type quorum struct{ policy *ledger.Policy }

// Satisfied reports whether the checkpoint is witnessed.
func (q quorum) Satisfied(checkpoint []byte) bool {
	c, err := q.policy.Verify(checkpoint)
	return err == nil && c.Witnessed
}

// Endpoints returns where the witnesses are asked, those with an address.
func (q quorum) Endpoints() map[string]note.Verifier {
	at := map[string]note.Verifier{}
	for _, w := range q.policy.Witnesses() {
		if w.URL != "" {
			at[strings.TrimSuffix(w.URL, "/")+"/add-checkpoint"] = w.Key
		}
	}
	return at
}
