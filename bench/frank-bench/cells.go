package main

import (
	"fmt"
	"strings"

	"frank"
	"frank/bench/leak"
	"frank/codebook"
	"frank/variant"
)

// cell is one condition of the benchmark.
type cell struct {
	part    string // the table it belongs to
	how     string // what happens to the words
	medium  leak.Medium
	words   int
	readers int
	make    func(s *sample, c *cell) bool // fills in a sample; false where the document is too short
}

// label tells a cell's chances from every other's.
func (c *cell) label() string {
	return fmt.Sprintf("%s/%s/%s/%d/%d", c.part, c.how, c.medium, c.words, c.readers)
}

// sample is one run of a cell.
type sample struct {
	a       *archive
	r       *leak.Rand
	at      int // the dispatch; -1 where nothing was quoted
	m       *frank.Master
	book    *codebook.Book
	guilty  []int // copies that shaped the exhibit
	exhibit leak.Exhibit
	shown   []int // readings of the text that was quoted, where it is one copy
	inside  []int // sites within the quotation, where it is one copy
}

const readers = 100

var lengths = []int{25, 50, 75, 100, 150, 250}

// cells lists the conditions. The full cross is too slow: lengths by media at
// 100 readers, numbers of readers at 100 and 250 words in press style, mixed
// copies at the lengths at which they can be told.
func cells() []*cell {
	var out []*cell
	add := func(part, how string, m leak.Medium, words, readers int, make func(*sample, *cell) bool) {
		out = append(out, &cell{part, how, m, words, readers, make})
	}
	for _, m := range leak.Media {
		for _, w := range lengths {
			add("media", "one copy", m, w, readers, one)
		}
	}
	for _, w := range []int{100, 250} {
		for _, n := range []int{16, 1000, 10000} {
			add("readers", "one copy", leak.Press, w, n, one)
		}
	}
	for _, k := range []int{2, 3} {
		for _, mix := range leak.MixKinds {
			for _, to := range []leak.Medium{leak.Paste, leak.Press} {
				how := fmt.Sprintf("%d copies, %s", k, mix)
				add("mixed", how, to, 250, readers, mixed(k, mix))
			}
		}
	}
	for _, w := range []int{100, 250} {
		add("attacks", "issued to nobody", leak.Press, w, readers, nobody)
		add("attacks", "own propose, all redrawn", leak.Retyped, w, readers, redrawn)
		add("attacks", "every reading swapped", leak.Retyped, w, readers, swapped)
		add("attacks", "author's wording", leak.Press, w, readers, usual)
	}
	add("attacks", "quotes nothing", leak.Article, 0, readers, silent)
	return out
}

// draw takes a dispatch, issues it and picks k readers of it.
func (s *sample) draw(c *cell, k int) error {
	s.at = s.r.N(len(s.a.master))
	s.m = s.a.master[s.at]
	book, err := issue(s.m, c.readers, s.r)
	if err != nil {
		return err
	}
	s.book = book
	s.guilty = nil
	for _, i := range s.r.Perm(c.readers)[:k] {
		s.guilty = append(s.guilty, i+1)
	}
	return nil
}

func (s *sample) readings(number int) []int {
	out, err := s.book.Copy(number)
	if err != nil {
		panic(err) // the number was drawn from those there are
	}
	return out
}

// quote cuts an excerpt of the text that shows readings and sends it out.
func (s *sample) quote(c *cell, readings []int) bool {
	cut, ok := leak.Excerpt(s.m.Render(readings), c.words, s.r)
	if !ok {
		return false
	}
	s.exhibit = leak.Print(c.medium, cut.Text, s.a.with, s.r)
	s.shown = readings
	s.inside = within(s.m, readings, cut.Start, cut.End)
	return true
}

// within returns the sites of which the bytes start to end of the text that
// shows readings hold all words and something on both sides.
func within(m *frank.Master, readings []int, start, end int) []int {
	var out []int
	grown := 0
	for i, s := range m.Sites {
		from := s.Start + grown
		to := from + len(s.Readings[readings[i]])
		grown = to - s.End
		if from > start && to < end {
			out = append(out, i)
		}
	}
	return out
}

func one(s *sample, c *cell) bool { return s.quote(c, s.readings(s.guilty[0])) }

