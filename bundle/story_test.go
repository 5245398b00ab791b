package bundle

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"

	"frank"
	"frank/directory"
	"frank/dispatch"
	"frank/inquiry"
	"frank/internal/canon"
	"frank/trace"
)

// Each profile shows what it says, and no more.
func TestProfiles(t *testing.T) {
	s := small(t, nil)
	hal := s.id("Hal")
	for _, c := range []struct {
		profile  Profile
		person   frank.PersonID
		office   frank.OfficeID
		notShown string
		files    map[string]bool
	}{
		{Evidence, hal, "desk", "overtook what gave a key", map[string]bool{fileNamed: true}},
		{Referral, "", "", "names nobody", map[string]bool{fileNamed: false}},
		{Committee, "", "desk", "There are no people here", map[string]bool{fileNamed: true}},
	} {
		zip := write(t, s, c.profile)
		f := verify(t, zip, s.policy())
		if !f.OK || f.Profile != c.profile || len(f.Verdicts) != 1 || len(f.Verdicts[0].Named) != 1 {
			t.Fatalf("%s: %+v", c.profile, f)
		}
		if got := f.Verdicts[0].Named[0]; got.Person != c.person || got.Office != c.office || got.Number != s.named[0].Number.Number {
			t.Errorf("%s: named %+v", c.profile, got)
		}
		if !strings.Contains(strings.Join(f.NotShown, "\n"), c.notShown) {
			t.Errorf("%s: not a word of %q in %q", c.profile, c.notShown, f.NotShown)
		}
		k := apart(t, zip)
		for name, want := range c.files {
			if _, ok := find(k.files, name); ok != want {
				t.Errorf("%s: %s is there: %v", c.profile, name, ok)
			}
		}
		whole := string(bytes.Join([][]byte{k.get(fileEntries), k.get(fileReport), k.get(filePage), k.get(fileDispatches)}, nil))
		for text, may := range map[string]bool{
			"The Gus":                  c.profile != Committee, // a name of the directory
			`\"do\":\"named\"`:         c.profile == Evidence,
			`\"dispatch.fetched\"`:     c.profile == Evidence,
			"The state of the harbour": false, // the subject is no one's business
			"In section 100 of the":    false, // what was not printed
			"In section 105 of the":    true,
		} {
			if strings.Contains(whole, text) != may {
				t.Errorf("%s: %q is in it: %v", c.profile, text, !may)
			}
		}
	}
	if _, err := Write(context.Background(), s.contents(), "everything", &s.log, s.people["Cy"]); err == nil {
		t.Error("a bundle for nobody known is written")
	}
}

// The same contents give the same bytes; a checker may sign, others may not.
func TestWriters(t *testing.T) {
	s := small(t, nil)
	c := s.contents()
	one, err := Write(context.Background(), c, Evidence, &s.log, s.people["Dee"])
	if err != nil {
		t.Fatal(err)
	}
	two, err := Write(context.Background(), c, Evidence, &s.log, s.people["Dee"])
	if err != nil || !bytes.Equal(one, two) {
		t.Errorf("the same contents give another bundle: %v", err)
	}
	for _, name := range []string{"Fay", "Flo", "Hal", "Gus"} {
		if _, err := Write(context.Background(), c, Evidence, &s.log, s.people[name]); err == nil {
			t.Errorf("%s signs a bundle", name)
		}
	}
}

// Two dispatches, one with two batches of which a third, between them, was begun
// and never completed, and exhibits that quote both.
func TestSeveral(t *testing.T) {
	w := newWorld(t, origin)
	w.noise(300)
	a := w.issue(ref(1), wording(20), 1, 1, 10)
	b := w.begin(ref(1), wording(20), 2, 11, 5)
	later := w.issue(ref(1), wording(20), 3, 16, 6)
	m := wording(40)
	other := w.issue(ref(2), tail(m, "In section 125"), 1, 1, 7)
	w.noise(500)
	s := w.tell([]frank.Ref{ref(1), ref(2)}, []string{w.quotes(later, 18, 2, 17), w.quotes(a, 3, 4, 9), w.quotes(other, 4, 1, 3)}, nil)
	w.noise(10)
	zip := write(t, s, Evidence)
	f := verify(t, zip, s.policy())
	if !f.OK || len(f.Verdicts) != 2 {
		t.Fatalf("%+v", f)
	}
	for _, v := range f.Verdicts {
		if v.Dispatch == ref(1) && v.Copies != 16 || v.Dispatch == ref(2) && v.Copies != 7 {
			t.Errorf("%+v", v)
		}
	}
	k := apart(t, zip)
	edit(k, fileDispatches, func(l []dispatchForm) []dispatchForm {
		for i := range l {
			if l[i].Dispatch == ref(1) {
				l[i].Batches = l[i].Batches[:1]
				for u := range l[i].Units {
					l[i].Units[u].Openings = l[i].Units[u].Openings[:1]
				}
			}
		}
		return l
	})
	fails(t, "a batch dropped", k.again(s.people["Cy"]), s.policy(), "sites")
	k = apart(t, zip)
	edit(k, fileDispatches, func(l []dispatchForm) []dispatchForm { return l[:1] })
	fails(t, "a dispatch dropped", k.again(s.people["Cy"]), s.policy(), "odds")
	_ = b
}

