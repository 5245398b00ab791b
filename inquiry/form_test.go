package inquiry

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"

	"frank"
	"frank/directory"
	"frank/internal/canon"
	"frank/ledger"
)

// Steps that are not in form are none.
func TestForm(t *testing.T) {
	w := at(t, "names asked")
	matter, names := w.q().Matters[0].Matter, w.q().Matters[1].Matter
	long := strings.Repeat("x", MaxText+1)
	change := func(m *Matter, by func(*Matter)) *Matter {
		c := *m
		c.Scope, c.Looks, c.Numbers, c.Checkers = slices.Clone(m.Scope), slices.Clone(m.Looks), slices.Clone(m.Numbers), slices.Clone(m.Checkers)
		by(&c)
		return &c
	}
	begin := func(by func(*Open)) *Open { o := opening(1, 2); by(o); return o }
	with := func(by func(*Exhibit)) *Register { e := exhibit(9); by(&e); return register(e) }
	for what, step := range map[string]any{
		"no purpose":                       begin(func(o *Open) { o.Purpose = " " }),
		"no basis":                         begin(func(o *Open) { o.Basis = "" }),
		"a purpose at length":              begin(func(o *Open) { o.Purpose = long }),
		"a purpose turned round":           begin(func(o *Open) { o.Purpose = "a \u202eb" }),
		"a purpose not composed":           begin(func(o *Open) { o.Purpose = "Cafe\u0301" }),
		"a purpose with a bell":            begin(func(o *Open) { o.Purpose = "a\ab" }),
		"no scope":                         begin(func(o *Open) { o.Scope = nil }),
		"a scope out of order":             begin(func(o *Open) { o.Scope = []frank.Ref{ref(2), ref(1)} }),
		"a dispatch twice":                 begin(func(o *Open) { o.Scope = []frank.Ref{ref(1), ref(1)} }),
		"nothing tried":                    begin(func(o *Open) { o.Tried = nil }),
		"nothing said of what was tried":   begin(func(o *Open) { o.Tried = []string{""} }),
		"a rule without days":              begin(func(o *Open) { o.Rule.From = "" }),
		"a rule that ends before":          begin(func(o *Open) { o.Rule.To = "2026-10-01" }),
		"outlets out of order":             begin(func(o *Open) { o.Rule.Outlets = []string{"B", "A"} }),
		"no search":                        begin(func(o *Open) { o.Rule.Search = "" }),
		"no answer on disclosure":          begin(func(o *Open) { o.Disclosure.Answer = "" }),
		"no reason on disclosure":          begin(func(o *Open) { o.Disclosure.Why = "" }),
		"no end":                           begin(func(o *Open) { o.Until = "soon" }),
		"no level":                         begin(func(o *Open) { o.Level = "" }),
		"a level too lax":                  begin(func(o *Open) { o.Level = "0.001" }),
		"a level of nothing":               begin(func(o *Open) { o.Level = "0" }),
		"a negative level":                 begin(func(o *Open) { o.Level = "-1e-4" }),
		"a level as a fraction":            begin(func(o *Open) { o.Level = "1/20000" }),
		"a level that takes for ever":      begin(func(o *Open) { o.Level = "1e-999999" }),
		"a level in hexadecimal":           begin(func(o *Open) { o.Level = "0x1p-40" }),
		"no exhibits":                      register(),
		"an exhibit got in no way":         with(func(e *Exhibit) { e.Obtained = "" }),
		"an exhibit not said how":          with(func(e *Exhibit) { e.Obtained = Otherwise }),
		"an exhibit that is nowhere":       with(func(e *Exhibit) { e.Blob = frank.Hash{} }),
		"an exhibit of no form":            with(func(e *Exhibit) { e.Record.Format = "" }),
		"no order":                         &Admit{hash(1), ""},
		"a pause for nothing":              &Pause{""},
		"a lift for nothing":               &Lift{""},
		"a vote without reason":            &Vote{hash(1), false, "", true},
		"a consent refused silently":       &Consent{hash(1), false, ""},
		"a matter of no stage":             change(matter, func(m *Matter) { m.Stage = "all" }),
		"a matter without scope":           change(matter, func(m *Matter) { m.Scope = nil }),
		"a batch twice":                    change(matter, func(m *Matter) { m.Scope[1] = m.Scope[0] }),
		"batches out of order":             change(matter, func(m *Matter) { slices.Reverse(m.Scope) }),
		"a matter without key":             change(matter, func(m *Matter) { m.To = "age1" }),
		"a matter whose key nobody has":    change(matter, func(m *Matter) { m.Key = nil }),
		"one checker":                      change(matter, func(m *Matter) { m.Checkers = m.Checkers[:1] }),
		"one checker twice":                change(matter, func(m *Matter) { m.Checkers[1] = m.Checkers[0] }),
		"the lead as checker":              change(matter, func(m *Matter) { m.Checkers[0] = m.Lead; slices.Sort(m.Checkers) }),
		"checkers out of order":            change(matter, func(m *Matter) { slices.Reverse(m.Checkers) }),
		"no lead":                          change(matter, func(m *Matter) { m.Lead = "" }),
		"look 0":                           change(matter, func(m *Matter) { m.Looks[0].Number = 0 }),
		"a look beyond all":                change(matter, func(m *Matter) { m.Looks[0].Number = maxLook + 1 }),
		"a look on nothing":                change(matter, func(m *Matter) { m.Looks[0].Dispatch = frank.Ref{} }),
		"numbers at once with copies":      change(matter, func(m *Matter) { m.Numbers = names.Numbers }),
		"names without result":             change(names, func(m *Matter) { m.Result = frank.Hash{} }),
		"names without numbers":            change(names, func(m *Matter) { m.Numbers = nil }),
		"numbers out of order":             change(names, func(m *Matter) { slices.Reverse(m.Numbers) }),
		"a number twice":                   change(names, func(m *Matter) { m.Numbers[1] = m.Numbers[0] }),
		"the author's copy":                change(names, func(m *Matter) { m.Numbers[0].Number = 0 }),
		"names with checkers":              change(names, func(m *Matter) { m.Checkers = matter.Checkers }),
		"a renewal that opens":             change(names, func(m *Matter) { m.Stage = Renewal }),
		"a release of nothing":             &Release{hash(1), "note", nil},
		"a release under nothing":          &Release{hash(1), "", []byte("x")},
		"a release under too much":         &Release{hash(1), strings.Repeat("x", 16<<10+1), []byte("x")},
		"a refusal of nothing":             &Refuse{hash(1), "dance", "No."},
		"a refusal for nothing":            &Refuse{hash(1), DoVote, ""},
		"a result of nothing":              &Result{Matter: hash(1)},
		"a result that is void":            &Result{Matter: hash(1), Report: hash(2), Void: []string{"x"}},
		"a result that names a copy twice": &Result{Matter: hash(1), Report: hash(2), Named: []Number{{ref(1), 2}, {ref(1), 2}}},
		"a result that names the author":   &Result{Matter: hash(1), Report: hash(2), Named: []Number{{ref(1), 0}}},
		"nobody named":                     &Named{hash(1), nil},
		"a name for no copy":               &Named{hash(1), []HolderOf{{}}},
		"a notice for no copy":             &Notice{hash(1), Number{}, hash(2)},
		"a reply of no kind":               &Reply{From: person("Cy"), Kind: "song", Text: "La", Signature: make([]byte, 64)},
		"a reply not signed":               &Reply{From: person("Cy"), Kind: Answer, Text: "No"},
		"a reply of nobody":                &Reply{Kind: Answer, Text: "No", Signature: make([]byte, 64)},
		"a note of no kind":                &Note{"rumour", "x"},
		"a close without outcome":          &Close{"", "x"},
		"a close without words":            &Close{OutcomeUnknown, ""},
		"no step":                          &struct{}{},
	} {
		if _, err := Body(w.q().Entry, w.q().Heads(), step); err == nil {
			t.Errorf("%s is stated", what)
		}
		if o, is := step.(*Open); is {
			if w.CheckOpen(w.index, person("Olga"), o) == nil {
				t.Errorf("%s is opened", what)
			}
		} else if w.Check(w.q(), w.index, person("Olga"), step) == nil {
			t.Errorf("%s may be stated", what)
		}
		// Whoever writes it by other means is not believed either.
		func() {
			defer func() { recover() }() // some cannot be written at all
			do := map[bool]string{true: DoOpen, false: doing(step)}[func() bool { _, is := step.(*Open); return is }()]
			s := Step{Do: do, What: canon.Marshal(step)}
			if do != DoOpen {
				s.Inquiry, s.After = w.q().Entry, w.q().Heads()
			}
			if _, _, err := ParseStep(statement("Olga", canon.Marshal(s))); err == nil {
				t.Errorf("%s is taken for a step", what)
			}
		}()
	}
	if _, err := Body(w.q().Entry, w.q().Heads(), change(matter, func(*Matter) {})); err != nil {
		t.Errorf("what nothing was changed in: %v", err)
	}
}

