package dispatch

import (
	"bytes"
	"testing"

	"frank"
	"frank/directory"
	"frank/internal/canon"
	"frank/keyring"
)

func head(t testing.TB) *Head {
	key, err := keyring.New()
	if err != nil {
		t.Fatal(err)
	}
	s := Step{Step: Drafted, Office: "washington", Person: person(ambassador), Name: "Ann Reed", Key: key.VerifyKey(), At: "2026-11-21T19:30:00Z", Source: hash(1)}
	s.Signature = key.Sign(StepNamespace, s.Message())
	old := ref(400)
	return &Head{Format: HeadFormat, Dispatch: ref(412), Office: "washington", From: "Embassy in Washington", At: "2026-11-21T19:30:00Z",
		Label: directory.Label{Policy: "demo", Level: "DEMO INNER", Marks: []string{"PEOPLE"}}, Marking: "DEMO INNER // PEOPLE", Handling: []string{"PEOPLE: about persons"},
		Precedence: Words{Action: "FLASH", Info: "ROUTINE", Reason: "he leaves tonight"}, Action: []Party{{Office: "minister", Name: "The Minister"}},
		Info: []Party{{Person: person(desk), Name: "Jo Fell"}}, Subject: "The talks", Summary: "They stall.", Topics: []string{"fish"},
		Refs: []Cite{{old, 3}}, Supersedes: &old, Review: "2027-11-21T00:00:00Z", Steps: []Step{s}, Attached: []Attachment{{"map.txt", 12, hash(2), hash(3)}}}
}

func TestHead(t *testing.T) {
	whole := head(t)
	again, err := ParseHead(whole.Marshal())
	if err != nil || !bytes.Equal(again.Marshal(), whole.Marshal()) {
		t.Fatal(err)
	}
	if s := again.Refs[0].String(); s != "26 WASHINGTON 400 para 3" {
		t.Errorf("a reference is written %q", s)
	}
	for what, change := range map[string]func(*Head){
		"another format":           func(h *Head) { h.Format = "frank.head/2" },
		"no subject":               func(h *Head) { h.Subject = "" },
		"nobody addressed":         func(h *Head) { h.Action, h.Info = nil, nil },
		"a party without a name":   func(h *Head) { h.Action[0] = Party{Name: "x"} },
		"a time of another zone":   func(h *Head) { h.At = "2026-11-21T19:30:00+01:00" },
		"a step by another":        func(h *Head) { h.Steps[0].Person = person(minister) },
		"a step of another source": func(h *Head) { h.Steps[0].Source = hash(9) },
		"a step for another":       func(h *Head) { h.Steps[0].Office = "paris" },
		"a step unheard of":        func(h *Head) { h.Steps[0].Step = "admired" },
		"a step without signature": func(h *Head) { h.Steps[0].Signature = nil },
		"a reference to nothing":   func(h *Head) { h.Refs[0].Dispatch = frank.Ref{} },
		"a long subject":           func(h *Head) { h.Subject = string(make([]byte, MaxLine+1)) },
		"an unnamed attachment":    func(h *Head) { h.Attached[0].Name = "" },
	} {
		h := head(t)
		change(h)
		if h.Validate() == nil {
			t.Errorf("%s is taken", what)
		}
	}
}

func FuzzParseHead(f *testing.F) {
	f.Add(head(f).Marshal())
	f.Fuzz(func(t *testing.T, data []byte) {
		if h, err := ParseHead(data); err == nil && !bytes.Equal(h.Marshal(), data) {
			t.Error("a head is written another way than it was read")
		}
	})
}

// FuzzBody reads bodies of statements as whoever takes them in does, and holds
// them against the rules.
func FuzzBody(f *testing.F) {
	f.Add(uint8(0), canon.Marshal(begin()))
	f.Add(uint8(1), canon.Marshal(complete()))
	f.Add(uint8(2), canon.Marshal(Recall{ref(412), "late"}))
	f.Add(uint8(3), canon.Marshal(Fetched{ref(412), 1, hash(4)}))
	f.Add(uint8(4), canon.Marshal(Request{Dispatch: ref(412), Office: "us-desk", Why: Forward}))
	f.Add(uint8(5), canon.Marshal(Harm{Dispatch: ref(412), Text: "It would end the talks."}))
	f.Add(uint8(6), canon.Marshal(Receipts{ref(412), hash(1)}))
	nobody := directory.New("demo.example/ledger", directory.Ledger{}).Now()
	f.Fuzz(func(t *testing.T, kind uint8, data []byte) {
		w := newWorld().issued()
		read := func(v any) bool {
			if canon.Unmarshal(data, v) != nil {
				return false
			}
			if !bytes.Equal(canon.Marshal(v), data) {
				t.Error("a body is written another way than it was read")
			}
			return true
		}
		switch kind % 7 {
		case 0:
			if b := new(Begin); read(b) {
				CheckBegin(b, person(ambassador), w)
			}
		case 1:
			if c := new(Complete); read(c) {
				CheckComplete(c, person(ambassador), w)
			}
		case 2:
			if r := new(Recall); read(r) {
				CheckRecall(r, person(ambassador), w)
			}
		case 3:
			if x := new(Fetched); read(x) {
				CheckFetched(x, person(minister), "2026-11-21T19:30:00Z", w)
			}
		case 4:
			if r := new(Request); read(r) {
				r.Validate()
			}
		case 5:
			if h := new(Harm); read(h) {
				h.Validate()
			}
		case 6:
			if r := new(Receipts); read(r) {
				CheckReceipts(r, person(officer1), nobody, w)
			}
		}
	})
}
