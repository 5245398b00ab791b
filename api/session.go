package api

import (
	"encoding/json"

	"frank"
	"frank/internal/canon"
	"frank/keyring"
)

// ChallengeRequest asks for something to sign.
type ChallengeRequest struct {
	Key keyring.VerifyKey `json:"key"` // of the device
}

// Challenge is to be signed within two minutes by the server's clock, once. The
// client's clock does not matter.
type Challenge struct {
	Challenge string `json:"challenge"`
}

// SessionProof is what the device signs, as canonical JSON in the namespace
// keyring.SessionNamespace. The origin is the one the client itself called, so
// that a server in the middle cannot pass the signature on.
type SessionProof struct {
	Format    string            `json:"format"` // SessionFormat
	Origin    string            `json:"origin"` // as in "https://frank.example:8443"
	Key       keyring.VerifyKey `json:"key"`
	Challenge string            `json:"challenge"`
}

// SessionFormat is the format of a [SessionProof].
const SessionFormat = "frank.session/1"

// Marshal writes what is signed.
func (p SessionProof) Marshal() []byte {
	p.Format = SessionFormat
	return canon.Marshal(p)
}

// SessionRequest answers a challenge.
type SessionRequest struct {
	Key       keyring.VerifyKey `json:"key"`
	Challenge string            `json:"challenge"`
	Signature []byte            `json:"signature"`
	// Enrol is for a guest, who is invited and not enrolled yet: what they will
	// state in person.enrol (directory.Enrol, canonical JSON). With it they may
	// read the directory before they rely on it.
	Enrol json.RawMessage `json:"enrol,omitempty"`
}

// Session is the answer. The token goes into the header
// "Authorization: Bearer …".
type Session struct {
	Token   string `json:"token"`
	Seconds int    `json:"seconds"` // that it holds
}

// Standing of whoever asks.
const (
	Member = "member"
	Guest  = "guest"  // invited, or enrolled and not admitted
	Nobody = "nobody" // their device is revoked, or they left
)

// Me is what the directory says of whoever asks.
type Me struct {
	Standing string           `json:"standing"`
	Person   frank.PersonID   `json:"person,omitempty"`
	Offices  []frank.OfficeID `json:"offices"` // held, or acted for
	Roles    []string         `json:"roles"`
}

// Server is what a server says of itself. A client pins the log and its policy
// from elsewhere and takes these as a hint only.
type Server struct {
	Version string   `json:"version"`
	Origins []string `json:"origins"` // that sessions are bound to
	Log     string   `json:"log"`     // origin of its log
	Policy  string   `json:"policy"`  // C2SP tlog-policy
}
