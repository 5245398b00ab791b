package ledger

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"strings"
	"testing"

	"frank"

	"golang.org/x/mod/sumdb/note"
	"pgregory.net/rapid"
)

var ctx = context.Background()

func TestEntry(t *testing.T) {
	d := device{"device"}
	e, err := Sign(d, statement(d, `{"dispatch":"26 PARIS 1","reason":"é <b>"}`), frank.Secret(seed("salt")))
	if err != nil {
		t.Fatal(err)
	}
	again, err := ParseEntry(e.Marshal())
	if err != nil {
		t.Fatal(err)
	}
	s, err := again.Open(e.Commitment())
	if err != nil || s.Kind != "dispatch.recall" || s.By != d.key() {
		t.Fatalf("%v %+v", err, s)
	}
	var body struct {
		Dispatch frank.Ref `json:"dispatch"`
		Reason   string    `json:"reason"`
	}
	if err := s.Read(&body); err != nil || body.Reason != "é <b>" {
		t.Errorf("%v %+v", err, body)
	}
	if err := s.Read(new(struct{})); err == nil {
		t.Error("a body was read into a form it does not have")
	}
	if _, err := Sign(device{"other"}, statement(d, `{}`), frank.Secret{}); err == nil {
		t.Error("a statement was signed by another key than it names")
	}
	if strings.Contains(e.Salt.String(), "0") {
		t.Error("a salt was printed")
	}
}

// What is changed in an entry shows: by the commitment, and where somebody
// commits to the change, by the signature.
func TestEntryChanged(t *testing.T) {
	d := device{"device"}
	e, err := Sign(d, statement(d, `{"reason":"a"}`), frank.Secret(seed("salt")))
	if err != nil {
		t.Fatal(err)
	}
	c, text := e.Commitment(), e.Marshal()
	rapid.Check(t, func(t *rapid.T) {
		b := bytes.Clone(text)
		b[rapid.IntRange(0, len(b)-1).Draw(t, "byte")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		other, err := ParseEntry(b)
		if err != nil {
			return
		}
		if _, err := other.Open(c); err == nil {
			t.Fatalf("a changed entry opens its leaf: %s", b)
		}
		if _, err := other.Open(other.Commitment()); err == nil && other.Salt == e.Salt {
			t.Fatalf("a changed statement is taken for signed: %s", b)
		}
	})
}

func TestStatementRefused(t *testing.T) {
	d := device{"device"}
	for what, change := range map[string]func(*Statement){
		"no log":             func(s *Statement) { s.Log = "" },
		"a log with a space": func(s *Statement) { s.Log = "log .example" },
		"kind":               func(s *Statement) { s.Kind = "dispatch..recall" },
		"capital kind":       func(s *Statement) { s.Kind = "Recall" },
		"long kind":          func(s *Statement) { s.Kind = strings.Repeat("a", 41) },
		"time":               func(s *Statement) { s.At = "2026-02-29T09:30:00Z" },
		"zone":               func(s *Statement) { s.At = "2026-01-31T09:30:00+01:00" },
		"leap second":        func(s *Statement) { s.At = "2026-06-30T23:59:60Z" },
		"no time":            func(s *Statement) { s.At = "" },
		"nonce":              func(s *Statement) { s.Nonce = strings.Repeat("A", 32) },
		"list":               func(s *Statement) { s.Body = []byte(`[]`) },
		"broken body":        func(s *Statement) { s.Body = []byte("{\"a\":\"e\u0301\"}") }, // not NFC
		"too long":           func(s *Statement) { s.Body = []byte(`{"a":"` + strings.Repeat("a", MaxStatement) + `"}`) },
		"impossible size":    func(s *Statement) { s.Seen.Size = MaxSize + 1 },
	} {
		s := statement(d, `{}`)
		change(s)
		if _, err := Sign(d, s, frank.Secret{}); err == nil {
			t.Errorf("%s was signed", what)
		}
	}
	for _, at := range []string{"2024-02-29T23:59:59Z", "2000-02-29T00:00:00Z", "2099-12-31T00:00:00Z"} {
		if !frank.ValidTime(at) {
			t.Errorf("%s is refused", at)
		}
	}
	for _, at := range []string{"1900-02-29T00:00:00Z", "9999-12-31T00:00:00Z", "2026-00-10T00:00:00Z", "2026-13-10T00:00:00Z", "2026-04-31T00:00:00Z", "2026-01-01t00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z"} {
		if frank.ValidTime(at) {
			t.Errorf("%s is taken for a time", at)
		}
	}
}

func TestPad(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		plain := []byte(`{"a":"` + strings.Repeat("x", rapid.IntRange(0, 5000).Draw(t, "n")) + `"}`)
		padded := Pad(plain)
		if n := len(padded); n < 1024 || n&(n-1) != 0 {
			t.Fatalf("padded to %d", n)
		}
		if got, err := Unpad(padded); err != nil || !bytes.Equal(got, plain) {
			t.Fatal(err)
		}
		if _, err := Unpad(append(padded, ' ')); err == nil {
			t.Fatal("another padding was read")
		}
	})
}

