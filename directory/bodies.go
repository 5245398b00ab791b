package directory

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"frank"
	"frank/internal/canon"
	"frank/keyring"
	"frank/ledger"
)

// Limits of what one statement may ask for.
const (
	MaxBody       = ledger.MaxStatement // bytes
	MaxFounders   = 100                 // a card takes 2 KB of the statement; the others are invited
	MaxText       = 200                 // bytes of a name or a title
	MaxDevices    = 16                  // valid at a time, a person
	MaxDelegates  = 64
	MaxAttributes = 64
	MaxExpiry     = 1_000_000   // entries an invitation lasts
	MaxWait       = 366 * 86400 // seconds
	maxNote       = 64 << 10    // bytes of a checkpoint
	maxPolicy     = 64 << 10    // bytes of a witness policy
	maxKeys       = 128 << 10   // bytes of an office's sealed keys
)

// Do is what a statement does: the body of one of the kinds.
type Do interface {
	kind() string
	validate() error
	agreement(*register) rule // nil where plan looks at the signer itself
	plan(*register, occasion) (*effect, error)
}

type (
	// Accept is person.accept: a person named at the founding takes part. It is
	// signed by the key named there.
	Accept struct {
		Genesis     frank.Hash `json:"genesis"`     // the commitment of the founding's entry, so pinned
		Fingerprint string     `json:"fingerprint"` // of one's own card
	}

	// Invite is person.invite: a one-time code. Roles and office are what the
	// registrar intends; they give nothing.
	Invite struct {
		Code    keyring.VerifyKey `json:"code"`             // [Code.Public]
		Expires uint64            `json:"expires"`          // so many entries after this one
		Roles   []Role            `json:"roles,omitempty"`  // intended
		Office  frank.OfficeID    `json:"office,omitempty"` // intended
		Person  frank.PersonID    `json:"person,omitempty"` // a member who lost every device and enrols anew
	}

	// Enrol is person.enrol, signed by the newcomer's own key.
	Enrol struct {
		Genesis frank.Hash   `json:"genesis"` // pinned
		Invite  Entry        `json:"invite"`
		Card    keyring.Card `json:"card"`
		Proof   []byte       `json:"proof"` // [Code.Prove]
	}

	// Admit is person.admit: a registrar has compared the fingerprint with the
	// person, by another way than the server.
	Admit struct {
		Enrolment   Entry  `json:"enrolment"`
		Fingerprint string `json:"fingerprint"`
	}

	// Device is person.device: a further device of the signer's.
	Device struct {
		Key   keyring.VerifyKey `json:"key"`
		Proof []byte            `json:"proof"` // by the new device, over [DeviceClaim]
	}

	// Revoke is person.revoke: from this entry on the device's key is invalid.
	Revoke struct {
		Person frank.PersonID    `json:"person"`
		Key    keyring.VerifyKey `json:"key"`
	}

	// Key is person.key: the signer has a new decryption key.
	Key struct {
		Seal string `json:"seal"`
	}

	// Leave is person.leave.
	Leave struct {
		Person frank.PersonID `json:"person"`
	}

	// Create is office.create. An office with a place may issue; it needs a key
	// first, which its holder sets.
	Create struct {
		Office     frank.OfficeID `json:"office"`
		Title      string         `json:"title"`
		Place      string         `json:"place,omitempty"` // see [frank.Ref]; no two offices share one, ever
		Attributes []string       `json:"attributes"`      // for need-to-know: see [Policy]; sorted
	}

	// Alter is office.alter: another title, other attributes, or the end.
	Alter struct {
		Office     frank.OfficeID `json:"office"`
		Title      string         `json:"title"`
		Attributes []string       `json:"attributes"`
		Close      bool           `json:"close"`
	}

	// Holder is office.holder. Delegates, who acts, and the office's key end
	// with the last holder.
	Holder struct {
		Office frank.OfficeID `json:"office"`
		Person frank.PersonID `json:"person"` // empty: nobody
	}

	// Acting is office.acting.
	Acting struct {
		Office frank.OfficeID `json:"office"`
		Person frank.PersonID `json:"person"` // empty: nobody any more
		Until  uint64         `json:"until"`  // from this entry on no longer; 0: until it is said
	}

	// Delegate is office.delegate: a person who gets copies of their own of
	// what the office gets.
	Delegate struct {
		Office frank.OfficeID `json:"office"`
		Person frank.PersonID `json:"person"`
		End    bool           `json:"end"`
	}

	// OfficeKey is office.key: what the office's sources are sealed to.
	OfficeKey struct {
		Office frank.OfficeID `json:"office"`
		Seal   string         `json:"seal"`
	}

	// Pass is office.pass: the office's secret keys, sealed to somebody who
	// acts in it or will: as an age file that keyring.OpenIdentities opens.
	Pass struct {
		Office frank.OfficeID `json:"office"`
		Person frank.PersonID `json:"person"`
		Keys   []byte         `json:"keys"`
	}

	// Grant is role.grant.
	Grant struct {
		Role   Role           `json:"role"`
		Person frank.PersonID `json:"person"`
	}

	// End is role.end.
	End struct {
		Role   Role           `json:"role"`
		Person frank.PersonID `json:"person"`
	}

	// Settings is policy.set, and what the founding sets.
	Settings struct {
		Threshold  int        `json:"threshold"`  // k: the officers it takes, at least 2
		Labels     string     `json:"labels"`     // the label policy's name
		LabelsHash frank.Hash `json:"labelshash"` // [Policy.Hash]
		Production bool       `json:"production"` // real marks may be used
		Witnesses  string     `json:"witnesses"`  // a C2SP tlog-policy
		Wait       int64      `json:"wait"`       // seconds a weighty change waits
	}

	// Change proposes what others must agree to. Its signer consents by it.
	Change struct {
		Kind string          `json:"kind"`
		Do   json.RawMessage `json:"do"`
	}

	// Consent agrees to a change.
	Consent struct {
		Change Entry `json:"change"`
	}

	// Withdraw takes a consent back, for good; the proposer's ends the change.
	Withdraw struct {
		Change Entry `json:"change"`
	}

	// Enact makes a weighty change that is agreed and has waited.
	Enact struct {
		Change Entry  `json:"change"`
		First  string `json:"first"`  // a cosigned checkpoint that contains the last consent
		Second string `json:"second"` // one that is later by the waiting time; empty where that is 0
	}
)

