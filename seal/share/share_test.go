package share

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"frank"
	"frank/internal/canon"
	"frank/internal/derive"

	"github.com/cloudflare/circl/group"
	"pgregory.net/rapid"
)

var context = Context{Dispatch: frank.Ref{Year: 2026, Place: "WASHINGTON", Number: 412}, Batch: 1}

func random(t *rapid.T) io.Reader {
	return derive.Stream(frank.Secret{byte(rapid.Int().Draw(t, "random"))})
}

// indices draws a threshold and at least as many numbers of shares.
func indices(t *rapid.T, most int) (int, []int) {
	n := rapid.IntRange(1, most).Draw(t, "n")
	all := rapid.Permutation(count(MaxShares)).Draw(t, "indices")[:n]
	slices.Sort(all)
	return rapid.IntRange(1, n).Draw(t, "k"), all
}

func count(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i + 1
	}
	return out
}

func subset[T any](t *rapid.T, list []T, n int) []T {
	return rapid.Permutation(list).Draw(t, "which")[:n]
}

func mustBad(t *rapid.T, what string, err error, want ...int) {
	t.Helper()
	bad, ok := errors.AsType[*Bad](err)
	if !ok || !slices.Equal(bad.Indices, want) {
		t.Fatalf("%s: expected shares %v to be named, got %v", what, want, err)
	}
}

// Any k shares open the secret, as do more; fewer do not.
func TestCombine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k, at := indices(t, 7)
		secret, vector, shares, err := Deal(k, at, random(t))
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range shares {
			if err := vector.Verify(s); err != nil {
				t.Fatal(err)
			}
		}
		m := rapid.IntRange(k, len(shares)).Draw(t, "shown")
		if got, err := vector.Combine(subset(t, shares, m)); err != nil || got != secret {
			t.Fatalf("%d of %d shares do not open what %d should: %v", m, len(shares), k, err)
		}
		if _, err := vector.Combine(subset(t, shares, k-1)); err == nil {
			t.Fatalf("%d shares open what takes %d", k-1, k)
		}
		if k > 1 {
			if _, err := vector.Combine(append(subset(t, shares, k-1), shares[0], shares[0])); err == nil || !strings.Contains(err.Error(), "twice") {
				t.Fatalf("a share was taken twice: %v", err)
			}
		}
	})
}

// Fewer than k shares say nothing: whatever the secret might be, there are
// polynomials of degree below k that pass through it and through all of them,
// and give the very commitments that were published.
func TestHides(t *testing.T) {
	// Here alone the logarithm of a generator is known, which is what a dealer
	// would need to cheat and what a reader with unbounded means could find.
	saved := second
	defer func() { second = saved }()
	w := number(12345)
	second = ristretto.NewElement().MulGen(w)
	rapid.Check(t, func(t *rapid.T) {
		k, at := indices(t, 7)
		words := random(t)
		_, vector, shares, err := Deal(k, at, words)
		if err != nil {
			t.Fatal(err)
		}
		known := subset(t, shares, k-1)
		other, err := draw(words) // any secret at all
		if err != nil {
			t.Fatal(err)
		}
		// What the commitments fix, seen by somebody who can take logarithms:
		// c_j = a_j + w·b_j, so the polynomial s + w·t at every point.
		c := make([]group.Scalar, k)
		a, b := secretPolynomials(t, k, at, vector, shares)
		for j := range c {
			c[j] = ristretto.NewScalar().Mul(w, b[j])
			c[j].Add(c[j], a[j])
		}
		// The other polynomial for s: through (0, other) and the known shares.
		x, y := []int{0}, []group.Scalar{other}
		for _, s := range known {
			v, err := decode(s.S)
			if err != nil {
				t.Fatal(err)
			}
			x, y = append(x, s.Index), append(y, v)
		}
		forged := make([]Share, len(at))
		inverse := ristretto.NewScalar().Inv(w)
		for i, index := range at {
			s := interpolate(x, y, index)
			sum := number(0)
			eval(sum, c, number(index))
			tt := ristretto.NewScalar().Sub(sum, s)
			tt.Mul(tt, inverse)
			forged[i] = Share{index, encode(s), encode(tt)}
			if err := vector.Verify(forged[i]); err != nil {
				t.Fatalf("the published commitments rule a secret out: %v", err)
			}
		}
		for _, s := range known {
			if !slices.Contains(forged, s) {
				t.Fatal("the known shares rule a secret out")
			}
		}
		if got, err := vector.Combine(forged); err != nil || got != encode(other) {
			t.Fatalf("the other shares do not open the other secret: %v", err)
		}
	})
}

