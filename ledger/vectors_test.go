package ledger

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"frank"

	"golang.org/x/mod/sumdb/note"
)

// vectors is vectors/ledger.json: what another reader of the formats must find
// too. Texts are whole files.
type vectors struct {
	Policy  string `json:"policy"`
	Entries []struct {
		Entry      string     `json:"entry"`
		Commitment frank.Hash `json:"commitment"`
		Valid      bool       `json:"valid"`
	} `json:"entries"`
	Checkpoints []struct {
		Note       string     `json:"note"`
		Canonical  string     `json:"canonical"`
		Size       uint64     `json:"size"`
		Root       frank.Hash `json:"root"`
		Witnessed  bool       `json:"witnessed"`
		Begin      uint64     `json:"begin"`
		Randomness frank.Hash `json:"randomness"`
	} `json:"checkpoints"`
	Receipts []struct {
		Note       string     `json:"note"`
		Index      uint64     `json:"index"`
		Commitment frank.Hash `json:"commitment"`
	} `json:"receipts"`
	Proofs []struct {
		File       string     `json:"file"`
		Index      uint64     `json:"index"`
		Commitment frank.Hash `json:"commitment"`
	} `json:"proofs"`
}

const vectorsFile = "../vectors/ledger.json"

func TestVectors(t *testing.T) {
	made, err := json.MarshalIndent(makeVectors(t), "", " ")
	if err != nil {
		t.Fatal(err)
	}
	made = append(made, '\n')
	if os.Getenv("UPDATE_VECTORS") != "" {
		if err := os.WriteFile(vectorsFile, made, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(vectorsFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(made, data) {
		t.Errorf("the vectors are no longer what is made:\n%s", made)
	}
	var v vectors
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	if len(v.Entries) == 0 || len(v.Checkpoints) == 0 || len(v.Receipts) == 0 || len(v.Proofs) == 0 {
		t.Fatal("there are no vectors")
	}
	p := policy(t, v.Policy)
	for i, c := range v.Entries {
		e, err := ParseEntry([]byte(c.Entry))
		if err != nil {
			t.Errorf("entry %d: %v", i, err)
			continue
		}
		if _, err := e.Open(c.Commitment); (err == nil) != c.Valid {
			t.Errorf("entry %d: %v", i, err)
		}
	}
	for i, c := range v.Checkpoints {
		cp, err := p.Verify([]byte(c.Note))
		if err != nil || string(cp.Note) != c.Canonical || cp.Head != (Head{c.Size, c.Root}) || cp.Witnessed != c.Witnessed {
			t.Errorf("checkpoint %d: %v", i, err)
			continue
		}
		if r, err := cp.Randomness(c.Begin); err != nil || r != c.Randomness {
			t.Errorf("checkpoint %d gives %s: %v", i, r, err)
		}
	}
	for i, c := range v.Receipts {
		if r, err := p.VerifyReceipt([]byte(c.Note)); err != nil || r.Index != c.Index || r.Commitment != c.Commitment {
			t.Errorf("receipt %d: %v", i, err)
		}
	}
	for i, c := range v.Proofs {
		if f, err := p.VerifyProof([]byte(c.File), c.Commitment); err != nil || f.Index != c.Index {
			t.Errorf("proof %d: %v", i, err)
		}
	}
}

func makeVectors(t *testing.T) (v vectors) {
	v.Policy = policyText()
	p := policy(t, v.Policy)
	d := device{"device"}
	e, err := Sign(d, statement(d, `{"dispatch":"26 PARIS 1","reason":"é <b> & \"c\""}`), frank.Secret(seed("salt")))
	if err != nil {
		t.Fatal(err)
	}
	for _, valid := range []bool{true, false} {
		x := *e
		if !valid { // another salt: another commitment
			x.Salt[0]++
		}
		v.Entries = append(v.Entries, struct {
			Entry      string     `json:"entry"`
			Commitment frank.Hash `json:"commitment"`
			Valid      bool       `json:"valid"`
		}{string(x.Marshal()), e.Commitment(), valid})
	}
	var m memlog
	m.add(leaves(0, 300)...)
	w1, w2, w3 := atSigner{"w1.example", 1769852000}, atSigner{"w2.example", 1769852001}, atSigner{"w3.example", 1769852002}
	for _, by := range [][]note.Signer{nil, {w1}, {w2, w1}, {w3, w1, w2, atSigner{"stranger.example", 5}}} {
		text := sign(t, origin, m.head(270), by...)
		c, err := p.Verify(text)
		if err != nil {
			t.Fatal(err)
		}
		r, err := c.Randomness(260)
		if err != nil {
			t.Fatal(err)
		}
		v.Checkpoints = append(v.Checkpoints, struct {
			Note       string     `json:"note"`
			Canonical  string     `json:"canonical"`
			Size       uint64     `json:"size"`
			Root       frank.Hash `json:"root"`
			Witnessed  bool       `json:"witnessed"`
			Begin      uint64     `json:"begin"`
			Randomness frank.Hash `json:"randomness"`
		}{string(text), string(c.Note), c.Size, c.Root, c.Witnessed, 260, r})
	}
	r, err := SignReceipt(logSigner(t, origin), 260, leaf(260))
	if err != nil {
		t.Fatal(err)
	}
	v.Receipts = append(v.Receipts, struct {
		Note       string     `json:"note"`
		Index      uint64     `json:"index"`
		Commitment frank.Hash `json:"commitment"`
	}{string(r), 260, leaf(260)})
	c, _ := p.Verify(sign(t, origin, m.head(270), w1, w2))
	for _, at := range []int{0, 255, 269} {
		f, err := Prove(ctx, &m, c, uint64(at), []byte("extra"))
		if err != nil {
			t.Fatal(err)
		}
		v.Proofs = append(v.Proofs, struct {
			File       string     `json:"file"`
			Index      uint64     `json:"index"`
			Commitment frank.Hash `json:"commitment"`
		}{string(f), uint64(at), leaf(at)})
	}
	return v
}
