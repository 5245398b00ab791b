package dispatch

import (
	"strings"
	"testing"

	"frank"
	"frank/directory"
)

func TestHarm(t *testing.T) {
	whole := Harm{Dispatch: ref(412), Text: "It would end the talks.\nAnd more.", Until: "2031-01-01T00:00:00Z"}
	if err := whole.Validate(); err != nil {
		t.Fatal(err)
	}
	for what, change := range map[string]func(*Harm){
		"no dispatch":            func(h *Harm) { h.Dispatch = frank.Ref{} },
		"nothing said":           func(h *Harm) { h.Text = " \n" },
		"too much said":          func(h *Harm) { h.Text = strings.Repeat("x", MaxHarm+1) },
		"another form":           func(h *Harm) { h.Text = "e\u0301" },
		"control characters":     func(h *Harm) { h.Text = "a\x1b[2J" },
		"others of them":         func(h *Harm) { h.Text = "a\u009b" },
		"a day for a time":       func(h *Harm) { h.Until = "2031-01-01" },
		"a time of another zone": func(h *Harm) { h.Until = "2031-01-01T00:00:00+01:00" },
	} {
		h := whole
		change(&h)
		if h.Validate() == nil {
			t.Errorf("%s is taken", what)
		}
	}
	whole.Until = ""
	if err := whole.Validate(); err != nil {
		t.Error(err)
	}
}

func TestReceipts(t *testing.T) {
	if (&Receipts{Dispatch: ref(412)}).Validate() == nil || (&Receipts{Matter: hash(1)}).Validate() == nil {
		t.Error("receipts of nothing are taken")
	}
	w := newWorld().issued().begun(newcomer)
	for p, want := range map[int]bool{ambassador: true, minister: true, aide: true, newcomer: true, officer1: false, desk: false} {
		list, _ := w.Batches(ref(412))
		if got := Involved(list, person(p), w); got != want {
			t.Errorf("person %d is involved: %v", p, got)
		}
	}
	w.holds[person(officer2)] = "washington"
	if list, _ := w.Batches(ref(412)); !Involved(list, person(officer2), w) {
		t.Error("who holds the office that issued is not involved")
	}
	w.batches[0].Begin.Worked = []frank.PersonID{person(officer1)}
	if list, _ := w.Batches(ref(412)); !Involved(list, person(officer1), w) {
		t.Error("who worked on the source is not involved")
	}
	nobody := directory.New("demo.example/ledger", directory.Ledger{}).Now()
	for what, x := range map[string]struct {
		rs     Receipts
		notice string
	}{
		"no matter":         {Receipts{Dispatch: ref(412)}, "no matter"},
		"what there is not": {Receipts{ref(413), hash(1)}, "there is no"},
		"by nobody":         {Receipts{ref(412), hash(1)}, "officers and overseers"},
	} {
		if err := CheckReceipts(&x.rs, person(officer1), nobody, w); err == nil || !strings.Contains(err.Error(), x.notice) {
			t.Errorf("%s: %v", what, err)
		}
	}
}