// doing is what a step of a type does.
func doing(what any) string {
	for do, of := range steps {
		if fmt.Sprintf("%T", of()) == fmt.Sprintf("%T", what) {
			return do
		}
	}
	return "dance"
}

// The chain is in form too.
func TestChainForm(t *testing.T) {
	entry := directory.Entry{Index: 7, Hash: hash(7)}
	note := canon.Marshal(&Note{"comment", "x"})
	a, b := hash("a"), hash("b")
	if strings.Compare(a.String(), b.String()) > 0 {
		a, b = b, a
	}
	many := make([]frank.Hash, MaxAfter+1)
	for i := range many {
		many[i][0] = byte(i)
	}
	good := Step{entry, []frank.Hash{a, b}, DoNote, note}
	if _, _, err := ParseStep(statement("Olga", canon.Marshal(good))); err != nil {
		t.Error(err)
	}
	for what, s := range map[string]Step{
		"no inquiry":        {directory.Entry{}, []frank.Hash{a}, DoNote, note},
		"nothing before":    {entry, nil, DoNote, note},
		"out of order":      {entry, []frank.Hash{b, a}, DoNote, note},
		"one twice":         {entry, []frank.Hash{a, a}, DoNote, note},
		"too many":          {entry, many, DoNote, note},
		"an opening in one": {entry, []frank.Hash{a}, DoOpen, canon.Marshal(opening(1))},
		"an opening after":  {directory.Entry{}, []frank.Hash{a}, DoOpen, canon.Marshal(opening(1))},
		"nothing done":      {entry, []frank.Hash{a}, "dance", note},
		"something else":    {entry, []frank.Hash{a}, DoVote, note},
		"nothing said":      {entry, []frank.Hash{a}, DoNote, []byte("null")},
		"a field more":      {entry, []frank.Hash{a}, DoNote, []byte(`{"kind":"comment","text":"x","more":1}`)},
		"a field twice":     {entry, []frank.Hash{a}, DoNote, []byte(`{"kind":"comment","kind":"comment","text":"x"}`)},
	} {
		if _, _, err := ParseStep(statement("Olga", canon.Marshal(s))); err == nil {
			t.Errorf("%s: it is a step", what)
		}
	}
	st := statement("Olga", canon.Marshal(good))
	st.Kind = "change"
	if _, _, err := ParseStep(st); err == nil {
		t.Error("a statement of another kind is a step")
	}
}

