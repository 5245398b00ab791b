package exchange

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"frank"
	"frank/codebook"
	"frank/dispatch"
	"frank/internal/canon"
	"frank/internal/derive"
	"frank/internal/enc"
	"frank/internal/merkle"
	"frank/keyring"
	"frank/mark"
	"frank/seal"
	"frank/seal/share"

	"pgregory.net/rapid"
)

// glass seals to nobody: what is sealed can be looked at.
type glass string

func (g glass) String() string                    { return string(g) }
func (g glass) Seal(plain []byte) ([]byte, error) { return append([]byte("sealed: "), plain...), nil }

func unseal(sealed []byte) []byte { return bytes.TrimPrefix(sealed, []byte("sealed: ")) }

func person(n int) frank.PersonID { return frank.PersonID(fmt.Sprintf("%032x", n)) }

// wording has sites of several kinds of shape: joined ones, a law that is not
// uniform, an empty reading.
func wording() *frank.Master {
	text := "We do not expect a decision soon. The minister will travel, and ships will help.\n"
	site := func(first string, others ...string) frank.Site {
		at := strings.Index(text, first)
		return frank.Site{Start: at, End: at + len(first), Kind: "test", Readings: append([]string{first}, others...)}
	}
	return &frank.Master{
		Text:  text,
		Sites: []frank.Site{site("do not", "don't"), site(" soon", "", " early"), site("will travel", "is to travel"), site("will help", "are to help")},
		Units: []frank.Unit{
			{Sites: []int{0}, Joint: [][]int{{0}, {1}}, Law: frank.Uniform(2)},
			{Sites: []int{1}, Joint: [][]int{{0}, {1}, {2}}, Law: []uint64{1 << 31, 1 << 30, 1 << 30}},
			{Sites: []int{2, 3}, Joint: [][]int{{0, 1}, {1, 0}}, Law: frank.Uniform(2)},
		},
	}
}

func order(readers, officers, threshold int) Order {
	o := Order{
		Dispatch: frank.Ref{Year: 2026, Place: "WASHINGTON", Number: 412}, Office: "washington", Batch: 1, First: 1,
		Head: &dispatch.Head{Format: dispatch.HeadFormat, Dispatch: frank.Ref{Year: 2026, Place: "WASHINGTON", Number: 412}, Office: "washington",
			From: "Washington", At: "2026-11-21T19:30:00Z", Marking: "DEMO", Subject: "Ships & <fish>", Action: []dispatch.Party{{Office: "us-desk", Name: "Desk"}}},
		Master: wording(), Source: "We {do not|don't} expect …",
		Threshold: threshold, Desk: glass("desk"),
	}
	for i := range readers {
		o.Readers = append(o.Readers, Reader{Office: "us-desk", Person: person(i), To: glass("reader"), Key: frank.Hash{1, byte(i), byte(i >> 8)}})
	}
	for i := range officers {
		o.Officers = append(o.Officers, Officer{person(10000 + i), glass("officer"), frank.Hash{2, byte(i)}})
	}
	return o
}

func drawn() Drawn {
	return Drawn{Begin: 40, Entry: frank.Hash{40}, Checkpoint: "a note\n", Randomness: frank.Hash{1, 2, 3}}
}

type tester interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

// issue does both entries; the randomness is a keystream under a key.
func issue(t tester, o Order, key byte) (dispatch.Begin, *Issued) {
	t.Helper()
	words := derive.Stream(frank.Secret{key})
	p, err := Prepare(o, words)
	if err != nil {
		t.Fatal(err)
	}
	out, err := p.Complete(drawn(), words)
	if err != nil {
		t.Fatal(err)
	}
	return p.Begin(), out
}

