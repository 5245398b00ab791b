package scan

import (
	"context"
	"strings"
	"testing"

	"frank/bench/corpus"
	"frank/bench/leak"
)

func TestAFairScanIsRead(t *testing.T) {
	if err := Available(); err != nil {
		t.Skip(err)
	}
	if testing.Short() {
		t.Skip("starts a browser")
	}
	text := corpus.Own()[0].Text
	got, err := Text(context.Background(), text, Setting{Font: "Liberation Serif", Size: 11, DPI: 150, Noise: 20}, leak.NewRand(1))
	if err != nil {
		t.Fatal(err)
	}
	have := make(map[string]bool)
	for _, w := range strings.Fields(got) {
		have[w] = true
	}
	missing, words := 0, strings.Fields(text)
	for _, w := range words {
		if !have[w] {
			missing++
		}
	}
	if missing > len(words)/20 {
		t.Errorf("%d of %d words were not read: %q", missing, len(words), got)
	}
}

func TestDegradeRefusesWhatIsNoImage(t *testing.T) {
	if err := degrade(t.TempDir()+"/none", Setting{}, leak.NewRand(1)); err == nil {
		t.Error("a missing image was taken")
	}
}