// secretPolynomials finds the coefficients from all the shares.
func secretPolynomials(t *rapid.T, k int, at []int, vector Vector, shares []Share) (a, b []group.Scalar) {
	for j := range k {
		// The coefficient of x^j is linear in the values: solved by taking the
		// lower ones away and interpolating at 0 what is left, divided by x.
		solve := func(get func(Share) frank.Secret, lower []group.Scalar) group.Scalar {
			y := make([]group.Scalar, k)
			for i, s := range shares[:k] {
				v, err := decode(get(s))
				if err != nil {
					t.Fatal(err)
				}
				inverse := ristretto.NewScalar().Inv(number(s.Index))
				for _, l := range lower {
					v.Sub(v, l)
					v.Mul(v, inverse)
				}
				y[i] = v
			}
			return interpolate(at[:k-j], y[:k-j], 0)
		}
		a = append(a, solve(func(s Share) frank.Secret { return s.S }, a))
		b = append(b, solve(func(s Share) frank.Secret { return s.T }, b))
		if encodePoint(commit(a[j], b[j])) != vector[j] {
			t.Fatal("the test does not find the dealer's polynomials")
		}
	}
	return a, b
}

// Any bit that is not as it was dealt is found, and whose share it was is said.
func TestFlippedBit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k, at := indices(t, 5)
		_, vector, shares, err := Deal(k, at, random(t))
		if err != nil {
			t.Fatal(err)
		}
		hash := vector.Hash()
		i, bit := rapid.IntRange(0, len(at)-1).Draw(t, "share"), rapid.IntRange(0, 255).Draw(t, "bit")
		changed := slices.Clone(shares)
		if rapid.Bool().Draw(t, "s") {
			changed[i].S[bit/8] ^= 1 << (bit % 8)
		} else {
			changed[i].T[bit/8] ^= 1 << (bit % 8)
		}
		mustBad(t, "verify", vector.Verify(changed[i]), at[i])
		_, err = vector.Combine(changed)
		mustBad(t, "combine", err, at[i])

		j := rapid.IntRange(0, k-1).Draw(t, "commitment")
		vector[j][bit/8] ^= 1 << (bit % 8)
		if vector.Hash() == hash {
			t.Fatal("a changed vector has the same hash")
		}
		if vector.Verify(shares[i]) == nil {
			t.Fatal("a share fits a changed vector")
		}
	})
}

func TestSharesNamed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, vector, shares, err := Deal(3, count(6), random(t))
		if err != nil {
			t.Fatal(err)
		}
		shares[4].S[0] ^= 1
		shares[1].Index = 64 // another's number
		slices.Reverse(shares)
		_, err = vector.Combine(shares)
		mustBad(t, "two", err, 5, 64)
		if want := "shares 5, 64 are not"; !strings.HasPrefix(err.Error(), want) {
			t.Errorf("expected %q, got %q", want, err)
		}
	})
}

func TestDealRefuses(t *testing.T) {
	good := derive.Stream(frank.Secret{})
	for what, deal := range map[string]func() error{
		"no threshold":     func() error { _, _, _, err := Deal(0, count(3), good); return err },
		"too few shares":   func() error { _, _, _, err := Deal(4, count(3), good); return err },
		"too many shares":  func() error { _, _, _, err := Deal(2, count(65), good); return err },
		"index 0":          func() error { _, _, _, err := Deal(1, []int{0, 1}, good); return err },
		"twice":            func() error { _, _, _, err := Deal(1, []int{2, 2}, good); return err },
		"no randomness":    func() error { _, _, _, err := Deal(1, count(2), strings.NewReader("short")); return err },
		"not random":       func() error { _, _, _, err := Deal(1, count(2), ones{}); return err },
		"many, none":       func() error { _, _, _, err := DealMany(context, 1, 0, 1, count(2), good); return err },
		"many, too many":   func() error { _, _, _, err := DealMany(context, 2, frank.MaxCopies, 1, count(2), good); return err },
		"many, no numbers": func() error { _, _, _, err := DealMany(context, 0, 1, 1, count(2), good); return err },
		"many, shares":     func() error { _, _, _, err := DealMany(context, 1, 1, 3, count(2), good); return err },
		"many, randomness": func() error {
			_, _, _, err := DealMany(context, 1, 1, 1, count(2), strings.NewReader("short"))
			return err
		},
	} {
		if deal() == nil {
			t.Errorf("%s: dealt", what)
		}
	}
}

type ones struct{}

func (ones) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 0xff
	}
	return len(p), nil
}

func TestVectorRefuses(t *testing.T) {
	_, vector, _, err := Deal(2, count(2), derive.Stream(frank.Secret{}))
	if err != nil {
		t.Fatal(err)
	}
	var field Value // 2^255-19 + 1, another writing of 1
	for i := range field {
		field[i] = 0xff
	}
	field[0], field[31] = 0xee, 0x7f
	for what, v := range map[string]Vector{
		"empty":         {},
		"too long":      slices.Repeat(vector, 33),
		"not canonical": {field},
		"no element":    {Value{1}},
	} {
		if v.Validate() == nil {
			t.Errorf("%s: taken", what)
		}
	}
	if err := vector.Validate(); err != nil {
		t.Error(err)
	}
}

