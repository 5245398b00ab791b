package ledger

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"frank"

	"golang.org/x/mod/sumdb/note"
)

const receiptFormat = "frank.receipt/1"

// Receipt is a log's promise that a commitment stands at an index. It is given
// before a checkpoint covers it, as a note signed by the log's key; if the log
// then turns out otherwise, note and checkpoint together prove it.
type Receipt struct {
	Log        string // origin
	Index      uint64
	Commitment frank.Hash
}

func (r Receipt) text() string {
	return fmt.Sprintf("%s\n%s\n%d\n%s\n", receiptFormat, r.Log, r.Index, r.Commitment)
}

// SignReceipt writes a receipt. The signer is the log's, with its origin as
// name; Log is filled in.
//
// It cannot be taken for a checkpoint: a checkpoint's first line is the key's
// name.
func SignReceipt(signer note.Signer, index uint64, commitment frank.Hash) ([]byte, error) {
	r := Receipt{signer.Name(), index, commitment}
	return note.Sign(&note.Note{Text: r.text()}, signer)
}

// VerifyReceipt reads a receipt that a log of the policy signed.
func (p *Policy) VerifyReceipt(data []byte) (*Receipt, error) {
	n, err := p.open(data)
	if err != nil {
		return nil, err
	}
	bad := errors.New("the note is no receipt")
	f := strings.Split(n.Text, "\n")
	if len(f) != 5 || f[0] != receiptFormat {
		return nil, bad
	}
	r := Receipt{Log: f[1]}
	r.Index, err = strconv.ParseUint(f[2], 10, 64)
	if err != nil || r.Commitment.UnmarshalText([]byte(f[3])) != nil || r.text() != n.Text || r.Index >= MaxSize {
		return nil, bad
	}
	for _, l := range p.logs {
		if _, signed := signatureLine(n, l); signed && l.Name() == r.Log {
			return &r, nil
		}
	}
	return nil, fmt.Errorf("%w: the receipt names another log", ErrUnsigned)
}
