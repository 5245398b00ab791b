package inquiry

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"filippo.io/age"

	"frank"
	"frank/coverage"
	"frank/directory"
	"frank/dispatch"
	"frank/internal/canon"
	"frank/internal/testkey"
	"frank/keyring"
	"frank/ledger"
)

const (
	origin = "demo.example/ledger"
	until  = "2027-01-31T00:00:00Z"
	today  = "2026-11-22T09:00:00Z"
)

// The organisation: five officers, two alternates, two overseers, an ambassador
// who issues, and readers. Ria acted for the ambassador's office when the first
// dispatch was issued, and does not now. Threshold 3.
var (
	officers  = []string{"Olga", "Omar", "Orla", "Otis", "Oona"}
	alternate = []string{"Alba", "Axel"}
	overseers = []string{"Vera", "Vito"}
)

var (
	devices = map[string]testkey.Key{}
	people  = map[string]frank.PersonID{}
)

func device(word string) testkey.Key {
	if devices[word] == nil {
		devices[word] = testkey.New("inquiry test key " + word)
	}
	return devices[word]
}

func person(word string) frank.PersonID {
	if people[word] == "" {
		people[word] = device(word).VerifyKey().Person()
	}
	return people[word]
}

func hash(of ...any) frank.Hash { return sha256.Sum256(fmt.Append(nil, of...)) }

func ref(n int) frank.Ref { return frank.Ref{Year: 2026, Place: "SARN", Number: n} }

var recipients []string

// recipient returns the nth of a list that is made once.
func recipient(n int) string {
	for len(recipients) <= n {
		id, err := age.GenerateHybridIdentity()
		if err != nil {
			panic(err)
		}
		recipients = append(recipients, id.Recipient().String())
	}
	return recipients[n]
}

// fact holds from an index of the ledger to another, which is past it.
type fact struct{ from, to uint64 }

const ever = 1 << 40

func (f fact) at(index uint64) bool { return f.from <= index && index < f.to }

type issued struct {
	dispatch.Batch
	completed uint64
}

// world is a record for tests, and the steps stated in it.
type world struct {
	t         testing.TB
	roles     map[directory.Role]map[frank.PersonID][]fact
	keys      map[keyring.VerifyKey]frank.PersonID
	valid     map[keyring.VerifyKey]fact
	acts      map[frank.PersonID]map[frank.OfficeID][]fact
	threshold []uint64 // from index threshold[i] on it is 3+i
	batches   map[frank.Ref][]issued
	passed    map[frank.PersonID]map[frank.PersonID]uint64 // whose share of everything went to whom, when
	witnessed bool

	*State
	index uint64 // of the next entry
	asks  int
	log   []logged // what was stated
}

type logged struct {
	index uint64
	hash  frank.Hash
	by    frank.PersonID
	st    *ledger.Statement
}

func newWorld(t testing.TB) *world {
	w := &world{t: t, roles: map[directory.Role]map[frank.PersonID][]fact{}, keys: map[keyring.VerifyKey]frank.PersonID{}, valid: map[keyring.VerifyKey]fact{},
		acts: map[frank.PersonID]map[frank.OfficeID][]fact{}, batches: map[frank.Ref][]issued{}, passed: map[frank.PersonID]map[frank.PersonID]uint64{}, witnessed: true, index: 100}
	for role, list := range map[directory.Role][]string{directory.Officer: officers, directory.Alternate: alternate, directory.Overseer: overseers} {
		w.roles[role] = map[frank.PersonID][]fact{}
		for _, p := range list {
			w.sit(role, p, 1)
		}
	}
	for _, p := range append(slices.Concat(officers, alternate, overseers), "Ada", "Ria", "Bo", "Cy", "Di", "Ed", "Fay", "Gil") {
		w.enrol(p, p)
	}
	w.act("Ada", fact{1, ever})
	w.act("Ria", fact{1, 20})
	w.issue(10, 1, 1, "Ada", []string{"Bo", "Cy", "Di", "Ed"}, officers)
	w.issue(12, 1, 2, "Ada", []string{"Fay"}, []string{"Olga", "Omar", "Orla", "Otis", "Alba"})
	w.issue(30, 2, 1, "Ada", []string{"Bo", "Cy"}, []string{"Olga", "Omar", "Orla", "Otis"})
	w.issue(32, 3, 1, "Ada", []string{"Bo"}, []string{"Olga", "Omar", "Orla", "Otis"})
	w.batches[ref(3)][0].Complete = nil
	w.State = New(w)
	return w
}

