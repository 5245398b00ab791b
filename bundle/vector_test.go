package bundle

import (
	"os"
	"testing"
)

const (
	vectorFile   = "../vectors/bundle.zip"
	vectorPolicy = "../vectors/bundle.policy"
)

// vector is the bundle that ships, and the policy it is verified by.
func vector(t testing.TB) (zip []byte, policy string) {
	t.Helper()
	zip, err := os.ReadFile(vectorFile)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(vectorPolicy)
	if err != nil {
		t.Fatal(err)
	}
	return zip, string(text)
}

// The bundle that ships holds, natively and in the browser. It is of random
// keys, and made anew with UPDATE_VECTORS set.
func TestVector(t *testing.T) {
	if os.Getenv("UPDATE_VECTORS") != "" {
		s := small(t, nil)
		if err := os.WriteFile(vectorFile, write(t, s, Evidence), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(vectorPolicy, []byte(s.policy()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	zip, policy := vector(t)
	f := verify(t, zip, policy)
	if !f.OK || len(f.Verdicts) != 1 || len(f.Verdicts[0].Named) != 1 || f.Verdicts[0].Named[0].Name != "The Hal" || f.Organisation != "The Ministry" {
		t.Fatalf("the bundle in vectors: %+v", f)
	}
}
