package protect

import (
	"bytes"
	"strings"
	"testing"

	"frank"
	"frank/keyring"

	"pgregory.net/rapid"
)

func ref(t testing.TB) frank.Ref {
	r, err := frank.ParseRef("26 SARN 41")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func disclosure(t testing.TB) *Disclosure {
	return &Disclosure{Dispatch: ref(t), Marking: "DEMO INNER // ADDRESSEES ONLY", Statement: "The harbour was paid for twice.\n\nI saw both bills.",
		Text: "The talks on the estuary have stalled for now.\n\nThe harbour was paid for in March.\n"}
}

func must(t testing.TB, d *Disclosure) []byte {
	t.Helper()
	data, err := d.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := disclosure(t)
		d.Text = rapid.StringMatching(`[ -~\n]{1,200}`).Draw(rt, "text") + strings.Repeat("x", rapid.SampledFrom([]int{0, MinSize, 3 * MinSize}).Draw(rt, "more"))
		statement, err := Statement([]byte(rapid.String().Draw(rt, "statement")))
		if err != nil {
			rt.Fatal(err)
		}
		d.Statement = statement
		data := must(t, d)
		if n := len(data); n < MinSize || n&(n-1) != 0 {
			rt.Fatalf("the container has %d bytes", n)
		}
		got, err := Parse(data)
		if err != nil || *got != *d {
			rt.Fatalf("%v: %+v", err, got)
		}
		if !Protected(data, "") || !Protected(nil, string(data)) {
			rt.Fatal("the opened container is not known again")
		}
	})
}

func TestLongestFits(t *testing.T) {
	d := disclosure(t)
	d.Text = strings.Repeat("x", frank.MaxText)
	d.Statement = strings.Repeat("\u2028", MaxStatement/3) // written with six bytes for three
	d.Marking = strings.Repeat("D", MaxMarking)
	if data := must(t, d); len(data) != MaxSize {
		t.Errorf("it has %d bytes", len(data))
	}
}

// TestSaysNobody: what is sealed depends on nothing but the text, its
// reference and what the discloser says; the length only on the class.
func TestSaysNobody(t *testing.T) {
	key, err := keyring.New()
	if err != nil {
		t.Fatal(err)
	}
	card := key.Card("Finn Aske")
	plain := must(t, disclosure(t))
	for _, secret := range []string{"Finn", "Aske", card.Seal, card.Sign.String(), string(key.Person()), "signed", "card"} {
		if bytes.Contains(plain, []byte(secret)) {
			t.Errorf("%.20q is in it", secret)
		}
	}
	other := disclosure(t)
	other.Text, other.Statement = "Short.", ""
	if len(must(t, other)) != len(plain) {
		t.Error("the length tells what is in it")
	}
}

func TestSigned(t *testing.T) {
	finn, err := keyring.New()
	if err != nil {
		t.Fatal(err)
	}
	court, err := keyring.New()
	if err != nil {
		t.Fatal(err)
	}
	d := disclosure(t)
	d.Sign(finn, finn.Card("Finn Aske"), &court.Public)
	data := must(t, d)
	got, err := Parse(data)
	if err != nil || got.Signed.Card != finn.Card("Finn Aske") || got.Signed.To != court.String() {
		t.Fatalf("%v: %+v", err, got)
	}
	for what, change := range map[string]func(*Disclosure){
		"the text":      func(d *Disclosure) { d.Text += " " },
		"the statement": func(d *Disclosure) { d.Statement = "I saw nothing." },
		"the marking":   func(d *Disclosure) { d.Marking = "DEMO OPEN" },
		"the reference": func(d *Disclosure) { d.Dispatch.Number++ },
		"the name":      func(d *Disclosure) { d.Signed.Card.Name = "Ben Ortiz" },
		"for whom":      func(d *Disclosure) { d.Signed.To = finn.String() },
		"the signature": func(d *Disclosure) { d.Signed.Signature = d.Signed.Signature[:63] },
	} {
		changed, signed := *got, *got.Signed
		changed.Signed = &signed
		change(&changed)
		if _, err := Parse(must(t, &changed)); err == nil {
			t.Errorf("with %s changed it was taken", what)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	good := string(must(t, disclosure(t)))
	for what, bad := range map[string]string{
		"nothing":         "",
		"another version": strings.Replace(good, "protected/1", "protected/2", 1),
		"no banner":       strings.Replace(good, Banner+"\n", "", 1),
		"cut":             good[:len(good)-1],
		"longer":          good + "\n",
		"less padding":    strings.Replace(good, "  ", " ", 1),
		"padding of x":    strings.Replace(good, "  ", "xx", 1),
		"another field":   strings.Replace(good, `"marking"`, `"number":4,"marking"`, 1),
		"no reference":    strings.Replace(good, "26 SARN 41", "26 SARN 0", 1),
		"no text":         strings.Replace(good, "The talks on the estuary have stalled for now.\n\nThe harbour was paid for in March.\n", "", 1),
		"too long":        strings.Repeat("x", MaxSize+1),
	} {
		if bad == good {
			t.Fatalf("%s changes nothing", what)
		}
		if d, err := Parse([]byte(bad)); err == nil {
			t.Errorf("%s: taken for %+v", what, d)
		} else if strings.Contains(err.Error(), "harbour") {
			t.Errorf("%s: the error quotes it: %v", what, err)
		}
	}
	for what, d := range map[string]Disclosure{
		"no text":            {Dispatch: ref(t)},
		"text too long":      {Dispatch: ref(t), Text: strings.Repeat("x", frank.MaxText+1)},
		"no reference":       {Text: "x"},
		"a control sequence": {Dispatch: ref(t), Text: "x", Statement: "\x1b[2J"},
		"a marking of lines": {Dispatch: ref(t), Text: "x", Marking: "DEMO\nINNER"},
	} {
		if _, err := d.Marshal(); err == nil {
			t.Errorf("%s was written", what)
		}
	}
}

func TestStatement(t *testing.T) {
	for written, want := range map[string]string{
		"\ufeff I saw it.\r\n\r\nTwice.\x1b[2J\r\n": "I saw it.\n\nTwice.[2J",
		"cafe\u0301": "caf\u00e9",
		"":           "",
	} {
		if got, err := Statement([]byte(written)); err != nil || got != want {
			t.Errorf("%q gives %q, %v", written, got, err)
		}
	}
	for _, bad := range []string{"\xff", strings.Repeat("x", MaxStatement+1)} {
		if _, err := Statement([]byte(bad)); err == nil {
			t.Errorf("%.10q was taken", bad)
		}
	}
}

func FuzzParse(f *testing.F) {
	d := disclosure(f)
	f.Add(must(f, d))
	f.Add([]byte(Format + "\n" + Banner + "\n{}\n\nx\n\n" + Banner + "\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := Parse(data)
		if err != nil {
			return
		}
		if again, err := d.Marshal(); err != nil || !bytes.Equal(again, data) {
			t.Errorf("it was read, and is written otherwise: %v", err)
		}
		if !Protected(data, "") {
			t.Error("it is not known again")
		}
	})
}

func FuzzStatement(f *testing.F) {
	f.Add([]byte("I saw it.\r\n"))
	f.Fuzz(func(t *testing.T, written []byte) {
		s, err := Statement(written)
		if err != nil {
			return
		}
		if _, err := (&Disclosure{Dispatch: ref(t), Statement: s, Text: "x"}).Marshal(); err != nil {
			t.Error(err)
		}
	})
}
