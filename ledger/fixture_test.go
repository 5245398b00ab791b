package ledger

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"frank"
	"frank/keyring"

	"github.com/transparency-dev/formats/log"
	fnote "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const origin = "log.example/ledger"

// seed is deterministic: vectors are made of it.
func seed(what string) []byte { s := sha256.Sum256([]byte("test " + what)); return s[:] }

// fataler is a test, also one of rapid's.
type fataler interface{ Fatal(...any) }

// noteKey returns a log's or, for type 4, a witness's key in both forms.
func noteKey(name string, kind byte) (skey, vkey string) {
	private := ed25519.NewKeyFromSeed(seed(name))
	public := append([]byte{kind}, private.Public().(ed25519.PublicKey)...)
	id := sha256.Sum256(append([]byte(name+"\n"), public...))
	skey = fmt.Sprintf("PRIVATE+KEY+%s+%x+%s", name, id[:4], base64.StdEncoding.EncodeToString(append([]byte{kind}, seed(name)...)))
	return skey, fmt.Sprintf("%s+%x+%s", name, id[:4], base64.StdEncoding.EncodeToString(public))
}

func logSigner(t fataler, name string) note.Signer {
	skey, _ := noteKey(name, 1)
	s, err := note.NewSigner(skey)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// atSigner is a witness that cosigns at a given time.
type atSigner struct {
	name string
	time uint64
}

func (s atSigner) Name() string { return s.name }

func (s atSigner) KeyHash() uint32 {
	_, vkey := noteKey(s.name, 4)
	v, err := fnote.NewVerifierForCosignatureV1(vkey)
	if err != nil {
		panic(err)
	}
	return v.KeyHash()
}

func (s atSigner) Sign(msg []byte) ([]byte, error) {
	text := fmt.Sprintf("cosignature/v1\ntime %d\n%s", s.time, msg)
	return append(binary.BigEndian.AppendUint64(nil, s.time), ed25519.Sign(ed25519.NewKeyFromSeed(seed(s.name)), []byte(text))...), nil
}

// device is a statement's signer: an SSH signature, made here by the book.
type device struct{ name string }

func (d device) key() (k keyring.VerifyKey) {
	copy(k[:], ed25519.NewKeyFromSeed(seed(d.name)).Public().(ed25519.PublicKey))
	return k
}

func (d device) Sign(namespace string, message []byte) []byte {
	sum := sha512.Sum512(message)
	b := []byte("SSHSIG")
	for _, s := range []string{namespace, "", "sha512", string(sum[:])} {
		b = append(binary.BigEndian.AppendUint32(b, uint32(len(s))), s...)
	}
	return ed25519.Sign(ed25519.NewKeyFromSeed(seed(d.name)), b)
}

// memlog is a log in memory.
type memlog struct {
	leaves []frank.Hash
	hashes []tlog.Hash
}

func (m *memlog) add(leaves ...frank.Hash) {
	for _, l := range leaves {
		h, err := tlog.StoredHashes(int64(len(m.leaves)), l[:], m)
		if err != nil {
			panic(err)
		}
		m.leaves, m.hashes = append(m.leaves, l), append(m.hashes, h...)
	}
}

func (m *memlog) ReadHashes(at []int64) ([]tlog.Hash, error) {
	list := make([]tlog.Hash, len(at))
	for i, x := range at {
		list[i] = m.hashes[x]
	}
	return list, nil
}

func (m *memlog) head(size int) Head {
	if size == 0 {
		return Empty()
	}
	root, err := tlog.TreeHash(int64(size), m)
	if err != nil {
		panic(err)
	}
	return Head{uint64(size), frank.Hash(root)}
}

// ReadTile serves only full tiles where there are any, as a log that has
// collected its garbage.
func (m *memlog) ReadTile(_ context.Context, path string) ([]byte, error) {
	gone := &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
	p := strings.Replace(strings.Replace(path, "tile/", "tile/8/", 1), "/entries/", "/data/", 1)
	t, err := tlog.ParseTilePath(p)
	if err != nil {
		return nil, gone
	}
	level := max(t.L, 0)
	have := len(m.leaves)>>(8*level) - int(t.N)<<8
	if t.W > have || t.W < 256 && have >= 256 {
		return nil, gone
	}
	if t.L < 0 {
		var b []byte
		for _, l := range m.leaves[t.N<<8 : t.N<<8+int64(t.W)] {
			b = append(append(b, 0, 32), l[:]...)
		}
		return b, nil
	}
	return tlog.ReadTileData(t, m)
}

// sign makes a checkpoint of a head.
func sign(t fataler, name string, h Head, witnesses ...note.Signer) []byte {
	text := string(log.Checkpoint{Origin: name, Size: h.Size, Hash: h.Root[:]}.Marshal())
	b, err := note.Sign(&note.Note{Text: text}, append([]note.Signer{logSigner(t, name)}, witnesses...)...)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// policyText lists one log, three witnesses and a quorum of two.
func policyText() string {
	_, l := noteKey(origin, 1)
	text := "# a ledger and who watches it\nlog " + l + " https://log.example/\n"
	for i, w := range []string{"w1.example", "w2.example", "w3.example"} {
		_, v := noteKey(w, 4)
		text += fmt.Sprintf("witness W%d %s\n", i+1, v)
	}
	return text + "group outside any W2 W3\ngroup both all W1 outside\nquorum both\n"
}

func policy(t testing.TB, text string) *Policy {
	p, err := ParsePolicy([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// leaf is a commitment that is the same every time.
func leaf(i int) frank.Hash { return sha256.Sum256(fmt.Appendf(nil, "leaf %d", i)) }

func leaves(from, to int) []frank.Hash {
	var list []frank.Hash
	for i := from; i < to; i++ {
		list = append(list, leaf(i))
	}
	return list
}

func statement(by device, body string) *Statement {
	return &Statement{Log: origin, Kind: "dispatch.recall", By: by.key(), At: "2026-01-31T09:30:00Z", Seen: Empty(), Nonce: "00112233445566778899aabbccddeeff", Body: []byte(body)}
}