// Each of these inquiries was meddled with, and gives no bundle.
func TestMeddled(t *testing.T) {
	for _, c := range []struct {
		why    string
		before func(s *story, stage string)
	}{
		{"an exhibit registered after the question", func(s *story, stage string) {
			if stage == "seen" {
				e := s.exhibits[0]
				e.Data = append(bytes.Clone(e.Data), " More."...)
				e.Record.SHA256, e.Record.Size = sha256.Sum256(e.Data), len(e.Data)
				s.step("Cy", &inquiry.Register{Exhibits: []inquiry.Exhibit{e.Exhibit}})
				s.exhibits = append(s.exhibits, e)
			}
		}},
		{"an exhibit outside the rule", func(s *story, stage string) {
			if stage == "registered" {
				s.cheat = func(what any) {
					if r, ok := what.(*inquiry.Register); ok {
						r.Exhibits[0].Record.Published = "2025-11-21"
						s.exhibits[0].Exhibit = r.Exhibits[0]
						s.matter = nil
					}
				}
			}
			if stage == "asked" {
				s.matter.Exhibits = inquiry.Root([]inquiry.Exhibit{s.exhibits[0].Exhibit})
			}
		}},
		{"a question on another's exhibits", func(s *story, stage string) {
			if stage == "asked" {
				s.matter.Exhibits = frank.Hash{1}
			}
		}},
		{"a laxer level than the inquiry's", func(s *story, stage string) {
			if stage == "registered" {
				s.matter = nil
			}
			if stage == "asked" {
				s.cheat = func(what any) {
					if m, ok := what.(*inquiry.Matter); ok {
						m.Level = "1e-4"
					}
				}
			}
			if stage == "opened" {
				s.level = "1e-6"
			}
		}},
		{"another report than was agreed on", func(s *story, stage string) {
			if stage == "found" {
				r := *s.report
				r.Dispatches = append([]trace.Dispatch{}, r.Dispatches...)
				r.Dispatches[0].Change = []string{"nothing could"}
				s.report = &r
			}
		}},
		{"a result that differs", func(s *story, stage string) {
			if stage == "traced" {
				n := 0
				s.cheat = func(what any) {
					if r, ok := what.(*inquiry.Result); ok {
						if n++; n == 2 {
							r.Report[0]++
						}
					}
				}
			}
		}},
		{"a vote for another question", func(s *story, stage string) {
			if stage == "voted" {
				n := 0
				s.cheat = func(what any) {
					if v, ok := what.(*inquiry.Vote); ok {
						if n++; n == 2 {
							v.Matter[0]++
						}
					}
				}
			}
		}},
		{"a release for another question", func(s *story, stage string) {
			if stage == "seen" {
				s.cheat = func(what any) {
					if r, ok := what.(*inquiry.Release); ok {
						r.Matter[0]++
					}
				}
			}
		}},
		{"a release under an old checkpoint", func(s *story, stage string) {
			if stage == "registered" {
				old := string(s.witnessed())
				s.cheat = func(what any) {
					if r, ok := what.(*inquiry.Release); ok {
						r.Checkpoint = old
					}
				}
			}
		}},
		{"a release under a checkpoint without witnesses", func(s *story, stage string) {
			if stage == "seen" {
				s.cheat = func(what any) {
					if r, ok := what.(*inquiry.Release); ok {
						r.Checkpoint = string(s.checkpoint("w1.example"))
					}
				}
			}
		}},
		{"a batch left out of the question", func(s *story, stage string) {
			if stage == "asked" {
				s.matter.Scope = s.matter.Scope[:len(s.matter.Scope)-1]
			}
		}},
		{"names without consent", func(s *story, stage string) {
			if stage == "found" {
				s.cheat = func(what any) {
					if c, ok := what.(*inquiry.Consent); ok {
						c.Yes, c.Comment = false, "no"
					}
				}
			}
		}},
		{"a holder who is another", func(s *story, stage string) {
			if stage == "found" {
				s.cheat = func(what any) {
					if n, ok := what.(*inquiry.Named); ok {
						n.Holders[0].Slot = (n.Holders[0].Slot + 1) % 8
						to := s.issues[0].begin.To[n.Holders[0].Slot]
						n.Holders[0].Person, n.Holders[0].Office = to.Person, to.Office
						s.named[0].HolderOf = n.Holders[0]
					}
				}
			}
		}},
	} {
		t.Run(c.why, func(t *testing.T) {
			w := newWorld(t, origin)
			x := w.issue(ref(1), wording(16), 1, 1, 8)
			w.issue(ref(1), wording(16), 2, 9, 3)
			s := w.tell([]frank.Ref{ref(1)}, []string{w.quotes(x, x.numberOf(w.id("Hal")), 2, 14)}, c.before)
			if _, err := Write(context.Background(), s.contents(), Evidence, &s.log, s.people["Cy"]); err == nil {
				t.Error("a bundle is written")
			} else {
				t.Log(err)
			}
		})
	}
}

