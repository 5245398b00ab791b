package canon

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"frank"
)

// every has a field of each kind that is read quickly.
type every struct {
	Text   string          `json:"text"`
	Hash   frank.Hash      `json:"hash"`
	Ref    frank.Ref       `json:"ref,omitzero"`
	Bytes  []byte          `json:"bytes"`
	Raw    json.RawMessage `json:"raw"`
	Truth  bool            `json:"truth,omitempty"`
	Small  int8            `json:"small,omitempty"`
	Large  uint64          `json:"large"`
	List   []frank.Hash    `json:"list"`
	Inside *inner          `json:"inside,omitempty"`
	Many   []inner         `json:"many,omitempty"`
	Opaque json.RawMessage `json:"opaque,omitempty"`
	Frame
	Zero int `json:"zero,omitzero"`
	Left int `json:"-"`
}

type inner struct {
	Number int             `json:"number,omitempty"`
	Office frank.OfficeID  `json:"office"`
	Maybe  *frank.OfficeID `json:"maybe,omitempty"`
	Same   Frame           `json:"same"`
}

// Frame is written as if its fields were declared where it is embedded.
type Frame struct {
	Sealed []byte `json:"sealed,omitempty"`
	Last   string `json:"last,omitempty"`
}

// alike fails when quick takes what slow does not, or makes something else of
// it. It reports whether quick took it.
func alike(t interface{ Fatalf(string, ...any) }, data []byte, v func() any) bool {
	a, b := v(), v()
	if !quick(data, a) {
		if !reflect.DeepEqual(a, b) {
			t.Fatalf("%q: was left with %+v", data, a)
		}
		return false
	}
	if err := slow(data, b); err != nil {
		t.Fatalf("%q was read as %+v, and should not have been: %v", data, a, err)
	}
	if !reflect.DeepEqual(a, b) {
		t.Fatalf("%q was read as %+v, and should have been %+v", data, a, b)
	}
	return true
}

func everies(t *rapid.T) every {
	hash := rapid.Custom(func(t *rapid.T) (h frank.Hash) {
		copy(h[:], rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "hash"))
		return h
	})
	some := rapid.SliceOf(rapid.Byte())
	frames := func() Frame { return Frame{some.Draw(t, "sealed"), rapid.String().Draw(t, "last")} }
	in := rapid.Custom(func(t *rapid.T) inner {
		x := inner{Number: rapid.Int().Draw(t, "number"), Office: frank.OfficeID(rapid.String().Draw(t, "office")), Same: frames()}
		if rapid.Bool().Draw(t, "maybe") {
			x.Maybe = &x.Office
		}
		return x
	})
	x := every{Text: rapid.String().Draw(t, "text"), Hash: hash.Draw(t, "hash"), Bytes: some.Draw(t, "bytes"), Truth: rapid.Bool().Draw(t, "truth"), Small: rapid.Int8().Draw(t, "small"),
		Large: rapid.Uint64().Draw(t, "large"), List: rapid.SliceOf(hash).Draw(t, "list"), Many: rapid.SliceOf(in).Draw(t, "many"), Frame: frames()}
	if rapid.Bool().Draw(t, "ref") {
		x.Ref = frank.Ref{Year: 2026, Place: "PARIS", Number: rapid.IntRange(1, 999).Draw(t, "dispatch")}
	}
	if rapid.Bool().Draw(t, "inside") {
		x.Inside = new(in.Draw(t, "in"))
	}
	x.Raw = Marshal(rapid.SampledFrom([]any{x.Many, x.Hash, x.Large, x.Text, true, map[string]any{"a": []int{}, x.Text: nil}}).Draw(t, "raw"))
	return x
}

// What is in the canonical form is read quickly, and as encoding/json reads it;
// what is not quite in it is not.
func TestQuick(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := Marshal(everies(t))
		if !alike(t, data, func() any { return new(every) }) && !bytes.Contains(data, []byte(`\u`)) { // rare escapes are left
			if slow(data, new(every)) == nil {
				t.Fatalf("%q was not read quickly", data)
			}
		}
		i := rapid.IntRange(0, len(data)-1).Draw(t, "at")
		j := min(len(data), i+rapid.IntRange(0, 3).Draw(t, "less"))
		other := append(bytes.Clone(data[:i]), rapid.SampledFrom([]string{"", " ", "0", "-", ",", `"`, "\\", "\u2028", "\xff", "null", "}", "1", "e5", "=", "\n", `\n`, `\u0041`, `\/`, "A"}).Draw(t, "more")...)
		alike(t, append(other, data[j:]...), func() any { return new(every) })
	})
}

