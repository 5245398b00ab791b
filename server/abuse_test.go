package server

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"frank"
	"frank/api"
	"frank/dispatch"
	"frank/ledger"
	"frank/store"
)

// bodies are what a hostile client might send where something is expected.
func bodies(good []byte, limit int) map[string][]byte {
	out := map[string][]byte{
		"nothing":          {},
		"no JSON":          []byte("hello"),
		"another":          []byte(`{"a":1}`),
		"null":             []byte("null"),
		"a list":           []byte("[]"),
		"deep":             []byte(strings.Repeat("[", 10000)),
		"no UTF-8":         []byte("{\"format\":\"\xff\xfe\"}"),
		"a huge number":    []byte(`{"index":1e999999}`),
		"zeros":            make([]byte, 1000),
		"at the limit":     bytes.Repeat([]byte(" "), limit),
		"over the limit":   bytes.Repeat([]byte(" "), limit+1),
		"a huge part":      {0xff, 0xff, 0xff, 0xff, 1},
		"an empty part":    {0, 0, 0, 0},
		"a part cut":       {0, 0, 0, 9, 1},
		"twice":            append(bytes.Clone(good), good...),
		"white space":      append([]byte(" "), good...),
		"an unknown field": bytes.Replace(good, []byte("{"), []byte(`{"x":1,`), 1),
	}
	if len(good) > 10 {
		out["cut"] = good[:len(good)/2]
	}
	return out
}

// TestEveryRouteWithstands sends what no client sends, on every route, with and
// without a session. No answer is 5xx but for a reason, and the server goes on.
func TestEveryRouteWithstands(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Limits = Limits{PerKey: 1e6, KeyBurst: 1e6, PerAddr: 1e6, AddrBurst: 1e6} }).found()
	gus, hal := w.person("Gus"), w.person("Hal")
	i := gus.issue(1, hal)
	size := w.server.Size()
	good := map[string][]byte{
		"POST " + api.PathChallenge: api.Marshal(api.ChallengeRequest{Key: hal.key.VerifyKey()}),
		"POST " + api.PathSession:   api.Marshal(hal.answer("x", w.base, nil)),
		"PUT " + api.PathContact:    api.Marshal(api.Contact{}),
		"POST " + api.PathEntries:   api.Marshal(open(i.entry)),
		"POST " + api.PathCopies:    api.Marshal(hal.fetching(hal.inbox()[0])),
		"POST " + api.PathDrafts:    api.Marshal(api.DraftVersion{Format: api.DraftFormat, Draft: 1, Number: 1, Office: "embassy", Readers: []frank.PersonID{hal.id()}, Sealed: []byte("x")}),
	}
	n := 0
	for _, r := range w.server.routes() {
		path := strings.NewReplacer("{index}", "0", "{draft}", "1", "{number}", "1", "{hash}", strings.Repeat("0", 64)).Replace(r.path)
		for _, token := range []string{"", "x", hal.token} {
			for _, query := range []string{"", "?from=-1", "?from=99999999999999999999", "?limit=0", "?limit=501", "?x=1", "?from=1&from=2", "?office=%00", "?place=%FF&year=x", "?%zz"} {
				if r.method == "GET" {
					n++
					status, body, err := w.raw(r.method, path+query, "", token, nil)
					w.ok(err)
					checkAnswer(t, r.method+" "+path+query, status, body)
				}
			}
			if r.body == 0 {
				continue
			}
			for what, b := range bodies(good[r.method+" "+r.path], min(r.body, 1<<20)) {
				for _, kind := range []string{r.kind, "", "text/plain", "multipart/form-data; boundary=x"} {
					n++
					status, body, err := w.raw(r.method, path, kind, token, b)
					if err != nil && len(b) > r.body { // the server may hang up on what is too large
						continue
					}
					w.ok(err)
					checkAnswer(t, fmt.Sprint(r.method, " ", path, ": ", what, " as ", kind), status, body)
				}
			}
		}
	}
	if n < 500 {
		t.Fatalf("only %d requests were made", n)
	}
	if got := w.server.Size(); got != size {
		t.Errorf("%d entries, %d before", got, size)
	}
	_, err := hal.fetch(hal.fetching(hal.inbox()[0]))
	w.ok(err)
}

func checkAnswer(t *testing.T, what string, status int, body []byte) {
	t.Helper()
	if status >= 500 {
		t.Errorf("%s: %d %s", what, status, body)
	}
	if status != http.StatusOK {
		if err := api.ReadError(status, body); strings.Contains(err.Error(), "does not say why") {
			t.Errorf("%s: %d without a word: %s", what, status, body)
		}
	}
}

