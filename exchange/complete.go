package exchange

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"
	"sync/atomic"

	"frank"
	"frank/codebook"
	"frank/dispatch"
	"frank/internal/canon"
	"frank/internal/derive"
	"frank/internal/enc"
	"frank/internal/merkle"
	"frank/mark"
	"frank/seal"
	"frank/seal/share"
)

// Drawn is what the ledger gave after the first entry.
type Drawn struct {
	Begin      uint64     // the first entry's index
	Entry      frank.Hash // and commitment
	Checkpoint string     // the signed note that the randomness is taken from
	Randomness frank.Hash
}

// Issued is everything that leaves the author's machine.
type Issued struct {
	Complete dispatch.Complete
	Sealed   [][]byte // copies, in the order of Begin.To
	Shares   [][]byte // in the order of Begin.Officers
	Codebook []byte
	Source   []byte
	Map      []byte
	Watch    []byte
}

// Complete makes the second entry and all that goes with it. It reads 32 bytes
// of random. After it neither p nor what it returns has the seed: p cannot be
// used again.
func (p *Pending) Complete(d Drawn, random io.Reader) (*Issued, error) {
	if p.done {
		return nil, errors.New("this issue was completed before")
	}
	var secret frank.Secret
	if _, err := io.ReadFull(random, secret[:]); err != nil {
		return nil, fmt.Errorf("no randomness: %w", err)
	}
	p.done = true
	o, batch := &p.order, p.book.Complete(d.Randomness)
	var (
		deal   sync.WaitGroup
		dealt  *dealing
		failed error
	)
	deal.Go(func() { dealt, failed = p.deal(secret) })
	texts := make([]string, 0, len(o.Readers))
	copies, err := mark.Issue(o.Master, batch, func(_ int, text []byte) error {
		texts = append(texts, string(text))
		return nil
	})
	deal.Wait()
	if err = errors.Join(err, failed); err != nil {
		return nil, err
	}

	out := &Issued{Sealed: make([][]byte, len(texts)), Shares: make([][]byte, len(o.Officers)), Map: dealt.blob, Watch: o.Watch}
	leaves, readers := make([]frank.Hash, len(texts)), merkle.New(dealt.readers)
	jobs := []func() error{
		func() (err error) {
			out.Codebook, err = p.closeBook(batch, share.Key(dealt.secret, of(&p.begin)))
			return err
		},
		func() error {
			source := Source{Format: sourceFormat, Dispatch: o.Dispatch, Text: o.Source, Head: o.Head}
			return sealTo(&out.Source, o.Desk, padded(canon.Marshal(source)))
		},
	}
	for i := range o.Officers {
		jobs = append(jobs, func() error { return sealTo(&out.Shares[i], o.Officers[i].To, canon.Marshal(dealt.share(i))) })
	}
	rooms := sync.Pool{New: func() any { return new([]byte) }} // of plain texts, one for each processor
	for i, text := range texts {
		jobs = append(jobs, func() error {
			c, to := p.copy(o.First+i, d.Entry), p.number[i]
			receipt, err := copies.Receipt(c.Number)
			if err != nil {
				return err
			}
			c.Text, c.Receipt = text, seal.Receipt{Salt: receipt.Salt, Proof: receipt.Proof}
			c.Reader = seal.Reader{Index: to, Salt: p.entries[i].salt}
			if c.Reader.Proof, err = readers.Prove(i); err != nil {
				return err
			}
			room := rooms.Get().(*[]byte)
			defer rooms.Put(room)
			plain, err := c.Reuse(*room, Container(p.begin.Size))
			if err != nil {
				return err
			}
			*room = plain
			err = sealTo(&out.Sealed[to], p.readers[to], plain)
			leaves[to] = sha256.Sum256(out.Sealed[to])
			return err
		})
	}
	if err := parallel(jobs); err != nil {
		return nil, err
	}
	if err := p.checkSizes(out.Sealed); err != nil {
		return nil, err
	}
	shares := make([]frank.Hash, len(out.Shares))
	for i, s := range out.Shares {
		shares[i] = sha256.Sum256(s)
	}
	out.Complete = dispatch.Complete{
		Dispatch: o.Dispatch, Batch: o.Batch, Begin: d.Begin, BeginEntry: d.Entry, Checkpoint: d.Checkpoint,
		Book: p.book.Precommit(), Units: len(o.Master.Units), UnitRoot: batch.Commitment.Units, CopyRoot: batch.Commitment.Copies, ReaderRoot: merkle.Root(dealt.readers),
		Sealed: dispatch.SealedRoot(leaves), Shares: dispatch.SharesRoot(shares), Head: dispatch.HeadHash(p.headSalt, p.head),
		Codebook: sha256.Sum256(out.Codebook), Source: sha256.Sum256(out.Source), Map: sha256.Sum256(out.Map),
		Sharing: dealt.vector.Hash(), MapSharing: dealt.many.Hash(),
	}
	if o.Watch != nil {
		out.Complete.Watch = sha256.Sum256(o.Watch)
	}
	*p = Pending{begin: p.begin, done: true}
	if err := out.Complete.Validate(); err != nil {
		return nil, err
	}
	return out, nil
}

