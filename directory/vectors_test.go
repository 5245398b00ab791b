package directory

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"frank"
	"frank/keyring"
	"frank/ledger"
)

var update = flag.Bool("update", false, "write the vectors anew")

const vectorFile = "../vectors/directory.json"

// vectors is a small organisation's first twenty statements, as the ledger has
// them, and the directory after them. Signing keys are SHA-256 of
// "directory test key " and a word; recipients are given.
type vectors struct {
	Log        string            `json:"log"`
	Recipients map[string]string `json:"recipients"`
	Entries    []vectorEntry     `json:"entries"`
	Digest     frank.Hash        `json:"digest"`
	State      json.RawMessage   `json:"state"`
}

type vectorEntry struct {
	Index      uint64        `json:"index"`
	Kind       string        `json:"kind"`
	Commitment frank.Hash    `json:"commitment"`
	Entry      *ledger.Entry `json:"entry"`
}

func readVectors(t *testing.T) (v vectors, file []byte) {
	t.Helper()
	file, err := os.ReadFile(vectorFile)
	if err == nil {
		err = json.Unmarshal(file, &v)
	}
	if err != nil && !*update {
		t.Fatal(err)
	}
	return v, file
}

func TestVectors(t *testing.T) {
	v, file := readVectors(t)
	for word, s := range v.Recipients {
		defer func(old string) { seals[word] = old }(seals[word])
		seals[word] = s
	}
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
		v, file = readVectors(t)
	}
	if !bytes.Equal(written, file) {
		t.Error("the statements are made otherwise than in the vectors")
	}
	if len(v.Entries) != 20 {
		t.Fatalf("expected 20 statements, found %d", len(v.Entries))
	}
	s := New(v.Log, Ledger{})
	for _, e := range v.Entries {
		st, err := e.Entry.Open(e.Commitment)
		if err != nil || !ledger.Marked(e.Commitment) {
			t.Fatalf("entry %d: %v", e.Index, err)
		}
		if err := s.Apply(e.Index, e.Commitment, st); err != nil || st.Kind != e.Kind {
			t.Fatalf("entry %d, %s: %v", e.Index, st.Kind, err)
		}
	}
	var state bytes.Buffer
	json.Compact(&state, v.State)
	if !bytes.Equal(s.Dump(), state.Bytes()) || s.Digest() != v.Digest {
		t.Error("the state after the statements is another")
	}
	if !s.Now().Has(Watch, person1("Ada")) || !s.Now().Holds(person1("Ivy"), "us-desk") {
		t.Error("the vectors do not say what they should")
	}
}

// book keeps a log that is only its commitments, and signs its heads.
type book struct {
	leaves [][]byte
}

func hashTree(leaves [][]byte) []byte {
	sum := func(parts ...[]byte) []byte {
		h := sha256.Sum256(bytes.Join(parts, nil))
		return h[:]
	}
	switch n := len(leaves); n {
	case 0:
		return sum()
	case 1:
		return sum([]byte{0}, leaves[0])
	default:
		k := 1
		for k*2 < n {
			k *= 2
		}
		return sum([]byte{1}, hashTree(leaves[:k]), hashTree(leaves[k:]))
	}
}

// noteKey returns the id and the vkey of a key of a type of C2SP's.
func noteKey(name string, kind byte, key ed25519.PrivateKey) (id []byte, vkey string) {
	public := append([]byte{kind}, key.Public().(ed25519.PublicKey)...)
	sum := sha256.Sum256(append([]byte(name+"\n"), public...))
	return sum[:4], name + "+" + hex.EncodeToString(sum[:4]) + "+" + base64.StdEncoding.EncodeToString(public)
}

func testPolicy() string {
	_, log := noteKey(origin, 1, ed25519.PrivateKey(device1("log")))
	_, wit := noteKey("witness.example", 4, ed25519.PrivateKey(device1("witness")))
	return "log " + log + "\nwitness outside " + wit + "\nquorum outside\n"
}

// checkpoint signs the head of the first size leaves, cosigned at a time.
func (b *book) checkpoint(size int, at uint64) string {
	text := fmt.Sprintf("%s\n%d\n%s\n", origin, size, base64.StdEncoding.EncodeToString(hashTree(b.leaves[:size])))
	logID, _ := noteKey(origin, 1, ed25519.PrivateKey(device1("log")))
	witID, _ := noteKey("witness.example", 4, ed25519.PrivateKey(device1("witness")))
	one := append(logID, ed25519.Sign(ed25519.PrivateKey(device1("log")), []byte(text))...)
	two := binary.BigEndian.AppendUint64(witID, at)
	two = append(two, ed25519.Sign(ed25519.PrivateKey(device1("witness")), fmt.Appendf(nil, "cosignature/v1\ntime %d\n%s", at, text))...)
	return text + "\n— " + origin + " " + base64.StdEncoding.EncodeToString(one) + "\n— witness.example " + base64.StdEncoding.EncodeToString(two) + "\n"
}

