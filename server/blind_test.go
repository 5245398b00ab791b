package server

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// TestTheServerIsBlind: nothing that the server is made of, however far down,
// knows a text, opens a copy or traces one.
func TestTheServerIsBlind(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "frank/server").Output()
	if err != nil {
		t.Fatal(err)
	}
	list := strings.Fields(string(out))
	if !slices.Contains(list, "frank/ledger") {
		t.Fatal("the list of packages is not one")
	}
	for _, p := range list {
		for _, sees := range []string{"prose", "variant", "codebook", "mark", "gauge", "trace", "coverage", "seal", "exchange", "client", "issue", "inquiry", "bundle", "watch", "protect", "draft"} {
			if p == "frank/"+sees || strings.HasPrefix(p, "frank/"+sees+"/") {
				t.Errorf("%s is in the server", p)
			}
		}
	}
}
