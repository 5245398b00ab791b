package coverage

import (
	"bytes"
	"strings"
)

// signatures are the first bytes of files that are often taken for an article.
var signatures = []struct {
	at         int
	bytes      string
	what, hint string
}{
	{0, "\x89PNG", "a picture (PNG)", "type its words into a text file, or read it with an OCR program"},
	{0, "\xff\xd8\xff", "a picture (JPEG)", "type its words into a text file, or read it with an OCR program"},
	{0, "GIF8", "a picture (GIF)", "type its words into a text file, or read it with an OCR program"},
	{0, "II*\x00", "a picture (TIFF)", "type its words into a text file, or read it with an OCR program"},
	{0, "MM\x00*", "a picture (TIFF)", "type its words into a text file, or read it with an OCR program"},
	{8, "WEBP", "a picture (WebP)", "type its words into a text file, or read it with an OCR program"},
	{4, "ftyphei", "a picture (HEIC)", "type its words into a text file, or read it with an OCR program"},
	{4, "ftyp", "a film or picture", "type its words into a text file"},
	{0, "\xd0\xcf\x11\xe0", "an old Office document", "save it as plain text"},
	{0, "{\\rtf", "an RTF document", "save it as plain text"},
	{0, "\x1f\x8b", "compressed (gzip)", "unpack it first"},
	{0, "BZh", "compressed (bzip2)", "unpack it first"},
	{0, "\xfd7zXZ", "compressed (xz)", "unpack it first"},
	{0, "\x28\xb5\x2f\xfd", "compressed (zstd)", "unpack it first"},
	{0, "Rar!", "an archive (RAR)", "unpack it first"},
	{0, "7z\xbc\xaf", "an archive (7z)", "unpack it first"},
	{0, "bplist00", "a web archive", "save the page as HTML"},
}

// foreign says what data is when it is of a kind that cannot be read, and what
// to do about it.
func foreign(data []byte) (what, hint string) {
	if bytes.HasPrefix(data, []byte("PK\x03\x04")) {
		head := string(data[:min(len(data), 4096)])
		switch {
		case strings.Contains(head, "word/") || strings.Contains(head, "[Content_Types].xml"):
			return "an Office document (docx)", "save it as plain text"
		case strings.Contains(head, "opendocument"):
			return "an OpenDocument file", "save it as plain text"
		}
		return "an archive (ZIP)", "unpack it first"
	}
	for _, s := range signatures {
		if len(data) >= s.at && bytes.HasPrefix(data[s.at:], []byte(s.bytes)) {
			return s.what, s.hint
		}
	}
	if IsFeed(data) {
		return "a feed", "save the articles it points to, one file each; frank digest reads feeds as they are"
	}
	head := strings.ToLower(string(data[:min(len(data), 1024)]))
	if strings.HasPrefix(head, "from: <saved by") || strings.Contains(head, "content-type: multipart/related") {
		return "a web archive (MHTML)", "save the page as HTML"
	}
	return "", ""
}

// openings are the tags an HTML page or snippet begins with.
var openings = []string{
	"!doctype html", "!--", "html", "head", "body", "article", "main", "section", "div", "p", "span", "h1", "h2", "h3",
	"blockquote", "ul", "ol", "table", "q", "a", "b", "i", "em", "strong", "meta", "title", "header", "br", "figure",
}

func looksLikeHTML(name string, data []byte) bool {
	switch extension(name) {
	case ".html", ".htm", ".xhtml":
		return true
	}
	head := string(trimBOM(data[:min(len(data), 1024)]))
	if utf16(data) { // every other byte of a tag is 0
		head = strings.ReplaceAll(head[2:], "\x00", "")
	}
	head = strings.ToLower(strings.TrimSpace(head))
	if strings.HasPrefix(head, "<?xml") {
		if _, after, ok := strings.Cut(head, "?>"); ok {
			head = strings.TrimSpace(after)
		}
	}
	if !strings.HasPrefix(head, "<") {
		return false
	}
	for _, tag := range openings {
		if rest, ok := strings.CutPrefix(head[1:], tag); ok &&
			(tag == "!--" || rest != "" && strings.ContainsRune(" \t\n\r/>", rune(rest[0]))) {
			return true
		}
	}
	return false
}
