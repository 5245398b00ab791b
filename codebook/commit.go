package codebook

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"frank"

	"golang.org/x/mod/sumdb/tlog"
)

// Commitment binds a batch before any copy leaves: the root over its drawing
// units, so that a few can be opened, and the root over its copies, so that
// each reader can check the copy received. Trees are those of RFC 6962.
type Commitment struct {
	Units  frank.Hash
	Copies frank.Hash
}

// class says how a unit's readings come about. Readings drawn by the author's
// seed are the only ones so far; the field is there for others.
const class = "author"

func precommit(m *frank.Master, first, count int, author frank.Secret) frank.Hash {
	e := encoder("frank.codebook/1 precommit")
	e.bytes(author[:])
	e.number(uint64(first))
	e.number(uint64(count))
	e.text(m.Text)
	e.number(uint64(len(m.Units)))
	for i := range m.Units {
		e.unit(m, i)
	}
	return sha256.Sum256(e.b)
}

// leaf returns the bytes of a unit's leaf, without the salt.
func (t *Batch) leaf(m *frank.Master, unit int) []byte {
	key := t.unitKey(unit)
	e := encoder("frank.codebook/1 leaf")
	e.number(uint64(unit))
	e.text(class)
	e.unit(m, unit)
	c := commitKey(key)
	e.bytes(c[:])
	return e.b
}

func commitKey(key frank.Secret) frank.Hash {
	return sha256.Sum256(append([]byte("frank.codebook/1 key commitment"), key[:]...))
}

func (t *Batch) unitSalt(unit int) frank.Secret {
	return derive(t.seed, "frank.codebook/1 unit salt", unit)
}

func (t *Batch) unitTree(m *frank.Master) *tree {
	var tr tree
	for i := range m.Units {
		salt := t.unitSalt(i)
		tr.add(append(salt[:], t.leaf(m, i)...))
	}
	return &tr
}

func (t *Batch) unitRoot(m *frank.Master) frank.Hash { return t.unitTree(m).root() }

// Copies is the tree over the copies of a batch, filled in the order of their
// numbers.
type Copies struct {
	t    *Batch
	tree tree
}

// CommitCopies starts the tree over the copies of t.
func CommitCopies(t *Batch) *Copies { return &Copies{t: t} }

// Add takes the text of the next copy.
func (c *Copies) Add(text []byte) {
	n := c.t.First + int(c.tree.n)
	salt := derive(c.t.seed, "frank.codebook/1 copy salt", n)
	digest := sha256.Sum256(text)
	e := encoder("frank.codebook/1 copy")
	e.number(uint64(n))
	e.bytes(digest[:])
	c.tree.add(append(salt[:], e.b...))
}

// Root returns the root over the copies added, which must be all of them.
func (c *Copies) Root() (frank.Hash, error) {
	if c.tree.n != int64(c.t.Count) {
		return frank.Hash{}, fmt.Errorf("expected %d copies, got %d", c.t.Count, c.tree.n)
	}
	return c.tree.root(), nil
}

// Receipt returns what lets the reader of copy n check it against the
// commitment, the others staying hidden.
func (c *Copies) Receipt(n int) (*Receipt, error) {
	at := int64(n - c.t.First)
	proof, err := tlog.ProveRecord(c.tree.n, at, &c.tree)
	if err != nil {
		return nil, fmt.Errorf("copy %d is not in the batch: %w", n, err)
	}
	return &Receipt{Copy: n, Salt: derive(c.t.seed, "frank.codebook/1 copy salt", n), Proof: fromTlog(proof)}, nil
}

// Receipt proves one copy to be the one committed to.
type Receipt struct {
	Copy  int
	Salt  frank.Secret
	Proof []frank.Hash
}

// Verify checks that text is the copy committed to by root, in the one place
// that its number has in the batch of count copies from first on. All three are
// what was published, never what came with the receipt.
func (r *Receipt) Verify(text []byte, root frank.Hash, first, count int) error {
	digest := sha256.Sum256(text)
	e := encoder("frank.codebook/1 copy")
	e.number(uint64(r.Copy))
	e.bytes(digest[:])
	leaf := tlog.RecordHash(append(r.Salt[:], e.b...))
	if err := tlog.CheckRecord(toTlog(r.Proof), int64(count), tlog.Hash(root), int64(r.Copy-first), leaf); err != nil {
		return fmt.Errorf("this text is not copy %d as it was committed to", r.Copy)
	}
	return nil
}

