package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"frank"
	"frank/bundle"
	"frank/client"
	"frank/coverage"
	"frank/inquiry"
	"frank/prose"
	"frank/trace"
	"frank/trace/figure"
)

// story is what leaks from the ministry, and the inquiry into it.
type story struct {
	dispatch frank.Ref
	papers   []client.Material
	number   uint64     // of the inquiry
	copies   frank.Hash // the matter that copies were opened for
	report   *trace.Report
}

// leak prints parts of one copy in two papers, and has the watch find them.
func (m *ministry) leak() error {
	m.scene("A copy is printed")
	o, err := m.first("Marr")
	if err != nil {
		return err
	}
	m.story.dispatch = o.Dispatch
	var parts [5]string
	for i, begins := range []string{tellsAlone, believes, publicAppeal, offer, dues} {
		if parts[i], err = demoSentence(o.Text, begins); err != nil {
			return err
		}
	}
	day := time.Now().UTC().Format("2006-01-02")
	m.story.papers = []client.Material{
		{Name: "courier.txt", Outlet: "Harbour Courier", Published: day, Obtained: inquiry.Published, Data: []byte("ENVOY’S PRIVATE VIEW\n\nA telegram seen by the Harbour Courier tells of a minister’s fears. “[Mrs Hale] " +
			strings.TrimPrefix(parts[0], "She ") + " " + parts[1] + "” He wants no part in it: “" + parts[2] + "”\n\nThe Foreign Ministry would not comment on a leaked document.\n")},
		{Name: "tribune.txt", Outlet: "Valdora Tribune", Published: day, Obtained: inquiry.Published, Data: []byte("“STAY OUT OF THE LIGHT”\n\nThe ambassador advises his government to keep quiet. “" + cut(parts[3], 12, 2) + "”\n\nOf the tariff he writes: “" + parts[4] + "”\n")},
	}
	for _, p := range m.story.papers {
		for para := range strings.SplitSeq(strings.TrimSpace(string(p.Data)), "\n\n") {
			m.say("%s\n", fill(para, "  │ ", m.width()))
		}
	}
	w, err := m.people["Wren"].Watched(m)
	if err != nil {
		return err
	}
	m.tell("Wren's machine has fingerprints of every dispatch, sealed to the watch when it was issued: they say which dispatch is quoted and where, and nothing about copies.\n")
	for _, p := range m.story.papers {
		x, err := coverage.Read(p.Name, p.Data)
		if err != nil {
			return err
		}
		sighted := inquiry.Sighting{Article: x.SHA256, Outlet: p.Outlet, At: time.Now().UTC().Format("2006-01-02T15:04:05Z")}
		for _, f := range w.Index.Find(prose.Words(x.Text)) {
			m.show("%s: words %d to %d of it follow %s in paragraph %d, %d of %s word for word", p.Outlet, f.From+1, f.To, f.Dispatch, f.Paragraph, f.Agree, figure.Group(f.To-f.From))
			sighted.Dispatch, sighted.Words = f.Dispatch, sighted.Words+f.Agree
		}
		if sighted.Words == 0 { // with so many places a word, print may show too little of what is common to all copies
			m.show("%s: nothing that could be told from chance; Wren reads it, and says so by hand", p.Outlet)
			continue
		}
		if err := m.people["Wren"].TellSighting(m, sighted); err != nil {
			return err
		}
	}
	return nil
}

// ask opens an inquiry and votes.
func (m *ministry) ask() error {
	m.scene("Cy asks which copy it was")
	cy, dee, fay := m.people["Cy"], m.people["Dee"], m.people["Fay"]
	seen, err := cy.Sightings(m)
	if err != nil {
		return err
	}
	m.tell("The officers are told, sealed, that %s quote %s. Cy opens an inquiry: what for, by what right, which material will count. The papers are frozen in it before anything is opened.\n", figure.Counted(len(seen), "article"), m.story.dispatch)
	year := time.Now().UTC().Year()
	if m.story.number, err = cy.OpenInquiry(m, &inquiry.Open{Purpose: "Find which copy of the telegram was printed.", Basis: "The ministry's rules on papers, section 4.", Scope: []frank.Ref{m.story.dispatch},
		Tried: []string{"Those addressed were asked to look after their copies."}, Rule: inquiry.Rule{From: fmt.Sprintf("%d-01-01", year-1), To: fmt.Sprintf("%d-12-31", year+1), Search: "Both newspapers of the capital, every day."},
		Level: inquiry.WorstLevel, Disclosure: inquiry.Disclosure{Answer: inquiry.No, Why: "It tells of no wrong that anybody did."}, Until: fmt.Sprintf("%d-12-31T00:00:00Z", year+1)}); err != nil {
		return err
	}
	if _, err := cy.Register(m, m.story.number, m.story.papers); err != nil {
		return err
	}
	if m.story.copies, err = cy.Ask(m, m.story.number, nil, nil); err != nil {
		return err
	}
	if _, err := cy.Step(m, m.story.number, &inquiry.Vote{Matter: m.story.copies, Yes: true, Reason: "People who trusted us are at risk.", Free: true}); err != nil {
		return err
	}
	m.show("inquiry %d: %s frozen, level %s", m.story.number, figure.Counted(len(m.story.papers), "exhibit"), inquiry.WorstLevel)
	if _, err = cy.Release(m, m.story.number, m.story.copies); err == nil {
		return fmt.Errorf("one officer alone could open the codebook")
	}
	m.show("Cy alone cannot open anything: %v", err)
	if _, err := dee.Step(m, m.story.number, &inquiry.Vote{Matter: m.story.copies, Yes: true, Reason: "I agree.", Free: true}); err != nil {
		return err
	}
	if _, err := dee.Release(m, m.story.number, m.story.copies); err == nil {
		return fmt.Errorf("a share was released before the overseer was shown the inquiry")
	}
	m.show("Dee agrees; nothing is opened before the overseer's machine was shown it")
	if _, err := fay.Inquiries(m); err != nil {
		return err
	}
	m.show("Fay's machine was shown it, and says so in the ledger")
	return nil
}

