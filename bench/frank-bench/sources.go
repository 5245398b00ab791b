package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"frank/bench/corpus"
	"frank/bench/leak"
	"frank/prose"
	"frank/variant"
)

// dispatch is a document and its marked-up source.
type dispatch struct {
	id     string
	source *variant.Source
}

// open loads the archives of a run: the corpus that ships, or what dir keeps
// aside for reporting and what editors marked by hand; only is the name of the
// one that is wanted, or "".
func open(dir, only string) ([]*archive, error) {
	if dir == "" {
		a, err := newArchive("own", proposed(corpus.Own()), corpus.Unrelated())
		if err != nil {
			return nil, err
		}
		b, err := newArchive("own, planted", planted(corpus.Own()), corpus.Unrelated())
		return []*archive{a, b}, err
	}
	articles, err := corpus.Load(filepath.Join(dir, "unrelated.jsonl.gz"))
	if err != nil {
		return nil, err
	}
	var out []*archive
	add := func(name string, docs []dispatch) error {
		a, err := newArchive(name, docs, articles)
		out = append(out, a)
		return err
	}
	for _, name := range []string{"dispatches", "modern"} {
		if only != "" && only != name {
			continue
		}
		docs, err := corpus.Load(filepath.Join(dir, name+".jsonl.gz"))
		if err != nil {
			return nil, err
		}
		_, aside := corpus.Split(docs)
		if err := add(name, proposed(aside)); err != nil {
			return nil, err
		}
	}
	if only != "" && only != "gold" {
		return out, nil
	}
	gold, err := marked(filepath.Join(dir, "wording-gold.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return out, nil
	}
	if err != nil {
		return nil, err
	}
	return out, add("gold", gold)
}

// proposed keeps every proposal of Frank's.
func proposed(docs []corpus.Document) []dispatch {
	out := make([]dispatch, len(docs))
	parallel(len(docs), func(i int) {
		out[i] = dispatch{docs[i].ID, variant.Propose(docs[i].Text, variant.ProposeOptions{})}
	})
	return out
}

// every is how far apart planted sites are at least, in words.
const every = 5

// planted makes sites of three unrelated words all through the documents, and
// keeps every proposal besides: dispatches as dense as a careful editor could
// make them, to see what the tracing does with such.
func planted(docs []corpus.Document) []dispatch {
	vocabulary := plain(docs)
	out := make([]dispatch, len(docs))
	for i, d := range docs {
		r := leak.NewRand(0, "planted", d.ID)
		s := &variant.Source{}
		at, gap := 0, 0
		for _, t := range prose.Words(d.Text) {
			word := d.Text[t.Start:t.End]
			if gap++; gap <= every || !isPlain(word) {
				continue
			}
			x := &variant.Site{Readings: []string{word}}
			for len(x.Readings) < 3 {
				if w := vocabulary[r.N(len(vocabulary))]; !alike(w, x.Readings) {
					x.Readings = append(x.Readings, w)
				}
			}
			s.Nodes = append(s.Nodes, variant.Node{Kind: variant.Text, Text: d.Text[at:t.Start]}, variant.Node{Kind: variant.Varied, Site: x})
			at, gap = t.End, 0
		}
		s.Nodes = append(s.Nodes, variant.Node{Kind: variant.Text, Text: d.Text[at:]})
		out[i] = dispatch{d.ID, variant.ProposeMore(s, variant.ProposeOptions{})}
	}
	return out
}

// plain lists the distinct plain words of docs in order of appearance.
func plain(docs []corpus.Document) []string {
	var out []string
	seen := map[string]bool{}
	for _, d := range docs {
		for _, t := range prose.Words(d.Text) {
			if w := d.Text[t.Start:t.End]; isPlain(w) && !seen[w] {
				seen[w] = true
				out = append(out, w)
			}
		}
	}
	return out
}

// isPlain tells words of at least four small letters.
func isPlain(w string) bool {
	return len(w) >= 4 && strings.IndexFunc(w, func(r rune) bool { return r < 'a' || r > 'z' }) < 0
}

// alike tells whether a word begins like one of the others.
func alike(w string, others []string) bool {
	for _, o := range others {
		if o[:min(4, len(o))] == w[:4] {
			return true
		}
	}
	return false
}

// marked loads passages that editors marked with every variation an author
// would sign, six to a dispatch.
func marked(name string) ([]dispatch, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var passages []struct{ ID, Marked string }
	if err := json.Unmarshal(data, &passages); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	const six = 6
	var out []dispatch
	for i := 0; i+six <= len(passages); i += six {
		var text []string
		for _, p := range passages[i : i+six] {
			text = append(text, lists.ReplaceAllStringFunc(p.Marked, asList))
		}
		s, err := variant.Parse(strings.Join(text, "\n\n"))
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", name, passages[i].ID, err)
		}
		out = append(out, dispatch{passages[i].ID, s})
	}
	return out, nil
}

var lists = regexp.MustCompile(`\{perm: ([^}]*)\}`)

// asList writes a list as sources do; one that is too long is not varied.
func asList(marked string) string {
	items := lists.FindStringSubmatch(marked)[1]
	if strings.Count(items, "[") > 5 {
		return strings.NewReplacer("[", "", "]", "").Replace(items)
	}
	return "{list:" + items + "}"
}
