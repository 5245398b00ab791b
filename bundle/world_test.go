package bundle

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"frank"
	"frank/codebook"
	"frank/coverage"
	"frank/directory"
	"frank/dispatch"
	"frank/exchange"
	"frank/inquiry"
	"frank/internal/canon"
	"frank/internal/derive"
	"frank/keyring"
	"frank/ledger"
	"frank/mark"
	"frank/seal"
	"frank/seal/share"
	"frank/trace"

	"github.com/transparency-dev/formats/log"
	fnote "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const origin = "log.example/ledger"

func seed(what string) []byte { s := sha256.Sum256([]byte("test " + what)); return s[:] }

// memlog is a log in memory.
type memlog struct {
	leaves []frank.Hash
	hashes []tlog.Hash
}

func (m *memlog) add(l frank.Hash) {
	h, err := tlog.StoredHashes(int64(len(m.leaves)), l[:], m)
	if err != nil {
		panic(err)
	}
	m.leaves, m.hashes = append(m.leaves, l), append(m.hashes, h...)
}

func (m *memlog) ReadHashes(at []int64) ([]tlog.Hash, error) {
	list := make([]tlog.Hash, len(at))
	for i, x := range at {
		list[i] = m.hashes[x]
	}
	return list, nil
}

func (m *memlog) head() ledger.Head {
	root, err := tlog.TreeHash(int64(len(m.leaves)), m)
	if err != nil {
		panic(err)
	}
	return ledger.Head{Size: uint64(len(m.leaves)), Root: frank.Hash(root)}
}

// ReadTile serves only full tiles where there are any.
func (m *memlog) ReadTile(_ context.Context, path string) ([]byte, error) {
	gone := &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
	t, err := tlog.ParseTilePath(strings.Replace(path, "tile/", "tile/8/", 1))
	if err != nil {
		return nil, gone
	}
	have := len(m.leaves)>>(8*t.L) - int(t.N)<<8
	if t.W > have || t.W < 256 && have >= 256 {
		return nil, gone
	}
	return tlog.ReadTileData(t, m)
}

// noteKey is a key of a log or, of kind 4, of a witness.
func noteKey(name string, kind byte) (private, public string) {
	key := ed25519.NewKeyFromSeed(seed(name))
	half := append([]byte{kind}, key.Public().(ed25519.PublicKey)...)
	id := sha256.Sum256(append([]byte(name+"\n"), half...))
	return fmt.Sprintf("PRIVATE+KEY+%s+%x+%s", name, id[:4], base64.StdEncoding.EncodeToString(append([]byte{kind}, seed(name)...))),
		fmt.Sprintf("%s+%x+%s", name, id[:4], base64.StdEncoding.EncodeToString(half))
}

// witness cosigns at a given time.
type witness struct {
	name string
	time uint64
}

func (s witness) Name() string { return s.name }

func (s witness) KeyHash() uint32 {
	_, public := noteKey(s.name, 4)
	v, err := fnote.NewVerifierForCosignatureV1(public)
	if err != nil {
		panic(err)
	}
	return v.KeyHash()
}

func (s witness) Sign(msg []byte) ([]byte, error) {
	text := fmt.Sprintf("cosignature/v1\ntime %d\n%s", s.time, msg)
	return append(binary.BigEndian.AppendUint64(nil, s.time), ed25519.Sign(ed25519.NewKeyFromSeed(seed(s.name)), []byte(text))...), nil
}

// glass seals to nobody.
type glass struct{}

func (glass) Seal(plain []byte) ([]byte, error) { return append([]byte("sealed: "), plain...), nil }

// world is an organisation with its ledger in memory.
type world struct {
	t       testing.TB
	origin  string
	log     memlog
	minute  int
	people  map[string]*keyring.Key
	tip     directory.Entry
	entries []directory.Logged // all
	dir     *directory.State

	issues  []*issue
	inquiry directory.Entry
	last    frank.Hash // of its steps

	cheat  func(what any)             // changes a step before it is stated
	forge  func(c *dispatch.Complete) // changes a second entry before it is stated
	issuer string                     // whose device issues; Gus's if empty
	alone  bool                       // no witness answers while something is issued
	early  string                     // a checkpoint that is older than everything
}

// issue is a batch that was issued.
type issue struct {
	begin    dispatch.Begin
	entry    directory.Entry
	complete dispatch.Complete
	out      *exchange.Issued
	book     *exchange.Book
	shares   []*exchange.Share
}

