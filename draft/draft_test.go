package draft

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"frank"
	"frank/dispatch"
	"frank/internal/testkey"
	"frank/ledger"
)

func device(word string) testkey.Key { return testkey.New("draft test key " + word) }

const text = "---\nfrom: sarn\ntitle: The dues\n---\n\nThe dues {stay|remain} as they are. Nobody knows why.\n\nWe {think|believe} so.\n"

// chain is a small draft: shared, cleared, issued.
func chain() (list []*Version, sources []string) {
	gus, ivy := device("gus"), device("ivy")
	with := []Party{{Person: gus.VerifyKey().Person(), Office: "sarn"}, {Person: ivy.VerifyKey().Person()}}
	sum := frank.Hash(sha256.Sum256([]byte(text)))
	add := func(by testkey.Key, source string, v Version) {
		v.Format, v.Log, v.Draft, v.Office, v.Number, v.With = Format, "demo.example/ledger", 7, "sarn", len(list)+1, with
		if len(list) > 0 {
			v.Before = list[len(list)-1].Chain()
		}
		v.Key, v.At, v.Seen, v.Source = by.VerifyKey(), "2026-11-21T19:30:00Z", ledger.Head{Size: 40, Root: sum}, sum
		v.Sign(by)
		list, sources = append(list, &v), append(sources, source)
	}
	add(gus, text, Version{What: Shared, Note: "please clear para 2"})
	step := dispatch.Step{Step: dispatch.Cleared, Office: "sarn", Person: ivy.VerifyKey().Person(), Name: "Ivy Moss", Key: ivy.VerifyKey(), At: "2026-11-21T19:30:00Z", Source: sum}
	step.Signature = ivy.Sign(dispatch.StepNamespace, step.Message())
	add(ivy, text, Version{What: Signed, Steps: []dispatch.Step{step}})
	add(gus, "", Version{What: Issued, Dispatch: frank.Ref{Year: 2026, Place: "SARN", Number: 12}})
	return list, sources
}

// vector is one version of vectors/draft.json: what is sealed, and its hash.
type vector struct {
	File string     `json:"file"`
	Hash frank.Hash `json:"hash"`
	By   string     `json:"by"` // the signer's key
	What string     `json:"what"`
}

const vectorsFile = "../vectors/draft.json"

