package bundle

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"frank/codebook"
	"frank/dispatch"
	"frank/inquiry"
	"frank/internal/canon"
	"frank/keyring"
	"frank/ledger"
	"frank/trace"
)

// every calls f for the numbers below n, on all processors; in the browser, which
// is slower, for some of them.
func every(n, step int, f func(i int)) {
	if runtime.GOOS == "js" {
		step *= 97
	}
	var all sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for k := range workers {
		all.Go(func() {
			for i := k * step; i < n; i += workers * step {
				f(i)
			}
		})
	}
	all.Wait()
}

// Any one byte changed, and nothing holds.
func TestEveryByte(t *testing.T) {
	zip, policy := vector(t)
	var tried atomic.Int64
	room := sync.Pool{New: func() any { b := bytes.Clone(zip); return &b }}
	every(len(zip), 1, func(i int) {
		tried.Add(1)
		bad := *room.Get().(*[]byte)
		bad[i] ^= 1 << (i % 8)
		f, err := Verify(context.Background(), bad, []byte(policy), nil)
		if err != nil || f.OK {
			t.Errorf("with byte %d changed it still holds: %v", i, err)
		}
		bad[i] = zip[i]
		room.Put(&bad)
	})
	if tried.Load() == 0 || runtime.GOOS != "js" && tried.Load() != int64(len(zip)) {
		t.Fatalf("%d of %d bytes were tried", tried.Load(), len(zip))
	}
	for _, n := range []int{0, 1, 100, len(zip) / 2, len(zip) - 1} {
		if f := verify(t, zip[:n], policy); f.OK {
			t.Errorf("cut to %d bytes it still holds", n)
		}
	}
}

// kit is a bundle taken apart, to be put together again by a forger.
type kit struct {
	t     testing.TB
	files []file
	meta  *meta
}

func apart(t testing.TB, zip []byte) *kit {
	t.Helper()
	files, err := readZip(zip)
	if err != nil {
		t.Fatal(err)
	}
	k := &kit{t: t}
	for _, f := range files {
		k.files = append(k.files, file{f.name, bytes.Clone(f.data)})
	}
	data, _ := find(k.files, fileMeta)
	if k.meta, err = parseMeta(data); err != nil {
		t.Fatal(err)
	}
	return k
}

func (k *kit) clone() *kit {
	m := *k.meta
	out := &kit{k.t, nil, &m}
	for _, f := range k.files {
		out.files = append(out.files, file{f.name, bytes.Clone(f.data)})
	}
	return out
}

func (k *kit) get(name string) []byte {
	k.t.Helper()
	data, ok := find(k.files, name)
	if !ok {
		k.t.Fatalf("there is no %s", name)
	}
	return data
}

// set sets a file, or removes it.
func (k *kit) set(name string, data []byte) {
	k.files = slices.DeleteFunc(k.files, func(f file) bool { return f.name == name })
	if data != nil {
		k.files = append(k.files, file{name, data})
	}
}

func (k *kit) zip() []byte {
	k.t.Helper()
	slices.SortStableFunc(k.files, func(a, b file) int {
		if before(a.name, b.name) {
			return -1
		}
		return 1
	})
	out, err := writeZip(k.files)
	if err != nil {
		k.t.Fatal(err)
	}
	return out
}

// again makes everything that follows from the payload anew, and signs it.
func (k *kit) again(key Signer) []byte {
	k.t.Helper()
	k.meta.Signer = key.VerifyKey()
	k.set(fileMeta, canon.Marshal(k.meta))
	if r, err := trace.ParseReport(k.get(fileReport)); err == nil {
		if texts, err := fixed(k.meta, r); err == nil {
			for _, f := range texts {
				k.set(f.name, f.data)
			}
		}
	}
	return k.sign(key)
}

// sign signs the payload as it is.
func (k *kit) sign(key Signer) []byte {
	k.t.Helper()
	var payload []file
	for _, f := range k.files {
		if !slices.Contains(tags, f.name) {
			payload = append(payload, f)
		}
	}
	slices.SortFunc(payload, func(a, b file) int { return strings.Compare(a.name, b.name) })
	files, err := bag(k.meta, payload, key)
	if err != nil {
		k.t.Fatal(err)
	}
	k.files = files
	return k.zip()
}

