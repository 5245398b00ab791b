package pdf

import (
	"strings"
	"unicode/utf16"
)

// font says what the codes of a font show, and how wide they are.
type font struct {
	toUnicode *cmap
	encoding  *cmap // of a composite font, where it is not the identity
	composite bool
	direct    bool // the codes are UTF-16
	shows     [256]string
	widths    map[int]num // in units of the size
	missing   num
	guess     bool // it brings no widths
	base      name
}

// fontOf reads a font.
func (f *file) fontOf(v any) (*font, error) {
	d := f.dict(v)
	out := &font{widths: map[int]num{}}
	if d == nil {
		out.guess = true
		return out, nil
	}
	if s, ok := f.get(d["ToUnicode"]).(*stream); ok {
		var err error
		if out.toUnicode, err = f.cmap(s); err != nil {
			return nil, err
		}
	}
	if d["Subtype"] == name("Type0") {
		return out, f.composite(out, d)
	}
	f.simple(out, d)
	return out, nil
}

func (f *file) simple(out *font, d dict) {
	base, _ := f.get(d["BaseFont"]).(name)
	encoding, _ := f.get(d["Encoding"]).(name)
	e, _ := f.get(d["Encoding"]).(dict)
	if e != nil {
		encoding, _ = f.get(e["BaseEncoding"]).(name)
	}
	if encoding == "" && d["Subtype"] == name("TrueType") {
		encoding = "WinAnsiEncoding"
	}
	for c := range 256 {
		out.shows[c] = encoded(encoding, byte(c))
	}
	code := 0
	for _, v := range f.array(e["Differences"]) {
		switch v := f.get(v).(type) {
		case num:
			code = v.int()
		case name:
			if code >= 0 && code < 256 {
				out.shows[code] = glyph(string(v))
			}
			code++
		}
	}
	scale := num(1000)
	if d["Subtype"] == name("Type3") {
		if m := f.array(d["FontMatrix"]); len(m) == 6 {
			if a, _ := f.num(m[0]); a > 0 {
				scale = max(1, one/a)
			}
		}
	}
	first, _ := f.num(d["FirstChar"])
	widths := f.array(d["Widths"])
	for i, v := range widths[:min(len(widths), 256)] {
		if w, ok := f.num(v); ok {
			out.widths[first.int()+i] = w / scale
		}
	}
	w, _ := f.num(f.dict(d["FontDescriptor"])["MissingWidth"])
	out.missing = w / scale
	out.guess = len(widths) == 0
	out.base = base
}

func (f *file) composite(out *font, d dict) error {
	out.composite = true
	switch e := f.get(d["Encoding"]).(type) {
	case name:
		out.direct = strings.Contains(string(e), "UCS2") || strings.Contains(string(e), "UTF16")
	case *stream:
		var err error
		if out.encoding, err = f.cmap(e); err != nil {
			return err
		}
	}
	var below dict
	if kids := f.array(d["DescendantFonts"]); len(kids) > 0 {
		below = f.dict(kids[0])
	}
	out.missing = one
	if w, ok := f.num(below["DW"]); ok {
		out.missing = w / 1000
	}
	work := 0
	set := func(cid int, w num) bool {
		out.widths[cid] = w / 1000
		work++
		return work < maxCodes
	}
	list := f.array(below["W"])
	for i := 0; i+1 < len(list); {
		first, _ := f.num(list[i])
		switch v := f.get(list[i+1]).(type) {
		case array:
			for k, w := range v {
				if w, ok := f.num(w); ok && !set(first.int()+k, w) {
					return nil
				}
			}
			i += 2
		case num:
			if i+2 >= len(list) {
				return nil
			}
			w, _ := f.num(list[i+2])
			for c := first.int(); c <= v.int(); c++ {
				if !set(c, w) {
					return nil
				}
			}
			i += 3
		default:
			i++
		}
	}
	return nil
}

// glyphs calls yield for every code in s: what it shows, "" if that is not
// known, and how wide it is in units of the size.
func (t *font) glyphs(s str, yield func(shows string, width num, space bool)) {
	for len(s) > 0 {
		n := 1
		switch {
		case t.encoding != nil:
			n = t.encoding.length(s)
		case t.composite:
			n = 2
		}
		n = min(n, len(s))
		code := 0
		for _, c := range []byte(s[:n]) {
			code = code<<8 | int(c)
		}
		shows, known := t.toUnicode.text(code)
		cid := code
		if t.encoding != nil {
			cid = t.encoding.cid(code)
		}
		switch {
		case known:
		case t.direct:
			shows = point16(code)
		case !t.composite:
			shows = t.shows[code&0xff]
		}
		width, ok := t.widths[cid]
		if !ok {
			width = t.missing
			if t.guess {
				width = t.guessed(shows)
			}
		}
		yield(shows, width, n == 1 && code == ' ')
		s = s[n:]
	}
}