// What is nearly in the canonical form is left, and then refused.
func TestNearly(t *testing.T) {
	const start = `{"text":"","hash":"` + zero + `","bytes":`
	good := start + `"AA==","raw":1,"large":0,"list":[]}`
	if !alike(t, []byte(good), func() any { return new(every) }) {
		t.Fatal("what the others are held against is not read quickly")
	}
	for what, bad := range map[string]string{
		"bits that base64 drops":   start + `"AB==","raw":1,"large":0,"list":[]}`,
		"a line feed in base64":    start + "\"A\nA==\",\"raw\":1,\"large\":0,\"list\":[]}",
		"a return in base64":       start + "\"AA\r==\",\"raw\":1,\"large\":0,\"list\":[]}",
		"a nought before a number": start + `"AA==","raw":1,"large":01,"list":[]}`,
		"one in other JSON":        start + `"AA==","raw":01,"large":0,"list":[]}`,
		"a nought below nothing":   start + `"AA==","raw":1,"small":-0,"large":0,"list":[]}`,
		"a number too large":       start + `"AA==","raw":1,"small":128,"large":0,"list":[]}`,
		"one larger than any":      start + `"AA==","raw":1,"large":18446744073709551616,"list":[]}`,
		"what should be left out":  start + `"AA==","raw":1,"large":0,"list":[],"zero":0}`,
		"a falsehood left in":      start + `"AA==","raw":1,"truth":false,"large":0,"list":[]}`,
		"space in other JSON":      start + `"AA==","raw":[1, 2],"large":0,"list":[]}`,
		"a comma too many":         start + `"AA==","raw":[1,],"large":0,"list":[]}`,
		"a name without a value":   start + `"AA==","raw":{"a"},"large":0,"list":[]}`,
		"a list that goes on":      start + `"AA==","raw":1,"large":0,"list":[,"` + zero + `"]}`,
		"capital digits":           start + `"AA==","raw":1,"large":0,"list":["A` + zero[1:] + `"]}`,
		"more":                     good + "{}",
	} {
		if alike(t, []byte(bad), func() any { return new(every) }) {
			t.Errorf("%s was read quickly", what)
		}
		if Unmarshal([]byte(bad), new(every)) == nil {
			t.Errorf("%s was read", what)
		}
	}
	// encoding/json may take it, and this need not know how.
	if alike(t, []byte(start+`"AA==","raw":null,"large":0,"list":[]}`), func() any { return new(every) }) {
		t.Error("null was read quickly")
	}
}

// Types that are written otherwise than field by field are left to
// encoding/json, and so is what was there before.
func TestLeft(t *testing.T) {
	type tree struct {
		Below []tree `json:"below"`
	}
	for _, v := range []any{
		new(map[string]int), new(any), new(float64), new([4]int), new(json.Number), new(tree), new([]int8), new([]json.Marshaler),
		new(struct{ A int }),
		new(struct {
			A int `json:"a,string"`
		}),
		new(struct {
			A int `json:"a"`
			B int `json:"A"`
		}),
		new(struct {
			Frame
			Sealed string `json:"sealed"`
		}),
		new(struct {
			A **int `json:"a"`
		}),
	} {
		if f := formOf(reflect.TypeOf(v).Elem()); f != nil && reflect.TypeOf(v).Elem() != reflect.TypeFor[[]int8]() {
			t.Errorf("%T is read quickly", v)
		}
	}
	was := inner{Number: 1}
	if quick([]byte(`{"office":"a","same":{}}`), &was) || quick([]byte(`{}`), Frame{}) || quick([]byte(`{}`), (*Frame)(nil)) || was.Number != 1 {
		t.Error("something that was there was read into")
	}
	for _, deep := range []int{depthMost, depthMost + 1, 9000} {
		data := append(bytes.Repeat([]byte("["), deep), bytes.Repeat([]byte("]"), deep)...)
		if got := alike(t, data, func() any { return new(json.RawMessage) }); got != (deep <= depthMost) {
			t.Errorf("%d deep: %v", deep, got)
		}
	}
}

func FuzzQuick(f *testing.F) {
	f.Add([]byte(`{"text":"a\\\"<é>","hash":"` + zero + `","ref":"26 PARIS 1","bytes":"AA==","raw":{"a":[1,-2.5e3,null,"\n"]},"truth":true,"small":-128,"large":18446744073709551615,"list":["` + zero + `"],"inside":{"number":1,"office":"","maybe":"","same":{}},"many":[{"office":"x","same":{"sealed":"AAA=","last":"z"}}],"opaque":"\u2028","last":"\b"}`))
	f.Add([]byte(`{"text":"","hash":"` + zero + `","bytes":"AAB=","raw":[-0,1.0],"large":0,"list":[]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, v := range []func() any{func() any { return new(every) }, func() any { return new(inner) }, func() any { return new(json.RawMessage) }, func() any { return new([]string) }, func() any { return new(int64) },
			func() any { return new([]byte) }, func() any { return new(string) }} {
			alike(t, data, v)
		}
	})
}

func BenchmarkUnmarshal(b *testing.B) {
	var m struct {
		Format string          `json:"format"`
		Hash   frank.Hash      `json:"hash"`
		Sealed []byte          `json:"sealed"`
		Open   json.RawMessage `json:"open"`
	}
	m.Sealed = bytes.Repeat([]byte("sealed"), 800)
	m.Open = Marshal(map[string]string{"statement": string(bytes.Repeat([]byte(`"stated" `), 100))})
	data := Marshal(m)
	for name, read := range map[string]func([]byte, any) error{"quick": Unmarshal, "encoding-json": slow} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				x := m
				x.Format, x.Hash, x.Sealed, x.Open = "", frank.Hash{}, nil, nil
				if err := read(data, &x); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
