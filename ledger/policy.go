package ledger

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"frank"

	fnote "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"
)

// Limits of a policy.
const (
	MaxPolicy  = 256 << 10 // bytes
	maxMembers = 64        // logs, witnesses, and groups, each
)

// Policy says which logs count, and whose cosignatures make a checkpoint
// witnessed. Its text is a C2SP tlog-policy.
type Policy struct {
	text      string
	logs      []note.Verifier
	witnesses []Witness
	groups    []group
	quorum    *part // nil is "quorum none"
}

// Witness is a witness that a policy names.
type Witness struct {
	Name string // in the policy only
	Key  note.Verifier
	URL  string // its submission prefix, or empty
}

// part is a witness or a group: its place in the policy's list.
type part struct {
	group bool
	at    int
}

type group struct {
	need  int
	parts []part
}

// ParsePolicy reads a policy. Keys of witnesses are of the cosignature types
// of C2SP: 4 (Ed25519) or 6 (ML-DSA-44).
func ParsePolicy(text []byte) (*Policy, error) {
	if len(text) > MaxPolicy {
		return nil, fmt.Errorf("a policy has at most %d bytes, this one %d", MaxPolicy, len(text))
	}
	if len(text) > 0 && text[len(text)-1] != '\n' {
		return nil, policyError(bytes.Count(text, []byte("\n"))+1, "the line does not end in a line feed")
	}
	p := &policyParser{Policy: Policy{text: string(text)}, names: map[string]part{}, used: map[string]bool{}, keys: map[string]bool{}}
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		line = strings.TrimSuffix(line, "\n")
		if strings.ContainsFunc(line, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) {
			return nil, policyError(n, "it has a control character")
		}
		fields := strings.FieldsFunc(line, func(r rune) bool { return r == ' ' || r == '\t' })
		if len(fields) == 0 || strings.HasPrefix(fields[0], "#") {
			continue
		}
		if err := p.line(fields); err != nil {
			return nil, policyError(n, err.Error())
		}
	}
	if !p.done {
		return nil, frank.WithHint(fmt.Errorf("the policy names no quorum"), `"quorum none" asks for no witness`)
	}
	return &p.Policy, nil
}

func policyError(line int, what string) error {
	return fmt.Errorf("line %d of the policy: %s", line, what)
}

type policyParser struct {
	Policy
	names map[string]part
	used  map[string]bool // names that are in a group already
	keys  map[string]bool // public keys, without name and id, by what they are for
	done  bool
}

func (p *policyParser) line(f []string) error {
	switch word := f[0]; {
	case word == "log" && (len(f) == 2 || len(f) == 3):
		v, err := note.NewVerifier(f[1])
		if err != nil || !ValidOrigin(v.Name()) {
			return fmt.Errorf("expected the log's key, type 1, whose name is the log's origin")
		}
		if err := p.fresh("log", f[1], len(p.logs)); err != nil {
			return err
		}
		p.logs = append(p.logs, v)
	case word == "witness" && (len(f) == 3 || len(f) == 4):
		v, err := fnote.NewVerifierForCosignatureV1(f[2])
		if kind := keyType(f[2]); err != nil || kind != 4 && kind != 6 || fmt.Sprintf("%08x", v.KeyHash()) != keyID(f[2]) {
			return fmt.Errorf("expected a witness's name and its key, type 4 or 6")
		}
		if err := p.fresh("witness", f[2], len(p.witnesses)); err != nil {
			return err
		}
		w := Witness{Name: f[1], Key: v}
		if len(f) == 4 {
			w.URL = f[3]
		}
		p.witnesses = append(p.witnesses, w)
		return p.name(f[1], part{at: len(p.witnesses) - 1})
	case word == "group" && len(f) >= 4:
		if len(p.groups) >= maxMembers {
			return fmt.Errorf("there are more than %d groups", maxMembers)
		}
		g := group{}
		for _, member := range f[3:] {
			m, ok := p.names[member]
			if !ok || p.used[member] {
				return fmt.Errorf("the member %.60q is not defined before, or is in a group already", member)
			}
			p.used[member] = true
			g.parts = append(g.parts, m)
		}
		switch n, err := strconv.Atoi(f[2]); {
		case f[2] == "any":
			g.need = 1
		case f[2] == "all":
			g.need = len(g.parts)
		case err != nil || strconv.Itoa(n) != f[2] || n < 1 || n > len(g.parts):
			return fmt.Errorf("a group of %d needs 1 to %d of them, not %.20q", len(g.parts), len(g.parts), f[2])
		default:
			g.need = n
		}
		p.groups = append(p.groups, g)
		return p.name(f[1], part{true, len(p.groups) - 1})
	case word == "quorum" && len(f) == 2:
		if p.done {
			return fmt.Errorf("there is a second quorum")
		}
		p.done = true
		if f[1] == "none" {
			return nil
		}
		q, ok := p.names[f[1]]
		if !ok {
			return fmt.Errorf("the quorum %.60q is not defined before", f[1])
		}
		p.quorum = &q
	default:
		return fmt.Errorf("expected log, witness, group or quorum with its parts")
	}
	return nil
}