func TestPolicy(t *testing.T) {
	p := policy(t, policyText())
	if got := p.Origins(); len(got) != 1 || got[0] != origin || !p.AsksWitnesses() || len(p.Witnesses()) != 3 {
		t.Errorf("%v %+v", got, p.Witnesses())
	}
	_, l := noteKey(origin, 1)
	_, w := noteKey("w1.example", 4)
	_, w2 := noteKey("w2.example", 4)
	_, plain := noteKey("w1.example", 1)
	good := "log " + l + "\nwitness a " + w + "\n"
	for what, bad := range map[string]string{
		"no quorum":           good,
		"two quorums":         good + "quorum a\nquorum a\n",
		"unknown quorum":      good + "quorum b\n",
		"no line feed":        good + "quorum a",
		"carriage return":     good + "quorum a\r\n",
		"key twice":           good + "witness b " + w + "\nquorum a\n",
		"log twice":           "log " + l + "\n" + good + "quorum a\n",
		"name twice":          good + "witness a " + w2 + "\nquorum a\n",
		"none as name":        "witness none " + w + "\nquorum none\n",
		"witness with type 1": "witness a " + plain + "\nquorum a\n",
		"log with type 4":     "log " + w + "\nquorum none\n",
		"member twice":        good + "group g 1 a a\nquorum g\n",
		"member in two":       good + "group g any a\ngroup h any a\nquorum h\n",
		"member later":        "log " + l + "\ngroup g any a\nwitness a " + w + "\nquorum g\n",
		"none of one":         good + "group g 0 a\nquorum g\n",
		"two of one":          good + "group g 2 a\nquorum g\n",
		"a number with zero":  good + "group g 01 a\nquorum g\n",
		"no member":           good + "group g any\nquorum g\n",
		"false key id":        "witness a " + strings.Replace(w, "+", "+0", 1)[:len(w)] + "\nquorum a\n",
		"unknown word":        good + "mirror a\nquorum a\n",
	} {
		if _, err := ParsePolicy([]byte(bad)); err == nil {
			t.Errorf("%s was read:\n%s", what, bad)
		}
	}
	if _, err := ParsePolicy([]byte("  # note\n\n\tlog \t" + l + " \n quorum none\n")); err != nil {
		t.Error(err)
	}
}

