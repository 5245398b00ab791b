package wordclass

import (
	"bytes"
	"compress/gzip"
)

// Sentence is a sentence with the classes of its words, to train on.
type Sentence struct {
	Words   []string
	Classes []Class
}

// Train makes a model file from sentences, going over them a number of times
// in the order given by shuffle, which permutes n places for a round.
func Train(sentences []Sentence, rounds int, shuffle func(round, n int) []int, progress func(round, wrong, words int)) ([]byte, error) {
	weights := make([]int32, buckets*int(Count))
	total := make([]int64, len(weights)) // summed over time, to average
	since := make([]int32, len(weights))
	now := int32(0)
	change := func(at int, by int32) {
		total[at] += int64(now-since[at]) * int64(weights[at])
		since[at] = now
		weights[at] += by
	}
	for round := range rounds {
		wrong, words := 0, 0
		for _, k := range shuffle(round, len(sentences)) {
			s := sentences[k]
			f := newFeatures(s.Words)
			guessed := make([]Class, len(s.Words))
			for i := range s.Words {
				if f.shape[i] == mark {
					continue
				}
				now++
				var hs []uint32
				var score [Count]int32
				f.each(guessed, i, func(h uint32) {
					hs = append(hs, h%buckets)
					row := weights[int(h%buckets)*int(Count):]
					for c := range score {
						score[c] += row[c]
					}
				})
				best := Noun
				for c := Noun; c < Count; c++ {
					if score[c] > score[best] {
						best = c
					}
				}
				guessed[i] = best
				words++
				if want := s.Classes[i]; best != want && want != None {
					wrong++
					for _, h := range hs {
						change(int(h)*int(Count)+int(want), 1)
						change(int(h)*int(Count)+int(best), -1)
					}
				}
			}
		}
		progress(round, wrong, words)
	}
	for i := range weights {
		change(i, 0)
	}
	// To a byte each, in steps that keep most of what is not clipped.
	out := make([]byte, len(weights))
	for i, t := range total {
		w := t * 8 / int64(now)
		out[i] = byte(int8(max(-127, min(127, w))))
	}
	var buf bytes.Buffer
	z, err := gzip.NewWriterLevel(&buf, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(out); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

// OfFile is [Of] with the model of a file, to measure one that was trained.
func OfFile(file []byte) (func(words []string) []Class, error) {
	m, err := read(file)
	if err != nil {
		return nil, err
	}
	return func(words []string) []Class {
		out := make([]Class, len(words))
		f := newFeatures(words)
		for i := range words {
			out[i] = m.best(f, out, i)
		}
		return out
	}, nil
}
