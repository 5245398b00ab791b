package cli

import (
	"crypto/rand"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"frank"
	"frank/coverage"
	"frank/issue"
	"frank/keyring"
	"frank/ledger/sequencer"
	"frank/prose"
	"frank/trace/figure"
	"frank/variant"
)

//go:embed demo.frank
var demoSource string

type demoCmd struct {
	Keep string `placeholder:"DIR" help:"Keep the files in this new folder."`
}

func (*demoCmd) Help() string {
	return `Issues 200 copies of a dispatch from an invented country, publishes parts of some, and traces them. Then a small ministry, its server and a witness do it with keys of their own: enrol, issue, open, forward, hand over; one of the copies is printed, and officers find out together which, and whose, and write evidence that is verified. Everything is drawn anew every time.

Example: frank demo --keep demo`
}

// demoReaders is how many copies the demonstration issues.
const demoReaders = 200

func (cmd *demoCmd) Run(r *run) error {
	dir, err := r.demoFolder(cmd.Keep)
	if err != nil {
		return err
	}
	if cmd.Keep == "" {
		defer os.RemoveAll(dir)
	}
	d, err := r.issueDemo(dir)
	if err != nil {
		return err
	}
	for _, scene := range []func(*demo) error{(*demo).one, (*demo).short, (*demo).mixed} {
		if err := scene(d); err != nil {
			return err
		}
	}
	able := sequencer.Able()
	if able != nil {
		r.note("the second part, a ministry with a server, is left out: %v", able)
	} else if err := r.ministry(dir); err != nil {
		return err
	}
	if cmd.Keep == "" {
		return nil
	}
	key := filepath.Join(cmd.Keep, "key")
	r.say("\nThe files are in %s. The key to the first part is in %s:\nFRANK_HOME=%s frank trace %s --in %s --html report.html",
		cmd.Keep, key, key, filepath.Join(cmd.Keep, "story-1.txt"), filepath.Join(cmd.Keep, "issue"))
	if able == nil {
		r.say("The ministry's evidence, as a stranger would check it:\nfrank verify %s --policy %s", filepath.Join(cmd.Keep, "bundle.zip"), filepath.Join(cmd.Keep, "policy"))
	}
	return nil
}

func (r *run) demoFolder(keep string) (string, error) {
	if keep == "" {
		return os.MkdirTemp("", "frank-demo-")
	}
	dir := r.path(keep)
	if err := os.Mkdir(dir, 0o700); errors.Is(err, fs.ErrExist) {
		return "", frank.WithHint(fmt.Errorf("%s exists already", keep), "give a new folder after --keep")
	} else if err != nil {
		return "", fileError(keep, err)
	}
	return dir, nil
}

// demo is the stage of the demonstration.
type demo struct {
	*run
	dir   string
	key   *keyring.Key
	issue *issue.Issue
	looks int
}

// issueDemo issues the dispatch as frank mark would, to a key made for it.
func (r *run) issueDemo(dir string) (*demo, error) {
	s := r.style()
	key, err := keyring.Create(filepath.Join(dir, "key"), "")
	if err != nil {
		return nil, err
	}
	src, err := variant.Parse(demoSource)
	if err != nil {
		return nil, err
	}
	m, err := src.Master()
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(dir, "dispatch.frank"), []byte(demoSource), 0o600); err != nil {
		return nil, err
	}
	g := measure(m, demoReaders)
	sentence := prose.Sentences(m.Text)[0]
	r.scene("A dispatch")
	r.say("%s", fill(fmt.Sprintf("An ambassador writes home, frankly: %s, with %s where it may be worded otherwise, each approved by its author. It begins:", figure.Counted(g.Words, "word"), figure.Counted(g.Sites, "place")), "  ", r.width()))
	r.say("\n%s\n", s.dim(fill(firstSentence(demoSource), "    ", r.width())))
	r.say("%s", fill(fmt.Sprintf("That is %.2f bits a word. Every one of %d readers is issued a copy of their own:", g.Bits/float64(g.Words), demoReaders), "  ", r.width()))
	var readers []issue.Reader
	for i := range demoReaders {
		readers = append(readers, issue.Reader{Name: fmt.Sprintf("Reader %d", i+1)})
	}
	is, err := issue.Create(r, filepath.Join(dir, "issue"), issue.Order{Source: src, Ref: reference(src, dir), Readers: readers, Key: &key.Public, Random: rand.Reader})
	if err != nil {
		return nil, err
	}
	d := &demo{run: r, dir: dir, key: key, issue: is}
	for _, n := range []int{1, 2, demoReaders} {
		text, err := d.copy(n)
		if err != nil {
			return nil, err
		}
		first := fill(text[sentence.Start:prose.Sentences(text)[0].End], "         ", r.width())
		r.say("\n    %3d  %s", n, s.dim(strings.TrimSpace(first)))
	}
	return d, nil
}