func TestCheckpoint(t *testing.T) {
	p := policy(t, policyText())
	var m memlog
	m.add(leaves(0, 10)...)
	w1, w2, w3 := atSigner{"w1.example", 1000}, atSigner{"w2.example", 2000}, atSigner{"w3.example", 3000}
	for _, c := range []struct {
		by   []note.Signer
		want bool
	}{{nil, false}, {[]note.Signer{w1}, false}, {[]note.Signer{w2, w3}, false}, {[]note.Signer{w1, w2}, true}, {[]note.Signer{w3, w1}, true}, {[]note.Signer{atSigner{"w9.example", 1}, w1, w2, w3}, true}} {
		cp, err := p.Verify(sign(t, origin, m.head(10), c.by...))
		if err != nil || cp.Witnessed != c.want || cp.Head != m.head(10) || cp.Origin != origin {
			t.Errorf("%v: %v %+v", c.by, err, cp)
			continue
		}
		if again, err := p.Verify(cp.Note); err != nil || !bytes.Equal(again.Note, cp.Note) {
			t.Errorf("the canonical note is not canonical: %v", err)
		}
		if strings.Contains(string(cp.Note), "w9.example") {
			t.Error("a stranger's signature was kept")
		}
	}
	cp, _ := p.Verify(sign(t, origin, m.head(10), w3, w1))
	if len(cp.Cosigned) != 2 || cp.Cosigned[0].Witness != "W1" || cp.Cosigned[0].Time != 1000 || cp.Cosigned[1].Time != 3000 {
		t.Errorf("%+v", cp.Cosigned)
	}
	none, err := policy(t, strings.Replace(policyText(), "quorum both", "quorum none", 1)).Verify(sign(t, origin, m.head(10), w1, w2, w3))
	if err != nil || none.Witnessed {
		t.Errorf("%v: no quorum is asked for, and the checkpoint is called witnessed", err)
	}
	signed := func(text string) []byte {
		b, err := note.Sign(&note.Note{Text: text}, logSigner(t, origin))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	body, _, _ := strings.Cut(string(sign(t, origin, m.head(10))), "\n\n")
	for what, bad := range map[string][]byte{
		"another log":    sign(t, "other.example", m.head(10)),
		"another origin": signed(strings.Replace(body, origin, "x"+origin, 1) + "\n"),
		"extension":      signed(body + "\nextension\n"),
		"leading zero":   signed(strings.Replace(body, "\n10\n", "\n010\n", 1) + "\n"),
		"false empty":    sign(t, origin, Head{0, leaf(1)}),
		"huge":           sign(t, origin, Head{1 << 60, leaf(1)}),
		"nothing":        nil,
		"long":           append(sign(t, origin, m.head(10)), make([]byte, MaxNote)...),
	} {
		if _, err := p.Verify(bad); err == nil {
			t.Errorf("%s was taken for a checkpoint", what)
		}
	}
}

func TestRandomness(t *testing.T) {
	p := policy(t, policyText())
	var m memlog
	m.add(leaves(0, 600)...)
	w1, w2 := atSigner{"w1.example", 1000}, atSigner{"w2.example", 2000}
	get := func(data []byte) frank.Hash {
		c, err := p.Verify(data)
		if err != nil {
			t.Fatal(err)
		}
		r, err := c.Randomness(9)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	base := get(sign(t, origin, m.head(10), w1, w2))
	if get(sign(t, origin, m.head(10), atSigner{"w9.example", 1}, w2, w1)) != base {
		t.Error("the order of the lines, or a stranger's, changes the draw")
	}
	for what, other := range map[string][]byte{
		"another time": sign(t, origin, m.head(10), atSigner{"w1.example", 1001}, w2),
		"another head": sign(t, origin, m.head(11), w1, w2),
		"no witness":   sign(t, origin, m.head(10)),
	} {
		if get(other) == base {
			t.Errorf("%s gives the same draw", what)
		}
	}
	// The same bytes in another base64 are the same signature, and the same draw.
	lax := sign(t, origin, m.head(10), w1, w2)
	if at := bytes.LastIndex(lax, []byte("==\n")); at > 0 {
		lax[at-1]++
		if get(lax) != base {
			t.Error("another writing of a signature gives another draw")
		}
	}
	// Whoever holds the log's key can sign the same head again and again.
	c, _ := p.Verify(sign(t, origin, m.head(10), w1, w2))
	d := *c
	d.signature = "— another line\n"
	if r, _ := d.Randomness(9); r != base {
		t.Error("the log's own signature enters the draw of a witnessed head")
	}
	for size, ok := range map[int]bool{9: false, 10: true, 10 + Window: true, 11 + Window: false} {
		c, err := p.Verify(sign(t, origin, m.head(size), w1, w2))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Randomness(9); (err == nil) != ok {
			t.Errorf("size %d for entry 9: %v", size, err)
		}
	}
}

func TestTiles(t *testing.T) {
	var m memlog
	m.add(leaves(0, 1300)...)
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.IntRange(1, 1300).Draw(t, "size")
		from := rapid.IntRange(0, size).Draw(t, "from")
		to := rapid.IntRange(from, size).Draw(t, "to")
		h := m.head(size)
		if err := h.Holds(ctx, &m, uint64(from), leaves(from, to)...); err != nil {
			t.Fatal(err)
		}
		list, err := h.Commitments(ctx, &m, uint64(from), uint64(to))
		if err != nil || len(list) != to-from {
			t.Fatal(err, len(list))
		}
		if to > from {
			list[rapid.IntRange(0, to-from-1).Draw(t, "other")][0] ^= 1
			if err := h.Holds(ctx, &m, uint64(from), list...); !errors.Is(err, ErrUnlike) {
				t.Fatal("another entry is held:", err)
			}
		}
		if h.Holds(ctx, &m, uint64(from), leaves(from, size+1)...) == nil {
			t.Fatal("an entry beyond the end is held")
		}
		// A tile with one bit flipped proves nothing.
		if to > from {
			bit := rapid.IntRange(0, 7).Draw(t, "bit")
			bad := TilesFunc(func(ctx context.Context, path string) ([]byte, error) {
				b, err := m.ReadTile(ctx, path)
				if err == nil && strings.HasPrefix(path, "tile/0/") {
					b = bytes.Clone(b)
					for i := range b { // every byte, so that the part the tree uses is hit
						b[i] ^= 1 << bit
					}
				}
				return b, err
			})
			if err := h.Holds(ctx, bad, uint64(from), leaves(from, to)...); err == nil {
				t.Fatal("false tiles are believed")
			}
		}
	})
}

