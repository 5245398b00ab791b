package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"frank"
	"frank/client"
	"frank/directory"
	"frank/internal/durable"
	"frank/keyring"
	"frank/trace/figure"
)

// member is one command's dealings with the organisation.
type member struct {
	*client.Client
	*run
	told uint64 // the directory's entries up to it were told of
}

// folder is where a person's membership is kept.
func (r *run) folder() (client.Folder, error) {
	home, err := r.home()
	return client.Folder(filepath.Join(home, "member")), err
}

// locked keeps other commands off the membership while work is done.
func (r *run) locked(work func(client.Folder) error) error {
	dir, err := r.folder()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(string(dir), 0o700); err != nil {
		return fileError(string(dir), err)
	}
	unlock, err := durable.Lock(filepath.Join(string(dir), "lock"))
	if err != nil {
		return fileError(string(dir), err)
	}
	defer unlock()
	return work(dir)
}

// reach is how the client reaches the world, with the person's key.
func (r *run) reach(dir client.Folder) (client.Config, error) {
	key, err := r.signingKey()
	return client.Config{Files: dir, Key: key, HTTP: &http.Client{Timeout: 2 * time.Minute}, Now: time.Now}, err
}

// member opens the membership, moves it on, says what that brought, and does
// the work; then it says what the work brought.
func (r *run) member(work func(*member) error) error {
	dir, err := r.folder()
	if err != nil {
		return err
	}
	if _, err := dir.Read("membership.json"); err != nil {
		_, err = client.Open(client.Config{Files: dir})
		return err
	}
	return r.locked(func(dir client.Folder) error {
		m, err := r.openMember(dir)
		if err != nil {
			return err
		}
		news, err := m.Sync(r)
		if err != nil {
			return err
		}
		m.tell(news)
		if err := m.standing(); err != nil {
			return err
		}
		if err := m.keepShown(); err != nil {
			return err
		}
		defer m.tellOthers() // whatever became of the work
		return work(m)
	})
}

func (r *run) openMember(dir client.Folder) (*member, error) {
	cfg, err := r.reach(dir)
	if err != nil {
		return nil, err
	}
	c, err := client.Open(cfg)
	if err != nil {
		return nil, err
	}
	return &member{Client: c, run: r, told: c.Directory().Last().Index}, nil
}

// standing says why a person can do nothing yet, or any more.
func (m *member) standing() error {
	key := m.Key.VerifyKey()
	if _, err := m.Directory().Now().Signer(key); err == nil {
		return nil
	}
	if slices.ContainsFunc(m.Directory().Newcomers(), func(n directory.Newcomer) bool {
		return bareFingerprint(n.Fingerprint) == bareFingerprint(m.Key.Card(m.Name).Fingerprint())
	}) {
		return frank.WithHint(errors.New("you have enrolled, and were not admitted yet"), "a registrar does it with frank admit, by the fingerprint that you read to them: %s", m.Key.Card(m.Name).Fingerprint())
	}
	p, err := m.Me()
	switch {
	case err == nil && p.Status == "named":
		return frank.WithHint(errors.New("you were named at the founding, and do not take part yet"), "frank join with the founders' invitation")
	case err == nil && p.Status == "left":
		return fmt.Errorf("you have left %s", m.Directory().Name())
	case err == nil && slices.ContainsFunc(p.Devices, func(d directory.DeviceInfo) bool { return d.Key == key && !d.Valid }):
		return frank.WithHint(errors.New("this device was revoked"), "if it is not lost and nobody told you why, ask a registrar")
	}
	return frank.WithHint(errors.New("this device is none of yours in the organisation"), "a new one is let in by another of yours: frank device offer")
}

