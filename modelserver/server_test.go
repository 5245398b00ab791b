package modelserver

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"frank"
	"frank/internal/replay"
)

var update = flag.Bool("update", false, "write the golden request anew")

func serve(t *testing.T, pattern string) (*replay.Server, *Server) {
	t.Helper()
	r, err := replay.New(pattern)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	s, err := New(r.URL, "a-model", false)
	if err != nil {
		t.Fatal(err)
	}
	s.Patience = 500 * time.Millisecond
	return r, s
}

// ask asks about a passage whose first sentence says which recording to play.
func ask(t *testing.T, s *Server, which string) ([]Rewording, error) {
	t.Helper()
	return s.Ask(t.Context(), Passage{Sentences: []string{"They brought the meeting to a close: " + which + ".", "He did as he saw fit."}, Variety: "british"})
}

func TestGoodAnswers(t *testing.T) {
	_, s := serve(t, "testdata/*.http")
	want := []Rewording{{0, "brought the meeting to a close", []string{"closed the meeting", "ended the meeting"}}, {1, "as he saw fit", []string{"as he thought best"}}}
	for _, which := range []string{"ollama", "llama:", "vllm", "prose", "thinking", "old server"} {
		got, err := ask(t, s, which)
		if err != nil || !slices.EqualFunc(got, want, func(a, b Rewording) bool {
			return a.Sentence == b.Sentence && a.Words == b.Words && slices.Equal(a.Readings, b.Readings)
		}) {
			t.Errorf("%s: %v, %v", which, got, err)
		}
	}
	if got, err := ask(t, s, "none"); err != nil || len(got) != 0 {
		t.Errorf("none: %v, %v", got, err)
	}
	if got, err := ask(t, s, "numbers"); err != nil || len(got) != 1 || got[0].Sentence != 1 || len(got[0].Readings) != maxReadings {
		t.Errorf("numbers: %v, %v", got, err)
	}
}

func TestBadAnswersSpoilOnlyTheirPassage(t *testing.T) {
	_, s := serve(t, "testdata/*.http")
	for which, want := range map[string]string{
		"truncated": "was cut off at its full length",
		"broken":    "is not one of the chat API",
		"page":      "is not one of the chat API",
		"shape":     "is not the JSON that was asked for",
		"types":     "is not the JSON that was asked for",
		"empty":     "has no JSON",
		"busy":      "is HTTP status 503",
		"enormous":  "has more than 1048576 bytes",
		"slow":      "did not come within 500ms",
	} {
		_, err := ask(t, s, which)
		if u, ok := errors.AsType[*Unusable](err); !ok || u.Why != want {
			t.Errorf("%s: %v", which, err)
		}
	}
	if _, err := ask(t, s, "vllm"); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

func TestAnswersAfterWhichAskingIsNoUse(t *testing.T) {
	for which, want := range map[string]struct{ msg, hint string }{
		"unknown":  {"HTTP status 404", `is "a-model" a model it has`},
		"key":      {"HTTP status 401", "FRANK_MODEL_KEY"},
		"redirect": {"sends its visitors elsewhere", "the model server itself"},
	} {
		r, s := serve(t, "testdata/*.http")
		_, err := ask(t, s, which)
		if _, ok := errors.AsType[*Unusable](err); ok || err == nil || !strings.Contains(err.Error(), want.msg) || !strings.Contains(frank.Hint(err), want.hint) {
			t.Errorf("%s: %v (%s)", which, err, frank.Hint(err))
		}
		if err != nil && strings.Contains(err.Error()+frank.Hint(err), "meeting") {
			t.Errorf("%s: the text is in %v", which, err)
		}
		if n := len(r.Asked()); n != 1 {
			t.Errorf("%s: asked %d times", which, n)
		}
	}
	r, s := serve(t, "testdata/*.http")
	r.Close()
	if _, err := ask(t, s, "vllm"); err == nil || !strings.HasPrefix(err.Error(), "there is no model server at http://127.0.0.1:") {
		t.Errorf("nobody there: %v", err)
	}
}

func TestInterruptedAtOnce(t *testing.T) {
	_, s := serve(t, "testdata/*.http")
	s.Patience = time.Minute
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	start := time.Now()
	_, err := s.Ask(ctx, Passage{Sentences: []string{"This one is slow."}})
	if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) > 10*time.Second {
		t.Errorf("%v after %v", err, time.Since(start))
	}
}

