package seal

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"frank"
	"frank/internal/canon"

	"pgregory.net/rapid"
)

func sample() *Copy {
	return &Copy{
		Dispatch: frank.Ref{Year: 2026, Place: "WASHINGTON", Number: 412}, Batch: 1, Number: 7, First: 1, Count: 22, Begin: frank.Hash{1},
		Head: json.RawMessage(`{"label":"DEMO","subject":"Ships & <fish>"}`), HeadSalt: frank.Secret{2},
		Receipt: Receipt{Salt: frank.Secret{3}, Proof: []frank.Hash{{4}, {5}}}, Reader: Reader{Index: 21, Salt: frank.Secret{6}, Proof: []frank.Hash{{7}}}, Text: "One.\n\nTwo.\n",
	}
}

// Whatever a copy says, it is read as it was written; its length is what was
// asked, and its text the end of it to the byte.
func TestCopy(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := sample()
		c.Text = rapid.String().Draw(t, "text")
		c.Head = canon.Marshal(map[string]string{"subject": rapid.String().Draw(t, "subject")})
		c.Receipt.Proof = make([]frank.Hash, rapid.IntRange(0, MaxProof).Draw(t, "proof"))
		c.Reader = Reader{Index: rapid.IntRange(0, 21).Draw(t, "index"), Proof: c.Receipt.Proof}
		size := c.Size() + rapid.IntRange(0, 5000).Draw(t, "padding")
		data, err := c.Write(size)
		if err != nil {
			t.Fatal(err)
		}
		if len(data) != size || !strings.HasPrefix(string(data), "frank.copy/1\n{") || !strings.HasSuffix(string(data), " \"}\n\n"+c.Text) && size > c.Size() {
			t.Fatalf("%d bytes, not %d: %q", len(data), size, data)
		}
		got, err := Parse(data)
		if err != nil {
			t.Fatal(err)
		}
		again, err := got.Write(size)
		if err != nil || !bytes.Equal(again, data) || got.Text != c.Text {
			t.Fatalf("what was written is read otherwise: %v", err)
		}
	})
}

func TestCopyRefuses(t *testing.T) {
	for what, change := range map[string]func(*Copy){
		"number 0":         func(c *Copy) { c.Number = 0 },
		"a number outside": func(c *Copy) { c.Number = 23 },
		"no batch":         func(c *Copy) { c.Batch = 0 },
		"copies from 0":    func(c *Copy) { c.First = 0 },
		"too many copies":  func(c *Copy) { c.Count = frank.MaxCopies + 1 },
		"no reference":     func(c *Copy) { c.Dispatch.Number = 0 },
		"no head":          func(c *Copy) { c.Head = nil },
		"a head too long":  func(c *Copy) { c.Head = json.RawMessage(`{"a":"` + strings.Repeat("x", MaxHead) + `"}`) },
		"a head of none":   func(c *Copy) { c.Head = json.RawMessage(`1`) },
		"no proof":         func(c *Copy) { c.Receipt.Proof = nil },
		"a proof too long": func(c *Copy) { c.Receipt.Proof = make([]frank.Hash, MaxProof+1) },
		"nobody's":         func(c *Copy) { c.Reader.Index = 22 },
		"nobody's at all":  func(c *Copy) { c.Reader.Index = -1 },
		"no reader":        func(c *Copy) { c.Reader.Proof = nil },
		"a reader's proof": func(c *Copy) { c.Reader.Proof = make([]frank.Hash, MaxProof+1) },
		"no UTF-8":         func(c *Copy) { c.Text = "\xff" },
		"a text too long":  func(c *Copy) { c.Text = strings.Repeat("x", frank.MaxText+1) },
	} {
		c := sample()
		change(c)
		if _, err := c.Write(MaxCopy); err == nil {
			t.Errorf("%s: written", what)
		}
	}
	c := sample()
	for _, size := range []int{c.Size() - 1, MaxCopy + 1} {
		if _, err := c.Write(size); err == nil {
			t.Errorf("written in %d bytes", size)
		}
	}
	good, err := c.Write(c.Size() + 3)
	if err != nil {
		t.Fatal(err)
	}
	for what, change := range map[string][2]string{
		"another format":    {"frank.copy/1\n", "frank.copy/2\n"},
		"a space":           {`"batch":1`, `"batch": 1`},
		"another order":     {`"batch":1,"number":7`, `"number":7,"batch":1`},
		"an unknown field":  {`"batch":1`, `"batch":1,"x":1`},
		"a field less":      {`"batch":1,`, ``},
		"a field twice":     {`"batch":1`, `"batch":1,"batch":1`},
		"upper case":        {`"begin":"01`, `"begin":"0A`},
		"no third line":     {"\n\nOne", "\nOne"},
		"other padding":     {`"pad":"   "`, `"pad":" x "`},
		"padding of tabs":   {`"pad":"   "`, `"pad":"\t\t "`},
		"a number outside":  {`"number":7`, `"number":23`},
		"a head with space": {`"label":"DEMO"`, `"label": "DEMO"`},
	} {
		data := strings.Replace(string(good), change[0], change[1], 1)
		if data == string(good) {
			t.Fatalf("%s: nothing was changed", what)
		}
		if _, err := Parse([]byte(data)); err == nil {
			t.Errorf("%s: read", what)
		}
	}
	if _, err := Parse(make([]byte, MaxCopy+1)); err == nil {
		t.Error("a copy of any length is read")
	}
	if _, err := Parse(good[:20]); err == nil {
		t.Error("a cut copy is read")
	}
}

func TestClose(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key, plain := frank.Secret{1}, rapid.SliceOf(rapid.Byte()).Draw(t, "plain")
		closed := Close(key, "frank.test/1", plain)
		got, err := Open(key, "frank.test/1", closed)
		if err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("what was closed does not open: %v", err)
		}
		if _, err := Open(frank.Secret{2}, "frank.test/1", closed); err == nil {
			t.Error("another key opens")
		}
		if _, err := Open(key, "frank.test/2", closed); err == nil {
			t.Error("one kind opens as another")
		}
		other := append([]byte("frank.test/2\n"), closed[len("frank.test/1\n"):]...)
		if _, err := Open(key, "frank.test/2", other); err == nil {
			t.Error("one kind passes for another")
		}
		bit := rapid.IntRange(0, 8*len(closed)-1).Draw(t, "bit")
		closed[bit/8] ^= 1 << (bit % 8)
		if _, err := Open(key, "frank.test/1", closed); err == nil {
			t.Error("a flipped bit is not found")
		}
	})
}

func FuzzParse(f *testing.F) {
	good, err := sample().Write(2000)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte("frank.copy/1\n{}\n\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Parse(data)
		if err != nil {
			return
		}
		again, err := c.Write(len(data))
		if err != nil || !bytes.Equal(again, data) {
			t.Errorf("%q is read, and written %q: %v", data, again, err)
		}
	})
}

func FuzzOpen(f *testing.F) {
	key := frank.Secret{1}
	f.Add(Close(key, "frank.test/1", []byte("plain")))
	f.Fuzz(func(t *testing.T, data []byte) {
		if plain, err := Open(key, "frank.test/1", data); err == nil && !bytes.Equal(Close(key, "frank.test/1", plain), data) {
			t.Errorf("%q opens, and is closed otherwise", data)
		}
	})
}
