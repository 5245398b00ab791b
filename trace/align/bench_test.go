package align

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"frank"
	"frank/prose"
)

// vocabulary is enough invented and common words that chance repeats are as
// rare as in prose.
func vocabulary() []string {
	common := strings.Fields("the of and to a in that is was for it with as his on be at by had not are but from have they " +
		"which one you were all her she there would their we him been has when who will more no if out so said what up its")
	r := rand.New(rand.NewPCG(1, 2))
	syllables := strings.Fields("ba re ti con der mo lus ven per tor in ga stra ple ment quo ris tal nec fo dun")
	for len(common) < 3000 {
		w := ""
		for range 2 + r.IntN(3) {
			w += syllables[r.IntN(len(syllables))]
		}
		common = append(common, w)
	}
	return common
}

// invent makes a dispatch of so many words; a site stands every so many tenths
// of a word, with three one- or two-word readings.
func invent(t testing.TB, words, every int, seed uint64) *frank.Master {
	voc := vocabulary()
	r := rand.New(rand.NewPCG(seed, 7))
	pick := func() string {
		if r.IntN(3) > 0 {
			return voc[r.IntN(len(voc))]
		}
		return voc[r.IntN(55)]
	}
	var b strings.Builder
	due := 0
	for n := 0; n < words; n++ {
		if n > 0 {
			b.WriteByte(' ')
		}
		due += 10
		if due >= every {
			due -= every
			var rs []string
			for len(rs) < 3 {
				s := pick()
				if r.IntN(3) == 0 {
					s += " " + pick()
				}
				if !strings.Contains(" "+strings.Join(rs, "|")+"|", s+"|") {
					rs = append(rs, s)
				}
			}
			b.WriteString("{" + strings.Join(rs, "|") + "}")
		} else {
			b.WriteString(pick())
		}
		if r.IntN(12) == 0 {
			b.WriteByte(".,;"[r.IntN(3)])
		}
	}
	return master(t, b.String())
}

// copyOf draws readings, and returns the copy and the site boundaries in it.
func copyOf(m *frank.Master, r *rand.Rand) (string, []int, [][2]int) {
	readings := make([]int, len(m.Sites))
	for i, s := range m.Sites {
		readings[i] = r.IntN(len(s.Readings))
	}
	var b strings.Builder
	var at [][2]int
	last := 0
	for i, s := range m.Sites {
		b.WriteString(m.Text[last:s.Start])
		start := b.Len()
		b.WriteString(s.Readings[readings[i]])
		at = append(at, [2]int{start, b.Len()})
		last = s.End
	}
	b.WriteString(m.Text[last:])
	return b.String(), readings, at
}

func BenchmarkAlign(b *testing.B) {
	for _, bc := range []struct{ words, every, quote int }{{1000, 33, 100}, {1000, 33, 250}, {1000, 15, 100}, {1000, 15, 250}, {1000, 33, 1000}} {
		b.Run(fmt.Sprintf("every=%d/quoted=%d", bc.every, bc.quote), func(b *testing.B) {
			m := invent(b, bc.words, bc.every, 3)
			text, _, at := copyOf(m, rand.New(rand.NewPCG(5, 6)))
			words := prose.Words(text)
			first := max(0, min(400, len(words)-bc.quote-1))
			printed := text[words[first].Start:words[min(len(words), first+bc.quote)-1].End]
			start, end := 0, len(m.Text)
			for i, span := range at {
				if span[1] < words[first].Start {
					start = m.Sites[i].Start
				}
				if span[1] < words[first].Start+len(printed) {
					end = m.Sites[i].End
				}
			}
			g := Prepare(m)
			b.Run("lay", func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					g.Align(printed, 0, len(printed), start, end)
				}
			})
			b.Run("prepare", func(b *testing.B) {
				for b.Loop() {
					Prepare(m)
				}
			})
		})
	}
}