// guessed returns the width of a character in a font that brings none.
func (t *font) guessed(shows string) num {
	i, list := 0, &helvetica
	switch {
	case strings.Contains(string(t.base), "Courier"):
		return one * 600 / 1000
	case strings.Contains(string(t.base), "Times"):
		i, list = 1, &times
	}
	if len(shows) == 1 && shows[0] >= ' ' && shows[0] <= '~' {
		return one * num(list[shows[0]-' ']) / 1000
	}
	if w, ok := marksWide[shows]; ok {
		return one * num(w[i]) / 1000
	}
	return one * 530 / 1000
}

func point16(code int) string {
	if code < ' ' || code >= 0xd800 && code < 0xe000 || code > 0xffff {
		return ""
	}
	return string(rune(code))
}

// cmap is a table from codes to text, or to glyphs.
type cmap struct {
	texts  map[int]string
	cids   map[int]int
	ranges [][3]int // of codes, each with its first, its last and its length
	work   int      // codes set so far
}

const maxCodes = 1 << 17

func (f *file) cmap(s *stream) (*cmap, error) {
	data, err := f.decode(s)
	if err != nil {
		return nil, err
	}
	m := &cmap{texts: map[int]string{}, cids: map[int]int{}}
	l := lexer{data: data}
	var args array
	for {
		switch v := l.next().(type) {
		case end:
			return m, nil
		case shut:
		case word:
			switch v {
			case "endcodespacerange":
				for i := 0; i+1 < len(args) && len(m.ranges) < 100; i += 2 {
					lo, ok1 := args[i].(str)
					hi, ok2 := args[i+1].(str)
					if ok1 && ok2 && len(lo) == len(hi) && len(lo) >= 1 && len(lo) <= 4 {
						m.ranges = append(m.ranges, [3]int{number16(lo), number16(hi), len(lo)})
					}
				}
			case "endbfchar":
				for i := 0; i+1 < len(args); i += 2 {
					code, ok := args[i].(str)
					if ok {
						m.set(number16(code), args[i+1], 0)
					}
				}
			case "endbfrange":
				m.bfrange(args)
			case "endcidchar", "endcidrange":
				m.cidrange(args, v == "endcidrange")
			}
			args = args[:0]
		default:
			if len(args) < 1<<16 {
				args = append(args, v)
			}
		}
	}
}

func (m *cmap) bfrange(args array) {
	for i := 0; i+2 < len(args); i += 3 {
		lo, ok1 := args[i].(str)
		hi, ok2 := args[i+1].(str)
		if !ok1 || !ok2 {
			continue
		}
		first, last := number16(lo), number16(hi)
		list, many := args[i+2].(array)
		for c := first; c <= last && m.work < maxCodes; c++ {
			if !many {
				m.set(c, args[i+2], c-first)
			} else if c-first < len(list) {
				m.set(c, list[c-first], 0)
			} else {
				break
			}
		}
	}
}

func (m *cmap) cidrange(args array, ranges bool) {
	step := 2
	if ranges {
		step = 3
	}
	for i := 0; i+step <= len(args); i += step {
		lo, ok1 := args[i].(str)
		hi, ok2 := args[i+step-2].(str)
		cid, ok3 := args[i+step-1].(num)
		if !ok1 || !ok2 || !ok3 {
			continue
		}
		first := number16(lo)
		for c := first; c <= number16(hi) && m.work < maxCodes; c++ {
			m.work++
			m.cids[c] = cid.int() + c - first
		}
	}
}

// set gives a code the text in v, UTF-16, its last unit raised by plus.
func (m *cmap) set(code int, v any, plus int) {
	if m.work++; m.work > maxCodes {
		return
	}
	s, ok := v.(str)
	if !ok {
		if n, ok := v.(name); ok {
			m.texts[code] = glyph(string(n))
		}
		return
	}
	if len(s) == 1 {
		s = "\x00" + s
	}
	if len(s) > 64 {
		return
	}
	units := make([]uint16, len(s)/2)
	for i := range units {
		units[i] = uint16(s[2*i])<<8 | uint16(s[2*i+1])
	}
	if len(units) > 0 {
		units[len(units)-1] += uint16(plus)
	}
	text := strings.Map(func(r rune) rune {
		if r == 0 || r == 0xfffd {
			return -1
		}
		return r
	}, string(utf16.Decode(units)))
	m.texts[code] = text
}

func (m *cmap) text(code int) (string, bool) {
	if m == nil {
		return "", false
	}
	s, ok := m.texts[code]
	return s, ok && s != ""
}

func (m *cmap) cid(code int) int {
	if c, ok := m.cids[code]; ok {
		return c
	}
	return code
}

// length returns how many bytes the next code in s has.
func (m *cmap) length(s str) int {
	code := 0
	for n := 1; n <= 4 && n <= len(s); n++ {
		code = code<<8 | int(s[n-1])
		for _, r := range m.ranges {
			if r[2] == n && code >= r[0] && code <= r[1] {
				return n
			}
		}
	}
	if len(m.ranges) > 0 {
		return m.ranges[0][2]
	}
	return 2
}

func number16(s str) int {
	v := 0
	for _, c := range []byte(s[:min(len(s), 4)]) {
		v = v<<8 | int(c)
	}
	return v
}