// fails checks that a bundle fails, and at which check.
func fails(t *testing.T, why string, zip []byte, policy string, at ...string) {
	t.Helper()
	f := verify(t, zip, policy)
	last := f.Checks[len(f.Checks)-1]
	if f.OK || last.OK {
		t.Errorf("%s: it holds", why)
	} else if !slices.Contains(at, last.What) {
		t.Errorf("%s: expected it to fail at %v, found %s: %s", why, at, last.What, last.Text)
	}
	if len(f.Verdicts)+len(f.Shown) > 0 {
		t.Errorf("%s: something is made of what does not hold", why)
	}
}

// A byte changed and the ZIP made anew: the hashes tell. The hashes made anew:
// the signature tells.
func TestEveryFile(t *testing.T) {
	zip, policy := vector(t)
	whole := apart(t, zip)
	for _, f := range whole.files {
		step := max(1, len(f.data)/40)
		every(len(f.data), step, func(i int) {
			k := whole.clone()
			k.get(f.name)[i] ^= 1 << (i % 8)
			at := []string{"hashes"}
			if f.name == tags[5] || f.name == tags[2] { // the lists themselves
				at = append(at, "signature")
			}
			fails(t, fmt.Sprintf("byte %d of %s", i, f.name), k.zip(), policy, at...)
			if slices.Contains(tags, f.name) && f.name != tags[2] {
				return
			}
			k.set(tags[2], manifest(k.payload()))
			k.set(tags[1], bagInfo(k.meta, k.payload()))
			k.set(tags[5], manifest(k.about()))
			if f.name != tags[2] { // which is itself again
				fails(t, fmt.Sprintf("byte %d of %s, listed anew", i, f.name), k.zip(), policy, "signature")
			}
		})
	}
}

func (k *kit) payload() (list []file) {
	for _, f := range k.files {
		if !slices.Contains(tags, f.name) {
			list = append(list, f)
		}
	}
	slices.SortFunc(list, func(a, b file) int { return strings.Compare(a.name, b.name) })
	return list
}

func (k *kit) about() (list []file) {
	for _, name := range tags[:5] {
		data, _ := find(k.files, name)
		list = append(list, file{name, data})
	}
	return list
}

// A forger with a key of their own makes everything anew.
func TestForger(t *testing.T) {
	zip, policy := vector(t)
	key, err := keyring.New()
	if err != nil {
		t.Fatal(err)
	}
	whole := apart(t, zip)
	fails(t, "nothing changed, another's signature", whole.clone().again(key), policy, "procedure")
	for _, f := range whole.payload() {
		if f.name == fileMeta {
			continue
		}
		for _, i := range []int{0, len(f.data) / 3, len(f.data) / 2, len(f.data) - 1} {
			k := whole.clone()
			k.get(f.name)[i] ^= 1
			if got := verify(t, k.sign(key), policy); got.OK {
				t.Errorf("byte %d of %s, all signed anew by a forger: it holds", i, f.name)
			}
		}
	}
}

// edit changes a list of the payload.
func edit[T any](k *kit, name string, change func(list []T) []T) {
	k.t.Helper()
	list, err := parseList[T](k.files, name)
	if err != nil {
		k.t.Fatal(err)
	}
	k.set(name, canon.Marshal(change(list)))
}

// report changes the report.
func (k *kit) report(change func(r *trace.Report)) {
	k.t.Helper()
	r, err := trace.ParseReport(k.get(fileReport))
	if err != nil {
		k.t.Fatal(err)
	}
	change(r)
	data, err := r.Encode()
	if err != nil {
		k.t.Fatal(err)
	}
	k.set(fileReport, data)
}

// entries changes the list of entries; change returns false for what is to go.
func (k *kit) entries(change func(e *entryForm, st *ledger.Statement, what any) bool) {
	k.t.Helper()
	list, err := parseEntries(k.get(fileEntries))
	if err != nil {
		k.t.Fatal(err)
	}
	var out []entryForm
	for _, e := range list {
		st, err := ledger.ParseStatement([]byte(e.Entry.Statement))
		if err != nil {
			k.t.Fatal(err)
		}
		var what any
		if st.Kind == inquiry.KindStep {
			if _, what, err = inquiry.ParseStep(st); err != nil {
				k.t.Fatal(err)
			}
		}
		if change(&e, st, what) {
			out = append(out, e)
		}
	}
	k.set(fileEntries, writeEntries(out))
}