// dealing is what is split among the officers.
type dealing struct {
	secret  frank.Secret
	vector  share.Vector
	shares  []share.Share
	many    *share.Many
	held    []share.Held
	blob    []byte // the readers' map
	readers []frank.Hash
}

func (p *Pending) deal(secret frank.Secret) (*dealing, error) {
	b, d := &p.begin, &dealing{}
	indices := make([]int, len(b.Officers))
	for i, of := range b.Officers {
		indices[i] = of.Index
	}
	var err error
	if d.secret, d.vector, d.shares, err = share.Deal(b.Threshold, indices, derive.Stream(derive.Key(secret, enc.New("frank/deal/1")))); err != nil {
		return nil, err
	}
	var keys []frank.Secret
	if keys, d.many, d.held, err = share.DealMany(of(b), b.First, len(b.To), b.Threshold, indices, derive.Stream(derive.Key(secret, enc.New("frank/deal-many/1")))); err != nil {
		return nil, err
	}
	d.blob, d.readers = writeMap(p.entries, keys)
	return d, nil
}

// share is what officer i is dealt.
func (d *dealing) share(i int) Share {
	return Share{Format: shareFormat, Of: d.many.Of, Vector: d.vector, Share: d.shares[i], Many: d.many, Held: d.held[i]}
}

func sealTo(out *[]byte, to seal.Recipient, plain []byte) (err error) {
	*out, err = to.Seal(plain)
	return err
}

// checkSizes is what the server, which sees the sealed copies, must not be able
// to tell them apart by.
func (p *Pending) checkSizes(sealed [][]byte) error {
	for _, s := range sealed {
		if len(s) != len(sealed[0]) || dispatch.SizeClass(len(s)) > p.begin.Size {
			return errors.New("a recipient seals to another length than the others")
		}
	}
	return nil
}

// closeBook closes the batch's codebook with the key that officers open
// together.
func (p *Pending) closeBook(batch *codebook.Batch, key frank.Secret) ([]byte, error) {
	o, b := &p.order, &p.begin
	stored, err := (&codebook.Book{Master: o.Master, Batches: []*codebook.Batch{batch}}).Marshal()
	if err != nil {
		return nil, err
	}
	plain := book{Format: bookFormat, Of: of(b), Text: o.Master.Text, Codebook: stored, Head: o.Head, HeadSalt: p.headSalt}
	return seal.Close(key, bookFormat, padded(canon.Marshal(plain))), nil
}

// padded stretches an object with a last field "pad" to a power of two, 4 KiB
// at least.
func padded(object []byte) []byte {
	return seal.Stretch(object, 1<<max(12, dispatch.SizeClass(len(object))))
}

// parallel does all jobs on all processors and returns an error of one that
// failed. What comes out must not depend on the order.
func parallel(jobs []func() error) error {
	var (
		next  atomic.Int64
		all   sync.WaitGroup
		once  sync.Once
		first error
	)
	for range min(runtime.GOMAXPROCS(0), len(jobs)) {
		all.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(jobs)); i = next.Add(1) - 1 {
				if err := jobs[i](); err != nil {
					once.Do(func() { first = err })
					return
				}
			}
		})
	}
	all.Wait()
	return first
}

// book is what the codebook's key opens.
type book struct {
	Format   string          `json:"format"`
	Of       share.Context   `json:"of"`
	Text     string          `json:"text"` // copy 0
	Codebook json.RawMessage `json:"codebook"`
	Head     *dispatch.Head  `json:"head"`
	HeadSalt frank.Secret    `json:"head_salt"`
	Pad      seal.Pad        `json:"pad"`
}

// bookFormat is the id of a batch's codebook as officers open it.
const bookFormat = "frank.codebook-batch/1"
