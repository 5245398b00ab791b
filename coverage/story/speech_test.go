package story

import (
	"strings"
	"testing"

	"frank/coverage"
)

func read(t testing.TB, name, text string) *coverage.Exhibit {
	t.Helper()
	e, err := coverage.Read(name, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// Every article, and then who says each of its quotations in order; "-" for
// nobody that the rules may name.
func TestWhoSaysWhat(t *testing.T) {
	for _, tc := range []struct{ style, text, want string }{
		{"verb and speaker", "“The quay is closed,” said Ana Pires, the envoy of Merrin. “It will stay closed.”", "Ana Pires; Ana Pires"},
		{"speaker and verb", "“The quay is closed,” Tomas Brandt, the minister, said on Friday.", "Tomas Brandt"},
		{"before, with a colon", "The envoy, Ana Pires, wrote: “We have lost a year.”", "Ana Pires"},
		{"before, with a comma", "Mr Brandt told reporters, “No ship will wait.”", "Brandt"},
		{"in the middle", "“We have lost a year,” Ms Pires said, “and the islands have lost their patience.”", "Pires; Pires"},
		{"a part of a sentence", "The minister said that the note was “one view among many” and “of no weight”.", "The minister; The minister"},
		{"calling it so", "Critics called the toll “a tax on fog”.", "Critics"},
		{"being called so", "The toll, which is called “the fog tax”, rose in May.", "-"},
		{"called so by somebody", "The toll was described by fishermen as “a tax on fog”.", "fishermen"},
		{"named a thing", "They read a paper entitled “On the price of rope in the northern bays”.", "-"},
		{"according to, behind", "The talks “have been neither frank nor useful”, according to a note seen by the Post.", "the note"},
		{"according to, in front", "According to Ms Pires, “nobody in Sarn believes in the toll”.", "Pires"},
		{"in the words of", "It was, in the words of Per Lund, “a summer without eels”.", "Per Lund"},
		{"a pronoun that is safe", "Ana Pires came back on Monday. “We have lost a year,” she said.", "Ana Pires"},
		{"a pronoun that is not", "Ana Pires met Clara Holm on Monday. “We have lost a year,” she said.", "-"},
		{"a title settles it", "Mr Brandt met Ms Pires on Monday. “We have lost a year,” she said.", "Pires"},
		{"a pronoun for nobody named", "“We have lost a year,” she said.", "-"},
		{"a spokesman, and he", "Tomas Brandt left at noon.\n\nA spokesman for the board said it had read nothing. “We do not comment,” he said.", "A spokesman for the board"},
		{"a surname after a full name", "Ana Pires came back on Monday.\n\n“We have lost a year,” Pires said.", "Ana Pires"},
		{"a headline with the surname", "Pires: “We have lost a year”\n\nThe envoy, Ana Pires, came back on Monday. “We have lost a year,” she said.", "Ana Pires; Ana Pires"},
		{"what somebody is", "Ana Pires, the envoy of Merrin, came back on Monday.\n\n“We have lost a year,” the envoy said.", "Ana Pires"},
		{"two who are that", "The envoy, Ana Pires, met another envoy, Clara Holm.\n\n“We have lost a year,” the envoy said.", "the envoy"},
		{"many", "Officials close to the delegation said the offer was “thin”. “It will not do,” they said.", "Officials close to the delegation; Officials close to the delegation"},
		{"two who speak", "“It will not do,” said Ana Pires. “It will have to do,” said Tomas Brandt.", "Ana Pires; Tomas Brandt"},
		{"a paragraph after", "“It will not do,” Ms Pires said.\n\n“We have waited a year for less.”", "Pires; Pires"},
		{"a paragraph after another's", "“It will not do,” Ms Pires said. Mr Brandt disagreed and left.\n\nThe ferry was late.\n\n“We have waited a year for less.”", "Pires; -"},
		{"over two paragraphs", "“It will not do,” Ms Pires said. “We have waited a year.\n\n“And we shall wait no longer.”", "Pires; Pires"},
		{"reported, then quoted", "Premier Mia Rann said the funds would be matched. “The state and its boards have worked hard for this.”", "Mia Rann"},
		{"a quotation within", "“He told me, ‘it will not do’, and left,” Ms Pires said.", "Pires"},
		{"single marks", "‘It will not do,’ said Ana Pires. ‘It won’t.’", "Ana Pires; Ana Pires"},
		{"straight marks", "\"It will not do,\" said Ana Pires.", "Ana Pires"},
		{"German marks", "„It will not do“, said Ana Pires.", "Ana Pires"},
		{"a dash", "“It will not do” – Ana Pires said – “and it never did.”", "Ana Pires; Ana Pires"},
		{"a question", "“Will it do?” asked Tomas Brandt.", "Tomas Brandt"},
		{"a tail", "The offer was “thin” and would not do, said Ana Pires.", "Ana Pires"},
		{"who", "Fishermen who spent the night on the quay said that the toll was “robbery”.", "Fishermen"},
		{"a body", "“We have read nothing,” the Harbour Board said in a statement.", "the Harbour Board"},
		{"a long title", "“It will not do,” said Merrin’s deputy foreign minister, Ana Pires.", "Ana Pires"},
		{"small words in a name", "“It will not do,” said Jan van der Meer.", "Jan van der Meer"},
		{"a double name", "“It will not do,” said Clara Holm-Lund. “Never,” Ms Holm-Lund added.", "Clara Holm-Lund; Clara Holm-Lund"},
		{"two ministers", "The Minister for Eels, Clara Holm, was there.\n\n“It will not do,” the Prime Minister said. “Never,” the minister said.", "the Prime Minister; Clara Holm"},
		{"no verb", "Officials from the United States “deeply regret” it, Ana Pires said.", "Ana Pires"},
		{"an adverb", "“It will not do,” Pires later added. The envoy, Ana Pires, was in Sarn.", "Ana Pires"},
		{"a title of a book", "Ms Pires said she was reading “The Price of Rope”.", "-"},
		{"scare quotes", "The “fog tax” rose in May.", "-"},
		{"nobody", "“Closed,” a sign on the quay had it.", "-"},
		{"quoted elsewhere", "The Post quoted officials as saying the offer was “thin”.", "officials"},
		{"saying, without a subject of its own", "Ms Pires left the room early, saying that the offer was “thin”.", "Pires"},
		{"it is no person", "The note was long. “It will not do,” it said.", "-"},
		{"I am no one here", "I asked the envoy twice. “It will not do,” I said.", "-"},
		{"block quotation", "The note says:\n\n“We have lost a year, and nobody in Sarn believes in the toll.”", "the note"},
	} {
		var got []string
		for _, q := range speech(read(t, "a.txt", tc.text)) {
			if q.speaker == nil {
				got = append(got, "-")
			} else {
				got = append(got, q.speaker.name)
			}
		}
		if s := strings.Join(got, "; "); s != tc.want {
			t.Errorf("%s: %s\n got %s\nwant %s", tc.style, tc.text, s, tc.want)
		}
	}
}

func FuzzSpeech(f *testing.F) {
	f.Add("“The quay is closed,” said Ana Pires, the envoy of Merrin. “It will stay closed.”\n\n“We go on,” he said.")
	f.Add("According to Mr. B. Brandt “no”, the envoy – who said “yes” – “may be”: “")
	f.Add("Ana Pires: “a”, b “c”. According to “d” the words of “e” said by")
	f.Fuzz(func(t *testing.T, text string) {
		e, err := coverage.Read("a.txt", []byte(text))
		if err != nil {
			return
		}
		at := 0
		for _, q := range speech(e) {
			if q.start < at || q.end <= q.start || q.end > len(e.Text) {
				t.Errorf("a quotation from %d to %d after %d", q.start, q.end, at)
			}
			at = q.end
			if q.speaker != nil && q.speaker.name == "" {
				t.Errorf("somebody without a name says %q", q.words)
			}
		}
		if _, err := Make([]*coverage.Exhibit{e, e}, nil); err != nil {
			t.Error(err)
		}
	})
}