var officers = []string{"Cy", "Dee", "Eve", "Fay"}

func newWorld(t testing.TB, origin string) *world {
	t.Helper()
	w := &world{t: t, origin: origin, people: map[string]*keyring.Key{}, dir: directory.New(origin, directory.Ledger{})}
	labels, err := directory.PolicyFile("demo")
	w.must(err)
	policy, err := directory.ParsePolicy(labels, false)
	w.must(err)
	g := directory.Genesis{Format: directory.GenesisFormat, Name: "The Ministry", Log: origin,
		Settings: directory.Settings{Threshold: 2, Labels: "demo", LabelsHash: policy.Hash(), Witnesses: w.policy()}}
	roles := map[string][]directory.Role{"Ada": {directory.Registrar}, "Bea": {directory.Registrar}, "Cy": {directory.Officer}, "Dee": {directory.Officer},
		"Eve": {directory.Officer}, "Fay": {directory.Officer}, "Flo": {directory.Overseer}}
	names := []string{"Ada", "Bea", "Cy", "Dee", "Eve", "Fay", "Flo", "Gus", "Hal"}
	for _, name := range names {
		key, err := keyring.New()
		w.must(err)
		w.people[name] = key
		if roles[name] == nil {
			roles[name] = []directory.Role{}
		}
		g.People = append(g.People, directory.Founder{Card: key.Card("The " + name), Roles: roles[name]})
	}
	genesis := w.state("Ada", directory.KindGenesis, directory.Begin(g))
	for _, name := range names[1:] {
		w.do(name, directory.Accept{Genesis: genesis.Hash, Fingerprint: w.people[name].Card("The " + name).Fingerprint()})
	}
	w.do("Ada", directory.Create{Office: "embassy", Title: "The embassy", Place: "WASHINGTON", Attributes: []string{}})
	w.do("Ada", directory.Propose(directory.Holder{Office: "embassy", Person: w.id("Gus")}))
	w.do("Bea", directory.Consent{Change: w.tip})
	office, err := keyring.New()
	w.must(err)
	w.do("Gus", directory.OfficeKey{Office: "embassy", Seal: office.Card("").Seal})
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) id(name string) frank.PersonID { return w.people[name].Person() }

// policy lists the log, two witnesses, and asks for both.
func (w *world) policy() string {
	_, l := noteKey(w.origin, 1)
	text := "log " + l + " https://log.example/\n"
	for i, name := range []string{"w1.example", "w2.example"} {
		_, v := noteKey(name, 4)
		text += fmt.Sprintf("witness W%d %s\n", i+1, v)
	}
	return text + "group both all W1 W2\nquorum both\n"
}

// checkpoint is the log's head, cosigned by the witnesses named.
func (w *world) checkpoint(witnesses ...string) []byte {
	h := w.log.head()
	private, _ := noteKey(w.origin, 1)
	s, err := note.NewSigner(private)
	w.must(err)
	signers := []note.Signer{s}
	for _, name := range witnesses {
		signers = append(signers, witness{name, uint64(1795500000 + 60*w.minute)})
	}
	text := string(log.Checkpoint{Origin: w.origin, Size: h.Size, Hash: h.Root[:]}.Marshal())
	b, err := note.Sign(&note.Note{Text: text}, signers...)
	w.must(err)
	return b
}

// fork is a checkpoint of another log than this one, signed by its key.
func (w *world) fork() []byte {
	kept := w.log
	defer func() { w.log = kept }()
	w.log = memlog{}
	for range kept.leaves {
		w.noise(1)
	}
	return w.witnessed()
}

func (w *world) witnessed() []byte { return w.checkpoint("w1.example", "w2.example") }

// state signs a statement, enters it, and applies it if it is the directory's.
func (w *world) state(by, kind string, body []byte) directory.Entry {
	w.t.Helper()
	w.minute++
	key := w.people[by]
	st := &ledger.Statement{Log: w.origin, Kind: kind, By: key.VerifyKey(), At: frank.FormatTime(int64(1795500000 + 60*w.minute)), Seen: ledger.Empty(),
		Nonce: fmt.Sprintf("%032x", w.minute), Body: body}
	salts := derive.Stream(frank.Secret(seed(fmt.Sprint(w.origin, " salt ", w.minute))))
	e, err := ledger.SignMarked(key, st, directory.Handles(kind), func() (s frank.Secret, err error) { salts.Read(s[:]); return s, nil })
	w.must(err)
	at := directory.Entry{Index: uint64(len(w.log.leaves)), Hash: e.Commitment()}
	w.log.add(at.Hash)
	w.entries = append(w.entries, directory.Logged{At: at, Entry: e})
	if directory.Handles(kind) {
		st, err := e.Open(at.Hash)
		w.must(err)
		w.must(w.dir.Apply(at.Index, at.Hash, st))
		w.tip = at
	}
	return at
}

