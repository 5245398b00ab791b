package protect

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"os"
	"strings"
	"testing"

	"frank/keyring"

	"pgregory.net/rapid"
)

const story = "The minister told colleagues that the talks had stalled. “We believe it is likely that he waits for the vote,” the paper says.\n\n"

func TestSealedIsKnownAgain(t *testing.T) {
	key, err := keyring.New()
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := key.Seal(must(t, disclosure(t)))
	if err != nil {
		t.Fatal(err)
	}
	armoured := "-----BEGIN AGE ENCRYPTED FILE-----\n" + base64.StdEncoding.EncodeToString(sealed)
	if !Protected(sealed, "") || !Protected(nil, armoured) || !Protected([]byte("\ufeff\r\n"+armoured), "") {
		t.Error("a sealed container is not known again")
	}
}

// TestPasted: what a person may do to lines that they copy from a screen.
func TestPasted(t *testing.T) {
	screen := Banner + "\n\n26 SARN 41 · DEMO INNER\n\n" + story
	wrapped := func(width int) string {
		var b strings.Builder
		for i, r := range []rune(screen) {
			if i > 0 && i%width == 0 {
				b.WriteString("\n> ")
			}
			b.WriteRune(r)
		}
		return b.String()
	}
	texts := map[string]string{
		"as it is":         screen,
		"in the middle":    story + screen + story,
		"in lower case":    strings.ToLower(screen),
		"in capitals":      strings.ToUpper(screen),
		"without spaces":   strings.ReplaceAll(screen, " ", ""),
		"spaced":           strings.ReplaceAll(screen, " ", "\u00a0\u2009 "),
		"letters spaced":   strings.Join(strings.Split(Banner, ""), " "),
		"wrapped at 10":    wrapped(10),
		"wrapped at 40":    wrapped(40),
		"hyphenated":       strings.Replace(screen, "DISCLOSURE", "DIS\u00ad-\nCLOSURE", 1),
		"other points":     strings.NewReplacer(",", " –", ":", "…").Replace(screen),
		"full width":       strings.Map(wide, screen),
		"accented":         strings.Replace(screen, "PROTECTED", "PRO\u0301TECTED", 1),
		"a column":         strings.ReplaceAll(Banner, " ", "\n"),
		"recognised badly": strings.NewReplacer("DISCLOSURE", "DISCL0SURE", "quoted", "qu0ted", "must", "rnust").Replace(screen),
		"typed":            strings.NewReplacer("sealed", "seald", "word for word", "word-by-word").Replace(screen),
		"with colours":     "\x1b[1m" + Banner + "\x1b[0m",
	}
	for what, text := range texts {
		if !Protected(nil, text) {
			t.Errorf("%s: the text is not known again", what)
		}
		if !Protected([]byte(text), "") {
			t.Errorf("%s: the file is not known again", what)
		}
	}
	pages := map[string]string{
		"escaped":     "<p>" + html.EscapeString(screen) + "</p>",
		"a tag each":  "<div><span style=\"color: red\">" + strings.ReplaceAll(Banner, " ", "</span>&nbsp;\n<span class='mustard seed'>") + "</span></div>",
		"as entities": entities(Banner),
		"broken":      strings.ReplaceAll(Banner, " ", "<br/>"),
		"unclosed":    "<p>1 < 2 & <" + Banner,
		"a comment":   "<!doctype html><!-- " + Banner + " --><p>" + story,
	}
	for what, page := range pages {
		if !Protected([]byte(page), story) {
			t.Errorf("%s: the page is not known again", what)
		}
	}
	utf16 := []byte{0xff, 0xfe}
	for _, r := range Banner {
		utf16 = append(utf16, byte(r), 0)
	}
	if !Protected(utf16, "") {
		t.Error("UTF-16 is not known again")
	}
}

func wide(r rune) rune {
	if r > ' ' && r <= '~' {
		return r - ' ' + 0xff00
	}
	return r
}

func entities(s string) string {
	var b strings.Builder
	for _, r := range s {
		fmt.Fprintf(&b, "&#%d;", r)
	}
	return b.String()
}

// TestSlips: as many wrong letters as are allowed, wherever they are, and
// whatever stands around.
func TestSlips(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		text := []rune(Banner)
		for range rapid.IntRange(0, slips).Draw(rt, "slips") {
			i := rapid.IntRange(0, len(text)-1).Draw(rt, "at")
			switch rapid.IntRange(0, 2).Draw(rt, "how") {
			case 0:
				text[i] = 'x'
			case 1:
				text = append(text[:i], text[i+1:]...)
			case 2:
				text = append(text[:i], append([]rune{'x'}, text[i:]...)...)
			}
		}
		s := rapid.String().Draw(rt, "before") + "\n" + string(text) + "\n" + rapid.String().Draw(rt, "after")
		if !Protected(nil, s) {
			rt.Fatalf("not known again: %q", s)
		}
	})
}

// TestOrdinaryArticles: what is written about whistle-blowing, sealing, Frank
// or age is press material like any other.
func TestOrdinaryArticles(t *testing.T) {
	for _, text := range []string{
		"", story,
		"It was a protected disclosure, her lawyers say, and must not be quoted word for word.",
		"Protected disclosure: sealed by its reader. That is how the new system works.",
		"The letter was sealed by its reader, and must not be quoted word for word.",
		"A protected disclosure to the auditor must not be quoted word for word, the court held, because the reader who sealed it could be found by its wording.",
		"Files begin with age-encryption.org/v1, or with -----BEGIN AGE ENCRYPTED FILE-----, the documentation says.",
		"The format is called frank.protected/1.",
		"<p>If a < b and b > c, then a protected <b>disclosure</b> is a sealed one.</p>",
	} {
		if Protected([]byte(text), text) {
			t.Errorf("taken for a protected disclosure: %s", text)
		}
	}
	all := ""
	for _, name := range []string{"../bench/corpus/own.jsonl", "../bench/corpus/unrelated.jsonl"} {
		file, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		found := 0
		for line := range bytes.Lines(file) {
			found++
			var x struct {
				Text string `json:"text"`
			}
			if err := json.Unmarshal(line, &x); err != nil || x.Text == "" {
				t.Fatalf("%s: %v", name, err)
			}
			if Protected([]byte(x.Text), x.Text) {
				t.Errorf("%s, line %d: taken for a protected disclosure", name, found)
			}
			all += x.Text + "\n\n"
		}
		if found == 0 {
			t.Fatalf("%s has no text", name)
		}
	}
	if Protected([]byte(all), all) {
		t.Error("all of them together are taken for a protected disclosure")
	}
	if !Protected(nil, all+Banner) {
		t.Error("the banner at their end is not known again")
	}
}

func FuzzProtected(f *testing.F) {
	f.Add([]byte("<p>"+story), story)
	f.Add([]byte("<<<<&#;"), "a<b")
	f.Fuzz(func(t *testing.T, data []byte, text string) {
		Protected(data, text)
		if !Protected(data, text+"\n"+Banner) {
			t.Error("the banner is not known again")
		}
	})
}
