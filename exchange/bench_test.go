package exchange

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"frank"
	"frank/dispatch"
	"frank/internal/derive"
	"frank/keyring"
	"frank/mark"
)

// thousand is a dispatch of a thousand words with a site in every sentence.
func thousand() *frank.Master {
	const sentence = "We do not expect the minister to decide before the spring, and ships are of no help there now. "
	m := &frank.Master{}
	var text strings.Builder
	for i := range 53 { // of 19 words
		at := text.Len() + len("We ")
		text.WriteString(sentence)
		m.Sites = append(m.Sites, frank.Site{Start: at, End: at + len("do not"), Kind: "test", Readings: []string{"do not", "don't"}})
		m.Units = append(m.Units, frank.Unit{Sites: []int{i}, Joint: [][]int{{0}, {1}}, Law: frank.Uniform(2)})
	}
	m.Text = text.String()
	return m
}

func parties(n int) (list []dispatch.Party) {
	for i := range n {
		list = append(list, dispatch.Party{Office: frank.OfficeID(fmt.Sprintf("office-%d", i)), Name: "An Office of the Ministry"})
	}
	return list
}

const addressed = 20

// BenchmarkIssue compares issuing to 500 readers, from the order to everything
// that leaves the machine, with sealing 500 files by the age library alone, on
// as many processors, in turns. It reports the least times, which what else
// runs on the machine changes least.
//
// The readers are 500 persons of 20 offices.
func BenchmarkIssue(b *testing.B) {
	const readers = 500
	o := order(readers, 5, 3)
	o.Master = thousand()
	o.Head.Summary = strings.Repeat("summary ", 60)
	o.Head.Action, o.Head.Info = parties(5), parties(addressed-5)
	var recipients []*age.HybridRecipient
	for i := range o.Readers {
		key, err := keyring.New()
		if err != nil {
			b.Fatal(err)
		}
		o.Readers[i].To = &key.Public
		r, err := age.ParseHybridRecipient(key.Public.String())
		if err != nil {
			b.Fatal(err)
		}
		recipients = append(recipients, r)
	}
	for i := range o.Officers {
		o.Officers[i].To = o.Readers[i].To
	}
	o.Desk = o.Readers[0].To
	words := derive.Stream(frank.Secret{})
	p, err := Prepare(o, words)
	if err != nil {
		b.Fatal(err)
	}
	alone := func(plain []byte) func() error {
		var jobs []func() error
		for _, r := range recipients {
			jobs = append(jobs, func() error {
				var out bytes.Buffer
				w, err := age.Encrypt(&out, r)
				if err != nil {
					return err
				}
				if _, err := w.Write(plain); err != nil {
					return err
				}
				return w.Close()
			})
		}
		return func() error { return parallel(jobs) }
	}
	turns := []struct {
		what  string
		do    func() error
		least time.Duration
	}{
		{what: "issue", do: func() error {
			p, err := Prepare(o, words)
			if err != nil {
				return err
			}
			_, err = p.Complete(drawn(), words)
			return err
		}},
		{what: "age-text", do: alone([]byte(o.Master.Text))},
		{what: "age-container", do: alone(make([]byte, Container(p.begin.Size)))},
		{what: "prepare", do: func() error { _, err := Prepare(o, words); return err }},
		{what: "draw", do: func() error {
			_, err := mark.Issue(o.Master, p.book.Complete(frank.Hash{}), func(int, []byte) error { return nil })
			return err
		}},
		{what: "deal", do: func() error { _, err := p.deal(frank.Secret{}); return err }},
	}
	for b.Loop() {
		for i := range turns {
			t := &turns[i]
			from := time.Now()
			if err := t.do(); err != nil {
				b.Fatal(err)
			}
			if d := time.Since(from); t.least == 0 || d < t.least {
				t.least = d
			}
		}
	}
	for _, t := range turns {
		b.ReportMetric(float64(t.least.Microseconds())/1000, t.what+"-ms")
	}
	b.ReportMetric(float64(turns[0].least)/float64(turns[1].least), "issue/age-text")
	b.ReportMetric(float64(turns[0].least)/float64(turns[2].least), "issue/age-container")
	b.Logf("a text of %d bytes in a container of %d", len(o.Master.Text), Container(p.begin.Size))
}