func TestProof(t *testing.T) {
	p := policy(t, policyText())
	var m memlog
	m.add(leaves(0, 700)...)
	w1, w2 := atSigner{"w1.example", 1000}, atSigner{"w2.example", 2000}
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.IntRange(1, 700).Draw(t, "size")
		at := rapid.IntRange(0, size-1).Draw(t, "index")
		c, err := p.Verify(sign(t, origin, m.head(size), w1, w2))
		if err != nil {
			t.Fatal(err)
		}
		extra := rapid.SliceOfN(rapid.Byte(), 0, 40).Draw(t, "extra")
		file, err := Prove(ctx, &m, c, uint64(at), extra)
		if err != nil {
			t.Fatal(err)
		}
		got, err := p.VerifyProof(file, leaf(at))
		if err != nil || got.Index != uint64(at) || !got.Checkpoint.Witnessed || !bytes.Equal(got.Extra, extra) {
			t.Fatalf("%v %+v", err, got)
		}
		if _, err := p.VerifyProof(file, leaf(at+1)); err == nil {
			t.Fatal("another entry is proven")
		}
		bad := bytes.Clone(file)
		bad[rapid.IntRange(0, len(bad)-1).Draw(t, "byte")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		if got2, err := p.VerifyProof(bad, leaf(at)); err == nil {
			// Only what nothing vouches for may have changed: the extra, or who else signed.
			if got2.Index != got.Index || got2.Checkpoint.Head != got.Checkpoint.Head {
				t.Fatalf("a changed proof is believed:\n%s", bad)
			}
			if bytes.Equal(got2.Extra, got.Extra) && got2.Checkpoint.Witnessed && !bytes.Equal(got2.Checkpoint.Note, got.Checkpoint.Note) {
				t.Fatalf("a changed checkpoint is believed:\n%s", bad)
			}
		}
	})
}

// A proof file has one writing.
func TestProofForm(t *testing.T) {
	p := policy(t, policyText())
	var m memlog
	m.add(leaves(0, 20)...)
	c, err := p.Verify(sign(t, origin, m.head(20)))
	if err != nil {
		t.Fatal(err)
	}
	file, err := Prove(ctx, &m, c, 7, nil)
	if err != nil {
		t.Fatal(err)
	}
	for old, other := range map[string]string{"index 7\n": "index 07\n", "@v1\n": "@v1\r\n"} {
		if _, err := p.VerifyProof([]byte(strings.Replace(string(file), old, other, 1)), leaf(7)); err == nil {
			t.Errorf("%q was read for %q", other, old)
		}
	}
	if _, err := Prove(ctx, &m, c, 20, nil); err == nil {
		t.Error("an entry beyond the end was proven")
	}
}

