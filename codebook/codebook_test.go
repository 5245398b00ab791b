package codebook

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"frank"

	"pgregory.net/rapid"
)

func master() *frank.Master {
	m := &frank.Master{Text: "We did not accept the offer. They were prepared to wait."}
	m.Sites = []frank.Site{
		{Start: 3, End: 10, Kind: "contraction", Readings: []string{"did not", "didn't"}},
		{Start: 22, End: 27, Kind: "phrase", Readings: []string{"offer", "proposal", "terms"}},
		{Start: 39, End: 50, Readings: []string{"prepared to", "ready to", ""}},
	}
	m.Units = []frank.Unit{
		{Sites: []int{0}, Joint: [][]int{{0}, {1}}, Law: frank.Uniform(2)},
		{Sites: []int{1, 2}, Joint: [][]int{{0, 0}, {1, 1}, {2, 2}, {0, 1}}, Law: []uint64{1 << 31, 1 << 30, 1 << 29, 1 << 29}},
	}
	return m
}

func batch(t testing.TB, m *frank.Master, first, count int, fill byte) *Batch {
	t.Helper()
	var a frank.Secret
	var r frank.Hash
	for i := range a {
		a[i], r[i] = fill, ^fill
	}
	p, err := Begin(m, first, count, a)
	if err != nil {
		t.Fatal(err)
	}
	return p.Complete(r)
}

// The vectors pin key derivation, draw, leaves and commitments: a change to any
// of them is another format.
func TestVectors(t *testing.T) {
	m := master()
	b := batch(t, m, 1, 40, 7)
	tree := CommitCopies(b)
	for c := 1; c <= 40; c++ {
		tree.Add([]byte{byte(c)})
	}
	copies, err := tree.Root()
	if err != nil {
		t.Fatal(err)
	}
	draws := make([]uint16, 40)
	out := map[string]any{"precommit": b.Precommit, "units": b.Commitment.Units, "copies": copies}
	for u, unit := range m.Units {
		b.Readings(u, unit.Law, 1, draws)
		var s strings.Builder
		for _, d := range draws {
			s.WriteByte('0' + byte(d))
		}
		o, err := b.Open(m, u)
		if err != nil {
			t.Fatal(err)
		}
		out["draws "+string(rune('0'+u))] = s.String()
		out["leaf "+string(rune('0'+u))] = hex.EncodeToString(o.Leaf)
	}
	got, _ := json.MarshalIndent(out, "", " ")
	path := "../vectors/codebook.json"
	if os.Getenv("UPDATE_VECTORS") != "" {
		if err := os.WriteFile(path, append(got, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(append(got, '\n'), want) {
		t.Errorf("got\n%s\nexpected\n%s", got, want)
	}
}

// A copy shows the same whether it is drawn alone, in a block or at any start.
func TestDrawPositions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 40).Draw(t, "readings")
		law := frank.Uniform(n)
		key := frank.Secret(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "key"))
		all := make([]uint16, 3000)
		Draw(key, law, 0, all)
		from := rapid.IntRange(0, 2000).Draw(t, "from")
		part := make([]uint16, rapid.IntRange(1, 900).Draw(t, "count"))
		Draw(key, law, from, part)
		if !slices.Equal(part, all[from:from+len(part)]) {
			t.Fatalf("copies from %d on differ when drawn apart", from)
		}
	})
}

// The law is met: a chi-square statistic of a million draws within its bounds.
func TestDrawLaw(t *testing.T) {
	for _, law := range [][]uint64{frank.Uniform(2), frank.Uniform(3), frank.Uniform(120), {1 << 31, 1 << 30, 1 << 29, 1 << 29}} {
		const draws = 1 << 20
		count := make([]float64, len(law))
		dst := make([]uint16, draws)
		Draw(frank.Secret{9}, law, 1, dst)
		for _, r := range dst {
			count[r]++
		}
		chi := 0.0
		for r, w := range law {
			want := draws * float64(w) / frank.LawScale
			chi += (count[r] - want) * (count[r] - want) / want
		}
		df := float64(len(law) - 1)
		if limit := df + 5*2*df; chi > max(limit, 20) {
			t.Errorf("a law of %d readings: chi-square %.1f with %g degrees of freedom", len(law), chi, df)
		}
	}
}

