package canon

import (
	"bytes"
	"encoding"
	"encoding/base64"
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// What is in the canonical form is read in one go here: fields come in the order
// they are declared and every value has one writing, so nothing need be written
// again to compare. Whatever is unusual, in the type or in the data, is left to
// encoding/json, which alone decides that something is refused. So this must
// take nothing that encoding/json with the comparison would not, and make the
// same of it; TestQuick and FuzzQuick hold the two against each other.

// form is how a value of one type is written.
type form struct {
	kind   kind
	elem   *form // of a list, or of what is pointed to
	of     reflect.Type
	fields []field // of an object
}

type kind int

const (
	text   kind = iota // a string
	marked             // what writes itself as a string
	binary             // bytes, as base64
	raw                // JSON as it is
	truth
	signed
	unsigned
	list
	pointer
	object
)

// field is one of an object. Absent, it is zero, which only an optional one may
// be.
type field struct {
	index       []int
	first, next string // `"name":`, with a comma before it when it is not the first
	form        *form
	empty, zero bool // omitempty, omitzero
}

var (
	forms    sync.Map // reflect.Type → *form, nil for what is left to encoding/json
	rawType  = reflect.TypeFor[json.RawMessage]()
	byteType = reflect.TypeFor[byte]()
	leave    = []reflect.Type{reflect.TypeFor[json.Number]()}

	jsonReader = reflect.TypeFor[json.Unmarshaler]()
	jsonWriter = reflect.TypeFor[json.Marshaler]()
	textReader = reflect.TypeFor[encoding.TextUnmarshaler]()
	textWriter = reflect.TypeFor[encoding.TextMarshaler]()
)

func formOf(t reflect.Type) *form {
	if f, ok := forms.Load(t); ok {
		return f.(*form)
	}
	f := newForm(t, nil)
	forms.Store(t, f)
	return f
}

// newForm returns nil for a type that is left to encoding/json. above are the
// types that t is part of.
func newForm(t reflect.Type, above []reflect.Type) *form {
	if slices.Contains(above, t) || slices.Contains(leave, t) {
		return nil
	}
	above = append(slices.Clip(above), t)
	f := &form{of: t}
	if t == rawType {
		f.kind = raw
		return f
	}
	if t.Kind() == reflect.Pointer {
		f.kind, f.elem = pointer, newForm(t.Elem(), above)
		if f.elem == nil || f.elem.kind == pointer {
			return nil
		}
		return f
	}
	switch p := reflect.PointerTo(t); {
	case p.Implements(jsonReader) || p.Implements(jsonWriter):
		return nil
	case p.Implements(textReader) && t.Implements(textWriter):
		f.kind = marked
		return f
	case p.Implements(textReader) || p.Implements(textWriter):
		return nil
	}
	switch t.Kind() {
	case reflect.String:
		f.kind = text
	case reflect.Bool:
		f.kind = truth
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		f.kind = signed
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		f.kind = unsigned
	case reflect.Slice:
		if t.Elem() == byteType {
			f.kind = binary
			return f
		}
		f.kind, f.elem = list, newForm(t.Elem(), above)
		if f.elem == nil || t.Elem().Kind() == reflect.Uint8 {
			return nil
		}
	case reflect.Struct:
		f.kind = object
		if !f.add(t, nil, above) {
			return nil
		}
	default:
		return nil
	}
	return f
}

// add adds the fields of t, which is at an index of the object.
func (f *form) add(t reflect.Type, at []int, above []reflect.Type) bool {
	for i := range t.NumField() {
		s := t.Field(i)
		tag, tagged := s.Tag.Lookup("json")
		if tag == "-" || !s.IsExported() && !s.Anonymous {
			continue
		}
		index := append(slices.Clip(at), i)
		if s.Anonymous { // its fields are written as if they were declared here
			if tagged || !s.IsExported() || s.Type.Kind() != reflect.Struct || !f.add(s.Type, index, above) {
				return false
			}
			continue
		}
		name, options, _ := strings.Cut(tag, ",")
		if name == "" || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789_") != "" {
			return false
		}
		x := field{index: index, first: `"` + name + `":`, form: newForm(s.Type, above)}
		x.next = "," + x.first
		if x.form == nil || slices.ContainsFunc(f.fields, func(o field) bool { return o.first == x.first }) {
			return false
		}
		for _, o := range strings.Split(options, ",") {
			switch o {
			case "":
			case "omitempty":
				x.empty = s.Type.Kind() != reflect.Struct && s.Type.Kind() != reflect.Array // which are never empty
			case "omitzero":
				if _, own := reflect.PointerTo(s.Type).MethodByName("IsZero"); own {
					return false
				}
				x.zero = true
			default:
				return false
			}
		}
		f.fields = append(f.fields, x)
	}
	return true
}