// name enters what a group or quorum may refer to.
func (p *policyParser) name(s string, what part) error {
	if _, taken := p.names[s]; taken || s == "none" || len(s) > 200 {
		return fmt.Errorf("the name %.60q is taken, or cannot be one", s)
	}
	p.names[s] = what
	return nil
}

// fresh refuses a public key that is listed already, whatever name it goes by.
func (p *policyParser) fresh(what, vkey string, have int) error {
	if have >= maxMembers {
		return fmt.Errorf("there are more than %d of a kind", maxMembers)
	}
	_, key := splitKey(vkey)
	id := what + " " + string(key)
	if p.keys[id] {
		return fmt.Errorf("the key is listed already")
	}
	p.keys[id] = true
	return nil
}

// splitKey returns type and bytes of a key in vkey form.
func splitKey(vkey string) (kind byte, key []byte) {
	if f := strings.SplitN(vkey, "+", 3); len(f) == 3 {
		if b, err := base64.StdEncoding.DecodeString(f[2]); err == nil && len(b) > 1 {
			return b[0], b[1:]
		}
	}
	return 0, nil
}

func keyType(vkey string) byte { kind, _ := splitKey(vkey); return kind }

func keyID(vkey string) string {
	if f := strings.SplitN(vkey, "+", 3); len(f) == 3 {
		return f[1]
	}
	return ""
}

// Text returns the policy as it was read.
func (p *Policy) Text() string { return p.text }

// Origins returns the names of the logs that count.
func (p *Policy) Origins() []string {
	var names []string
	for _, l := range p.logs {
		if !slices.Contains(names, l.Name()) {
			names = append(names, l.Name())
		}
	}
	return names
}

// Witnesses returns the witnesses in the order the policy names them.
func (p *Policy) Witnesses() []Witness { return slices.Clone(p.witnesses) }

// AsksWitnesses reports whether the quorum is other than none. Where it is
// not, no checkpoint is witnessed.
func (p *Policy) AsksWitnesses() bool { return p.quorum != nil }

// satisfied reports whether the witnesses that cosigned, by their place in the
// policy, are a quorum.
func (p *Policy) satisfied(cosigned []bool) bool {
	return p.quorum != nil && p.holds(*p.quorum, cosigned)
}

func (p *Policy) holds(q part, cosigned []bool) bool {
	if !q.group {
		return cosigned[q.at]
	}
	n := 0
	for _, m := range p.groups[q.at].parts {
		if p.holds(m, cosigned) {
			n++
		}
	}
	return n >= p.groups[q.at].need
}

// verifiers knows the policy's logs and witnesses.
func (p *Policy) verifiers() note.Verifiers {
	list := slices.Clone(p.logs)
	for _, w := range p.witnesses {
		list = append(list, w.Key)
	}
	return note.VerifierList(list...)
}