// A whole issue: every reader's copy holds, officers' shares hold, k of them
// open the codebook and one number, and the office has its source.
func TestIssue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, m := rapid.IntRange(1, 20).Draw(t, "readers"), rapid.IntRange(1, 5).Draw(t, "officers")
		k := rapid.IntRange(1, m).Draw(t, "threshold")
		o := order(n, m, k)
		o.Batch, o.First = rapid.IntRange(1, 9).Draw(t, "batch"), rapid.IntRange(1, 5000).Draw(t, "first")
		b, out := issue(t, o, byte(rapid.Int().Draw(t, "key")))
		c := &out.Complete
		hashes := make([]frank.Hash, n)
		for i, s := range out.Sealed {
			hashes[i] = sha256.Sum256(s)
		}
		whose := map[int]int{}
		texts := map[int]string{}
		for i, s := range out.Sealed {
			got, err := Check(unseal(s), &b, c, i)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got.Head, o.Head) {
				t.Fatal("another head")
			}
			proof, err := dispatch.ProveSealed(hashes, i)
			if err != nil || !dispatch.CheckSealed(&b, c, hashes[i], i, proof) {
				t.Fatal("a sealed copy is not the one committed to")
			}
			if _, twice := whose[got.Number]; twice {
				t.Fatalf("two readers have copy %d", got.Number)
			}
			whose[got.Number], texts[got.Number] = i, got.Text
			if n > 1 {
				if _, err := Check(unseal(s), &b, c, (i+1)%n); err == nil {
					t.Fatalf("the copy of addressee %d passes for another's", i)
				}
			}
		}
		dealt := make([]frank.Hash, m)
		for i, s := range out.Shares {
			dealt[i] = sha256.Sum256(s)
		}
		var shares []*Share
		for i, s := range out.Shares {
			got, err := CheckShare(unseal(s), &b, c, i+1)
			if err != nil {
				t.Fatal(err)
			}
			shares = append(shares, got)
			if proof, err := dispatch.ProveShares(dealt, i+1); err != nil || !dispatch.CheckShares(&b, c, dealt[i], i+1, proof) {
				t.Fatal("a sealed share is not the one committed to")
			}
		}
		shares = rapid.Permutation(shares).Draw(t, "who")[:k]
		number := o.First + rapid.IntRange(0, n-1).Draw(t, "number")
		var keyShares []share.Share
		var opened []*share.Opened
		for _, s := range shares {
			keyShares = append(keyShares, s.Share)
			one, err := s.Many.Open(&s.Held, number)
			if err != nil {
				t.Fatal(err)
			}
			opened = append(opened, one)
		}
		secret, err := shares[0].Vector.Combine(keyShares)
		if err != nil {
			t.Fatal(err)
		}
		book, err := OpenBook(&b, c, drawn().Randomness, out.Codebook, share.Key(secret, shares[0].Of))
		if err != nil {
			t.Fatal(err)
		}
		if text, err := mark.Copy(book.Codebook, number); err != nil || text != texts[number] {
			t.Fatalf("the codebook has another copy %d than its reader: %v", number, err)
		}
		key, err := shares[0].Many.Key(number, opened)
		if err != nil {
			t.Fatal(err)
		}
		to, err := OpenReader(&b, c, out.Map, number, key)
		if err != nil || to != whose[number] {
			t.Fatalf("the map gives copy %d to addressee %d, who has it not: %v", number, to, err)
		}
		if n > 1 {
			if _, err := OpenReader(&b, c, out.Map, o.First+(number-o.First+1)%n, key); err == nil {
				t.Fatal("one number's key opens another's entry")
			}
		}
		source, err := OpenSource(unseal(out.Source), &b)
		if err != nil || source.Text != o.Source || !reflect.DeepEqual(source.Head, o.Head) {
			t.Fatalf("the office does not have its source: %v", err)
		}
		if batch, first := Next(&b); batch != o.Batch+1 || first != o.First+n {
			t.Errorf("batch %d with copy %d follows batch %d with %d copies from %d on", batch, first, o.Batch, n, o.First)
		}
	})
}

// With real keys, and the age format, it is the same; and nothing but the
// reader's own key opens a copy.
func TestIssueSealed(t *testing.T) {
	keys := make([]*keyring.Key, 4)
	for i := range keys {
		var err error
		if keys[i], err = keyring.New(); err != nil {
			t.Fatal(err)
		}
	}
	o := order(2, 1, 1)
	o.Readers[0].To, o.Readers[1].To, o.Officers[0].To, o.Desk = &keys[0].Public, &keys[1].Public, &keys[2].Public, &keys[3].Public
	for i := range o.Readers {
		o.Readers[i].Key = dispatch.KeyHash(keys[i].Public.String())
	}
	b, out := issue(t, o, 1)
	for i, to := range b.To {
		for k, key := range keys {
			plain, err := key.Open(out.Sealed[i])
			if mine := dispatch.KeyHash(key.Public.String()) == to.Key; mine != (err == nil) {
				t.Errorf("key %d opens copy %d: %v", k, i, err)
			} else if mine {
				if _, err := Check(plain, &b, &out.Complete, i); err != nil {
					t.Error(err)
				}
			}
		}
		if len(out.Sealed[i]) > 1<<b.Size || len(out.Sealed[i]) <= 1<<(b.Size-1) {
			t.Errorf("a sealed copy of %d bytes is not of class %d", len(out.Sealed[i]), b.Size)
		}
	}
	plain, err := keys[2].Open(out.Shares[0])
	if err != nil {
		t.Fatal(err)
	}
	if _, err := CheckShare(plain, &b, &out.Complete, 1); err != nil {
		t.Error(err)
	}
	if plain, err = keys[3].Open(out.Source); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenSource(plain, &b); err != nil {
		t.Error(err)
	}
}