func drop(match func(st *ledger.Statement, what any) bool) func(*kit) {
	return func(k *kit) {
		n := 0
		k.entries(func(_ *entryForm, st *ledger.Statement, what any) bool {
			if match(st, what) {
				n++
				return false
			}
			return true
		})
		if n == 0 {
			k.t.Fatal("there is no such entry")
		}
	}
}

func isStep[T any](_ *ledger.Statement, what any) bool { _, ok := what.(*T); return ok }

// The lead forges: whoever has the lead's own device changes one thing inside and
// makes everything anew that follows from it.
func TestLeadForges(t *testing.T) {
	s := small(t, nil)
	zip := write(t, s, Evidence)
	whole := apart(t, zip)
	key := s.people["Cy"]
	for _, c := range []struct {
		why    string
		change func(k *kit)
		at     []string
	}{
		{"a reading", func(k *kit) {
			k.report(func(r *trace.Report) {
				x := &r.Dispatches[0].Seen[0]
				x.Printed = []int{(x.Printed[0] + 1) % len(x.Readings)}
			})
		}, []string{"procedure"}},
		{"the copy named", func(k *kit) {
			k.report(func(r *trace.Report) {
				d := &r.Dispatches[0]
				d.Ranking[0].Copy, d.Ranking[1].Copy = d.Ranking[1].Copy, d.Ranking[0].Copy
				d.Named = []int{d.Ranking[0].Copy}
			})
		}, []string{"procedure"}},
		{"a smaller family", func(k *kit) { k.report(func(r *trace.Report) { r.Family-- }) }, []string{"procedure"}},
		{"a laxer level", func(k *kit) { k.report(func(r *trace.Report) { r.Alpha = "1e-3" }) }, []string{"procedure"}},
		{"a law", func(k *kit) {
			leaf(k, func(o *codebook.Opening) {
				i := bytes.LastIndex(o.Leaf, []byte{0, 0, 0, 0, 0x80})
				o.Leaf[i+4], o.Leaf[i+5] = 0x7f, 0x80
			})
		}, []string{"sites"}},
		{"a key", func(k *kit) { leaf(k, func(o *codebook.Opening) { o.Key[0]++ }) }, []string{"sites"}},
		{"a salt", func(k *kit) { leaf(k, func(o *codebook.Opening) { o.Salt[0]++ }) }, []string{"sites"}},
		{"a key and its commitment", func(k *kit) {
			leaf(k, func(o *codebook.Opening) {
				o.Key[0]++
				c := sha256.Sum256(append([]byte("frank.codebook/1 key commitment"), o.Key[:]...))
				copy(o.Leaf[len(o.Leaf)-32:], c[:])
			})
		}, []string{"sites"}},
		{"a place not opened", func(k *kit) {
			edit(k, fileDispatches, func(l []dispatchForm) []dispatchForm { l[0].Units = l[0].Units[1:]; return l })
		}, []string{"odds"}},
		{"a place more opened than was printed", func(k *kit) {
			book := s.book(ref(1))
			last := len(book.Master.Units) - 1
			o, err := book.Batches[0].OpenSome(book.Master, []int{last})
			s.must(err)
			edit(k, fileDispatches, func(l []dispatchForm) []dispatchForm {
				l[0].Units = append(l[0].Units, unitForm{last, book.Master.Units[last].Sites, o})
				return l
			})
		}, []string{"odds"}},
		{"a place opened twice", func(k *kit) {
			edit(k, fileDispatches, func(l []dispatchForm) []dispatchForm { l[0].Units[1] = l[0].Units[0]; return l })
		}, []string{"odds", "sites"}},
		{"another number for a place", func(k *kit) {
			edit(k, fileDispatches, func(l []dispatchForm) []dispatchForm { l[0].Units[0].At[0]--; return l })
		}, []string{"odds"}},
		{"no dispatch opened", func(k *kit) {
			edit(k, fileDispatches, func([]dispatchForm) []dispatchForm { return []dispatchForm{} })
		}, []string{"odds"}},
		{"an exhibit's byte", func(k *kit) { name := folderExhibits + "01-article-1.txt"; k.get(name)[7] ^= 1 }, []string{"exhibits"}},
		{"an exhibit and its record", func(k *kit) {
			name := folderExhibits + "01-article-1.txt"
			data := bytes.Replace(k.get(name), []byte("Herald"), []byte("Gerald"), 1)
			k.set(name, data)
			edit(k, fileExhibits, func(l []exhibitForm) []exhibitForm { l[0].Exhibit.Record.SHA256 = sha256.Sum256(data); return l })
		}, []string{"procedure"}},
		{"how an exhibit was obtained", func(k *kit) {
			edit(k, fileExhibits, func(l []exhibitForm) []exhibitForm {
				l[0].Exhibit.Obtained, l[0].Exhibit.How = inquiry.UnderOrder, "an order"
				return l
			})
		}, []string{"procedure"}},
		{"no exhibits", func(k *kit) {
			edit(k, fileExhibits, func([]exhibitForm) []exhibitForm { return []exhibitForm{} })
			k.set(folderExhibits+"01-article-1.txt", nil)
		}, []string{"exhibits"}},
		{"a vote left out", drop(func(_ *ledger.Statement, what any) bool { v, ok := what.(*inquiry.Vote); return ok && v.Yes }), []string{"procedure"}},
		{"what the overseer saw left out", drop(isStep[inquiry.Seen]), []string{"procedure"}},
		{"the releases left out", drop(isStep[inquiry.Release]), []string{"procedure", "entries"}},
		{"a result left out", drop(isStep[inquiry.Result]), []string{"procedure"}},
		{"the directory left out", drop(func(st *ledger.Statement, _ any) bool { return strings.HasPrefix(st.Kind, "org.") }), []string{"entries", "people"}},
		{"an acceptance left out", drop(func(st *ledger.Statement, _ any) bool { return st.Kind == "person.accept" }), []string{"entries", "people", "procedure"}},
		{"the first entry left out", drop(func(st *ledger.Statement, _ any) bool { return st.Kind == dispatch.KindBegin }), []string{"entries", "issues"}},
		{"the second entry left out", drop(func(st *ledger.Statement, _ any) bool { return st.Kind == dispatch.KindComplete }), []string{"entries", "procedure"}},
		{"a statement's byte", func(k *kit) {
			k.entries(func(e *entryForm, st *ledger.Statement, what any) bool {
				if isStep[inquiry.Vote](st, what) {
					e.Entry.Statement = strings.Replace(e.Entry.Statement, "needed", "wanted", 1)
				}
				return true
			})
		}, []string{"entries"}},
		{"a statement with its commitment", func(k *kit) {
			k.entries(func(e *entryForm, st *ledger.Statement, what any) bool {
				if isStep[inquiry.Vote](st, what) {
					e.Entry.Salt[0]++
					e.Commitment = e.Entry.Commitment()
				}
				return true
			})
		}, []string{"entries"}},
		{"a statement of the forger's", func(k *kit) {
			k.entries(func(e *entryForm, st *ledger.Statement, what any) bool {
				if isStep[inquiry.Vote](st, what) {
					again, err := ledger.Sign(key, &ledger.Statement{Log: st.Log, Kind: st.Kind, By: key.VerifyKey(), At: st.At, Seen: st.Seen, Nonce: st.Nonce, Body: st.Body}, e.Entry.Salt)
					s.must(err)
					e.Entry, e.Commitment = again, again.Commitment()
				}
				return true
			})
		}, []string{"entries"}},
		{"another holder", func(k *kit) {
			edit(k, fileNamed, func(l []holderForm) []holderForm { l[0].Person = s.id("Gus"); return l })
		}, []string{"names"}},
		{"another's proof", func(k *kit) {
			edit(k, fileNamed, func(l []holderForm) []holderForm { l[0].Proof.Salt[0]++; return l })
		}, []string{"names"}},
		{"no holder", func(k *kit) {
			edit(k, fileNamed, func([]holderForm) []holderForm { return []holderForm{} })
		}, []string{"names"}},
		{"the holders left out", func(k *kit) { k.set(fileNamed, nil) }, []string{"names"}},
		{"names with no vote for them", drop(isStep[inquiry.Named]), []string{"entries", "names", "procedure"}},
		{"the page", func(k *kit) { k.set(filePage, append(k.get(filePage), "<p>He did it.</p>"...)) }, nil},
		{"the method", func(k *kit) { k.set(fileMethod, []byte("It is never wrong.\n")) }, nil},
		{"a file that nobody lists", func(k *kit) { k.set("data/more.txt", []byte("more")) }, []string{"texts"}},
		{"a tile that proves nothing", func(k *kit) { k.set(folderLedger+"tile/1/000.p/1", make([]byte, 32)) }, []string{"entries"}},
		{"the inquiry", func(k *kit) { k.meta.Inquiry.Index++ }, []string{"procedure"}},
		{"the ledger's name", func(k *kit) { k.meta.Log = "other.example/ledger" }, []string{"checkpoint"}},
		{"the profile", func(k *kit) { k.meta.Profile = Referral }, []string{"texts"}},
		{"the checkpoint", func(k *kit) { k.set(fileCheckpoint, s.checkpoint("w1.example")) }, []string{"checkpoint"}},
		{"a tile", func(k *kit) {
			for _, f := range k.payload() {
				if strings.HasPrefix(f.name, folderLedger+"tile/") {
					f.data[5]++
				}
			}
		}, []string{"entries"}},
	} {
		k := whole.clone()
		c.change(k)
		if c.at == nil { // the texts themselves
			fails(t, c.why, k.sign(key), s.policy(), "texts")
			continue
		}
		fails(t, c.why, k.again(key), s.policy(), c.at...)
	}
	if !verify(t, whole.clone().again(key), s.policy()).OK {
		t.Error("put together again without a change, it does not hold: these tests show nothing")
	}
}