func (w *world) do(by string, do directory.Do) {
	w.t.Helper()
	w.state(by, directory.KindOf(do), directory.Compose(w.tip, do))
}

// noise is entries of others.
func (w *world) noise(n int) {
	for i := range n {
		w.log.add(sha256.Sum256(fmt.Appendf(nil, "noise %d %d", len(w.log.leaves), i)))
	}
}

// wording is a dispatch of so many sentences, a place in each where copies
// differ; two of them are drawn together.
func wording(sentences int) *frank.Master {
	m := &frank.Master{}
	var text strings.Builder
	site := func(kind string, readings ...string) int {
		at := text.Len()
		text.WriteString(readings[0])
		m.Sites = append(m.Sites, frank.Site{Start: at, End: text.Len(), Kind: kind, Readings: readings})
		return len(m.Sites) - 1
	}
	nouns := []string{"harbour", "river", "treaty", "railway", "garrison", "cabinet", "ferry", "bridge", "market", "parliament", "treasury", "frontier", "lighthouse", "embargo", "pilot", "archive"}
	for i := range sentences {
		a, b, c := nouns[i%len(nouns)], nouns[(i/3+5)%len(nouns)], nouns[(i/7+9)%len(nouns)]
		fmt.Fprintf(&text, "In section %d of the %s we ", i+100, a)
		one := site("contraction", "do not", "don't")
		fmt.Fprintf(&text, " expect the %s to close", b)
		switch i % 5 {
		case 3: // an empty reading
			two := site("test", " soon", "")
			m.Units = append(m.Units, frank.Unit{Sites: []int{one}, Joint: [][]int{{0}, {1}}, Law: frank.Uniform(2)},
				frank.Unit{Sites: []int{two}, Joint: [][]int{{0}, {1}}, Law: []uint64{3 << 30, 1 << 30}})
		case 4: // linked
			text.WriteString(" before the ")
			two := site("test", "spring", "thaw", "end of winter")
			m.Units = append(m.Units, frank.Unit{Sites: []int{one, two}, Joint: [][]int{{0, 0}, {1, 1}, {0, 2}, {1, 0}}, Law: frank.Uniform(4)})
		default:
			text.WriteString(" before the ")
			two := site("test", "spring", "thaw", "end of winter")
			m.Units = append(m.Units, frank.Unit{Sites: []int{one}, Joint: [][]int{{0}, {1}}, Law: frank.Uniform(2)},
				frank.Unit{Sites: []int{two}, Joint: [][]int{{0}, {1}, {2}}, Law: frank.Uniform(3)})
		}
		fmt.Fprintf(&text, ", whatever the %s says. ", c)
	}
	m.Text = strings.TrimSpace(text.String())
	return m
}