// What comes out does not depend on how many processors there are, and an
// interrupted issue goes on from the bytes it began with.
func TestSame(t *testing.T) {
	o := order(50, 3, 2)
	b1, one := issue(t, o, 7)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	b2, two := issue(t, o, 7)
	if !reflect.DeepEqual(b1, b2) || !reflect.DeepEqual(one, two) {
		t.Error("the same order and randomness give another issue on one processor")
	}
	if _, three := issue(t, o, 8); reflect.DeepEqual(one.Complete, three.Complete) {
		t.Error("other randomness gives the same issue")
	}
}

// Sealed copies are of one length, so that the server cannot tell by a leaked
// text's length whose it was.
func TestOneLength(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := order(rapid.IntRange(2, 130).Draw(t, "readers"), 1, 1)
		o.First = rapid.SampledFrom([]int{1, 5, 95, 9990}).Draw(t, "first")
		o.Master.Sites[1].Readings[2] = " " + strings.Repeat("x", rapid.IntRange(1, 9000).Draw(t, "long"))
		b, out := issue(t, o, 3)
		for _, s := range out.Sealed {
			if len(unseal(s)) != Container(b.Size) {
				t.Fatalf("a copy has %d bytes, not %d", len(unseal(s)), Container(b.Size))
			}
		}
		for _, blob := range [][]byte{unseal(out.Source), bytes.TrimPrefix(out.Codebook, []byte(bookFormat+"\n"))} {
			if n := len(blob) &^ 16; n&(n-1) != 0 {
				t.Errorf("a length of %d says what is in a blob", len(blob))
			}
		}
	})
}

// chatty seals with a length of its own.
type chatty struct{}

func (chatty) Seal(plain []byte) ([]byte, error) { return append(plain, 0), nil }

func TestLengthsRefused(t *testing.T) {
	o := order(2, 1, 1)
	o.Readers[1].To = chatty{}
	words := derive.Stream(frank.Secret{})
	p, err := Prepare(o, words)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Complete(drawn(), words); err == nil || !strings.Contains(err.Error(), "another length") {
		t.Errorf("copies of two lengths are issued: %v", err)
	}
}

// After the second entry nothing that stays has the seed, and there is no
// second second entry.
func TestSeedIsGone(t *testing.T) {
	words := derive.Stream(frank.Secret{9})
	p, err := Prepare(order(3, 2, 2), words)
	if err != nil {
		t.Fatal(err)
	}
	begin := p.Begin()
	if _, err := p.Complete(drawn(), words); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(*p, Pending{begin: begin, done: true}) {
		t.Error("an issue that is completed keeps more than its first entry")
	}
	if _, err := p.Complete(drawn(), words); err == nil {
		t.Error("an issue was completed twice")
	}
}

// The order of the addressees and who has which number are both uniform, and
// independent of each other and of the order's own order.
func TestOrders(t *testing.T) {
	const runs = 7200
	seen := map[string]int{}
	o := order(3, 1, 1)
	words := derive.Stream(frank.Secret{5})
	for range runs {
		p, err := Prepare(o, words)
		if err != nil {
			t.Fatal(err)
		}
		var cell []byte
		for _, a := range p.begin.To {
			cell = append(cell, a.Person[31])
		}
		for _, to := range p.number {
			cell = append(cell, byte('0'+to))
		}
		seen[string(cell)]++
	}
	chi, expected := 0.0, runs/36.0
	for _, n := range seen {
		chi += (float64(n) - expected) * (float64(n) - expected) / expected
	}
	if len(seen) != 36 || chi > 73 { // 35 degrees of freedom: 1 in 5,000
		t.Errorf("%d of 36 orders, chi-square %.1f", len(seen), chi)
	}
}

// What the first entry shows does not change with the numbers: the commitment
// hides them, and everything else in it is the order of the addressees.
func TestBeginBinds(t *testing.T) {
	o := order(3, 1, 1)
	b, out := issue(t, o, 1)
	words := derive.Stream(frank.Secret{1})
	for what, change := range map[string]func(*Order){
		"a word": func(o *Order) { o.Master.Sites[0].Readings[1] = "did not" },
		"a law":  func(o *Order) { o.Master.Units[1].Law = frank.Uniform(3) },
		"the head": func(o *Order) {
			o.Head.Marking = "OTHER"
		},
		"the numbers": func(o *Order) { o.First = 2 },
	} {
		o := order(3, 1, 1)
		change(&o)
		p, err := Prepare(o, derive.Stream(frank.Secret{1}))
		if err != nil {
			t.Fatal(err)
		}
		if p.begin.Precommit == b.Precommit {
			t.Errorf("%s is not bound by the first entry", what)
		}
	}
	p, err := Prepare(o, words)
	if err != nil {
		t.Fatal(err)
	}
	if got := dispatch.Precommit(p.book.Precommit(), out.Complete.ReaderRoot, out.Complete.Head); got != b.Precommit {
		t.Error("the second entry's readers and head are not those of the first")
	}
	other := frank.Hash{4}
	if dispatch.Precommit(p.book.Precommit(), other, out.Complete.Head) == b.Precommit {
		t.Error("who has which number is not bound by the first entry")
	}
}