// Opening opens one unit of a batch: with it anyone can recompute what every
// copy of the batch shows there.
type Opening struct {
	Leaf  []byte       `json:"leaf"` // canonical; see spec/codebook.md
	Salt  frank.Secret `json:"salt"`
	Key   frank.Secret `json:"key"`
	Proof []frank.Hash `json:"proof"`
}

// Open opens a unit.
func (t *Batch) Open(m *frank.Master, unit int) (*Opening, error) {
	list, err := t.OpenSome(m, []int{unit})
	if err != nil {
		return nil, err
	}
	return &list[0], nil
}

// OpenSome opens some units, in the order given.
func (t *Batch) OpenSome(m *frank.Master, units []int) ([]Opening, error) {
	tr := t.unitTree(m)
	out := make([]Opening, len(units))
	for i, unit := range units {
		proof, err := tlog.ProveRecord(tr.n, int64(unit), tr)
		if err != nil {
			return nil, fmt.Errorf("there is no unit %d: %w", unit, err)
		}
		out[i] = Opening{t.leaf(m, unit), t.unitSalt(unit), t.unitKey(unit), fromTlog(proof)}
	}
	return out, nil
}

// Verify checks o against the root over n units and returns what it opens.
func (o *Opening) Verify(root frank.Hash, n int) (*OpenUnit, error) {
	u, err := parseLeaf(o.Leaf)
	if err != nil {
		return nil, err
	}
	if c := commitKey(o.Key); c != u.keyCommitment {
		return nil, errors.New("the key opened is not the one the leaf commits to")
	}
	leaf := tlog.RecordHash(append(o.Salt[:], o.Leaf...))
	if err := tlog.CheckRecord(toTlog(o.Proof), int64(n), tlog.Hash(root), int64(u.Index), leaf); err != nil {
		return nil, fmt.Errorf("unit %d is not among those committed to", u.Index)
	}
	u.Key = o.Key
	return u, nil
}

// OpenUnit is a verified opening.
type OpenUnit struct {
	Index int
	Sites []frank.Site // spans, kinds and readings
	Joint [][]int
	Law   []uint64
	Key   frank.Secret

	keyCommitment frank.Hash
}

// Readings sets dst to the joint readings of the copies from number c on.
func (u *OpenUnit) Readings(c int, dst []uint16) { Draw(u.Key, u.Law, c, dst) }

// Verify recomputes b's commitments over its units, and its first entries.
// It is how a codebook that was damaged or changed after issue is found.
func (b *Book) Verify() error { return b.verify(1) }

func (b *Book) verify(next int) error {
	if err := b.Master.Validate(); err != nil {
		return err
	}
	if next < 1 {
		return fmt.Errorf("copies are numbered from 1, and these begin at %d", next)
	}
	for i, t := range b.Batches {
		switch {
		case t.First != next || t.Count < 1 || t.Count > frank.MaxCopies-next+1:
			return fmt.Errorf("batch %d: expected numbers from %d on, up to %d, found %d copies from %d on", i+1, next, frank.MaxCopies, t.Count, t.First)
		case precommit(b.Master, t.First, t.Count, t.Author) != t.Precommit:
			return fmt.Errorf("batch %d: the wording or the author's secret is not what the first entry committed to", i+1)
		case t.unitRoot(b.Master) != t.Commitment.Units:
			return fmt.Errorf("batch %d: the units are not those committed to", i+1)
		}
		next += t.Count
	}
	return nil
}

// tree is a Merkle tree of RFC 6962 kept as tlog's stored hashes.
type tree struct {
	n      int64
	stored []tlog.Hash
}

func (t *tree) add(record []byte) {
	hashes, err := tlog.StoredHashes(t.n, record, t)
	if err != nil {
		panic("codebook: internal error: " + err.Error())
	}
	t.stored = append(t.stored, hashes...)
	t.n++
}

func (t *tree) root() frank.Hash {
	h, err := tlog.TreeHash(t.n, t)
	if err != nil {
		panic("codebook: internal error: " + err.Error())
	}
	return frank.Hash(h)
}

// ReadHashes makes tree a tlog.HashReader.
func (t *tree) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		if x < 0 || x >= int64(len(t.stored)) {
			return nil, errors.New("no such hash")
		}
		out[i] = t.stored[x]
	}
	return out, nil
}

func fromTlog(p tlog.RecordProof) []frank.Hash {
	out := make([]frank.Hash, len(p))
	for i, h := range p {
		out[i] = frank.Hash(h)
	}
	return out
}

