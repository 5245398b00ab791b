package pdf

import (
	"bytes"
	"compress/flate"
	"compress/zlib"
	"io"
)

// decode undoes a stream's filters. What a damaged stream still gives counts;
// a filter that is not one for text, such as a picture's, gives nothing.
func (f *file) decode(s *stream) ([]byte, error) {
	data := s.data
	filters := f.list(s.dict, "Filter", "F")
	parms := f.list(s.dict, "DecodeParms", "DP")
	if len(filters) > 8 {
		return nil, errMuch
	}
	for i, v := range filters {
		var parm dict
		if i < len(parms) {
			parm = f.dict(parms[i])
		}
		kind, _ := f.get(v).(name)
		switch kind {
		case "FlateDecode", "Fl":
			data = f.read(inflate(data))
		case "LZWDecode", "LZW":
			early := true
			if e, ok := f.num(parm["EarlyChange"]); ok && e == 0 {
				early = false
			}
			data = unlzw(data, early, f.left)
		case "ASCII85Decode", "A85":
			data = un85(data)
		case "ASCIIHexDecode", "AHx":
			l := lexer{data: data}
			data = []byte(l.hex())
		case "RunLengthDecode", "RL":
			data = unrun(data, f.left)
		case "Crypt":
		default:
			return nil, nil
		}
		if kind[0] == 'F' || kind[0] == 'L' {
			data = f.predicted(data, parm)
		}
		if f.left -= len(data); f.left <= 0 {
			return nil, errMuch
		}
	}
	return data, nil
}

// list returns an entry that is one thing or an array of them.
func (f *file) list(d dict, long, short name) array {
	v := f.get(d[long])
	if v == nil {
		v = f.get(d[short])
	}
	switch v := v.(type) {
	case nil:
		return nil
	case array:
		return v
	default:
		return array{v}
	}
}

func inflate(data []byte) io.Reader {
	if r, err := zlib.NewReader(bytes.NewReader(data)); err == nil {
		return r
	}
	if len(data) > 2 { // a header that is wrong
		return flate.NewReader(bytes.NewReader(data[2:]))
	}
	return bytes.NewReader(nil)
}

// read returns what r gives before it fails, and no more than may be decoded.
func (f *file) read(r io.Reader) []byte {
	var b bytes.Buffer
	io.Copy(&b, io.LimitReader(r, int64(f.left)))
	return b.Bytes()
}

// predicted undoes the differences that rows were stored as.
func (f *file) predicted(data []byte, parm dict) []byte {
	get := func(key name, usual int) int {
		if n, ok := f.num(parm[key]); ok {
			return n.int()
		}
		return usual
	}
	kind, colours, bits, columns := get("Predictor", 1), get("Colors", 1), get("BitsPerComponent", 8), get("Columns", 1)
	if kind < 2 || colours < 1 || colours > 32 || bits < 1 || bits > 16 || columns < 1 || columns > 1<<20 {
		return data
	}
	size, row := (colours*bits+7)/8, (colours*bits*columns+7)/8
	if kind == 2 {
		if bits == 8 {
			for at := 0; at+row <= len(data); at += row {
				for i := size; i < row; i++ {
					data[at+i] += data[at+i-size]
				}
			}
		}
		return data
	}
	var out []byte
	last := make([]byte, row)
	for len(data) > 1 {
		how, this := data[0], make([]byte, row)
		data = data[1+copy(this, data[1:]):]
		for i := range this {
			var left, corner byte
			if i >= size {
				left, corner = this[i-size], last[i-size]
			}
			switch how {
			case 1:
				this[i] += left
			case 2:
				this[i] += last[i]
			case 3:
				this[i] += byte((int(left) + int(last[i])) / 2)
			case 4:
				this[i] += paeth(left, last[i], corner)
			}
		}
		out = append(out, this...)
		last = this
	}
	return out
}

func paeth(a, b, c byte) byte {
	p := int(a) + int(b) - int(c)
	pa, pb, pc := abs(p-int(a)), abs(p-int(b)), abs(p-int(c))
	switch {
	case pa <= pb && pa <= pc:
		return a
	case pb <= pc:
		return b
	}
	return c
}

func abs[T int | num](n T) T {
	if n < 0 {
		return -n
	}
	return n
}

// unlzw undoes LZW as PDF has it, with codes of 9 to 12 bits.
func unlzw(data []byte, early bool, most int) []byte {
	type entry struct {
		prefix int
		last   byte
		size   int
	}
	table := make([]entry, 258, 4096)
	for i := range 256 {
		table[i] = entry{-1, byte(i), 1}
	}
	var out []byte
	write := func(code int) byte {
		n := table[code].size
		at := len(out) + n
		out = append(out, make([]byte, n)...)
		for c := code; c >= 0; c = table[c].prefix {
			at--
			out[at] = table[c].last
		}
		return out[at]
	}
	change := 0
	if early {
		change = 1
	}
	width, last, bits, have := 9, -1, 0, 0
	for _, c := range data {
		bits, have = bits<<8|int(c), have+8
		if have < width {
			continue
		}
		code := bits >> (have - width) & (1<<width - 1)
		have -= width
		bits &= 1<<have - 1
		switch {
		case code == 256:
			table, width, last = table[:258], 9, -1
			continue
		case code == 257 || len(out) > most:
			return out
		case code < len(table):
			head := write(code)
			if last >= 0 && len(table) < 4096 {
				table = append(table, entry{last, head, table[last].size + 1})
			}
		case code == len(table) && last >= 0 && len(table) < 4096:
			c := last
			for table[c].prefix >= 0 {
				c = table[c].prefix
			}
			table = append(table, entry{last, table[c].last, table[last].size + 1})
			write(code)
		default:
			return out
		}
		last = code
		for width < 12 && len(table)+change >= 1<<width {
			width++
		}
	}
	return out
}

func un85(data []byte) []byte {
	var out []byte
	var group uint32
	n := 0
	data = bytes.TrimPrefix(bytes.TrimSpace(data), []byte("<~"))
	flush := func() {
		if n < 2 {
			return
		}
		for i := n; i < 5; i++ {
			group = group*85 + 84
		}
		for i := range n - 1 {
			out = append(out, byte(group>>(24-8*i)))
		}
	}
	for _, c := range data {
		switch {
		case c == '~':
			flush()
			return out
		case c == 'z' && n == 0:
			out = append(out, 0, 0, 0, 0)
		case c >= '!' && c <= 'u':
			group = group*85 + uint32(c-'!')
			if n++; n == 5 {
				flush()
				group, n = 0, 0
			}
		}
	}
	flush()
	return out
}

func unrun(data []byte, most int) []byte {
	var out []byte
	for len(data) > 1 && len(out) < most {
		n := int(data[0])
		data = data[1:]
		switch {
		case n == 128:
			return out
		case n < 128:
			n = min(n+1, len(data))
			out = append(out, data[:n]...)
			data = data[n:]
		default:
			out = append(out, bytes.Repeat(data[:1], 257-n)...)
			data = data[1:]
		}
	}
	return out
}