func (w *world) sit(role directory.Role, word string, from uint64) {
	id := person(word)
	w.roles[role][id] = append(w.roles[role][id], fact{from, ever})
}

// leave ends a role with the next entry.
func (w *world) leave(role directory.Role, word string) {
	list := w.roles[role][person(word)]
	list[len(list)-1].to = w.index
}

func (w *world) enrol(word, key string) {
	if k := device(key).VerifyKey(); w.keys[k] == "" {
		w.keys[k], w.valid[k] = person(word), fact{1, ever}
	}
}

// revoke ends a device with the next entry.
func (w *world) revoke(key string) {
	if k := device(key).VerifyKey(); w.valid[k].to == ever {
		w.valid[k] = fact{1, w.index}
	}
}

func (w *world) act(word string, f fact) {
	id := person(word)
	if w.acts[id] == nil {
		w.acts[id] = map[frank.OfficeID][]fact{}
	}
	w.acts[id]["sarn"] = append(w.acts[id]["sarn"], f)
}

// issue enters a batch at an index and the one after.
func (w *world) issue(index uint64, number, batch int, by string, to, dealt []string) {
	b := issued{Batch: dispatch.Batch{Index: index, Entry: hash("begin", number, batch), By: person(by), Complete: &dispatch.Complete{}}, completed: index + 1}
	b.Begin = dispatch.Begin{Dispatch: ref(number), Office: "sarn", Batch: batch, First: 1, Threshold: 3}
	for _, o := range w.batches[ref(number)] {
		b.Begin.First += len(o.Begin.To)
	}
	for _, p := range to {
		b.Begin.To = append(b.Begin.To, dispatch.Addressee{Person: person(p)})
	}
	for i, p := range dealt {
		b.Begin.Officers = append(b.Begin.Officers, dispatch.Officer{Person: person(p), Index: i + 1})
	}
	w.batches[ref(number)] = append(w.batches[ref(number)], b)
}

func (w *world) Has(index uint64, role directory.Role, p frank.PersonID) bool {
	if !slices.ContainsFunc(w.roles[role][p], func(f fact) bool { return f.at(index) }) {
		return false
	}
	for k, f := range w.valid {
		if w.keys[k] == p && f.at(index) {
			return true
		}
	}
	return false
}

func (w *world) Owns(index uint64, key keyring.VerifyKey, p frank.PersonID) bool {
	return w.keys[key] == p && w.valid[key].at(index)
}

func (w *world) Threshold(index uint64) int {
	k := 3
	for _, from := range w.threshold {
		if index >= from {
			k++
		}
	}
	return k
}

func (w *world) Batches(index uint64, r frank.Ref) (list []dispatch.Batch) {
	for _, b := range w.batches[r] {
		if b.Index >= index {
			break
		}
		if b.completed >= index {
			b.Complete = nil
		}
		list = append(list, b.Batch)
	}
	return list
}

func (w *world) Acts(index uint64, p frank.PersonID, office frank.OfficeID) bool {
	return slices.ContainsFunc(w.acts[p][office], func(f fact) bool { return f.at(index) })
}

func (w *world) Dealt(index uint64, part Part, p frank.PersonID) bool {
	for _, at := range w.passed[p] {
		if at <= index {
			return false
		}
	}
	for _, b := range w.batches[part.Dispatch] {
		for _, o := range b.Begin.Officers {
			at, ok := w.passed[o.Person][p]
			if b.Begin.Batch == part.Batch && b.Entry == part.Begin && (o.Person == p || ok && at <= index) {
				return true
			}
		}
	}
	return false
}

// Checkpoint takes notes that say what they are: size, time, and whether
// witnesses have signed.
func (w *world) Checkpoint(_ uint64, note string) (h ledger.Head, latest string, err error) {
	var by string
	if n, err := fmt.Sscan(note, &h.Size, &latest, &by); n != 3 || err != nil {
		return h, "", errors.New("it is no checkpoint")
	}
	if w.witnessed && by != "witnessed" {
		return h, "", errors.New("it is unwitnessed")
	}
	return h, latest, nil
}

// statement is what a device states.
func statement(key string, body []byte) *ledger.Statement {
	return &ledger.Statement{Format: ledger.StatementFormat, Log: origin, Kind: KindStep, By: device(key).VerifyKey(), At: today, Nonce: "0123456789abcdef0123456789abcdef", Body: body}
}

// enter puts a statement into the ledger, and takes it in.
func (w *world) enter(by string, st *ledger.Statement) (frank.Hash, error) {
	return w.enterAs(by, st, hash("entry", w.index))
}

