package pdf

import (
	"bytes"
	"strconv"
)

// The objects of a PDF: nil, bool, num, name, str, array, dict, ref, *stream,
// and word for an operator.
type (
	name  string
	str   string
	word  string
	array []any
	dict  map[name]any
	ref   int
)

// stream is a dictionary with bytes that are not decoded yet.
type stream struct {
	dict dict
	data []byte
}

// num is a number in units of 2^-20, within ±2^42: fixed point, so that every
// machine lays a page out alike.
type num int64

const (
	one   num = 1 << 20
	limit num = 1 << 42
)

func clamp(n num) num { return max(-limit, min(limit, n)) }

func (n num) int() int { return int(n / one) }

// nesting is how deep arrays and dictionaries may stand in each other.
const nesting = 50

// lexer reads objects from a file or a page's content.
type lexer struct {
	data  []byte
	at    int
	depth int
}

func space(c byte) bool {
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == 0
}

func delimiter(c byte) bool { return bytes.IndexByte([]byte("()<>[]{}/%"), c) >= 0 }

func (l *lexer) skip() {
	for l.at < len(l.data) {
		switch c := l.data[l.at]; {
		case space(c):
			l.at++
		case c == '%':
			for l.at < len(l.data) && l.data[l.at] != '\n' && l.data[l.at] != '\r' {
				l.at++
			}
		default:
			return
		}
	}
}

// end is returned by next at the end of the data, and shut in place of the
// brackets that end an array or a dictionary.
type (
	end  struct{}
	shut string
)

// next returns the next object or operator.
func (l *lexer) next() any {
	v := l.object()
	l.at = min(l.at, len(l.data)) // what breaks off may have been read past its end
	return v
}

func (l *lexer) object() any {
	l.skip()
	if l.at >= len(l.data) {
		return end{}
	}
	switch c := l.data[l.at]; c {
	case '/':
		l.at++
		return l.name()
	case '(':
		l.at++
		return l.literal()
	case '<':
		if l.peek(1) == '<' {
			l.at += 2
			return l.dict()
		}
		l.at++
		return l.hex()
	case '>':
		if l.at++; l.peek(0) == '>' {
			l.at++
		}
		return shut(">>")
	case '[':
		l.at++
		return l.array()
	case ']':
		l.at++
		return shut("]")
	case '{', '}', ')':
		l.at++
		return word(c)
	}
	return l.token()
}

func (l *lexer) peek(n int) byte {
	if l.at+n < len(l.data) {
		return l.data[l.at+n]
	}
	return 0
}

func (l *lexer) token() any {
	from := l.at
	for l.at < len(l.data) && !space(l.data[l.at]) && !delimiter(l.data[l.at]) {
		l.at++
	}
	t := l.data[from:l.at]
	if n, ok := number(t); ok {
		return n
	}
	switch string(t) {
	case "true":
		return true
	case "false":
		return false
	case "null":
		return nil
	}
	if len(t) > 64 {
		t = t[:64]
	}
	return word(t)
}

// number reads 12, -3.5, +.25, and what writers make of them: --3, 1-2.
func number(t []byte) (num, bool) {
	i, minus := 0, false
	for i < len(t) && (t[i] == '+' || t[i] == '-') {
		minus = minus || t[i] == '-'
		i++
	}
	var n, part, scale num = 0, 0, 1
	digits, point := 0, false
	for ; i < len(t); i++ {
		switch c := t[i]; {
		case c >= '0' && c <= '9':
			digits++
			d := num(c - '0')
			if !point {
				n = min(n*10+d*one, limit)
			} else if scale < 1e9 {
				part, scale = part*10+d, scale*10
			}
		case c == '.' && !point:
			point = true
		case c == '-' && digits > 0:
			i = len(t)
		default:
			return 0, false
		}
	}
	n += part * one / scale
	if minus {
		n = -n
	}
	return n, digits > 0
}

func (l *lexer) name() name {
	var b []byte
	for l.at < len(l.data) && !space(l.data[l.at]) && !delimiter(l.data[l.at]) {
		c := l.data[l.at]
		if c == '#' && l.at+2 < len(l.data) {
			if v, err := strconv.ParseUint(string(l.data[l.at+1:l.at+3]), 16, 8); err == nil {
				c = byte(v)
				l.at += 2
			}
		}
		b = append(b, c)
		l.at++
	}
	return name(b)
}

func (l *lexer) literal() str {
	var b []byte
	for depth := 1; l.at < len(l.data); l.at++ {
		c := l.data[l.at]
		switch c {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				l.at++
				return str(b)
			}
		case '\r':
			if l.peek(1) == '\n' {
				continue
			}
			c = '\n'
		case '\\':
			l.at++
			var ok bool
			if c, ok = l.escape(); !ok {
				continue
			}
		}
		b = append(b, c)
	}
	return str(b)
}

// escape reads what follows a backslash, and leaves at on its last byte.
func (l *lexer) escape() (byte, bool) {
	switch c := l.peek(0); c {
	case 'n':
		return '\n', true
	case 'r':
		return '\r', true
	case 't':
		return '\t', true
	case 'b':
		return '\b', true
	case 'f':
		return '\f', true
	case '\r':
		if l.peek(1) == '\n' {
			l.at++
		}
		return 0, false
	case '\n':
		return 0, false
	default:
		if c < '0' || c > '7' {
			return c, true
		}
		v := int(c - '0')
		for range 2 {
			if d := l.peek(1); d >= '0' && d <= '7' {
				v = v*8 + int(d-'0')
				l.at++
			}
		}
		return byte(v), true
	}
}

func (l *lexer) hex() str {
	var b []byte
	half, have := byte(0), false
	for ; l.at < len(l.data); l.at++ {
		c := l.data[l.at]
		var v byte
		switch {
		case c == '>':
			l.at++
			if have {
				b = append(b, half<<4)
			}
			return str(b)
		case c >= '0' && c <= '9':
			v = c - '0'
		case c >= 'a' && c <= 'f':
			v = c - 'a' + 10
		case c >= 'A' && c <= 'F':
			v = c - 'A' + 10
		default:
			continue
		}
		if have {
			b = append(b, half<<4|v)
		}
		half, have = v, !have
	}
	return str(b)
}

// array reads up to its bracket, turning "12 0 R" into references.
func (l *lexer) array() array {
	a := array{}
	if l.depth++; l.depth > nesting {
		l.at = len(l.data)
	}
	defer func() { l.depth-- }()
	for {
		switch v := l.next().(type) {
		case end:
			return a
		case shut:
			return a
		case word:
			a = reference(a, v)
		default:
			a = append(a, v)
		}
	}
}

// reference turns the last two numbers into a reference where R follows.
func reference(a array, v word) array {
	if v != "R" || len(a) < 2 {
		return append(a, v)
	}
	n, ok := a[len(a)-2].(num)
	if !ok {
		return append(a, v)
	}
	return append(a[:len(a)-2], ref(n.int()))
}

func (l *lexer) dict() dict {
	flat := l.array()
	d := dict{}
	for i := 0; i+1 < len(flat); {
		k, ok := flat[i].(name)
		if !ok {
			i++
			continue
		}
		if _, again := d[k]; !again {
			d[k] = flat[i+1]
		}
		i += 2
	}
	return d
}