func TestPrepareRefuses(t *testing.T) {
	for what, change := range map[string]func(*Order){
		"no reader":         func(o *Order) { o.Readers = nil },
		"a reader twice":    func(o *Order) { o.Readers[1] = o.Readers[0] },
		"no officer":        func(o *Order) { o.Officers = nil },
		"too few officers":  func(o *Order) { o.Threshold = 4 },
		"officer and copy":  func(o *Order) { o.Officers[0].Person = o.Readers[0].Person },
		"no head":           func(o *Order) { o.Head = nil },
		"a head of nothing": func(o *Order) { o.Head = &dispatch.Head{} },
		"another's head":    func(o *Order) { o.Head.Dispatch.Number++ },
		"another office's":  func(o *Order) { o.Head.Office = "paris" },
		"no wording":        func(o *Order) { o.Master = nil },
		"no site":           func(o *Order) { o.Master = &frank.Master{Text: "one"} },
		"overlapping sites": func(o *Order) { o.Master.Sites[1].Start = 0 },
		"no UTF-8":          func(o *Order) { o.Master.Sites[0].Readings[1] = "\xff" },
		"a source of none":  func(o *Order) { o.Source = "\xff" },
		"no desk":           func(o *Order) { o.Desk = nil },
		"no reader's key":   func(o *Order) { o.Readers[0].To = nil },
		"no officer's key":  func(o *Order) { o.Officers[0].To = nil },
		"too long":          func(o *Order) { o.Master.Sites[0].Readings[1] = strings.Repeat("x", frank.MaxText) },
		"copy 0":            func(o *Order) { o.First = 0 },
		"batch 0":           func(o *Order) { o.Batch = 0 },
		"no reference":      func(o *Order) { o.Dispatch.Number = 0 },
	} {
		o := order(3, 3, 2)
		change(&o)
		if _, err := Prepare(o, derive.Stream(frank.Secret{})); err == nil {
			t.Errorf("%s: taken", what)
		}
	}
	if _, err := Prepare(order(3, 3, 2), strings.NewReader("short")); err == nil {
		t.Error("an issue without randomness")
	}
	p, err := Prepare(order(3, 3, 2), derive.Stream(frank.Secret{}))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Complete(drawn(), strings.NewReader("short")); err == nil {
		t.Error("a second entry without randomness")
	}
}

// A reader's client finds every copy that is not the one committed to.
func TestCheckRefuses(t *testing.T) {
	o := order(5, 1, 1)
	b, out := issue(t, o, 1)
	b2, out2 := issue(t, o, 2)
	plain := unseal(out.Sealed[0])
	good, err := seal.Parse(plain)
	if err != nil {
		t.Fatal(err)
	}
	neighbour, err := seal.Parse(unseal(out.Sealed[1]))
	if err != nil {
		t.Fatal(err)
	}
	refused := func(what, want string, plain []byte, b dispatch.Begin, c dispatch.Complete) {
		t.Helper()
		if _, err := Check(plain, &b, &c, 0); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: expected an error with %q, got %v", what, want, err)
		}
	}
	refused("another issue's copy", "head is not", unseal(out2.Sealed[0]), b, out.Complete)
	refused("another issue's entries", "head is not", plain, b2, out2.Complete)
	for _, c := range []struct {
		what, want string
		change     func(*seal.Copy)
	}{
		{"another word", "is not copy", func(c *seal.Copy) { c.Text = strings.Replace(c.Text, "minister", "Minister", 1) }},
		{"a word more", "is not copy", func(c *seal.Copy) { c.Text += "x" }},
		{"the neighbour's text", "is not copy", func(c *seal.Copy) { c.Text = neighbour.Text + " " }},
		{"the neighbour's number", "is not copy", func(c *seal.Copy) { c.Number = neighbour.Number }},
		{"the neighbour's receipt", "is not copy", func(c *seal.Copy) { c.Receipt = neighbour.Receipt }},
		{"more copies", "there are", func(c *seal.Copy) { c.Count++ }},
		{"another head", "head is not", func(c *seal.Copy) { c.Head = json.RawMessage(strings.Replace(string(c.Head), "DEMO", "OTHER", 1)) }},
		{"another salt", "head is not", func(c *seal.Copy) { c.HeadSalt[0] ^= 1 }},
		{"another first entry", "another issue", func(c *seal.Copy) { c.Begin[0] ^= 1 }},
		{"another dispatch", "another issue", func(c *seal.Copy) { c.Dispatch.Number++ }},
		{"another batch", "another issue", func(c *seal.Copy) { c.Batch++ }},
	} {
		changed := *good
		c.change(&changed)
		written, err := changed.Write(len(plain))
		if err != nil {
			t.Fatal(err)
		}
		refused(c.what, c.want, written, b, out.Complete)
	}
	longer, err := good.Write(len(plain) + 1)
	if err != nil {
		t.Fatal(err)
	}
	refused("another length", "length", longer, b, out.Complete)
	refused("no copy", "expected a copy", []byte("hello"), b, out.Complete)
	root := out.Complete
	root.CopyRoot[0] ^= 1
	refused("another root", "is not copy", plain, b, root)
	other := out.Complete
	other.Batch++
	refused("entries of two batches", "different issues", plain, b, other)
}