// begin begins an issue and leaves it.
func (w *world) begin(ref frank.Ref, m *frank.Master, batch, first, readers int) directory.Entry {
	b := dispatch.Begin{Dispatch: ref, Office: "embassy", Batch: batch, First: first, Size: 13, Threshold: 2, Precommit: frank.Hash{1}}
	for i := range readers {
		b.To = append(b.To, dispatch.Addressee{Person: frank.PersonID(fmt.Sprintf("%032x", 1000*batch+i)), Key: frank.Hash{1}})
	}
	for i, name := range officers {
		b.Officers = append(b.Officers, dispatch.Officer{Person: w.id(name), Index: i + 1, Key: frank.Hash{1}})
	}
	return w.state("Gus", dispatch.KindBegin, canon.Marshal(b))
}

// Another organisation's bundle, or another's policy.
func TestAnotherLedger(t *testing.T) {
	zip, policy := vector(t)
	other := newWorld(t, "other.example/ledger")
	fails(t, "another's ledger", zip, other.policy(), "checkpoint")
	key := ed25519.NewKeyFromSeed(seed("another key of the same name"))
	public := append([]byte{1}, key.Public().(ed25519.PublicKey)...)
	id := sha256.Sum256(append([]byte(origin+"\n"), public...))
	log := fmt.Sprintf("log %s+%x+%s\n", origin, id[:4], base64.StdEncoding.EncodeToString(public))
	fails(t, "another ledger of that name", zip, log+policy[strings.Index(policy, "witness"):], "checkpoint")
	k := apart(t, zip)
	k.set(fileCheckpoint, other.witnessed())
	fails(t, "another ledger's checkpoint", k.again(other.people["Cy"]), policy, "checkpoint")
	_, one := noteKey("w1.example", 4)
	_, another := noteKey("v1.example", 4)
	fails(t, "other witnesses", zip, strings.Replace(policy, one, another, 1), "checkpoint")
	if _, err := Verify(context.Background(), zip, []byte("nonsense"), nil); err == nil {
		t.Error("a policy that is none is taken")
	}
}

