package pdf

import (
	"math/bits"
	"strings"
	"unicode"
)

// mul multiplies two fixed-point numbers, and stays within their limits.
func mul(a, b num) num {
	hi, lo := bits.Mul64(uint64(abs(a)), uint64(abs(b)))
	p := limit
	if hi < 1<<18 {
		p = min(limit, num(hi<<44|lo>>20))
	}
	if (a < 0) != (b < 0) {
		return -p
	}
	return p
}

// matrix maps places: x' = ax + cy + e, y' = bx + dy + f.
type matrix [6]num

var identity = matrix{one, 0, 0, one, 0, 0}

// times applies m first, then n.
func (m matrix) times(n matrix) matrix {
	return matrix{
		clamp(mul(m[0], n[0]) + mul(m[1], n[2])), clamp(mul(m[0], n[1]) + mul(m[1], n[3])),
		clamp(mul(m[2], n[0]) + mul(m[3], n[2])), clamp(mul(m[2], n[1]) + mul(m[3], n[3])),
		clamp(mul(m[4], n[0]) + mul(m[5], n[2]) + n[4]), clamp(mul(m[4], n[1]) + mul(m[5], n[3]) + n[5]),
	}
}

// mark is one glyph on the page: from u to end along the line, v above the
// page's foot, for text that runs in direction dir (quarter turns).
type mark struct {
	u, end, v, size num
	shows           string // "" at a space
	silent          bool   // it shows nothing by itself, and is no space
	dir             int
}

// state is what q keeps and Q brings back.
type state struct {
	ctm                                        matrix
	font                                       *font
	size, spacing, wordSpace, stretch, leading num
	rise                                       num
}

// painter goes through a page's content.
type painter struct {
	f     *file
	fonts map[any]*font
	marks []mark
	steps int // operators that may still be carried out
	room  int // glyphs that there is still room for

	state
	stack    []state
	tm, line matrix
	actual   []string // what marked contents say they read; "\x00" for nothing said
	unknown  int      // glyphs that do not say what they show
}

const (
	maxSteps = 5_000_000
	maxMarks = 2_000_000
	maxForms = 10 // within each other
)

// page paints a page.
func (p *painter) page(pg page) error {
	p.state = state{ctm: identity, stretch: one}
	p.stack, p.actual, p.marks = nil, nil, nil
	var data []byte
	parts := f1(p.f, pg.dict["Contents"])
	for _, v := range parts {
		if s, ok := p.f.get(v).(*stream); ok {
			part, err := p.f.decode(s)
			if err != nil {
				return err
			}
			if p.f.left -= len(part); p.f.left <= 0 {
				return errMuch
			}
			data = append(append(data, part...), '\n')
		}
	}
	return p.paint(data, pg.resources, 0)
}

// f1 returns an entry that is one thing or an array of them.
func f1(f *file, v any) array {
	if a, ok := f.get(v).(array); ok {
		return a
	}
	return array{v}
}

func (p *painter) paint(data []byte, resources dict, depth int) error {
	l := lexer{data: data}
	var args array
	for {
		switch v := l.next().(type) {
		case end:
			return nil
		case shut:
		case word:
			if p.steps--; p.steps < 0 {
				return errMuch
			}
			if v == "BI" {
				inline(&l)
			} else if err := p.do(v, args, resources, depth); err != nil {
				return err
			}
			args = args[:0]
		default:
			if args = append(args, v); len(args) > 64 {
				args = args[1:]
			}
		}
	}
}

// inline passes over a picture that stands in the content itself.
func inline(l *lexer) {
	for {
		switch l.next() {
		case end{}:
			return
		case word("ID"):
			for i := l.at + 1; i+2 <= len(l.data); i++ {
				if l.data[i] == 'E' && l.data[i+1] == 'I' && space(l.data[i-1]) && (i+2 == len(l.data) || space(l.data[i+2])) {
					l.at = i + 2
					return
				}
			}
			l.at = len(l.data)
			return
		}
	}
}