func TestLevels(t *testing.T) {
	for _, good := range []string{"1e-4", "0.0001", "1e-30", "5e-5", "0.000099"} {
		if err := ValidLevel(good); err != nil {
			t.Error(err)
		}
	}
}

// note signs a head as a log does, with the cosignatures of witnesses at times.
func note(size int, at map[string]int64) string {
	text := fmt.Sprintf("%s\n%d\n%s\n", origin, size, base64.StdEncoding.EncodeToString(make([]byte, 32)))
	line := func(name string, kind byte, sign func(ed25519.PrivateKey) []byte) string {
		key := ed25519.PrivateKey(device(name))
		id := hash(name + "\n" + string(kind) + string(key.Public().(ed25519.PublicKey)))
		return "— " + name + " " + base64.StdEncoding.EncodeToString(append(id[:4:4], sign(key)...)) + "\n"
	}
	out := text + "\n" + line(origin, 1, func(k ed25519.PrivateKey) []byte { return ed25519.Sign(k, []byte(text)) })
	for _, name := range []string{"one.example", "two.example"} {
		if t, ok := at[name]; ok {
			out += line(name, 4, func(k ed25519.PrivateKey) []byte {
				return append(binary.BigEndian.AppendUint64(nil, uint64(t)), ed25519.Sign(k, fmt.Appendf(nil, "cosignature/v1\ntime %d\n%s", t, text))...)
			})
		}
	}
	return out
}

