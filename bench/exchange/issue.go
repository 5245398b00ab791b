package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"runtime"
	"strings"
	"time"

	"filippo.io/age"

	"frank"
	"frank/bench/corpus"
	"frank/client"
	"frank/dispatch"
	"frank/exchange"
	"frank/keyring"
	"frank/variant"
)

// memo is a dispatch of about a thousand words: paragraphs of the corpus's memos,
// one memo after the other, with all that is proposed for them.
func memo() (*variant.Source, error) {
	var text strings.Builder
	words := 0
	for _, d := range corpus.Own() {
		for p := range strings.SplitSeq(strings.TrimSpace(d.Text), "\n\n") {
			if n := len(strings.Fields(p)); words+n <= 1010 {
				text.WriteString(p + "\n\n")
				words += n
			}
		}
	}
	return variant.Parse(variant.Propose(text.String(), variant.ProposeOptions{}).String())
}

// alone seals one plain text to each of the readers by the age library, on all
// processors there are. The sealed files are kept, as those of an issue are.
func alone(readers []*keyring.Key, plain []byte) (func() error, error) {
	to := make([]*age.HybridRecipient, len(readers))
	for i, r := range readers {
		var err error
		if to[i], err = age.ParseHybridRecipient(r.Public.String()); err != nil {
			return nil, err
		}
	}
	sealed := make([]bytes.Buffer, len(to)) // they are of use only if somebody has them
	return func() error {
		clear(sealed)
		return each(len(to), runtime.GOMAXPROCS(0), func(i int) error {
			w, err := age.Encrypt(&sealed[i], to[i])
			if err != nil {
				return err
			}
			if _, err := w.Write(plain); err != nil {
				return err
			}
			return w.Close()
		})
	}, nil
}

// issue compares an issue, from the order to everything that leaves the
// author's machine, with sealing as many files by the age library alone.
func issue(_ context.Context, o options) error {
	src, err := memo()
	if err != nil {
		return err
	}
	m, err := src.Master()
	if err != nil {
		return err
	}
	ref := frank.Ref{Year: 2026, Place: place, Number: 412}
	order := exchange.Order{Dispatch: ref, Office: issuer, Batch: 1, First: 1, Master: m, Source: src.String(), Threshold: 3,
		Head: &dispatch.Head{Format: dispatch.HeadFormat, Dispatch: ref, Office: issuer, From: "Embassy in Sarn", At: "2026-11-21T19:30:00Z", Marking: "DEMO",
			Subject: "The estuary talks", Summary: strings.Repeat("What is in it. ", 20)}}
	for i := range offices {
		p := dispatch.Party{Office: officeName(i), Name: fmt.Sprintf("Office %d of the Ministry", i)}
		if i < 5 {
			order.Head.Action = append(order.Head.Action, p)
		} else {
			order.Head.Info = append(order.Head.Info, p)
		}
	}
	readers := make([]*keyring.Key, o.readers)
	for i := range readers {
		if readers[i], err = keyring.New(); err != nil {
			return err
		}
		k := readers[i]
		order.Readers = append(order.Readers, exchange.Reader{Office: officeName(i % offices), Delegate: i >= offices, Person: k.Person(), To: &k.Public, Key: dispatch.KeyHash(k.Public.String())})
	}
	for range 5 {
		k, err := keyring.New()
		if err != nil {
			return err
		}
		order.Officers = append(order.Officers, exchange.Officer{Person: k.Person(), To: &k.Public, Key: dispatch.KeyHash(k.Public.String())})
		order.Desk = &k.Public
	}
	size := 0
	all := func() error {
		p, err := exchange.Prepare(order, rand.Reader)
		if err != nil {
			return err
		}
		out, err := p.Complete(exchange.Drawn{Begin: 40, Entry: frank.Hash{1}, Checkpoint: "a note\n", Randomness: frank.Hash{2}}, rand.Reader)
		if err != nil {
			return err
		}
		size = len(out.Sealed[0])
		return nil
	}
	text, err := alone(readers, []byte(m.Text))
	if err != nil {
		return err
	}
	if err := all(); err != nil {
		return err
	}
	container, err := alone(readers, make([]byte, exchange.Container(dispatch.SizeClass(size))))
	if err != nil {
		return err
	}
	fmt.Printf("  %d readers; %d words, %d bytes, %d sites; a sealed copy has %d bytes\n", o.readers, len(strings.Fields(m.Text)), len(m.Text), len(m.Sites), size)
	for _, procs := range []int{runtime.NumCPU(), 1} {
		was := runtime.GOMAXPROCS(procs)
		turns := []*turn{{what: "issue", do: all}, {what: "age alone, the text", do: text}, {what: "age alone, as long as the sealed copies", do: container}}
		err := interleave(o.runs, turns)
		runtime.GOMAXPROCS(was)
		if err != nil {
			return err
		}
		fmt.Printf("  on %d processors\n", procs)
		for _, t := range turns {
			fmt.Println(t)
		}
		for _, t := range turns[1:] {
			fmt.Printf("  issue / %-36s %.2f by medians, %.2f by least, %.2f by processors' time\n", t.what,
				ratio(turns[0].median(), t.median()), ratio(turns[0].least(), t.least()), ratio(median(turns[0].cpu), median(t.cpu)))
		}
	}
	return nil
}