func toTlog(p []frank.Hash) tlog.RecordProof {
	out := make(tlog.RecordProof, len(p))
	for i, h := range p {
		out[i] = tlog.Hash(h)
	}
	return out
}

// enc writes the canonical encoding: big-endian numbers of eight bytes, and
// byte strings behind their length. Each use starts with its own label, and no
// label is the beginning of another.
type enc struct{ b []byte }

func encoder(label string) *enc {
	e := &enc{}
	e.text(label)
	return e
}

func (e *enc) number(n uint64) { e.b = binary.BigEndian.AppendUint64(e.b, n) }
func (e *enc) bytes(b []byte)  { e.number(uint64(len(b))); e.b = append(e.b, b...) }
func (e *enc) text(s string)   { e.number(uint64(len(s))); e.b = append(e.b, s...) }

func (e *enc) unit(m *frank.Master, i int) {
	u := m.Units[i]
	e.number(uint64(len(u.Sites)))
	for _, s := range u.Sites {
		site := m.Sites[s]
		e.number(uint64(site.Start))
		e.number(uint64(site.End))
		e.text(site.Kind)
		e.number(uint64(len(site.Readings)))
		for _, r := range site.Readings {
			e.text(r)
		}
	}
	e.number(uint64(len(u.Joint)))
	for j, joint := range u.Joint {
		for _, r := range joint {
			e.number(uint64(r))
		}
		e.number(u.Law[j])
	}
}

// dec reads what enc wrote; the first fault stays in err.
type dec struct {
	b   []byte
	err error
}

var errLeaf = errors.New("the leaf is cut short or not in its one encoding")

func (d *dec) number(limit uint64) int {
	if len(d.b) < 8 {
		d.b, d.err = nil, errLeaf
		return 0
	}
	n := binary.BigEndian.Uint64(d.b)
	d.b = d.b[8:]
	if n > limit {
		d.b, d.err = nil, errLeaf
		return 0
	}
	return int(n)
}

func (d *dec) text() string {
	n := d.number(uint64(len(d.b)))
	if n > len(d.b) {
		d.b, d.err = nil, errLeaf
		return ""
	}
	s := string(d.b[:n])
	d.b = d.b[n:]
	return s
}

func parseLeaf(b []byte) (*OpenUnit, error) {
	d := &dec{b: b}
	if d.text() != "frank.codebook/1 leaf" {
		return nil, errors.New("expected a leaf of frank.codebook/1")
	}
	u := &OpenUnit{Index: d.number(frank.MaxSites)}
	if c := d.text(); d.err == nil && c != class {
		return nil, fmt.Errorf("expected class %q, found another", class)
	}
	// The master that the unit would belong to is checked as a whole below,
	// with the text between the sites left out.
	m := &frank.Master{}
	var text []byte
	for range d.number(frank.MaxSites) {
		s := frank.Site{Start: d.number(frank.MaxText), End: d.number(frank.MaxText), Kind: d.text()}
		for range d.number(frank.MaxReadings) {
			s.Readings = append(s.Readings, d.text())
		}
		if d.err != nil {
			return nil, d.err
		}
		if len(s.Readings) == 0 || s.End-s.Start != len(s.Readings[0]) || s.Start < len(text) {
			return nil, errLeaf
		}
		text = append(append(text, make([]byte, s.Start-len(text))...), s.Readings[0]...)
		m.Sites = append(m.Sites, s)
	}
	unit := frank.Unit{}
	for range d.number(frank.MaxReadings) {
		joint := make([]int, len(m.Sites))
		for k := range joint {
			joint[k] = d.number(frank.MaxReadings)
		}
		unit.Joint = append(unit.Joint, joint)
		unit.Law = append(unit.Law, uint64(d.number(frank.LawScale)))
		if d.err != nil {
			return nil, d.err
		}
	}
	commitment := d.text()
	if d.err != nil || len(d.b) != 0 || len(commitment) != 32 {
		return nil, errLeaf
	}
	for k := range m.Sites {
		unit.Sites = append(unit.Sites, k)
	}
	m.Text, m.Units = string(text), []frank.Unit{unit}
	if err := m.Validate(); err != nil {
		return nil, err
	}
	u.Sites, u.Joint, u.Law, u.keyCommitment = m.Sites, unit.Joint, unit.Law, frank.Hash([]byte(commitment))
	return u, nil
}
