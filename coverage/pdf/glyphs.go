package pdf

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

// glyphNames are the names of glyphs that are not letters with an accent.
var glyphNames = table(`space   nbspace   exclam ! quotedbl " numbersign # dollar $ percent % ampersand & quotesingle ' quoteright ’
parenleft ( parenright ) asterisk * plus + comma , hyphen - minus − period . slash / zero 0 one 1 two 2 three 3 four 4 five 5
six 6 seven 7 eight 8 nine 9 colon : semicolon ; less < equal = greater > question ? at @ bracketleft [ backslash \ bracketright ]
asciicircum ^ underscore _ grave ` + "` quoteleft ‘" + ` braceleft { bar | braceright } asciitilde ~ exclamdown ¡ cent ¢ sterling £
fraction ⁄ yen ¥ florin ƒ section § currency ¤ quotedblleft “ guillemotleft « guilsinglleft ‹ guilsinglright › fi fi fl fl ff ff
ffi ffi ffl ffl endash – dagger † daggerdbl ‡ periodcentered · middot · paragraph ¶ bullet • quotesinglbase ‚ quotedblbase „
quotedblright ” guillemotright » ellipsis … perthousand ‰ questiondown ¿ acute ´ circumflex ˆ tilde ˜ macron ¯ breve ˘
dotaccent ˙ dieresis ¨ ring ˚ cedilla ¸ hungarumlaut ˝ ogonek ˛ caron ˇ emdash — AE Æ ordfeminine ª Lslash Ł Oslash Ø OE Œ
ordmasculine º ae æ dotlessi ı lslash ł oslash ø oe œ germandbls ß Euro € euro € onesuperior ¹ twosuperior ² threesuperior ³
onequarter ¼ onehalf ½ threequarters ¾ degree ° plusminus ± multiply × divide ÷ mu µ registered ® copyright © trademark ™
logicalnot ¬ brokenbar ¦ Eth Ð eth ð Thorn Þ thorn þ softhyphen ` + "\u00ad" + ` sfthyphen ` + "\u00ad" + ` nonbreakinghyphen ‑ hyphentwo ‐`)

var accents = map[string]string{"acute": "\u0301", "grave": "\u0300", "circumflex": "\u0302", "dieresis": "\u0308", "tilde": "\u0303",
	"ring": "\u030a", "cedilla": "\u0327", "caron": "\u030c", "macron": "\u0304", "breve": "\u0306", "ogonek": "\u0328",
	"dotaccent": "\u0307", "dot": "\u0307", "hungarumlaut": "\u030b", "commaaccent": "\u0326"}

func table(s string) map[string]string {
	m := map[string]string{"space": " ", "nbspace": " "}
	f := strings.Fields(strings.TrimPrefix(s, "space   nbspace   "))
	for i := 0; i+1 < len(f); i += 2 {
		m[f[i]] = f[i+1]
	}
	return m
}

// glyph returns what a glyph of a name shows, or "" if the name does not say.
func glyph(n string) string {
	if len(n) > 100 {
		return ""
	}
	n, _, _ = strings.Cut(n, ".") // a variant of it
	if s, ok := glyphNames[n]; ok {
		return s
	}
	switch {
	case len(n) == 1:
		if c := n[0]; c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' {
			return n
		}
	case strings.Contains(n, "_"):
		var b strings.Builder
		for part := range strings.SplitSeq(n, "_") {
			s := glyph(part)
			if s == "" {
				return ""
			}
			b.WriteString(s)
		}
		return b.String()
	case strings.HasPrefix(n, "uni") && len(n) >= 7 && (len(n)-3)%4 == 0:
		var b strings.Builder
		for i := 3; i < len(n); i += 4 {
			s := point(n[i : i+4])
			if s == "" {
				return ""
			}
			b.WriteString(s)
		}
		return b.String()
	case n != "" && n[0] == 'u' && len(n) >= 5 && len(n) <= 7:
		return point(n[1:])
	}
	if n != "" {
		if mark, ok := accents[n[1:]]; ok {
			if s := norm.NFC.String(n[:1] + mark); utf8.RuneCountInString(s) == 1 {
				return s
			}
		}
	}
	return ""
}

