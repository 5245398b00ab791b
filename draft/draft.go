// Package draft is work on a source before it is issued: by the people of the
// office that is to issue it, and by those whom they ask to clear it.
//
// A draft is a chain of versions. Each is signed by who made it and names all
// versions before it by their hashes, so that whoever has the last one can tell
// whether another was left out, swapped or put in. A version carries the source
// as it stands and the steps (drafted, cleared, released) that were signed under
// it. The last version of a draft has no source: it says that the draft was
// dropped, or issued as which dispatch. spec/draft.md has the format.
//
// What is here knows neither where versions are kept nor for whom they are
// sealed: see package client.
package draft

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"frank"
	"frank/dispatch"
	"frank/internal/canon"
	"frank/keyring"
	"frank/ledger"
)

// Format is the id of a version.
const Format = "frank.draft/1"

// Namespace is what versions are signed in.
const Namespace = "frank/draft/1"

// Limits of a version.
const (
	MaxFile     = 1<<20 - 8 // bytes of a version with its source, as [Version.File] writes it
	MaxVersions = 200       // of one draft, and one more to end it
	MaxPeople   = 64        // who take part
	MaxSteps    = 200
	MaxNote     = 4000 // bytes
	MaxNumber   = 1 << 30
)

// What a version does.
const (
	Shared   = "shared"   // puts a text before those who take part: the first, or a changed one, or the same again
	Signed   = "signed"   // adds a step under the text as it stands
	Returned = "returned" // refuses the text as it stands, with the reason in the note
	Dropped  = "dropped"  // ends the draft
	Issued   = "issued"   // ends it: the text was issued
)

// Party is somebody who takes part, for as long as they hold the office that
// stands with them, act for its holder or read for it; without an office, as
// long as they belong to the organisation.
type Party struct {
	Person frank.PersonID `json:"person"`
	Office frank.OfficeID `json:"office,omitempty"`
}

// Version is one version of a draft. Its text is apart: see [Version.File].
type Version struct {
	Format    string            `json:"format"`
	Log       string            `json:"log"`              // origin of the ledger that the directory is in
	Draft     int               `json:"draft"`            // number, from 1
	Office    frank.OfficeID    `json:"office"`           // that is to issue it
	Number    int               `json:"number"`           // of the version, from 1
	Before    []frank.Hash      `json:"before,omitempty"` // the hashes of all before it, in order; zero for one that whoever drops could not read
	What      string            `json:"what"`
	Note      string            `json:"note,omitempty"`
	With      []Party           `json:"with"` // who takes part: nobody is ever taken out
	Source    frank.Hash        `json:"source,omitzero"`
	Steps     []dispatch.Step   `json:"steps,omitempty"`
	Dispatch  frank.Ref         `json:"dispatch,omitzero"` // as which it was issued
	Key       keyring.VerifyKey `json:"key"`               // of the device that signs
	At        string            `json:"at"`                // by the signer's clock
	Seen      ledger.Head       `json:"seen"`              // the last head of the ledger that the signer had verified
	Signature []byte            `json:"signature"`
}

// Message is what is signed.
func (v *Version) Message() []byte {
	bare := *v
	bare.Signature = nil
	return canon.Marshal(&bare)
}

// Signer signs with a device's key: a [keyring.Key].
type Signer interface {
	Sign(namespace string, message []byte) []byte
}

// Sign signs v with the key that it names.
func (v *Version) Sign(key Signer) { v.Signature = key.Sign(Namespace, v.Message()) }

// Hash names v: the SHA-256 of its line of canonical JSON, signature included.
func (v *Version) Hash() frank.Hash { return sha256.Sum256(canon.Marshal(v)) }

// Over reports whether v ends its draft.
func (v *Version) Over() bool { return v.What == Dropped || v.What == Issued }

// Names reports whether somebody takes part by v, whatever became of their
// office since.
func (v *Version) Names(person frank.PersonID) bool {
	return slices.ContainsFunc(v.With, func(p Party) bool { return p.Person == person })
}

// Chain are the hashes of all versions up to v, in order.
func (v *Version) Chain() []frank.Hash { return append(slices.Clone(v.Before), v.Hash()) }

// File writes v with its source as it is sealed: the format's id, v on one line,
// an empty line, the source to the end.
func (v *Version) File(source string) []byte {
	var b bytes.Buffer
	b.WriteString(Format + "\n")
	b.Write(canon.Marshal(v))
	b.WriteString("\n\n" + source)
	return b.Bytes()
}

