// Package scan prints a text, scans the page and reads it back, with the real
// tools: chromium sets it, pdftoppm makes it an image, tesseract reads it.
package scan

import (
	"bytes"
	"context"
	"fmt"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"frank"
	"frank/bench/leak"
)

// Setting is how a page is set and how badly it is scanned.
type Setting struct {
	Font  string // a family that chromium finds
	Size  int    // points
	DPI   int    // of the scan
	Blur  int    // passes of a 3-pixel blur: 0 to 3
	Noise int    // grey levels of noise, 0 to 128
}

func (s Setting) String() string {
	return fmt.Sprintf("%s %d pt, %d dpi, blur %d, noise %d", s.Font, s.Size, s.DPI, s.Blur, s.Noise)
}

// Available reports which of the tools is missing, if one is.
func Available() error {
	for _, tool := range []string{"chromium", "pdftoppm", "tesseract"} {
		if _, err := exec.LookPath(tool); err != nil {
			return frank.WithHint(fmt.Errorf("expected %s to be installed, found none", tool),
				"on Debian: apt-get install chromium poppler-utils tesseract-ocr")
		}
	}
	return nil
}

// Text returns what tesseract reads on the scanned pages of text. The noise
// is seeded by r; the rest depends on the versions of the tools.
func Text(ctx context.Context, text string, s Setting, r *leak.Rand) (string, error) {
	dir, err := os.MkdirTemp("", "scan")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	page := filepath.Join(dir, "page.html")
	if err := os.WriteFile(page, []byte(htmlPage(text, s)), 0o600); err != nil {
		return "", err
	}
	pdf := filepath.Join(dir, "page.pdf")
	if _, err := run(ctx, "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
		"--user-data-dir="+filepath.Join(dir, "profile"), "--print-to-pdf="+pdf, "file://"+page); err != nil {
		return "", err
	}
	if _, err := run(ctx, "pdftoppm", "-gray", "-r", strconv.Itoa(s.DPI), pdf, filepath.Join(dir, "scan")); err != nil {
		return "", err
	}
	images, err := filepath.Glob(filepath.Join(dir, "scan*.pgm"))
	if err != nil {
		return "", err
	}
	var out strings.Builder
	for _, name := range images {
		if err := degrade(name, s, r); err != nil {
			return "", err
		}
		read, err := run(ctx, "tesseract", name, "-", "--dpi", strconv.Itoa(s.DPI), "-l", "eng")
		if err != nil {
			return "", err
		}
		out.WriteString(strings.TrimRight(strings.ReplaceAll(read, "\f", ""), "\n") + "\n\n")
	}
	return strings.TrimRight(out.String(), "\n"), nil
}

func run(ctx context.Context, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = append(os.Environ(), "OMP_THREAD_LIMIT=1")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("%s: %w: %s", name, err, strings.TrimSpace(stderr.String()))
	}
	return stdout.String(), nil
}

func htmlPage(text string, s Setting) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<!doctype html><html lang=en><meta charset=utf-8><style>@page{size:A4;margin:22mm}"+
		"body{font:%dpt/1.35 '%s';margin:0}p{margin:0 0 .8em}</style>", s.Size, s.Font)
	for p := range strings.SplitSeq(text, "\n\n") {
		fmt.Fprintf(&b, "<p>%s</p>\n", html.EscapeString(p))
	}
	return b.String()
}

// degrade blurs the image and adds noise to it.
func degrade(name string, s Setting, r *leak.Rand) error {
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	var w, h, top int
	if _, err := fmt.Sscanf(string(data[:min(len(data), 64)]), "P5\n%d %d\n%d\n", &w, &h, &top); err != nil || top != 255 || len(data) < w*h {
		return fmt.Errorf("%s: expected an 8-bit grey PGM, found something else", filepath.Base(name))
	}
	pix := data[len(data)-w*h:]
	for range s.Blur {
		blur(pix, w, h)
	}
	if s.Noise > 0 {
		for i := range pix { // the sum of two uniform draws: most of it small
			v := int(pix[i]) + r.N(s.Noise+1) - r.N(s.Noise+1)
			pix[i] = byte(max(0, min(255, v)))
		}
	}
	return os.WriteFile(name, data, 0o600)
}

// blur replaces every pixel by the 1-2-1 average of itself and its
// neighbours, along the rows and then along the columns.
func blur(pix []byte, w, h int) {
	line := func(start, step, n int) {
		prev := int(pix[start])
		for i := range n {
			at := start + i*step
			here, next := int(pix[at]), int(pix[at])
			if i+1 < n {
				next = int(pix[at+step])
			}
			pix[at] = byte((prev + 2*here + next + 2) / 4)
			prev = here
		}
	}
	for y := range h {
		line(y*w, 1, w)
	}
	for x := range w {
		line(x, w, h)
	}
}
