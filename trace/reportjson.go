package trace

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"frank"
)

// MaxReport is the most bytes of a report that are read.
const MaxReport = 256 << 20

// ParseReport reads a report and checks it. It fails on another format, on an
// absent or null field, and on a figure or index outside its range; fields it
// does not know are passed over.
func ParseReport(data []byte) (*Report, error) {
	if len(data) > MaxReport {
		return nil, fmt.Errorf("expected a report of at most %d bytes, found %d", MaxReport, len(data))
	}
	var raw any
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	if err := dec.Decode(&raw); err != nil {
		return nil, fmt.Errorf("expected a report in JSON: %w", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("expected the end of the report, found more after it")
	}
	top, ok := raw.(map[string]any)
	if !ok {
		return nil, errors.New("expected a report as a JSON object, found something else")
	}
	if f, ok := top["format"].(string); !ok || f != Format {
		return nil, frank.WithHint(fmt.Errorf("expected a report of format %q, found %.40q", Format, fmt.Sprint(top["format"])),
			"this version of Frank reads only that format")
	}
	if err := present(raw, reflect.TypeFor[Report](), "the report"); err != nil {
		return nil, err
	}
	r := new(Report)
	if err := json.Unmarshal(data, r); err != nil {
		return nil, fmt.Errorf("expected a report in JSON: %w", err)
	}
	if err := r.Validate(); err != nil {
		return nil, err
	}
	return r, nil
}

// Encode checks r and writes it as indented JSON with a final newline; empty
// lists are written as [], never as null.
func (r *Report) Encode() ([]byte, error) {
	if err := r.Validate(); err != nil {
		return nil, err
	}
	full := reflect.New(reflect.TypeFor[Report]()).Elem()
	fill(full, reflect.ValueOf(*r))
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(full.Addr().Interface()); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// fill copies from to the settable value to, with nil lists made empty. It
// copies so that Encode leaves the caller's report as it was.
func fill(to, from reflect.Value) {
	switch from.Kind() {
	case reflect.Struct:
		for i := range from.NumField() {
			if from.Type().Field(i).IsExported() {
				fill(to.Field(i), from.Field(i))
			}
		}
	case reflect.Slice:
		to.Set(reflect.MakeSlice(from.Type(), from.Len(), from.Len()))
		for i := range from.Len() {
			fill(to.Index(i), from.Index(i))
		}
	default:
		to.Set(from)
	}
}

// present reports the first field of t that raw lacks, since a decoded zero
// cannot be told from an absent field.
func present(raw any, t reflect.Type, where string) error {
	switch t.Kind() {
	case reflect.Struct:
		object, ok := raw.(map[string]any)
		if !ok {
			return fmt.Errorf("expected %s to be an object", where)
		}
		for i := range t.NumField() {
			name, option, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
			if name == "" {
				continue
			}
			value, ok := object[name]
			if !ok && option == "omitempty" {
				continue
			}
			if !ok || value == nil {
				return fmt.Errorf("expected %s to have the field %q, found none", where, name)
			}
			if err := present(value, t.Field(i).Type, name+" of "+where); err != nil {
				return err
			}
		}
	case reflect.Slice:
		list, ok := raw.([]any)
		if !ok {
			return fmt.Errorf("expected %s to be a list", where)
		}
		for i, value := range list {
			if value == nil {
				return fmt.Errorf("expected entry %d in %s, found null", i, where)
			}
			if err := present(value, t.Elem(), fmt.Sprintf("entry %d in %s", i, where)); err != nil {
				return err
			}
		}
	}
	return nil
}

// Validate reports the first figure or index of r that is out of its range.
func (r *Report) Validate() error {
	switch {
	case r.Format != Format:
		return fmt.Errorf("expected a report of format %q, found %.40q", Format, r.Format)
	case !inRange(r.Alpha, "0", "1") || r.Alpha.Cmp("0") == 0:
		return fmt.Errorf("expected alpha above 0 and at most 1, found %.40s", r.Alpha)
	case !inRange(r.Cap, "0", "1000") || r.Cap.Cmp("0") == 0:
		return fmt.Errorf("expected log10_cap above 0 and at most 1000, found %.40s", r.Cap)
	case r.Family < 0:
		return fmt.Errorf("expected a family of 0 copies or more, found %d", r.Family)
	}
	for i, e := range r.Exhibits {
		if len(e.SHA256) != 64 || strings.Trim(e.SHA256, "0123456789abcdef") != "" {
			return fmt.Errorf("exhibit %d: expected sha256 as 64 lower-case hexadecimal digits, found %.80q", i, e.SHA256)
		}
		if e.Words < 0 {
			return fmt.Errorf("exhibit %d: expected 0 words or more, found %d", i, e.Words)
		}
	}
	for i := range r.Dispatches {
		if err := r.Dispatches[i].validate(r); err != nil {
			return fmt.Errorf("dispatch %d: %w", i, err)
		}
	}
	return nil
}

func (d *Dispatch) validate(r *Report) error {
	switch {
	case d.Ref == "":
		return errors.New("expected a reference, found none")
	case d.Verdict != Named && d.Verdict != Narrowed && d.Verdict != CannotTell:
		return fmt.Errorf("expected a verdict of %q, %q or %q, found %.40q", Named, Narrowed, CannotTell, d.Verdict)
	case (d.Verdict == Named) != (len(d.Named) > 0):
		return fmt.Errorf("expected named copies with the verdict %q and no other, found %d with %q", Named, len(d.Named), d.Verdict)
	case d.Verdict == Narrowed && len(d.Consistent) == 0:
		return fmt.Errorf("expected the copies that it is narrowed to, found none")
	case d.Copies < 1 || d.Copies > frank.MaxCopies:
		return fmt.Errorf("expected 1 to %d copies, found %d", frank.MaxCopies, d.Copies)
	case d.Words < 0 || d.Sites < 0 || d.Look < 1:
		return fmt.Errorf("expected words and sites of 0 or more and a look of 1 or more, found %d, %d and %d", d.Words, d.Sites, d.Look)
	case !inRange(d.Level, "0", "1") || d.Level.Cmp("0") == 0:
		return fmt.Errorf("expected a level above 0 and at most 1, found %.40s", d.Level)
	case !inRange(d.ByChance, "0", "1e9") || !inRange(d.Bits, "0", "1e9"):
		return fmt.Errorf("expected by_chance and bits of 0 to 1e9, found %.40s and %.40s", d.ByChance, d.Bits)
	case d.Author.Agree < 0 || d.Author.Agree > d.Author.Of:
		return fmt.Errorf("expected the author's wording to agree at 0 to %d sites, found %d", d.Author.Of, d.Author.Agree)
	case !inRange(d.Author.Log10LR, "-1e6", "1e6"):
		return fmt.Errorf("expected the author's log10_lr within ±1e6, found %.40s", d.Author.Log10LR)
	}
	for _, list := range [][]int{d.Named, d.Consistent} {
		for i, c := range list {
			if c < 1 || c > frank.MaxCopies || i > 0 && c <= list[i-1] {
				return fmt.Errorf("expected copy numbers from 1 to %d, ascending, found %d", frank.MaxCopies, c)
			}
		}
	}
	ranked := map[int]bool{}
	for i := range d.Ranking {
		if err := d.Ranking[i].validate(d.Named); err != nil {
			return fmt.Errorf("rank %d: %w", i, err)
		}
		if ranked[d.Ranking[i].Copy] {
			return fmt.Errorf("expected copy %d once in the ranking, found it twice", d.Ranking[i].Copy)
		}
		ranked[d.Ranking[i].Copy] = true
	}
	for _, c := range d.Named {
		if !ranked[c] {
			return fmt.Errorf("expected named copy %d in the ranking, found it missing", c)
		}
	}
	for i := range d.Seen {
		if err := d.Seen[i].validate(len(r.Exhibits), len(d.Named)); err != nil {
			return fmt.Errorf("seen site %d: %w", i, err)
		}
	}
	for i, p := range d.Passages {
		if err := p.validate(len(r.Exhibits), len(d.Seen)); err != nil {
			return fmt.Errorf("passage %d: %w", i, err)
		}
	}
	return nil
}

func (k *Rank) validate(named []int) error {
	companions, ok := map[string]int{Single: 0, OneCompanion: 1, TwoCompanions: 2}[k.How]
	switch {
	case k.Copy < 1 || k.Copy > frank.MaxCopies:
		return fmt.Errorf("expected a copy number from 1 to %d, found %d", frank.MaxCopies, k.Copy)
	case k.Agree < 0 || k.Agree > k.Of:
		return fmt.Errorf("expected agreement at 0 to %d sites, found %d", k.Of, k.Agree)
	case !ok || len(k.Companions) != companions:
		return fmt.Errorf("expected how to say how many companions there are, found %.40q with %d", k.How, len(k.Companions))
	case !inRange(k.FalseMatch, "1e-9", "1e9"):
		return fmt.Errorf("expected false_match_family of 1e-9 to 1e9, found %.40s", k.FalseMatch)
	case k.Reader != "" && !slices.Contains(named, k.Copy):
		return fmt.Errorf("expected a reader only for a named copy, found one for copy %d", k.Copy)
	}
	for _, c := range k.Companions {
		if c < 1 || c > frank.MaxCopies || c == k.Copy {
			return fmt.Errorf("expected companions to be other copies, found %d", c)
		}
	}
	for _, lr := range [][3]Decimal{{k.LRLow, k.Log10LR, k.LRHigh}, {k.UsualLow, k.Log10Usual, k.UsualHigh}} {
		if !inRange(lr[0], "-1e6", lr[1]) || !inRange(lr[2], lr[1], "1e6") {
			return fmt.Errorf("expected a log10 ratio between its lowest and its highest, within ±1e6, found %.40s, %.40s and %.40s", lr[1], lr[0], lr[2])
		}
	}
	return nil
}

func (s *SiteSeen) validate(exhibits, named int) error {
	n := len(s.Readings)
	switch {
	case s.Site < 0 || s.Site >= frank.MaxSites:
		return fmt.Errorf("expected a site from 0 to %d, found %d", frank.MaxSites-1, s.Site)
	case n < 2:
		return fmt.Errorf("expected two readings or more, found %d", n)
	case s.State != Read && s.State != Edited && s.State != Conflict:
		return fmt.Errorf("expected a state of %q, %q or %q, found %.40q", Read, Edited, Conflict, s.State)
	case s.State == Read && len(s.Printed) == 0:
		return errors.New("expected the reading that is printed, found none")
	case s.Leader < -1 || s.Leader >= n:
		return fmt.Errorf("expected leader from -1 to %d, found %d", n-1, s.Leader)
	case !inRange(s.Share, "0", "1"):
		return fmt.Errorf("expected a share of 0 to 1, found %.40s", s.Share)
	case len(s.Named) != 0 && len(s.Named) != named:
		return fmt.Errorf("expected a reading for each of %d named copies, found %d", named, len(s.Named))
	}
	if i := outside(s.Printed, n); i >= 0 {
		return fmt.Errorf("expected printed readings from 0 to %d, found %d", n-1, s.Printed[i])
	}
	if i := outside(s.Named, n); i >= 0 {
		return fmt.Errorf("expected readings of named copies from 0 to %d, found %d", n-1, s.Named[i])
	}
	if i := outside(s.Exhibits, exhibits); i >= 0 {
		return fmt.Errorf("expected one of %d exhibits, found index %d", exhibits, s.Exhibits[i])
	}
	return nil
}

func (p *Passage) validate(exhibits, seen int) error {
	if p.Exhibit < 0 || p.Exhibit >= exhibits {
		return fmt.Errorf("expected one of %d exhibits, found index %d", exhibits, p.Exhibit)
	}
	kinds := []string{Same, Changed, Added, Omitted, AtSite}
	for i, piece := range p.Pieces {
		switch {
		case !slices.Contains(kinds, piece.Kind):
			return fmt.Errorf("piece %d: expected a kind of %s, found %.40q", i, strings.Join(kinds, ", "), piece.Kind)
		case piece.Seen < -1 || piece.Seen >= seen:
			return fmt.Errorf("piece %d: expected seen from -1 to %d, found %d", i, seen-1, piece.Seen)
		case piece.Kind != AtSite && piece.Seen != -1:
			return fmt.Errorf("piece %d: expected a seen site only at a site, found %d at %q", i, piece.Seen, piece.Kind)
		}
	}
	return nil
}

// outside returns the place of the first index that is not in [0, n), or -1.
func outside(indices []int, n int) int {
	return slices.IndexFunc(indices, func(i int) bool { return i < 0 || i >= n })
}

// inRange says whether d is a well-formed decimal in [low, high].
func inRange(d, low, high Decimal) bool {
	return d.check() == nil && d.Cmp(low) >= 0 && d.Cmp(high) <= 0
}
