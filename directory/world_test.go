package directory

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"testing"

	"filippo.io/age"

	"frank"
	"frank/internal/testkey"
	"frank/keyring"
	"frank/ledger"
)

const origin = "demo.example/ledger"

// trial verifies checkpoints that say what they are: "size earliest latest".
type trial struct{}

func (trial) Policy(_, text string) (bool, error) {
	if text != "witnessed" && text != "alone" {
		return false, errors.New("no policy")
	}
	return text == "witnessed", nil
}

func (trial) Checkpoint(_, policy, note string) (h ledger.Head, earliest, latest int64, err error) {
	if n, err := fmt.Sscanf(note, "%d %d %d", &h.Size, &earliest, &latest); n != 3 || err != nil {
		return h, 0, 0, errors.New("no checkpoint")
	}
	return h, earliest, latest, nil
}

func device1(word string) testkey.Key { return testkey.New("directory test key " + word) }

var seals = map[string]string{}

// seal returns a recipient for a word, the same for the same word.
func seal(word string) string {
	if seals[word] == "" {
		id, err := age.GenerateHybridIdentity()
		if err != nil {
			panic(err)
		}
		seals[word] = id.Recipient().String()
	}
	return seals[word]
}

func card(word string) keyring.Card {
	return keyring.Card{Name: "The " + word, Sign: device1(word).VerifyKey(), Seal: seal(word)}
}

func person1(word string) frank.PersonID { return device1(word).VerifyKey().Person() }

// founders of the organisation that most tests are about.
var founders = []struct {
	word  string
	roles []Role
}{
	{"Ada", []Role{Registrar}}, {"Bea", []Role{Registrar}},
	{"Cy", []Role{Officer}}, {"Dee", []Role{Officer}}, {"Eve", []Role{Officer}},
	{"Flo", []Role{Overseer}}, {"Gus", []Role{}}, {"Hal", []Role{}},
}

func genesis() Genesis {
	g := Genesis{Format: GenesisFormat, Name: "The Ministry", Log: origin,
		Settings: Settings{Threshold: 2, Labels: "demo", Witnesses: "witnessed", Wait: 3600}}
	for _, f := range founders {
		g.People = append(g.People, Founder{card(f.word), f.roles})
	}
	return g
}

type world struct {
	t  *testing.T
	s  *State
	at uint64   // the next entry's index
	is []stated // what was applied
}

func (w *world) statement(by, kind string, body []byte) *ledger.Statement {
	return &ledger.Statement{Format: ledger.StatementFormat, Log: origin, Kind: kind, By: device1(by).VerifyKey(),
		At: "2026-11-21T19:30:00Z", Nonce: strings.Repeat("0", 32), Body: body}
}

func commitment(index uint64, body []byte) frank.Hash {
	return sha256.Sum256(fmt.Append(nil, index, " ", string(body)))
}

// apply applies, and checks that what is refused changes nothing.
func (w *world) apply(st *ledger.Statement) (Entry, error) {
	w.t.Helper()
	e := Entry{w.at, commitment(w.at, st.Body)}
	before := w.s.Dump()
	checked := w.s.Check(e.Index, e.Hash, st)
	if !bytes.Equal(before, w.s.Dump()) {
		w.t.Fatalf("Check of %s changed the state", st.Kind)
	}
	err := w.s.Apply(e.Index, e.Hash, st)
	if fmt.Sprint(err) != fmt.Sprint(checked) {
		w.t.Fatalf("Check says %v, Apply says %v", checked, err)
	}
	if err != nil {
		if !bytes.Equal(before, w.s.Dump()) {
			w.t.Fatalf("a refused %s changed the state", st.Kind)
		}
		return Entry{}, err
	}
	w.at++
	w.is = append(w.is, stated{e, st})
	return e, nil
}

func (w *world) try(by string, do Do) (Entry, error) {
	w.t.Helper()
	return w.apply(w.statement(by, do.kind(), Compose(w.s.Last(), do)))
}

func (w *world) must(by string, do Do) Entry {
	w.t.Helper()
	e, err := w.try(by, do)
	if err != nil {
		w.t.Fatalf("%s by %s: %v", do.kind(), by, err)
	}
	return e
}

// refuse expects an error that says the words, and returns it.
func (w *world) refuse(by string, do Do, words string) error {
	w.t.Helper()
	_, err := w.try(by, do)
	w.says(err, words)
	return err
}

func (w *world) says(err error, words string) {
	w.t.Helper()
	if err == nil || !strings.Contains(err.Error(), words) {
		w.t.Fatalf("expected an error with %q, found: %v", words, err)
	}
}

// agree has a change proposed and consented to.
func (w *world) agree(do Do, by ...string) Entry {
	w.t.Helper()
	e := w.must(by[0], Propose(do))
	for _, who := range by[1:] {
		w.must(who, Consent{e})
	}
	return e
}

// waited returns the statement that makes a change agreed just now.
func (w *world) waited(e Entry) Enact {
	return Enact{e, fmt.Sprint(w.at, " 1000 1010"), fmt.Sprint(w.at, " 4610 4620")}
}

func (w *world) accept(who string) Accept {
	return Accept{w.s.Genesis().Hash, card(who).Fingerprint()}
}

// founded is the organisation after everybody accepted.
func founded(t *testing.T, not ...string) *world {
	t.Helper()
	w := &world{t: t, s: New(origin, trial{})}
	if _, err := w.apply(w.statement("Ada", KindGenesis, Begin(genesis()))); err != nil {
		t.Fatal(err)
	}
	for _, f := range founders[1:] {
		if !strings.Contains(strings.Join(not, " "), f.word) {
			w.must(f.word, w.accept(f.word))
		}
	}
	return w
}

// invited returns an enrolment with a fresh invitation.
func (w *world) invited(word string, by string, inv Invite) (Entry, Code, Enrol) {
	w.t.Helper()
	sum := sha256.Sum256([]byte(word + fmt.Sprint(w.at)))
	code := NewCode([16]byte(sum[:16]))
	inv.Code, inv.Expires = code.Public(origin), 50
	e := w.must(by, inv)
	return e, code, Enrol{w.s.Genesis().Hash, e, card(word), code.Prove(origin, e, card(word))}
}