// A modified author who, seeing the draw, gives out the numbers otherwise than
// the readers' map says is found by the reader, whatever the container is made
// to say. All of it is the author's to write: texts, receipts, the map.
func TestDeliveryIsBound(t *testing.T) {
	const n = 5
	b, out := issue(t, order(n, 1, 1), 1)
	copies := make([]*seal.Copy, n) // by slot
	for i, s := range out.Sealed {
		var err error
		if copies[i], err = seal.Parse(unseal(s)); err != nil {
			t.Fatal(err)
		}
		if copies[i].Reader.Index != i {
			t.Fatalf("the copy of addressee %d says it is for %d", i, copies[i].Reader.Index)
		}
	}
	refused := func(what, want string, c seal.Copy, slot int) {
		t.Helper()
		plain, err := c.Write(Container(b.Size))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Check(plain, &b, &out.Complete, slot); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: expected an error with %q, got %v", what, want, err)
		}
	}
	for to := 1; to < n; to++ {
		// Two readers have the number of addressee 0: the one it was given, and this one.
		c := *copies[0]
		refused("another's copy as it is", "another than you", c, to)
		c.Reader.Index = to
		refused("another's copy made out to this reader", "readers' map", c, to)
		c.Reader = copies[to].Reader
		refused("another's number with this reader's entry", "readers' map", c, to)
		c = *copies[to]
		c.Number, c.Receipt = copies[0].Number, copies[0].Receipt
		refused("another's number under this reader's text", "", c, to)
	}
	own := *copies[0]
	own.Reader.Salt[0] ^= 1
	refused("another salt", "readers' map", own, 0)
	own = *copies[0]
	own.Reader.Proof = own.Reader.Proof[:1]
	refused("half a proof", "readers' map", own, 0)
	plain := unseal(out.Sealed[0])
	for _, slot := range []int{-1, n} {
		if _, err := Check(plain, &b, &out.Complete, slot); err == nil {
			t.Errorf("addressee %d of %d has a copy", slot, n)
		}
	}
}

// The entries bind each other: officers open a codebook that the first bound.
func TestBookIsBound(t *testing.T) {
	b, out := issue(t, order(3, 1, 1), 1)
	for what, change := range map[string]func(*dispatch.Complete){
		"another codebook": func(c *dispatch.Complete) { c.Book[0] ^= 1 },
		"other readers":    func(c *dispatch.Complete) { c.ReaderRoot[0] ^= 1 },
		"another head":     func(c *dispatch.Complete) { c.Head[0] ^= 1 },
	} {
		c := out.Complete
		change(&c)
		if _, err := Check(unseal(out.Sealed[0]), &b, &c, 0); err == nil || !strings.Contains(err.Error(), "first entry bound") {
			t.Errorf("%s: a reader gets %v", what, err)
		}
		if _, err := CheckShare(unseal(out.Shares[0]), &b, &c, 1); err == nil || !strings.Contains(err.Error(), "first entry bound") {
			t.Errorf("%s: an officer gets %v", what, err)
		}
	}
}

