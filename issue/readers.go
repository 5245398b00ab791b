package issue

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"frank"

	"golang.org/x/text/unicode/norm"
)

// Reader is somebody who gets a copy.
type Reader struct {
	Office string // may be empty
	Name   string
}

// String returns "office, name", or the name alone.
func (r Reader) String() string {
	if r.Office == "" {
		return r.Name
	}
	return r.Office + ", " + r.Name
}

// same is equal for two ways of writing one reader.
func (r Reader) same() string {
	fold := func(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }
	return fold(r.Office) + "\n" + fold(r.Name)
}

// ParseReaders reads a list of readers: a name a line, or CSV whose first line
// names the columns office and name. Empty lines do not count. A reader listed
// twice is an error that gives both lines.
func ParseReaders(data []byte) ([]Reader, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff")) // as spreadsheets write it
	if !utf8.Valid(data) {
		return nil, frank.WithHint(errors.New("the list of readers is not UTF-8 text"), "save it as UTF-8; spreadsheets offer “CSV UTF-8”")
	}
	data = norm.NFC.Bytes(data)
	list, lines, err := parseReaders(data)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, frank.WithHint(errors.New("the list of readers is empty"), "write a name a line, or CSV with a first line office,name")
	}
	if len(list) > frank.MaxCopies {
		return nil, fmt.Errorf("there are %d readers, more than %d", len(list), frank.MaxCopies)
	}
	first := make(map[string]int, len(list))
	for i, r := range list {
		if strings.ContainsFunc(r.Name+r.Office, unicode.IsControl) {
			return nil, fmt.Errorf("line %d of the readers has a control character in it", lines[i])
		}
		if len(r.Name)+len(r.Office) > maxReader {
			return nil, frank.WithHint(fmt.Errorf("line %d of the readers has %d bytes, more than %d", lines[i], len(r.Name)+len(r.Office), maxReader), "READERS is a name a line, or CSV with the columns office and name")
		}
		if before, twice := first[r.same()]; twice {
			return nil, frank.WithHint(fmt.Errorf("%s is listed twice, on lines %d and %d", r, before, lines[i]),
				"every reader gets one copy: take one of the lines out, or tell two people apart by their office")
		}
		first[r.same()] = lines[i]
	}
	return list, nil
}

// maxReader is the most bytes that name and office may have together.
const maxReader = 1024

func parseReaders(data []byte) (list []Reader, lines []int, err error) {
	head, _, _ := bytes.Cut(data, []byte("\n"))
	comma := ',' // or what a spreadsheet writes in its place
	for _, other := range ";\t" {
		if strings.ContainsRune(string(head), other) {
			comma = other
		}
	}
	office, name := -1, -1
	for i, column := range strings.Split(string(head), string(comma)) {
		switch strings.ToLower(strings.Trim(column, " \t\r\"")) {
		case "office":
			office = i
		case "name":
			name = i
		}
	}
	if name < 0 {
		n := 0
		for line := range strings.Lines(string(data)) {
			n++
			if line = strings.TrimSpace(line); line != "" {
				list, lines = append(list, Reader{Name: line}), append(lines, n)
			}
		}
		return list, lines, nil
	}
	r := csv.NewReader(bytes.NewReader(data))
	r.Comma = comma
	r.TrimLeadingSpace = true
	r.FieldsPerRecord = -1
	r.Read() // the columns' names
	for {
		record, err := r.Read()
		if err == io.EOF {
			return list, lines, nil
		}
		if err != nil {
			if e, ok := errors.AsType[*csv.ParseError](err); ok {
				return nil, nil, fmt.Errorf("line %d of the readers is not CSV: %w", e.Line, e.Err)
			}
			return nil, nil, err
		}
		line, _ := r.FieldPos(0)
		cell := func(i int) string {
			if i < 0 || i >= len(record) {
				return ""
			}
			return strings.TrimSpace(record[i])
		}
		one := Reader{cell(office), cell(name)}
		if one.Name == "" && strings.TrimSpace(strings.Join(record, "")) != "" {
			return nil, nil, frank.WithHint(fmt.Errorf("line %d of the readers has no name", line), "every line needs as many columns as the first")
		}
		if one.Name != "" {
			list, lines = append(list, one), append(lines, line)
		}
	}
}