// issue issues a batch to so many readers, Hal among them.
func (w *world) issue(ref frank.Ref, m *frank.Master, batch, first, readers int) *issue {
	w.t.Helper()
	o := exchange.Order{Dispatch: ref, Office: "embassy", Batch: batch, First: first, Master: m, Source: "source", Threshold: 2, Desk: glass{},
		Head: &dispatch.Head{Format: dispatch.HeadFormat, Dispatch: ref, Office: "embassy", From: "Washington", At: "2026-11-20T19:30:00Z", Marking: "DEMO",
			Subject: "The state of the harbour", Action: []dispatch.Party{{Office: "desk", Name: "Desk"}}}}
	for i := range readers {
		r := exchange.Reader{Office: "desk", Person: frank.PersonID(fmt.Sprintf("%032x", 1000*batch+i)), To: glass{}, Key: sha256.Sum256(fmt.Appendf(nil, "key %d", i))}
		if i == 0 && batch == 1 {
			r.Person, r.Key = w.id("Hal"), dispatch.KeyHash(w.people["Hal"].Public.String())
		}
		o.Readers = append(o.Readers, r)
	}
	for _, name := range officers {
		o.Officers = append(o.Officers, exchange.Officer{Person: w.id(name), To: glass{}, Key: dispatch.KeyHash(w.people[name].Public.String())})
	}
	words := derive.Stream(frank.Secret(seed(fmt.Sprint("issue ", ref, batch))))
	p, err := exchange.Prepare(o, words)
	w.must(err)
	x := &issue{begin: p.Begin()}
	issuer := w.issuer
	if issuer == "" {
		issuer = "Gus"
	}
	x.entry = w.state(issuer, dispatch.KindBegin, canon.Marshal(x.begin))
	note := w.witnessed()
	if w.alone {
		note = w.checkpoint()
	}
	policy, err := ledger.ParsePolicy([]byte(w.policy()))
	w.must(err)
	head, err := policy.Verify(note)
	w.must(err)
	r, err := head.Randomness(x.entry.Index)
	w.must(err)
	x.out, err = p.Complete(exchange.Drawn{Begin: x.entry.Index, Entry: x.entry.Hash, Checkpoint: string(head.Note), Randomness: r}, words)
	w.must(err)
	x.complete = x.out.Complete
	stated := x.complete
	if w.forge != nil {
		w.forge(&stated)
	}
	w.state(issuer, dispatch.KindComplete, canon.Marshal(stated))
	var shares []share.Share
	for i, s := range x.out.Shares {
		got, err := exchange.CheckShare(bytes.TrimPrefix(s, []byte("sealed: ")), &x.begin, &x.complete, i+1)
		w.must(err)
		x.shares, shares = append(x.shares, got), append(shares, got.Share)
	}
	secret, err := x.shares[0].Vector.Combine(shares[:2])
	w.must(err)
	x.book, err = exchange.OpenBook(&x.begin, &x.complete, r, x.out.Codebook, share.Key(secret, x.shares[0].Of))
	w.must(err)
	w.issues = append(w.issues, x)
	return x
}

// book is a dispatch's codebook with all its batches.
func (w *world) book(ref frank.Ref) *codebook.Book {
	out := &codebook.Book{}
	for _, x := range w.issues {
		if x.begin.Dispatch == ref {
			out.Master = x.book.Codebook.Master
			out.Batches = append(out.Batches, x.book.Codebook.Batches...)
		}
	}
	return out
}

// numberOf is the number of a person's copy in a batch.
func (x *issue) numberOf(id frank.PersonID) int {
	for i, a := range x.begin.To {
		if a.Person == id {
			c, err := seal.Parse(bytes.TrimPrefix(x.out.Sealed[i], []byte("sealed: ")))
			if err != nil {
				panic(err)
			}
			return c.Number
		}
	}
	return 0
}

// step states a step of the inquiry.
func (w *world) step(by string, what any) directory.Entry {
	w.t.Helper()
	if w.cheat != nil {
		w.cheat(what)
	}
	var after []frank.Hash
	if _, opens := what.(*inquiry.Open); !opens {
		after = []frank.Hash{w.last}
	} else {
		w.inquiry = directory.Entry{}
	}
	body, err := inquiry.Body(w.inquiry, after, what)
	w.must(err)
	at := w.state(by, inquiry.KindStep, body)
	w.last = at.Hash
	if after == nil {
		w.inquiry = at
	}
	return at
}

// parts are the batches of a matter's dispatches.
func (w *world) parts(refs ...frank.Ref) (list []inquiry.Part) {
	for _, ref := range refs {
		for _, x := range w.issues {
			if x.begin.Dispatch == ref {
				list = append(list, inquiry.Part{Dispatch: ref, Batch: x.begin.Batch, Begin: x.entry.Hash})
			}
		}
	}
	return list
}

// story is an inquiry from its opening to the naming of a holder.
type story struct {
	*world
	refs     []frank.Ref
	exhibits []Exhibit
	report   *trace.Report
	matter   *inquiry.Matter
	named    []Holder
	level    string

	before func(stage string) // to meddle with
}

const until = "2027-02-01T00:00:00Z"

