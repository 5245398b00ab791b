// Package modelserver asks a language model that the organisation runs for
// rewordings, over the chat API that Ollama, the llama.cpp server and vLLM
// speak. The text it sends is confidential, so it talks to this machine only
// unless told otherwise, never through a proxy, and follows no redirection.
//
// It trusts no answer: one is bounded in size and time, and what is not the JSON
// that was asked for is an [Unusable] answer. Whether a rewording may stand is
// not decided here but in package variant.
package modelserver

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"

	"frank"
)

// Patience is how long an answer may take: a small machine without a graphics
// card writes a few words a second.
const Patience = 5 * time.Minute

// maxAnswer is the most bytes of an answer.
const maxAnswer = 1 << 20

// Server is a model server. Its methods are not for use by several goroutines.
type Server struct {
	Model    string        // what the server calls the model; [Server.Choose] sets it
	Key      string        // sent as a bearer token if not empty
	Patience time.Duration // for one answer; [Patience] as made by New

	base   string
	client *http.Client
	plain  bool // the server takes no schema
}

// Unusable is why nothing can be made of one answer, while the next may be good.
type Unusable struct{ Why string }

func (u *Unusable) Error() string { return "the model server's answer " + u.Why }

// New checks an address such as http://localhost:11434. Any host but this
// machine's own is an error unless elsewhere is set, and then it takes https.
func New(address, model string, elsewhere bool) (*Server, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, frank.WithHint(errors.New("a model server's address is expected as http://HOST:PORT, without a name, password or query"), "Ollama is at http://localhost:11434, the llama.cpp server at http://localhost:8080")
	}
	here := loopback(u.Hostname())
	switch {
	case !here && !elsewhere:
		return nil, frank.WithHint(fmt.Errorf("%s is not this machine, and the text to be sent is confidential", u.Hostname()),
			"run the model on this machine; --model-elsewhere allows another that may see the text, over https")
	case !here && u.Scheme != "https":
		return nil, frank.WithHint(fmt.Errorf("the way to %s is not encrypted, and the text to be sent is confidential", u.Hostname()), "give an address that begins with https://")
	case !elsewhere && cloud(model):
		return nil, cloudError(model)
	}
	dialer := &net.Dialer{Timeout: 10 * time.Second}
	if here {
		dialer.Control = onlyHere
	}
	return &Server{
		Model: model, Patience: Patience,
		base: strings.TrimSuffix(strings.TrimSuffix(u.String(), "/"), "/v1"),
		client: &http.Client{
			Transport:     &http.Transport{Proxy: nil, DialContext: dialer.DialContext, MaxResponseHeaderBytes: 1 << 16},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}, nil
}

func loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}

// onlyHere refuses a connection to another machine, whatever a name resolved to.
func onlyHere(_, address string, _ syscall.RawConn) error {
	if host, _, err := net.SplitHostPort(address); err != nil || !loopback(host) {
		return errors.New("the name does not lead to this machine")
	}
	return nil
}

// cloud reports a model that Ollama does not run itself but passes on to its
// makers' machines.
func cloud(model string) bool {
	return strings.HasSuffix(model, "-cloud") || strings.HasSuffix(model, ":cloud")
}

func cloudError(model string) error {
	return frank.WithHint(fmt.Errorf("the model %q does not run on this machine: Ollama would pass the text on, and it is confidential", model),
		"take a model that is stored here: ollama list")
}

// Choose sets the model if none was named, and fails unless the server has just
// one.
func (s *Server) Choose(ctx context.Context, elsewhere bool) error {
	if s.Model != "" {
		return nil
	}
	body, err := s.do(ctx, http.MethodGet, "/v1/models", nil)
	if err != nil {
		return err
	}
	var list struct {
		Data []struct {
			ID string `json:"id"`
		} `json:"data"`
	}
	if err := json.Unmarshal(body, &list); err != nil {
		return frank.WithHint(errors.New("the model server's list of models cannot be read"), "name the model: --model-name")
	}
	var names []string
	for _, m := range list.Data {
		if m.ID != "" && (elsewhere || !cloud(m.ID)) {
			names = append(names, m.ID)
		}
	}
	switch {
	case len(names) == 0:
		return frank.WithHint(errors.New("the model server has no model"), "load one first; for Ollama: ollama pull NAME")
	case len(names) > 1:
		return frank.WithHint(fmt.Errorf("the model server has %d models and none was named", len(names)), "name one with --model-name: %s", strings.Join(names[:min(len(names), 8)], ", "))
	}
	s.Model = names[0]
	return nil
}

// Ask asks for rewordings of a passage. An [Unusable] error speaks of this
// answer only; any other means that asking again is no use.
func (s *Server) Ask(ctx context.Context, p Passage) ([]Rewording, error) {
	for {
		body, err := s.do(ctx, http.MethodPost, "/v1/chat/completions", s.request(p))
		if refused, ok := errors.AsType[*refusal](err); ok && refused.status == http.StatusBadRequest && !s.plain {
			s.plain = true // older servers know no schema; the prompt says it too
			continue
		}
		if err != nil {
			return nil, err
		}
		return read(body, len(p.Sentences))
	}
}

// refusal is an answer that says the request is wrong.
type refusal struct{ status int }

func (r *refusal) Error() string {
	return fmt.Sprintf("the model server refuses what it was asked (HTTP status %d)", r.status)
}

// do sends a request and returns the body of a good answer. What the server
// says about a bad one may quote the text, so it goes nowhere.
func (s *Server) do(ctx context.Context, method, path string, body []byte) ([]byte, error) {
	limit, cancel := context.WithTimeout(ctx, s.Patience)
	defer cancel()
	req, err := http.NewRequestWithContext(limit, method, s.base+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	if s.Key != "" {
		req.Header.Set("Authorization", "Bearer "+s.Key)
	}
	resp, err := s.client.Do(req)
	if err != nil {
		return nil, s.broken(ctx, limit, err)
	}
	defer resp.Body.Close()
	switch {
	case resp.StatusCode >= 300 && resp.StatusCode < 400:
		return nil, frank.WithHint(errors.New("the model server sends its visitors elsewhere, and the text was not sent on"), "give the address of the model server itself")
	case resp.StatusCode == http.StatusUnauthorized || resp.StatusCode == http.StatusForbidden:
		return nil, frank.WithHint(&refusal{resp.StatusCode}, "does it want a key? set FRANK_MODEL_KEY")
	case resp.StatusCode == http.StatusNotFound:
		return nil, frank.WithHint(&refusal{resp.StatusCode}, "is %q a model it has, and the address that of a server with the chat API?", s.Model)
	case resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode >= 500:
		return nil, &Unusable{fmt.Sprintf("is HTTP status %d", resp.StatusCode)}
	case resp.StatusCode != http.StatusOK:
		return nil, frank.WithHint(&refusal{resp.StatusCode}, "is it a server with the OpenAI-style chat API?")
	}
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err != nil {
		return nil, s.broken(ctx, limit, err)
	}
	if len(answer) > maxAnswer {
		return nil, &Unusable{fmt.Sprintf("has more than %d bytes", maxAnswer)}
	}
	return answer, nil
}

// broken says why no answer came.
func (s *Server) broken(ctx, limit context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case limit.Err() != nil:
		return &Unusable{fmt.Sprintf("did not come within %v", s.Patience)}
	}
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "dial" {
		return frank.WithHint(fmt.Errorf("there is no model server at %s", s.base), "start it first; doc/operate.md says how")
	}
	return &Unusable{"broke off"}
}