func (w *world) enterAs(by string, st *ledger.Statement, h frank.Hash) (frank.Hash, error) {
	w.log = append(w.log, logged{w.index, h, person(by), st})
	w.index++
	return h, w.Take(w.index-1, h, person(by), st)
}

// q is the inquiry opened last.
func (w *world) q() *Inquiry { return w.list[len(w.list)-1] }

// try states a step of the last inquiry and returns its fault. A name such as
// "Olga 2" is Olga's second device.
func (w *world) try(who string, what any) string {
	w.t.Helper()
	return w.tryIn(w.q(), who, what)
}

func (w *world) tryIn(q *Inquiry, who string, what any) string {
	w.t.Helper()
	body, err := Body(q.Entry, q.Heads(), what)
	if err != nil {
		w.t.Fatal(err)
	}
	by, _, _ := strings.Cut(who, " ")
	if _, err := w.enter(by, statement(who, body)); err != nil {
		w.t.Fatal(err)
	}
	return q.Steps[len(q.Steps)-1].Fault
}

// must states a step that may be taken.
func (w *world) must(who string, what any) {
	w.t.Helper()
	by, _, _ := strings.Cut(who, " ")
	before := w.Check(w.q(), w.index, person(by), what)
	if fault := w.try(who, what); fault != "" || before != nil {
		w.t.Fatalf("%s, %T: %s; before: %v", who, what, fault, before)
	}
}

// refuse states a step that may not be taken, and checks why.
func (w *world) refuse(who string, what any, want string) {
	w.t.Helper()
	by, _, _ := strings.Cut(who, " ")
	before := w.Check(w.q(), w.index, person(by), what)
	if before == nil {
		w.t.Errorf("%s, %T: the client would state it; expected %q", who, what, want)
	}
	if fault := w.try(who, what); fault == "" || !strings.Contains(fault, want) {
		w.t.Errorf("%s, %T: expected a fault with %q, found %q", who, what, want, fault)
	}
}

func opening(numbers ...int) *Open {
	o := &Open{Purpose: "What was printed of the talks", Basis: "Section 1 of the demonstration's rules", Tried: []string{"The readers were asked."},
		Rule: Rule{Outlets: []string{"The Gazette", "The Herald"}, From: "2026-11-01", To: "2026-12-31", Search: "The outlets' archives, for the places named."}, Level: "1e-4",
		Disclosure: Disclosure{No, "Nobody alleges a wrong."}, Until: until}
	for _, n := range numbers {
		o.Scope = append(o.Scope, ref(n))
	}
	return o
}

func (w *world) open(who string, o *Open) string {
	w.t.Helper()
	body, err := Body(directory.Entry{}, nil, o)
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := w.enter(who, statement(who, body)); err != nil {
		w.t.Fatal(err)
	}
	return w.q().Steps[0].Fault
}

func exhibit(n int) Exhibit {
	return Exhibit{Record: coverage.Record{Format: coverage.RecordFormat, Name: "article.html", Media: coverage.MediaHTML, SHA256: hash("article", n), Size: 1000, Outlet: "The Gazette",
		Published: "2026-11-20", FrozenAt: today}, Obtained: Published, Blob: hash("blob", n)}
}

func register(list ...Exhibit) *Register { return &Register{list} }

// asking is the matter that the lead asks next.
func (w *world) asking(numbers ...int) *Matter {
	q := w.q()
	m := &Matter{Stage: Copies, Until: q.Until, Level: q.Open.Level, Exhibits: RootOf(q.Admitted()), Lead: q.Lead, Checkers: []frank.PersonID{person("Omar"), person("Orla")}}
	slices.Sort(m.Checkers)
	for _, n := range numbers {
		m.Scope = append(m.Scope, w.State.Batches(w.index, ref(n))...)
		m.Looks = append(m.Looks, Look{ref(n), w.Look(ref(n))})
	}
	return w.fresh(m)
}

// fresh gives a matter a key of its own.
func (w *world) fresh(m *Matter) *Matter {
	m.To, m.Key = recipient(w.asks), []byte("sealed")
	w.asks++
	return m
}

func (w *world) askingNames(of *Asked, numbers ...int) *Matter {
	m := &Matter{Stage: Names, Until: w.q().Until, Level: of.Matter.Level, Exhibits: of.Matter.Exhibits, Lead: w.q().Lead, Result: of.Results[0].Report, Of: of.Hash}
	for _, n := range numbers {
		m.Numbers = append(m.Numbers, Number{ref(1), n})
		if i := w.partOf(w.index, of.Matter.Scope, Number{ref(1), n}); !slices.Contains(m.Scope, of.Matter.Scope[i]) {
			m.Scope = append(m.Scope, of.Matter.Scope[i])
		}
	}
	return w.fresh(m)
}