// ask asks a matter and takes it to the release of shares.
func (s *story) ask(m *inquiry.Matter) frank.Hash {
	s.t.Helper()
	key, err := keyring.New()
	s.must(err)
	m.Until, m.Lead, m.To, m.Key = until, s.id("Cy"), key.Public.String(), []byte("sealed identity")
	if m.Level == "" {
		m.Level = s.level
	}
	if m.Stage == inquiry.Copies {
		m.Checkers = []frank.PersonID{s.id("Dee"), s.id("Eve")}
		slices.Sort(m.Checkers)
	}
	s.step("Cy", m)
	h := m.Hash(s.inquiry.Hash)
	s.meddle("voted")
	s.step("Cy", &inquiry.Vote{Matter: h, Yes: true, Reason: "needed", Free: true})
	s.step("Dee", &inquiry.Vote{Matter: h, Yes: true, Reason: "needed", Free: true})
	s.step("Flo", &inquiry.Seen{Matter: h})
	if m.Stage == inquiry.Names {
		s.step("Flo", &inquiry.Consent{Matter: h, Yes: true})
	}
	s.meddle("seen")
	note := string(s.witnessed())
	for _, name := range []string{"Dee", "Fay"} {
		s.step(name, &inquiry.Release{Matter: h, Checkpoint: note, Shares: []byte("sealed shares")})
	}
	return h
}

func (s *story) meddle(stage string) {
	if s.before != nil {
		s.before(stage)
	}
}

// tell plays an inquiry into exhibits.
func (w *world) tell(refs []frank.Ref, texts []string, before func(*story, string)) *story {
	w.t.Helper()
	s := &story{world: w, refs: refs, level: "1e-4"}
	if before != nil {
		s.before = func(stage string) { before(s, stage) }
	}
	var read []*coverage.Exhibit
	for i, text := range texts {
		data := []byte(text)
		e, err := coverage.Read(fmt.Sprintf("article %d.txt", i+1), data)
		w.must(err)
		r, err := coverage.Freeze(e, data, "2026-11-22T08:00:00Z")
		w.must(err)
		r.Outlet, r.Published = "The Herald", "2026-11-21"
		w.must(r.Validate())
		s.exhibits = append(s.exhibits, Exhibit{inquiry.Exhibit{Record: *r, Obtained: inquiry.Published, Blob: sha256.Sum256(data)}, data})
		read = append(read, e)
	}
	s.meddle("opened")
	w.step("Cy", &inquiry.Open{Purpose: "who gave it to the press", Basis: "the Act", Scope: refs, Tried: []string{"asked around"},
		Rule: inquiry.Rule{From: "2026-11-01", To: "2026-12-31", Search: "the archive of The Herald"}, Level: s.level,
		Disclosure: inquiry.Disclosure{Answer: inquiry.No, Why: "it is about dates"}, Until: until})
	var exhibits []inquiry.Exhibit
	for _, e := range s.exhibits {
		exhibits = append(exhibits, e.Exhibit)
	}
	s.meddle("registered")
	w.step("Cy", &inquiry.Register{Exhibits: exhibits})
	m := &inquiry.Matter{Stage: inquiry.Copies, Exhibits: inquiry.Root(exhibits), Scope: w.parts(refs...)}
	for _, ref := range refs {
		m.Looks = append(m.Looks, inquiry.Look{Dispatch: ref, Number: 1})
	}
	s.matter = m
	s.meddle("asked")
	h := s.ask(m)
	in := trace.Input{Exhibits: read, Alpha: m.Level, Frozen: true}
	for _, l := range m.Looks {
		book := w.book(l.Dispatch)
		in.Issued = append(in.Issued, trace.Issued{Ref: l.Dispatch.String(), Title: "The state of the harbour", Master: book.Master,
			Book: func() (*codebook.Book, error) { return book, nil }, Look: func() (int, error) { return l.Number, nil }})
	}
	r, err := trace.Run(context.Background(), in)
	w.must(err)
	s.report, err = r.Redacted()
	w.must(err)
	s.meddle("traced")
	data, err := s.report.Encode()
	w.must(err)
	result := inquiry.Result{Matter: h, Report: sha256.Sum256(data), Named: s.numbers()}
	for _, name := range []string{"Dee", "Cy", "Eve"} {
		w.step(name, &result)
	}
	s.meddle("found")
	if len(result.Named) > 0 {
		s.name(h, result.Report)
	}
	w.step("Cy", &inquiry.Close{Outcome: inquiry.OutcomeUnknown, Text: "done"})
	return s
}

// numbers are the copies that the report names.
func (s *story) numbers() (list []inquiry.Number) {
	for _, ref := range s.refs {
		for _, d := range s.report.Dispatches {
			for _, n := range d.Named {
				if d.Ref == ref.String() {
					list = append(list, inquiry.Number{Dispatch: ref, Number: n})
				}
			}
		}
	}
	return list
}