func ratio(a, b time.Duration) float64 { return float64(a) / float64(b) }

// send compares a client's whole issue, until its ledger shows it, with sealing
// as many files by the age library alone.
func send(ctx context.Context, o options) error {
	m, c, src, err := author(ctx, o)
	if err != nil {
		return err
	}
	defer m.down()
	text, err := alone(m.readers, []byte(src.Text()))
	if err != nil {
		return err
	}
	var sent *client.Sent
	steps := map[string][]time.Duration{}
	var order []string
	turns := []*turn{
		{what: "client.Send", do: func() error {
			last, at := "synchronised, addressed", time.Now()
			step := func(next string) {
				if i := strings.IndexByte(next, ' '); strings.HasPrefix(next, "entering") {
					next = next[:i]
				}
				if steps[last] == nil {
					order = append(order, last)
				}
				steps[last] = append(steps[last], time.Since(at))
				last, at = next, time.Now()
			}
			var err error
			sent, err = m.send(ctx, c, src, step)
			step("")
			return err
		}},
		{what: "age alone, the text", do: text},
	}
	if err := interleave(o.runs, turns); err != nil {
		return err
	}
	fmt.Printf("  %d copies of %s and so on; witnessed: %v; server on the same machine\n", sent.Copies, sent.Dispatch, sent.Witnessed)
	for _, t := range turns {
		fmt.Println(t)
	}
	fmt.Printf("  client.Send / age alone %.2f by medians\n", ratio(turns[0].median(), turns[1].median()))
	for _, s := range order {
		fmt.Printf("    %-42s median %8s\n", s, ms(median(steps[s][1:])))
	}
	rss, peak := m.memory()
	fmt.Printf("  the server's memory: %.0f MiB, at most %.0f MiB\n", rss, peak)
	return nil
}

// send issues one dispatch to all readers.
func (m *ministry) send(ctx context.Context, c *client.Client, src *variant.Source, tell func(string)) (*client.Sent, error) {
	d := &client.Draft{Source: src, Office: issuer, Subject: "The estuary talks", Label: "DEMO INNER", Summary: "They have stalled.",
		Precedence: dispatch.Words{Action: "ROUTINE", Info: "ROUTINE"}}
	for i := range min(offices, m.Readers) {
		p := dispatch.Party{Office: officeName(i)}
		if i < 5 {
			d.Action = append(d.Action, p)
		} else {
			d.Info = append(d.Info, p)
		}
	}
	sent, err := c.Send(ctx, d, 2026, tell)
	if err != nil {
		return nil, err
	}
	if sent.Copies != m.Readers {
		return nil, fmt.Errorf("expected %d copies, found %d", m.Readers, sent.Copies)
	}
	return sent, nil
}

// synced moves a client's memory of the ledger on. One that comes to a long
// ledger for the first time is told to wait in between.
func synced(ctx context.Context, c *client.Client) error {
	for waited := false; ; waited = true {
		_, err := c.Sync(ctx)
		switch {
		case err == nil && waited:
			time.Sleep(12 * time.Second) // until this address may ask as usual
			return nil
		case err == nil:
			return nil
		case !strings.Contains(err.Error(), "too many requests"):
			return err
		}
		fmt.Println("  the author's client, which comes to a long ledger for the first time, is told to wait")
		time.Sleep(2 * time.Second)
	}
}