// quick reads data into v, a pointer to a zero value, if it is in the canonical
// form of a type that it knows. Otherwise it leaves v alone.
func quick(data []byte, v any) bool {
	p := reflect.ValueOf(v)
	if p.Kind() != reflect.Pointer || p.IsNil() || !p.Elem().IsZero() {
		return false
	}
	f := formOf(p.Type().Elem())
	if f == nil {
		return false
	}
	c := cursor{data}
	x := reflect.New(f.of).Elem()
	if !c.value(f, x) || len(c.rest) > 0 {
		return false
	}
	p.Elem().Set(x)
	return true
}

// cursor is what is still to be read. Its methods report whether it was what
// they read.
type cursor struct{ rest []byte }

func (c *cursor) skip(s string) bool {
	if len(c.rest) < len(s) || string(c.rest[:len(s)]) != s {
		return false
	}
	c.rest = c.rest[len(s):]
	return true
}

func (c *cursor) value(f *form, v reflect.Value) bool {
	switch f.kind {
	case text:
		b, ok := c.text()
		v.SetString(string(b))
		return ok
	case marked:
		return c.marked(v)
	case binary:
		return c.binary(v)
	case raw:
		whole := c.rest
		if len(whole) == 0 || whole[0] == 'n' || !c.any(0) {
			return false
		}
		v.SetBytes(bytes.Clone(whole[:len(whole)-len(c.rest)]))
		return true
	case truth:
		if c.skip("true") {
			v.SetBool(true)
			return true
		}
		return c.skip("false")
	case signed:
		n, err := strconv.ParseInt(string(c.number()), 10, 64)
		if err != nil || v.OverflowInt(n) {
			return false
		}
		v.SetInt(n)
		return true
	case unsigned:
		n, err := strconv.ParseUint(string(c.number()), 10, 64)
		if err != nil || v.OverflowUint(n) {
			return false
		}
		v.SetUint(n)
		return true
	case list:
		return c.list(f, v)
	case pointer:
		x := reflect.New(f.elem.of)
		v.Set(x)
		return c.value(f.elem, x.Elem())
	case object:
		return c.object(f, v)
	}
	return false
}

func (c *cursor) object(f *form, v reflect.Value) bool {
	if !c.skip("{") {
		return false
	}
	first := true
	for i := range f.fields {
		x := &f.fields[i]
		name := x.next
		if first {
			name = x.first
		}
		if !c.skip(name) {
			if !x.empty && !x.zero {
				return false
			}
			continue
		}
		first = false
		at := v.FieldByIndex(x.index)
		if !c.value(x.form, at) || x.empty && empty(at) || x.zero && at.IsZero() {
			return false
		}
	}
	return c.skip("}")
}

// empty is what omitempty leaves out.
func empty(v reflect.Value) bool {
	if v.Kind() == reflect.Slice || v.Kind() == reflect.String {
		return v.Len() == 0
	}
	return v.IsZero()
}

func (c *cursor) list(f *form, v reflect.Value) bool {
	if !c.skip("[") {
		return false
	}
	v.Set(reflect.MakeSlice(f.of, 0, 0))
	for n := 0; !c.skip("]"); n++ {
		if n > 0 && !c.skip(",") {
			return false
		}
		if n == v.Cap() {
			v.Grow(max(4, n)) // room follows what comes
		}
		v.SetLen(n + 1)
		if !c.value(f.elem, v.Index(n)) {
			return false
		}
	}
	return true
}

func (c *cursor) marked(v reflect.Value) bool {
	b, ok := c.text()
	if !ok || v.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText(b) != nil {
		return false
	}
	again, err := v.Interface().(encoding.TextMarshaler).MarshalText()
	return err == nil && bytes.Equal(again, b)
}

var strict = base64.StdEncoding.Strict()

