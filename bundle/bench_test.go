package bundle

import (
	"context"
	"os"
	"testing"
	"time"

	"frank"
	"frank/codebook"
	"frank/coverage"
	"frank/exchange"
	"frank/ledger"
	"frank/mark"
	"frank/prose"
	"frank/seal/share"
	"frank/trace"
	"frank/variant"
)

// articles are five papers that quote somebody's copy of the demonstration's
// dispatch.
func (w *world) articles(x *issue, number int) (texts []string) {
	text, err := mark.Copy(x.book.Codebook, number)
	w.must(err)
	words := prose.Words(text)
	for i := range 5 {
		from := 20 + 130*i
		texts = append(texts, "The envoy was blunt, this paper has learned.\n\n“"+text[words[from].Start:words[from+90].End]+"”, he wrote in a telegram to ministers. A spokesman declined to comment.\n\nElsewhere he said: “"+
			text[words[from+100].Start:words[from+130].End]+".” The river has been a source of friction for a century.")
	}
	return texts
}

// BenchmarkThousand is what the issue's figures are of: a dispatch to 1,000
// readers, quoted in five papers. It reports the least times of its runs.
func BenchmarkThousand(b *testing.B) {
	src, err := os.ReadFile("../cmd/frank/cli/demo.frank")
	if err != nil {
		b.Fatal(err)
	}
	parsed, err := variant.Parse(string(src))
	if err != nil {
		b.Fatal(err)
	}
	m, err := parsed.Master()
	if err != nil {
		b.Fatal(err)
	}
	w := newWorld(b, origin)
	w.noise(5000)
	x := w.issue(ref(1), m, 1, 1, 1000)
	w.noise(5000)
	s := w.tell([]frank.Ref{ref(1)}, w.articles(x, 417), nil)
	c := s.contents()
	zip, err := Write(context.Background(), c, Evidence, &s.log, s.people["Cy"])
	if err != nil {
		b.Fatal(err)
	}
	press := 0
	for _, e := range c.Exhibits {
		press += len(e.Data)
	}
	var shares []share.Share
	for _, sh := range x.shares[:2] {
		shares = append(shares, sh.Share)
	}
	policy, err := ledger.ParsePolicy([]byte(s.policy()))
	w.must(err)
	var book *exchange.Book
	turns := []struct {
		what  string
		do    func()
		least time.Duration
	}{
		{what: "verify", do: func() {
			if f := verify(b, zip, s.policy()); !f.OK {
				b.Fatal(f.Checks)
			}
		}},
		{what: "open", do: func() {
			secret, err := x.shares[0].Vector.Combine(shares)
			w.must(err)
			head, err := policy.Verify([]byte(x.complete.Checkpoint))
			w.must(err)
			r, err := head.Randomness(x.entry.Index)
			w.must(err)
			book, err = exchange.OpenBook(&x.begin, &x.complete, r, x.out.Codebook, share.Key(secret, x.shares[0].Of))
			w.must(err)
		}},
		{what: "trace", do: func() {
			in := trace.Input{Alpha: "1e-4", Frozen: true, Issued: []trace.Issued{{Ref: ref(1).String(), Master: book.Codebook.Master,
				Book: func() (*codebook.Book, error) { return book.Codebook, nil }, Look: func() (int, error) { return 1, nil }}}}
			for _, e := range c.Exhibits {
				read, err := coverage.Read(e.Record.Name, e.Data)
				w.must(err)
				in.Exhibits = append(in.Exhibits, read)
			}
			r, err := trace.Run(context.Background(), in)
			w.must(err)
			if len(r.Dispatches) != 1 || len(r.Dispatches[0].Named) != 1 || r.Dispatches[0].Named[0] != 417 {
				b.Fatal("copy 417 is not named")
			}
		}},
		{what: "write", do: func() {
			_, err := Write(context.Background(), c, Evidence, &s.log, s.people["Cy"])
			w.must(err)
		}},
	}
	for b.Loop() {
		for i := range turns {
			t := &turns[i]
			from := time.Now()
			t.do()
			if d := time.Since(from); t.least == 0 || d < t.least {
				t.least = d
			}
		}
	}
	for _, t := range turns {
		b.ReportMetric(float64(t.least.Microseconds())/1000, t.what+"-ms")
	}
	b.ReportMetric(float64(turns[1].least+turns[2].least)/1e6, "open+trace-ms")
	b.ReportMetric(float64(len(zip)-press), "bytes")
	b.ReportMetric(float64(press), "press-bytes")
	d := s.report.Dispatches[0]
	b.Logf("%d of %d places printed were read, %d words; %d units in all", d.Sites, len(d.Seen), d.Words, len(m.Units))
}