// KindOf returns the kind of statement that does what do says.
func KindOf(do Do) string { return do.kind() }

// Propose returns the change that proposes do.
func Propose(do Do) Change { return Change{do.kind(), canon.Marshal(do)} }

func (Accept) kind() string    { return KindAccept }
func (Invite) kind() string    { return KindInvite }
func (Enrol) kind() string     { return KindEnrol }
func (Admit) kind() string     { return KindAdmit }
func (Device) kind() string    { return KindDevice }
func (Revoke) kind() string    { return KindRevoke }
func (Key) kind() string       { return KindKey }
func (Leave) kind() string     { return KindLeave }
func (Create) kind() string    { return KindCreate }
func (Alter) kind() string     { return KindAlter }
func (Holder) kind() string    { return KindHolder }
func (Acting) kind() string    { return KindActing }
func (Delegate) kind() string  { return KindDelegate }
func (OfficeKey) kind() string { return KindOfficeKey }
func (Pass) kind() string      { return KindPass }
func (Grant) kind() string     { return KindGrant }
func (End) kind() string       { return KindEnd }
func (Settings) kind() string  { return KindSettings }
func (Change) kind() string    { return KindChange }
func (Consent) kind() string   { return KindConsent }
func (Withdraw) kind() string  { return KindWithdraw }
func (Enact) kind() string     { return KindEnact }