func mixed(k int, kind leak.MixKind) func(*sample, *cell) bool {
	return func(s *sample, c *cell) bool {
		more := s.r.Perm(c.readers)
		for _, i := range more {
			if len(s.guilty) == k {
				break
			}
			if i+1 != s.guilty[0] {
				s.guilty = append(s.guilty, i+1)
			}
		}
		// The quotation is chosen before the copies are mixed, so that a mixture
		// by blocks changes within it.
		cut, ok := leak.Excerpt(s.m.Text, c.words, s.r)
		if !ok {
			return false
		}
		inside := within(s.m, make([]int, len(s.m.Sites)), cut.Start, cut.End)
		readings := s.readings(s.guilty[0])
		var copies [][]int
		var counts []int
		for _, site := range inside {
			counts = append(counts, len(s.m.Sites[site].Readings))
		}
		for _, g := range s.guilty {
			all := s.readings(g)
			var v []int
			for _, site := range inside {
				v = append(v, all[site])
			}
			copies = append(copies, v)
		}
		for i, reading := range leak.Mix(kind, copies, counts, s.r) {
			readings[inside[i]] = reading
		}
		from, to := moved(s.m, readings, cut.Start, cut.End)
		s.exhibit = leak.Print(c.medium, s.m.Render(readings)[from:to], s.a.with, s.r)
		return true
	}
}

// moved returns where the bytes start to end of the author's text stand in the
// text that shows readings; a site on an edge is taken whole.
func moved(m *frank.Master, readings []int, start, end int) (from, to int) {
	from, to = start, end
	grown := 0
	for i, s := range m.Sites {
		n := len(s.Readings[readings[i]])
		switch {
		case s.End <= start:
			from = start + grown + n - (s.End - s.Start)
		case s.Start < start:
			from = s.Start + grown
		}
		switch {
		case s.End <= end:
			to = end + grown + n - (s.End - s.Start)
		case s.Start < end:
			to = s.Start + grown + n
		}
		grown += n - (s.End - s.Start)
	}
	return from, to
}

// fresh returns readings that were issued to nobody.
func fresh(m *frank.Master, r *leak.Rand) []int {
	book, err := issue(m, 1, r)
	if err != nil {
		panic(err) // m was issued before
	}
	out, err := book.Copy(1)
	if err != nil {
		panic(err)
	}
	return out
}

func nobody(s *sample, c *cell) bool {
	s.guilty = nil
	return s.quote(c, fresh(s.m, s.r))
}

// redrawn is a reader who has what Frank proposes in the copy redrawn
// everywhere before leaking it.
func redrawn(s *sample, c *cell) bool {
	m, err := variant.Propose(s.m.Render(s.readings(s.guilty[0])), variant.ProposeOptions{}).Master()
	if err != nil {
		panic(err) // the text of a copy
	}
	text := m.Text
	if len(m.Sites) > 0 {
		text = m.Render(fresh(m, s.r))
	}
	cut, ok := leak.Excerpt(text, c.words, s.r)
	if !ok {
		return false
	}
	s.exhibit = leak.Print(c.medium, cut.Text, s.a.with, s.r)
	return true
}

func swapped(s *sample, c *cell) bool {
	readings := s.readings(s.guilty[0])
	for i, x := range readings {
		n := len(s.m.Sites[i].Readings)
		readings[i] = (x + 1 + s.r.N(n-1)) % n
	}
	if !s.quote(c, readings) {
		return false
	}
	s.shown = nil
	return true
}

func usual(s *sample, c *cell) bool { return s.quote(c, make([]int, len(s.m.Sites))) }

func silent(s *sample, c *cell) bool {
	s.exhibit = leak.Silent(s.a.with, s.r)
	s.at, s.guilty = -1, nil
	return true
}

// firstWords returns the first n words of text, all of them where there are
// fewer, and whether there are so many.
func firstWords(text string, n int) (string, bool) {
	at := 0
	for range n {
		rest := strings.TrimLeft(text[at:], " \n\t")
		if rest == "" {
			return text, false
		}
		at = len(text) - len(rest)
		if i := strings.IndexAny(rest, " \n\t"); i >= 0 {
			at += i
		} else {
			at = len(text)
		}
	}
	return text[:at], true
}
