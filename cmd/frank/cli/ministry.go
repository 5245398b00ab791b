package cli

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"frank/client"
	"frank/directory"
	"frank/dispatch"
	"frank/keyring"
	"frank/ledger/sequencer"
	"frank/ledger/witness"
	"frank/prose"
	"frank/server"
	"frank/store/sqlite"
	"frank/trace/figure"
	"frank/variant"

	"golang.org/x/mod/sumdb/note"
)

// The ministry of the demonstration's second part: its ledger, and where its
// embassy writes from.
const (
	ministryLog   = "ministry.demo/ledger"
	ministryPlace = "VALDORA"
)

// ministry is a small organisation on this machine: a server, a witness that
// somebody else would run, and people with keys of their own. All of it is what
// a real one runs, on loopback.
type ministry struct {
	*run
	out    string // where the evidence is left
	dir    string
	url    string
	policy string
	intro  *client.Invitation
	people map[string]*client.Client
	story  story // of what leaks
	close  []func() error
}

func (r *run) ministry(dir string) (err error) {
	m := &ministry{run: r, out: dir, dir: filepath.Join(dir, "ministry"), people: map[string]*client.Client{}}
	defer func() {
		for i := len(m.close) - 1; i >= 0; i-- {
			err = errors.Join(err, m.close[i]())
		}
	}()
	for _, step := range []func() error{m.serve, m.found, m.staff, m.send, m.read, m.forward, m.handOver, m.leak, m.ask, m.find, m.name, m.prove} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (m *ministry) tell(format string, args ...any) {
	m.say("%s", fill(fmt.Sprintf(format, args...), "  ", m.width()))
}

func (m *ministry) show(format string, args ...any) {
	m.say("    %s", m.style().dim(fmt.Sprintf(format, args...)))
}

// serve starts a witness and the server.
func (m *ministry) serve() error {
	private, public, err := note.GenerateKey(rand.Reader, ministryLog)
	if err != nil {
		return err
	}
	signer, err := note.NewSigner(private)
	if err != nil {
		return err
	}
	skey, vkey, err := witness.NewKey("auditor.demo/witness")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(m.dir, 0o700); err != nil {
		return err
	}
	auditor, err := witness.Open(filepath.Join(m.dir, "auditor"), skey, public)
	if err != nil {
		return err
	}
	m.close = append(m.close, auditor.Close)
	asked, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	ws := &http.Server{Handler: auditor, ReadTimeout: 10 * time.Second}
	go ws.Serve(asked)
	m.close = append(m.close, ws.Close)
	m.policy = "log " + public + "\nwitness auditor " + vkey + " http://" + asked.Addr().String() + "\nquorum auditor\n"

	store, err := sqlite.Open(filepath.Join(m.dir, "server", "store"))
	if err != nil {
		return err
	}
	m.close = append(m.close, store.Close)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	m.url = "http://" + l.Addr().String()
	ctx, cancel := context.WithCancel(m.Context)
	s, err := server.Open(ctx, server.Config{Store: store, LogDir: filepath.Join(m.dir, "server", "log"), Signer: signer, Policy: m.policy,
		Origins: []string{m.url}, Version: Version, Log: &sequencer.Options{Interval: 100 * time.Millisecond}})
	if err != nil {
		cancel()
		return errors.Join(err, l.Close())
	}
	m.close = append(m.close, func() error {
		end, done := context.WithTimeout(context.Background(), 10*time.Second)
		defer done()
		return s.Close(end)
	})
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, l, nil) }()
	m.close = append(m.close, func() error { cancel(); return <-ended })
	return nil
}

// config is a person's machine: a folder and a key of their own.
func (m *ministry) config(name string) (client.Config, error) {
	key, err := keyring.Create(filepath.Join(m.dir, "homes", strings.ToLower(name)), "")
	if err != nil {
		return client.Config{}, err
	}
	return client.Config{Files: client.Folder(filepath.Join(m.dir, "homes", strings.ToLower(name), "exchange")), Key: key, HTTP: &http.Client{}, Now: time.Now}, nil
}