// find releases shares, traces three times and shows the result.
func (m *ministry) find() error {
	m.scene("Two release their shares, three trace")
	for _, name := range []string{"Dee", "Eve"} {
		index, err := m.people[name].Release(m, m.story.number, m.story.copies)
		if err != nil {
			return err
		}
		m.show("entry %d: %s's share of the codebook's key, sealed for this inquiry and these exhibits", index, name)
	}
	for _, name := range []string{"Cy", "Dee", "Eve"} {
		x, err := m.people[name].Trace(m, m.story.number, m.story.copies)
		if err != nil {
			return err
		}
		if x.Report == nil {
			return fmt.Errorf("the codebook is void: %v", x.Void)
		}
		m.story.report = x.Report
		m.show("%s opened it and traced", name)
	}
	m.say("")
	m.printReport(m.story.report)
	return nil
}

// name opens whose the copy is.
func (m *ministry) name() error {
	m.scene("Whose it is takes a second vote")
	names, err := m.people["Cy"].AskNames(m, m.story.number, m.story.copies, nil)
	if err != nil {
		return err
	}
	for _, name := range []string{"Dee", "Eve"} {
		if _, err := m.people[name].Step(m, m.story.number, &inquiry.Vote{Matter: names, Yes: true, Reason: "The result is clear.", Free: true}); err != nil {
			return err
		}
	}
	fay := m.people["Fay"]
	if _, err := fay.Inquiries(m); err != nil {
		return err
	}
	if _, err := fay.Step(m, m.story.number, &inquiry.Consent{Matter: names, Yes: true, Comment: "The minister is to be heard first."}); err != nil {
		return err
	}
	m.show("Dee and Eve vote, Fay consents")
	for _, name := range []string{"Cy", "Dee"} {
		if _, err := m.people[name].Release(m, m.story.number, names); err != nil {
			return err
		}
	}
	holders, err := m.people["Cy"].NameHolders(m, m.story.number, names)
	if err != nil {
		return err
	}
	view := m.people["Cy"].Directory().Now()
	for _, h := range holders {
		p, err := view.Person(h.Person)
		if err != nil {
			return err
		}
		m.show("copy %d of %s was issued to %s", h.Number.Number, h.Dispatch, p.Name)
	}
	for _, name := range []string{"Cy", "Dee", "Fay"} {
		windows, _, err := m.people[name].Windows(m, m.story.number, m.story.copies)
		if err != nil {
			return err
		}
		for _, w := range windows {
			if w.Fetched != nil {
				m.show("%-6s fetched theirs: entry %d, %s the papers were registered", w.Name, w.Fetched.Index, w.Could)
			}
		}
	}
	m.say("")
	m.tell("A copy is named, and whom it was issued to; not who passed it on. Whoever had the copy in hand could have.")
	_, err = m.people["Cy"].CloseInquiry(m, m.story.number, inquiry.OutcomeNamed, "Referred to the Permanent Secretary.", "You may turn to Fay, the overseer.")
	return err
}

// prove writes the evidence, and checks it as a stranger would.
func (m *ministry) prove() error {
	m.scene("A stranger checks it")
	data, err := m.people["Cy"].Bundle(m, m.story.number, m.story.copies, bundle.Evidence)
	if err != nil {
		return err
	}
	for name, content := range map[string][]byte{"bundle.zip": data, "policy": []byte(m.policy)} {
		if err := os.WriteFile(filepath.Join(m.out, name), content, 0o600); err != nil {
			return err
		}
	}
	m.tell("bundle.zip, %s bytes, has the papers, what was opened of the copies, the entries of the ledger with their proofs, every vote. Offline, with the ledger's and the witness's keys and nothing else:\n", figure.Group(len(data)))
	m.say("  %s\n", m.style().bold("frank verify bundle.zip --policy policy"))
	f, err := bundle.Verify(m, data, []byte(m.policy), nil)
	if err != nil {
		return err
	}
	m.printFinding(f)
	if !f.OK {
		return fmt.Errorf("the bundle does not hold")
	}
	data[len(data)/2] ^= 1
	if f, err = bundle.Verify(m, data, []byte(m.policy), nil); err == nil && f.OK {
		return fmt.Errorf("a bundle with a byte changed was verified")
	}
	m.show("With one byte changed it does not hold.")
	return nil
}
