package codebook

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"frank"
)

// Format is the id of the stored codebook, which is secret and grows with the
// batches, not with the copies.
const Format = "frank.codebook/1"

type fileBook struct {
	Format  string      `json:"format"`
	Sites   []fileSite  `json:"sites"`
	Units   []fileUnit  `json:"units"`
	Batches []fileBatch `json:"batches"`
}

type fileSite struct {
	Start    int      `json:"start"`
	End      int      `json:"end"`
	Kind     string   `json:"kind"`
	Readings []string `json:"readings"`
}

type fileUnit struct {
	Sites []int    `json:"sites"`
	Joint [][]int  `json:"joint,omitempty"` // absent: one site, its readings
	Law   []uint64 `json:"law,omitempty"`   // absent: uniform
}

type fileBatch struct {
	First      int          `json:"first"`
	Count      int          `json:"count"`
	Author     frank.Secret `json:"author"`
	Randomness frank.Hash   `json:"randomness"`
	Precommit  frank.Hash   `json:"precommit"`
	Units      frank.Hash   `json:"units"`
	Copies     frank.Hash   `json:"copies"`
}

// Marshal returns the stored form of b, without the dispatch's text.
func (b *Book) Marshal() ([]byte, error) {
	f := fileBook{Format: Format}
	for _, s := range b.Master.Sites {
		f.Sites = append(f.Sites, fileSite(s))
	}
	for _, u := range b.Master.Units {
		fu := fileUnit{Sites: u.Sites}
		if !plain(b.Master, u) {
			fu.Joint = u.Joint
		}
		if !slices.Equal(u.Law, frank.Uniform(len(u.Law))) {
			fu.Law = u.Law
		}
		f.Units = append(f.Units, fu)
	}
	for _, t := range b.Batches {
		f.Batches = append(f.Batches, fileBatch{t.First, t.Count, t.Author, t.Randomness, t.Precommit, t.Commitment.Units, t.Commitment.Copies})
	}
	return json.Marshal(f)
}

// plain reports whether u is one site with all its readings.
func plain(m *frank.Master, u frank.Unit) bool {
	if len(u.Sites) != 1 || len(u.Joint) != len(m.Sites[u.Sites[0]].Readings) {
		return false
	}
	for r, joint := range u.Joint {
		if joint[0] != r {
			return false
		}
	}
	return true
}

// Unmarshal reads a stored codebook of the dispatch with the given text and
// checks it against its own commitments.
func Unmarshal(data []byte, text string) (*Book, error) {
	b, err := unmarshal(data, text)
	if err != nil {
		return nil, err
	}
	return b.held(1)
}

// UnmarshalBatch reads a stored codebook of one batch, whose numbers may begin
// anywhere: in the exchange every batch is kept apart.
func UnmarshalBatch(data []byte, text string) (*Book, error) {
	b, err := unmarshal(data, text)
	if err != nil {
		return nil, err
	}
	if len(b.Batches) != 1 {
		return nil, fmt.Errorf("expected the codebook of one batch, found %d", len(b.Batches))
	}
	return b.held(b.Batches[0].First)
}

// held returns b if it holds, its numbers beginning at first.
func (b *Book) held(first int) (*Book, error) {
	if err := b.verify(first); err != nil {
		return nil, frank.WithHint(fmt.Errorf("the codebook does not hold: %w", err), "the issue's files do not belong together, or were changed")
	}
	return b, nil
}

func unmarshal(data []byte, text string) (*Book, error) {
	var f fileBook
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return nil, fmt.Errorf("the codebook is damaged: %v", scrub(err))
	}
	if d.More() {
		return nil, fmt.Errorf("the codebook is damaged: there is more behind its end")
	}
	if f.Format != Format {
		return nil, frank.WithHint(fmt.Errorf("expected a codebook of format %s, found %.40q", Format, f.Format), "a newer frank may read it")
	}
	b := &Book{Master: &frank.Master{Text: text}}
	for _, s := range f.Sites {
		b.Master.Sites = append(b.Master.Sites, frank.Site(s))
	}
	for i, u := range f.Units {
		unit := frank.Unit{Sites: u.Sites, Joint: u.Joint, Law: u.Law}
		if unit.Joint == nil {
			if len(u.Sites) != 1 || u.Sites[0] < 0 || u.Sites[0] >= len(f.Sites) {
				return nil, fmt.Errorf("the codebook is damaged: unit %d has no joint readings", i)
			}
			for r := range f.Sites[u.Sites[0]].Readings {
				unit.Joint = append(unit.Joint, []int{r})
			}
		}
		if unit.Law == nil {
			if len(unit.Joint) == 0 {
				return nil, fmt.Errorf("the codebook is damaged: unit %d has no readings", i)
			}
			unit.Law = frank.Uniform(len(unit.Joint))
		}
		b.Master.Units = append(b.Master.Units, unit)
	}
	for _, t := range f.Batches {
		batch := &Batch{First: t.First, Count: t.Count, Author: t.Author, Randomness: t.Randomness, Precommit: t.Precommit,
			Commitment: Commitment{t.Units, t.Copies}}
		batch.seed = seed(t.Author, t.Randomness, t.Precommit)
		b.Batches = append(b.Batches, batch)
	}
	return b, nil
}

// scrub keeps what the JSON decoder quotes of its input, which is secret here,
// out of the error.
func scrub(err error) error {
	switch e := err.(type) {
	case *json.SyntaxError:
		return fmt.Errorf("malformed at byte %d", e.Offset)
	case *json.UnmarshalTypeError:
		return fmt.Errorf("the wrong type at byte %d", e.Offset)
	}
	return fmt.Errorf("not as expected")
}
