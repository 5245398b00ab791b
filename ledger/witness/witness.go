// Package witness cosigns the heads of ledgers, by C2SP tlog-witness: it signs
// that it saw a head, and never two that do not continue each other. Run by
// somebody else than the ledger, it makes showing two people two ledgers
// impossible without its key.
//
// For one head it makes one cosignature, and gives the same one to whoever
// asks again. Cosignatures carry a time and are what an issue of copies draws
// its randomness from: a second one for the same head would be a second draw.
package witness

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"frank"
	"frank/internal/canon"
	"frank/internal/durable"
	"frank/ledger"

	fnote "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Witness remembers the last head of each ledger it knows, in a folder.
type Witness struct {
	dir    string
	signer *fnote.Signer
	logs   map[string]*state
	unlock func()
}

// state is what is known of one ledger.
type state struct {
	mu     sync.Mutex
	policy *ledger.Policy // its keys
	path   string
	head   ledger.Head
	text   string // of the checkpoint cosigned last; empty before the first
	line   string // the cosignature given for it
}

// stored is the file of one ledger.
type stored struct {
	Format string `json:"format"`
	Note   string `json:"note"`
}

const storedFormat = "frank.witness/1"

// Open opens the witness whose state is in dir, or begins one there. It waits
// until no other process has it open. The key is the witness's own, in the
// note form "PRIVATE+KEY+name+…", of type 4 or 1 (Ed25519), or 6 (ML-DSA-44).
// Logs are the vkeys of the ledgers it is to cosign; each has its origin as
// name.
//
// The state must never be set back, as by restoring a backup: a witness that
// forgets may be made to sign a second history. Start anew with a new key.
func Open(dir, key string, logs ...string) (*Witness, error) {
	signer, err := fnote.NewSignerForCosignatureV1(key)
	if err != nil {
		return nil, errors.New("the witness's key is not one that cosigns")
	}
	w := &Witness{dir: dir, signer: signer, logs: map[string]*state{}}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	if w.unlock, err = durable.Lock(filepath.Join(dir, ".lock")); err != nil {
		return nil, err
	}
	if err := w.load(logs); err != nil {
		w.unlock()
		return nil, err
	}
	return w, nil
}

// Close lets another process open the witness.
func (w *Witness) Close() error { w.unlock(); return nil }

// load reads the state of the ledgers with these keys. A ledger may have
// several.
func (w *Witness) load(vkeys []string) error {
	lines := map[string]string{}
	for _, vkey := range vkeys {
		v, err := note.NewVerifier(vkey)
		if err != nil {
			return errors.New("the key of a ledger to witness is not one")
		}
		lines[v.Name()] += "log " + vkey + "\n"
	}
	for origin, text := range lines {
		policy, err := ledger.ParsePolicy([]byte(text + "quorum none\n"))
		if err != nil {
			return err
		}
		name := sha256.Sum256([]byte(origin))
		s := &state{policy: policy, path: filepath.Join(w.dir, hex.EncodeToString(name[:8])+".json")}
		if err := w.read(s, origin); err != nil {
			return fmt.Errorf("what the witness remembers of %s: %w", origin, err)
		}
		w.logs[origin] = s
	}
	return nil
}

