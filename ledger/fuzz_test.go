package ledger

import (
	"bytes"
	"testing"

	"frank"
	"frank/internal/canon"
)

func FuzzEntry(f *testing.F) {
	d := device{"device"}
	e, err := Sign(d, statement(d, `{"reason":"a"}`), frank.Secret(seed("salt")))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(e.Marshal())
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := ParseEntry(data)
		if err != nil {
			return
		}
		if !bytes.Equal(e.Marshal(), data) {
			t.Errorf("%q has two writings", data)
		}
		if s, err := ParseStatement([]byte(e.Statement)); err == nil && string(canon.Marshal(s)) != e.Statement {
			t.Errorf("%q has two writings", e.Statement)
		}
	})
}

func FuzzStatement(f *testing.F) {
	s := statement(device{"device"}, `{"reason":"a"}`)
	s.Format = StatementFormat
	f.Add(canon.Marshal(s))
	f.Fuzz(func(t *testing.T, data []byte) {
		if s, err := ParseStatement(data); err == nil && !bytes.Equal(canon.Marshal(s), data) {
			t.Errorf("%q has two writings", data)
		}
	})
}

func FuzzPolicy(f *testing.F) {
	f.Add([]byte(policyText()))
	f.Add([]byte("quorum none\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := ParsePolicy(data)
		if err != nil {
			return
		}
		if p.satisfied(make([]bool, len(p.witnesses))) {
			t.Error("nobody is a quorum")
		}
		all := make([]bool, len(p.witnesses))
		for i := range all {
			all[i] = true
		}
		if p.AsksWitnesses() && !p.satisfied(all) {
			t.Error("not even all are a quorum")
		}
	})
}

func FuzzNote(f *testing.F) {
	p := policy(f, policyText())
	f.Add(sign(f, origin, Head{10, leaf(1)}, atSigner{"w1.example", 1000}, atSigner{"w2.example", 2000}))
	r, err := SignReceipt(logSigner(f, origin), 7, leaf(7))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(r)
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := p.Verify(data)
		if err == nil {
			again, err := p.Verify(c.Note)
			if err != nil || !bytes.Equal(again.Note, c.Note) || again.Witnessed != c.Witnessed {
				t.Errorf("%q is not canonical: %v", c.Note, err)
			}
		}
		if _, err2 := p.VerifyReceipt(data); err == nil && err2 == nil {
			t.Error("a note is checkpoint and receipt at once")
		}
	})
}

func FuzzProof(f *testing.F) {
	p := policy(f, policyText())
	var m memlog
	m.add(leaves(0, 20)...)
	c, err := p.Verify(sign(f, origin, m.head(20)))
	if err != nil {
		f.Fatal(err)
	}
	file, err := Prove(ctx, &m, c, 7, []byte("extra"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(file)
	f.Fuzz(func(t *testing.T, data []byte) {
		if got, err := p.VerifyProof(data, leaf(7)); err == nil && got.Index != 7 {
			t.Errorf("entry 7 is proven to stand at %d", got.Index)
		}
	})
}

func FuzzView(f *testing.F) {
	p := policy(f, policyText())
	v := NewView(p)
	f.Add(v.Marshal())
	if _, err := v.Advance(ctx, sign(f, origin, Head{10, leaf(1)}), nil); err != nil {
		f.Fatal(err)
	}
	f.Add(v.Marshal())
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := ReadView(p, data)
		if err != nil {
			return
		}
		again, err := ReadView(p, v.Marshal())
		if err != nil || !bytes.Equal(again.Marshal(), v.Marshal()) {
			t.Errorf("%q: %v", data, err)
		}
	})
}

func FuzzBundle(f *testing.F) {
	f.Add(append([]byte{0, 32}, make([]byte, 32)...), 1)
	f.Fuzz(func(t *testing.T, data []byte, n int) {
		if n < 0 || n > tileWidth {
			return
		}
		if list, err := parseBundle(data, n); err == nil && len(list) != n {
			t.Errorf("%d of %d", len(list), n)
		}
	})
}
