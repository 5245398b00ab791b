package coverage

import (
	"errors"
	"fmt"
	"strings"

	"frank"
	"frank/coverage/pdf"
)

// readPDF takes a PDF's text layer.
func (e *Exhibit) readPDF(data []byte) error {
	d, err := pdf.Read(data)
	switch {
	case errors.Is(err, pdf.ErrNoText):
		return frank.WithHint(fmt.Errorf("%s is a PDF without a text layer: its pages are pictures", e.Name),
			"read it with an OCR program, or type its words into a text file")
	case errors.Is(err, pdf.ErrLocked):
		return frank.WithHint(fmt.Errorf("%s is an encrypted PDF", e.Name), "open it, print it into a PDF without a password, and give that")
	case err != nil:
		return frank.WithHint(fmt.Errorf("%s cannot be read as a PDF: %w", e.Name, err), "save it again, or copy its text into a text file")
	}
	e.Text = strings.Join(d.Paragraphs, "\n\n")
	e.Title = tidy(d.Title, 1000)
	var not []string
	if d.Blank > 0 {
		not = append(not, fmt.Sprintf("%d of its %d pages have no text layer", d.Blank, d.Pages))
	}
	if d.Unknown > 0 {
		not = append(not, fmt.Sprintf("%d characters do not say what they are", d.Unknown))
	}
	e.Unread = strings.Join(not, "; ")
	return nil
}
