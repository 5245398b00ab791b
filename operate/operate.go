// Package operate is what whoever runs a server does with its folder: make it,
// hold it against its log, back it up, restore it. The folder has
//
//	key      the log's signing key, for its owner's eyes only
//	policy   the C2SP tlog-policy that the server begins with; public
//	store/   entries, dispatches and sealed things: package store/sqlite
//	log/     the log as C2SP tlog-tiles: package ledger/sequencer
//	address  where the server answers, while it runs
//
// A backup is a folder of the same form. Nothing here can open what is sealed.
package operate

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"frank"
	"frank/internal/durable"
	"frank/ledger"
)

// The names in the folder.
const (
	KeyFile     = "key"
	PolicyFile  = "policy"
	AddressFile = "address"
	SetupFile   = "setup-code" // there until there is an organisation
	storeDir    = "store"
	logDir      = "log"
)

// ErrNone is the error for a folder that is no server's.
var ErrNone = errors.New("there is no server in that folder")

// Folder is a server's folder.
type Folder struct {
	Dir    string
	Signer note.Signer // the log's key, by the name of its origin
	Key    string      // its public half, as policies list it
	Policy *ledger.Policy
	Setup  string // the code that founding takes; empty once there is an organisation
	Open   bool   // others than the owner may read the key's file
}

// Store is the folder of the store, Log that of the log.
func (f *Folder) Store() string { return filepath.Join(f.Dir, storeDir) }

// Log is the folder of the log's tiles.
func (f *Folder) Log() string { return filepath.Join(f.Dir, logDir) }

// NewOrigin is a name for a log that nobody has chosen one for.
func NewOrigin() string {
	var b [8]byte
	rand.Read(b[:])
	return "frank.local/" + hex.EncodeToString(b[:])
}

// Create makes the folder of a new server whose log has the name origin. The
// policy's lines are added to the log's own; nil asks for no witnesses. The
// error is [fs.ErrExist] if there is a server in it.
func Create(dir, origin string, policy []byte) (*Folder, error) {
	if !ledger.ValidOrigin(origin) {
		return nil, frank.WithHint(fmt.Errorf("%.120q cannot name a ledger", origin), "3 to 120 printable ASCII characters, a full stop among them, without spaces and plus signs, such as frank.example/ledger")
	}
	private, public, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		return nil, err
	}
	text := PolicyText(public, policy)
	if _, err := ledger.ParsePolicy([]byte(text)); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	for _, name := range []string{KeyFile, PolicyFile, SetupFile} {
		if err := durable.Clear(filepath.Join(dir, name)); err != nil {
			return nil, err
		}
	}
	// The key is last: a folder without one has no server in it.
	if _, err := os.Lstat(filepath.Join(dir, KeyFile)); err == nil {
		return nil, &fs.PathError{Op: "create", Path: filepath.Join(dir, KeyFile), Err: fs.ErrExist}
	}
	for _, used := range []string{storeDir, logDir} {
		if _, err := os.Lstat(filepath.Join(dir, used)); err == nil {
			return nil, frank.WithHint(fmt.Errorf("the folder has a %s and no key", used), "if the key is lost the ledger cannot go on; restore a backup into a new folder")
		}
	}
	if err := durable.WriteFile(filepath.Join(dir, PolicyFile), []byte(text), 0o644); err != nil {
		return nil, err
	}
	if err := durable.WriteFile(filepath.Join(dir, SetupFile), []byte(newSetup()+"\n"), 0o600); err != nil {
		return nil, err
	}
	if err := durable.CreateFile(filepath.Join(dir, KeyFile), []byte(private+"\n"), 0o600); err != nil {
		return nil, err
	}
	return Open(dir)
}

// newSetup is a code of 80 random bits, to be read out or typed.
func newSetup() string {
	var b [10]byte
	rand.Read(b[:])
	s := base32.StdEncoding.EncodeToString(b[:])
	return s[:4] + "-" + s[4:8] + "-" + s[8:12] + "-" + s[12:]
}

// Founded forgets the setup code: there is an organisation.
func (f *Folder) Founded() error {
	f.Setup = ""
	if err := os.Remove(filepath.Join(f.Dir, SetupFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// PolicyText is a policy for the log with the public key. Of extra, which may
// be nil, the lines that name logs are left out.
func PolicyText(public string, extra []byte) string {
	text, quorum := "log "+public+"\n", false
	for line := range strings.Lines(string(extra)) {
		switch f := strings.Fields(line); {
		case len(f) > 0 && f[0] == "log":
			continue
		case len(f) > 0 && f[0] == "quorum":
			quorum = true
		}
		text += line
	}
	if !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	if !quorum {
		text += "quorum none\n"
	}
	return text
}

// Open reads a server's folder: key and policy. The error is [ErrNone] if
// there is no server in it.
func Open(dir string) (*Folder, error) {
	path := filepath.Join(dir, KeyFile)
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNone
	}
	if err != nil {
		return nil, err
	}
	f := &Folder{Dir: dir}
	secret := strings.TrimSpace(string(data))
	if f.Signer, err = note.NewSigner(secret); err != nil {
		return nil, errors.New("the key of the log is damaged")
	}
	if f.Key, err = publicHalf(secret, f.Signer.Name()); err != nil {
		return nil, err
	}
	if info, err := os.Stat(path); err == nil {
		f.Open = info.Mode().Perm()&0o077 != 0 && runtime.GOOS != "windows" // where modes say nothing
	}
	setup, err := os.ReadFile(filepath.Join(dir, SetupFile))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	f.Setup = strings.TrimSpace(string(setup))
	text, err := os.ReadFile(filepath.Join(dir, PolicyFile))
	if err != nil {
		return nil, err
	}
	if f.Policy, err = ledger.ParsePolicy(text); err != nil {
		return nil, frank.WithHint(fmt.Errorf("the policy in the folder: %w", err), "mend its file %q; the log's own line is: log %s", PolicyFile, f.Key)
	}
	return f, nil
}

// Own is a policy of the log's key alone, without witnesses.
func (f *Folder) Own() *ledger.Policy {
	p, err := ledger.ParsePolicy([]byte(PolicyText(f.Key, nil)))
	if err != nil {
		panic(err) // the key was checked
	}
	return p
}

func (f *Folder) verifier() note.Verifier {
	v, err := note.NewVerifier(f.Key)
	if err != nil {
		panic(err) // it was made by publicHalf
	}
	return v
}

// publicHalf of a key in the note form "PRIVATE+KEY+name+hash+base64".
func publicHalf(secret, name string) (string, error) {
	parts := strings.SplitN(secret, "+", 5)
	if len(parts) == 5 {
		if b, err := base64.StdEncoding.DecodeString(parts[4]); err == nil && len(b) == 1+ed25519.SeedSize && b[0] == 1 {
			return note.NewEd25519VerifierKey(name, ed25519.NewKeyFromSeed(b[1:]).Public().(ed25519.PublicKey))
		}
	}
	return "", errors.New("the key of the log is damaged")
}