// name asks for names and names the holders.
func (s *story) name(of, result frank.Hash) {
	s.t.Helper()
	var scope []inquiry.Part
	var holders []inquiry.HolderOf
	for _, n := range s.numbers() {
		for _, x := range s.issues {
			if i := n.Number - x.begin.First; x.begin.Dispatch != n.Dispatch || i < 0 || i >= len(x.begin.To) {
				continue
			}
			var opened []*share.Opened
			for _, sh := range x.shares[:2] {
				one, err := sh.Many.Open(&sh.Held, n.Number)
				s.must(err)
				opened = append(opened, one)
			}
			key, err := x.shares[0].Many.Key(n.Number, opened)
			s.must(err)
			proof, err := exchange.ProveReader(&x.begin, &x.complete, x.out.Map, n.Number, key)
			s.must(err)
			to := x.begin.To[proof.Index]
			h := inquiry.HolderOf{Number: n, Slot: proof.Index, Person: to.Person, Office: to.Office}
			holders = append(holders, h)
			s.named = append(s.named, Holder{h, x.begin.Batch, *proof})
			if p := (inquiry.Part{Dispatch: n.Dispatch, Batch: x.begin.Batch, Begin: x.entry.Hash}); !slices.Contains(scope, p) {
				scope = append(scope, p)
			}
		}
	}
	h := s.ask(&inquiry.Matter{Stage: inquiry.Names, Exhibits: s.matter.Exhibits, Scope: scope, Result: result, Of: of, Numbers: s.numbers()})
	s.step("Cy", &inquiry.Named{Matter: h, Holders: holders})
}

// contents is what goes into a bundle about the story.
func (s *story) contents() *Contents {
	s.t.Helper()
	c := &Contents{Inquiry: s.inquiry, Made: "2026-11-22T12:00:00Z", Report: s.report, Exhibits: s.exhibits, Checkpoint: s.witnessed(), Policy: s.policy(),
		Named: s.named}
	for _, ref := range s.refs {
		c.Dispatches = append(c.Dispatches, Dispatch{ref, s.book(ref)})
	}
	var all []directory.Logged
	for _, e := range s.entries {
		st, err := e.Entry.Open(e.At.Hash)
		s.must(err)
		if directory.Handles(st.Kind) {
			all = append(all, e)
		} else {
			c.Entries = append(c.Entries, e)
		}
	}
	var persons []frank.PersonID
	for _, name := range append([]string{"Flo", "Gus", "Hal"}, officers...) {
		persons = append(persons, s.id(name))
	}
	slice, err := s.dir.Slice(all, persons, []frank.OfficeID{"embassy"})
	s.must(err)
	c.Entries = append(c.Entries, slice...)
	return c
}

func ref(n int) frank.Ref { return frank.Ref{Year: 2026, Place: "WASHINGTON", Number: n} }

// quotes is what a paper prints of somebody's copy: the sentences from to to.
func (w *world) quotes(x *issue, number, from, to int) string {
	w.t.Helper()
	text, err := mark.Copy(x.book.Codebook, number)
	w.must(err)
	list := strings.SplitAfter(text, ". ")
	return "The Herald has seen what the ambassador wrote.\n\n“" + strings.TrimSpace(strings.Join(list[from:to], "")) + "”\n\nThe ministry would not comment on that."
}

// small is a story with one dispatch to eight readers; Hal's copy was printed.
func small(t testing.TB, before func(*story, string)) *story {
	w := newWorld(t, origin)
	x := w.issue(ref(1), wording(16), 1, 1, 8)
	w.state("Hal", dispatch.KindFetched, canon.Marshal(dispatch.Fetched{Dispatch: ref(1), Batch: 1, Sealed: frank.Hash{1}}))
	return w.tell([]frank.Ref{ref(1)}, []string{w.quotes(x, x.numberOf(w.id("Hal")), 2, 14)}, before)
}

func verify(t testing.TB, zip []byte, policy string) *Finding {
	t.Helper()
	f, err := Verify(context.Background(), zip, []byte(policy), nil)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func write(t testing.TB, s *story, p Profile) []byte {
	t.Helper()
	zip, err := Write(context.Background(), s.contents(), p, &s.log, s.people["Cy"])
	if err != nil {
		t.Fatal(err)
	}
	return zip
}
