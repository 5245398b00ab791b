package cli

import (
	"errors"
	"path/filepath"
	"strings"

	"frank"
	"frank/directory"
)

// prescribedFile is the organisation's list, in the folder of Frank's own files.
const prescribedFile = "prescribed.json"

// prescribed reads the list of prescribed persons: the file that is named, or
// the organisation's, or the one that comes with Frank.
func (r *run) prescribed(file string) (*directory.Prescribed, error) {
	data := directory.PrescribedDemo()
	if file == "" {
		home, err := r.home()
		if err == nil {
			if own := filepath.Join(home, prescribedFile); exists(own) {
				file = own
			}
		}
	}
	if file != "" {
		var err error
		if data, err = r.readFile(file, directory.MaxPrescribed); err != nil {
			return nil, err
		}
	}
	p, err := directory.ParsePrescribed(data)
	if err != nil {
		return nil, frank.WithHint(err, "spec/protected.md says how %s is written", "frank.prescribed/1")
	}
	return p, nil
}

// prescribedOrDemo is [run.prescribed] where something else is being done: a
// list that cannot be read is told of, and does not stop it.
func (r *run) prescribedOrDemo() *directory.Prescribed {
	p, err := r.prescribed("")
	if err != nil {
		r.note("%s", oneLine(err.Error()))
		p, _ = directory.ParsePrescribed(directory.PrescribedDemo())
	}
	return p
}

type concernCmd struct {
	Topic []string `arg:"" optional:"" help:"A topic, or words to look for."`
	List  string   `placeholder:"FILE" help:"The list to look in, instead of the one in your folder."`
	JSON  bool     `name:"json" help:"Print it as JSON."`
}

func (*concernCmd) Help() string {
	return `Without a topic it lists what concerns may be about. It needs no organisation, no key and no network, and nothing is written down. The list is prescribed.json in your folder, or else a made-up one that comes with Frank.

Example: frank concern money`
}

func (cmd *concernCmd) Run(r *run) error {
	p, err := r.prescribed(cmd.List)
	if err != nil {
		return err
	}
	query := strings.Join(cmd.Topic, " ")
	topics := p.Find(query)
	if cmd.JSON {
		return r.json(struct {
			Title   string                       `json:"title"`
			Real    bool                         `json:"real"`
			Topics  []directory.Topic            `json:"topics"`
			Persons []directory.PrescribedPerson `json:"persons"`
		}{p.Title, p.Real, append([]directory.Topic{}, topics...), personsOf(p, topics)})
	}
	if len(topics) == 0 {
		return frank.WithHint(errors.New("no topic of the list has all these words"), "frank concern lists the topics")
	}
	s := r.style()
	r.say("%s", s.bold(p.Title))
	if !p.Real {
		r.say("%s", fill("Nobody in this list exists. The law says who may be turned to; your organisation's list belongs in "+prescribedFile+" in your folder.", "", r.width()))
	}
	r.say("")
	if query == "" {
		var rows [][]string
		for _, t := range topics {
			rows = append(rows, []string{s.bold(t.ID), t.Title})
		}
		r.table(rows)
		r.say("\n%s", fill("frank concern TOPIC says who looks into it and how to reach them; frank concern WORDS searches.", "", r.width()))
		for _, paragraph := range routes {
			r.say("\n%s", fill(paragraph, "", r.width()))
		}
		return nil
	}
	for i, t := range topics {
		if i > 0 {
			r.say("")
		}
		r.say("%s\n%s", s.bold(t.Title), fill(t.About, "  ", r.width()))
		for _, x := range personsOf(p, []directory.Topic{t}) {
			r.say("\n  %s", s.bold(x.Name))
			r.say("%s", fill(x.For, "    ", r.width()))
			for _, line := range x.Reach {
				r.say("    %s", line)
			}
			if x.Recipient != "" {
				r.say("    takes sealed copies: frank disclose REF --to %s", x.ID)
			}
		}
	}
	return nil
}

// routes is what to know before a first step.
var routes = []string{
	"If you can, ask for advice before you send anything: whether a disclosure is protected is for the law to say. Your organisation's overseer is named by frank org show.",
	"Your copies are numbered and marked. With frank disclose you seal your own copy on this machine to one of these persons and nobody else: no server is asked, and nothing is entered in a ledger. What came that way is not admitted as an exhibit, and a protected disclosure is not traced. Its wording stays marked all the same: whoever prints it word for word prints the marks.",
}

// personsOf lists the persons of topics, each once, in the order of the list.
func personsOf(p *directory.Prescribed, topics []directory.Topic) []directory.PrescribedPerson {
	in := map[string]bool{}
	for _, t := range topics {
		for _, id := range t.Persons {
			in[id] = true
		}
	}
	out := []directory.PrescribedPerson{}
	for _, x := range p.Persons {
		if in[x.ID] {
			out = append(out, x)
		}
	}
	return out
}
