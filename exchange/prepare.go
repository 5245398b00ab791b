// Package exchange issues dispatches in the exchange, where author, readers,
// officers and a server that can read nothing are different parties.
//
// An issue has two entries in the ledger. [Prepare] makes the first: it binds
// wording, laws, the author's secret, who has which number and the head. When
// the ledger has it, and randomness that nobody knew before, [Pending.Complete]
// draws and seals the copies, splits the keys among the officers and makes the
// second. [Check] is how a reader checks a copy, [CheckShare] an officer a
// share, [OpenBook] and [OpenReader] what officers open together, [OpenSource]
// how the issuing office gets at the source again. spec/exchange.md has the
// formats.
//
// The package takes all its randomness as arguments, but for the sealing, which
// is the recipients' own.
package exchange

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"unicode/utf8"

	"frank"
	"frank/codebook"
	"frank/dispatch"
	"frank/internal/derive"
	"frank/internal/enc"
	"frank/internal/merkle"
	"frank/seal"
	"frank/seal/share"
)

// Order is what is to be issued.
type Order struct {
	Dispatch   frank.Ref
	Office     frank.OfficeID // that issues
	Batch      int            // see [Next]
	First      int
	Precedence dispatch.Precedence
	Embargo    string
	Head       *dispatch.Head // the same in all copies
	Master     *frank.Master
	Source     string // that Master comes from, for the office's further batches
	Readers    []Reader
	Officers   []Officer // never the author, nor anybody who has or gets a copy
	Threshold  int       // officers it takes to open anything
	Desk       seal.Recipient
	Watch      []byte // fingerprints, sealed to the watch; nil for none

	Worked []frank.PersonID // who took part in the draft: see [dispatch.Begin]
}

// Reader is somebody who gets a copy.
type Reader struct {
	Office   frank.OfficeID // may be empty
	Delegate bool
	Person   frank.PersonID
	Action   bool
	To       seal.Recipient
	Key      frank.Hash // of To, as the directory has it: [dispatch.KeyHash]
}

// Officer is somebody who is dealt a share.
type Officer struct {
	Person frank.PersonID
	To     seal.Recipient
	Key    frank.Hash // of To
}

// Pending is an issue between its two entries. It is secret.
type Pending struct {
	order    Order
	head     []byte // as it is written
	book     *codebook.Pending
	begin    dispatch.Begin
	readers  []seal.Recipient // in the order of begin.To
	number   []int            // copy begin.First+i is for addressee number[i]
	headSalt frank.Secret
	entries  []entry
	done     bool
}

// Prepare makes the first entry. It reads 32 bytes of random and nothing else:
// with the same order and the same bytes it makes the same Pending, which is
// how an issue that was interrupted between its entries goes on.
func Prepare(o Order, random io.Reader) (*Pending, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	var secret frank.Secret
	if _, err := io.ReadFull(random, secret[:]); err != nil {
		return nil, fmt.Errorf("no randomness: %w", err)
	}
	head := o.Head.Marshal()
	var err error
	if o.Head, err = dispatch.ParseHead(head); err != nil { // one of our own, that nobody changes meanwhile
		return nil, err
	}
	p := &Pending{order: o, head: head, headSalt: derive.Key(secret, enc.New("frank/head-salt/1"))}
	p.begin = dispatch.Begin{Dispatch: o.Dispatch, Office: o.Office, Batch: o.Batch, First: o.First, Precedence: o.Precedence,
		Embargo: o.Embargo, Threshold: o.Threshold, Worked: o.Worked}
	for _, r := range shuffle(len(o.Readers), secret, "frank/addressees-order/1") {
		r := o.Readers[r]
		p.readers = append(p.readers, r.To)
		p.begin.To = append(p.begin.To, dispatch.Addressee{Office: r.Office, Delegate: r.Delegate, Person: r.Person, Key: r.Key, Action: r.Action})
	}
	for i, of := range o.Officers {
		p.begin.Officers = append(p.begin.Officers, dispatch.Officer{Person: of.Person, Index: i + 1, Key: of.Key})
	}
	if err := p.begin.Validate(); err != nil {
		return nil, err
	}
	p.number = shuffle(len(o.Readers), secret, "frank/numbers-order/1")
	salts := derive.Stream(derive.Key(secret, enc.New("frank/map-salts/1")))
	leaves := make([]frank.Hash, len(p.number))
	for i, to := range p.number {
		e := entry{number: o.First + i, to: to}
		if _, err := io.ReadFull(salts, e.salt[:]); err != nil {
			return nil, err
		}
		leaves[i] = e.leaf()
		p.entries = append(p.entries, e)
	}
	if p.begin.Size, err = p.sizeClass(); err != nil {
		return nil, err
	}
	p.book, err = codebook.Begin(o.Master, o.First, len(o.Readers), derive.Key(secret, enc.New("frank/author-secret/1")))
	if err != nil {
		return nil, err
	}
	p.begin.Precommit = dispatch.Precommit(p.book.Precommit(), merkle.Root(leaves), dispatch.HeadHash(p.headSalt, p.head))
	return p, nil
}