// An officer's client finds every share that does not fit.
func TestCheckShareRefuses(t *testing.T) {
	o := order(5, 3, 2)
	b, out := issue(t, o, 1)
	_, out2 := issue(t, o, 2)
	refused := func(what, want string, plain []byte, b dispatch.Begin, c dispatch.Complete) {
		t.Helper()
		if _, err := CheckShare(plain, &b, &c, 1); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: expected an error with %q, got %v", what, want, err)
		}
	}
	refused("another officer's", "another officer", unseal(out.Shares[1]), b, out.Complete)
	refused("another issue's", "not what the ledger has", unseal(out2.Shares[0]), b, out.Complete)
	refused("no share", "expected frank.share/1", []byte("{}"), b, out.Complete)
	for _, c := range []struct {
		what, want string
		change     func(*Share, *dispatch.Begin, *dispatch.Complete)
	}{
		{"a share of the key", "key does not hold", func(s *Share, _ *dispatch.Begin, _ *dispatch.Complete) { s.Share.S[3] ^= 1 }},
		{"a share of the map", "keys do not hold", func(s *Share, _ *dispatch.Begin, _ *dispatch.Complete) { s.Held.Shares[40] ^= 1 }},
		{"the vector", "not what the ledger has", func(s *Share, _ *dispatch.Begin, _ *dispatch.Complete) { s.Vector[0][0] ^= 1 }},
		{"the roots", "not what the ledger has", func(s *Share, _ *dispatch.Begin, _ *dispatch.Complete) { s.Many.Roots[0].Root[0] ^= 1 }},
		{"none of the map", "not what the ledger has", func(s *Share, _ *dispatch.Begin, _ *dispatch.Complete) { s.Many = nil }},
		{"another batch", "another issue", func(s *Share, _ *dispatch.Begin, _ *dispatch.Complete) { s.Of.Batch++ }},
		{"the format", "expected format", func(s *Share, _ *dispatch.Begin, _ *dispatch.Complete) { s.Format = "frank.share/2" }},
		// What the author entered itself is bad.
		{"a higher threshold", "another number", func(s *Share, b *dispatch.Begin, _ *dispatch.Complete) { b.Threshold = 3 }},
		{"a map for other copies", "not for the copies", func(s *Share, _ *dispatch.Begin, c *dispatch.Complete) { s.Many.Count--; c.MapSharing = s.Many.Hash() }},
		{"a map for fewer officers", "not for the copies", func(s *Share, _ *dispatch.Begin, c *dispatch.Complete) {
			s.Many.Roots = s.Many.Roots[:2]
			c.MapSharing = s.Many.Hash()
		}},
		{"a bad map", "keys do not hold", func(s *Share, _ *dispatch.Begin, c *dispatch.Complete) {
			s.Many.Proof[0][0] ^= 1
			c.MapSharing = s.Many.Hash()
		}},
		{"a bad vector", "key does not hold", func(s *Share, _ *dispatch.Begin, c *dispatch.Complete) {
			s.Vector[0] = s.Vector[1]
			c.Sharing = s.Vector.Hash()
		}},
	} {
		s, err := CheckShare(unseal(out.Shares[0]), &b, &out.Complete, 1)
		if err != nil {
			t.Fatal(err)
		}
		b, complete := b, out.Complete
		c.change(s, &b, &complete)
		refused(c.what, c.want, canon.Marshal(s), b, complete)
	}
}