// found makes the organisation: Ada and Ben keep its register, of Cy, Dee and
// Eve it takes two to open anything, Fay oversees.
func (m *ministry) found() error {
	m.scene("A ministry")
	labels, err := directory.PolicyFile("demo")
	if err != nil {
		return err
	}
	policy, err := directory.ParsePolicy(labels, false)
	if err != nil {
		return err
	}
	g := directory.Genesis{Format: directory.GenesisFormat, Name: "Ministry", Log: ministryLog,
		Settings: directory.Settings{Threshold: 2, Labels: policy.Name, LabelsHash: policy.Hash(), Witnesses: m.policy}}
	founders := []struct {
		name string
		role directory.Role
	}{{"Ada", directory.Registrar}, {"Ben", directory.Registrar}, {"Cy", directory.Officer}, {"Dee", directory.Officer}, {"Eve", directory.Officer}, {"Fay", directory.Overseer}, {"Wren", directory.Watch}}
	configs := map[string]client.Config{}
	for _, f := range founders {
		c, err := m.config(f.name)
		if err != nil {
			return err
		}
		configs[f.name] = c
		g.People = append(g.People, directory.Founder{Card: c.Key.Card(f.name), Roles: []directory.Role{f.role}})
	}
	ada, err := client.Found(m, configs["Ada"], m.url, m.policy, g)
	if err != nil {
		return err
	}
	m.people["Ada"], m.intro = ada, ada.Introduce()
	for _, f := range founders[1:] {
		if m.people[f.name], err = client.Accept(m, configs[f.name], m.intro); err != nil {
			return err
		}
	}
	if _, err := ada.Sync(m); err != nil {
		return err
	}
	m.tell("The same, in an organisation. Seven people found it: Ada and Ben keep its register; Cy, Dee and Eve are inquiry officers, of whom it takes two to open anything; Fay oversees; Wren reads the papers. Everybody's keys are on their own machine. A server holds what they seal, and a ledger that an auditor's witness cosigns.\n")
	head := ada.View().Latest()
	m.show("ledger %s: %d entries, root %.16s…", ministryLog, head.Size, head.Root)
	for _, c := range head.Cosigned {
		m.show("cosigned by %s at %s", c.Witness, time.Unix(c.Time, 0).UTC().Format("15:04:05Z"))
	}
	return nil
}

// join invites somebody, who enrols and is admitted by their fingerprint.
func (m *ministry) join(name string) (*client.Client, error) {
	ada := m.people["Ada"]
	i, err := ada.Invite(m, 1000, "")
	if err != nil {
		return nil, err
	}
	cfg, err := m.config(name)
	if err != nil {
		return nil, err
	}
	c, err := client.Enrol(m, cfg, i, name)
	if err != nil {
		return nil, err
	}
	if _, err := ada.Sync(m); err != nil {
		return nil, err
	}
	reads := cfg.Key.Card(name).Fingerprint() // to Ada, on the telephone
	for _, n := range ada.Directory().Newcomers() {
		if n.Fingerprint != reads {
			continue
		}
		if _, err := ada.Do(m, directory.Admit{Enrolment: n.Entry, Fingerprint: reads}); err != nil {
			return nil, err
		}
		m.people[name] = c
		_, err := c.Sync(m)
		return c, err
	}
	return nil, fmt.Errorf("%s enrolled, and no card with their fingerprint waits", name)
}

// give makes somebody the holder of an office: one registrar proposes, the other
// agrees.
func (m *ministry) give(office directory.Create, holder string) error {
	if _, err := m.people["Ada"].Do(m, office); err != nil {
		return err
	}
	at, err := m.people["Ada"].Propose(m, directory.Holder{Office: office.Office, Person: m.people[holder].Person})
	if err != nil {
		return err
	}
	if _, err := m.people["Ben"].Do(m, directory.Consent{Change: at}); err != nil {
		return err
	}
	if office.Place == "" {
		return nil
	}
	return m.people[holder].NewOfficeKey(m, office.Office)
}

