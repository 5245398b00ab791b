package leak

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

//go:embed ocr.tsv
var ocrText string

// confusion is what was read for some print, and how often.
type confusion struct {
	read  string
	times int
}

// ocrTable holds the confusions of what begins with a character, by what was
// printed; longer print comes first.
var ocrTable = func() map[rune][]printed {
	t, err := parseOCR(ocrText)
	if err != nil {
		panic(err) // shipped data, read by a test
	}
	return t
}()

// printed is some print with everything that was read for it.
type printed struct {
	print string
	total int // how often it was printed
	read  []confusion
}

func parseOCR(table string) (map[rune][]printed, error) {
	out := make(map[rune][]printed)
	n := 0
	for line := range strings.Lines(table) {
		n++
		if strings.HasPrefix(line, "#") || strings.TrimSpace(line) == "" {
			continue
		}
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(f) != 4 {
			return nil, fmt.Errorf("line %d: expected four columns, found %d", n, len(f))
		}
		from, err1 := strconv.Unquote(f[0])
		to, err2 := strconv.Unquote(f[1])
		times, err3 := strconv.Atoi(f[2])
		total, err4 := strconv.Atoi(f[3])
		if err1 != nil || err2 != nil || err3 != nil || err4 != nil || from == "" || times < 1 || total < times {
			return nil, fmt.Errorf("line %d: expected print, what was read, and two counts; found %q", n, line)
		}
		first, _ := utf8.DecodeRuneInString(from)
		out[first] = insert(out[first], from, total, confusion{to, times})
	}
	if n == 0 || len(out) == 0 {
		return nil, fmt.Errorf("expected a table of confusions, found none")
	}
	return out, nil
}

func insert(ps []printed, from string, total int, c confusion) []printed {
	for i := range ps {
		if ps[i].print == from {
			ps[i].read = append(ps[i].read, c)
			return ps
		}
	}
	at := 0
	for at < len(ps) && len(ps[at].print) >= len(from) {
		at++
	}
	ps = append(ps, printed{})
	copy(ps[at+1:], ps[at:])
	ps[at] = printed{from, total, []confusion{c}}
	return ps
}

// OCRNoise gives text as a scan is read: with confusions as often as they
// were measured (ocr.tsv, made by the program in ocrtable), the paragraphs in
// lines of one width. Pages differ: confusions come at half, once or twice the
// measured rate, and on average at the measured one.
func OCRNoise(text string, r *Rand) string {
	text = clean(text)
	num := []int{1, 1, 2, 4}[r.N(4)] // halves of the measured rate
	width := 60 + r.N(36)
	paras := paragraph.Split(text, -1)
	for i, p := range paras {
		paras[i] = wrap(garble(spaces.ReplaceAllString(lineBreak.ReplaceAllString(p, " "), " "), num, r), width)
	}
	return strings.Join(paras, "\n\n")
}

// garble confuses characters at num halves of the measured rates.
func garble(text string, num int, r *Rand) string {
	var b strings.Builder
next:
	for i := 0; i < len(text); {
		c, n := utf8.DecodeRuneInString(text[i:])
		for _, p := range ocrTable[c] {
			if !strings.HasPrefix(text[i:], p.print) {
				continue
			}
			k := r.N(2 * p.total)
			for _, e := range p.read {
				if k < e.times*num {
					b.WriteString(e.read)
					i += len(p.print)
					continue next
				}
				k -= e.times * num
			}
		}
		b.WriteString(text[i : i+n])
		i += n
	}
	return b.String()
}

// wrap breaks text into lines of at most width characters where it can.
func wrap(text string, width int) string {
	var b strings.Builder
	col := 0
	for i, w := range strings.Fields(text) {
		n := utf8.RuneCountInString(w)
		switch {
		case i == 0:
		case col+1+n > width:
			b.WriteByte('\n')
			col = 0
		default:
			b.WriteByte(' ')
			col++
		}
		b.WriteString(w)
		col += n
	}
	return b.String()
}
