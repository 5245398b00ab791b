package ledger

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"frank"
	"frank/internal/enc"

	"github.com/transparency-dev/formats/log"
	fnote "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"
)

// MaxNote is the longest signed note that is read, in bytes: room for a log's
// signature and 64 cosignatures.
const MaxNote = 256 << 10

// Window is how far beyond the first entry of an issue the head may reach that
// gives it its randomness, in entries: it bounds how many heads there are to
// choose from.
const Window = 256

// ErrUnsigned is the error for a note that no log of the policy has signed, or
// that carries a false signature of one that the policy knows.
var ErrUnsigned = errors.New("the note is not signed as the policy asks")

// Checkpoint is a head that the log has signed, and perhaps witnesses.
type Checkpoint struct {
	Origin string
	Head
	Note      []byte        // canonical: text, the log's signature, the policy's cosignatures in the policy's order
	Witnessed bool          // whether the cosignatures are a quorum of the policy
	Cosigned  []Cosignature // in the policy's order

	signature string // the log's line
}

// Cosignature says when a witness cosigned, by its own clock.
type Cosignature struct {
	Witness string // its name in the policy
	Time    int64  // seconds since 1970, UTC

	line string
}

// Verify reads a checkpoint and checks the log's signature and every
// cosignature by a witness of the policy; signatures by others are left out.
// It is no error if the witnesses are no quorum: see Checkpoint.Witnessed.
func (p *Policy) Verify(data []byte) (*Checkpoint, error) {
	n, err := p.open(data)
	if err != nil {
		return nil, err
	}
	return p.read(n)
}

// read makes a checkpoint of a note whose signatures were checked.
func (p *Policy) read(n *note.Note) (*Checkpoint, error) {
	c := &Checkpoint{}
	var head log.Checkpoint
	rest, err := head.Unmarshal([]byte(n.Text))
	if err != nil || len(head.Hash) != len(c.Root) || head.Size > MaxSize || string(head.Marshal()) != n.Text {
		if err == nil && len(rest) > 0 {
			// They would be one more thing to vary until the draw pleases.
			return nil, errors.New("the checkpoint has lines after the root, which Frank's ledgers never write")
		}
		return nil, errors.New("the note is no checkpoint")
	}
	c.Origin, c.Size, c.Root = head.Origin, head.Size, frank.Hash(head.Hash)
	if c.Size == 0 && c.Head != Empty() {
		return nil, errors.New("the checkpoint of an empty log has another root than that of nothing")
	}
	for _, l := range p.logs {
		if l.Name() != c.Origin {
			continue
		}
		if line, ok := signatureLine(n, l); ok {
			c.signature = line
			break
		}
	}
	if c.signature == "" {
		return nil, ErrUnsigned
	}
	cosigned := make([]bool, len(p.witnesses))
	whole := n.Text + "\n" + c.signature
	for i, w := range p.witnesses {
		line, ok := signatureLine(n, w.Key)
		if !ok {
			continue
		}
		t, err := cosignedAt(n, w.Key)
		if err != nil {
			return nil, err
		}
		cosigned[i] = true
		c.Cosigned = append(c.Cosigned, Cosignature{w.Name, t, line})
		whole += line
	}
	c.Witnessed = p.satisfied(cosigned)
	c.Note = []byte(whole)
	return c, nil
}

// open reads a note and checks the signatures by keys of the policy.
func (p *Policy) open(data []byte) (*note.Note, error) {
	if len(data) > MaxNote {
		return nil, fmt.Errorf("a signed note has at most %d bytes, this one %d", MaxNote, len(data))
	}
	n, err := note.Open(data, p.verifiers())
	if _, ok := errors.AsType[*note.InvalidSignatureError](err); ok {
		return nil, fmt.Errorf("%w: a signature is not that of the key it names", ErrUnsigned)
	}
	if _, ok := errors.AsType[*note.UnverifiedNoteError](err); ok {
		return nil, fmt.Errorf("%w: it names none of its keys", ErrUnsigned)
	}
	if err != nil {
		return nil, errors.New("it is no signed note")
	}
	return n, nil
}

// signatureLine returns v's line in n, if there is one. The line is written
// anew, because base64 has several writings for the same bytes and a hash will
// be taken of it.
func signatureLine(n *note.Note, v note.Verifier) (string, bool) {
	for _, s := range n.Sigs {
		if s.Name == v.Name() && s.Hash == v.KeyHash() {
			raw, err := base64.StdEncoding.DecodeString(s.Base64)
			if err != nil {
				return "", false
			}
			return "— " + s.Name + " " + base64.StdEncoding.EncodeToString(raw) + "\n", true
		}
	}
	return "", false
}

func cosignedAt(n *note.Note, v note.Verifier) (int64, error) {
	for _, s := range n.Sigs {
		if s.Name == v.Name() && s.Hash == v.KeyHash() {
			t, err := fnote.CoSigV1Timestamp(s)
			if err != nil || t.Unix() < 0 {
				return 0, errors.New("a cosignature carries no time")
			}
			return t.Unix(), nil
		}
	}
	return 0, errors.New("a cosignature is missing")
}

// Randomness returns what the head gives to the issue whose first entry stands
// at index begin: 32 bytes that could not be known before that entry, if one
// of the witnesses counted is honest and the quorum's others do not sign after
// it. For a head that is not witnessed they rest on the log's word alone.
//
// Of a witnessed head the log's own signature is left out: whoever holds the
// log's key could make another as often as liked, until the draw pleased.
func (c *Checkpoint) Randomness(begin uint64) (frank.Hash, error) {
	switch {
	case begin >= c.Size:
		return frank.Hash{}, fmt.Errorf("a head of size %d was fixed before entry %d, not after it", c.Size, begin)
	case c.Size > begin+1+Window:
		return frank.Hash{}, fmt.Errorf("a head of size %d is more than %d entries after entry %d", c.Size, Window, begin)
	}
	lines := c.signature
	if c.Witnessed {
		var b strings.Builder
		for _, s := range c.Cosigned {
			b.WriteString(s.line)
		}
		lines = b.String()
	}
	text := string(c.Note[:strings.Index(string(c.Note), "\n\n")+1])
	return enc.New("frank/randomness/1").Text(text).Text(lines).Sum(), nil
}
