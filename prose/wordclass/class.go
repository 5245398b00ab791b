// Package wordclass says what class each word of a sentence is of: noun, verb in which
// form, adjective. It is an averaged perceptron that goes from left to right
// (Collins 2002), in whole numbers throughout, so that it says the same on
// every machine.
//
// The model is trained on the Brown corpus (Francis and Kučera 1964) by
// bench/teach; NOTICE says where it comes from.
package wordclass

// Class is the class of a word in its sentence.
type Class uint8

// The classes, a coarser cut of the Brown corpus's tags.
const (
	None        Class = iota // a mark, or a thing that is no word
	Noun                     // singular or mass
	Nouns                    // plural
	Name                     // a proper noun, also of a day or month
	Adjective                //
	Compared                 // comparative or superlative
	Adverb                   // also a qualifier: very, too
	Particle                 // up in: look up
	Base                     // of a verb; also the present but for the third person
	Third                    // third person singular of the present
	Past                     //
	Perfect                  // past participle
	Gerund                   // -ing form of a verb
	Modal                    //
	Preposition              //
	To                       // before an infinitive
	Determiner               // article, demonstrative, quantifier
	Possessive               // my, their
	Number                   // two, second
	Pronoun                  //
	Relative                 // which, who, whose as relative or question words
	And                      // coordinating conjunction
	That                     // subordinating conjunction
	Not                      //
	There                    // existential
	Other                    // exclamations
	Count                    // how many there are
)

var names = [Count]string{"none", "noun", "nouns", "name", "adjective", "compared", "adverb", "particle", "base", "third", "past", "perfect", "gerund", "modal",
	"preposition", "to", "determiner", "possessive", "number", "pronoun", "relative", "and", "that", "not", "there", "other"}

func (c Class) String() string { return names[c] }

// Of returns the classes of the words of one sentence as they are written;
// marks are words of their own.
func Of(words []string) []Class {
	m := load()
	out := make([]Class, len(words))
	f := newFeatures(words)
	for i := range words {
		out[i] = m.best(f, out, i)
	}
	return out
}

func (m *model) best(f *features, sofar []Class, i int) Class {
	if f.shape[i] == mark {
		return None
	}
	var score [Count]int32
	f.each(sofar, i, func(h uint32) {
		row := m.weights[int(h%buckets)*int(Count):]
		for c := range score {
			score[c] += int32(row[c])
		}
	})
	best := Noun
	for c := Noun; c < Count; c++ {
		if score[c] > score[best] {
			best = c
		}
	}
	return best
}