// parsers reads each kind.
var parsers = map[string]func([]byte) (Do, error){
	KindAccept: parse[Accept], KindInvite: parse[Invite], KindEnrol: parse[Enrol], KindAdmit: parse[Admit],
	KindDevice: parse[Device], KindRevoke: parse[Revoke], KindKey: parse[Key], KindLeave: parse[Leave],
	KindCreate: parse[Create], KindAlter: parse[Alter], KindHolder: parse[Holder], KindActing: parse[Acting],
	KindDelegate: parse[Delegate], KindOfficeKey: parse[OfficeKey], KindPass: parse[Pass], KindGrant: parse[Grant], KindEnd: parse[End],
	KindSettings: parse[Settings], KindChange: parse[Change], KindConsent: parse[Consent], KindWithdraw: parse[Withdraw],
	KindEnact: parse[Enact],
}

func parse[T Do](data []byte) (Do, error) {
	var v T
	err := canon.Unmarshal(data, &v)
	return v, err
}

// ParseDo reads what a statement of a kind does. It is strict: see package
// canon; and every field is held to its limits.
func ParseDo(kind string, data []byte) (Do, error) {
	p := parsers[kind]
	if p == nil {
		return nil, fmt.Errorf("%w: %.40q", ErrKind, kind)
	}
	do, err := p(data)
	if err != nil {
		return nil, fmt.Errorf("the body of %s cannot be read: %w", kind, err)
	}
	if err := do.validate(); err != nil {
		return nil, fmt.Errorf("%s: %w", kind, err)
	}
	return do, nil
}

// ValidText reports whether s may stand as a name or a title: 1 to [MaxText]
// bytes in normal form C, without control and format characters, and without
// space at its ends.
func ValidText(s string) bool { return validLine(s, MaxText) }

// validLine is [ValidText] for another length.
func validLine(s string, most int) bool {
	if len(s) == 0 || len(s) > most || !norm.NFC.IsNormalString(s) {
		return false
	}
	for i, r := range s {
		if r == unicode.ReplacementChar || unicode.In(r, unicode.C, unicode.Zl, unicode.Zp) || r != ' ' && unicode.Is(unicode.Z, r) ||
			r == ' ' && (i == 0 || i == len(s)-1) {
			return false
		}
	}
	return true
}

func errText(what string) error {
	return fmt.Errorf("%s has 1 to %d bytes in normal form C, on one line and without invisible characters; this has not", what, MaxText)
}

func validSeal(s string) error {
	if _, err := keyring.ParseRecipient(s); err != nil {
		return errors.New("expected a recipient of age's post-quantum kind, age1pq1…, found something else")
	}
	return nil
}

func validRoles(list []Role) error {
	at := -1
	for _, r := range list {
		n := slices.Index(Roles, r)
		if n <= at {
			return fmt.Errorf("%.20q is no role, is there twice, or is out of order", string(r))
		}
		at = n
	}
	return nil
}

func validFingerprint(s string) error {
	if len(s) != 39 {
		return errors.New("expected a card's fingerprint, found something else")
	}
	return nil
}

func validOffice(id frank.OfficeID) error {
	if !id.Valid() {
		return fmt.Errorf("%.60q cannot be an office's id: it has 1 to 40 lower-case letters, digits and hyphens, and begins with a letter", string(id))
	}
	return nil
}

func validPerson(id frank.PersonID) error {
	if !id.Valid() {
		return errors.New("expected a person's id, 32 hexadecimal digits, found something else")
	}
	return nil
}

// validAttributes holds attributes to the form of office ids, sorted.
func validAttributes(list []string) error {
	if list == nil || len(list) > MaxAttributes {
		return fmt.Errorf("expected a list of at most %d attributes", MaxAttributes)
	}
	for i, a := range list {
		if !frank.OfficeID(a).Valid() || i > 0 && a <= list[i-1] {
			return fmt.Errorf("the attribute %.60q is not written in lower-case letters, digits and hyphens, is there twice, or is out of order", a)
		}
	}
	return nil
}

