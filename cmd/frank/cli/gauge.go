package cli

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"frank"
	"frank/gauge"
	"frank/trace/figure"
)

type gaugeCmd struct {
	Source  string `arg:"" help:"The marked-up source."`
	Readers int    `default:"100" placeholder:"N" help:"How many readers it would go to (default ${default})."`
	JSON    bool   `name:"json" help:"Write JSON."`
}

func (*gaugeCmd) Help() string {
	return `Sites that are only proposed count as if you had approved them. “In the press” takes into account what a newspaper's hands do to each kind of wording. A number of words is that at which a copy is named as often as not. Where sentences have little in them, it says where a reading of your own would shorten most what has to be quoted; frank review asks you for them.

Example: frank gauge memo.frank --readers 250`
}

func (cmd *gaugeCmd) Run(r *run) error {
	if cmd.Readers < 1 || cmd.Readers > frank.MaxCopies {
		return usagef("--readers takes a number from 1 to %s, not %d", figure.Group(frank.MaxCopies), cmd.Readers)
	}
	src, err := r.readSource(cmd.Source)
	if err != nil {
		return err
	}
	m, err := master(cmd.Source, src)
	if err != nil {
		return err
	}
	g := advised(m, src, cmd.Readers)
	if cmd.JSON {
		return r.gaugeJSON(g, m, cmd.Readers, src.Proposed())
	}
	r.gaugeText(g, m, cmd.Readers, src.Proposed())
	r.adviceText(g, m, cmd.Source)
	return nil
}

// words writes a number of words, or "never".
func words(n int) string {
	if n == 0 {
		return "never"
	}
	return fmt.Sprint(n)
}

func (r *run) gaugeText(g *gauge.Gauge, m *frank.Master, readers, proposed int) {
	s := r.style()
	p := func(format string, args ...any) { fmt.Fprintf(r.out, format+"\n", args...) }
	rate := g.Bits / float64(max(1, g.Words))
	p("%s, %s: %.1f bits, %s a word; about %.1f of them survive the press", figure.Counted(g.Words, "word"), figure.Counted(g.Sites, "site"), g.Bits, s.bold(fmt.Sprintf("%.2f", rate)), g.Surviving)
	p("naming one of %s at a level of 1 in 10,000 takes %.1f bits", figure.Counted(readers, "reader"), g.Need)
	if proposed > 0 {
		p("%s not approved yet: frank review", figure.Counted(proposed, "site"))
	}
	p("")
	p("words to be quoted      half of starts   nine in ten   never")
	p("  reprinted exactly     %14s   %11s   %5d of %d", words(g.Clean.Median), words(g.Clean.NinetiethPercentile), g.Clean.Never, len(g.Sentences))
	p("  in the press          %14s   %11s   %5d of %d", words(g.Press.Median), words(g.Press.NinetiethPercentile), g.Press.Never, len(g.Sentences))
	p("")
	p("%s", s.dim("sentence  words  sites   bits  survive  press: words from here"))
	thin := make([]bool, len(g.Sentences))
	for _, t := range g.Thin {
		for i := t.From; i < t.To; i++ {
			thin[i] = true
		}
	}
	for i, x := range g.Sentences {
		mark := " "
		if thin[i] {
			mark = s.yellow("!")
		}
		p("%s %6d  %5d  %5d  %5.1f  %7.1f  %5s  %s", mark, i+1, x.Words, x.Sites, x.Bits, x.Surviving, words(x.Press), s.dim(opening(m.Text[x.Start:x.End], r.width()-48)))
	}
	p("")
	if len(g.Thin) == 0 {
		p("%s", s.green(fmt.Sprintf("no passage is too thin: any %d words in a row name a copy in the press", gauge.Quotation)))
		return
	}
	p("%s", s.yellow(fmt.Sprintf("! too thin: around these, %d words in the press would not name a copy", gauge.Quotation)))
	for _, t := range g.Thin {
		where := fmt.Sprintf("sentence %d", t.From+1)
		if t.To > t.From+1 {
			where = fmt.Sprintf("sentences %d to %d", t.From+1, t.To)
		}
		p("  %s: %s", where, opening(m.Text[g.Sentences[t.From].Start:g.Sentences[t.To-1].End], r.width()-len(where)-4))
	}
}

// opening returns the beginning of a passage on one line of at most n
// characters.
func opening(s string, n int) string {
	s = strings.Join(strings.Fields(s), " ")
	if c := []rune(s); len(c) > max(n, 20) {
		return string(c[:max(n, 20)-1]) + "…"
	}
	return s
}

type gaugeReport struct {
	Format    string          `json:"format"`
	Readers   int             `json:"readers"`
	Level     float64         `json:"level"`
	Need      float64         `json:"bits_needed"`
	Words     int             `json:"words"`
	Sites     int             `json:"sites"`
	Proposed  int             `json:"proposed"` // of the sites, not approved yet
	Bits      float64         `json:"bits"`
	Surviving float64         `json:"bits_surviving_press"`
	PerWord   float64         `json:"bits_per_word"`
	Exact     gaugeReach      `json:"words_exact"`
	Press     gaugeReach      `json:"words_press"`
	Sentences []gaugeSentence `json:"sentences"`
	Thin      []gaugeThin     `json:"too_thin"`
	Add       []gaugeAdvice   `json:"add"` // where readings of the author's own help most, the best first
}

type gaugeReach struct {
	Median *int `json:"median"` // null: never
	Ninety *int `json:"percentile_90"`
	Never  int  `json:"never"`
}

type gaugeSentence struct {
	Text      string  `json:"text"`
	Words     int     `json:"words"`
	Sites     int     `json:"sites"`
	Bits      float64 `json:"bits"`
	Surviving float64 `json:"bits_surviving_press"`
	Exact     *int    `json:"words_exact"`
	Press     *int    `json:"words_press"`
}

type gaugeThin struct {
	From int    `json:"from"` // sentences, counted from 1
	To   int    `json:"to"`
	Text string `json:"text"`
}

func (r *run) gaugeJSON(g *gauge.Gauge, m *frank.Master, readers, proposed int) error {
	number := func(n int) *int {
		if n == 0 {
			return nil
		}
		return &n
	}
	round := func(x float64) float64 { return math.Round(x*1000) / 1000 }
	reach := func(x gauge.Reach) gaugeReach {
		return gaugeReach{number(x.Median), number(x.NinetiethPercentile), x.Never}
	}
	out := gaugeReport{
		Format: "frank.gauge/1", Readers: readers, Level: defaultLevel, Need: round(g.Need), Words: g.Words, Sites: g.Sites, Proposed: proposed,
		Bits: round(g.Bits), Surviving: round(g.Surviving), PerWord: round(g.Bits / float64(max(1, g.Words))),
		Exact: reach(g.Clean), Press: reach(g.Press), Sentences: []gaugeSentence{}, Thin: []gaugeThin{}, Add: adviceJSON(g, m),
	}
	for _, x := range g.Sentences {
		out.Sentences = append(out.Sentences, gaugeSentence{m.Text[x.Start:x.End], x.Words, x.Sites, round(x.Bits), round(x.Surviving), number(x.Clean), number(x.Press)})
	}
	for _, t := range g.Thin {
		out.Thin = append(out.Thin, gaugeThin{t.From + 1, t.To, m.Text[g.Sentences[t.From].Start:g.Sentences[t.To-1].End]})
	}
	enc := json.NewEncoder(r.out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(out)
}
