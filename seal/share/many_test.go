package share

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"frank"
	"frank/internal/canon"
	"frank/internal/derive"
	"frank/internal/merkle"

	"github.com/cloudflare/circl/group"
	"pgregory.net/rapid"
)

// Any k officers open one number; what they show opens no other.
func TestMany(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k, at := indices(t, 6)
		first, n := rapid.IntRange(1, 1000).Draw(t, "first"), rapid.IntRange(1, 40).Draw(t, "count")
		keys, m, held, err := DealMany(context, first, n, k, at, random(t))
		if err != nil {
			t.Fatal(err)
		}
		if again, err := ParseMany(m.Marshal()); err != nil || again.Hash() != m.Hash() {
			t.Fatalf("what was written is not read: %v", err)
		}
		for i := range held {
			if err := m.Check(&held[i]); err != nil {
				t.Fatal(err)
			}
		}
		number := first + rapid.IntRange(0, n-1).Draw(t, "number")
		var opened []*Opened
		for i := range held {
			o, err := m.Open(&held[i], number)
			if err != nil {
				t.Fatal(err)
			}
			opened = append(opened, o)
		}
		shown := subset(t, opened, rapid.IntRange(k, len(opened)).Draw(t, "shown"))
		if got, err := m.Key(number, shown); err != nil || got != keys[number-first] {
			t.Fatalf("%d of %d shares do not open a key that %d should: %v", len(shown), len(at), k, err)
		}
		if _, err := m.Key(number, subset(t, opened, k-1)); err == nil {
			t.Fatal("too few shares open a key")
		}
		if n > 1 {
			if _, err := m.Key(first+(number-first+1)%n, shown); err == nil {
				t.Fatal("shares of one key open another")
			}
		}
		// A flipped bit in what is shown is found, and whose it is said.
		o := *shown[0]
		bit := rapid.IntRange(0, 255).Draw(t, "bit")
		switch rapid.IntRange(0, 2).Draw(t, "where") {
		case 0:
			o.Share[bit/8] ^= 1 << (bit % 8)
		case 1:
			o.Salt[bit/8] ^= 1 << (bit % 8)
		case 2:
			o.Proof = slices.Clone(o.Proof)
			o.Proof[bit%len(o.Proof)][bit/8] ^= 1 << (bit % 8)
		}
		_, err = m.Key(number, append([]*Opened{&o}, shown[1:]...))
		mustBad(t, "a flipped bit", err, o.Index)
	})
}

// Fewer than k shares of a key go with every key: there is a polynomial of
// degree below k through them and any secret at all, and a mask that makes the
// published proof the same.
func TestManyHides(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k, at := indices(t, 6)
		words := random(t)
		n := rapid.IntRange(1, 5).Draw(t, "count")
		_, m, held, err := DealMany(context, 1, n, k, at, words)
		if err != nil {
			t.Fatal(err)
		}
		known := subset(t, held, k-1)
		share := func(h Held, c int) group.Scalar {
			s, err := decode([32]byte(h.Shares[32*c:]))
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		// Other polynomials through what is known and through secrets at will.
		other := make([]func(x int) group.Scalar, n)
		for c := range other {
			secret, err := draw(words)
			if err != nil {
				t.Fatal(err)
			}
			x, y := []int{0}, []group.Scalar{secret}
			for _, h := range known {
				x, y = append(x, h.Index), append(y, share(h, c))
			}
			other[c] = func(at int) group.Scalar { return interpolate(x, y, at) }
		}
		// The mask that goes with them is what the proof leaves over.
		proof, err := m.proof()
		if err != nil {
			t.Fatal(err)
		}
		gamma := m.challenge()
		mask := func(x int) group.Scalar {
			sum, all := number(0), number(0)
			for c := range other {
				sum.Add(sum, other[c](x))
				sum.Mul(sum, gamma)
			}
			eval(all, proof, number(x))
			return all.Sub(all, sum)
		}
		for _, h := range known {
			if !mask(h.Index).IsEqual(share(h, n)) {
				t.Fatal("the known shares and the proof rule secrets out")
			}
		}
		// A polynomial of degree below k: k+1 of its values lie on one.
		var x []int
		var y []group.Scalar
		for i := range k + 1 {
			x, y = append(x, i), append(y, mask(i))
		}
		if _, ok := reconstruct(x, y, k); !ok {
			t.Fatal("no mask goes with other secrets")
		}
	})
}

