package fit

import (
	"fmt"
	"strconv"
	"strings"
)

// Table judges a place by the names of what is seen there: a logistic
// regression whose every weight can be read. It counts in whole numbers.
//
// It is written as a line for each name, its weight behind a tab, in 1/64 of a
// logarithm of odds. The first line has the name "least": the sum from which a
// place is right often enough.
type Table struct {
	weight map[string]int32
	least  int32
}

// ReadTable reads a table.
func ReadTable(text string) (*Table, error) {
	t := &Table{weight: map[string]int32{}}
	for n, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		name, number, ok := strings.Cut(line, "\t")
		w, err := strconv.ParseInt(number, 10, 32)
		switch {
		case !ok || err != nil:
			return nil, fmt.Errorf("line %d of the table: expected a name, a tab and a whole number, found %q", n+1, line)
		case n == 0 && name != "least":
			return nil, fmt.Errorf("line 1 of the table: expected the name least, found %q", name)
		case n == 0:
			t.least = int32(w)
			continue
		}
		if _, twice := t.weight[name]; twice {
			return nil, fmt.Errorf("line %d of the table: %q is there twice", n+1, name)
		}
		t.weight[name] = int32(w)
	}
	return t, nil
}

// Score adds up the weights of what is seen. A name that is seen twice counts
// once; one that the table does not have counts nothing.
func (t *Table) Score(seen []string) int64 {
	sum := int64(0)
	for k, name := range seen {
		w, ok := t.weight[name]
		if !ok || w == 0 {
			continue
		}
		twice := false
		for _, before := range seen[:k] {
			twice = twice || before == name
		}
		if !twice {
			sum += int64(w)
		}
	}
	return sum
}

// Weight returns the weight of a name, 0 for one that the table does not have.
func (t *Table) Weight(name string) int32 { return t.weight[name] }

// Sure reports whether a place is right often enough.
func (t *Table) Sure(seen []string) bool { return t.Score(seen) >= int64(t.least) }