// tell says what a person must hear before anything else.
func (m *member) tell(news *client.News) {
	for _, b := range news.Broken {
		m.note("ALARM: %s", oneLine(b))
		m.code = Trouble
	}
	if n := len(m.View().Alarms()); n > 0 {
		m.note("ALARM: the server broke its word before; view.json has the evidence, %s", figure.Counted(n, "pair of signed notes"))
		m.code = Trouble
	}
	if !news.Witnessed {
		m.note("unwitnessed: only the server says that this is the ledger everybody sees")
	}
	for _, n := range news.Mine {
		m.concerns(n)
	}
	if list, err := m.Unfinished(); err == nil && len(list) > 0 {
		m.note("an issue was interrupted: frank send --resume goes on with it")
	}
	m.wasTold()
}

// wasTold remembers that all of it was said.
func (m *member) wasTold() {
	m.told = m.Directory().Last().Index
	if err := m.Told(); err != nil {
		m.note("what was just said could not be noted down, and will be said again: %v", err)
	}
}

// tellOthers says what came while the command was at work, but for what it did
// itself.
func (m *member) tellOthers() {
	last := m.Directory().Last().Index
	if last <= m.told {
		return
	}
	for _, n := range m.Directory().Alarms(m.Person, m.told, last) {
		if l := m.Ledger(n.Index, 1); len(l) == 1 && l[0].Index == n.Index && l[0].Key == m.Key.VerifyKey() {
			continue
		}
		m.concerns(n)
	}
	m.wasTold()
}

func (m *member) concerns(n directory.News) {
	by := "somebody who is not admitted"
	if _, err := m.Directory().Now().Person(n.By); err == nil {
		by = m.person(n.By)
	}
	if n.By == m.Person {
		by = "you"
	}
	m.note("concerns you: entry %d by %s: %s", n.Index, by, m.describeAt(n.Index))
}

// signingKey is the person's key with a signing half, which keys of earlier
// versions get now.
func (r *run) signingKey() (*keyring.Key, error) {
	key, err := r.key()
	if err != nil || key.CanSign() {
		return key, err
	}
	home, err := r.home()
	if err != nil {
		return nil, err
	}
	if key, err = keyring.AddSigning(home, r.askKey); err != nil {
		return nil, err
	}
	r.note("your key had no signing key yet: it has one now, in the same file; keep a copy of it")
	return key, nil
}

// askKey asks for the passphrase of the key, once in a run.
func (r *run) askKey() (string, error) {
	if r.asked != nil {
		return *r.asked, nil
	}
	if r.Passphrase == nil {
		return "", errNoTerminal
	}
	p, err := r.Passphrase(r, "passphrase of your key: ")
	if err == nil {
		r.asked = &p
	}
	return p, err
}

// json prints what was asked for as JSON.
func (r *run) json(v any) error {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err
	}
	_, err := io.WriteString(r.out, escaped(b.String()))
	return err
}

// person is somebody's name, or their id where there is none.
func (m *member) person(id frank.PersonID) string {
	if id == "" {
		return "nobody"
	}
	if p, err := m.Directory().Now().Person(id); err == nil {
		return p.Name
	}
	return string(id)
}

// office is an office's title.
func (m *member) office(id frank.OfficeID) string {
	if o, err := m.Directory().Now().Office(id); err == nil {
		return o.Title
	}
	return string(id)
}

// findPerson finds somebody by name or id.
func (m *member) findPerson(who string) (directory.Person, error) {
	var found []directory.Person
	for _, p := range m.Directory().Now().People() {
		if string(p.ID) == who {
			return p, nil
		}
		if strings.EqualFold(p.Name, who) {
			found = append(found, p)
		}
	}
	if len(found) > 1 { // somebody who left may have the name of one who is there
		found = slices.DeleteFunc(found, func(p directory.Person) bool { return p.Status == "left" })
	}
	switch len(found) {
	case 0:
		return directory.Person{}, frank.WithHint(fmt.Errorf("there is nobody called %q", who), "frank people lists everybody")
	case 1:
		return found[0], nil
	}
	return directory.Person{}, frank.WithHint(fmt.Errorf("%d people are called %q", len(found), who), "give the id instead: frank people --json has it")
}