// Tricks with the ZIP: each is refused, and none makes the reader trust a size.
func TestZip(t *testing.T) {
	zip, policy := vector(t)
	k := apart(t, zip)
	central := bytes.Index(zip, []byte("PK\x01\x02"))
	le := binary.LittleEndian
	patch := func(at int, b ...byte) []byte {
		out := bytes.Clone(zip)
		copy(out[at:], b)
		return out
	}
	with := func(files ...file) []byte {
		out, err := writeZip(append(append([]file{}, k.files...), files...))
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	huge := le.AppendUint32(le.AppendUint32(nil, 0xffffffff), 0xffffffff)
	for why, bad := range map[string][]byte{
		"nothing":                     nil,
		"something before it":         append([]byte("#!/bin/sh\n"), zip...),
		"something after it":          append(bytes.Clone(zip), 0),
		"a comment":                   append(patch(len(zip)-2, 5, 0), "hello"...),
		"two central directories":     append(append(bytes.Clone(zip), zip[central:]...), 0),
		"a second archive":            append(bytes.Clone(zip), zip...),
		"the directory left out":      zip[:central],
		"a huge size":                 patch(18, huge...),
		"a huge size in the list":     patch(central+20, huge...),
		"a long name":                 patch(26, 0xff, 0xff),
		"something extra":             patch(28, 8, 0),
		"compression":                 patch(8, 8, 0),
		"encryption":                  patch(6, 1, 0),
		"a time":                      patch(10, 1, 0),
		"a date":                      patch(12, 1, 0),
		"another checksum":            patch(14, 1, 2, 3, 4),
		"ZIP64's version":             patch(4, 45, 0),
		"attributes":                  patch(central+38, 0xff),
		"another disk":                patch(len(zip)-18, 1),
		"fewer files in the end":      patch(len(zip)-14, 1, 0, 1, 0),
		"a file twice":                with(k.files[len(k.files)-1]),
		"files out of order":          with(file{"data/AAA", nil}),
		"a way out of the folder":     with(file{"data/../../etc/passwd", nil}),
		"a way to the root":           with(file{"data//etc", nil}),
		"a hidden file":               with(file{"data/z/.x", nil}),
		"a name that is an option":    with(file{"data/z/-rf", nil}),
		"a name with a line feed":     with(file{"data/z/a\nb", nil}),
		"a name beside the data":      with(file{"zzz", nil}),
		"a folder":                    with(file{"data/z/", nil}),
		"another folder for all":      bytes.ReplaceAll(zip, []byte(base), []byte("Frank-bundle/")),
		"the first file's name again": bytes.Replace(zip, []byte("bag-info.txt"), []byte("bag-info.tx_"), 1),
	} {
		fails(t, why, bad, policy, "file")
	}
	fails(t, "an empty ZIP", append([]byte("PK\x05\x06"), make([]byte, 18)...), policy, "hashes")
	fails(t, "a file that is not listed", with(file{"data/zzz.txt", []byte("x")}), policy, "hashes")
	if _, err := writeZip(make([]file, maxFiles+1)); err == nil {
		t.Error("a ZIP of too many files is written")
	}
}

// Reading what claims to be large takes no more memory than the file has.
func TestBounded(t *testing.T) {
	zip, _ := vector(t)
	bad := bytes.Clone(zip)
	binary.LittleEndian.PutUint32(bad[22:], 0xfffffff0)
	if n := testing.AllocsPerRun(10, func() { readZip(bad) }); n > 100 {
		t.Errorf("%v allocations for a file that says it is huge", n)
	}
}

func FuzzReadZip(f *testing.F) {
	for _, files := range [][]file{nil, {{"bagit.txt", []byte(bagit)}}, {{"bagit.txt", nil}, {"data/a", []byte("a")}, {"data/b", []byte("bb")}}} {
		zip, err := writeZip(files)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(zip)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		files, err := readZip(data)
		if err != nil {
			return
		}
		again, err := writeZip(files)
		if err != nil || !bytes.Equal(again, data) {
			t.Fatalf("read, and written otherwise: %v", err)
		}
	})
}

func FuzzParse(f *testing.F) {
	zip, _ := vector(f)
	files, err := readZip(zip)
	if err != nil {
		f.Fatal(err)
	}
	for _, x := range files {
		if len(x.data) < 8<<10 {
			f.Add(x.data)
		}
	}
	f.Add([]byte(`{"from":[{"index":0,"people":[],"threshold":2}],"people":[]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		parseMeta(data)
		unarmour(data)
		parseEntries(data)
		readHead(string(data))
		var c claimed
		if canon.Unmarshal(data, &c) == nil {
			c.validate()
		}
		for _, name := range []string{fileDispatches, fileExhibits, fileNamed} {
			in := []file{{name, data}}
			parseList[dispatchForm](in, name)
			parseList[exhibitForm](in, name)
			parseList[holderForm](in, name)
		}
	})
}

// What points to no copy, and what quotes nothing, is a bundle too. Whether some
// words narrow it down is the draw's to say, and the finding says what the report
// does.
func TestOtherAnswers(t *testing.T) {
	source := newWorld(t, origin)
	x := source.issue(ref(1), wording(16), 1, 1, 40)
	for _, text := range []string{source.quotes(x, 3, 4, 9), source.quotes(x, 3, 4, 7), source.quotes(x, 3, 4, 5),
		"The harbour was closed on Tuesday after a barge ran aground. “We hope to open it by noon,” the harbour master said."} {
		w := newWorld(t, origin)
		w.issue(ref(1), wording(16), 1, 1, 40)
		s := w.tell([]frank.Ref{ref(1)}, []string{text}, nil)
		f := verify(t, write(t, s, Evidence), s.policy())
		if !f.OK || len(f.Verdicts) != len(s.report.Dispatches) {
			t.Fatalf("%+v", f)
		}
		if len(f.Verdicts) == 0 {
			if !strings.Contains(strings.Join(f.Shown, " "), "no copy was compared") {
				t.Errorf("nothing quoted: %+v", f)
			}
			continue
		}
		v, d := f.Verdicts[0], s.report.Dispatches[0]
		if v.Verdict != d.Verdict || len(v.Named) != len(d.Named) || !slices.Equal(v.Narrowed, d.Consistent) {
			t.Errorf("%+v, and the report says %s", v, d.Verdict)
		}
	}
}
