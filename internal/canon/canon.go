// Package canon reads and writes canonical JSON: one value, one writing. What
// is hashed or signed has no second form that says the same.
//
// The writing is that of encoding/json for the Go type: fields in the order
// they are declared, no white space, no escapes that are not needed.
package canon

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
)

// ErrForm is the error for JSON that says something a reader understands, but
// is not written as it must be.
var ErrForm = errors.New("it is not written in the canonical form")

// Marshal writes v. It panics if v cannot be written, which is a fault of the
// program.
func Marshal(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic("canon: " + err.Error())
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// Unmarshal reads data into v, a pointer. Fields that v does not know are
// refused, and anything that [Marshal] would not have written: white space,
// another order, a key twice, an escape too many.
func Unmarshal(data []byte, v any) error {
	if quick(data, v) {
		return nil
	}
	return slow(data, v)
}

// slow reads as encoding/json does, and compares.
func slow(data []byte, v any) error {
	if err := json.Unmarshal(data, v); err != nil {
		return shorten(err)
	}
	if !bytes.Equal(write(v, len(data)), data) { // so a field that v does not know is found too
		return ErrForm
	}
	return nil
}

// write is Marshal for a value that was read and may not be writable.
func write(v any, size int) []byte {
	var b bytes.Buffer
	b.Grow(size + 1)
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if e.Encode(v) != nil {
		return nil
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// shorten says what is wrong without quoting what was read, which may be
// confidential.
func shorten(err error) error {
	if kind, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return errors.New("the field " + kind.Field + " holds something of another kind")
	}
	if _, ok := errors.AsType[*json.SyntaxError](err); ok || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("it is no JSON")
	}
	return errors.New("a field is unknown, or holds what it may not")
}
