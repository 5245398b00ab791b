package modelserver

import (
	"encoding/json"
	"strings"
)

// Rewording is one place of a passage and other ways to say it, as the model
// gave it: nothing about it has been checked but its size.
type Rewording struct {
	Sentence int // of the passage, from 0
	Words    string
	Readings []string
}

// Bounds on what is taken from one answer.
const (
	maxRewordings = 100
	maxReadings   = 8
	maxWords      = 1000 // bytes of the words, and of a reading
)

// read takes the rewordings out of an answer's body. Of what the model wrote,
// only the JSON counts: some think aloud before it or fence it in.
func read(body []byte, sentences int) ([]Rewording, error) {
	var answer struct {
		Choices []struct {
			Message struct {
				Content string `json:"content"`
			} `json:"message"`
			Finish string `json:"finish_reason"`
		} `json:"choices"`
	}
	if err := json.Unmarshal(body, &answer); err != nil || len(answer.Choices) == 0 {
		return nil, &Unusable{"is not one of the chat API"}
	}
	text := answer.Choices[0].Message.Content
	if i := strings.LastIndex(text, "</think>"); i >= 0 {
		text = text[i:]
	}
	cut := answer.Choices[0].Finish == "length"
	from, to := strings.IndexByte(text, '{'), strings.LastIndexByte(text, '}')
	if (from < 0 || to < from) && !cut {
		return nil, &Unusable{"has no JSON"}
	}
	var list struct {
		Rewordings *[]struct {
			Sentence int      `json:"sentence"`
			Words    string   `json:"words"`
			Readings []string `json:"readings"`
		} `json:"rewordings"`
	}
	if from >= 0 && to > from {
		if err := json.Unmarshal([]byte(text[from:to+1]), &list); err != nil {
			list.Rewordings = nil
		}
	}
	switch {
	case list.Rewordings == nil && cut:
		return nil, &Unusable{"was cut off at its full length"}
	case list.Rewordings == nil:
		return nil, &Unusable{"is not the JSON that was asked for"}
	}
	var out []Rewording
	for _, r := range *list.Rewordings {
		if len(out) == maxRewordings {
			break
		}
		if r.Sentence < 1 || r.Sentence > sentences || r.Words == "" || len(r.Words) > maxWords {
			continue
		}
		w := Rewording{Sentence: r.Sentence - 1, Words: r.Words}
		for _, t := range r.Readings {
			if t != "" && len(t) <= maxWords && len(w.Readings) < maxReadings {
				w.Readings = append(w.Readings, t)
			}
		}
		if len(w.Readings) > 0 {
			out = append(out, w)
		}
	}
	return out, nil
}