func point(hex string) string {
	v, err := strconv.ParseUint(hex, 16, 32)
	if err != nil || v > 0x10ffff || v >= 0xd800 && v < 0xe000 || v == 0 {
		return ""
	}
	return string(rune(v))
}

// standard is what Adobe's standard encoding has above ASCII.
var standard = map[byte]string{0x27: "’", 0x60: "‘", 0xA1: "¡", 0xA2: "¢", 0xA3: "£", 0xA4: "⁄", 0xA5: "¥", 0xA6: "ƒ", 0xA7: "§", 0xA8: "¤",
	0xA9: "'", 0xAA: "“", 0xAB: "«", 0xAC: "‹", 0xAD: "›", 0xAE: "fi", 0xAF: "fl", 0xB1: "–", 0xB2: "†", 0xB3: "‡", 0xB4: "·", 0xB6: "¶",
	0xB7: "•", 0xB8: "‚", 0xB9: "„", 0xBA: "”", 0xBB: "»", 0xBC: "…", 0xBD: "‰", 0xBF: "¿", 0xC1: "`", 0xC2: "´", 0xC3: "ˆ", 0xC4: "˜",
	0xC5: "¯", 0xC6: "˘", 0xC7: "˙", 0xC8: "¨", 0xCA: "˚", 0xCB: "¸", 0xCD: "˝", 0xCE: "˛", 0xCF: "ˇ", 0xD0: "—", 0xE1: "Æ", 0xE3: "ª",
	0xE8: "Ł", 0xE9: "Ø", 0xEA: "Œ", 0xEB: "º", 0xF1: "æ", 0xF5: "ı", 0xF8: "ł", 0xF9: "ø", 0xFA: "œ", 0xFB: "ß"}

// encoded returns what a byte shows in one of the encodings that PDF names.
func encoded(encoding name, c byte) string {
	var r rune
	switch encoding {
	case "WinAnsiEncoding":
		r = charmap.Windows1252.DecodeByte(c)
	case "MacRomanEncoding":
		r = charmap.Macintosh.DecodeByte(c)
	default:
		if s, ok := standard[c]; ok {
			return s
		}
		if c > 0x7e {
			return ""
		}
		r = rune(c)
	}
	if r < ' ' || r == utf8.RuneError || r == 0x7f {
		return ""
	}
	return string(r)
}

// helvetica and times are the widths of ASCII from the space on, in thousandths
// of the size, for the fonts that a PDF need not bring with it.
var (
	helvetica = [95]int16{278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
		556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778,
		722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222,
		833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584}
	times = [95]int16{250, 333, 408, 500, 500, 833, 778, 180, 333, 333, 500, 564, 250, 333, 250, 278, 500, 500, 500, 500, 500, 500, 500, 500,
		500, 500, 278, 278, 564, 564, 564, 444, 921, 722, 667, 667, 722, 611, 556, 722, 722, 333, 389, 722, 611, 889, 722, 722, 556, 722, 667,
		556, 611, 722, 722, 944, 722, 722, 611, 333, 278, 333, 469, 500, 333, 444, 500, 444, 500, 444, 333, 500, 500, 278, 278, 500, 278, 778,
		500, 500, 500, 500, 333, 389, 278, 500, 500, 722, 500, 500, 444, 480, 200, 480, 541}
)

// marksWide are the widths of other characters in them, Helvetica's first.
var marksWide = map[string][2]int16{"‘": {222, 333}, "’": {222, 333}, "“": {333, 444}, "”": {333, 444}, "–": {556, 500}, "—": {1000, 1000},
	"…": {1000, 1000}, "fi": {500, 556}, "fl": {500, 556}, "•": {350, 350}, "£": {556, 500}, "é": {556, 444}, "à": {556, 444}, "ü": {556, 500}}