func TestAddresses(t *testing.T) {
	for _, good := range []string{"http://localhost:11434", "http://LOCALHOST:8080/v1/", "http://127.0.0.1:8000/", "http://127.9.9.9", "http://[::1]:8080", "https://localhost"} {
		if _, err := New(good, "m", false); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for bad, want := range map[string]string{
		"localhost:11434":            "is expected as http://HOST:PORT",
		"":                           "is expected as http://HOST:PORT",
		"ftp://localhost":            "is expected as http://HOST:PORT",
		"http://user:pw@localhost":   "without a name, password",
		"https://models.example":     "models.example is not this machine",
		"http://10.0.0.7:8000":       "10.0.0.7 is not this machine",
		"http://0.0.0.0:8000":        "0.0.0.0 is not this machine",
		"http://localhost.evil.test": "is not this machine",
	} {
		_, err := New(bad, "m", false)
		if err == nil || !strings.Contains(err.Error(), want) || frank.Hint(err) == "" {
			t.Errorf("%s: %v", bad, err)
		}
	}
	if _, err := New("https://models.example", "m", true); err != nil {
		t.Error(err)
	}
	if _, err := New("http://models.example", "m", true); err == nil || !strings.Contains(err.Error(), "not encrypted") {
		t.Error(err)
	}
	// Ollama passes what such a model is asked on to its makers.
	for _, m := range []string{"gpt-oss:120b-cloud", "big:cloud"} {
		if _, err := New("http://localhost:11434", m, false); err == nil || !strings.Contains(err.Error(), "does not run on this machine") {
			t.Errorf("%s: %v", m, err)
		}
	}
	if err := onlyHere("tcp", "192.0.2.1:80", nil); err == nil {
		t.Error("a name that leads elsewhere was followed")
	}
}

func TestTheOnlyModelIsTaken(t *testing.T) {
	for body, want := range map[string]string{
		`{"data":[{"id":"one"}]}`:                       "one",
		`{"data":[{"id":"one"},{"id":"x:1b-cloud"}]}`:   "one",
		`{"data":[{"id":"one"},{"id":"two"}]}`:          "2 models",
		`{"data":[]}`:                                   "no model",
		`{"data":null}`:                                 "no model",
		`It works!`:                                     "cannot be read",
		`{"data":[{"id":"x:1b-cloud"},{"id":"cloud"}]}`: "cloud",
	} {
		path := filepath.Join(t.TempDir(), "models.http")
		os.WriteFile(path, []byte("path: /v1/models\n\n"+body), 0o600)
		_, s := serve(t, path)
		s.Model = ""
		got := ""
		if err := s.Choose(t.Context(), false); err != nil {
			got = err.Error()
		}
		if !strings.Contains(s.Model+got, want) {
			t.Errorf("%s: %q %s", body, s.Model, got)
		}
	}
}

// What is sent, whole, so that a change of the prompt is seen.
func TestRequest(t *testing.T) {
	r, s := serve(t, "testdata/*.http")
	s.Key = "a-key"
	if _, err := s.Ask(t.Context(), Passage{Sentences: []string{"They brought the meeting\nto a close: vllm.", "He did as he saw fit."}, Variety: "british"}); err != nil {
		t.Fatal(err)
	}
	var pretty map[string]any
	if err := json.Unmarshal([]byte(r.Asked()[0]), &pretty); err != nil {
		t.Fatal(err)
	}
	got, _ := json.MarshalIndent(pretty, "", "  ")
	if *update {
		os.WriteFile("testdata/request.golden", append(got, '\n'), 0o666)
	}
	want, err := os.ReadFile("testdata/request.golden")
	if err != nil || string(want) != string(got)+"\n" {
		t.Errorf("the request is now %s", got)
	}
	if strings.Contains(string(got), "a-key") {
		t.Error("the key is in the body")
	}
}

func TestTheKeyGoesWithTheRequestOnly(t *testing.T) {
	var got []string
	h := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = append(got, r.Header.Get("Authorization"))
	}))
	defer h.Close()
	for _, key := range []string{"", "a-key"} {
		s, err := New(h.URL, "m", false)
		if err != nil {
			t.Fatal(err)
		}
		s.Key = key
		s.Ask(t.Context(), Passage{Sentences: []string{"They met."}})
	}
	if !slices.Equal(got, []string{"", "Bearer a-key"}) {
		t.Errorf("%q", got)
	}
}

func FuzzRead(f *testing.F) {
	names, err := filepath.Glob("testdata/*.http")
	if err != nil || len(names) == 0 {
		f.Fatal("no recordings")
	}
	for _, name := range names {
		data, _ := os.ReadFile(name)
		_, body, _ := strings.Cut(string(data), "\n\n")
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		got, err := read(body, 3)
		if _, ok := errors.AsType[*Unusable](err); err != nil && !ok {
			t.Fatal(err)
		}
		for _, r := range got {
			if r.Sentence < 0 || r.Sentence > 2 || r.Words == "" || len(r.Readings) == 0 || len(got) > maxRewordings {
				t.Fatalf("%+v", r)
			}
		}
	})
}