func TestReceipt(t *testing.T) {
	p := policy(t, policyText())
	r, err := SignReceipt(logSigner(t, origin), 7, leaf(7))
	if err != nil {
		t.Fatal(err)
	}
	got, err := p.VerifyReceipt(r)
	if err != nil || *got != (Receipt{origin, 7, leaf(7)}) {
		t.Fatalf("%v %+v", err, got)
	}
	if _, err := p.Verify(r); err == nil {
		t.Error("a receipt was taken for a checkpoint")
	}
	if _, err := p.VerifyReceipt(sign(t, origin, Empty())); err == nil {
		t.Error("a checkpoint was taken for a receipt")
	}
	for _, text := range []string{
		"frank.receipt/1\n" + origin + "\n07\n" + leaf(7).String() + "\n",
		"frank.receipt/1\n" + origin + "\n7\n" + leaf(7).String() + "\nmore\n",
		"frank.receipt/1\nother.example\n7\n" + leaf(7).String() + "\n",
		"frank.receipt/2\n" + origin + "\n7\n" + leaf(7).String() + "\n",
	} {
		b, err := note.Sign(&note.Note{Text: text}, logSigner(t, origin))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.VerifyReceipt(b); err == nil {
			t.Errorf("%q was taken for a receipt", text)
		}
	}
	foreign, _ := SignReceipt(logSigner(t, "other.example"), 7, leaf(7))
	if _, err := p.VerifyReceipt(foreign); err == nil {
		t.Error("a receipt of another log was believed")
	}
	for i := range r {
		bad := bytes.Clone(r)
		bad[i] ^= 1
		if got, err := p.VerifyReceipt(bad); err == nil && *got != (Receipt{origin, 7, leaf(7)}) {
			t.Errorf("a changed receipt was believed:\n%s", bad)
		}
	}
}

// A client's memory moves on with the log, whatever steps it sees.
func TestView(t *testing.T) {
	p := policy(t, policyText())
	var m memlog
	m.add(leaves(0, 900)...)
	rapid.Check(t, func(t *rapid.T) {
		v := NewView(p)
		size := 0
		for range rapid.IntRange(1, 6).Draw(t, "steps") {
			size = rapid.IntRange(size, 900).Draw(t, "size")
			c, err := v.Advance(ctx, sign(t, origin, m.head(size)), &m)
			if err != nil || c.Head != m.head(size) || v.Head() != c.Head {
				t.Fatal(err)
			}
			again, err := ReadView(p, v.Marshal())
			if err != nil || !bytes.Equal(again.Marshal(), v.Marshal()) {
				t.Fatal(err)
			}
			v = again
		}
		if older := rapid.IntRange(0, size).Draw(t, "older"); older < size {
			_, err := v.Advance(ctx, sign(t, origin, m.head(older)), &m)
			if s, ok := errors.AsType[*Stale](err); !ok || s.Seen != uint64(size) || s.Shown != uint64(older) {
				t.Fatal("an old checkpoint was taken for news:", err)
			}
		}
	})
}

