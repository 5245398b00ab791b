package wordclass

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// features are what is looked at around a word.
type features struct {
	norm, end []string // in small letters; its last three letters
	shape     []shape
}

type shape uint8

const (
	small  shape = iota
	begins       // with a capital, at the start of a sentence
	capital
	figure
	mark
	hyphened
)

func newFeatures(words []string) *features {
	n := len(words)
	f := &features{make([]string, n), make([]string, n), make([]shape, n)}
	begun := false
	for i, w := range words {
		l := strings.ReplaceAll(strings.ToLower(w), "’", "'")
		f.norm[i], f.end[i] = l, ending(l, 3)
		r, _ := utf8.DecodeRuneInString(w)
		switch {
		case strings.ContainsFunc(w, unicode.IsDigit):
			f.shape[i], f.norm[i], f.end[i] = figure, "#", "#"
		case !strings.ContainsFunc(w, unicode.IsLetter):
			f.shape[i] = mark
		case unicode.IsUpper(r) && begun:
			f.shape[i] = capital
		case unicode.IsUpper(r):
			f.shape[i] = begins
		case strings.Contains(w, "-"):
			f.shape[i] = hyphened
		}
		begun = begun || f.shape[i] != mark && f.shape[i] != figure
	}
	return f
}

func ending(w string, n int) string { return w[max(0, len(w)-n):] }

func (f *features) at(i int) string {
	switch {
	case i < 0:
		return "<"
	case i >= len(f.norm):
		return ">"
	}
	return f.norm[i]
}

// each calls visit with the hash of every feature of word i, given the classes
// of the words before it.
func (f *features) each(sofar []Class, i int, visit func(uint32)) {
	one, two := Count, Count
	if i > 0 {
		one = sofar[i-1]
	}
	if i > 1 {
		two = sofar[i-2]
	}
	w, end := f.norm[i], ""
	if i+1 < len(f.end) {
		end = f.end[i+1]
	}
	visit(hash(0, w))
	visit(hash(1, ending(w, 4)))
	visit(hash(2, f.end[i]))
	visit(hash(3, ending(w, 2)))
	visit(hash(4+uint32(f.shape[i]), f.end[i]))
	visit(hash(16, w[:min(len(w), 3)]))
	visit(hash(32+uint32(one), ""))
	visit(hash(64+uint32(one)<<8+uint32(two), ""))
	visit(hash(1<<16+uint32(one), w))
	visit(hash(17, f.at(i-1)))
	visit(hash(18, f.at(i-2)))
	visit(hash(19, f.at(i+1)))
	visit(hash(20, f.at(i+2)))
	visit(hash(21, end))
	visit(hash2(22, w, f.at(i+1)))
	visit(hash2(23, w, f.at(i-1)))
	visit(hash(2<<16+uint32(one), end))
	visit(hash(3<<16+uint32(f.shape[i])<<8+uint32(one), ""))
}

// hash is FNV-1a of a template's number and a string, mixed.
func hash(template uint32, s string) uint32 {
	return mix(add(2166136261^template*0x9e3779b1, s))
}

func hash2(template uint32, s, t string) uint32 {
	return mix(add(add(2166136261^template*0x9e3779b1, s)*16777619^0xff, t))
}

func add(h uint32, s string) uint32 {
	for i := range len(s) {
		h = (h ^ uint32(s[i])) * 16777619
	}
	return h
}

func mix(h uint32) uint32 {
	h ^= h >> 16
	h *= 0x85ebca6b
	return h ^ h>>13
}
