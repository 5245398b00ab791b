package variant

import (
	"strings"
	"testing"
)

func TestUsage(t *testing.T) {
	s, err := ParseStock("phrase: while / whilst / +although | not after a\nsubstitution: begin.v / start.v / commence.v\nphrase: by and large / on the whole\n")
	if err != nil {
		t.Fatal(err)
	}
	u := Usage{}
	s.Count(strings.Repeat("While they began, we started. It begins while \"while\" is quoted.\n\n", 12), u)
	want := "36 while\n24 begin.v\n12 start.v\n"
	if got := u.String(); got != want {
		t.Fatalf("counted\n%snot\n%s", got, want)
	}
	again, err := ParseUsage("# a comment\n" + u.String())
	if err != nil || again.String() != want {
		t.Fatalf("read back: %v %v", again, err)
	}
	less, unused := s.In(again)
	var said []string
	for _, x := range unused {
		said = append(said, x.Reading+" for "+x.Instead)
	}
	if got := strings.Join(said, ", "); got != "whilst for while, although for while, commence.v for begin.v" {
		t.Errorf("unused: %s", got)
	}
	text := "He began while they waited. By and large they were right."
	if got := Propose(text, ProposeOptions{Stock: less, Variety: "british"}).String(); strings.Contains(got, "whilst") || strings.Contains(got, "commenced") || !strings.Contains(got, "{?substitution:began|started}") || !strings.Contains(got, "On the whole") {
		t.Errorf("proposes %s", got)
	}
	for _, bad := range []string{"x while", "0 while", "-3 while", "7"} {
		if _, err := ParseUsage(bad); err == nil {
			t.Errorf("%q is read as a usage", bad)
		}
	}
}