// read loads what is remembered, if anything is.
func (w *Witness) read(s *state, origin string) error {
	if err := durable.Clear(s.path); err != nil {
		return err
	}
	data, err := os.ReadFile(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	damaged := errors.New("the file is damaged, or of another witness's key; a witness that has forgotten must begin anew with a new key")
	var f stored
	if canon.Unmarshal(data, &f) != nil || f.Format != storedFormat {
		return damaged
	}
	c, err := s.policy.Verify([]byte(f.Note))
	if err != nil || c.Origin != origin {
		return damaged
	}
	n, err := note.Open([]byte(f.Note), note.VerifierList(w.signer.Verifier()))
	if err != nil {
		return damaged
	}
	s.head, s.text, s.line = c.Head, n.Text, "— "+n.Sigs[0].Name+" "+n.Sigs[0].Base64+"\n"
	return nil
}

// refusal is an answer other than a cosignature.
type refusal struct {
	status int
	text   string
	size   *uint64 // for a conflict of sizes: the one remembered
}

// add answers one request: with the witness's line, or a refusal.
func (w *Witness) add(body []byte) (string, *refusal, error) {
	r, err := parse(body)
	if err != nil {
		return "", &refusal{status: http.StatusBadRequest, text: err.Error()}, nil
	}
	origin, _, _ := bytes.Cut(r.note, []byte("\n"))
	s := w.logs[string(origin)]
	if s == nil {
		return "", &refusal{status: http.StatusNotFound, text: "this witness does not know the ledger"}, nil
	}
	c, err := s.policy.Verify(r.note)
	switch {
	case errors.Is(err, ledger.ErrUnsigned):
		return "", &refusal{status: http.StatusForbidden, text: "the checkpoint is not signed by the ledger's key"}, nil
	case err != nil:
		return "", &refusal{status: http.StatusBadRequest, text: err.Error()}, nil
	case r.old > c.Size:
		return "", &refusal{status: http.StatusBadRequest, text: "the old size is larger than the checkpoint's"}, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case r.old != s.head.Size:
		return "", &refusal{status: http.StatusConflict, size: new(s.head.Size)}, nil
	case r.old == c.Size && s.text != "" && c.Root != s.head.Root:
		return "", &refusal{status: http.StatusConflict, text: "this witness has cosigned another root for that size"}, nil
	case !consistent(r.proof, c.Head, r.old, s.head.Root):
		return "", &refusal{status: http.StatusUnprocessableEntity, text: "the proof does not show that the checkpoint continues the last one"}, nil
	case s.text != "" && c.Size == s.head.Size:
		return s.line, nil, nil // never a second one for the same head
	}
	text := string(c.Note[:bytes.Index(c.Note, []byte("\n\n"))+1])
	signed, err := note.Sign(&note.Note{Text: text}, w.signer)
	if err != nil {
		return "", nil, err
	}
	line := string(signed[len(text)+1:])
	if err := durable.WriteFile(s.path, canon.Marshal(stored{storedFormat, string(c.Note) + line}), 0o600); err != nil {
		return "", nil, err
	}
	s.head, s.text, s.line = c.Head, text, line
	return line, nil, nil
}

// consistent reports whether the proof shows that head continues a tree of
// that size and root. From nothing, and to the same size, there is nothing to
// prove.
func consistent(proof tlog.TreeProof, head ledger.Head, size uint64, root frank.Hash) bool {
	if size == 0 || size == head.Size {
		return len(proof) == 0
	}
	return tlog.CheckTree(proof, int64(head.Size), tlog.Hash(head.Root), int64(size), tlog.Hash(root)) == nil
}

// ServeHTTP answers POST …/add-checkpoint.
func (w *Witness) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	if !strings.HasSuffix(r.URL.Path, "/add-checkpoint") {
		http.Error(out, "this is a witness: POST to add-checkpoint", http.StatusNotFound)
		return
	}
	if r.Method != http.MethodPost {
		out.Header().Set("Allow", "POST")
		http.Error(out, "this is a witness: POST to add-checkpoint", http.StatusMethodNotAllowed)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(out, r.Body, MaxRequest))
	if err != nil {
		http.Error(out, fmt.Sprintf("expected a body of at most %d bytes", MaxRequest), http.StatusBadRequest)
		return
	}
	line, no, err := w.add(body)
	switch {
	case err != nil:
		http.Error(out, "the witness could not remember the checkpoint, and so does not cosign it", http.StatusInternalServerError)
	case no != nil && no.size != nil:
		out.Header().Set("Content-Type", "text/x.tlog.size")
		out.WriteHeader(no.status)
		fmt.Fprintf(out, "%d\n", *no.size)
	case no != nil:
		http.Error(out, no.text, no.status)
	default:
		out.Header().Set("Content-Type", "text/plain; charset=utf-8")
		io.WriteString(out, line)
	}
}

// NewKey makes a witness's key: the private half for [Open], and the public
// half as policies list it. The name is the witness's, like a host's.
func NewKey(name string) (private, public string, err error) {
	if !ledger.ValidOrigin(name) {
		return "", "", errors.New("the name of a witness is printable ASCII with a full stop, and without spaces and plus signs")
	}
	private, plain, err := note.GenerateKey(rand.Reader, name)
	if err == nil {
		public, err = fnote.VKeyToCosignatureV1(plain)
	}
	return private, public, err
}