// Parse reads what [Version.File] writes, and checks the signatures of the
// version and of its steps. Whose keys they are, and whether they might, says
// [Check].
func Parse(file []byte) (v *Version, source string, err error) {
	if len(file) > MaxFile {
		return nil, "", tooLong()
	}
	rest, ok := bytes.CutPrefix(file, []byte(Format+"\n"))
	line, text, found := bytes.Cut(rest, []byte("\n\n"))
	if !ok || !found {
		return nil, "", fmt.Errorf("expected a version of a draft, %s, found something else", Format)
	}
	v = new(Version)
	if err := canon.Unmarshal(line, v); err != nil {
		return nil, "", fmt.Errorf("the version cannot be read: %w", err)
	}
	return v, string(text), v.Validate(string(text))
}

func tooLong() error {
	return frank.WithHint(fmt.Errorf("a version of a draft has at most %d bytes, with its source", MaxFile), "hand each other the file instead: frank draft sign works without sharing it")
}

// Validate reports the first thing that no version with this source may say.
func (v *Version) Validate(source string) error {
	switch {
	case v.Format != Format:
		return fmt.Errorf("a version is of the format %s, this one of %.40q", Format, v.Format)
	case !ledger.ValidOrigin(v.Log), !v.Office.Valid(), !frank.ValidTime(v.At):
		return errors.New("a version names its ledger, its office and its time")
	case v.Draft < 1 || v.Draft > MaxNumber:
		return errors.New("drafts are numbered from 1")
	case v.Number < 1 || v.Number > MaxVersions && (!v.Over() || v.Number > MaxVersions+1):
		return fmt.Errorf("a draft has at most %d versions", MaxVersions)
	case len(v.Before) != v.Number-1:
		return fmt.Errorf("version %d names %d versions before it", v.Number, len(v.Before))
	case !slices.Contains([]string{Shared, Signed, Returned, Dropped, Issued}, v.What):
		return fmt.Errorf("a version is not %.20q", v.What)
	case !validNote(v.Note):
		return fmt.Errorf("a note has at most %d bytes in normal form C, and no control characters but line feeds", MaxNote)
	case v.What == Returned && strings.TrimSpace(v.Note) == "":
		return errors.New("a draft is returned with a reason")
	case v.Number == 1 && v.What != Shared:
		return errors.New("a draft begins with a text")
	case len(v.With) == 0 || len(v.With) > MaxPeople:
		return fmt.Errorf("1 to %d people take part in a draft", MaxPeople)
	case len(v.Steps) > MaxSteps:
		return fmt.Errorf("a version has at most %d steps", MaxSteps)
	case v.Seen.Size == 0:
		return errors.New("whoever signed had seen no ledger")
	case (v.What == Issued) != (v.Dispatch != frank.Ref{}), v.What == Issued && v.Dispatch.Validate() != nil:
		return errors.New("a draft that was issued says as which dispatch, and no other does")
	case !v.Key.Verify(Namespace, v.Message(), v.Signature):
		return errors.New("the signature of the version does not hold")
	}
	for i, p := range v.With {
		if !p.Person.Valid() || p.Office != "" && !p.Office.Valid() {
			return errors.New("those who take part are persons, and may have an office")
		}
		if slices.Contains(v.With[:i], p) {
			return errors.New("somebody takes part twice as the same")
		}
	}
	if v.What != Dropped && slices.Contains(v.Before, frank.Hash{}) {
		return errors.New("a version names all before it by their hashes")
	}
	if v.Over() {
		if source != "" || len(v.Steps) > 0 || (v.What == Dropped) != (v.Source == frank.Hash{}) {
			return errors.New("a draft ends without a text")
		}
		return nil
	}
	if source == "" || v.Source != sha256.Sum256([]byte(source)) {
		return errors.New("the version is signed for another source than it has")
	}
	for i := range v.Steps {
		s := &v.Steps[i]
		switch {
		case s.Step != dispatch.Drafted && s.Step != dispatch.Cleared && s.Step != dispatch.Released:
			return fmt.Errorf("a source is %s, %s or %s, not %.20q", dispatch.Drafted, dispatch.Cleared, dispatch.Released, s.Step)
		case s.Office != v.Office || s.Source != v.Source:
			return fmt.Errorf("the version has a signature of who %s another source", s.Step)
		case !frank.ValidTime(s.At), !s.Person.Valid(), len(s.Name) > dispatch.MaxLine, !s.Verify():
			return fmt.Errorf("the signature of who %s the source does not hold", s.Step)
		}
	}
	return nil
}

func validNote(s string) bool {
	return len(s) <= MaxNote && utf8.ValidString(s) && norm.NFC.IsNormalString(s) &&
		strings.IndexFunc(s, func(c rune) bool { return unicode.IsControl(c) && c != '\n' }) < 0
}