func leaf(k *kit, change func(o *codebook.Opening)) {
	edit(k, fileDispatches, func(l []dispatchForm) []dispatchForm { change(&l[0].Units[0].Openings[0]); return l })
}

// The files about the payload are what follows from it, also where a forger who
// holds the lead's key lists them anew.
func TestTags(t *testing.T) {
	s := small(t, nil)
	whole := apart(t, write(t, s, Evidence))
	key := s.people["Cy"]
	for _, c := range []struct {
		why    string
		change func(k *kit)
		at     string
	}{
		{"another version of BagIt", func(k *kit) { k.set(tags[0], []byte(strings.Replace(bagit, "1.0", "0.97", 1))) }, "signature"},
		{"another organisation", func(k *kit) {
			k.set(tags[1], bytes.Replace(k.get(tags[1]), []byte(origin), []byte("other.example/ledger"), 1))
		}, "signature"},
		{"a file listed that is not there", func(k *kit) {
			k.set(tags[2], append(k.get(tags[2]), fmt.Sprintf("%064x  data/zzz\n", 1)...))
			k.set(tags[3], key.VerifyKey().Armour(Namespace, key.Sign(Namespace, k.get(tags[2]))))
		}, "hashes"},
		{"a signature written otherwise", func(k *kit) {
			lines := strings.SplitN(string(k.get(tags[3])), "\n", 3)
			k.set(tags[3], []byte(lines[0]+"\n"+lines[1][:30]+"\n"+lines[1][30:]+"\n"+lines[2]))
		}, "signature"},
		{"a signature in another namespace", func(k *kit) {
			k.set(tags[3], key.VerifyKey().Armour(Namespace, key.Sign(keyring.StatementNamespace, k.get(tags[2]))))
		}, "signature"},
		{"no signature", func(k *kit) { k.set(tags[3], []byte("-----BEGIN SSH SIGNATURE-----\n-----END SSH SIGNATURE-----\n")) }, "signature"},
		{"another signer allowed", func(k *kit) {
			line, err := s.people["Hal"].VerifyKey().AllowedSigner(Principal, Namespace)
			s.must(err)
			k.set(tags[4], append(k.get(tags[4]), line...))
		}, "signature"},
	} {
		k := whole.clone()
		c.change(k)
		k.set(tags[5], manifest(k.about()))
		fails(t, c.why, k.zip(), s.policy(), c.at)
	}
}
