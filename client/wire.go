package client

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"strings"
	"time"

	"frank"
	"frank/api"
	"frank/internal/canon"
	"frank/keyring"
)

// wire speaks to the server. Nothing it returns is trusted.
type wire struct {
	base   *url.URL
	origin string // that sessions are bound to
	http   *http.Client
	files  Files
	key    *keyring.Key
	token  string
	enrol  []byte // what a guest will state
	full   map[string][]byte
}

func newWire(cfg Config, server string) (*wire, error) {
	u, err := url.Parse(server)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, frank.WithHint(fmt.Errorf("%.100q is no address of a server", server), "it is written like https://frank.example")
	}
	if u.Scheme == "http" && !loopback(u.Hostname()) {
		return nil, frank.WithHint(fmt.Errorf("%s is not reached over TLS", u.Host), "https is needed except on this machine itself")
	}
	w := &wire{base: u, origin: u.Scheme + "://" + u.Host, http: cfg.HTTP, files: cfg.Files, key: cfg.Key, full: map[string][]byte{}}
	if sealed, err := cfg.Files.Read(fileSession); err == nil {
		if token, err := cfg.Key.Open(sealed); err == nil {
			w.token = string(token)
		}
	}
	return w, nil
}

func loopback(host string) bool {
	return host == "localhost" || host == "127.0.0.1" || host == "::1"
}

// call sends a message and reads the answer into out. A session is opened when
// one is asked for.
func (w *wire) call(ctx context.Context, method, path string, in, out any) error {
	var body []byte
	kind := api.TypeJSON
	switch v := in.(type) {
	case nil:
	case []byte:
		body, kind = v, api.TypeBytes
	case parcel:
		body, kind = v, api.TypeParcel
	default:
		body = api.Marshal(in)
	}
	answer, err := patiently(ctx, func() ([]byte, error) { return w.send(ctx, method, path, kind, body) })
	if errors.Is(err, api.Of(api.NoSession)) {
		if err := w.signIn(ctx); err != nil {
			return err
		}
		answer, err = patiently(ctx, func() ([]byte, error) { return w.send(ctx, method, path, kind, body) })
	}
	if err != nil {
		return err
	}
	switch v := out.(type) {
	case nil:
		return nil
	case *[]byte:
		*v = answer
		return nil
	default:
		if err := canon.Unmarshal(answer, out); err != nil {
			return fmt.Errorf("the server's answer cannot be read: %w", err)
		}
		return nil
	}
}

// patiently asks again, a little later each time, when a server says that it has
// too much to do: a first contact reads a long ledger faster than it gives one.
func patiently(ctx context.Context, ask func() ([]byte, error)) ([]byte, error) {
	for wait := 250 * time.Millisecond; ; wait *= 2 {
		answer, err := ask()
		if wait > 8*time.Second || !errors.Is(err, api.Of(api.TooMany)) && !errors.Is(err, api.Of(api.Busy)) {
			return answer, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(wait):
		}
	}
}

// parcel is a body of sealed things.
type parcel []byte

func (w *wire) send(ctx context.Context, method, path, kind string, body []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(w.base.String(), "/")+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if len(body) > 0 {
		req.Header.Set("Content-Type", kind)
	}
	if w.token != "" {
		req.Header.Set("Authorization", "Bearer "+w.token)
	}
	resp, err := w.http.Do(req)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, w.unreachable()
	}
	defer resp.Body.Close()
	answer, err := api.Read(resp.Body, resp.ContentLength, api.MaxAnswer)
	switch {
	case err != nil:
		return nil, fmt.Errorf("the server's answer was cut short")
	case len(answer) > api.MaxAnswer:
		return nil, fmt.Errorf("the server's answer is too long")
	case resp.StatusCode/100 != 2:
		return nil, api.ReadError(resp.StatusCode, answer)
	}
	return answer, nil
}

// ErrUnreachable is the error for a server that does not answer.
var ErrUnreachable = errors.New("cannot be reached")

func (w *wire) unreachable() error {
	return frank.WithHint(fmt.Errorf("the server at %s %w", w.base.Host, ErrUnreachable), "is it running, and are you connected?")
}

// signIn proves possession of the signing key.
func (w *wire) signIn(ctx context.Context) error {
	key := w.key.VerifyKey()
	w.token = ""
	var ch api.Challenge
	answer, err := w.send(ctx, http.MethodPost, api.PathChallenge, api.TypeJSON, api.Marshal(api.ChallengeRequest{Key: key}))
	if err == nil {
		err = canon.Unmarshal(answer, &ch)
	}
	if err != nil {
		return err
	}
	proof := api.SessionProof{Origin: w.origin, Key: key, Challenge: ch.Challenge}
	req := api.SessionRequest{Key: key, Challenge: ch.Challenge, Signature: w.key.Sign(keyring.SessionNamespace, proof.Marshal()), Enrol: w.enrol}
	var s api.Session
	if answer, err = w.send(ctx, http.MethodPost, api.PathSession, api.TypeJSON, api.Marshal(req)); err == nil {
		err = canon.Unmarshal(answer, &s)
	}
	if err != nil {
		return err
	}
	w.token = s.Token
	sealed, err := w.key.Seal([]byte(s.Token))
	if err != nil {
		return err
	}
	return w.files.Write(fileSession, sealed)
}

// query writes a path with parameters: name, value, name, value…
func query(path string, params ...any) string {
	q := url.Values{}
	for i := 0; i < len(params); i += 2 {
		q.Set(params[i].(string), fmt.Sprint(params[i+1]))
	}
	return path + "?" + q.Encode()
}

// ReadTile implements ledger.Tiles. Full tiles never change, and are kept while
// the program runs.
func (w *wire) ReadTile(ctx context.Context, path string) ([]byte, error) {
	if tile, ok := w.full[path]; ok {
		return tile, nil
	}
	data, err := patiently(ctx, func() ([]byte, error) { return w.log(ctx, path) })
	if err == nil && !strings.Contains(path, ".p/") && len(w.full) < 4096 {
		w.full[path] = data
	}
	return data, err
}

const maxTile = 4 << 20 // bytes of one of the log's files; longer ones are damaged to whoever reads them

// log reads one of the log's files.
func (w *wire) log(ctx context.Context, path string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(w.base.String(), "/")+api.PathLog+path, nil)
	if err != nil {
		return nil, err
	}
	resp, err := w.http.Do(req)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, w.unreachable()
	}
	defer resp.Body.Close()
	data, err := api.Read(resp.Body, resp.ContentLength, maxTile)
	switch {
	case err != nil:
		return nil, errors.New("the server's answer was cut short")
	case resp.StatusCode == http.StatusNotFound:
		return nil, fs.ErrNotExist
	case resp.StatusCode != http.StatusOK:
		return nil, api.ReadError(resp.StatusCode, data)
	}
	return data, nil
}