// staff fills the offices.
func (m *ministry) staff() error {
	m.say("")
	for _, name := range []string{"Hale", "Marr", "Quill"} {
		c, err := m.join(name)
		if err != nil {
			return err
		}
		m.show("%-6s enrolled by invitation, admitted: fingerprint %s", name, c.Key.Card(name).Fingerprint())
	}
	cleared := []string{"closed-papers"}
	for _, o := range []struct {
		office directory.Create
		holder string
	}{
		{directory.Create{Office: "valdora", Title: "Embassy in Valdora", Place: ministryPlace, Attributes: cleared}, "Hale"},
		{directory.Create{Office: "minister", Title: "The Minister", Attributes: cleared}, "Marr"},
		{directory.Create{Office: "river-desk", Title: "River Desk", Attributes: cleared}, "Quill"},
	} {
		if err := m.give(o.office, o.holder); err != nil {
			return err
		}
		m.show("%-6s holds %s (both registrars agreed)", o.holder, o.office.Title)
	}
	return nil
}

// send issues the dispatch.
func (m *ministry) send() error {
	m.scene("Hale sends it")
	src, err := variant.Parse(demoSource)
	if err != nil {
		return err
	}
	sent, err := m.people["Hale"].Send(m, &client.Draft{Source: src, Office: "valdora", Subject: src.Field("title"), Label: "DEMO INNER",
		Harm:       "The talks would end, and those who spoke to us would be found out.",
		Precedence: dispatch.Words{Action: "PRIORITY", Info: "ROUTINE"},
		Action:     []dispatch.Party{{Office: "minister"}}, Info: []dispatch.Party{{Office: "river-desk"}}}, time.Now().UTC().Year(), nil)
	if err != nil {
		return err
	}
	said, err := m.people["Hale"].Said(sent.Dispatch)
	if err != nil {
		return err
	}
	for _, s := range said {
		what := map[string]string{dispatch.KindBegin: "wording, laws and a secret of hers are bound; the number is taken", dispatch.KindComplete: "copies drawn by a checkpoint that nobody knew before, sealed, bound"}[s.Kind]
		m.show("entry %-3d %-18s %s", s.Index, s.Kind, what)
	}
	m.say("")
	m.tell("%s is issued: %s, each sealed to its reader. The server knows number, offices and size; not the label, not the subject, not a word. What it holds of the Minister's copy begins:\n", sent.Dispatch, figure.Counted(sent.Copies, "copy"))
	_, err = m.people["Marr"].Inbox(m)
	if err != nil {
		return err
	}
	sealed, err := m.people["Marr"].Fetch(m, sent.Dispatch)
	if err != nil {
		return err
	}
	for line := range strings.SplitSeq(string(sealed[:120]), "\n") {
		m.show("%.60s", line)
	}
	for _, w := range sent.Warnings {
		m.tell("%s", w)
	}
	return nil
}

// first opens what is first in somebody's inbox.
func (m *ministry) first(name string) (*client.Opened, error) {
	inbox, err := m.people[name].Inbox(m)
	if err != nil {
		return nil, err
	}
	if len(inbox) == 0 {
		return nil, fmt.Errorf("%s has no copy", name)
	}
	return m.people[name].Open(m, inbox[0].Dispatch)
}

func (m *ministry) open(name string) error {
	o, err := m.first(name)
	if err != nil {
		return err
	}
	s := prose.Sentences(o.Text)[0]
	m.say("  %s", m.style().bold(fmt.Sprintf("Copy %d · %s · %s", o.Number, o.Dispatch, o.Head.Marking)))
	m.say("%s\n", m.style().dim(fill(o.Text[s.Start:s.End], "    ", m.width())))
	return nil
}