func (b Accept) validate() error { return validFingerprint(b.Fingerprint) }
func (b Invite) validate() error {
	if b.Expires < 1 || b.Expires > MaxExpiry {
		return fmt.Errorf("an invitation lasts 1 to %d entries, not %d", MaxExpiry, b.Expires)
	}
	if b.Office != "" && !b.Office.Valid() {
		return validOffice(b.Office)
	}
	if b.Person != "" && !b.Person.Valid() {
		return validPerson(b.Person)
	}
	return validRoles(b.Roles)
}
func (b Enrol) validate() error  { return b.Card.Validate() }
func (b Admit) validate() error  { return validFingerprint(b.Fingerprint) }
func (b Device) validate() error { return nil }
func (b Revoke) validate() error { return validPerson(b.Person) }
func (b Key) validate() error    { return validSeal(b.Seal) }
func (b Leave) validate() error  { return validPerson(b.Person) }
func (b Create) validate() error {
	if b.Place != "" && !frank.ValidPlace(b.Place) {
		return fmt.Errorf("%.60q cannot be the place of a reference", b.Place)
	}
	return Alter{b.Office, b.Title, b.Attributes, false}.validate()
}
func (b Alter) validate() error {
	if !ValidText(b.Title) {
		return errText("an office's title")
	}
	if err := validAttributes(b.Attributes); err != nil {
		return err
	}
	return validOffice(b.Office)
}
func (b Holder) validate() error {
	if b.Person != "" && !b.Person.Valid() {
		return validPerson(b.Person)
	}
	return validOffice(b.Office)
}
func (b Acting) validate() error {
	if b.Person == "" && b.Until != 0 {
		return errors.New("nobody acts until an entry")
	}
	return Holder{b.Office, b.Person}.validate()
}
func (b Delegate) validate() error {
	if err := validPerson(b.Person); err != nil {
		return err
	}
	return validOffice(b.Office)
}
func (b OfficeKey) validate() error {
	if err := validOffice(b.Office); err != nil {
		return err
	}
	return validSeal(b.Seal)
}
func (b Pass) validate() error {
	if len(b.Keys) > maxKeys || !bytes.HasPrefix(b.Keys, []byte("age-encryption.org/v1\n")) {
		return fmt.Errorf("expected the office's keys as an age file of at most %d bytes, found something else", maxKeys)
	}
	return Delegate{b.Office, b.Person, false}.validate()
}
func (b Grant) validate() error { return End(b).validate() }
func (b End) validate() error {
	if err := validRoles([]Role{b.Role}); err != nil {
		return err
	}
	return validPerson(b.Person)
}
func (b Settings) validate() error {
	switch {
	case b.Threshold < 2 || b.Threshold > 32:
		return frank.WithHint(fmt.Errorf("the threshold is 2 to 32 officers, not %d", b.Threshold), "one officer alone is never enough")
	case !frank.OfficeID(b.Labels).Valid():
		return errors.New("the label policy's name is written in lower-case letters, digits and hyphens")
	case b.Wait < 0 || b.Wait > MaxWait:
		return fmt.Errorf("the waiting time is 0 to %d seconds, not %d", MaxWait, b.Wait)
	case len(b.Witnesses) > maxPolicy:
		return fmt.Errorf("the witness policy has %d bytes, more than %d", len(b.Witnesses), maxPolicy)
	}
	return nil
}
func (b Change) validate() error {
	if !slices.Contains(changeable, b.Kind) {
		return fmt.Errorf("%.40q is not agreed to as a change", b.Kind)
	}
	return nil
}
func (b Consent) validate() error  { return nil }
func (b Withdraw) validate() error { return nil }
func (b Enact) validate() error {
	if len(b.First) > maxNote || len(b.Second) > maxNote {
		return fmt.Errorf("a checkpoint has at most %d bytes", maxNote)
	}
	return nil
}
