package bundle

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"

	"frank"
	"frank/directory"
	"frank/internal/canon"
	"frank/keyring"
)

// meta is data/bundle.json: what the bundle says of itself.
type meta struct {
	Format  string            `json:"format"`
	Edition int               `json:"edition"`
	Profile Profile           `json:"profile"`
	Log     string            `json:"log"`     // origin of the ledger
	Inquiry directory.Entry   `json:"inquiry"` // the step that opened it
	Made    string            `json:"made"`
	Signer  keyring.VerifyKey `json:"signer"` // of the manifest
}

func parseMeta(data []byte) (*meta, error) {
	var m meta
	if err := canon.Unmarshal(data, &m); err != nil {
		return nil, fmt.Errorf("bundle.json cannot be read: %w", err)
	}
	switch {
	case m.Format != Format:
		return nil, frank.WithHint(fmt.Errorf("expected a bundle of format %s, found another", Format), "a newer frank may read it")
	case !m.Profile.Valid():
		return nil, errors.New("the bundle has a profile that is not known")
	case !frank.ValidTime(m.Made):
		return nil, errors.New("the bundle does not say when it was made")
	case m.Edition < 1:
		return nil, errors.New("the bundle has no edition")
	}
	return &m, nil
}

const bagit = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"

// bagInfo is bag-info.txt.
func bagInfo(m *meta, payload []file) []byte {
	size := 0
	for _, f := range payload {
		size += len(f.data)
	}
	return fmt.Appendf(nil, "Source-Organization: %s\nExternal-Description: What an inquiry found, with what it rests on; profile %s\nExternal-Identifier: %s\nBagging-Date: %s\nPayload-Oxum: %d.%d\n",
		m.Log, m.Profile, m.Inquiry.Hash, m.Made[:len("2026-11-22")], size, len(payload))
}

// manifest lists files as sha256sum -c reads them.
func manifest(files []file) []byte {
	var b bytes.Buffer
	for _, f := range files {
		fmt.Fprintf(&b, "%x  %s\n", sha256.Sum256(f.data), f.name)
	}
	return b.Bytes()
}

// bag puts the files that are about the others before the payload, which is
// sorted.
func bag(m *meta, payload []file, key Signer) ([]file, error) {
	list := manifest(payload)
	signed := m.Signer.Armour(Namespace, key.Sign(Namespace, list))
	allowed, err := m.Signer.AllowedSigner(Principal, Namespace)
	if err != nil {
		return nil, err
	}
	files := []file{{tags[0], []byte(bagit)}, {tags[1], bagInfo(m, payload)}, {tags[2], list}, {tags[3], signed}, {tags[4], []byte(allowed)}}
	files = append(files, file{tags[5], manifest(files)})
	return append(files, payload...), nil
}

// checkHashes checks the manifests of a bag and returns its payload.
func checkHashes(files []file) ([]file, error) {
	if len(files) < len(tags) {
		return nil, errors.New("files that every bundle has are missing")
	}
	about, payload := files[:len(tags)], files[len(tags):]
	for i, t := range tags {
		if about[i].name != t {
			return nil, fmt.Errorf("the file %s is missing", t)
		}
	}
	for _, c := range []struct {
		list  []byte
		files []file
	}{{about[2].data, payload}, {about[5].data, about[:5]}} {
		rest := c.list
		for _, f := range c.files { // file by file: a wrong one ends it
			line := manifest([]file{f})
			if !bytes.HasPrefix(rest, line) {
				return nil, fmt.Errorf("the file %s is not the one whose hash was listed, or is not listed", f.name)
			}
			rest = rest[len(line):]
		}
		if len(rest) > 0 {
			return nil, errors.New("a file is listed that is not there")
		}
	}
	return payload, nil
}

// checkTags checks the other files that are about the payload: they are what
// follows from it, and the manifest is signed.
func checkTags(m *meta, files, payload []file) error {
	allowed, err := m.Signer.AllowedSigner(Principal, Namespace)
	if err != nil {
		return err
	}
	switch {
	case string(files[0].data) != bagit:
		return errors.New("the file bagit.txt is not that of BagIt 1.0")
	case !bytes.Equal(files[1].data, bagInfo(m, payload)):
		return errors.New("the file bag-info.txt says something else than the bundle")
	case string(files[4].data) != allowed:
		return errors.New("the file allowed_signers names another key than the bundle")
	}
	sig, ok := unarmour(files[3].data)
	if !ok || !bytes.Equal(m.Signer.Armour(Namespace, sig), files[3].data) || !m.Signer.Verify(Namespace, files[2].data, sig) {
		return errors.New("the manifest is not signed by the key that the bundle names")
	}
	return nil
}

// unarmour returns the 64 bytes that a signature in SSH's armour ends with.
func unarmour(data []byte) ([]byte, bool) {
	lines := strings.Split(string(data), "\n")
	if len(lines) < 4 {
		return nil, false
	}
	raw, err := base64.StdEncoding.DecodeString(strings.Join(lines[1:len(lines)-2], ""))
	if err != nil || len(raw) < 64 {
		return nil, false
	}
	return raw[len(raw)-64:], true
}

// find returns a file's bytes.
func find(files []file, name string) ([]byte, bool) {
	i := slices.IndexFunc(files, func(f file) bool { return f.name == name })
	if i < 0 {
		return nil, false
	}
	return files[i].data, true
}