// read opens copies, and has the officers check their shares.
func (m *ministry) read() error {
	m.scene("They open it")
	m.tell("Every client checks that the copy is the one that was committed to before anybody could fetch it.\n")
	for _, name := range []string{"Marr", "Quill"} {
		if err := m.open(name); err != nil {
			return err
		}
	}
	for _, name := range []string{"Cy", "Dee", "Eve"} {
		n, faults, err := m.people[name].Shares(m)
		if err != nil {
			return err
		}
		m.show("%s checked %s of the codebook's key: %s", name, figure.Counted(n, "share"), map[bool]string{true: "it holds", false: strings.Join(faults, "; ")}[len(faults) == 0])
	}
	return nil
}

// forward has a reader ask for another, and the embassy issue a copy.
func (m *ministry) forward() error {
	m.scene("Quill wants a colleague to see it")
	if _, err := m.join("Reed"); err != nil {
		return err
	}
	inbox, err := m.people["Quill"].Inbox(m)
	if err != nil {
		return err
	}
	ref := inbox[0].Dispatch
	m.tell("Quill cannot pass the copy on: it is Quill's. The request goes, sealed, to the embassy, and Hale's machine issues Reed a copy with readings of its own.\n")
	if err := m.people["Quill"].Request(m, dispatch.Request{Dispatch: ref, Person: m.people["Reed"].Person, Why: dispatch.Forward, Reason: "knows the pilots"}); err != nil {
		return err
	}
	asked, err := m.people["Hale"].Requests(m, "valdora")
	if err != nil {
		return err
	}
	if _, err := m.people["Hale"].Grant(m, ref, asked, nil); err != nil {
		return err
	}
	return m.open("Reed")
}

// handOver gives the desk to a successor, who gets copies of their own.
func (m *ministry) handOver() error {
	m.scene("Quill hands the desk over to Sorrel")
	if _, err := m.join("Sorrel"); err != nil {
		return err
	}
	quill := m.people["Quill"]
	at, err := quill.Propose(m, directory.Holder{Office: "river-desk", Person: m.people["Sorrel"].Person})
	if err != nil {
		return err
	}
	if _, err := m.people["Ada"].Do(m, directory.Consent{Change: at}); err != nil {
		return err
	}
	if _, err := m.people["Sorrel"].Sync(m); err != nil {
		return err
	}
	m.show("entry %d: Sorrel holds River Desk; Quill and Ada agreed", m.people["Ada"].Directory().Last().Index)
	held := m.people["Sorrel"].Held("river-desk")
	for _, ref := range held {
		if err := m.people["Sorrel"].Request(m, dispatch.Request{Dispatch: ref, Office: "river-desk", Why: dispatch.Succession}); err != nil {
			return err
		}
	}
	asked, err := m.people["Hale"].Requests(m, "valdora")
	if err != nil {
		return err
	}
	m.people["Hale"].Confirmed = true // Hale has seen that the desk is Sorrel's now
	for _, a := range asked {
		if _, err := m.people["Hale"].Grant(m, a.Dispatch, []client.Asked{a}, nil); err != nil {
			return err
		}
	}
	m.say("")
	if err := m.open("Sorrel"); err != nil {
		return err
	}
	issued, err := m.people["Hale"].IssuedBy(m, "valdora")
	for i := 0; err == nil && i < 50 && issued[0].Opened < issued[0].Copies; i++ { // until the ledger shows it
		time.Sleep(100 * time.Millisecond)
		issued, err = m.people["Hale"].IssuedBy(m, "valdora")
	}
	if err != nil {
		return err
	}
	for _, x := range issued {
		m.tell("%s: %s issued, %d fetched, %d opened. Hale knows who; the server knows who fetched; nobody but k of n officers can know who has which copy number.", x.Dispatch, figure.Counted(x.Copies, "copy"), x.Fetched, x.Opened)
	}
	return nil
}
