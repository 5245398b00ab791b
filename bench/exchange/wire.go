package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"time"

	"frank"
	"frank/api"
	"frank/keyring"
	"frank/ledger"
)

// wire is the API as a client speaks it, without what a client does with the
// answers.
type wire struct {
	base string
	http *http.Client
}

func newWire(addr string, connections int) *wire {
	return &wire{"http://" + addr, &http.Client{Timeout: time.Minute,
		Transport: &http.Transport{MaxIdleConns: connections, MaxIdleConnsPerHost: connections, IdleConnTimeout: time.Minute}}}
}

func (w *wire) call(ctx context.Context, method, path, token string, in, out any) error {
	var body []byte
	if in != nil {
		body = api.Marshal(in)
	}
	return w.send(ctx, method, path, token, body, out)
}

func (w *wire) send(ctx context.Context, method, path, token string, body []byte, out any) error {
	req, err := http.NewRequestWithContext(ctx, method, w.base+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	if body != nil {
		req.Header.Set("Content-Type", api.TypeJSON)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := w.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	data, err := api.Read(resp.Body, resp.ContentLength, api.MaxAnswer)
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return api.ReadError(resp.StatusCode, data)
	}
	switch v := out.(type) {
	case nil:
		return nil
	case *[]byte:
		*v = data
		return nil
	}
	return api.Unmarshal(bytes.NewReader(data), len(data), out)
}

// session proves a key and returns the token.
func (w *wire) session(ctx context.Context, key *keyring.Key) (string, error) {
	v := key.VerifyKey()
	var ch api.Challenge
	if err := w.call(ctx, http.MethodPost, api.PathChallenge, "", api.ChallengeRequest{Key: v}, &ch); err != nil {
		return "", err
	}
	proof := api.SessionProof{Origin: w.base, Key: v, Challenge: ch.Challenge}
	var s api.Session
	err := w.call(ctx, http.MethodPost, api.PathSession, "", api.SessionRequest{Key: v, Challenge: ch.Challenge, Signature: key.Sign(keyring.SessionNamespace, proof.Marshal())}, &s)
	return s.Token, err
}

// statement signs an entry.
func statement(key *keyring.Key, kind string, body []byte, marked bool) (*ledger.Entry, error) {
	var nonce [16]byte
	rand.Read(nonce[:])
	return ledger.SignMarked(key, &ledger.Statement{Log: origin, Kind: kind, By: key.VerifyKey(), At: time.Now().UTC().Format("2006-01-02T15:04:05Z"),
		Seen: ledger.Empty(), Nonce: hex.EncodeToString(nonce[:]), Body: body}, marked, func() (s frank.Secret, err error) {
		_, err = rand.Read(s[:])
		return s, err
	})
}

func submission(e *ledger.Entry) *api.Submission {
	return &api.Submission{Format: api.SubmissionFormat, Commitment: e.Commitment(), Open: e.Marshal()}
}