// last is the matter asked last.
func (w *world) last() *Asked { return w.q().Matters[len(w.q().Matters)-1] }

func (w *world) yes() *Vote { return &Vote{w.last().Hash, true, "It is needed.", true} }
func (w *world) no() *Vote  { return &Vote{w.last().Hash, false, "It is not needed.", true} }

func (w *world) shown() *Seen { return &Seen{w.last().Hash} }

// note is a checkpoint over all that was entered.
func (w *world) note() string { return fmt.Sprintf("%d %s witnessed", w.index, today) }

func (w *world) release() *Release { return &Release{w.last().Hash, w.note(), []byte("sealed shares")} }

func (w *world) found(numbers ...int) *Result {
	r := &Result{Matter: w.last().Hash, Report: hash("report")}
	for _, n := range numbers {
		r.Named = append(r.Named, Number{ref(1), n})
	}
	return r
}

// The inquiry as it should go, as far as a stage.
var stages = []struct {
	name string
	do   func(*world)
}{
	{"opened", func(w *world) { w.open("Olga", opening(1)) }},
	{"registered", func(w *world) { w.must("Olga", register(exhibit(1), exhibit(2))) }},
	{"asked", func(w *world) { w.must("Olga", w.asking(1)) }},
	{"voted", func(w *world) {
		for _, o := range officers[:3] {
			w.must(o, w.yes())
		}
	}},
	{"seen", func(w *world) { w.must("Vera", w.shown()) }},
	{"released", func(w *world) {
		for _, o := range officers[:3] {
			w.must(o, w.release())
		}
	}},
	{"traced", func(w *world) {
		for _, o := range officers[:3] {
			w.must(o, w.found(2, 5))
		}
	}},
	{"names asked", func(w *world) { w.must("Olga", w.askingNames(w.last(), 2, 5)) }},
	{"names voted", func(w *world) {
		for _, o := range officers[1:4] {
			w.must(o, w.yes())
		}
		w.must("Vito", w.shown())
	}},
	{"consented", func(w *world) { w.must("Vera", &Consent{w.last().Hash, true, ""}) }},
	{"names released", func(w *world) {
		for _, o := range officers[1:4] {
			w.must(o, w.release())
		}
	}},
	{"named", func(w *world) { w.must("Olga", w.named()) }},
	{"noticed", func(w *world) {
		w.must("Olga", &Notice{w.last().Hash, Number{ref(1), 2}, hash("notice")})
		w.must("Otis", w.reply("Cy", Appeal))
		w.must("Vera", &Note{"appeal-decided", "The appeal is dismissed."})
	}},
	{"closed", func(w *world) { w.must("Vera", &Close{OutcomeNamed, "It is for the employer."}) }},
}

// named says whose the numbers are that were asked for.
func (w *world) named() *Named { return &Named{w.last().Hash, holders()} }

func holders() []HolderOf {
	return []HolderOf{{Number{ref(1), 2}, 1, person("Cy"), ""}, {Number{ref(1), 5}, 0, person("Fay"), ""}}
}

func (w *world) reply(who, kind string) *Reply {
	r := &Reply{From: person(who), Key: device(who).VerifyKey(), Kind: kind, Text: "It was not me."}
	r.Signature = device(who).Sign(ReplyNamespace, r.Message(w.q().Entry.Hash))
	return r
}

// at returns a world whose inquiry has reached a stage.
func at(t testing.TB, stage string) *world {
	t.Helper()
	w := newWorld(t)
	for _, s := range stages {
		s.do(w)
		if s.name == stage {
			return w
		}
	}
	t.Fatalf("there is no stage %q", stage)
	return nil
}

// digest is the state in what anybody can see of it.
func (w *world) digest(s *State) string {
	type matter struct {
		Asked
		Matter *Matter
		Ready  string
		Enough bool
	}
	type all struct {
		*Inquiry
		Matters []matter
		Heads   []frank.Hash
	}
	var list []all
	for _, q := range s.Inquiries() {
		x := all{Inquiry: q, Heads: q.Heads()}
		for _, a := range q.Matters {
			rests, err := a.Ready()
			x.Matters = append(x.Matters, matter{*a, a.Matter, fmt.Sprint(rests, err), a.Enough()})
		}
		list = append(list, x)
	}
	return string(canon.Marshal(list)) + fmt.Sprint(s.Look(ref(1)), s.Look(ref(2)))
}