func makeVectors(t *testing.T) vectors {
	t.Helper()
	v := vectors{Log: origin, Recipients: map[string]string{}}
	for _, word := range []string{"Ada", "Bea", "Cy", "Dee", "Eve", "Flo", "Ivy", "desk"} {
		v.Recipients[word] = seal(word)
	}
	s, b := New(origin, Ledger{}), &book{}
	put := func(by, kind string, body []byte) Entry {
		t.Helper()
		n := uint64(len(b.leaves))
		seen := ledger.Head{Size: n, Root: frank.Hash(hashTree(b.leaves))}
		nonce := sha256.Sum256(fmt.Append(nil, "directory test nonce ", n))
		tries := 0
		salt := func() (frank.Secret, error) {
			tries++
			return sha256.Sum256(fmt.Append(nil, "directory test salt ", n, " ", tries)), nil
		}
		e, err := ledger.SignMarked(device1(by), &ledger.Statement{Log: origin, Kind: kind, By: device1(by).VerifyKey(),
			At: fmt.Sprintf("2026-11-21T19:30:%02dZ", n), Seen: seen, Nonce: hex.EncodeToString(nonce[:16]), Body: body}, true, salt)
		if err != nil {
			t.Fatal(err)
		}
		c := e.Commitment()
		st, err := e.Open(c)
		if err == nil {
			err = s.Apply(n, c, st)
		}
		if err != nil {
			t.Fatalf("entry %d, %s: %v", n, kind, err)
		}
		b.leaves = append(b.leaves, c[:])
		v.Entries = append(v.Entries, vectorEntry{n, kind, c, e})
		return Entry{n, c}
	}
	do := func(by string, do Do) Entry { t.Helper(); return put(by, do.kind(), Compose(s.Last(), do)) }

	g := Genesis{Format: GenesisFormat, Name: "The Ministry", Log: origin,
		Settings: Settings{Threshold: 2, Labels: "demo", LabelsHash: demo(t).Hash(), Witnesses: testPolicy(), Wait: 86400}}
	for _, f := range founders[:6] {
		g.People = append(g.People, Founder{card(f.word), f.roles})
	}
	first := put("Ada", KindGenesis, Begin(g))
	for _, f := range founders[1:6] {
		do(f.word, Accept{first.Hash, card(f.word).Fingerprint()})
	}
	do("Ada", Create{"us-desk", "Head of US Desk", "WASHINGTON", []string{"closed-papers"}})
	code := NewCode([16]byte{'F', 'r', 'a', 'n', 'k'})
	invite := do("Ada", Invite{Code: code.Public(origin), Expires: 1000, Office: "us-desk"})
	enrolled := do("Ivy", Enrol{first.Hash, invite, card("Ivy"), code.Prove(origin, invite, card("Ivy"))})
	do("Bea", Admit{enrolled, card("Ivy").Fingerprint()})
	holder := do("Ada", Propose(Holder{"us-desk", person1("Ivy")}))
	do("Bea", Consent{holder})
	do("Ivy", OfficeKey{"us-desk", seal("desk")})
	second := device1("Ivy 2")
	do("Ivy", Device{second.VerifyKey(), second.Sign(keyring.DeviceNamespace, DeviceClaim(origin, person1("Ivy"), second.VerifyKey()))})
	do("Ivy", Delegate{"us-desk", person1("Eve"), false})
	do("Ivy 2", Revoke{person1("Ivy"), device1("Ivy").VerifyKey()})
	watch := do("Cy", Propose(Grant{Watch, person1("Ada")}))
	do("Dee", Consent{watch})
	do("Flo", Consent{watch})
	between := sha256.Sum256([]byte("an entry that is not the directory's"))
	between[31] &^= 1
	b.leaves = append(b.leaves, between[:])
	do("Cy", Enact{watch, b.checkpoint(19, 1_795_000_000), b.checkpoint(20, 1_795_086_400)})

	v.Digest, v.State = s.Digest(), s.Dump()
	return v
}

// A checkpoint counts as package ledger says, and its times are the witnesses'.
func TestCheckpointsOfTheLedger(t *testing.T) {
	b := &book{leaves: [][]byte{{1}, {2}, {3}}}
	good := b.checkpoint(3, 1_795_000_000)
	head, earliest, latest, err := Ledger{}.Checkpoint(origin, testPolicy(), good)
	if err != nil || head.Size != 3 || earliest != 1_795_000_000 || latest != earliest {
		t.Errorf("%+v %d %d %v", head, earliest, latest, err)
	}
	lines := bytes.SplitAfter([]byte(good), []byte("\n"))
	uncosigned := string(bytes.Join(lines[:len(lines)-2], nil))
	for what, note := range map[string]string{"nothing": "", "not cosigned": uncosigned, "another log's": "x" + good, "changed": string(bytes.Replace([]byte(good), []byte("\n3\n"), []byte("\n4\n"), 1))} {
		if _, _, _, err := (Ledger{}).Checkpoint(origin, testPolicy(), note); err == nil {
			t.Errorf("%s passes for a checkpoint", what)
		}
	}
	_, other := noteKey("other.example/ledger", 1, ed25519.PrivateKey(device1("other")))
	if _, _, _, err := (Ledger{}).Checkpoint("other.example/ledger", "log "+other+"\n"+testPolicy(), good); err == nil || !strings.Contains(err.Error(), "another log") {
		t.Errorf("a checkpoint of another log: %v", err)
	}
	id, _ := noteKey("stranger", 1, ed25519.PrivateKey(device1("stranger")))
	extra := good + "— stranger " + base64.StdEncoding.EncodeToString(append(id, make([]byte, 64)...)) + "\n"
	if _, _, _, err := (Ledger{}).Checkpoint(origin, testPolicy(), extra); err == nil || !strings.Contains(err.Error(), "does not know") {
		t.Errorf("a checkpoint that more have signed: %v", err)
	}
	if _, err := (Ledger{}).Policy("other.example/ledger", testPolicy()); err == nil {
		t.Error("a policy for another log was taken")
	}
	if ok, err := (Ledger{}).Policy(origin, testPolicy()); !ok || err != nil {
		t.Error(ok, err)
	}
}