// firstSentence returns the source's first sentence, as it is marked up.
func firstSentence(src string) string {
	_, body, _ := strings.Cut(strings.TrimPrefix(src, "---\n"), "---\n")
	line, _, _ := strings.Cut(strings.TrimSpace(body), "\\\n")
	return line
}

func (r *run) scene(title string) {
	r.say("\n%s\n", r.style().bold("── "+title+" ")+r.style().dim(strings.Repeat("─", 40)))
}

// copy reads an issued copy, as its reader would.
func (d *demo) copy(n int) (string, error) {
	b, err := os.ReadFile(filepath.Join(d.issue.Dir, "copies", fmt.Sprintf("%03d.txt", n)))
	return string(b), err
}

// pick draws a copy by lot; not is one it shall not be.
func pick(not int) (int, error) {
	for {
		var b [1]byte
		if _, err := rand.Read(b[:]); err != nil {
			return 0, err
		}
		if n := int(b[0]) + 1; n <= demoReaders && n != not {
			return n, nil
		}
	}
}

// print publishes a story, shows it and traces it.
func (d *demo) print(story string) error {
	d.looks++
	name := fmt.Sprintf("story-%d.txt", d.looks)
	if err := os.WriteFile(filepath.Join(d.dir, name), []byte(story), 0o600); err != nil {
		return err
	}
	for p := range strings.SplitSeq(strings.TrimSpace(story), "\n\n") {
		d.say("%s\n", fill(p, "  │ ", d.width()))
	}
	d.say("  %s\n", d.style().bold("frank trace "+name+" --in issue"))
	e, err := coverage.Read(name, []byte(story))
	if err != nil {
		return err
	}
	rep, err := d.trace(d.key, []string{d.issue.Dir}, []*coverage.Exhibit{e}, loosest)
	if err != nil {
		return err
	}
	d.printReport(rep)
	return nil
}

// The sentences that the stories quote, by the words they begin with in the
// source; a copy has them at the same place, whatever it makes of them.
var (
	tellsAlone   = "She {asked to see me"
	believes     = "{I believe her"
	publicAppeal = "{A public appeal"
	offer        = "{An offer|A proposal}"
	dues         = "{!The dues stand"
)

// demoSentence returns a copy's version of a sentence of the source.
func demoSentence(text, begins string) (string, error) {
	before, _, ok := strings.Cut(demoSource, begins)
	if !ok {
		return "", fmt.Errorf("the demonstration's dispatch has no sentence that begins %q", begins)
	}
	src, err := variant.Parse(before)
	if err != nil {
		return "", err
	}
	all := prose.Sentences(text)
	n := len(prose.Sentences(src.Text()))
	if n >= len(all) {
		return "", fmt.Errorf("the copy has %d sentences, not more than %d", len(all), n)
	}
	return text[all[n].Start:all[n].End], nil
}