func TestFork(t *testing.T) {
	p := policy(t, policyText())
	var a, b memlog
	a.add(leaves(0, 500)...)
	b.add(leaves(0, 300)...)
	b.add(leaves(1000, 1300)...)
	for _, c := range []struct {
		name       string
		seen, then Head
		tiles      Tiles
	}{
		{"same size", a.head(500), b.head(500), &b},
		{"later", a.head(400), b.head(600), &b},
		{"earlier, tiles of the one seen", a.head(500), b.head(400), &a},
	} {
		v := NewView(p)
		if _, err := v.Advance(ctx, sign(t, origin, c.seen), c.tiles); err != nil {
			t.Fatal(err)
		}
		_, err := v.Advance(ctx, sign(t, origin, c.then), c.tiles)
		f, ok := errors.AsType[*Fork](err)
		if !ok || f.A.Head != c.seen || f.B.Head != c.then {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if v.Head() != c.seen {
			t.Errorf("%s: the memory went along with the fork", c.name)
		}
		again, err := ReadView(p, v.Marshal())
		if err != nil || len(again.Alarms()) != 1 || again.Alarms()[0].Kind != "fork" {
			t.Errorf("%s: the evidence was not kept: %v", c.name, err)
			continue
		}
		for _, n := range []string{again.Alarms()[0].A, again.Alarms()[0].B} {
			if _, err := p.Verify([]byte(n)); err != nil {
				t.Errorf("%s: the evidence does not hold: %v", c.name, err)
			}
		}
	}
	// A server that restored a backup shows an older log, then another.
	v := NewView(p)
	v.Advance(ctx, sign(t, origin, a.head(500)), &a)
	if _, err := v.Advance(ctx, sign(t, origin, b.head(300)), &b); err == nil {
		t.Error("a log set back was taken for news")
	} else if _, ok := errors.AsType[*Stale](err); !ok {
		t.Error(err)
	}
	// Without tiles nothing is proven, and nobody accused.
	nothing := TilesFunc(func(_ context.Context, p string) ([]byte, error) { return nil, fs.ErrNotExist })
	if _, err := v.Advance(ctx, sign(t, origin, b.head(600)), nothing); err == nil || len(v.Alarms()) != 0 {
		t.Error("an unproven checkpoint was followed, or called a fork:", err)
	}
}

func TestReceiptsSettled(t *testing.T) {
	p := policy(t, policyText())
	var m memlog
	m.add(leaves(0, 100)...)
	receipt := func(i int, c frank.Hash) []byte {
		r, err := SignReceipt(logSigner(t, origin), uint64(i), c)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	v := NewView(p)
	if _, err := v.Advance(ctx, sign(t, origin, m.head(10)), &m); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Expect(ctx, receipt(5, leaf(5)), leaf(6), &m); err == nil {
		t.Error("a receipt for another entry was accepted")
	}
	for _, i := range []int{5, 20, 30} {
		if _, err := v.Expect(ctx, receipt(i, leaf(i)), leaf(i), &m); err != nil {
			t.Fatal(err)
		}
	}
	if got := v.Waiting(); len(got) != 2 || got[0].Index != 20 {
		t.Fatalf("%+v", got)
	}
	lie := leaf(1234)
	if _, err := v.Expect(ctx, receipt(40, lie), lie, &m); err != nil {
		t.Fatal(err)
	}
	v, err := ReadView(p, v.Marshal())
	if err != nil {
		t.Fatal(err)
	}
	_, err = v.Advance(ctx, sign(t, origin, m.head(50)), &m)
	b, ok := errors.AsType[*Broken](err)
	if !ok || len(b.Receipts) != 1 || b.Receipts[0].Index != 40 {
		t.Fatal("a broken promise was not noticed:", err)
	}
	if v.Head() != m.head(50) || len(v.Waiting()) != 0 || len(v.Alarms()) != 1 || v.Alarms()[0].Kind != "receipt" {
		t.Errorf("%v %+v %+v", v.Head(), v.Waiting(), v.Alarms())
	}
	if _, err := p.VerifyReceipt([]byte(v.Alarms()[0].A)); err != nil {
		t.Error("the evidence does not hold:", err)
	}
	if _, err := v.Expect(ctx, receipt(41, lie), lie, &m); err == nil {
		t.Error("a promise that is broken already was accepted")
	}
}

// TestRoots recomputes what a log was at all its earlier sizes, and takes no
// word for it.
func TestRoots(t *testing.T) {
	m := &memlog{}
	m.add(leaves(0, 700)...)
	h := m.head(700)
	var sizes []uint64
	for n := range 701 {
		sizes = append(sizes, uint64(n))
	}
	roots, err := h.Roots(t.Context(), m, sizes...)
	if err != nil {
		t.Fatal(err)
	}
	for n, root := range roots {
		if root != m.head(n).Root {
			t.Errorf("the root at size %d is another", n)
		}
	}
	if _, err := h.Roots(t.Context(), m, 701); err == nil {
		t.Error("a log was larger before")
	}
	reads := 0
	if _, err := h.Roots(t.Context(), TilesFunc(func(ctx context.Context, path string) ([]byte, error) {
		reads++
		b, err := m.ReadTile(ctx, path)
		b = bytes.Clone(b)
		if len(b) > 0 {
			b[0] ^= 1
		}
		return b, err
	}), 300); err == nil || reads == 0 {
		t.Errorf("tiles that are not the head's were believed after %d reads", reads)
	}
}