// Any bit of what an officer was dealt, or of what was published, that is not
// as it was is found.
func TestManyFlippedBit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k, at := indices(t, 5)
		n := rapid.IntRange(1, 9).Draw(t, "count")
		_, m, held, err := DealMany(context, 1, n, k, at, random(t))
		if err != nil {
			t.Fatal(err)
		}
		i := rapid.IntRange(0, len(at)-1).Draw(t, "officer")
		h := held[i]
		h.Shares = bytes.Clone(h.Shares)
		if rapid.Bool().Draw(t, "share") {
			bit := rapid.IntRange(0, 8*len(h.Shares)-1).Draw(t, "bit")
			h.Shares[bit/8] ^= 1 << (bit % 8)
		} else {
			bit := rapid.IntRange(0, 255).Draw(t, "bit")
			h.Salts[bit/8] ^= 1 << (bit % 8)
		}
		mustBad(t, "a share", m.Check(&h), at[i])

		hash := m.Hash()
		data := m.Marshal()
		bit := rapid.IntRange(0, 8*len(data)-1).Draw(t, "public bit")
		data[bit/8] ^= 1 << (bit % 8)
		if changed, err := ParseMany(data); err == nil && changed.Hash() == hash {
			t.Fatal("a change of what is public keeps its hash")
		}
	})
}

// deal commits to shares that somebody chose, with the best proof there is for
// them: that of the polynomials through the first k officers' shares.
func deal(t *rapid.T, m *Many, held []Held) {
	m.Roots = nil
	for i := range held {
		m.Roots = append(m.Roots, Root{held[i].Index, merkle.Root(m.leaves(&held[i]))})
	}
	gamma := m.challenge()
	var x []int
	var y []group.Scalar
	for _, h := range held[:m.Threshold] {
		sum := number(0)
		for c := range m.Count + 1 {
			s, err := decode([32]byte(h.Shares[32*c:]))
			if err != nil {
				t.Fatal(err)
			}
			sum.Add(sum, s)
			if c < m.Count {
				sum.Mul(sum, gamma)
			}
		}
		x, y = append(x, h.Index), append(y, sum)
	}
	// Coefficients from values, the lowest first.
	m.Proof = nil
	for range m.Threshold {
		c := interpolate(x, y, 0)
		m.Proof = append(m.Proof, encode(c))
		x = x[:len(x)-1]
		for i := range x {
			y[i] = ristretto.NewScalar().Sub(y[i], c)
			y[i].Mul(y[i], ristretto.NewScalar().Inv(number(x[i])))
		}
	}
}

// A dealer who gives officers shares that do not lie on one polynomial is
// found, however well the proof is made.
func TestManyBadDealer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := random(t)
		n := rapid.IntRange(1, 9).Draw(t, "count")
		k := rapid.IntRange(1, 4).Draw(t, "k")
		_, m, held, err := DealMany(context, 1, n, k, count(k+2), words)
		if err != nil {
			t.Fatal(err)
		}
		deal(t, m, held)
		for i := range held {
			if err := m.Check(&held[i]); err != nil {
				t.Fatalf("an honest dealing is refused: %v", err)
			}
		}
		other, err := draw(words)
		if err != nil {
			t.Fatal(err)
		}
		c := rapid.IntRange(0, n).Draw(t, "key")
		s := encode(other)
		copy(held[rapid.IntRange(0, k+1).Draw(t, "officer")].Shares[32*c:], s[:])
		deal(t, m, held)
		complaints := 0
		for i := range held {
			if m.Check(&held[i]) != nil {
				complaints++
			}
		}
		if complaints == 0 {
			t.Error("shares that contradict each other pass")
		}
		if c == n {
			return // the mask opens nothing
		}
		var opened []*Opened
		for i := range held {
			o, err := m.Open(&held[i], c+1)
			if err != nil {
				t.Fatal(err)
			}
			opened = append(opened, o)
		}
		if _, err := m.Key(c+1, opened); err == nil || !strings.Contains(err.Error(), "contradict") {
			t.Errorf("shares that contradict each other open a key: %v", err)
		}
	})
}