func TestVectors(t *testing.T) {
	var made []vector
	list, sources := chain()
	for i, v := range list {
		made = append(made, vector{string(v.File(sources[i])), v.Hash(), v.Key.String(), v.What})
	}
	data, err := json.MarshalIndent(made, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	data = append(data, '\n')
	if os.Getenv("UPDATE_VECTORS") != "" {
		if err := os.WriteFile(vectorsFile, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(vectorsFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(kept, data) {
		t.Errorf("the vectors are no longer what is made:\n%s", data)
	}
	var vectors []vector
	if err := json.Unmarshal(kept, &vectors); err != nil || len(vectors) == 0 {
		t.Fatal("there are no vectors:", err)
	}
	var known []frank.Hash
	for _, x := range vectors {
		v, source, err := Parse([]byte(x.File))
		if err != nil || v.Hash() != x.Hash || v.What != x.What || v.Key.String() != x.By {
			t.Fatalf("%+v %v", v, err)
		}
		if !bytes.Equal(v.File(source), []byte(x.File)) {
			t.Error("a version is written otherwise than it was read")
		}
		if err := v.Follows(known); err != nil {
			t.Error(err)
		}
		known = v.Chain()
		if known[v.Number-1] != x.Hash {
			t.Error("the chain is another")
		}
	}
}

// TestFollows holds versions against chains that are known: shorter, longer and
// other ones.
func TestFollows(t *testing.T) {
	list, _ := chain()
	whole := list[2].Chain()
	for _, v := range list {
		for n := range 4 {
			if err := v.Follows(whole[:n]); err != nil {
				t.Errorf("version %d does not follow %d of its own chain: %v", v.Number, n, err)
			}
		}
		for i := range v.Number {
			other := list[2].Chain()
			other[i][0] ^= 1
			if v.Follows(other) == nil {
				t.Errorf("version %d follows a chain with another version %d", v.Number, i+1)
			}
		}
	}
}

// TestValidate has every field say what it may not.
func TestValidate(t *testing.T) {
	n := 0
	refuse := func(what string, number int, change func(v *Version, source *string), signed bool) {
		t.Helper()
		n++
		list, sources := chain()
		v, source := list[number-1], sources[number-1]
		change(v, &source)
		if signed {
			v.Sign(device(map[int]string{1: "gus", 2: "ivy", 3: "gus"}[number]))
		}
		if _, _, err := Parse(v.File(source)); err == nil {
			t.Errorf("%s is taken", what)
		}
	}
	for what, change := range map[string]func(v *Version, source *string){
		"another format":         func(v *Version, _ *string) { v.Format = "frank.draft/2" },
		"no ledger":              func(v *Version, _ *string) { v.Log = "" },
		"no office":              func(v *Version, _ *string) { v.Office = "" },
		"no time":                func(v *Version, _ *string) { v.At = "today" },
		"number 0":               func(v *Version, _ *string) { v.Draft = 0 },
		"version 0":              func(v *Version, _ *string) { v.Number = 0 },
		"too many versions":      func(v *Version, _ *string) { v.Number, v.Before = MaxVersions+1, make([]frank.Hash, MaxVersions) },
		"a chain too short":      func(v *Version, _ *string) { v.Number = 2 },
		"a chain too long":       func(v *Version, _ *string) { v.Before = append(v.Before, frank.Hash{1}) },
		"something else":         func(v *Version, _ *string) { v.What = "admired" },
		"a first that returns":   func(v *Version, _ *string) { v.What = Returned },
		"a long note":            func(v *Version, _ *string) { v.Note = strings.Repeat("x", MaxNote+1) },
		"a note with control":    func(v *Version, _ *string) { v.Note = "a\x1b[2J" },
		"a note not in NFC":      func(v *Version, _ *string) { v.Note = "e\u0301" },
		"nobody":                 func(v *Version, _ *string) { v.With = nil },
		"too many people":        func(v *Version, _ *string) { v.With = make([]Party, MaxPeople+1) },
		"somebody twice":         func(v *Version, _ *string) { v.With = append(v.With, v.With[1]) },
		"no person":              func(v *Version, _ *string) { v.With[1].Person = "x" },
		"an office that is none": func(v *Version, _ *string) { v.With[1].Office = "X" },
		"no ledger seen":         func(v *Version, _ *string) { v.Seen = ledger.Head{} },
		"a dispatch":             func(v *Version, _ *string) { v.Dispatch = frank.Ref{Year: 2026, Place: "SARN", Number: 1} },
		"no text":                func(_ *Version, source *string) { *source = "" },
		"another text":           func(_ *Version, source *string) { *source += "x" },
		"a text too long":        func(_ *Version, source *string) { *source = strings.Repeat("x", MaxFile) },
	} {
		refuse(what, 1, change, true)
	}
	refuse("a signature that does not hold", 1, func(v *Version, _ *string) { v.Note = "changed" }, false)
	refuse("a step of another text", 2, func(v *Version, _ *string) { v.Steps[0].Source[0] ^= 1 }, true)
	refuse("a step of another office", 2, func(v *Version, _ *string) { v.Steps[0].Office = "desk" }, true)
	refuse("a step unheard of", 2, func(v *Version, _ *string) { v.Steps[0].Step = "admired" }, true)
	refuse("a step without a signature", 2, func(v *Version, _ *string) { v.Steps[0].Signature = nil }, true)
	refuse("a hole in the chain", 2, func(v *Version, _ *string) { v.Before[0] = frank.Hash{} }, true)
	refuse("returned without a reason", 2, func(v *Version, _ *string) { v.What, v.Note = Returned, " " }, true)
	refuse("issued as nothing", 3, func(v *Version, _ *string) { v.Dispatch = frank.Ref{} }, true)
	refuse("issued with a text", 3, func(v *Version, source *string) { *source = text }, true)
	refuse("issued from nothing", 3, func(v *Version, _ *string) { v.Source = frank.Hash{} }, true)
	refuse("dropped with a text", 3, func(v *Version, _ *string) { v.What, v.Dispatch = Dropped, frank.Ref{} }, true)
	if n < 30 {
		t.Fatal("nothing was tried")
	}
	// A drop may leave out what could not be read.
	list, _ := chain()
	v := list[2]
	v.What, v.Dispatch, v.Source, v.Before[1] = Dropped, frank.Ref{}, frank.Hash{}, frank.Hash{}
	v.Sign(device("gus"))
	if _, _, err := Parse(v.File("")); err != nil {
		t.Fatal(err)
	}
	if err := v.Follows(list[1].Chain()); err != nil {
		t.Error(err)
	}
}

func FuzzParse(f *testing.F) {
	list, sources := chain()
	for i, v := range list {
		f.Add(v.File(sources[i]))
	}
	f.Add([]byte(Format + "\n{}\n\n"))
	f.Add([]byte("frank.draft/1\n\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		v, source, err := Parse(data)
		if err != nil {
			return
		}
		if !bytes.Equal(v.File(source), data) {
			t.Errorf("%q was read and is written %q", data, v.File(source))
		}
		if err := v.Follows(v.Chain()); err != nil {
			t.Error(err)
		}
	})
}

func TestChanges(t *testing.T) {
	edit := func(old, new string) string { return strings.Replace(text, old, new, 1) }
	for _, c := range []struct {
		what, older, newer string
		want               []Change
	}{
		{"nothing", text, text, nil},
		{"all of it", "", "One. Two.\n\nThree.\n", []Change{{1, nil, []string{"One.", "Two."}}, {2, nil, []string{"Three."}}}},
		{"a line of the header", text, edit("The dues\n", "The river dues\n"), []Change{{0, []string{"title: The dues"}, []string{"title: The river dues"}}}},
		{"a word", text, edit("knows", "says"), []Change{{1, []string{"Nobody knows why."}, []string{"Nobody says why."}}}},
		{"a reading", text, edit("believe", "hold"), []Change{{2, []string{"We {think|believe} so."}, []string{"We {think|hold} so."}}}},
		{"a sentence that goes", text, edit(" Nobody knows why.", ""), []Change{{1, []string{"Nobody knows why."}, nil}}},
		{"a paragraph that comes", text, text + "\nMore.\n", []Change{{3, nil, []string{"More."}}}},
		{"how lines are broken", text, edit("Nobody knows", "Nobody \\\nknows"), nil},
	} {
		got, err := Changes(c.older, c.newer)
		if err != nil {
			t.Fatal(err)
		}
		a, _ := json.Marshal(got)
		b, _ := json.Marshal(c.want)
		if string(a) != string(b) {
			t.Errorf("%s: %s, expected %s", c.what, a, b)
		}
	}
	if _, err := Changes("{", text); err == nil {
		t.Error("what is no source was compared")
	}
}

// TestChangesAddUp: what went and what came account for the difference of any two
// texts, also where they are too long to be compared well.
func TestChangesAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) string {
			list := rapid.SliceOfN(rapid.SampledFrom([]string{"One came.", "Two went.", "{a|b} stayed.", "Four {x|y}.", "\n\n"}), 0, 30).Draw(t, name)
			return "Begin. " + strings.Join(list, " ")
		}
		a, b := draw("older"), draw("newer")
		list, err := Changes(a, b)
		if err != nil {
			t.Fatal(err)
		}
		balance := map[string]int{}
		count := func(text string, n int) {
			empty, err := Changes("", text)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range empty {
				for _, s := range c.New {
					balance[s] += n
				}
			}
		}
		count(a, 1)
		count(b, -1)
		for _, c := range list {
			for _, s := range c.Old {
				balance[s]--
			}
			for _, s := range c.New {
				balance[s]++
			}
		}
		for s, n := range balance {
			if n != 0 {
				t.Fatalf("%q is %d too many", s, n)
			}
		}
	})
	long := strings.Repeat("One came. Two went. ", 2000)
	if list, err := Changes(long, "Begin. "+long+"End."); err != nil || len(list) == 0 {
		t.Fatal(len(list), err)
	}
}