// findOffice finds an office by id.
func (m *member) findOffice(id string) (directory.Office, error) {
	o, err := m.Directory().Now().Office(frank.OfficeID(id))
	if err != nil {
		return o, frank.WithHint(fmt.Errorf("there is no office %q", id), "frank office list has their ids")
	}
	return o, nil
}

// mine are the offices that the person acts in, in order.
func (m *member) mine() ([]directory.Office, error) {
	var out []directory.Office
	view := m.Directory().At(m.View().Head().Size)
	for _, o := range view.Offices() {
		if view.Holds(m.Person, o.ID) && !o.Closed {
			out = append(out, o)
		}
	}
	if len(out) == 0 {
		return nil, frank.WithHint(errors.New("you hold no office"), "a registrar proposes you with frank office holder, and a second one agrees")
	}
	return out, nil
}

// chooseOffice is the office that the person named, or the only one they act in
// that fits.
func (m *member) chooseOffice(id, flag string, fits func(directory.Office) bool) (directory.Office, error) {
	if id != "" {
		return m.findOffice(id)
	}
	list, err := m.mine()
	if err != nil {
		return directory.Office{}, err
	}
	if fits != nil {
		list = slices.DeleteFunc(list, func(o directory.Office) bool { return !fits(o) })
	}
	var ids []string
	for _, o := range list {
		ids = append(ids, string(o.ID))
	}
	switch len(list) {
	case 0:
		return directory.Office{}, errors.New("you hold no office that issues dispatches")
	case 1:
		return list[0], nil
	}
	return directory.Office{}, frank.WithHint(errors.New("you act in several offices"), "say for which: %s %s", flag, strings.Join(ids, " or "))
}

func issues(o directory.Office) bool { return o.Place != "" }

// reference reads a dispatch's reference as people type it: in any case, and
// with hyphens for its spaces if that is easier.
func parseRef(s string) (frank.Ref, error) {
	typed := strings.ToUpper(strings.Join(strings.Fields(s), " "))
	if ref, err := frank.ParseRef(typed); err == nil {
		return ref, nil
	}
	first, last := strings.Index(typed, "-"), strings.LastIndex(typed, "-")
	if first > 0 && last > first {
		if ref, err := frank.ParseRef(typed[:first] + " " + typed[first+1:last] + " " + typed[last+1:]); err == nil {
			return ref, nil
		}
	}
	return frank.Ref{}, frank.WithHint(usagef("%.60q is no reference of a dispatch", s), `it is written "26 SARN 41", in quotation marks, or 26-sarn-41`)
}

// steps shows, on a terminal, what is under way.
func (r *run) steps() (tell func(string), clear func()) {
	if !r.StderrTerminal {
		return func(string) {}, func() {}
	}
	return func(s string) { fmt.Fprintf(r.Stderr, "\r\x1b[K%s …", oneLine(s)) }, func() { fmt.Fprint(r.Stderr, "\r\x1b[K") }
}

// newFile writes a file that must not be there yet.
func (r *run) newFile(name string, data []byte) error {
	err := durable.CreateFile(r.path(name), data, 0o600)
	if errors.Is(err, os.ErrExist) {
		return frank.WithHint(fmt.Errorf("%s exists already", name), "nothing is ever overwritten: give another name")
	}
	if err != nil {
		return fileError(name, err)
	}
	return nil
}

// table prints rows in columns.
func (r *run) table(rows [][]string) {
	var width []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(width) {
				width = append(width, 0)
			}
			width[i] = max(width[i], visible(cell))
		}
	}
	for _, row := range rows {
		var b strings.Builder
		for i, cell := range row {
			b.WriteString(cell)
			if i < len(row)-1 {
				b.WriteString(strings.Repeat(" ", width[i]-visible(cell)+2))
			}
		}
		fmt.Fprintln(r.out, strings.TrimRight(b.String(), " "))
	}
}