func vkey(name string, kind byte) string {
	public := append([]byte{kind}, ed25519.PrivateKey(device(name)).Public().(ed25519.PublicKey)...)
	id := hash(name + "\n" + string(public))
	return name + "+" + hex.EncodeToString(id[:4]) + "+" + base64.StdEncoding.EncodeToString(public)
}

// A checkpoint counts under the policy, and says when the last witness signed.
func TestReadCheckpoint(t *testing.T) {
	text := "log " + vkey(origin, 1) + "\nwitness one " + vkey("one.example", 4) + "\nwitness two " + vkey("two.example", 4) + "\n"
	policy := func(quorum string) *ledger.Policy {
		p, err := ledger.ParsePolicy([]byte(text + quorum))
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	const early, late = 1_795_000_000, 1_795_000_060
	both, one, none := note(7, map[string]int64{"one.example": late, "two.example": early}), note(7, map[string]int64{"one.example": early}), note(7, nil)
	for _, c := range []struct {
		what, quorum, note, latest string
		ok                         bool
	}{
		{"witnessed", "group both all one two\nquorum both\n", both, frank.FormatTime(late), true},
		{"witnessed by one of two", "group both all one two\nquorum both\n", one, "", false},
		{"unwitnessed", "quorum one\n", none, "", false},
		{"witnesses not asked for", "quorum none\n", none, "", true},
		{"witnesses who have signed unasked", "quorum none\n", one, frank.FormatTime(early), true},
		{"changed", "quorum one\n", strings.Replace(one, "\n7\n", "\n8\n", 1), "", false},
		{"nothing", "quorum none\n", "", "", false},
	} {
		head, latest, err := ReadCheckpoint(policy(c.quorum), c.note)
		if (err == nil) != c.ok || latest != c.latest || c.ok && head.Size != 7 {
			t.Errorf("%s: size %d, %q, %v", c.what, head.Size, latest, err)
		}
	}
}

// Ten thousand steps of one inquiry are taken in about a second: whoever opens
// one cannot make it long for the others.
func TestManySteps(t *testing.T) {
	w := at(t, "voted")
	q := w.q()
	for i := range 10_000 {
		what := any(&Note{"comment", fmt.Sprint("Noise ", i)})
		if i%3 == 0 {
			what = &Vote{w.last().Hash, i%2 == 0, "To and fro", true}
		}
		body, err := Body(q.Entry, []frank.Hash{q.Steps[len(q.Steps)-1].Hash}, what)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.enter("Otis", statement("Otis", body)); err != nil {
			t.Fatal(err)
		}
	}
	if len(q.Steps) < 10_000 || len(q.Heads()) != 1 || len(w.last().Votes) != 4 {
		t.Error("the steps are not all there")
	}
}