func (c *cursor) binary(v reflect.Value) bool {
	if !c.skip(`"`) {
		return false
	}
	end := bytes.IndexByte(c.rest, '"')
	if end < 0 || bytes.IndexByte(c.rest[:end], '\n') >= 0 || bytes.IndexByte(c.rest[:end], '\r') >= 0 { // which base64 passes over
		return false
	}
	out := make([]byte, strict.DecodedLen(end))
	n, err := strict.Decode(out, c.rest[:end])
	v.SetBytes(out[:n])
	c.rest = c.rest[end+1:]
	return err == nil
}

// text reads a string; what it returns may be part of the data.
func (c *cursor) text() ([]byte, bool) {
	if !c.skip(`"`) {
		return nil, false
	}
	ascii := true
	for i, b := range c.rest {
		switch {
		case b == '"':
			out := c.rest[:i]
			c.rest = c.rest[i+1:]
			return out, ascii || whole(out)
		case b == '\\':
			return c.escaped(i)
		case b < ' ':
			return nil, false
		case b >= utf8.RuneSelf:
			ascii = false
		}
	}
	return nil, false
}

// escapes are those that are needed; others are left to encoding/json.
var escapes = [256]byte{'"': '"', '\\': '\\', 'n': '\n', 't': '\t', 'r': '\r', 'b': '\b', 'f': '\f'}

// escaped goes on at i with a string that has escapes.
func (c *cursor) escaped(i int) ([]byte, bool) {
	out := append(make([]byte, 0, 2*i+64), c.rest[:i]...)
	for ; i < len(c.rest); i++ {
		b := c.rest[i]
		switch {
		case b == '"':
			c.rest = c.rest[i+1:]
			return out, whole(out)
		case b == '\\':
			if i++; i == len(c.rest) || escapes[c.rest[i]] == 0 {
				return nil, false
			}
			b = escapes[c.rest[i]]
		case b < ' ':
			return nil, false
		}
		out = append(out, b)
	}
	return nil, false
}

// whole reports whether text is written as it is: two separators of lines have
// escapes of their own.
func whole(b []byte) bool {
	return utf8.Valid(b) && !bytes.Contains(b, []byte("\u2028")) && !bytes.Contains(b, []byte("\u2029"))
}

// number reads a whole number; what it returns is none otherwise.
func (c *cursor) number() []byte {
	i := 0
	if i < len(c.rest) && c.rest[i] == '-' {
		i++
	}
	from := i
	for i < len(c.rest) && '0' <= c.rest[i] && c.rest[i] <= '9' {
		i++
	}
	n := c.rest[:i]
	if from == i || c.rest[from] == '0' && i > 1 || i > len(strconv.Itoa(math.MinInt)) { // -0, 01; longer than any
		return nil
	}
	c.rest = c.rest[i:]
	return n
}

const depthMost = 100 // of JSON that is taken as it is; encoding/json goes deeper

// any reads JSON without white space.
func (c *cursor) any(depth int) bool {
	if len(c.rest) == 0 || depth >= depthMost {
		return false
	}
	switch c.rest[0] {
	case '{', '[':
		object := c.rest[0] == '{'
		end := "]"
		if object {
			end = "}"
		}
		c.rest = c.rest[1:]
		for n := 0; !c.skip(end); n++ {
			if n > 0 && !c.skip(",") || object && !(c.literal() && c.skip(":")) || !c.any(depth+1) {
				return false
			}
		}
		return true
	case '"':
		return c.literal()
	case 't':
		return c.skip("true")
	case 'f':
		return c.skip("false")
	case 'n':
		return c.skip("null")
	}
	if c.number() == nil {
		return false
	}
	return len(c.rest) == 0 || bytes.IndexByte([]byte(".eE"), c.rest[0]) < 0
}

// literal reads a string and makes nothing of it.
func (c *cursor) literal() bool {
	if !c.skip(`"`) {
		return false
	}
	for i := 0; i < len(c.rest); i++ {
		switch b := c.rest[i]; {
		case b == '"':
			c.rest = c.rest[i+1:]
			return true
		case b == '\\':
			if i++; i == len(c.rest) || escapes[c.rest[i]] == 0 {
				return false
			}
		case b < ' ':
			return false
		}
	}
	return false
}
