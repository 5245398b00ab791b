package api

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"frank"
)

func TestErrors(t *testing.T) {
	seen := map[int]Kind{}
	for _, k := range Kinds {
		if other, ok := seen[k.Status()]; ok {
			t.Errorf("%s and %s have one status", k, other)
		}
		seen[k.Status()] = k
		e := &Error{Kind: k, Text: "It did not.", Hint: "Try 100% again."}
		err := ReadError(k.Status(), Marshal(e))
		if !errors.Is(err, Of(k)) || err.Error() != e.Text || frank.Hint(err) != e.Hint {
			t.Errorf("%s: %v %q", k, err, frank.Hint(err))
		}
		for _, bad := range []string{"", "<html>", `{"kind":"none","error":"x"}`, `{"kind":"` + string(k) + `","error":""}`, strings.Repeat(" ", 1<<20)} {
			if err := ReadError(k.Status(), []byte(bad)); !errors.Is(err, Of(k)) || !strings.Contains(err.Error(), "does not say why") {
				t.Errorf("%s %.20q: %v", k, bad, err)
			}
		}
	}
	if len(seen) != len(statuses) || Kind("x").Status() != 500 {
		t.Error("kinds and statuses differ")
	}
	if e := AsError(errors.New("SELECT secret")); e.Kind != Internal || strings.Contains(e.Text, "secret") {
		t.Error(e)
	}
	if errors.Is(Hidden, Of(Refused)) {
		t.Error("all errors are one")
	}
}

func TestUnmarshalIsBounded(t *testing.T) {
	var c Challenge
	if err := Unmarshal(strings.NewReader(`{"challenge":"x"}`), 17, &c); err != nil || c.Challenge != "x" {
		t.Error(err)
	}
	if err := Unmarshal(strings.NewReader(`{"challenge":"x"}`), 16, &c); !errors.Is(err, Of(TooLarge)) {
		t.Error(err)
	}
	if err := Unmarshal(strings.NewReader(`{"challenge": "x"}`), 100, &c); !errors.Is(err, Of(Invalid)) {
		t.Error(err)
	}
	if err := Unmarshal(iotest.ErrReader(io.ErrUnexpectedEOF), 100, &c); err == nil {
		t.Error("half a message was read")
	}
}

func TestParcel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.SliceOfN(rapid.Byte(), 1, 50), 1, 20).Draw(t, "parts")
		var parcel []byte
		for _, p := range parts {
			parcel = AppendPart(parcel, p)
		}
		got, err := ReadParcel(iotest.HalfReader(bytes.NewReader(parcel)))
		if err != nil || len(got) != len(parts) {
			t.Fatal(len(got), err)
		}
		for i := range got {
			if !bytes.Equal(got[i], parts[i]) {
				t.Fatal(i)
			}
		}
		cut := rapid.IntRange(0, len(parcel)-1).Draw(t, "cut")
		if got, err := ReadParcel(bytes.NewReader(parcel[:cut])); err == nil && len(got) == len(parts) {
			t.Fatal("a parcel cut short was read whole")
		}
	})
	for what, bad := range map[string][]byte{
		"nothing":  {},
		"a head":   {0, 0},
		"empty":    {0, 0, 0, 0},
		"cut":      {0, 0, 0, 2, 1},
		"huge":     {0xff, 0xff, 0xff, 0xff},
		"too long": AppendPart(nil, make([]byte, MaxBlob+1)),
		"too many": bytes.Repeat([]byte{0, 0, 0, 1, 7}, MaxParts+1),
		"too much": bytes.Repeat(AppendPart(nil, make([]byte, MaxBlob)), 3),
	} {
		if _, err := ReadParcel(bytes.NewReader(bad)); err == nil {
			t.Errorf("%s was read", what)
		} else if _, ok := errors.AsType[*Error](err); !ok {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestFetched(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := &Fetched{Accepted: Accepted{Index: 7, Receipt: "r\n"}, Slot: 1, Count: 2, Proof: []frank.Hash{{1}}, Copy: rapid.SliceOf(rapid.Byte()).Draw(t, "copy")}
		if got, want := f.Marshal(), Marshal(f); !bytes.Equal(got, want) {
			t.Fatalf("%s is another writing than %s", got, want)
		}
	})
}

func FuzzParcel(f *testing.F) {
	f.Add(AppendPart(AppendPart(nil, []byte("a")), []byte("bc")))
	f.Add([]byte{0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, data []byte) {
		parts, err := ReadParcel(bytes.NewReader(data))
		if err != nil {
			return
		}
		var again []byte
		for _, p := range parts {
			again = AppendPart(again, p)
		}
		if !bytes.Equal(again, data) {
			t.Errorf("%x was read and is written %x", data, again)
		}
	})
}

func FuzzMessages(f *testing.F) {
	f.Add(Marshal(Submission{Format: SubmissionFormat, Commitment: frank.Hash{1}, Sealed: []byte("x"), Route: &Route{Kind: "a.b", Dispatch: frank.Ref{Year: 2026, Place: "PARIS", Number: 1}}}))
	f.Add(Marshal(Submission{Format: SubmissionFormat, Commitment: frank.Hash{1}, Sealed: []byte("x"), Route: &Route{Kind: "inquiry.step"}, Parts: &Parts{Attachments: []frank.Hash{{2}}}}))
	f.Add(Marshal(Entries{Entries: []Entry{{Kind: "a.b", Open: []byte(`{"a":[1,{}]}`)}}}))
	f.Add(Marshal(Fetched{Proof: []frank.Hash{{1}}, Copy: []byte("x")}))
	f.Add(Marshal(Inbox{Copies: []Copy{{Dispatch: frank.Ref{Year: 2026, Place: "PARIS", Number: 1}}}}))
	f.Add(Marshal(DraftVersion{Format: DraftFormat, Draft: 1, Number: 1, Office: "us", Readers: []frank.PersonID{"0123"}, Sealed: []byte("x")}))
	f.Add(Marshal(Drafts{Drafts: []Draft{{Draft: 1, Office: "us", Versions: 2, Touched: "2026-11-21T19:30:00Z"}}, Next: 2, Size: 2}))
	f.Add([]byte(`{"kind":"busy","error":"x"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, v := range []any{new(Submission), new(Entries), new(Fetched), new(Inbox), new(Shares), new(Issued), new(Session), new(SessionRequest), new(Me), new(Contact), new(Put), new(Numbers), new(Server), new(DraftVersion), new(Drafts), new(Error)} {
			if Unmarshal(bytes.NewReader(data), 1<<20, v) == nil && !bytes.Equal(Marshal(v), data) {
				t.Errorf("%T: %q was read, and is written %q", v, data, Marshal(v))
			}
			if s, ok := v.(*Submission); ok {
				s.Validate()
			}
			if d, ok := v.(*DraftVersion); ok {
				d.Validate()
			}
		}
		ReadError(400, data)
	})
}