// Officers find a codebook or a map that is not what was committed to, also
// where the author committed to it badly.
func TestOpenRefuses(t *testing.T) {
	o := order(5, 1, 1)
	b, out := issue(t, o, 1)
	s, err := CheckShare(unseal(out.Shares[0]), &b, &out.Complete, 1)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := s.Vector.Combine([]share.Share{s.Share})
	if err != nil {
		t.Fatal(err)
	}
	key, random := share.Key(secret, s.Of), drawn().Randomness
	plain, err := seal.Open(key, bookFormat, out.Codebook)
	if err != nil {
		t.Fatal(err)
	}
	// another draw of the same copies, as if the author had chosen it
	other, err := codebook.Begin(o.Master, 1, 5, frank.Secret{77})
	if err != nil {
		t.Fatal(err)
	}
	batch := other.Complete(random)
	if _, err := mark.Issue(o.Master, batch, func(int, []byte) error { return nil }); err != nil {
		t.Fatal(err)
	}
	stored, err := (&codebook.Book{Master: o.Master, Batches: []*codebook.Batch{batch}}).Marshal()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		what, want string
		change     func(*book, *dispatch.Begin, *dispatch.Complete)
	}{
		{"another draw", "first entry bound", func(k *book, _ *dispatch.Begin, _ *dispatch.Complete) { k.Codebook = stored }},
		{"another text", "does not hold", func(k *book, _ *dispatch.Begin, _ *dispatch.Complete) { k.Text += "x" }},
		{"another head", "head is not", func(k *book, _ *dispatch.Begin, _ *dispatch.Complete) { k.Head.Marking = "OTHER" }},
		{"another batch", "another issue", func(k *book, _ *dispatch.Begin, _ *dispatch.Complete) { k.Of.Batch++ }},
		{"other copies", "are not those that", func(_ *book, _ *dispatch.Begin, c *dispatch.Complete) { c.CopyRoot[0] ^= 1 }},
		{"other units", "drawing units", func(_ *book, _ *dispatch.Begin, c *dispatch.Complete) { c.UnitRoot[0] ^= 1 }},
		{"other readers", "first entry bound", func(_ *book, _ *dispatch.Begin, c *dispatch.Complete) { c.ReaderRoot[0] ^= 1 }},
		{"another first entry", "first entry bound", func(_ *book, b *dispatch.Begin, _ *dispatch.Complete) { b.Precommit[0] ^= 1 }},
		{"other numbers", "copies of this batch", func(_ *book, b *dispatch.Begin, _ *dispatch.Complete) { b.First++ }},
	} {
		var k book
		if err := canon.Unmarshal(plain, &k); err != nil {
			t.Fatal(err)
		}
		b, complete := b, out.Complete
		c.change(&k, &b, &complete)
		closed := seal.Close(key, bookFormat, canon.Marshal(k))
		complete.Codebook = sha256.Sum256(closed)
		if _, err := OpenBook(&b, &complete, random, closed, key); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: expected an error with %q, got %v", c.what, c.want, err)
		}
	}
	for what, err := range map[string]error{
		"other randomness": second(OpenBook(&b, &out.Complete, frank.Hash{9}, out.Codebook, key)),
		"another key":      second(OpenBook(&b, &out.Complete, random, out.Codebook, frank.Secret{})),
		"another blob":     second(OpenBook(&b, &out.Complete, random, append(out.Codebook, 0), key)),
	} {
		if err == nil {
			t.Errorf("%s: opened", what)
		}
	}

	one, err := s.Many.Open(&s.Held, 3)
	if err != nil {
		t.Fatal(err)
	}
	mapKey, err := s.Many.Key(3, []*share.Opened{one})
	if err != nil {
		t.Fatal(err)
	}
	changed := bytes.Clone(out.Map)
	changed[len(mapFormat)+1+5*32+2*closedSize+40] ^= 1
	badly := out.Complete
	badly.Map = sha256.Sum256(changed)
	if _, err := OpenReader(&b, &badly, changed, 3, mapKey); err == nil || !strings.Contains(err.Error(), "does not open") {
		t.Errorf("a changed entry opens: %v", err)
	}
	if _, err := OpenReader(&b, &out.Complete, changed, 3, mapKey); err == nil {
		t.Error("another map opens")
	}
	// An author who names somebody else than was committed to.
	to, err := OpenReader(&b, &out.Complete, out.Map, 3, mapKey)
	if err != nil {
		t.Fatal(err)
	}
	framed := entry{number: 3, to: (to + 1) % 5}
	at := len(mapFormat) + 1 + 5*32 + 2*closedSize
	copy(changed[at:], seal.Close(mapKey, mapEntry, framed.record()))
	badly.Map = sha256.Sum256(changed)
	if _, err := OpenReader(&b, &badly, changed, 3, mapKey); err == nil || !strings.Contains(err.Error(), "made the map badly") {
		t.Errorf("somebody else is named: %v", err)
	}
	// The same, with a leaf that goes with it.
	leaf := framed.leaf()
	copy(changed[len(mapFormat)+1+2*32:], leaf[:])
	badly.Map = sha256.Sum256(changed)
	if _, err := OpenReader(&b, &badly, changed, 3, mapKey); err == nil || !strings.Contains(err.Error(), "the readers that were committed to") {
		t.Errorf("somebody else is named, consistently: %v", err)
	}
	// And a second entry to go with that.
	var leaves []frank.Hash
	for i := range 5 {
		leaves = append(leaves, frank.Hash(changed[len(mapFormat)+1+32*i:]))
	}
	badly.ReaderRoot = merkle.Root(leaves)
	if _, err := OpenReader(&b, &badly, changed, 3, mapKey); err == nil || !strings.Contains(err.Error(), "first entry bound") {
		t.Errorf("somebody else is named by the second entry too: %v", err)
	}
	// A map that was changed elsewhere is not the one committed to either.
	elsewhere := bytes.Clone(out.Map)
	elsewhere[len(elsewhere)-1] ^= 1
	if _, err := OpenReader(&b, &out.Complete, elsewhere, 3, mapKey); err == nil || !strings.Contains(err.Error(), "not the map") {
		t.Errorf("another map opens: %v", err)
	}
	if _, err := OpenReader(&b, &out.Complete, out.Map, 6, mapKey); err == nil {
		t.Error("a number that is none is opened")
	}
	b.Dispatch.Number++
	if _, err := OpenSource(unseal(out.Source), &b); err == nil {
		t.Error("another dispatch's source is taken")
	}
}