// The key differs for every dispatch and batch.
func TestKey(t *testing.T) {
	seen := map[frank.Secret]bool{}
	for _, c := range []Context{context, {context.Dispatch, 2}, {frank.Ref{Year: 2026, Place: "WASHINGTON", Number: 413}, 1}} {
		seen[Key(frank.Secret{1}, c)] = true
	}
	if len(seen) != 3 {
		t.Errorf("3 batches have %d keys", len(seen))
	}
}

// vectors/sharing.json is read by native tests and under js/wasm.
func TestVectors(t *testing.T) {
	type many struct {
		First     int            `json:"first"`
		Count     int            `json:"count"`
		Threshold int            `json:"threshold"`
		Indices   []int          `json:"indices"`
		Seed      frank.Secret   `json:"seed"`
		Keys      []frank.Secret `json:"keys"`
		Public    Many           `json:"public"`
		Hash      frank.Hash     `json:"hash"`
		Held      []Held         `json:"held"`
		Opened    *Opened        `json:"opened"`
	}
	type file struct {
		Of        Context      `json:"of"`
		Stream    frank.Secret `json:"stream"` // the randomness is the ChaCha20 keystream under it
		Second    Value        `json:"second_generator"`
		Threshold int          `json:"threshold"`
		Indices   []int        `json:"indices"`
		Secret    frank.Secret `json:"secret"`
		Vector    Vector       `json:"vector"`
		Hash      frank.Hash   `json:"hash"`
		Shares    []Share      `json:"shares"`
		Key       frank.Secret `json:"key"`
		Many      many         `json:"many"`
	}
	f := file{Of: context, Stream: frank.Secret{1, 2, 3}, Second: encodePoint(second), Threshold: 2, Indices: []int{1, 2, 5}}
	var err error
	if f.Secret, f.Vector, f.Shares, err = Deal(f.Threshold, f.Indices, derive.Stream(f.Stream)); err != nil {
		t.Fatal(err)
	}
	f.Hash, f.Key = f.Vector.Hash(), Key(f.Secret, f.Of)
	m := many{First: 23, Count: 4, Threshold: 2, Indices: []int{1, 2, 3}, Seed: frank.Secret{4, 5, 6}}
	keys, public, held, err := DealMany(context, m.First, m.Count, m.Threshold, m.Indices, bytes.NewReader(m.Seed[:]))
	if err != nil {
		t.Fatal(err)
	}
	m.Keys, m.Public, m.Hash, m.Held = keys, *public, public.Hash(), held
	if m.Opened, err = public.Open(&held[1], 25); err != nil {
		t.Fatal(err)
	}
	f.Many = m
	got, err := json.MarshalIndent(f, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	path := "../../vectors/sharing.json"
	if os.Getenv("UPDATE_VECTORS") != "" {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("got\n%s\nexpected\n%s", got, want)
	}
	// The file stands for itself too.
	var read file
	if err := json.Unmarshal(want, &read); err != nil {
		t.Fatal(err)
	}
	if s, err := read.Vector.Combine(read.Shares[1:]); err != nil || s != read.Secret {
		t.Errorf("the shares in the file do not open its secret: %v", err)
	}
	if err := read.Many.Public.Verify(read.Many.Opened); err != nil {
		t.Error(err)
	}
}

// Whatever comes as a share or a vector, it is refused or it is the one writing
// of itself.
func FuzzShare(f *testing.F) {
	secret, vector, shares, err := Deal(2, count(3), derive.Stream(frank.Secret{}))
	if err != nil {
		f.Fatal(err)
	}
	type both struct {
		Vector Vector  `json:"vector"`
		Shares []Share `json:"shares"`
	}
	f.Add(canon.Marshal(both{vector, shares}))
	f.Add(canon.Marshal(both{Vector{{}}, nil}))
	f.Fuzz(func(t *testing.T, data []byte) {
		var b both
		if canon.Unmarshal(data, &b) != nil || len(b.Vector) > 4 || len(b.Shares) > 4 {
			return
		}
		got, err := b.Vector.Combine(b.Shares)
		if err == nil && b.Vector.Hash() == vector.Hash() && got != secret {
			t.Error("a vector opens to another secret")
		}
		if err == nil && len(b.Shares) < len(b.Vector) {
			t.Error("too few shares open a secret")
		}
	})
}

// What Pedersen's sharing costs a dealer and an officer for one secret: the
// reason that the map's keys are shared otherwise.
func BenchmarkPedersen(b *testing.B) {
	words := derive.Stream(frank.Secret{})
	_, vector, shares, _ := Deal(3, count(5), words)
	b.Run("deal", func(b *testing.B) {
		for b.Loop() {
			Deal(3, count(5), words)
		}
	})
	b.Run("verify", func(b *testing.B) {
		for b.Loop() {
			if err := vector.Verify(shares[0]); err != nil {
				b.Fatal(err)
			}
		}
	})
}
