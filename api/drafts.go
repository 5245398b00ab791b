package api

import (
	"fmt"

	"frank"
)

// DraftFormat is the format of a [DraftVersion].
const DraftFormat = "frank.draft-version/1"

// Limits of drafts.
const (
	MaxDraftSealed   = 5 << 18  // bytes of one sealed version: with what carries it less than [MaxMessage]
	MaxDraftEnd      = 1 << 18  // bytes of one that ends a draft
	MaxDraftVersions = 200      // of one draft, and one more to end it
	MaxDraftReaders  = 64       // who may fetch one draft
	MaxDraftOffice   = 64 << 20 // bytes of all versions of an office's drafts that are not over
)

// DraftVersion hands in a sealed version of a draft: see spec/draft.md. The
// same by the same person again is kept once.
type DraftVersion struct {
	Format  string           `json:"format"`            // DraftFormat
	Draft   int              `json:"draft"`             // its number: the one after the last for a first version
	Number  int              `json:"number"`            // of the version, from 1
	Office  frank.OfficeID   `json:"office,omitempty"`  // that is to issue it; of a first version alone
	Readers []frank.PersonID `json:"readers,omitempty"` // who may fetch from now on; absent: who might before
	Over    bool             `json:"over,omitempty"`    // ends the draft: all other versions are removed
	Sealed  []byte           `json:"sealed"`
}

// Validate reports what no message of this kind may say.
func (d *DraftVersion) Validate() error {
	bad := func(format string, args ...any) error {
		return &Error{Kind: Invalid, Text: fmt.Sprintf(format, args...)}
	}
	switch {
	case d.Format != DraftFormat:
		return bad("a version of a draft is handed in by the format %s", DraftFormat)
	case d.Draft < 1 || d.Draft > 1<<30 || d.Number < 1:
		return bad("drafts and their versions are numbered from 1")
	case d.Number > MaxDraftVersions && (!d.Over || d.Number > MaxDraftVersions+1):
		return &Error{Kind: TooLarge, Text: fmt.Sprintf("a draft has at most %d versions", MaxDraftVersions), Hint: "drop it, and share the text as a new one"}
	case (d.Number == 1) != (d.Office != ""), d.Office != "" && !d.Office.Valid():
		return bad("a first version names the office that is to issue the draft, and no other does")
	case d.Number == 1 && (len(d.Readers) == 0 || d.Over):
		return bad("a draft begins with somebody to read it")
	case len(d.Readers) > MaxDraftReaders:
		return &Error{Kind: TooLarge, Text: fmt.Sprintf("at most %d people take part in a draft", MaxDraftReaders)}
	case len(d.Sealed) == 0:
		return bad("a version is sealed, and not empty")
	case d.Over && len(d.Sealed) > MaxDraftEnd:
		return &Error{Kind: TooLarge, Text: fmt.Sprintf("a version that ends a draft has no text, and at most %d bytes", MaxDraftEnd)}
	case len(d.Sealed) > MaxDraftSealed:
		return &Error{Kind: TooLarge, Text: fmt.Sprintf("a sealed version has at most %d bytes", MaxDraftSealed)}
	}
	for _, id := range d.Readers {
		if !id.Valid() {
			return bad("who may fetch a draft is a person")
		}
	}
	return nil
}

// Drafts is a page of the drafts of whoever asks.
type Drafts struct {
	Drafts []Draft `json:"drafts"`
	Next   int     `json:"next"` // where to go on
	Size   int     `json:"size"` // one more than the highest number taken by any draft: there is more while next is less
}

// Draft is what the server knows of a draft.
type Draft struct {
	Draft    int            `json:"draft"`
	Office   frank.OfficeID `json:"office"`
	Versions int            `json:"versions"` // the number of the last
	Over     bool           `json:"over,omitempty"`
	Touched  string         `json:"touched"` // when that came, by the server's clock
}
