package story

import (
	"fmt"
	"strings"
)

// What the text for a terminal and the page say in the same words.

// Said writes a claim of publication for people.
func Said(claim string) string {
	if len(claim) < 10 {
		return "no time given"
	}
	const months = "JanFebMarAprMayJunJulAugSepOctNovDec"
	m := int(claim[5]-'0')*10 + int(claim[6]-'0')
	day := strings.TrimPrefix(claim[8:10], "0") + " " + months[3*m-3:3*m] + " " + claim[:4]
	if len(claim) < 16 {
		return day
	}
	return day + ", " + claim[11:16] + " UTC"
}

// Counts says how many outlets and texts a story has.
func (s *Story) Counts() string {
	out := counted(s.Outlets, "outlet")
	if n := len(s.Articles); n != s.Outlets {
		out += ", " + counted(n, "article")
	}
	if s.Texts < len(s.Articles) {
		out += ", " + counted(s.Texts, "text")
	}
	return out
}

// Reprint names the outlet whose text article i prints, or "" where it is the
// first to have it.
func (s *Story) Reprint(i int) string {
	for _, a := range s.Articles[:i] {
		if a.Text == s.Articles[i].Text {
			return a.Outlet
		}
	}
	return ""
}

// Changed says how many versions an article has.
func (a *Article) Changed() string {
	if len(a.Versions) < 2 {
		return ""
	}
	return counted(len(a.Versions), "version")
}

// Speaker is somebody with what they are quoted as saying.
type Speaker struct {
	Name       string
	Quotations []*Quotation
}

// Speakers lists who speaks, in the order in which their words come.
func (s *Story) Speakers() []Speaker {
	var out []Speaker
	at := map[string]int{}
	for i := range s.Quotations {
		q := &s.Quotations[i]
		if q.Speaker == "" {
			continue
		}
		k, ok := at[q.Speaker]
		if !ok {
			k = len(out)
			at[q.Speaker] = k
			out = append(out, Speaker{Name: q.Speaker})
		}
		out[k].Quotations = append(out[k].Quotations, q)
	}
	return out
}

// Unsaid lists the quotations without a speaker.
func (s *Story) Unsaid() []*Quotation {
	var out []*Quotation
	for i := range s.Quotations {
		if s.Quotations[i].Speaker == "" {
			out = append(out, &s.Quotations[i])
		}
	}
	return out
}

// Shown writes a reading, or what stands for none.
func (r Reading) Shown() string {
	if r.Text == "" {
		return "(nothing)"
	}
	return r.Text
}

// counted writes "1 outlet", "4 outlets".
func counted(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}

func (q *Quotation) state() string {
	if q.State == Confirmed || q.State == Struck {
		return ", " + q.State
	}
	return ""
}

// Some writes a list of names, the first few of a long one.
func Some(names []string) string {
	const most = 8
	if len(names) > most+1 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	}
	return strings.Join(names, ", ")
}
