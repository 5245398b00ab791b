package pdf

import (
	"bytes"
	"compress/zlib"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

var update = flag.Bool("update", false, "write the golden files")

// The files of testdata were made by three programs: Chromium (news, paper),
// groff's own (groff) and Ghostscript (gs).
func TestGolden(t *testing.T) {
	files, _ := filepath.Glob("testdata/*.pdf")
	if len(files) == 0 {
		t.Fatal("no files")
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		d, err := Read(data)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := fmt.Sprintf("%q, %d pages, %d without text, %d unknown\n\n%s\n", d.Title, d.Pages, d.Blank, d.Unknown, strings.Join(d.Paragraphs, "\n\n"))
		golden := strings.TrimSuffix(name, ".pdf") + ".golden"
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil || got != string(want) {
			t.Errorf("%s is read otherwise than in %s (%v):\n%s", name, golden, err, got)
		}
	}
}

// made writes a PDF of pages with one font; objects 1 to 3 are the catalogue,
// the list of pages and the font.
func made(font string, pages ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n3 0 obj " + font + " endobj\n2 0 obj <</Type/Pages/Kids[")
	for i := range pages {
		fmt.Fprintf(&b, "%d 0 R ", 10+2*i)
	}
	fmt.Fprintf(&b, "]/Count %d/MediaBox[0 0 600 800]/Resources<</Font<</F 3 0 R>>>>>> endobj\n", len(pages))
	for i, p := range pages {
		fmt.Fprintf(&b, "%d 0 obj <</Type/Page/Parent 2 0 R/Contents %d 0 R>> endobj\n", 10+2*i, 11+2*i)
		fmt.Fprintf(&b, "%d 0 obj <</Length %d>> stream\n%s\nendstream endobj\n", 11+2*i, len(p), p)
	}
	b.WriteString("trailer <</Root 1 0 R>>\n")
	return b.Bytes()
}

const times10 = "<</Type/Font/Subtype/Type1/BaseFont/Times-Roman/Encoding/WinAnsiEncoding>>"

func at(x, y int, s string) string { return fmt.Sprintf("1 0 0 1 %d %d Tm (%s) Tj\n", x, y, s) }

func text(s ...string) string { return "BT /F 10 Tf " + strings.Join(s, "") + "ET" }

func TestOrder(t *testing.T) {
	across := text(
		at(50, 700, "The harbour board met on"), at(320, 700, "had answered the letter."),
		at(50, 688, "Tuesday and sat until the"), at(320, 688, "It was filed under weather,"),
		at(50, 676, "evening. Nobody said who"), at(320, 676, "and there it has stayed."),
		at(50, 740, "A headline over the two columns, as wide as both of them are together, from end to end"))
	heads := func(n int) string {
		return text(at(50, 780, fmt.Sprintf("The Gazette, page %d", n)), at(50, 700, strings.Repeat("words ", n)), at(50, 20, fmt.Sprint(n)))
	}
	quoted := text(at(50, 780, "He said \223no\224"), at(50, 400, "Other words."))
	for _, tc := range []struct {
		name  string
		pages []string
		want  string
	}{
		{"columns painted across", []string{across}, "A headline over the two columns, as wide as both of them are together, from end to end|" +
			"The harbour board met on Tuesday and sat until the evening. Nobody said who had answered the letter. It was filed under weather, and there it has stayed."},
		{"running heads", []string{heads(1), heads(2), heads(3)}, "words words words words words words"},
		{"a head that quotes stays", []string{quoted, quoted}, "He said “no”|Other words.|He said “no”|Other words."},
		{"hyphens", []string{text(at(50, 700, "the min-"), at(50, 688, "ister of self-"), at(50, 676, "help and the well-known well-"), at(50, 664, "known thing in Saxe-"), at(50, 652, "Coburg"))},
			"the minister of self-help and the well-known well-known thing in Saxe-Coburg"},
		{"kerned", []string{"BT /F 10 Tf 50 700 Td [(W)80(e)-250(said \223no)] TJ [-40(\224)]TJ ET"}, "We said “no”"},
		{"spaces by position", []string{text(at(50, 700, "two"), at(80, 700, "words"))}, "two words"},
		{"a space taken back", []string{"BT /F 10 Tf -2.5 Tw 50 700 Td (vo y) Tj ET"}, "voy"},
		{"painted twice", []string{text(at(50, 700, "bold"), "1 0 0 1 50.3 700 Tm (bold) Tj ")}, "bold"},
		{"turned", []string{"BT /F 10 Tf 0 1 -1 0 300 50 Tm (up the page) Tj ET"}, "up the page"},
		{"large initial", []string{"BT /F 30 Tf 50 676 Td (T) Tj /F 10 Tf 20 24 Td (he words go) Tj 0 -12 Td (on beside it) Tj -20 -12 Td (and under.) Tj ET"}, "The words go on beside it and under."},
		{"an initial that is a word", []string{"BT /F 30 Tf 50 688 Td (A) Tj /F 10 Tf 24 12 Td (minister said) Tj 0 -12 Td (so.) Tj ET"}, "A minister said so."},
		{"paragraphs", []string{text(at(60, 700, "One line of the paragraph here"), at(50, 688, "and another of it, as wide."), at(60, 676, "Indented, so another paragraph"), at(50, 664, "that has two lines."), at(50, 640, "After a gap."))},
			"One line of the paragraph here and another of it, as wide.|Indented, so another paragraph that has two lines.|After a gap."},
		{"over the page", []string{text(at(50, 100, "begun on one page and")), text(at(50, 700, "ended on the next."))}, "begun on one page and ended on the next."},
		{"a quotation over the page", []string{text(at(50, 100, "\223Begun on one page.")), text(at(50, 700, "Ended on the next.\224"))}, "“Begun on one page. Ended on the next.”"},
		{"what it reads", []string{"BT /F 10 Tf 50 700 Td /Span <</ActualText <FEFF00660069>>> BDC (xyz) Tj EMC (nance) Tj ET"}, "finance"},
		{"pictures in the text", []string{"BI /W 1 /H 1 ID (((Tj EI\n" + text(at(50, 700, "words"))}, "words"},
	} {
		d, err := Read(made(times10, tc.pages...))
		if err != nil {
			t.Errorf("%s: %v", tc.name, err)
		} else if got := strings.Join(d.Paragraphs, "|"); got != tc.want {
			t.Errorf("%s:\n got %q\nwant %q", tc.name, got, tc.want)
		}
	}
}

func TestFonts(t *testing.T) {
	cmap := func(s string) string {
		return fmt.Sprintf("4 0 obj <</Length %d>> stream\n%s\nendstream endobj\n", len(s), s)
	}
	for _, tc := range []struct{ name, font, more, page, want string }{
		{"differences", "<</Type/Font/Subtype/Type1/BaseFont/X/Encoding<</Differences[1/quotedblleft/ffi/Eacute/uni20AC/a_b/zero.oldstyle/nothing]>>>>", "", "(\\001\\002\\003\\004\\005\\006) Tj", "“ffiÉ€ab0"},
		{"MacRoman", "<</Type/Font/Subtype/TrueType/Encoding/MacRomanEncoding>>", "", "(\\322no\\323) Tj", "“no”"},
		{"its own", "<</Type/Font/Subtype/Type1>>", "", "(\\252it's\\272 \\256) Tj", "“it’s” fi"},
		{"to Unicode", "<</Type/Font/Subtype/Type0/Encoding/Identity-H/DescendantFonts[<</DW 500/W[1[500 500] 3 5 250]>>]/ToUnicode 4 0 R>>",
			cmap("1 begincodespacerange <0000> <ffff> endcodespacerange 1 beginbfchar <0001> <201C> endbfchar 2 beginbfrange <0002> <0003> <0061> <0004> <0005> [<0066> <D83DDE00>] endbfrange"),
			"<00010002000300040005> Tj", "“abf😀"},
		{"short codes", "<</Type/Font/Subtype/Type0/Encoding 5 0 R/DescendantFonts[<</DW 500>>]/ToUnicode 4 0 R>>",
			cmap("1 beginbfchar <41> <0078> endbfchar 1 beginbfchar <8141> <0079> endbfchar") + "5 0 obj <<>> stream\n2 begincodespacerange <00> <7f> <8140> <ffff> endcodespacerange\nendstream endobj\n",
			"<4181418141> Tj", "xyy"},
		{"UTF-16", "<</Type/Font/Subtype/Type0/Encoding/UniJIS-UTF16-H/DescendantFonts[<<>>]>>", "", "<006E006F> Tj", "no"},
	} {
		data := bytes.Replace(made(tc.font, "BT /F 10 Tf 50 700 Td "+tc.page+" ET"), []byte("trailer"), []byte(tc.more+"trailer"), 1)
		d, err := Read(data)
		if err != nil {
			t.Errorf("%s: %v", tc.name, err)
		} else if got := strings.Join(d.Paragraphs, "|"); got != tc.want {
			t.Errorf("%s: %q, not %q", tc.name, got, tc.want)
		}
	}
}

func packed(data string) string {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	w.Write([]byte(data))
	w.Close()
	return b.String()
}

func TestFilters(t *testing.T) {
	page := text(at(50, 700, "words"))
	for name, s := range map[string]string{
		"/FlateDecode":                   packed(page),
		"[/ASCIIHexDecode /FlateDecode]": fmt.Sprintf("%x>", packed(page)),
		"/ASCIIHexDecode":                fmt.Sprintf("%x>", page),
		"/RunLengthDecode":               string(rune(len(page)-1)) + page + "\x80",
		"/ASCII85Decode":                 `<~6:!s%%1iEqDf93p@X0hE6SlD1:gk%+CT)2~>`,
		"/FlateDecode/DecodeParms<</Predictor 12/Columns 4>>": "",
	} {
		if strings.Contains(name, "Predictor") {
			p := page + strings.Repeat(" ", 4-len(page)%4)
			var rows []byte
			for i := 0; i < len(p); i += 4 {
				rows = append(rows, 2)
				for k := range 4 {
					up := byte(0)
					if i > 0 {
						up = p[i-4+k]
					}
					rows = append(rows, p[i+k]-up)
				}
			}
			s = packed(string(rows))
		}
		if name == "/ASCII85Decode" {
			s = "<~" + a85(page) + "~>"
		}
		data := bytes.Replace(made(times10, s), []byte("<</Length"), []byte("<</Filter "+name+"/Length"), 1)
		d, err := Read(data)
		if err != nil || len(d.Paragraphs) != 1 || d.Paragraphs[0] != "words" {
			t.Errorf("%s: %+v, %v", name, d, err)
		}
	}
	if got := unlzw([]byte{0x80, 0x0B, 0x60, 0x50, 0x22, 0x0C, 0x0C, 0x85, 0x01}, true, 1000); string(got) != "-----A---B" { // the standard's own example
		t.Errorf("LZW: %q", got)
	}
}

func a85(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i += 4 {
		var v uint32
		n := min(4, len(s)-i)
		for k := range 4 {
			v <<= 8
			if k < n {
				v |= uint32(s[i+k])
			}
		}
		var g [5]byte
		for k := 4; k >= 0; k-- {
			g[k] = byte(v%85) + '!'
			v /= 85
		}
		b.Write(g[:n+1])
	}
	return b.String()
}

func TestObjectStreams(t *testing.T) {
	body := "1 0 2 34 3 90 " + "<</Type/Catalog/Pages 2 0 R>>     " + "<</Kids[10 0 R]/Resources<</Font<</F 3 0 R>>>>>>        " + times10
	first := strings.Index(body, "<<")
	z := packed(body)
	page := text(at(50, 700, "words"))
	file := fmt.Sprintf("%%PDF-1.5\n5 0 obj <</Type/ObjStm/N 3/First %d/Filter/FlateDecode/Length %d>> stream\n%s\nendstream endobj\n10 0 obj <</Type/Page/Contents 11 0 R>> endobj\n"+
		"11 0 obj <</Length %d>> stream\n%s\nendstream endobj\n6 0 obj <</Type/XRef/Root 1 0 R/Length 0>> stream\n\nendstream endobj\n", first, len(z), z, len(page), page)
	d, err := Read([]byte(file))
	if err != nil || strings.Join(d.Paragraphs, "|") != "words" {
		t.Errorf("%+v, %v", d, err)
	}
	// changed by appending: the later object counts, though the earlier is packed
	d, err = Read([]byte(file + "11 0 obj <</Length 1000>> stream\n" + text(at(50, 700, "other words")) + "\nendstream endobj\n3 0 obj <</Subtype/Type1/Encoding<</Differences[111/a]>>>> endobj\n"))
	if err != nil || strings.Join(d.Paragraphs, "|") != "ather wards" {
		t.Errorf("%+v, %v", d, err)
	}
}

func TestRefused(t *testing.T) {
	bomb := packed(strings.Repeat("\x00", maxDecoded+1))
	flate := func(s string) []byte {
		return bytes.Replace(made(times10, s), []byte("<</Length"), []byte("<</Filter/FlateDecode/Length"), 1)
	}
	form := "4 0 obj <</Subtype/Form/Resources<</XObject<</X 4 0 R>>>>/Length 200>> stream\n" + strings.Repeat("/X Do ", 20) + "endstream endobj trailer"
	for _, tc := range []struct {
		name string
		data []byte
		want error
	}{
		{"pictures", made(times10, "q 1 0 0 1 0 0 cm /I Do Q"), ErrNoText},
		{"letters without names", made("<</Type/Font/Subtype/Type0/Encoding/Identity-H/DescendantFonts[<<>>]>>", "BT /F 10 Tf 1 2 Td <00010002> Tj ET"), ErrNoText},
		{"locked", bytes.Replace(made(times10, ""), []byte("/Root"), []byte("/Encrypt 9 0 R/Root"), 1), ErrLocked},
		{"a bomb", flate(bomb), errMuch},
		{"two bombs", bytes.Replace(flate(bomb), []byte("/FlateDecode"), []byte("[/FlateDecode/FlateDecode]"), 1), errMuch},
		{"forms within forms", bytes.Replace(bytes.Replace(made(times10, "/X Do"), []byte("/Resources<<"), []byte("/Resources<</XObject<</X 4 0 R>>"), 1), []byte("trailer"), []byte(form), 1), errMuch},
		{"many operators", flate(packed(strings.Repeat("q ", maxSteps+1))), errMuch},
		{"many glyphs", flate(packed("BT /F 1 Tf " + strings.Repeat("("+strings.Repeat("a", 100_000)+") Tj ", 21))), errMuch},
		{"empty", nil, nil},
		{"cut off", made(times10, text(at(1, 2, "a")))[:60], nil},
		{"pages in a circle", []byte("%PDF-1.4\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj 2 0 obj <</Kids[2 0 R 2 0 R]>> endobj"), nil},
		{"deep", []byte("%PDF-1.4\n1 0 obj " + strings.Repeat("[", 8_000_000)), nil},
		{"deep names", []byte("%PDF-1.4\n1 0 obj " + strings.Repeat("<</A", 1_000_000)), nil},
		{"long references", []byte("%PDF-1.4\n1 0 obj 1 0 R endobj trailer <</Root 1 0 R>>"), nil},
	} {
		began := time.Now()
		d, err := Read(tc.data)
		if err == nil || tc.want != nil && !errors.Is(err, tc.want) {
			t.Errorf("%s: %+v, %v", tc.name, d, err)
		}
		if took := time.Since(began); took > time.Minute {
			t.Errorf("%s took %v", tc.name, took)
		}
	}
}

// A panic in the reader is an error to its caller.
func TestPanicEndsHere(t *testing.T) {
	_, err := guard(func() (*Document, error) { panic("what the file says") })
	if err != errPanic {
		t.Errorf("got %v", err)
	}
}

func FuzzRead(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.pdf")
	for _, name := range files {
		if data, err := os.ReadFile(name); err == nil {
			f.Add(data)
		}
	}
	f.Add(made(times10, text(at(50, 700, "words"))))
	f.Add(made("<</Type/Font/Subtype/Type1/BaseFont/X/Encoding<</Differences[1/quotedblleft/ffi]>>>>", "BT /F 10 Tf [(a\\001)-200(b)]TJ ET"))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := Read(data)
		if err != nil {
			if err == errPanic {
				t.Error("the reader panicked")
			}
			return
		}
		for _, p := range d.Paragraphs {
			if p == "" || !utf8.ValidString(p) || strings.ContainsAny(p, "\n\r") {
				t.Errorf("paragraph %q", p)
			}
		}
	})
}
