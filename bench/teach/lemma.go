package main

import "strings"

// lemmas groups the forms of a word: cut, by ending, to a form that was seen.
type lemmas struct{ seen map[string]int }

func newLemmas() *lemmas { return &lemmas{map[string]int{}} }

func (l *lemmas) see(w string) { l.seen[w]++ }

func (l *lemmas) of(w string) string {
	if base := irregular[w]; base != "" {
		return base
	}
	try := func(ending string, add ...string) string {
		stem, ok := strings.CutSuffix(w, ending)
		if !ok || len(stem) < 3 {
			return ""
		}
		best, most := "", 0
		for _, a := range add {
			if n := l.seen[stem+a]; n > most {
				best, most = stem+a, n
			}
		}
		if n := len(stem); n > 3 && stem[n-1] == stem[n-2] && l.seen[stem[:n-1]] > most {
			best = stem[:n-1]
		}
		if most < 20 && l.seen[best] < 20 {
			return ""
		}
		return best
	}
	for _, r := range []struct {
		ending string
		add    []string
	}{{"ies", []string{"y"}}, {"ied", []string{"y"}}, {"ing", []string{"", "e"}}, {"ed", []string{"", "e"}}, {"es", []string{"", "e"}}, {"s", []string{""}}} {
		if strings.HasSuffix(w, "ss") || strings.HasSuffix(w, "us") {
			break
		}
		if b := try(r.ending, r.add...); b != "" {
			return b
		}
	}
	return w
}

var irregular = func() map[string]string {
	m := map[string]string{}
	for _, row := range strings.Split(`begin began begun|write wrote written|speak spoke spoken|take took taken|undertake undertook undertaken|give gave given|get got
		|keep kept|hold held|find found|tell told|think thought|bring brought|seek sought|send sent|leave left|meet met|say said|show showed shown|see saw seen|feel felt
		|become became|come came|go went gone|lead led|lay laid|draw drew drawn|withdraw withdrew withdrawn|know knew known|grow grew grown|choose chose chosen|break broke broken
		|arise arose arisen|rise rose risen|fall fell fallen|bear bore borne|understand understood|stand stood|lose lost|win won|spend spent|deal dealt|forget forgot|hear heard
		|mean meant|drive drove driven|throw threw|teach taught|strike struck|make made|build built|pay paid|sell sold|buy bought|fight fought`, "|") {
		f := strings.Fields(row)
		for _, w := range f[1:] {
			m[w] = f[0]
		}
	}
	return m
}()