func (p *painter) do(op word, args array, resources dict, depth int) error {
	n := func(i int) num { // the i-th argument
		if i < len(args) {
			v, _ := args[i].(num)
			return v
		}
		return 0
	}
	last := func() any {
		if len(args) > 0 {
			return args[len(args)-1]
		}
		return nil
	}
	switch op {
	case "q":
		if len(p.stack) < 200 {
			p.stack = append(p.stack, p.state)
		}
	case "Q":
		if k := len(p.stack); k > 0 {
			p.state, p.stack = p.stack[k-1], p.stack[:k-1]
		}
	case "cm":
		p.ctm = matrix{n(0), n(1), n(2), n(3), n(4), n(5)}.times(p.ctm)
	case "BT":
		p.tm, p.line = identity, identity
	case "Tc":
		p.spacing = n(0)
	case "Tw":
		p.wordSpace = n(0)
	case "Tz":
		p.stretch = n(0) / 100
	case "TL":
		p.leading = n(0)
	case "Ts":
		p.rise = n(0)
	case "Tf":
		if len(args) > 1 {
			p.size = n(1)
			return p.choose(args[0], resources)
		}
	case "Td":
		p.move(n(0), n(1))
	case "TD":
		p.leading = -n(1)
		p.move(n(0), n(1))
	case "Tm":
		p.line = matrix{n(0), n(1), n(2), n(3), n(4), n(5)}
		p.tm = p.line
	case "T*":
		p.move(0, -p.leading)
	case "Tj":
		return p.show(last())
	case "'":
		p.move(0, -p.leading)
		return p.show(last())
	case "\"":
		p.wordSpace, p.spacing = n(0), n(1)
		p.move(0, -p.leading)
		return p.show(last())
	case "TJ":
		list, _ := last().(array)
		for _, v := range list {
			if back, ok := v.(num); ok {
				p.advance(-mul(mul(back/1000, p.size), p.stretch))
			} else if err := p.show(v); err != nil {
				return err
			}
		}
	case "BMC", "BDC":
		p.begin(op, args)
	case "EMC":
		if k := len(p.actual); k > 0 {
			p.actual = p.actual[:k-1]
		}
	case "Do":
		return p.form(last(), resources, depth)
	}
	return nil
}

// choose sets the font.
func (p *painter) choose(key any, resources dict) error {
	k, _ := key.(name)
	v := p.f.dict(resources["Font"])[k]
	id := v
	if _, ok := id.(ref); !ok { // dictionaries cannot be keys
		id = nil
	}
	if t, ok := p.fonts[id]; ok && id != nil {
		p.font = t
		return nil
	}
	t, err := p.f.fontOf(v)
	if err != nil {
		return err
	}
	if p.font = t; id != nil {
		p.fonts[id] = t
	} else if p.steps -= 1000; p.steps < 0 { // it is read again every time
		return errMuch
	}
	return nil
}

// form paints a form, which is a page's content that several pages may share.
func (p *painter) form(key any, resources dict, depth int) error {
	k, _ := key.(name)
	s, ok := p.f.get(p.f.dict(resources["XObject"])[k]).(*stream)
	if !ok || depth >= maxForms || p.f.get(s.dict["Subtype"]) != name("Form") {
		return nil
	}
	if p.steps -= 100; p.steps < 0 { // it costs more than an operator
		return errMuch
	}
	data, err := p.f.decode(s)
	if err != nil {
		return err
	}
	if p.f.left -= len(data); p.f.left <= 0 {
		return errMuch
	}
	kept, stack, tm, line := p.state, p.stack, p.tm, p.line
	p.stack = nil
	if m := p.f.array(s.dict["Matrix"]); len(m) == 6 {
		var by matrix
		for i := range by {
			by[i], _ = p.f.num(m[i])
		}
		p.ctm = by.times(p.ctm)
	}
	if own := p.f.dict(s.dict["Resources"]); own != nil {
		resources = own
	}
	err = p.paint(data, resources, depth+1)
	p.state, p.stack, p.tm, p.line = kept, stack, tm, line
	return err
}