func TestOpening(t *testing.T) {
	m := master()
	b := batch(t, m, 101, 50, 3)
	for u, unit := range m.Units {
		o, err := b.Open(m, u)
		if err != nil {
			t.Fatal(err)
		}
		open, err := o.Verify(b.Commitment.Units, len(m.Units))
		if err != nil {
			t.Fatal(err)
		}
		want, got := make([]uint16, 50), make([]uint16, 50)
		b.Readings(u, unit.Law, 101, want)
		open.Readings(101, got)
		if !slices.Equal(want, got) || open.Index != u || open.Sites[0].Start != m.Sites[unit.Sites[0]].Start {
			t.Errorf("unit %d opens as another", u)
		}
		// No byte of an opening can be changed.
		for i := range o.Leaf {
			bad := *o
			bad.Leaf = bytes.Clone(o.Leaf)
			bad.Leaf[i] ^= 1
			if _, err := bad.Verify(b.Commitment.Units, len(m.Units)); err == nil {
				t.Errorf("unit %d verifies with byte %d of its leaf changed", u, i)
			}
		}
		bad := *o
		bad.Salt[0] ^= 1
		if _, err := bad.Verify(b.Commitment.Units, len(m.Units)); err == nil {
			t.Error("verifies with another salt")
		}
		bad = *o
		bad.Key[31] ^= 1
		if _, err := bad.Verify(b.Commitment.Units, len(m.Units)); err == nil {
			t.Error("verifies with another key")
		}
		bad = *o
		bad.Proof = append(slices.Clone(o.Proof), frank.Hash{})
		if _, err := bad.Verify(b.Commitment.Units, len(m.Units)); err == nil {
			t.Error("verifies with another proof")
		}
	}
}

func TestReceipt(t *testing.T) {
	b := batch(t, master(), 11, 5, 1)
	tree := CommitCopies(b)
	for c := range 5 {
		tree.Add([]byte{byte(c)})
	}
	root, err := tree.Root()
	if err != nil {
		t.Fatal(err)
	}
	for c := range 5 {
		r, err := tree.Receipt(11 + c)
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Verify([]byte{byte(c)}, root, 11, 5); err != nil {
			t.Error(err)
		}
		if err := r.Verify([]byte{byte(c + 1)}, root, 11, 5); err == nil {
			t.Errorf("copy %d verifies with another's text", 11+c)
		}
		if err := r.Verify([]byte{byte(c)}, root, 10, 5); err == nil {
			t.Errorf("copy %d verifies in another's place", 11+c)
		}
	}
	if _, err := tree.Receipt(16); err == nil {
		t.Error("a receipt for a copy outside the batch")
	}
}

func TestStored(t *testing.T) {
	m := master()
	b := &Book{Master: m, Batches: []*Batch{batch(t, m, 1, 7, 1), batch(t, m, 8, 3, 2)}}
	data, err := b.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	again, err := Unmarshal(data, m.Text)
	if err != nil {
		t.Fatal(err)
	}
	for c := range 11 {
		want, err := b.Copy(c)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := again.Copy(c); err != nil || !slices.Equal(got, want) {
			t.Errorf("copy %d: %v, %v, expected %v", c, got, err, want)
		}
	}
	if _, err := again.Copy(11); err == nil {
		t.Error("there is a copy 11 of 10")
	}
	// What anybody changes is found.
	for _, c := range [][2]string{{`"proposal"`, `"propozal"`}, {`"first":8`, `"first":9`}, {`"count":7`, `"count":8`}, {`"author":"01`, `"author":"02`}, {`536870912`, `536870911`}, {`"format":"frank.codebook/1"`, `"format":"frank.codebook/2"`}} {
		bad := strings.Replace(string(data), c[0], c[1], 1)
		if bad == string(data) {
			t.Fatalf("%s is not in the stored form", c[0])
		}
		if _, err := Unmarshal([]byte(bad), m.Text); err == nil {
			t.Errorf("%s for %s goes unnoticed", c[1], c[0])
		}
	}
	if _, err := Unmarshal(data, strings.Replace(m.Text, "They", "Thez", 1)); err == nil {
		t.Error("another text goes unnoticed")
	}
	// One batch alone, whatever its numbers.
	alone, err := (&Book{Master: m, Batches: b.Batches[1:]}).Marshal()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := UnmarshalBatch(alone, m.Text); err != nil || got.Batches[0].First != 8 {
		t.Errorf("a further batch is not read: %v", err)
	}
	if _, err := Unmarshal(alone, m.Text); err == nil {
		t.Error("a further batch passes for a whole codebook")
	}
	if _, err := UnmarshalBatch(data, m.Text); err == nil {
		t.Error("two batches pass for one")
	}
	for _, bad := range []string{`"first":0`, `"first":16777216`, `"first":9`} {
		if _, err := UnmarshalBatch([]byte(strings.Replace(string(alone), `"first":8`, bad, 1)), m.Text); err == nil {
			t.Errorf("a batch with %s is read", bad)
		}
	}
	// The size does not depend on the number of copies.
	big := &Book{Master: m, Batches: []*Batch{batch(t, m, 1, 1_000_000, 1)}}
	one := &Book{Master: m, Batches: []*Batch{batch(t, m, 1, 1, 1)}}
	x, _ := big.Marshal()
	y, _ := one.Marshal()
	if len(x) > len(y)+8 {
		t.Errorf("a codebook of a million copies takes %d bytes, one of a single copy %d", len(x), len(y))
	}
}

