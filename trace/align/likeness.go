package align

import (
	"math/bits"
	"strings"
)

// form is a word made ready for comparing.
type form struct {
	norm, plain string
	letters     []rune
	mask        uint64
	count       [16]uint8 // letters by kind, to see early that two words are far apart
	seen        *form     // as a scanner might read it; nil when there is nothing to confuse
}

// forms makes each form once.
type forms map[string]*form

func (f forms) of(norm string) *form {
	if w, ok := f[norm]; ok {
		return w
	}
	w := newForm(norm)
	if s := confused.Replace(norm); s != norm {
		w.seen = newForm(s)
	} else {
		w.seen = w
	}
	f[norm] = w
	return w
}

func newForm(norm string) *form {
	w := &form{norm: norm, plain: plain(norm), letters: []rune(norm)}
	for _, r := range w.letters {
		w.mask |= 1 << (uint32(r) & 63)
		w.count[uint32(r)&15]++
	}
	return w
}

// likeness returns what it costs to print the word b for a: 0 when they are
// equal, [word] when they have nothing to do with each other.
func likeness(a, b *form) int32 {
	if a.norm == b.norm {
		return 0
	}
	if a.plain == b.plain {
		return sameInOther
	}
	c := distance(a, b)
	if c > looksAlike && (a.seen != a || b.seen != b) {
		c = min(c, distance(a.seen, b.seen)+looksAlike)
	}
	return min(c, word)
}

// distance grades the edit distance by the words' length: half of the letters
// wrong makes another word.
func distance(a, b *form) int32 {
	n := max(len(a.letters), len(b.letters))
	limit := (n - 1) / 2
	if bits.OnesCount64(a.mask&^b.mask) > limit || bits.OnesCount64(b.mask&^a.mask) > limit ||
		n-min(len(a.letters), len(b.letters)) > limit || n > longest || apart(a, b) > limit {
		return word
	}
	return int32(2 * word * edits(a.letters, b.letters, limit) / n)
}

// longest is the length of the longest word that is compared by its letters.
const longest = 40

// apart returns a lower bound of the edits between two words: the letters that
// only one of them has.
func apart(a, b *form) int {
	more, less := 0, 0
	for i, c := range a.count {
		if d := int(c) - int(b.count[i]); d > 0 {
			more += d
		} else {
			less -= d
		}
	}
	return max(more, less)
}

// edits returns the number of letters put in, left out, changed or swapped
// with their neighbour, or a number above limit when there are more.
func edits(a, b []rune, limit int) int {
	var buf [3][longest + 1]int16
	two, one, row := buf[0][:len(b)+1], buf[1][:len(b)+1], buf[2][:len(b)+1]
	for j := range one {
		one[j] = int16(j)
	}
	for i := 1; i <= len(a); i++ {
		row[0] = int16(i)
		least := int16(i)
		for j := 1; j <= len(b); j++ {
			c := int16(1)
			if a[i-1] == b[j-1] {
				c = 0
			}
			v := min(one[j-1]+c, one[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				v = min(v, two[j-2]+1)
			}
			row[j] = v
			least = min(least, v)
		}
		if int(least) > limit {
			return len(a) + len(b)
		}
		two, one, row = one, row, two
	}
	if int(one[len(b)]) > limit {
		return len(a) + len(b)
	}
	return int(one[len(b)])
}

// confused folds letters that scanners take for one another.
var confused = strings.NewReplacer(
	"rn", "m", "ni", "m", "vv", "w", "cl", "d", "0", "o", "1", "l", "i", "l", "5", "s", "8", "b", "|", "l", "!", "l", "ii", "ll", "6", "b", "2", "z")

// plain is the form in which one word written by two habits is equal.
func plain(s string) string {
	if p, ok := plainForms[s]; ok {
		return p
	}
	return unpointed.Replace(s)
}

var unpointed = strings.NewReplacer(".", "", ",", "", "'", "")

var plainForms = map[string]string{
	"&": "and", "%": "percent", "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6",
	"seven": "7", "eight": "8", "nine": "9", "ten": "10", "eleven": "11", "twelve": "12", "thirteen": "13",
	"fourteen": "14", "fifteen": "15", "sixteen": "16", "seventeen": "17", "eighteen": "18", "nineteen": "19",
	"twenty": "20", "thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "seventy": "70", "eighty": "80",
	"ninety": "90", "hundred": "100", "thousand": "1000", "first": "1st", "second": "2nd", "third": "3rd",
	"fourth": "4th", "fifth": "5th", "sixth": "6th", "seventh": "7th", "eighth": "8th", "ninth": "9th", "tenth": "10th",
}

// spelledOut returns the full forms of a contraction, written together.
func spelledOut(s string) []string {
	switch s {
	case "can't":
		return []string{"cannot"}
	case "won't":
		return []string{"willnot"}
	case "shan't":
		return []string{"shallnot"}
	}
	for _, e := range []struct {
		end  string
		full []string
	}{
		{"n't", []string{"not"}}, {"'re", []string{"are"}}, {"'ll", []string{"will", "shall"}}, {"'ve", []string{"have"}},
		{"'m", []string{"am"}}, {"'d", []string{"would", "had"}}, {"'s", []string{"is", "has"}},
	} {
		if stem, ok := strings.CutSuffix(s, e.end); ok && stem != "" {
			var out []string
			for _, f := range e.full {
				out = append(out, stem+f)
			}
			return out
		}
	}
	return nil
}
