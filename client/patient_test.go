package client

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"frank/api"
)

// stingy answers every second request for the ledger with "too many".
type stingy struct{ n int }

func (s *stingy) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasPrefix(r.URL.Path, api.PathLog) && !strings.HasSuffix(r.URL.Path, "checkpoint") {
		if s.n++; s.n%2 == 1 {
			body := api.Marshal(&api.Error{Kind: api.TooMany, Text: "too many requests"})
			return &http.Response{StatusCode: api.TooMany.Status(), Body: io.NopCloser(bytes.NewReader(body)), Header: http.Header{}, Request: r}, nil
		}
	}
	return http.DefaultTransport.RoundTrip(r)
}

// A server that has too much to do is asked again.
func TestPatience(t *testing.T) {
	w := founded(t)
	s := &stingy{}
	w.meddle(s)
	w.join("Gus")
	if s.n < 2 {
		t.Errorf("the ledger was read %d times", s.n)
	}
}
