package mark

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"frank"
	"frank/codebook"
)

// memo is a text of about 1,000 words with 300 sites of two to four readings.
func memo() *frank.Master {
	m := &frank.Master{}
	for i := range 300 {
		m.Text += "The minister said that the talks "
		s := frank.Site{Start: len(m.Text), Readings: []string{"had not", "hadn't", "had never", ""}[:2+i%3]}
		m.Text += s.Readings[0]
		s.End = len(m.Text)
		m.Text += ". "
		m.Sites = append(m.Sites, s)
		u := frank.Unit{Sites: []int{i}, Law: frank.Uniform(len(s.Readings))}
		for r := range s.Readings {
			u.Joint = append(u.Joint, []int{r})
		}
		m.Units = append(m.Units, u)
	}
	m.Text = strings.TrimSpace(m.Text)
	return m
}

func issue(t testing.TB, m *frank.Master, first, count int) *codebook.Batch {
	t.Helper()
	p, err := codebook.Begin(m, first, count, frank.Secret{byte(first)})
	if err != nil {
		t.Fatal(err)
	}
	return p.Complete(frank.Hash{2})
}

func TestCopies(t *testing.T) {
	m := memo()
	b := &codebook.Book{Master: m, Batches: []*codebook.Batch{issue(t, m, 1, 700), issue(t, m, 701, 3)}}
	next := 1
	distinct := map[string]bool{}
	for _, batch := range b.Batches {
		tree, err := Issue(m, batch, func(number int, text []byte) error {
			if number != next {
				return fmt.Errorf("copy %d came when %d was due", number, next)
			}
			next++
			distinct[string(text)] = true
			one, err := Copy(b, number)
			if err != nil {
				return err
			}
			if one != string(text) {
				return fmt.Errorf("copy %d differs alone and in the batch", number)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		r, err := tree.Receipt(batch.First)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := Copy(b, batch.First)
		if err := r.Verify([]byte(text), batch.Commitment.Copies, batch.First, batch.Count); err != nil {
			t.Error(err)
		}
	}
	if next != 704 || len(distinct) != 703 {
		t.Errorf("%d copies, %d of them distinct", next-1, len(distinct))
	}
	if zero, err := Copy(b, 0); err != nil || zero != m.Text {
		t.Error("copy 0 is not the author's wording")
	}
}

func TestStops(t *testing.T) {
	m := memo()
	stop := errors.New("stop")
	n := 0
	if _, err := Issue(m, issue(t, m, 1, 10), func(int, []byte) error { n++; return stop }); err != stop || n != 1 {
		t.Errorf("got %v after %d copies", err, n)
	}
}

// One operation is one copy.
func BenchmarkIssue(b *testing.B) {
	m := memo()
	b.ReportAllocs()
	t := issue(b, m, 1, b.N)
	b.SetBytes(int64(len(m.Text)))
	b.ResetTimer()
	if _, err := Issue(m, t, func(int, []byte) error { return nil }); err != nil {
		b.Fatal(err)
	}
}
