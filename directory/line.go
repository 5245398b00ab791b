package directory

import (
	"cmp"
	"slices"
)

// line is a value over time: what it has been, from which index of the log on.
type line[T any] []step[T]

type step[T any] struct {
	From uint64 `json:"from"`
	Is   T      `json:"is"`
}

// at returns the value at an index, the zero value before the first.
func (l line[T]) at(index uint64) (v T) {
	n, found := slices.BinarySearchFunc(l, index, func(s step[T], i uint64) int { return cmp.Compare(s.From, i) })
	if found {
		return l[n].Is
	}
	if n == 0 {
		return v
	}
	return l[n-1].Is
}

// now returns the last value.
func (l line[T]) now() (v T) {
	if len(l) == 0 {
		return v
	}
	return l[len(l)-1].Is
}

// set gives the value from an index on, which is not before any other.
func (l *line[T]) set(index uint64, v T) {
	if n := len(*l); n > 0 && (*l)[n-1].From == index {
		(*l)[n-1].Is = v
		return
	}
	*l = append(*l, step[T]{index, v})
}

// tidy sorts, and drops what is empty or there twice.
func tidy[T ~string](in []T) []T {
	out := slices.Clone(in)
	slices.Sort(out)
	out = slices.Compact(slices.DeleteFunc(out, func(v T) bool { return v == "" }))
	if out == nil {
		out = []T{}
	}
	return out
}

// without returns a list without v; the list given is left as it was.
func without[T comparable](in []T, v T) []T {
	return slices.DeleteFunc(slices.Clone(in), func(w T) bool { return w == v })
}