func TestManyRefuses(t *testing.T) {
	_, m, held, err := DealMany(context, 5, 3, 2, count(3), derive.Stream(frank.Secret{}))
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{0, 4, 8} {
		if _, err := m.Open(&held[0], n); err == nil {
			t.Errorf("the key of number %d was opened", n)
		}
	}
	o, err := m.Open(&held[0], 5)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Key(5, []*Opened{o, o}); err == nil {
		t.Error("one share was taken for two")
	}
	// The mask's leaf is not a key's: its number is none.
	tree := merkle.New(m.leaves(&held[0]))
	proof, err := tree.Prove(3)
	if err != nil {
		t.Fatal(err)
	}
	words := derive.Stream(held[0].Salts)
	mask := &Opened{Index: 1, Number: 8, Share: frank.Secret(held[0].Shares[96:]), Proof: proof}
	for range 4 {
		words.Read(mask.Salt[:])
	}
	if m.Verify(mask) == nil {
		t.Error("the mask passes as a key")
	}
	for what, change := range map[string]func(*Many, *Held){
		"another format":      func(m *Many, _ *Held) { m.Format = "frank.many/2" },
		"nobody's shares":     func(_ *Many, h *Held) { h.Index = 9 },
		"a share less":        func(_ *Many, h *Held) { h.Shares = h.Shares[32:] },
		"a number more":       func(m *Many, _ *Held) { m.Count++ },
		"a number no scalar":  func(m *Many, _ *Held) { m.Proof = []Value{{}, {31: 0xff}} },
		"a degree too high":   func(m *Many, _ *Held) { m.Proof = append(slices.Clone(m.Proof), Value{}) },
		"officers unordered":  func(m *Many, _ *Held) { m.Roots = []Root{m.Roots[1], m.Roots[0], m.Roots[2]} },
		"another dispatch":    func(m *Many, _ *Held) { m.Of.Dispatch.Number++ },
		"no dispatch":         func(m *Many, _ *Held) { m.Of.Dispatch.Number = 0 },
		"numbers without end": func(m *Many, _ *Held) { m.First = frank.MaxCopies },
	} {
		c, h := *m, held[0]
		change(&c, &h)
		if c.Check(&h) == nil {
			t.Errorf("%s: passes", what)
		}
	}
}

func FuzzMany(f *testing.F) {
	_, m, held, err := DealMany(context, 1, 2, 2, count(3), derive.Stream(frank.Secret{}))
	if err != nil {
		f.Fatal(err)
	}
	o, err := m.Open(&held[0], 1)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(m.Marshal(), canon.Marshal(held[0]), canon.Marshal(o))
	f.Fuzz(func(t *testing.T, public, dealt, shown []byte) {
		p, err := ParseMany(public)
		if err != nil {
			return
		}
		if !bytes.Equal(p.Marshal(), public) {
			t.Errorf("%q is read, and written otherwise", public)
		}
		if p.Count > 1000 {
			return
		}
		var h Held
		if canon.Unmarshal(dealt, &h) == nil {
			if p.Check(&h) == nil && p.Hash() == m.Hash() && !slices.ContainsFunc(held, func(g Held) bool { return bytes.Equal(g.Shares, h.Shares) }) {
				t.Error("shares that were never dealt pass")
			}
			p.Open(&h, p.First)
		}
		var o Opened
		if canon.Unmarshal(shown, &o) == nil {
			p.Verify(&o)
			p.Key(o.Number, []*Opened{&o})
		}
	})
}

func BenchmarkMany(b *testing.B) {
	words := derive.Stream(frank.Secret{})
	b.Run("deal 500 of 5", func(b *testing.B) {
		for b.Loop() {
			DealMany(context, 1, 500, 3, count(5), words)
		}
	})
	_, m, held, _ := DealMany(context, 1, 500, 3, count(5), words)
	b.Run("check 500", func(b *testing.B) {
		for b.Loop() {
			if err := m.Check(&held[0]); err != nil {
				b.Fatal(err)
			}
		}
	})
}