// cut leaves some words out, as a newspaper does.
func cut(sentence string, keep, drop int) string {
	w := strings.Fields(sentence)
	if len(w) < keep+drop+3 {
		return sentence
	}
	return strings.Join(w[:keep], " ") + " … " + strings.Join(w[keep+drop:], " ")
}

// one is a story that quotes one copy, with an insertion and an ellipsis.
func (d *demo) one() error {
	n, err := pick(0)
	if err != nil {
		return err
	}
	text, err := d.copy(n)
	if err != nil {
		return err
	}
	var parts [4]string
	for i, begins := range []string{tellsAlone, believes, publicAppeal, offer} {
		if parts[i], err = demoSentence(text, begins); err != nil {
			return err
		}
	}
	d.scene("A newspaper has it")
	d.say("%s\n", fill(fmt.Sprintf("One of the %d copies finds its way to the Harbour Courier (it is copy %d, but nobody knows that yet). The paper changes what papers change: it cuts, and it explains in brackets.", demoReaders, n), "  ", d.width()))
	return d.print("ENVOY’S PRIVATE VIEW OF THE RIVER QUARREL\n\n" +
		"A confidential telegram from Valdora, seen by the Harbour Courier, shows how far apart the President’s own ministers are over the Sarn.\n\n" +
		"One of them took our ambassador aside. “[Mrs Hale] " + strings.TrimPrefix(parts[0], "She ") + " " + parts[1] + "”\n\n" +
		"His advice home is to stay out of the limelight. “" + parts[2] + " " + cut(parts[3], 12, 2) + "”\n\n" +
		"The Foreign Ministry would not comment on a leaked document.\n")
}

// short is a story that quotes what all copies have in common.
func (d *demo) short() error {
	n, err := pick(0)
	if err != nil {
		return err
	}
	text, err := d.copy(n)
	if err != nil {
		return err
	}
	quoted, err := demoSentence(text, dues)
	if err != nil {
		return err
	}
	d.scene("Too little to tell")
	d.say("%s\n", fill("A week later there is another story. It quotes one sentence, and that one is nearly the same in every copy: figures and treaties are never varied.", "  ", d.width()))
	return d.print("PILOTS’ DUES UNCHANGED, SAYS ENVOY\n\n" +
		"The quarrel over the river has not yet reached the tariff. “" + quoted + "” That is the ambassador’s summary, in a telegram that this paper has read in part.\n")
}

// mixed is a story from two readers who laid their copies side by side and took
// a sentence from each in turn.
func (d *demo) mixed() error {
	a, err := pick(0)
	if err != nil {
		return err
	}
	b, err := pick(a)
	if err != nil {
		return err
	}
	var text [2]string
	for i, n := range []int{a, b} {
		if text[i], err = d.copy(n); err != nil {
			return err
		}
	}
	d.scene("Two readers mix their copies")
	d.say("%s\n", fill(fmt.Sprintf("Two readers suspect that copies differ. They lay theirs side by side (copies %d and %d) and publish a text that takes its sentences from one and the other in turn.", a, b), "  ", d.width()))
	first, second := prose.Sentences(text[0]), prose.Sentences(text[1])
	if len(first) != len(second) {
		return fmt.Errorf("one copy has %d sentences, the other %d", len(first), len(second))
	}
	var paras []string
	at := 0
	for _, p := range prose.Paragraphs(text[0]) {
		var b strings.Builder
		for ; at < len(first) && first[at].Start < p.End; at++ {
			if b.Len() > 0 {
				b.WriteByte(' ')
			}
			if at%2 == 0 {
				b.WriteString(text[0][first[at].Start:first[at].End])
			} else {
				b.WriteString(text[1][second[at].Start:second[at].End])
			}
		}
		paras = append(paras, b.String())
	}
	return d.print("THE TELEGRAM IN FULL\n\n“" + strings.Join(paras[:min(5, len(paras))], "\n\n“") + "”\n")
}
