package ledger

import "frank"

// Marked reports whether a commitment says that its payload is open to every
// member: its last bit is set. A member who is not given the payload of a
// marked leaf, or is given one of a leaf that is not, knows that the server
// withholds: it cannot pass over a revocation, or show an old directory as the
// whole. To everybody else the bit tells how many such entries there are.
func Marked(commitment frank.Hash) bool { return commitment[len(commitment)-1]&1 == 1 }

// SignMarked is [Sign] for a commitment that is marked, or not. It draws salts
// until one fits, two on average.
func SignMarked(key Signer, s *Statement, marked bool, salt func() (frank.Secret, error)) (*Entry, error) {
	x, err := salt()
	if err != nil {
		return nil, err
	}
	e, err := Sign(key, s, x)
	for err == nil && Marked(e.Commitment()) != marked {
		e.Salt, err = salt()
	}
	return e, err
}