// Begin is the body of the first entry.
func (p *Pending) Begin() dispatch.Begin { return p.begin }

// Watch says what the watch gets, in place of the order's: fingerprints sealed
// to it, of the size class that the first entry has.
func (p *Pending) Watch(sealed []byte) { p.order.Watch = sealed }

// Next returns the number of the batch that follows after last, and the number
// of its first copy.
func Next(last *dispatch.Begin) (batch, first int) {
	return last.Batch + 1, last.First + len(last.To)
}

func (o *Order) check() error {
	if o.Head == nil || o.Master == nil || o.Desk == nil {
		return errors.New("an order has a head, wording and a desk")
	}
	if o.Head.Dispatch != o.Dispatch || o.Head.Office != o.Office {
		return errors.New("the head is another dispatch's")
	}
	if len(o.Source) > maxSource || !utf8.ValidString(o.Source) {
		return fmt.Errorf("expected a source in UTF-8 of up to %d bytes", maxSource)
	}
	ok := utf8.ValidString(o.Master.Text)
	for _, s := range o.Master.Sites {
		for _, r := range s.Readings {
			ok = ok && utf8.ValidString(r)
		}
	}
	if !ok {
		return errors.New("the wording is not UTF-8 text")
	}
	for _, r := range o.Readers {
		if r.To == nil {
			return errors.New("a reader has no key to seal the copy to")
		}
	}
	for _, of := range o.Officers {
		if of.To == nil {
			return errors.New("an officer has no key to seal the share to")
		}
	}
	return nil
}

func shuffle(n int, secret frank.Secret, label string) []int {
	words := derive.Stream(derive.Key(secret, enc.New(label)))
	return codebook.Shuffle(n, func() uint64 {
		var b [8]byte
		words.Read(b[:]) // a keystream does not fail
		return binary.LittleEndian.Uint64(b[:])
	})
}

// smallest is the least size class of a copy.
const smallest = 13

// Container returns how many bytes the container of a copy has in a size class,
// so that the sealed file, whose head may take 2 KiB and whose chunks 16 bytes
// each, does not pass the class.
func Container(class int) int { return 1<<class - 2048 - 1<<class/2048 }

// sizeClass finds the class that every copy of the batch goes into, however it
// is drawn.
func (p *Pending) sizeClass() (int, error) {
	m, n := p.order.Master, len(p.order.Readers)
	if err := m.Validate(); err != nil {
		return 0, err
	}
	size := len(m.Text)
	for _, s := range m.Sites {
		size -= len(s.Readings[0])
	}
	for _, u := range m.Units {
		most := 0
		for _, joint := range u.Joint {
			sum := 0
			for k, r := range joint {
				sum += len(m.Sites[u.Sites[k]].Readings[r])
			}
			most = max(most, sum)
		}
		size += most
	}
	if size > frank.MaxText {
		return 0, fmt.Errorf("the longest copy would have %d bytes, more than %d", size, frank.MaxText)
	}
	c := p.copy(p.order.First+n-1, frank.Hash{})
	c.Receipt.Proof = make([]frank.Hash, bits.Len(uint(n-1)))
	c.Reader = seal.Reader{Index: n - 1, Proof: c.Receipt.Proof}
	size += c.Size()
	class := smallest
	for Container(class) < size {
		class++
	}
	if Container(class) > seal.MaxCopy {
		return 0, fmt.Errorf("a copy of %d bytes is too long", size)
	}
	return class, nil
}

// copy is the container of a number without text and receipt.
func (p *Pending) copy(number int, begin frank.Hash) *seal.Copy {
	return &seal.Copy{Dispatch: p.order.Dispatch, Batch: p.order.Batch, Number: number, First: p.order.First, Count: len(p.order.Readers),
		Begin: begin, Head: p.head, HeadSalt: p.headSalt}
}

// of is what keys and shares of the batch are for.
func of(b *dispatch.Begin) share.Context {
	return share.Context{Dispatch: b.Dispatch, Batch: b.Batch}
}