func second[T any](_ T, err error) error { return err }

// vectors/copy.json: both entries, and a copy that goes with them.
func TestVectors(t *testing.T) {
	type file struct {
		Begin     dispatch.Begin    `json:"begin"`
		Complete  dispatch.Complete `json:"complete"`
		Container string            `json:"container"`
		Copy      *seal.Copy        `json:"copy"`
		Text      string            `json:"text"`
		HeadLabel string            `json:"head_hash_input"` // hexadecimal: what complete's head is the SHA-256 of
		Slot      int               `json:"slot"`            // whose copy it is, in begin's to
		MapEntry  string            `json:"map_leaf_input"`  // hexadecimal: what is at the number's place under reader_root, as RFC 6962 leaf
	}
	var f file
	b, out := issue(t, order(5, 3, 2), 11)
	plain := unseal(out.Sealed[2])
	if _, err := Check(plain, &b, &out.Complete, 2); err != nil {
		t.Fatal(err)
	}
	got, err := seal.Parse(plain)
	if err != nil {
		t.Fatal(err)
	}
	mine := entry{number: got.Number, to: 2, salt: got.Reader.Salt}
	f = file{b, out.Complete, string(plain), got, got.Text, fmt.Sprintf("%x", []byte(enc.New("frank/head/1").Bytes(got.HeadSalt[:]).Bytes(got.Head))), 2, fmt.Sprintf("%x", mine.record())}
	data, err := json.MarshalIndent(f, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	data = append(data, '\n')
	path := "../vectors/copy.json"
	if os.Getenv("UPDATE_VECTORS") != "" {
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(data, want) {
		t.Errorf("got\n%s\nexpected\n%s", data, want)
	}
	var read file
	if err := json.Unmarshal(want, &read); err != nil {
		t.Fatal(err)
	}
	if copy, err := Check([]byte(read.Container), &read.Begin, &read.Complete, read.Slot); err != nil || copy.Text != read.Text {
		t.Errorf("the copy in the file does not hold: %v", err)
	}
}

func FuzzCheck(f *testing.F) {
	b, out := issue(f, order(3, 2, 2), 1)
	for _, s := range out.Sealed {
		f.Add(unseal(s))
	}
	f.Fuzz(func(t *testing.T, plain []byte) {
		if _, err := Check(plain, &b, &out.Complete, 0); err == nil && !bytes.Equal(unseal(out.Sealed[0]), plain) {
			t.Error("a copy that was never issued holds")
		}
	})
}

func FuzzShare(f *testing.F) {
	b, out := issue(f, order(3, 2, 2), 1)
	f.Add(unseal(out.Shares[0]))
	f.Add([]byte(`{}`))
	f.Fuzz(func(t *testing.T, plain []byte) {
		if _, err := CheckShare(plain, &b, &out.Complete, 1); err == nil && !bytes.Equal(plain, unseal(out.Shares[0])) {
			t.Error("a share that was never dealt holds")
		}
	})
}

func FuzzSource(f *testing.F) {
	b, out := issue(f, order(3, 2, 2), 1)
	f.Add(unseal(out.Source))
	f.Fuzz(func(t *testing.T, plain []byte) {
		if s, err := OpenSource(plain, &b); err == nil && !bytes.Equal(canon.Marshal(s), plain) {
			t.Error("a source is read, and written otherwise")
		}
	})
}

// What a codebook's or map's key opens is the author's, and may be anything.
func FuzzOpen(f *testing.F) {
	b, out := issue(f, order(3, 1, 1), 1)
	s, err := CheckShare(unseal(out.Shares[0]), &b, &out.Complete, 1)
	if err != nil {
		f.Fatal(err)
	}
	secret, err := s.Vector.Combine([]share.Share{s.Share})
	if err != nil {
		f.Fatal(err)
	}
	key := share.Key(secret, s.Of)
	plain, err := seal.Open(key, bookFormat, out.Codebook)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(plain, out.Map)
	f.Fuzz(func(t *testing.T, data, blob []byte) {
		c := out.Complete
		closed := seal.Close(key, bookFormat, data)
		c.Codebook, c.Map = sha256.Sum256(closed), sha256.Sum256(blob)
		if book, err := OpenBook(&b, &c, drawn().Randomness, closed, key); err == nil && book.Codebook.Master.Text != wording().Text {
			t.Error("a codebook of another text holds")
		}
		if _, err := OpenReader(&b, &c, blob, 1, key); err == nil {
			t.Error("a map opens with another key")
		}
	})
}