// Numbers so high that their sum overflows are no way around the limit.
func TestTooManyCopies(t *testing.T) {
	m := master()
	count := 1<<63 - 1
	b := &Book{Master: m}
	for first := 1; len(b.Batches) < 3; first += count {
		if len(b.Batches) == 2 {
			count = 4
		}
		author := frank.Secret{byte(first)}
		b.Batches = append(b.Batches, (&Pending{m, first, count, author, precommit(m, first, count, author)}).Complete(frank.Hash{}))
	}
	if n := b.Copies(); n != 2 {
		t.Fatalf("the sum is %d: nothing is tested", n)
	}
	if err := b.Verify(); err == nil {
		t.Error("a batch of 2^63-1 copies goes unnoticed")
	}
}

func FuzzLeaf(f *testing.F) {
	m := master()
	b := batch(f, m, 1, 4, 1)
	for u := range m.Units {
		o, err := b.Open(m, u)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(o.Leaf)
	}
	f.Fuzz(func(t *testing.T, leaf []byte) {
		u, err := parseLeaf(leaf)
		if err != nil {
			return
		}
		var law uint64
		for _, w := range u.Law {
			law += w
		}
		if law != frank.LawScale {
			t.Fatalf("a leaf with a law that sums to %d was read", law)
		}
	})
}

func FuzzUnmarshal(f *testing.F) {
	m := master()
	b := &Book{Master: m, Batches: []*Batch{batch(f, m, 1, 7, 1)}}
	data, err := b.Marshal()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Fuzz(func(t *testing.T, data []byte) {
		if b, err := Unmarshal(data, m.Text); err == nil && b.Master.Validate() != nil {
			t.Fatal("a codebook was read that does not hold")
		}
	})
}

func TestSecretsStayOut(t *testing.T) {
	s := frank.Secret(sha256.Sum256([]byte("x")))
	if got := s.String() + s.GoString(); strings.Contains(got, hex.EncodeToString(s[:4])) {
		t.Errorf("a secret is printed: %s", got)
	}
}

func TestShuffle(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	const runs, n = 60000, 4
	seen := map[[n]int]int{}
	for range runs {
		seen[[n]int(Shuffle(n, r.Uint64))]++
	}
	if len(seen) != 24 {
		t.Fatalf("%d of 24 orders were seen", len(seen))
	}
	for o, c := range seen {
		if c < runs/24*9/10 || c > runs/24*11/10 {
			t.Errorf("order %v came %d times of %d", o, c, runs)
		}
	}
}

func BenchmarkReadings(b *testing.B) {
	m := master()
	t := batch(b, m, 1, 1_000_000, 1)
	dst := make([]uint16, t.Count)
	b.SetBytes(int64(4 * t.Count))
	for b.Loop() {
		t.Readings(0, m.Units[0].Law, 1, dst)
	}
}
