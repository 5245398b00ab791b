package cli

import (
	"errors"
	"fmt"

	"frank"
	"frank/modelserver"
	"frank/prose"
	"frank/trace/figure"
	"frank/variant"
)

// giveUp is how many answers in a row may be of no use before the rest of the
// text is not asked about.
const giveUp = 3

// askModel asks the model server about every passage of src. Answers that are of
// no use are counted, and cost no more than their passage.
func (r *run) askModel(cmd *proposeCmd, src *variant.Source) ([]variant.Suggestion, error) {
	server, err := modelserver.New(cmd.Model, cmd.ModelName, cmd.ModelElsewhere)
	if err != nil {
		return nil, frank.WithHint(fmt.Errorf("--model: %w", err), "%s", frank.Hint(err))
	}
	server.Key = r.Getenv("FRANK_MODEL_KEY")
	if err := server.Choose(r, cmd.ModelElsewhere); err != nil {
		return nil, err
	}
	text := src.Text()
	sentences := prose.Sentences(text)
	passages := variant.Passages(src)
	variety := variant.Variety(text, src.Field("variety"))
	tell, clear := r.progress("asking the model, passages")
	defer clear()
	var out []variant.Suggestion
	var last error
	skipped, inARow := 0, 0
	for i, p := range passages {
		tell(i, len(passages))
		var ask modelserver.Passage
		ask.Variety = variety
		for _, s := range sentences[p.First:p.Last] {
			ask.Sentences = append(ask.Sentences, text[s.Start:s.End])
		}
		answer, err := server.Ask(r, ask)
		if _, ok := errors.AsType[*modelserver.Unusable](err); ok {
			last = err
			skipped++
			if inARow++; inARow == giveUp {
				skipped += len(passages) - i - 1
				break
			}
			continue
		}
		if err != nil {
			return nil, err
		}
		inARow = 0
		for _, a := range answer {
			out = append(out, variant.Suggestion{Sentence: p.First + a.Sentence, Words: a.Words, Readings: a.Readings})
		}
	}
	clear()
	if skipped > 0 {
		r.note("%s of %d went without the model: %v", figure.Counted(skipped, "passage"), len(passages), last)
	}
	return out, nil
}

// stood says how many places the model's suggestions became.
func stood(src *variant.Source) string {
	n := 0
	for _, s := range sites(src) {
		if s.Kind == "model" && s.Proposed {
			n++
		}
	}
	if n == 1 {
		return "1 place of them passed the checks"
	}
	return fmt.Sprintf("%d places of them passed the checks", n)
}
