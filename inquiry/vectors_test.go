package inquiry

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"testing"

	"frank"
	"frank/coverage"
	"frank/internal/canon"
	"frank/ledger"
)

const vectorFile = "../vectors/inquiry.json"

// vectors are an inquiry's steps as the ledger has them, and what is computed of
// them. Signing keys are SHA-256 of "inquiry test key " and a name; recipients
// are given. Commitments stand for those of entries.
type vectors struct {
	Log        string         `json:"log"`
	Recipients []string       `json:"recipients"`
	Steps      []vectorStep   `json:"steps"`
	Matters    []vectorMatter `json:"matters"`
	Roots      []vectorRoot   `json:"roots"`
	Reply      vectorReply    `json:"reply"`
	State      frank.Hash     `json:"state"` // of what the steps come to
}

type vectorStep struct {
	Index      uint64         `json:"index"`
	Commitment frank.Hash     `json:"commitment"`
	By         frank.PersonID `json:"by"`
	Statement  string         `json:"statement"` // its exact bytes
	Do         string         `json:"do"`
	Fault      string         `json:"fault,omitempty"`
}

type vectorMatter struct {
	Inquiry frank.Hash `json:"inquiry"`
	Matter  *Matter    `json:"matter"`
	Hash    frank.Hash `json:"hash"`
}

type vectorRoot struct {
	Records []coverage.Record `json:"records"` // in any order
	Root    frank.Hash        `json:"root"`
}

type vectorReply struct {
	Inquiry frank.Hash `json:"inquiry"`
	Reply   *Reply     `json:"reply"`
	Message string     `json:"message"` // hexadecimal
}

func makeVectors(t *testing.T) vectors {
	t.Helper()
	w := at(t, "closed")
	q := w.q()
	w.try("Otis", w.no())                                       // a fault: it is closed
	w.try("Gil", &Note{"comment", "Who reads this is no part"}) // and one of somebody with no part
	v := vectors{Log: origin, Recipients: recipients[:w.asks]}
	for i, l := range w.log {
		v.Steps = append(v.Steps, vectorStep{l.index, l.hash, l.by, string(canon.Marshal(l.st)), q.Steps[i].Do, q.Steps[i].Fault})
	}
	for _, a := range q.Matters {
		v.Matters = append(v.Matters, vectorMatter{q.Entry.Hash, a.Matter, a.Hash})
	}
	for n := range 4 {
		x := vectorRoot{Records: []coverage.Record{}}
		var list []Exhibit
		for i := range n {
			list = append(list, exhibit(n-i))
			x.Records = append(x.Records, exhibit(n-i).Record)
		}
		x.Root = Root(list)
		v.Roots = append(v.Roots, x)
	}
	r := w.reply("Cy", Answer)
	v.Reply = vectorReply{q.Entry.Hash, r, hex.EncodeToString(r.Message(q.Entry.Hash))}
	v.State = sha256.Sum256([]byte(w.digest(w.State)))
	return v
}

func TestVectors(t *testing.T) {
	var v vectors
	file, err := os.ReadFile(vectorFile)
	if err == nil {
		err = json.Unmarshal(file, &v)
	}
	if err != nil && !*update {
		t.Fatal(err)
	}
	defer func(old []string) { recipients = old }(recipients)
	recipients = v.Recipients
	made := makeVectors(t)
	written, err := json.MarshalIndent(made, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	written = append(written, '\n')
	if *update {
		if err := os.WriteFile(vectorFile, written, 0o644); err != nil {
			t.Fatal(err)
		}
		v, file = vectors{}, written
		if err := json.Unmarshal(written, &v); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(written, file) {
		t.Error("the steps are made, or held against the rules, otherwise than in the vectors")
	}
	if len(v.Steps) < 25 || len(v.Matters) != 2 || len(v.Roots) != 4 {
		t.Fatalf("the vectors have %d steps, %d matters and %d roots", len(v.Steps), len(v.Matters), len(v.Roots))
	}
	w := newWorld(t)
	for _, x := range v.Steps {
		st, err := ledger.ParseStatement([]byte(x.Statement))
		if err == nil {
			err = w.Take(x.Index, x.Commitment, x.By, st)
		}
		if err != nil {
			t.Fatalf("entry %d: %v", x.Index, err)
		}
		steps := w.q().Steps
		if last := steps[len(steps)-1]; last.Do != x.Do || last.Fault != x.Fault {
			t.Errorf("entry %d: %s %q", x.Index, last.Do, last.Fault)
		}
	}
	if sha256.Sum256([]byte(w.digest(w.State))) != v.State {
		t.Error("the steps come to something else")
	}
	for _, x := range v.Matters {
		if x.Matter.Hash(x.Inquiry) != x.Hash || w.q().Asked(x.Hash) == nil {
			t.Error("a matter has another hash")
		}
	}
	for _, x := range v.Roots {
		var list []Exhibit
		for _, r := range x.Records {
			list = append(list, Exhibit{Record: r})
		}
		if Root(list) != x.Root {
			t.Error("exhibits have another root")
		}
	}
	if m := v.Reply.Reply.Message(v.Reply.Inquiry); hex.EncodeToString(m) != v.Reply.Message || !v.Reply.Reply.Key.Verify(ReplyNamespace, m, v.Reply.Reply.Signature) {
		t.Error("a reply has another message")
	}
}

// FuzzParseStep reads bodies of steps as whoever takes them in does.
func FuzzParseStep(f *testing.F) {
	for _, l := range at(f, "closed").log {
		f.Add([]byte(l.st.Body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if len(body) == 0 {
			return
		}
		st := statement("Olga", body)
		step, what, err := ParseStep(st)
		if err != nil {
			return
		}
		again, err := Body(step.Inquiry, step.After, what)
		if err != nil || !bytes.Equal(again, body) || !bytes.Equal(canon.Marshal(step), body) {
			t.Errorf("a step is written otherwise than it was read: %v", err)
		}
		w := newWorld(t)
		w.open("Olga", opening(1))
		w.enter("Olga", st)
		w.Check(w.q(), w.index, person("Olga"), what)
	})
}