// begin opens a marked content, which may say what it reads.
func (p *painter) begin(op word, args array) {
	said := "\x00"
	if op == "BDC" && len(args) > 1 {
		if d, ok := args[1].(dict); ok {
			if s, ok := p.f.get(d["ActualText"]).(str); ok {
				said = textString(s)
			}
		}
	}
	if len(p.actual) < 200 {
		p.actual = append(p.actual, said)
	}
}

func (p *painter) move(x, y num) {
	p.line = matrix{one, 0, 0, one, x, y}.times(p.line)
	p.tm = p.line
}

func (p *painter) advance(x num) {
	p.tm = matrix{one, 0, 0, one, x, 0}.times(p.tm)
}

// show places the glyphs of a string.
func (p *painter) show(v any) error {
	s, ok := v.(str)
	if !ok || p.font == nil {
		return nil
	}
	over, codes := false, len(s)
	if p.font.composite {
		codes /= 2
	}
	p.font.glyphs(s, func(shows string, width num, blank bool) {
		if p.room--; p.room < 0 {
			over = true
		}
		if over {
			return
		}
		silent := false
		if k := len(p.actual); k > 0 && p.actual[k-1] != "\x00" { // said once for all its glyphs
			shows = p.actual[k-1]
			p.actual[k-1] = ""
			silent = shows == ""
		} else if shows == "" {
			p.unknown++
			silent = true
		}
		ink := mul(width, p.size)
		if blank {
			ink += p.wordSpace
		}
		width = mul(ink+p.spacing, p.stretch)
		if codes > 3 { // the letters are spaced out; two or three may be all there is between two words
			ink += p.spacing
		}
		p.place(shows, silent, mul(ink, p.stretch))
		p.advance(width)
	})
	if over {
		return errMuch
	}
	return nil
}

// place puts a glyph on the page.
func (p *painter) place(shows string, silent bool, width num) {
	m := p.tm.times(p.ctm)
	x, y := clamp(mul(p.rise, m[2])+m[4]), clamp(mul(p.rise, m[3])+m[5])
	g := mark{shows: clean(shows), silent: silent, size: mul(abs(p.size), max(abs(m[2]), abs(m[3])))}
	along := mul(width, max(abs(m[0]), abs(m[1])))
	a, b := m[0], m[1]
	if p.size < 0 {
		a, b = -a, -b
	}
	switch {
	case abs(a) >= abs(b) && a >= 0:
		g.u, g.v = x, y
	case abs(a) >= abs(b):
		g.u, g.v, g.dir = -x, -y, 2
	case b > 0:
		g.u, g.v, g.dir = y, -x, 1
	default:
		g.u, g.v, g.dir = -y, x, 3
	}
	g.end = g.u + abs(along)
	if g.size < one/4 || g.size > 2000*one { // not to be read
		return
	}
	p.marks = append(p.marks, g)
}

// soft is the hyphen that shows only where it divides a word at a line's end.
const soft = '\u00ad'

// clean takes ligatures apart, and what leaves no ink out; white space is "".
func clean(s string) string {
	if len(s) == 1 && s[0] > ' ' && s[0] < 0x7f {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case r >= 0xfb00 && r <= 0xfb06:
			b.WriteString([]string{"ff", "fi", "fl", "ffi", "ffl", "st", "st"}[r-0xfb00])
		case r == 0x2010:
			b.WriteByte('-')
		case r == soft && len(s) == len("\u00ad"):
			return s
		case unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Co, r):
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// textString reads a text string: UTF-16 or UTF-8 with a mark, or Latin.
func textString(s str) string {
	if len(s) > 1<<16 {
		return ""
	}
	switch {
	case strings.HasPrefix(string(s), "\xfe\xff"):
		m := cmap{texts: map[int]string{}}
		var b strings.Builder
		for rest := s[2:]; len(rest) > 0; {
			n := min(64, len(rest))
			m.set(0, rest[:n], 0)
			b.WriteString(m.texts[0])
			rest = rest[n:]
		}
		return b.String()
	case strings.HasPrefix(string(s), "\xef\xbb\xbf"):
		return strings.ToValidUTF8(string(s[3:]), "")
	}
	var b strings.Builder
	for _, c := range []byte(s) {
		b.WriteString(encoded("WinAnsiEncoding", c))
	}
	return b.String()
}
