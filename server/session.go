package server

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"slices"
	"sync"

	"frank"
	"frank/api"
	"frank/keyring"
)

// A session is a token that the server signs for whoever proved a device's key.
// It keeps nothing of it. What the key's holder may do is asked of the
// directory at every request, so that a revocation ends a session at once.

const (
	challengeTime = 120       // seconds by the server's clock, both times
	sessionTime   = 12 * 3600 //
	freshTime     = 120       // for what a token that was found on a disk must not do
	maxUsed       = 1 << 17   // challenges answered that are remembered
)

// What a sealed text is for.
const (
	forChallenge = 'c'
	forSession   = 's'
	forGuest     = 'g'
)

const tokenSize = 1 + len(keyring.VerifyKey{}) + 8 + 16

// sessions make and check challenges and tokens.
type sessions struct {
	secret  frank.Secret
	origins []string
	now     func() int64
	mu      sync.Mutex
	used    map[[16]byte]int64 // nonces of challenges answered, and when they expire
}

func newSessions(secret frank.Secret, origins []string, now func() int64) *sessions {
	return &sessions{secret: secret, origins: origins, now: now, used: map[[16]byte]int64{}}
}

func (s *sessions) mac(text []byte) []byte {
	m := hmac.New(sha256.New, s.secret[:])
	m.Write([]byte("frank/token/1\x00"))
	m.Write(text)
	return m.Sum(nil)
}

func (s *sessions) seal(purpose byte, key keyring.VerifyKey, seconds int64) string {
	b := append([]byte{purpose}, key[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(s.now()+seconds))
	var nonce [16]byte
	rand.Read(nonce[:])
	b = append(b, nonce[:]...)
	return base64.RawURLEncoding.EncodeToString(append(b, s.mac(b)...))
}

type token struct {
	purpose byte
	key     keyring.VerifyKey
	expires int64
	nonce   [16]byte
}

// open reads what seal wrote, if it has not expired.
func (s *sessions) open(text string) (t token, ok bool) {
	if len(text) != base64.RawURLEncoding.EncodedLen(tokenSize+sha256.Size) {
		return t, false
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || !hmac.Equal(b[tokenSize:], s.mac(b[:tokenSize])) {
		return t, false
	}
	t = token{purpose: b[0], key: keyring.VerifyKey(b[1:33]), expires: int64(binary.BigEndian.Uint64(b[33:])), nonce: [16]byte(b[41:])}
	return t, s.now() < t.expires
}

// fresh reports whether the session was opened just now: that the key was proved
// for what is asked, and not only that somebody has a token.
func (s *sessions) fresh(t token) bool {
	return s.now()-(t.expires-sessionTime) < freshTime
}

// prove checks the answer to a challenge, which counts once, for a key and an
// origin of this server.
func (s *sessions) prove(m *api.SessionRequest) error {
	no := &api.Error{Kind: api.NoSession, Text: "the challenge was not answered: it is too old, used before, or signed by another key or for another server", Hint: "check the address the client is told to call; then ask for a new challenge"}
	t, ok := s.open(m.Challenge)
	if !ok || t.purpose != forChallenge || t.key != m.Key {
		return no
	}
	if !slices.ContainsFunc(s.origins, func(origin string) bool {
		return m.Key.Verify(keyring.SessionNamespace, api.SessionProof{Origin: origin, Key: m.Key, Challenge: m.Challenge}.Marshal(), m.Signature)
	}) {
		return no
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, again := s.used[t.nonce]; again {
		return no
	}
	if len(s.used) >= maxUsed {
		for n, expires := range s.used {
			if expires <= s.now() {
				delete(s.used, n)
			}
		}
		if len(s.used) >= maxUsed {
			return errBusy
		}
	}
	s.used[t.nonce] = t.expires
	return nil
}
