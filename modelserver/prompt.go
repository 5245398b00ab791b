package modelserver

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Passage is what rewordings are asked for.
type Passage struct {
	Sentences []string // in order; the answer counts them from 1
	Variety   string   // "british", "american", or "" if neither is known
}

// instructions are the same for every passage. They ask for what package variant
// lets stand, so that little of the answer is thrown away.
const instructions = `You are the private secretary who prepares official papers for signature. You are given the numbered sentences of one passage. For wordings in them you offer other wordings that the author would sign without noticing the difference.

A wording is a run of words of one sentence: a set phrase, a verb with what belongs to it, a noun phrase, or a whole clause. Longer is better, and so are two or three readings of one place.

Every reading must fit its sentence as it stands, and claim exactly what the author's words claim. Keep:
- who says, thinks or does it; how strongly, how certainly, how much, how many, how soon. Do not turn "think" into "believe", "several" into "many", or "will" into "would".
- names, titles, figures, dates, references and quotations, letter for letter.
- "not" and every other negation; "must", "shall", "should", "may", "can", "could", "will", "would"; "all", "some", "only", "almost", "perhaps" and the like.
- terms of law and of diplomacy, and any noun that the passage uses more than once.
- tense, number and person, and the punctuation.
- the register: plain, modern, official prose. Nothing stilted, quaint, vivid or slangy.

Leave alone what you cannot reword so. It is right to offer nothing for a sentence. Never shorten by leaving out a thought, never add one, never explain. Do not use a word that stands close by already.

Copy the author's words exactly as they stand, and enough of them that they stand only once in the sentence. Include the article if a reading needs another one. Give no reading that equals the author's words.

Answer with JSON and nothing else:
{"rewordings":[{"sentence":1,"words":"in the course of the talks","readings":["during the talks"]}]}`

// variety adds which English the text is in.
func variety(v string) string {
	switch v {
	case "british":
		return "The passage is in British English: offer nothing that only an American would write."
	case "american":
		return "The passage is in American English: offer nothing that only a Briton would write."
	}
	return "Offer only what both British and American writers would write."
}

// schema is what an answer must look like, for servers that hold their models
// to one.
const schema = `{"type":"object","properties":{"rewordings":{"type":"array","items":{"type":"object","properties":{"sentence":{"type":"integer"},"words":{"type":"string"},"readings":{"type":"array","items":{"type":"string"}}},"required":["sentence","words","readings"],"additionalProperties":false}}},"required":["rewordings"],"additionalProperties":false}`

type message struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

type chat struct {
	Model       string          `json:"model"`
	Messages    []message       `json:"messages"`
	Temperature int             `json:"temperature"` // 0 and a seed: the same answer again where the server can
	Seed        int             `json:"seed"`
	MaxTokens   int             `json:"max_tokens"`
	Stream      bool            `json:"stream"`
	Format      json.RawMessage `json:"response_format,omitempty"`
}

// request is the body that asks about p.
func (s *Server) request(p Passage) []byte {
	var b strings.Builder
	for i, sentence := range p.Sentences {
		fmt.Fprintf(&b, "%d: %s\n", i+1, strings.Join(strings.Fields(sentence), " "))
	}
	c := chat{
		Model:    s.Model,
		Messages: []message{{"system", instructions + "\n\n" + variety(p.Variety)}, {"user", b.String()}},
		Seed:     1, MaxTokens: 4096,
	}
	if !s.plain {
		c.Format = json.RawMessage(`{"type":"json_schema","json_schema":{"name":"rewordings","strict":true,"schema":` + schema + `}}`)
	}
	out, err := json.Marshal(c)
	if err != nil {
		panic(err) // strings and numbers
	}
	return out
}