func TestSlowSendersKeepNobodyWaiting(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Limits.Requests = 4 }).found()
	hal := w.person("Hal")
	host := strings.TrimPrefix(w.base, "http://")
	for n := range 60 {
		c, err := net.Dial("tcp", host)
		w.ok(err)
		defer c.Close()
		switch n % 3 {
		case 0: // half a head
			io.WriteString(c, "POST /v1/entries HTTP/1.1\r\nHost: x\r\n")
		case 1: // half a body
			io.WriteString(c, "POST /v1/entries HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{")
		case 2: // an answer that nobody reads
			io.WriteString(c, "GET /v1/server HTTP/1.1\r\nHost: x\r\n\r\n")
		}
	}
	start := time.Now()
	for range 20 {
		w.ok(hal.get(api.PathInbox, new(api.Inbox)))
	}
	if took := time.Since(start); took > 3*time.Second {
		t.Errorf("twenty requests took %v", took)
	}
}

// TestParcelsAreCutShort is a person whose line breaks.
func TestParcelsAreCutShort(t *testing.T) {
	w := newWorld(t, nil).found()
	hal := w.person("Hal")
	host := strings.TrimPrefix(w.base, "http://")
	for range 8 { // more than are received at the same time
		c, err := net.Dial("tcp", host)
		w.ok(err)
		fmt.Fprintf(c, "POST /v1/blobs HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: %s\r\nContent-Length: 1000\r\n\r\n\x00\x00\x00\x09abc", hal.token, api.TypeParcel)
		c.Close()
	}
	var out api.Put
	w.ok(hal.send("POST", api.PathBlobs, api.TypeParcel, api.AppendPart(api.AppendPart(nil, []byte("a")), []byte("b")), &out))
	if len(out.Hashes) != 2 {
		t.Fatal(out)
	}
}

// TestManyAtOnce has many people submit at once, some the same.
func TestManyAtOnce(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Limits = Limits{PerKey: 1e6, KeyBurst: 1e6} }).found()
	gus, hal := w.person("Gus"), w.person("Hal")
	i := gus.issue(1, hal)
	var same []*api.Submission
	for range 5 {
		same = append(same, hal.sealed(dispatch.KindNoted, i.begin.Dispatch))
	}
	before := w.server.Size()
	var mu sync.Mutex
	at := map[uint64]frank.Hash{}
	entered := map[frank.Hash]uint64{}
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for range 25 {
				m := same[rand.IntN(len(same))]
				if rand.IntN(2) == 0 {
					m = hal.sealed(dispatch.KindNoted, i.begin.Dispatch)
				}
				a, err := hal.submit(m)
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				if c, ok := at[a.Index]; ok && c != m.Commitment {
					t.Error("two entries have one index")
				}
				if x, ok := entered[m.Commitment]; ok && x != a.Index {
					t.Error("an entry has two indices")
				}
				at[a.Index], entered[m.Commitment] = m.Commitment, a.Index
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if got := w.server.Size() - before; got != uint64(len(entered)) {
		t.Fatalf("%d entries more, and %d were sent", got, len(entered))
	}
	w.published()
	p, err := ledger.ParsePolicy([]byte(w.policy))
	w.ok(err)
	raw, err := w.server.log.Checkpoint(t.Context())
	w.ok(err)
	c, err := p.Verify(raw)
	w.ok(err)
	for index, commitment := range at {
		w.ok(c.Holds(t.Context(), w.server.log, index, commitment))
	}
}

// TestAnotherOrder is a log that orders what it gets in its own way.
func TestAnotherOrder(t *testing.T) {
	w := newWorld(t, nil).found()
	first := w.server.Size()
	ctx := t.Context()
	var list []store.New
	var order []frank.Hash
	for n := range 4 {
		c := frank.Hash{byte(n + 1)}
		list = append(list, store.New{Entry: store.Entry{Commitment: c, Kind: "x", Readers: []store.Reader{store.Members}}})
		order = append(order, c)
	}
	_, err := w.store.Accept(ctx, list, 1)
	w.ok(err)
	j := w.server.journal
	w.ok(j.settle(ctx, written{list: order, first: first}, []uint64{first + 2, first, first + 1, first + 3}))
	got, err := w.store.Commitments(ctx, first, 10)
	w.ok(err)
	if want := []frank.Hash{order[1], order[2], order[0], order[3]}; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Fatal(got)
	}
	if j.settle(ctx, written{list: order, first: first}, []uint64{first, first, first + 1, first + 2}) == nil || j.settle(ctx, written{list: order, first: first}, []uint64{first + 4, first, first + 1, first + 2}) == nil {
		t.Fatal("impossible indices")
	}
	// And the log appended only some of them, in its own order, when the process
	// was killed.
	_, err = w.server.log.AppendAll(ctx, []frank.Hash{order[3], order[0]})
	w.ok(err)
	w.ok(j.recover(ctx))
	got, err = w.store.Commitments(ctx, first, 10)
	w.ok(err)
	if want := []frank.Hash{order[3], order[0], order[1], order[2]}; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Fatal(got)
	}
	if size, err := w.server.log.Size(ctx); size != first+4 || err != nil {
		t.Fatal(size, err)
	}
	// The log has what the store does not know: nothing is made up.
	_, err = w.server.log.AppendAll(ctx, []frank.Hash{{99}})
	w.ok(err)
	if err := j.recover(ctx); err == nil || !strings.Contains(err.Error(), "store") {
		t.Fatal(err)
	}
}
