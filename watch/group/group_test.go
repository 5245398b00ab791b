package group

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"frank"
)

// TestAll: a group reaches from white space to white space, with all sites in
// between.
func TestAll(t *testing.T) {
	m := &frank.Master{Text: "We un-do it: grey-green\u2003today.", Sites: []frank.Site{
		{Start: 3, End: 6, Readings: []string{"un-", ""}},
		{Start: 13, End: 17, Readings: []string{"grey", "dull"}},
		{Start: 18, End: 23, Readings: []string{"green", "blue"}},
	}}
	var got []string
	for plain, readings := range All(m) {
		got = append(got, fmt.Sprintf("%q", plain))
		if readings != nil {
			got = append(got, strings.Join(slices.Sorted(readings), "|"))
		}
	}
	const want = `"We " do|un-do " it: " dull-blue|dull-green|grey-blue|grey-green "\u2003today."`
	if got := strings.Join(got, " "); got != want {
		t.Errorf("%s, not %s", got, want)
	}
}

// glued is a text without white space of n sites and so many bytes more.
func glued(n, bytes int) *frank.Master {
	m := &frank.Master{Text: strings.Repeat("a-", n) + strings.Repeat("b", bytes)}
	for i := range n {
		m.Sites = append(m.Sites, frank.Site{Start: 2 * i, End: 2*i + 1, Readings: []string{"a", "z"}})
	}
	return m
}

// TestTooMany: twelve sites of two readings are combined, thirteen varied one by
// one.
func TestTooMany(t *testing.T) {
	for n, want := range map[int]int{12: 4096, 13: 14} {
		for _, readings := range All(glued(n, 1)) {
			if readings == nil {
				break
			}
			if got := len(slices.Compact(slices.Sorted(readings))); got != want {
				t.Errorf("%d sites have %d readings, not %d", n, got, want)
			}
		}
	}
}

// TestOneAtATime: readings are made when they are asked for, not thousands of
// copies of a long text at once.
func TestOneAtATime(t *testing.T) {
	m := glued(12, 1<<20-24)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for _, readings := range All(m) {
		for r := range readings {
			if len(r) != len(m.Text) {
				t.Fatalf("%d bytes", len(r))
			}
			break
		}
		break
	}
	runtime.ReadMemStats(&after)
	if made := after.TotalAlloc - before.TotalAlloc; made > 16<<20 {
		t.Errorf("%d bytes were made for one reading", made)
	}
}
