package quote

import (
	"strings"
	"testing"
)

// quoted returns the quoted passages of text, and fails unless all of them
// tile it.
func quoted(t testing.TB, text string, blocks ...[2]int) []string {
	t.Helper()
	var out []string
	at := 0
	for _, p := range Passages(text, blocks...) {
		if p.Start != at || p.End <= p.Start || p.End > len(text) {
			t.Fatalf("passage %+v does not start at %d in a text of %d bytes: %q", p, at, len(text), text)
		}
		at = p.End
		if p.Quoted {
			out = append(out, text[p.Start:p.End])
		}
	}
	if at != len(text) {
		t.Fatalf("the passages end at %d of %d: %q", at, len(text), text)
	}
	return out
}

func TestPassages(t *testing.T) {
	for _, tc := range []struct {
		name, text string
		want       string // quoted runs, joined by |
	}{
		{"nothing", "", ""},
		{"no quotation", "The ministers' meeting wasn't quoted.", ""},
		{"curly", "He wrote “we are not there yet” to them.", "“we are not there yet”"},
		{"straight", `He wrote "we are not there yet" to them.`, `"we are not there yet"`},
		{"at start and end", `"Yes," he said, "no."`, `"Yes,"|"no."`},
		{"single curly", "He wrote ‘we aren’t there’ to them.", "‘we aren’t there’"},
		{"single straight", "He wrote 'we aren't there' to them.", "'we aren't there'"},
		{"possessive inside", "He wrote ‘the ministers’ view of it’ to them.", "‘the ministers’ view of it’"},
		{"closes after s", "He spoke of ‘bad policies’ and ‘worse habits’ at once.", "‘bad policies’|‘worse habits’"},
		{"apostrophes only", "The '90s and the ministers' rows, rock 'n' roll.", ""},
		{"smart apostrophe the wrong way", "In the ‘90s they told ‘em nothing.", ""},
		{"nested", "“He said ‘no’ twice,” she wrote.", "“He said ‘no’ twice,”"},
		{"nested the British way", "‘He said “no” twice,’ she wrote.", "‘He said “no” twice,’"},
		{"nested in one kind", "“He said “no” twice,” she wrote.", "“He said “no” twice,”"},
		{"straight in curly", `“He said "no" twice,” she wrote.`, `“He said "no" twice,”`},
		{"two with one opener missing its closer", "“One, he said, “two” and three.", "“One, he said, “two”"},
		{"guillemets", "Il écrit « nous verrons » puis rien.", "« nous verrons »"},
		{"guillemets turned", "Er schrieb »wir sehen« dann nichts.", "»wir sehen«"},
		{"low marks", "Er schrieb „wir sehen“ dann nichts.", "„wir sehen“"},
		{"low and high", "Napisał „zobaczymy” potem nic.", "„zobaczymy”"},
		{"same mark twice", "Han skrev ”vi får se” sedan inget.", "”vi får se”"},
		{"unclosed", "He wrote “we are\nnot there yet.\n\nNobody knew.", "“we are\nnot there yet."},
		{"unclosed straight", "He wrote \"we are not there yet.\n\nNobody knew.", "\"we are not there yet."},
		{"several paragraphs", "So: “One.\n\n“Two.\n\n“Three.” End.", "“One.\n\n“Two.\n\n“Three.”"},
		{"several paragraphs, straight", "So: \"One.\n\n\"Two.\" End \"three\".", "\"One.\n\n\"Two.\"|\"three\""},
		{"several paragraphs, single", "So: ‘One.\n\n‘Two.’ End.", "‘One.\n\n‘Two.’"},
		{"closed in each paragraph", "“One.”\n\n“Two.”", "“One.”|“Two.”"},
		{"curly shut by straight", "He wrote “we are not\" to them.", "“we are not\""},
		{"straight shut by curly", "He wrote \"we are not” to them.", "\"we are not”"},
		{"inches", `It was 6" wide and 7" long.`, ""},
		{"after a colon without space", `He wrote:"we are not" to them.`, `"we are not"`},
		{"after a dash", "He wrote—“we are not”—to them.", "“we are not”"},
		{"bracket inside", "He wrote “[w]e are not” to them.", "“[w]e are not”"},
		{"blank line with spaces", "He wrote “we.\n \t\nThey.", "“we."},
		{"not UTF-8", "a “b\xff” c", "“b\xff”"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := strings.Join(quoted(t, tc.text), "|"); got != tc.want {
				t.Errorf("%q\n got %q\nwant %q", tc.text, got, tc.want)
			}
		})
	}
}

func TestBlocksAreQuotedWhole(t *testing.T) {
	text := "He wrote:\n\nWe are not “there” yet.\n\nSo “he” said."
	start := strings.Index(text, "We")
	end := strings.Index(text, "\n\nSo")
	if got := strings.Join(quoted(t, text, [2]int{start, end}), "|"); got != "We are not “there” yet.|“he”" {
		t.Errorf("got %q", got)
	}
	quoted(t, text, [2]int{5, 2}, [2]int{3, 9}, [2]int{4, 12}, [2]int{40, 4000})
}

func FuzzPassages(f *testing.F) {
	f.Add("So: “One.\n\n“Two ‘three’ \"four\n\n'five' «six» „seven“", 3, 9)
	f.Add("‘‘''\"\"””", 0, 2)
	f.Fuzz(func(t *testing.T, text string, a, b int) {
		quoted(t, text)
		quoted(t, text, [2]int{a, b})
	})
}
